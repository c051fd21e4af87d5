package render

import (
	"io"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// whoCanSchema is the version of the document that [WhoCanJSON] writes. It changes when a key changes its meaning or goes.
const whoCanSchema = "1"

// WhoCanJSON writes the answer as one JSON document.
func WhoCanJSON(w io.Writer, a *analyzer.WhoCan) error {
	j := &jsonWriter{w: w}
	j.open("{")
	j.head(1, "schema_version")
	j.str(whoCanSchema)
	j.head(1, "action")
	j.str(a.Action)
	j.head(1, "resource")
	j.open("{")
	if n := a.Resource.Node; n != nil {
		j.keyStr("id", string(n.ID))
		j.keyStr("kind", string(n.Kind))
		j.orNull("address", n.Address)
	} else {
		j.orNull("id", "")
		j.orNull("kind", "")
		j.orNull("address", "")
	}
	arn := a.Resource.ARN
	if a.Resource.Sensitive {
		arn = ""
	}
	j.orNull("arn", arn)
	j.raw("}")
	for _, list := range []struct {
		name string
		all  []analyzer.Access
	}{{"principals", a.Principals}, {"adversaries", a.Adversaries}} {
		j.head(1, list.name)
		j.open("[")
		for _, c := range list.all {
			j.line(2)
			j.access(c)
		}
		j.endList(1)
	}
	j.head(1, "exemptions")
	j.open("[")
	for _, e := range a.Exemptions {
		j.line(2)
		j.open("{")
		j.keyStr("pattern", e.Pattern)
		j.strs("policies", e.Sources)
		j.raw("}")
	}
	j.endList(1)
	j.head(1, "assumed")
	j.open("[")
	for _, s := range a.Assumed {
		j.line(2)
		j.open("{")
		j.keyStr("what", s.What)
		j.keyStr("settled_by", s.SettledBy)
		j.raw("}")
	}
	j.endList(1)
	j.endObject(0)
	j.b = append(j.b, '\n')
	j.flush()
	return j.err
}

func (j *jsonWriter) access(a analyzer.Access) {
	j.open("{")
	j.keyStr("principal", a.Principal)
	j.keyStr("answer", string(a.Answer))
	var pos graph.Pos
	if a.Node != nil {
		j.keyStr("id", string(a.Node.ID))
		j.orNull("address", a.Node.Address)
		pos = a.Node.Pos
	} else {
		j.orNull("id", "")
		j.orNull("address", "")
	}
	j.position(pos)
	j.key("because")
	j.open("[")
	for _, g := range a.By {
		j.open("{")
		j.keyStr("layer", g.Layer)
		j.keyNum("level", g.Level)
		j.orNull("policy", g.Policy)
		j.keyNum("statement", g.Statement)
		j.orNull("sid", g.Sid)
		j.keyStr("effect", g.Effect)
		j.keyBool("certain", g.Certain)
		j.position(g.Pos)
		j.raw("}")
	}
	j.raw("]")
	j.strs("missing", a.Missing)
	j.key("unknown")
	j.open("[")
	for _, o := range a.Open {
		j.open("{")
		j.keyStr("layer", o.Layer)
		j.orNull("policy", o.Policy)
		j.keyStr("what", o.What)
		j.keyStr("reason", o.Reason)
		j.raw("}")
	}
	j.raw("]")
	j.orNull("beyond_policies", a.Beyond)
	j.strs("choices", a.Choices)
	j.raw("}")
}
