package render

import (
	"io"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	diagramBytes   = 9_000 // of a diagram in a comment: larger ones nobody reads
	maxSuppressed  = 20
	maxOpenInGroup = 25
)

// quiet says that the plan touches nothing of the chain: what did not change is not drawn.
func (c *comment) quiet() bool { return c.v.r.Change != nil && !c.v.builds && !c.changed }

// diagram writes one diagram: of what the plan affects, or of the whole where all of it is new.
func (c *comment) diagram(h helping) {
	d := c.part
	if len(d.lines) == 0 || c.quiet() {
		return
	}
	if h.edges == 0 {
		c.cut = append(c.cut, "the diagram")
		return
	}
	if h.fails {
		if d = c.failing(d); len(d.lines) == 0 {
			c.cut = append(c.cut, "the diagram")
			return
		}
		if len(d.lines) < len(c.part.lines) {
			c.cut = append(c.cut, "the diagram of hops that work and stay")
		}
	}
	body := markdownFence("mermaid", c.v.mermaid(d, h.edges, diagramBytes))
	title := "#### The chain"
	if c.changed {
		title = "#### The chain that this change affects"
	}
	c.para(title + "\n\n" + strings.TrimRight(body, "\n"))
}

// failing keeps the hops of a drawing that the plan changes or that are broken.
func (c *comment) failing(d *drawing) *drawing {
	part := &drawing{gone: d.gone}
	for _, l := range d.lines {
		if l.fate != fateStays || l.edge.Status == graph.StatusBroken {
			part.lines = append(part.lines, l)
		}
	}
	part.tidy()
	return part
}

// open writes what could not be decided.
func (c *comment) open(h helping) {
	ends := c.v.openEnds()
	total := 0
	for _, o := range ends {
		total += o.count
	}
	if total == 0 {
		return
	}
	if h.open == 0 {
		c.cut = append(c.cut, strconv.Itoa(total)+" undetermined")
		return
	}
	var b strings.Builder
	left, said := h.open, 0
	for _, o := range ends {
		if left <= 0 {
			break
		}
		b.WriteString("Settled by " + markdownText(clip(o.settledBy, 200)) + ":\n\n")
		for i, l := range o.lines {
			if left == 0 || i == maxOpenInGroup {
				b.WriteString("- … and " + strconv.Itoa(len(o.lines)-i) + " more\n")
				break
			}
			left--
			b.WriteString("- " + markdownText(openText(l)) + "\n")
		}
		b.WriteString("\n")
		said++
	}
	if rest := ends[said:]; len(rest) > 0 {
		b.WriteString("… and what " + count(len(rest), "other input") + " would settle.\n")
	}
	c.fold("Undetermined: "+strconv.Itoa(total), b.String())
}

// suppressed writes the findings that an ignore covers, with its reason.
func (c *comment) suppressed(h helping) {
	groups := c.v.suppressed()
	switch {
	case len(groups) == 0:
		return
	case h.old == 0:
		c.cut = append(c.cut, severities(groups)+" suppressed")
		return
	}
	var b strings.Builder
	b.WriteString("| finding | where | reason |\n|---|---|---|\n")
	for i, g := range groups {
		if i == maxSuppressed && len(groups) > i+1 {
			b.WriteString("| … and " + strconv.Itoa(len(groups)-i) + " more | | |\n")
			break
		}
		b.WriteString("| " + markdownCode(g.first.Rule) + " " + markdownText(clip(g.first.Title, 160)) + " | " + c.places(g.all) + " | " + markdownText(clip(g.first.Suppressed, 240)) + " |\n")
	}
	c.fold("Suppressed: "+severities(groups), b.String())
}

// tree writes the whole chain as text.
func (c *comment) tree(h helping) {
	if len(c.drawing.nodes) == 0 {
		return
	}
	if !h.tree {
		c.cut = append(c.cut, "the chain as text")
		return
	}
	var b strings.Builder
	p := newPaper(&b, Options{})
	c.v.trees(p)
	_ = p.w.Flush() // a strings.Builder takes everything
	c.fold("The whole chain as text: "+count(c.v.r.Coverage.Hops, "hop"), markdownFence("text", b.String()))
}

// dot writes the graph for Graphviz, which no forge draws.
func (c *comment) dot(h helping) {
	if len(c.drawing.nodes) == 0 || c.quiet() {
		return
	}
	if !h.dot {
		c.cut = append(c.cut, "the DOT graph")
		return
	}
	var b strings.Builder
	if err := DOT(&b, c.v.r, c.opts); err != nil {
		c.cut = append(c.cut, "the DOT graph")
		return
	}
	c.fold("DOT, for Graphviz", markdownFence("dot", b.String()))
}

// footer says what the report rests on.
func (c *comment) footer() {
	name := "trailguard"
	if c.opts.Version != "" {
		name += " " + markdownText(clip(c.opts.Version, 40))
	}
	parts := append([]string{name}, c.v.coverageParts()...)
	for i, in := range c.v.r.Inputs {
		if i == 3 && len(c.v.r.Inputs) > 4 {
			parts = append(parts, "and "+strconv.Itoa(len(c.v.r.Inputs)-i)+" more inputs")
			break
		}
		parts = append(parts, "read "+markdownCode(clip(in.Name, 60))+" ("+markdownText(clip(in.Kind, 40))+")")
	}
	_, _ = io.WriteString(&c.b, "\n<sub>"+strings.Join(parts, " · ")+"</sub>\n")
}
