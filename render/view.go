package render

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// hidden is printed in the place of every sensitive value.
const hidden = "(sensitive)"

// view answers what every format asks of a report: what a node is called, which finding is its worst,
// which edges are one set. It escapes nothing.
type view struct {
	r       *analyzer.Report
	twins   map[twin]int              // nodes of a kind that are called the same
	sets    map[string][]*graph.Edge  // one-of sets, by name
	worst   map[graph.NodeID]worstOf  // of the violated findings that stand
	hops    map[string]*graph.Edge    // by identifier; of the graph, else of the one before
	readers map[graph.NodeID][]string // names of who may read from a node
	fresh   map[string]bool           // findings that the change brought, by ID
	// builds says that there was no hop before the plan: where everything is new, nothing is marked as new.
	builds bool
	// cutHops are the hops that the change severs or leads elsewhere, be it for a moment.
	cutHops map[string]bool
	turn    turn
	// settings are what the plan alters, the worst first.
	settings []settingOf
}

type twin struct {
	kind graph.Kind
	name string
}

type worstOf struct {
	severity analyzer.Severity
	rule     string
	count    int
}

func newView(r *analyzer.Report) *view {
	v := &view{
		r: r, twins: map[twin]int{}, sets: map[string][]*graph.Edge{}, worst: map[graph.NodeID]worstOf{},
		hops: map[string]*graph.Edge{}, fresh: map[string]bool{}, readers: map[graph.NodeID][]string{}, cutHops: map[string]bool{},
	}
	for n := range r.Graph.Nodes() {
		v.twins[twin{n.Kind, rawName(n)}]++
	}
	for _, reader := range r.Readers {
		v.readers[reader.Node] = append(v.readers[reader.Node], v.reader(reader))
	}
	for _, g := range []*graph.Graph{r.Before, r.Graph} {
		if g == nil {
			continue
		}
		for e := range g.Hops() {
			v.hops[e.ID] = e
			if g == r.Graph && e.OneOf != "" {
				v.sets[e.OneOf] = append(v.sets[e.OneOf], e)
			}
		}
	}
	restored := map[string]bool{} // hops that somebody cut outside of Terraform, and that the plan mends
	if r.Change != nil {
		for _, h := range r.Change.Severed {
			v.cutHops[h.Hop.ID] = true
		}
		for _, h := range r.Change.Rewired {
			v.cutHops[h.Hop.ID] = true
		}
		for _, h := range r.Change.Drifted {
			if v.hops[h.Hop.ID] == nil {
				v.hops[h.Hop.ID] = h.Hop
			}
			if h.Restored {
				restored[h.Hop.ID] = true
			}
		}
	}
	for _, f := range r.Findings {
		if f.Verdict != analyzer.Violated || f.Suppressed != "" || v.cutHops[f.Hop] || f.Rule == ruleDrift && restored[f.Hop] {
			continue // a hop that is cut says so itself
		}
		id := f.Node
		if e := v.hops[f.Hop]; id == "" && e != nil {
			id = e.From
		}
		w := v.worst[id]
		if w.count++; f.Severity > w.severity {
			w.severity, w.rule = f.Severity, f.Rule
		}
		v.worst[id] = w
	}
	v.builds = r.Change != nil && r.Before != nil && r.Before.NumHops() == 0
	if r.Change != nil {
		for _, f := range r.Change.Weakened {
			v.fresh[f.ID] = true
		}
	}
	v.turn = v.turned()
	if r.Change != nil {
		v.settings = v.settingsOf(r.Change.Altered)
	}
	return v
}

// reader names who may read, and says where that has conditions.
func (v *view) reader(r analyzer.Reader) string {
	if r.Conditional {
		return v.principal(r.Principal) + " (on conditions)"
	}
	return v.principal(r.Principal)
}

// principal names a principal: everyone, an account, or by its name.
func (v *view) principal(id graph.NodeID) string {
	s := v.name(id)
	s = strings.TrimPrefix(s, "iam.principal/")
	switch {
	case s == "*":
		return "anyone"
	case graph.IsAccountID(s):
		return "account " + s
	}
	return s
}

// node finds a node of the graph, or else of the graph before.
func (v *view) node(id graph.NodeID) *graph.Node {
	if n := v.r.Graph.Node(id); n != nil || v.r.Before == nil {
		return n
	}
	return v.r.Before.Node(id)
}

// name returns what to call a node: its name where it has one of its own, else its address.
func (v *view) name(id graph.NodeID) string {
	n := v.node(id)
	if n == nil {
		return string(id)
	}
	s := rawName(n)
	if v.twins[twin{n.Kind, s}] < 2 || s == n.Address {
		return s
	}
	if n.Address != "" {
		return s + " (" + n.Address + ")"
	}
	if place := placeOf(n); place != "" {
		return s + " (" + place + ")"
	}
	return s
}

// nameLines returns the name of a node, and beside it what tells it apart from others of the name.
func (v *view) nameLines(id graph.NodeID) []string {
	n, s := v.node(id), v.name(id)
	if n == nil {
		return []string{s}
	}
	raw := rawName(n)
	if rest, ok := strings.CutPrefix(s, raw+" ("); ok && strings.HasSuffix(rest, ")") {
		return []string{raw, strings.TrimSuffix(rest, ")")}
	}
	return []string{s}
}

// rawName returns the name of a node, be it unique or not.
func rawName(n *graph.Node) string {
	if n.Unresolved {
		return "unknown " + graph.InfoOf(n.Kind).Label
	}
	t, known := n.Name.Get()
	if known && n.Name.Sensitive() {
		return cmp.Or(addressName(n), hidden)
	}
	if n.Kind == graph.KindKey && n.Address != "" {
		return addressName(n) // the name of a key is a random number
	}
	if s, ok := t.Literal(); known && ok && strings.TrimSpace(s) != "" {
		return s
	}
	if n.Address != "" {
		return addressName(n)
	}
	if known && !t.IsEmpty() {
		return t.String()
	}
	if s, ok := shownText(n.ARN); ok && s != "" {
		return s
	}
	return string(n.ID)
}

// addressName returns what to call a node that has no name of its own.
func addressName(n *graph.Node) string { return cmp.Or(n.Title, n.Address) }

// placeOf returns the account and region of a node, as far as they are known.
func placeOf(n *graph.Node) string {
	account, _ := shownString(n.Account)
	region, _ := shownString(n.Region)
	if account != "" && region != "" {
		return account + " " + region
	}
	return account + region
}

// hopName spells a hop for people.
func (v *view) hopName(e *graph.Edge) string { return v.name(e.From) + " → " + v.name(e.To) }

// where names what a finding is about.
func (v *view) where(f *analyzer.Finding) string {
	if f.Node != "" {
		return v.name(f.Node)
	}
	if e := v.hops[f.Hop]; e != nil {
		return v.hopName(e)
	}
	return cmp.Or(f.Hop, f.About)
}

// address returns the address of what a finding is about, where its name does not say it already.
func (v *view) address(f *analyzer.Finding) string {
	n := v.node(f.Node)
	if n == nil || n.Address == "" || strings.Contains(v.name(f.Node), n.Address) {
		return ""
	}
	return n.Address
}

// shownString returns a known string that may be printed.
func shownString(v graph.Value[string]) (string, bool) {
	s, ok := v.Get()
	if ok && v.Sensitive() {
		return hidden, true
	}
	return s, ok
}

// shownText returns a known text that may be printed.
func shownText(v graph.Value[graph.Text]) (string, bool) {
	t, ok := v.Get()
	if ok && v.Sensitive() {
		return hidden, true
	}
	return t.String(), ok
}

// count spells a number of things.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if len(one) > 1 && one[len(one)-1] == 'y' && one[len(one)-2] != 'e' && one[len(one)-2] != 'a' {
		return strconv.Itoa(n) + " " + one[:len(one)-1] + "ies"
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// list joins the first few of many and says how many more there are.
func list(all []string) string {
	out := ""
	for i, s := range all {
		if i == fewNames && len(all) > fewNames+1 {
			return out + " and " + strconv.Itoa(len(all)-i) + " more"
		}
		if i > 0 {
			out += ", "
		}
		out += s
	}
	return out
}
