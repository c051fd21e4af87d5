package analyzer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// watchers are the trails that may record data events, by the buckets that their selectors name.
type watchers struct {
	naming map[string][]*graph.Node // by node or name of the bucket: one of those that say the same of it
	others []*graph.Node            // a few of those that say the same of every bucket that they do not name
}

// watchersOf returns the trails among which are some that record the objects of a bucket, if any does.
func (ix *index) watchersOf(n *graph.Node) []*graph.Node {
	if ix.watchers == nil {
		ix.watchers = ix.findWatchers()
	}
	w := ix.watchers
	out := slices.Clone(w.naming[string(n.ID)])
	if name, known := n.Name.Get(); known && name.IsLiteral() {
		out = append(out, w.naming[namePrefix+name.String()]...)
	}
	return append(out, w.others...)
}

// namePrefix tells names of buckets from nodes.
const namePrefix = "\x00"

func (ix *index) findWatchers() *watchers {
	w := &watchers{naming: map[string][]*graph.Node{}}
	seen, sets := map[string]bool{}, map[string]int{}
	for t := range ix.OfKind(graph.KindTrail) {
		on, known := t.Attrs.Bool("logging").Get()
		if !t.Declared() || known && !on {
			continue
		}
		k := watcherKey{ix: ix, trail: t}
		k.add(placeKey(t), flagKey(t, "logging"), t.Scope)
		if !k.selectors() {
			continue
		}
		key := k.text.String()
		slices.Sort(k.names)
		k.names = slices.Compact(k.names)
		for _, name := range k.names {
			if !seen[name+key] {
				seen[name+key] = true
				w.naming[name] = append(w.naming[name], t)
			}
		}
		// Those with other names stand in where one names the very bucket that is asked for.
		if set := "\x01" + strings.Join(k.names, "\x01") + key; !seen[set] && sets[key] < 3 {
			seen[set] = true
			sets[key]++
			w.others = append(w.others, t)
		}
	}
	return w
}

// watcherKey spells what the selectors of a trail say of data events, but for the buckets that they name.
type watcherKey struct {
	ix    *index
	trail *graph.Node
	text  strings.Builder
	names []string
	// unknown numbers the values that are not known in the order they come: what they are called does not
	// matter, only which of them are the same.
	unknown map[string]int
}

func (k *watcherKey) add(parts ...string) {
	for _, p := range parts {
		k.text.WriteString("\x00" + p)
	}
}

// selectors adds the selectors, and says whether any may take data events.
func (k *watcherKey) selectors() bool {
	some := false
	basic, state := blocksOf(k.trail, "event_selectors")
	k.add(state.String())
	some = some || state == graph.Unknown
	for _, s := range basic {
		rw, resources := s.Text("read_write"), s.Blocks("data_resources")
		k.add("or", rw.State().String(), rw.Or(graph.Text{}).String(), resources.State().String())
		some = some || resources.State() == graph.Unknown
		for _, r := range resources.Or(nil) {
			k.add("type", r.Text("type").State().String(), r.Text("type").Or(graph.Text{}).String())
			k.values(r.Texts("values"))
			some = true
		}
	}
	advanced, state := blocksOf(k.trail, "advanced_selectors")
	k.add(state.String())
	some = some || state == graph.Unknown
	for _, s := range advancedSelectors(advanced) {
		k.add("or")
		for _, c := range s {
			k.add("and", c.field)
			for _, v := range c.values() {
				k.values(v)
			}
		}
		some = true
	}
	return some
}

func (k *watcherKey) values(v graph.Value[[]graph.Text]) {
	k.add(v.State().String())
	for _, t := range v.Or(nil) {
		k.add("value")
		for _, p := range t.Parts() {
			switch p.Kind {
			case graph.PartLiteral:
				k.literal(p.Literal)
			case graph.PartRef:
				k.ref(p.Ref)
			case graph.PartHole:
				k.add("hole")
			}
		}
	}
}

// literal adds a literal. One that spells the ARN of objects of one bucket names it.
func (k *watcherKey) literal(s string) {
	if before, rest, ok := strings.Cut(s, ":s3:::"); ok {
		if name, path, whole := strings.Cut(rest, "/"); whole && name != "" {
			k.names = append(k.names, namePrefix+name)
			k.add(before, path)
			return
		}
	}
	k.add(s)
}

func (k *watcherKey) ref(r graph.Ref) {
	if n := k.ix.Node(scoped(k.trail, r)); n != nil && n.Kind == graph.KindBucket {
		k.names = append(k.names, string(n.ID))
		k.add("bucket", r.Attr)
		return
	}
	if r.Attr == "" && strings.HasPrefix(r.Address, unknownSymbol) {
		if k.unknown == nil {
			k.unknown = map[string]int{}
		}
		if _, seen := k.unknown[r.Address]; !seen {
			k.unknown[r.Address] = len(k.unknown)
		}
		k.add("unknown", strconv.Itoa(k.unknown[r.Address]))
		return
	}
	k.add(r.String())
}

// scoped returns the node that a reference of a node's source is to.
func scoped(n *graph.Node, r graph.Ref) graph.NodeID {
	if n.Scope != "" {
		return graph.NodeID(n.Scope + ":" + r.Address)
	}
	return graph.NodeID(r.Address)
}
