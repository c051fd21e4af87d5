package ignore

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// maxIgnores bounds the ignores of one file. Nobody who reviews a file sees more of them.
const maxIgnores = 2000

// nothing is the problem of a comment at the end of a block or a file.
const nothing = "there is nothing that it stands on"

// HCL returns the ignores of a file of the native syntax, each with what it stands on: the construct that begins on
// its own line or, where the comment is alone on it, on the next line of code. body is what the file was parsed to.
// Comments come from the token stream, so that text which only looks like one is none. Of those on module calls the
// names of the calls are given as Modules; where the calls are is for the caller to say.
func HCL(src []byte, filename string, body *hclsyntax.Body) []graph.Ignore {
	if body == nil || !mentions(src) {
		return nil
	}
	tokens, _ := hclsyntax.LexConfig(src, filename, hcl.InitialPos) // what cannot be lexed was not parsed either
	r := reader{file: filename, outline: outlineOf(body)}
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenEOF:
		case hclsyntax.TokenComment:
			if mentions(t.Bytes) {
				r.comment(t)
			}
		default:
			r.code(t)
		}
	}
	for _, i := range r.waiting {
		r.out[i].Problem = cmp.Or(r.out[i].Problem, nothing)
	}
	return r.out
}

// mentions says that a text holds the name of the tool, in any case.
func mentions(b []byte) bool { return bytes.Contains(bytes.ToLower(b), []byte(tool)) }

// reader goes through the tokens of a file.
type reader struct {
	file    string
	outline outline
	out     []graph.Ignore
	waiting []int // ignores that stand on the next code
	last    int   // line of code so far
}

// comment reads the ignores of a comment. One that follows code stands on that; the others wait for code.
func (r *reader) comment(t hclsyntax.Token) {
	for _, l := range linesOf(t) {
		ig, ours := Parse(l.text)
		switch {
		case !ours || len(r.out) > maxIgnores:
			continue
		case len(r.out) == maxIgnores:
			ig.Problem = fmt.Sprintf("a file has %d ignores at most: those from here on are without effect", maxIgnores)
		}
		ig.Pos, ig.Construct = graph.Pos{File: r.file, Line: l.pos.Line, Column: l.pos.Column}, "a comment"
		r.out = append(r.out, ig)
		if r.last == t.Range.Start.Line {
			r.place(len(r.out)-1, r.last)
		} else {
			r.waiting = append(r.waiting, len(r.out)-1)
		}
	}
}

// code puts the ignores that wait on what begins with a token.
func (r *reader) code(t hclsyntax.Token) {
	r.last = max(r.last, t.Range.End.Line)
	for _, i := range r.waiting {
		if t.Type == hclsyntax.TokenCBrace {
			r.out[i].Problem = cmp.Or(r.out[i].Problem, nothing)
			continue
		}
		r.place(i, t.Range.Start.Line)
	}
	r.waiting = r.waiting[:0]
}

func (r *reader) place(i, line int) {
	c, ok := r.outline.at(line)
	if !ok {
		r.out[i].Problem = cmp.Or(r.out[i].Problem, nothing)
		return
	}
	c.mark(&r.out[i])
}

// commentLine is a line of a comment, without its signs.
type commentLine struct {
	text string
	pos  hcl.Pos
}

// linesOf takes the signs from a comment: those that begin and end it, and the asterisks that many put before each
// line in between.
func linesOf(t hclsyntax.Token) []commentLine {
	inner, isBlock := bytes.CutPrefix(t.Bytes, []byte("/*"))
	if !isBlock {
		return []commentLine{{strings.TrimLeft(string(t.Bytes), "#/"), t.Range.Start}}
	}
	inner = bytes.TrimSuffix(inner, []byte("*/"))
	var out []commentLine
	pos := t.Range.Start
	for raw := range bytes.SplitSeq(inner, []byte("\n")) {
		text := bytes.TrimLeft(raw, " \t*")
		if pos.Line > t.Range.Start.Line {
			pos.Column = 1 + utf8.RuneCount(raw) - utf8.RuneCount(text)
		}
		out = append(out, commentLine{string(text), pos})
		pos.Line++
	}
	return out
}
