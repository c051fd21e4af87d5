package terraform

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/table"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/token"
)

// decode turns a value of a configuration into the form that values of plans have when they are decoded from JSON:
// the value, and the marks of what is unknown and of what is sensitive.
func decode(v cty.Value, tokens *token.Table) table.Values {
	v, marks := v.Unmark()
	out := decodePlain(v, tokens)
	if _, ok := marks[funcs.Sensitive]; ok {
		out.Sensitive = true
	}
	return out
}

func decodePlain(v cty.Value, tokens *token.Table) table.Values {
	if !v.IsKnown() {
		return table.Values{Unknown: true}
	}
	if v.IsNull() {
		return table.Values{}
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		if s := v.AsString(); token.Has(s) {
			return table.Values{Value: table.SymbolicOf(s, tokens)}
		}
		return table.Values{Value: v.AsString()}
	case ty == cty.Bool:
		return table.Values{Value: v.True()}
	case ty == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return table.Values{Value: f}
	case ty.IsTupleType(), ty.IsListType(), ty.IsSetType():
		list := make([]any, 0, v.LengthInt())
		unknown, sensitive := make([]any, 0, v.LengthInt()), make([]any, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			d := decode(e, tokens)
			list, unknown, sensitive = append(list, d.Value), append(unknown, d.Unknown), append(sensitive, d.Sensitive)
		}
		return table.Values{Value: list, Unknown: unlessEmpty(unknown), Sensitive: unlessEmpty(sensitive)}
	case ty.IsObjectType(), ty.IsMapType():
		value, unknown, sensitive := map[string]any{}, map[string]any{}, map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			k, _ = k.Unmark()
			d := decode(e, tokens)
			name := k.AsString()
			if d.Value != nil {
				value[name] = d.Value
			}
			if d.Unknown != nil {
				unknown[name] = d.Unknown
			}
			if d.Sensitive != nil {
				sensitive[name] = d.Sensitive
			}
		}
		out := table.Values{Value: value}
		if len(unknown) > 0 {
			out.Unknown = unknown
		}
		if len(sensitive) > 0 {
			out.Sensitive = sensitive
		}
		return out
	}
	return table.Values{Unknown: true}
}

// unlessEmpty returns a list of marks, or nil where it marks nothing.
func unlessEmpty(marks []any) any {
	for _, m := range marks {
		if m != nil {
			return marks
		}
	}
	return nil
}
