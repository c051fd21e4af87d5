package ignore

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// maxIgnores bounds the ignores of one file. Nobody who reviews a file sees more of them.
const maxIgnores = 2000

// HCL returns the ignores of a file of the native syntax, each with what it stands on: the construct that begins on
// its own line or, where the comment is alone on it, on the next line of code. body is what the file was parsed to.
// Comments come from the token stream, so that text which only looks like one is none. Of those on module calls the
// names of the calls are given as Modules; where the calls are is for the caller to say.
func HCL(src []byte, filename string, body *hclsyntax.Body) []graph.Ignore {
	if !bytes.Contains(src, []byte(marker)) {
		return nil
	}
	tokens, _ := hclsyntax.LexConfig(src, filename, hcl.InitialPos) // what cannot be lexed was not parsed either
	starts := map[int]construct{}
	constructs(body, construct{}, starts)
	var all []construct
	for _, c := range starts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b construct) int { return a.from - b.from })
	var out []graph.Ignore
	code := 0 // the last line that has code on it so far
	var waiting []int
	place := func(i int, line int) {
		c, ok := starts[line]
		if !ok {
			c, ok = innermost(all, line)
		}
		if !ok {
			out[i].Problem = "there is nothing that it stands on"
			return
		}
		c.mark(&out[i])
	}
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenEOF {
			continue
		}
		if t.Type == hclsyntax.TokenComment {
			if !bytes.Contains(t.Bytes, []byte(marker)) {
				continue
			}
			ig, ours := Parse(strip(t.Bytes))
			if !ours || len(out) == maxIgnores {
				continue
			}
			ig.Pos = graph.Pos{File: filename, Line: t.Range.Start.Line, Column: t.Range.Start.Column}
			ig.Construct = "a comment"
			out = append(out, ig)
			if code == ig.Pos.Line {
				place(len(out)-1, code)
			} else {
				waiting = append(waiting, len(out)-1)
			}
			continue
		}
		line := t.Range.Start.Line
		code = max(code, t.Range.End.Line)
		for _, i := range waiting {
			if t.Type == hclsyntax.TokenCBrace {
				out[i].Problem = "there is nothing that it stands on"
				continue
			}
			place(i, line)
		}
		waiting = waiting[:0]
	}
	for _, i := range waiting {
		out[i].Problem = "there is nothing that it stands on"
	}
	return out
}

// strip takes the signs of a comment away.
func strip(b []byte) string {
	s := strings.TrimSpace(string(b))
	if inner, ok := strings.CutPrefix(s, "/*"); ok {
		s = strings.TrimSpace(strings.TrimSuffix(inner, "*/"))
		s, _, _ = strings.Cut(s, "\n")
		return s
	}
	return strings.TrimLeft(s, "#/")
}

// construct is a block or an argument.
type construct struct {
	name     string
	module   string // of the call that it is, or is in
	whole    bool
	from, to int
}

func (c construct) mark(ig *graph.Ignore) {
	ig.Construct, ig.From, ig.To, ig.Whole = c.name, c.from, c.to, c.whole
	if c.module != "" {
		ig.Modules = []string{c.module}
	}
}

// constructs files everything that begins on a line; of several, the outermost.
func constructs(body *hclsyntax.Body, within construct, starts map[int]construct) {
	file := func(c construct) {
		if had, ok := starts[c.from]; !ok || c.to > had.to {
			starts[c.from] = c
		}
	}
	for _, name := range sortedNames(body.Attributes) {
		a := body.Attributes[name]
		file(construct{name: join(within.name, name), module: within.module, from: a.SrcRange.Start.Line, to: a.SrcRange.End.Line})
	}
	for _, b := range body.Blocks {
		r := b.Range()
		c := construct{name: join(within.name, b.Type), module: within.module, from: r.Start.Line, to: r.End.Line}
		if within.name == "" {
			c.name = strings.Join(append([]string{b.Type}, b.Labels...), ".")
			switch {
			case b.Type == "resource":
				c.name, c.whole = strings.Join(b.Labels, "."), true
			case b.Type == "data":
				c.whole = true
			case b.Type == "module" && len(b.Labels) > 0:
				c.module = b.Labels[0]
			}
		}
		file(c)
		constructs(b.Body, c, starts)
	}
}

func sortedNames(attrs hclsyntax.Attributes) []string {
	names := make([]string, 0, len(attrs))
	for n := range attrs {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func join(within, name string) string {
	if within == "" {
		return name
	}
	return within + "." + name
}

// innermost returns the smallest construct that a line is part of. It begins before the line, and it is the last to
// begin of those that do not end before it.
func innermost(all []construct, line int) (construct, bool) {
	i, _ := slices.BinarySearchFunc(all, line, func(c construct, line int) int { return c.from - line })
	for i--; i >= 0; i-- {
		if all[i].to >= line {
			return all[i], true
		}
	}
	return construct{}, false
}
