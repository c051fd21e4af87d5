package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// bough is what of the hops of a node is printed together: one hop, or the candidates of a set; and others
// that would read the same, folded into it.
type bough struct {
	lines []*line
	cut   int      // candidates that are too many to print
	count int      // how many read the same, this one among them
	by    []string // the declarations that carry them
}

// fewCarriers is how many declarations that carry a hop are named.
const fewCarriers = 3

// boughs groups hops by their sets, and folds what would read the same.
func (f *forest) boughs(id graph.NodeID, lines []*line) []bough {
	var out []bough
	at := map[string]int{}
	for i := 0; i < len(lines); {
		n, e := 1, lines[i].edge
		for e.OneOf != "" && i+n < len(lines) && lines[i+n].edge.OneOf == e.OneOf && lines[i+n].edge.Kind.ID == e.Kind.ID {
			n++
		}
		b := bough{lines: lines[i : i+n], cut: f.cut[string(id)+"\x00"+e.OneOf], count: 1}
		i += n
		if e.Via != "" {
			b.by = []string{e.Via}
		}
		k := f.reads(b)
		j, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, b)
			continue
		}
		o := &out[j]
		o.count++
		for _, by := range b.by {
			if !slices.Contains(o.by, by) {
				o.by = append(o.by, by)
			}
		}
		o.lines = slices.Clone(o.lines)
		for i, l := range b.lines {
			if f.home[f.spotOf(l)] == l { // the one that the sub-tree hangs on
				o.lines[i] = l
			}
		}
	}
	return out
}

// reads spells what is printed of a bough, but for the declarations that carry it.
func (f *forest) reads(b bough) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d %d", b.cut, len(f.v.sets[b.lines[0].edge.OneOf]))
	for _, l := range b.lines {
		e := l.edge
		fmt.Fprintf(&s, "\x00%s\x00%s\x00%d\x00%s\x00%q", e.Kind.ID, f.spotOf(l), l.fate, e.Status, cmp.Or(e.Why, ""))
		if e.Status == graph.StatusBroken {
			fmt.Fprintf(&s, "\x00%s", e.Pos)
		}
		for _, fact := range hopFacts(f.v, e) {
			s.WriteString("\x00" + fact)
		}
	}
	return s.String()
}

// carriedBy names the declarations that carry a hop; of instances of one declaration the keys alone.
func carriedBy(all []string) []piece {
	var out []piece
	last := ""
	for i, s := range all {
		if i == fewCarriers && len(all) > i+1 {
			return append(out, piece{"and " + strconv.Itoa(len(all)-i) + " more", inkDim})
		}
		of, key := s, ""
		if at := strings.IndexByte(s, '['); at > 0 && strings.HasSuffix(s, "]") {
			of, key = s[:at], s[at:]
		}
		said := clip(s, maxName)
		if of == last && key != "" {
			said = clip(key, maxName)
		}
		switch i {
		case 0:
			said = "by " + said
		case len(all) - 1:
			said = "and " + said
		}
		out = append(out, put(inkDim, said))
		last = of
	}
	return out
}

// often says how many things are printed as one.
func often(n int) string {
	if n < 2 {
		return ""
	}
	return " (" + strconv.Itoa(n) + "×)"
}
