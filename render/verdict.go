package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// tone is how good the news of a verdict are.
type tone uint8

const (
	toneGood tone = iota
	toneNote      // nothing is lost, but something is to be looked at
	toneBad       // events are lost, or the worst finding is high or critical
)

//nolint:gochecknoglobals // a table
var toneSigns = [...]string{toneGood: "✔", toneNote: "•", toneBad: "✖"}

// verdict is the sentence that a reader needs first. Every other part is the name of a node.
type verdict struct {
	tone  tone
	parts []string // text, name, text, name, ...
}

// say starts a verdict; the arguments are text and names by turns.
func say(t tone, parts ...string) verdict { return verdict{t, parts} }

// spell joins the sentence: text and names each in the way of a format.
func (s verdict) spell(text, name func(string) string) string {
	var b strings.Builder
	for i, p := range s.parts {
		if i%2 == 1 {
			b.WriteString(name(clip(p, maxName)))
			continue
		}
		b.WriteString(text(p))
	}
	return b.String()
}

// then appends text and names; the first of them is text.
func (s verdict) then(parts ...string) verdict {
	out := slices.Clone(s.parts)
	if len(out)%2 == 1 && len(parts) > 0 {
		out[len(out)-1] += parts[0]
		parts = parts[1:]
	}
	return verdict{s.tone, append(out, parts...)}
}

// names appends the first few of many names.
func (s verdict) names(all []string, most int) verdict {
	for i, n := range all {
		switch {
		case i == most && len(all) > most+1:
			return s.then(" and " + strconv.Itoa(len(all)-i) + " more")
		case i > 0 && (i == len(all)-1):
			s = s.then(" and ", n)
		case i > 0:
			s = s.then(", ", n)
		default:
			s = s.then("", n)
		}
	}
	return s
}

// verdict says what the report comes to: for a plan what it does to the chain, else how the chain stands.
func (v *view) verdict() verdict {
	if v.r.Change != nil && v.r.Before != nil {
		return v.planVerdict()
	}
	return v.stateVerdict()
}

// sources are the trails and other sources of events of a graph.
func sources(g *graph.Graph) []graph.NodeID {
	var out []graph.NodeID
	for _, id := range g.Roots() {
		if r := g.Reach(id); r != nil && r.Traced {
			out = append(out, id)
		}
	}
	return out
}

func (v *view) namesOf(ids []graph.NodeID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.name(id)
	}
	return out
}

func (v *view) stateVerdict() verdict {
	roots := sources(v.r.Graph)
	if len(roots) == 0 {
		if v.r.Graph.NumHops() == 0 {
			return say(toneNote, "No trail and no hop is in the input.")
		}
		return say(toneNote, "No trail is in the input: "+count(v.r.Graph.NumHops(), "hop")+" may carry anything.")
	}
	consumers, perhaps := 0, 0
	for _, id := range v.r.Graph.Consumers() {
		switch r := v.r.Graph.Reach(id); {
		case !r.Traced || slices.Contains(roots, id):
		case r.Certain:
			consumers++
		default:
			perhaps++
		}
	}
	verb := "reach"
	if len(roots) == 1 {
		verb = "reaches"
	}
	s := say(toneGood, "").names(v.namesOf(roots), 3).then(" " + verb + " " + count(consumers, "consumer"))
	if perhaps > 0 {
		s = s.then(" and perhaps " + strconv.Itoa(perhaps) + " more")
	}
	if consumers+perhaps == 0 {
		s = say(toneNote, "").names(v.namesOf(roots), 3).then(" " + map[bool]string{true: "leads", false: "lead"}[len(roots) == 1] + " nowhere")
	}
	if broken := v.broken(); broken > 0 {
		s.tone = toneBad
		s = s.then("; " + count(broken, "hop") + map[bool]string{true: " is broken", false: " are broken"}[broken == 1])
	}
	standing, worst := v.standing()
	switch {
	case standing == 0:
		s = s.then("; nothing is found to be wrong.")
	default:
		s.tone = max(s.tone, toneNote)
		if worst >= analyzer.High {
			s.tone = toneBad
		}
		s = s.then("; " + count(standing, "finding") + ", the worst " + worst.String() + ".")
	}
	return s
}

// broken counts the hops of traced chains that cannot work.
func (v *view) broken() int {
	n := 0
	for e := range v.r.Graph.Hops() {
		if r := v.r.Graph.Reach(e.From); r != nil && r.Traced && e.Status == graph.StatusBroken {
			n++
		}
	}
	return n
}

// standing counts the violations that no ignore covers, and finds the worst of them.
func (v *view) standing() (int, analyzer.Severity) {
	n, worst := 0, analyzer.None
	for i := range v.r.Findings {
		if stands(&v.r.Findings[i]) {
			n++
			worst = max(worst, v.r.Findings[i].Severity)
		}
	}
	return n, worst
}

func stands(f *analyzer.Finding) bool { return f.Verdict == analyzer.Violated && f.Suppressed == "" }

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
	before := sources(v.r.Before)
	for _, id := range before {
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
			if !was.Traced || root == id || !slices.Contains(before, root) {
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
		return say(toneBad, "This change removes ").names(v.namesOf(l.trails), 3).then(": no event of it reaches ").names(v.namesOf(l.consumers), 3).then(" any more."), true
	case len(l.trails) > 0:
		return say(toneBad, "This change removes ").names(v.namesOf(l.trails), 3).then("."), true
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
	s := say(toneBad, "This change "+verb+" "+what+" from ").names(v.namesOf(l.from), 3).then(" to ").names(v.namesOf(l.consumers), 3)
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
		s := say(map[bool]tone{true: toneBad, false: toneNote}[worst >= analyzer.High], "This change weakens ").names(v.weakNodes(), 3)
		return s.then(": " + count(len(c.Weakened), "new finding") + ", the worst " + worst.String() + "; no hop is severed.")
	case added > 0 && len(sources(v.r.Before)) == 0:
		return v.stands(say(toneGood, "This change builds the chain of ").names(v.namesOf(trails), 3).then(": " + count(added, "hop")))
	case added > 0:
		return say(toneGood, "This change adds "+count(added, "hop")+" to the chain and severs none.")
	case resolved > 0:
		return say(toneGood, "This change resolves "+count(resolved, "finding")+" and weakens nothing.")
	case len(trails) == 0:
		return say(toneNote, "This change touches no trail, and none is in the input.")
	}
	return say(toneGood, "This change does not touch the chain of ").names(v.namesOf(trails), 3).then(".")
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
