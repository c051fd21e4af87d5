// Command cli-docs writes docs/cli, a page for every command, out of the command line itself. With -check
// it writes nothing and fails where a page is not what it would write. Run it at the root of the module.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/trailguard/trailguard/scripts/docpages"
)

func main() {
	if err := docpages.Run("cli-docs", "docs/cli", os.Args[1:], generate); err != nil {
		fmt.Fprintln(os.Stderr, "cli-docs:", err)
		os.Exit(1)
	}
}

// generate has the command write its pages, and returns them by name.
func generate() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "cli-docs")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system cleans up what is left
	out, err := exec.CommandContext(context.Background(), "go", "run", "./cmd/trailguard", "man", "--format", "markdown", dir).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("write the pages: %w\n%s", err, out)
	}
	all, err := docpages.Read(dir)
	if err == nil && len(all) == 0 {
		err = errors.New("trailguard man wrote no page")
	}
	return all, err
}
