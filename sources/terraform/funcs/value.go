package funcs

import (
	"maps"
	"slices"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// visitStrings visits every known string of a value, keys of maps and names of attributes included, until visit returns
// false.
func visitStrings(v cty.Value, visit func(string) bool) bool { return visitScalars(v, false, visit) }

// visitScalars is visitStrings that spells numbers and booleans out, if all are to be visited.
func visitScalars(v cty.Value, all bool, visit func(string) bool) bool {
	v, _ = v.Unmark()
	ty := v.Type()
	if ty.IsObjectType() {
		for name := range ty.AttributeTypes() {
			if !visit(name) {
				return false
			}
		}
	}
	if v.IsNull() || !v.IsKnown() {
		return true
	}
	switch {
	case ty == cty.String:
		return visit(v.AsString())
	case ty == cty.Bool && all:
		return visit(strconv.FormatBool(v.True()))
	case ty == cty.Number && all && sane(v):
		return visit(v.AsBigFloat().Text('f', -1))
	case !v.CanIterateElements():
		return true
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if ty.IsMapType() && !visit(k.AsString()) || !visitScalars(e, all, visit) {
			return false
		}
	}
	return true
}

// hasTokens says that a value has a string with a token.
func hasTokens(v cty.Value) bool {
	return !visitStrings(v, func(s string) bool { return !token.Has(s) })
}

// stringsWithTokens returns the strings of a value that have tokens, each once. A value without an end is an error.
func (l *library) stringsWithTokens(v cty.Value) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	budget := maxSize
	visitStrings(v, func(s string) bool {
		if token.Has(s) && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
		budget -= len(s) + 1
		return budget > 0
	})
	if budget <= 0 {
		return nil, l.tooLarge("an argument")
	}
	return out, nil
}

// blur replaces every string with tokens by an unknown one.
func blur(v cty.Value) cty.Value {
	if !hasTokens(v) {
		return v
	}
	if keys := keysOf(v); slices.ContainsFunc(keys, token.Has) {
		if plain, _ := v.Unmark(); plain.Type().IsMapType() {
			return hiddenAs(cty.UnknownVal(plain.Type()).RefineNotNull(), v)
		}
		return hiddenAs(cty.DynamicVal, v)
	}
	plain, marks := v.Unmark()
	ty := plain.Type()
	if ty == cty.String {
		return cty.UnknownVal(cty.String).RefineNotNull().WithMarks(marks)
	}
	if ty.IsObjectType() || ty.IsMapType() {
		elements := plain.AsValueMap()
		for k, e := range elements {
			elements[k] = blur(e)
		}
		if ty.IsObjectType() {
			return cty.ObjectVal(elements).WithMarks(marks)
		}
		if slices.ContainsFunc(slices.Collect(maps.Values(elements)), untyped) {
			return hiddenAs(cty.DynamicVal, v)
		}
		return cty.MapVal(elements).WithMarks(marks)
	}
	elements := plain.AsValueSlice()
	for i, e := range elements {
		elements[i] = blur(e)
	}
	switch {
	case ty.IsTupleType():
		return cty.TupleVal(elements).WithMarks(marks)
	case slices.ContainsFunc(elements, untyped):
		return hiddenAs(cty.DynamicVal, v)
	case ty.IsListType():
		return cty.ListVal(elements).WithMarks(marks)
	}
	return cty.SetVal(elements).WithMarks(marks)
}

// untyped says that not even the whole type of a value is known.
func untyped(v cty.Value) bool { return v.Type().HasDynamicTypes() }

// hiddenAs gives a result all marks of what it is made from.
func hiddenAs(out cty.Value, from ...cty.Value) cty.Value {
	for _, v := range from {
		_, marks := v.UnmarkDeep()
		out = out.WithMarks(marks)
	}
	return out
}

// listed turns a set into a list. Where tokens decide about the order, each element may be any of them.
func (l *library) listed(v cty.Value) cty.Value {
	plain, marks := v.Unmark()
	if !plain.Type().IsSetType() || plain.IsNull() || !plain.IsKnown() || !hasTokens(plain) {
		return v
	}
	elements := plain.AsValueSlice()
	ety := plain.Type().ElementType()
	if len(elements) == 1 {
		return cty.ListVal(elements).WithMarks(marks)
	}
	if ety != cty.String || slices.ContainsFunc(elements, func(e cty.Value) bool { return e.IsNull() || !e.IsKnown() }) {
		return cty.UnknownVal(cty.List(ety)).RefineNotNull().WithMarks(marks)
	}
	texts := make([]string, len(elements))
	for i, e := range elements {
		texts[i] = e.AsString()
	}
	sorted, ordered := l.sorted(texts)
	if !ordered && !l.allDiffer(texts) {
		return cty.UnknownVal(cty.List(ety)).RefineNotNull().WithMarks(marks)
	}
	for i, s := range sorted {
		elements[i] = cty.StringVal(s)
	}
	return cty.ListVal(elements).WithMarks(marks)
}

// sorted sorts strings. Where tokens decide about the order it returns as many strings, of which each may be any of
// those given, and false.
func (l *library) sorted(texts []string) ([]string, bool) {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	if !slices.ContainsFunc(texts, token.Has) || len(texts)*len(texts) <= maxPairs && l.ordered(texts) {
		return texts, true
	}
	for i, s := 0, slices.Clone(texts); i < len(texts); i++ {
		texts[i] = l.either(s)
	}
	return texts, false
}

// ordered says that sorted strings are in that order whatever their tokens stand for. Where two strings are told
// apart by their literals, the order of their spelling is that of the strings.
func (l *library) ordered(sorted []string) bool {
	for i, a := range sorted {
		for _, b := range sorted[i+1:] {
			if !token.Has(a) && !token.Has(b) {
				continue
			}
			if order, known := l.order(a, b); !known || order > 0 {
				return false
			}
		}
	}
	return true
}

// decided says that no token has a say in which scalars of the values are equal.
func (l *library) decided(values []cty.Value) bool {
	var with, without []string
	for _, v := range values {
		visitScalars(v, true, func(s string) bool {
			if token.Has(s) {
				with = append(with, s)
			} else {
				without = append(without, s)
			}
			return true
		})
	}
	return l.apart(with, with) && l.apart(with, without)
}

// apart says that every string of one kind is the same as, or certainly different from, each of another.
func (l *library) apart(some, others []string) bool {
	if len(some)*len(others) > maxPairs {
		return false
	}
	for _, a := range some {
		for _, b := range others {
			if a != b && l.equal(a, b) != graph.No {
				return false
			}
		}
	}
	return true
}

// allDiffer says that no two strings of a list can be equal.
func (l *library) allDiffer(texts []string) bool {
	seen := map[string]bool{}
	for _, s := range texts {
		if seen[s] {
			return false
		}
		seen[s] = true
	}
	return l.apart(texts, texts)
}

// keysOf returns the keys of a known map, or the names of an object, as cty sorts them.
func keysOf(v cty.Value) []string {
	v, _ = v.Unmark()
	if v.Type().IsObjectType() {
		return slices.Sorted(maps.Keys(v.Type().AttributeTypes()))
	}
	if !v.Type().IsMapType() || v.IsNull() || !v.IsKnown() {
		return nil
	}
	return slices.Sorted(maps.Keys(v.AsValueMap()))
}
