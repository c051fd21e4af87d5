package table

import (
	"encoding/json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// Symbolic is a string with tokens in it, which an evaluated source has where a decoded document has a string.
type Symbolic struct {
	s      string
	tokens *token.Table
}

// SymbolicOf returns the string s, whose tokens are those of the table.
func SymbolicOf(s string, tokens *token.Table) Symbolic { return Symbolic{s, tokens} }

// Text returns the Text that the string is.
func (s Symbolic) Text() graph.Text { return s.tokens.Text(s.s) }

// member returns a member of the JSON object that the string spells.
func (s Symbolic) member(key string) any {
	var m map[string]any
	if json.Unmarshal([]byte(s.s), &m) != nil {
		// Some other string decides: what it is made of is all that is known of the member.
		return Symbolic{s.tokens.Opaque(s.s), s.tokens}
	}
	return s.of(m[key])
}

// of marks the strings of a decoded value that have tokens.
func (s Symbolic) of(v any) any {
	switch t := v.(type) {
	case string:
		if token.Has(t) {
			return Symbolic{t, s.tokens}
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
