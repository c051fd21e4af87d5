package cloudformation

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
	"github.com/trailguard/trailguard/sources/token"
)

// A value of a template, evaluated, is nil (AWS::NoValue, null), a bool, a float64, a string, in which tokens stand
// for what is not known, a []any, a map[string]any, or an unknown.

// unknown is a value of which not even the form is known.
type unknown struct {
	why      graph.Reason
	mentions []graph.Ref // what it is made from
}

// notGiven is a parameter whose value is the empty string: nobody gave one. In a comparison, or as part of a string, it is
// the empty string; where it names something, it is the symbol of the parameter, with tokens.
type notGiven string

func isNotGiven(v any) bool {
	_, ok := v.(notGiven)
	return ok
}

// number returns a number as a float64 where nothing is lost by that, and else as it is written: an account id that
// begins with 0 is no number to anybody but a parser.
func number(text string) any {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || strconv.FormatFloat(f, 'f', -1, 64) != text {
		return text
	}
	return f
}

// scalarText returns the string that a scalar is where CloudFormation takes strings: true and "true" are the same.
func scalarText(v any) (string, bool) {
	switch t := v.(type) {
	case string:
		return t, true
	case notGiven:
		return "", true
	case bool:
		return strconv.FormatBool(t), true
	case float64:
		return strconv.FormatFloat(t, 'f', -1, 64), true
	}
	return "", false
}

// mentionsOf returns every reference that a value is made from.
func mentionsOf(tokens *token.Table, v any) []graph.Ref {
	var out []graph.Ref
	add := func(refs []graph.Ref) {
		for _, r := range refs {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	switch t := v.(type) {
	case string:
		add(tokens.Refs(t))
	case unknown:
		add(t.mentions)
	case []any:
		for _, e := range t {
			add(mentionsOf(tokens, e))
		}
	case map[string]any:
		for _, k := range sortedKeys(t) {
			add(tokens.Refs(k))
			add(mentionsOf(tokens, t[k]))
		}
	}
	return out
}

// opaque returns what is made from values in a way that cannot be followed.
func opaque(tokens *token.Table, why graph.Reason, from ...any) unknown {
	return unknown{why: why, mentions: mentionsOf(tokens, from)}
}

// hole returns the token of an unknown.
func (u unknown) hole(tokens *token.Table) string {
	return tokens.Hole(u.why, u.mentions...)
}

// spell returns the JSON of a value. Tokens stand within its strings.
func spell(tokens *token.Table, v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(plain(tokens, v)) //nolint:errchkjson // nothing in it can fail
	return strings.TrimSuffix(b.String(), "\n")
}

// plain puts tokens in the place of unknowns.
func plain(tokens *token.Table, v any) any {
	switch t := v.(type) {
	case unknown:
		return t.hole(tokens)
	case notGiven:
		return ""
	case []any:
		out := make([]any, len(t))
		for i := range t {
			out[i] = plain(tokens, t[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(t))
		for k := range t {
			out[k] = plain(tokens, t[k])
		}
		return out
	}
	return v
}

// valuesOf returns a value in the form that rows are projected from.
func valuesOf(tokens *token.Table, v any) table.Values {
	switch t := v.(type) {
	case unknown:
		return table.Values{Unknown: true}
	case notGiven:
		return table.Values{}
	case string:
		if token.Has(t) {
			return table.Values{Value: table.SymbolicOf(t, tokens)}
		}
	case []any:
		list, marks, some := make([]any, 0, len(t)), make([]any, 0, len(t)), false
		for i := range t {
			if s, ok := scalarText(t[i]); ok && s == "" {
				continue // the one element of a list that nobody gave
			}
			e := valuesOf(tokens, t[i])
			list, marks = append(list, e.Value), append(marks, e.Unknown)
			some = some || e.Unknown != nil
		}
		if some {
			return table.Values{Value: list, Unknown: marks}
		}
		return table.Values{Value: list}
	case map[string]any:
		members, marks := make(map[string]any, len(t)), map[string]any{}
		for k, m := range t {
			e := valuesOf(tokens, m)
			if e.Value != nil {
				members[k] = e.Value
			}
			if e.Unknown != nil {
				marks[k] = e.Unknown
			}
		}
		if len(marks) > 0 {
			return table.Values{Value: members, Unknown: marks}
		}
		return table.Values{Value: members}
	}
	return table.Values{Value: v}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
