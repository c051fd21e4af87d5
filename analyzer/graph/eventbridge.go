package graph

import "slices"

// bus returns the node of the event bus that a declaration names, the default bus of its account and
// region where it names none.
func (l *linker) bus(v Value[Text], r *Resource) targets {
	s, ok := literal(v)
	if ok && s == "" || v.State() == Absent || v.State() == Unknown && v.Reason() == ReasonNotInInput {
		s, ok = "default", true
	}
	if !ok {
		return l.resolve(v, []Kind{KindBus}, r, "bus")
	}
	if s == "default" {
		return targets{nodes: []*Node{l.defaultBus(r.Partition, r.Account, r.Region, r)}}
	}
	if a, isARN := ParseARN(s); isARN && busName(s) == "default" && !v.Sensitive() {
		return targets{nodes: []*Node{l.defaultBus(KnownOf(a.Partition), KnownOf(a.Account), KnownOf(a.Region), r)}}
	}
	return l.resolve(v, []Kind{KindBus}, r, "bus")
}

// defaultBus returns the default bus of an account and region, which exists whether it is declared or not.
// An account that is not known is the one that the rest of the provider configuration is in.
func (l *linker) defaultBus(partition, account, region Value[string], r *Resource) *Node {
	if house := l.houses[[2]string{r.Scope, r.Provider}]; house != "" {
		fill(&account, house)
	}
	key := place(account, region, r.Scope, r.Provider)
	if n := l.buses[key]; n != nil {
		return n
	}
	n := &Node{ID: NodeID("events.bus/default@" + key), Kind: KindBus, Implied: true, Scope: r.Scope, Name: KnownOf(Literal("default")), Partition: partition, Account: account, Region: region, Symbols: r.Symbols, Attrs: Attrs{}}
	l.buses[key] = n
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
	var buses []*Node
	for _, n := range own.nodes {
		account, region := n.Account, n.Region
		if n.Unresolved || account.State() != Known && region.State() != Known {
			account, region = r.Account, r.Region
		}
		buses = append(buses, l.defaultBus(n.Partition, account, region, r))
	}
	for i, n := range own.nodes {
		// Each candidate has a bus of its own: the edges are one set, not a set per bucket.
		edges := l.connect(e, r, targets{nodes: []*Node{n}}, targets{nodes: buses[i : i+1]}, item{what: e.To.Attr})
		if own.oneOf && len(own.nodes) > 1 {
			for _, edge := range edges {
				edge.OneOf = e.ID + " of " + qualify(r.Scope, r.Address) + "." + e.To.Attr
			}
		}
	}
}

// drawImplied draws each rule to its bus, with the emitters whose events its pattern may take, and every
// trail to the default buses on which a rule waits for API calls: such events exist only while a trail
// records them, see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
func (l *linker) drawImplied(rules []*Resource) {
	implied := impliedEdges()
	onBus := &implied[2]
	patterns := map[NodeID]*pattern{}
	for _, r := range rules {
		if n := l.nodeOf[r]; n != nil {
			patterns[n.ID] = readPattern(r.Attrs.Text("pattern"))
		}
	}
	emitters := map[NodeID][]*Node{} // buckets and forwarding rules, by the bus they emit to
	for _, e := range l.g.hops {
		if e.Kind.ID == "s3_notify_eventbridge" || e.Kind.ID == "events_target" && l.g.byID[e.To].Kind == KindBus {
			emitters[e.To] = append(emitters[e.To], l.g.byID[e.From])
		}
	}
	for _, r := range rules {
		own := l.nodeOf[r]
		if own == nil || r.Attrs.Text("pattern").State() == Absent {
			continue
		}
		p := patterns[own.ID]
		for _, bus := range l.bus(r.Attrs.Text("bus"), r).nodes {
			var accepts []NodeID
			uncertain := false
			accept := func(n *Node, t Tri) {
				if t != No {
					accepts = append(accepts, n.ID)
					uncertain = uncertain || t == Maybe
				}
			}
			takes := p.buckets(l, r)
			l.drawElsewhere(onBus, r, bus, emitters, takes)
			for _, n := range emitters[bus.ID] {
				if n.Kind == KindRule {
					accept(n, p.forwarded(patterns[n.ID]))
				} else {
					accept(n, takes(n))
				}
			}
			l.drawTrails(implied[:2], p, bus, r, accept)
			if len(accepts) == 0 {
				continue
			}
			e := l.edge(onBus, r, bus, own, item{}, "")
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

// emission is what the trails that reach a bus depend on.
type emission struct {
	bus         NodeID
	kind, scope string
}

// drawTrails draws the trails whose events reach a default bus and which a rule on it may take. Rules of one
// input share what they receive, so that it is drawn once.
func (l *linker) drawTrails(kinds []EdgeKind, p *pattern, bus *Node, rule *Resource, accept func(*Node, Tri)) {
	if name, _ := literal(bus.Name); name != "default" {
		return
	}
	for i, t := range []Tri{p.calls(), p.insights()} { // the same of every trail
		if t == No {
			continue
		}
		key := emission{bus.ID, kinds[i].ID, rule.Scope}
		trails, drawn := l.emitting[key]
		if !drawn {
			for _, n := range l.ofKind[KindTrail] {
				if n.Declared() && emits(n, bus, kinds[i].ID, rule) {
					trails = append(trails, n)
					for _, e := range l.connect(&kinds[i], l.byAddr[addrKey{n.Scope, n.Address}], targets{nodes: []*Node{n}}, targets{nodes: []*Node{bus}}, item{}) {
						l.displace(e, n, bus, rule)
					}
				}
			}
			l.emitting[key] = trails
		}
		for _, n := range trails {
			accept(n, t)
		}
	}
}

// emits says whether events of a trail reach a default bus: the same account, and the trail's region
// unless it records all of them. Where accounts or regions are not known, they are held to be the same
// within one input.
func emits(trail, bus *Node, kind string, rule *Resource) bool {
	if kind == "trail_insights" && len(trail.Attrs.Blocks("insights").Or(nil)) == 0 {
		return false
	}
	related := trail.Scope == rule.Scope
	from, everywhere := spotOf(trail, bus)
	if everywhere { // in the organization
		from.account, related = UnknownOf[string](ReasonNotInInput), related || bus.Account.State() == Known
	}
	return sameOr(bus.Account, from.account, related) && sameOr(bus.Region, from.region, related)
}

// spotOf returns where the events of a trail are, as far as a default bus is concerned: in its region, or in every one.
// everywhere says that this is so of accounts, too.
func spotOf(trail, bus *Node) (from spot, everywhere bool) {
	from = spot{trail.Account, trail.Region, trail.Symbols}
	if all, ok := trail.Attrs.Bool("multi_region").Get(); !ok || all {
		from.region, from.symbols.Region = bus.Region, bus.Symbols.Region
	}
	everywhere, ok := trail.Attrs.Bool("organization").Get()
	return from, ok && everywhere
}

// displace marks the hop of a trail to a default bus that may be of another account or region.
func (l *linker) displace(e *Edge, trail, bus *Node, rule *Resource) {
	from, everywhere := spotOf(trail, bus)
	if everywhere {
		from.account, from.symbols.Account = bus.Account, bus.Symbols.Account
	}
	l.mayBeApart(e, rule, trail, from, spot{bus.Account, bus.Region, bus.Symbols})
}

// drawElsewhere draws to a rule whose default bus may be one of another input's what buckets emit there.
func (l *linker) drawElsewhere(onBus *EdgeKind, r *Resource, bus *Node, emitters map[NodeID][]*Node, takes func(*Node) Tri) {
	here := spot{bus.Account, bus.Region, bus.Symbols}
	for _, other := range l.ofKind[KindBus] {
		if name, _ := literal(other.Name); other == bus || name != "default" || same(other.Account, bus.Account) == No || same(other.Region, bus.Region) == No {
			continue
		}
		there := spot{other.Account, other.Region, other.Symbols}
		if what, _ := there.apart(here); what == "" || !bus.Implied || !other.Implied {
			continue
		}
		var accepts []NodeID
		for _, n := range emitters[other.ID] {
			if n.Kind == KindBucket && takes(n) != No {
				accepts = append(accepts, n.ID)
			}
		}
		if len(accepts) == 0 {
			continue
		}
		e := l.edge(onBus, r, other, l.nodeOf[r], item{}, "")
		slices.Sort(accepts)
		e.Accepts = slices.Compact(accepts)
		l.mayBeApart(e, r, other, there, here)
	}
}
