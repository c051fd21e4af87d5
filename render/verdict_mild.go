package render

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

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
	forgotten := v.forgotten()
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
		s := say(toneGood, "This change adds "+count(added, "hop")+" to the chain")
		if to := v.gained(); len(to) > 0 {
			s = s.then(" and leads events to ").names(to)
		}
		return s.then("; it severs none.")
	case len(v.turn.mended) > 0:
		s := say(toneGood, "This change makes ").hop(v, v.turn.mended[0])
		return s.then(more(len(v.turn.mended)-1) + " work again.")
	case len(forgotten) > 0:
		s := say(toneNote, "This change severs nothing, but Terraform no longer manages ").names(addresses(forgotten))
		if len(forgotten) == 1 {
			return s.then(": it stays in AWS as it is.")
		}
		return s.then(": they stay in AWS as they are.")
	case resolved > 0:
		return say(toneGood, "This change resolves "+count(resolved, "finding")+" and weakens nothing.")
	case len(trails) == 0:
		return say(toneNote, "This change touches no trail, and none is in the input.")
	}
	s := say(toneGood, "This change leaves the chain of ").names(v.namesOf(trails)).then(" as it is")
	if moved := v.renamed(); len(moved) > 0 {
		return s.then(": ", moved[0].Previous, " is only renamed to ", moved[0].Address, more(len(moved)-1)+".")
	}
	return s.then(".")
}

func addresses(all []graph.Change) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.Address
	}
	return out
}

// gained names the consumers that events of a trail reach only after the plan.
func (v *view) gained() []string {
	was := map[graph.NodeID]bool{}
	for _, id := range v.r.Before.Consumers() {
		was[v.turn.at(id)] = true
	}
	var out []string
	for _, id := range v.r.Graph.Consumers() {
		if r := v.r.Graph.Reach(id); !was[id] && r.Traced && r.Flow == graph.FlowEvents && !slices.Contains(v.r.Graph.Roots(), id) {
			out = append(out, v.name(id))
		}
	}
	return out
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
	add(len(c.Undetermined), "hop", "uncertain")
	add(len(v.turn.broke), "hop", "broken")
	add(len(v.turn.mended), "hop", "mended")
	add(len(c.Added), "hop", "added")
	fresh, resolved := v.moved()
	add(fresh, "finding", "new")
	add(resolved, "finding", "resolved")
	if len(out) == 0 {
		out = []string{"no hop and no finding changes"}
	}
	add(len(v.forgotten()), "declaration", "no longer managed")
	add(len(v.renamed()), "declaration", "renamed")
	return out
}
