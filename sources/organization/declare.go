package organization

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// declare declares the organization as it was seen.
func (t *tree) declare() graph.Inventory {
	out := graph.Inventory{}
	if t.id != "" {
		out.Resources = append(out.Resources, t.organization())
	}
	var orphans []string
	unlisted := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(t.targets)) {
		r := t.place(id)
		out.Resources = append(out.Resources, r)
		if r.Attrs.Text("parent").State() == graph.Unknown {
			orphans = append(orphans, id)
		}
		for _, typ := range t.evaluated() {
			if !t.lists(id, typ) {
				unlisted[typ] = append(unlisted[typ], id)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.policies)) {
		out.Resources = append(out.Resources, t.control(id))
	}
	for _, pair := range slices.SortedFunc(maps.Keys(t.attached), func(a, b [2]string) int { return strings.Compare(a[0]+" "+a[1], b[0]+" "+b[1]) }) {
		out.Resources = append(out.Resources, t.attachment(pair[0], pair[1]))
	}
	if n := len(orphans); n > 0 {
		t.gap(fmt.Sprintf("what %d units and accounts are under", n), orphans[0], graph.ReasonNotInInput, "aws organizations list-parents --child-id "+orphans[0])
	}
	for _, typ := range []string{typeSCP, typeRCP} {
		if ids := unlisted[typ]; len(ids) > 0 {
			t.gap(fmt.Sprintf("all policies of type %s that are attached to %d roots, units and accounts", typ, len(ids)), ids[0], graph.ReasonNotInInput,
				"aws organizations list-policies --filter "+typ+", and list-targets-for-policy of each; or list-policies-for-target --filter "+typ+" of each")
		}
	}
	out.Gaps = t.gaps
	return out
}

// seen makes a resource that was seen in the organization. One of which no answer tells the ARN is known by its
// identifier.
func (t *tree) seen(kind graph.Kind, typ, arn, id string) graph.Resource {
	r := graph.Resource{Kind: kind, Type: typ, Address: id, Observed: true, Attrs: graph.Attrs{}}
	if a, ok := graph.ParseARN(arn); ok {
		r.Address, r.ARN = arn, graph.KnownOf(graph.Literal(arn))
		r.Partition = graph.KnownOf(a.Partition)
		if graph.IsAccountID(a.Account) {
			r.Account = graph.KnownOf(a.Account)
		}
	}
	return r
}

// text returns a text, or that the input does not tell it.
func text(s string) graph.Value[any] {
	if s == "" {
		return graph.UnknownOf[any](graph.ReasonNotInInput)
	}
	return graph.KnownOf[any](graph.Literal(s))
}

// arn spells an ARN of the organization, where any answer tells which it is:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
func (t *tree) arn(typ, id string) string {
	if t.id == "" {
		return ""
	}
	return "arn:" + t.partition + ":organizations::" + t.management + ":" + typ + "/" + t.id + "/" + id
}

// organization declares the organization itself. That an ARN is of it tells the management account, which has all of them.
func (t *tree) organization() graph.Resource {
	r := t.seen("organizations.org", "AWS::Organizations::Organization", "arn:"+t.partition+":organizations::"+t.management+":organization/"+t.id, t.id)
	r.Name = graph.KnownOf(graph.Literal(t.id))
	r.Attrs.Set("management", text(t.management))
	r.Attrs.Set("features", text(""))
	if t.org != nil {
		r.Attrs.Set("features", text(t.org.FeatureSet))
	}
	return r
}

// place declares a root, a unit or an account.
func (t *tree) place(id string) graph.Resource {
	known := t.targets[id]
	short, typ := "account", "AWS::Organizations::Account"
	switch {
	case strings.HasPrefix(id, "r-"):
		short, typ = "root", "AWS::Organizations::Root"
	case strings.HasPrefix(id, "ou-"):
		short, typ = "ou", "AWS::Organizations::OrganizationalUnit"
	}
	arn := known.arn
	if arn == "" {
		arn = t.arn(short, id)
	}
	r := t.seen("organizations.target", typ, arn, id)
	r.Name, r.Title = graph.KnownOf(graph.Literal(id)), known.name
	switch {
	case short == "root":
		r.Attrs.Set("parent", graph.AbsentOf[any]())
	case len(known.parents) == 1:
		r.Attrs.Set("parent", text(known.parents[0]))
	case len(known.parents) > 1: // it was moved while the outputs were made
		r.Attrs.Set("parent", graph.UnknownOf[any](graph.ReasonTwoWriters))
	default:
		r.Attrs.Set("parent", text(""))
	}
	if !slices.ContainsFunc(t.evaluated(), func(typ string) bool { return !t.lists(id, typ) }) {
		r.Attrs.Set("listed", graph.KnownOf[any](true))
	}
	return r
}

// evaluated returns the types of policies that may be attached to anything: those that are enabled for the root, or, where
// no answer tells, all that IAM evaluates.
func (t *tree) evaluated() []string {
	var out []string
	for _, typ := range []string{typeSCP, typeRCP} {
		if t.enabled == nil || t.enabled[typ] {
			out = append(out, typ)
		}
	}
	return out
}

// lists says that all policies of a type that are attached to a target are known: they are listed for it, or all targets
// of all policies are.
func (t *tree) lists(id, typ string) bool {
	if t.targets[id].listed[typ] {
		return true
	}
	if !t.whole[typ] {
		return false
	}
	for _, p := range t.policies {
		if p.typ == typ && !p.targets {
			return false
		}
	}
	return true
}

// control declares a policy.
func (t *tree) control(id string) graph.Resource {
	known := t.policies[id]
	r := t.seen("organizations.policy", "AWS::Organizations::Policy", known.arn, id)
	r.Attrs.Set("id", text(id))
	r.Attrs.Set("type", text(known.typ))
	r.Attrs.Set("policy", known.content)
	r.Name = graph.KnownOf(graph.Literal(cmp.Or(known.name, id)))
	if known.content.State() != graph.Known {
		t.gap("the document of the policy "+id, id, known.content.Reason(), "aws organizations describe-policy --policy-id "+id)
	}
	return r
}

// attachment declares that a policy is attached to a target.
func (t *tree) attachment(policy, target string) graph.Resource {
	r := t.seen("organizations.policy_attachment", "AWS::Organizations::PolicyAttachment", "", policy+" of "+target)
	r.Name = graph.AbsentOf[graph.Text]()
	if t.management != "" {
		r.Partition, r.Account = graph.KnownOf(t.partition), graph.KnownOf(t.management)
	}
	r.Attrs.Set("policy", text(policy))
	r.Attrs.Set("target", text(target))
	return r
}
