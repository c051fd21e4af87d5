package render

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// fate says what the plan does to a hop of a drawing.
type fate uint8

const (
	fateStays fate = iota
	fateSevered
	fateRestored // cut and made again
	fateAdded
	fateRewired // as it was before it led elsewhere
	fateBroken  // it is still there, and cannot work any more
	fateMended
	fateDrifted // cut outside of Terraform, and not made again
)

//nolint:gochecknoglobals // a table
var fateLabels = [...]string{fateStays: "", fateSevered: "✖ severed", fateRestored: "✖ cut and made again", fateAdded: "+ added", fateRewired: "✖ rewired", fateBroken: "✖ broken by this change", fateMended: "+ works again", fateDrifted: "✖ cut outside of Terraform"}

// line is one hop or support edge of a drawing. From is the node it is drawn from: dead letters of a
// connector are drawn from the node whose events they are.
type line struct {
	edge     *graph.Edge
	from, to graph.NodeID
	fate     fate
	more     int // others that look the same, drawn as one with it
}

// drawing is what the formats that draw have in common: the nodes that are on a chain, with those that the
// plan takes off it, and the hops between them.
type drawing struct {
	nodes []graph.NodeID // sorted
	lines []line         // hops, in the order of the graph, then what is no more
	gone  map[graph.NodeID]bool
}

// draw gathers the chains of the report, and of the graph before what the plan severs.
func (v *view) draw() *drawing {
	d := &drawing{gone: map[graph.NodeID]bool{}}
	carrier := carriers(v.r.Graph)
	seen := map[graph.NodeID]bool{}
	add := func(id graph.NodeID) {
		if !seen[id] {
			seen[id] = true
			d.nodes = append(d.nodes, id)
		}
	}
	fates := v.fates()
	for e := range v.r.Graph.Hops() {
		// A rule on a bus that carries events of a chain, but whose pattern takes none of them, is not reached.
		if v.r.Graph.Reach(e.From) == nil || v.r.Graph.Reach(e.To) == nil {
			continue
		}
		from := cmp.Or(carrier[e.From], e.From)
		add(from)
		add(e.To)
		d.lines = append(d.lines, line{edge: e, from: from, to: e.To, fate: fates[e]})
	}
	for _, id := range v.r.Graph.Roots() { // a trail from which no hop leads on
		add(id)
	}
	for _, h := range v.goneHops() {
		for _, id := range []graph.NodeID{h.from, h.to} {
			add(id)
			d.gone[id] = v.r.Graph.Node(id) == nil
		}
		d.lines = append(d.lines, h)
	}
	slices.Sort(d.nodes)
	return d
}

// carriers finds, for each connector, the node whose events it passes on.
func carriers(g *graph.Graph) map[graph.NodeID]graph.NodeID {
	out := map[graph.NodeID]graph.NodeID{}
	for e := range g.Hops() {
		if e.Connector != "" && out[e.Connector] == "" {
			out[e.Connector] = e.From
		}
	}
	return out
}

// fates says what the plan does to the hops of the graph after it.
func (v *view) fates() map[*graph.Edge]fate {
	out := map[*graph.Edge]fate{}
	if v.r.Change == nil || v.builds {
		return out
	}
	for _, e := range v.addedHops() {
		out[e] = fateAdded
	}
	restored := map[string]bool{}
	for _, h := range v.r.Change.Severed {
		restored[h.Hop.ID] = h.Restored
	}
	rewired := map[string]bool{}
	for _, h := range v.r.Change.Rewired {
		rewired[h.Hop.Kind.ID+"\x00"+string(h.Hop.From)+"\x00"+string(h.To)] = true
	}
	for e := range v.r.Graph.Hops() {
		switch {
		case restored[e.ID]:
			out[e] = fateRestored
		case rewired[e.Kind.ID+"\x00"+string(e.From)+"\x00"+string(e.To)]:
			out[e] = fateAdded
		case v.turn.hops[e.ID] != fateStays:
			out[e] = v.turn.hops[e.ID]
		}
	}
	return out
}

// goneHops are the hops that only the graph before has.
func (v *view) goneHops() []line {
	if v.r.Change == nil {
		return nil
	}
	carrier := map[graph.NodeID]graph.NodeID{}
	if v.r.Before != nil {
		carrier = carriers(v.r.Before)
	}
	var out []line
	add := func(hops []analyzer.HopChange, f fate) {
		for _, h := range hops {
			if !h.Restored {
				out = append(out, line{edge: h.Hop, from: cmp.Or(carrier[h.Hop.From], h.Hop.From), to: h.Hop.To, fate: f})
			}
		}
	}
	add(v.r.Change.Severed, fateSevered)
	add(v.r.Change.Rewired, fateRewired)
	there := map[link]bool{}
	for e := range v.r.Graph.Hops() {
		there[linkOf(e)] = true
	}
	add(slices.DeleteFunc(slices.Clone(v.r.Change.Drifted), func(h analyzer.HopChange) bool {
		return there[linkOf(h.Hop)] || v.node(h.Hop.From) == nil || v.node(h.Hop.To) == nil
	}), fateDrifted)
	return out
}

// supporters returns the support edges from nodes of the drawing to keys and roles, the ends of which are
// worth drawing.
func (v *view) supporters(d *drawing) []line {
	on := map[graph.NodeID]bool{}
	for _, id := range d.nodes {
		on[id] = true
	}
	carrier := map[graph.NodeID]graph.NodeID{}
	for _, l := range d.lines {
		if l.edge.Connector != "" && carrier[l.edge.Connector] == "" {
			carrier[l.edge.Connector] = l.from
		}
	}
	type pair struct{ from, to graph.NodeID }
	seen := map[pair]bool{}
	var out []line
	for e := range v.r.Graph.SupportEdges() {
		from := e.From
		if c := carrier[from]; c != "" {
			from = c
		}
		to := v.r.Graph.Node(e.To)
		if !on[from] || to == nil || to.Kind != graph.KindKey && to.Kind != graph.KindRoleIAM || e.Kind.Verb == "grants" {
			continue
		}
		if p := (pair{from, e.To}); !seen[p] {
			seen[p] = true
			out = append(out, line{edge: e, from: from, to: e.To})
		}
	}
	return out
}

// bundle is lines from one node to another that look the same: they are drawn as one.
type bundle[T comparable] struct {
	from, to graph.NodeID
	looks    T
	count    int
}

// bundles draws together the lines that look the same, in the order of the first of each.
func bundles[T comparable](lines []line, looks func(*line) T) []bundle[T] {
	all := thin(&drawing{lines: lines}, looks).lines
	out := make([]bundle[T], len(all))
	for i := range all {
		out[i] = bundle[T]{from: all[i].from, to: all[i].to, looks: looks(&all[i]), count: 1 + all[i].more}
	}
	return out
}

// thin keeps one of the lines that look the same, so that limits count what is drawn.
func thin[T comparable](d *drawing, looks func(*line) T) *drawing {
	out := &drawing{nodes: d.nodes, gone: d.gone}
	at := map[bundle[T]]int{}
	for i := range d.lines {
		l := d.lines[i]
		b := bundle[T]{from: l.from, to: l.to, looks: looks(&l)}
		if j, ok := at[b]; ok {
			out.lines[j].more += 1 + l.more
			continue
		}
		at[b] = len(out.lines)
		out.lines = append(out.lines, l)
	}
	return out
}

// times says how many lines are drawn as one.
func times(n int) string {
	if n < 2 {
		return ""
	}
	return " ×" + strconv.Itoa(n)
}
