package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// Report is the outcome of one run. Renderers print it; the JSON one is its schema of record.
type Report struct {
	Inputs   []Input
	Graph    *graph.Graph
	Before   *graph.Graph // plans only: the graph before the change
	Findings []Finding    // by severity, rule, node, hop
	Change   *Change      // plans only
	Readers  []Reader     // who may read from the nodes of the chains
	Coverage Coverage
}

// Input says what was read.
type Input struct {
	Name    string // path, or "stdin"
	Kind    string // "terraform plan", "terraform state"
	Version string // of the tool that wrote it; empty when it does not say
	Notes   []string
}

// Coverage says what the report rests on, and what could not be decided.
type Coverage struct {
	Trails       int
	Hops         int
	Undetermined []Gap
	Policies     Policies
	Checks       []Check
	// Ignored counts the resources of the input whose type is in none of the tables.
	Ignored int
}

// Gap is something that was not decided.
type Gap struct {
	What      string
	Where     string
	Reason    string
	SettledBy string
}

// Policies counts the policy documents of the chain by how much of them is known.
type Policies struct {
	Known      int // every string
	Recovered  int // read, with some strings symbolic, or worked out from the configuration
	Unreadable int
}

// Check counts the verdicts of one rule. What an ignore covers counts as suppressed, and as nothing else.
type Check struct {
	Rule                                     string
	Violated, Held, Undetermined, Suppressed int
}

// Change is what a plan does to the graph. Each list is sorted by the hop.
type Change struct {
	Severed []HopChange
	Added   []HopChange
	Rewired []HopChange
	// Undetermined are hops of before that are not among those of after, while after has one of the same
	// declaration that leads nobody knows where: To is that unresolved node.
	Undetermined []HopChange
	// Drifted are hops that the state recorded and that were found cut: somebody did it outside of Terraform.
	// Restored are those that the plan makes again.
	Drifted []HopChange
	// Altered is what else the plan changes on the chains: what hops let through, and what they depend on.
	Altered []Alteration
	// Weakened and Strengthened are findings that only the graph after, or only the graph before, has.
	Weakened     []Finding
	Strengthened []Finding
	Resources    []graph.Change // of the tables' types, but for no-ops and reads
}

// HopChange is one hop that a plan changes.
type HopChange struct {
	Hop     *graph.Edge  // as it was before, or as it is after where it was added
	To      graph.NodeID // rewired: the node it leads to after
	Because string       // what of the plan does it: the address and action
	// Restored says that the plan makes the hop again: it is cut only between the destruction of one end
	// and the creation of its replacement, and what was in flight there is lost.
	Restored bool
}

// Alteration is one attribute of a hop or a node of a chain that a plan changes.
type Alteration struct {
	Node    graph.NodeID // that it is about; of a hop, the node it starts from
	Hop     string       // identifier of the hop it is about; empty for a node
	Attr    string
	Edge    string // kind of the support edge that it takes away; empty for others
	Before  string // for people; "not set" and "(sensitive)" among others
	After   string
	Removed bool   // it was set, and is not any more
	Because string // what of the plan does it: the address and action
}
