package funcs

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// piece is a stretch of a string: a literal, or one token.
type piece struct {
	text  string
	token bool
}

// The runes that a token is spelt between.
const (
	opening = "\uE0F2"
	closing = "\uE0F3"
)

// pieces splits a string into literals and tokens.
func pieces(s string) []piece {
	var out []piece
	for s != "" {
		literal, rest, found := strings.Cut(s, opening)
		if literal != "" {
			out = append(out, piece{text: literal})
		}
		if !found {
			break
		}
		number, after, _ := strings.Cut(rest, closing)
		out = append(out, piece{text: opening + number + closing, token: true})
		s = after
	}
	return out
}

// ref returns the reference that a string is, whole.
func (l *library) ref(s string) (graph.Ref, bool) {
	if !strings.HasPrefix(s, opening) {
		return graph.Ref{}, false
	}
	parts := l.env.Tokens.Text(s).Parts()
	if len(parts) != 1 || parts[0].Kind != graph.PartRef {
		return graph.Ref{}, false
	}
	return parts[0].Ref, true
}

// named says that a token is the id or an ARN of a resource: never empty, one line, no blank at its ends.
func (l *library) named(tok string) bool {
	r, ok := l.ref(tok)
	return ok && (r.Attr == "id" || r.Attr == "arn" || strings.HasSuffix(r.Attr, "_arn"))
}

// referenced says that all tokens of a string are references.
func (l *library) referenced(s string) bool {
	for _, p := range l.env.Tokens.Text(s).Parts() {
		if p.Kind == graph.PartHole {
			return false
		}
	}
	return true
}

// least returns the least number of bytes that a string has.
func (l *library) least(s []piece) int {
	n := 0
	for _, p := range s {
		switch {
		case !p.token:
			n += len(p.text)
		case l.named(p.text):
			n++
		}
	}
	return n
}

// neverEmpty says that a string is not empty, whatever its tokens stand for.
func (l *library) neverEmpty(s string) bool { return l.least(pieces(s)) > 0 }

// equal compares two strings.
func (l *library) equal(a, b string) graph.Tri {
	t := l.env.Tokens.Equal(a, b)
	if t != graph.Maybe {
		return t
	}
	if l.otherResource(a, b) || a == "" && l.neverEmpty(b) || b == "" && l.neverEmpty(a) {
		return graph.No
	}
	return t
}

// otherResource says that two strings are the same attribute of two resources of a type, one that tells them apart.
func (l *library) otherResource(a, b string) bool {
	x, isX := l.ref(a)
	y, isY := l.ref(b)
	if !isX || !isY || x.Attr != y.Attr || x.Address == y.Address || x.Attr != "id" && x.Attr != "arn" {
		return false
	}
	if strings.HasPrefix(x.Address, y.Address+"[") || strings.HasPrefix(y.Address, x.Address+"[") {
		return false // an instance, and whichever instance it is
	}
	typ := resourceType(x.Address)
	return strings.HasPrefix(typ, "aws_") && typ == resourceType(y.Address)
}

// resourceType returns the type of a managed resource's address.
func resourceType(address string) string {
	for strings.HasPrefix(address, "module.") {
		address = address[len("module."):]
		i := strings.IndexAny(address, ".[")
		if i < 0 {
			return ""
		}
		if address[i] == '[' {
			end := strings.Index(address, "].")
			if end < 0 {
				return ""
			}
			i = end + 1
		}
		address = address[i+1:]
	}
	typ, _, _ := strings.Cut(address, ".")
	return typ
}

// strip takes away what two strings have in common at their start. It says whether they differ for certain there.
func strip(a, b []piece) (restA, restB []piece, differ bool) {
	for len(a) > 0 && len(b) > 0 {
		x, y := a[0], b[0]
		if x.token || y.token {
			if x != y {
				break
			}
			a, b = a[1:], b[1:]
			continue
		}
		n := common(x.text, y.text)
		a, b = cut(a, n), cut(b, n)
		if n < len(x.text) && n < len(y.text) {
			return a, b, true
		}
	}
	return a, b, false
}

// cut takes n bytes of the literal that a string begins with.
func cut(s []piece, n int) []piece {
	if n == len(s[0].text) {
		return s[1:]
	}
	return append([]piece{{text: s[0].text[n:]}}, s[1:]...)
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// reversed spells a string backwards, byte by byte, with its tokens as they are.
func reversed(s []piece) []piece {
	out := make([]piece, len(s))
	for i, p := range s {
		if !p.token {
			text := []byte(p.text)
			for j, k := 0, len(text)-1; j < k; j, k = j+1, k-1 {
				text[j], text[k] = text[k], text[j]
			}
			p.text = string(text)
		}
		out[len(s)-1-i] = p
	}
	return out
}

// begins says whether a string begins with another.
func (l *library) begins(s, prefix []piece) graph.Tri {
	s, prefix, differ := strip(s, prefix)
	switch {
	case differ:
		return graph.No
	case len(prefix) == 0:
		return graph.Yes
	case len(s) == 0, len(s) == 1 && !s[0].token:
		return graph.TriOf(l.least(prefix) <= l.least(s)).And(graph.Maybe)
	}
	return graph.Maybe
}

func (l *library) startsWith(s, prefix string) graph.Tri { return l.begins(pieces(s), pieces(prefix)) }

func (l *library) endsWith(s, suffix string) graph.Tri {
	return l.begins(reversed(pieces(s)), reversed(pieces(suffix)))
}

// contains says whether a string contains another.
func (l *library) contains(s, part string) graph.Tri {
	if part == "" {
		return graph.Yes
	}
	if token.Has(part) {
		// The digits of a token stand between its runes, so that nothing but the token itself matches it.
		if strings.Contains(s, part) {
			return graph.Yes
		}
	} else {
		for _, p := range pieces(s) {
			if !p.token && strings.Contains(p.text, part) {
				return graph.Yes
			}
		}
	}
	if token.Has(s) {
		return graph.Maybe
	}
	for _, p := range pieces(part) {
		if !p.token && !strings.Contains(s, p.text) {
			return graph.No
		}
	}
	return graph.TriOf(l.least(pieces(part)) <= len(s)).And(graph.Maybe)
}

// order compares two strings byte by byte, and says whether the result is certain.
func (l *library) order(a, b string) (int, bool) {
	x, y, differ := strip(pieces(a), pieces(b))
	switch {
	case differ:
		return strings.Compare(x[0].text, y[0].text), true
	case len(x) == 0 && len(y) == 0:
		return 0, true
	case len(x) == 0:
		return -1, l.least(y) > 0
	case len(y) == 0:
		return 1, l.least(x) > 0
	}
	return 0, false
}

// either returns a token of a string that is one of several.
func (l *library) either(candidates []string) string {
	refs := make([]graph.Ref, 0, len(candidates))
	for _, c := range candidates {
		r, ok := l.ref(c)
		if !ok {
			return l.env.Tokens.Opaque(candidates...)
		}
		refs = append(refs, r)
	}
	return l.env.Tokens.OneOf(refs...)
}
