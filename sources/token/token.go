// Package token lets strings that are not known yet pass through the evaluation of a configuration. What only AWS
// knows, such as the ARN of a queue that is to be made, is put into strings as a token, which every template,
// jsonencode and join carries along; in the end the tokens of a string are the references of a [graph.Text].
//
// A token is a number between two runes of the private use area. Source files are cleaned of those runes, so that
// nothing else is one.
package token

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	open  = '\uE0F2'
	close = '\uE0F3' //nolint:predeclared // the other half of open
)

// Table holds what the tokens of one evaluation stand for. It is not safe for concurrent use.
type Table struct {
	parts []graph.Part
	refs  map[graph.Ref]string
}

// New returns an empty table.
func New() *Table { return &Table{refs: map[graph.Ref]string{}} }

// Ref returns the token of a reference, always the same one.
func (t *Table) Ref(r graph.Ref) string {
	if s, ok := t.refs[r]; ok {
		return s
	}
	s := t.add(graph.Part{Kind: graph.PartRef, Ref: r})
	t.refs[r] = s
	return s
}

// Hole returns a new token of a string of which is known only what it is made from.
func (t *Table) Hole(why graph.Reason, mentions ...graph.Ref) string {
	return t.add(graph.Part{Kind: graph.PartHole, Reason: why, Mentions: mentions})
}

// OneOf returns a new token of a string that is the value of exactly one of the candidates.
func (t *Table) OneOf(candidates ...graph.Ref) string {
	if len(candidates) == 1 {
		return t.Ref(candidates[0])
	}
	return t.add(graph.Part{Kind: graph.PartHole, Reason: graph.ReasonOneOf, Mentions: candidates, OneOf: true})
}

// Opaque returns a new token of a string that is made from others in a way that cannot be followed.
func (t *Table) Opaque(from ...string) string {
	var mentions []graph.Ref
	for _, s := range from {
		mentions = union(mentions, t.Refs(s))
	}
	return t.Hole(graph.ReasonAfterApply, mentions...)
}

func (t *Table) add(p graph.Part) string {
	t.parts = append(t.parts, p)
	return string(open) + strconv.Itoa(len(t.parts)-1) + string(close)
}

// Has says that a string contains a token.
func Has(s string) bool { return strings.ContainsRune(s, open) }

// Clean replaces what could pass for a token in the bytes of a file; offsets stay as they are.
//
// It replaces the escapes that spell those runes in HCL, JSON and YAML as well, by escapes of the same length.
func Clean(src []byte) []byte {
	if bytes.Contains(bytes.ToLower(src), []byte("e0f")) {
		src = escapes.ReplaceAllFunc(src, func(e []byte) []byte { return append(bytes.Clone(e[:len(e)-4]), "fffd"...) })
	}
	s := string(src)
	if !strings.ContainsRune(s, open) && !strings.ContainsRune(s, close) {
		return src
	}
	return []byte(strings.NewReplacer(string(open), "\uFFFD", string(close), "\uFFFD").Replace(s))
}

var escapes = regexp.MustCompile(`(?i)\\u(?:0000)?e0f[23]`)

// Escapes replaces the escapes alone, in a string whose tokens stay.
func Escapes(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(e string) string { return e[:len(e)-4] + "fffd" })
}

// Text turns the tokens of a string into what they stand for.
func (t *Table) Text(s string) graph.Text {
	if !Has(s) {
		return graph.Literal(s)
	}
	var pieces []graph.Text
	for s != "" {
		before, rest, found := strings.Cut(s, string(open))
		pieces = append(pieces, graph.Literal(before))
		if !found {
			break
		}
		number, after, closed := strings.Cut(rest, string(close))
		i, err := strconv.Atoi(number)
		if !closed || err != nil || i < 0 || i >= len(t.parts) { // cut in two by something that knew nothing of tokens
			pieces = append(pieces, graph.Hole(graph.ReasonUnsupported))
			if !closed {
				break
			}
		} else {
			pieces = append(pieces, graph.TextOf(t.parts[i]))
		}
		s = after
	}
	return graph.Join(pieces...)
}

// Spell returns the string with tokens that a text is; [Table.Text] is its inverse.
func (t *Table) Spell(x graph.Text) string {
	var b strings.Builder
	for _, p := range x.Parts() {
		switch p.Kind {
		case graph.PartLiteral:
			b.WriteString(p.Literal)
		case graph.PartRef:
			b.WriteString(t.Ref(p.Ref))
		case graph.PartHole:
			b.WriteString(t.add(p))
		}
	}
	return b.String()
}

// Refs returns the references of a string, those that its holes mention included.
func (t *Table) Refs(s string) []graph.Ref {
	if !Has(s) {
		return nil
	}
	return t.Text(s).Refs()
}

// Equal compares two strings. A string with a hole is equal to nothing for certain but to itself.
func (t *Table) Equal(a, b string) graph.Tri {
	if a == b {
		return graph.Yes
	}
	return t.Text(a).Equal(t.Text(b))
}

// In says that a value, or something within it, is a string with a token. What is unknown has none.
func In(v cty.Value) bool {
	found := false
	walk(v, func(s string) bool {
		found = Has(s)
		return !found
	})
	return found
}

// Mentions returns the references of all strings of a value, each once.
func (t *Table) Mentions(v cty.Value) []graph.Ref {
	var out []graph.Ref
	walk(v, func(s string) bool {
		out = union(out, t.Refs(s))
		return true
	})
	return out
}

// walk visits every known string of a value, keys of maps included, until visit returns false.
func walk(v cty.Value, visit func(string) bool) bool {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return true
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		return visit(v.AsString())
	case ty.IsMapType(), ty.IsObjectType(), ty.IsCollectionType(), ty.IsTupleType():
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			if ty.IsMapType() && !walk(k, visit) || !walk(e, visit) {
				return false
			}
		}
	}
	return true
}

func union(refs, more []graph.Ref) []graph.Ref {
	for _, r := range more {
		if !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	return refs
}

// Strings returns the known strings of a value.
func Strings(v cty.Value) []string {
	var out []string
	walk(v, func(s string) bool {
		out = append(out, s)
		return true
	})
	return out
}
