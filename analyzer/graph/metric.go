package graph

import (
	"cmp"
	"slices"
)

// drawMetrics draws the log group of a metric filter to each metric that the filter feeds.
func drawMetrics(l *linker, e *EdgeKind, r *Resource) {
	// The metric is where the log group is: a filter has no ARN that would tell.
	home := *r
	for _, from := range l.end(e.From, r) {
		if len(from.nodes) == 1 {
			fillFrom(&home.Partition, from.nodes[0].Partition)
			fillFrom(&home.Account, from.nodes[0].Account)
			fillFrom(&home.Region, from.nodes[0].Region)
		}
	}
	for i, it := range items(r.Attrs, e.To.Attr) {
		var namespace Value[Text]
		if it.block != nil {
			namespace = it.block.Text("namespace")
		}
		n := l.metric(namespace, it.value, &home, it.what)
		l.feeds[r] = append(l.feeds[r], n)
		for _, from := range l.end(e.From, r) {
			l.connect(e, r, from, targets{nodes: []*Node{n}}, item{block: r.Attrs, index: i, what: it.what})
		}
	}
}

// fillFrom takes over a string that is known.
func fillFrom(v *Value[string], from Value[string]) {
	if v.State() == Unknown && from.State() == Known {
		*v = from
	}
}

// metric returns the node of a metric, which exists by being written to.
func (l *linker) metric(namespace, name Value[Text], r *Resource, what string) *Node {
	ns, ok1 := namespace.Get()
	nm, ok2 := name.Get()
	full := Join(ns, Literal("/"), nm)
	if !ok1 || !ok2 || slices.ContainsFunc(full.Parts(), func(p Part) bool { return p.Kind == PartHole }) {
		why := name.Reason()
		if ok2 {
			why = namespace.Reason()
		}
		if ok1 && ok2 {
			why = full.Reason()
		}
		return l.unresolved([]Kind{KindMetric}, r, what, cmp.Or(why, ReasonNotInInput))
	}
	id := NodeID("cloudwatch.metric/" + full.String() + "@" + place(r.Account, r.Region, r.Scope, r.Provider))
	if !full.IsLiteral() {
		id = NodeID("cloudwatch.metric/" + qualify(r.Scope, full.String()) + "@" + place(r.Account, r.Region, r.Scope, r.Provider))
	}
	hidden := namespace.Sensitive() || name.Sensitive()
	if hidden {
		id = NodeID("cloudwatch.metric of " + qualify(r.Scope, r.Address) + "." + what)
	}
	if n := l.g.byID[id]; n != nil {
		return n
	}
	n := &Node{ID: id, Kind: KindMetric, Implied: true, Scope: r.Scope, Name: KnownOf(full), Partition: r.Partition, Account: r.Account, Region: r.Region, Attrs: Attrs{}}
	if hidden {
		n.Name = n.Name.Hide()
	}
	l.add(n)
	l.index(n)
	return n
}

// drawAlarm draws an alarm on a metric that a metric filter feeds; other metrics are not of a chain.
func drawAlarm(l *linker, e *EdgeKind, r *Resource) {
	nm, ok1 := r.Attrs.Text("metric").Get()
	space, ok2 := r.Attrs.Text("namespace").Get()
	if !ok1 || !ok2 {
		return
	}
	full := Join(space, Literal("/"), nm)
	var found []*Node
	if s, ok := full.Literal(); ok {
		found = l.find(identity{kind: KindMetric, name: s}, nil)
	} else if found = l.resolveSymbol(full, []Kind{KindMetric}, r.Scope); len(found) == 0 {
		for _, ref := range nm.Refs() {
			found = append(found, l.feeds[l.byAddr[addrKey{r.Scope, ref.Address}]]...)
		}
	}
	found = slices.DeleteFunc(slices.Clone(found), func(n *Node) bool {
		return !sameOr(n.Account, r.Account, n.Scope == r.Scope) || !sameOr(n.Region, r.Region, n.Scope == r.Scope)
	})
	l.connect(e, r, targets{nodes: found, oneOf: len(found) > 1}, l.own(r), item{what: "metric"})
}
