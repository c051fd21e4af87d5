package analyzer

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// suppress marks the findings that an ignore of the sources covers, and returns the findings about the ignores
// themselves.
func suppress(s Subject, findings []Finding, rules []Rule) []Finding {
	all, today := s.Graph.Ignores(), s.Today
	if len(all) == 0 {
		return nil
	}
	known := map[string]bool{}
	for i := range rules {
		known[rules[i].ID] = true
	}
	var out []Finding
	what := newSubjects(s)
	for i := range all {
		ig := &all[i]
		run := runFinding{ig: ig}
		if ig.Problem != "" {
			out = append(out, run.of(ignoreMalformed(), "it is without effect: "+ig.Problem))
			continue
		}
		expired := ig.Expires != "" && today != "" && ig.Expires < today
		if expired {
			out = append(out, run.of(ignoreExpired(), "it was to hold until "+ig.Expires+", and ignores nothing any more"))
		}
		if ig.Reason == "" && !expired {
			out = append(out, run.of(ignoreReasonless(), "it ignores "+strings.Join(ig.Rules, ", ")+" and does not say why"))
		}
		var unused []string
		for _, rule := range ig.Rules {
			switch {
			case strings.HasPrefix(rule, "TG9"):
				out = append(out, run.about(rule).of(ignoreMalformed(), rule+" is about the run itself, and cannot be ignored"))
			case !known[rule]:
				out = append(out, run.about(rule).of(ignoreMalformed(), "there is no rule "+rule))
			case expired:
			case !what.suppress(ig, rule, findings):
				unused = append(unused, rule)
			}
		}
		if len(unused) > 0 {
			out = append(out, run.about(unused...).of(ignoreUnused(), "nothing that it stands on violates "+strings.Join(unused, ", ")))
		}
	}
	return out
}

// subjects finds what findings are about: nodes and hops of after the change, or else of before it.
type subjects struct {
	graphs []*graph.Graph
	hops   map[string]*graph.Edge
}

func newSubjects(s Subject) *subjects {
	out := &subjects{graphs: []*graph.Graph{s.Graph}, hops: map[string]*graph.Edge{}}
	if s.Before != nil {
		out.graphs = append(out.graphs, s.Before)
	}
	for _, g := range out.graphs {
		for e := range g.Hops() {
			if out.hops[e.ID] == nil {
				out.hops[e.ID] = e
			}
		}
	}
	return out
}

func (s *subjects) node(id graph.NodeID) *graph.Node {
	for _, g := range s.graphs {
		if n := g.Node(id); n != nil {
			return n
		}
	}
	return nil
}

// suppress marks what an ignore covers of the findings of a rule, and says whether there was any.
func (s *subjects) suppress(ig *graph.Ignore, rule string, findings []Finding) bool {
	some := false
	for i := range findings {
		f := &findings[i]
		if f.Rule != rule || !s.concerns(ig, f) {
			continue
		}
		some = true
		if f.Suppressed == "" {
			f.Suppressed = reasonOf(ig)
		}
	}
	return some
}

// reasonOf spells the reason of an ignore, and where it stands.
func reasonOf(ig *graph.Ignore) string {
	reason := ig.Reason
	if reason == "" {
		reason = "no reason is given"
	}
	if len(ig.Modules) > 0 {
		return reason + " (passed on by the call of " + ig.Construct + ", " + ig.Pos.String() + ")"
	}
	return reason + " (" + ig.Pos.String() + ")"
}

// concerns says that a finding is about what an ignore stands on: it was found there, or, where that is a resource as
// a whole, on the node that the resource is or sets something of; or it is about what a module call creates.
func (s *subjects) concerns(ig *graph.Ignore, f *Finding) bool {
	n, e := s.node(f.Node), s.hops[f.Hop]
	if len(ig.Modules) > 0 {
		return slices.ContainsFunc(s.addresses(n, e), func(a string) bool { return isWithin(a, ig.Modules) })
	}
	if ig.Covers(f.Position) {
		return true
	}
	if !ig.Whole {
		return false
	}
	if n != nil && ig.Covers(n.Pos) {
		return true
	}
	return e != nil && ig.Covers(e.Pos)
}

// addresses returns the addresses that a finding is about.
func (s *subjects) addresses(n *graph.Node, e *graph.Edge) []string {
	var out []string
	if n != nil {
		out = append(out, n.Address)
	}
	if e != nil {
		out = append(out, e.Via)
		if from := s.node(e.From); from != nil && e.Via == "" {
			out = append(out, from.Address)
		}
	}
	return out
}

// isWithin says that an address is that of something in one of the module calls, whichever instance.
func isWithin(address string, modules []string) bool {
	plain := withoutKeys(address)
	return slices.ContainsFunc(modules, func(m string) bool { return strings.HasPrefix(plain, m+".") })
}

// withoutKeys takes the instance keys from an address. A key may hold anything, in quotes.
func withoutKeys(address string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		c := address[i]
		switch {
		case depth > 0 && quoted && c == '\\':
			i++
		case depth > 0 && c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// runFinding makes findings about an ignore.
type runFinding struct {
	ig    *graph.Ignore
	rules []string // that it is about; empty: all of the ignore
}

func (r runFinding) about(rules ...string) runFinding {
	r.rules = rules
	return r
}

func (r runFinding) of(rule Rule, message string) Finding {
	rules := r.rules
	if len(rules) == 0 {
		rules = r.ig.Rules
	}
	about := "ignore of " + strings.Join(rules, ", ") + " on " + r.ig.Construct
	if len(rules) == 0 {
		about = "ignore on " + r.ig.Construct
	}
	return Finding{
		ID: fingerprint(rule.ID, graph.NodeID(about), r.ig.Pos.File), Rule: rule.ID, Severity: rule.Severity, Verdict: Violated, About: about,
		Title: rule.Title, Message: message, Fix: rule.Fix, Position: r.ig.Pos,
	}
}
