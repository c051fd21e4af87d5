package iam

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// notes is what a decider writes down while it explains.
type notes struct {
	causes []Cause
	gaps   []Gap
}

func (d *decider) cause(l Layer, level int, s *Source, st *Statement, m graph.Tri) {
	if d.note == nil {
		return
	}
	c := Cause{Layer: l, Level: level, Source: s.Name, Pos: s.Place(st.Index), Statement: st.Index, Offset: st.Offset, Sid: st.Sid, Effect: st.Effect, Match: m}
	if s.Sensitive {
		c.Sid = graph.Text{}
	}
	d.note.causes = append(d.note.causes, c)
}

func (d *decider) gap(l Layer, source, what string, why graph.Reason) {
	if d.note == nil {
		return
	}
	g := Gap{Layer: l, Source: source, What: what, Reason: cmp.Or(why, graph.ReasonNotInInput)}
	if !slices.Contains(d.note.gaps, g) {
		d.note.gaps = append(d.note.gaps, g)
	}
}

// doubts notes why it is not known whether a statement matches.
func (d *decider) doubts(l Layer, src *Source, sc scope, s *Statement, action graph.Tri, who grades, resource graph.Tri) {
	for _, part := range []struct {
		tri  graph.Tri
		what string
	}{{action, "Action"}, {who.any(), "Principal"}, {resource, "Resource"}} {
		if part.tri == graph.Maybe {
			why := graph.Reason("")
			if part.what == "Resource" {
				why = d.r.Resource.Reason()
			}
			d.gap(l, src.Name, part.what, why)
		}
	}
	if s.OpenConditions {
		d.gap(l, src.Name, "Condition", "")
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if sc.condition(c) != graph.Maybe {
			continue
		}
		key, _ := c.Key.Literal()
		if src.Sensitive {
			key = ""
		}
		k := d.r.Context.Get(key)
		why := graph.Reason("")
		if k.State != KeyPresent && k.State != KeyAbsent {
			why = k.reason()
		}
		d.gap(l, src.Name, cmp.Or(key, "Condition"), why)
	}
}

// explain evaluates once more, and writes down what decided.
func (d *decider) explain(result Result, o outcome, choices []Choice) Decision {
	d.note = &notes{}
	d.result()
	out := Decision{Result: result, Choices: choices}
	explicit := o.deny == graph.Yes
	for _, c := range d.note.causes {
		keep := false
		switch result {
		case Allowed:
			keep = c.Effect == Allow && c.Match == graph.Yes
		case Denied:
			keep = explicit && c.Effect == Deny && c.Match == graph.Yes
		case Undetermined:
			keep = true
		}
		if keep {
			out.By = append(out.By, c)
		}
	}
	slices.SortStableFunc(out.By, compareCauses)
	if result == Denied && !explicit {
		for l, t := range o.allow {
			if t == graph.No && Layer(l) != LayerGrant {
				out.Missing = append(out.Missing, Layer(l))
			}
		}
	}
	if result == Undetermined {
		out.Unknown = d.note.gaps
		slices.SortFunc(out.Unknown, func(a, b Gap) int {
			return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Source, b.Source), cmp.Compare(a.What, b.What), cmp.Compare(a.Reason, b.Reason))
		})
	}
	return out
}

func compareCauses(a, b Cause) int {
	return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.Offset, b.Offset))
}
