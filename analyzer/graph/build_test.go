package graph

import "fmt"

// attrsOf makes attributes of pairs of name and value: string, Text, int, bool, []string, []Text, []Attrs,
// Reason (unknown), Value[any].
func attrsOf(pairs ...any) Attrs {
	out := Attrs{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(fmt.Sprint(pairs[i]), datumOf(pairs[i+1]))
	}
	return out
}

func datumOf(v any) Value[any] {
	switch x := v.(type) {
	case string:
		return KnownOf[any](Literal(x))
	case int:
		return KnownOf[any](int64(x))
	case Reason:
		return UnknownOf[any](x)
	case Value[any]:
		return x
	case []string:
		texts := make([]Text, len(x))
		for i, s := range x {
			texts[i] = Literal(s)
		}
		return KnownOf[any](texts)
	}
	return KnownOf(v)
}
