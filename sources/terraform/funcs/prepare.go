package funcs

import (
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trailguard/trailguard/sources/token"
)

// before makes a function that prepares the arguments of another. Where the preparation gives a result of its own,
// that is the one.
func before(f function.Function, prepare func(l *library, args []cty.Value) (cty.Value, error)) maker {
	return func(l *library) function.Function {
		spec := &function.Spec{Params: f.Params(), VarParam: f.VarParam(), Type: function.StaticReturnType(cty.DynamicPseudoType)}
		for i := range spec.Params {
			spec.Params[i].AllowUnknown, spec.Params[i].AllowMarked, spec.Params[i].AllowDynamicType = true, true, true
		}
		if spec.VarParam != nil {
			v := *spec.VarParam
			v.AllowUnknown, v.AllowMarked, v.AllowDynamicType = true, true, true
			spec.VarParam = &v
		}
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			args = slices.Clone(args)
			if out, err := prepare(l, args); err != nil || out != cty.NilVal {
				return out, err
			}
			return apply(f, args...)
		}
		return function.New(spec)
	}
}

// listSets gives the sets among the arguments an order.
func listSets(l *library, args []cty.Value) (cty.Value, error) {
	for i, a := range args {
		args[i] = l.listed(a)
	}
	return cty.NilVal, nil
}

// listDeep gives all sets within lists an order, and bounds what they hold.
func listDeep(l *library, args []cty.Value) (cty.Value, error) {
	if size(args[0], maxSize) > maxSize {
		return cty.NilVal, l.tooLarge("the list")
	}
	if hasTokens(args[0]) {
		args[0] = l.deepListed(args[0])
	}
	return cty.NilVal, nil
}

func (l *library) deepListed(v cty.Value) cty.Value {
	plain, marks := l.listed(v).Unmark()
	ty := plain.Type()
	if plain.IsNull() || !plain.IsKnown() || !ty.IsListType() && !ty.IsTupleType() || plain.LengthInt() == 0 {
		return plain.WithMarks(marks)
	}
	elements := plain.AsValueSlice()
	for i, e := range elements {
		elements[i] = l.deepListed(e)
	}
	return cty.TupleVal(elements).WithMarks(marks)
}

// limitSize bounds what a function that writes its argument out, or copies it, is given.
func limitSize(l *library, args []cty.Value) (cty.Value, error) {
	n := 0
	for _, a := range args {
		n += size(a, maxSize)
	}
	if n > maxSize {
		return cty.NilVal, l.tooLarge("an argument")
	}
	return cty.NilVal, nil
}

// limitPairs bounds what a function that compares every element with every other is given.
func limitPairs(l *library, args []cty.Value) (cty.Value, error) {
	for _, a := range args {
		plain, _ := a.Unmark()
		if plain.IsNull() || !plain.IsKnown() || !plain.CanIterateElements() || !plain.Length().IsKnown() {
			continue
		}
		if n := plain.LengthInt(); n*n > maxCompared || n*size(a, maxSize) > 16*maxCompared {
			return cty.NilVal, l.tooLarge("the list")
		}
	}
	return cty.NilVal, nil
}

// limitProduct bounds the size of a product. Where tokens decide which elements of a set are the same one, its size is
// not known.
func limitProduct(l *library, args []cty.Value) (cty.Value, error) {
	total, sets := 1, false
	for i, a := range args {
		a, err := l.likeElements(a, false)
		if err != nil {
			return cty.NilVal, err
		}
		args[i] = a
		plain, _ := a.Unmark()
		sets = sets || plain.Type().IsSetType()
		if plain.IsNull() || !plain.IsKnown() || !plain.CanIterateElements() || !plain.Length().IsKnown() {
			continue
		}
		if total *= plain.LengthInt(); total > maxElements {
			return cty.NilVal, l.tooLarge("the product")
		}
	}
	if sets && !l.decided(args) {
		for i, a := range args {
			args[i] = blur(a)
		}
	}
	return cty.NilVal, nil
}

// mergeable says nothing of a merge in which tokens decide whether two maps have the same key.
func mergeable(l *library, args []cty.Value) (cty.Value, error) {
	var before []string
	for _, a := range args {
		keys := keysOf(a)
		if !l.apart(slices.DeleteFunc(slices.Clone(keys), func(s string) bool { return !token.Has(s) }), before) ||
			!l.apart(keys, slices.DeleteFunc(slices.Clone(before), func(s string) bool { return !token.Has(s) })) {
			return hiddenAs(cty.DynamicVal, args...), nil
		}
		before = append(before, keys...)
	}
	return cty.NilVal, nil
}

// zippable says nothing of a map in which tokens decide whether two keys are the same.
func zippable(l *library, args []cty.Value) (cty.Value, error) {
	if hasTokens(args[0]) && !l.decided(args[:1]) {
		args[0] = blur(args[0])
	}
	return cty.NilVal, nil
}

// transposable is zippable for a map whose values become keys, in lists in the order of its keys.
func transposable(l *library, args []cty.Value) (cty.Value, error) {
	if !hasTokens(args[0]) {
		return cty.NilVal, nil
	}
	plain, _ := args[0].Unmark()
	if !l.decided(slices.Collect(maps.Values(plain.AsValueMap()))) || !l.ordered(keysOf(plain)) {
		args[0] = blur(args[0])
	}
	return cty.NilVal, nil
}

// sortedKeys gives the keys of a map in an order that is certain, or each as any of them.
func sortedKeys(l *library, args []cty.Value) (cty.Value, error) {
	keys := keysOf(args[0])
	texts, ordered := l.sorted(keys)
	if ordered {
		return cty.NilVal, nil
	}
	values := make([]cty.Value, len(texts))
	for i, s := range texts {
		values[i] = cty.StringVal(s)
	}
	plain, marks := args[0].Unmark()
	if plain.Type().IsObjectType() {
		return cty.TupleVal(values).WithMarks(marks), nil
	}
	return cty.ListVal(values).WithMarks(marks), nil
}

// sortedValues gives the values of a map in the order of its keys, if that is certain.
func sortedValues(l *library, args []cty.Value) (cty.Value, error) {
	if _, ordered := l.sorted(keysOf(args[0])); ordered {
		return cty.NilVal, nil
	}
	plain, _ := args[0].Unmark()
	if plain.Type().IsObjectType() {
		return hiddenAs(cty.DynamicVal, args[0]), nil
	}
	return hiddenAs(cty.UnknownVal(cty.List(plain.Type().ElementType())), args[0]), nil
}

// compactable says nothing of a list that may have an empty string in it.
func compactable(l *library, args []cty.Value) (cty.Value, error) {
	maybe := false
	visitStrings(args[0], func(s string) bool {
		maybe = token.Has(s) && !l.neverEmpty(s)
		return !maybe
	})
	if maybe {
		return hiddenAs(cty.UnknownVal(cty.List(cty.String)), args[0]), nil
	}
	return cty.NilVal, nil
}
