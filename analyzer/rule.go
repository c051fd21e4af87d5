package analyzer

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Rule is one check: its documentation as data, and the function that makes it.
type Rule struct {
	ID       string   // TGnnn; never reused
	Name     string   // kebab-case
	Title    string   // one line: what is wrong when it is violated
	Severity Severity // the highest it reports
	Since    string   // version that brought it
	Why      string   // why it matters, in a paragraph
	Attack   string   // what an attacker does with it, in a sentence or two
	Fix      Fix      // generic: snippets without the node's name
	// Techniques are ATT&CK technique ids, Subsumes the ids of other scanners' checks that the rule covers,
	// References pages of AWS's documentation.
	Techniques []string
	Subsumes   []string
	References []string
	// Example shows a violation and its absence, as Terraform; both are planned by Terraform and run as tests.
	Example Example
	Check   func(*Pass)
}

// Example is a pair of minimal Terraform configurations.
type Example struct {
	Fail string
	Pass string
}

// Pass is what the check of a rule works with.
type Pass struct {
	Graph *graph.Graph
	index *index
	rule  *Rule
	out   *[]Finding
	held  int
}

// Chain yields the nodes of the kinds that an input declares and that events, or dead letters and signals
// made of them, reach. Nodes that are on no chain are nobody's business here, and no more are those on chains
// that start elsewhere, while the input has one of CloudTrail's.
func (p *Pass) Chain(kinds ...graph.Kind) iter.Seq[*graph.Node] {
	return func(yield func(*graph.Node) bool) {
		for n := range p.Graph.Nodes() {
			if !slices.Contains(kinds, n.Kind) || !n.Declared() {
				continue
			}
			r := p.Graph.Reach(n.ID)
			if r == nil || r.Flow == graph.FlowCopy || p.index.isOff(r) {
				continue
			}
			if !yield(n) {
				return
			}
		}
	}
}

// Supporting yields the declared nodes of a kind that a node of a chain depends on by a support edge (the
// key that encrypts it, the role it assumes), each once.
func (p *Pass) Supporting(kind graph.Kind) iter.Seq[*graph.Node] {
	return func(yield func(*graph.Node) bool) {
		for n := range p.Graph.OfKind(kind) {
			if !n.Declared() || !p.supports(n) {
				continue
			}
			if !yield(n) {
				return
			}
		}
	}
}

func (p *Pass) supports(n *graph.Node) bool {
	for e := range p.Graph.Supports(n.ID) {
		if r := p.Graph.Reach(e.From); r != nil && r.Flow != graph.FlowCopy && !p.index.isOff(r) {
			return true
		}
	}
	return false
}

// Option adjusts a finding.
type Option func(*Finding)

// Because adds a step of evidence: an attribute of the node, where it was declared, and what is said of it.
func Because(n *graph.Node, attr, what string) Option {
	where := string(n.ID)
	if a, ok := n.Attrs[attr]; ok && a.Origin != "" {
		where = a.Origin
	}
	return func(f *Finding) {
		f.Evidence = append(f.Evidence, Evidence{Where: where, What: what})
		if a, ok := n.Attrs[attr]; ok && !a.Pos.IsZero() {
			f.Position = a.Pos
		}
	}
}

// Violate reports that the rule is violated on a node. Where the node is not certain to be on a chain of
// CloudTrail events the verdict is undetermined, and says so; where it is on other chains alone there is none.
func (p *Pass) Violate(n *graph.Node, s Severity, message string, opts ...Option) {
	if p.index.isOff(p.reach(n)) {
		return
	}
	f := p.finding(n, s, Violated, message)
	for _, o := range opts {
		o(&f)
	}
	if r := p.reach(n); r != nil {
		switch {
		case n.Doubt != "":
			f.Verdict, f.Reason, f.SettledBy = Undetermined, n.Doubt, n.SettledBy
		case !r.Certain:
			f.Verdict, f.Reason, f.SettledBy = Undetermined, "it is on the chain only if one of several candidates is the real one", p.Graph.SettledBy()
			if why, settledBy := p.index.doubted(n.ID); why != "" {
				f.Reason, f.SettledBy = why, cmp.Or(settledBy, f.SettledBy)
			}
		case !r.Traced:
			f.Verdict, f.Reason, f.SettledBy = Undetermined, "no trail of the input leads here", "the input that declares the trail"
		}
	}
	*p.out = append(*p.out, f)
}

// reach returns the reach of a node, or of the best node that it supports.
func (p *Pass) reach(n *graph.Node) *graph.Reach {
	if r := p.Graph.Reach(n.ID); r != nil {
		return r
	}
	var best *graph.Reach
	for e := range p.Graph.Supports(n.ID) {
		r := p.Graph.Reach(e.From)
		if r == nil {
			continue
		}
		r = &graph.Reach{Certain: r.Certain && e.OneOf == "", Traced: r.Traced}
		if best == nil || r.Certain && r.Traced {
			best = r
		}
	}
	return best
}

// Undecided reports that the input does not say whether the rule is violated on a node: the attribute is
// unknown, for the reason its value gives.
func (p *Pass) Undecided(n *graph.Node, attr string, s Severity, opts ...Option) {
	if p.index.isOff(p.reach(n)) {
		return
	}
	reason := graph.ReasonNotInInput
	if a, ok := n.Attrs.Get(attr); ok {
		reason = a.Value.Reason()
		if t, known := n.Attrs.Text(attr).Get(); known {
			reason = t.Reason()
		}
	}
	f := p.finding(n, s, Undetermined, fmt.Sprintf("%s of this %s is not known: %s", attr, graph.InfoOf(n.Kind).Label, reason))
	if a, ok := n.Attrs[attr]; ok && !a.Pos.IsZero() {
		f.Position = a.Pos
	}
	f.Reason = fmt.Sprintf("%s: %s", attr, reason)
	f.SettledBy = p.Graph.SettledBy()
	for _, o := range opts {
		o(&f)
	}
	*p.out = append(*p.out, f)
}

// Hold counts a node on which the rule is not violated.
func (p *Pass) Hold(*graph.Node) { p.held++ }

func (p *Pass) finding(n *graph.Node, s Severity, v Verdict, message string) Finding {
	return Finding{
		ID: fingerprint(p.rule.ID, n.ID, ""), Rule: p.rule.ID, Severity: s, Verdict: v, Node: n.ID, Title: p.rule.Title,
		Message: message, Fix: p.rule.Fix, Attack: p.rule.Techniques, Position: n.Pos,
	}
}

// RuleByID returns the rule with the id, in any case.
func RuleByID(id string) (Rule, bool) {
	for _, r := range Rules() {
		if strings.EqualFold(r.ID, id) {
			return r, true
		}
	}
	return Rule{}, false
}
