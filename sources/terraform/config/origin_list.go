package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// elements is where each element of a list comes from. It returns false where not even their number is known.
func (t *tracer) elements(o origin) ([]origin, bool) {
	if !t.deeper() {
		t.depth--
		return nil, false
	}
	defer func() { t.depth-- }()
	o = t.resolve(o)
	var out []origin
	ok := false
	switch e := o.expr.(type) {
	case *hclsyntax.TupleConsExpr:
		out, ok = make([]origin, len(e.Exprs)), true
		for i, x := range e.Exprs {
			out[i] = o.of(x)
		}
	case *hclsyntax.ForExpr:
		out, ok = t.turns(o, e)
	case *splatExpr:
		out, ok = t.splat(o, e)
	case *callExpr:
		out, ok = t.joined(o, e)
	}
	if ok {
		return out, true
	}
	return t.nameless(o)
}

// nameless are the elements of a list of which is known only how many there are.
func (t *tracer) nameless(o origin) ([]origin, bool) {
	v, ok := t.value(o)
	if !ok || v.IsNull() || !v.IsKnown() || !v.Type().IsTupleType() && !v.Type().IsListType() {
		return nil, false
	}
	return make([]origin, v.LengthInt()), true
}

// joined are the elements of a list that a function makes of others.
func (t *tracer) joined(o origin, e *callExpr) ([]origin, bool) {
	if e.ExpandFinal {
		return nil, false
	}
	var out []origin
	switch strings.TrimPrefix(e.Name, "core::") {
	case "concat":
		for _, a := range e.Args {
			all, ok := t.elements(o.of(a))
			if !ok {
				return nil, false
			}
			out = append(out, all...)
		}
		return out, true
	case "flatten":
		if len(e.Args) == 1 {
			return t.flat(o.of(e.Args[0]))
		}
	case "compact":
		all, ok := t.elements(o.of(e.Args[0]))
		for _, a := range all {
			v, worked := t.value(a)
			if !worked || !v.IsKnown() {
				return nil, false
			}
			if s, isText := knownString(v); !v.IsNull() && (!isText || s != "") {
				out = append(out, a)
			}
		}
		return out, ok
	}
	return nil, false
}

// flat are the elements of lists within lists.
func (t *tracer) flat(o origin) ([]origin, bool) {
	all, ok := t.elements(o)
	if !ok {
		return nil, false
	}
	var out []origin
	for _, a := range all {
		r := t.resolve(a)
		if _, isObject := r.expr.(*hclsyntax.ObjectConsExpr); isObject {
			out = append(out, a)
			continue
		}
		v, worked := t.value(r)
		switch {
		case !worked || !v.IsKnown():
			return nil, false
		case v.Type().IsTupleType() || v.Type().IsListType():
			within, known := t.flat(r)
			if !known {
				return nil, false
			}
			out = append(out, within...)
		case v.Type().IsSetType():
			return nil, false
		default:
			out = append(out, a)
		}
	}
	return out, true
}

// turns are the elements that a for expression makes.
func (t *tracer) turns(o origin, e *hclsyntax.ForExpr) ([]origin, bool) {
	if e.KeyExpr != nil {
		return nil, false
	}
	coll, ok := t.value(o.of(e.CollExpr))
	if !ok || coll.IsNull() || !coll.IsKnown() || !coll.CanIterateElements() {
		return nil, false
	}
	ty := coll.Type()
	var sources []origin
	if ty.IsTupleType() || ty.IsListType() {
		sources, _ = t.elements(o.of(e.CollExpr))
	}
	var out []origin
	i := -1
	for it := coll.ElementIterator(); it.Next(); {
		t.ev.step()
		i++
		key, value := it.Element()
		if ty.IsSetType() {
			key = value
		}
		turn := origin{expr: e.ValExpr, ctx: o.ctx.NewChild(), vars: o.vars}
		turn.ctx.Variables = map[string]cty.Value{e.ValVar: value}
		bound := binding{name: e.ValVar, up: o.vars}
		if len(sources) == coll.LengthInt() {
			bound.value = sources[i]
		} else if name, isText := knownString(key); isText && (ty.IsObjectType() || ty.IsMapType()) {
			bound.value, _ = t.member(o.of(e.CollExpr), name)
		}
		turn.vars = &bound
		if e.KeyVar != "" {
			turn.ctx.Variables[e.KeyVar] = key
			turn.vars = &binding{name: e.KeyVar, up: turn.vars}
		}
		if e.CondExpr != nil {
			keep, worked := t.value(turn.of(e.CondExpr))
			if !worked || keep.IsNull() || !keep.IsKnown() || keep.Type() != cty.Bool {
				return nil, false
			}
			if keep.False() {
				continue
			}
		}
		out = append(out, turn)
	}
	return out, true
}

// splat are the attributes of all instances of a resource, or of all elements of a list.
func (t *tracer) splat(o origin, e *splatExpr) ([]origin, bool) {
	var way hcl.Traversal
	switch each := e.Each.(type) {
	case *relativeExpr:
		if each.Source != hclsyntax.Expression(e.Item) {
			return nil, false
		}
		way = each.Traversal
	case *hclsyntax.AnonSymbolExpr:
	default:
		return nil, false
	}
	all, ok := t.instances(o.of(e.Source))
	if !ok {
		if all, ok = t.elements(o.of(e.Source)); !ok {
			return nil, false
		}
	}
	out := make([]origin, len(all))
	for i, a := range all {
		out[i], _ = t.down(a, way)
	}
	return out, true
}

// instances are those of a resource that is named as a whole.
func (t *tracer) instances(o origin) ([]origin, bool) {
	s, way := flatten(o.expr, o.ctx)
	if s == nil {
		return nil, false
	}
	local, n := localOf(way)
	if local == "" || len(way) != n || s.mod.module.Resources[local] == nil {
		return nil, false
	}
	set := s.mod.resourceSet(local)
	if set.undecided || !set.byIndex && !set.single {
		return nil, false
	}
	out := make([]origin, len(set.order))
	for i, in := range set.order {
		out[i] = origin{inst: in}
	}
	return out, true
}
