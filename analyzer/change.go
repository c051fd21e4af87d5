package analyzer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// hopKey identifies a hop across the two graphs of a plan.
type hopKey struct{ kind, from, to string }

// change compares the graph before a plan with the graph after it.
func change(s Subject, was, is []Finding) *Change {
	c := &Change{}
	for _, ch := range s.Changes {
		if ch.Action != graph.ActionNoOp && ch.Action != graph.ActionRead || ch.Previous != "" || ch.Drift {
			c.Resources = append(c.Resources, ch)
		}
	}
	byAddr := map[string]graph.Change{}
	for _, ch := range s.Changes {
		if !ch.Drift {
			byAddr[ch.Address] = ch
		}
	}
	before, after := hopsByKey(s.Before), hopsByKey(s.Graph)
	for _, k := range slices.SortedFunc(keys(before), compareKeys) {
		e := before[k]
		if now := after[k]; now != nil {
			if why, cut := interrupted(e, byAddr); cut {
				c.Severed = append(c.Severed, HopChange{Hop: e, Because: why, Restored: true})
			}
			continue
		}
		hc := HopChange{Hop: e, Because: because(e, s.Before, byAddr)}
		if now := mayBe(e, s.Graph); now != nil {
			hc.To = now.To
			c.Undetermined = append(c.Undetermined, hc)
			continue
		}
		if to := rewiredTo(e, s.Before, s.Graph); to != "" {
			hc.To = to
			c.Rewired = append(c.Rewired, hc)
			continue
		}
		c.Severed = append(c.Severed, hc)
	}
	for _, k := range slices.SortedFunc(keys(after), compareKeys) {
		if before[k] == nil && !isRewired(c.Rewired, after[k]) && !mayHaveBeen(c.Undetermined, after[k], s.Graph) {
			c.Added = append(c.Added, HopChange{Hop: after[k], Because: because(after[k], s.Graph, byAddr)})
		}
	}
	c.Weakened = newFindings(is, was, s.Before)
	c.Strengthened = newFindings(was, is, s.Graph)
	return c
}

func keys(m map[hopKey]*graph.Edge) func(func(hopKey) bool) {
	return func(yield func(hopKey) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func compareKeys(a, b hopKey) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

func hopsByKey(g *graph.Graph) map[hopKey]*graph.Edge {
	out := map[hopKey]*graph.Edge{}
	for e := range g.Hops() {
		out[hopKey{e.Kind.ID, string(e.From), string(e.To)}] = e
	}
	return out
}

// interrupted says that a hop which both graphs have is cut while the plan replaces one of its ends, or
// the declaration that carries it.
func interrupted(e *graph.Edge, byAddr map[string]graph.Change) (string, bool) {
	for _, addr := range []string{string(e.To), string(e.From), e.Via} {
		ch, ok := byAddr[addr]
		if ok && ch.Action == graph.ActionReplace && !ch.CreateFirst {
			return addr + " is replaced: destroyed before the new one is made", true
		}
		if ok && ch.Action == graph.ActionReplace && addr != e.Via {
			return addr + " is replaced: the old one is destroyed once the new one is made", true
		}
	}
	return "", false
}

// because names the change that severs or adds a hop: of its declaration, or of one of its ends.
func because(e *graph.Edge, g *graph.Graph, byAddr map[string]graph.Change) string {
	addrs := []string{e.Via, string(e.From), string(e.To)}
	for _, id := range []graph.NodeID{e.From, e.To} {
		if n := g.Node(id); n != nil {
			addrs = append(addrs, n.Origins...)
		}
	}
	for _, addr := range addrs {
		ch, ok := byAddr[addr]
		if !ok {
			continue
		}
		switch ch.Action {
		case graph.ActionDelete:
			return addr + " is deleted"
		case graph.ActionReplace:
			return addr + " is replaced"
		case graph.ActionUpdate:
			return addr + " is updated"
		case graph.ActionCreate:
			return addr + " is created"
		case graph.ActionForget:
			return addr + " is no longer managed"
		case graph.ActionNoOp, graph.ActionRead:
		}
	}
	return ""
}

// mayBe returns the hop after the plan that a hop which is gone may have become: of the same kind and
// declaration, with an end that is not known before the plan is applied.
func mayBe(e *graph.Edge, after *graph.Graph) *graph.Edge {
	for now := range after.Out(e.From) {
		if sameCarrier(now, e) && isOpen(after, now.To) {
			return now
		}
	}
	for now := range after.In(e.To) {
		if sameCarrier(now, e) && isOpen(after, now.From) {
			return now
		}
	}
	return nil
}

// sameCarrier says that the same declaration carries two hops of one kind.
func sameCarrier(a, b *graph.Edge) bool { return a.Kind.ID == b.Kind.ID && a.Via == b.Via }

// isOpen says that it is not known which node this is.
func isOpen(g *graph.Graph, id graph.NodeID) bool {
	n := g.Node(id)
	return n != nil && n.Unresolved
}

// mayHaveBeen says that a hop after the plan may be one of before.
func mayHaveBeen(list []HopChange, e *graph.Edge, after *graph.Graph) bool {
	return (isOpen(after, e.From) || isOpen(after, e.To)) && slices.ContainsFunc(list, func(h HopChange) bool {
		return sameCarrier(h.Hop, e) && (h.Hop.From == e.From || h.Hop.To == e.To)
	})
}

// rewiredTo returns where a hop that is gone leads now: the one new hop of the same kind, from the same
// node and by the same declaration.
func rewiredTo(e *graph.Edge, before, after *graph.Graph) graph.NodeID {
	var to graph.NodeID
	for now := range after.Out(e.From) {
		if now.Kind.ID != e.Kind.ID || now.Via != e.Via || now.OneOf != "" || hasHop(before, now) {
			continue
		}
		if to != "" {
			return ""
		}
		to = now.To
	}
	return to
}

func hasHop(g *graph.Graph, e *graph.Edge) bool {
	for o := range g.Out(e.From) {
		if o.Kind.ID == e.Kind.ID && o.To == e.To {
			return true
		}
	}
	return false
}

func isRewired(list []HopChange, e *graph.Edge) bool {
	return slices.ContainsFunc(list, func(h HopChange) bool {
		return h.Hop.Kind.ID == e.Kind.ID && h.Hop.From == e.From && h.To == e.To && h.Hop.Via == e.Via
	})
}

// newFindings returns the violations among a that b does not have, on nodes that the other graph has too.
func newFindings(a, b []Finding, other *graph.Graph) []Finding {
	had := map[string]bool{}
	for _, f := range b {
		if f.Verdict == Violated {
			had[f.ID] = true
		}
	}
	var out []Finding
	for _, f := range a {
		if f.Verdict == Violated && !had[f.ID] && other.Node(f.Node) != nil {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, compareFindings)
	return out
}

// severed turns what a plan does to the hops of traced chains into findings of TG701, TG702 and TG703.
func severed(s Subject, c *Change) []Finding {
	var out []Finding
	for _, h := range c.Severed {
		switch {
		case h.Restored:
			out = append(out, hopFinding(s, h, hopInterrupted(), Medium, "the plan cuts this hop and makes it again")...)
		case h.Hop.Kind.Flow == graph.FlowEvents && onlyPath(s, h.Hop):
			out = append(out, hopFinding(s, h, hopSevered(), Critical, "the plan severs this hop, the last that events take to "+target(s.Before, h.Hop.To))...)
		default:
			out = append(out, hopFinding(s, h, hopSevered(), High, "the plan severs this hop")...)
		}
	}
	for _, h := range c.Rewired {
		severity, message := Medium, "the plan leads this hop elsewhere"
		if h.Hop.Kind.Flow == graph.FlowEvents && s.Graph.Node(h.Hop.To) != nil && onlyPath(s, h.Hop) {
			severity, message = High, "the plan leads this hop elsewhere, and nothing else leads to "+target(s.Before, h.Hop.To)+", which stays"
		}
		out = append(out, hopFinding(s, h, hopRewired(), severity, message)...)
	}
	for _, h := range c.Undetermined {
		for _, f := range hopFinding(s, h, hopSevered(), High, "the plan may sever this hop: where it leads afterwards is not known before it is applied") {
			f.Verdict, f.Reason, f.SettledBy = Undetermined, "where the hop leads after the plan", settledBySource
			out = append(out, f)
		}
	}
	return out
}

// target says what a hop leads to: this queue, this bucket.
func target(g *graph.Graph, id graph.NodeID) string {
	if n := g.Node(id); n != nil {
		return "this " + graph.InfoOf(n.Kind).Label
	}
	return "its target"
}

// hopFinding makes the finding on one hop, or none where the hop was on no chain of a trail.
func hopFinding(s Subject, h HopChange, rule Rule, severity Severity, message string) []Finding {
	r := s.Before.Reach(h.Hop.From)
	if r == nil || !r.Traced || h.Hop.Kind.Flow == graph.FlowCopy {
		return nil
	}
	if h.Because != "" {
		message += ": " + h.Because
	}
	f := Finding{
		ID: fingerprint(rule.ID, "", h.Hop.ID), Rule: rule.ID, Severity: severity, Verdict: Violated, Hop: h.Hop.ID, Title: rule.Title,
		Message: message, Fix: rule.Fix, Attack: rule.Techniques, Position: h.Hop.Pos,
	}
	if h.Hop.OneOf != "" {
		f.Verdict, f.Reason, f.SettledBy = Undetermined, string(graph.ReasonOneOf), settledBySource
	}
	if h.Because != "" {
		addr, _, _ := strings.Cut(h.Because, " is ")
		f.Evidence = []Evidence{{Where: addr, What: h.Because}}
	}
	return []Finding{f}
}

// onlyPath says that after the plan no event of a trail reaches the node that the severed hop led to. What is
// cut off may start a chain of its own; that chain carries nothing of a trail.
func onlyPath(s Subject, e *graph.Edge) bool {
	r := s.Graph.Reach(e.To)
	return r == nil || r.Flow != graph.FlowEvents || !r.Traced
}
