package analyzer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// cellLimit bounds the number of classes of events that are told apart. Selectors that ask for more are judged
// by one field at a time.
const cellLimit = 1 << 13

// axis is a field of management events and the values of it that selectors tell apart, the usual one first.
type axis struct {
	field  string
	values []graph.Text
	hidden bool // a selector keeps its values secret
	secret bool // and which field it is
}

// bounded are the fields that have few values, the usual one first.
func bounded(field string) []graph.Text {
	literals := func(values ...string) []graph.Text {
		var out []graph.Text
		for _, v := range values {
			out = append(out, graph.Literal(v))
		}
		return out
	}
	switch field {
	case fieldConsole:
		return literals("false", "true")
	case fieldType:
		return literals("AwsApiCall", "AwsServiceEvent", "AwsConsoleAction", "AwsConsoleSignIn")
	}
	return nil
}

// axes returns the fields that selectors tell management events apart by, in order of their names. For every
// string there is a value among those of its field that each clause treats alike.
func axes(selectors []selector) []axis {
	var out []axis
	byField := map[string][]clause{}
	for _, s := range selectors {
		for _, c := range s {
			if c.field != "" && c.field != fieldCategory && c.field != fieldReadOnly {
				byField[c.field] = append(byField[c.field], c)
			}
		}
	}
	for field, clauses := range byField {
		a := axis{field: field, values: bounded(field)}
		for _, c := range clauses {
			a.hidden, a.secret = a.hidden || c.sensitive, a.secret || c.secret
		}
		if a.values == nil {
			a.values = apart(clauses)
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(x, y axis) int { return cmp.Compare(x.field, y.field) })
	return out
}

// apart returns values of a field that clauses tell apart: any other one, those that they spell, and any other
// one with each prefix and suffix that they spell.
func apart(clauses []clause) []graph.Text {
	free := graph.Literal(fresh)
	var whole []graph.Text
	heads, tails := []graph.Text{{}}, []graph.Text{{}}
	for _, c := range clauses {
		for i, v := range c.values() {
			list := []*[]graph.Text{&whole, &whole, &heads, &heads, &tails, &tails}[i]
			if v.State() == graph.Unknown {
				whole = append(whole, graph.Hole(v.Reason()))
			}
			*list = append(*list, v.Or(nil)...)
		}
	}
	out := []graph.Text{free}
	for _, h := range heads {
		for _, t := range tails {
			if !h.IsEmpty() || !t.IsEmpty() {
				out = append(out, graph.Join(h, free, t))
			}
		}
	}
	out = append(out, whole...)
	slices.SortStableFunc(out[1:], func(a, b graph.Text) int { return cmp.Compare(a.String(), b.String()) })
	return slices.CompactFunc(out, func(a, b graph.Text) bool { return a.Equal(b) == graph.Yes })
}

// cell is a class of management events: those that differ from the usual ones in the fields given.
type cell struct {
	differs []difference
	taken   graph.Tri
}

type difference struct {
	field          string
	value          graph.Text
	hidden, secret bool
}

func (c cell) event(readOnly bool) event {
	e := event{fieldCategory: graph.Literal("Management"), fieldReadOnly: graph.Literal("false")}
	if readOnly {
		e[fieldReadOnly] = graph.Literal("true")
	}
	for _, f := range []string{fieldConsole, fieldType} {
		e[f] = bounded(f)[0]
	}
	for _, d := range c.differs {
		e[d.field] = d.value
	}
	return e
}

// within says that each event of c is one of d.
func (c cell) within(d cell) bool {
	for _, x := range d.differs {
		if !slices.ContainsFunc(c.differs, func(y difference) bool { return x.field == y.field && x.value.String() == y.value.String() }) {
			return false
		}
	}
	return true
}

// cells returns the classes of events that axes tell apart, the usual one first, then those that differ in one
// field, and so on; and whether these are all of them.
func cells(all []axis) ([]cell, bool) {
	n := 1
	for _, a := range all {
		n = min(n*len(a.values), cellLimit+1)
	}
	out := []cell{{}}
	for _, a := range all {
		base := len(out)
		if n > cellLimit {
			base = 1
		}
		for _, c := range out[:base] {
			for _, v := range a.values[1:] {
				differs := append(slices.Clone(c.differs), difference{a.field, v, a.hidden, a.secret})
				out = append(out, cell{differs: differs})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y cell) int { return cmp.Compare(len(x.differs), len(y.differs)) })
	return out, n <= cellLimit
}

// taken says whether one of the selectors takes an event.
func taken(selectors []selector, e event) graph.Tri {
	out := graph.No
	for _, s := range selectors {
		out = out.Or(s.takes(e))
	}
	return out
}

// share is what selectors take of the reads, or of the writes, among management events.
type share struct {
	usual graph.Tri // the usual ones: those that no selector names
	any   graph.Tri // some at all
	// unlike are the least special classes that are not treated like the usual ones, and whether they are taken.
	unlike   []cell
	complete bool // nothing but these is treated otherwise
}

// shareOf computes what selectors take of reads or of writes.
func shareOf(selectors []selector, readOnly bool) share {
	all, complete := cells(axes(selectors))
	out := share{usual: taken(selectors, all[0].event(readOnly)), complete: complete}
	out.any = out.usual
	for _, c := range all[1:] {
		c.taken = taken(selectors, c.event(readOnly))
		out.any = out.any.Or(c.taken)
		if c.taken == out.usual {
			continue
		}
		if !slices.ContainsFunc(out.unlike, func(u cell) bool { return c.within(u) && u.taken == c.taken }) {
			out.unlike = append(out.unlike, c)
		}
	}
	if !complete {
		out.any = out.any.Or(graph.Maybe)
	}
	return out
}

// String says which events a class is of, as the object of "does not record".
func (c cell) String() string {
	var out []string
	for _, d := range c.differs {
		v := strings.ReplaceAll(d.value.String(), fresh, "*")
		if d.hidden {
			v = "(sensitive)"
		}
		switch {
		case d.secret:
			out = append(out, "events that a sensitive selector names")
		case d.field == fieldConsole && v == "true":
			out = append(out, "calls made in console sessions")
		case d.field == fieldConsole:
			out = append(out, "calls made outside of console sessions")
		case d.field == fieldUser:
			out = append(out, "calls by "+v)
		case d.field == fieldSource:
			out = append(out, "calls to "+v)
		case d.field == fieldType:
			out = append(out, "events of type "+v)
		case d.field == fieldName:
			out = append(out, v)
		default:
			out = append(out, "events whose "+d.field+" is "+v)
		}
	}
	return strings.Join(out, " that are also ")
}
