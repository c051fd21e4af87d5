package graph

// Tri is a truth value of Kleene's three-valued logic. The zero value is No.
type Tri uint8

// The three truth values, ordered so that And is the minimum and Or the maximum.
const (
	No Tri = iota
	Maybe
	Yes
)

// TriOf lifts a bool.
func TriOf(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// And is Kleene's conjunction.
func (t Tri) And(u Tri) Tri { return min(t, u) }

// Or is Kleene's disjunction.
func (t Tri) Or(u Tri) Tri { return max(t, u) }

// Not is Kleene's negation.
func (t Tri) Not() Tri { return Yes - t }

// String returns "no", "maybe" or "yes".
func (t Tri) String() string {
	switch t {
	case No:
		return "no"
	case Yes:
		return "yes"
	case Maybe:
	}
	return "maybe"
}
