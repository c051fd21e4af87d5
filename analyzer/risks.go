package analyzer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/tamper"
)

// Risk is what can be done to one service of the chain.
type Risk struct {
	Service string     // one of [Services]
	Nodes   []NodeRisk // by kind, then in the order of the graph
}

// NodeRisk is what can be done at one node.
type NodeRisk struct {
	Node *graph.Node
	// Supports says that no events pass through the node: what they pass through needs it.
	Supports bool
	Actions  []ActionRisk // worst first, then in the order of the catalogue; the same for all nodes of a kind
}

// ActionRisk is one tamper action at one node.
type ActionRisk struct {
	Action  tamper.Action
	Command string // of the AWS CLI, quoted for a shell; empty where there is none (Action.NoCommand says why)
}

// service is one row of the table of services.
type service struct {
	name    string
	also    []string // what else people call it
	domains []string // what kinds of its nodes start with, where that is not its name
}

// services is the table of the services of a chain, in the order of a chain. A node belongs to the service
// that its kind starts with.
//
//nolint:gochecknoglobals // a table
var services = []service{
	{name: "cloudtrail"},
	{name: "securitylake", also: []string{"security-lake"}},
	{name: "s3"},
	{name: "sns"},
	{name: "sqs"},
	{name: "logs", also: []string{"cloudwatch-logs", "cloudwatchlogs"}},
	{name: "events", also: []string{"eventbridge", "cloudwatch-events"}},
	{name: "pipes"},
	{name: "kinesis"},
	{name: "firehose"},
	{name: "lambda"},
	{name: "states", also: []string{"stepfunctions"}},
	{name: "cloudwatch"},
	{name: "oam"},
	{name: "opensearch", domains: []string{"opensearch", "es"}, also: []string{"es", "elasticsearch"}},
	{name: "aoss", also: []string{"opensearchserverless"}},
	{name: "kafka", domains: []string{"msk"}, also: []string{"msk"}},
	{name: "glue"},
	{name: "athena"},
	{name: "kms"},
	{name: "iam"},
	{name: "organizations"},
	{name: "account"},
	{name: "cloudformation", domains: []string{"cfn"}, also: []string{"cfn"}},
}

// owns says that nodes of the kind belong to the service.
func (s service) owns(k graph.Kind) bool {
	domain, _, _ := strings.Cut(string(k), ".")
	if len(s.domains) == 0 {
		return domain == s.name
	}
	return slices.Contains(s.domains, domain)
}

func (s service) called(name string) bool {
	return strings.EqualFold(s.name, name) || slices.ContainsFunc(s.also, func(a string) bool { return strings.EqualFold(a, name) })
}

// Services returns the names of the services of which the graph has nodes on a chain, or in support of one,
// at which something can be done; in the order of a chain.
func Services(g *graph.Graph) []string {
	exposed := exposedNodes(g)
	var out []string
	for _, s := range services {
		if slices.ContainsFunc(exposed, func(n *graph.Node) bool { return s.owns(n.Kind) && len(tamper.For(n.Kind)) > 0 }) {
			out = append(out, s.name)
		}
	}
	return out
}

// IsService says that a name, in any case, is one that [Risks] knows, whether or not the graph has nodes of
// the service.
func IsService(name string) bool {
	return slices.ContainsFunc(services, func(s service) bool { return s.called(name) })
}

// Risks returns the tamper actions at the nodes of each service that events pass through, or that what they
// pass through needs; in the order of a chain. Names of services, in any case, choose among them; none
// choose all. Names that are no service choose nothing: see [IsService].
func Risks(g *graph.Graph, names []string) []Risk {
	exposed := exposedNodes(g)
	var out []Risk
	for _, s := range services {
		if len(names) > 0 && !slices.ContainsFunc(names, s.called) {
			continue
		}
		r := Risk{Service: s.name}
		for _, n := range exposed {
			if s.owns(n.Kind) {
				if at := risksAt(g, n); len(at.Actions) > 0 {
					r.Nodes = append(r.Nodes, at)
				}
			}
		}
		slices.SortStableFunc(r.Nodes, func(a, b NodeRisk) int { return cmp.Compare(a.Node.Kind, b.Node.Kind) })
		if len(r.Nodes) > 0 {
			out = append(out, r)
		}
	}
	return out
}

func risksAt(g *graph.Graph, n *graph.Node) NodeRisk {
	actions := tamper.For(n.Kind)
	slices.SortStableFunc(actions, func(a, b tamper.Action) int { return cmp.Compare(b.Severity, a.Severity) })
	out := NodeRisk{Node: n, Supports: g.Reach(n.ID) == nil, Actions: make([]ActionRisk, len(actions))}
	for i, a := range actions {
		out.Actions[i] = ActionRisk{Action: a, Command: tamper.Command(a, n)}
	}
	return out
}

// exposedNodes returns the nodes on a chain, and those that support one: the keys and roles that they use,
// the principals that their policies admit, and the policies of those. In the order of the graph.
func exposedNodes(g *graph.Graph) []*graph.Node {
	in := map[graph.NodeID]bool{}
	take := func(id graph.NodeID) {
		if n := g.Node(id); n != nil && !in[id] && graph.InfoOf(n.Kind).Role == graph.RoleSupport {
			in[id] = true
		}
	}
	for n := range g.Nodes() {
		in[n.ID] = g.Reach(n.ID) != nil
	}
	for n := range g.Nodes() {
		if g.Reach(n.ID) == nil {
			continue
		}
		for e := range g.Support(n.ID) {
			take(e.To)
		}
	}
	for n := range g.Nodes() {
		if !in[n.ID] || !isIdentity(n.Kind) {
			continue
		}
		// What a role may do besides, and who may use a key besides, is not of the chain.
		for e := range g.Support(n.ID) {
			if to := g.Node(e.To); to != nil && to.Kind == graph.KindManagedPolicy {
				take(e.To)
			}
		}
	}
	var out []*graph.Node
	for n := range g.Nodes() {
		if in[n.ID] {
			out = append(out, n)
		}
	}
	return out
}

// isIdentity says that nodes of the kind have permissions of their own.
func isIdentity(k graph.Kind) bool {
	return k == graph.KindRoleIAM || k == graph.KindUser || k == graph.KindGroup
}
