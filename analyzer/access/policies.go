package access

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// doubtOneOf is the doubt about a policy of which it is not known whose it is.
const doubtOneOf = "it is not known whose policy it is"

// source reads the policy in an attribute of a declaration.
func (x *Index) source(n *graph.Node, attrs graph.Attrs, attr, name string) (graph.Value[iam.Source], bool) {
	a, _ := attrs.Get(attr)
	v := attrs.Text(attr)
	if v.State() == graph.Unknown && v.Reason() == graph.ReasonNotInInput && n.Declared() {
		return graph.AbsentOf[iam.Source](), true
	}
	doc := x.document(n.Scope, v)
	switch doc.State() {
	case graph.Absent:
		return graph.AbsentOf[iam.Source](), true
	case graph.Unknown:
		return graph.UnknownOf[iam.Source](doc.Reason()), false
	case graph.Known:
	}
	policy, _ := doc.Get()
	if a.Observed { // no declaration has it
		return graph.KnownOf(iam.Source{Name: name, Policy: policy, Doubt: n.Doubt, Sensitive: v.Sensitive()}), true
	}
	return graph.KnownOf(iam.Source{Name: name, Policy: policy, Pos: first(a.Pos, n.Pos), Places: a.Statements, Doubt: n.Doubt, Sensitive: v.Sensitive(), HiddenConditions: a.HiddenConditions}), true
}

// first returns the first position that is one.
func first(all ...graph.Pos) graph.Pos {
	for _, p := range all {
		if !p.IsZero() {
			return p
		}
	}
	return graph.Pos{}
}

// identityOf returns the identity policies of a role or user: inline, managed, and those of its groups.
func (x *Index) identityOf(n *graph.Node) iam.Set {
	var out iam.Set
	x.collect(&out, n, "")
	for e := range x.g.Support(n.ID) {
		if e.Kind.ID != "iam_member" {
			continue
		}
		group := x.g.Node(e.To)
		if group == nil || !group.Declared() {
			open(&out, graph.ReasonNotInInput)
			continue
		}
		doubt := e.When
		if e.OneOf != "" {
			doubt = cmp.Or(doubt, "it is not known in which group it is")
		}
		x.collect(&out, group, doubt)
	}
	slices.SortStableFunc(out.Sources, func(a, b iam.Source) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// open says that there may be policies of which nothing is known.
func open(s *iam.Set, why graph.Reason) {
	s.Open, s.Reason = true, cmp.Or(s.Reason, why)
}

// collect adds the policies that one role, user or group has itself.
func (x *Index) collect(out *iam.Set, n *graph.Node, doubt string) {
	add := func(v graph.Value[iam.Source], known bool, doubts ...string) {
		if !known {
			open(out, v.Reason())
			return
		}
		if s, ok := v.Get(); ok {
			s.Doubt = cmp.Or(append([]string{s.Doubt, doubt}, doubts...)...)
			if s.Doubt == n.Doubt && doubt == "" {
				s.Doubt = "" // without the principal there is no request
			}
			out.Sources = append(out.Sources, s)
		}
	}
	inline := n.Attrs.Blocks("inline")
	if inline.State() == graph.Unknown && (inline.Reason() != graph.ReasonNotInInput || !n.Declared()) {
		open(out, inline.Reason())
	}
	for _, b := range inline.Or(nil) {
		name := string(n.ID)
		if b["policy"].Observed && !n.ARN.Sensitive() {
			name = x.arn(n).String()
		}
		if t, ok := b.Text("name").Get(); ok && !b.Text("name").Sensitive() && t.IsLiteral() {
			name += " inline " + t.String()
		}
		v, known := x.source(n, b, "policy", name)
		add(v, known)
	}
	for _, h := range x.g.Held(n.ID) {
		v, known := x.source(h.Policy, h.Policy.Attrs, "policy", string(h.Policy.ID))
		why := ""
		if h.OneOf {
			why = doubtOneOf
		}
		add(v, known, why)
	}
	managed := n.Attrs.Texts("managed")
	if managed.State() == graph.Unknown && (managed.Reason() != graph.ReasonNotInInput || !n.Declared()) {
		open(out, managed.Reason())
	}
	for e := range x.g.Support(n.ID) {
		if e.Kind.ID != "iam_managed" {
			continue
		}
		p := x.g.Node(e.To)
		if p == nil || p.Kind != graph.KindManagedPolicy {
			if p != nil && p.Unresolved {
				open(out, p.Why)
			}
			continue
		}
		why := e.When
		if e.OneOf != "" {
			why = cmp.Or(why, "it is not known which policy is attached")
		}
		add(x.managedPolicy(p), true, why)
	}
}

// managedPolicy reads a managed policy: one that is declared, or one of AWS.
func (x *Index) managedPolicy(p *graph.Node) graph.Value[iam.Source] {
	if p.Unresolved {
		return graph.KnownOf(unread(p, p.Why))
	}
	if p.Attrs.Text("policy").State() == graph.Known {
		if v, known := x.source(p, p.Attrs, "policy", string(p.ID)); known {
			return v
		}
		return graph.KnownOf(unread(p, graph.ReasonMalformed))
	}
	if arn, ok := p.ARN.Or(graph.Text{}).Literal(); ok && !p.ARN.Sensitive() {
		if doc, ok := x.managed(arn); ok {
			v := x.document("", graph.KnownOf(graph.Literal(doc)))
			if policy, ok := v.Get(); ok {
				return graph.KnownOf(iam.Source{Name: arn, Policy: policy})
			}
		}
	}
	why := graph.ReasonNotInInput
	if p.Declared() {
		why = p.Attrs.Text("policy").Reason()
	}
	return graph.KnownOf(unread(p, why))
}

// unread is a policy of which nothing is known but that it is there.
func unread(p *graph.Node, why graph.Reason) iam.Source {
	return iam.Source{Name: string(p.ID), Pos: p.Pos, Policy: iam.Policy{Open: true, OpenReason: why}}
}

// boundaryOf returns the permissions boundary of a role or user.
func (x *Index) boundaryOf(n *graph.Node) graph.Value[iam.Source] {
	v := n.Attrs.Text("boundary")
	switch {
	case v.State() == graph.Absent, v.State() == graph.Unknown && v.Reason() == graph.ReasonNotInInput && n.Declared():
		return graph.AbsentOf[iam.Source]()
	case v.State() == graph.Known && v.Or(graph.Text{}).IsEmpty():
		return graph.AbsentOf[iam.Source]()
	}
	if t, ok := v.Get(); ok && hasHole(t) {
		return graph.UnknownOf[iam.Source](t.Reason())
	}
	var found []*graph.Edge
	for e := range x.g.Support(n.ID) {
		if e.Kind.ID == "iam_boundary" {
			found = append(found, e)
		}
	}
	if len(found) != 1 || found[0].OneOf != "" {
		return graph.UnknownOf[iam.Source](cmp.Or(v.Reason(), graph.ReasonOneOf))
	}
	p := x.g.Node(found[0].To)
	if found[0].Doubt {
		return graph.UnknownOf[iam.Source](graph.ReasonDoubtful)
	}
	return x.managedPolicy(p)
}
