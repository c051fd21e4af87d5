package graph

import "strconv"

// Pos is a place in a source file. The zero Pos means that the source has no positions; a position is
// never made up.
type Pos struct {
	File   string // path as the input names it, with forward slashes
	Line   int    // from 1
	Column int    // from 1, in characters
}

// IsZero says that there is no position.
func (p Pos) IsZero() bool { return p.File == "" }

// String returns file:line, or the file alone, or nothing.
func (p Pos) String() string {
	if p.File == "" || p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}
