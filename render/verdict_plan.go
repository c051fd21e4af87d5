package render

import (
	"slices"
	"strconv"

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
	renamed := map[graph.NodeID]graph.NodeID{}
	for _, c := range v.r.Change.Resources {
		if c.Previous != "" {
			renamed[graph.NodeID(c.Previous)] = graph.NodeID(c.Address)
		}
	}
	now := func(id graph.NodeID) graph.NodeID {
		if to, ok := renamed[id]; ok && v.r.Graph.Node(id) == nil {
			return to
		}
		return id
	}
	before := map[graph.NodeID]bool{}
	for _, id := range sources(v.r.Before) {
		before[id] = true
		if v.r.Graph.Node(now(id)) == nil {
			l.trails = append(l.trails, id)
		}
	}
	l.maybe = true
	for _, id := range v.r.Before.Consumers() {
		was := v.r.Before.Reach(id)
		is := v.r.Graph.Reach(now(id))
		var cut []graph.NodeID
		for _, root := range was.Roots {
			if !was.Traced || root == id || !before[root] {
				continue
			}
			if is == nil || is.Flow != graph.FlowEvents || !slices.Contains(is.Roots, now(root)) {
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

// planVerdict says the worst of what a plan does.
func (v *view) planVerdict() verdict {
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
	if s, ok := v.lossVerdict(cut, rewired); ok {
		return s
	}
	switch {
	case len(cut) > 0:
		s := say(toneNote, "This change severs ").then(count(len(cut), "hop")+" (", v.name(cut[0].Hop.From), " → ", v.name(cut[0].Hop.To))
		if note := flowNote(cut[0].Hop); note != "" {
			s = s.then(", " + note)
		}
		return s.then(more(len(cut)-1) + "); events still reach every consumer.")
	case len(rewired) > 0:
		h := rewired[0]
		return say(toneNote, "This change rewires "+count(len(rewired), "hop")+": ", v.name(h.Hop.From), " now leads to ", v.name(h.To), " instead of ", v.name(h.Hop.To), more(len(rewired)-1)+".")
	case len(restored) > 0:
		h := restored[0].Hop
		return say(toneNote, "This change cuts ", v.name(h.From), " → ", v.name(h.To), more(len(restored)-1)+" and makes it again: what is under way there is lost.")
	}
	return v.mildVerdict()
}

func more(n int) string {
	if n == 0 {
		return ""
	}
	return " and " + strconv.Itoa(n) + " more"
}

func (v *view) lossVerdict(cut, rewired []analyzer.HopChange) (verdict, bool) {
	l := v.lost()
	switch {
	case len(l.trails) > 0 && len(l.consumers) > 0:
		return say(toneBad, "This change removes ").names(v.namesOf(l.trails)).then(": no event of it reaches ").names(v.namesOf(l.consumers)).then(" any more."), true
	case len(l.trails) > 0:
		return say(toneBad, "This change removes ").names(v.namesOf(l.trails)).then("."), true
	case len(l.consumers) == 0 || len(cut)+len(rewired) == 0:
		return verdict{}, false
	}
	verb, what := "cuts", "the only path"
	if l.maybe {
		verb = "may cut"
	}
	if len(l.consumers) > 1 {
		what = "every path"
	}
	s := say(toneBad, "This change "+verb+" "+what+" from ").names(v.namesOf(l.from)).then(" to ").names(v.namesOf(l.consumers))
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

// mildVerdict is for plans that sever nothing.
func (v *view) mildVerdict() verdict {
	c := v.r.Change
	trails := sources(v.r.Graph)
	added := 0
	for _, h := range c.Added {
		if r := v.r.Graph.Reach(h.Hop.From); r != nil && r.Traced {
			added++
		}
	}
	_, resolved := v.moved()
	worst := analyzer.None
	for i := range c.Weakened {
		if stands(&c.Weakened[i]) {
			worst = max(worst, c.Weakened[i].Severity)
		}
	}
	switch {
	case worst > analyzer.None:
		s := say(map[bool]tone{true: toneBad, false: toneNote}[worst >= analyzer.High], "This change weakens ").names(v.weakNodes())
		return s.then(": " + count(len(c.Weakened), "new finding") + ", the worst " + worst.String() + "; no hop is severed.")
	case added > 0 && len(sources(v.r.Before)) == 0:
		return v.stands(say(toneGood, "This change builds the chain of ").names(v.namesOf(trails)).then(": " + count(added, "hop")))
	case added > 0:
		return say(toneGood, "This change adds "+count(added, "hop")+" to the chain and severs none.")
	case resolved > 0:
		return say(toneGood, "This change resolves "+count(resolved, "finding")+" and weakens nothing.")
	case len(trails) == 0:
		return say(toneNote, "This change touches no trail, and none is in the input.")
	}
	return say(toneGood, "This change does not touch the chain of ").names(v.namesOf(trails)).then(".")
}

// stands ends a sentence with the findings that stand.
func (v *view) stands(s verdict) verdict {
	n, worst := v.standing()
	if n == 0 {
		return s.then("; nothing is found to be wrong.")
	}
	s.tone = toneNote
	if worst >= analyzer.High {
		s.tone = toneBad
	}
	return s.then("; " + count(n, "finding") + ", the worst " + worst.String() + ".")
}

// weakNodes names what new findings are about, each once.
func (v *view) weakNodes() []string {
	var out []string
	for i := range v.r.Change.Weakened {
		if s := v.where(&v.r.Change.Weakened[i]); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// moved counts the findings that a plan brings, and those that it resolves. One that can no longer be
// decided is not resolved.
func (v *view) moved() (fresh, resolved int) {
	open := map[string]bool{}
	for i := range v.r.Findings {
		f := &v.r.Findings[i]
		open[f.ID] = true
		if stands(f) && v.isFresh(f) {
			fresh++
		}
	}
	for i := range v.r.Change.Strengthened {
		if !open[v.r.Change.Strengthened[i].ID] {
			resolved++
		}
	}
	return fresh, resolved
}

// changeCounts counts what a plan does, for one line.
func (v *view) changeCounts() []string {
	c := v.r.Change
	restored := 0
	for _, h := range c.Severed {
		if h.Restored {
			restored++
		}
	}
	var out []string
	add := func(n int, one, what string) {
		if n > 0 {
			out = append(out, count(n, one)+" "+what)
		}
	}
	add(len(c.Severed)-restored, "hop", "severed")
	add(restored, "hop", "cut and made again")
	add(len(c.Rewired), "hop", "rewired")
	add(len(c.Added), "hop", "added")
	fresh, resolved := v.moved()
	add(fresh, "finding", "new")
	add(resolved, "finding", "resolved")
	if len(out) == 0 {
		return []string{"no hop and no finding changes"}
	}
	return out
}
