package analyzer

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Finding is one rule's verdict on one node or hop. Every string is plain text from trusted tables,
// except for names of resources, which renderers must escape.
type Finding struct {
	ID       string // stable: made of rule, node and hop alone, or of what it is about
	Rule     string
	Severity Severity
	Verdict  Verdict
	Node     graph.NodeID // the node it is about; empty when it is about a hop
	Hop      string       // identifier of the hop it is about
	About    string       // what it is about where that is neither, such as a comment
	Title    string       // one line, without the node's name
	Message  string       // what was found here, and what it lets an attacker do
	Evidence []Evidence   // from the value that decided to where it came from
	Fix      Fix
	Attack   []string // ATT&CK technique ids
	Position graph.Pos
	// Reason says, for an undetermined verdict, what is not known; SettledBy what input would settle it.
	Reason    string
	SettledBy string
	// Suppressed holds the reason an ignore gives; empty when the finding stands.
	Suppressed string
}

// Evidence is one step of the chain that decided a finding.
type Evidence struct {
	Where string // address of the declaration, or of the node
	What  string // the attribute and its value, or why it is unknown
}

// Fix is how to mend a finding, for each language.
type Fix struct {
	Terraform      string
	CloudFormation string
}

// fingerprint identifies a finding across runs, independent of lines, severities and messages.
func fingerprint(rule string, node graph.NodeID, hop string) string {
	sum := sha256.Sum256([]byte("v1\x00" + rule + "\x00" + string(node) + "\x00" + hop))
	return hex.EncodeToString(sum[:8])
}
