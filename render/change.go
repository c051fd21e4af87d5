package render

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// turn is what a plan does to hops and nodes that it neither takes away nor adds.
type turn struct {
	broke  []*graph.Edge         // hops of the chain that work before the plan, as far as is known, and cannot after it
	mended []*graph.Edge         // the other way round
	hops   map[string]fate       // broken and mended, by identifier
	dark   map[graph.NodeID]bool // nodes that stay, and that no event of a trail, and no signal made of one, reaches any more
	now    map[graph.NodeID]graph.NodeID
}

// turned compares the hops of the graphs before and after.
func (v *view) turned() turn {
	t := turn{hops: map[string]fate{}, dark: map[graph.NodeID]bool{}, now: map[graph.NodeID]graph.NodeID{}}
	if v.r.Change == nil || v.r.Before == nil {
		return t
	}
	for _, c := range v.r.Change.Resources {
		if from, to := graph.NodeID(c.Previous), graph.NodeID(c.Address); c.Previous != "" && v.r.Graph.Node(from) == nil {
			t.now[from] = to
		}
	}
	was := map[string]graph.Status{}
	for e := range v.r.Before.Hops() {
		was[e.ID] = e.Status
	}
	for e := range v.r.Graph.Hops() {
		before, there := was[e.ID]
		r := v.r.Graph.Reach(e.From)
		switch {
		case !there || r == nil || !r.Traced || (before == graph.StatusBroken) == (e.Status == graph.StatusBroken):
		case e.Status == graph.StatusBroken:
			t.broke = append(t.broke, e)
			t.hops[e.ID] = fateBroken
		default:
			t.mended = append(t.mended, e)
			t.hops[e.ID] = fateMended
		}
	}
	if len(v.r.Change.Severed)+len(v.r.Change.Rewired)+len(t.broke) > 0 {
		after := working(v.r.Graph, sources(v.r.Graph), graph.FlowEvents, graph.FlowSignal)
		for id := range working(v.r.Before, sources(v.r.Before), graph.FlowEvents, graph.FlowSignal) {
			if id = t.at(id); !after[id] && v.r.Graph.Node(id) != nil {
				t.dark[id] = true
			}
		}
	}
	return t
}

// at returns what a node of the graph before is called after the plan.
func (t *turn) at(id graph.NodeID) graph.NodeID {
	if to, ok := t.now[id]; ok {
		return to
	}
	return id
}

// working returns the nodes that flows of some kinds reach from the roots over hops that are not broken, the
// roots too.
func working(g *graph.Graph, roots []graph.NodeID, flows ...graph.Flow) map[graph.NodeID]bool {
	type arrival struct {
		id graph.NodeID
		by *graph.Edge
	}
	out, seen := map[graph.NodeID]bool{}, map[spot]bool{}
	var queue []arrival
	visit := func(id graph.NodeID, by *graph.Edge) {
		s := spot{id: id}
		if n := g.Node(id); by != nil && n != nil && n.Kind == graph.KindBus {
			s.emitter = by.From // its rules tell emitters apart
		}
		if !seen[s] {
			seen[s], out[id] = true, true
			queue = append(queue, arrival{id, by})
		}
	}
	for _, id := range roots {
		visit(id, nil)
	}
	for i := 0; i < len(queue); i++ { //nolint:intrange // it grows meanwhile
		for e := range g.Onward(queue[i].id, queue[i].by) {
			if slices.Contains(flows, e.Kind.Flow) && e.Status != graph.StatusBroken {
				visit(e.To, e)
			}
		}
	}
	return out
}

// touched returns the changes of declarations that a chain is made of: its nodes, what carries its hops,
// and what sets attributes of its nodes. Drift is no change of the plan's.
func (v *view) touched(is func(graph.Change) bool) []graph.Change {
	var some []graph.Change
	for _, c := range v.r.Change.Resources {
		if !c.Drift && is(c) {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return nil
	}
	on := map[string]bool{}
	for _, g := range []*graph.Graph{v.r.Before, v.r.Graph} {
		for n := range g.Nodes() {
			if g.Reach(n.ID) != nil {
				on[n.Address] = true
				for _, a := range n.Origins {
					on[a] = true
				}
			}
		}
		for e := range g.Hops() {
			on[e.Via] = true
		}
	}
	delete(on, "")
	return slices.DeleteFunc(some, func(c graph.Change) bool { return !on[c.Address] })
}

// forgotten are the declarations of the chain that the plan takes out of Terraform's hands.
func (v *view) forgotten() []graph.Change {
	return v.touched(func(c graph.Change) bool { return c.Action == graph.ActionForget })
}

// renamed are the declarations of the chain that get another address, and that nothing else happens to.
func (v *view) renamed() []graph.Change {
	return v.touched(func(c graph.Change) bool { return c.Previous != "" && c.Action == graph.ActionNoOp })
}

// replaced are the nodes that the plan destroys and makes anew, of those that the given hops end at.
func (v *view) replaced(hops []analyzer.HopChange) []graph.Change {
	ends := map[string]bool{}
	for _, h := range hops {
		for _, id := range []graph.NodeID{h.Hop.From, h.Hop.To} {
			if n := v.r.Before.Node(id); n != nil && n.Address != "" {
				ends[n.Address] = true
			}
		}
	}
	return v.touched(func(c graph.Change) bool { return c.Action == graph.ActionReplace && ends[c.Address] })
}

// keeps says that events wait in a node, and are lost with it. A bucket that is not empty cannot be
// destroyed, but where Terraform empties it first.
func keeps(n *graph.Node) bool {
	switch n.Kind {
	case graph.KindQueue, graph.KindStream, graph.KindLogGroup, graph.KindEventStore, "events.archive":
		return true
	case graph.KindBucket:
		on, _ := flagOf(n.Attrs, "force_destroy")
		return on
	}
	return false
}
