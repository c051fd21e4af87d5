package analyzer

import (
	"cmp"
	"slices"

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
	same := map[*graph.Edge]bool{} // hops of after that are those of before, whose end the plan deletes
	for _, k := range slices.SortedFunc(keys(before), compareKeys) {
		e := before[k]
		if now := after[k]; now != nil {
			if why, cut := interrupted(e, byAddr); cut {
				c.Severed = append(c.Severed, HopChange{Hop: e, Because: why, Restored: true})
			}
			continue
		}
		hc := HopChange{Hop: e, Because: because(e, s.Before, byAddr)}
		if now := dangling(e, s.Before, s.Graph); now != nil {
			same[now] = true
			now.Status, now.Why = graph.StatusBroken, "the plan deletes what it hangs on"
			c.Severed = append(c.Severed, hc)
			continue
		}
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
		if before[k] == nil && !same[after[k]] && !isRewired(c.Rewired, after[k]) && !mayHaveBeen(c.Undetermined, after[k], s.Graph) {
			c.Added = append(c.Added, HopChange{Hop: after[k], Because: because(after[k], s.Graph, byAddr)})
		}
	}
	c.Weakened = newFindings(is, was, s.Graph, s.Before)
	c.Strengthened = newFindings(was, is, s.Before, s.Graph)
	c.Altered = altered(s, before, after, byAddr)
	c.Drifted = drifted(s, before, after)
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
		if verb := actionVerbs[ch.Action]; verb != "" {
			return addr + " is " + verb
		}
	}
	return ""
}

// dangling returns the hop after the plan that is a hop of before from or to a node which the plan deletes: the
// name that led there stays, and leads to what is no longer declared.
func dangling(e *graph.Edge, before, after *graph.Graph) *graph.Edge {
	for now := range after.Out(e.From) {
		if sameCarrier(now, e) && outlived(before.Node(e.To), after.Node(now.To), after) {
			return now
		}
	}
	for now := range after.In(e.To) {
		if sameCarrier(now, e) && outlived(before.Node(e.From), after.Node(now.From), after) {
			return now
		}
	}
	return nil
}

// outlived says that an external node is all that is left of one that the plan deletes.
func outlived(was, is *graph.Node, after *graph.Graph) bool {
	return was != nil && was.Declared() && after.Node(was.ID) == nil && is != nil && is.External && is.Kind == was.Kind &&
		(sameText(is.ARN, was.ARN) || sameText(is.Name, was.Name))
}

func sameText(a, b graph.Value[graph.Text]) bool {
	x, okX := a.Get()
	y, okY := b.Get()
	return okX && okY && !x.IsEmpty() && x.Equal(y) == graph.Yes
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

// newFindings returns the violations among a, of one graph, that b does not have, on nodes that the other graph
// has on a chain too: what a node that joins the chain is like is no weakening.
func newFindings(a, b []Finding, g, other *graph.Graph) []Finding {
	had := map[string]bool{}
	for _, f := range b {
		if f.Verdict == Violated {
			had[f.ID] = true
		}
	}
	var out []Finding
	for _, f := range a {
		if f.Verdict != Violated || had[f.ID] || other.Node(f.Node) == nil {
			continue
		}
		if g.Reach(f.Node) != nil && !isTraced(other, f.Node) {
			continue
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, compareFindings)
	return out
}

// isTraced says that events of a trail reach a node.
func isTraced(g *graph.Graph, id graph.NodeID) bool {
	r := g.Reach(id)
	return r != nil && r.Traced
}

// drifted compares the graph that the state recorded with the one that was found: hops that somebody cut
// outside of Terraform, of which Restored are those that the plan makes again.
func drifted(s Subject, before, after map[hopKey]*graph.Edge) []HopChange {
	if s.Recorded == nil {
		return nil
	}
	byAddr := map[string]graph.Change{}
	for _, ch := range s.Changes {
		if ch.Drift {
			byAddr[ch.Address] = ch
		}
	}
	var out []HopChange
	recorded := hopsByKey(s.Recorded)
	for _, k := range slices.SortedFunc(keys(recorded), compareKeys) {
		e, found := recorded[k], before[k]
		if e.OneOf != "" || e.Status == graph.StatusBroken || !isTraced(s.Recorded, e.From) || found != nil && found.Status != graph.StatusBroken {
			continue
		}
		now := after[k]
		h := HopChange{Hop: e, Because: because(e, s.Recorded, byAddr), Restored: now != nil && now.Status != graph.StatusBroken}
		if found != nil && h.Because == "" {
			h.Because = found.Why
		}
		out = append(out, h)
	}
	return out
}
