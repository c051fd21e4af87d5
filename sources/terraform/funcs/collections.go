package funcs

import (
	"errors"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// anyValue is a parameter that takes everything, unknown and marked values included.
func anyValue(name string) function.Parameter {
	return function.Parameter{
		Name: name, Type: cty.DynamicPseudoType,
		AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
	}
}

// transpose turns a map of lists around.
func transpose() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: cty.Map(cty.List(cty.String))}},
		Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))), RefineResult: notNull,
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(ret), nil
			}
			lists := map[string][]cty.Value{}
			for it := args[0].ElementIterator(); it.Next(); {
				k, list := it.Element()
				if list.IsNull() {
					return cty.NilVal, argumentError(0, "must not have null lists")
				}
				for _, e := range list.AsValueSlice() {
					if e.IsNull() {
						return cty.NilVal, argumentError(0, "must not have null strings")
					}
					lists[e.AsString()] = append(lists[e.AsString()], k)
				}
			}
			if len(lists) == 0 {
				return cty.MapValEmpty(cty.List(cty.String)), nil
			}
			out := make(map[string]cty.Value, len(lists))
			for k, list := range lists {
				out[k] = cty.ListVal(list)
			}
			return cty.MapVal(out), nil
		},
	})
}

// sortStrings is sort.
func sortStrings(l *library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.String)}},
		Type:   function.StaticReturnType(cty.List(cty.String)), RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !hasTokens(args[0]) || !args[0].IsWhollyKnown() {
				return apply(stdlib.SortFunc, args[0])
			}
			elements := args[0].AsValueSlice()
			texts := make([]string, len(elements))
			for i, e := range elements {
				if e.IsNull() {
					return cty.NilVal, argumentError(0, "must not have null strings")
				}
				texts[i] = e.AsString()
			}
			texts, _ = l.sorted(texts)
			for i, s := range texts {
				elements[i] = cty.StringVal(s)
			}
			return cty.ListVal(elements), nil
		},
	})
}

// length is the number of elements, or of characters.
func length(l *library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{
			Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
		}},
		Type: function.StaticReturnType(cty.Number), RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v, marks := args[0].Unmark()
			ty := v.Type()
			unknown := cty.UnknownVal(cty.Number).WithMarks(marks)
			switch {
			case ty == cty.DynamicPseudoType:
				return unknown, nil
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithMarks(marks), nil
			case ty.IsTupleType():
				return cty.NumberIntVal(int64(ty.Length())).WithMarks(marks), nil
			case ty == cty.String:
				if v.IsKnown() && token.Has(v.AsString()) {
					return unknown, nil
				}
				return apply(stdlib.StrlenFunc, args[0])
			case ty.IsSetType():
				if v.IsKnown() && hasTokens(v) && v.LengthInt() > 1 && !l.decided([]cty.Value{v}) {
					return unknown, nil
				}
			case !ty.IsCollectionType():
				return cty.NilVal, argumentError(0, "argument must be a string, a collection type, or a structural type")
			}
			return v.Length().WithMarks(marks), nil
		},
	})
}

// contains says whether a list has a value.
func contains(l *library, args []cty.Value) (cty.Value, error) {
	if args[1].IsNull() {
		return cty.NilVal, argumentError(1, "argument must not be null")
	}
	found, err := apply(stdlib.ContainsFunc, args...)
	if err != nil || !hasTokens(args[0]) && !hasTokens(args[1]) {
		return found, err
	}
	// What is spelt the same is the same; what is not may yet be.
	if plain, _ := found.Unmark(); plain.IsKnown() && plain.False() && !l.differs(args[0], args[1]) {
		return hiddenAs(cty.UnknownVal(cty.Bool), found), nil
	}
	return found, nil
}

// differs says that no element of a list can be equal to a value.
func (l *library) differs(list, value cty.Value) bool {
	list, _ = list.UnmarkDeep()
	value, _ = value.UnmarkDeep()
	for it := list.ElementIterator(); it.Next(); {
		if _, e := it.Element(); !l.unequal(e, value) {
			return false
		}
	}
	return true
}

// unequal says that two values differ whatever their tokens stand for.
func (l *library) unequal(a, b cty.Value) bool {
	isString := func(v cty.Value) bool { return v.Type() == cty.String && v.IsKnown() && !v.IsNull() }
	if isString(a) && isString(b) {
		return l.equal(a.AsString(), b.AsString()) == graph.No
	}
	if hasTokens(a) || hasTokens(b) {
		eq := blur(a).Equals(blur(b))
		return eq.IsKnown() && eq.False() || !eq.IsKnown() && l.decided([]cty.Value{a, b}) && isFalse(a.Equals(b))
	}
	return isFalse(a.Equals(b))
}

func isFalse(v cty.Value) bool { return v.IsKnown() && v.False() }

// index finds a value in a list.
func index(l *library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Number), RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			list, value := args[0], args[1]
			if ty := list.Type(); !ty.IsListType() && !ty.IsTupleType() {
				return cty.NilVal, argumentError(0, "argument must be a list or tuple")
			}
			if list.LengthInt() == 0 {
				return cty.NilVal, argumentError(0, "cannot search an empty list")
			}
			for i, e := range list.AsValueSlice() {
				switch same := e.Equals(value); {
				case !same.IsKnown():
					return cty.UnknownVal(cty.Number), nil
				case same.True():
					return cty.NumberIntVal(int64(i)), nil
				case !l.unequal(e, value):
					l.doubts++ // the value may be nowhere
					return cty.UnknownVal(cty.Number), nil
				}
			}
			return cty.NilVal, argumentError(1, "item not found")
		},
	})
}

// one is the only element of a list.
func one(l *library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType, AllowMarked: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			switch ty := args[0].Type(); {
			case ty.IsListType(), ty.IsSetType():
				return ty.ElementType(), nil
			case ty.IsTupleType() && ty.Length() == 0:
				return cty.DynamicPseudoType, nil
			case ty.IsTupleType() && ty.Length() == 1:
				return ty.TupleElementType(0), nil
			}
			return cty.NilType, argumentError(0, "must be a list, set, or tuple value with either zero or one elements")
		},
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			list, marks := args[0].Unmark()
			if !list.Length().IsKnown() {
				return cty.UnknownVal(ret).WithMarks(marks), nil
			}
			switch n := list.LengthInt(); {
			case n == 0:
				return cty.NullVal(ret).WithMarks(marks), nil
			case n == 1:
				it := list.ElementIterator()
				it.Next()
				_, v := it.Element()
				return v.WithMarks(marks), nil
			case list.Type().IsSetType() && hasTokens(list) && !l.decided([]cty.Value{list}):
				l.doubts++ // they may all be the same element
				return cty.UnknownVal(ret).WithMarks(marks), nil
			}
			return cty.NilVal, argumentError(0, "must be a list, set, or tuple value with either zero or one elements")
		},
	})
}

// lookup finds the value of a key, or a default.
func lookup(l *library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "inputMap", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true, AllowDynamicType: true},
			{Name: "key", Type: cty.String, AllowMarked: true, AllowUnknown: true},
		},
		VarParam: &function.Parameter{
			Name: "default", Type: cty.DynamicPseudoType,
			AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
		},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) > 3 {
				return cty.NilVal, errors.New("lookup() takes two or three arguments")
			}
			m, marks := args[0].Unmark()
			key, keyMarks := args[1].Unmark()
			out, err := l.lookup(m, key, args[2:])
			if err != nil {
				return cty.NilVal, err
			}
			return out.WithMarks(marks, keyMarks), nil
		},
	})
}

func (l *library) lookup(m, key cty.Value, fallback []cty.Value) (cty.Value, error) {
	ty := m.Type()
	unknown := cty.DynamicVal
	switch {
	case ty == cty.DynamicPseudoType:
		return unknown, nil
	case ty.IsMapType():
		unknown = cty.UnknownVal(ty.ElementType())
		for i, f := range fallback {
			if narrow(ty.ElementType()) {
				f = blur(f)
			}
			v, err := convert.Convert(f, ty.ElementType())
			if err != nil {
				return cty.NilVal, argumentError(2, "the default value must have the same type as the map elements")
			}
			fallback = slices.Clone(fallback)
			fallback[i] = v
		}
	case !ty.IsObjectType():
		return cty.NilVal, argumentError(0, "lookup() requires a map as the first argument")
	}
	if !key.IsKnown() || !m.IsKnown() {
		return unknown, nil
	}
	name := key.AsString()
	at := func(k string) cty.Value {
		if ty.IsObjectType() {
			return m.GetAttr(k)
		}
		return m.Index(cty.StringVal(k))
	}
	if ty.IsObjectType() && ty.HasAttribute(name) || ty.IsMapType() && m.HasIndex(key).True() {
		return at(name), nil
	}
	var candidates []cty.Value
	for _, k := range keysOf(m) {
		if (token.Has(k) || token.Has(name)) && l.equal(k, name) != graph.No {
			candidates = append(candidates, at(k))
		}
	}
	if len(candidates) > 0 {
		l.doubts++ // the key may not be there
		return l.oneOf(append(candidates, fallback...), unknown), nil
	}
	if len(fallback) == 0 {
		return cty.NilVal, argumentError(1, "the given key does not identify an element in this collection value")
	}
	return fallback[0], nil
}

// oneOf is a value that is one of several: a string, or unknown.
func (l *library) oneOf(candidates []cty.Value, unknown cty.Value) cty.Value {
	texts := make([]string, len(candidates))
	var all []cty.ValueMarks
	for i, c := range candidates {
		c, marks := c.Unmark()
		all = append(all, marks)
		if c.Type() != cty.String || c.IsNull() || !c.IsKnown() {
			return hiddenAs(unknown, candidates...)
		}
		texts[i] = c.AsString()
	}
	return cty.StringVal(l.either(texts)).WithMarks(all...)
}
