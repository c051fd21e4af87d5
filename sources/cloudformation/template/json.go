package template

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// notJSON begins the message for what may still be YAML.
const notJSON = "it is not valid JSON"

// jsonReader reads JSON token by token, for the positions.
type jsonReader struct {
	doc   *Document
	dec   *jsontext.Decoder
	src   []byte
	nodes int
	// offset is how far lines and columns have been counted.
	offset, line, column int
}

func (d *Document) readJSON(src []byte) *Error {
	r := &jsonReader{doc: d, src: src, line: 1, column: 1}
	r.dec = jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	root, err := r.value(0)
	if err != nil {
		return err
	}
	if _, bad := r.dec.ReadToken(); !errors.Is(bad, io.EOF) {
		return errorAt(d.File, r.at(r.dec.InputOffset()).Line, notJSON)
	}
	d.Root = root
	return nil
}

// at returns the position of an offset. Offsets mostly go up, so that each character is counted once.
func (r *jsonReader) at(offset int64) graph.Pos {
	o := min(int(offset), len(r.src))
	if o < r.offset {
		r.offset, r.line, r.column = 0, 1, 1
	}
	for piece := r.src[r.offset:o]; len(piece) > 0; {
		i := bytes.IndexByte(piece, '\n')
		if i < 0 {
			r.column += utf8.RuneCount(piece)
			break
		}
		r.line, r.column = r.line+1, 1
		piece = piece[i+1:]
	}
	r.offset = o
	return graph.Pos{File: r.doc.File, Line: r.line, Column: r.column}
}

// next returns the position of the token that comes next.
func (r *jsonReader) next() graph.Pos {
	o := int(r.dec.InputOffset())
	for o < len(r.src) && strings.IndexByte(" \t\r\n:,", r.src[o]) >= 0 {
		o++
	}
	return r.at(int64(o))
}

func (r *jsonReader) value(depth int) (*Node, *Error) {
	at := r.next()
	if r.nodes++; r.nodes > maxNodes {
		return nil, errorAt(r.doc.File, at.Line, "it has more than %d values", maxNodes)
	}
	if depth > maxDepth {
		return nil, errorAt(r.doc.File, at.Line, "values nest more than %d deep", maxDepth)
	}
	t, err := r.dec.ReadToken()
	if err != nil {
		return nil, r.bad(err)
	}
	n := &Node{Pos: at, Last: at.Line}
	switch t.Kind() { //nolint:exhaustive // the ends of objects and lists are read where these are
	case 'n':
	case 't', 'f':
		n.Kind, n.Text = Bool, t.String()
	case '"':
		n.Kind, n.Text = String, cleaned(t.String())
		n.lines = lines{kind: inOneLine}
	case '0':
		n.Kind, n.Text = Number, t.String()
	case '[':
		n.Kind = List
		for r.dec.PeekKind() != ']' {
			item, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, item)
		}
		return r.end(n)
	case '{':
		n.Kind = Map
		for r.dec.PeekKind() != '}' {
			m := Member{Pos: r.next()}
			key, err := r.dec.ReadToken()
			if err != nil {
				return nil, r.bad(err)
			}
			m.Key = cleaned(key.String())
			value, bad := r.value(depth + 1)
			if bad != nil {
				return nil, bad
			}
			m.Value = value
			r.doc.add(n, m)
		}
		return r.end(n)
	}
	return n, nil
}

// cleaned takes out what an escape spells and could pass for a token.
func cleaned(s string) string { return string(token.Clean([]byte(s))) }

// end reads the bracket that ends a list or an object.
func (r *jsonReader) end(n *Node) (*Node, *Error) {
	if _, err := r.dec.ReadToken(); err != nil {
		return nil, r.bad(err)
	}
	n.Last = r.at(r.dec.InputOffset()).Line
	return n, nil
}

func (r *jsonReader) bad(err error) *Error {
	var syntax *jsontext.SyntacticError
	at := r.at(r.dec.InputOffset())
	switch {
	case errors.As(err, &syntax):
		at = r.at(syntax.ByteOffset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at = r.at(int64(len(r.src)))
	}
	return errorAt(r.doc.File, at.Line, notJSON)
}
