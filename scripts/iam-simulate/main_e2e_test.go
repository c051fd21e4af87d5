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
	if _, err := os.Stat("node_modules"); err != nil {
		t.Skip("needs node, npm: npm --prefix scripts/iam-simulate ci")
	}
	var out strings.Builder
	if err := run(t.Context(), []string{"-cases", "3000"}, ".", &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}
