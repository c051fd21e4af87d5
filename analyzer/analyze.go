package analyzer

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Subject is what is analysed.
type Subject struct {
	Inputs []Input
	Graph  *graph.Graph // as it is, or as it will be after the plan
	Before *graph.Graph // as it was before the plan; nil where the inputs have no before
	// Recorded is the graph as the state of a plan recorded it, where something was changed outside of Terraform
	// since; nil where nothing was.
	Recorded *graph.Graph
	Changes  []graph.Change
	Ignored  int    // resources of types that are in no table
	Today    string // the day of the run, YYYY-MM-DD, for ignores that expire; empty: none has expired
}

// Analyze runs every rule over the graph and, where there are two, compares them. It is pure and total:
// the same subject gives the same report.
func Analyze(s Subject, rules []Rule) *Report {
	r := &Report{Inputs: s.Inputs, Graph: s.Graph, Before: s.Before, Readers: readers(s.Graph)}
	findings, checks := check(s.Graph, rules)
	r.Findings = findings
	if s.Before != nil {
		was, _ := check(s.Before, rules)
		r.Change = change(s, was, findings)
		r.Findings = append(r.Findings, changeFindings(s, r.Change)...)
	}
	about := suppress(s, r.Findings, rules)
	carry(r.Findings, r.Change, checks)
	r.Findings = append(r.Findings, about...)
	slices.SortStableFunc(r.Findings, compareFindings)
	r.Coverage = coverage(s, r.Findings, checks)
	return r
}

func check(g *graph.Graph, rules []Rule) ([]Finding, []Check) {
	var out []Finding
	checks := make([]Check, 0, len(rules))
	ix := newIndex(g)
	for i := range rules {
		if rules[i].Check == nil {
			continue
		}
		start := len(out)
		p := &Pass{Graph: g, index: ix, rule: &rules[i], out: &out}
		rules[i].Check(p)
		c := Check{Rule: rules[i].ID, Held: p.held}
		for _, f := range out[start:] {
			if f.Verdict == Violated {
				c.Violated++
			} else {
				c.Undetermined++
			}
		}
		checks = append(checks, c)
	}
	return out, checks
}

// compareFindings orders findings by verdict (violated first), severity (worst first), rule, node and hop.
func compareFindings(a, b Finding) int {
	rank := func(v Verdict) int { return slices.Index([]Verdict{Violated, Undetermined, Held}, v) }
	return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Node, b.Node), cmp.Compare(a.Hop, b.Hop), cmp.Compare(a.About, b.About), cmp.Compare(a.Position.String(), b.Position.String()), cmp.Compare(a.Message, b.Message))
}

// Worst returns the highest severity among the findings that stand.
func (r *Report) Worst() Severity {
	worst := None
	for _, f := range r.Findings {
		if f.Verdict == Violated && f.Suppressed == "" {
			worst = max(worst, f.Severity)
		}
	}
	return worst
}
