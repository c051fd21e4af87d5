package sam

import (
	"slices"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// notGlobal are properties of functions that Globals cannot have:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
//
//nolint:gochecknoglobals // a table
var notGlobal = []string{"Role", "Policies", "FunctionName", "Events"}

// globalsOf returns what the Globals section says of a type.
func (x *expander) globalsOf(kind string) *node {
	n := get(x.in.Globals, kind)
	if n == nil {
		return nil
	}
	if !plain(n) {
		x.problemf(at(n.Pos), "the Globals of %s are no plain mapping; they are left out", kind)
		return nil
	}
	for _, key := range notGlobal {
		if m := n.Member(key); m != nil {
			x.problemf(at(m.Pos), "Globals cannot have the property %s of %s; it is left out", key, kind)
			n = n.Without(key)
		}
	}
	return n
}

// withGlobals adds what Globals says to the properties of a resource, less what the resource ignores:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (x *expander) withGlobals(o *origin) {
	globals := x.globals
	ignored := get(o.body, "IgnoreGlobals")
	if s, ok := ignored.Scalar(); ok && s == "*" {
		return
	}
	if globals == nil {
		return
	}
	if ignored != nil {
		var keys []string
		for _, it := range ignored.Items {
			key, _ := it.Scalar()
			keys = append(keys, key)
		}
		keep := *globals
		keep.Members = slices.DeleteFunc(slices.Clone(globals.Members), func(m member) bool { return slices.Contains(keys, m.Key) })
		globals = &keep
	}
	o.props = x.merge(globals, o.props)
	if x.merged > maxMerged {
		x.problemf(o.at, "Globals adds more than %d values to resources; the rest is left out", maxMerged)
		x.globals = nil
	}
}

// merge adds a value of Globals to one of a resource: lists come one after the other, mappings are merged, of anything
// else that of the resource counts.
func (x *expander) merge(global, local *node) *node {
	switch {
	case plain(global) && plain(local):
		out := *local
		out.Members = nil
		x.merged += len(global.Members)
		index := map[string]int{}
		for _, m := range global.Members {
			index[m.Key] = len(out.Members)
			out.Members = append(out.Members, m)
		}
		for _, m := range local.Members {
			if i, both := index[m.Key]; both {
				m.Value = x.merge(out.Members[i].Value, m.Value)
				out.Members[i] = m
				continue
			}
			out.Members = append(out.Members, m)
		}
		return &out
	case global.Kind == template.List && local.Kind == template.List:
		out := *local
		x.merged += len(global.Items)
		out.Items = slices.Concat(global.Items, local.Items)
		return &out
	}
	return local
}
