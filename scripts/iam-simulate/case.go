package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// document is a policy document, in a form that is easy to make and to change.
type document struct {
	Version    string
	Statements []statement
}

type statement struct {
	Effect                                   string
	Principal, NotPrincipal                  []principal
	Action, NotAction, Resource, NotResource []string
	Conditions                               []condition
	Scalar                                   bool // lists of one are spelt as the value alone
}

// principal is one that a statement names; the type * is everyone.
type principal struct{ Type, ID string }

type condition struct {
	Operator, Key string
	Values        []string
}

// MarshalJSON spells the document as IAM's grammar has it.
func (d *document) MarshalJSON() ([]byte, error) {
	out := map[string]any{}
	if d.Version != "" {
		out["Version"] = d.Version
	}
	all := make([]any, 0, len(d.Statements))
	for i := range d.Statements {
		all = append(all, d.Statements[i].spell())
	}
	out["Statement"] = all
	return json.Marshal(out)
}

func (s *statement) spell() map[string]any {
	out := map[string]any{"Effect": s.Effect}
	value := func(all []string) any {
		if len(all) == 1 && s.Scalar {
			return all[0]
		}
		return all
	}
	for name, all := range map[string][]string{"Action": s.Action, "NotAction": s.NotAction, "Resource": s.Resource, "NotResource": s.NotResource} {
		if len(all) > 0 {
			out[name] = value(all)
		}
	}
	for name, all := range map[string][]principal{"Principal": s.Principal, "NotPrincipal": s.NotPrincipal} {
		byType := map[string][]string{}
		for _, p := range all {
			byType[p.Type] = append(byType[p.Type], p.ID)
		}
		switch {
		case byType["*"] != nil:
			out[name] = "*"
		case len(all) > 0:
			types := map[string]any{}
			for kind, ids := range byType {
				types[kind] = value(ids)
			}
			out[name] = types
		}
	}
	byOperator := map[string]map[string]any{}
	for _, c := range s.Conditions {
		if byOperator[c.Operator] == nil {
			byOperator[c.Operator] = map[string]any{}
		}
		byOperator[c.Operator][c.Key] = value(c.Values)
	}
	if len(byOperator) > 0 {
		out["Condition"] = byOperator
	}
	return out
}

// request is one request with all policies that bear on it. Everything of it is known.
type request struct {
	Kind                      iam.PrincipalKind
	ARN                       string // of the role, the user or the provider; or the name of the service
	Session                   string // the name of the session, or of the federated user
	Account                   string // of the principal; empty where it has none
	ServiceLinked, Management bool   // the role is service-linked, the account is the management account
	Action, Target            string // Target is the resource
	Owner                     string // the account of the resource
	OwnerIsManagement         bool
	Keys                      map[string][]string // the context but for what follows from the fields above

	Policies layers
}

// layers are the policies. Attached is the one of the resource.
type layers struct {
	Identity                              []*document
	Boundary, Session, Attached, Endpoint *document
	SCPs, RCPs                            [][]*document // a list per level, from the root on
}

// each calls f with every statement.
func (l *layers) each(f func(layer string, d *document, s *statement)) {
	visit := func(layer string, all ...*document) {
		for _, d := range all {
			if d == nil {
				continue
			}
			for i := range d.Statements {
				f(layer, d, &d.Statements[i])
			}
		}
	}
	visit("identity", l.Identity...)
	visit("boundary", l.Boundary)
	visit("session", l.Session)
	visit("resource", l.Attached)
	visit("endpoint", l.Endpoint)
	for _, level := range l.SCPs {
		visit("scp", level...)
	}
	for _, level := range l.RCPs {
		visit("rcp", level...)
	}
}

// clone copies a request so deeply that the copy can be changed.
func (r *request) clone() *request {
	out := *r
	out.Keys = map[string][]string{}
	for name, all := range r.Keys {
		out.Keys[name] = slices.Clone(all)
	}
	l := &r.Policies
	out.Policies = layers{
		Identity: cloneAll(l.Identity), Boundary: l.Boundary.clone(), Session: l.Session.clone(), Attached: l.Attached.clone(), Endpoint: l.Endpoint.clone(),
		SCPs: cloneLevels(l.SCPs), RCPs: cloneLevels(l.RCPs),
	}
	return &out
}

func cloneLevels(all [][]*document) [][]*document {
	var out [][]*document
	for _, level := range all {
		out = append(out, cloneAll(level))
	}
	return out
}

func cloneAll(all []*document) []*document {
	var out []*document
	for _, d := range all {
		out = append(out, d.clone())
	}
	return out
}

func (d *document) clone() *document {
	if d == nil {
		return nil
	}
	out := &document{Version: d.Version}
	for _, s := range d.Statements {
		s.Principal, s.NotPrincipal = slices.Clone(s.Principal), slices.Clone(s.NotPrincipal)
		for _, l := range []*[]string{&s.Action, &s.NotAction, &s.Resource, &s.NotResource} {
			*l = slices.Clone(*l)
		}
		s.Conditions = slices.Clone(s.Conditions)
		for i := range s.Conditions {
			s.Conditions[i].Values = slices.Clone(s.Conditions[i].Values)
		}
		out.Statements = append(out.Statements, s)
	}
	return out
}

// decide asks analyzer/iam.
func (r *request) decide() (iam.Result, error) {
	l := &r.Policies
	p := iam.None()
	var failed error
	read := func(d *document) iam.Source {
		spelt, err := json.Marshal(d)
		if err != nil {
			failed = err
			return iam.Source{}
		}
		policy, err := iam.ParseString(string(spelt))
		if err != nil || len(policy.Problems) > 0 {
			failed = fmt.Errorf("%s: %v %w", spelt, policy.Problems, err)
		}
		return iam.Source{Policy: policy}
	}
	list := func(all []*document) iam.Set {
		out := iam.Set{}
		for _, d := range all {
			out.Sources = append(out.Sources, read(d))
		}
		return out
	}
	p.Identity = list(l.Identity)
	for v, d := range map[*graph.Value[iam.Source]]*document{&p.Boundary: l.Boundary, &p.Resource: l.Attached, &p.Endpoint: l.Endpoint} {
		if d != nil {
			*v = graph.KnownOf(read(d))
		}
	}
	if l.Session != nil {
		p.Session = graph.KnownOf([]iam.Source{read(l.Session)})
	}
	for v, all := range map[*graph.Value[[]iam.Set]][][]*document{&p.SCPs: l.SCPs, &p.RCPs: l.RCPs} {
		if all == nil {
			continue
		}
		var out []iam.Set
		for _, level := range all {
			out = append(out, list(level))
		}
		*v = graph.KnownOf(out)
	}
	q := iam.Request{
		Principal: iam.Principal{
			Kind: r.Kind, ARN: graph.Literal(r.ARN), Session: graph.Literal(r.Session), Account: graph.Literal(r.Account),
			ServiceLinked: graph.TriOf(r.ServiceLinked), Management: graph.TriOf(r.Management),
		},
		Action: r.Action, Resource: graph.Literal(r.Target), ResourceAccount: graph.Literal(r.Owner), ResourceManagement: graph.TriOf(r.OwnerIsManagement),
		Context: iam.NewContext(iam.KeyAbsent),
	}
	if r.Kind == iam.Service {
		q.Principal.ARN, q.Principal.Service = graph.Text{}, graph.Literal(r.ARN)
	}
	if r.Target == "*" && r.Owner == r.Account {
		q.ResourceAccount = graph.Text{}
	}
	for name, all := range r.Keys {
		key := iam.Present(all...)
		if setKeys[name] {
			key = iam.PresentSet(all...)
		}
		q.Context = q.Context.With(name, key)
	}
	if failed != nil {
		return iam.Undetermined, failed
	}
	return iam.Decide(q, p).Result, nil
}

// sessionARN returns the ARN by which the principal makes its request.
func (r *request) sessionARN() string {
	switch r.Kind {
	case iam.Role:
		return "arn:aws:sts::" + r.Account + ":assumed-role/" + last(r.ARN) + "/" + r.Session
	case iam.FederatedUser:
		return "arn:aws:sts::" + r.Account + ":federated-user/" + r.Session
	case iam.Anonymous, iam.User, iam.Root, iam.Federated, iam.Service:
	}
	return r.ARN
}

// context returns all keys. Those that follow from who asks for what are spelt out, for the simulator adds none; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func (r *request) context() map[string]any {
	out := map[string]any{"aws:PrincipalIsAWSService": "false"}
	if r.Target != "*" {
		out["aws:ResourceAccount"] = r.Owner
	}
	if r.Account != "" {
		out["aws:PrincipalAccount"] = r.Account
	}
	switch r.Kind {
	case iam.Role:
		out["aws:PrincipalArn"], out["aws:PrincipalType"] = r.ARN, "AssumedRole"
	case iam.User:
		out["aws:PrincipalArn"], out["aws:PrincipalType"], out["aws:username"] = r.ARN, "User", last(r.ARN)
	case iam.Root:
		out["aws:PrincipalArn"], out["aws:PrincipalType"], out["aws:userid"] = r.ARN, "Account", r.Account
	case iam.FederatedUser:
		out["aws:PrincipalArn"], out["aws:PrincipalType"] = r.sessionARN(), "FederatedUser"
	case iam.Service:
		out["aws:PrincipalIsAWSService"], out["aws:PrincipalServiceName"] = "true", r.ARN
	case iam.Anonymous:
		out["aws:PrincipalType"] = "Anonymous"
		delete(out, "aws:PrincipalIsAWSService")
	case iam.Federated:
	}
	for name, all := range r.Keys {
		out[name] = append([]string{}, all...)
		if !setKeys[name] {
			out[name] = all[0]
		}
	}
	return out
}

// simulation is the request as the simulator takes it. It asks for the SCPs and RCPs that apply to the request, and knows of
// no root user: SCPs are left out for principals that are none of an account or that are exempt, RCPs for services and resources that
// they do not restrict, and the root user is given a policy that allows everything, and no bucket policy that denies it bucket
// policies.
func (r *request) simulation() map[string]any {
	l := &r.Policies
	named := func(all []*document) []map[string]any {
		out := make([]map[string]any, 0, len(all))
		for i, d := range all {
			out = append(out, map[string]any{"name": fmt.Sprint("policy-", i), "policy": d})
		}
		return out
	}
	levels := func(all [][]*document, apply bool) []map[string]any {
		out := make([]map[string]any, 0, len(all))
		for i, level := range all {
			if apply {
				out = append(out, map[string]any{"orgIdentifier": fmt.Sprint("level-", i), "policies": named(level)})
			}
		}
		return out
	}
	out := map[string]any{
		"request": map[string]any{
			"principal": r.sessionARN(), "action": r.Action, "contextVariables": r.context(),
			"resource": map[string]any{"resource": r.Target, "accountId": r.Owner},
		},
		"identityPolicies":        named(l.Identity),
		"serviceControlPolicies":  levels(l.SCPs, r.Account != "" && !r.ServiceLinked && !r.Management),
		"resourceControlPolicies": levels(withoutFirst(l.RCPs), rcpServices[r.service()] && !r.ServiceLinked && !r.OwnerIsManagement),
	}
	if r.Kind == iam.Anonymous {
		out["request"].(map[string]any)["principal"] = map[string]string{"type": "Anonymous"} //nolint:forcetypeassert // it stands above
	}
	if r.Kind == iam.Root {
		out["identityPolicies"] = named([]*document{everything()})
	}
	attached := l.Attached
	if attached != nil && r.Kind == iam.Root && r.Account == r.Owner && strings.HasSuffix(r.Action, "BucketPolicy") { // no bucket policy denies it these
		allows := *attached
		allows.Statements = slices.DeleteFunc(slices.Clone(allows.Statements), func(s statement) bool { return s.Effect == "Deny" })
		attached = &allows
	}
	for name, d := range map[string]*document{"sessionPolicy": l.Session, "resourcePolicy": attached} {
		if d != nil {
			out[name] = d
		}
	}
	for name, d := range map[string]*document{"permissionBoundaryPolicies": l.Boundary, "vpcEndpointPolicies": l.Endpoint} {
		if d != nil {
			out[name] = named([]*document{d})
		}
	}
	return out
}

// withoutFirst leaves out RCPFullAWSAccess of every level, which the simulator adds itself.
func withoutFirst(all [][]*document) [][]*document {
	var out [][]*document
	for _, level := range all {
		out = append(out, level[1:])
	}
	return out
}

// neutral returns the request without the limits of a layer, and with all that it may grant.
func (r *request) neutral(layer string) []*request {
	out := r.clone()
	l := &out.Policies
	switch layer {
	case "identity":
		l.Identity = nil
		more := r.clone()
		more.Policies.Identity = []*document{everything()}
		return []*request{out, more}
	case "boundary":
		l.Boundary = nil
	case "session":
		l.Session = nil
	case "resource":
		l.Attached = nil
	case "endpoint":
		l.Endpoint = nil
	case "scp":
		l.SCPs = nil
	case "rcp":
		l.RCPs = nil
	}
	return []*request{out}
}

func layerNames() []string {
	return []string{"identity", "boundary", "session", "resource", "endpoint", "scp", "rcp"}
}

// everything allows everything, as an identity policy.
func everything() *document {
	return &document{Version: "2012-10-17", Statements: []statement{{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}}}
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
