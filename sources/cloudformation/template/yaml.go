package template

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// yamlReader turns YAML nodes into ours.
type yamlReader struct {
	doc   *Document
	lines []string
	nodes int
	open  map[*yaml.Node]bool // anchors that are being expanded
	seen  map[string]int      // comments, by text
	// quoted counts the bytes of lines that were searched for the ends of strings.
	quoted int
}

func (d *Document) readYAML(src []byte) *Error {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var root yaml.Node
	err := dec.Decode(&root)
	if err != nil && strings.Contains(err.Error(), "unknown escape") {
		src = withoutEscapedSlashes(src)
		dec = yaml.NewDecoder(bytes.NewReader(src))
		err = dec.Decode(&root)
	}
	if errors.Is(err, io.EOF) {
		return errorAt(d.File, 0, "it is empty")
	}
	if err != nil {
		return yamlError(d.File, err, bytes.Count(src, []byte("\n"))+1)
	}
	r := &yamlReader{doc: d, lines: strings.Split(string(src), "\n"), open: map[*yaml.Node]bool{}, seen: map[string]int{}}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return errorAt(d.File, 0, "it is empty")
	}
	r.comment(&root)
	n, bad := r.node(root.Content[0], 0)
	if bad != nil {
		return bad
	}
	d.Root = n
	lastLines(n, len(strings.Split(strings.TrimRight(string(src), "\n"), "\n")))
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		d.problemf(graph.Pos{File: d.File, Line: max(more.Line, 1)}, "only the first document of the file is read")
	}
	d.Comments = r.comments()
	return nil
}

var quoted = regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`)

// withoutEscapedSlashes spells \/ within double quotes as /. YAML 1.2 has that escape, and the parser has not.
func withoutEscapedSlashes(src []byte) []byte {
	return quoted.ReplaceAllFunc(src, func(s []byte) []byte { return bytes.ReplaceAll(s, []byte(`\/`), []byte(`/`)) })
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// yamlError keeps the line and the kind of error, but not what the parser quotes.
func yamlError(file string, err error, lines int) *Error {
	text := err.Error()
	line := 0
	if m := yamlLine.FindStringSubmatchIndex(text); m != nil {
		line, _ = strconv.Atoi(text[m[2]:m[3]])
		line = min(line, lines) // the parser counts other ends of lines, too
		text = text[m[1]:]
	}
	text = strings.TrimPrefix(text, "yaml: ")
	if i := strings.IndexAny(text, "`'\""); i >= 0 {
		text = strings.TrimSpace(text[:i])
	}
	if strings.Contains(text, "max depth") {
		text = "values nest too deep"
	}
	return errorAt(file, line, "it is not valid YAML: %s", text)
}

// pos returns the position of a YAML node. Columns of the parser count characters already.
func (r *yamlReader) pos(y *yaml.Node) graph.Pos {
	return graph.Pos{File: r.doc.File, Line: min(y.Line, len(r.lines)), Column: y.Column} // what is empty may be after the end
}

func (r *yamlReader) node(y *yaml.Node, depth int) (*Node, *Error) {
	if r.nodes++; r.nodes > maxNodes {
		return nil, errorAt(r.doc.File, y.Line, "it has more than %d values, aliases counted each time", maxNodes)
	}
	if depth > maxDepth {
		return nil, errorAt(r.doc.File, y.Line, "values nest more than %d deep", maxDepth)
	}
	r.comment(y)
	n := &Node{Pos: r.pos(y)}
	n.Last = n.Pos.Line
	var err *Error
	switch y.Kind {
	case yaml.AliasNode:
		if r.open[y.Alias] {
			return nil, errorAt(r.doc.File, y.Line, "the anchor %q holds itself", shorten(y.Value))
		}
		r.open[y.Alias] = true
		n, err = r.node(y.Alias, depth+1)
		delete(r.open, y.Alias)
		return n, err
	case yaml.SequenceNode:
		n.Kind = List
		for _, c := range y.Content {
			item, err := r.node(c, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, item)
		}
	case yaml.MappingNode:
		err = r.mapping(n, y, depth)
	case yaml.ScalarNode:
		scalar(n, y)
		n.lines = r.linesOf(y)
	case yaml.DocumentNode:
		return nil, errorAt(r.doc.File, y.Line, "it is not valid YAML")
	}
	if err != nil {
		return nil, err
	}
	return r.tagged(n, y), nil
}

func (r *yamlReader) mapping(n *Node, y *yaml.Node, depth int) *Error {
	n.Kind = Map
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		r.comment(k)
		value, err := r.node(v, depth+1)
		if err != nil {
			return err
		}
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		switch {
		case k.Tag == "!!merge":
			merged = append(merged, value)
		case k.Kind != yaml.ScalarNode:
			r.doc.problemf(r.pos(k), "a key that is no string is left out")
		default:
			r.doc.add(n, Member{Key: string(token.Clean([]byte(k.Value))), Pos: r.pos(k), Value: value})
		}
	}
	for _, m := range merged {
		sources := []*Node{m}
		if m.Kind == List {
			sources = m.Items
		}
		for _, s := range sources {
			for _, member := range s.Members {
				if n.Member(member.Key) == nil {
					n.Members = append(n.Members, member)
				}
			}
		}
	}
	return nil
}

// booleans are the words of YAML 1.1, which CloudFormation reads.
//
//nolint:gochecknoglobals // a table
var booleans = map[string]string{"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}

func scalar(n *Node, y *yaml.Node) {
	n.Kind, n.Text = String, string(token.Clean([]byte(y.Value)))
	n.block = y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return
	}
	switch y.ShortTag() {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!int", "!!float":
		n.Kind = Number
	case "!!bool", "!!str":
		if b, ok := booleans[strings.ToLower(y.Value)]; ok {
			n.Kind, n.Text = Bool, b
		}
	}
}

// tagged applies the tag of a YAML node: a short form of a function, or one that is none of CloudFormation's.
func (r *yamlReader) tagged(n *Node, y *yaml.Node) *Node {
	if !strings.HasPrefix(y.Tag, "!") || strings.HasPrefix(y.Tag, "!!") {
		return n
	}
	if y.Kind == yaml.ScalarNode && n.Kind != String {
		n.Kind, n.Text = String, y.Value
	}
	if long, ok := longForms[y.Tag]; ok {
		return &Node{Kind: Map, Members: []Member{{Key: long, Pos: n.Pos, Value: n}}, Pos: n.Pos, Last: n.Last}
	}
	n.Tag = strings.TrimPrefix(y.Tag, "!")
	return n
}

// lastLines works out the last line of each node; limit is the line before what comes next.
func lastLines(n *Node, limit int) int {
	last := max(n.Last, n.Pos.Line)
	switch {
	case n.block:
		last = max(last, limit)
	case n.Kind == String:
		last = min(last+strings.Count(n.Text, "\n"), max(last, limit))
	}
	for i, c := range n.Items {
		until := limit
		if i+1 < len(n.Items) {
			until = n.Items[i+1].Pos.Line - 1
		}
		last = max(last, lastLines(c, until))
	}
	for i, m := range n.Members {
		until := limit
		if i+1 < len(n.Members) {
			until = n.Members[i+1].Pos.Line - 1
		}
		last = max(last, m.Pos.Line, lastLines(m.Value, until))
	}
	n.Last = last
	return last
}

// tool begins the comments that are of use.
const tool = "trailguard"

// comment keeps what the parser says are comments, to tell them from text that looks like one.
func (r *yamlReader) comment(y *yaml.Node) {
	for _, c := range []string{y.HeadComment, y.LineComment, y.FootComment} {
		if c == "" || !strings.Contains(strings.ToLower(c), tool) {
			continue
		}
		for line := range strings.SplitSeq(c, "\n") {
			if text, ours := commentText(line); ours {
				r.seen[text]++
			}
		}
	}
}

// commentText returns the text of a comment that begins with the name of the tool.
func commentText(line string) (string, bool) {
	text, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
	text = strings.TrimSpace(strings.TrimLeft(text, "#"))
	return text, ok && len(text) >= len(tool) && strings.EqualFold(text[:len(tool)], tool)
}

// comments finds the lines of the comments that the parser has seen.
func (r *yamlReader) comments() []Comment {
	var out []Comment
	for i, line := range r.lines {
		if len(r.seen) == 0 {
			break
		}
		for from := 0; ; {
			j := strings.IndexByte(line[from:], '#')
			if j < 0 {
				break
			}
			from += j
			text, ours := commentText(line[from:])
			if ours && (from == 0 || line[from-1] == ' ' || line[from-1] == '\t') && r.seen[text] > 0 {
				r.seen[text]--
				out = append(out, Comment{
					Pos:  graph.Pos{File: r.doc.File, Line: i + 1, Column: len([]rune(line[:from])) + 1},
					Text: text, Alone: strings.TrimSpace(line[:from]) == "",
				})
				break
			}
			from++
		}
	}
	return out
}
