//go:build e2e

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestSimulator compares fewer requests than make iam-simulate does.
func TestSimulator(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("needs node")
	}
	if os.Getenv("IAM_SIMULATE") == "" { // that the package is installed
		t.Skip("needs IAM_SIMULATE")
	}
	var out strings.Builder
	if err := run(t.Context(), []string{"-cases", "3000"}, ".", &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}
