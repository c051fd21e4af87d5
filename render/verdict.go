package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// tone is how good the news of a verdict are.
type tone uint8

const (
	toneGood tone = iota
	toneNote      // nothing is lost, but something is to be looked at
	toneBad       // events are lost, or the worst finding is high or critical
)

//nolint:gochecknoglobals // a table
var toneSigns = [...]string{toneGood: "✔", toneNote: "•", toneBad: "✖"}

// verdict is the sentence that a reader needs first. Every other part is the name of a node.
type verdict struct {
	tone  tone
	parts []string // text, name, text, name, ...
}

// say starts a verdict; the arguments are text and names by turns.
func say(t tone, parts ...string) verdict { return verdict{t, parts} }

// spell joins the sentence: text and names each in the way of a format.
func (s verdict) spell(text, name func(string) string) string {
	var b strings.Builder
	for i, p := range s.parts {
		if i%2 == 1 {
			b.WriteString(name(clip(p, maxName)))
			continue
		}
		b.WriteString(text(p))
	}
	return b.String()
}

// then appends text and names; the first of them is text.
func (s verdict) then(parts ...string) verdict {
	out := slices.Clone(s.parts)
	if len(out)%2 == 1 && len(parts) > 0 {
		out[len(out)-1] += parts[0]
		parts = parts[1:]
	}
	return verdict{s.tone, append(out, parts...)}
}

// maxNames is how many names a list in a sentence has.
const maxNames = 3

// names appends the first few of many names.
func (s verdict) names(all []string) verdict {
	for i, n := range all {
		switch {
		case i == maxNames && len(all) > maxNames+1:
			return s.then(" and " + strconv.Itoa(len(all)-i) + " more")
		case i > 0 && (i == len(all)-1):
			s = s.then(" and ", n)
		case i > 0:
			s = s.then(", ", n)
		default:
			s = s.then("", n)
		}
	}
	return s
}

// verdict says what the report comes to: for a plan what it does to the chain, else how the chain stands.
func (v *view) verdict() verdict {
	if v.r.Change != nil && v.r.Before != nil {
		s := v.planVerdict()
		for _, in := range v.r.Inputs {
			for _, n := range in.Notes {
				if isIncomplete(n) {
					_, why, _ := strings.Cut(n, ": ")
					if strings.HasPrefix(n, planFailed) {
						why = "it ended with an error, and does not say all that would change"
					}
					s.tone = max(s.tone, toneNote)
					s = s.then(" The plan is incomplete: " + clip(why, 200) + ".")
				}
			}
		}
		return s
	}
	return v.stateVerdict()
}

// What notes on plans that do not hold all that would change begin with.
const (
	planFailed  = "the plan ended with an error"
	planPartial = "the plan is not complete"
)

// isIncomplete says that a note on a plan is that it does not hold all that would change.
func isIncomplete(note string) bool {
	return strings.HasPrefix(note, planFailed) || strings.HasPrefix(note, planPartial)
}

// sources are the trails and other sources of events of a graph.
func sources(g *graph.Graph) []graph.NodeID {
	var out []graph.NodeID
	for _, id := range g.Roots() {
		if r := g.Reach(id); r != nil && r.Traced {
			out = append(out, id)
		}
	}
	return out
}

func (v *view) namesOf(ids []graph.NodeID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.name(id)
	}
	return out
}

func (v *view) stateVerdict() verdict {
	roots := sources(v.r.Graph)
	if len(roots) == 0 {
		if v.r.Graph.NumHops() == 0 {
			return say(toneNote, "No trail and no hop is in the input.")
		}
		return say(toneNote, "No trail is in the input: "+count(v.r.Graph.NumHops(), "hop")+" may carry anything.")
	}
	consumers, perhaps := 0, 0
	isRoot := map[graph.NodeID]bool{}
	for _, id := range roots {
		isRoot[id] = true
	}
	for _, id := range v.r.Graph.Consumers() {
		switch r := v.r.Graph.Reach(id); {
		case !r.Traced || isRoot[id]:
		case r.Certain:
			consumers++
		default:
			perhaps++
		}
	}
	verb := "reach"
	if len(roots) == 1 {
		verb = "reaches"
	}
	s := say(toneGood, "").names(v.namesOf(roots)).then(" " + verb + " " + count(consumers, "consumer"))
	if perhaps > 0 {
		s = s.then(" and perhaps " + strconv.Itoa(perhaps) + " more")
	}
	if consumers == 0 && perhaps > 0 {
		s.tone = toneNote
	}
	if consumers+perhaps == 0 {
		s = say(toneNote, "").names(v.namesOf(roots)).then(" " + map[bool]string{true: "leads", false: "lead"}[len(roots) == 1] + " nowhere")
	}
	if broken := v.broken(); broken > 0 {
		s.tone = toneBad
		s = s.then("; " + count(broken, "hop") + map[bool]string{true: " is broken", false: " are broken"}[broken == 1])
	}
	standing, worst := v.standing()
	switch {
	case standing == 0 && consumers == 0 && perhaps > 0:
		s = s.then("; nothing is certain, and nothing is found to be wrong.")
	case standing == 0:
		s = s.then("; nothing is found to be wrong.")
	default:
		s.tone = max(s.tone, toneNote)
		if worst >= analyzer.High {
			s.tone = toneBad
		}
		s = s.then("; " + count(standing, "finding") + ", the worst " + worst.String() + ".")
	}
	return s
}

// broken counts the hops of traced chains that cannot work.
func (v *view) broken() int {
	n := 0
	for e := range v.r.Graph.Hops() {
		if r := v.r.Graph.Reach(e.From); r != nil && r.Traced && e.Status == graph.StatusBroken {
			n++
		}
	}
	return n
}

// standing counts the violations that no ignore covers, and finds the worst of them.
func (v *view) standing() (int, analyzer.Severity) {
	n, worst := 0, analyzer.None
	for i := range v.r.Findings {
		if stands(&v.r.Findings[i]) {
			n++
			worst = max(worst, v.r.Findings[i].Severity)
		}
	}
	return n, worst
}

func stands(f *analyzer.Finding) bool { return f.Verdict == analyzer.Violated && f.Suppressed == "" }
