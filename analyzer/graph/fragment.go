package graph

// fragments applies the attributes of fragments to the nodes they belong to. Where the node is not
// certain, nothing is claimed of any candidate: what the fragment sets is unknown on each of them.
func (l *linker) fragments() {
	type group struct {
		kind  Kind
		scope string
	}
	loose := map[group]Attrs{}
	for _, r := range l.resources {
		if !r.Fragment || r.Lookup || r.Of.State() == Absent {
			continue
		}
		if r.Removed {
			l.withdraw(r)
			continue
		}
		t := l.resolveOf(r)
		switch {
		case len(t.nodes) == 1 && !t.oneOf && !t.nodes[0].Unresolved && r.Doubt != "" && (t.nodes[0].Doubt != r.Doubt || l.providerOf(t.nodes[0]) != r.Provider):
			blur(r.Address, r.Attrs, t.nodes[0], ReasonDoubtful)
		case len(t.nodes) == 1 && !t.oneOf && !t.nodes[0].Unresolved:
			l.apply(r, t.nodes[0])
		case len(t.nodes) > 0 && !t.nodes[0].Unresolved:
			for _, n := range t.nodes {
				blur(r.Address, r.Attrs, n, ReasonOneOf)
			}
		default:
			key := group{ofKind(r.Kind), r.Scope}
			if loose[key] == nil {
				loose[key] = Attrs{}
			}
			for name, attr := range r.Attrs {
				if attr.Value.State() != Absent {
					loose[key][name] = attr
				}
			}
		}
	}
	for key, attrs := range loose {
		for _, n := range l.ofKind[key.kind] {
			if n.Declared() && n.Scope == key.scope {
				blur("", attrs, n, ReasonUnattached)
			}
		}
	}
}

// withdraw unsets on its node what a removed fragment had set, unless another fragment sets it.
func (l *linker) withdraw(r *Resource) {
	s, ok := literal(r.Of)
	if !ok {
		return
	}
	found := l.find(ident(s, []Kind{ofKind(r.Kind)}), r)
	if len(found) != 1 || !found[0].Declared() {
		return // the node goes with it
	}
	n := found[0]
	n.Origins = append(n.Origins, r.Address)
	for name, attr := range r.Attrs {
		if had, ok := n.Attrs[name]; !ok || had.Origin == "" {
			attr.Origin = r.Address
			n.Attrs[name] = attr
		}
	}
}

// apply sets the attributes of a fragment on its node. A fragment overrules what the node itself says
// in line, which providers fill with a mirror of the fragment; two fragments that differ leave the
// attribute unknown, for the last writer wins and nobody knows which that is.
func (l *linker) apply(r *Resource, n *Node) {
	n.Origins = append(n.Origins, r.Address)
	for name, attr := range r.Attrs {
		attr.Origin = r.Address
		if attr.Pos.IsZero() {
			attr.Pos = r.Pos
		}
		had, ok := n.Attrs[name]
		switch {
		case !ok, had.Origin == "", had.Value.Reason() == ReasonOneOf, had.Value.Reason() == ReasonUnattached:
			n.Attrs[name] = attr
		case attr.Value.State() == Absent, attr.Value.IsDefault():
		case had.Value.State() == Absent, had.Value.IsDefault():
			n.Attrs[name] = attr
		case !sameDatum(had.Value, attr.Value):
			had.Value, had.Statements = UnknownOf[any](ReasonTwoWriters), nil
			n.Attrs[name] = had
		}
	}
}

// blur makes attributes unknown on a node that a fragment may belong to, unless another is certain to.
func blur(origin string, attrs Attrs, n *Node, why Reason) {
	for name, attr := range attrs {
		if attr.Value.State() == Absent {
			continue
		}
		if had, ok := n.Attrs[name]; !ok || had.Origin == "" && had.Value.Reason() != why {
			n.Attrs[name] = Attr{Value: UnknownOf[any](why), Origin: origin}
		}
	}
}

// sameDatum says that two values are certain to be equal; lists of blocks are not compared.
func sameDatum(a, b Value[any]) bool {
	x, okX := a.Get()
	y, okY := b.Get()
	if !okX || !okY {
		return false
	}
	switch v := x.(type) {
	case Text:
		u, ok := y.(Text)
		return ok && v.Equal(u) == Yes
	case bool, int64:
		return x == y
	}
	return false
}
