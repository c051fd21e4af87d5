package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// origin is where a value comes from: an expression, or an instance of a resource, or an attribute of one. The zero
// origin is that of a value of which it is not known.
type origin struct {
	expr hclsyntax.Expression
	ctx  *hcl.EvalContext
	vars *binding // of the loops around
	inst *Instance
	attr string // of inst; empty: the whole of it
}

// binding is a variable of a loop, and where its value of one turn comes from.
type binding struct {
	name  string
	value origin
	up    *binding
}

// of returns the origin of an expression that stands within the one of the origin.
func (o origin) of(e hclsyntax.Expression) origin { return origin{expr: e, ctx: o.ctx, vars: o.vars} }

// from returns the origin of an expression of a scope.
func (s *scope) from(e hclsyntax.Expression) origin { return origin{expr: e, ctx: s.context()} }

// tracer follows values back to where they are written. What it follows is what is simple and certain.
type tracer struct {
	ev    *evaluation
	depth int
}

// maxTrace bounds how far one value is followed.
const maxTrace = 64

// deeper counts a step down; false where there are too many. Each is to be followed by t.depth--.
func (t *tracer) deeper() bool {
	t.ev.step()
	t.depth++
	return t.depth < maxTrace
}

// value evaluates an origin; false where that fails.
func (t *tracer) value(o origin) (cty.Value, bool) {
	switch {
	case o.expr != nil:
		v, diags := o.expr.Value(o.ctx)
		v, _ = v.Unmark()
		return v, !diags.HasErrors()
	case o.inst != nil && o.attr != "":
		v, _ := o.inst.attr(o.attr).Unmark()
		return v, true
	}
	return cty.NilVal, false
}

// resolve follows names, choices and what hands its argument on. It ends at what makes a value, or cannot be followed.
func (t *tracer) resolve(o origin) origin {
	defer func(depth int) { t.depth = depth }(t.depth)
	for t.deeper() {
		next, ok := t.follow(o)
		if !ok {
			return o
		}
		o = next
	}
	return o
}

// follow goes one step on.
func (t *tracer) follow(o origin) (origin, bool) {
	if o.inst != nil && o.attr != "" && o.expr == nil {
		if a := o.inst.Resource.Body.Attrs[o.attr]; a != nil && !metaArguments[o.attr] {
			return o.inst.scope().from(a.Expr), true
		}
		return o, false
	}
	switch e := o.expr.(type) {
	case *stepExpr:
		return o.of(e.Expression), true
	case *hclsyntax.ParenthesesExpr:
		return o.of(e.Expression), true
	case *hclsyntax.TemplateWrapExpr:
		return o.of(e.Wrapped), true
	case *conditionalExpr:
		return t.chosen(o, e)
	case *traversalExpr, *relativeExpr, *indexExpr:
		return t.named(o)
	case *callExpr:
		return t.handed(o, e)
	}
	return o, false
}

// chosen is the branch that a condition takes, where that is known.
func (t *tracer) chosen(o origin, e *conditionalExpr) (origin, bool) {
	cond, ok := t.value(o.of(e.Condition))
	if !ok {
		return o, false
	}
	cond, err := convert.Convert(cond, cty.Bool)
	switch {
	case err != nil || cond.IsNull() || !cond.IsKnown():
		return o, false
	case cond.True():
		return o.of(e.TrueResult), true
	}
	return o.of(e.FalseResult), true
}

// handed is the argument that a function returns as it is.
func (t *tracer) handed(o origin, e *callExpr) (origin, bool) {
	name := strings.TrimPrefix(e.Name, "core::")
	if len(e.Args) == 0 || e.ExpandFinal {
		return o, false
	}
	switch name {
	case "nonsensitive", "sensitive", "tomap":
		return o.of(e.Args[0]), true
	case "tolist": // a set is in another order than it is written in
		v, ok := t.value(o.of(e.Args[0]))
		return o.of(e.Args[0]), ok && (v.Type().IsTupleType() || v.Type().IsListType())
	case "try":
		for _, a := range e.Args {
			if v, ok := t.value(o.of(a)); ok {
				return o.of(a), v.IsWhollyKnown()
			}
		}
	case "coalesce":
		for _, a := range e.Args {
			v, ok := t.value(o.of(a))
			if !ok || !v.IsKnown() {
				return o, false
			}
			if s, isText := knownString(v); !v.IsNull() && (!isText || s != "") {
				return o.of(a), !isText || t.ev.neverEmpty(s)
			}
		}
	case "one":
		if all, ok := t.elements(o.of(e.Args[0])); ok && len(all) == 1 {
			return all[0], true
		}
	case "element":
		return t.at(o.of(e.Args[0]), o.of(e.Args[len(e.Args)-1]))
	case "lookup":
		if key, ok := t.value(o.of(e.Args[min(1, len(e.Args)-1)])); ok {
			if s, isText := knownString(key); isText {
				return t.member(o.of(e.Args[0]), s)
			}
		}
	case "join": // of a single element
		if all, ok := t.elements(o.of(e.Args[len(e.Args)-1])); ok && len(all) == 1 && len(e.Args) == 2 {
			return all[0], true
		}
	}
	return o, false
}

// at is the element of a list that an index names.
func (t *tracer) at(list, index origin) (origin, bool) {
	v, ok := t.value(index)
	if !ok || v.IsNull() || !v.IsKnown() || v.Type() != cty.Number {
		return origin{}, false
	}
	i, _ := v.AsBigFloat().Int64()
	all, ok := t.elements(list)
	if !ok || i < 0 || int(i) >= len(all) {
		return origin{}, false
	}
	return all[i], all[i] != origin{}
}

// named is what a name leads to.
func (t *tracer) named(o origin) (origin, bool) {
	if s, way := flatten(o.expr, o.ctx); s != nil {
		return t.traversed(s, way)
	}
	// Else it begins with a variable of a loop, or with something that is no name.
	switch e := o.expr.(type) {
	case *traversalExpr:
		for b := o.vars; b != nil; b = b.up {
			if b.name == e.Traversal.RootName() {
				return t.down(b.value, e.Traversal[1:])
			}
		}
	case *relativeExpr:
		return t.down(o.of(e.Source), e.Traversal)
	case *indexExpr:
		key, ok := t.value(o.of(e.Key))
		switch {
		case !ok || key.IsNull() || !key.IsKnown():
		case key.Type() == cty.Number:
			return t.at(o.of(e.Collection), o.of(e.Key))
		case key.Type() == cty.String:
			return t.member(o.of(e.Collection), key.AsString())
		}
	}
	return origin{}, false
}

// traversed is what a name that a scope knows leads to.
func (t *tracer) traversed(s *scope, way hcl.Traversal) (origin, bool) {
	m := s.mod
	name, _ := step(way, 1)
	switch way.RootName() {
	case "local":
		if a := m.module.Locals[name]; a != nil {
			return t.down(m.scope().from(a.Expr), way[2:])
		}
	case "var":
		if v := m.module.Variables[name]; v != nil {
			if from, ok := t.variable(m, v); ok {
				return t.down(from, way[2:])
			}
		}
	case "each":
		if name == "value" && s.rep.from != nil {
			key, _ := knownString(s.rep.key)
			if from, ok := t.member(s.rep.in.scope().from(s.rep.from.Expr), key); ok {
				return t.down(from, way[2:])
			}
		}
	case "module":
		return t.output(s, name, way)
	case "count", "path", "terraform", "tofu", "self", "ephemeral":
	default:
		local, n := localOf(way)
		if way.RootName() == "resource" || m.module.Resources[local] == nil {
			return origin{}, false
		}
		if one, rest, found := m.resourceSet(local).pick(way, n); found && one != nil {
			return t.down(origin{inst: one}, way[rest:])
		}
	}
	return origin{}, false
}

// variable is where the value of an input variable is written. A set is in another order than it is written in.
func (t *tracer) variable(m *moduleInstance, v *Variable) (origin, bool) {
	if holdsSet(v.Type) {
		return origin{}, false
	}
	fallback := func() (origin, bool) {
		if v.Default == nil {
			return origin{}, false
		}
		return origin{expr: v.Default.Expr}, true
	}
	if m.parent != nil {
		a := m.call.Args[v.Name]
		if a == nil {
			return fallback()
		}
		from := (&scope{ev: m.ev, mod: m.parent, rep: m.rep}).from(a.Expr)
		if given, ok := t.value(from); ok && given.IsNull() && !v.Nullable {
			return fallback()
		}
		return from, true
	}
	if given, ok := t.ev.in.Values[v.Name]; ok { // of a plan, which does not tell where it is from
		if from, written := fallback(); written {
			if d, worked := t.value(from); worked && m.conform(d, v).RawEquals(m.conform(given, v)) {
				return from, true
			}
		}
		return origin{}, false
	}
	for _, g := range slices.Backward(t.ev.in.Given) {
		if g.Name == v.Name {
			return origin{expr: g.Expr}, g.Expr != nil
		}
	}
	return fallback()
}

// holdsSet says that there is a set in a type.
func holdsSet(ty cty.Type) bool {
	switch {
	case ty.IsSetType():
		return true
	case ty.IsListType(), ty.IsMapType():
		return holdsSet(ty.ElementType())
	case ty.IsTupleType():
		return slices.ContainsFunc(ty.TupleElementTypes(), holdsSet)
	case ty.IsObjectType():
		for _, a := range ty.AttributeTypes() {
			if holdsSet(a) {
				return true
			}
		}
	}
	return false
}

// output is where the value of an output of a module is written.
func (t *tracer) output(s *scope, name string, way hcl.Traversal) (origin, bool) {
	if s.mod.module.Calls[name] == nil {
		return origin{}, false
	}
	one, n, found := s.mod.callSet(name).pick(way, 2)
	if !found || one == nil || one.module == nil {
		return origin{}, false
	}
	output, ok := step(way, n)
	if o := one.module.Outputs[output]; ok && o != nil {
		return t.down(one.scope().from(o.Value.Expr), way[n+1:])
	}
	return origin{}, false
}

// down follows the steps of a traversal.
func (t *tracer) down(o origin, way hcl.Traversal) (origin, bool) {
	if !t.deeper() {
		t.depth--
		return origin{}, false
	}
	defer func() { t.depth-- }()
	for _, s := range way {
		ok := false
		switch s := s.(type) {
		case hcl.TraverseAttr:
			o, ok = t.member(o, s.Name)
		case hcl.TraverseIndex:
			if key, isText := knownString(s.Key); isText {
				o, ok = t.member(o, key)
			} else {
				o, ok = t.at(o, origin{expr: &hclsyntax.LiteralValueExpr{Val: s.Key}})
			}
		}
		if !ok {
			return origin{}, false
		}
	}
	return o, o != origin{}
}

// member is where a member of an object comes from.
func (t *tracer) member(o origin, name string) (origin, bool) {
	o = t.resolve(o)
	if o.inst != nil && o.expr == nil {
		return origin{inst: o.inst, attr: name}, o.attr == ""
	}
	switch e := o.expr.(type) {
	case *hclsyntax.ObjectConsExpr:
		found := origin{}
		for _, it := range e.Items {
			key, ok := t.value(o.of(it.KeyExpr))
			s, isText := knownString(key)
			if !ok || !isText {
				return origin{}, false // it may be the one
			}
			if s == name {
				found = o.of(it.ValueExpr)
			}
		}
		return found, found.expr != nil
	case *callExpr:
		if strings.TrimPrefix(e.Name, "core::") != "merge" || e.ExpandFinal {
			return origin{}, false
		}
		for _, a := range slices.Backward(e.Args) { // the last one that has it
			v, ok := t.value(o.of(a))
			if !ok || !v.IsKnown() {
				return origin{}, false
			}
			if hasMember(v, name) {
				return t.member(o.of(a), name)
			}
		}
	}
	return origin{}, false
}

func hasMember(v cty.Value, name string) bool {
	switch ty := v.Type(); {
	case v.IsNull():
	case ty.IsObjectType():
		return ty.HasAttribute(name)
	case ty.IsMapType():
		has, _ := v.HasIndex(cty.StringVal(name)).Unmark()
		return has.IsKnown() && has.True()
	}
	return false
}

// place is where the expression of an origin begins.
func (o origin) place() graph.Pos {
	if o.expr == nil {
		return graph.Pos{}
	}
	return positionOf(o.expr.Range())
}
