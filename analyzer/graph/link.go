package graph

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxCandidates bounds the set of a one-of edge. Beyond it the target is one unresolved node that says
// how many candidates there are: hundreds of edges of which one is real would tell a reader nothing.
const maxCandidates = 64

// Link draws the graph of an inventory: it resolves references, applies fragments to the nodes they
// belong to, and draws every edge of the edge table. It never guesses: a reference that may lead to
// several nodes becomes a set of edges marked one-of, one that leads to nothing in the inventory becomes
// an external node, and one of which nothing is known becomes an unresolved node and a [Gap].
//
// Link takes the inventory over: its resources must not be used, or linked again, afterwards.
func Link(inv Inventory) *Graph {
	l := &linker{
		g:        &Graph{byID: map[NodeID]*Node{}, out: map[NodeID][]*Edge{}, in: map[NodeID][]*Edge{}, ofKind: map[Kind][]*Node{}, gaps: slices.Clone(inv.Gaps), ignores: ignoresOf(inv), settles: cmp.Or(inv.SettledBy, SettledBySource), conditions: conditionsOf(inv.Worlds)},
		byAddr:   map[addrKey]*Resource{},
		nodeOf:   map[*Resource]*Node{},
		byName:   map[nameKey][]*Node{},
		byKey:    map[nameKey][]*Node{},
		symbolic: map[symbolKey][]*Node{},
		buses:    map[string]*Node{},
		feeds:    map[*Resource][]*Node{},
		followed: map[*Resource]targets{},
		emitting: map[emission][]*Node{},
		houses:   map[[2]string]string{},
		edges:    map[edgeKey]*Edge{},
		ofKind:   map[Kind][]*Node{},
		policies: map[string]*Policy{},
		doubts:   map[nameKey][]*Node{},
		spelt:    map[*Node]Text{},
	}
	l.declare(inv.Resources)
	l.homes = l.homesOf()
	l.observe()
	l.lookups()
	l.fragments()
	l.hold()
	l.complete()
	l.defaults()
	l.draw()
	l.writers()
	l.finish()
	return l.g
}

type (
	addrKey struct{ scope, addr string }
	nameKey struct {
		kind Kind
		name string
	}
	symbolKey struct {
		kind  Kind
		scope string // symbols mean something within the input that uses them
		text  string
	}
	edgeKey struct {
		kind     string
		from, to NodeID
		via      string
		block    int
		oneOf    string
	}
)

type linker struct {
	g         *Graph
	resources []*Resource
	byAddr    map[addrKey]*Resource
	nodeOf    map[*Resource]*Node
	byName    map[nameKey][]*Node   // by literal name
	byKey     map[nameKey][]*Node   // by the kind's other identifier; by ARN, under KindAny
	symbolic  map[symbolKey][]*Node // nodes whose name or ARN is not literal, by its spelling
	buses     map[string]*Node      // default buses, by the account and region that have them
	feeds     map[*Resource][]*Node // metrics that a metric filter writes
	followed  map[*Resource]targets // what fragments and stand-ins belong to
	emitting  map[emission][]*Node  // trails whose events reach a bus
	houses    map[[2]string]string  // account of each provider configuration, by input; empty: several
	edges     map[edgeKey]*Edge
	ofKind    map[Kind][]*Node
	policies  map[string]*Policy  // parsed, by text
	homes     map[string]home     // by input
	doubts    map[nameKey][]*Node // nodes that an ARN may be, where it may be none of them
	drawn     map[*Edge]bool      // edges of the scenario that is being drawn
	seen      []*sighting         // what was observed, with the nodes that it is
	spelt     map[*Node]Text      // ARNs as their inputs spell them, where an observation knows them better
	scenario  map[string]bool     // conditions of that scenario
}

// declare makes a node of every resource that is one and indexes all of them by address.
func (l *linker) declare(resources []Resource) {
	l.resources = make([]*Resource, len(resources))
	for i := range resources {
		l.resources[i] = &resources[i]
	}
	slices.SortStableFunc(l.resources, compareResources)
	all := l.resources
	l.resources = l.resources[:0]
	for _, r := range all {
		key := addrKey{r.Scope, r.Address}
		_, dup := l.byAddr[key]
		if r.observable() {
			if l.seen = append(l.seen, &sighting{of: r}); !dup { // it is declared when all others are
				l.byAddr[key] = r
			}
			continue
		}
		if dup {
			l.gap("declaration "+r.Address, r.Address, ReasonMalformed, "an input that declares each address once")
			continue
		}
		l.byAddr[key] = r
		l.resources = append(l.resources, r)
		if !r.Fragment && !r.Lookup {
			l.node(r)
		}
	}
	for _, r := range l.resources {
		if n := l.nodeOf[r]; n != nil {
			l.index(n)
			l.house(n, r)
		}
	}
}

func compareResources(a, b *Resource) int {
	return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Pos.String(), b.Pos.String()))
}

// node makes the node that a resource is.
func (l *linker) node(r *Resource) *Node {
	n := &Node{
		ID: NodeID(qualify(r.Scope, r.Address)), Kind: r.Kind, Type: r.Type, Address: r.Address, Scope: r.Scope, Provider: r.Provider, Pos: r.Pos, Title: r.Title,
		Name: r.Name, ARN: r.ARN, Partition: r.Partition, Account: r.Account, Region: r.Region, Symbols: r.Symbols, Attrs: r.Attrs,
		Doubt: r.Doubt, SettledBy: r.SettledBy, Presence: r.Presence, Scenarios: r.Scenarios,
	}
	if arn, ok := literal(r.ARN); ok && r.observable() && l.g.byID[NodeID(arn)] == nil {
		n.ID = NodeID(arn) // as that of an external node, whatever the input is called
	}
	if n.Attrs == nil {
		n.Attrs = Attrs{}
		r.Attrs = n.Attrs
	}
	l.add(n)
	l.nodeOf[r] = n
	return n
}

// house notes which account a provider configuration acts in, as far as its resources say so with one voice.
func (l *linker) house(n *Node, r *Resource) {
	account, ok := n.Account.Get()
	if !ok || !IsAccountID(account) || r.Observed {
		return
	}
	key := [2]string{r.Scope, r.Provider}
	if was, seen := l.houses[key]; seen && was != account {
		account = ""
	}
	l.houses[key] = account
}

func qualify(scope, addr string) string {
	if scope == "" {
		return addr
	}
	return scope + ":" + addr
}

func (l *linker) add(n *Node) {
	l.g.byID[n.ID] = n
	l.g.nodes = append(l.g.nodes, n)
	l.ofKind[n.Kind] = append(l.ofKind[n.Kind], n)
}

// index completes what is known of a node's identity and files it under every name others may use.
func (l *linker) index(n *Node) {
	if arn, ok := literal(n.ARN); ok {
		if a, ok := ParseARN(arn); ok {
			if !n.ARN.Sensitive() { // else they are parts of what must not be shown
				fill(&n.Partition, a.Partition)
				fill(&n.Account, a.Account)
				fill(&n.Region, a.Region)
			}
			_, name, _ := a.Identify()
			if n.Name.State() == Unknown && name != "" && !InfoOf(n.Kind).Assigned {
				n.Name = marked(n.ARN, Literal(name))
			}
		}
	} else if n.Name.State() == Known {
		if arn := synthesise(n); arn.State() == Known {
			n.ARN = arn
		}
	}
	info := InfoOf(n.Kind)
	if info.Role == RoleConnector {
		return // nothing refers to a connector by its name
	}
	if name, ok := literal(n.Name); ok {
		l.file(l.byName, nameKey{n.Kind, name}, n)
	}
	if arn, ok := literal(n.ARN); ok {
		l.file(l.byKey, nameKey{KindAny, arn}, n)
	}
	for _, v := range []Value[Text]{n.Name, n.ARN} {
		if t, ok := v.Get(); ok && !t.IsLiteral() {
			k := symbolKey{n.Kind, n.Scope, t.String()}
			if all := l.symbolic[k]; len(all) == 0 || all[len(all)-1] != n {
				l.symbolic[k] = append(all, n)
			}
		}
	}
	if info.Key != "" {
		if key, ok := literal(n.Attrs.Text(info.Key)); ok {
			l.file(l.byKey, nameKey{n.Kind, key}, n)
		}
	}
	if name, _ := literal(n.Name); n.Kind == KindBus && name == "default" {
		if key := place(n.Account, n.Region, n.Scope, l.providerOf(n)); l.buses[key] == nil {
			l.buses[key] = n
		}
	}
}

// file files a node under a name.
func (*linker) file(m map[nameKey][]*Node, k nameKey, n *Node) {
	if all := m[k]; k.name != "" && (len(all) == 0 || all[len(all)-1] != n) {
		m[k] = append(all, n)
	}
}

func fill(v *Value[string], s string) {
	if v.State() == Unknown && s != "" {
		*v = KnownOf(s)
	}
}

// literal returns the string of a known, wholly literal text.
func literal(v Value[Text]) (string, bool) {
	t, ok := v.Get()
	if !ok {
		return "", false
	}
	return t.Literal()
}

// lookups ties data sources to what they look up: the declared node of the same name, or an external one.
func (l *linker) lookups() {
	for _, r := range l.resources {
		if !r.Lookup || r.Fragment {
			continue
		}
		clear(l.followed) // a lookup that was found since may be what something belongs to
		if n := l.lookup(r); n != nil {
			l.nodeOf[r] = n
			continue
		}
		n := &Node{
			ID: NodeID(qualify(r.Scope, r.Address)), Kind: r.Kind, Type: r.Type, Address: r.Address, Scope: r.Scope, Pos: r.Pos, Title: r.Title, Name: r.Name, ARN: r.ARN,
			Partition: r.Partition, Account: r.Account, Region: r.Region, External: true, Attrs: Attrs{},
		}
		l.add(n)
		l.nodeOf[r] = n
		l.index(n)
	}
	clear(l.followed)
}

// lookup returns the one node that a data source is certain to look up, or nil.
func (l *linker) lookup(r *Resource) *Node {
	kinds := []Kind{r.Kind}
	for _, v := range []Value[Text]{r.ARN, r.Name} {
		t, ok := v.Get()
		if !ok || t.IsEmpty() {
			continue
		}
		var found []*Node
		if s, lit := t.Literal(); lit {
			found = l.find(ident(s, kinds), r)
		} else if refs, rest := l.resolveRefs(t, kinds, r); !rest && len(refs) > 0 {
			found = refs
		} else {
			found = l.resolveSymbol(t, kinds, r.Scope)
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return nil
}

// defaults gives every declared node what holds of the attributes that nobody set: the default of AWS, or
// absence. The table of a kind is made once, and shared.
func (l *linker) defaults() {
	made := map[Kind]Attr{}
	for _, n := range l.g.nodes {
		if !n.Declared() {
			continue
		}
		attr, ok := made[n.Kind]
		if !ok {
			all := defaults{}
			for _, row := range AttributesOf(n.Kind) {
				all[row.Name] = unset{plain: Attr{Value: row.Unset()}, flag: row.Flag, then: Attr{Value: DefaultOf(row.Then)}}
			}
			attr.Value = KnownOf[any](all)
			made[n.Kind] = attr
		}
		n.Attrs[keyDefaults] = attr
	}
}

// Unset returns the value of the attribute in a resource that does not set it.
func (a AttrInfo) Unset() Value[any] {
	if a.Default == nil {
		return AbsentOf[any]()
	}
	return DefaultOf(a.Default)
}

func (l *linker) gap(what, where string, why Reason, settledBy string) {
	l.g.gaps = append(l.g.gaps, Gap{What: what, Where: where, Reason: why, SettledBy: settledBy})
}

// draw draws the edges of the edge table, then the implied ones.
func (l *linker) draw() {
	byDecl := map[Kind][]*Resource{}
	for _, r := range l.resources {
		if !r.Lookup && !r.Removed {
			byDecl[r.Kind] = append(byDecl[r.Kind], r)
		}
	}
	table := edgeTable()
	for i := range table {
		e := &table[i]
		for _, k := range e.Decls {
			for _, r := range byDecl[k] {
				if len(r.Scenarios) > 0 {
					l.drawScenarios(e, r)
					continue
				}
				l.drawEdge(e, r)
			}
		}
	}
	l.drawImplied(byDecl[KindRule])
}

func (l *linker) drawEdge(e *EdgeKind, r *Resource) {
	switch {
	case !l.carries(r, e):
	case e.draw != nil:
		e.draw(l, e, r)
	default:
		drawGeneral(l, e, r)
	}
}

// carries says whether the declaration has the attributes of the edge kind at all, and is the one that
// counts: an in-line attribute that a fragment sets as well is only a mirror of it.
func (l *linker) carries(r *Resource, e *EdgeKind) bool {
	attr := cmp.Or(e.To.Attr, e.From.Attr)
	if attr == "" {
		return true
	}
	name, _, _ := strings.Cut(attr, "[")
	if _, ok := r.Attrs.Get(name); !ok {
		return false
	}
	if n := l.nodeOf[r]; n != nil {
		return n.Attrs[name].Origin == ""
	}
	return true
}

// finish sorts everything, numbers edges that are alike, and walks the chains.
func (l *linker) finish() {
	g := l.g
	slices.SortFunc(g.nodes, func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) })
	sortEdges := func(edges []*Edge) {
		slices.SortStableFunc(edges, func(a, b *Edge) int {
			return cmp.Or(cmp.Compare(a.Kind.ID, b.Kind.ID), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Via, b.Via))
		})
		alike := 1
		for i, e := range edges {
			e.ID = e.Kind.ID + " " + string(e.From) + " -> " + string(e.To)
			if alike++; i == 0 || edges[i-1].Kind.ID != e.Kind.ID || edges[i-1].From != e.From || edges[i-1].To != e.To {
				alike = 1
			}
			if alike > 1 {
				e.ID += " #" + strconv.Itoa(alike)
			}
		}
	}
	sortEdges(g.hops)
	sortEdges(g.support)
	for _, edges := range [][]*Edge{g.hops, g.support} {
		for _, e := range edges {
			g.out[e.From] = append(g.out[e.From], e)
			g.in[e.To] = append(g.in[e.To], e)
		}
	}
	for _, n := range g.nodes {
		slices.Sort(n.Origins)
		n.Origins = slices.Compact(n.Origins)
		g.ofKind[n.Kind] = append(g.ofKind[n.Kind], n)
	}
	slices.SortFunc(g.gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What), cmp.Compare(string(a.Reason), string(b.Reason)))
	})
	g.gaps = slices.Compact(g.gaps)
	g.walk()
}
