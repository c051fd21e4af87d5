package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// group is what one rule found, at one severity: folded, for many nodes have the same fault.
type group struct {
	first *analyzer.Finding
	all   []*analyzer.Finding // in the order of the report
	says  []saying
	fresh int // how many of them the change brought
}

// saying is findings of a group with one message.
type saying struct {
	message string
	of      []*analyzer.Finding
}

// groups folds the findings that keep takes, in the order of the report, those that the change brought
// before others of the same severity.
func (v *view) groups(keep func(*analyzer.Finding) bool) []*group {
	type key struct {
		rule, title, suppressed string
		severity                analyzer.Severity
		fresh                   bool
	}
	type message struct {
		g    *group
		text string
	}
	at, said := map[key]*group{}, map[message]int{}
	var out []*group
	for i := range v.r.Findings {
		f := &v.r.Findings[i]
		if !keep(f) {
			continue
		}
		k := key{f.Rule, f.Title, f.Suppressed, f.Severity, v.isFresh(f)}
		g := at[k]
		if g == nil {
			g = &group{first: f}
			at[k] = g
			out = append(out, g)
		}
		g.all = append(g.all, f)
		if k.fresh {
			g.fresh++
		}
		j, ok := said[message{g, f.Message}]
		if !ok {
			j = len(g.says)
			said[message{g, f.Message}] = j
			g.says = append(g.says, saying{message: f.Message})
		}
		g.says[j].of = append(g.says[j].of, f)
	}
	slices.SortStableFunc(out, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.first.Severity, a.first.Severity), cmp.Compare(min(b.fresh, 1), min(a.fresh, 1)))
	})
	return out
}

// isAside says that a finding is about the run itself: nobody knows whether it was there before a plan.
func isAside(f *analyzer.Finding) bool { return f.About != "" }

// isFresh says that a finding is there because of the change: it weakens a node that was there, or it is
// about a hop that the change cuts.
func (v *view) isFresh(f *analyzer.Finding) bool {
	if v.r.Change == nil {
		return false
	}
	if strings.HasPrefix(f.Rule, "TG7") {
		return f.Rule != ruleDrift // which was there before this change
	}
	return v.fresh[f.ID] || v.cutHops[f.Hop] || f.Node != "" && v.r.Before.Node(f.Node) == nil
}

// open is what was not decided, by what would settle it.
type open struct {
	settledBy string
	lines     []openLine
	count     int // of findings and gaps
}

// openLine is what is not known for one reason. Where the same is not known of several declarations they are
// items of one line: what stands before them, and after what stands behind.
type openLine struct {
	what, after string
	items       []string
	reason      string
	where       []string
}

// ofWhat finds the declaration in the text of a gap.
func ofWhat(what, address string) (before, item, after string) {
	if before, after, ok := strings.Cut(what, address); ok && address != "" && (after == "" || after[0] == ' ') {
		return before, address, after
	}
	if i := strings.Index(what, " of "); i >= 0 && strings.HasPrefix(what, "which hop is real: ") {
		return what[:i+len(" of ")], what[i+len(" of "):], ""
	}
	return what, "", ""
}

// openEnds groups what is undetermined: rules that could not be decided, and what could not be resolved.
// Groups that more hangs on come first.
func (v *view) openEnds() []*open {
	at := map[string]*open{}
	var out []*open
	lineAt := map[[5]string]int{}
	add := func(kind, settledBy, what, item, after, reason, where string) {
		settledBy = cmp.Or(settledBy, "nothing that this tool reads yet")
		o := at[settledBy]
		if o == nil {
			o = &open{settledBy: settledBy}
			at[settledBy] = o
			out = append(out, o)
		}
		o.count++
		k := [5]string{kind, settledBy, what, after, reason}
		i, ok := lineAt[k]
		if !ok {
			i = len(o.lines)
			lineAt[k] = i
			o.lines = append(o.lines, openLine{what: what, after: after, reason: reason})
		}
		if item != "" && !slices.Contains(o.lines[i].items, item) {
			o.lines[i].items = append(o.lines[i].items, item)
		}
		if where != "" && !slices.Contains(o.lines[i].where, where) {
			o.lines[i].where = append(o.lines[i].where, where)
		}
	}
	told := map[[2]string]bool{}
	var checks []*analyzer.Finding
	for i := range v.r.Findings {
		if f := &v.r.Findings[i]; f.Verdict == analyzer.Undetermined {
			told[[2]string{f.Rule + " " + f.Title, cmp.Or(string(f.Node), f.Hop)}] = true
			if f.Suppressed == "" {
				checks = append(checks, f)
			}
		}
	}
	for _, g := range v.r.Coverage.Undetermined {
		if !told[[2]string{g.What, g.Where}] {
			before, item, after := ofWhat(g.What, g.Where)
			where := g.Where
			switch {
			case item == where:
				where = "" // the text names it
			case v.node(graph.NodeID(where)) != nil:
				where = v.name(graph.NodeID(where))
			}
			add("gap", g.SettledBy, before, item, after, g.Reason, where)
		}
	}
	for _, f := range checks {
		add("check", f.SettledBy, f.Rule+" "+f.Title, "", "", f.Reason, v.where(f))
	}
	slices.SortStableFunc(out, func(a, b *open) int { return cmp.Compare(b.count, a.count) })
	return out
}

// statusCounts counts the hops by their marks, in words.
func (v *view) statusCounts() []string {
	var n [len(markSigns)]int
	for e := range v.r.Graph.Hops() {
		n[v.mark(e)]++
	}
	var out []string
	for _, m := range []struct {
		mark      mark
		one, many string
	}{{markWorks, "works", "work"}, {markBroken, "broken", "broken"}, {markPlain, "declared", "declared"}, {markExternal, "out of the input", "out of the input"}, {markUnknown, "uncertain", "uncertain"}} {
		switch c := n[m.mark]; {
		case c == 1:
			out = append(out, "1 "+m.one)
		case c > 1:
			out = append(out, strconv.Itoa(c)+" "+m.many)
		}
	}
	return out
}
