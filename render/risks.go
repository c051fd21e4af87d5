package render

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// How much [RisksText] prints of nodes that are alike: more is the same again, and [RisksJSON] has it all.
const (
	maxRiskNodes    = 8
	maxRiskCommands = 3
)

// RisksText writes what can be done to the services of a chain, for a terminal: per service, and in it per
// kind of node, the nodes and then the actions, worst first, each with what it does to events, the name
// CloudTrail records it under, and the command for each node. Nodes of a kind share their actions. Commands
// are never wrapped, so that they can be pasted.
func RisksText(w io.Writer, risks []analyzer.Risk, opts Options) error {
	p := newPaper(w, opts)
	if len(risks) == 0 {
		p.line(put(inkPlain, "Nothing: there is no node on a chain, or in support of one, at which a call could do harm."))
	}
	for i, r := range risks {
		if i > 0 {
			p.blank()
		}
		riskHead(p, r)
		for _, same := range alike(r.Nodes) {
			p.blank()
			riskNodes(p, same)
			for i := range same[0].Actions {
				riskAction(p, same, i)
			}
		}
	}
	return p.w.Flush()
}

// riskHead writes the line of a service.
func riskHead(p *paper, r analyzer.Risk) {
	calls := map[string]analyzer.ActionRisk{}
	for _, n := range r.Nodes {
		for _, a := range n.Actions {
			calls[a.Action.ID] = a
		}
	}
	critical, data := 0, 0
	for _, a := range calls {
		if severityOf(a) == worstSeverity {
			critical++
		}
		if a.Action.Class == classData {
			data++
		}
	}
	facts := []piece{put(inkDim, count(len(r.Nodes), "node")), put(inkDim, count(len(calls), "action"))}
	if critical > 0 {
		facts = append(facts, put(inkLoud, strconv.Itoa(critical)+" critical"))
	}
	if data > 0 {
		facts = append(facts, put(inkDim, count(data, "data event")+": recorded only where a trail selects the resource"))
	}
	p.flow(nil, spaces(2), " · ", append([]piece{put(inkBold, r.Service)}, facts...))
}

// alike groups nodes, which come by kind, by kind.
func alike(nodes []analyzer.NodeRisk) [][]analyzer.NodeRisk {
	var out [][]analyzer.NodeRisk
	for len(nodes) > 0 {
		n := slices.IndexFunc(nodes, func(r analyzer.NodeRisk) bool { return r.Node.Kind != nodes[0].Node.Kind })
		if n < 0 {
			n = len(nodes)
		}
		out, nodes = append(out, nodes[:n]), nodes[n:]
	}
	return out
}

// riskNodes writes which nodes the actions that follow are for.
func riskNodes(p *paper, same []analyzer.NodeRisk) {
	label := graph.InfoOf(same[0].Node.Kind).Label
	for i, r := range same {
		if i == maxRiskNodes && len(same) > maxRiskNodes+1 {
			p.line(piece{"  … and " + count(len(same)-i, "more "+label), inkDim})
			return
		}
		facts := []piece{put(inkBold, clip(rawName(r.Node), maxName))}
		if r.Node.Address != "" && r.Node.Address != rawName(r.Node) {
			facts = append(facts, put(inkDim, clip(r.Node.Address, 80)))
		}
		if r.Supports {
			facts = append(facts, put(inkDim, "in support"))
		}
		if r.Node.External {
			facts = append(facts, put(inkDim, "external"))
		}
		p.flow([]piece{{"  " + label + "  ", inkPlain}}, spaces(4), " · ", facts)
	}
}

// riskAction writes one action, with the command for each of the nodes. The rank and number of the actions
// are those of the kind, and the same at each.
func riskAction(p *paper, same []analyzer.NodeRisk, i int) {
	a := same[0].Actions[i].Action
	severity := severityOf(same[0].Actions[i])
	var effects []string
	for _, e := range a.Effects {
		effects = append(effects, string(e))
	}
	facts := []piece{put(inkBold, cmp.Or(a.Event, a.IAM+" (no event of its own)")), put(inkPlain, effectWords(effects))}
	if a.Class == classData && a.Event != "" {
		facts = append(facts, put(inkDim, "data event"))
	}
	p.flow([]piece{{pad("  "+strings.ToUpper(severity), 12), riskInks[severity]}}, spaces(14), " · ", facts)
	if a.NoCommand != "" {
		p.prose(spaces(14), spaces(14), inkDim, a.NoCommand)
		return
	}
	var commands []string
	for _, r := range same {
		if c := r.Actions[i].Command; !slices.Contains(commands, c) {
			commands = append(commands, c)
		}
	}
	for n, c := range commands {
		if n == maxRiskCommands && len(commands) > maxRiskCommands+1 {
			p.line(append(spaces(14), piece{"… and " + strconv.Itoa(len(commands)-n) + " more", inkDim})...)
			return
		}
		p.line(append(spaces(14), put(inkPlain, c))...)
	}
}

// The words of the catalogue that the text treats in a way of their own.
const (
	classData     = "data"
	worstSeverity = "critical"
	effectBlind   = "blind-consumer" // done to readers, and not to events
)

func severityOf(a analyzer.ActionRisk) string { return a.Action.Severity.String() }

//nolint:gochecknoglobals // a table
var riskInks = map[string]ink{"info": inkDim, "low": inkBlue, "medium": inkYellow, "high": inkRed, worstSeverity: inkLoud}

// effectVerbs say what an action does to events, in the order of a reader's interest.
func effectVerbs() []struct{ effect, verb string } {
	return []struct{ effect, verb string }{
		{"stop", "stops"}, {"destroy", "destroys"}, {"divert", "diverts"}, {"falsify", "falsifies"}, {"delay", "delays"}, {"expose", "exposes"},
	}
}

// effectWords spells effects: "stops and diverts events, blinds readers".
func effectWords(effects []string) string {
	var verbs []string
	for _, v := range effectVerbs() {
		if slices.Contains(effects, v.effect) {
			verbs = append(verbs, v.verb)
		}
	}
	var out []string
	switch n := len(verbs); n {
	case 0:
	case 1:
		out = append(out, verbs[0]+" events")
	default:
		out = append(out, strings.Join(verbs[:n-1], ", ")+" and "+verbs[n-1]+" events")
	}
	if slices.Contains(effects, effectBlind) {
		out = append(out, "blinds readers")
	}
	return strings.Join(out, ", ")
}
