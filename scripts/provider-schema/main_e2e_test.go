//go:build e2e

package main

import (
	"cmp"
	"io"
	"os"
	"os/exec"
	"testing"
)

// TestCheck asks the provider, and holds the table to what it says.
func TestCheck(t *testing.T) {
	if _, err := exec.LookPath(cmp.Or(os.Getenv("TERRAFORM"), "terraform")); err != nil {
		t.Skip("needs terraform")
	}
	if os.Getenv("TF_PLUGIN_MIRROR") == "" {
		t.Skip("needs TF_PLUGIN_MIRROR")
	}
	t.Chdir("../..")
	if err := run(t.Context(), []string{"-check"}, io.Discard); err != nil {
		t.Error(err)
	}
}
