package funcs

import (
	"errors"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// class is what a function does with strings that have tokens.
type class uint8

const (
	// whole functions carry strings along as they are, or look at them with the library's help.
	whole class = iota
	// comparing functions ask which strings are equal: they are called where no token has a say in that.
	comparing
	// opaque functions take strings apart; a string may also be one that they refuse.
	opaque
	// total functions are opaque ones that take any string.
	total
	// impure functions give another string each time.
	impure
	// lazy functions get expressions instead of values.
	lazy
)

// classed wraps a function so that it follows its class. The wrapper takes arguments of any type, because the
// conversion to the type of a parameter depends on the tokens: a string with one may well be a number.
func (l *library) classed(c class, inner function.Function) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for _, p := range inner.Params() {
		spec.Params = append(spec.Params, loose(p))
	}
	if p := inner.VarParam(); p != nil {
		v := loose(*p)
		spec.VarParam = &v
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) { return l.guarded(c, inner, args) }
	return function.New(spec)
}

func loose(p function.Parameter) function.Parameter {
	if p.Type != cty.String {
		p.Type = cty.DynamicPseudoType
	}
	p.AllowUnknown, p.AllowMarked, p.AllowDynamicType = true, true, true
	return p
}

// guarded keeps what goes wrong within a library from ending the program, or from being shown: it is not the fault of
// the configuration.
func (l *library) guarded(c class, inner function.Function, args []cty.Value) (out cty.Value, err error) {
	defer func() {
		if _, panicked := errors.AsType[function.PanicError](err); panicked || recover() != nil {
			l.doubts++
			out, err = cty.NilVal, errors.New("cannot be evaluated with these arguments")
		}
	}()
	return l.call(c, inner, args)
}

// call calls a function as its class demands.
func (l *library) call(c class, inner function.Function, args []cty.Value) (cty.Value, error) {
	from, err := l.tokensOf(c, inner, args)
	if err != nil {
		return cty.NilVal, err
	}
	blurred := len(from) > 0 && (c == opaque || c == total)
	converted := make([]cty.Value, len(args))
	for i, a := range args {
		ty := parameter(inner, i).Type
		if blurred || len(from) > 0 && narrow(ty) {
			blurred = blurred || hasTokens(a)
			a = blur(a)
		}
		if converted[i], err = l.convert(a, ty); err != nil {
			return cty.NilVal, argumentError(i, "%w", err)
		}
	}
	if c == comparing && len(from) > 0 && !l.decided(converted) {
		blurred = true
		for i, a := range converted {
			if converted[i] = blur(a); untyped(converted[i]) {
				return hiddenAs(cty.DynamicVal, args...), nil
			}
		}
	}
	out, err := apply(inner, converted...)
	if err != nil {
		return cty.NilVal, err
	}
	if c == impure {
		return l.again(out), nil
	}
	if err := l.bounded(out); err != nil {
		return cty.NilVal, err
	}
	if !blurred {
		return out, nil
	}
	if c != total {
		l.doubts++
	}
	if plain, marks := out.Unmark(); c != whole && !plain.IsKnown() && plain.Type() == cty.String {
		return cty.StringVal(l.env.Tokens.Opaque(from...)).WithMarks(marks), nil
	}
	return out, nil
}

// tokensOf returns the strings with tokens that a class has to know of.
func (l *library) tokensOf(c class, inner function.Function, args []cty.Value) ([]string, error) {
	var from []string
	for i, a := range args {
		if c != whole || narrow(parameter(inner, i).Type) {
			found, err := l.stringsWithTokens(a)
			if err != nil {
				return nil, err
			}
			from = append(from, found...)
		}
	}
	return from, nil
}

// again is the result of a function that gives another one each time.
func (l *library) again(v cty.Value) cty.Value {
	plain, marks := v.Unmark()
	if !plain.IsKnown() || plain.Type() != cty.String {
		return v
	}
	return cty.StringVal(l.env.Tokens.Hole(graph.ReasonAfterApply, l.env.Tokens.Refs(plain.AsString())...)).WithMarks(marks)
}

// parameter returns the parameter that takes an argument.
func parameter(f function.Function, i int) function.Parameter {
	if fixed := f.Params(); i < len(fixed) {
		return fixed[i]
	}
	if p := f.VarParam(); p != nil {
		return *p
	}
	return function.Parameter{Type: cty.DynamicPseudoType}
}

// narrow says that a type has no room for the string that a token is in.
func narrow(ty cty.Type) bool {
	for ty.IsCollectionType() {
		ty = ty.ElementType()
	}
	return ty == cty.Number || ty == cty.Bool
}

// uniform says that all types are the same one, which is known whole.
func uniform(types []cty.Type) bool {
	for _, ty := range types {
		if ty.HasDynamicTypes() || !ty.Equals(types[0]) {
			return false
		}
	}
	return true
}

// convert converts an argument to the type of its parameter.
func (l *library) convert(v cty.Value, ty cty.Type) (cty.Value, error) {
	if ty.IsListType() {
		v = l.listed(v)
	}
	if ty.IsCollectionType() && ty.HasDynamicTypes() {
		var err error
		if v, err = l.likeElements(v, ty.IsSetType()); err != nil {
			return cty.NilVal, err
		}
	}
	return convert.Convert(v, ty) //nolint:wrapcheck // the caller says which argument it is
}

// likeElements turns a tuple of many elements into a list or set. It takes long to find the type that they have in
// common, unless it is the same one.
func (l *library) likeElements(v cty.Value, set bool) (cty.Value, error) {
	plain, marks := v.Unmark()
	if !plain.Type().IsTupleType() || plain.IsNull() || !plain.IsKnown() || plain.LengthInt() <= 64 {
		return v, nil
	}
	switch {
	case !uniform(plain.Type().TupleElementTypes()):
		if plain.LengthInt() > maxTuple {
			return cty.NilVal, l.tooLarge("the list")
		}
		return v, nil
	case set:
		return cty.SetVal(plain.AsValueSlice()).WithMarks(marks), nil
	}
	return cty.ListVal(plain.AsValueSlice()).WithMarks(marks), nil
}
