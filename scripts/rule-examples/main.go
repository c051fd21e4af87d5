// Command rule-examples writes the Terraform examples of the rules into a directory, as ID.fail.tf and
// ID.pass.tf. It is a step of testdata/rules/make.sh.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/trailguard/trailguard/analyzer"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rule-examples:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("expected one directory to write to, got %d arguments", len(args))
	}
	for _, r := range analyzer.Rules() {
		if r.Example == (analyzer.Example{}) {
			continue
		}
		for name, text := range map[string]string{"fail": r.Example.Fail, "pass": r.Example.Pass} {
			if err := os.WriteFile(filepath.Join(args[0], r.ID+"."+name+".tf"), []byte(text), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
