package cloudformation

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/ignore"
)

// construct is a part of a template that an ignore may stand on.
type construct struct {
	name     string
	from, to int
	whole    bool // it is a resource
}

// ignoresOf returns the ignores of a template: YAML comments, and Metadata of resources or of all.
func ignoresOf(t *template.Template) []graph.Ignore {
	var out []graph.Ignore
	all := constructsOf(t)
	var sections []int // lines on which sections of the template begin, and what is in those that hold no resources
	var walk func(n *template.Node)
	walk = func(n *template.Node) {
		for _, m := range n.Members {
			sections = append(sections, m.Pos.Line)
			walk(m.Value)
		}
		for _, it := range n.Items {
			sections = append(sections, it.Pos.Line)
			walk(it)
		}
	}
	for _, m := range t.Root.Members {
		sections = append(sections, m.Pos.Line)
		if m.Key != "Resources" {
			walk(m.Value)
		}
	}
	for _, c := range t.Comments {
		ig, ours := ignore.Parse(c.Text)
		if !ours {
			continue
		}
		ig.Pos = c.Pos
		at, found := standsOn(all, sections, c)
		switch {
		case found:
			at.mark(&ig)
		case ig.Problem == "":
			ig.Problem = "there is nothing that it stands on"
		}
		out = append(out, ig)
	}
	out = append(out, fromMetadata(t.Metadata, construct{name: "the template", from: 1, to: last(t.Root), whole: true})...)
	for i := range t.Resources {
		r := &t.Resources[i]
		out = append(out, fromMetadata(r.Body.Get("Metadata"), construct{name: r.ID, from: r.Pos.Line, to: last(r.Body), whole: true})...)
	}
	return out
}

func last(n *template.Node) int {
	if n == nil {
		return 0
	}
	return n.Last
}

func (c construct) mark(ig *graph.Ignore) {
	ig.Construct, ig.From, ig.To, ig.Whole = c.name, c.from, c.to, c.whole
}

// constructsOf returns the resources of a template and what is in them, the outer before the inner.
func constructsOf(t *template.Template) []construct {
	if len(t.Comments) == 0 {
		return nil
	}
	var out []construct
	var walk func(n *template.Node, name string)
	walk = func(n *template.Node, name string) {
		for _, m := range n.Members {
			c := construct{name: name + "." + m.Key, from: m.Pos.Line, to: max(m.Pos.Line, m.Value.Last)}
			out = append(out, c)
			walk(m.Value, c.name)
		}
		for _, it := range n.Items {
			out = append(out, construct{name: name, from: it.Pos.Line, to: max(it.Pos.Line, it.Last)})
			walk(it, name)
		}
	}
	for i := range t.Resources {
		r := &t.Resources[i]
		out = append(out, construct{name: r.ID, from: r.Pos.Line, to: max(r.Pos.Line, r.Body.Last), whole: true})
		walk(r.Body, r.ID)
	}
	return out
}

// standsOn returns what begins on the line of a comment or, where the comment is alone on it, next after it; or else
// the smallest construct that the line is part of.
func standsOn(all []construct, sections []int, c template.Comment) (construct, bool) {
	line := c.Pos.Line
	if c.Alone {
		next := 0
		for _, k := range all {
			if k.from > line && (next == 0 || k.from < next) {
				next = k.from
			}
		}
		if next == 0 || slices.ContainsFunc(sections, func(l int) bool { return l > line && l < next }) {
			return construct{}, false // what comes next is no resource
		}
		line = next
	}
	var best construct
	found := false
	for _, k := range all {
		switch {
		case k.from == line && (!found || best.from != line):
			best, found = k, true // the outermost that begins here
		case k.from <= line && line <= k.to && (!found || best.from != line && k.from >= best.from):
			best, found = k, true
		}
	}
	return best, found
}

// fromMetadata reads the ignores under trailguard: ignore: of a Metadata section: a list, or one, of mappings of rule
// (or rules), reason and expires, or of what a comment would say.
func fromMetadata(metadata *template.Node, on construct) []graph.Ignore {
	n := metadata.At("trailguard", "ignore")
	if n == nil {
		return nil
	}
	items := []*template.Node{n}
	if n.Kind == template.List {
		items = n.Items
	}
	var out []graph.Ignore
	for _, it := range items {
		ig, _ := ignore.Parse("trailguard:ignore " + words(it))
		ig.Pos = it.Pos
		on.mark(&ig)
		if ig.Problem == "" && it.Kind == template.Map {
			ig.Problem = unknownKey(it)
		}
		out = append(out, ig)
	}
	return out
}

// words spells an element as a comment would.
func words(n *template.Node) string {
	if s, ok := n.Scalar(); ok {
		return s
	}
	var rules []string
	for _, key := range []string{"rule", "rules"} {
		if list := n.Get(key); list != nil {
			for _, it := range append([]*template.Node{list}, list.Items...) {
				if s, ok := it.Scalar(); ok {
					rules = append(rules, s)
				}
			}
		}
	}
	out := strings.Join(rules, ",")
	if s, ok := n.Get("expires").Scalar(); ok {
		out += " exp:" + s
	}
	if s, ok := n.Get("reason").Scalar(); ok {
		out += " -- " + s
	}
	return out
}

func unknownKey(n *template.Node) string {
	for _, m := range n.Members {
		switch m.Key {
		case "rule", "rules", "reason", "expires":
		default:
			return "it has keys that are none of rule, rules, reason and expires"
		}
	}
	return ""
}
