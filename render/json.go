package render

import (
	"cmp"
	"io"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// schemaVersion is the version of the JSON report. It changes when a key changes its meaning or goes.
const schemaVersion = "1"

// JSON writes the report as one JSON document, which [Schema] describes. It is written as it is made:
// memory does not grow with the graph.
func JSON(w io.Writer, r *analyzer.Report, _ Options) error {
	j := &jsonWriter{w: w}
	j.open("{")
	j.head(1, "schema_version")
	j.str(schemaVersion)
	j.inputs(r.Inputs)
	j.head(1, "graph")
	j.graph(r.Graph)
	j.head(1, "before")
	if r.Before == nil {
		j.null()
	} else {
		j.graph(r.Before)
	}
	j.head(1, "findings")
	j.findings(2, r.Findings)
	j.readers(r.Readers)
	for _, later := range []string{"exposure", "resilience"} {
		j.head(1, later)
		j.strList(nil)
	}
	j.change(r.Change)
	j.coverage(&r.Coverage)
	j.endObject(0)
	j.b = append(j.b, '\n')
	j.flush()
	return j.err
}

func (j *jsonWriter) inputs(all []analyzer.Input) {
	j.head(1, "inputs")
	j.open("[")
	for _, in := range all {
		j.line(2)
		j.open("{")
		j.keyStr("name", in.Name)
		j.keyStr("kind", in.Kind)
		j.orNull("version", in.Version)
		j.strs("notes", in.Notes)
		j.raw("}")
	}
	j.endList(1)
}

func (j *jsonWriter) graph(g *graph.Graph) {
	j.open("{")
	j.head(2, "nodes")
	j.open("[")
	for n := range g.Nodes() {
		j.line(3)
		j.node(n)
	}
	j.endList(2)
	j.head(2, "hops")
	j.open("[")
	for e := range g.Hops() {
		j.line(3)
		j.hop(e)
	}
	j.endList(2)
	j.head(2, "support_edges")
	j.open("[")
	for e := range g.SupportEdges() {
		j.line(3)
		j.open("{")
		j.keyStr("kind", e.Kind.ID)
		j.keyStr("from", string(e.From))
		j.keyStr("to", string(e.To))
		j.orNull("via", e.Via)
		j.orNull("one_of", e.OneOf)
		j.raw("}")
	}
	j.endList(2)
	j.endObject(1)
}

func (j *jsonWriter) node(n *graph.Node) {
	j.open("{")
	j.keyStr("id", string(n.ID))
	j.keyStr("kind", string(n.Kind))
	j.orNull("type", n.Type)
	j.orNull("address", n.Address)
	j.orNull("title", n.Title)
	j.orNull("scope", n.Scope)
	for _, t := range []struct {
		key string
		v   graph.Value[graph.Text]
	}{{"name", n.Name}, {"arn", n.ARN}} {
		s, _ := shownText(t.v)
		j.orNull(t.key, s)
	}
	for _, t := range []struct {
		key string
		v   graph.Value[string]
	}{{"partition", n.Partition}, {"account", n.Account}, {"region", n.Region}} {
		s, _ := shownString(t.v)
		j.orNull(t.key, s)
	}
	j.keyBool("external", n.External)
	j.keyBool("implied", n.Implied)
	j.keyBool("unresolved", n.Unresolved)
	j.orNull("reason", cmp.Or(string(n.Why), n.Doubt))
	j.position(n.Pos)
	j.attributes(n.Kind, n.Attrs)
	j.recovered(n.Attrs)
	j.strs("origins", n.Origins)
	j.raw("}")
}

// recovered writes which attributes a plan did not tell, and where the configuration has them.
func (j *jsonWriter) recovered(a graph.Attrs) {
	names := attrNames()
	j.key("recovered")
	j.open("[")
	for name, attr := range a.All() {
		if _, listed := names[name]; listed && attr.Recovered {
			j.open("{")
			j.keyStr("attribute", name)
			j.position(attr.Pos)
			j.raw("}")
		}
	}
	j.raw("]")
}

func (j *jsonWriter) hop(e *graph.Edge) {
	j.open("{")
	j.keyStr("id", e.ID)
	j.keyStr("kind", e.Kind.ID)
	j.keyStr("verb", e.Kind.Verb)
	j.keyStr("flow", flowName(e.Kind.Flow))
	j.keyStr("from", string(e.From))
	j.keyStr("to", string(e.To))
	j.orNull("via", e.Via)
	j.orNull("connector", string(e.Connector))
	j.keyStr("status", string(e.Status))
	j.orNull("reason", e.Why)
	j.orNull("one_of", e.OneOf)
	j.key("accepts")
	j.open("[")
	for _, id := range e.Accepts {
		j.str(string(id))
	}
	j.raw("]")
	j.position(e.Pos)
	j.attributes("", e.Attrs)
	j.raw("}")
}

// flowName spells what travels along a hop.
func flowName(f graph.Flow) string {
	switch f {
	case graph.FlowEvents:
		return "events"
	case graph.FlowDeadLetter:
		return "dead_letter"
	case graph.FlowSignal:
		return "signal"
	case graph.FlowCopy:
		return "copy"
	case graph.FlowSupport:
	}
	return "support"
}

func (j *jsonWriter) position(p graph.Pos) {
	j.key("position")
	if p.IsZero() {
		j.null()
		return
	}
	j.open("{")
	j.keyStr("file", p.File)
	j.keyNum("line", p.Line)
	j.keyNum("column", p.Column)
	j.raw("}")
}

func (j *jsonWriter) findings(depth int, all []analyzer.Finding) {
	j.open("[")
	for i := range all {
		j.line(depth)
		j.finding(&all[i])
	}
	j.endList(depth - 1)
}

func (j *jsonWriter) finding(f *analyzer.Finding) {
	j.open("{")
	j.keyStr("id", f.ID)
	j.keyStr("rule", f.Rule)
	j.keyStr("severity", f.Severity.String())
	j.keyStr("verdict", string(f.Verdict))
	j.orNull("node", string(f.Node))
	j.orNull("hop", f.Hop)
	j.keyStr("title", f.Title)
	j.keyStr("message", f.Message)
	j.key("evidence")
	j.open("[")
	for _, e := range f.Evidence {
		j.open("{")
		j.keyStr("where", e.Where)
		j.keyStr("what", e.What)
		j.raw("}")
	}
	j.raw("]")
	j.key("fix")
	j.open("{")
	j.orNull("terraform", f.Fix.Terraform)
	j.orNull("cloudformation", f.Fix.CloudFormation)
	j.raw("}")
	j.strs("attack", f.Attack)
	j.position(f.Position)
	j.orNull("reason", f.Reason)
	j.orNull("settled_by", f.SettledBy)
	j.orNull("suppressed", f.Suppressed)
	j.orNull("about", f.About)
	j.raw("}")
}

func (j *jsonWriter) readers(all []analyzer.Reader) {
	j.head(1, "readers")
	j.open("[")
	for _, r := range all {
		j.line(2)
		j.open("{")
		j.keyStr("node", string(r.Node))
		j.keyStr("principal", string(r.Principal))
		j.keyStr("action", r.Action)
		j.keyStr("via", r.Via)
		j.keyBool("conditional", r.Conditional)
		j.raw("}")
	}
	j.endList(1)
}

func (j *jsonWriter) change(c *analyzer.Change) {
	j.head(1, "change")
	if c == nil {
		j.null()
		return
	}
	j.open("{")
	for _, l := range []struct {
		key  string
		hops []analyzer.HopChange
	}{{"severed", c.Severed}, {"added", c.Added}, {"rewired", c.Rewired}, {"undetermined", c.Undetermined}, {"drifted", c.Drifted}} {
		j.head(2, l.key)
		j.open("[")
		for _, h := range l.hops {
			j.line(3)
			j.hopChange(h)
		}
		j.endList(2)
	}
	j.altered(c.Altered)
	j.head(2, "weakened")
	j.findings(3, c.Weakened)
	j.head(2, "strengthened")
	j.findings(3, c.Strengthened)
	j.head(2, "resources")
	j.open("[")
	for _, r := range c.Resources {
		j.line(3)
		j.open("{")
		j.keyStr("address", r.Address)
		j.orNull("scope", r.Scope)
		j.keyStr("type", r.Type)
		j.keyStr("action", string(r.Action))
		j.orNull("previous_address", r.Previous)
		j.keyBool("imported", r.Imported)
		j.keyBool("create_first", r.CreateFirst)
		j.keyBool("drift", r.Drift)
		j.raw("}")
	}
	j.endList(2)
	j.endObject(1)
}

func (j *jsonWriter) altered(all []analyzer.Alteration) {
	j.head(2, "altered")
	j.open("[")
	for _, a := range all {
		j.line(3)
		j.open("{")
		j.keyStr("node", string(a.Node))
		j.orNull("hop", a.Hop)
		j.keyStr("attribute", a.Attr)
		j.keyStr("before", a.Before)
		j.keyStr("after", a.After)
		j.keyBool("removed", a.Removed)
		j.orNull("because", a.Because)
		j.raw("}")
	}
	j.endList(2)
}

func (j *jsonWriter) hopChange(h analyzer.HopChange) {
	j.open("{")
	j.keyStr("hop", h.Hop.ID)
	j.keyStr("kind", h.Hop.Kind.ID)
	j.keyStr("from", string(h.Hop.From))
	j.keyStr("to", string(h.Hop.To))
	j.orNull("rewired_to", string(h.To))
	j.orNull("via", h.Hop.Via)
	j.orNull("because", h.Because)
	j.keyBool("restored", h.Restored)
	j.raw("}")
}

func (j *jsonWriter) coverage(c *analyzer.Coverage) {
	j.head(1, "coverage")
	j.open("{")
	for _, n := range []struct {
		key string
		n   int
	}{{"trails", c.Trails}, {"hops", c.Hops}, {"ignored", c.Ignored}} {
		j.head(2, n.key)
		j.num(int64(n.n))
	}
	j.head(2, "policies")
	j.open("{")
	j.keyNum("known", c.Policies.Known)
	j.keyNum("recovered", c.Policies.Recovered)
	j.keyNum("unreadable", c.Policies.Unreadable)
	j.raw("}")
	j.head(2, "checks")
	j.open("[")
	for _, k := range c.Checks {
		j.line(3)
		j.open("{")
		j.keyStr("rule", k.Rule)
		j.keyNum("violated", k.Violated)
		j.keyNum("held", k.Held)
		j.keyNum("undetermined", k.Undetermined)
		j.keyNum("suppressed", k.Suppressed)
		j.raw("}")
	}
	j.endList(2)
	j.head(2, "undetermined")
	j.open("[")
	for _, g := range c.Undetermined {
		j.line(3)
		j.open("{")
		j.keyStr("what", g.What)
		j.keyStr("where", g.Where)
		j.orNull("reason", g.Reason)
		j.orNull("settled_by", g.SettledBy)
		j.raw("}")
	}
	j.endList(2)
	j.endObject(1)
}
