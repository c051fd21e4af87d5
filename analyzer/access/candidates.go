package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

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
