package render

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// maxLoose is how many chains that start at no trail are printed where there are trails: what is not known
// to carry events of a trail must not bury what does.
const maxLoose = 6

// Text writes the report for a terminal: the chains as indented trees, what the plan does to them, the
// findings, and what the report rests on. Lines are kept to Options.Width where names let them.
func Text(w io.Writer, r *analyzer.Report, opts Options) error {
	v := newView(r)
	p := newPaper(w, opts)
	v.trees(p)
	v.textVerdict(p)
	v.textFindings(p)
	v.textOpen(p)
	v.textCoverage(p)
	return p.w.Flush()
}

// trees writes the chains.
func (v *view) trees(p *paper) {
	f := v.forest(v.draw())
	loose, left := 0, []string(nil)
	traced := len(sources(v.r.Graph))
	marks := map[string]bool{}
	for _, s := range f.roots {
		if f.shown[s] {
			continue // under the hop that the plan cuts
		}
		r := v.r.Graph.Reach(s.id)
		if r != nil && !r.Traced {
			if loose++; loose == 1 {
				p.prose(nil, nil, inkBold, "Chains that start at no trail of the input; nobody knows whether they carry its events")
				p.blank()
			}
			if traced > 0 && loose > maxLoose {
				left = append(left, v.name(s.id))
				continue
			}
		}
		v.head(p, s.id, r)
		v.rows(p, f.tree(s), marks)
		for len(f.pending) > 0 {
			l := f.pending[0]
			f.pending = f.pending[1:]
			p.line(piece{"… ", inkDim}, put(inkBold, clip(v.name(l.to), maxName)), piece{" · goes on from above", inkDim})
			v.rows(p, f.tree(f.spotOf(l)), marks)
		}
		p.blank()
	}
	if len(left) > 0 {
		p.prose(nil, spaces(2), inkDim, "… and "+count(len(left), "more chain")+" that start at no trail: "+list(left)+".")
		p.blank()
	}
	v.legend(p, marks)
}

// head writes the line of a root.
func (v *view) head(p *paper, id graph.NodeID, r *graph.Reach) {
	n := v.node(id)
	name := put(inkBold, clip(v.name(id), maxName))
	if n == nil {
		p.line(name)
		return
	}
	facts := []piece{name}
	if n.Address != "" && !strings.Contains(v.name(id), n.Address) {
		facts = append(facts, put(inkDim, clip(n.Address, 80)))
	} else if n.Address == "" {
		facts = append(facts, put(inkDim, graph.InfoOf(n.Kind).Label))
	}
	source := graph.InfoOf(n.Kind).Role == graph.RoleSource
	all := facts[1:]
	for _, s := range headFacts(n) {
		i := inkPlain
		if s == strings.ToUpper(s) && s != "CMK" {
			i = inkLoud
		}
		all = append(all, put(i, s))
	}
	switch {
	case v.r.Graph.Node(id) == nil:
		all = append(all, piece{"✖ gone after this change", inkRed})
	case r != nil && r.Traced && !source:
		all = append(all, piece{"CloudTrail may write here; no trail of the input does", inkYellow})
	}
	if place := placeOf(n); place != "" && source {
		all = append(all, put(inkDim, place))
	}
	if w, ok := v.worst[id]; ok {
		all = append(all, piece{worstLabel(w), severityInks[w.severity]})
	}
	p.flow(nil, spaces(4), " · ", append([]piece{name}, all...))
}

// rows writes the rows of one tree, their facts at one column.
func (v *view) rows(p *paper, rows []row, marks map[string]bool) {
	column := 0
	for _, r := range rows {
		if w := widthOf(r.left); len(r.facts) > 0 && w <= maxColumn {
			column = max(column, w)
		}
		if len(r.left) > 1 {
			marks[strings.TrimSpace(r.left[1].text)] = true
		}
	}
	column = min(column+2, p.width/2)
	for _, r := range rows {
		w := widthOf(r.left)
		under := append(slices.Clone(r.under), spaces(column-widthOf(r.under))...)
		if len(r.facts) == 0 {
			p.line(r.left...)
			continue
		}
		if gap := column - w; gap >= 2 || w+2+columns(r.facts[0].text) <= p.width {
			p.flow(append(slices.Clone(r.left), spaces(max(gap, 2))...), under, " · ", r.facts)
			continue
		}
		p.line(r.left...)
		p.flow(under, under, " · ", r.facts)
	}
}

// legend explains the marks that were used.
func (v *view) legend(p *paper, marks map[string]bool) {
	var out []piece
	for _, m := range []struct {
		sign mark
		says string
	}{{markWorks, "works"}, {markBroken, "broken"}, {markPlain, "declared"}, {markUnknown, "uncertain"}, {markExternal, "out of the input"}} {
		if marks[m.sign.String()] {
			out = append(out, piece{m.sign.String() + " " + m.says, inkDim})
		}
	}
	if marks["+"] {
		out = append(out, piece{"+ added", inkDim})
	}
	if len(out) > 1 {
		p.flow(nil, nil, "   ", out)
		p.blank()
	}
}

//nolint:gochecknoglobals // a table
var toneInks = [...]ink{toneGood: inkGreen, toneNote: inkYellow, toneBad: inkRed}

// maxHopLines is how many changed hops are listed.
const maxHopLines = 12

// textVerdict writes the verdict and, of a plan, what it does hop by hop.
func (v *view) textVerdict(p *paper) {
	s := v.verdict()
	sign := []piece{{toneSigns[s.tone] + " ", toneInks[s.tone]}}
	same := func(s string) string { return s }
	p.prose(sign, spaces(2), inkBold, s.spell(same, same))
	c := v.r.Change
	if c == nil || v.builds { // the trees hold all that is new
		p.blank()
		return
	}
	counts := v.changeCounts()
	pieces := make([]piece, len(counts))
	for i, s := range counts {
		pieces[i] = piece{s, inkPlain}
	}
	p.flow([]piece{{"  This change: ", inkPlain}}, spaces(15), ", ", pieces)
	v.hopLines(p, c)
	v.settingLines(p)
	p.blank()
}

// hopLine is a hop that a plan changes, for people.
type hopLine struct {
	sign, what string
	ink        ink
	hop        *graph.Edge
	to         string // rewired: where it leads now
	because    string
	count      int // added: how many read the same
}

// hopLineSigns are the signs of hop lines, the worst first.
//
//nolint:gochecknoglobals // a table
var hopLineSigns = []string{"✖", "•", "+"}

// hopChanges are the hops that a plan changes, the worst first, then in the order of the chain.
func (v *view) hopChanges(c *analyzer.Change) []hopLine {
	var out []hopLine
	add := func(sign, what string, i ink, h analyzer.HopChange) {
		l := hopLine{sign: sign, what: what, ink: i, hop: h.Hop, because: h.Because}
		if h.To != "" {
			l.to = v.name(h.To)
		}
		out = append(out, l)
	}
	for _, h := range c.Severed {
		if !h.Restored {
			add("✖", "severed", inkRed, h)
		}
	}
	for _, h := range c.Rewired {
		add("✖", "rewired", inkRed, h)
	}
	for _, e := range v.turn.broke {
		add("✖", "broken", inkRed, analyzer.HopChange{Hop: e, Because: e.Why})
	}
	for _, h := range c.Undetermined {
		add("•", "may be severed", inkYellow, h)
	}
	for _, h := range c.Severed {
		if h.Restored {
			add("•", "cut, made again", inkYellow, h)
		}
	}
	mended := v.mendedDrift()
	for _, h := range c.Drifted {
		h.Because = byOthers(h.Because)
		if h.Restored {
			add("+", "restored", inkGreen, h)
			continue
		}
		add("✖", "drifted", inkRed, h)
	}
	times := map[link]int{}
	for _, e := range v.addedHops() {
		times[linkOf(e)]++
	}
	for _, h := range c.Added {
		if l := linkOf(h.Hop); !mended[l] {
			add("+", "added", inkGreen, h)
			out[len(out)-1].count = times[l]
		}
	}
	for _, e := range v.turn.mended {
		if !mended[linkOf(e)] {
			add("+", "mended", inkGreen, analyzer.HopChange{Hop: e})
		}
	}
	order := chainOrder()
	depth := v.draw().depths(v)
	slices.SortStableFunc(out, func(a, b hopLine) int {
		return cmp.Or(cmp.Compare(slices.Index(hopLineSigns, a.sign), slices.Index(hopLineSigns, b.sign)), cmp.Compare(depth[a.hop.From], depth[b.hop.From]), cmp.Compare(order[a.hop.Kind.ID], order[b.hop.Kind.ID]))
	})
	return out
}

func (v *view) hopLines(p *paper, c *analyzer.Change) {
	lines := v.hopChanges(c)
	left := 0
	if len(lines) > maxHopLines {
		left = len(lines) - maxHopLines
		lines = lines[:maxHopLines]
	}
	word := 0
	for _, l := range lines {
		word = max(word, len(l.what))
	}
	for _, l := range lines {
		head := []piece{{"  " + l.sign + " " + pad(l.what, word) + "  ", l.ink}}
		name := clip(v.name(l.hop.From), maxName) + " → " + clip(v.name(l.hop.To), maxName)
		if l.to != "" {
			name += ", now → " + clip(l.to, maxName)
		}
		facts := []piece{put(inkPlain, name+often(l.count))}
		if note := flowNote(l.hop); note != "" {
			facts = append(facts, put(inkDim, note))
		}
		if l.because != "" {
			facts = append(facts, put(inkDim, clip(l.because, 100)))
		}
		p.flow(head, spaces(widthOf(head)), " · ", facts)
	}
	if left > 0 {
		p.line(piece{"    … and " + strconv.Itoa(left) + " more", inkDim})
	}
}

// positionOf says where a finding is declared, as exactly as the source says.
func (v *view) positionOf(f *analyzer.Finding) string {
	return cmp.Or(f.Position.String(), v.address(f))
}
