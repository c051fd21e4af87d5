package access

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// Types of organization policies that decide requests; see
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html.
const (
	typeSCP = "SERVICE_CONTROL_POLICY"
	typeRCP = "RESOURCE_CONTROL_POLICY"
)

// organization is the tree of accounts and the policies in it.
type organization struct {
	x        *Index
	org      *graph.Node            // nil where no input has one
	byNumber map[string]*graph.Node // accounts of the tree, by their numbers
	any      map[string]bool        // types of which the inputs have policies
}

func organizationOf(x *Index) *organization {
	o := &organization{x: x, byNumber: map[string]*graph.Node{}, any: map[string]bool{}}
	for n := range x.g.OfKind("organizations.org") {
		if n.Declared() {
			o.org = n
		}
	}
	for n := range x.g.OfKind("organizations.target") {
		if id, ok := n.Name.Or(graph.Text{}).Literal(); ok && graph.IsAccountID(id) {
			if had := o.byNumber[id]; had == nil || !had.Declared() {
				o.byNumber[id] = n
			}
		}
	}
	for n := range x.g.OfKind("organizations.policy") {
		if t, ok := n.Attrs.Text("type").Or(graph.Literal(typeSCP)).Literal(); ok {
			o.any[t] = true
		}
	}
	return o
}

// isManagement says whether an account is the management account.
func (o *organization) isManagement(account graph.Value[string]) graph.Tri {
	if o.org == nil {
		return graph.No // an assumption, which bind states
	}
	a, known := account.Get()
	m, told := o.org.Attrs.Text("management").Get()
	if !known || !told || m.IsEmpty() {
		return graph.No
	}
	return m.Equal(graph.Literal(a))
}

// knowsManagement says that the inputs tell which account is the management account.
func (o *organization) knowsManagement() bool {
	if o.org == nil {
		return false
	}
	m, ok := o.org.Attrs.Text("management").Get()
	return ok && m.IsLiteral() && !m.IsEmpty()
}

// bind sets the SCPs of a principal.
func (o *organization) bind(p *Principal) {
	var account graph.Value[string]
	if p.Node != nil {
		account = p.Node.Account
	}
	levels, assumed := o.levels(account, typeSCP)
	p.Policies.SCPs = levels
	if p.IAM.Management == graph.Yes || p.IAM.ServiceLinked == graph.Yes {
		return
	}
	if levels.State() == graph.Known && !o.knowsManagement() {
		assumed = append(assumed, Assumption{What: "the account is not the management account, which service control policies do not restrict", SettledBy: "--context with the organization"})
	}
	p.Assumed = append(p.Assumed, assumed...)
}

// levels returns the policies of a type that bear on an account, from the root down, as far as the inputs tell. What they
// do not tell is taken not to deny, and said.
func (o *organization) levels(account graph.Value[string], kind string) (graph.Value[[]iam.Set], []Assumption) {
	what := map[string]string{typeSCP: "service control policy", typeRCP: "resource control policy"}[kind]
	const settles = "--context with the organization"
	number, known := account.Get()
	target := o.byNumber[number]
	if !known || target == nil {
		return graph.AbsentOf[[]iam.Set](), []Assumption{{What: "no " + what + " denies it: the inputs have none of the account", SettledBy: settles}}
	}
	var up []iam.Set
	var assumed []Assumption
	seen := map[graph.NodeID]bool{}
	n := target
	for n != nil && !seen[n.ID] {
		seen[n.ID] = true
		set, some := o.attached(n, kind)
		if some {
			up = append(up, set)
		}
		next, certain := o.parent(n)
		if next == nil && !certain {
			assumed = append(assumed, Assumption{What: "no " + what + " above " + targetName(n) + " denies it: the inputs do not say what that is under", SettledBy: settles})
		}
		n = next
	}
	if len(up) == 0 {
		return graph.AbsentOf[[]iam.Set](), assumed
	}
	levels := make([]iam.Set, 0, len(up))
	for _, set := range slices.Backward(up) {
		levels = append(levels, set)
	}
	return graph.KnownOf(levels), assumed
}

// parent returns what a target is under. It says true beside nil where it is certain that there is nothing.
func (o *organization) parent(n *graph.Node) (*graph.Node, bool) {
	if n.Kind == "organizations.org" {
		return nil, true
	}
	if id, ok := n.Name.Or(graph.Text{}).Literal(); ok && strings.HasPrefix(id, "r-") {
		return nil, true
	}
	var found []*graph.Node
	for e := range o.x.g.Support(n.ID) {
		if e.Kind.ID == "org_parent" {
			found = append(found, o.x.g.Node(e.To))
		}
	}
	if len(found) != 1 || found[0] == nil || found[0].Unresolved {
		return nil, false
	}
	return found[0], true
}

// attached returns the policies of a type that are attached to a target, and whether that restricts anything.
func (o *organization) attached(n *graph.Node, kind string) (iam.Set, bool) {
	var set iam.Set
	for e := range o.x.g.Supports(n.ID) {
		if e.Kind.ID != "org_policy" {
			continue
		}
		p := o.x.g.Node(e.From)
		if p == nil {
			continue
		}
		t, known := p.Attrs.Text("type").Or(graph.Literal(typeSCP)).Literal()
		if known && t != kind && p.Declared() {
			continue
		}
		if name, ok := p.Name.Or(graph.Text{}).Literal(); ok && !p.Declared() && IsFullAccess(name) {
			set.Sources = append(set.Sources, fullAccess(name))
			continue
		}
		v, ok := o.x.source(p, p.Attrs, "policy", policyName(p))
		if !ok || !known || !p.Declared() {
			open(&set, v.Reason())
			continue
		}
		if s, ok := v.Get(); ok {
			if e.OneOf != "" || e.Doubt {
				s.Doubt = "it is not known whether it is attached to " + targetName(n)
			}
			set.Sources = append(set.Sources, s)
		}
	}
	if len(set.Sources) == 0 && !set.Open {
		return set, false // a root, unit or account has one at least where the type is switched on
	}
	switch listed, ok := n.Attrs.Bool("listed").Get(); {
	case kind == typeRCP: // nobody can detach it
		set.Sources = append(set.Sources, fullAccess("RCPFullAWSAccess"))
	case !ok || !listed: // AWS attaches it to every root, unit and account, until somebody detaches it
		set.Sources = append(set.Sources, fullAccess("FullAWSAccess"))
	}
	return set, true
}

// policyName calls a policy of an organization by its address, or by its name and id where it was observed.
func policyName(n *graph.Node) string {
	id, _ := n.Attrs.Text("id").Or(graph.Text{}).Literal()
	name, _ := n.Name.Or(graph.Text{}).Literal()
	if !n.Observed || id == "" || name == "" || n.Name.Sensitive() {
		return string(n.ID)
	}
	return name + " (" + id + ")"
}

// IsFullAccess says that a policy, which is told by its name or id, is one of those of AWS that allow everything; see
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html.
func IsFullAccess(name string) bool {
	switch strings.TrimPrefix(name, "p-") {
	case "FullAWSAccess", "RCPFullAWSAccess":
		return true
	}
	return false
}

func fullAccess(name string) iam.Source {
	all := &iam.List{Items: []graph.Text{graph.Literal("*")}}
	return iam.Source{Name: name, Policy: iam.Policy{
		Version:    graph.Literal("2012-10-17"),
		Statements: []iam.Statement{{Effect: iam.Allow, Principal: &iam.Principals{Items: []iam.PrincipalID{{Type: "*", ID: graph.Literal("*")}}}, Action: all, Resource: all}},
	}}
}

func targetName(n *graph.Node) string {
	if n.Title != "" {
		return n.Title
	}
	if t, ok := n.Name.Or(graph.Text{}).Literal(); ok && t != "" && !n.Name.Sensitive() {
		return t
	}
	return string(n.ID)
}
