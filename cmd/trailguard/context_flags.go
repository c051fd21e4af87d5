package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
)

// contextFlags name what is read beside the input, and not judged by itself.
type contextFlags struct{ paths []string }

func (f *contextFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.paths, "context", nil, "file or directory that tells what the input does not: an account authorization dump, outputs of aws organizations, a state, a plan, templates; repeatable")
	_ = cmd.MarkFlagFilename("context") // it fails for unknown flags only
}

// surroundings are what is read beside an input.
type surroundings struct {
	inputs      []analyzer.Input
	inventories []graph.Inventory
}

// read reads what the flags name.
func (f *contextFlags) read(sys system, scope *scopeFlags) (*surroundings, error) {
	out := &surroundings{}
	if len(f.paths) == 0 {
		return out, nil
	}
	s := scanner{sys: sys, scope: scope, variables: &variableFlags{}, stacks: &stackFlags{}, beside: true}
	if err := s.gather(f.paths); err != nil {
		if bad, ok := errors.AsType[*failure](err); ok {
			bad.hint = append(slices.Clip(bad.hint), "that is what --context names")
		}
		return nil, err
	}
	for i := range s.inputs {
		s.inputs[i].Kind = "context: " + s.inputs[i].Kind
	}
	if len(s.inputs) > 0 {
		s.inputs[0].Notes = append(s.inputs[0].Notes, s.notes...)
	}
	out.inputs, out.inventories = s.inputs, s.after
	for _, o := range s.out {
		out.inventories = append(out.inventories, graph.Inventory{Gaps: []graph.Gap{o.gap}})
	}
	return out, nil
}

// after returns the surroundings as a plan leaves them, as far as it says.
func (s *surroundings) after(p *terraform.Plan) *surroundings {
	out := *s
	out.inventories = slices.Clone(s.inventories)
	for i := range out.inventories {
		out.inventories[i].Resources = graph.Supersede(out.inventories[i].Resources, p.Before.Resources, p.After.Resources)
	}
	return &out
}

// link draws the graph of an inventory with its surroundings, which may be linked again.
func (s *surroundings) link(inv graph.Inventory) *graph.Graph {
	all := []graph.Inventory{inv}
	for _, c := range s.inventories {
		all = append(all, cloned(c))
	}
	return graph.Link(graph.Merge(all...))
}
