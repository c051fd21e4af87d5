package config

import (
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// piece is a part of a string.
type piece struct {
	text string
	at   hcl.Range // of a literal, where it is written
	src  string    // and how
	raw  bool      // it is written without escapes
	from origin    // of what is encoded as JSON within the string
}

// literal is where the statements of a policy begin within a string.
func (t *tracer) literal(o origin) ([]graph.Pos, bool) {
	pieces, ok := t.pieces(o)
	if !ok {
		return nil, false
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.text)
	}
	offsets, ok := graph.StatementOffsets(b.String())
	if !ok {
		return nil, false
	}
	out := make([]graph.Pos, 0, len(offsets))
	from := 0
	for _, p := range pieces {
		n := len(out)
		for n < len(offsets) && offsets[n] < from+len(p.text) {
			n++
		}
		out = append(out, t.within(p, from, offsets[len(out):n])...)
		from += len(p.text)
	}
	return out, len(out) == len(offsets)
}

// within is where the statements stand that begin at the offsets, of which the first of the piece is from.
func (t *tracer) within(p piece, from int, offsets []int) []graph.Pos {
	out := make([]graph.Pos, len(offsets))
	switch {
	case len(offsets) == 0:
	case p.at.Filename != "":
		for i, o := range offsets {
			out[i] = p.place(o - from)
		}
	case p.from.expr != nil:
		if at, ok := t.statements(p.from); ok && len(at) == len(out) {
			return at
		}
	}
	return out
}

// place is the position of an offset within a literal.
func (p piece) place(offset int) graph.Pos {
	pos := graph.Pos{File: p.at.Filename, Line: p.at.Start.Line}
	from, ok := p.written(offset)
	if !ok {
		return pos
	}
	before := p.src[:from]
	pos.Line += strings.Count(before, "\n")
	last := strings.LastIndexByte(before, '\n')
	if pos.Column = utf8.RuneCountInString(before[last+1:]) + 1; last < 0 {
		pos.Column += p.at.Start.Column - 1
	}
	return pos
}

// written is where the source spells what is at an offset of the text. An indented heredoc has spaces that are not in
// the text, and so have the ends of lines beside directives; a literal ${ is spelt $${, and a string in quotes has
// escapes.
func (p piece) written(offset int) (int, bool) {
	at := 0
	for i := 0; at < len(p.src); {
		switch c := p.src[at]; {
		case !p.raw && c == '\\':
			if i >= offset {
				return at, true
			}
			n, r := escape(p.src[at:])
			at, i = at+n, i+len(r)
		case i < len(p.text) && c == p.text[i]:
			if i >= offset {
				return at, true
			}
			at, i = at+1, i+1
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '$' || c == '%':
			at++
		default:
			return 0, false
		}
	}
	return 0, false
}

// escape returns how long an escape of a string in quotes is, and what it stands for.
func escape(s string) (int, string) {
	n := map[byte]int{'u': 6, 'U': 10}[s[min(1, len(s)-1)]]
	n = min(max(n, 2), len(s))
	out, err := strconv.Unquote(`"` + s[:n] + `"`)
	if err != nil {
		out = s[n-1 : n]
	}
	return n, out
}

// pieces returns the parts of a string, those of the branches and turns of its directives included.
func (t *tracer) pieces(o origin) ([]piece, bool) {
	if !t.deeper() {
		t.depth--
		return nil, false
	}
	defer func() { t.depth-- }()
	var parts []hclsyntax.Expression
	switch e := o.expr.(type) {
	case *templateExpr:
		parts = e.Parts
	case *hclsyntax.TemplateExpr:
		parts = e.Parts
	case *hclsyntax.LiteralValueExpr:
		parts = []hclsyntax.Expression{e}
	default:
		return nil, false
	}
	// The source of a string in quotes begins with the quote, that of a heredoc with a line that is none of it.
	whole := o.expr.Range().Start
	var out []piece
	for _, part := range parts {
		switch e := part.(type) {
		case *hclsyntax.LiteralValueExpr:
			s, ok := knownString(e.Val)
			if !ok {
				return nil, false
			}
			first := parts[0].Range().Start
			p := piece{text: s, at: e.SrcRange, raw: first.Byte == whole.Byte || first.Line != whole.Line}
			if strings.HasSuffix(e.SrcRange.Filename, ".tf.json") { // whose own escapes are gone from what the range counts
				p.at = hcl.Range{Filename: e.SrcRange.Filename, Start: hcl.Pos{Line: whole.Line}}
			} else if p.src, ok = t.source(e.SrcRange); !ok {
				return nil, false
			}
			out = append(out, p)
			continue
		case *conditionalExpr:
			if chosen := t.resolve(o.of(e)); chosen.expr != part {
				if more, ok := t.pieces(chosen); ok {
					out = append(out, rawly(more)...)
					continue
				}
			}
		case *hclsyntax.TemplateJoinExpr:
			if turns, ok := t.elements(o.of(e.Tuple)); ok {
				more, known := t.all(turns)
				if known {
					out = append(out, rawly(more)...)
					continue
				}
			}
		}
		p, ok := t.interpolated(o.of(part))
		if !ok {
			return nil, false
		}
		out = append(out, p)
	}
	return out, true
}

// rawly marks what stands within directives of a template, whose own source has no beginning.
func rawly(pieces []piece) []piece {
	for i := range pieces {
		pieces[i].raw = true
	}
	return pieces
}

// all returns the pieces of several strings, one after the other.
func (t *tracer) all(origins []origin) ([]piece, bool) {
	var out []piece
	for _, o := range origins {
		more, ok := t.pieces(t.resolve(o))
		if !ok {
			return nil, false
		}
		out = append(out, more...)
	}
	return out, true
}

// interpolated is what is put into a string.
func (t *tracer) interpolated(o origin) (piece, bool) {
	v, ok := t.value(o)
	if !ok || v.IsNull() {
		return piece{}, false
	}
	p := piece{}
	if s := anyScope(o.ctx); s != nil {
		p.text, ok = s.str(o.expr, v, o.ctx)
	} else {
		p.text, ok = knownString(v)
	}
	if e, isCall := o.expr.(*callExpr); isCall && strings.TrimPrefix(e.Name, "core::") == "jsonencode" && len(e.Args) == 1 {
		p.from = o.of(e.Args[0])
	}
	return p, ok
}

// source returns the bytes of a range.
func (t *tracer) source(at hcl.Range) (string, bool) {
	src := t.ev.sources()[at.Filename]
	if src == nil {
		src = t.ev.templates[at.Filename]
	}
	if at.Start.Byte < 0 || at.End.Byte > len(src) || at.Start.Byte > at.End.Byte {
		return "", false
	}
	return string(src[at.Start.Byte:at.End.Byte]), true
}

// file is where the statements of a policy begin in a file that is one.
func (t *tracer) file(whole, name origin) ([]graph.Pos, bool) {
	label, ok := t.label(name)
	v, worked := t.value(whole)
	s, isText := knownString(v)
	if !ok || !worked || !isText {
		return nil, false
	}
	offsets, ok := graph.StatementOffsets(s)
	p := piece{text: s, src: s, raw: true, at: hcl.Range{Filename: label, Start: hcl.InitialPos}}
	out := make([]graph.Pos, len(offsets))
	for i, o := range offsets {
		out[i] = p.place(o)
	}
	return out, ok
}

// templateFile is where the statements of a policy begin in a file that is the template of one.
func (t *tracer) templateFile(name, vars origin) ([]graph.Pos, bool) {
	label, ok := t.label(name)
	values, worked := t.value(vars)
	read, has := t.ev.functions.Functions["file"]
	p, named := t.value(name)
	if !ok || !worked || !has || !named || values.IsNull() || !values.IsKnown() || !values.CanIterateElements() {
		return nil, false
	}
	v, err := read.Call([]cty.Value{p})
	src, isText := knownString(v)
	if err != nil || !isText || checkDepth([]byte(src), label, false) != nil {
		return nil, false
	}
	e, diags := hclsyntax.ParseTemplate([]byte(src), label, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, false
	}
	t.ev.templates[label] = []byte(src)
	ctx := &hcl.EvalContext{Functions: t.ev.functions.Functions, Variables: values.AsValueMap()}
	return t.text(origin{expr: rewrite(e), ctx: ctx})
}

// label returns what positions call the file of a path.
func (t *tracer) label(name origin) (string, bool) {
	v, ok := t.value(name)
	p, isText := knownString(v)
	if !ok || !isText || token.Has(p) || t.ev.tree.Packed {
		return "", false
	}
	at := path.Join(t.ev.tree.Dir, p)
	if path.IsAbs(p) {
		rest, within := strings.CutPrefix(path.Clean(p), base+"/")
		if at = rest; !within {
			return "", false
		}
	}
	return t.ev.tree.label(at), true
}
