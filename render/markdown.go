package render

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// defaultMaxBytes is the size of the longest comment that GitHub, GitLab and Azure DevOps all take,
// whichever way they count.
const defaultMaxBytes = 60_000

// helping is how much of the report a comment holds.
type helping struct {
	dot, tree bool
	edges     int // of the diagram; 0: no diagram
	fails     bool
	fresh     int // rows of findings that are new, or of all where there is no before
	old       int // rows of the others
	open      int // lines of what is undetermined, by what settles it
}

// ladder is what goes first when a comment is too long. Every step is a whole comment of its own: nothing is
// ever cut inside of a block.
func ladder() []helping {
	return []helping{
		{dot: true, tree: true, edges: 80, fresh: 200, old: 400, open: 60},
		{tree: true, edges: 80, fresh: 200, old: 400, open: 60},
		{edges: 80, fresh: 200, old: 200, open: 40},
		{edges: 40, fails: true, fresh: 100, old: 100, open: 20},
		{edges: 40, fails: true, fresh: 60, old: 20, open: 8},
		{edges: 25, fails: true, fresh: 25, open: 3},
		{fresh: 10},
		{fresh: 3},
		{},
	}
}

// Markdown writes the comment on a pull request: the verdict first, then what is new, then one diagram of
// the chain that the plan affects; the rest is folded. It holds Options.MaxBytes bytes at most, and says what
// was left out to keep to that. The first line is a marker by which the comment is found again.
func Markdown(w io.Writer, r *analyzer.Report, opts Options) error {
	most := opts.MaxBytes
	if most <= 0 {
		most = defaultMaxBytes
	}
	c := &comment{v: newView(r), opts: opts}
	c.drawing = c.v.draw()
	c.part, c.changed = c.v.affected(c.drawing)
	c.said = c.v.verdict()
	for _, h := range ladder() {
		// What cannot fit is not made only to be thrown away: a plan may have thousands of chains.
		if h.dot && len(c.drawing.nodes)*leastDOT > most || h.tree && len(c.drawing.nodes)*leastTree > most {
			continue
		}
		if s := c.compose(h); len(s) <= most {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	least := c.marker()
	if s := least + "\nThe report of trailguard is too long for this comment; " + elsewhere + "\n"; len(s) <= most {
		least = s
	}
	_, err := io.WriteString(w, least)
	return err
}

// The bytes that a node takes at least, as DOT and as text.
const (
	leastDOT  = 200
	leastTree = 10
)

// elsewhere says where what was left out is.
const elsewhere = "the run itself prints it whole (`--format text`, `json` or `dot`)."

// comment is a comment in the making.
type comment struct {
	v             *view
	opts          Options
	drawing, part *drawing
	changed       bool // part is what the plan affects, not the whole
	said          verdict
	told          map[string]bool // findings that the table of hops has, by ID
	b             strings.Builder
	cut           []string // what this helping leaves out
}

// marker is the first line. It holds no time: the same report gives the same comment.
func (c *comment) marker() string {
	return "<!-- trailguard:comment v1 key=" + markerKey(c.opts.Key) + " -->\n"
}

func (c *comment) compose(h helping) string {
	c.b.Reset()
	c.cut, c.told = nil, map[string]bool{}
	c.b.WriteString(c.marker())
	c.verdict()
	c.hops(h)
	c.findings(h)
	c.diagram(h)
	c.old(h)
	c.open(h)
	c.suppressed(h)
	c.tree(h)
	c.dot(h)
	if len(c.cut) > 0 {
		c.para("> Left out to fit into a comment: " + strings.Join(c.cut, ", ") + "; " + elsewhere)
	}
	c.footer()
	return c.b.String()
}

// para writes a block, and the blank line before it without which Markdown would join the two.
func (c *comment) para(s string) { c.b.WriteString("\n" + s + "\n") }

// fold writes a block that is folded away. The blank lines make what is inside Markdown again.
func (c *comment) fold(title, body string) {
	c.para("<details>\n<summary>" + title + "</summary>\n\n" + strings.TrimRight(body, "\n") + "\n\n</details>")
}

func (c *comment) verdict() {
	c.b.WriteString("\n### " + toneSigns[c.said.tone] + " " + c.said.spell(markdownText, markdownCode) + "\n")
	var notes []string
	if c.v.r.Change != nil && !c.v.builds {
		notes = append(notes, strings.Join(c.v.changeCounts(), ", "))
		if n := c.v.unchanged(); n > 0 {
			notes = append(notes, count(n, "finding")+" unchanged")
		}
		line := strings.Join(notes, " · ")
		c.para(strings.ToUpper(line[:1]) + line[1:] + ".")
	}
	most := 0
	for _, in := range c.v.r.Inputs {
		for _, n := range in.Notes {
			if isIncomplete(n) {
				continue // the verdict says so
			}
			if most++; most <= 5 {
				c.para("> " + markdownText(clip(in.Name, 80)) + ": " + markdownText(clip(n, 300)))
			}
		}
	}
}

// hops writes what a plan does hop by hop.
func (c *comment) hops(h helping) {
	if c.v.r.Change == nil || c.v.builds {
		return
	}
	lines, settings := c.v.hopChanges(c.v.r.Change), c.v.settings
	most := min(h.fresh, 2*maxHopLines)
	if len(lines)+len(settings) == 0 {
		return
	}
	if most == 0 {
		if len(lines) > 0 {
			c.cut = append(c.cut, count(len(lines), "changed hop"))
		}
		if len(settings) > 0 {
			c.cut = append(c.cut, count(len(settings), "changed setting"))
		}
		return
	}
	var t strings.Builder
	t.WriteString("| | hop | because |\n|---|---|---|\n")
	for i, l := range lines {
		if i == most && len(lines) > most+1 {
			t.WriteString("| … | and " + strconv.Itoa(len(lines)-i) + " more | |\n")
			break
		}
		name := c.node(l.hop.From) + " → " + c.node(l.hop.To)
		if l.to != "" {
			name += ", now → " + markdownCode(clip(l.to, maxName))
		}
		if note := flowNote(l.hop); note != "" {
			name += " (" + markdownText(note) + ")"
		}
		name += often(l.count)
		what := l.sign + " " + l.what
		for _, f := range c.v.ofHop(l.hop) {
			what += "<br><sub>" + severityDots[f.Severity] + nbsp + f.Severity.String() + " " + markdownCode(f.Rule) + "</sub>"
			c.told[f.ID] = true
		}
		t.WriteString("| " + what + " | " + name + " | " + because(l.because) + " |\n")
	}
	for i, a := range settings {
		if i == most && len(settings) > most+1 {
			t.WriteString("| … | and " + count(len(settings)-i, "more setting") + " | |\n")
			break
		}
		t.WriteString(c.setting(a))
	}
	c.para(strings.TrimRight(t.String(), "\n"))
}

// nbsp keeps a sign and its word on one line.
const nbsp = "&nbsp;"

// ofHop returns the findings that say no more of a hop than that the plan cuts it.
func (v *view) ofHop(e *graph.Edge) []*analyzer.Finding {
	var out []*analyzer.Finding
	for i := range v.r.Findings {
		if f := &v.r.Findings[i]; (v.cutHops[e.ID] || f.Rule == ruleDrift) && f.Hop == e.ID && stands(f) && strings.HasPrefix(f.Rule, "TG7") {
			out = append(out, f)
		}
	}
	return out
}

// because spells what of a plan changes a hop: an address, and what happens to it.
func because(s string) string {
	address, what, ok := strings.Cut(s, " is ")
	verb := " is "
	if !ok {
		verb = " was "
		address, what, ok = strings.Cut(s, verb)
	}
	if !ok || strings.HasPrefix(s, "the ") {
		return markdownText(clip(s, 160))
	}
	return markdownCode(clip(address, 120)) + verb + markdownText(clip(what, 120))
}

func (c *comment) node(id graph.NodeID) string { return markdownCode(clip(c.v.name(id), maxName)) }

//nolint:gochecknoglobals // a table
var severityDots = [...]string{analyzer.None: "⚪", analyzer.Low: "🔵", analyzer.Medium: "🟡", analyzer.High: "🟠", analyzer.Critical: "🔴"}

// fewLow is how many rows of low findings stand open.
const fewLow = 4

// findings writes the violations: those that are new, or all where there is no before.
func (c *comment) findings(h helping) {
	plan := c.v.r.Change != nil
	fresh := c.v.groups(func(f *analyzer.Finding) bool { return stands(f) && (!plan || c.v.isFresh(f)) })
	if len(fresh) == 0 {
		return
	}
	rest := c.v.groups(func(f *analyzer.Finding) bool { return stands(f) && (!plan || c.v.isFresh(f)) && !c.told[f.ID] })
	switch {
	case len(rest) == 0:
	case h.fresh == 0:
		c.cut = append(c.cut, severities(rest)+" findings")
		return
	default:
		if plan && !c.v.builds {
			c.para("#### New with this change")
		}
		// Many that are low must not bury the others, nor the diagram.
		low := slices.IndexFunc(rest, func(g *group) bool { return g.first.Severity <= analyzer.Low })
		if low < 0 || len(rest)-low <= fewLow {
			low = len(rest)
		}
		if low > 0 {
			c.para(c.table(rest[:low], h.fresh))
		}
		switch left := h.fresh - low; {
		case low == len(rest):
		case left <= 0:
			c.cut = append(c.cut, severities(rest[low:])+" findings")
		default:
			more := map[bool]string{true: "And ", false: ""}[low > 0]
			c.fold(more+severities(rest[low:]), c.table(rest[low:], left))
		}
	}
	c.para("Why it matters and how to fix it: `trailguard explain " + markerKey(fresh[0].first.Rule) + "`")
}

// old folds the findings that were there before the plan, and those that are about the run itself.
func (c *comment) old(h helping) {
	if c.v.r.Change == nil {
		return
	}
	for _, part := range []struct {
		title, short string
		aside        bool
	}{{"Findings that were there before", " findings that were there before", false}, {"About ignores in the source", " findings about ignores", true}} {
		groups := c.v.groups(func(f *analyzer.Finding) bool {
			return stands(f) && isAside(f) == part.aside && !c.v.isFresh(f) && !c.told[f.ID]
		})
		switch {
		case len(groups) == 0:
		case h.old == 0:
			c.cut = append(c.cut, severities(groups)+part.short)
		default:
			c.fold(part.title+": "+severities(groups), c.table(groups, h.old))
		}
	}
}

// table writes the first rows of findings; the rest is said to be cut.
func (c *comment) table(groups []*group, most int) string {
	var t strings.Builder
	t.WriteString("| severity | finding | where |\n|---|---|---|\n")
	for i, g := range groups {
		if i == most && len(groups) > most+1 {
			t.WriteString("| … | and " + severities(groups[i:]) + " more | |\n")
			break
		}
		if c.v.cutHops[g.first.Hop] && len(g.says) > 1 {
			t.WriteString(c.row(g.first, "", g.all)) // why stands in the table of hops
			continue
		}
		for j, say := range g.says {
			if j == fewNames && len(g.says) > fewNames+1 {
				n := 0
				for _, s := range g.says[j:] {
					n += len(s.of)
				}
				t.WriteString("| … | and " + strconv.Itoa(n) + " more of " + markdownCode(g.first.Rule) + " | |\n")
				break
			}
			t.WriteString(c.row(g.first, say.message, say.of))
		}
	}
	return strings.TrimRight(t.String(), "\n")
}

// row writes one row of a table of findings.
func (c *comment) row(f *analyzer.Finding, message string, of []*analyzer.Finding) string {
	title := markdownCode(f.Rule) + " " + markdownText(clip(f.Title, 160))
	if message != "" {
		title += "<br><sub>" + markdownText(clip(message, 240)) + "</sub>"
	}
	return "| " + severityDots[f.Severity] + nbsp + f.Severity.String() + " | " + title + " | " + c.places(of) + " |\n"
}

// places names the first few nodes or hops that findings are about, and where each is declared.
func (c *comment) places(all []*analyzer.Finding) string {
	var out []string
	for i, f := range all {
		if i == fewNames && len(all) > fewNames+1 {
			out = append(out, "and "+strconv.Itoa(len(all)-i)+" more")
			break
		}
		var s string
		if e := c.v.hops[f.Hop]; f.Node == "" && e != nil {
			s = c.node(e.From) + " → " + c.node(e.To)
		} else {
			s = markdownCode(clip(c.v.where(f), maxName))
		}
		if at := c.v.positionOf(f); at != "" {
			s += " <sub>" + markdownCode(clip(at, 80)) + "</sub>"
		}
		out = append(out, s)
	}
	return strings.Join(out, "<br>")
}
