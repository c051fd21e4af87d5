//go:build e2e

package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"testing"
)

// TestTable asks the provider, and holds the table to what it says.
func TestTable(t *testing.T) {
	if _, err := exec.LookPath("terraform"); err != nil {
		t.Skip("needs terraform")
	}
	if os.Getenv("TF_PLUGIN_MIRROR") == "" {
		t.Skip("needs TF_PLUGIN_MIRROR")
	}
	t.Chdir("../..")
	if err := run(context.Background(), []string{"-check"}, io.Discard); err != nil {
		t.Error(err)
	}
}
