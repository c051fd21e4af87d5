package graph

import (
	"cmp"
	"iter"
	"slices"
)

// Reach says how events get to a node.
type Reach struct {
	Roots []NodeID // where the chains that reach it start, sorted
	// Certain says that one way to it holds no one-of edge.
	Certain bool
	// Traced says that one of Roots is a source of CloudTrail events, or a node that CloudTrail may write to.
	// A chain that starts elsewhere may be of anything.
	Traced bool
	Flow   Flow // the best flow that reaches it: events before signals before dead letters before copies
}

// Roots returns the nodes at which chains start: the trails and other sources; nodes that CloudTrail may
// write to but no trail of the inputs does; and, after those, nodes that pass something on and receive
// nothing. In order of identifier within each.
func (g *Graph) Roots() []NodeID { return slices.Clone(g.roots) }

// Reach returns how events get to a node, or nil when they do not.
func (g *Graph) Reach(id NodeID) *Reach { return g.chain[id] }

// Onward yields the hops that events take from a node after they came by the edge in (nil: they start
// there). On an event bus only the rules whose pattern takes the events of in's emitter go on.
func (g *Graph) Onward(id NodeID, in *Edge) iter.Seq[*Edge] {
	return func(yield func(*Edge) bool) {
		for e := range g.Out(id) {
			if in != nil && len(e.Accepts) > 0 && !slices.Contains(e.Accepts, in.From) {
				continue
			}
			if !yield(e) {
				return
			}
		}
	}
}

// walk finds the roots and what is reached from each.
func (g *Graph) walk() {
	g.chain = map[NodeID]*Reach{}
	traced, loose := g.findRoots()
	for _, id := range traced {
		g.spread(id, true)
	}
	for _, id := range loose {
		if g.chain[id] == nil {
			g.spread(id, false)
			g.roots = append(g.roots, id)
		}
	}
	g.roots = append(traced, g.roots...)
	for _, r := range g.chain {
		slices.Sort(r.Roots)
	}
}

func (g *Graph) findRoots() (traced, loose []NodeID) {
	var admitted []NodeID
	for _, n := range g.nodes {
		role := InfoOf(n.Kind).Role
		switch {
		case role == RoleSource && (n.Kind != KindDataLake || !hasIn(g, n.ID)):
			traced = append(traced, n.ID)
		case n.Declared() && g.admitsCloudTrail(n.ID) && !hasIn(g, n.ID):
			admitted = append(admitted, n.ID)
		case role != RoleConnector && !hasIn(g, n.ID) && hasOut(g, n.ID):
			loose = append(loose, n.ID)
		}
	}
	return append(traced, admitted...), loose
}

func hasIn(g *Graph, id NodeID) bool {
	for e := range g.In(id) {
		if e.Kind.Flow == FlowEvents || e.Kind.Flow == FlowSignal || e.Kind.Flow == FlowDeadLetter {
			return true
		}
	}
	return false
}

func hasOut(g *Graph, id NodeID) bool {
	for range g.Out(id) {
		return true
	}
	return false
}

// admitsCloudTrail says that the policy of a bucket or topic names CloudTrail's service principal.
func (g *Graph) admitsCloudTrail(id NodeID) bool {
	for e := range g.Support(id) {
		if (e.Kind.ID == "s3_policy" || e.Kind.ID == "sns_policy") && e.To == "iam.principal/cloudtrail.amazonaws.com" {
			return true
		}
	}
	return false
}

// arrival is a node with the emitter whose events arrived, for buses tell emitters apart.
type arrival struct {
	id      NodeID
	emitter NodeID
	certain bool
	flow    Flow
}

// flowRank orders flows from the one that carries most.
func flowRank(f Flow) int {
	return slices.Index([]Flow{FlowEvents, FlowSignal, FlowDeadLetter, FlowCopy, FlowSupport}, f)
}

func (g *Graph) spread(root NodeID, traced bool) {
	type state struct {
		at arrival
		in *Edge
	}
	seen := map[arrival]bool{}
	queue := []state{{at: arrival{id: root, certain: true, flow: FlowEvents}}}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if seen[s.at] {
			continue
		}
		seen[s.at] = true
		g.reached(s.at, root, traced)
		next := func(e *Edge) {
			flow := s.at.flow
			if flowRank(e.Kind.Flow) > flowRank(flow) {
				flow = e.Kind.Flow
			}
			if s.at.flow == FlowCopy {
				return // what is written about a node goes no further as CloudTrail events
			}
			a := arrival{id: e.To, certain: s.at.certain && e.OneOf == "", flow: flow}
			if n := g.byID[e.To]; n != nil && n.Kind == KindBus {
				a.emitter = e.From
			}
			queue = append(queue, state{at: a, in: e})
		}
		for e := range g.Onward(s.at.id, s.in) {
			next(e)
			if e.Connector != "" {
				g.reached(arrival{id: e.Connector, certain: s.at.certain && e.OneOf == "", flow: s.at.flow}, root, traced)
				for c := range g.Out(e.Connector) {
					next(c)
				}
			}
		}
	}
}

func (g *Graph) reached(a arrival, root NodeID, traced bool) {
	r := g.chain[a.id]
	if r == nil {
		r = &Reach{Flow: a.flow}
		g.chain[a.id] = r
	}
	if n := len(r.Roots); n == 0 || r.Roots[n-1] != root { // roots are walked one after the other
		r.Roots = append(r.Roots, root)
	}
	r.Certain = r.Certain || a.certain
	r.Traced = r.Traced || traced
	if flowRank(a.flow) < flowRank(r.Flow) {
		r.Flow = a.flow
	}
}

// Consumers returns the nodes at which events leave the graph: reached by events, and passing none on.
func (g *Graph) Consumers() []NodeID {
	var out []NodeID
	for id, r := range g.chain {
		if r.Flow != FlowEvents {
			continue
		}
		n := g.byID[id]
		if n == nil || InfoOf(n.Kind).Role == RoleConnector || n.Kind == KindBus {
			continue
		}
		ends := true
		for e := range g.Out(id) {
			if e.Kind.Flow == FlowEvents {
				ends = false
			}
		}
		if ends {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b NodeID) int { return cmp.Compare(a, b) })
	return out
}
