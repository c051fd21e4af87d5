package access

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// Adversary is who is assumed to act, from the weakest to the strongest. Principals of the inputs stand between those of
// other accounts and administrators.
type Adversary string

// The adversaries.
const (
	Anyone       Adversary = "anyone"        // nobody in particular: an unsigned request
	OtherAccount Adversary = "other-account" // an administrator of an account that no policy names
	Declared     Adversary = "declared"      // a principal of the inputs that is no administrator
	Admin        Adversary = "admin"         // an administrator of the resource's account whom no policy names
	Organization Adversary = "organization"  // an administrator of the account whom the management account lets act: SCPs and RCPs are out of the way
)

// Adversaries returns those that are no principals of the inputs, from the weakest to the strongest.
func Adversaries() []Adversary { return []Adversary{Anyone, OtherAccount, Admin, Organization} }

// The names of principals that no policy has by accident.
const (
	freshRole    = "x7f3a9c51e2b4"
	freshAccount = "000000000000"
	freshOrg     = "o-0000000000"
)

// Adversary returns one of [Adversaries] as the principal of requests on a resource.
func (x *Index) Adversary(a Adversary, r *Resource) *Principal {
	p := &Principal{Name: string(a), Policies: iam.None()}
	switch a {
	case Anyone:
		p.IAM = iam.Principal{Kind: iam.Anonymous}
		p.keys = []keyRule{{"aws:sourceowner", iam.AbsentKey()}, {"lambda:functionurlauthtype", iam.Present("NONE")}}
	case OtherAccount:
		partition := partitionOf(r)
		p.IAM = iam.Principal{Stranger: true, Kind: iam.Role, Account: graph.Literal(freshAccount), Partition: partition, ARN: roleARN(partition, graph.Literal(freshAccount), freshRole), Session: graph.Literal(freshRole)}
		p.Policies.Identity = everything()
		p.keys = []keyRule{{"aws:principalorgid", iam.Present(freshOrg)}, {"aws:principalorgpaths", iam.PresentSet(freshOrg + "/r-0000/")}, {"aws:sourceowner", iam.Present(freshAccount)}}
	case Admin, Organization, Declared:
		partition, account := partitionOf(r), accountOf(r)
		p.IAM = iam.Principal{Kind: iam.Role, Account: account, Partition: partition, ARN: roleARN(partition, account, freshRole), Session: graph.Literal(freshRole), Management: r.Management}
		p.Policies.Identity = everything()
		if s, ok := account.Literal(); ok && x.org.byNumber[s] != nil && x.org.org != nil {
			if id, ok := x.org.org.Name.Get(); ok {
				p.keys = []keyRule{{"aws:principalorgid", iam.PresentText(id)}}
			}
		}
		if a == Admin {
			var number graph.Value[string]
			if s, ok := account.Literal(); ok {
				number = graph.KnownOf(s)
			}
			p.Policies.SCPs, p.Assumed = x.org.levels(number, typeSCP)
			if r.Management == graph.Yes {
				p.Assumed = nil
			}
		}
	}
	return p
}

// everything are the policies of an administrator.
func everything() iam.Set {
	all := iam.Set{Sources: []iam.Source{fullAccess("AdministratorAccess")}}
	all.Sources[0].Policy.Statements[0].Principal = nil
	return all
}

// Judge decides whether an adversary may do an action to a resource. Of the management account it assumes that it has
// detached what restricts the account.
func (x *Index) Judge(a Adversary, action string, r *Resource) Decision {
	p := x.Adversary(a, r)
	if a == Organization {
		free := *r
		free.RCPs = graph.AbsentOf[[]iam.Set]()
		r = &free
	}
	return x.Decide(p, action, r)
}

func partitionOf(r *Resource) graph.Text {
	if r.Node != nil {
		if p, ok := r.Node.Partition.Get(); ok {
			return graph.Literal(p)
		}
		if !r.Node.Symbols.Partition.IsEmpty() {
			return r.Node.Symbols.Partition
		}
	}
	if lit, ok := r.ARN.Literal(); ok {
		if a, ok := graph.ParseARN(lit); ok {
			return graph.Literal(a.Partition)
		}
	}
	return graph.Literal("aws")
}

// accountOf returns the account of a resource, or one symbol for it.
func accountOf(r *Resource) graph.Text {
	if !r.Account.IsEmpty() {
		return r.Account
	}
	if lit, ok := r.ARN.Literal(); ok {
		if a, ok := graph.ParseARN(lit); ok && a.Account != "" {
			return graph.Literal(a.Account)
		}
	}
	return graph.Reference(graph.Ref{Address: r.Name, Attr: "account"})
}

func roleARN(partition, account graph.Text, name string) graph.Text {
	return graph.Join(graph.Literal("arn:"), partition, graph.Literal(":iam::"), account, graph.Literal(":role/"+name))
}

// Exemption is a pattern of role names that a policy lets through, and under which an administrator could create a role.
type Exemption struct {
	Pattern string
	Sources []string // the policies that have it
}

// Exemptions returns the patterns by which an administrator who is denied would be let through, if it made itself a role
// that is called so. Patterns of sensitive policies are not told.
func (x *Index) Exemptions(action string, r *Resource) []Exemption {
	admin := x.Adversary(Admin, r)
	req, policies := x.Request(admin, action, r)
	if iam.Outcome(req, policies) != iam.Denied {
		return nil
	}
	var out []Exemption
	for _, s := range all(policies) {
		if s.Sensitive || s.HiddenConditions {
			continue
		}
		for i := range s.Policy.Statements {
			for _, c := range s.Policy.Statements[i].Conditions {
				if key, ok := c.Key.Literal(); !ok || !strings.EqualFold(key, "aws:PrincipalArn") {
					continue
				}
				for _, v := range c.Values.Items {
					if pattern := v.String(); strings.ContainsAny(pattern, "*?") && x.passes(req, policies, v) {
						out = addExemption(out, pattern, s.Name)
					}
				}
			}
		}
	}
	return out
}

func addExemption(all []Exemption, pattern, source string) []Exemption {
	i := slices.IndexFunc(all, func(e Exemption) bool { return e.Pattern == pattern })
	if i < 0 {
		return append(all, Exemption{Pattern: pattern, Sources: []string{source}})
	}
	if !slices.Contains(all[i].Sources, source) {
		all[i].Sources = append(all[i].Sources, source)
	}
	return all
}

// passes says whether the administrator would be let through as a role or user whose name matches the pattern.
func (x *Index) passes(req iam.Request, policies iam.Policies, pattern graph.Text) bool {
	parts := pattern.Parts()
	if len(parts) == 0 || parts[len(parts)-1].Kind != graph.PartLiteral {
		return false
	}
	last := parts[len(parts)-1].Literal
	plain := strings.NewReplacer("*", "", "?", "x")
	for _, k := range []struct {
		kind   iam.PrincipalKind
		prefix string
	}{{iam.Role, "role/"}, {iam.User, "user/"}} {
		name := last
		if _, after, ok := strings.Cut(last, ":"+k.prefix); ok {
			name = after
		} else if strings.Contains(last, ":") {
			name = last[strings.LastIndexByte(last, ':')+1:]
			_, name, _ = strings.Cut(name, "/")
		}
		name = strings.Trim(plain.Replace(name), "/")
		if strings.HasPrefix(name, "aws-reserved") || strings.HasPrefix(name, "aws-service-role") {
			continue // nobody but AWS makes roles under these
		}
		if name == "" {
			name = freshRole
		}
		for _, called := range []string{name, name + "x", "x" + name, "x" + name + "x", name + "/x"} {
			req.Principal.Kind = k.kind
			req.Principal.ARN = graph.Join(graph.Literal("arn:"), req.Principal.Partition, graph.Literal(":iam::"), req.Principal.Account, graph.Literal(":"+k.prefix+called))
			if iam.Outcome(req, policies) == iam.Allowed {
				return true
			}
		}
	}
	return false
}
