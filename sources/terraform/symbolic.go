package terraform

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/terraform/token"
)

// symbolic is a string of a configuration with tokens in it, where a decoded plan has a string.
type symbolic struct {
	s      string
	tokens *token.Table
}

// text returns the text that the string is.
func (s symbolic) text() graph.Text { return s.tokens.Text(s.s) }

// member returns a member of the JSON object that the string spells.
func (s symbolic) member(key string) any {
	var m map[string]any
	if json.Unmarshal([]byte(s.s), &m) != nil {
		// Some other string decides: what it is made of is all that is known of the member.
		return symbolic{s.tokens.Opaque(s.s), s.tokens}
	}
	return s.of(m[key])
}

// of marks the strings of a decoded value that have tokens.
func (s symbolic) of(v any) any {
	switch t := v.(type) {
	case string:
		if token.Has(t) {
			return symbolic{t, s.tokens}
		}
	case []any:
		for i := range t {
			t[i] = s.of(t[i])
		}
	case map[string]any:
		for k := range t {
			t[k] = s.of(t[k])
		}
	}
	return v
}

// decode turns a value of a configuration into the form that values of plans have when they are decoded from JSON:
// the value, and the marks of what is unknown and of what is sensitive.
func decode(v cty.Value, tokens *token.Table) values {
	v, marks := v.Unmark()
	out := decodePlain(v, tokens)
	if _, ok := marks[funcs.Sensitive]; ok {
		out.sensitive = true
	}
	return out
}

func decodePlain(v cty.Value, tokens *token.Table) values {
	if !v.IsKnown() {
		return values{unknown: true}
	}
	if v.IsNull() {
		return values{}
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		if s := v.AsString(); token.Has(s) {
			return values{value: symbolic{s, tokens}}
		}
		return values{value: v.AsString()}
	case ty == cty.Bool:
		return values{value: v.True()}
	case ty == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return values{value: f}
	case ty.IsTupleType(), ty.IsListType(), ty.IsSetType():
		list := make([]any, 0, v.LengthInt())
		unknown, sensitive := make([]any, 0, v.LengthInt()), make([]any, 0, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			d := decode(e, tokens)
			list, unknown, sensitive = append(list, d.value), append(unknown, d.unknown), append(sensitive, d.sensitive)
		}
		return values{value: list, unknown: unlessEmpty(unknown), sensitive: unlessEmpty(sensitive)}
	case ty.IsObjectType(), ty.IsMapType():
		value, unknown, sensitive := map[string]any{}, map[string]any{}, map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			k, _ = k.Unmark()
			d := decode(e, tokens)
			name := k.AsString()
			if d.value != nil {
				value[name] = d.value
			}
			if d.unknown != nil {
				unknown[name] = d.unknown
			}
			if d.sensitive != nil {
				sensitive[name] = d.sensitive
			}
		}
		out := values{value: value}
		if len(unknown) > 0 {
			out.unknown = unknown
		}
		if len(sensitive) > 0 {
			out.sensitive = sensitive
		}
		return out
	}
	return values{unknown: true}
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
