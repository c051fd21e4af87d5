package funcs

import (
	"errors"
	"math"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// logarithm is log(num, base).
func logarithm(*library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "num", Type: cty.Number}, {Name: "base", Type: cty.Number}},
		Type:   function.StaticReturnType(cty.Number), RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			num, _ := args[0].AsBigFloat().Float64()
			base, _ := args[1].AsBigFloat().Float64()
			return number(math.Log(num) / math.Log(base))
		},
	})
}

// power is pow(num, power).
func power(*library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "num", Type: cty.Number}, {Name: "power", Type: cty.Number}},
		Type:   function.StaticReturnType(cty.Number), RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			num, _ := args[0].AsBigFloat().Float64()
			exponent, _ := args[1].AsBigFloat().Float64()
			return number(math.Pow(num, exponent))
		},
	})
}

// number is the value of a float, which must not be the absence of a number.
func number(f float64) (cty.Value, error) {
	if math.IsNaN(f) {
		return cty.NilVal, errors.New("the result is not a number")
	}
	return cty.NumberFloatVal(f), nil
}

// sum adds numbers up.
func sum(*library) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Number), RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			list := args[0]
			if ty := list.Type(); !ty.IsListType() && !ty.IsSetType() && !ty.IsTupleType() {
				return cty.NilVal, argumentError(0, "must be a list, set, or tuple")
			}
			if !list.IsWhollyKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if list.LengthInt() == 0 {
				return cty.NilVal, argumentError(0, "cannot sum an empty list")
			}
			total := cty.Zero
			for _, e := range list.AsValueSlice() {
				n, err := convert.Convert(e, cty.Number)
				if err != nil || n.IsNull() {
					return cty.NilVal, argumentError(0, "must be a list of numbers")
				}
				total = total.Add(n)
			}
			return total, nil
		},
	})
}

// every makes alltrue and anytrue: the first element that decides is the result.
func every(decisive bool) maker {
	return func(*library) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
			Type:   function.StaticReturnType(cty.Bool), RefineResult: notNull,
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				unknown := false
				for _, e := range args[0].AsValueSlice() {
					switch {
					case !e.IsKnown():
						unknown = true
					case e.IsNull() && !decisive, !e.IsNull() && e.True() == decisive:
						return cty.BoolVal(decisive), nil
					}
				}
				if unknown {
					return cty.UnknownVal(cty.Bool), nil
				}
				return cty.BoolVal(!decisive), nil
			},
		})
	}
}

// compareTimes is timecmp.
func compareTimes(_ *library, s []string) (cty.Value, error) {
	var at [2]time.Time
	for i, text := range s {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return cty.NilVal, argumentError(i, "not a valid RFC 3339 timestamp")
		}
		at[i] = t
	}
	return cty.NumberIntVal(int64(at[0].Compare(at[1]))), nil
}

// onlyWhole refuses fractions.
func onlyWhole(_ *library, args []cty.Value) (cty.Value, error) {
	if n, _ := args[0].Unmark(); n.IsKnown() && !n.IsNull() && n.Type() == cty.Number && !n.AsBigFloat().IsInt() {
		return cty.NilVal, argumentError(0, "value must be a whole number")
	}
	return cty.NilVal, nil
}
