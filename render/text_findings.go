package render

import (
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	maxGroups    = 25 // of findings in a terminal
	maxOpens     = 6  // inputs that would settle something
	maxOpenLines = 6  // of what one input would settle
	maxInputs    = 12
	maxNotes     = 5  // of one input
	fewNames     = 5  // that stand for many
	findingsAt   = 17 // the column of titles
)

// textFindings writes the violations that stand, the worst first, then those that an ignore covers.
func (v *view) textFindings(p *paper) {
	groups := v.groups(stands)
	shown := groups[:min(len(groups), maxGroups)]
	if len(groups) <= maxGroups+2 {
		shown = groups
	}
	for _, g := range shown {
		v.textGroup(p, g)
	}
	if rest := groups[len(shown):]; len(rest) > 0 {
		p.prose(spaces(findingsAt), spaces(findingsAt), inkDim, "… and "+severities(rest)+" more; --format json has them all")
	}
	if len(groups) > 0 {
		p.blank()
		p.prose([]piece{{"Why it matters and how to fix it: ", inkDim}}, nil, inkPlain, "trailguard explain "+groups[0].first.Rule)
		p.blank()
	}
	v.textSuppressed(p)
}

// textGroup writes findings that say the same of different nodes.
func (v *view) textGroup(p *paper, g *group) {
	f := g.first
	head := []piece{{pad(strings.ToUpper(f.Severity.String()), 10), severityInks[f.Severity]}, put(inkDim, pad(f.Rule, 7))}
	title := clip(f.Title, 200)
	title += often(len(g.all))
	if g.fresh > 0 && !v.builds {
		title += " [new]"
	}
	p.prose(head, spaces(findingsAt), inkBold, title)
	at := spaces(findingsAt)
	for i, say := range g.says {
		if i == fewNames && len(g.says) > fewNames+1 {
			p.line(append(at, piece{"… and " + strconv.Itoa(len(g.says)-i) + " more", inkDim})...)
			break
		}
		p.flow(at, at, ", ", v.findingNames(say.of, p.width-findingsAt-1))
		if say.message != "" {
			under := at
			if len(g.says) > 1 {
				under = spaces(findingsAt + 2)
			}
			p.prose(under, under, inkDim, clip(say.message, 600))
		}
	}
	if len(g.all) > 1 {
		return
	}
	for _, e := range f.Evidence[:min(len(f.Evidence), 3)] {
		if !strings.Contains(f.Message, e.What) {
			p.prose(append(at, piece{"because ", inkDim}), spaces(findingsAt+2), inkDim, v.evidence(f, e))
		}
	}
}

// evidence spells a step of what decided a finding, and says of which node it is where it is of another one.
func (v *view) evidence(f *analyzer.Finding, e analyzer.Evidence) string {
	what := clip(e.What, 300)
	n := v.node(graph.NodeID(e.Where))
	if n == nil || n.ID == f.Node || f.Node == "" {
		return what
	}
	return clip(v.name(n.ID), maxName) + ": " + what
}

// findingNames names the first few of what findings are about, and where each is declared.
func (v *view) findingNames(all []*analyzer.Finding, room int) []piece {
	var names []piece
	for i, f := range all {
		if i == fewNames && len(all) > fewNames+1 {
			return append(names, piece{"and " + strconv.Itoa(len(all)-i) + " more", inkDim})
		}
		name := clip(v.where(f), min(2*maxName, room))
		if e := v.hops[f.Hop]; f.Node == "" && e != nil {
			name = v.joined([]graph.NodeID{e.From, e.To})
		}
		if at := v.positionOf(f); at != "" {
			name += " (" + clip(at, min(80, room-4)) + ")"
		}
		names = append(names, put(inkPlain, name))
	}
	return names
}

// severities counts findings by severity, the worst first.
func severities(groups []*group) string {
	var n [analyzer.Critical + 1]int
	for _, g := range groups {
		n[g.first.Severity] += len(g.all)
	}
	var out []string
	for s := analyzer.Critical; ; s-- {
		if n[s] > 0 {
			out = append(out, strconv.Itoa(n[s])+" "+s.String())
		}
		if s == analyzer.None {
			return strings.Join(out, ", ")
		}
	}
}

// suppressed are the findings that an ignore covers.
func (v *view) suppressed() []*group {
	return v.groups(func(f *analyzer.Finding) bool { return f.Suppressed != "" })
}

// textSuppressed counts and lists what ignores cover: the rule, where it was found, the reason and where the ignore is.
func (v *view) textSuppressed(p *paper) {
	groups := v.suppressed()
	if len(groups) == 0 {
		return
	}
	p.line(piece{"Suppressed: " + severities(groups), inkPlain})
	for i, g := range groups {
		if i == maxOpenLines && len(groups) > i+1 {
			p.line(piece{"  … and " + strconv.Itoa(len(groups)-i) + " more", inkDim})
			break
		}
		p.prose([]piece{put(inkDim, "  "+g.first.Rule+"  ")}, spaces(9), inkDim, v.someNames(g.all)+": "+clip(g.first.Suppressed, 200))
	}
	p.blank()
}

// someNames names the first few of what findings are about, and where each was found.
func (v *view) someNames(all []*analyzer.Finding) string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = clip(v.where(f), 2*maxName)
		if at := f.Position.String(); at != "" {
			names[i] += " (" + clip(at, 80) + ")"
		}
	}
	return list(names)
}

// textOpen writes what could not be decided, by what would settle it.
func (v *view) textOpen(p *paper) {
	ends := v.openEnds()
	if len(ends) == 0 {
		return
	}
	total := 0
	for _, o := range ends {
		total += o.count
	}
	p.line(piece{"Undetermined: " + strconv.Itoa(total), inkBold})
	for i, o := range ends {
		if i == maxOpens && len(ends) > i+1 {
			rest := 0
			for _, o := range ends[i:] {
				rest += o.count
			}
			p.prose(spaces(2), spaces(4), inkDim, "… and "+strconv.Itoa(rest)+" more, settled by "+count(len(ends)-i, "other input"))
			break
		}
		p.prose([]piece{{"  settled by ", inkDim}}, spaces(4), inkPlain, clip(o.settledBy, 200)+":")
		for i, l := range o.lines {
			if i == maxOpenLines && len(o.lines) > i+1 {
				p.line(piece{"      … and " + strconv.Itoa(len(o.lines)-i) + " more", inkDim})
				break
			}
			p.prose([]piece{{"    ? ", inkYellow}}, spaces(6), inkPlain, openText(l))
		}
	}
	p.blank()
}

// openText spells one line of what is undetermined.
func openText(l openLine) string {
	s := l.what
	if len(l.items) > 0 {
		items := make([]string, len(l.items))
		for i, item := range l.items {
			items[i] = clip(item, 2*maxName)
		}
		s = l.what + list(items) + l.after
	}
	if len(l.items) < 2 {
		s = clip(s, 200)
	}
	where := make([]string, 0, len(l.where))
	for _, w := range l.where {
		if len(l.items) < 2 && (len(l.where) > 1 || !strings.Contains(s, w)) {
			where = append(where, clip(w, maxName))
		}
	}
	if len(where) > 0 {
		s += " · " + list(where)
	}
	if l.reason != "" {
		s += " · " + clip(l.reason, 160)
	}
	return s
}

// textCoverage says what the report rests on.
func (v *view) textCoverage(p *paper) {
	pieces := make([]piece, 0, 4)
	for _, s := range v.coverageParts() {
		pieces = append(pieces, piece{s, inkPlain})
	}
	p.flow(nil, spaces(2), " · ", pieces)
	for i, in := range v.r.Inputs {
		if i == maxInputs && len(v.r.Inputs) > i+1 {
			p.line(piece{"      … and " + count(len(v.r.Inputs)-i, "more input"), inkDim})
			break
		}
		what := clip(in.Name, 80) + " (" + in.Kind
		if in.Version != "" {
			what += ", " + in.Version
		}
		p.prose([]piece{{"read: ", inkDim}}, spaces(6), inkDim, clip(what, 200)+")")
		for i, n := range in.Notes {
			if i == maxNotes && len(in.Notes) > i+1 {
				p.line(piece{"      … and " + count(len(in.Notes)-i, "more note"), inkDim})
				break
			}
			p.prose([]piece{{"      ", inkDim}}, spaces(8), inkYellow, "note: "+clip(n, 400))
		}
	}
}

// coverageParts are the parts of the line that says what the report rests on.
func (v *view) coverageParts() []string {
	c := &v.r.Coverage
	hops := count(c.Hops, "hop")
	if counts := v.statusCounts(); len(counts) > 0 {
		hops += ": " + strings.Join(counts, ", ")
	}
	out := []string{count(c.Trails, "trail"), hops}
	if p := c.Policies; p.Known+p.Recovered+p.Unreadable > 0 {
		out = append(out, "policies "+strconv.Itoa(p.Known)+" known, "+strconv.Itoa(p.Recovered)+" recovered, "+strconv.Itoa(p.Unreadable)+" unreadable")
	}
	if c.Ignored > 0 {
		out = append(out, count(c.Ignored, "resource")+" ignored (of types no chain uses)")
	}
	return out
}
