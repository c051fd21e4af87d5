package access

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/analyzer/iam/actions"
	"github.com/trailguard/trailguard/analyzer/tamper"
)

// Resource is what a request is about, with the policies that are on its side.
type Resource struct {
	Node    *graph.Node // nil for one that the graph does not have
	Name    string      // for people
	ARN     graph.Text
	Account graph.Text // of the owner; empty: that of the ARN
	// Management says that the account is the management account.
	Management graph.Tri
	Policy     graph.Value[iam.Source]
	Endpoint   graph.Value[iam.Source]
	RCPs       graph.Value[[]iam.Set]
	Assumed    []Assumption

	asked  []string      // condition keys that its policies ask for
	grants []*graph.Node // of a key
	within graph.Text    // what of it the request is about; empty: what the action is done to
}

// Resource returns a node as the resource of requests.
func (x *Index) Resource(n *graph.Node) *Resource {
	r := &Resource{Node: n, Name: string(n.ID), ARN: x.arn(n), Management: x.org.isManagement(n.Account)}
	r.Account = home(n).Account
	r.Policy = x.resourcePolicy(n)
	r.Endpoint = graph.AbsentOf[iam.Source]()
	r.RCPs, r.Assumed = x.org.levels(n.Account, typeRCP)
	if r.Management == graph.Yes {
		r.Assumed = nil
	}
	if n.Kind == graph.KindKey {
		for e := range x.g.Support(n.ID) {
			if g := x.g.Node(e.Connector); e.Kind.ID == "kms_grant" && g != nil {
				r.grants = append(r.grants, g)
			}
		}
		r.Assumed = append(r.Assumed, Assumption{What: "the key has no grants but those of the inputs", SettledBy: "aws kms list-grants"})
	}
	return r
}

// External returns a resource that is in none of the inputs, of which the ARN alone is known.
func (x *Index) External(arn string) *Resource {
	r := &Resource{Name: arn, ARN: graph.Literal(arn), Policy: graph.UnknownOf[iam.Source](graph.ReasonNotInInput), Endpoint: graph.AbsentOf[iam.Source]()}
	var account graph.Value[string]
	if a, ok := graph.ParseARN(arn); ok && a.Account != "" {
		account = graph.KnownOf(a.Account)
	}
	r.Management = x.org.isManagement(account)
	r.RCPs, r.Assumed = x.org.levels(account, typeRCP)
	return r
}

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
	id := home(n)
	account := id.Account
	if account.IsEmpty() {
		account = graph.Reference(graph.Ref{Address: string(n.ID), Attr: "account"})
	}
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
	account := home(n).Account
	if account.IsEmpty() {
		account = graph.Reference(graph.Ref{Address: string(n.ID), Attr: "account"})
	}
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
		s.Index = nextIndex(out.Policy.Statements)
		for len(out.Places) <= s.Index {
			out.Places = append(out.Places, graph.Pos{})
		}
		out.Places[s.Index] = places[i]
		out.Policy.Statements = append(out.Policy.Statements, s)
	}
	return graph.KnownOf(out)
}

func nextIndex(all []iam.Statement) int {
	next := 0
	for _, s := range all {
		next = max(next, s.Index+1)
	}
	return next
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
			pos := s.Pos
			if st.Index < len(s.Places) && !s.Places[st.Index].IsZero() {
				pos = s.Places[st.Index]
			}
			st.Index = nextIndex(out.Policy.Statements)
			for len(out.Places) <= st.Index {
				out.Places = append(out.Places, graph.Pos{})
			}
			out.Places[st.Index] = pos
			out.Policy.Statements = append(out.Policy.Statements, st)
		}
		out.Policy.Open = out.Policy.Open || s.Policy.Open
	}
	if !found {
		return base
	}
	return graph.KnownOf(out)
}

// tagActions are the actions on log groups for which CloudWatch Logs spells the ARN without a log stream; see
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/userguide/iam-access-control-overview-cwl.html.
//
//nolint:gochecknoglobals // a table
var tagActions = []string{"logs:tagresource", "logs:untagresource", "logs:listtagsforresource"}

// Target returns the ARN on which IAM evaluates an action that is done to a node: the node's own, that of something
// within it which is not known, or * where the action has no resource. Which it is says the Service Authorization Reference.
func (x *Index) Target(r *Resource, action string) graph.Text {
	known, ok := actions.Find(action)
	is := func(kind string) bool { return slices.Contains(known.Types, kind) }
	switch {
	case ok && len(known.Types) == 0:
		return graph.Literal("*")
	case !r.within.IsEmpty():
		return r.within
	case r.Node == nil:
		return r.ARN
	case r.Node.Kind == graph.KindBucket && is("object") && !is("bucket"):
		return graph.Join(r.ARN, graph.Literal("/"), graph.Hole(ReasonWhichObject))
	case r.Node.Kind == "s3.access_point" && is("object") && !is("bucket"):
		return graph.Join(r.ARN, graph.Literal("/object/"), graph.Hole(ReasonWhichObject))
	case r.Node.Kind == graph.KindFunction && ok && !is("function"):
		return graph.Join(r.ARN, graph.Literal(":"), graph.Hole(ReasonWhichVersion))
	case r.Node.Kind == graph.KindLogGroup && is("log-stream") && !is("log-group"):
		return graph.Join(r.ARN, graph.Literal(":log-stream:"), graph.Hole(ReasonWhichStream))
	case r.Node.Kind == graph.KindLogGroup && !slices.Contains(tagActions, strings.ToLower(action)):
		return graph.Join(r.ARN, graph.Literal(":log-stream:"))
	}
	return r.ARN
}

// Why the resource of a request is not known in full.
const (
	ReasonWhichObject graph.Reason = "it depends on the key of the object"
	ReasonWhichStream graph.Reason = "it depends on the name of the log stream"
	// ReasonWhichVersion is for actions on aliases and versions of functions.
	ReasonWhichVersion graph.Reason = "it depends on the alias or version of the function"
)

// catalogued returns the tamper actions that an IAM action allows. The action is in lower case.
func catalogued(action string) []*tamper.Action { return byAction()[action] }

//nolint:gochecknoglobals // built once
var byAction = sync.OnceValue(func() map[string][]*tamper.Action {
	out := map[string][]*tamper.Action{}
	all := tamper.Actions()
	for i := range all {
		name := strings.ToLower(all[i].IAM)
		out[name] = append(out[name], &all[i])
	}
	return out
})

// Within narrows the resource to something within it, or to one form of it: an object of a bucket, a stream of a log group.
func (r *Resource) Within(arn graph.Text) { r.within = arn }

// typesOf is what the Service Authorization Reference calls nodes, and what is within them. Of kinds that it does not have,
// the service has to be the same.
//
//nolint:gochecknoglobals // a table
var typesOf = map[graph.Kind][]string{
	graph.KindBucket: {"bucket", "object"}, graph.KindQueue: {"queue"}, graph.KindTopic: {"topic"}, graph.KindFunction: {"function", "function-alias", "function-version"}, graph.KindMapping: {"eventSourceMapping"},
	graph.KindLogGroup: {"log-group", "log-stream"}, graph.KindStream: {"stream"}, graph.KindFirehose: {"deliverystream"}, graph.KindKey: {"key"}, graph.KindKeyAlias: {"alias", "key"},
	graph.KindRoleIAM: {"role"}, graph.KindUser: {"user"}, graph.KindGroup: {"group"}, graph.KindManagedPolicy: {"policy"}, graph.KindTrail: {"trail"}, graph.KindEventStore: {"eventdatastore"},
	"s3.access_point": {"accesspoint", "accesspointobject", "object"},
}

// Fits says whether an action is one on the resource, as far as its service tells.
func (x *Index) Fits(action string, r *Resource) bool {
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	if r.Node == nil {
		lit, _ := r.ARN.Literal()
		a, _ := graph.ParseARN(lit)
		return service == a.Service || service == "sts" && a.Service == "iam"
	}
	if a, ok := actions.Find(action); ok && len(a.Types) > 0 && len(typesOf[r.Node.Kind]) > 0 {
		return slices.ContainsFunc(typesOf[r.Node.Kind], func(t string) bool { return slices.Contains(a.Types, t) })
	}
	info := graph.InfoOf(r.Node.Kind)
	if info.Service == service || info.Service == "" || r.Node.Kind == graph.KindRoleIAM && service == "sts" {
		return true
	}
	return slices.ContainsFunc(catalogued(strings.ToLower(action)), func(a *tamper.Action) bool { return slices.Contains(a.Kinds(), r.Node.Kind) })
}

// Candidates returns the principals that a question about a resource is about: those of the inputs, and those that the
// resource's policy names.
func (x *Index) Candidates(r *Resource) []*Principal {
	out := slices.Clone(x.principals)
	out = append(out, x.elsewhere()...)
	policy, ok := r.Policy.Get()
	if !ok || policy.Sensitive {
		return out
	}
	seen := map[string]bool{}
	for i := range policy.Policy.Statements {
		s := &policy.Policy.Statements[i]
		if s.Principal == nil || s.Effect != iam.Allow {
			continue
		}
		for _, id := range append(slices.Clone(s.Principal.Items), byCondition(s)...) {
			key := id.Type + " " + id.ID.String()
			if seen[key] || slices.ContainsFunc(out, func(p *Principal) bool { return p.Node != nil && p.IAM.ARN.Equal(id.ID) == graph.Yes }) {
				continue
			}
			seen[key] = true
			if p := x.outsider(id, r); p != nil {
				out = append(out, p)
			}
		}
	}
	return out
}

// Unheld returns the declarations that give policies to principals of whom it is not known who they are: inline policies,
// attachments, and group memberships, by their identifiers.
func (x *Index) Unheld() []string {
	var out []string
	add := func(id string) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for n := range x.g.Nodes() {
		if !n.Unresolved {
			continue
		}
		for _, h := range x.g.Held(n.ID) {
			if !h.OneOf {
				add(string(h.Policy.ID))
			}
		}
		for e := range x.g.Support(n.ID) {
			if e.OneOf == "" && (e.Kind.ID == "iam_managed" || e.Kind.ID == "iam_member") {
				add(cmp.Or(string(e.Connector), e.Via))
			}
		}
	}
	slices.Sort(out)
	return out
}

// typeOrganization is the type of those whom a condition on the organization lets in.
const typeOrganization = "organization"

// byCondition returns whom a statement for everyone lets in by its conditions: ARNs, accounts, organizations.
func byCondition(s *iam.Statement) []iam.PrincipalID {
	everyone := slices.ContainsFunc(s.Principal.Items, func(id iam.PrincipalID) bool { return id.ID.Equal(graph.Literal("*")) == graph.Yes })
	if !everyone {
		return nil
	}
	types := map[string]string{"aws:principalarn": "AWS", "aws:principalaccount": "AWS", "aws:principalorgid": typeOrganization}
	var out []iam.PrincipalID
	for _, c := range s.Conditions {
		key, _ := c.Key.Literal()
		kind := types[strings.ToLower(key)]
		if kind == "" || strings.Contains(strings.ToLower(c.Operator), "not") {
			continue
		}
		for _, v := range c.Values.Items {
			if !strings.ContainsAny(v.String(), "*?$") {
				out = append(out, iam.PrincipalID{Type: kind, ID: v})
			}
		}
	}
	return out
}

// outsider returns a principal that a policy names and no input declares; nil for one that is told otherwise: everyone,
// the own account.
func (x *Index) outsider(id iam.PrincipalID, r *Resource) *Principal {
	name, known := id.ID.Literal()
	p := &Principal{Name: id.ID.String(), Policies: iam.None(), Elsewhere: true}
	switch {
	case id.Type == "*" || known && name == "*":
		return nil
	case id.Type == "Service":
		p.IAM = iam.Principal{Kind: iam.Service, Service: id.ID}
		return p
	case id.Type == "Federated":
		p.IAM = iam.Principal{Kind: iam.Federated, ARN: id.ID}
		return p
	case id.Type == "CanonicalUser":
		p.Name = "canonical user " + p.Name
		p.IAM = iam.Principal{Kind: iam.Root, ARN: graph.Hole(graph.ReasonNotInInput), Account: graph.Hole(graph.ReasonNotInInput), Partition: partitionOf(r)}
		return p
	case id.Type == typeOrganization:
		p.Name = "any principal of the organization " + p.Name
		p.IAM = iam.Principal{Kind: iam.Role, ARN: graph.Hole(graph.ReasonNotInInput), Account: graph.Hole(graph.ReasonNotInInput), Partition: partitionOf(r)}
		p.Policies.Identity = everything()
		p.keys = []keyRule{{"aws:principalorgid", iam.PresentText(id.ID)}}
		return p
	case id.Type != "AWS":
		return nil
	case known && graph.IsAccountID(name):
		p.IAM = iam.Principal{Kind: iam.Root, Account: id.ID, Partition: partitionOf(r)}
		p.IAM.ARN = graph.Join(graph.Literal("arn:"), p.IAM.Partition, graph.Literal(":iam::"+name+":root"))
	case known && strings.HasSuffix(name, ":root"):
		p.IAM = iam.Principal{Kind: iam.Root, ARN: id.ID}
	case known && strings.Contains(name, ":assumed-role/"):
		a, _ := graph.ParseARN(name)
		role, session, _ := strings.Cut(strings.TrimPrefix(a.Resource, "assumed-role/"), "/")
		p.IAM = iam.Principal{Kind: iam.Role, Session: graph.Literal(session), ARN: graph.Literal("arn:" + a.Partition + ":iam::" + a.Account + ":role/" + role)}
	case known && strings.Contains(name, ":user/"):
		p.IAM = iam.Principal{Kind: iam.User, ARN: id.ID}
	case known && strings.Contains(name, ":role/"):
		p.IAM = iam.Principal{Kind: iam.Role, ARN: id.ID}
	default:
		return nil
	}
	a, _ := graph.ParseARN(p.IAM.ARN.String())
	if p.IAM.Kind == iam.Root {
		if accountOf(r).Equal(graph.Literal(a.Account)) == graph.Yes {
			return nil // those of the own account are told one by one
		}
		p.Name = "account " + a.Account
		if x.org.org == nil {
			p.Assumed = nil
		}
	} else {
		p.Policies.Identity = iam.Set{Open: true, Reason: graph.ReasonNotInInput}
		p.Policies.Boundary = graph.UnknownOf[iam.Source](graph.ReasonNotInInput)
	}
	levels, assumed := x.org.levels(graph.KnownOf(a.Account), typeSCP)
	p.Policies.SCPs, p.Assumed = levels, assumed
	return p
}

// elsewhere returns principals that the inputs give policies to and do not declare: one of which nothing but that is known,
// and one of a data source, or of another configuration.
func (x *Index) elsewhere() []*Principal {
	var out []*Principal
	for n := range x.g.Nodes() {
		if n.Declared() || n.Kind != graph.KindRoleIAM && n.Kind != graph.KindUser && !(n.Unresolved && n.Kind == graph.KindGroup) {
			continue
		}
		var given iam.Set
		x.collect(&given, n, "")
		if len(given.Sources) == 0 {
			continue
		}
		if !n.Unresolved {
			p := x.add(n)
			p.Policies.Identity.Sources = given.Sources
			out = append(out, p)
			continue
		}
		for i := range given.Sources {
			given.Sources[i].Doubt = doubtOneOf
		}
		who := graph.Hole(n.Why)
		out = append(out, &Principal{
			Node: n, Name: "a principal that is not known", Elsewhere: true, Policies: iam.None(),
			IAM: iam.Principal{Kind: iam.Role, ARN: who, Account: who, Partition: who},
		})
		out[len(out)-1].Policies.Identity.Sources = given.Sources
	}
	return out
}
