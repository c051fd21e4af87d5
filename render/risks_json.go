package render

import (
	"io"

	"github.com/trailguard/trailguard/analyzer"
)

// risksSchema is the version of the document that [RisksJSON] writes. It changes when a key changes its
// meaning or goes.
const risksSchema = "1"

// RisksJSON writes what can be done to the services of a chain as one JSON document: "actions", each once,
// in the order in which they come first; and "services", whose nodes name their actions by id, worst first, each
// with its command there.
func RisksJSON(w io.Writer, risks []analyzer.Risk) error {
	j := &jsonWriter{w: w}
	j.open("{")
	j.head(1, "schema_version")
	j.str(risksSchema)
	j.head(1, "actions")
	j.open("[")
	told := map[string]bool{}
	for _, r := range risks {
		for _, n := range r.Nodes {
			for _, a := range n.Actions {
				if id := a.Action.ID; !told[id] {
					told[id] = true
					j.line(2)
					j.riskAction(a)
				}
			}
		}
	}
	j.endList(1)
	j.head(1, "services")
	j.open("[")
	for _, r := range risks {
		j.line(2)
		j.open("{")
		j.keyStr("service", r.Service)
		j.head(3, "nodes")
		j.open("[")
		for _, n := range r.Nodes {
			j.line(4)
			j.riskNode(n)
		}
		j.endList(3)
		j.endObject(2)
	}
	j.endList(1)
	j.endObject(0)
	j.b = append(j.b, '\n')
	j.flush()
	return j.err
}

func (j *jsonWriter) riskAction(r analyzer.ActionRisk) {
	a := r.Action
	j.open("{")
	j.keyStr("id", a.ID)
	j.keyStr("service", a.Service)
	j.keyStr("iam_action", a.IAM)
	j.orNull("api_operation", a.API)
	j.orNull("event_name", a.Event)
	j.keyStr("event_source", a.Source)
	j.keyStr("event_class", string(a.Class))
	j.orNull("data_type", a.DataType)
	j.keyStr("resource", a.Resource)
	j.strs("arn", a.ARN)
	j.strs("evaluated_on", a.EvaluatedOn)
	j.strs("needs", a.Needs)
	j.keyStr("severity", a.Severity.String())
	j.key("effects")
	j.open("[")
	for _, e := range a.Effects {
		j.str(string(e))
	}
	j.raw("]")
	j.keyStr("how", a.How)
	j.orNull("no_command", a.NoCommand)
	j.strs("attack", a.Attack)
	j.strs("attack_v19", a.AttackV19())
	j.strs("detections", a.Detections)
	j.raw("}")
}

func (j *jsonWriter) riskNode(r analyzer.NodeRisk) {
	n := r.Node
	j.open("{")
	j.keyStr("id", string(n.ID))
	j.keyStr("kind", string(n.Kind))
	j.orNull("address", n.Address)
	name, _ := shownText(n.Name)
	j.orNull("name", name)
	arn, _ := shownText(n.ARN)
	j.orNull("arn", arn)
	j.keyBool("external", n.External)
	j.keyBool("supports", r.Supports)
	j.position(n.Pos)
	j.key("actions")
	j.open("[")
	for _, a := range r.Actions {
		j.line(5) // the deepest that the writer indents
		j.open("{")
		j.keyStr("action", a.Action.ID)
		j.orNull("command", a.Command)
		j.raw("}")
	}
	j.raw("]")
	j.raw("}")
}
