package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// mildVerdict is for plans that sever nothing.
func (v *view) mildVerdict() verdict {
	c := v.r.Change
	trails := sources(v.r.Graph)
	added := 0
	for _, e := range v.addedHops() {
		if r := v.r.Graph.Reach(e.From); r != nil && r.Traced {
			added++
		}
	}
	settings := v.settings
	harm := analyzer.None
	for i := range settings {
		harm = max(harm, settings[i].severity())
	}
	told := len(settings) > 0 && (harm > analyzer.None || settings[0].rank() < 2)
	_, restored := v.drift()
	repairs := added+len(v.turn.mended)+len(restored) > 0
	_, resolved := v.moved()
	forgotten := v.forgotten()
	worst := analyzer.None
	weakened := v.weakened()
	for _, f := range weakened {
		worst = max(worst, f.Severity)
	}
	switch {
	case added > 0 && len(sources(v.r.Before)) == 0 && len(trails) > 0:
		return v.stands(say(toneGood, "This change builds the chain of ").names(v.namesOf(trails)).then(": " + count(added, "hop") + v.besides()))
	case told && harm >= worst && (harm >= analyzer.High || !repairs):
		return v.alteredVerdict(settings)
	case worst > analyzer.None && (worst >= analyzer.High || !repairs):
		s := say(map[bool]tone{true: toneBad, false: toneNote}[worst >= analyzer.High], "This change weakens ").names(v.weakNodes())
		return s.then(": " + v.weakens(worst) + "; no hop is severed.")
	case len(restored) > 0:
		return v.but(say(toneGood, "This change restores ").hop(v, restored[0]).then(more(len(restored)-1)+", which somebody cut outside of Terraform"), worst)
	case added > 0:
		s := say(toneGood, "This change adds "+count(added, "hop")+" to the chain")
		if to := v.gained(); len(to) > 0 {
			s = s.then(" and leads events to ").names(to)
		}
		return v.but(s.then("; it severs none"), worst)
	case len(v.turn.mended) > 0:
		s := say(toneGood, "This change makes ").hop(v, v.turn.mended[0])
		return v.but(s.then(more(len(v.turn.mended)-1)+" work again"), worst)
	case len(forgotten) > 0:
		s := say(toneNote, "This change severs nothing, but Terraform no longer manages ").names(addresses(forgotten))
		if len(forgotten) == 1 {
			return s.then(": it stays in AWS as it is.")
		}
		return s.then(": they stay in AWS as they are.")
	case resolved > 0:
		if n := v.unexplained(); n > 0 {
			return say(toneNote, "This change resolves "+count(resolved, "finding")+" and changes "+count(n, "other setting")+" of the chain.")
		}
		return say(toneGood, "This change resolves "+count(resolved, "finding")+" and weakens nothing.")
	case len(settings) > 0:
		return v.alteredVerdict(settings)
	case len(c.Added)+len(c.Severed)+len(c.Rewired)+len(c.Undetermined)+len(c.Strengthened)+len(weakened) > 0 && len(trails) > 0:
		return say(toneNote, "This change severs no hop of the chain of ").names(v.namesOf(trails)).then(": " + strings.Join(v.changeCounts(), ", ") + ".")
	case len(trails) == 0:
		return say(toneNote, "This change touches no trail, and none is in the input.")
	}
	s := say(toneGood, "This change leaves the chain of ").names(v.namesOf(trails)).then(" as it is")
	if moved := v.renamed(); len(moved) > 0 {
		return s.then(": ", moved[0].Previous, " is only renamed to ", moved[0].Address, more(len(moved)-1)+".")
	}
	return s.then(".")
}

// weakens counts the findings that a plan brings on nodes that were there.
func (v *view) weakens(worst analyzer.Severity) string {
	return count(len(v.weakened()), "new finding") + ", the worst " + worst.String()
}

// weakened are the findings that a plan brings on nodes that were there, but for those that an ignore covers.
func (v *view) weakened() []*analyzer.Finding {
	var out []*analyzer.Finding
	if v.r.Change == nil {
		return nil
	}
	for i := range v.r.Change.Weakened {
		if f := &v.r.Change.Weakened[i]; stands(f) {
			out = append(out, f)
		}
	}
	return out
}

// but ends good news with what is less good of them.
func (v *view) but(s verdict, worst analyzer.Severity) verdict {
	if worst > analyzer.None {
		s.tone = max(s.tone, toneNote)
		s = s.then("; it brings " + v.weakens(worst))
	}
	if n := v.unexplained(); n > 0 {
		s.tone = max(s.tone, toneNote)
		s = s.then("; it changes " + count(n, "setting"))
	}
	return s.then(".")
}

// besides counts the hops that a plan adds to chains that start at no trail.
func (v *view) besides() string {
	n := 0
	for _, e := range v.addedHops() {
		if r := v.r.Graph.Reach(e.From); r == nil || !r.Traced {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return ", and " + strconv.Itoa(n) + " that start at no trail"
}

// unexplained counts the settings that a plan changes and that no finding which it resolves speaks of.
func (v *view) unexplained() int {
	resolved := map[graph.NodeID]int{}
	for i := range v.r.Change.Strengthened {
		resolved[v.r.Change.Strengthened[i].Node]++
	}
	n := 0
	for i := range v.r.Change.Altered {
		id := v.r.Change.Altered[i].Node
		if resolved[id] == 0 {
			n++
			continue
		}
		resolved[id]--
	}
	return n
}

// unchanged counts the findings that stand and that were there before the plan.
func (v *view) unchanged() int {
	n := 0
	for i := range v.r.Findings {
		if f := &v.r.Findings[i]; stands(f) && !v.isFresh(f) && !isAside(f) && f.Rule != ruleDrift {
			n++
		}
	}
	return n
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
	for _, f := range v.weakened() {
		if s := v.where(f); !slices.Contains(out, s) {
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
	open, back := v.drift()
	add(len(open), "hop", "cut outside of Terraform")
	add(len(back), "hop", "restored")
	drifted := v.mendedDrift()
	known := func(e *graph.Edge) bool { return drifted[linkOf(e)] }
	add(len(slices.DeleteFunc(slices.Clone(v.turn.mended), known)), "hop", "mended")
	add(len(slices.DeleteFunc(v.addedHops(), known)), "hop", "added")
	add(len(c.Altered), "setting", "changed")
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
