package terraform

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// place is one step into a value: an argument, or an element of a list.
type place struct {
	name  string // empty for an element
	index int
}

// leaf is what a path leads to within the values of a resource.
type leaf struct {
	value     any
	unknown   any // true, or shaped like value
	sensitive bool
	at        []place
}

// collect returns every leaf that a path leads to. Values, unknown marks and sensitive marks have the
// shapes of https://developer.hashicorp.com/terraform/internals/json-format#change-representation: a mark
// may be true for a whole tree, and lists keep their shape.
func collect(value, unknown, sensitive any, steps []string, at []place, hidden bool) []leaf {
	hidden = hidden || sensitive == true
	if unknown == true {
		return []leaf{{unknown: true, sensitive: hidden, at: at}}
	}
	if len(steps) == 0 {
		return []leaf{{value: value, unknown: unknown, sensitive: hidden || hasTrue(sensitive), at: at}}
	}
	list, isList := value.([]any)
	marks, _ := unknown.([]any)
	if isList || len(marks) > 0 {
		var out []leaf
		for i := range max(len(list), len(marks)) {
			out = append(out, collect(element(list, i), element(marks, i), elementOf(sensitive, i), steps, append(slices.Clone(at), place{index: i}), hidden)...)
		}
		return out
	}
	if value == nil && unknown == nil {
		return nil
	}
	name := steps[0]
	return collect(member(value, name), member(unknown, name), member(sensitive, name), steps[1:], append(slices.Clone(at), place{name: name}), hidden)
}

func element(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func elementOf(v any, i int) any {
	list, _ := v.([]any)
	return element(list, i)
}

func member(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func hasTrue(v any) bool {
	switch t := v.(type) {
	case bool:
		return t
	case []any:
		return slices.ContainsFunc(t, hasTrue)
	case map[string]any:
		for _, e := range t {
			if hasTrue(e) {
				return true
			}
		}
	}
	return false
}

// values are the values of one resource instance, or of a part of it, with their marks.
type values struct {
	value, unknown, sensitive any
}

// member returns the part of an object.
func (v values) member(name string) values {
	out := values{value: member(v.value, name), unknown: member(v.unknown, name), sensitive: member(v.sensitive, name)}
	if v.unknown == true {
		out.unknown = true
	}
	if v.sensitive == true {
		out.sensitive = true
	}
	return out
}

// elements returns the parts of a list; a value that is no list is the only element of itself.
func (v values) elements() []values {
	list, isList := v.value.([]any)
	marks, _ := v.unknown.([]any)
	if !isList && len(marks) == 0 {
		if v.isAbsent() {
			return nil
		}
		return []values{v}
	}
	out := make([]values, max(len(list), len(marks)))
	for i := range out {
		out[i] = values{value: element(list, i), unknown: element(marks, i), sensitive: elementOf(v.sensitive, i)}
		if v.sensitive == true {
			out[i].sensitive = true
		}
	}
	return out
}

func (v values) isUnknown() bool { return v.unknown == true }

// isAbsent says that there is neither a value nor the promise of one.
func (v values) isAbsent() bool { return v.value == nil && v.unknown != true && !hasTrue(v.unknown) }

// pending is a value that is unknown until the configuration, which comes last in a plan, has been read.
type pending struct {
	owner int         // index of the resource among those of the graph after
	attrs graph.Attrs // where the value goes
	attr  *attr
	alt   *path
	elem  int // element of a list of texts; -1: the whole attribute
	nth   int // which of the unknown elements of the list it is
	of    int // how many there are
	at    []place
	value any // what holds the lists on the way to it, to tell which of several blocks it stands in
	// hidden carries the sensitivity of the value over.
	hidden bool
}

// The names under which a resource's own name and target wait among its attributes until they are final.
const (
	attrName = "\x00name"
	attrOf   = "\x00of"
)

// project makes the resource that a row declares of one instance. Unknown leaves are handed to wait.
func (c *compiled) project(v values, wait func(pending)) graph.Resource {
	r := graph.Resource{Kind: c.Kind, Type: c.Type, Attrs: graph.Attrs{}, Fragment: c.Of != "" && !c.StandIn}
	for i := range c.attrs {
		a := &c.attrs[i]
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
		if s, ok := member(v.value, c.ARN).(string); ok && strings.HasPrefix(s, "arn:") {
			r.ARN = graph.KnownOf(graph.Literal(s))
			if hasTrue(member(v.sensitive, c.ARN)) || v.sensitive == true {
				r.ARN = r.ARN.Hide()
			}
		}
	}
	if place := v.member("region"); !hasTrue(place.sensitive) {
		if s, ok := place.value.(string); ok && isRegion(s) {
			r.Region = graph.KnownOf(s)
		}
	}
	return r
}

// toldBy says whether the values say anything of the attribute.
func (a *attr) toldBy(v values) bool {
	return slices.ContainsFunc(a.alts, func(p path) bool {
		value := member(v.value, p.steps[0])
		list, isList := value.([]any)
		return value != nil && !isList || len(list) > 0 || v.unknown == true || hasTrue(member(v.unknown, p.steps[0]))
	})
}

// settle moves the name and target of a resource to their fields, once nothing waits for them.
func settle(r *graph.Resource) {
	if _, ok := r.Attrs[attrName]; ok {
		r.Name = r.Attrs.Text(attrName)
		delete(r.Attrs, attrName)
	}
	if _, ok := r.Attrs[attrOf]; ok {
		r.Of = r.Attrs.Text(attrOf)
		delete(r.Attrs, attrOf)
	}
}

func isRegion(s string) bool {
	return strings.Count(s, "-") >= 2 && len(s) < 20 && s[len(s)-1] >= '0' && s[len(s)-1] <= '9'
}

// projectAttr sets one attribute of out from the values.
func projectAttr(a *attr, v values, at []place, out graph.Attrs, wait func(pending)) {
	var leaves []leaf
	var alts []*path
	for i := range a.alts {
		alt := &a.alts[i]
		found := collect(v.value, v.unknown, v.sensitive, alt.steps, at, false)
		found = slices.DeleteFunc(found, func(l leaf) bool { return l.value == nil && l.unknown != true && !hasTrue(l.unknown) })
		for _, l := range found {
			leaves = append(leaves, l)
			alts = append(alts, alt)
		}
		if len(found) > 0 && !a.union {
			break
		}
	}
	unset := a.info.Unset()
	if len(leaves) == 0 {
		out.Set(a.info.Name, unset)
		return
	}
	switch a.info.Type {
	case graph.TypeTexts:
		projectTexts(a, leaves, alts, out, wait)
	case graph.TypeBlocks:
		projectBlocks(a, leaves, alts, out, wait)
	case graph.TypeText, graph.TypePolicy, graph.TypeBool, graph.TypeInt:
		l, alt := leaves[0], alts[0]
		if l.unknown == true {
			out.Set(a.info.Name, mark(graph.UnknownOf[any](graph.ReasonAfterApply), l.sensitive))
			wait(pending{attrs: out, attr: a, elem: -1, alt: alt, at: l.at, hidden: l.sensitive})
			return
		}
		val := l.value
		if alt.key != "" {
			val = memberOfJSON(val, alt.key)
		}
		out.Set(a.info.Name, mark(scalar(a.info, val), l.sensitive))
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
	if sym, ok := v.(symbolic); ok {
		return sym.member(key)
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
	if _, open := v.(symbolic); open && !ok {
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
	case symbolic:
		return t.text(), true
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
func projectTexts(a *attr, leaves []leaf, alts []*path, out graph.Attrs, wait func(pending)) {
	var list []graph.Text
	var waits []pending
	hidden := false
	add := func(v any, unknown any, at []place, alt *path) {
		if unknown == true {
			waits = append(waits, pending{attrs: out, attr: a, elem: len(list), alt: alt, at: at})
			list = append(list, graph.Hole(graph.ReasonAfterApply))
			return
		}
		if t, ok := textOf(a.info, v); ok && v != nil {
			list = append(list, t.(graph.Text)) //nolint:forcetypeassert // textOf returns no other type
		}
	}
	for i, l := range leaves {
		hidden = hidden || l.sensitive
		if l.unknown == true && len(leaves) == 1 {
			// Not even how many there are is known.
			out.Set(a.info.Name, mark(graph.UnknownOf[any](graph.ReasonAfterApply), hidden))
			wait(pending{attrs: out, attr: a, elem: -1, alt: alts[i], at: l.at, hidden: hidden})
			return
		}
		v := l.value
		if alts[i].key != "" && l.unknown != true {
			v = memberOfJSON(v, alts[i].key)
		}
		items, isList := v.([]any)
		marks, _ := l.unknown.([]any)
		if !isList && len(marks) == 0 {
			add(v, l.unknown, l.at, alts[i])
			continue
		}
		for j := range max(len(items), len(marks)) {
			add(element(items, j), element(marks, j), l.at, alts[i])
		}
	}
	if len(list) == 0 {
		out.Set(a.info.Name, graph.AbsentOf[any]())
		return
	}
	out.Set(a.info.Name, mark(graph.KnownOf[any](list), hidden))
	for i, w := range waits {
		w.nth, w.of = i, len(waits)
		wait(w)
	}
}

// projectBlocks makes one Attrs of every block.
func projectBlocks(a *attr, leaves []leaf, alts []*path, out graph.Attrs, wait func(pending)) {
	var list []graph.Attrs
	hidden := false
	for i, l := range leaves {
		hidden = hidden || l.sensitive
		if l.unknown == true {
			out.Set(a.info.Name, graph.UnknownOf[any](graph.ReasonAfterApply))
			wait(pending{attrs: out, attr: a, elem: -1, alt: alts[i], at: l.at})
			return
		}
		items, isList := l.value.([]any)
		if !isList && l.value != nil {
			items = []any{l.value}
		}
		marks, _ := l.unknown.([]any)
		for j := range max(len(items), len(marks)) {
			block := make(graph.Attrs, len(a.fields))
			at := l.at
			if isList || len(marks) > 0 {
				at = append(slices.Clone(l.at), place{index: j})
			}
			unknown := element(marks, j)
			if !isList {
				unknown = l.unknown
			}
			for k := range a.fields {
				v := values{value: element(items, j), unknown: unknown}
				if l.sensitive {
					v.sensitive = true
				}
				projectAttr(&a.fields[k], v, at, block, wait)
			}
			list = append(list, block)
		}
	}
	if len(list) == 0 {
		out.Set(a.info.Name, graph.AbsentOf[any]())
		return
	}
	out.Set(a.info.Name, mark(graph.KnownOf[any](list), hidden))
}
