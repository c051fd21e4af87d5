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
	for _, l := range d.lines {
		v.styleHop(g.Edge(nodes[l.from], nodes[l.to]), l)
	}
	for _, l := range support {
		style(g.Edge(nodes[l.from], nodes[l.to]), "style", "dotted", "color", "#afb8c1", "fontcolor", "#8c959f", "arrowhead", "none", "constraint", "true", "label", verb(l.edge), "fontsize", "8", "fontname", dotFont)
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
	for _, kv := range [][2]string{{"style", "rounded,filled"}, {"color", border}, {"fillcolor", fill}, {"fontcolor", "#57606a"}, {"fontname", dotFont}, {"fontsize", "10"}} {
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
	lines := []string{shortKind(n.Kind), clip(v.name(n.ID), maxDotName)}
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
	for i, s := range lines {
		lines[i] = dotText(s)
	}
	style(drawn, "label", strings.Join(lines, "\n"), "tooltip", dotText(clip(cmp.Or(n.Address, v.name(n.ID)), 200)), "shape", l.shape, "style", strings.Join(styles, ","),
		"color", color, "penwidth", width, "fillcolor", l.fill, "fontcolor", text, "fontname", dotFont, "fontsize", "10", "margin", marginOf(l.shape))
}

// marginOf is the room around a label: the arrow of a source is lower than what it holds.
func marginOf(shape string) string {
	if shape == "cds" {
		return "0.2,0.16"
	}
	return "0.14,0.07"
}

// styleHop gives a hop its line and label.
func (v *view) styleHop(drawn dot.Edge, l line) {
	m := v.mark(l.edge)
	line, color, label := "solid", "#57606a", verb(l.edge)
	switch {
	case l.fate == fateSevered || l.fate == fateRewired || l.fate == fateRestored:
		line, color, label = "dashed", severityColors[analyzer.Critical], fateLabels[l.fate]
	case m == markBroken:
		line, color, label = "dashed", severityColors[analyzer.Critical], m.String()+" "+l.edge.Why
	case l.edge.OneOf != "":
		line, color, label = "dotted", "#8c959f", "? one of "+fmt.Sprint(len(v.sets[l.edge.OneOf]))
	case m == markUnknown:
		line, color, label = "dashed", "#8c959f", "? "+label
	case l.fate == fateAdded:
		line, color, label = "bold", "#1a7f37", fateLabels[l.fate]
	case m == markWorks:
		color, label = "#1a7f37", "✔ "+label
	}
	width, weight := "1.4", "3"
	if l.edge.Kind.Flow != graph.FlowEvents {
		width, weight = "0.9", "1"
		if color == "#57606a" {
			color = "#8c959f"
		}
		style(drawn, "arrowhead", "empty")
		if note := flowNote(l.edge); l.fate == fateStays && m != markBroken {
			label = note
		}
	}
	if line == "dashed" && color == severityColors[analyzer.Critical] || line == "bold" {
		width = "2"
	}
	style(drawn, "label", dotText(clip(label, maxDotName)), "style", line, "color", color, "fontcolor", color, "penwidth", width, "weight", weight, "fontsize", "9", "fontname", dotFont)
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
