package graph

import (
	"encoding/binary"
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
// write to but no trail of the inputs does; and, after those, nodes that pass something on, receive
// nothing, and may be of a chain. In order of identifier within each.
func (g *Graph) Roots() []NodeID { return slices.Clone(g.roots) }

// Reach returns how events get to a node, or nil when they do not.
func (g *Graph) Reach(id NodeID) *Reach { return g.chain[id] }

// Onward yields the hops that events take from a node after they came by the edge in (nil: they start
// there). On an event bus only the rules whose pattern takes the events of in's emitter go on.
func (g *Graph) Onward(id NodeID, in *Edge) iter.Seq[*Edge] {
	return func(yield func(*Edge) bool) {
		for e := range g.Out(id) {
			if in != nil && !e.takes(in.From) {
				continue
			}
			if !yield(e) {
				return
			}
		}
	}
}

// takes says whether an edge takes the events of an emitter on: on a bus, a rule takes those of some alone.
func (e *Edge) takes(emitter NodeID) bool {
	if len(e.Accepts) == 0 || emitter == "" {
		return true
	}
	_, ok := slices.BinarySearch(e.Accepts, emitter)
	return ok
}

// walk finds the roots and what is reached from each.
func (g *Graph) walk() {
	g.chain = map[NodeID]*Reach{}
	traced, loose := g.findRoots()
	split := g.splitStarts()
	for some := range slices.Chunk(traced, maxWave) {
		g.spread(some, true, split)
	}
	loose = slices.DeleteFunc(loose, func(id NodeID) bool { return g.chain[id] != nil })
	for some := range slices.Chunk(loose, maxWave) {
		g.spread(some, false, split)
	}
	g.settleCertain(traced, split)
	g.roots = slices.Concat(traced, loose)
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
		case role != RoleConnector && !hasIn(g, n.ID) && hasOut(g, n.ID) && g.mayStart(n):
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
	// passed marks a connector, which events only pass by: its edges go on from where they came.
	passed bool
}

// flowRank orders flows from the one that carries most.
func flowRank(f Flow) int {
	return slices.Index([]Flow{FlowEvents, FlowSignal, FlowDeadLetter, FlowCopy, FlowSupport}, f)
}

// maxWave bounds the roots that spread at once, and so the size of what is kept of each arrival.
const maxWave = 512

// wave is what has spread so far: of each arrival, the set of roots whose events it may be. All roots
// spread at once, since the ways from them soon become the same.
type wave struct {
	g     *Graph
	roots int
	sets  map[arrival]rootSet
	queue []arrival
	await map[arrival]bool // what is in the queue
	split map[string]bool  // one-of sets of which the start is not certain
	world map[string]bool  // what conditions are assumed to be; nil: nothing is
}

// rootSet is a set of roots, by their place in the list of roots.
type rootSet []uint64

func (g *Graph) spread(roots []NodeID, traced bool, split map[string]bool) {
	w := &wave{g: g, roots: len(roots), sets: map[arrival]rootSet{}, await: map[arrival]bool{}, split: split}
	w.start(roots)
	sets := map[NodeID]rootSet{}
	for at, set := range w.sets {
		r := g.chain[at.id]
		if r == nil {
			r = &Reach{Flow: at.flow}
			g.chain[at.id] = r
		}
		r.Certain = r.Certain || at.certain && (traced || !r.Traced) // what is on a chain of CloudTrail's perhaps is no more so for being on another
		r.Traced = r.Traced || traced
		if flowRank(at.flow) < flowRank(r.Flow) {
			r.Flow = at.flow
		}
		if all, ok := sets[at.id]; ok {
			all.add(set)
		} else {
			sets[at.id] = slices.Clone(set)
		}
	}
	named := map[string][]NodeID{} // lists that nodes share
	both := map[[2]*NodeID][]NodeID{}
	for id, set := range sets {
		r := g.chain[id]
		list := set.list(roots, named)
		if len(r.Roots) > 0 {
			pair := [2]*NodeID{&r.Roots[0], &list[0]}
			if both[pair] == nil {
				all := slices.Concat(r.Roots, list)
				slices.Sort(all)
				both[pair] = all
			}
			list = both[pair]
		}
		r.Roots = list
	}
}

// start lets the events of roots spread.
func (w *wave) start(roots []NodeID) {
	for i, id := range roots {
		n := w.g.byID[id]
		certain, there := w.there(n.Doubt != "", !w.g.conditions.explained(n.Doubt, n.Presence), n.Presence)
		if !there {
			continue
		}
		set := make(rootSet, len(roots)/64+1)
		set[i/64] |= 1 << (i % 64)
		w.arrive(arrival{id: id, certain: certain, flow: FlowEvents}, set)
	}
	for len(w.queue) > 0 {
		at := w.queue[0]
		w.queue = w.queue[1:]
		delete(w.await, at)
		if !at.passed && at.flow != FlowCopy { // what is written about a node goes no further as CloudTrail events
			w.onward(at)
		}
	}
}

// there says whether something is there in the world that is assumed, and whether that is certain.
func (w *wave) there(doubt, unexplained bool, p Presence) (certain, there bool) {
	switch {
	case !doubt:
		return true, true
	case w.world == nil:
		return false, true
	}
	return !unexplained, p.in(w.world)
}

// onward lets what arrived go on by every edge that takes it.
func (w *wave) onward(at arrival) {
	set := w.sets[at]
	next := func(e *Edge) {
		sure, there := w.there(e.Doubt, e.unexplained, e.Presence)
		if !there {
			return
		}
		flow := at.flow
		if flowRank(e.Kind.Flow) > flowRank(flow) {
			flow = e.Kind.Flow
		}
		to := arrival{id: e.To, certain: at.certain && e.OneOf == "" && sure, flow: flow}
		if n := w.g.byID[e.To]; n != nil && n.Kind == KindBus {
			to.emitter = e.From
		}
		w.arrive(to, set)
	}
	for e := range w.g.Out(at.id) {
		if !e.takes(at.emitter) {
			continue
		}
		next(e)
		if sure, there := w.there(e.Doubt, e.unexplained, e.Presence); there && e.Connector != "" {
			w.arrive(arrival{id: e.Connector, certain: at.certain && sure && (e.OneOf == "" || !w.split[e.OneOf]), flow: at.flow, passed: true}, set)
			for c := range w.g.Out(e.Connector) {
				next(c)
			}
		}
	}
}

// arrive adds roots to what has arrived, and queues it where that tells something new.
func (w *wave) arrive(at arrival, set rootSet) {
	have, ok := w.sets[at]
	if !ok {
		have = make(rootSet, w.roots/64+1)
		w.sets[at] = have
	}
	if (have.add(set) || !ok) && !w.await[at] {
		w.await[at] = true
		w.queue = append(w.queue, at)
	}
}

// add adds the members of another set, and says whether that made a difference.
func (s rootSet) add(more rootSet) bool {
	changed := false
	for i, bits := range more {
		changed = changed || bits&^s[i] != 0
		s[i] |= bits
	}
	return changed
}

// list names the members, in order. Equal sets share one list.
func (s rootSet) list(roots []NodeID, named map[string][]NodeID) []NodeID {
	var key []byte
	for _, bits := range s {
		key = binary.LittleEndian.AppendUint64(key, bits)
	}
	if list, ok := named[string(key)]; ok {
		return list
	}
	var list []NodeID
	for i, id := range roots {
		if s[i/64]&(1<<(i%64)) != 0 {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	named[string(key)] = list
	return list
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
	slices.Sort(out)
	return out
}
