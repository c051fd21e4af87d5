package access

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/analyzer/iam/actions"
)

// Request returns the request in which a principal does an action to a resource, with all policies that bear on it.
func (x *Index) Request(p *Principal, action string, r *Resource) (iam.Request, iam.Policies) {
	policies := p.Policies
	policies.Resource, policies.Endpoint, policies.RCPs = r.Policy, r.Endpoint, r.RCPs
	if len(r.grants) > 0 && strings.HasPrefix(strings.ToLower(action), "kms:") {
		policies.Grants = x.grants(r, p)
	}
	req := iam.Request{Principal: p.IAM, Action: action, Resource: x.Target(r, action), ResourceAccount: r.Account, ResourceManagement: r.Management}
	req.Context = x.contextFor(p, action, r)
	return req, policies
}

// contextFor returns what is known of the condition keys of a principal's requests for an action on a resource. What the
// policies of the principal ask for is worked out once.
func (x *Index) contextFor(p *Principal, action string, r *Resource) iam.Context {
	if p.asked == nil {
		p.asked = keysOf(all(p.Policies)...)
	}
	if r.asked == nil {
		r.asked = keysOf(all(iam.Policies{Resource: r.Policy, Endpoint: r.Endpoint, RCPs: r.RCPs})...)
	}
	region := regionOf(r)
	at := region // requests differ by the region alone where nobody asks for anything
	if len(p.asked) > 0 {
		at += " " + action
	}
	if had, ok := p.contexts[at]; ok && len(r.asked) == 0 {
		return had
	}
	if p.rules == nil {
		p.rules = x.rules(p)
	}
	rules := p.rules
	known, _ := actions.Find(action)
	out := iam.NewContext(iam.KeyUnknown)
	for _, names := range [][]string{p.asked, r.asked} {
		for _, name := range names {
			if out.Has(name) {
				continue
			}
			if isNeverIn(name, known) {
				out = out.With(name, iam.AbsentKey())
			} else if k, ok := ruleFor(name, rules); ok {
				out = out.With(name, k)
			}
		}
	}
	if region != "" {
		out = out.With("aws:RequestedRegion", iam.Present(region))
	}
	if len(r.asked) == 0 {
		if p.contexts == nil {
			p.contexts = map[string]iam.Context{}
		}
		p.contexts[at] = out
	}
	return out
}

func regionOf(r *Resource) string {
	if r.Node != nil {
		return r.Node.Region.Or("")
	}
	if lit, ok := r.ARN.Literal(); ok {
		if a, ok := graph.ParseARN(lit); ok {
			return a.Region
		}
	}
	return ""
}

// rules returns what is known of the condition keys of a principal's requests.
func (x *Index) rules(p *Principal) []keyRule {
	rules := keyRules()
	if p.IAM.Kind == iam.Service {
		rules = rules[:0] // on whose behalf a service acts is not known
	}
	if org := x.org.org; org != nil && p.Node != nil {
		if id, ok := org.Name.Get(); ok && x.org.byNumber[p.Node.Account.Or("")] != nil {
			rules = append(rules, keyRule{"aws:principalorgid", iam.PresentText(id)})
		}
	}
	rules = append(rules, keyRule{"kms:calleraccount", callerAccount(p)})
	if p.keys != nil {
		rules = append(p.keys, rules...)
	}
	return rules
}

// callerAccount is the account that KMS takes a principal to be of.
func callerAccount(p *Principal) iam.Key {
	switch account := p.account(); {
	case p.IAM.Kind == iam.Service, p.IAM.Kind == iam.Anonymous, p.IAM.Kind == iam.Federated, account.IsEmpty():
		return iam.UnknownKey(graph.ReasonNotInInput)
	default:
		return iam.PresentText(account)
	}
}

// account returns the account of a principal, as far as it or its ARN tells.
func (p *Principal) account() graph.Text {
	if !p.IAM.Account.IsEmpty() {
		return p.IAM.Account
	}
	lit, _ := p.IAM.ARN.Literal()
	a, _ := graph.ParseARN(lit)
	return graph.Literal(a.Account)
}

// grants returns those of a key that may be the principal's. Their constraints are in none of the tables, so that what
// they allow is not known.
func (x *Index) grants(r *Resource, p *Principal) graph.Value[[]iam.Grant] {
	for _, g := range r.grants {
		who, ok := g.Attrs.Text("grantee").Get()
		if !ok {
			return graph.UnknownOf[[]iam.Grant](g.Attrs.Text("grantee").Reason())
		}
		if x.fold(g.Scope)(who).Equal(p.IAM.ARN) != graph.No {
			return graph.UnknownOf[[]iam.Grant]("the constraints of " + graph.Reason(g.ID))
		}
	}
	return graph.AbsentOf[[]iam.Grant]()
}

// Decide decides whether a principal may do an action to a resource.
func (x *Index) Decide(p *Principal, action string, r *Resource) Decision {
	req, policies := x.Request(p, action, r)
	return x.beyond(p, action, r, iam.Decide(req, policies))
}
