package render

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// The limits of a diagram. GitHub and GitLab draw none of more than 50,000 characters or 500 edges, and
// neither limit can be raised from inside of the diagram.
const (
	maxMermaidBytes = 45_000
	maxMermaidEdges = 450
	maxMermaidName  = 44
)

// Mermaid writes the chains as a Mermaid flowchart, in the subset that every renderer of the last years
// draws: plain boxes, quoted labels, classes with colours of their own. What is too much for a diagram is
// left out, and a node says so.
func Mermaid(w io.Writer, r *analyzer.Report, _ Options) error {
	v := newView(r)
	_, err := io.WriteString(w, v.mermaid(v.draw(), maxMermaidEdges, maxMermaidBytes))
	return err
}

// mermaid draws as much of a drawing as the limits let, the most important lines first.
func (v *view) mermaid(d *drawing, edges, bytes int) string {
	d, left := v.first(thin(d, v.linkLooks), edges)
	if len(d.nodes) > 2*edges {
		// Trails without any hop: nothing is to be seen of them but their number.
		left += len(d.nodes) - 2*edges
		d = &drawing{nodes: d.nodes[:2*edges], lines: d.lines, gone: d.gone}
		d.tidy()
	}
	for {
		m := newMermaid(v, d, left)
		if len(m) <= bytes || len(d.lines) == 0 {
			if len(m) <= bytes {
				return m
			}
			return newMermaid(v, &drawing{}, left+len(d.nodes))
		}
		fewer := min(len(d.lines)-1, len(d.lines)*bytes/len(m))
		var cut int
		d, cut = v.first(d, fewer)
		left += cut
	}
}

// mermaidClasses are the looks of nodes: explicit text, fill and border, so that they are the same on a
// dark page. Each shows in the label as well.
//
//nolint:gochecknoglobals // a table
var mermaidClasses = [][2]string{
	{"source", "fill:#fff8c5,stroke:#9a6700,color:#1f2328"},
	{"store", "fill:#ddf4ff,stroke:#57606a,color:#1f2328"},
	{"pass", "fill:#dafbe1,stroke:#57606a,color:#1f2328"},
	{"other", "fill:#ffffff,stroke:#57606a,color:#1f2328"},
	{"outside", "fill:#ffffff,stroke:#57606a,color:#1f2328,stroke-dasharray:4 3"},
	{"unknown", "fill:#ffffff,stroke:#8c959f,color:#57606a,stroke-dasharray:4 3"},
	{"gone", "fill:#ffffff,stroke:#cf222e,color:#57606a,stroke-width:2px,stroke-dasharray:4 3"},
	{"bad", "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:2px"},
	{"warn", "fill:#fff1e5,stroke:#bc4c00,color:#1f2328,stroke-width:2px"},
	{"note", "fill:#f6f8fa,stroke:#57606a,color:#1f2328"},
	{"box", "fill:#8c959f1a,stroke:#8c959f"},
}

// mermaidHead begins a diagram. Its first line keeps the boxes close: what is as wide as a comment is legible there.
const mermaidHead = "%%{init: {\"flowchart\": {\"nodeSpacing\": 24, \"rankSpacing\": 28, \"padding\": 8}}}%%\nflowchart LR\n"

type mermaidWriter struct {
	v       *view
	d       *drawing
	b       strings.Builder
	ids     map[graph.NodeID]string
	classes map[string][]string
	styles  map[string][]string // indices of links, by style
}

func newMermaid(v *view, d *drawing, left int) string {
	m := &mermaidWriter{v: v, d: d, ids: map[graph.NodeID]string{}, classes: map[string][]string{}, styles: map[string][]string{}}
	for i, id := range d.nodes {
		m.ids[id] = "n" + strconv.Itoa(i+1)
	}
	m.b.WriteString(mermaidHead)
	m.nodes()
	if len(d.nodes) == 0 && left == 0 {
		m.b.WriteString("  n0[\"no trail and no hop\"]\n")
		m.classes["note"] = append(m.classes["note"], "n0")
	}
	for i, b := range bundles(d.lines, v.linkLooks) {
		m.link(i, b)
	}
	if left > 0 {
		m.b.WriteString("  n0[\"… and " + strconv.Itoa(left) + " more hops, left out here\"]\n")
		m.classes["note"] = append(m.classes["note"], "n0")
	}
	for _, c := range mermaidClasses {
		if ids := m.classes[c[0]]; len(ids) > 0 {
			m.b.WriteString("  classDef " + c[0] + " " + c[1] + "\n  class " + strings.Join(ids, ",") + " " + c[0] + "\n")
		}
	}
	for _, style := range mermaidLines {
		if n := m.styles[style]; len(n) > 0 {
			m.b.WriteString("  linkStyle " + strings.Join(n, ",") + " " + style + "\n")
		}
	}
	return m.b.String()
}

// place is where a node is drawn: in a box of its account, and in it of its region.
type place struct{ account, region string }

// nodes writes the nodes, by account and region. Names of both are taken for hostile too.
func (m *mermaidWriter) nodes() {
	at := map[place][]graph.NodeID{}
	for _, id := range m.d.nodes {
		var p place
		if n := m.v.node(id); n != nil && !n.Unresolved {
			p.account, _ = shownString(n.Account)
			p.region, _ = shownString(n.Region)
		}
		at[p] = append(at[p], id)
	}
	places := make([]place, 0, len(at))
	for p := range at {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region))
	})
	regions := map[string]int{}
	for _, p := range places {
		regions[p.account]++
	}
	account, boxes, depth := "", 0, 1
	end := func() {
		if account != "" {
			m.b.WriteString("  end\n")
		}
	}
	for _, p := range places {
		if p.account != account {
			end()
			account, depth = p.account, 1
			if account != "" {
				boxes++
				title := "account " + account
				if regions[account] == 1 && p.region != "" {
					title += " · " + p.region // one box is enough for one region
				}
				m.box(1, boxes, title)
				depth = 2
			}
		}
		inner := depth
		boxed := p.region != "" && (account == "" || regions[account] > 1)
		if boxed {
			boxes++
			m.box(depth, boxes, p.region)
			inner++
		}
		for _, id := range at[p] {
			m.node(inner, id)
		}
		if boxed {
			m.b.WriteString(strings.Repeat("  ", depth) + "end\n")
		}
	}
	end()
}

func (m *mermaidWriter) box(depth, number int, title string) {
	m.b.WriteString(strings.Repeat("  ", depth) + "subgraph g" + strconv.Itoa(number) + "[\"" + mermaidLabel(title) + "\"]\n" +
		strings.Repeat("  ", depth+1) + "direction LR\n") // a box that no hop leaves would turn by itself
	m.classes["box"] = append(m.classes["box"], "g"+strconv.Itoa(number))
}

// mermaidLabel makes one line of a label.
func mermaidLabel(s string) string { return mermaidText(clip(s, maxMermaidName)) }

func (m *mermaidWriter) node(depth int, id graph.NodeID) {
	n := m.v.node(id)
	lines := []string{m.v.name(id)}
	class := "other"
	if n != nil {
		lines = append([]string{shortKind(n.Kind)}, m.v.nameLines(id)...)
		switch l := looksOf(n.Kind); {
		case graph.InfoOf(n.Kind).Role == graph.RoleSource:
			class = "source"
		case l.shape == "cylinder":
			class = "store"
		case l.shape == "box" && l.fill != "#ffffff":
			class = "pass"
		}
	}
	switch {
	case m.d.gone[id]:
		class = "gone"
		lines = append(lines, "✖ gone after this change")
	case n == nil || n.Unresolved:
		class = "unknown"
		if n != nil {
			lines = append(lines, "? "+string(n.Why))
		}
	case n.External && endpoint(n.Kind):
		class = "outside"
	case n.External:
		class = "outside"
		lines = append(lines, "⇢ not in the input")
	}
	if w, ok := m.v.worst[id]; ok && !m.d.gone[id] {
		lines = append(lines, worstLabel(w))
		switch {
		case w.severity >= analyzer.High:
			class = "bad"
		case w.severity > analyzer.Low:
			class = "warn"
		}
	}
	if m.v.turn.dark[id] {
		lines = append(lines, darkLabel)
		class = "gone"
	}
	for i, s := range lines {
		lines[i] = mermaidLabel(s)
	}
	m.classes[class] = append(m.classes[class], m.ids[id])
	m.b.WriteString(strings.Repeat("  ", depth) + m.ids[id] + "[\"" + strings.Join(lines, "<br/>") + "\"]\n")
}

// The looks of links that are not plain. Labels keep the colours of the page: the box behind them is dark on
// a dark page and light on a light one, and no colour is legible on both.
const (
	mermaidRed   = "stroke:#e5484d,stroke-width:3px,stroke-dasharray:6 4"
	mermaidGreen = "stroke:#2da44e,stroke-width:3px"
	mermaidGray  = "stroke:#8c959f,stroke-width:1.5px"
)

//nolint:gochecknoglobals // a table
var mermaidLines = []string{mermaidRed, mermaidGreen, mermaidGray}

// linkLooks are the arrow, style and label of a link.
type linkLooks struct{ arrow, style, label string }

func (v *view) linkLooks(l *line) linkLooks {
	mk := v.mark(l.edge)
	note := flowNote(l.edge)
	out := linkLooks{arrow: "-->", label: verb(l.edge)}
	if note != "" {
		out = linkLooks{"-.->", mermaidGray, note}
	}
	switch {
	case l.gone() || l.fate == fateRestored:
		out = linkLooks{"-.->", mermaidRed, fateLabels[l.fate]}
	case mk == markBroken:
		out = linkLooks{"-.->", mermaidRed, mk.String() + " " + cmp.Or(l.edge.Why, "broken")}
	case l.edge.OneOf != "":
		out = linkLooks{"-.->", mermaidGray, "? " + cmp.Or(note, "one of "+strconv.Itoa(len(v.sets[l.edge.OneOf])))}
	case mk == markUnknown:
		out = linkLooks{"-.->", mermaidGray, strings.TrimSpace("? " + out.label + " " + onlyIf(l.edge))}
	case l.fate == fateAdded || l.fate == fateMended:
		out.style, out.label = mermaidGreen, fateLabels[l.fate]
	case mk == markWorks:
		out.style, out.label = mermaidGreen, "✔ "+out.label
	}
	return out
}

func (m *mermaidWriter) link(i int, b bundle[linkLooks]) {
	if l := b.looks; l.style != "" {
		m.styles[l.style] = append(m.styles[l.style], strconv.Itoa(i))
	}
	m.b.WriteString("  " + m.ids[b.from] + " " + b.looks.arrow + "|\"" + mermaidLabel(b.looks.label) + mermaidText(times(b.count)) + "\"| " + m.ids[b.to] + "\n")
}
