package table

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Row says what one resource type of a source declares.
type Row struct {
	Type string
	Kind graph.Kind
	// Of is the path of the argument that names the node which the resource is a fragment or another name
	// of. Empty: the resource is a node, or a connector, of its own.
	Of   string
	Name string // path of the argument that is the resource's name to AWS; empty: none
	ARN  string // path of the attribute that is the resource's own ARN; empty: none
	// Attrs maps normalised attributes (graph.AttributesOf) to paths of arguments. For a list of blocks,
	// "attr" maps to the path of the blocks, and "attr/field" to the path of a field within each.
	Attrs   Paths
	StandIn bool // the resource is a node of its own that is another name of the one in Of
}

// Paths maps normalised names to paths. A path is made of argument names joined by dots; blocks on the
// way are entered, every one of a list. What follows may be
//
//	a|b   the first of several paths that is set
//	a+b   all of them, as one list
//	a?    an argument that the provider fills in when its author does not: unknown then means not set
//	a#k   the member k of the JSON object that the argument spells
type Paths map[string]string

// Path is one compiled alternative of an entry of Paths.
type Path struct {
	Steps    []string
	Computed bool
	Key      string // member of a JSON object
}

// Attr is one compiled entry of a row.
type Attr struct {
	Info   graph.AttrInfo
	Alts   []Path // tried in order, or all collected where union is set
	union  bool
	Fields []Attr
}

// Compiled is a row whose paths have been read.
type Compiled struct {
	Row
	of, name Attr // what waits under attrOf and attrName
	Entries  []Attr
}

func parsePath(s string) Path {
	var p Path
	s, p.Key, _ = strings.Cut(s, "#")
	if plain := strings.ReplaceAll(s, "?", ""); plain != s {
		s, p.Computed = plain, true
	}
	if s != "" {
		p.Steps = strings.Split(s, ".")
	}
	return p
}

// Compile reads the paths of a row.
func Compile(r Row) *Compiled {
	text := func(name, from string) Attr {
		a := Attr{Info: graph.AttrInfo{Name: name, Type: graph.TypeText}}
		for alt := range strings.SplitSeq(from, "|") {
			a.Alts = append(a.Alts, parsePath(alt))
		}
		return a
	}
	c := &Compiled{Row: r, of: text(attrOf, r.Of), name: text(AttrName, r.Name)}
	for _, info := range graph.AttributesOf(r.Kind) {
		if a, ok := compileAttr(info, info.Name, r.Attrs); ok {
			c.Entries = append(c.Entries, a)
		}
	}
	return c
}

func compileAttr(info graph.AttrInfo, name string, from Paths) (Attr, bool) {
	spec, ok := from[name]
	if !ok {
		return Attr{}, false
	}
	a := Attr{Info: info, union: strings.Contains(spec, "+")}
	for _, s := range strings.FieldsFunc(spec, func(r rune) bool { return r == '|' || r == '+' }) {
		a.Alts = append(a.Alts, parsePath(s))
	}
	for _, f := range info.Fields {
		if field, ok := compileAttr(f, name+"/"+f.Name, from); ok {
			a.Fields = append(a.Fields, field)
		}
	}
	return a, true
}
