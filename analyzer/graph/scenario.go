package graph

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// drawScenarios draws the edges of one kind that a declaration has in any of its scenarios. One that it does not have
// in all of them may not be there.
func (l *linker) drawScenarios(e *EdgeKind, r *Resource) {
	attrs := r.Attrs
	found := map[*Edge][]int{}
	var edges []*Edge
	for i, s := range r.Scenarios {
		l.drawn = map[*Edge]bool{}
		r.Attrs, l.scenario = s.Attrs, s.When
		l.drawEdge(e, r)
		for edge := range l.drawn {
			if found[edge] == nil {
				edges = append(edges, edge)
			}
			found[edge] = append(found[edge], i)
		}
	}
	r.Attrs, l.drawn, l.scenario = attrs, nil, nil
	conditions := make([]map[string]bool, len(r.Scenarios))
	for i, s := range r.Scenarios {
		conditions[i] = s.Conditions
	}
	for _, edge := range edges {
		if len(found[edge]) == len(r.Scenarios) {
			continue
		}
		when := doubts(edge.When, onlyIf+Conditions(conditions, found[edge]))
		edge.When, edge.Doubt, edge.SettledBy = when, true, cmp.Or(edge.SettledBy, r.SettledBy)
		var in Presence
		if !slices.ContainsFunc(r.Scenarios, func(s Scenario) bool { return s.When == nil }) {
			in = Presence{nil}
			for _, i := range found[edge] {
				in[0] = append(in[0], r.Scenarios[i].When)
			}
		}
		edge.Presence = append(edge.Presence, in...)
		edge.unexplained = edge.unexplained || !l.g.conditions.explained(when, in)
		if edge.Status == StatusUndetermined {
			edge.Why = when
		}
	}
}

// note notes that an edge is of the scenario that is being drawn.
func (l *linker) note(e *Edge) {
	if l.drawn != nil {
		l.drawn[e] = true
	}
}

// Conditions says in words in which of several scenarios something is, by the fewest conditions that tell them from the
// others. all are the conditions of each scenario that were asked for, in are the scenarios, sorted.
func Conditions(all []map[string]bool, in []int) string {
	names := relevant(all, in)
	for size := 1; size <= min(3, len(names)); size++ {
		if chosen := choose(all, in, names, size, nil); chosen != nil {
			words := make([]string, len(chosen))
			for i, name := range chosen {
				words[i] = "the condition " + name + " does not hold"
				if all[in[0]][name] {
					words[i] = "the condition " + name + " holds"
				}
			}
			return strings.Join(words, " and ")
		}
	}
	return "some of the conditions " + strings.Join(Differing(all), ", ") + " hold"
}

// relevant returns the conditions that are the same in all scenarios of a set, sorted.
func relevant(all []map[string]bool, in []int) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all[in[0]])) {
		if !slices.ContainsFunc(in, func(i int) bool { is, asked := all[i][name]; return !asked || is != all[in[0]][name] }) {
			out = append(out, name)
		}
	}
	return out
}

// choose returns as many conditions as asked for that hold in no scenario outside of a set as they do in it, or nil.
func choose(all []map[string]bool, in []int, names []string, size int, chosen []string) []string {
	if size == 0 {
		for i := range all {
			if slices.Contains(in, i) {
				continue
			}
			if !slices.ContainsFunc(chosen, func(name string) bool { is, asked := all[i][name]; return asked && is != all[in[0]][name] }) {
				return nil
			}
		}
		return chosen
	}
	for i, name := range names {
		if found := choose(all, in, names[i+1:], size-1, append(slices.Clip(chosen), name)); found != nil {
			return found
		}
	}
	return nil
}

// Differing returns the conditions that are not the same in all scenarios, sorted.
func Differing(all []map[string]bool) []string {
	seen := map[string][2]bool{}
	for _, s := range all {
		for name, is := range s {
			v := seen[name]
			v[0], v[1] = v[0] || is, v[1] || !is
			seen[name] = v
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if v := seen[name]; v[0] && v[1] {
			out = append(out, name)
		}
	}
	return out
}
