package render

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emicklei/dot"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// DOT writes the chains, with the keys and roles behind them, as a Graphviz digraph: what flows from left
// to right, a cluster per account and region, marks and line styles beside every colour.
func DOT(w io.Writer, r *analyzer.Report, _ Options) error {
	v := newView(r)
	d := v.draw()
	support := v.supporters(d)
	all := slices.Clone(d.nodes)
	for _, l := range support {
		all = append(all, l.to)
	}
	var read []analyzer.Reader
	for _, r := range v.r.Readers {
		if _, on := slices.BinarySearch(d.nodes, r.Node); on && v.node(r.Principal) != nil {
			read = append(read, r)
			all = append(all, r.Principal)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)

	g := dot.NewGraph(dot.Directed)
	g.ID("trailguard")
	for _, kv := range [][2]string{
		{"rankdir", "LR"}, {"fontname", dotFont}, {"fontsize", "11"}, {"nodesep", "0.25"}, {"ranksep", "0.7"}, {"compound", "true"}, {"newrank", "true"},
	} {
		g.Attr(kv[0], kv[1])
	}
	c := clusters{root: g, accounts: map[string]*dot.Graph{}, regions: map[string]*dot.Graph{}}
	nodes := make(map[graph.NodeID]dot.Node, len(all))
	for _, id := range all {
		n := v.node(id)
		if n == nil {
			n = &graph.Node{ID: id, Unresolved: true}
		}
		drawn := c.of(n).Node(string(id))
		v.styleNode(drawn, n, d.gone[id])
		nodes[id] = drawn
	}
	for _, b := range bundles(d.lines, v.hopLooks) {
		v.styleHop(g.Edge(nodes[b.from], nodes[b.to]), b)
	}
	for _, l := range support {
		style(g.Edge(nodes[l.from], nodes[l.to]), "style", "dotted", "color", "#afb8c1", "fontcolor", "#8c959f", "arrowhead", "none", "constraint", "true", "label", verb(l.edge), "fontsize", "8", "fontname", dotFont)
	}
	for _, r := range read {
		label := "read by"
		if r.Conditional {
			label = "read by, on conditions"
		}
		style(g.Edge(nodes[r.Node], nodes[r.Principal]), "style", "dotted", "color", "#57606a", "fontcolor", "#57606a", "arrowhead", "vee", "label", label, "fontsize", "8", "fontname", dotFont)
	}
	out := bufio.NewWriter(w)
	g.Write(out)
	return out.Flush()
}

// clusters finds the cluster of a node: of its account, and in it of its region.
type clusters struct {
	root              *dot.Graph
	accounts, regions map[string]*dot.Graph
}

func (c *clusters) of(n *graph.Node) *dot.Graph {
	if n.Unresolved {
		return c.root
	}
	at := c.root
	account, hasAccount := shownString(n.Account)
	if hasAccount {
		if c.accounts[account] == nil {
			c.accounts[account] = cluster(c.root, account, "account "+account, "#d0d7de", "#f6f8fa")
		}
		at = c.accounts[account]
	}
	region, hasRegion := shownString(n.Region)
	if !hasRegion || graph.InfoOf(n.Kind).Role == graph.RoleSupport {
		return at
	}
	key := account + "\x00" + region
	if c.regions[key] == nil {
		c.regions[key] = cluster(at, key, region, "#d8dee4", "#ffffff")
	}
	return c.regions[key]
}

func cluster(at *dot.Graph, key, label, border, fill string) *dot.Graph {
	s := at.Subgraph(key, dot.ClusterOption{})
	s.Label(dotText(clip(label, maxDotName)))
	for _, kv := range [][2]string{{"style", "rounded,filled"}, {"color", border}, {"fillcolor", fill}, {"fontcolor", "#57606a"}, {"fontname", dotFont}, {"fontsize", "10"}, {"labeljust", "l"}} {
		s.Attr(kv[0], kv[1])
	}
	return s
}

const (
	dotFont    = "Helvetica,Arial,sans-serif"
	maxDotName = 60
)

// looks are the shape and fill of a kind, by what it does to events.
type looks struct{ shape, fill string }

func looksOf(k graph.Kind) looks {
	switch k {
	case graph.KindBucket, graph.KindLogGroup, graph.KindEventStore, graph.KindDataLake, "events.archive", "opensearch.domain", "es.domain", "aoss.collection",
		"redshift.cluster", "snowflake", "glue.catalog", "glue.table":
		return looks{"cylinder", "#ddf4ff"}
	case graph.KindTopic, graph.KindQueue, graph.KindStream, graph.KindFirehose, graph.KindConsumer, "msk.cluster", "batch.queue", graph.KindLogsDest:
		return looks{"box", "#dafbe1"}
	case graph.KindFunction, "states.machine", "glue.crawler", "athena.workgroup":
		return looks{"component", "#fbefff"}
	case graph.KindRule, graph.KindBus, graph.KindPipe:
		return looks{"hexagon", "#fff1e5"}
	case graph.KindHTTP, graph.KindEmail, graph.KindSMS, "events.api_destination", "apigateway.api", "securitylake.subscriber":
		return looks{"note", "#ffffff"}
	case graph.KindMetric, graph.KindAlarm, "cloudwatch.composite_alarm":
		return looks{"octagon", "#fff8c5"}
	case graph.KindKey, graph.KindRoleIAM:
		return looks{"ellipse", "#f6f8fa"}
	}
	if graph.InfoOf(k).Role == graph.RoleSource {
		return looks{"cds", "#fff8c5"}
	}
	return looks{"box", "#ffffff"}
}

// severityColors are border colours; the finding's id and severity stand in the label as well.
//
//nolint:gochecknoglobals // a table
var severityColors = [...]string{
	analyzer.None: "#57606a", analyzer.Low: "#0969da", analyzer.Medium: "#9a6700", analyzer.High: "#bc4c00", analyzer.Critical: "#cf222e",
}

// styleNode gives a node its label and looks.
func (v *view) styleNode(drawn dot.Node, n *graph.Node, gone bool) {
	l := looksOf(n.Kind)
	lines := []string{shortKind(n.Kind)}
	for _, s := range v.nameLines(n.ID) {
		lines = append(lines, clip(s, maxDotName))
	}
	styles := []string{"filled"}
	if l.shape == "box" {
		styles = append(styles, "rounded")
	}
	color, width, text := "#57606a", "1", "#1f2328"
	switch {
	case gone:
		lines = append(lines, "✖ gone after this change")
		styles = append(styles, "dashed")
		color, text, l.fill = severityColors[analyzer.Critical], "#57606a", "#ffffff"
	case n.Unresolved:
		lines = append(lines, "? "+string(n.Why))
		styles = append(styles, "dashed")
		color, text, l.fill = "#8c959f", "#57606a", "#ffffff"
	case n.External:
		if !endpoint(n.Kind) {
			lines = append(lines, "⇢ not in the input")
		}
		styles = append(styles, "dashed")
		l.fill = "#ffffff"
	}
	if w, ok := v.worst[n.ID]; ok && !gone {
		says := "⚠ " + w.rule + " " + w.severity.String()
		if w.count > 1 {
			says += fmt.Sprintf(" +%d", w.count-1)
		}
		lines = append(lines, says)
		color, width = severityColors[w.severity], "2.2"
	}
	if v.turn.dark[n.ID] {
		lines = append(lines, darkLabel)
		styles = append(styles, "dashed")
		color, text, l.fill = severityColors[analyzer.Critical], "#57606a", "#ffffff"
	}
	for i, s := range lines {
		lines[i] = dotText(s)
	}
	style(drawn, "label", strings.Join(lines, "\n"), "tooltip", dotText(clip(cmp.Or(n.Address, v.name(n.ID)), 200)), "shape", l.shape, "style", strings.Join(styles, ","),
		"color", color, "penwidth", width, "fillcolor", l.fill, "fontcolor", text, "fontname", dotFont, "fontsize", "10", "margin", marginOf(l.shape))
}

// darkLabel says of a node what a plan takes from it.
const darkLabel = "✖ goes dark"

// marginOf is the room around a label: the arrow of a source is lower than what it holds, and the lid of a
// cylinder takes room from it.
func marginOf(shape string) string {
	switch shape {
	case "cds":
		return "0.2,0.16"
	case "cylinder":
		return "0.14,0.12"
	}
	return "0.14,0.07"
}

// hopLooks are the line and label of a hop.
type hopLooks struct{ label, line, color, width, weight, head, tail string }

func (v *view) hopLooks(l *line) hopLooks {
	m := v.mark(l.edge)
	out := hopLooks{line: "solid", color: "#57606a", label: verb(l.edge), width: "1.4", weight: "3"}
	switch {
	case l.gone() || l.fate == fateRestored:
		out.line, out.color, out.label = "dashed", severityColors[analyzer.Critical], fateLabels[l.fate]
	case m == markBroken:
		out.line, out.color, out.label = "dashed", severityColors[analyzer.Critical], m.String()+" "+cmp.Or(l.edge.Why, "broken")
	case l.edge.OneOf != "":
		out.line, out.color, out.label = "dotted", "#8c959f", "? one of "+fmt.Sprint(len(v.sets[l.edge.OneOf]))
	case m == markUnknown:
		out.line, out.color, out.label = "dashed", "#8c959f", strings.TrimSpace("? "+out.label+" "+onlyIf(l.edge))
	case l.fate == fateAdded || l.fate == fateMended:
		out.line, out.color, out.label = "bold", "#1a7f37", fateLabels[l.fate]
	case m == markWorks:
		out.color, out.label = "#1a7f37", "✔ "+out.label
	}
	if l.edge.Kind.Flow != graph.FlowEvents {
		out.width, out.weight, out.head = "0.9", "1", "empty"
		if out.color == "#57606a" {
			out.color = "#8c959f"
		}
		if note := flowNote(l.edge); l.fate == fateStays && m != markBroken {
			out.label = note
			if l.edge.OneOf != "" {
				out.label = "? " + note
			}
		}
	}
	if out.line == "dashed" && out.color == severityColors[analyzer.Critical] || out.line == "bold" {
		out.width = "2"
	}
	if n := v.node(l.from); n != nil && looksOf(n.Kind).shape == "cds" {
		out.tail = "e" // an edge that leaves the arrow of a source elsewhere begins beside it
	}
	return out
}

// styleHop gives a hop its line and label.
func (v *view) styleHop(drawn dot.Edge, b bundle[hopLooks]) {
	l := b.looks
	pairs := []string{"label", dotText(clip(l.label, maxDotName) + times(b.count)), "style", l.line, "color", l.color, "fontcolor", l.color, "penwidth", l.width, "weight", l.weight, "fontsize", "9", "fontname", dotFont}
	if l.head != "" {
		pairs = append(pairs, "arrowhead", l.head)
	}
	if l.tail != "" {
		pairs = append(pairs, "tailport", l.tail)
	}
	style(drawn, pairs...)
}

// attributed is a node or an edge of the library.
type attributed interface{ Attrs(labelvalues ...any) }

func style(a attributed, pairs ...string) {
	out := make([]any, len(pairs))
	for i, p := range pairs {
		out[i] = p
	}
	a.Attrs(out...)
}
