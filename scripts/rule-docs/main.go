// Command rule-docs writes docs/rules, a page for every rule and a table of all, out of the rules themselves.
// With -check it writes nothing and fails where a page is not what it would write. Run it at the root of the module.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/render"
)

// target is the folder of the pages.
const target = "docs/rules"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rule-docs:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("rule-docs", flag.ContinueOnError)
	check := flags.Bool("check", false, "write nothing; fail where a page is not up to date")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fresh, err := generate()
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
			return fmt.Errorf("not up to date in %s: %s; run go run ./scripts/rule-docs", target, strings.Join(stale, ", "))
		}
		return nil
	}
	return write(fresh, stale)
}

func write(fresh map[string][]byte, stale []string) error {
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

// generate returns the pages by name.
func generate() (map[string][]byte, error) {
	all := map[string][]byte{}
	rules := analyzer.Rules()
	for _, r := range rules {
		var b bytes.Buffer
		if err := render.RuleMarkdown(&b, r); err != nil {
			return nil, err
		}
		all[r.ID+".md"] = b.Bytes()
	}
	var b bytes.Buffer
	if err := render.RulesMarkdown(&b, rules); err != nil {
		return nil, err
	}
	all["README.md"] = b.Bytes()
	return all, nil
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
