package graph

import (
	"encoding/json"
	"slices"
	"strings"
)

// bus returns the node of the event bus that a declaration names, the default bus of its account and
// region where it names none.
func (l *linker) bus(v Value[Text], r *Resource) targets {
	if s, ok := literal(v); ok && busName(s) == "default" || v.State() != Known {
		return targets{nodes: []*Node{l.defaultBus(r.Partition, r.Account, r.Region, r.Provider)}}
	}
	return l.resolve(v, []Kind{KindBus}, r, "bus")
}

func (l *linker) defaultBus(partition, account, region Value[string], provider string) *Node {
	for _, n := range l.ofKind[KindBus] {
		if name, _ := literal(n.Name); name == "default" && near(n, account, region) == Yes {
			return n
		}
	}
	id := NodeID("events.bus/default@" + place(account, region, provider))
	if n := l.g.byID[id]; n != nil {
		return n
	}
	n := &Node{ID: id, Kind: KindBus, Implied: true, Name: KnownOf(Literal("default")), Partition: partition, Account: account, Region: region, Attrs: Attrs{}}
	l.add(n)
	l.index(n)
	return n
}

// drawEventBridge draws a bucket to the default bus of its account and region.
func drawEventBridge(l *linker, e *EdgeKind, r *Resource) {
	on, known := r.Attrs.Bool(e.To.Attr).Get()
	if !known || !on {
		return
	}
	own := l.own(r)
	for _, n := range own.nodes {
		account, region := n.Account, n.Region
		if n.Unresolved || account.State() != Known && region.State() != Known {
			account, region = r.Account, r.Region
		}
		bus := l.defaultBus(n.Partition, account, region, r.Provider)
		l.connect(e, r, targets{nodes: []*Node{n}, oneOf: own.oneOf}, targets{nodes: []*Node{bus}}, item{what: e.To.Attr})
	}
}

// drawImplied draws each rule to its bus, with the emitters whose events its pattern may take, and every
// trail to the default buses on which a rule waits for API calls: such events exist only while a trail
// records them, see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
func (l *linker) drawImplied(rules []*Resource) {
	implied := impliedEdges()
	trailBus, insightBus, onBus := &implied[0], &implied[1], &implied[2]
	emitters := map[NodeID][]*Edge{} // buckets, by the bus they emit to
	for _, e := range l.g.hops {
		if e.Kind.ID == "s3_notify_eventbridge" || e.Kind.ID == "events_target" && l.g.byID[e.To].Kind == KindBus {
			emitters[e.To] = append(emitters[e.To], e)
		}
	}
	for _, r := range rules {
		own := l.nodeOf[r]
		if own == nil || r.Attrs.Text("pattern").State() == Absent {
			continue
		}
		pattern := r.Attrs.Text("pattern")
		buses := l.bus(r.Attrs.Text("bus"), r)
		for _, bus := range buses.nodes {
			var accepts []NodeID
			uncertain := false
			for _, e := range emitters[bus.ID] {
				if t := accepted(pattern, l.g.byID[e.From], e.Kind.ID); t != No {
					accepts = append(accepts, e.From)
					uncertain = uncertain || t == Maybe
				}
			}
			for _, n := range l.ofKind[KindTrail] {
				for _, kind := range []*EdgeKind{trailBus, insightBus} {
					if !emits(n, bus, kind) {
						continue
					}
					if t := accepted(pattern, n, kind.ID); t != No {
						l.connect(kind, l.declOf(n), targets{nodes: []*Node{n}}, targets{nodes: []*Node{bus}}, item{})
						accepts = append(accepts, n.ID)
						uncertain = uncertain || t == Maybe
					}
				}
			}
			if len(accepts) == 0 {
				continue
			}
			e := l.edge(onBus, r, bus, own, item{})
			slices.Sort(accepts)
			e.Accepts = slices.Compact(accepts)
			if uncertain && e.Status != StatusBroken {
				e.Why = "its event pattern is not known in full"
			}
			if s, _ := literal(own.Attrs.Text("state")); s == "DISABLED" {
				e.Status, e.Why = StatusBroken, "the rule is disabled"
			}
		}
	}
}

func (l *linker) declOf(n *Node) *Resource { return l.byAddr[addrKey{n.Scope, n.Address}] }

// emits says whether events of a trail reach a default bus: the same account, and the trail's region
// unless it records all of them.
func emits(trail, bus *Node, kind *EdgeKind) bool {
	if name, _ := literal(bus.Name); name != "default" {
		return false
	}
	if kind.ID == "trail_insights" && len(trail.Attrs.Blocks("insights").Or(nil)) == 0 {
		return false
	}
	region := trail.Region
	if all, ok := trail.Attrs.Bool("multi_region").Get(); !ok || all {
		region = UnknownOf[string](ReasonNotInInput)
	}
	account := trail.Account
	if org, ok := trail.Attrs.Bool("organization").Get(); !ok || org {
		account = UnknownOf[string](ReasonNotInInput)
	}
	return near(bus, account, region) != No
}

// accepted says whether a rule's event pattern takes the events that a node emits on an edge kind. It
// reads the parts of the pattern that tell emitters apart (source, detail-type, detail.bucket.name,
// detail.eventSource); the rest is for the analysis of detection.
func accepted(pattern Value[Text], from *Node, kind string) Tri {
	t, ok := pattern.Get()
	if !ok {
		return Maybe
	}
	src, back := tokenise(t)
	var p struct {
		Source     any            `json:"source"`
		DetailType any            `json:"detail-type"`
		Detail     map[string]any `json:"detail"`
	}
	if json.Unmarshal([]byte(src), &p) != nil {
		if t.IsLiteral() {
			return No
		}
		if kind == "s3_notify_eventbridge" && mentions(t, from) {
			return Maybe
		}
		return TriOf(len(t.Refs()) == 0).And(Maybe)
	}
	switch kind {
	case "s3_notify_eventbridge":
		bucket, _ := p.Detail["bucket"].(map[string]any)
		name := from.Name
		return anyOf(p.Source, Literal("aws.s3"), back).And(
			anyOf(p.DetailType, Literal("Object Created"), back)).And(
			anyOf(bucket["name"], name.Or(Hole(ReasonAfterApply, Ref{from.Address, "bucket"})), back).Or(refersTo(bucket["name"], from, back)))
	case "trail_insights":
		if p.DetailType == nil {
			return No
		}
		return anyOf(p.DetailType, Literal("AWS Insight via CloudTrail"), back)
	case "trail_eventbridge":
		if p.DetailType == nil {
			source := anyOf(p.Source, Literal("aws.cloudtrail"), back)
			if p.Source == nil {
				source = No
			}
			return TriOf(p.Detail["eventName"] != nil || p.Detail["eventSource"] != nil).Or(source)
		}
		out := No
		for _, dt := range []string{"AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail", "AWS Service Event via CloudTrail"} {
			out = out.Or(anyOf(p.DetailType, Literal(dt), back))
		}
		return out
	}
	return Maybe // an event forwarded from another bus may be any
}

// anyOf says whether a field of an event pattern takes a value. A field that is not there takes any.
func anyOf(field any, value Text, back func(string) Text) Tri {
	if field == nil {
		return Yes
	}
	list, ok := field.([]any)
	if !ok {
		return Maybe
	}
	out := No
	for _, f := range list {
		switch m := f.(type) {
		case string:
			out = out.Or(back(m).Equal(value))
		case map[string]any:
			if prefix, ok := m["prefix"].(string); ok {
				out = out.Or(value.Like(Join(back(prefix), Literal("*"))))
				continue
			}
			if suffix, ok := m["suffix"].(string); ok {
				out = out.Or(value.Like(Join(Literal("*"), back(suffix))))
				continue
			}
			out = out.Or(Maybe)
		}
	}
	return out
}

// refersTo says that a field of the pattern is made from a reference to the node itself.
func refersTo(field any, n *Node, back func(string) Text) Tri {
	list, _ := field.([]any)
	for _, f := range list {
		if s, ok := f.(string); ok && mentions(back(s), n) {
			return Yes
		}
	}
	return No
}

func mentions(t Text, n *Node) bool {
	return slices.ContainsFunc(t.Refs(), func(r Ref) bool {
		return r.Address == n.Address || slices.Contains(n.Origins, r.Address) || strings.HasPrefix(r.Address, n.Address+".")
	})
}
