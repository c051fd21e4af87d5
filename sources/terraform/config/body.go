package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/terraform/schema"
	"github.com/trailguard/trailguard/sources/token"
)

// argument returns the value of an argument of a block. A string that cannot be worked out is a hole that mentions
// what it is made from.
func (s *scope) argument(a *Attribute, ctx *hcl.EvalContext) cty.Value {
	v := s.evalIn(a, ctx)
	plain, marks := v.Unmark()
	if plain.IsKnown() || plain.Type() != cty.DynamicPseudoType && plain.Type() != cty.String {
		return v
	}
	refs := s.mentions(a.Expr, ctx)
	if len(refs) == 0 && plain.Type() == cty.DynamicPseudoType {
		return v
	}
	if _, isName := a.Expr.(*traversalExpr); isName && len(refs) == 1 {
		return cty.StringVal(s.ev.tokens.Ref(refs[0])).WithMarks(marks)
	}
	return cty.StringVal(s.ev.tokens.Hole(graph.ReasonAfterApply, refs...)).WithMarks(marks)
}

// blocks returns the blocks of a name as a tuple of objects; unknown where it is not known how many there are.
func (s *scope) blocks(name string, b *Body, sch *schema.Block, ctx *hcl.EvalContext) cty.Value {
	var list []cty.Value
	for _, nested := range b.Blocks {
		switch {
		case nested.Type == name:
			list = append(list, s.object(nested.Body, sch, ctx))
		case nested.Type == "dynamic" && blockName(nested) == name:
			more, ok := s.dynamic(nested, sch, ctx)
			if !ok {
				return cty.DynamicVal
			}
			list = append(list, more...)
		}
	}
	return cty.TupleVal(list)
}

// object returns the arguments and blocks of a body.
func (s *scope) object(b *Body, sch *schema.Block, ctx *hcl.EvalContext) cty.Value {
	attrs := make(map[string]cty.Value, len(b.Attrs))
	for name, a := range b.Attrs {
		v := s.argument(a, ctx)
		if sch != nil {
			if attr, ok := sch.Attrs[name]; ok {
				v = s.ev.conformAttr(v, attr.Type)
				if attr.Sensitive {
					v = v.Mark(funcs.Sensitive)
				}
			}
		}
		attrs[name] = v
	}
	for _, nested := range b.Blocks {
		name := blockName(nested)
		if _, done := attrs[name]; !done {
			var inner *schema.Block
			if sch != nil {
				inner = sch.Blocks[name].Block
			}
			attrs[name] = s.blocks(name, b, inner, ctx)
		}
	}
	return cty.ObjectVal(attrs)
}

// dynamic expands a dynamic block: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
func (s *scope) dynamic(b *Block, sch *schema.Block, ctx *hcl.EvalContext) ([]cty.Value, bool) {
	contexts, ok := s.iterations(b, ctx)
	if !ok {
		return nil, false
	}
	content := contentOf(b)
	var out []cty.Value
	for _, child := range contexts {
		s.ev.step()
		out = append(out, s.object(content, sch, child))
	}
	return out, true
}

// iterations returns where the names within each of the blocks that a dynamic one makes are looked up; false where it is
// not known how many there are.
func (s *scope) iterations(b *Block, ctx *hcl.EvalContext) ([]*hcl.EvalContext, bool) {
	each := b.Body.Attrs["for_each"]
	if each == nil || contentOf(b) == b.Body {
		return nil, false
	}
	iterator := blockName(b)
	if a := b.Body.Attrs["iterator"]; a != nil {
		iterator = keyword(a)
	}
	v, marks := s.evalIn(each, ctx).Unmark()
	if !v.IsKnown() {
		return nil, false
	}
	if v.IsNull() || !v.CanIterateElements() {
		return nil, v.IsNull()
	}
	if v.LengthInt() > maxElements {
		s.ev.failf("a dynamic block %q has more than %d elements", iterator, maxElements)
	}
	isSet := v.Type().IsSetType()
	var out []*hcl.EvalContext
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if isSet {
			key = value
		}
		child := ctx.NewChild()
		child.Variables = map[string]cty.Value{iterator: cty.ObjectVal(map[string]cty.Value{"key": key.WithMarks(marks), "value": value.WithMarks(marks)})}
		out = append(out, child)
	}
	return out, true
}

// either returns what two values have in common, of which one is real: a string that is the value of one of the
// references that both are.
func (ev *evaluation) either(a, b cty.Value) cty.Value {
	a, marksA := a.Unmark()
	b, marksB := b.Unmark()
	return ev.eitherOf(a, b).WithMarks(marksA, marksB)
}

func (ev *evaluation) eitherOf(a, b cty.Value) cty.Value {
	if sameValue(a, b) {
		return a
	}
	x, okX := knownString(a)
	y, okY := knownString(b)
	switch {
	case okX && okY:
		return ev.eitherString(x, y)
	case okX && b.IsNull(), okY && a.IsNull():
		return cty.StringVal(ev.tokens.Opaque(x + y))
	case !a.IsKnown() || !b.IsKnown() || a.IsNull() || b.IsNull():
		return cty.DynamicVal
	case a.Type().IsTupleType() && b.Type().IsTupleType() && a.LengthInt() == b.LengthInt():
		list := make([]cty.Value, a.LengthInt())
		for i := range list {
			ev.step()
			list[i] = ev.either(a.Index(cty.NumberIntVal(int64(i))), b.Index(cty.NumberIntVal(int64(i))))
		}
		return cty.TupleVal(list)
	case a.Type().IsObjectType() && b.Type().IsObjectType():
		attrs := map[string]cty.Value{}
		for name := range a.Type().AttributeTypes() {
			if !b.Type().HasAttribute(name) {
				return cty.DynamicVal
			}
			ev.step()
			attrs[name] = ev.either(a.GetAttr(name), b.GetAttr(name))
		}
		if len(attrs) != len(b.Type().AttributeTypes()) {
			return cty.DynamicVal
		}
		return cty.ObjectVal(attrs)
	}
	return cty.DynamicVal
}

func sameValue(a, b cty.Value) bool {
	return a.Type().Equals(b.Type()) && a.RawEquals(b) && a.IsWhollyKnown()
}

// eitherString returns a token of one of two strings.
func (ev *evaluation) eitherString(x, y string) cty.Value {
	refs, whole := ev.candidates(x)
	more, wholeToo := ev.candidates(y)
	if whole && wholeToo {
		return cty.StringVal(ev.tokens.OneOf(unionOf(refs, more)...))
	}
	return cty.StringVal(ev.tokens.Opaque(x, y))
}

// candidates returns the references of which a string is exactly one.
func (ev *evaluation) candidates(s string) ([]graph.Ref, bool) {
	parts := ev.tokens.Text(s).Parts()
	if len(parts) != 1 {
		return nil, false
	}
	switch p := parts[0]; {
	case p.Kind == graph.PartRef:
		return []graph.Ref{p.Ref}, true
	case p.Kind == graph.PartHole && p.OneOf:
		return p.Mentions, true
	}
	return nil, false
}

func unionOf(a, b []graph.Ref) []graph.Ref {
	out := append([]graph.Ref{}, a...)
	for _, r := range b {
		found := false
		for _, have := range out {
			found = found || have == r
		}
		if !found {
			out = append(out, r)
		}
	}
	return out
}

// maxOneOf bounds the elements of which one may be chosen.
const maxOneOf = 64

// oneOfAll returns what the elements of a collection have in common, where the key that chooses one is not known.
func (ev *evaluation) oneOfAll(coll, key cty.Value) (cty.Value, bool) {
	coll, marks := coll.Unmark()
	if !coll.IsKnown() || coll.IsNull() || !coll.CanIterateElements() || coll.LengthInt() == 0 || coll.LengthInt() > maxOneOf {
		return cty.NilVal, false
	}
	out := cty.NilVal
	for it := coll.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if key.IsKnown() && k.Type() == cty.String && key.Type() == cty.String && k.AsString() == key.AsString() {
			return v.WithMarks(marks), true
		}
		if token.In(k) {
			return cty.NilVal, false
		}
		if out == cty.NilVal {
			out = v
		} else {
			out = ev.either(out, v)
		}
	}
	return out.WithMarks(marks), true
}
