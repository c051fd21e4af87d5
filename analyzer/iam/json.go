package iam

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Bounds on hostile documents: those that AWS takes are 32,768 bytes at most (key policies), its own a few times that.
const (
	maxDocument = 512 << 10
	maxDepth    = 64
)

const byteOrderMark = "\uFEFF"

var (
	errSyntax = errors.New("not a JSON document")
	errLarge  = errors.New("the document is too large or nested too deeply")
)

type nodeKind uint8

const (
	nodeScalar nodeKind = iota // string, number or bool, as a text
	nodeNull
	nodeList
	nodeObject
	nodeHole // a reference or hole outside of strings: a value of whatever type
)

// node is a JSON value with its place. Objects keep the order of their members, and duplicates.
type node struct {
	kind    nodeKind
	quoted  bool // a scalar that is a string
	off     int
	text    graph.Text
	items   []node
	members []member
}

type member struct {
	key graph.Text
	off int
	val node
}

// scanner reads JSON from a text. Every reference and hole is one byte of src, which part tells apart from
// a byte that the document has itself.
type scanner struct {
	src  string
	part map[int]graph.Part
	pos  int
}

// readJSON reads one JSON document. Errors never quote it.
func readJSON(t graph.Text) (node, error) {
	s := scanner{}
	if lit, ok := t.Literal(); ok {
		s.src = lit
	} else {
		var b strings.Builder
		s.part = map[int]graph.Part{}
		for _, p := range t.Parts() {
			if p.Kind == graph.PartLiteral {
				b.WriteString(p.Literal)
				continue
			}
			s.part[b.Len()] = p
			b.WriteByte(0)
		}
		s.src = b.String()
	}
	if len(s.src) > maxDocument {
		return node{}, errLarge
	}
	if strings.HasPrefix(s.src, byteOrderMark) {
		s.pos = len(byteOrderMark) // what some editors put in front
	}
	n, err := s.value(0)
	if err != nil {
		return node{}, err
	}
	s.space()
	if s.pos < len(s.src) {
		return node{}, errSyntax
	}
	return n, nil
}

func (s *scanner) space() {
	for s.pos < len(s.src) && strings.IndexByte(" \t\r\n", s.src[s.pos]) >= 0 {
		s.pos++
	}
}

// eat skips white space and the byte c, if it is next.
func (s *scanner) eat(c byte) bool {
	s.space()
	if s.pos < len(s.src) && s.src[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

func (s *scanner) value(depth int) (node, error) {
	if depth > maxDepth {
		return node{}, errLarge
	}
	s.space()
	if s.pos >= len(s.src) {
		return node{}, errSyntax
	}
	n := node{off: s.pos}
	if p, ok := s.part[s.pos]; ok {
		n.kind = nodeHole
		var row []graph.Text // several in a row are one value that nobody can tell apart
		for ok {
			row = append(row, graph.TextOf(p))
			s.pos++
			p, ok = s.part[s.pos]
		}
		n.text = graph.Join(row...)
		return n, nil
	}
	var err error
	switch c := s.src[s.pos]; c {
	case '{':
		n.kind = nodeObject
		n.members, err = s.object(depth)
	case '[':
		n.kind = nodeList
		n.items, err = s.list(depth)
	case '"':
		n.quoted = true
		n.text, err = s.quoted()
	default:
		word := s.word()
		switch {
		case word == "null":
			n.kind = nodeNull
		case word == "true", word == "false", isNumber(word):
			n.text = graph.Literal(word)
		default:
			err = errSyntax
		}
	}
	return n, err
}

func (s *scanner) word() string {
	from := s.pos
	for s.pos < len(s.src) && strings.IndexByte(" \t\r\n,]}:\x00", s.src[s.pos]) < 0 {
		s.pos++
	}
	return s.src[from:s.pos]
}

// isNumber says that a word is a number as JSON spells it.
func isNumber(w string) bool {
	digits := func() bool {
		n := len(w)
		w = strings.TrimLeft(w, "0123456789")
		return len(w) < n
	}
	w = strings.TrimPrefix(w, "-")
	if rest, zero := strings.CutPrefix(w, "0"); zero {
		w = rest
	} else if !digits() {
		return false
	}
	if rest, ok := strings.CutPrefix(w, "."); ok {
		w = rest
		if !digits() {
			return false
		}
	}
	if w != "" && (w[0] == 'e' || w[0] == 'E') {
		w = w[1:]
		if w != "" && (w[0] == '+' || w[0] == '-') {
			w = w[1:]
		}
		if !digits() {
			return false
		}
	}
	return w == ""
}

func (s *scanner) object(depth int) ([]member, error) {
	s.pos++
	var out []member
	for first := true; ; first = false {
		if s.eat('}') {
			if !first {
				return nil, errSyntax // a comma stands before it
			}
			return out, nil
		}
		s.space()
		m := member{off: s.pos}
		var err error
		if _, hole := s.part[s.pos]; hole || s.pos >= len(s.src) || s.src[s.pos] != '"' {
			return nil, errSyntax
		}
		if m.key, err = s.quoted(); err != nil {
			return nil, err
		}
		if !s.eat(':') {
			return nil, errSyntax
		}
		if m.val, err = s.value(depth + 1); err != nil {
			return nil, err
		}
		out = append(out, m)
		if s.eat('}') {
			return out, nil
		}
		if !s.eat(',') {
			return nil, errSyntax
		}
	}
}

func (s *scanner) list(depth int) ([]node, error) {
	s.pos++
	var out []node
	if s.eat(']') {
		return out, nil
	}
	for {
		n, err := s.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
		if s.eat(']') {
			return out, nil
		}
		if !s.eat(',') {
			return nil, errSyntax
		}
	}
}

// quoted reads a string, with the references and holes within.
func (s *scanner) quoted() (graph.Text, error) {
	s.pos++
	var pieces []graph.Text
	var b strings.Builder
	for s.pos < len(s.src) {
		if p, ok := s.part[s.pos]; ok {
			pieces = append(pieces, graph.Literal(valid(b.String())), graph.TextOf(p))
			b.Reset()
			s.pos++
			continue
		}
		switch c := s.src[s.pos]; {
		case c == '"':
			s.pos++
			if pieces == nil {
				return graph.Literal(valid(b.String())), nil
			}
			return graph.Join(append(pieces, graph.Literal(valid(b.String())))...), nil
		case c < ' ':
			return graph.Text{}, errSyntax
		case c == '\\':
			r, ok := s.escape()
			if !ok {
				return graph.Text{}, errSyntax
			}
			b.WriteRune(r)
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
	return graph.Text{}, errSyntax
}

// valid puts U+FFFD in the place of every byte that is no UTF-8, as encoding/json does.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// escape reads one escape, surrogates paired.
func (s *scanner) escape() (rune, bool) {
	if s.pos+1 >= len(s.src) {
		return 0, false
	}
	c := s.src[s.pos+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		s.pos += 2
		return rune("\"\\/\b\f\n\r\t"[i]), true
	}
	hi, ok := s.hex()
	if !ok {
		return 0, false
	}
	if !utf16.IsSurrogate(hi) {
		return hi, true
	}
	back := s.pos
	if lo, ok := s.hex(); ok {
		if r := utf16.DecodeRune(hi, lo); r != utf8.RuneError {
			return r, true
		}
	}
	s.pos = back
	return utf8.RuneError, true
}

// hex reads \uXXXX.
func (s *scanner) hex() (rune, bool) {
	if s.pos+6 > len(s.src) || s.src[s.pos] != '\\' || s.src[s.pos+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s.src[s.pos+2:s.pos+6], 16, 16)
	if err != nil {
		return 0, false
	}
	s.pos += 6
	return rune(n), true
}
