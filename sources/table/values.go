package table

import "slices"

// Place is one step into a value: an argument, or an element of a list.
type Place struct {
	Name  string // empty for an element
	Index int
}

// Element returns an element of a list, or nil.
func Element(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// ElementOf returns an element of what may be a list, or nil.
func ElementOf(v any, i int) any {
	list, _ := v.([]any)
	return Element(list, i)
}

// Member returns a member of what may be an object, or nil.
func Member(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

// HasTrue says that a mark marks anything.
func HasTrue(v any) bool {
	switch t := v.(type) {
	case bool:
		return t
	case []any:
		return slices.ContainsFunc(t, HasTrue)
	case map[string]any:
		for _, e := range t {
			if HasTrue(e) {
				return true
			}
		}
	}
	return false
}

// Values are the Values of one resource instance, or of a part of it, with their marks.
type Values struct {
	Value, Unknown, Sensitive any
}

// Member returns the part of an object.
func (v Values) Member(name string) Values {
	out := Values{Value: Member(v.Value, name), Unknown: Member(v.Unknown, name), Sensitive: Member(v.Sensitive, name)}
	if v.Unknown == true {
		out.Unknown = true
	}
	if v.Sensitive == true {
		out.Sensitive = true
	}
	return out
}

// Elements returns the parts of a list; a value that is no list is the only element of itself.
func (v Values) Elements() []Values {
	list, isList := v.Value.([]any)
	marks, _ := v.Unknown.([]any)
	if !isList && len(marks) == 0 {
		if v.IsAbsent() {
			return nil
		}
		return []Values{v}
	}
	out := make([]Values, max(len(list), len(marks)))
	for i := range out {
		out[i] = Values{Value: Element(list, i), Unknown: Element(marks, i), Sensitive: ElementOf(v.Sensitive, i)}
		if v.Sensitive == true {
			out[i].Sensitive = true
		}
	}
	return out
}

// IsUnknown says that nothing is known of it.
func (v Values) IsUnknown() bool { return v.Unknown == true }

// IsAbsent says that there is neither a value nor the promise of one.
func (v Values) IsAbsent() bool { return v.Value == nil && v.Unknown != true && !HasTrue(v.Unknown) }
