package analyzer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// index is what rules ask of a graph again and again, worked out when it is first asked for. It keeps rules linear
// in the size of the graph: where they look for another node, they look among a few that stand for all.
type index struct {
	*graph.Graph
	captures  map[graph.NodeID]capture
	witnesses []capture
	stores    map[graph.NodeID][]graph.NodeID
	watchers  *watchers
	ways      map[graph.NodeID][]way
	keyed     map[graph.NodeID]bool // roots of chains with a node that a key encrypts
	traced    bool                  // some chain starts at CloudTrail
}

func newIndex(g *graph.Graph) *index {
	ix := &index{Graph: g, captures: map[graph.NodeID]capture{}}
	ix.traced = slices.ContainsFunc(g.Roots(), func(id graph.NodeID) bool {
		r := g.Reach(id)
		return r != nil && r.Traced
	})
	return ix
}

// isOff says that a node is on other chains than CloudTrail's alone, while the input has one of CloudTrail's. Where
// it has none, any chain may be.
func (ix *index) isOff(r *graph.Reach) bool { return r != nil && !r.Traced && ix.traced }

// capture returns what a trail or event data store records of management events.
func (ix *index) capture(n *graph.Node) capture {
	c, ok := ix.captures[n.ID]
	if !ok {
		c = captureOf(n)
		ix.captures[n.ID] = c
	}
	return c
}

// recording returns the sources that are certain to record: of those that are alike in all that matters to another
// source the first two, so that one is left beside any source.
func (ix *index) recording() []capture {
	if ix.witnesses != nil {
		return ix.witnesses
	}
	ix.witnesses = []capture{}
	alike := map[string]int{}
	for _, kind := range []graph.Kind{graph.KindTrail, graph.KindEventStore} {
		for o := range ix.OfKind(kind) {
			if !o.Declared() || isRecording(o) != graph.Yes {
				continue
			}
			c := ix.capture(o)
			key := string(kind) + c.key()
			if alike[key]++; alike[key] <= 2 {
				ix.witnesses = append(ix.witnesses, c)
			}
		}
	}
	return ix.witnesses
}

// key tells apart what sources are open to and select.
func (c capture) key() string {
	var b strings.Builder
	b.WriteString(placeKey(c.node))
	b.WriteString(flagKey(c.node, "global_events"))
	b.WriteString(c.state.String())
	for _, s := range c.selectors {
		b.WriteString("\x00or")
		for _, cl := range s {
			b.WriteString("\x00and\x00" + cl.field + "\x00" + strconv.FormatBool(cl.missing))
			for _, v := range cl.values() {
				b.WriteString("\x00" + v.State().String())
				for _, t := range v.Or(nil) {
					b.WriteString("\x00" + t.String())
				}
			}
		}
	}
	return b.String()
}

// placeKey tells apart the accounts and regions that sources are open to.
func placeKey(n *graph.Node) string {
	account, region := n.Account.Or("?"), n.Region.Or("?")
	return "\x00" + account + "\x00" + region + flagKey(n, "multi_region") + flagKey(n, "organization")
}

func flagKey(n *graph.Node, attr string) string {
	v := n.Attrs.Bool(attr)
	return "\x00" + v.State().String() + strconv.FormatBool(v.Or(false))
}

// storesOf returns buckets that are certain to hold every object of a chain's root: two where there are more.
func (ix *index) storesOf(root graph.NodeID) []graph.NodeID {
	if ix.stores != nil {
		return ix.stores[root]
	}
	ix.stores = map[graph.NodeID][]graph.NodeID{}
	for m := range ix.OfKind(graph.KindBucket) {
		if r := ix.Reach(m.ID); m.Unresolved || r == nil || r.Flow != graph.FlowEvents {
			continue
		}
		for _, other := range keptFor(ix.Graph, m, map[graph.NodeID]bool{}) {
			if all := ix.stores[other]; len(all) < 2 && !slices.Contains(all, m.ID) {
				ix.stores[other] = append(all, m.ID)
			}
		}
	}
	return ix.stores[root]
}

// encrypted says that a key encrypts a node which the events of a chain's root reach.
func (ix *index) encrypted(root graph.NodeID) bool {
	if ix.keyed != nil {
		return ix.keyed[root]
	}
	ix.keyed = map[graph.NodeID]bool{}
	for e := range ix.SupportEdges() {
		if n := ix.Node(e.To); n == nil || n.Kind != graph.KindKey {
			continue
		}
		if r := ix.Reach(e.From); r != nil {
			for _, root := range r.Roots {
				ix.keyed[root] = true
			}
		}
	}
	return ix.keyed[root]
}
