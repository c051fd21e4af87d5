package analyzer

import (
	"strconv"
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
	what := newSubjects(s, findings, all)
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
			case !known[rule]:
				out = append(out, run.about(rule).of(ignoreMalformed(), "there is no rule "+rule))
			case strings.HasPrefix(rule, "TG9"):
				out = append(out, run.about(rule).of(ignoreMalformed(), rule+" is about the run itself, and cannot be ignored"))
			case expired:
			case !what.suppress(ig, rule):
				unused = append(unused, rule)
			}
		}
		if len(unused) > 0 {
			out = append(out, run.about(unused...).of(ignoreUnused(), "nothing that it stands on violates "+strings.Join(unused, ", ")))
		}
	}
	tellApart(out)
	return out
}

// tellApart numbers findings about ignores that say the same of the same construct, for each is one of its own. Lines
// are no part of what identifies them.
func tellApart(findings []Finding) {
	seen := map[string]int{}
	for i := range findings {
		f := &findings[i]
		id := f.ID
		if seen[id]++; seen[id] > 1 {
			f.ID = fingerprint(f.Rule, graph.NodeID(f.About), f.Position.File+"\x00"+strconv.Itoa(seen[id]))
		}
	}
}

// carry tells of what is suppressed wherever else findings are listed or counted.
func carry(findings []Finding, c *Change, checks []Check) {
	reasons := map[[2]string]string{} // by what they say: a rule may say more than one thing of a node
	of := map[string]*Check{}
	for i := range checks {
		of[checks[i].Rule] = &checks[i]
	}
	for i := range findings {
		f := &findings[i]
		if f.Suppressed == "" {
			continue
		}
		reasons[[2]string{f.ID, f.Message}] = f.Suppressed
		switch k := of[f.Rule]; {
		case k == nil:
		case f.Verdict == Violated:
			k.Violated--
			k.Suppressed++
		default:
			k.Undetermined--
			k.Suppressed++
		}
	}
	if c == nil {
		return
	}
	for i := range c.Weakened {
		f := &c.Weakened[i]
		f.Suppressed = reasons[[2]string{f.ID, f.Message}]
	}
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
