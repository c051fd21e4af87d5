package ignore

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// construct is a block or an argument.
type construct struct {
	name     string
	module   string // of the call that it is
	whole    bool
	from, to int
	within   int // index of the construct that it is a part of; -1: none
}

func (c construct) mark(ig *graph.Ignore) {
	ig.Construct, ig.From, ig.To, ig.Whole = c.name, c.from, c.to, c.whole
	if c.module != "" {
		ig.Modules = []string{c.module}
	}
}

// outline is what begins on each line of a file, the outermost where several do, by line.
type outline []construct

func outlineOf(body *hclsyntax.Body) outline {
	starts := map[int]construct{}
	constructs(body, construct{}, starts)
	out := outline(slices.SortedFunc(maps.Values(starts), func(a, b construct) int { return cmp.Compare(a.from, b.from) }))
	last := -1
	for i := range out {
		for last >= 0 && out[last].to < out[i].from {
			last = out[last].within
		}
		out[i].within = last
		last = i
	}
	return out
}

// at returns what begins on a line, or else the smallest construct that the line is part of.
func (o outline) at(line int) (construct, bool) {
	i, begins := slices.BinarySearchFunc(o, line, func(c construct, line int) int { return cmp.Compare(c.from, line) })
	if begins {
		return o[i], true
	}
	for i--; i >= 0; i = o[i].within {
		if o[i].to >= line {
			return o[i], true
		}
	}
	return construct{}, false
}

// constructs files everything that begins on a line; of several, the outermost.
func constructs(body *hclsyntax.Body, within construct, starts map[int]construct) {
	file := func(c construct) {
		if had, ok := starts[c.from]; !ok || c.to > had.to {
			starts[c.from] = c
		}
	}
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		a := body.Attributes[name]
		file(construct{name: join(within.name, name), from: a.SrcRange.Start.Line, to: a.SrcRange.End.Line})
	}
	for _, b := range body.Blocks {
		r := b.Range()
		c := construct{name: join(within.name, b.Type), from: r.Start.Line, to: r.End.Line}
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

func join(within, name string) string {
	if within == "" {
		return name
	}
	return within + "." + name
}
