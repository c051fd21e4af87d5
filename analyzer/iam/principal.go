package iam

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// grades says in which ways the principal of a request is meant by a statement of a resource policy. The way
// matters: what names an account only lets that account's own policies decide, what names a role is still
// limited by boundary and session, and what names the session, the user or everyone is limited by neither. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
type grades struct {
	account graph.Tri // the account of the principal
	role    graph.Tri // the role, or the user behind a federated one
	direct  graph.Tri // the session, the user, the service, or everyone
}

// any says whether the principal is meant at all.
func (g grades) any() graph.Tri { return g.account.Or(g.role).Or(g.direct) }

func (g grades) and(t graph.Tri) grades {
	return grades{account: g.account.And(t), role: g.role.And(t), direct: g.direct.And(t)}
}

func (g grades) or(h grades) grades {
	return grades{account: g.account.Or(h.account), role: g.role.Or(h.role), direct: g.direct.Or(h.direct)}
}

// identity is what principals of statements are compared with, worked out once per request.
type identity struct {
	stranger  bool
	kind      PrincipalKind
	account   graph.Text // its number
	root      graph.Text // its ARN
	arn       graph.Text
	session   graph.Text
	service   graph.Text
	unique    graph.Text
	hasOwner  bool
	hasSecond bool      // session or federated user
	bounded   graph.Tri // it has a permissions boundary
}

func identityOf(p *Principal) identity {
	id := identity{stranger: p.Stranger, kind: p.Kind, arn: p.ARN, service: p.Service, unique: p.UniqueID}
	id.account, id.hasOwner = p.account()
	if id.hasOwner {
		id.root = rootARN(p.partition(), id.account)
	}
	if p.Kind == Role || p.Kind == FederatedUser {
		id.session, id.hasSecond = p.sessionARN(), true
	}
	return id
}

// named compares the principal with one that a statement names.
func (id *identity) named(p PrincipalID) grades {
	switch p.Type {
	case "*":
		return grades{direct: graph.Yes}
	case "AWS":
		return id.aws(p.ID)
	case "Service":
		if id.kind != Service {
			return grades{}
		}
		star := p.ID.Equal(graph.Literal("*")).And(graph.Maybe) // what it means for services is not documented
		return grades{direct: id.service.Equal(p.ID).Or(star)}
	case "Federated":
		if id.kind != Federated {
			return grades{}
		}
		return grades{direct: id.arn.Equal(p.ID)}
	case "CanonicalUser":
		if id.hasOwner {
			return grades{account: graph.Maybe} // which account it is stands nowhere in the input
		}
	}
	return grades{}
}

// uniqueIDs are what AWS puts in the place of a principal that was deleted; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids.
func uniqueIDs() []string { return []string{"AIDA", "AROA"} }

// aws compares with an ARN, an account number, a unique id, or *.
func (id *identity) aws(want graph.Text) grades {
	word, known := want.Literal()
	star := want.Equal(graph.Literal("*"))
	if head := want.Parts(); len(head) > 0 && head[0].Kind == graph.PartRef && head[0].Ref.IsARN() {
		star = graph.No // it is an ARN, whatever it is of
	}
	if known && word == "*" {
		return grades{direct: graph.Yes}
	}
	if !id.hasOwner {
		return grades{direct: star} // symbolic, it may be a star
	}
	if known {
		for _, prefix := range uniqueIDs() {
			if strings.HasPrefix(word, prefix) && !strings.Contains(word, ":") {
				return id.byUniqueID(word)
			}
		}
	}
	if id.stranger && !known { // no symbol stands for it
		return grades{direct: star}
	}
	g := grades{account: id.account.Equal(want).Or(id.root.Equal(want))}
	own := id.arn.Equal(want)
	switch id.kind {
	case Root:
		g.direct = g.account
	case User:
		g.direct = own
	case Role, FederatedUser:
		g.role, g.direct = own, id.session.Equal(want)
	case Anonymous, Federated, Service:
	}
	if !known { // a symbol may yet turn out to be a star, or an id
		g.direct = g.direct.Or(star)
		for _, prefix := range uniqueIDs() {
			g.direct = g.direct.Or(Matches(want, graph.Literal(prefix+"*")).And(graph.Maybe))
		}
	}
	return g
}

// byUniqueID compares with the id of a principal. Without knowing that of the principal at hand it is one that was
// deleted, for AWS shows ids for no other.
func (id *identity) byUniqueID(word string) grades {
	if id.unique.IsEmpty() { // that of somebody who was deleted, most likely: AWS shows ids for nobody else
		return grades{direct: graph.Maybe}
	}
	same := id.unique.Equal(graph.Literal(word))
	if id.kind == User {
		return grades{direct: same}
	}
	return grades{role: same}
}

// principal says how a statement means the principal. Statements of identity policies mean the one they are
// attached to.
func (id *identity) principal(s *Statement) grades {
	switch {
	case s.Principal != nil:
		g := grades{}
		for _, p := range s.Principal.Items {
			g = g.or(id.named(p))
		}
		if s.Principal.Open {
			g = g.or(grades{account: graph.Maybe, role: graph.Maybe, direct: graph.Maybe})
		}
		return g
	case s.NotPrincipal != nil:
		exempt := id.exempt(s.NotPrincipal)
		if s.Effect == Deny {
			exempt = exempt.And(id.bounded.Not())
		}
		return grades{direct: exempt.Not()}
	}
	return grades{direct: graph.Maybe} // a resource policy without Principal: AWS refuses it
}

// exempt says whether NotPrincipal excepts the principal. It does for certain where the account, the role or
// user, and the session are all named, and not where neither of the last two is; what lies between "might" deny, as
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html says. Who has a permissions
// boundary is never excepted from a deny, whatever it names; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func (id *identity) exempt(not *Principals) graph.Tri {
	everyone, account, own, second := graph.No, graph.No, graph.No, graph.No
	for _, p := range not.Items {
		if star, ok := p.ID.Literal(); p.Type == "*" || p.Type == "AWS" && ok && star == "*" {
			everyone = graph.Yes
			continue
		}
		g := id.named(p)
		account = account.Or(g.account)
		if id.hasSecond {
			own, second = own.Or(g.role), second.Or(g.direct)
		} else {
			own = own.Or(g.direct)
		}
	}
	named := []graph.Tri{own}
	if id.hasOwner && id.kind != Root {
		named = append(named, account)
	}
	if id.hasSecond {
		named = append(named, second)
	}
	all := graph.Yes
	for _, t := range named {
		all = all.And(t)
	}
	some := own.Or(second) // the account alone excepts none of its users
	out := graph.Maybe
	switch {
	case all == graph.Yes:
		out = graph.Yes
	case some == graph.No:
		out = graph.No
	}
	if not.Open {
		out = out.Or(graph.Maybe)
	}
	return out.Or(everyone)
}

// MayGrant says whether a statement of a resource policy may allow the principal something without any policy of the
// principal's own.
func (p *Policy) MayGrant(who Principal) bool {
	if p.Open {
		return true
	}
	id := identityOf(&who)
	for i := range p.Statements {
		s := &p.Statements[i]
		if s.Effect != Allow {
			continue
		}
		if g := id.principal(s); g.role.Or(g.direct) != graph.No {
			return true
		}
	}
	return false
}
