// Package docpages keeps a folder of generated Markdown pages up to date, or says that it is not.
package docpages

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Run is what a script that generates the pages of the folder target does with its arguments: it writes the pages
// that generate returns, by file name, and removes those that are no longer among them. With -check it writes
// nothing, and returns an error that names what is not up to date. name is the script's.
func Run(name, target string, args []string, generate func() (map[string][]byte, error)) error {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	check := flags.Bool("check", false, "write nothing; fail where a page is not up to date")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fresh, err := generate()
	if err != nil {
		return err
	}
	old, err := Read(target)
	if err != nil {
		return err
	}
	stale := differing(old, fresh)
	if *check {
		if len(stale) > 0 {
			return fmt.Errorf("not up to date in %s: %s; run go run ./scripts/%s", target, strings.Join(stale, ", "), name)
		}
		return nil
	}
	return write(target, fresh, stale)
}

// Read returns the pages of a folder by file name. A folder that is not there has none.
func Read(dir string) (map[string][]byte, error) {
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

// differing returns the sorted names of the pages that must be written or removed.
func differing(old, fresh map[string][]byte) []string {
	var stale []string
	for name, text := range fresh {
		if have, ok := old[name]; !ok || !bytes.Equal(have, text) {
			stale = append(stale, name)
		}
	}
	for name := range old {
		if _, ok := fresh[name]; !ok {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	return stale
}

func write(target string, fresh map[string][]byte, stale []string) error {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	for _, name := range stale {
		path := filepath.Join(target, name)
		text, ok := fresh[name]
		var err error
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
