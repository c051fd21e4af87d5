package graph

import (
	"maps"
	"slices"
)

// sighting is a resource that was observed, and the nodes that it is.
type sighting struct {
	of    *Resource
	arn   string
	nodes []*Node
}

// observable says that a resource was observed and can be told by its ARN. What ties others together has none, and
// is a declaration as any other.
func (r *Resource) observable() bool {
	arn, ok := literal(r.ARN)
	_, isARN := ParseARN(arn)
	return r.Observed && ok && isARN && !r.Fragment && !r.Lookup && InfoOf(r.Kind).Role != RoleConnector
}

// observe finds out which nodes the resources are that were observed, and makes a node of each that no input declares.
// It comes before all references are followed, so that what is referred to by an ARN is the one node that has it.
// Whose a sighting is stands on declarations alone, not on what other sightings have come to be.
func (l *linker) observe() {
	l.seen = onceEach(l.seen)
	claims := map[*Node]int{}
	for _, s := range l.seen {
		var named bool
		if s.nodes, named = l.declared(s); named {
			claims[s.nodes[0]]++
		}
	}
	for _, s := range l.seen {
		if len(s.nodes) == 1 && claims[s.nodes[0]] > 1 { // it has the name of several, and may be any of them
			s.nodes = nil
		}
		if len(s.nodes) == 0 {
			n := l.node(s.of)
			n.Observed = true
			l.index(n)
			l.resources = append(l.resources, s.of)
			s.nodes = []*Node{n}
			continue
		}
		l.nodeOf[s.of] = s.nodes[0]
		for _, n := range s.nodes {
			l.identify(n, s)
		}
	}
	slices.SortStableFunc(l.resources, compareResources)
}

// onceEach puts together what was seen more than once: AWS's own policies are in the dump of every account.
func onceEach(all []*sighting) []*sighting {
	first := map[nameKey]*sighting{}
	out := all[:0]
	for _, s := range all {
		s.arn, _ = literal(s.of.ARN)
		key := nameKey{s.of.Kind, s.arn}
		had := first[key]
		if had == nil {
			first[key] = s
			out = append(out, s)
			continue
		}
		attrs := had.of.Attrs.Clone()
		for name, attr := range s.of.Attrs {
			if was, ok := attrs[name]; ok && !sameValue(was.Value, attr.Value) { // at two times, and nobody says which is the later
				attr.Value = UnknownOf[any](ReasonTwoWriters)
			}
			if attrs == nil {
				attrs = Attrs{}
			}
			attrs[name] = attr
		}
		had.of.Attrs = attrs
	}
	return out
}

// declared returns the declared nodes that a sighting is: those of its ARN, or else the only one that has its name and
// may be of its account, and whose own ARN is not known.
func (l *linker) declared(s *sighting) (nodes []*Node, named bool) {
	for _, n := range l.byKey[nameKey{KindAny, s.arn}] {
		if n.Kind == s.of.Kind && !slices.Contains(nodes, n) {
			nodes = append(nodes, n)
		}
	}
	name, ok := literal(s.of.Name)
	if len(nodes) > 0 || !ok {
		return nodes, false
	}
	for _, n := range l.byName[nameKey{s.of.Kind, name}] {
		if _, told := literal(n.ARN); !told && !slices.Contains(nodes, n) && mayBeAt(n, s.of, "path") && mayBeAt(n, s.of, InfoOf(n.Kind).Key) {
			nodes = append(nodes, n)
		}
	}
	nodes, _ = l.located(nodes, ident(s.arn, []Kind{s.of.Kind}))
	if len(nodes) != 1 {
		return nil, false
	}
	return nodes, true
}

// mayBeAt says that an attribute that is part of an identity does not tell a node from what was observed.
func mayBeAt(n *Node, r *Resource, attr string) bool {
	row, ok := AttributeOf(n.Kind, attr)
	if !ok {
		return true
	}
	value := func(a Attrs) Value[Text] {
		if v := a.Text(attr); v.Reason() != ReasonNotInInput {
			return v
		}
		return convert(row.Unset(), func(v any) (Text, bool) { t, ok := v.(Text); return t, ok })
	}
	a, okA := value(n.Attrs).Get()
	b, okB := value(r.Attrs).Get()
	return !okA || !okB || a.Equal(b) != No
}

// identify tells a declared node what the observation knows of its identity.
func (l *linker) identify(n *Node, s *sighting) {
	if _, told := literal(n.ARN); !told {
		if spelt, ok := n.ARN.Get(); ok {
			l.spelt[n] = spelt
		}
		n.ARN = marked(n.Name, Literal(s.arn))
		l.file(l.byKey, nameKey{KindAny, s.arn}, n)
	}
	if key, ok := literal(s.of.Attrs.Text(InfoOf(n.Kind).Key)); ok && unsaid(n.Attrs[InfoOf(n.Kind).Key]) {
		l.file(l.byKey, nameKey{n.Kind, key}, n)
	}
	r := l.byAddr[addrKey{n.Scope, n.Address}]
	if a, ok := ParseARN(s.arn); ok {
		for _, into := range []struct{ account, partition *Value[string] }{{&n.Account, &n.Partition}, {&r.Account, &r.Partition}} {
			fill(into.account, a.Account)
			fill(into.partition, a.Partition)
		}
	}
	if n.Title == "" {
		n.Title = s.of.Title
	}
	if !n.Name.Sensitive() {
		n.Origins = append(n.Origins, s.of.Address)
	}
}

// complete gives the nodes that were observed what the observation says of them, once it is known what fragments have
// set and which inline policies are declared beside them.
func (l *linker) complete() {
	for _, s := range l.seen {
		for _, n := range s.nodes {
			if n.Observed {
				if inline := n.Attrs["inline"]; inline.Origin == "" && inline.Value.State() == Known {
					n.Attrs["inline"] = l.joinInline(n, Attr{}, inline)
				}
				continue
			}
			l.join(n, n.Attrs, s.of.Attrs)
			for _, scenario := range l.byAddr[addrKey{n.Scope, n.Address}].Scenarios {
				l.join(n, scenario.Attrs, s.of.Attrs)
			}
		}
	}
}

// join adds to the attributes of a declared node what was observed. What the declarations say counts; of lists that are
// not theirs alone it is one part.
func (l *linker) join(n *Node, attrs, observed Attrs) {
	if attrs == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(observed)) {
		had, seen := attrs[name], observed[name]
		seen.Observed = true
		row, _ := AttributeOf(n.Kind, name)
		switch {
		case had.Origin != "" || n.Attrs[name].Origin != "": // a fragment sets it
		case name == "boundary": // a declaration without one takes it away
		case name == "inline":
			attrs[name] = l.joinInline(n, had, seen)
		case row.Type == TypeTexts && !unsaid(had):
			attrs[name] = joinTexts(had, seen)
		case unsaid(had):
			attrs[name] = seen
		}
	}
}

// unsaid says that nobody set an attribute.
func unsaid(a Attr) bool { return a.Value.IsDefault() || a.Value.Reason() == ReasonNotInInput }

// joinTexts returns what a declaration lists, and what was seen besides.
func joinTexts(had, seen Attr) Attr {
	if had.Value.State() == Absent {
		return seen
	}
	mine, ok := had.Value.Get()
	theirs, seenOK := seen.Value.Get()
	list, isList := mine.([]Text)
	more, areTexts := theirs.([]Text)
	if !ok || !seenOK || !isList || !areTexts {
		return had
	}
	out := slices.Clone(list)
	for _, t := range more {
		if !slices.ContainsFunc(list, func(u Text) bool { return t.Equal(u) == Yes }) {
			out = append(out, t)
		}
	}
	if len(out) == len(list) {
		return had
	}
	value := KnownOf[any](out)
	if had.Value.Sensitive() {
		value = value.Hide()
	}
	had.Value, had.Observed = value, true
	return had
}

// joinInline returns the inline policies that a declaration has within a principal, and those that were seen besides. One
// that may be a declared one, or that a list of all of them may leave out, is there, and what it says is not known.
func (l *linker) joinInline(n *Node, had, seen Attr) Attr {
	mine, _ := had.Value.Get()
	theirs, _ := seen.Value.Get()
	blocks, _ := mine.([]Attrs)
	more, known := theirs.([]Attrs)
	switch {
	case had.Value.State() == Unknown && !unsaid(had), !known && !unsaid(had):
		return had
	case !known:
		return seen
	}
	out := slices.Clone(blocks)
	for _, b := range more {
		over := l.overruled(n, blocks, b)
		if over == Yes {
			continue
		}
		b = b.Clone()
		for name, attr := range b {
			attr.Observed = true
			if name == "policy" && over == Maybe {
				attr.Value = UnknownOf[any](ReasonOneOf)
			}
			b[name] = attr
		}
		out = append(out, b)
	}
	if len(out) == len(blocks) && !unsaid(had) {
		return had
	}
	value := KnownOf[any](out)
	if had.Value.Sensitive() {
		value = value.Hide()
	}
	had.Value, had.Observed = value, true
	return had
}

// overruled says whether an inline policy that was seen is one of those that the inputs declare, within the principal or
// beside it, or is taken away because it is none of those that may be there.
func (l *linker) overruled(n *Node, blocks []Attrs, seen Attrs) Tri {
	name, ok := seen.Text("name").Get()
	if !ok {
		return Maybe
	}
	is := func(declared Value[Text]) Tri {
		if t, ok := declared.Get(); ok {
			return t.Equal(name)
		}
		return Maybe // nobody says what it is called
	}
	over := No
	for _, b := range blocks {
		over = over.Or(is(b.Text("name")))
	}
	for _, h := range l.g.held[n.ID] {
		it := is(h.Policy.Name)
		if h.OneOf || h.Policy.Doubt != "" {
			it = it.And(Maybe)
		}
		over = over.Or(it)
	}
	switch only := n.Attrs.Texts("only_inline"); {
	case only.State() == Known:
		listed := No
		for _, t := range only.Or(nil) {
			listed = listed.Or(t.Equal(name))
		}
		over = over.Or(listed.Not())
	case only.State() == Unknown && only.Reason() != ReasonNotInInput:
		over = over.Or(Maybe)
	}
	return over
}

// sameValue says that two values are certain to be the same, lists and blocks included.
func sameValue(a, b Value[any]) bool {
	if a.State() != b.State() || a.State() == Unknown {
		return false
	}
	x, _ := a.Get()
	y, _ := b.Get()
	switch v := x.(type) {
	case []Text:
		u, ok := y.([]Text)
		return ok && slices.EqualFunc(v, u, func(s, t Text) bool { return s.Equal(t) == Yes })
	case []Attrs:
		u, ok := y.([]Attrs)
		return ok && slices.EqualFunc(v, u, func(s, t Attrs) bool {
			return maps.EqualFunc(s, t, func(p, q Attr) bool { return sameValue(p.Value, q.Value) })
		})
	}
	return a.State() == Absent || sameDatum(a, b)
}
