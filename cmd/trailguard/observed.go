package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/authorization"
	"github.com/trailguard/trailguard/sources/organization"
	"github.com/trailguard/trailguard/sources/sniff"
)

// authorization reads the dump of an account's IAM as context to what else is read.
func (s *scanner) authorization(name, scope string) error {
	f, err := s.sys.files.open(name)
	if err != nil {
		return failedError(fmt.Errorf("open %s: %w", name, err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	inv, err := authorization.Read(f)
	if err != nil {
		return failedError(fmt.Errorf("%s: %w", name, err))
	}
	s.observed(name, string(sniff.Authorization), scope, inv)
	return nil
}

// organization reads a directory of outputs of aws organizations likewise.
func (s *scanner) organization(name, scope string) error {
	tree, err := s.sys.files.tree(name, s.stacks.root)
	if err != nil {
		return failedError(fmt.Errorf("%s: %w", name, err))
	}
	files, err := fs.Sub(tree.Files, cmp.Or(tree.Dir, "."))
	if err != nil {
		return failedError(fmt.Errorf("%s: %w", name, err))
	}
	inv, err := organization.Read(files)
	if err != nil {
		return failedError(fmt.Errorf("%s: %w", name, err))
	}
	s.observed(name, "aws organizations", scope, inv)
	return nil
}

func (s *scanner) observed(name, kind, scope string, inv graph.Inventory) {
	setScope(&inv, scope)
	s.inputs = append(s.inputs, analyzer.Input{Name: name, Kind: kind})
	s.after = append(s.after, inv)
}

// isContext says, in the place of an error, that a file which a command cannot read is context to what it reads.
func (s system) isContext(name string, err error) error {
	if name == "" || name == "-" {
		return err
	}
	f, bad := s.files.open(name)
	if bad != nil {
		return err
	}
	defer f.Close()        //nolint:errcheck // it was only read
	kind, _ := sniff.Of(f) // one that cannot be read is none
	with := name
	switch kind {
	case sniff.Authorization:
	case sniff.Organization:
		with = cmp.Or(path.Dir(name), ".")
	default:
		return err
	}
	return failedError(fmt.Errorf("%s is an %s, which is context to plans, states and templates", name, kind), "read both: trailguard scan PLAN "+with)
}
