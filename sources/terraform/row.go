package terraform

import (
	"slices"
	"strings"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// row says what one Terraform resource type declares.
type row struct {
	Type string
	Kind graph.Kind
	// Of is the path of the argument that names the node which the resource is a fragment or another name
	// of. Empty: the resource is a node, or a connector, of its own.
	Of   string
	Name string // path of the argument that is the resource's name to AWS; empty: none
	ARN  string // path of the attribute that is the resource's own ARN; empty: none
	// Attrs maps normalised attributes (graph.AttributesOf) to paths of arguments. For a list of blocks,
	// "attr" maps to the path of the blocks, and "attr/field" to the path of a field within each.
	Attrs   paths
	StandIn bool // the resource is a node of its own that is another name of the one in Of
}

// paths maps normalised names to paths. A path is made of argument names joined by dots; blocks on the
// way are entered, every one of a list. What follows may be
//
//	a|b   the first of several paths that is set
//	a+b   all of them, as one list
//	a?    an argument that the provider fills in when its author does not: unknown then means not set
//	a#k   the member k of the JSON object that the argument spells
type paths map[string]string

// path is one compiled alternative of a paths entry.
type path struct {
	steps    []string
	computed bool
	key      string // member of a JSON object
}

// attr is one compiled entry of a row.
type attr struct {
	info   graph.AttrInfo
	alts   []path // tried in order, or all collected where union is set
	union  bool
	fields []attr
}

type compiled struct {
	row
	of, name attr // what waits under attrOf and attrName
	attrs    []attr
}

func parsePath(s string) path {
	var p path
	s, p.key, _ = strings.Cut(s, "#")
	if plain := strings.ReplaceAll(s, "?", ""); plain != s {
		s, p.computed = plain, true
	}
	if s != "" {
		p.steps = strings.Split(s, ".")
	}
	return p
}

// rows returns the compiled tables by resource type; data sources are filed as data.TYPE.
//
//nolint:gochecknoglobals // a table, compiled once
var rows = sync.OnceValue(func() map[string]*compiled {
	out := map[string]*compiled{}
	for _, r := range slices.Concat(trailRows(), storageRows(), messagingRows(), computeRows(), logsRows(), eventsRows(), streamRows(), identityRows(), lakeRows(), lookupRows()) {
		out[r.Type] = compile(r)
	}
	return out
})

func compile(r row) *compiled {
	text := func(name, from string) attr {
		return attr{info: graph.AttrInfo{Name: name, Type: graph.TypeText}, alts: []path{parsePath(from)}}
	}
	c := &compiled{row: r, of: text(attrOf, r.Of), name: text(attrName, r.Name)}
	for _, info := range graph.AttributesOf(r.Kind) {
		if a, ok := compileAttr(info, info.Name, r.Attrs); ok {
			c.attrs = append(c.attrs, a)
		}
	}
	return c
}

func compileAttr(info graph.AttrInfo, name string, from paths) (attr, bool) {
	spec, ok := from[name]
	if !ok {
		return attr{}, false
	}
	a := attr{info: info, union: strings.Contains(spec, "+")}
	for _, s := range strings.FieldsFunc(spec, func(r rune) bool { return r == '|' || r == '+' }) {
		a.alts = append(a.alts, parsePath(s))
	}
	for _, f := range info.Fields {
		if field, ok := compileAttr(f, name+"/"+f.Name, from); ok {
			a.fields = append(a.fields, field)
		}
	}
	return a, true
}

// Types returns the Terraform types that have a row, sorted; data sources as data.TYPE.
func Types() []string {
	var out []string
	for t := range rows() {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}
