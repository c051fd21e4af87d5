package template

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// lines says how the text of a String stands in its file.
type lines struct {
	kind   linesKind
	first  int // line of the file with the first line of the text, of a literal block
	indent int // spaces before each of its lines
}

type linesKind uint8

const (
	folded    linesKind = iota // ends of lines are not those of the file
	inOneLine                  // all of it stands in the line in which it begins
	lineByLine
)

// TextPos returns where a byte of the text of a String stands; zero where that is not certain. The column is not told of
// a string that may have escapes.
func (n *Node) TextPos(offset int) graph.Pos {
	switch n.lines.kind {
	case inOneLine:
		return graph.Pos{File: n.Pos.File, Line: n.Pos.Line}
	case lineByLine:
		before := n.Text[:min(offset, len(n.Text))]
		column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
		return graph.Pos{File: n.Pos.File, Line: n.lines.first + strings.Count(before, "\n"), Column: n.lines.indent + column + 1}
	case folded:
	}
	return graph.Pos{}
}

// linesOf tells how a YAML scalar stands in the file.
func (r *yamlReader) linesOf(y *yaml.Node) lines {
	switch {
	case y.Style&yaml.LiteralStyle != 0:
		return r.literal(y)
	case y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 && strings.Contains(y.Value, "{") && r.closes(y):
		return lines{kind: inOneLine}
	}
	return lines{}
}

// literal finds the lines of a literal block: those after the one with its indicator. The first one that is not blank
// tells how far they are indented.
func (r *yamlReader) literal(y *yaml.Node) lines {
	out := lines{kind: lineByLine, first: y.Line + 1}
	at := y.Line // index of the first line of the text
	for text := range strings.SplitSeq(y.Value, "\n") {
		if at >= len(r.lines) {
			break
		}
		line := strings.TrimSuffix(r.lines[at], "\r")
		if strings.TrimSpace(text) != "" {
			indent, ok := strings.CutSuffix(line, text)
			if !ok || strings.Trim(indent, " ") != "" {
				break
			}
			out.indent = len(indent)
			return out
		}
		at++
	}
	return lines{}
}

// maxQuoted bounds the bytes of lines that are looked at for where strings in them end.
const maxQuoted = 16 << 20

// closes says that a string in quotes ends in the line in which it begins.
func (r *yamlReader) closes(y *yaml.Node) bool {
	if y.Line < 1 || y.Line > len(r.lines) {
		return false
	}
	if r.quoted += len(r.lines[y.Line-1]); r.quoted > maxQuoted {
		return false
	}
	quote := byte('"')
	if y.Style&yaml.SingleQuotedStyle != 0 {
		quote = '\''
	}
	line := []rune(r.lines[y.Line-1])
	rest := string(line[min(max(y.Column-1, 0), len(line)):])
	from := strings.IndexByte(rest, quote) // behind a tag or an anchor
	if from < 0 {
		return false
	}
	for i := from + 1; i < len(rest); i++ {
		switch {
		case quote == '"' && rest[i] == '\\':
			i++
		case rest[i] == quote && quote == '\'' && i+1 < len(rest) && rest[i+1] == quote:
			i++
		case rest[i] == quote:
			return true
		}
	}
	return false
}
