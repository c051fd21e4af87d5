package graph

import (
	"slices"
	"strings"
)

// Ref names a value that the input does not spell out: an attribute of a declared resource
// (aws_s3_bucket.logs, arn), or a symbol that the same input uses elsewhere (var.bucket, AWS::AccountId),
// for which Attr is empty. Two equal Refs stand for equal strings.
type Ref struct {
	Address string // of a resource instance, or the symbol
	Attr    string // attribute of the resource; empty for symbols
}

// IsARN says that the reference is to the ARN of the resource, as sources spell it.
func (r Ref) IsARN() bool { return r.Attr == "arn" || r.Attr == "Arn" || r.Attr == "TopicArn" }

// IsName says that the reference is to the name of a bucket, as sources spell it.
func (r Ref) IsName() bool { return r.Attr == "id" || r.Attr == "bucket" || r.Attr == "Ref" }

// AnyOf begins the address of a symbol that a hole mentions where it may also be something else, on a condition.
const AnyOf = "Fn::If "

// String returns address.attribute.
func (r Ref) String() string {
	if r.Attr == "" {
		return r.Address
	}
	return r.Address + "." + r.Attr
}

// PartKind tells the parts of a Text apart.
type PartKind uint8

// The kinds of parts.
const (
	PartLiteral PartKind = iota // a known string
	PartRef                     // the value of one reference, whole
	PartHole                    // an unknown string, possibly made from the references it mentions
)

// Part is one piece of a Text.
type Part struct {
	Kind     PartKind
	Literal  string // PartLiteral
	Ref      Ref    // PartRef
	Reason   Reason // PartHole: why it is unknown
	Mentions []Ref  // PartHole: what the expression refers to, in the order of the source
	OneOf    bool   // PartHole: it is the value of exactly one of Mentions, but which is not known
}

// Text is a string made of literals, references and holes. The zero Text is the empty string.
// Texts are immutable.
type Text struct {
	lit   string // the whole of it when parts is nil
	parts []Part
}

// Literal returns a wholly known text.
func Literal(s string) Text { return Text{lit: s} }

// Reference returns the text that is the value of r.
func Reference(r Ref) Text { return Text{parts: []Part{{Kind: PartRef, Ref: r}}} }

// Hole returns an unknown text that its source builds, in a way that is not known, from mentions.
func Hole(why Reason, mentions ...Ref) Text {
	return Text{parts: []Part{{Kind: PartHole, Reason: why, Mentions: mentions}}}
}

// OneOf returns the text that is the value of exactly one of the candidates, without knowing of which.
func OneOf(candidates ...Ref) Text {
	return Text{parts: []Part{{Kind: PartHole, Reason: ReasonOneOf, Mentions: candidates, OneOf: true}}}
}

// TextOf returns the text of one part.
func TextOf(p Part) Text {
	if p.Kind == PartLiteral {
		return Literal(p.Literal)
	}
	return Text{parts: []Part{p}}
}

// Join concatenates texts.
func Join(texts ...Text) Text {
	var out []Part
	for _, t := range texts {
		for _, p := range t.Parts() {
			if n := len(out); n > 0 && p.Kind == PartLiteral && out[n-1].Kind == PartLiteral {
				out[n-1].Literal += p.Literal
				continue
			}
			out = append(out, p)
		}
	}
	switch {
	case len(out) == 0:
		return Text{}
	case len(out) == 1 && out[0].Kind == PartLiteral:
		return Literal(out[0].Literal)
	}
	return Text{parts: out}
}

// Literal returns the string and true when the text is wholly known.
func (t Text) Literal() (string, bool) { return t.lit, t.parts == nil }

// IsLiteral says that the text is wholly known.
func (t Text) IsLiteral() bool { return t.parts == nil }

// IsEmpty says that the text is known to be the empty string.
func (t Text) IsEmpty() bool { return t.parts == nil && t.lit == "" }

// Parts returns the parts in order; the caller must not change them. The empty string has none.
func (t Text) Parts() []Part {
	if t.parts != nil {
		return t.parts
	}
	if t.lit == "" {
		return nil
	}
	return []Part{{Kind: PartLiteral, Literal: t.lit}}
}

// Refs returns every reference of the text, those of holes included, each once, in order.
func (t Text) Refs() []Ref {
	var out []Ref
	add := func(r Ref) {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, p := range t.parts {
		if p.Kind == PartRef {
			add(p.Ref)
		}
		for _, r := range p.Mentions {
			add(r)
		}
	}
	return out
}

// Fold replaces references by what is known of them. The function returns false for those it does not know.
func (t Text) Fold(known func(Ref) (Text, bool)) Text {
	if t.parts == nil {
		return t
	}
	pieces := make([]Text, 0, len(t.parts))
	for _, p := range t.parts {
		if p.Kind == PartRef {
			if v, ok := known(p.Ref); ok {
				pieces = append(pieces, v)
				continue
			}
		}
		pieces = append(pieces, Text{parts: []Part{p}})
	}
	return Join(pieces...)
}

// Reason returns why the text is not wholly known, or "" when it is.
func (t Text) Reason() Reason {
	for _, p := range t.parts {
		if p.Kind == PartHole {
			return p.Reason
		}
	}
	if t.parts != nil {
		return ReasonAfterApply
	}
	return ""
}

// String prints the text the way Terraform spells templates: ${address.attr} for references,
// ${one of a, b} for an ambiguous one, ${?} for holes.
func (t Text) String() string {
	if t.parts == nil {
		return t.lit
	}
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.Kind == PartLiteral:
			b.WriteString(p.Literal)
		case p.Kind == PartRef:
			b.WriteString("${" + p.Ref.String() + "}")
		case p.OneOf:
			names := make([]string, len(p.Mentions))
			for i, r := range p.Mentions {
				names[i] = r.String()
			}
			b.WriteString("${one of " + strings.Join(names, ", ") + "}")
		default:
			b.WriteString("${?}")
		}
	}
	return b.String()
}

// head returns the literal with which the text begins.
func (t Text) head() string {
	if len(t.parts) > 0 {
		return t.parts[0].Literal
	}
	return t.lit
}

// Equal compares two texts: Yes when they are made of the same known parts, No when no way of filling
// their holes makes them equal, Maybe otherwise. A hole equals nothing for certain, not even itself
// read twice.
func (t Text) Equal(u Text) Tri {
	if t.parts == nil && u.parts == nil {
		return TriOf(t.lit == u.lit)
	}
	if x, y := t.head(), u.head(); x[:min(len(x), len(y))] != y[:min(len(x), len(y))] {
		return No // what comes first tells most texts apart
	}
	a, b := t.Parts(), u.Parts()
	same := len(a) == len(b)
	for i := 0; same && i < len(a); i++ {
		same = a[i].Kind != PartHole && a[i].Kind == b[i].Kind && a[i].Literal == b[i].Literal && a[i].Ref == b[i].Ref
	}
	if same {
		return Yes
	}
	return TriOf(intersects(t.symbols(false), u.symbols(false))).And(Maybe)
}

// Like matches the text against an IAM-style pattern in which * stands for any string and ? for one
// character; the pattern may have references and holes of its own. A reference or hole of the text is
// an opaque constant for Yes, and any string for No.
func (t Text) Like(pattern Text) Tri {
	if mustMatch(t.symbols(false), pattern.symbols(true)) {
		return Yes
	}
	return TriOf(intersects(t.symbols(false), pattern.symbols(true))).And(Maybe)
}
