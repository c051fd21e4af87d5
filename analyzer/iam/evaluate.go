package iam

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// vague is what a policy is worth of which nothing is known.
func vague() verdict {
	return verdict{allow: grades{account: graph.Maybe, role: graph.Maybe, direct: graph.Maybe}, deny: graph.Maybe}
}

func (v verdict) or(w verdict) verdict {
	return verdict{allow: v.allow.or(w.allow), deny: v.deny.Or(w.deny)}
}

// set evaluates the policies of one layer together.
func (d *decider) set(l Layer, level int, set Set) verdict {
	var out verdict
	for i := range set.Sources {
		out = out.or(d.source(l, level, &set.Sources[i]))
	}
	if set.Open {
		d.gap(l, "", "there may be further policies", set.Reason)
		out = out.or(vague())
	}
	return out
}

// one evaluates a layer of at most one policy; absent says what allows where there is none.
func (d *decider) one(l Layer, v graph.Value[Source], absent graph.Tri) verdict {
	switch v.State() {
	case graph.Known:
		s, _ := v.Get()
		return d.source(l, 0, &s)
	case graph.Absent:
		return verdict{allow: grades{direct: absent}}
	case graph.Unknown:
	}
	d.gap(l, "", "not known", v.Reason())
	return vague()
}

// session evaluates the session policies, which are one layer. A federated user can do nothing without them, but for what resource
// policies grant it; see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html.
func (d *decider) session() verdict {
	all, ok := d.p.Session.Get()
	switch {
	case ok:
		return d.set(LayerSession, 0, Set{Sources: all})
	case d.p.Session.State() == graph.Absent && d.r.Principal.Kind == FederatedUser:
		return verdict{} // without session policies it may do nothing
	case d.p.Session.State() == graph.Absent:
		return verdict{allow: grades{direct: graph.Yes}}
	}
	d.gap(LayerSession, "", "not known", d.p.Session.Reason())
	return vague()
}

// levels evaluates the policies of an organization: every level has to allow.
func (d *decider) levels(l Layer, v graph.Value[[]Set], applies graph.Tri) verdict {
	free := verdict{allow: grades{direct: graph.Yes}}
	if applies == graph.No || v.State() == graph.Absent {
		return free
	}
	all, ok := v.Get()
	if !ok {
		d.gap(l, "", "not known", v.Reason())
		return vague()
	}
	out := free
	for i, set := range all {
		got := d.set(l, i, set)
		out.allow.direct = out.allow.direct.And(got.allow.direct)
		out.deny = out.deny.Or(got.deny)
	}
	if applies == graph.Maybe {
		d.gap(l, "", "whether they apply", graph.ReasonNotInInput)
		out.allow.direct = out.allow.direct.Or(graph.Maybe)
		out.deny = out.deny.And(graph.Maybe)
	}
	return out
}

// source evaluates one policy.
func (d *decider) source(l Layer, level int, s *Source) verdict {
	var out verdict
	sc := scopeOf(&s.Policy, &d.r.Context)
	for i := range s.Policy.Statements {
		st := &s.Policy.Statements[i]
		g := d.statement(l, s, sc, st)
		if s.Doubt != "" && (st.Effect == Deny || l != LayerBoundary && l != LayerEndpoint) { // without the only one all is allowed too
			g = g.and(graph.Maybe)
		}
		m := g.any()
		if m == graph.No {
			continue
		}
		d.cause(l, level, s, st, m)
		if st.Effect == Allow {
			out.allow = out.allow.or(g)
		} else {
			out.deny = out.deny.Or(m)
		}
	}
	if s.Doubt != "" {
		d.gap(l, s.Name, "whether the policy is there", graph.Reason(s.Doubt))
		if l != LayerIdentity && l != LayerResource { // without it nothing is restricted
			out.allow.direct = out.allow.direct.Or(graph.Maybe)
		}
	}
	if s.Policy.Open {
		what := "there may be further statements"
		if len(s.Policy.Statements) == 0 {
			what = "what it says"
		}
		d.gap(l, s.Name, what, s.Policy.OpenReason)
		out = out.or(vague())
	}
	return out
}

// hasPrincipal says that the statements of a layer name principals.
func hasPrincipal(l Layer) bool { return l == LayerResource || l == LayerEndpoint }

// statement says whether, and how, a statement matches the request.
func (d *decider) statement(l Layer, src *Source, sc scope, s *Statement) grades {
	m := d.action(s)
	if m == graph.No {
		return grades{}
	}
	g := grades{direct: graph.Yes}
	if hasPrincipal(l) {
		g = d.id.principal(s)
	} else if s.Principal != nil || s.NotPrincipal != nil {
		if !onlyEveryone(s.Principal) {
			g.direct = graph.Maybe // AWS refuses it here
		}
	}
	if g.any() == graph.No {
		return grades{}
	}
	resource := d.resource(sc, s)
	if resource == graph.No {
		return grades{}
	}
	conditions := graph.Yes
	for i := range s.Conditions {
		t := sc.condition(&s.Conditions[i])
		conditions = conditions.And(t)
		if t == graph.No {
			return grades{}
		}
	}
	if s.OpenConditions {
		conditions = conditions.And(graph.Maybe)
	}
	if d.note != nil {
		d.doubts(l, src, sc, s, m, g, resource)
	}
	return g.and(m).and(resource).and(conditions)
}

// onlyEveryone says that the principal is *, as RCPs have to have it.
func onlyEveryone(p *Principals) bool {
	return p != nil && slices.ContainsFunc(p.Items, func(i PrincipalID) bool { return i.Type == "*" })
}

func (d *decider) action(s *Statement) graph.Tri {
	if s.Action != nil {
		return d.actions(s.Action)
	}
	return d.actions(s.NotAction).Not()
}

func (d *decider) actions(l *List) graph.Tri {
	out := graph.No
	if l == nil {
		return graph.Maybe
	}
	if l.Open {
		out = graph.Maybe
	}
	for _, a := range l.Items {
		if p, ok := a.Literal(); ok {
			if glob(d.r.Action, p, true) {
				return graph.Yes
			}
			continue
		}
		out = out.Or(MatchesAction(graph.Literal(d.r.Action), a))
	}
	return out
}

// resource compares the resource. A statement without the element, as trust policies have it, is about the
// resource that it is attached to.
func (d *decider) resource(sc scope, s *Statement) graph.Tri {
	switch {
	case s.Resource != nil:
		return d.resources(sc, s.Resource, false)
	case s.NotResource != nil:
		return d.resources(sc, s.NotResource, true).Not()
	}
	return graph.Yes
}

func (d *decider) resources(sc scope, l *List, negated bool) graph.Tri {
	out := graph.No
	if l.Open {
		out = graph.Maybe
	}
	known := d.r.Resource.IsLiteral()
	for _, t := range l.Items {
		if p, ok := t.Literal(); ok && (p == "*" || known && !strings.Contains(p, "${")) {
			if p == "*" {
				return graph.Yes
			}
			if m := Matches(d.r.Resource, t); m == graph.Yes {
				return m
			} else if m == graph.Maybe {
				out = graph.Maybe
			}
			continue
		}
		want, unset := sc.expand(t, wild)
		if unset != graph.No && negated {
			out = out.Or(graph.Maybe) // what a variable without value does there is not documented
		}
		if unset != graph.Yes {
			out = out.Or(match(spell(d.r.Resource, 0), want))
		}
	}
	return out
}

// grants says whether a KMS grant allows the request; see
// https://docs.aws.amazon.com/kms/latest/developerguide/grants.html.
func (d *decider) grants() graph.Tri {
	if d.r.service() != "kms" {
		return graph.No
	}
	all, ok := d.p.Grants.Get()
	if !ok {
		if d.p.Grants.State() == graph.Absent {
			return graph.No
		}
		d.gap(LayerGrant, "", "not known", d.p.Grants.Reason())
		return graph.Maybe
	}
	out := graph.No
	sc := scope{context: &d.r.Context}
	for _, g := range all {
		m := graph.No
		for _, op := range g.Operations {
			if strings.EqualFold("kms:"+op, d.r.Action) {
				m = graph.Yes
			}
		}
		who := d.id.named(g.Grantee)
		m = m.And(who.role.Or(who.direct).Or(who.account.And(graph.Maybe)))                                       // of an account it is for whom its policies let
		if strings.EqualFold(d.r.Action, "kms:DescribeKey") || strings.EqualFold(d.r.Action, "kms:RetireGrant") { // constraints do not bear on these
			out = out.Or(m)
			continue
		}
		names := make([]graph.Text, 0, len(g.Constraints))
		for name, value := range g.Constraints {
			names = append(names, graph.Literal(name))
			m = m.And(sc.condition(&Condition{Operator: "StringEquals", Key: graph.Literal("kms:EncryptionContext:" + name), Values: List{Items: []graph.Text{value}}}))
		}
		if g.Exact {
			m = m.And(sc.condition(&Condition{Operator: "ForAllValues:StringEquals", Key: graph.Literal("kms:EncryptionContextKeys"), Values: List{Items: names}}))
		}
		if m == graph.Maybe {
			d.gap(LayerGrant, "", "whether a grant is for the request", "")
		}
		out = out.Or(m)
	}
	return out
}
