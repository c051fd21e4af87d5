package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestDocs holds docs/cli to the commands. scripts/cli-docs writes it anew.
func TestDocs(t *testing.T) {
	const dir = "../../docs/cli"
	written := map[string]bool{}
	for _, p := range allPages(pageOf(newRoot(newWorld(t, "").system))) {
		name := filepath.Join(dir, markdownFile(p.path))
		written[name] = true
		var want bytes.Buffer
		if err := writeMarkdown(&want, p, ""); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not up to date (%v): go run ./scripts/cli-docs", name, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !written[f] {
			t.Errorf("%s is of no command: go run ./scripts/cli-docs", f)
		}
	}
}
