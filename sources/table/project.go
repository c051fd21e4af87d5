package table

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// leaf is what a path leads to within the values of a resource.
type leaf struct {
	value     any
	unknown   any // true, or shaped like value
	sensitive bool
	at        []Place
}

// collect returns every leaf that a path leads to. Values, unknown marks and sensitive marks have the
// shapes of https://developer.hashicorp.com/terraform/internals/json-format#change-representation: a mark
// may be true for a whole tree, and lists keep their shape.
func collect(value, unknown, sensitive any, steps []string, at []Place, hidden bool) []leaf {
	hidden = hidden || sensitive == true
	if unknown == true {
		return []leaf{{unknown: true, sensitive: hidden, at: at}}
	}
	if len(steps) == 0 {
		return []leaf{{value: value, unknown: unknown, sensitive: hidden || HasTrue(sensitive), at: at}}
	}
	list, isList := value.([]any)
	marks, _ := unknown.([]any)
	if isList || len(marks) > 0 {
		var out []leaf
		for i := range max(len(list), len(marks)) {
			out = append(out, collect(Element(list, i), Element(marks, i), ElementOf(sensitive, i), steps, append(slices.Clone(at), Place{Index: i}), hidden)...)
		}
		return out
	}
	if value == nil && unknown == nil {
		return nil
	}
	name := steps[0]
	return collect(Member(value, name), Member(unknown, name), Member(sensitive, name), steps[1:], append(slices.Clone(at), Place{Name: name}), hidden)
}

// Pending is a value that is unknown until the configuration, which comes last in a plan, has been read.
type Pending struct {
	Owner int         // index of the resource among those of the graph after
	Attrs graph.Attrs // where the value goes
	Attr  *Attr
	Alt   *Path
	Elem  int // element of a list of texts; -1: the whole attribute
	Nth   int // which of the unknown elements of the list it is
	Of    int // how many there are
	At    []Place
	Value any // what holds the lists on the way to it, to tell which of several blocks it stands in
	// Hidden carries the sensitivity of the value over.
	Hidden bool
}

// The names under which a resource's own name and target wait among its attributes until they are final.
const (
	AttrName = "\x00name"
	attrOf   = "\x00of"
)

// Project makes the resource that a row declares of one instance. Unknown leaves are handed to wait.
func (c *Compiled) Project(v Values, wait func(Pending)) graph.Resource {
	r := graph.Resource{Kind: c.Kind, Type: c.Type, Attrs: graph.Attrs{}, Fragment: c.Of != "" && !c.StandIn}
	for i := range c.Entries {
		a := &c.Entries[i]
		// What a node does not say, the linker knows; a fragment that says nothing still overrules its node.
		if r.Fragment || a.toldBy(v) {
			projectAttr(a, v, nil, r.Attrs, wait)
		}
	}
	if c.Name != "" {
		projectAttr(&c.name, v, nil, r.Attrs, wait)
	} else {
		r.Name = graph.AbsentOf[graph.Text]()
	}
	if c.Of != "" {
		projectAttr(&c.of, v, nil, r.Attrs, wait)
	}
	if c.ARN != "" {
		r.ARN = graph.UnknownOf[graph.Text](graph.ReasonAfterApply)
		if s, ok := Member(v.Value, c.ARN).(string); ok && strings.HasPrefix(s, "arn:") {
			r.ARN = graph.KnownOf(graph.Literal(s))
			if HasTrue(Member(v.Sensitive, c.ARN)) || v.Sensitive == true {
				r.ARN = r.ARN.Hide()
			}
		}
	}
	if place := v.Member("region"); !HasTrue(place.Sensitive) {
		if s, ok := place.Value.(string); ok && IsRegion(s) {
			r.Region = graph.KnownOf(s)
		}
	}
	return r
}

// toldBy says whether the values say anything of the attribute.
func (a *Attr) toldBy(v Values) bool {
	return slices.ContainsFunc(a.Alts, func(p Path) bool {
		value := Member(v.Value, p.Steps[0])
		list, isList := value.([]any)
		return value != nil && !isList || len(list) > 0 || v.Unknown == true || HasTrue(Member(v.Unknown, p.Steps[0]))
	})
}

// Settle moves the name and target of a resource to their fields, once nothing waits for them.
func Settle(r *graph.Resource) {
	if _, ok := r.Attrs[AttrName]; ok {
		r.Name = r.Attrs.Text(AttrName)
		delete(r.Attrs, AttrName)
	}
	if _, ok := r.Attrs[attrOf]; ok {
		r.Of = r.Attrs.Text(attrOf)
		delete(r.Attrs, attrOf)
	}
}

// IsRegion says that a string looks like the name of a region.
func IsRegion(s string) bool {
	return strings.Count(s, "-") >= 2 && len(s) < 20 && s[len(s)-1] >= '0' && s[len(s)-1] <= '9'
}

// projectAttr sets one attribute of out from the values.
func projectAttr(a *Attr, v Values, at []Place, out graph.Attrs, wait func(Pending)) {
	var leaves []leaf
	var alts []*Path
	for i := range a.Alts {
		alt := &a.Alts[i]
		found := collect(v.Value, v.Unknown, v.Sensitive, alt.Steps, at, false)
		found = slices.DeleteFunc(found, func(l leaf) bool { return l.value == nil && l.unknown != true && !HasTrue(l.unknown) })
		for _, l := range found {
			leaves = append(leaves, l)
			alts = append(alts, alt)
		}
		if len(found) > 0 && !a.union {
			break
		}
	}
	unset := a.Info.Unset()
	if len(leaves) == 0 {
		out.Set(a.Info.Name, unset)
		return
	}
	switch a.Info.Type {
	case graph.TypeTexts:
		projectTexts(a, leaves, alts, out, wait)
	case graph.TypeBlocks:
		projectBlocks(a, leaves, alts, out, wait)
	case graph.TypeText, graph.TypePolicy, graph.TypeBool, graph.TypeInt:
		l, alt := leaves[0], alts[0]
		if l.unknown == true {
			out.Set(a.Info.Name, mark(graph.UnknownOf[any](graph.ReasonAfterApply), l.sensitive))
			wait(Pending{Attrs: out, Attr: a, Elem: -1, Alt: alt, At: l.at, Hidden: l.sensitive})
			return
		}
		val := l.value
		if alt.Key != "" {
			if Member(l.unknown, alt.Key) == true {
				l.at = append(slices.Clone(l.at), Place{Name: alt.Key})
				out.Set(a.Info.Name, mark(graph.UnknownOf[any](graph.ReasonAfterApply), l.sensitive))
				wait(Pending{Attrs: out, Attr: a, Elem: -1, Alt: alt, At: l.at, Hidden: l.sensitive})
				return
			}
			val = memberOfJSON(val, alt.Key)
		}
		out.Set(a.Info.Name, mark(scalar(a.Info, val), l.sensitive))
	}
}

func mark(v graph.Value[any], sensitive bool) graph.Value[any] {
	if sensitive {
		return v.Hide()
	}
	return v
}

// memberOfJSON returns a member of the JSON object that a string spells, or nil.
func memberOfJSON(v any, key string) any {
	if sym, ok := v.(Symbolic); ok {
		return sym.member(key)
	}
	if object, ok := v.(map[string]any); ok { // which CloudFormation turns into JSON
		return object[key]
	}
	s, _ := v.(string)
	var m map[string]any
	if json.Unmarshal([]byte(s), &m) != nil {
		return nil
	}
	return m[key]
}

// scalar converts a decoded JSON value to the type of the attribute.
func scalar(info graph.AttrInfo, v any) graph.Value[any] {
	if v == nil || v == "" { // to Terraform an empty string is one that nobody set
		return info.Unset()
	}
	var out any
	ok := false
	switch info.Type {
	case graph.TypeText, graph.TypePolicy:
		out, ok = textOf(info, v)
	case graph.TypeBool:
		out, ok = boolOf(v)
	case graph.TypeInt:
		out, ok = intOf(v)
	case graph.TypeTexts, graph.TypeBlocks:
	}
	if _, open := v.(Symbolic); open && !ok {
		return graph.UnknownOf[any](graph.ReasonAfterApply)
	}
	if !ok {
		return graph.UnknownOf[any](graph.ReasonMalformed)
	}
	return graph.KnownOf(out)
}

func textOf(info graph.AttrInfo, v any) (any, bool) {
	switch t := v.(type) {
	case string:
		if b, err := strconv.ParseBool(t); err == nil && info.Words[1] != "" {
			return textOf(info, b)
		}
		return graph.Literal(t), true
	case bool:
		word := info.Words[0]
		if t {
			word = info.Words[1]
		}
		if word == "" {
			word = strconv.FormatBool(t)
		}
		return graph.Literal(word), true
	case float64:
		return graph.Literal(strconv.FormatFloat(t, 'f', -1, 64)), true
	case Symbolic:
		return t.Text(), true
	}
	return nil, false
}

func boolOf(v any) (any, bool) {
	switch t := v.(type) {
	case bool:
		return t, true
	case string:
		switch strings.ToLower(t) {
		case "true", "enabled":
			return true, true
		case "false", "disabled", "suspended":
			return false, true
		}
	}
	return nil, false
}

func intOf(v any) (any, bool) {
	switch t := v.(type) {
	case float64:
		if t == math.Trunc(t) && math.Abs(t) < 1<<53 {
			return int64(t), true
		}
	case string:
		if n, err := strconv.ParseInt(t, 10, 64); err == nil {
			return n, true
		}
	}
	return nil, false
}

// projectTexts flattens the leaves to one list of strings; unknown elements wait.
func projectTexts(a *Attr, leaves []leaf, alts []*Path, out graph.Attrs, wait func(Pending)) {
	var list []graph.Text
	var waits []Pending
	hidden := false
	add := func(v any, unknown any, at []Place, alt *Path) {
		if unknown == true {
			waits = append(waits, Pending{Attrs: out, Attr: a, Elem: len(list), Alt: alt, At: at})
			list = append(list, graph.Hole(graph.ReasonAfterApply))
			return
		}
		if t, ok := textOf(a.Info, v); ok && v != nil {
			list = append(list, t.(graph.Text)) //nolint:forcetypeassert // textOf returns no other type
		}
	}
	for i, l := range leaves {
		hidden = hidden || l.sensitive
		if l.unknown == true && len(leaves) == 1 {
			// Not even how many there are is known.
			out.Set(a.Info.Name, mark(graph.UnknownOf[any](graph.ReasonAfterApply), hidden))
			wait(Pending{Attrs: out, Attr: a, Elem: -1, Alt: alts[i], At: l.at, Hidden: hidden})
			return
		}
		v := l.value
		if alts[i].Key != "" && l.unknown != true {
			v = memberOfJSON(v, alts[i].Key)
		}
		items, isList := v.([]any)
		marks, _ := l.unknown.([]any)
		if !isList && len(marks) == 0 {
			add(v, l.unknown, l.at, alts[i])
			continue
		}
		for j := range max(len(items), len(marks)) {
			add(Element(items, j), Element(marks, j), l.at, alts[i])
		}
	}
	if len(list) == 0 {
		out.Set(a.Info.Name, graph.AbsentOf[any]())
		return
	}
	out.Set(a.Info.Name, mark(graph.KnownOf[any](list), hidden))
	for i, w := range waits {
		w.Nth, w.Of = i, len(waits)
		wait(w)
	}
}

// projectBlocks makes one Attrs of every block.
func projectBlocks(a *Attr, leaves []leaf, alts []*Path, out graph.Attrs, wait func(Pending)) {
	var list []graph.Attrs
	hidden := false
	for i, l := range leaves {
		hidden = hidden || l.sensitive
		if l.unknown == true {
			out.Set(a.Info.Name, graph.UnknownOf[any](graph.ReasonAfterApply))
			wait(Pending{Attrs: out, Attr: a, Elem: -1, Alt: alts[i], At: l.at})
			return
		}
		items, isList := l.value.([]any)
		if !isList && l.value != nil {
			items = []any{l.value}
		}
		marks, _ := l.unknown.([]any)
		for j := range max(len(items), len(marks)) {
			block := make(graph.Attrs, len(a.Fields))
			at := l.at
			if isList || len(marks) > 0 {
				at = append(slices.Clone(l.at), Place{Index: j})
			}
			unknown := Element(marks, j)
			if !isList {
				unknown = l.unknown
			}
			for k := range a.Fields {
				v := Values{Value: Element(items, j), Unknown: unknown}
				if l.sensitive {
					v.Sensitive = true
				}
				projectAttr(&a.Fields[k], v, at, block, wait)
			}
			list = append(list, block)
		}
	}
	if len(list) == 0 {
		out.Set(a.Info.Name, graph.AbsentOf[any]())
		return
	}
	out.Set(a.Info.Name, mark(graph.KnownOf[any](list), hidden))
}
