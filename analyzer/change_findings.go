package analyzer

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// changeFindings turns what a plan does to the hops of traced chains, and what was done to them outside of it,
// into findings of TG7xx.
func changeFindings(s Subject, c *Change) []Finding {
	var out []Finding
	flows := flowing(s.Before, s.Graph)
	for _, h := range c.Severed {
		switch {
		case h.Restored:
			severity, lost := interruption(s, h)
			out = append(out, hopFinding(s.Before, h, hopInterrupted(), severity, "the plan cuts this hop and makes it again"+lost)...)
		case h.Hop.Kind.Flow == graph.FlowEvents && bypassed(s, h.Hop, flows):
			out = append(out, hopFinding(s.Before, h, hopSevered(), Medium, "the plan severs this hop and removes "+target(s.Before, h.Hop.To)+"; events still reach every consumer behind it")...)
		case h.Hop.Kind.Flow == graph.FlowEvents && flows[h.Hop.To] && s.Graph.Node(h.Hop.From) == nil:
			out = append(out, hopFinding(s.Before, h, hopSevered(), Medium, "the plan severs this hop and removes what it starts from; events still reach "+target(s.Before, h.Hop.To)+" by another way")...)
		case h.Hop.Kind.Flow == graph.FlowEvents && !flows[h.Hop.To]:
			out = append(out, hopFinding(s.Before, h, hopSevered(), Critical, "the plan severs this hop, the last that events take to "+target(s.Before, h.Hop.To))...)
		default:
			out = append(out, hopFinding(s.Before, h, hopSevered(), High, "the plan severs this hop")...)
		}
	}
	for _, h := range c.Rewired {
		severity, message := Medium, "the plan leads this hop elsewhere"
		if h.Hop.Kind.Flow == graph.FlowEvents && s.Graph.Node(h.Hop.To) != nil && !flows[h.Hop.To] {
			severity, message = High, "the plan leads this hop elsewhere, and nothing else leads to "+target(s.Before, h.Hop.To)+", which stays"
		}
		out = append(out, hopFinding(s.Before, h, hopRewired(), severity, message)...)
	}
	for _, h := range c.Undetermined {
		for _, f := range hopFinding(s.Before, h, hopSevered(), High, "the plan may sever this hop: where it leads afterwards is not known before it is applied") {
			f.Verdict, f.Reason, f.SettledBy = Undetermined, "where the hop leads after the plan", s.Graph.SettledBy()
			out = append(out, f)
		}
	}
	for _, h := range c.Drifted {
		severity, message := High, "somebody cut this hop outside of Terraform, and the plan does not mend it"
		switch {
		case h.Restored:
			severity, message = Low, "somebody cut this hop outside of Terraform; the plan makes it again"
		case h.Hop.Kind.Flow == graph.FlowEvents && !flows[h.Hop.To]:
			severity = Critical
		}
		out = append(out, hopFinding(s.Recorded, h, hopDrifted(), severity, message)...)
	}
	for _, a := range c.Altered {
		if f, ok := alterationFinding(s, a); ok {
			out = append(out, f)
		}
	}
	return out
}

// target says what a hop leads to: this queue, this bucket.
func target(g *graph.Graph, id graph.NodeID) string {
	if n := g.Node(id); n != nil {
		return "this " + graph.InfoOf(n.Kind).Label
	}
	return "its target"
}

// hopFinding makes the finding on one hop of a graph, or none where the hop was on no chain of a trail.
func hopFinding(g *graph.Graph, h HopChange, rule Rule, severity Severity, message string) []Finding {
	if !isTraced(g, h.Hop.From) || h.Hop.Kind.Flow == graph.FlowCopy {
		return nil
	}
	if h.Because != "" {
		message += ": " + h.Because
	}
	f := Finding{
		ID: fingerprint(rule.ID, "", h.Hop.ID), Rule: rule.ID, Severity: severity, Verdict: Violated, Hop: h.Hop.ID, Title: rule.Title,
		Message: message, Fix: rule.Fix, Attack: rule.Techniques, Position: h.Hop.Pos,
	}
	if h.Hop.OneOf != "" {
		f.Verdict, f.Reason, f.SettledBy = Undetermined, string(graph.ReasonOneOf), g.SettledBy()
	}
	if h.Because != "" {
		addr, _, _ := strings.Cut(h.Because, " is ")
		f.Evidence = []Evidence{{Where: addr, What: h.Because}}
	}
	return []Finding{f}
}

// interruption says how bad it is that what a hop ends at is replaced, and what is lost with it.
func interruption(s Subject, h HopChange) (Severity, string) {
	worst, lost := Medium, ""
	for _, id := range []graph.NodeID{h.Hop.From, h.Hop.To} {
		n := s.Before.Node(id)
		if n == nil || !strings.HasPrefix(h.Because, string(id)+" is replaced") {
			continue
		}
		severity := Medium
		switch emptied, _ := n.Attrs.Bool("force_destroy").Get(); {
		case n.Kind == graph.KindBucket && emptied:
			severity, lost = worthOf(newIndex(s.Before), n).of(Critical), ", and every object in the old bucket is deleted with it"
		case n.Kind == graph.KindLogGroup, n.Kind == graph.KindEventStore, n.Kind == "events.archive":
			severity, lost = worthOf(newIndex(s.Before), n).of(Critical), ", and all that the old "+graph.InfoOf(n.Kind).Label+" holds is deleted with it"
		}
		worst = max(worst, severity)
	}
	return worst, lost
}

// flowing returns the nodes that events of a trail reach after the plan over hops that are not broken. A bucket
// that is cut off may start a chain of its own; that one carries nothing of the trails that wrote to it.
func flowing(before, after *graph.Graph) map[graph.NodeID]bool {
	out := map[graph.NodeID]bool{}
	type arrival struct {
		id graph.NodeID
		by *graph.Edge
	}
	seen := map[arrival]bool{}
	var queue []arrival
	visit := func(id graph.NodeID, by *graph.Edge) {
		a := arrival{id: id}
		if n := after.Node(id); n != nil && n.Kind == graph.KindBus {
			a.by = by // its rules tell emitters apart
		}
		if !seen[a] {
			seen[a], out[id] = true, true
			queue = append(queue, arrival{id, by})
		}
	}
	was := map[graph.NodeID]bool{}
	for _, id := range before.Roots() {
		was[id] = true
	}
	for _, id := range after.Roots() {
		if n := after.Node(id); n != nil && (was[id] || graph.InfoOf(n.Kind).Role == graph.RoleSource) && isTraced(after, id) {
			visit(id, nil)
		}
	}
	for i := 0; i < len(queue); i++ { //nolint:intrange // it grows meanwhile
		for e := range after.Onward(queue[i].id, queue[i].by) {
			if e.Kind.Flow == graph.FlowEvents && e.Status != graph.StatusBroken {
				visit(e.To, e)
			}
		}
	}
	return out
}

// bypassed says that the plan removes the node that a hop led to, and that events still reach every consumer
// that was behind it.
func bypassed(s Subject, e *graph.Edge, flows map[graph.NodeID]bool) bool {
	if n := s.Graph.Node(e.To); n != nil && n.Declared() {
		return false
	}
	seen := map[graph.NodeID]bool{e.To: true}
	queue := []graph.NodeID{e.To}
	behind := false
	for i := 0; i < len(queue); i++ {
		ends := true
		for next := range s.Before.Out(queue[i]) {
			if next.Kind.Flow != graph.FlowEvents {
				continue
			}
			ends = false
			if !seen[next.To] {
				seen[next.To] = true
				queue = append(queue, next.To)
			}
		}
		if !ends {
			continue
		}
		if queue[i] == e.To {
			return false
		}
		behind = true
		if !flows[queue[i]] {
			return false
		}
	}
	return behind
}
