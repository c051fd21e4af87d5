package graph

import "unicode/utf8"

// symbol is one letter of the alphabet over which texts and patterns are compared.
type symbol struct {
	kind symbolKind
	char rune
	ref  Ref
}

type symbolKind uint8

const (
	symChar symbolKind = iota // one known character
	symOne                    // ? in a pattern: any one character
	symAny                    // * in a pattern: any string
	symRef                    // a reference: some one string, the same wherever it stands
	symHole                   // any string that nobody can name
)

// symbols spells the text; wildcards are read as such only in patterns.
func (t Text) symbols(pattern bool) []symbol {
	var out []symbol
	for _, p := range t.Parts() {
		switch p.Kind {
		case PartRef:
			out = append(out, symbol{kind: symRef, ref: p.Ref})
		case PartHole:
			out = append(out, symbol{kind: symHole})
		case PartLiteral:
			for i, c := range p.Literal {
				if c == utf8.RuneError && p.Literal[i] != '\xef' { // a byte that is no UTF-8 equals itself alone
					c = utf8.MaxRune + 1 + rune(p.Literal[i])
				}
				switch {
				case pattern && c == '*':
					out = append(out, symbol{kind: symAny})
				case pattern && c == '?':
					out = append(out, symbol{kind: symOne})
				default:
					out = append(out, symbol{kind: symChar, char: c})
				}
			}
		}
	}
	return out
}

// mustMatch says whether the pattern matches whatever the references and holes of text stand for:
// each is an opaque constant which only *, or the same reference, takes up.
func mustMatch(text, pattern []symbol) bool {
	reach := make([]bool, len(text)+1)
	reach[0] = true
	for _, p := range pattern {
		next := make([]bool, len(text)+1)
		switch p.kind {
		case symAny:
			for i, open := 0, false; i <= len(text); i++ {
				open = open || reach[i]
				next[i] = open
			}
		case symHole: // no text is certain to equal a hole of the pattern
		case symChar, symOne, symRef:
			for i, s := range text {
				if !reach[i] {
					continue
				}
				next[i+1] = s == p || p.kind == symOne && s.kind == symChar
			}
		}
		reach = next
	}
	return reach[len(text)]
}

// intersects says whether some way of filling references, holes and wildcards of both sides makes them
// the same string. It is exact but for references that stand on both sides, which it lets differ.
func intersects(a, b []symbol) bool {
	open := func(s symbol) bool { return s.kind >= symAny }
	reach := make([]bool, len(b)+1)
	reach[0] = true
	for j := 0; j < len(b) && open(b[j]); j++ {
		reach[j+1] = true
	}
	for _, s := range a {
		next := make([]bool, len(b)+1)
		if open(s) {
			// s takes up nothing, or any run of b.
			seen := false
			for j := range next {
				seen = seen || reach[j]
				next[j] = seen
			}
		} else {
			for j, t := range b {
				if reach[j] && (open(t) || s == t || s.kind == symOne || t.kind == symOne) {
					next[j+1] = true
				}
				if reach[j+1] && open(t) { // t goes on after s
					next[j+1] = true
				}
			}
		}
		for j := range b {
			if next[j] && open(b[j]) {
				next[j+1] = true
			}
		}
		reach = next
	}
	return reach[len(b)]
}
