package graph

import (
	"cmp"
	"slices"
)

// Ignore is a comment in a source by which its author asks not to be told of a rule:
// trailguard:ignore TG301 exp:2027-01-01 -- reason.
type Ignore struct {
	Rules   []string // ids of rules
	Expires string   // the last day on which it holds, YYYY-MM-DD; empty: it holds for ever
	Reason  string   // empty: none is given
	Problem string   // what is wrong with the comment, in words; one with a problem is without effect

	Pos Pos // of the comment
	// Construct is what it stands on, for people, and From and To are its first and last line, in the file of Pos.
	Construct string
	From, To  int
	// Whole says that it stands on the block of a whole resource: it covers all that is said of it, wherever that is
	// declared.
	Whole bool
	// Modules are the addresses, without instance keys, of the module calls it stands on: it is passed on to all that
	// they create.
	Modules []string
}

// Covers says that a position lies in what the ignore stands on.
func (i *Ignore) Covers(p Pos) bool {
	return len(i.Modules) == 0 && p.File == i.Pos.File && p.File != "" && p.Line >= i.From && p.Line <= i.To
}

// ignoresOf returns the ignores of an inventory by position. A module that is called from several places is read for
// each of them: the calls that one comment is on are put together.
func ignoresOf(inv Inventory) []Ignore {
	out := slices.Clone(inv.Ignores)
	slices.SortStableFunc(out, func(a, b Ignore) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	all := out
	out = out[:0]
	for _, i := range all {
		if n := len(out); n > 0 && out[n-1].Pos == i.Pos {
			out[n-1].Modules = append(slices.Clip(out[n-1].Modules), i.Modules...)
			continue
		}
		out = append(out, i)
	}
	for i := range out {
		out[i].Modules = slices.Compact(slices.Sorted(slices.Values(out[i].Modules)))
	}
	return out
}
