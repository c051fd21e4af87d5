package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	maxValue    = 80 // runes of a value that a plan changes
	ruleDrift   = "TG706"
	ruleKeyGone = "TG707"
)

// link is what a hop is told by where two graphs are compared.
type link struct {
	kind     string
	from, to graph.NodeID
}

func linkOf(e *graph.Edge) link { return link{e.Kind.ID, e.From, e.To} }

// addedHops are the hops that the plan adds, every candidate of a set for itself, as all other counts have them.
func (v *view) addedHops() []*graph.Edge {
	added := map[link]bool{}
	for _, h := range v.r.Change.Added {
		added[linkOf(h.Hop)] = true
	}
	var out []*graph.Edge
	for e := range v.r.Graph.Hops() {
		if added[linkOf(e)] {
			out = append(out, e)
		}
	}
	return out
}

// mendedDrift are the hops that somebody cut outside of Terraform and that the plan makes again.
func (v *view) mendedDrift() map[link]bool {
	out := map[link]bool{}
	for _, h := range v.r.Change.Drifted {
		if h.Restored {
			out[linkOf(h.Hop)] = true
		}
	}
	return out
}

// drift returns the hops that somebody cut outside of Terraform: those that stay cut, and those that the plan
// makes again.
func (v *view) drift() (open, restored []*graph.Edge) {
	for _, h := range v.r.Change.Drifted {
		if h.Restored {
			restored = append(restored, h.Hop)
			continue
		}
		open = append(open, h.Hop)
	}
	return open, restored
}

// byOthers says what was done outside of Terraform: in the past, for the plan does nothing of it.
func byOthers(because string) string {
	for _, done := range []string{"deleted", "replaced", "updated", "created"} {
		if addr, ok := strings.CutSuffix(because, " is "+done); ok {
			return addr + " was " + done + " outside of Terraform"
		}
	}
	return because
}

// stoodOn names, by the attribute or kind of edge, what a plan takes away.
//
//nolint:gochecknoglobals // a table
var stoodOn = map[string]string{
	"policy": "the policy", "iam_inline": "a policy", "iam_managed": "a policy", "lambda_permission": "a permission", "kms_key": "the key", "encryption.kms_key": "the key", "role": "the role",
}

// takenAway names what an alteration takes away.
func takenAway(attr string) string {
	switch s := stoodOn[attr]; {
	case s != "":
		return s
	case strings.HasSuffix(attr, "_role"):
		return "the role"
	case strings.HasSuffix(attr, "_kms"):
		return "the key"
	}
	return clip(attr, maxName)
}

// settingOf is an alteration as it is printed.
type settingOf struct {
	*analyzer.Alteration
	finding *analyzer.Finding // that judges it; nil where none does
	root    bool              // it is about a trail
}

func (s *settingOf) severity() analyzer.Severity {
	if s.finding == nil {
		return analyzer.None
	}
	return s.finding.Severity
}

// rank orders alterations that are equally bad: what is taken away, of trails first, then what hops let through,
// then the rest.
func (s *settingOf) rank() int {
	switch {
	case s.Removed && s.root:
		return -1
	case s.Removed:
		return 0
	case s.Hop != "":
		return 1
	}
	return 2
}

// settingsOf returns what a plan alters, the worst first.
func (v *view) settingsOf(altered []analyzer.Alteration) []settingOf {
	judged := map[[2]string]*analyzer.Finding{} // by the hop or node, and what is said of it
	for i := range v.r.Findings {
		f := &v.r.Findings[i]
		if !strings.HasPrefix(f.Rule, "TG7") || !stands(f) {
			continue
		}
		for _, e := range f.Evidence {
			judged[[2]string{cmp.Or(f.Hop, string(f.Node)), e.What}] = f
		}
	}
	roots := v.r.Graph.Roots()
	out := make([]settingOf, len(altered))
	for i := range altered {
		a := &altered[i]
		out[i] = settingOf{a, judged[[2]string{cmp.Or(a.Hop, string(a.Node)), a.Attr + " was " + a.Before + " and is " + a.After}], slices.Contains(roots, a.Node)}
	}
	slices.SortStableFunc(out, func(a, b settingOf) int {
		return cmp.Or(cmp.Compare(b.severity(), a.severity()), cmp.Compare(a.rank(), b.rank()))
	})
	return out
}

// ends returns the nodes that an alteration is about: one, or the two of a hop.
func (v *view) ends(a *analyzer.Alteration) []graph.NodeID {
	if e := v.hops[a.Hop]; a.Hop != "" && e != nil {
		return []graph.NodeID{e.From, e.To}
	}
	return []graph.NodeID{a.Node}
}

// about appends what an alteration is about.
func (s verdict) about(v *view, a *analyzer.Alteration) verdict {
	for i, id := range v.ends(a) {
		s = s.then([]string{"", " → "}[i], v.name(id))
	}
	return s
}

// alteredVerdict says the worst of what a plan alters, where it does not cut anything.
func (v *view) alteredVerdict(all []settingOf) verdict {
	a := all[0]
	t := toneNote
	if a.severity() >= analyzer.High {
		t = toneBad
	}
	// What is said of several is said once: the next that are altered alike are named with it.
	same := slices.DeleteFunc(slices.Clone(all), func(b settingOf) bool {
		return b.Removed != a.Removed || b.Attr != a.Attr || (b.Hop == "") != (a.Hop == "") || b.severity() != a.severity()
	})
	rest := len(all) - len(same)
	var s verdict
	switch {
	case a.Hop != "" && a.severity() >= analyzer.High:
		s = say(t, "This change severs no hop, but lets no log object pass ").about(v, a.Alteration).then(" (" + clip(a.Attr, maxName) + ")")
	case a.Hop != "":
		s = say(t, "This change severs no hop, but changes what passes ").about(v, a.Alteration).then(" (" + clip(a.Attr, maxName) + ")")
	case a.Removed && a.finding != nil && a.finding.Rule == ruleKeyGone:
		s = say(t, "This change severs no hop, but deletes the key of ").about(v, a.Alteration)
	case a.Removed:
		s = say(t, "This change severs no hop, but takes away "+takenAway(a.Attr)+" of ").about(v, a.Alteration)
	default:
		return say(t, "This change severs no hop; it changes "+clip(a.Attr, maxName)+" of ").about(v, a.Alteration).then(more(len(all)-1) + ".")
	}
	s = s.then(more(len(same) - 1))
	if rest > 0 {
		s = s.then("; " + count(rest, "other setting") + map[bool]string{true: " changes", false: " change"}[rest == 1])
	}
	return s.then(".")
}

// settingText spells what an alteration makes of what.
func settingText(a *analyzer.Alteration) string {
	return clip(a.Attr, maxName) + ": " + clip(a.Before, maxValue) + " → " + clip(a.After, maxValue)
}

// settingLines writes what a plan alters, for a terminal.
func (v *view) settingLines(p *paper) {
	all := v.settings
	shown := all[:min(len(all), maxHopLines)]
	for _, a := range shown {
		what, i := "altered", inkYellow
		if a.Removed {
			what = "removed"
		}
		if a.severity() >= analyzer.High {
			i = inkRed
		}
		head := []piece{{"  ~ " + what + "  ", i}}
		facts := []piece{put(inkPlain, v.joined(v.ends(a.Alteration))), put(inkPlain, settingText(a.Alteration))}
		if a.Because != "" {
			facts = append(facts, put(inkDim, clip(a.Because, 100)))
		}
		p.flow(head, spaces(widthOf(head)), " · ", facts)
	}
	if left := len(all) - len(shown); left > 0 {
		p.line(piece{"    … and " + count(left, "more setting"), inkDim})
	}
}

// joined spells a node or a hop by its ends.
func (v *view) joined(ids []graph.NodeID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = clip(v.name(id), maxName)
	}
	return strings.Join(names, " → ")
}

// setting is a row of the table of hops, for what a plan alters.
func (c *comment) setting(a settingOf) string {
	what := "~ altered"
	if a.Removed {
		what = "~ removed"
	}
	if f := a.finding; f != nil {
		what += "<br><sub>" + severityDots[f.Severity] + nbsp + f.Severity.String() + " " + markdownCode(f.Rule) + "</sub>"
		c.told[f.ID] = f.Hop != "" && f.Severity < analyzer.High // what is worse says why, in a row of its own
	}
	ids := c.v.ends(a.Alteration)
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = c.node(id)
	}
	return "| " + what + " | " + strings.Join(names, " → ") + "<br><sub>" + markdownCode(clip(a.Attr, maxName)) + ": " + markdownText(clip(a.Before, maxValue)) + " → " + markdownText(clip(a.After, maxValue)) + "</sub> | " + because(a.Because) + " |\n"
}
