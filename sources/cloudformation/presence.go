package cloudformation

import (
	"maps"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// qualified returns what the conditions of a stack are called where they stand beside those of others.
func (s *stack) qualified(names map[string]bool) map[string]bool {
	out := make(map[string]bool, len(names))
	for name, is := range names {
		out[s.address(name)] = is
	}
	return out
}

// isThere returns the presence of something that is there if a condition holds.
func (s *stack) isThere(condition string) graph.Presence {
	return graph.Presence{{s.qualified(map[string]bool{condition: true})}}
}

// worlds returns what the conditions that something depends on may be, in groups of those that compare the same things.
// A group that may be more than can be told apart is left out.
func (r *run) worlds() []graph.Worlds {
	var out []graph.Worlds
	for _, s := range r.stacks {
		for _, names := range s.groups() {
			var worlds graph.Worlds
			known := true
			all := scenarios(func(sc *scenario) {
				e := &evaluator{run: r, stack: s, scenario: sc, at: s.label}
				for _, name := range names {
					known = e.holds(s.conditions[name], name) != graph.Maybe && known
				}
				worlds = append(worlds, s.qualified(sc.names))
			})
			if all && known {
				out = append(out, worlds)
			}
		}
	}
	return out
}

// groups returns the open conditions of a stack that something depends on, in groups that have nothing in common.
func (s *stack) groups() [][]string {
	type group struct {
		names []string
		about map[string]bool
	}
	var all []*group
	for _, name := range sortedKeys(s.opened) {
		g := &group{names: []string{name}, about: map[string]bool{}}
		for _, at := range s.decided[name].open {
			for _, side := range []string{at.a, at.b} {
				if token.Has(side) {
					g.about[side] = true
				}
			}
		}
		var left []*group
		for _, other := range all {
			if !slices.ContainsFunc(sortedKeys(other.about), func(side string) bool { return g.about[side] }) {
				left = append(left, other)
				continue
			}
			g.names = append(g.names, other.names...)
			maps.Copy(g.about, other.about)
		}
		left = append(left, g)
		all = left
	}
	out := make([][]string, len(all))
	for i, g := range all {
		out[i] = slices.Sorted(slices.Values(g.names))
	}
	return out
}

// presences leaves of the conditions by which resources are there those that are open: any other is what it is wherever
// the resource is.
func (r *run) presences() {
	open := map[string]bool{}
	for _, s := range r.stacks {
		for name := range s.opened {
			open[s.address(name)] = true
		}
	}
	only := func(names map[string]bool) map[string]bool {
		out := make(map[string]bool, len(names))
		for name, is := range names {
			if open[name] {
				out[name] = is
			}
		}
		return out
	}
	for i := range r.resources {
		res := &r.resources[i]
		for j := range res.Presence {
			for k := range res.Presence[j] {
				res.Presence[j][k] = only(res.Presence[j][k])
			}
		}
		for j := range res.Scenarios {
			res.Scenarios[j].When = only(res.Scenarios[j].When)
		}
	}
}

// open notes a condition that the input does not decide, and on which something of the chain depends.
func (r *run) open(s *stack, condition string) {
	n := s.conditions[condition]
	if n == nil {
		return // which is said already
	}
	if !s.opened[condition] {
		s.opened[condition] = true
		(&evaluator{run: r, stack: s, at: s.label}).holds(template.Text(condition, n.Pos), condition)
	}
	r.gap("whether the condition "+condition+" holds", n.Pos.String(), graph.ReasonNotInInput, r.deciders(s, condition))
}
