package iam

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// symbol is one letter of the alphabet over which values and patterns are compared.
type symbol struct {
	kind   symbolKind
	narrow bool // a wildcard that takes up no colon: one within a segment of an ARN
	char   rune
	ref    graph.Ref
}

type symbolKind uint8

const (
	symChar symbolKind = iota // one known character
	symOne                    // ? of a pattern
	symRef                    // a reference: some one string, the same wherever it stands
	symAny                    // * of a pattern
	symHole                   // any string, of which nothing is known
)

// free says that a symbol stands for strings of any length.
func (s symbol) free() bool { return s.kind >= symRef }

// takes says whether a wildcard or hole may take up the symbol t.
func (s symbol) takes(t symbol) bool { return !s.narrow || t.kind != symChar || t.char != ':' }

// spelling says how a text is read.
type spelling uint8

const (
	wild spelling = 1 << iota // * and ? are wildcards
	fold                      // upper case is lower case
)

// nextRune decodes a rune. A byte that is no UTF-8 equals itself alone.
func nextRune(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		return utf8.MaxRune + 1 + rune(s[0]), 1
	}
	return r, n
}

// spell turns a text into symbols.
func spell(t graph.Text, how spelling) []symbol {
	var out []symbol
	for _, p := range t.Parts() {
		switch p.Kind {
		case graph.PartRef:
			out = append(out, symbol{kind: symRef, ref: p.Ref})
		case graph.PartHole:
			out = append(out, symbol{kind: symHole})
		case graph.PartLiteral:
			out = append(out, letters(p.Literal, how)...)
		}
	}
	return out
}

func letters(s string, how spelling) []symbol {
	out := make([]symbol, 0, len(s))
	for s != "" {
		r, n := nextRune(s)
		s = s[n:]
		switch {
		case how&wild != 0 && r == '*':
			out = append(out, symbol{kind: symAny})
		case how&wild != 0 && r == '?':
			out = append(out, symbol{kind: symOne})
		case how&fold != 0:
			out = append(out, symbol{char: unicode.ToLower(r)})
		default:
			out = append(out, symbol{char: r})
		}
	}
	return out
}

// Matches says whether a value matches a pattern in which * stands for any string and ? for one character:
// Yes when it does whatever the references and holes of both stand for, No when nothing makes it match.
// This is how IAM compares resources; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
func Matches(value, pattern graph.Text) graph.Tri { return matches(value, pattern, 0) }

// MatchesAction is [Matches] without regard to case, as actions are compared; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html.
func MatchesAction(action, pattern graph.Text) graph.Tri { return matches(action, pattern, fold) }

// maxMatch bounds the strings that are compared with patterns, in characters: ARNs have 2,048 at most. Of longer ones it is not
// known, so that no document makes a comparison that takes long.
const maxMatch = 4096

func matches(value, pattern graph.Text, how spelling) graph.Tri {
	v, known := value.Literal()
	p, wholly := pattern.Literal()
	if known && wholly && min(len(v), len(p)) > maxMatch {
		return graph.Maybe
	}
	if known && wholly {
		return graph.TriOf(glob(v, p, how&fold != 0))
	}
	if how&fold == 0 && apart(head(value, false), head(pattern, true)) {
		return graph.No
	}
	return match(spell(value, how), spell(pattern, how|wild))
}

// head returns the plain characters with which a text starts for certain.
func head(t graph.Text, pattern bool) string {
	out, known := t.Literal()
	if !known {
		out = t.Parts()[0].Literal
	}
	if i := strings.IndexAny(out, "*?"); pattern && i >= 0 {
		out = out[:i]
	}
	return out
}

// apart says that no string starts with both.
func apart(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] != b[:n]
}

// match compares symbols three-valued.
func match(value, pattern []symbol) graph.Tri {
	if min(len(value), len(pattern)) > maxMatch {
		return graph.Maybe
	}
	if must(value, pattern) {
		return graph.Yes
	}
	return graph.TriOf(meet(value, pattern)).And(graph.Maybe)
}

// glob matches wholly known strings. It goes back to the last star alone, which is enough, for what that
// one takes up the earlier ones need not.
func glob(s, p string, folded bool) bool {
	star, from := -1, 0
	i, j := 0, 0
	for i < len(s) {
		r, n := nextRune(s[i:])
		if j < len(p) {
			q, m := nextRune(p[j:])
			if q == '*' {
				star, from = j+m, i
				j += m
				continue
			}
			if q == '?' || q == r || folded && unicode.ToLower(q) == unicode.ToLower(r) {
				i, j = i+n, j+m
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, n = nextRune(s[from:])
		from += n
		i, j = from, star
	}
	for j < len(p) && p[j] == '*' {
		j++
	}
	return j == len(p)
}

// must says whether the pattern matches whatever the references and holes of the value stand for: each is
// one opaque letter, which only a star, or the same reference, takes up. Nothing is certain to equal a hole
// of the pattern. It goes back to the last star alone, as glob does; a narrow star that meets a colon cannot be
// helped by an earlier one, which is narrow too.
func must(value, pattern []symbol) bool {
	star, from := -1, 0
	i, j := 0, 0
	for i < len(value) {
		v := value[i]
		if j < len(pattern) {
			p := pattern[j]
			if p.kind == symAny {
				star, from = j, i
				j++
				continue
			}
			same := v.kind == p.kind && v.char == p.char && v.ref == p.ref && v.kind != symHole && v.kind != symAny
			if same || p.kind == symOne && (v.kind == symChar || v.kind == symOne) && p.takes(v) {
				i, j = i+1, j+1
				continue
			}
		}
		if star < 0 || pattern[star].narrow && !certain(value[from]) {
			return false
		}
		from++
		i, j = from, star+1
	}
	for j < len(pattern) && pattern[j].kind == symAny {
		j++
	}
	return j == len(pattern)
}

// certain says that a symbol is no colon and holds none.
func certain(s symbol) bool { return s.kind == symChar && s.char != ':' }

// meet says whether some way of filling the references, holes and wildcards of both sides makes them the
// same string. It lets a reference that stands on both sides differ, and so errs towards yes.
func meet(a, b []symbol) bool {
	reach := make([]bool, len(b)+1)
	next := make([]bool, len(b)+1)
	reach[0] = true
	skip := func(row []bool) { // free symbols of b take up nothing
		for j := range b {
			if row[j] && b[j].free() {
				row[j+1] = true
			}
		}
	}
	skip(reach)
	for _, s := range a {
		clear(next)
		if s.free() {
			// s takes up nothing, or a run of b.
			open := false
			for j := range next {
				if j > 0 && !s.takes(b[j-1]) {
					open = false
				}
				open = open || reach[j]
				next[j] = open
			}
		} else {
			for j, t := range b {
				switch {
				case t.free():
					if t.takes(s) && reach[j+1] { // t goes on after s
						next[j+1] = true
					}
				case reach[j] && agree(s, t):
					next[j+1] = true
				}
			}
		}
		skip(next)
		reach, next = next, reach
	}
	return reach[len(b)]
}

// agree says whether two symbols of one character can be the same one.
func agree(s, t symbol) bool {
	switch {
	case s.kind == symOne:
		return s.takes(t)
	case t.kind == symOne:
		return t.takes(s)
	}
	return s.char == t.char
}

// Overlap says whether some string matches both patterns: Yes when one does whatever their references and
// holes stand for.
func Overlap(a, b graph.Text) graph.Tri {
	x, y := spell(a, wild), spell(b, wild)
	if !meet(x, y) {
		return graph.No
	}
	if a.IsLiteral() && b.IsLiteral() || must(x, y) || must(y, x) {
		return graph.Yes
	}
	return graph.Maybe
}

// Covers says whether every string that matches the pattern inner matches the pattern outer, for certain.
func Covers(outer, inner graph.Text) bool {
	return must(spell(inner, wild), spell(outer, wild))
}
