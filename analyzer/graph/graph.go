package graph

import (
	"iter"
	"slices"
)

// NodeID identifies a node within one graph: the address of a declared node, the ARN of an external or an observed one.
type NodeID string

// Node is a resource that events pass through, or that supports their way.
type Node struct {
	ID      NodeID
	Kind    Kind
	Type    string // as the source calls it; empty for nodes that no source declares
	Address string // in its source; empty for nodes that no source declares
	Scope   string // the input that declares it, when there are several
	// Provider is the provider configuration or stack that it belongs to: nodes of one are of one account.
	Provider string
	Pos      Pos
	Title    string // what people call it where it has no name; empty: nothing

	Name      Value[Text]
	ARN       Value[Text]
	Partition Value[string]
	Account   Value[string]
	Region    Value[string]
	Symbols   Symbols

	// External says that the node is referred to, and declared in none of the inputs.
	External bool
	// Observed says that the node was seen in an account or an organization, and that nothing else declares it.
	Observed bool
	// Implied says that nobody declares the node because AWS always has it: a default event bus, a metric.
	Implied bool
	// Unresolved says that not even the identity of the node is known; Why says why.
	Unresolved bool
	Why        Reason
	// Doubt says why the node may not be there at all; empty where it is there for certain. SettledBy is the input that
	// would decide it.
	Doubt, SettledBy string
	Presence         Presence // on which conditions it is there, where Doubt is of conditions
	// Scenarios are what the node may be, where something that the input does not decide makes a difference.
	Scenarios []Scenario

	Attrs   Attrs
	Origins []string // addresses of the fragments and of what was observed that set attributes of the node, sorted
}

// Declared says that an input declares the node.
func (n *Node) Declared() bool { return !n.External && !n.Implied && !n.Unresolved }

// Status says whether a hop works.
type Status string

// The statuses of a hop.
const (
	StatusWorks        Status = "works"
	StatusBroken       Status = "broken"
	StatusUndetermined Status = "undetermined"
)

// Edge is a hop or a support edge between two nodes.
type Edge struct {
	ID   string // kind, from, to and, where there are several alike, a number
	Kind EdgeKind
	From NodeID
	To   NodeID
	// Via is the address of the declaration that carries the edge where it is neither end: a
	// notification, a subscription, a mapping. Connector is its node, where it is one.
	Via       string
	Connector NodeID
	// OneOf names the set of edges of which exactly one is real; empty for edges that are certain.
	OneOf  string
	Status Status
	Why    string // why the hop is broken or undetermined
	Doubt  bool   // one of its ends, or what declares it, may not be there at all
	When   string // in words, why Doubt, or in which scenarios it is there: "only if the condition HasTopic holds"
	// SettledBy is the input that would tell whether it is there; empty: that of the graph.
	SettledBy string
	// Presence tells on which conditions it is there; unexplained says that there is more to Doubt than that.
	Presence    Presence
	unexplained bool

	Attrs Attrs // of the block that declares the edge: filters, prefixes
	Pos   Pos
	// Accepts are, on an edge from an event bus to a rule, the nodes whose events the rule's pattern takes.
	Accepts []NodeID
}

// Graph is the delivery graph of one moment. Iteration is in a fixed order: nodes by identifier,
// edges by kind as in the edge table, then by their ends.
type Graph struct {
	nodes   []*Node
	hops    []*Edge
	support []*Edge
	gaps    []Gap
	ignores []Ignore

	settles    string
	conditions *conditions
	byID       map[NodeID]*Node
	ofKind     map[Kind][]*Node
	out, in    map[NodeID][]*Edge // hops and support edges
	held       map[NodeID][]Held
	named      map[addrKey]*Node
	chain      map[NodeID]*Reach
	roots      []NodeID
}

// Nodes yields every node.
func (g *Graph) Nodes() iter.Seq[*Node] { return slices.Values(g.nodes) }

// Hops yields every hop.
func (g *Graph) Hops() iter.Seq[*Edge] { return slices.Values(g.hops) }

// SupportEdges yields every edge that is not a hop.
func (g *Graph) SupportEdges() iter.Seq[*Edge] { return slices.Values(g.support) }

// Gaps returns what could not be read or resolved. The caller must not change it.
func (g *Graph) Gaps() []Gap { return g.gaps }

// SettledBy returns the input that would settle what the declarations leave open.
func (g *Graph) SettledBy() string { return g.settles }

// Ignores returns the comments of the sources by which rules are ignored, each once, by position. The caller must not
// change it.
func (g *Graph) Ignores() []Ignore { return g.ignores }

// Node returns the node with the identifier, or nil.
func (g *Graph) Node(id NodeID) *Node { return g.byID[id] }

// NumNodes returns the number of nodes.
func (g *Graph) NumNodes() int { return len(g.nodes) }

// NumHops returns the number of hops.
func (g *Graph) NumHops() int { return len(g.hops) }

// Out yields the hops that leave a node.
func (g *Graph) Out(id NodeID) iter.Seq[*Edge] { return pick(g.out[id], true) }

// In yields the hops that enter a node.
func (g *Graph) In(id NodeID) iter.Seq[*Edge] { return pick(g.in[id], true) }

// Support yields the support edges that leave a node.
func (g *Graph) Support(id NodeID) iter.Seq[*Edge] { return pick(g.out[id], false) }

// Supports yields the support edges that enter a node.
func (g *Graph) Supports(id NodeID) iter.Seq[*Edge] { return pick(g.in[id], false) }

// OfKind yields the nodes of a kind.
func (g *Graph) OfKind(k Kind) iter.Seq[*Node] { return slices.Values(g.ofKind[k]) }

func pick(edges []*Edge, hops bool) iter.Seq[*Edge] {
	return func(yield func(*Edge) bool) {
		for _, e := range edges {
			if e.Kind.IsHop() == hops && !yield(e) {
				return
			}
		}
	}
}
