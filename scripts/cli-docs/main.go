// Command cli-docs writes docs/cli, a page for every command, out of the command line itself. With -check
// it writes nothing and fails where a page is not what it would write. Run it at the root of the module.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// target is the folder of the pages.
const target = "docs/cli"

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cli-docs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("cli-docs", flag.ContinueOnError)
	check := flags.Bool("check", false, "write nothing; fail where a page is not up to date")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fresh, err := generate(ctx)
	if err != nil {
		return err
	}
	old, err := pages(target)
	if err != nil {
		return err
	}
	var stale []string
	for name, text := range fresh {
		if !bytes.Equal(old[name], text) {
			stale = append(stale, name)
		}
	}
	for name := range old {
		if _, ok := fresh[name]; !ok {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	if *check {
		if len(stale) > 0 {
			return fmt.Errorf("not up to date in %s: %s; run go run ./scripts/cli-docs", target, strings.Join(stale, ", "))
		}
		return nil
	}
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	for _, name := range stale {
		path := filepath.Join(target, name)
		text, ok := fresh[name]
		if ok {
			err = os.WriteFile(path, text, 0o644)
		} else {
			err = os.Remove(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// generate has the command write its pages, and returns them by name.
func generate(ctx context.Context) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "cli-docs")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system cleans up what is left
	out, err := exec.CommandContext(ctx, "go", "run", "./cmd/trailguard", "man", "--format", "markdown", dir).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("write the pages: %w\n%s", err, out)
	}
	all, err := pages(dir)
	if err == nil && len(all) == 0 {
		err = errors.New("trailguard man wrote no page")
	}
	return all, err
}

// pages reads the pages of a folder by name. A folder that is not there has none.
func pages(dir string) (map[string][]byte, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, p := range paths {
		if all[filepath.Base(p)], err = os.ReadFile(p); err != nil {
			return nil, err
		}
	}
	return all, nil
}
