package analyzer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// selector takes the events for which all its clauses hold. A source records what any of its selectors takes.
type selector []clause

// clause is the condition of a selector on one field of an event. A value that selects is enough, a value that
// excludes is too much, and with no value that selects everything is:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html
type clause struct {
	field             string // empty: not known which
	selects, excludes comparisons
	missing           bool // it should be there, and is not
	sensitive, secret bool // a value is not to be shown; nor is the field
}

// comparisons are the values of the three operators.
type comparisons struct{ equal, starts, ends graph.Value[[]graph.Text] }

// The fields of events that selectors are about.
const (
	fieldCategory = "eventCategory"
	fieldReadOnly = "readOnly"
	fieldSource   = "eventSource"
	fieldName     = "eventName"
	fieldType     = "eventType"
	fieldConsole  = "sessionCredentialFromConsole"
	fieldUser     = "userIdentity.arn"
	fieldResource = "resources.type"
	fieldARN      = "resources.ARN"
)

// fresh is the character of strings that no selector spells: what stands for all other values of a field.
const fresh = "\uffff"

// comparer compares a field of an event with one value of a clause.
type comparer func(graph.Text) graph.Tri

// judge evaluates the clause with a comparer for each operator.
func (c clause) judge(equal, starts, ends comparer) graph.Tri {
	if c.missing || c.field == "" {
		return graph.Maybe
	}
	selected, some := graph.No, false
	out := graph.Yes
	for _, op := range []struct {
		compare           comparer
		selects, excludes graph.Value[[]graph.Text]
	}{
		{compare: equal, selects: c.selects.equal, excludes: c.excludes.equal},
		{compare: starts, selects: c.selects.starts, excludes: c.excludes.starts},
		{compare: ends, selects: c.selects.ends, excludes: c.excludes.ends},
	} {
		if op.selects.State() == graph.Unknown {
			selected, some = selected.Or(graph.Maybe), true
		}
		for _, v := range op.selects.Or(nil) {
			selected, some = selected.Or(op.compare(v)), true
		}
		if op.excludes.State() == graph.Unknown {
			out = out.And(graph.Maybe)
		}
		for _, v := range op.excludes.Or(nil) {
			out = out.And(op.compare(v).Not())
		}
	}
	if some {
		out = out.And(selected)
	}
	return out
}

// event is one event, or a class of events that no selector in question tells apart, by its fields.
type event map[string]graph.Text

func (c clause) takes(e event) graph.Tri {
	v, told := e[c.field]
	if !told {
		v = graph.Literal(fresh)
	}
	return c.judge(
		func(w graph.Text) graph.Tri { return equals(v, w) },
		func(w graph.Text) graph.Tri { return starts(v, w) },
		func(w graph.Text) graph.Tri { return ends(v, w) },
	)
}

func (s selector) takes(e event) graph.Tri {
	out := graph.Yes
	for _, c := range s {
		out = out.And(c.takes(e))
	}
	return out
}

// equals compares a field with a value. What is fresh is no value that a selector spells, known or not.
func equals(field, value graph.Text) graph.Tri {
	if s, ok := field.Literal(); ok && strings.Contains(s, fresh) {
		return graph.No
	}
	return field.Equal(value)
}

func starts(field, value graph.Text) graph.Tri {
	f, literal := field.Literal()
	v, plain := value.Literal()
	switch {
	case literal && plain:
		return graph.TriOf(strings.HasPrefix(f, v))
	case literal && strings.HasPrefix(f, fresh) && isSomething(value):
		return graph.No
	case hasWildcard(value):
		return graph.Maybe
	}
	return field.Like(graph.Join(value, graph.Literal("*")))
}

func ends(field, value graph.Text) graph.Tri {
	f, literal := field.Literal()
	v, plain := value.Literal()
	switch {
	case literal && plain:
		return graph.TriOf(strings.HasSuffix(f, v))
	case literal && strings.HasSuffix(f, fresh) && isSomething(value):
		return graph.No
	case hasWildcard(value):
		return graph.Maybe
	}
	return field.Like(graph.Join(graph.Literal("*"), value))
}

// isSomething says that a text is certain not to be empty: part of it is spelled, or an attribute of a resource.
func isSomething(t graph.Text) bool {
	return slices.ContainsFunc(t.Parts(), func(p graph.Part) bool {
		return p.Kind == graph.PartLiteral || p.Kind == graph.PartRef && p.Ref.Attr != ""
	})
}

// hasWildcard says that a text spells characters which mean more in an IAM pattern than in a selector.
func hasWildcard(t graph.Text) bool {
	return slices.ContainsFunc(t.Parts(), func(p graph.Part) bool { return strings.ContainsAny(p.Literal, "*?") })
}

// selectorsOf returns the selectors of a trail or event data store, and the attribute that they are in. One that
// has none records all management events. Where it is not known whether it has any the state is Unknown.
func selectorsOf(n *graph.Node) ([]selector, string, graph.State) {
	basic, basicState := blocksOf(n, "event_selectors")
	if n.Kind != graph.KindTrail {
		basic, basicState = nil, graph.Absent
	}
	advanced, advancedState := blocksOf(n, "advanced_selectors")
	switch { // CloudTrail refuses both at once
	case len(advanced) > 0:
		return advancedSelectors(advanced), "advanced_selectors", graph.Known
	case len(basic) > 0:
		return basicSelectors(basic), "event_selectors", graph.Known
	case advancedState == graph.Unknown:
		return nil, "advanced_selectors", graph.Unknown
	case basicState == graph.Unknown:
		return nil, "event_selectors", graph.Unknown
	}
	attr := "event_selectors"
	if n.Kind != graph.KindTrail {
		attr = "advanced_selectors"
	}
	return []selector{{selecting(fieldCategory, "Management")}}, attr, graph.Absent
}

func selecting(field string, values ...string) clause {
	var texts []graph.Text
	for _, v := range values {
		texts = append(texts, graph.Literal(v))
	}
	return clause{field: field, selects: comparisons{equal: graph.KnownOf(texts), starts: none(), ends: none()}, excludes: comparisons{none(), none(), none()}}
}

func none() graph.Value[[]graph.Text] { return graph.AbsentOf[[]graph.Text]() }

// basicSelectors spells what basic selectors say of management events as advanced ones. Their data events are
// another matter: see [basicData].
func basicSelectors(blocks []graph.Attrs) []selector {
	var out []selector
	fix := fixer{}
	for _, b := range blocks {
		var s selector
		category := selecting(fieldCategory, "Management")
		switch on, known := b.Bool("management").Get(); {
		case b.Bool("management").State() == graph.Unknown:
			category.selects.equal = graph.UnknownOf[[]graph.Text](b.Bool("management").Reason())
		case known && !on:
			category = selecting(fieldCategory, "Data")
		}
		s = append(s, category)
		rw := b.Text("read_write")
		reads := selecting(fieldReadOnly, "true")
		reads.sensitive = rw.Sensitive()
		switch which, known := word(b, "read_write"); {
		case known && which == "ReadOnly":
			s = append(s, reads)
		case known && which == "WriteOnly":
			reads.selects.equal = graph.KnownOf([]graph.Text{graph.Literal("false")})
			s = append(s, reads)
		case !known && rw.State() != graph.Absent:
			reads.selects.equal = graph.UnknownOf[[]graph.Text](rw.Reason())
			s = append(s, reads)
		}
		if not := b.Texts("exclude_sources"); not.State() != graph.Absent {
			c := selecting(fieldSource)
			c.excludes.equal, c.sensitive = fix.values(not), not.Sensitive()
			s = append(s, c)
		}
		out = append(out, s)
	}
	return out
}

func advancedSelectors(blocks []graph.Attrs) []selector {
	var out []selector
	fix := fixer{}
	for _, b := range blocks {
		fields := b.Blocks("fields")
		if fields.State() == graph.Unknown {
			out = append(out, selector{{}})
			continue
		}
		var s selector
		categorised := false
		for _, f := range fields.Or(nil) {
			name, _ := word(f, "field")
			categorised = categorised || name == fieldCategory || name == ""
			c := clause{
				field:    name,
				secret:   f.Text("field").Sensitive(),
				selects:  comparisons{fix.values(f.Texts("equals")), fix.values(f.Texts("starts_with")), fix.values(f.Texts("ends_with"))},
				excludes: comparisons{fix.values(f.Texts("not_equals")), fix.values(f.Texts("not_starts_with")), fix.values(f.Texts("not_ends_with"))},
			}
			for _, v := range c.values() {
				c.sensitive = c.sensitive || v.Sensitive()
			}
			s = append(s, c)
		}
		if !categorised {
			s = append(s, clause{field: fieldCategory, missing: true})
		}
		out = append(out, s)
	}
	return out
}

// unknownSymbol starts the names that [fixer] gives.
const unknownSymbol = "unknown"

// fixer gives each value of selectors that is not known a name of its own. A hole is nobody knows what; but an event
// that has the very value of a selector is one that the selector names, whatever it is.
type fixer map[string]int

func (x fixer) values(v graph.Value[[]graph.Text]) graph.Value[[]graph.Text] {
	list, known := v.Get()
	if !known || !slices.ContainsFunc(list, hasHole) {
		return v
	}
	out := make([]graph.Text, 0, len(list))
	for _, t := range list {
		pieces := make([]graph.Text, 0, len(t.Parts()))
		for _, p := range t.Parts() {
			switch p.Kind {
			case graph.PartLiteral:
				pieces = append(pieces, graph.Literal(p.Literal))
			case graph.PartRef:
				pieces = append(pieces, graph.Reference(p.Ref))
			case graph.PartHole:
				pieces = append(pieces, graph.Reference(graph.Ref{Address: x.name(p)}))
			}
		}
		out = append(out, graph.Join(pieces...))
	}
	fixed := graph.KnownOf(out)
	if v.Sensitive() {
		fixed = fixed.Hide()
	}
	return fixed
}

// name makes a name for a hole, out of what it mentions.
func (x fixer) name(p graph.Part) string {
	name := unknownSymbol
	for i, r := range p.Mentions {
		name += []string{" of ", ", "}[min(i, 1)] + r.String()
	}
	x[name]++
	if n := x[name]; n > 1 {
		name += " #" + strconv.Itoa(n)
	}
	return name
}

func hasHole(t graph.Text) bool {
	return slices.ContainsFunc(t.Parts(), func(p graph.Part) bool { return p.Kind == graph.PartHole })
}

// values returns the values of all operators.
func (c clause) values() []graph.Value[[]graph.Text] {
	return []graph.Value[[]graph.Text]{c.selects.equal, c.excludes.equal, c.selects.starts, c.excludes.starts, c.selects.ends, c.excludes.ends}
}
