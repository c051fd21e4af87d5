package funcs

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// The bounds that keep a small configuration from asking for a large machine. Terraform has none of them but that of
// range.
const (
	maxSize     = 16 << 20 // bytes of a string, or of all strings of a value
	maxElements = 1 << 18  // elements of a list
	maxTuple    = 1 << 12  // elements of various types that are to have one
	maxPairs    = 1 << 17  // comparisons of strings with tokens
	maxCompared = 1 << 24  // comparisons of elements
	maxFile     = 4 << 20  // bytes of a file
	maxFiles    = 10_000   // results of fileset
	maxPattern  = 16 << 10 // bytes of a pattern
	maxSteps    = 1 << 27  // steps of a regular expression
	maxWidth    = 1 << 14  // of a format
	maxExponent = 1 << 14  // of a number, in bits
)

// tooLarge is the error of what exceeds a bound. Terraform may have a result there.
func (l *library) tooLarge(what string) error {
	l.doubts++
	return fmt.Errorf("%s is too large to be evaluated", what)
}

// bounded checks the result of a function.
func (l *library) bounded(v cty.Value) error {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	switch ty := v.Type(); {
	case ty == cty.String && len(v.AsString()) > maxSize,
		(ty.IsCollectionType() || ty.IsTupleType()) && v.Length().IsKnown() && v.LengthInt() > maxElements,
		ty == cty.Number && !sane(v):
		return l.tooLarge("the result")
	}
	return nil
}

// sane says that writing a number out takes no more than a few thousand digits.
func sane(v cty.Value) bool {
	e := v.AsBigFloat().MantExp(nil)
	return e <= maxExponent && e >= -maxExponent
}

// size returns how large a value is, at most a little more than limit.
func size(v cty.Value, limit int) int {
	n := 0
	measure(v, &n, limit)
	return n
}

func measure(v cty.Value, n *int, limit int) {
	*n++
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || *n > limit {
		return
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		*n += len(v.AsString())
	case ty == cty.Number && !sane(v):
		*n += limit
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next() && *n <= limit; {
			k, e := it.Element()
			if k.Type() == cty.String {
				*n += len(k.AsString())
			}
			measure(e, n, limit)
		}
	}
}
