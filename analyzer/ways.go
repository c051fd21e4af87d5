package analyzer

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// way is what must be so for events to reach a node one way: words, sorted, and what would settle them.
type way struct{ words, settledBy []string }

// maxWays bounds the ways to one node that are told apart.
const maxWays = 4

// candidate is said of a hop of which one of several is real.
const candidate = "one of several candidates is the real one"

// doubted says on what it depends that a node is on a chain of CloudTrail's, every way that leads to it considered, and what
// would settle it; nothing where it depends on nothing that is known.
func (ix *index) doubted(id graph.NodeID) (why, settledBy string) {
	if ix.ways == nil {
		ix.ways = ix.findWays()
	}
	ways, settled := []string{}, []string{}
	for _, w := range ix.ways[id] {
		if len(w.words) == 0 {
			return "", ""
		}
		ways = append(ways, strings.Join(w.words, " and "))
		for _, s := range w.settledBy {
			flags := strings.Split(s, " --")
			for i := range flags[1:] {
				flags[i+1] = "--" + flags[i+1]
			}
			settled = append(settled, flags...)
		}
	}
	if len(ways) == 0 {
		return "", ""
	}
	if len(ways) == maxWays {
		ways[maxWays-1] = "on other conditions"
	}
	slices.Sort(settled)
	if some := slices.DeleteFunc(slices.Clone(settled), func(s string) bool { return s == ix.SettledBy() }); len(some) > 0 {
		settled = some // what it says in general is no better
	}
	return "it is on the chain only if " + strings.Join(ways, ", or "), strings.Join(slices.Compact(settled), " ")
}

// findWays follows every chain of CloudTrail's, and gathers what is in doubt on the ways to each node.
func (ix *index) findWays() map[graph.NodeID][]way {
	type arrival struct{ id, emitter graph.NodeID }
	found := map[arrival][]way{}
	out := map[graph.NodeID][]way{}
	var queue []arrival
	arrive := func(at arrival, w way, goesOn bool) {
		out[at.id], _ = another(out[at.id], w)
		all, more := another(found[at], w)
		if found[at] = all; more && goesOn {
			queue = append(queue, at)
		}
	}
	for _, root := range ix.Roots() {
		if r := ix.Reach(root); r == nil || !r.Traced {
			continue
		}
		arrive(arrival{id: root}, way{}.and(ix.nodeDoubt(root)), true)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		var in *graph.Edge
		if at.emitter != "" {
			in = &graph.Edge{From: at.emitter}
		}
		for e := range ix.Onward(at.id, in) {
			for _, w := range slices.Clone(found[at]) {
				w = w.and(ix.hopDoubt(e))
				to := arrival{id: e.To}
				if n := ix.Node(e.To); n != nil && n.Kind == graph.KindBus {
					to.emitter = e.From
				}
				arrive(to, w, e.Kind.Flow != graph.FlowCopy)
				if e.Connector == "" {
					continue
				}
				arrive(arrival{id: e.Connector}, w, false)
				for c := range ix.Out(e.Connector) {
					arrive(arrival{id: c.To}, w.and(ix.hopDoubt(c)), c.Kind.Flow != graph.FlowCopy)
				}
			}
		}
	}
	return out
}

// another adds a way, unless another that asks for no more is there.
func another(all []way, w way) (ways []way, more bool) {
	within := func(a, b way) bool {
		return !slices.ContainsFunc(a.words, func(s string) bool { return !slices.Contains(b.words, s) })
	}
	if slices.ContainsFunc(all, func(o way) bool { return within(o, w) }) {
		return all, false
	}
	all = slices.DeleteFunc(slices.Clone(all), func(o way) bool { return within(w, o) })
	if len(all) == maxWays {
		return all, false
	}
	return append(all, w), true
}

// and returns the way with more that must be so.
func (w way) and(more way) way {
	if len(more.words) == 0 {
		return w
	}
	words, settledBy := slices.Concat(w.words, more.words), slices.Concat(w.settledBy, more.settledBy)
	slices.Sort(words)
	slices.Sort(settledBy)
	return way{slices.Compact(words), slices.Compact(settledBy)}
}

// hopDoubt returns what must be so for a hop to be there.
func (ix *index) hopDoubt(e *graph.Edge) way {
	if !e.Doubt {
		if e.OneOf != "" {
			return way{[]string{candidate}, []string{ix.SettledBy()}}
		}
		return way{}
	}
	w := ix.said(e.When, string(e.To), e.SettledBy)
	if e.OneOf != "" {
		w = w.and(way{[]string{candidate}, nil})
	}
	return w
}

func (ix *index) nodeDoubt(id graph.NodeID) way {
	n := ix.Node(id)
	if n == nil || n.Doubt == "" {
		return way{}
	}
	return ix.said(n.Doubt, string(id), n.SettledBy)
}

// said returns the conditions that a doubt is made of.
func (ix *index) said(doubt, id, settledBy string) way {
	if settledBy == "" {
		settledBy = ix.SettledBy()
	}
	words := graph.Clauses(doubt)
	if words == nil {
		return way{[]string{id + " is there, which is not known"}, []string{settledBy}}
	}
	slices.Sort(words)
	return way{slices.Compact(words), []string{settledBy}}
}
