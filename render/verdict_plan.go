package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// losses are what a plan takes from the consumers of the chain.
type losses struct {
	trails    []graph.NodeID // sources that are no more
	consumers []graph.NodeID // which events of a trail reached, and reach no more
	from      []graph.NodeID // the trails whose events they were
	maybe     bool           // only over hops of which one of several is real
}

// lost compares the ways from each trail to each consumer before and after.
func (v *view) lost() losses {
	var l losses
	now := v.turn.at
	before := map[graph.NodeID]bool{}
	for _, id := range sources(v.r.Before) {
		before[id] = true
		if v.r.Graph.Node(now(id)) == nil {
			l.trails = append(l.trails, id)
		}
	}
	l.maybe = true
	works := map[*graph.Graph]map[graph.NodeID]map[graph.NodeID]bool{v.r.Before: {}, v.r.Graph: {}}
	ways := func(g *graph.Graph, root graph.NodeID) map[graph.NodeID]bool {
		if works[g][root] == nil {
			works[g][root] = working(g, []graph.NodeID{root}, graph.FlowEvents)
		}
		return works[g][root]
	}
	// A hop to what the plan deletes is still drawn, to the name that is left of it.
	cuts := len(v.turn.broke) > 0 || slices.ContainsFunc(v.r.Change.Severed, func(h analyzer.HopChange) bool { return !h.Restored })
	open := v.downstream(v.r.Change.Undetermined)
	for _, id := range v.r.Before.Consumers() {
		if open[id] {
			continue // nobody knows yet whether events will reach it
		}
		was := v.r.Before.Reach(id)
		is := v.r.Graph.Reach(now(id))
		var cut []graph.NodeID
		for _, root := range was.Roots {
			if !was.Traced || root == id || !before[root] {
				continue
			}
			switch {
			case is == nil, is.Flow != graph.FlowEvents, !slices.Contains(is.Roots, now(root)):
				cut = append(cut, root)
			case cuts && ways(v.r.Before, root)[id] && !ways(v.r.Graph, now(root))[now(id)]:
				cut = append(cut, root)
			}
		}
		if len(cut) == 0 {
			continue
		}
		l.consumers = append(l.consumers, id)
		l.from = append(l.from, cut...)
		l.maybe = l.maybe && !was.Certain
	}
	slices.Sort(l.from)
	l.from = slices.Compact(l.from)
	return l
}

// downstream returns the nodes that events reach, before the plan, over the ends of some hops.
func (v *view) downstream(hops []analyzer.HopChange) map[graph.NodeID]bool {
	if len(hops) == 0 {
		return nil
	}
	ends := make([]graph.NodeID, len(hops))
	for i, h := range hops {
		ends[i] = h.Hop.To
	}
	return working(v.r.Before, ends, graph.FlowEvents)
}

// planVerdict says the worst of what a plan does, and what it does besides that a reader must not miss: trails
// that are new, and what somebody cut outside of Terraform.
func (v *view) planVerdict() verdict {
	s, lost := v.cutVerdict()
	open, _ := v.drift()
	switch {
	case len(open) > 0 && lost:
		s.tone = toneBad
		s = s.then(" Outside of Terraform somebody cut ").hop(v, open[0]).then(more(len(open)-1) + " besides, which stays cut.")
	case len(open) > 0:
		return v.withTrails(say(toneBad, "Outside of Terraform somebody cut ").hop(v, open[0]).then(more(len(open)-1)+", and this change does not mend it."), true)
	case !lost:
		s = v.mildVerdict()
	}
	return v.withTrails(s, lost)
}

// withTrails adds the trails that a plan adds beside others: first, or last where the news are bad.
func (v *view) withTrails(s verdict, last bool) verdict {
	names, hops := v.newTrails()
	if len(names) == 0 {
		return s
	}
	what := "trail "
	if len(names) > 1 {
		what = "trails "
	}
	with := " with " + count(hops, "hop")
	if hops == 0 {
		with = map[bool]string{true: ", which leads nowhere", false: ", which lead nowhere"}[len(names) == 1]
	}
	if last {
		return s.then(" It adds " + what).names(names).then(with + ".")
	}
	out := say(s.tone, "This change adds "+what).names(names).then(with)
	const begins = "This change "
	switch first := s.parts[0]; {
	case strings.HasPrefix(first, begins+"leaves "), strings.HasPrefix(first, begins+"adds "):
		return out.then("; it severs nothing.")
	case strings.HasPrefix(first, begins):
		out = out.then(", and " + first[len(begins):])
	default:
		out = out.then(". " + first)
	}
	out.parts = append(out.parts, s.parts[1:]...)
	return out
}

// newTrails names the trails that a plan adds where there were others, and counts the hops of their chains that
// it adds.
func (v *view) newTrails() (names []string, hops int) {
	was := map[graph.NodeID]bool{}
	for _, id := range sources(v.r.Before) {
		was[v.turn.at(id)] = true
	}
	if len(was) == 0 {
		return nil, 0 // the whole chain is new
	}
	fresh := map[graph.NodeID]bool{}
	for _, id := range sources(v.r.Graph) {
		if n := v.node(id); !was[id] && n != nil && n.Declared() && graph.InfoOf(n.Kind).Role == graph.RoleSource {
			fresh[id] = true
			names = append(names, v.name(id))
		}
	}
	for _, e := range v.addedHops() {
		if r := v.r.Graph.Reach(e.From); r != nil && slices.ContainsFunc(r.Roots, func(id graph.NodeID) bool { return fresh[id] }) {
			hops++
		}
	}
	return names, hops
}

// cutVerdict says the worst of what a plan takes from the chain, and false where it takes nothing.
func (v *view) cutVerdict() (verdict, bool) {
	c := v.r.Change
	var cut, restored []analyzer.HopChange
	for _, h := range c.Severed {
		switch r := v.r.Before.Reach(h.Hop.From); {
		case r == nil || !r.Traced:
		case h.Restored:
			restored = append(restored, h)
		default:
			cut = append(cut, h)
		}
	}
	rewired := slices.DeleteFunc(slices.Clone(c.Rewired), func(h analyzer.HopChange) bool {
		r := v.r.Before.Reach(h.Hop.From)
		return r == nil || !r.Traced
	})
	open := slices.DeleteFunc(slices.Clone(c.Undetermined), func(h analyzer.HopChange) bool {
		r := v.r.Before.Reach(h.Hop.From)
		return r == nil || !r.Traced
	})
	broke := v.turn.broke
	if s, ok := v.lossVerdict(cut, rewired, broke); ok {
		return s, true
	}
	switch {
	case len(cut) > 0:
		s := say(toneNote, "This change severs ").then(count(len(cut), "hop")+" (", v.name(cut[0].Hop.From), " → ", v.name(cut[0].Hop.To))
		if note := flowNote(cut[0].Hop); note != "" {
			s = s.then(", " + note)
		}
		return s.then(more(len(cut)-1) + "); events still reach every consumer."), true
	case len(rewired) > 0:
		h := rewired[0]
		return say(toneNote, "This change rewires "+count(len(rewired), "hop")+": ", v.name(h.Hop.From), " now leads to ", v.name(h.To), " instead of ", v.name(h.Hop.To), more(len(rewired)-1)+"."), true
	case len(broke) > 0:
		s := say(toneNote, "This change breaks "+count(len(broke), "hop")+": ").hop(v, broke[0])
		return s.then(why(broke[0]) + more(len(broke)-1) + "; events still reach every consumer."), true
	case len(open) > 0:
		s := say(toneNote, "This change may cut ").hop(v, open[0].Hop)
		return s.then(more(len(open)-1) + ": where it leads afterwards is not known before it is applied."), true
	case len(restored) > 0:
		return v.replaceVerdict(restored), true
	}
	return verdict{}, false
}

// hop appends a hop.
func (s verdict) hop(v *view, e *graph.Edge) verdict {
	return s.then("", v.name(e.From), " → ", v.name(e.To))
}

// why says, in brackets, why a hop is broken.
func why(e *graph.Edge) string {
	if e.Why == "" {
		return ""
	}
	return " (" + clip(e.Why, 80) + ")"
}

// replaceVerdict is for plans that cut hops only until what they end at is made anew.
func (v *view) replaceVerdict(restored []analyzer.HopChange) verdict {
	nodes := v.replaced(restored)
	if len(nodes) == 0 {
		s := say(toneNote, "This change cuts ").hop(v, restored[0].Hop)
		return s.then(more(len(restored)-1) + " and makes it again: what is sent meanwhile may be lost.")
	}
	names, first, stores := make([]string, len(nodes)), true, false
	for i, c := range nodes {
		id := graph.NodeID(c.Address)
		names[i] = v.name(id)
		if n := v.r.Before.Node(id); n != nil {
			names[i] = rawName(n)
			stores = stores || keeps(n)
		}
		first = first && c.CreateFirst
	}
	s := say(toneNote, "This change replaces ").names(names)
	it, is, one, old := "it", "it is", "the new one is", "the old one"
	if len(nodes) > 1 {
		it, is, one, old = "them", "they are", "the new ones are", "the old ones"
	} else if name := v.name(graph.NodeID(nodes[0].Address)); name != names[0] {
		s = s.then(" by ", name)
	}
	switch {
	case first && stores:
		s = s.then(": " + one + " made first, and what is left in " + old + " is lost.")
	case first:
		return s.then(": " + one + " made before " + old + " " + map[bool]string{true: "goes", false: "go"}[len(nodes) == 1] + ".")
	case stores:
		s = s.then(": " + is + " cut off until " + one + " made, and what is in " + it + " is lost.")
	default:
		return s.then(": " + is + " cut off until " + one + " made, and what is sent meanwhile may be lost.")
	}
	s.tone = toneBad
	return s
}

func more(n int) string {
	if n == 0 {
		return ""
	}
	return " and " + strconv.Itoa(n) + " more"
}

func (v *view) lossVerdict(cut, rewired []analyzer.HopChange, broke []*graph.Edge) (verdict, bool) {
	l := v.lost()
	switch {
	case len(l.trails) > 0 && len(l.consumers) > 0:
		return say(toneBad, "This change removes ").names(v.namesOf(l.trails)).then(": no event of it will reach ").names(v.namesOf(l.consumers)).then("."), true
	case len(l.trails) > 0:
		return say(toneBad, "This change removes ").names(v.namesOf(l.trails)).then("."), true
	case len(l.consumers) == 0 || len(cut)+len(rewired)+len(broke) == 0:
		return verdict{}, false
	}
	if len(cut)+len(rewired) == 0 && v.silenced(broke) {
		s := say(toneBad, "This change silences ").names(v.namesOf(l.from)).then(why(broke[0]) + ": no event of it will reach ").names(v.namesOf(l.consumers))
		return s.then("."), true
	}
	verb, what := "cuts", "the only path"
	if l.maybe {
		verb = "may cut"
	}
	if len(l.consumers) > 1 {
		what = "every path"
	}
	s := say(toneBad, "This change "+verb+" "+what+" from ").names(v.namesOf(l.from)).then(" to ").names(v.namesOf(l.consumers))
	if len(cut)+len(rewired) == 0 {
		return s.then(": ").hop(v, broke[0]).then(" cannot work any more" + why(broke[0]) + more(len(broke)-1) + "."), true
	}
	if len(cut) == 0 {
		h := rewired[0]
		return s.then(": ", v.name(h.Hop.From), " now leads to ", v.name(h.To), " instead of ", v.name(h.Hop.To), more(len(rewired)-1)+"."), true
	}
	gone := 0
	for _, id := range l.consumers {
		if v.r.Graph.Node(id) == nil {
			gone++
		}
	}
	switch {
	case gone == 1 && len(l.consumers) == 1:
		s = s.then(", which it removes as well")
	case gone > 0:
		s = s.then(" (" + strconv.Itoa(gone) + " of which it removes as well)")
	}
	return s.then("."), true
}

// silenced says that all hops that a plan breaks are the first of a trail.
func (v *view) silenced(broke []*graph.Edge) bool {
	roots := sources(v.r.Graph)
	return !slices.ContainsFunc(broke, func(e *graph.Edge) bool { return !slices.Contains(roots, e.From) })
}
