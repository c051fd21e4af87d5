package access

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// arn returns the ARN of a node as requests and policies are compared with: what is known of it, or else one symbol for
// the whole.
func (x *Index) arn(n *graph.Node) graph.Text {
	if t, ok := n.ARN.Get(); ok && !t.IsEmpty() && !hasHole(t) {
		return t
	}
	if n.Kind == graph.KindKey { // that it is a key, and no alias, must stay known
		id := home(n)
		return graph.Join(graph.Literal("arn:"), symbolOr(id.Partition, n, "partition"), graph.Literal(":kms:"), regionText(n), graph.Literal(":"), symbolOr(id.Account, n, "account"), graph.Literal(":key/"), graph.Reference(graph.Ref{Address: string(n.ID), Attr: "key_id"}))
	}
	return graph.Reference(graph.Ref{Address: string(n.ID), Attr: "arn"})
}

// symbolOr returns a text, or a symbol for it where it is empty.
func symbolOr(t graph.Text, n *graph.Node, attr string) graph.Text {
	if !t.IsEmpty() {
		return t
	}
	return graph.Reference(graph.Ref{Address: string(n.ID), Attr: attr})
}

func regionText(n *graph.Node) graph.Text {
	if r, ok := n.Region.Get(); ok {
		return graph.Literal(r)
	}
	return symbolOr(n.Symbols.Region, n, "region")
}

// name returns the name of a node, or else one symbol for it.
func (x *Index) name(n *graph.Node) graph.Text {
	if t, ok := n.Name.Get(); ok && !t.IsEmpty() && !hasHole(t) {
		return t
	}
	return graph.Reference(graph.Ref{Address: string(n.ID), Attr: "name"})
}

func hasHole(t graph.Text) bool {
	return slices.ContainsFunc(t.Parts(), func(p graph.Part) bool { return p.Kind == graph.PartHole })
}

// arnAttributes and nameAttributes are what sources call the ARN and the name of a resource, by kind; the row of no kind is
// of all. See the attributes of Terraform's resources, and what Ref returns in CloudFormation.
//
//nolint:gochecknoglobals // tables
var (
	arnAttributes = map[graph.Kind][]string{
		"":                      {"arn", "Arn"},
		graph.KindTopic:         {"id", "Ref", "TopicArn"},
		graph.KindStream:        {"id"},
		graph.KindManagedPolicy: {"id", "Ref", "PolicyArn"},
		graph.KindLogsDest:      {"Arn"},
	}
	nameAttributes = map[graph.Kind][]string{
		graph.KindBucket:   {"id", "bucket", "Ref"},
		graph.KindTopic:    {"name", "TopicName"},
		graph.KindQueue:    {"name", "QueueName"},
		graph.KindRoleIAM:  {"id", "name", "Ref"},
		graph.KindUser:     {"id", "name", "Ref"},
		graph.KindGroup:    {"id", "name", "Ref"},
		graph.KindLogGroup: {"id", "name", "Ref"},
		graph.KindFunction: {"id", "function_name", "Ref"},
		graph.KindStream:   {"name", "Ref"},
		graph.KindFirehose: {"name", "Ref"},
		graph.KindKey:      {"key_id", "id", "Ref", "KeyId"},
	}
)

// fold replaces references to resources of the graph by what is known of their ARNs and names, so that a policy that
// spells an ARN and one that refers to it say the same.
func (x *Index) fold(scope string) func(graph.Text) graph.Text {
	known := func(r graph.Ref) (graph.Text, bool) {
		if r.Attr == "" {
			return graph.Text{}, false // symbols are what they are within one input
		}
		n := x.g.Named(scope, r.Address)
		switch {
		case n == nil:
			return graph.Text{}, false
		case slices.Contains(arnAttributes[""], r.Attr), slices.Contains(arnAttributes[n.Kind], r.Attr):
			return x.arn(n), true
		case slices.Contains(nameAttributes[n.Kind], r.Attr):
			return x.name(n), true
		}
		return graph.Reference(graph.Ref{Address: string(n.ID), Attr: r.Attr}), true
	}
	return func(t graph.Text) graph.Text { return t.Fold(known) }
}

// document reads a policy attribute. Of a value that is not known it returns the reason, and of one that is not there
// nothing.
func (x *Index) document(scope string, v graph.Value[graph.Text]) graph.Value[iam.Policy] {
	t, ok := v.Get()
	switch {
	case v.State() == graph.Absent, ok && t.IsEmpty():
		return graph.AbsentOf[iam.Policy]()
	case !ok:
		return graph.UnknownOf[iam.Policy](v.Reason())
	}
	lit, whole := t.Literal()
	if whole {
		if p, had := x.parsed[lit]; had {
			return graph.KnownOf(p)
		}
	}
	p, err := iam.Parse(t)
	if err != nil {
		return graph.UnknownOf[iam.Policy](graph.ReasonMalformed)
	}
	if whole {
		x.parsed[lit] = p
		return graph.KnownOf(p)
	}
	return graph.KnownOf(p.Map(x.fold(scope)))
}
