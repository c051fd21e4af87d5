package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	maxDepth  = 14 // hops of one tree; what lies deeper goes on in a tree of its own
	maxOneOf  = 12 // candidates of one set that are printed
	maxName   = 56 // runes of a name in a tree
	maxColumn = 46 // at which facts stand at most
)

// spot is a place of a tree: a node, and on a bus whose events arrived, for its rules tell emitters apart.
type spot struct{ id, emitter graph.NodeID }

// forest holds the chains as trees: every line of a drawing belongs to one parent, and the sub-tree of
// every spot hangs on the shortest way from a root, events before signals before dead letters.
type forest struct {
	v       *view
	d       *drawing
	kids    map[graph.NodeID][]*line
	home    map[spot]*line // where the sub-tree of a spot is printed; nil for roots
	shown   map[spot]bool
	walked  map[*line]bool
	cut     map[string]int // one-of sets: candidates that are not printed
	pending []*line        // too deep: go on in a tree of their own
	takers  map[spot]taker
	alike   map[string]taker // by what the rules of a bus take
	roots   []spot
}

// rankOf orders hops by what travels along them.
func rankOf(e *graph.Edge) int {
	return slices.Index([]graph.Flow{graph.FlowEvents, graph.FlowSignal, graph.FlowDeadLetter, graph.FlowCopy}, e.Kind.Flow)
}

func (v *view) forest(d *drawing) *forest {
	f := &forest{
		v: v, d: d, kids: map[graph.NodeID][]*line{}, home: map[spot]*line{}, shown: map[spot]bool{}, walked: map[*line]bool{}, cut: map[string]int{},
		takers: map[spot]taker{}, alike: map[string]taker{},
	}
	for i := range d.lines {
		l := &d.lines[i]
		f.kids[l.from] = append(f.kids[l.from], l)
	}
	order := chainOrder()
	for _, lines := range f.kids {
		slices.SortStableFunc(lines, func(a, b *line) int {
			return cmp.Or(cmp.Compare(rankOf(a.edge), rankOf(b.edge)), cmp.Compare(order[a.edge.Kind.ID], order[b.edge.Kind.ID]),
				cmp.Compare(a.edge.OneOf, b.edge.OneOf), cmp.Compare(v.name(a.to), v.name(b.to)), cmp.Compare(a.to, b.to), cmp.Compare(a.edge.ID, b.edge.ID))
		})
	}
	for id, lines := range f.kids {
		f.kids[id] = f.bound(id, lines)
	}
	f.settle()
	return f
}

// chainOrder numbers the kinds of edges in the order of a chain.
func chainOrder() map[string]int {
	out := map[string]int{}
	for i, k := range graph.EdgeKinds() {
		out[k.ID] = i
	}
	return out
}

// bound drops the candidates of a set that are too many to print.
func (f *forest) bound(id graph.NodeID, lines []*line) []*line {
	seen := map[string]int{}
	out := lines[:0]
	for _, l := range lines {
		if set := l.edge.OneOf; set != "" {
			if seen[set]++; seen[set] > maxOneOf {
				f.cut[string(id)+"\x00"+set]++
				continue
			}
		}
		out = append(out, l)
	}
	return out
}

// settle finds the roots, and the home of every spot.
func (f *forest) settle() {
	var visited []spot
	visit := func(s spot, l *line) {
		if _, ok := f.home[s]; !ok {
			f.home[s] = l
			visited = append(visited, s)
		}
	}
	root := func(id graph.NodeID) {
		f.roots = append(f.roots, spot{id: id})
		visit(spot{id: id}, nil)
	}
	spread := func() {
		// What is cut comes last: what still arrives by another way is printed there.
		for rank := range 5 {
			for i := 0; i < len(visited); i++ { //nolint:intrange // it grows meanwhile
				for _, l := range f.onward(visited[i]) {
					if rank == 4 || !l.gone() && rankOf(l.edge) <= rank {
						f.walked[l] = true
						visit(f.spotOf(l), l)
					}
				}
			}
		}
	}
	loose := false
	for _, id := range f.v.r.Graph.Roots() {
		// What a trail reaches hangs on the trail, be another root as near as it may.
		if r := f.v.r.Graph.Reach(id); !loose && r != nil && !r.Traced {
			loose = true
			spread()
		}
		root(id)
	}
	spread()
	if f.v.r.Before == nil {
		return
	}
	// What hangs on a root that the plan takes away, and then whatever else it takes away.
	for _, id := range f.v.r.Before.Roots() {
		if _, ok := f.home[spot{id: id}]; !ok && len(f.kids[id]) > 0 {
			root(id)
			spread()
		}
	}
	for i := range f.d.lines {
		l := &f.d.lines[i]
		if _, ok := f.home[spot{id: l.from}]; !ok && l.gone() && !f.walked[l] {
			root(l.from)
			spread()
		}
	}
}

// gone says that the hop is no more after the plan.
func (l *line) gone() bool {
	return l.fate == fateSevered || l.fate == fateRewired || l.fate == fateDrifted
}

func (f *forest) spotOf(l *line) spot {
	if n := f.v.node(l.to); n != nil && n.Kind == graph.KindBus {
		return f.taker(spot{l.to, l.from}).spot
	}
	return spot{id: l.to}
}

// onward returns the hops that events take from a spot.
func (f *forest) onward(s spot) []*line {
	if s.emitter == "" {
		return f.kids[s.id]
	}
	return f.taker(s).lines
}

// taker is what a bus passes on of the events of an emitter. The spot is that of the first emitter of which
// it passes on the same: to a reader they are one place.
type taker struct {
	spot  spot
	lines []*line
}

func (f *forest) taker(s spot) taker {
	if t, ok := f.takers[s]; ok {
		return t
	}
	t := taker{spot: s}
	key := []byte(s.id + "\x00")
	for i, l := range f.kids[s.id] {
		took := len(l.edge.Accepts) == 0
		if !took {
			_, took = slices.BinarySearch(l.edge.Accepts, s.emitter)
		}
		if took {
			t.lines = append(t.lines, l)
			key = strconv.AppendInt(append(key, ' '), int64(i), 36)
		}
	}
	if first, ok := f.alike[string(key)]; ok {
		t = first
	} else {
		f.alike[string(key)] = t
	}
	f.takers[s] = t
	return t
}

// row is one line of a tree, before it is known where its facts stand.
type row struct {
	left, under []piece // the line up to the name; what lines that continue it begin with
	facts       []piece
}

// tree returns the rows of the tree of a root, without the root itself.
func (f *forest) tree(s spot) []row {
	f.shown[s] = true
	var rows []row
	f.grow(&rows, s, "", 0)
	return rows
}

func (f *forest) grow(rows *[]row, s spot, prefix string, depth int) {
	lines := f.onward(s)
	width := f.kindWidth(lines)
	boughs := f.boughs(s.id, lines)
	for i, b := range boughs {
		branch, down := "├─ ", "│  "
		if i == len(boughs)-1 {
			branch, down = "└─ ", "   "
		}
		if len(b.lines) == 1 {
			f.hop(rows, b.lines[0], b, prefix, branch, down, width, depth)
			continue
		}
		f.oneOf(rows, b, prefix, branch, down, depth)
	}
}

// kindWidth is the width of the column of kinds.
func (f *forest) kindWidth(lines []*line) int {
	width := 0
	for _, l := range lines {
		width = max(width, len(shortKind(f.kind(l.to))))
	}
	return width
}

// oneOf prints the candidates of a set under a line of their own.
func (f *forest) oneOf(rows *[]row, b bough, prefix, branch, down string, depth int) {
	label := oneOfLabel(len(b.lines)+b.cut, len(f.v.sets[b.lines[0].edge.OneOf]))
	head := row{left: []piece{{prefix + branch, inkDim}, {"? ", inkYellow}, {label + often(b.count), inkYellow}}, under: []piece{{prefix + down, inkDim}}}
	head.facts = carriedBy(b.by)
	*rows = append(*rows, head)
	width := f.kindWidth(b.lines)
	for i, l := range b.lines {
		branch, under := "├─ ", "│  "
		if i == len(b.lines)-1 && b.cut == 0 {
			branch, under = "└─ ", "   "
		}
		f.hop(rows, l, bough{}, prefix+down, branch, under, width, depth)
	}
	if b.cut > 0 {
		*rows = append(*rows, row{left: []piece{{prefix + down + "└─ ", inkDim}, {"… and " + strconv.Itoa(b.cut) + " more candidates", inkDim}}})
	}
}

// oneOfLabel says how many hops of a set are here, and how many there are where others lead from elsewhere.
func oneOfLabel(here, all int) string {
	if all > here {
		return "one of " + strconv.Itoa(all) + ", " + strconv.Itoa(here) + " from here"
	}
	return "one of " + strconv.Itoa(here)
}

func (f *forest) kind(id graph.NodeID) graph.Kind {
	if n := f.v.node(id); n != nil {
		return n.Kind
	}
	return ""
}

//nolint:gochecknoglobals // a table
var markInks = [...]ink{markPlain: inkDim, markWorks: inkGreen, markBroken: inkRed, markUnknown: inkYellow, markExternal: inkBlue}

// hop prints a hop and the tree of what it leads to, or where that tree stands.
func (f *forest) hop(rows *[]row, l *line, b bough, prefix, branch, down string, width, depth int) {
	to := f.spotOf(l)
	m := f.v.mark(l.edge)
	sign, signInk, nameInk := m.String(), markInks[m], inkPlain
	switch {
	case l.gone():
		sign, signInk, nameInk = markBroken.String(), inkRed, inkDim
	case m == markBroken:
		nameInk = inkRed
	case (l.fate == fateAdded || l.fate == fateMended) && m == markPlain:
		sign, signInk = "+", inkGreen
	}
	r := row{
		left: []piece{
			{prefix + branch, inkDim},
			{sign + " ", signInk},
			{pad(visible(shortKind(f.kind(l.to))), width) + "  ", inkDim},
			put(nameInk, clip(f.v.name(l.to), maxName)+often(b.count)),
		},
		under: []piece{{prefix + down, inkDim}},
	}
	home, repeated := f.home[to], false
	switch {
	case f.shown[to]:
		r.left[3].ink, repeated = inkDim, true
		r.facts = append(r.facts, piece{"↑ above", inkDim})
	case home != l:
		r.left[3].ink, repeated = inkDim, true
		r.facts = append(r.facts, piece{"↓ below", inkDim})
	}
	r.facts = append(r.facts, f.facts(l, repeated)...)
	if b.count > 1 {
		r.facts = append(r.facts, carriedBy(b.by)...)
	}
	if repeated {
		*rows = append(*rows, r)
		return
	}
	if depth+1 >= maxDepth && len(f.onward(to)) > 0 {
		r.facts = append(r.facts, piece{"↓ goes on below", inkDim})
		*rows = append(*rows, r)
		f.pending = append(f.pending, l)
		return
	}
	f.shown[to] = true
	*rows = append(*rows, r)
	f.grow(rows, to, prefix+down, depth+1)
}

// facts are what is said of a hop and the node it leads to, the worst first.
func (f *forest) facts(l *line, repeated bool) []piece {
	var out []piece
	e, to := l.edge, f.v.node(l.to)
	add := func(i ink, s string) { out = append(out, put(i, s)) }
	if label := fateLabels[l.fate]; label != "" {
		i := inkRed
		if l.fate == fateAdded || l.fate == fateMended {
			i = inkGreen
		}
		add(i, strings.TrimPrefix(strings.TrimPrefix(label, "✖ "), "+ "))
	}
	if l.gone() {
		switch r := f.v.r.Graph.Reach(l.to); {
		case f.d.gone[l.to]:
			add(inkRed, "gone after this change")
		case !repeated && (r == nil || !r.Traced):
			add(inkRed, "no trail's event arrives any more")
		}
		return out
	}
	if f.v.turn.dark[l.to] && !repeated && l.fate == fateBroken {
		add(inkRed, "no trail's event arrives any more")
	}
	if e.Status == graph.StatusBroken {
		why := cmp.Or(e.Why, "broken")
		if p := e.Pos.String(); p != "" {
			why += " (" + clip(p, maxName) + ")"
		}
		add(inkRed, why)
	}
	if to == nil {
		return out
	}
	switch {
	case to.Unresolved:
		add(inkYellow, string(to.Why))
	case to.External && !endpoint(to.Kind):
		add(inkBlue, "not in the input")
	}
	if s := onlyIf(e); s != "" {
		add(inkYellow, s)
	}
	if set := f.v.sets[e.OneOf]; e.OneOf != "" && !f.grouped(l) {
		add(inkYellow, "one of "+strconv.Itoa(len(set)))
	}
	for _, s := range hopFacts(f.v, e) {
		add(inkDim, s)
	}
	if repeated {
		return out
	}
	for _, s := range facts(to) {
		add(inkDim, s)
	}
	if names := f.v.readers[l.to]; len(names) > 0 {
		add(inkPlain, "read by "+list(names))
	}
	if w, ok := f.v.worst[l.to]; ok {
		add(severityInks[w.severity], worstLabel(w))
	}
	return out
}

// grouped says that the candidates of the hop's set stand together, under a line that counts them.
func (f *forest) grouped(l *line) bool {
	n := 0
	for _, o := range f.kids[l.from] {
		if o.edge.OneOf == l.edge.OneOf && o.edge.Kind.ID == l.edge.Kind.ID {
			n++
		}
	}
	return n > 1
}

// endpoint says that a kind is never declared: it is always outside, and to say so of it says nothing.
func endpoint(k graph.Kind) bool {
	return k == graph.KindHTTP || k == graph.KindEmail || k == graph.KindSMS
}

// worstLabel names the worst finding of a node, and how many more there are.
func worstLabel(w worstOf) string {
	s := "⚠ " + w.rule + " " + w.severity.String()
	if w.count > 1 {
		s += " +" + strconv.Itoa(w.count-1)
	}
	return s
}

//nolint:gochecknoglobals // a table
var severityInks = [...]ink{analyzer.None: inkDim, analyzer.Low: inkBlue, analyzer.Medium: inkYellow, analyzer.High: inkRed, analyzer.Critical: inkLoud}
