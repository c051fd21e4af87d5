package analyzer

import (
	"maps"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// alternatives returns what a source whose selectors are not known records in each of the scenarios of which one is real; nil
// where these are not known, or do not tell.
func (c capture) alternatives() []capture {
	out := make([]capture, len(c.node.Scenarios))
	for i, s := range c.node.Scenarios {
		n := *c.node
		n.Attrs = maps.Clone(n.Attrs)
		for _, attr := range []string{"event_selectors", "advanced_selectors"} {
			delete(n.Attrs, attr)
			if a, told := s.Attrs[attr]; told {
				n.Attrs[attr] = a
			}
		}
		if out[i] = captureOf(&n); out[i].state == graph.Unknown {
			return nil
		}
	}
	return out
}

// alwaysSome says that management events are certain to be recorded in every scenario.
func alwaysSome(all []capture) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(c capture) bool { return c.some() != graph.Yes })
}

// undecided judges the sources whose selectors are not known, but certain to take management events: whether they leave something
// out in any of the scenarios. Where they may take none at all, that is what is said.
func undecided(p *Pass, s Severity, leavesOut func(capture) bool) {
	for n := range p.Chain(graph.KindTrail, graph.KindEventStore) {
		c := p.index.capture(n)
		if c.state != graph.Unknown {
			continue
		}
		all := c.alternatives()
		switch {
		case !alwaysSome(all):
		case slices.ContainsFunc(all, leavesOut):
			p.Undecided(n, c.attr, s)
		default:
			p.Hold(n)
		}
	}
}

// leavesOut says that a source leaves, or may leave, some classes of events out.
func (c capture) leavesOut(want func(cell) bool) bool {
	return len(c.gaps(true, want))+len(c.gaps(false, want)) > 0
}
