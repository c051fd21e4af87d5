package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// resourcePolicy returns the policy on a node: the one that is its attribute, and what permissions that are declared beside
// it add.
func (x *Index) resourcePolicy(n *graph.Node) graph.Value[iam.Source] {
	attr := "policy"
	if n.Kind == graph.KindRoleIAM {
		attr = "trust"
	}
	var base graph.Value[iam.Source]
	if _, has := graph.AttributeOf(n.Kind, attr); has && n.Kind != graph.KindManagedPolicy {
		v, known := x.source(n, n.Attrs, attr, string(n.ID))
		if !known || !n.Declared() && v.State() == graph.Absent {
			return graph.UnknownOf[iam.Source](cmp.Or(v.Reason(), graph.ReasonNotInInput))
		}
		base = v
	} else if n.Declared() || n.Implied {
		base = graph.AbsentOf[iam.Source]()
	} else {
		base = graph.UnknownOf[iam.Source](graph.ReasonNotInInput)
	}
	switch n.Kind {
	case graph.KindKey:
		if base.State() == graph.Absent {
			return x.defaultKeyPolicy(n)
		}
	case graph.KindTopic:
		if base.State() == graph.Absent {
			return x.defaultTopicPolicy(n)
		}
	case graph.KindFunction, graph.KindBus:
		return x.permissions(n, base)
	case graph.KindLogGroup:
		return x.logsPolicies(n, base)
	}
	return base
}

// defaultKeyPolicy is what KMS gives a key whose creator gave it none; see
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html.
func (x *Index) defaultKeyPolicy(n *graph.Node) graph.Value[iam.Source] {
	account := symbolOr(home(n).Account, n, "account")
	all := func(s string) *iam.List { return &iam.List{Items: []graph.Text{graph.Literal(s)}} }
	return graph.KnownOf(iam.Source{Name: "the default key policy of " + string(n.ID), Pos: n.Pos, Policy: iam.Policy{
		Version:    graph.Literal("2012-10-17"),
		Statements: []iam.Statement{{Sid: graph.Literal("Enable IAM User Permissions"), Effect: iam.Allow, Principal: &iam.Principals{Items: []iam.PrincipalID{{Type: "AWS", ID: account}}}, Action: all("kms:*"), Resource: all("*")}},
	}})
}

// defaultTopicPolicy is what SNS gives a topic whose creator gave it none; see
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html and the attribute Policy of
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html.
func (x *Index) defaultTopicPolicy(n *graph.Node) graph.Value[iam.Source] {
	account := symbolOr(home(n).Account, n, "account")
	s := iam.Statement{
		Sid: graph.Literal("__default_statement_ID"), Effect: iam.Allow, Principal: &iam.Principals{Items: []iam.PrincipalID{{Type: "AWS", ID: graph.Literal("*")}}},
		Action: &iam.List{}, Resource: &iam.List{Items: []graph.Text{x.arn(n)}},
		Conditions: []iam.Condition{{Operator: "StringEquals", Key: graph.Literal("AWS:SourceOwner"), Values: iam.List{Items: []graph.Text{account}}}},
	}
	for _, name := range []string{"GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"} {
		s.Action.Items = append(s.Action.Items, graph.Literal("SNS:"+name))
	}
	return graph.KnownOf(iam.Source{Name: "the default topic policy of " + string(n.ID), Pos: n.Pos, Policy: iam.Policy{Version: graph.Literal("2008-10-17"), Statements: []iam.Statement{s}}})
}

// permissions adds the statements that permissions of a function, or of a bus, amount to; see
// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html.
func (x *Index) permissions(n *graph.Node, base graph.Value[iam.Source]) graph.Value[iam.Source] {
	var added []iam.Statement
	var places []graph.Pos
	out, _ := base.Get()
	if base.State() != graph.Known {
		out = iam.Source{Name: string(n.ID), Pos: n.Pos, Policy: iam.Policy{Version: graph.Literal("2012-10-17")}}
	}
	seen := map[graph.NodeID]bool{}
	for e := range x.g.Support(n.ID) {
		c := x.g.Node(e.Connector)
		if c == nil || seen[c.ID] || e.Kind.ID != "lambda_permission" && e.Kind.ID != "events_bus_policy" {
			continue
		}
		seen[c.ID] = true
		if e.OneOf != "" || e.Doubt {
			out.Policy.Open, out.Policy.OpenReason = true, graph.ReasonDoubtful
			continue
		}
		s, ok := x.permission(n, c)
		if !ok {
			out.Policy.Open, out.Policy.OpenReason = true, graph.ReasonAfterApply
			continue
		}
		for _, a := range c.Attrs {
			out.Sensitive = out.Sensitive || a.Value.Sensitive()
		}
		added, places = append(added, s), append(places, c.Pos)
	}
	if len(added) == 0 && !out.Policy.Open {
		return base
	}
	out.Policy.Statements = slices.Clone(out.Policy.Statements)
	out.Places = append(make([]graph.Pos, 0, len(out.Places)+len(places)), out.Places...)
	for i, s := range added {
		addStatement(&out, s, places[i])
	}
	return graph.KnownOf(out)
}

// addStatement adds a statement behind those that a policy has, with its place.
func addStatement(to *iam.Source, s iam.Statement, pos graph.Pos) {
	s.Index = 0
	for _, had := range to.Policy.Statements {
		s.Index = max(s.Index, had.Index+1)
	}
	for len(to.Places) <= s.Index {
		to.Places = append(to.Places, graph.Pos{})
	}
	to.Places[s.Index] = pos
	to.Policy.Statements = append(to.Policy.Statements, s)
}

// permission returns the statement that a permission adds to the policy of a function or bus.
func (x *Index) permission(n, c *graph.Node) (iam.Statement, bool) {
	fold := x.fold(c.Scope)
	who, ok := c.Attrs.Text("principal").Get()
	action, told := c.Attrs.Text("action").Get()
	if !ok || !told {
		return iam.Statement{}, false
	}
	s := iam.Statement{
		Sid: graph.Literal(c.Address), Effect: iam.Allow, Principal: &iam.Principals{Items: []iam.PrincipalID{principalID(fold(who))}},
		Action: &iam.List{Items: []graph.Text{action}}, Resource: &iam.List{Items: []graph.Text{graph.Join(x.arn(n))}},
	}
	if n.Kind == graph.KindFunction { // with or without a version or an alias
		s.Resource.Items = append(s.Resource.Items, graph.Join(x.arn(n), graph.Literal(":*")))
	}
	for _, k := range []struct{ attr, operator, key string }{
		{"source_arn", "ArnLike", "aws:SourceArn"},
		{"source_account", "StringEquals", "aws:SourceAccount"},
		{"org_id", "StringEquals", "aws:PrincipalOrgID"},
		{"url_auth", "StringEquals", "lambda:FunctionUrlAuthType"},
	} {
		switch v := c.Attrs.Text(k.attr); v.State() {
		case graph.Known:
			if t := v.Or(graph.Text{}); !t.IsEmpty() {
				s.Conditions = append(s.Conditions, iam.Condition{Operator: k.operator, Key: graph.Literal(k.key), Values: iam.List{Items: []graph.Text{fold(t)}}})
			}
		case graph.Unknown:
			s.OpenConditions = s.OpenConditions || v.Reason() != graph.ReasonNotInInput
		case graph.Absent:
		}
	}
	return s, true
}

// principalID reads who a permission is for: a service, an account, everyone, or an ARN.
func principalID(t graph.Text) iam.PrincipalID {
	switch s, ok := t.Literal(); {
	case ok && s == "*":
		return iam.PrincipalID{Type: "*", ID: t}
	case ok && (strings.HasSuffix(s, ".amazonaws.com") || strings.HasSuffix(s, ".amazonaws.com.cn")):
		return iam.PrincipalID{Type: "Service", ID: t}
	}
	return iam.PrincipalID{Type: "AWS", ID: t}
}

// logsPolicies returns the resource policies of CloudWatch Logs in the account and region of a log group; see
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html.
func (x *Index) logsPolicies(n *graph.Node, base graph.Value[iam.Source]) graph.Value[iam.Source] {
	out := iam.Source{Name: string(n.ID), Pos: n.Pos, Policy: iam.Policy{Version: graph.Literal("2012-10-17")}}
	found := false
	for p := range x.g.OfKind("logs.resource_policy") {
		if p.Account.Or("") != n.Account.Or("") || p.Region.Or("") != n.Region.Or("") || p.Scope != n.Scope && n.Account.State() != graph.Known {
			continue
		}
		found = true
		v, known := x.source(p, p.Attrs, "policy", string(p.ID))
		s, ok := v.Get()
		if !known || p.Doubt != "" {
			out.Policy.Open, out.Policy.OpenReason = true, cmp.Or(v.Reason(), graph.ReasonDoubtful)
			continue
		}
		if !ok {
			continue
		}
		out.Sensitive, out.HiddenConditions = out.Sensitive || s.Sensitive, out.HiddenConditions || s.HiddenConditions
		for _, st := range s.Policy.Statements {
			addStatement(&out, st, s.Place(st.Index))
		}
		out.Policy.Open = out.Policy.Open || s.Policy.Open
	}
	if !found {
		return base
	}
	return graph.KnownOf(out)
}
