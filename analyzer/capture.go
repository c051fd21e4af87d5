package analyzer

import (
	"fmt"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// capture is what a trail or event data store records of management events.
type capture struct {
	node          *graph.Node
	selectors     []selector
	attr          string      // where they are
	state         graph.State // Absent: it has none, Unknown: nothing is known of them
	reads, writes share
}

func captureOf(n *graph.Node) capture {
	c := capture{node: n}
	c.selectors, c.attr, c.state = selectorsOf(n)
	c.reads, c.writes = shareOf(c.selectors, true), shareOf(c.selectors, false)
	return c
}

// of returns what is taken of reads, or of writes.
func (c capture) of(readOnly bool) share {
	if readOnly {
		return c.reads
	}
	return c.writes
}

// some says whether a source records any management event. A basic selector for them takes reads or writes, even
// where it is not known which, and cannot leave out all services.
func (c capture) some() graph.Tri {
	out := c.reads.any.Or(c.writes.any)
	if c.attr != "event_selectors" {
		return out
	}
	blocks, _ := blocksOf(c.node, c.attr)
	for _, b := range blocks {
		on, known := b.Bool("management").Get()
		out = out.Or(graph.TriOf(known && on))
	}
	return out
}

// captures yields what the sources of a chain record, where it is known whether they have selectors.
func captures(p *Pass, yield func(capture)) {
	for n := range p.Chain(graph.KindTrail, graph.KindEventStore) {
		if c := p.index.capture(n); c.state != graph.Unknown && isOfCalls(c) {
			yield(c)
		}
	}
}

// isOfCalls says that a source may record calls. An event data store can be of configuration items, of Insights,
// or of what others put into it, instead.
func isOfCalls(c capture) bool {
	return c.node.Kind == graph.KindTrail || c.state == graph.Unknown || c.takesCategory("Management", "Data", "NetworkActivity")
}

// takesCategory says that a selector may take events of one of the categories.
func (c capture) takesCategory(names ...string) bool {
	for _, s := range c.selectors {
		for _, name := range names {
			takes := graph.Yes
			for _, cl := range s {
				if cl.field == fieldCategory {
					takes = takes.And(cl.takes(event{fieldCategory: graph.Literal(name)}))
				}
			}
			if takes != graph.No {
				return true
			}
		}
	}
	return false
}

// recordsData says that a source has data or network events to record.
func recordsData(c capture) bool {
	if c.takesCategory("NetworkActivity") {
		return true
	}
	if c.attr != "event_selectors" {
		return c.takesCategory("Data")
	}
	blocks, _ := blocksOf(c.node, c.attr)
	for _, b := range blocks {
		if v := b.Blocks("data_resources"); v.State() == graph.Unknown || len(v.Or(nil)) > 0 {
			return true
		}
	}
	return false
}

// label calls a source what it is.
func label(n *graph.Node) string { return graph.InfoOf(n.Kind).Label }

// isRecording says whether a source takes in what it selects.
func isRecording(n *graph.Node) graph.Tri {
	if n.Kind == graph.KindTrail {
		on, known := n.Attrs.Bool("logging").Get()
		return triFlag(on, known)
	}
	off, known := n.Attrs.Bool("suspended").Get()
	return triFlag(!off, known)
}

// seesAll says that a source is certain to be open to all events that n is open to: those of its account, in its
// regions. Nodes of one input are of one account unless they are known not to be.
func seesAll(o, n *graph.Node) bool {
	is := func(node *graph.Node, attr string) bool { return node.Attrs.Bool(attr).Or(false) }
	if is(n, "organization") && !is(o, "organization") || !is(o, "organization") && sameOwner(o, n) == graph.No {
		return false
	}
	if is(o, "multi_region") {
		return true
	}
	only, known := n.Attrs.Bool("multi_region").Get()
	return known && !only && sameString(o.Region, n.Region) == graph.Yes
}

// others returns sources of the input that are certain to record and to see all that n does, one at least of those
// that are alike.
func others(ix *index, n *graph.Node) []capture {
	var out []capture
	for _, o := range ix.recording() {
		if o.node.ID != n.ID && seesAll(o.node, n) {
			out = append(out, o)
		}
	}
	return out
}

// elsewhere returns which other source is certain to record all events of the classes, among the reads or the writes.
func elsewhere(ix *index, n *graph.Node, reads, writes []cell) (graph.NodeID, bool) {
	for _, o := range others(ix, n) {
		if o.state != graph.Unknown && o.has(reads, true) && o.has(writes, false) {
			return o.node.ID, true
		}
	}
	return "", false
}

// recordedBeside returns which other source is certain to record the usual events, reads and writes, of all that n is open
// to; of all regions, where that is asked for.
func recordedBeside(ix *index, n *graph.Node, everywhere bool) (graph.NodeID, bool) {
	for _, o := range others(ix, n) {
		if everywhere && !o.node.Attrs.Bool("multi_region").Or(false) || o.state == graph.Unknown {
			continue
		}
		if o.reads.usual.And(o.writes.usual) == graph.Yes {
			return o.node.ID, true
		}
	}
	return "", false
}

func (c capture) has(cells []cell, readOnly bool) bool {
	mine := c.of(readOnly)
	for _, x := range cells {
		if taken(c.selectors, x.event(readOnly)) != graph.Yes {
			return false
		}
		if mine.usual != graph.Yes || !mine.complete {
			return false
		}
		for _, u := range mine.unlike {
			if u.taken != graph.Yes && !apartFrom(u, x) {
				return false
			}
		}
	}
	return true
}

// apartFrom says that no event is of both classes: they are of different values of one field.
func apartFrom(a, b cell) bool {
	for _, x := range a.differs {
		for _, y := range b.differs {
			if x.field == y.field && x.value.Equal(y.value) == graph.No {
				return true
			}
		}
	}
	return false
}

// lessened lowers a severity to low where another source of the input records what this one leaves out, and says so.
func lessened(ix *index, n *graph.Node, s Severity, message string, reads, writes []cell) (Severity, string, []Option) {
	if isRecording(n) == graph.No {
		s = min(s, Low) // it records nothing at all: TG101 and TG356 say so
	}
	id, ok := elsewhere(ix, n, reads, writes)
	if !ok {
		return s, message, nil
	}
	return min(s, Low), message + "; another " + label(ix.Node(id)) + " of the input records that", []Option{also(id, "it records what is left out here")}
}

// also adds another node as evidence.
func also(id graph.NodeID, what string) Option {
	return func(f *Finding) { f.Evidence = append(f.Evidence, Evidence{Where: string(id), What: what}) }
}

// selected adds the selectors of a source as evidence.
func selected(c capture) Option {
	if c.state == graph.Absent {
		return Because(c.node, c.attr, "it has no selectors: all management events")
	}
	var out []string
	blocks, _ := blocksOf(c.node, c.attr)
	for i, s := range c.selectors {
		switch {
		case i == 3 && len(c.selectors) > 4:
			out = append(out, fmt.Sprintf("%d more", len(c.selectors)-i))
		case i > 3 && len(c.selectors) > 4:
		case c.attr == "event_selectors":
			out = append(out, basicSpelled(blocks[i]))
		default:
			out = append(out, s.String())
		}
	}
	return Because(c.node, c.attr, c.attr+": "+strings.Join(out, "; or "))
}

// String spells a selector in one line.
func (s selector) String() string {
	var out []string
	for _, c := range s {
		field := c.field
		switch {
		case c.secret:
			field = "(sensitive)"
		case field == "":
			field = "(unknown)"
		}
		if c.missing {
			continue
		}
		for i, v := range c.values() {
			if t := spelled(v, c.sensitive); t != "" {
				out = append(out, field+[]string{" = ", " ≠ ", " starts with ", " does not start with ", " ends with ", " does not end with "}[i]+t)
			}
		}
	}
	if len(out) == 0 {
		return "(unknown)"
	}
	return strings.Join(out, " and ")
}

func spelled(v graph.Value[[]graph.Text], hidden bool) string {
	values, known := v.Get()
	switch {
	case v.State() == graph.Unknown:
		return "(unknown)"
	case !known || len(values) == 0:
		return ""
	case hidden:
		return "(sensitive)"
	}
	var out []string
	for i, t := range values {
		if i == 4 && len(values) > 5 {
			out = append(out, fmt.Sprintf("%d more", len(values)-i))
			break
		}
		out = append(out, t.String())
	}
	return strings.Join(out, ", ")
}

// basicSpelled spells a basic selector in one line.
func basicSpelled(b graph.Attrs) string {
	out := "management is " + shown(b.Bool("management")) + ", read_write is " + shown(b.Text("read_write"))
	if not := b.Texts("exclude_sources"); spelled(not, not.Sensitive()) != "" {
		out += ", without " + spelled(not, not.Sensitive())
	}
	if v := b.Blocks("data_resources"); v.State() == graph.Unknown || len(v.Or(nil)) > 0 {
		out += ", with data events"
	}
	return out
}
