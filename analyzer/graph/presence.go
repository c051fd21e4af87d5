package graph

import (
	"maps"
	"slices"
	"strconv"
)

// Presence says on which conditions something is there: all of its members must hold, and each does where one of its
// alternatives does. Nil: always, or nobody can say.
type Presence []Alternatives

// Alternatives are conditions by name, and whether each is to hold: all of one of them.
type Alternatives []map[string]bool

// Worlds are all that a group of conditions may be together, where the input decides none of them. No condition is in two groups.
type Worlds []map[string]bool

// maxWorlds bounds in how many ways the conditions of several groups are looked at together.
const maxWorlds = 64

// in says that something is there in a world.
func (p Presence) in(world map[string]bool) bool {
	for _, alternatives := range p {
		if !slices.ContainsFunc(alternatives, func(m map[string]bool) bool { return agree(m, world) }) {
			return false
		}
	}
	return true
}

// agree says that no condition is one thing here and another there.
func agree(a, b map[string]bool) bool {
	for name, is := range a {
		if other, ok := b[name]; ok && other != is {
			return false
		}
	}
	return true
}

// conditions are the groups of an inventory.
type conditions struct {
	groups  []Worlds
	groupOf map[string]int
	known   map[string][]map[string]bool // worlds of several groups, by which these are
}

func conditionsOf(groups []Worlds) *conditions {
	c := &conditions{groups: groups, groupOf: map[string]int{}, known: map[string][]map[string]bool{}}
	for i, worlds := range groups {
		for _, w := range worlds {
			for name := range w {
				c.groupOf[name] = i
			}
		}
	}
	return c
}

// of returns the groups of the conditions of a presence. ok is false where one is of no group: nobody can say when it holds.
func (c *conditions) of(p Presence) (groups rootSet, ok bool) {
	groups = make(rootSet, len(c.groups)/64+1)
	for _, alternatives := range p {
		for _, m := range alternatives {
			for name := range m {
				i, is := c.groupOf[name]
				if !is {
					return groups, false
				}
				groups[i/64] |= 1 << (i % 64)
			}
		}
	}
	return groups, true
}

// together returns the worlds of several groups, or nil where these are too many.
func (c *conditions) together(groups rootSet) []map[string]bool {
	key := groups.key()
	if all, ok := c.known[key]; ok {
		return all
	}
	all := []map[string]bool{{}}
	for i, worlds := range c.groups {
		if groups[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		if len(all)*len(worlds) > maxWorlds {
			all = nil
			break
		}
		var more []map[string]bool
		for _, a := range all {
			for _, w := range worlds {
				both := maps.Clone(a)
				maps.Copy(both, w)
				more = append(more, both)
			}
		}
		all = more
	}
	c.known[key] = all
	return all
}

// exclude says that two things are never there together.
func (c *conditions) exclude(p, q Presence) bool {
	if len(c.groups) == 0 || len(p) == 0 || len(q) == 0 {
		return false
	}
	both := slices.Concat(p, q)
	groups, ok := c.of(both)
	if !ok {
		return false
	}
	worlds := c.together(groups)
	return worlds != nil && !slices.ContainsFunc(worlds, both.in)
}

func (s rootSet) key() string {
	var b []byte
	for _, bits := range s {
		b = strconv.AppendUint(b, bits, 16)
		b = append(b, '.')
	}
	return string(b)
}

// settleCertain finds the nodes that are reached whatever the conditions are: if one holds on one way, and else on another.
func (g *Graph) settleCertain(traced []NodeID, split map[string]bool) {
	if len(g.conditions.groups) == 0 {
		return
	}
	groups := g.conditionsOnTheWay(traced)
	reached := map[string]map[NodeID]bool{}
	for _, n := range g.nodes {
		r, on := g.chain[n.ID], groups[n.ID]
		if r == nil || !r.Traced || r.Certain || on == nil || n.Doubt != "" {
			continue
		}
		key := on.key()
		if reached[key] == nil && len(reached) < maxWorlds {
			reached[key] = g.reachedInAll(g.conditions.together(on), traced, split)
		}
		r.Certain = reached[key][n.ID]
	}
}

// conditionsOnTheWay returns of each node the groups of the conditions on the ways to it.
func (g *Graph) conditionsOnTheWay(roots []NodeID) map[NodeID]rootSet {
	out := map[NodeID]rootSet{}
	queue := slices.Clone(roots)
	size := len(g.conditions.groups)/64 + 1
	for _, id := range roots {
		out[id], _ = g.conditions.of(g.byID[id].Presence)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for e := range g.Out(at) {
			own, _ := g.conditions.of(e.Presence)
			own.add(out[at])
			for _, to := range []NodeID{e.To, e.Connector} {
				if to == "" {
					continue
				}
				_, seen := out[to]
				if !seen {
					out[to] = make(rootSet, size)
				}
				if out[to].add(own) || !seen {
					queue = append(queue, to)
				}
			}
		}
	}
	return out
}

// reachedInAll returns the nodes that are certain to be reached in each of several worlds.
func (g *Graph) reachedInAll(worlds []map[string]bool, roots []NodeID, split map[string]bool) map[NodeID]bool {
	out := map[NodeID]bool{}
	for i, world := range worlds {
		in := map[NodeID]bool{}
		for some := range slices.Chunk(roots, maxWave) {
			w := &wave{g: g, roots: len(some), sets: map[arrival]rootSet{}, await: map[arrival]bool{}, split: split, world: world}
			w.start(some)
			for at := range w.sets {
				if at.certain {
					in[at.id] = true
				}
			}
		}
		if i == 0 {
			out = in
		}
		maps.DeleteFunc(out, func(id NodeID, _ bool) bool { return !in[id] })
	}
	return out
}

// explained says whether the conditions tell when something that is in doubt is there.
func (c *conditions) explained(doubt string, p Presence) bool {
	if doubt == "" {
		return true
	}
	_, ok := c.of(p)
	return ok && len(p) > 0
}

// possible leaves of nodes those that may be there together with a declaration, in the scenario that is being drawn.
func (l *linker) possible(found []*Node, r *Resource) []*Node {
	if len(l.g.conditions.groups) == 0 {
		return found
	}
	here := l.here(r)
	return slices.DeleteFunc(slices.Clone(found), func(n *Node) bool { return l.g.conditions.exclude(here, n.Presence) })
}

// here returns on which conditions a declaration is there in the scenario that is being drawn.
func (l *linker) here(r *Resource) Presence {
	if r == nil {
		return nil
	}
	if l.scenario == nil {
		return r.Presence
	}
	return append(slices.Clip(r.Presence), Alternatives{l.scenario})
}
