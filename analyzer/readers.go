package analyzer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Reader is a principal that a policy of the input lets read from a node of a chain: where events leave the
// graph, to a SIEM or a person. Whether a deny or a boundary stops it is not evaluated.
type Reader struct {
	Node      graph.NodeID
	Principal graph.NodeID
	Action    string // the one that reads
	Via       string // address of the declaration that carries the policy
	// Conditional says that every statement that lets it has a condition, which is not evaluated: a principal of
	// everyone may be nobody but an organization.
	Conditional bool
}

// readActions are the actions that take events out of a node.
//
//nolint:gochecknoglobals // a table
var readActions = map[graph.Kind]string{
	graph.KindBucket: "s3:GetObject", graph.KindQueue: "sqs:ReceiveMessage", graph.KindStream: "kinesis:GetRecords",
	graph.KindLogGroup: "logs:FilterLogEvents", graph.KindEventStore: "cloudtrail:GetQueryResults",
}

// readers returns who may read from the nodes of traced chains, by node and principal. Roles that the chain
// itself assumes, a function's or a delivery stream's, are its machinery and not its readers.
func readers(g *graph.Graph) []Reader {
	machinery, holders := map[graph.NodeID]bool{}, map[graph.NodeID][]graph.NodeID{}
	for e := range g.SupportEdges() {
		switch {
		case e.Kind.Verb == "assumes" && g.Reach(e.From) != nil:
			machinery[e.To] = true
		case e.Kind.ID == "iam_managed" && e.OneOf == "" && kindOf(g, e.To) == graph.KindManagedPolicy:
			holders[e.To] = append(holders[e.To], e.From)
		}
	}
	seen := map[[2]graph.NodeID]int{}
	var out []Reader
	add := func(r Reader) {
		if machinery[r.Principal] {
			return
		}
		key := [2]graph.NodeID{r.Node, r.Principal}
		switch at, ok := seen[key]; {
		case !ok:
			seen[key] = len(out)
			out = append(out, r)
		case out[at].Conditional && !r.Conditional:
			out[at] = r
		}
	}
	for e := range g.SupportEdges() {
		action := readActions[kindOf(g, e.To)]
		if action == "" || e.OneOf != "" || e.Kind.ID != "iam_inline" && e.Kind.ID != "iam_managed" || !traced(g, e.To) || !matches(action, e.Attrs.Texts("actions").Or(nil)) {
			continue
		}
		_, conditional := e.Attrs.Get("conditional")
		principals, via := []graph.NodeID{e.From}, e.Via
		if kindOf(g, e.From) == graph.KindManagedPolicy {
			principals, via = holders[e.From], string(e.From)
		}
		for _, p := range principals {
			add(Reader{Node: e.To, Principal: p, Action: action, Via: cmp.Or(via, string(p)), Conditional: conditional})
		}
	}
	declared := map[graph.NodeID]graph.NodeID{} // by ARN
	for _, kind := range []graph.Kind{graph.KindRoleIAM, graph.KindUser} {
		for n := range g.OfKind(kind) {
			if arn, ok := n.ARN.Or(graph.Text{}).Literal(); ok && arn != "" && n.Declared() {
				declared[graph.NodeID(arn)] = n.ID
			}
		}
	}
	for n := range g.Nodes() {
		if action := readActions[n.Kind]; action != "" && traced(g, n.ID) {
			for _, r := range openTo(g, n, action) {
				r.Principal = cmp.Or(declared[r.Principal], r.Principal)
				add(r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Reader) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Principal, b.Principal))
	})
	return out
}

func kindOf(g *graph.Graph, id graph.NodeID) graph.Kind {
	if n := g.Node(id); n != nil {
		return n.Kind
	}
	return ""
}

func traced(g *graph.Graph, id graph.NodeID) bool {
	r := g.Reach(id)
	return r != nil && r.Traced && r.Certain
}

func origin(n *graph.Node, attr string) string {
	a, _ := n.Attrs.Get(attr)
	return a.Origin
}

// matches says that one of the actions of a statement is certain to take in the action.
func matches(action string, actions []graph.Text) bool {
	want := graph.Literal(strings.ToLower(action))
	return slices.ContainsFunc(actions, func(a graph.Text) bool {
		s, ok := a.Literal()
		return ok && want.Like(graph.Literal(strings.ToLower(s))) == graph.Yes
	})
}

// declaredPrincipal returns the role or user of the input that a principal refers to, or nothing.
func declaredPrincipal(g *graph.Graph, n *graph.Node, p graph.Principal) graph.NodeID {
	parts := p.ID.Parts()
	if p.Type != "AWS" || len(parts) != 1 || parts[0].Kind != graph.PartRef {
		return ""
	}
	role := g.Node(scoped(n, parts[0].Ref))
	if role == nil || role.Kind != graph.KindRoleIAM && role.Kind != graph.KindUser {
		return ""
	}
	return role.ID
}

// openTo returns the principals outside of AWS's services that the node's own policy lets take the action.
func openTo(g *graph.Graph, n *graph.Node, action string) []Reader {
	if n.Attrs.Text("policy").Sensitive() {
		return nil
	}
	var out []Reader
	for _, s := range n.Attrs.Policy("policy").Or(graph.Policy{}).Statements {
		if !s.Allow || !matches(action, s.Actions) {
			continue
		}
		for _, p := range s.Principals {
			id, ok := p.ID.Literal()
			if role := declaredPrincipal(g, n, p); role != "" {
				out = append(out, Reader{Node: n.ID, Principal: role, Action: action, Via: cmp.Or(origin(n, "policy"), string(n.ID)), Conditional: len(s.Conditions) > 0})
				continue
			}
			if !ok || p.Type != "AWS" && p.Type != "*" {
				continue
			}
			r := Reader{Node: n.ID, Principal: graph.NodeID("iam.principal/" + id), Action: action, Via: cmp.Or(origin(n, "policy"), string(n.ID)), Conditional: len(s.Conditions) > 0}
			switch arn, isARN := graph.ParseARN(id); {
			case isARN && arn.Resource != "root":
				r.Principal = graph.NodeID(id)
			case isARN:
				r.Principal = graph.NodeID("iam.principal/" + arn.Account)
			}
			out = append(out, r)
		}
	}
	return out
}
