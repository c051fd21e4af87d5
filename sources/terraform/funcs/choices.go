package funcs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// coalesce is the first argument that is neither null nor empty.
func coalesce(l *library) function.Function {
	v := anyValue("vals")
	v.AllowMarked = false // what is passed over decides as well
	return function.New(&function.Spec{
		VarParam: &v,
		Type: func(args []cty.Value) (cty.Type, error) {
			types := make([]cty.Type, len(args))
			for i, a := range args {
				types[i] = a.Type()
			}
			ty, _ := convert.UnifyUnsafe(types)
			if ty == cty.NilType {
				return cty.NilType, errors.New("all arguments must have the same type")
			}
			return ty, nil
		},
		RefineResult: notNull,
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			var maybe []cty.Value // each of them may be empty
			for _, a := range args {
				a, err := convert.Convert(a, ret)
				if err != nil {
					return cty.NilVal, err //nolint:wrapcheck // says what cannot be converted
				}
				switch {
				case !a.IsKnown():
					return cty.UnknownVal(ret), nil
				case a.IsNull(), a.Type() == cty.String && a.AsString() == "":
					continue
				}
				maybe = append(maybe, a)
				if a.Type() != cty.String || l.neverEmpty(a.AsString()) {
					break
				}
			}
			switch len(maybe) {
			case 0:
				return cty.NilVal, errors.New("no non-null, non-empty-string arguments")
			case 1:
				return maybe[0], nil
			}
			return l.oneOf(maybe, cty.UnknownVal(ret)), nil
		},
	})
}

// outcome is what an expression gives.
type outcome struct {
	value    cty.Value
	diags    hcl.Diagnostics
	doubtful bool // Terraform may fail there, or not
}

func (l *library) attempt(closure cty.Value) outcome {
	before := l.doubts
	v, diags := customdecode.ExpressionClosureFromVal(closure).Value()
	return outcome{value: v, diags: diags, doubtful: l.doubts != before}
}

// try is the first expression that can be evaluated. An expression that is not known whole may yet fail.
func try(l *library) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) == 0 {
				return cty.NilVal, errors.New("at least one argument is required")
			}
			start := l.doubts
			var why []string
			var candidates []cty.Value
			for _, a := range args {
				o := l.attempt(a)
				failed := o.diags.HasErrors()
				switch {
				case failed && !o.doubtful:
					for _, d := range o.diags {
						why = append(why, fmt.Sprintf("%s: %s", d.Summary, d.Detail))
					}
					continue
				case failed:
					return hiddenAs(cty.DynamicVal, candidates...), nil
				case !o.value.IsWhollyKnown():
					return hiddenAs(cty.DynamicVal, append(candidates, o.value)...), nil
				}
				candidates = append(candidates, o.value)
				if !o.doubtful {
					l.doubts = start // one of them will do
					break
				}
			}
			switch len(candidates) {
			case 0:
				return cty.NilVal, errors.New("no expression succeeded:\n- " + strings.Join(why, "\n- "))
			case 1:
				return candidates[0], nil
			}
			return l.oneOf(candidates, cty.DynamicVal), nil
		},
	})
}

// can says whether an expression can be evaluated.
func can(l *library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			start := l.doubts
			o := l.attempt(args[0])
			l.doubts = start
			switch {
			case o.doubtful:
				return cty.UnknownVal(cty.Bool), nil
			case o.diags.HasErrors():
				return cty.False, nil
			case !o.value.IsWhollyKnown():
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.True, nil
		},
	})
}

// sensitive marks a value.
func sensitive(*library) function.Function {
	return ofAny(func(v cty.Value) cty.Value { return v.Mark(Sensitive) })
}

// nonsensitive takes the mark off a value.
func nonsensitive(*library) function.Function {
	return ofAny(func(v cty.Value) cty.Value {
		v, marks := v.Unmark()
		delete(marks, Sensitive)
		return v.WithMarks(marks)
	})
}

// asItIs is ephemeralasnull, for an evaluation without ephemeral values.
func asItIs(*library) function.Function { return ofAny(func(v cty.Value) cty.Value { return v }) }

// isSensitive says whether a value is marked. An unknown one may come to be.
func isSensitive(*library) function.Function {
	return ofAny(func(v cty.Value) cty.Value {
		switch {
		case v.HasMark(Sensitive):
			return cty.True
		case !v.IsKnown():
			return cty.UnknownVal(cty.Bool)
		}
		return cty.False
	})
}

func ofAny(f func(cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyValue("value")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f(args[0]), nil },
	})
}

// matchKeys selects the values whose keys are among those that are searched for.
func matchKeys(l *library) function.Function {
	list := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "values", Type: list}, {Name: "keys", Type: list}, {Name: "searchset", Type: list}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if ty, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); ty == cty.NilType {
				return cty.NilType, errors.New("keys and searchset must be of the same type")
			}
			return args[0].Type(), nil
		},
		RefineResult: notNull,
		Impl: func(args []cty.Value, ret cty.Type) (cty.Value, error) {
			values, keys, wanted := args[0], args[1], args[2]
			keys, wanted = alike(keys, wanted)
			if !values.IsKnown() || !keys.IsWhollyKnown() || !wanted.IsWhollyKnown() || !l.decided([]cty.Value{keys, wanted}) {
				return cty.UnknownVal(ret), nil
			}
			if values.LengthInt() != keys.LengthInt() {
				return cty.NilVal, errors.New("length of keys and values should be equal")
			}
			if keys.LengthInt()*wanted.LengthInt() > maxCompared {
				return cty.NilVal, l.tooLarge("the list")
			}
			var out []cty.Value
			all := values.AsValueSlice()
			for i, k := range keys.AsValueSlice() {
				for _, w := range wanted.AsValueSlice() {
					if eq := k.Equals(w); eq.IsKnown() && eq.True() {
						out = append(out, all[i])
						break
					}
				}
			}
			if len(out) == 0 {
				return cty.ListValEmpty(ret.ElementType()), nil
			}
			return cty.ListVal(out), nil
		},
	})
}

// alike converts two lists to the type they have in common.
func alike(a, b cty.Value) (cty.Value, cty.Value) {
	ty, _ := convert.UnifyUnsafe([]cty.Type{a.Type(), b.Type()})
	x, errX := convert.Convert(a, ty)
	y, errY := convert.Convert(b, ty)
	if errX != nil || errY != nil {
		return a, b
	}
	return x, y
}

// to makes a conversion.
func to(ty cty.Type) maker {
	return func(l *library) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{anyValue("v")},
			Type:   function.StaticReturnType(cty.DynamicPseudoType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				v, err := l.convert(args[0], ty)
				if err != nil {
					return cty.NilVal, argumentError(0, "cannot convert %s to %s", args[0].Type().FriendlyName(), ty.FriendlyName())
				}
				return v, nil
			},
		})
	}
}
