package graph

import (
	"slices"
	"strconv"
	"strings"
)

// principal returns the node of a principal: the declared role or user it names, or an external one.
func (l *linker) principal(p Principal, sensitive bool, r *Resource, what string) targets {
	id, ok := p.ID.Literal()
	switch {
	case p.Type == "AWS" && (!ok || strings.HasPrefix(id, "arn:") && !strings.HasSuffix(id, ":root")):
		v := KnownOf(p.ID)
		if sensitive {
			v = v.Hide()
		}
		if t := l.resolve(v, []Kind{KindPrincipal, KindRoleIAM, KindUser}, r, what); len(t.nodes) > 0 {
			return t
		}
	case !ok || sensitive:
		if !sensitive { // external would add a node that is called like the value
			if n := l.external(p.ID, []Kind{KindPrincipal}, r, "principal"); n != nil {
				return targets{nodes: []*Node{n}}
			}
		}
		why := ReasonAfterApply
		if sensitive {
			why = ReasonSensitive
		}
		return targets{nodes: []*Node{l.unresolved([]Kind{KindPrincipal}, r, what, why)}}
	}
	return targets{nodes: []*Node{l.named(p.Type, id)}}
}

// named returns the node of a principal that is not a declared resource: a service, an account, everyone.
func (l *linker) named(kind, id string) *Node {
	name := id
	if a, ok := ParseARN(id); ok && a.Resource == "root" {
		name = a.Account
	}
	key := NodeID("iam.principal/" + name)
	if n := l.g.byID[key]; n != nil {
		return n
	}
	n := &Node{ID: key, Kind: KindPrincipal, Type: kind, External: true, Name: KnownOf(Literal(name)), Attrs: Attrs{}}
	if IsAccountID(name) {
		n.Account = KnownOf(name)
	}
	l.add(n)
	return n
}

// policyOf reads a policy attribute once, however many edges want it.
func (l *linker) policyOf(r *Resource, a Attrs, name string) (Policy, bool) {
	v := a.Text(name)
	t, ok := v.Get()
	if !ok || t.IsEmpty() {
		return Policy{}, false
	}
	key := t.String()
	if p := l.policies[key]; p != nil && t.IsLiteral() {
		return *p, true
	}
	p, err := ParsePolicy(t)
	if t.IsLiteral() && err == nil {
		l.policies[key] = &p
	}
	if err != nil {
		why := t.Reason()
		if t.IsLiteral() {
			why = ReasonMalformed
		}
		l.gap("policy of "+r.Address, r.Address, why, l.g.settles)
	}
	return p, err == nil
}

// drawGrants draws a resource to the principals that its policy allows something.
func drawGrants(l *linker, e *EdgeKind, r *Resource) {
	p, ok := l.policyOf(r, r.Attrs, e.To.Attr)
	if !ok {
		return
	}
	sensitive := r.Attrs[e.To.Attr].Value.Sensitive()
	own := l.own(r)
	for i, s := range p.Statements {
		if !s.Allow {
			continue
		}
		for j, pr := range s.Principals {
			what := e.To.Attr + "[" + strconv.Itoa(i) + "].principal[" + strconv.Itoa(j) + "]"
			l.connect(e, r, own, l.principal(pr, sensitive, r, what), item{what: what})
		}
	}
}

// drawPrincipal draws what a permission, grant or bus permission opens to the principal it opens it to.
func drawPrincipal(l *linker, e *EdgeKind, r *Resource) {
	v := r.Attrs.Text(e.To.Attr)
	t, ok := v.Get()
	if !ok || t.IsEmpty() {
		return
	}
	kind := "AWS"
	if s, lit := t.Literal(); lit {
		switch {
		case s == "*":
			kind = "*"
		case strings.HasSuffix(s, ".amazonaws.com") || strings.HasSuffix(s, ".amazonaws.com.cn"):
			kind = "Service"
		}
	}
	for _, from := range l.end(e.From, r) {
		l.connect(e, r, from, l.principal(Principal{Type: kind, ID: t}, v.Sensitive(), r, e.To.Attr), item{what: e.To.Attr})
	}
}

// publicACLs are the groups that canned ACLs and ACL grants open a bucket to:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
//
//nolint:gochecknoglobals // a table
var publicACLs = map[string]string{
	"public-read": "*", "public-read-write": "*", "authenticated-read": "AuthenticatedUsers", "log-delivery-write": "LogDelivery",
	"http://acs.amazonaws.com/groups/global/AllUsers":           "*",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "AuthenticatedUsers",
	"http://acs.amazonaws.com/groups/s3/LogDelivery":            "LogDelivery",
}

// drawACL draws a bucket to the groups that its ACL opens it to.
func drawACL(l *linker, e *EdgeKind, r *Resource) {
	var names []string
	if s, ok := literal(r.Attrs.Text("acl")); ok {
		names = append(names, publicACLs[s])
	}
	for _, b := range r.Attrs.Blocks("acl_grants").Or(nil) {
		if s, ok := literal(b.Text("uri")); ok {
			names = append(names, publicACLs[s])
		}
	}
	for _, name := range names {
		if name != "" {
			l.connect(e, r, l.own(r), targets{nodes: []*Node{l.named("Group", name)}}, item{})
		}
	}
}

// drawStatements draws a principal's policy to the nodes that its allowing statements name. A resource
// of "*" or of a pattern names none in particular; that is for the analysis of exposure.
func drawStatements(l *linker, e *EdgeKind, r *Resource) {
	name, field, list := strings.Cut(e.To.Attr, "[]")
	sources := []Attrs{r.Attrs}
	if list {
		sources = r.Attrs.Blocks(name).Or(nil)
		name = strings.TrimPrefix(field, ".")
	}
	for _, a := range sources {
		p, ok := l.policyOf(r, a, name)
		if !ok {
			continue
		}
		sensitive := a[name].Value.Sensitive()
		for _, from := range l.end(e.From, r) {
			for i, s := range p.Statements {
				if s.Allow {
					l.drawStatement(e, r, from, s, i, sensitive)
				}
			}
		}
	}
}

func (l *linker) drawStatement(e *EdgeKind, r *Resource, from targets, s Statement, index int, sensitive bool) {
	block := Attrs{}
	if !sensitive {
		block["actions"] = Attr{Value: KnownOf[any](s.Actions)}
		if len(s.Conditions) > 0 {
			block["conditional"] = Attr{Value: KnownOf[any](true)}
		}
	}
	for i, res := range s.Resources {
		var nodes []*Node
		doubt := false
		if lit, ok := res.Literal(); ok {
			if a, isARN := ParseARN(lit); isARN && !sensitive {
				kind, name, own := a.Identify()
				id := identity{kind: kind, name: name, key: own.String(), partition: a.Partition, service: a.Service, account: a.Account, region: a.Region, arn: own.String()}
				if nodes, doubt = l.candidates(id, r); doubt {
					nodes = append(slices.Clone(nodes), l.externalOf(id, lit, false, r, "policy"))
				}
			}
		} else {
			nodes, _ = l.resolveRefs(res, []Kind{KindAny}, r)
		}
		nodes = slices.DeleteFunc(nodes, func(n *Node) bool { return n.Unresolved || InfoOf(n.Kind).Role == RoleConnector })
		it := item{block: block, index: index, what: "policy.Statement[" + strconv.Itoa(index) + "].Resource[" + strconv.Itoa(i) + "]"}
		switch {
		case len(nodes) > maxCandidates:
		case doubt, isOneOf(res):
			l.connect(e, r, from, targets{nodes: nodes, oneOf: len(nodes) > 1}, it)
		default:
			for _, n := range nodes {
				l.connect(e, r, from, targets{nodes: []*Node{n}}, it)
			}
		}
	}
}

func isOneOf(t Text) bool {
	for _, p := range t.Parts() {
		if p.OneOf {
			return true
		}
	}
	return false
}
