package template

import (
	"bytes"
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// Bounds of what is read. CloudFormation takes templates of up to 1 MB, resources and values well below these bounds:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxSize  = 16 << 20 // bytes of one template
	maxDepth = 200      // how deep values nest
	maxNodes = 1 << 20  // nodes of one template, aliases expanded
)

// Document is what a file holds.
type Document struct {
	File     string // as positions name it
	Root     *Node
	Problems []Problem // what was read nevertheless
	Comments []Comment // of YAML, in the order of the file
}

// Problem is something wrong at a place of a file that is otherwise read.
type Problem struct {
	Pos  graph.Pos
	What string
}

// Comment is a YAML comment that begins with the name of this tool, without its sign.
type Comment struct {
	Pos   graph.Pos
	Text  string
	Alone bool // nothing else is on its line
}

// Error is why a file was not read.
type Error struct {
	Pos  graph.Pos
	What string
}

// Error spells the error in one line.
func (e *Error) Error() string { return e.Pos.String() + ": " + e.What }

func errorAt(file string, line int, format string, args ...any) *Error {
	return &Error{Pos: graph.Pos{File: file, Line: line}, What: fmt.Sprintf(format, args...)}
}

// Read reads the bytes of a file. It returns an [*Error], which quotes nothing of the file but keys, for what is
// neither YAML nor JSON, nests too deep or is too large.
func Read(file string, src []byte) (*Document, error) {
	if len(src) > maxSize {
		return nil, errorAt(file, 0, "it is larger than %d MiB", maxSize>>20)
	}
	src = token.Clean(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")))
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, errorAt(file, 0, "it is empty")
	}
	d := &Document{File: file}
	if looksLikeJSON(src) {
		err := d.readJSON(src)
		if err == nil || err.What != notJSON {
			return d.done(err)
		}
		jsonError := err
		d = &Document{File: file} // a flow mapping of YAML begins alike
		if err := d.readYAML(src); err != nil {
			return nil, jsonError
		}
		return d.done(nil)
	}
	return d.done(d.readYAML(src))
}

// done returns the document, or the error as what callers expect of one.
func (d *Document) done(err *Error) (*Document, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

func looksLikeJSON(src []byte) bool {
	s := bytes.TrimSpace(src)
	return len(s) > 0 && (s[0] == '{' || s[0] == '[')
}

func (d *Document) problemf(at graph.Pos, format string, args ...any) {
	d.Problems = append(d.Problems, Problem{Pos: at, What: fmt.Sprintf(format, args...)})
}

// add adds a member to a Map; of two with one key the later counts, and the file is said to have both.
func (d *Document) add(n *Node, m Member) {
	if had := n.Member(m.Key); had != nil {
		d.problemf(m.Pos, "the key %q is there twice; the later counts", shorten(m.Key))
		*had = m
		return
	}
	n.Members = append(n.Members, m)
}

// shorten cuts what is quoted in messages.
func shorten(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
