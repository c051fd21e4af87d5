package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// Options are what an index needs besides the graph.
type Options struct {
	// Managed returns the document of a policy that AWS manages, by its ARN. Nil: none is known.
	Managed func(arn string) (document string, ok bool)
}

// Index finds the policies that bear on requests. It is made once for a graph, and is not safe for concurrent use.
type Index struct {
	g          *graph.Graph
	managed    func(string) (string, bool)
	parsed     map[string]iam.Policy // documents that are wholly known, by their text
	principals []*Principal
	byNode     map[graph.NodeID]*Principal
	org        *organization
}

// New returns the index of a graph.
func New(g *graph.Graph, o Options) *Index {
	x := &Index{g: g, managed: o.Managed, parsed: map[string]iam.Policy{}, byNode: map[graph.NodeID]*Principal{}}
	if x.managed == nil {
		x.managed = func(string) (string, bool) { return "", false }
	}
	x.org = organizationOf(x)
	for _, kind := range []graph.Kind{graph.KindRoleIAM, graph.KindUser} {
		for n := range g.OfKind(kind) {
			if n.Declared() {
				x.add(n)
			}
		}
	}
	slices.SortFunc(x.principals, func(a, b *Principal) int {
		return cmp.Or(cmp.Compare(a.Node.Kind, b.Node.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Node.ID, b.Node.ID))
	})
	return x
}

// Principals returns the roles and users that the inputs declare, roles first, by name. The caller must not change them.
func (x *Index) Principals() []*Principal { return x.principals }

// Principal is who may make requests, with all policies that do not depend on what it asks for.
type Principal struct {
	Node *graph.Node // nil for one that is no node of the graph
	Name string      // for people: role/siem-reader
	IAM  iam.Principal
	// Policies are those of the principal: identity, boundary, session and SCPs.
	Policies iam.Policies
	// Assumed is what was taken for granted of the policies, because no input tells it.
	Assumed []Assumption
	// Elsewhere says that the principal is declared in none of the inputs, so that what it may do is not known.
	Elsewhere bool

	keys     []keyRule              // of its requests, before those of all
	rules    []keyRule              // all of them, once worked out
	asked    []string               // condition keys that its policies ask for
	contexts map[string]iam.Context // of its requests on resources that ask for no keys, by region and action
}

// Assumption is something that no input tells, and that was taken for granted.
type Assumption struct {
	What      string // "service control policies do not deny it"
	SettledBy string // the input that would tell
}

// add makes the principal of a role or user.
func (x *Index) add(n *graph.Node) *Principal {
	if p := x.byNode[n.ID]; p != nil {
		return p
	}
	p := &Principal{Node: n, Name: nameOf(n), IAM: x.identity(n), Policies: iam.None()}
	p.Elsewhere = !n.Declared()
	x.byNode[n.ID] = p
	if p.Elsewhere {
		p.Policies.Identity = iam.Set{Open: true, Reason: graph.ReasonNotInInput}
		p.Policies.Boundary = graph.UnknownOf[iam.Source](graph.ReasonNotInInput)
	} else {
		p.Policies.Identity = x.identityOf(n)
		p.Policies.Boundary = x.boundaryOf(n)
		x.principals = append(x.principals, p)
	}
	x.org.bind(p)
	return p
}

// identity returns a role or user as the principal of a request: of a role, a session whose name is not known.
func (x *Index) identity(n *graph.Node) iam.Principal {
	p := home(n)
	p.Kind, p.ARN = iam.Role, x.arn(n)
	if n.Kind == graph.KindUser {
		p.Kind = iam.User
	}
	p.ServiceLinked = serviceLinked(n)
	p.Management = x.org.isManagement(n.Account)
	return p
}

// home returns the account and partition of a node, as far as they are known or have symbols.
func home(n *graph.Node) iam.Principal {
	var p iam.Principal
	if account, ok := n.Account.Get(); ok {
		p.Account = graph.Literal(account)
	} else if !n.Symbols.Account.IsEmpty() {
		p.Account = n.Symbols.Account
	} else if n.Declared() { // that of its provider configuration or stack, whichever it is
		p.Account = graph.Reference(graph.Ref{Address: n.Scope + " " + n.Provider, Attr: "account"})
	}
	if partition, ok := n.Partition.Get(); ok {
		p.Partition = graph.Literal(partition)
	} else if !n.Symbols.Partition.IsEmpty() {
		p.Partition = n.Symbols.Partition
	}
	return p
}

// serviceLinked says whether a role is a service-linked one, which its path tells; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html.
func serviceLinked(n *graph.Node) graph.Tri {
	const path = "/aws-service-role/"
	if n.Kind != graph.KindRoleIAM {
		return graph.No
	}
	if arn, ok := n.ARN.Or(graph.Text{}).Literal(); ok && arn != "" {
		return graph.TriOf(strings.Contains(arn, ":role"+path))
	}
	switch v := n.Attrs.Text("path"); v.State() {
	case graph.Known:
		return v.Or(graph.Text{}).Like(graph.Literal(path + "*"))
	case graph.Absent:
		return graph.No
	case graph.Unknown:
	}
	if n.Declared() {
		return graph.No // nobody but AWS can make one under that path
	}
	return graph.Maybe
}

// nameOf spells a principal for people.
func nameOf(n *graph.Node) string {
	prefix := ""
	switch n.Kind {
	case graph.KindRoleIAM:
		prefix = "role/"
	case graph.KindUser:
		prefix = "user/"
	}
	if n.Name.State() == graph.Known && !n.Name.Sensitive() {
		if t := n.Name.Or(graph.Text{}); t.IsLiteral() {
			return prefix + t.String()
		}
	}
	if n.Title != "" {
		return prefix + n.Title
	}
	return string(n.ID)
}
