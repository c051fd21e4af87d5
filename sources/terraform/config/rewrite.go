package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// rewrite replaces the expressions that look at strings, or at whether something is known, by ones that know of
// tokens, and those that name something by ones that ask the scope for it. The others stay as HCL made them.
//
//nolint:ireturn // expressions are of many types
func rewrite(e hclsyntax.Expression) hclsyntax.Expression {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		e.Expression = rewrite(e.Expression)
	case *hclsyntax.ScopeTraversalExpr:
		return &traversalExpr{e}
	case *hclsyntax.RelativeTraversalExpr:
		e.Source = rewrite(e.Source)
		return &relativeExpr{e}
	case *hclsyntax.IndexExpr:
		e.Collection, e.Key = rewrite(e.Collection), rewrite(e.Key)
		return &indexExpr{e}
	case *hclsyntax.SplatExpr:
		e.Source, e.Each = rewrite(e.Source), rewrite(e.Each)
		return &splatExpr{e}
	case *hclsyntax.FunctionCallExpr:
		for i := range e.Args {
			e.Args[i] = rewrite(e.Args[i])
		}
		return &callExpr{e}
	case *hclsyntax.ConditionalExpr:
		e.Condition, e.TrueResult, e.FalseResult = rewrite(e.Condition), rewrite(e.TrueResult), rewrite(e.FalseResult)
		return &conditionalExpr{e}
	case *hclsyntax.TupleConsExpr:
		for i := range e.Exprs {
			e.Exprs[i] = rewrite(e.Exprs[i])
		}
	case *hclsyntax.ObjectConsExpr:
		for i := range e.Items {
			e.Items[i].KeyExpr, e.Items[i].ValueExpr = rewrite(e.Items[i].KeyExpr), rewrite(e.Items[i].ValueExpr)
		}
	case *hclsyntax.ObjectConsKeyExpr:
		e.Wrapped = rewrite(e.Wrapped)
	case *hclsyntax.ForExpr:
		e.CollExpr, e.ValExpr = rewrite(e.CollExpr), &stepExpr{rewrite(e.ValExpr)}
		if e.KeyExpr != nil {
			e.KeyExpr = rewrite(e.KeyExpr)
		}
		if e.CondExpr != nil {
			e.CondExpr = rewrite(e.CondExpr)
		}
	case *hclsyntax.TemplateExpr:
		for i := range e.Parts {
			e.Parts[i] = rewrite(e.Parts[i])
		}
		return &templateExpr{e}
	case *hclsyntax.TemplateJoinExpr:
		e.Tuple = rewrite(e.Tuple)
	case *hclsyntax.TemplateWrapExpr:
		e.Wrapped = rewrite(e.Wrapped)
	case *hclsyntax.BinaryOpExpr:
		e.LHS, e.RHS = rewrite(e.LHS), rewrite(e.RHS)
		switch e.Op {
		case hclsyntax.OpEqual:
			return &equalExpr{BinaryOpExpr: e}
		case hclsyntax.OpNotEqual:
			return &equalExpr{BinaryOpExpr: e, not: true}
		}
	case *hclsyntax.UnaryOpExpr:
		e.Val = rewrite(e.Val)
	}
	return e
}

// traversalExpr names something: a variable of a for expression, or what the scope knows.
type traversalExpr struct{ *hclsyntax.ScopeTraversalExpr }

// Value returns what is named.
func (e *traversalExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	s := scopeOf(ctx, e.Traversal.RootName())
	if s == nil {
		return e.ScopeTraversalExpr.Value(ctx)
	}
	s.ev.step()
	return s.traverse(e.Traversal, e.SrcRange)
}

// flatten returns the traversal that an expression is once its indexes are known, where it begins with something that
// the scope knows: aws_sqs_queue.siem[each.key].arn.
func flatten(e hclsyntax.Expression, ctx *hcl.EvalContext) (*scope, hcl.Traversal) {
	switch e := e.(type) {
	case *traversalExpr:
		return scopeOf(ctx, e.Traversal.RootName()), e.Traversal
	case *relativeExpr:
		if s, t := flatten(e.Source, ctx); s != nil {
			return s, append(slices.Clip(t), e.Traversal...)
		}
	case *indexExpr:
		s, t := flatten(e.Collection, ctx)
		if s == nil {
			return nil, nil
		}
		key, diags := e.Key.Value(ctx)
		if diags.HasErrors() {
			return nil, nil
		}
		key, marks := key.Unmark()
		if len(marks) > 0 || !key.IsKnown() || key.IsNull() || token.In(key) || !key.Type().IsPrimitiveType() {
			return nil, nil
		}
		return s, append(slices.Clip(t), hcl.TraverseIndex{Key: key, SrcRange: e.SrcRange})
	}
	return nil, nil
}

// relativeExpr is a traversal of what another expression gives.
type relativeExpr struct {
	*hclsyntax.RelativeTraversalExpr
}

// Value returns what is at the end of the way.
func (e *relativeExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if s, t := flatten(e, ctx); s != nil {
		s.ev.step()
		return s.traverse(t, e.SrcRange)
	}
	return e.RelativeTraversalExpr.Value(ctx)
}

// indexExpr is an element of a collection.
type indexExpr struct{ *hclsyntax.IndexExpr }

// Value returns the element; one of all where the key is not known.
func (e *indexExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if s, t := flatten(e, ctx); s != nil {
		s.ev.step()
		return s.traverse(t, e.SrcRange)
	}
	coll, diags := e.Collection.Value(ctx)
	key, keyDiags := e.Key.Value(ctx)
	if diags = append(diags, keyDiags...); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	s := anyScope(ctx)
	plain, marks := key.Unmark()
	if s != nil && !plain.IsNull() && (!plain.IsKnown() || token.In(plain)) {
		if v, ok := s.ev.oneOfAll(coll, plain); ok {
			return v.WithMarks(marks), diags
		}
		return cty.DynamicVal.WithMarks(marks), diags
	}
	v, more := hcl.Index(coll, key, &e.BracketRange)
	return v, append(diags, more...)
}

// splatExpr takes the same attribute of every element.
type splatExpr struct{ *hclsyntax.SplatExpr }

// Value returns the attributes. Of the instances of a resource only what is asked for is worked out.
func (e *splatExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if each, ok := e.Each.(*relativeExpr); ok && each.Source == hclsyntax.Expression(e.Item) {
		if s, t := flatten(e.Source, ctx); s != nil {
			if v, ok := s.splat(t, each.Traversal, e.SrcRange); ok {
				return v, nil
			}
		}
	}
	return e.SplatExpr.Value(ctx)
}

// stepExpr counts how often it is evaluated: it stands within a loop.
type stepExpr struct{ hclsyntax.Expression }

// Value returns the value of the expression within.
func (e *stepExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if s := anyScope(ctx); s != nil {
		s.ev.step()
	}
	return e.Expression.Value(ctx)
}

// callExpr calls a function.
type callExpr struct{ *hclsyntax.FunctionCallExpr }

// Value returns what the function gives, once it is known to be of a bearable size.
func (e *callExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.FunctionCallExpr.Value(ctx)
	if s := anyScope(ctx); s != nil {
		s.ev.step()
		s.ev.weigh(v)
		s.ev.unread(e.Name, e.NameRange)
	}
	return v, diags
}

// conditionalExpr chooses between two values.
type conditionalExpr struct{ *hclsyntax.ConditionalExpr }

// Value returns the value that is chosen; where the condition is not known, what both have in common.
func (e *conditionalExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	cond, diags := e.Condition.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	cond, marks := cond.Unmark()
	if cond.IsKnown() && !cond.IsNull() {
		var err error
		if cond, err = convert.Convert(cond, cty.Bool); err != nil {
			if !token.In(cond) {
				return e.ConditionalExpr.Value(ctx) // which words the error
			}
			cond = cty.UnknownVal(cty.Bool)
		}
	}
	if cond.IsNull() {
		return e.ConditionalExpr.Value(ctx)
	}
	if cond.IsKnown() {
		chosen, other := e.TrueResult, e.FalseResult
		if cond.False() {
			chosen, other = other, chosen
		}
		v, diags := chosen.Value(ctx)
		if ty := v.Type(); ty == cty.Bool || ty == cty.Number { // to be a string beside a string
			if o, _ := other.Value(ctx); o.Type() == cty.String {
				if s, err := convert.Convert(v, cty.String); err == nil {
					v = s
				}
			}
		}
		return v.WithMarks(marks), diags
	}
	a, diags := e.TrueResult.Value(ctx)
	b, more := e.FalseResult.Value(ctx)
	s := anyScope(ctx)
	if diags = append(diags, more...); diags.HasErrors() || s == nil {
		return cty.DynamicVal.WithMarks(marks), nil
	}
	return s.ev.either(a, b).WithMarks(marks), nil
}

// templateExpr puts a string together.
type templateExpr struct{ *hclsyntax.TemplateExpr }

// Value returns the string; what is not known of it is a hole that mentions what it is made from.
func (e *templateExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	s := anyScope(ctx)
	if s == nil {
		return e.TemplateExpr.Value(ctx)
	}
	var out []byte
	var diags hcl.Diagnostics
	var marks []cty.ValueMarks
	for _, part := range e.Parts {
		v, partDiags := part.Value(ctx)
		if diags = append(diags, partDiags...); partDiags.HasErrors() {
			continue
		}
		v, m := v.UnmarkDeep()
		marks = append(marks, m)
		str, ok := s.str(part, v, ctx)
		if !ok {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid template interpolation value", Subject: part.Range().Ptr()})
			continue
		}
		if out = append(out, str...); len(out) > maxBytes {
			s.ev.failf("a string of more than %d MiB", maxBytes>>20)
		}
	}
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return cty.StringVal(string(out)).WithMarks(marks...), diags
}

// str converts a value to a string. What is not known is a token of what the expression refers to.
func (s *scope) str(e hclsyntax.Expression, v cty.Value, ctx *hcl.EvalContext) (string, bool) {
	if v.IsNull() {
		return "", false
	}
	if !v.IsKnown() {
		if !v.Type().IsPrimitiveType() && v.Type() != cty.DynamicPseudoType {
			return "", false
		}
		refs := s.mentions(e, ctx)
		if _, plain := e.(*traversalExpr); plain && len(refs) == 1 {
			return s.ev.tokens.Ref(refs[0]), true
		}
		return s.ev.tokens.Hole(graph.ReasonAfterApply, refs...), true
	}
	str, err := convert.Convert(v, cty.String)
	if err != nil || str.IsNull() || !str.IsKnown() {
		return "", false
	}
	return str.AsString(), true
}

// equalExpr compares two values.
type equalExpr struct {
	*hclsyntax.BinaryOpExpr
	not bool
}

// Value says whether the values are equal; unknown where tokens decide.
func (e *equalExpr) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	s := anyScope(ctx)
	if s == nil {
		return e.BinaryOpExpr.Value(ctx)
	}
	a, diags := e.LHS.Value(ctx)
	b, more := e.RHS.Value(ctx)
	if diags = append(diags, more...); diags.HasErrors() {
		return cty.UnknownVal(cty.Bool), diags
	}
	a, marks := a.UnmarkDeep()
	b, moreMarks := b.UnmarkDeep()
	v := s.ev.equal(a, b)
	if e.not && v.IsKnown() {
		v = v.Not()
	}
	return v.WithMarks(marks, moreMarks), diags
}

// equal compares two unmarked values, as the == of Terraform does where no token has a part in it.
func (ev *evaluation) equal(a, b cty.Value) cty.Value {
	unknown := cty.UnknownVal(cty.Bool)
	switch {
	case !token.In(a) && !token.In(b):
		v, err := safeEqual(a, b)
		if err != nil {
			return unknown
		}
		return v
	case a.IsNull() || b.IsNull():
		other := a
		if a.IsNull() {
			other = b
		}
		if other.Type() == cty.String && !ev.neverEmpty(other.AsString()) {
			return unknown
		}
		return cty.False // a list, or a string that is made of something, is not null
	case a.Type() != cty.String || b.Type() != cty.String:
		if a.RawEquals(b) {
			return cty.True
		}
		return unknown
	case a.AsString() == "" && ev.neverEmpty(b.AsString()), b.AsString() == "" && ev.neverEmpty(a.AsString()):
		return cty.False
	}
	switch ev.tokens.Equal(a.AsString(), b.AsString()) {
	case graph.Yes:
		return cty.True
	case graph.No:
		return cty.False
	case graph.Maybe:
	}
	return unknown
}

// safeEqual is == for values without tokens.
func safeEqual(a, b cty.Value) (cty.Value, error) {
	f := hclsyntax.OpEqual.Impl
	return f.Call([]cty.Value{a, b}) //nolint:wrapcheck // nobody reads it
}

// neverEmpty says that a string is neither null nor empty, whatever its tokens stand for: some of it is literal, or
// it begins with what AWS gives everything: an ARN, an identifier.
func (ev *evaluation) neverEmpty(s string) bool {
	for _, p := range ev.tokens.Text(s).Parts() {
		switch p.Kind {
		case graph.PartLiteral:
			return true
		case graph.PartRef:
			if alwaysThere(p.Ref) {
				return true
			}
		case graph.PartHole:
		}
	}
	return false
}

func alwaysThere(r graph.Ref) bool {
	return r.Attr == "arn" || r.Attr == "id" || r.Attr == "account_id"
}
