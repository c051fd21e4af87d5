package render

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// affected narrows a drawing to the chains that the plan changes: what it severs, adds and rewires, the
// nodes it weakens, the way from a trail to them and what hangs on what is cut. It returns the whole drawing
// and false where the plan changes nothing, or there is no plan.
func (v *view) affected(d *drawing) (*drawing, bool) {
	up, down := map[graph.NodeID]bool{}, map[graph.NodeID]bool{}
	for _, l := range d.lines {
		if l.fate != fateStays {
			up[l.from], down[l.to] = true, true
		}
	}
	for _, f := range v.weakened() {
		if _, drawn := slices.BinarySearch(d.nodes, f.Node); drawn {
			up[f.Node] = true
		}
	}
	for _, a := range v.settings {
		for _, id := range v.ends(a.Alteration) {
			if _, drawn := slices.BinarySearch(d.nodes, id); drawn {
				up[id] = true
			}
		}
	}
	if len(up)+len(down) == 0 {
		return d, false
	}
	// A chain that is cut starts at the trail: upstream of what changed, and downstream of what was cut off.
	into, out := map[graph.NodeID][]*line{}, map[graph.NodeID][]*line{}
	for i := range d.lines {
		l := &d.lines[i]
		into[l.to] = append(into[l.to], l)
		out[l.from] = append(out[l.from], l)
	}
	keep := map[*line]bool{}
	spread(up, func(id graph.NodeID) (ends []graph.NodeID) {
		for _, l := range into[id] {
			if l.edge.Kind.Flow == graph.FlowEvents || l.fate != fateStays {
				keep[l] = true
				ends = append(ends, l.from)
			}
		}
		return ends
	})
	spread(down, func(id graph.NodeID) (ends []graph.NodeID) {
		for _, l := range out[id] {
			keep[l] = true
			ends = append(ends, l.to)
		}
		return ends
	})
	for i := range d.lines {
		if d.lines[i].fate != fateStays {
			keep[&d.lines[i]] = true
		}
	}
	part := &drawing{gone: d.gone}
	for i := range d.lines {
		if keep[&d.lines[i]] {
			part.lines = append(part.lines, d.lines[i])
		}
	}
	for id := range up {
		part.nodes = append(part.nodes, id)
	}
	for id := range down {
		part.nodes = append(part.nodes, id)
	}
	part.tidy()
	return part, true
}

// spread visits everything that next leads to from the nodes of a set, and adds it to the set.
func spread(set map[graph.NodeID]bool, next func(graph.NodeID) []graph.NodeID) {
	queue := make([]graph.NodeID, 0, len(set))
	for id := range set {
		queue = append(queue, id)
	}
	for len(queue) > 0 {
		id := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, n := range next(id) {
			if !set[n] {
				set[n] = true
				queue = append(queue, n)
			}
		}
	}
}

// tidy sorts the nodes and adds those that a line leads from or to.
func (d *drawing) tidy() {
	for _, l := range d.lines {
		d.nodes = append(d.nodes, l.from, l.to)
	}
	slices.Sort(d.nodes)
	d.nodes = slices.Compact(d.nodes)
}

// first keeps the lines that matter most, at most n: what the plan changes, what is broken, then what
// carries events of a trail. It returns the drawing of them, and how many lines are left out.
func (v *view) first(d *drawing, n int) (*drawing, int) {
	if len(d.lines) <= n {
		return d, 0
	}
	rank := func(i int) int {
		l := &d.lines[i]
		r := v.r.Graph.Reach(l.from)
		switch {
		case l.fate != fateStays:
			return 0
		case l.edge.Status == graph.StatusBroken:
			return 1
		case r != nil && r.Traced:
			return 2 + rankOf(l.edge)
		}
		return 6 + rankOf(l.edge)
	}
	depth := d.depths(v)
	order := make([]int, len(d.lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(depth[d.lines[a].from], depth[d.lines[b].from]))
	})
	kept := order[:n]
	slices.Sort(kept)
	part := &drawing{gone: d.gone}
	for _, i := range kept {
		part.lines = append(part.lines, d.lines[i])
	}
	part.tidy()
	return part, len(d.lines) - n
}

// depths returns how many hops each node is away from the nearest root of the graph.
func (d *drawing) depths(v *view) map[graph.NodeID]int {
	out := map[graph.NodeID][]graph.NodeID{}
	for _, l := range d.lines {
		out[l.from] = append(out[l.from], l.to)
	}
	depth := map[graph.NodeID]int{}
	queue := v.r.Graph.Roots()
	for _, id := range queue {
		depth[id] = 0
	}
	for i := 0; i < len(queue); i++ {
		for _, to := range out[queue[i]] {
			if _, ok := depth[to]; !ok {
				depth[to] = depth[queue[i]] + 1
				queue = append(queue, to)
			}
		}
	}
	return depth
}
