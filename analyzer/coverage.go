package analyzer

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// coverage says what the report rests on.
func coverage(s Subject, findings []Finding, checks []Check) Coverage {
	c := Coverage{Hops: s.Graph.NumHops(), Checks: checks, Ignored: s.Ignored}
	for n := range s.Graph.Nodes() {
		if n.Kind == graph.KindTrail || n.Kind == graph.KindEventStore {
			c.Trails++
		}
		for _, a := range graph.AttributesOf(n.Kind) {
			if a.Type == graph.TypePolicy {
				c.Policies.count(n.Attrs, a.Name)
			}
		}
	}
	for _, g := range s.Graph.Gaps() {
		c.Undetermined = append(c.Undetermined, Gap{What: g.What, Where: g.Where, Reason: string(g.Reason), SettledBy: g.SettledBy})
	}
	for e := range s.Graph.Hops() {
		if e.OneOf != "" {
			c.Undetermined = append(c.Undetermined, Gap{What: "which hop is real: " + e.OneOf, Where: string(e.From), Reason: string(graph.ReasonOneOf), SettledBy: s.Graph.SettledBy()})
		}
	}
	for _, f := range findings {
		if f.Verdict == Undetermined && f.Suppressed == "" {
			c.Undetermined = append(c.Undetermined, Gap{What: f.Rule + " " + f.Title, Where: cmp.Or(string(f.Node), f.Hop), Reason: f.Reason, SettledBy: f.SettledBy})
		}
	}
	slices.SortFunc(c.Undetermined, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What), cmp.Compare(a.Reason, b.Reason))
	})
	c.Undetermined = slices.CompactFunc(c.Undetermined, func(a, b Gap) bool {
		return a.What == b.What && (a.Where == b.Where || a.Reason == string(graph.ReasonOneOf))
	})
	return c
}

func (p *Policies) count(a graph.Attrs, name string) {
	t, ok := a.Text(name).Get()
	recovered, _ := a.Get(name)
	if a.Text(name).State() == graph.Unknown && a.Text(name).Reason() != graph.ReasonNotInInput {
		p.Unreadable++
		return
	}
	if !ok || t.IsEmpty() {
		return
	}
	switch doc := a.Policy(name); {
	case doc.State() != graph.Known:
		p.Unreadable++
	case t.IsLiteral() && !recovered.Recovered:
		p.Known++
	default:
		p.Recovered++
	}
}
