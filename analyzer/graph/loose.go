package graph

// mayStart says that a node to which nothing of the inputs leads may still be on a chain of CloudTrail events: a
// trail of another input may write to it.
func (g *Graph) mayStart(n *Node) bool {
	switch n.Kind {
	case KindRule:
		return n.mayTakeCloudTrail()
	case KindAlarm:
		return !n.watchesOther()
	}
	return true
}

// mayTakeCloudTrail says that the pattern of a rule may take what comes of a trail: recorded API calls and insights,
// or word of the objects that it writes. A schedule takes nothing.
func (n *Node) mayTakeCloudTrail() bool {
	p := readPattern(n.Attrs.Text("pattern"))
	if p.state != Yes {
		return p.state != No
	}
	if p.fields["source"] == nil && p.fields["detail-type"] == nil {
		return true // of every source
	}
	return p.calls() != No || p.insights() != No || p.match(p.fields, objectCreated(), false) != No
}

// watchesOther says that an alarm is on a metric of AWS, or on one that no metric filter of the inputs feeds, as
// it would have been drawn to.
func (n *Node) watchesOther() bool {
	for _, attr := range []string{"metric", "namespace"} {
		v := n.Attrs.Text(attr)
		if _, lit := literal(v); v.State() == Unknown || v.State() == Known && !lit {
			return false
		}
	}
	return true
}

// splitStarts returns the one-of sets whose hops start at more than one node. What carries the hops of any other is certain
// to take what comes from there, wherever it goes.
func (g *Graph) splitStarts() map[string]bool {
	first, out := map[string]NodeID{}, map[string]bool{}
	for _, e := range g.hops {
		if e.OneOf == "" {
			continue
		}
		if was, seen := first[e.OneOf]; seen && was != e.From {
			out[e.OneOf] = true
		}
		first[e.OneOf] = e.From
	}
	return out
}
