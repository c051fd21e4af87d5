package analyzer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// subjects finds the findings that an ignore covers: by where they were found, and by where that which they are about
// is declared. Each place is looked up, for there may be many ignores and many findings.
type subjects struct {
	graphs []*graph.Graph // nodes and hops of after the change, or else of before it
	hops   map[string]*graph.Edge
	places map[fileKey][]place
	calls  map[moduleKey][]*Finding
}

// fileKey is a file in which something is said of a rule's findings, moduleKey a module call that created something they
// are about.
type (
	fileKey   struct{ rule, file string }
	moduleKey struct{ rule, module string }
)

// place is a line that a finding has to do with: it was found there, or what it is about is declared there.
type place struct {
	line     int
	declared bool
	of       *Finding
}

func newSubjects(s Subject, findings []Finding, ignores []graph.Ignore) *subjects {
	out := &subjects{hops: map[string]*graph.Edge{}, places: map[fileKey][]place{}, calls: map[moduleKey][]*Finding{}}
	for _, g := range []*graph.Graph{s.Graph, s.Before, s.Recorded} {
		if g == nil {
			continue
		}
		out.graphs = append(out.graphs, g)
		for e := range g.Hops() {
			if out.hops[e.ID] == nil {
				out.hops[e.ID] = e
			}
		}
	}
	named := map[string]bool{}
	for i := range ignores {
		for _, rule := range ignores[i].Rules {
			named[rule] = true
		}
	}
	for i := range findings {
		if named[findings[i].Rule] {
			out.file(&findings[i])
		}
	}
	for k := range out.places {
		slices.SortStableFunc(out.places[k], func(a, b place) int { return cmp.Compare(a.line, b.line) })
	}
	return out
}

func (s *subjects) node(id graph.NodeID) *graph.Node {
	for _, g := range s.graphs {
		if n := g.Node(id); n != nil {
			return n
		}
	}
	return nil
}

// file notes the places and the module calls that a finding has to do with.
func (s *subjects) file(f *Finding) {
	at := func(p graph.Pos, declared bool) {
		if p.IsZero() {
			return
		}
		k := fileKey{f.Rule, p.File}
		s.places[k] = append(s.places[k], place{p.Line, declared, f})
	}
	within := func(address string) {
		for _, m := range callsOf(address) {
			k := moduleKey{f.Rule, m}
			s.calls[k] = append(s.calls[k], f)
		}
	}
	at(f.Position, false)
	if n := s.node(f.Node); n != nil {
		at(n.Pos, true)
		within(n.Address)
	}
	if e := s.hops[f.Hop]; e != nil {
		at(e.Pos, true)
		if from := s.node(e.From); from != nil && e.Via == "" {
			within(from.Address)
		}
		within(e.Via)
	}
}

// suppress marks what an ignore covers of the findings of a rule, and says whether there was any: those that were found
// where it stands; where that is a resource as a whole, also those on the node or hop that the resource declares; and
// where it is a module call, those on what the call creates.
func (s *subjects) suppress(ig *graph.Ignore, rule string) bool {
	some := false
	mark := func(f *Finding) {
		some = true
		if f.Suppressed == "" {
			f.Suppressed = reasonOf(ig)
		}
	}
	for _, m := range ig.Modules {
		for _, f := range s.calls[moduleKey{rule, m}] {
			mark(f)
		}
	}
	here := s.places[fileKey{rule, ig.Pos.File}]
	i, _ := slices.BinarySearchFunc(here, ig.From, func(p place, line int) int { return cmp.Compare(p.line, line) })
	for ; i < len(here) && here[i].line <= ig.To; i++ {
		if p := here[i]; (ig.Whole || !p.declared) && ig.Covers(graph.Pos{File: ig.Pos.File, Line: p.line}) {
			mark(p.of)
		}
	}
	return some
}

// callsOf returns the module calls that an address is in, without instance keys, the outermost first.
func callsOf(address string) []string {
	plain := withoutKeys(address)
	var out []string
	for end := 0; strings.HasPrefix(plain[end:], "module."); {
		name := strings.IndexByte(plain[end+len("module."):], '.')
		if name < 0 {
			break
		}
		end += len("module.") + name
		out = append(out, plain[:end])
		end++
	}
	return out
}

// withoutKeys takes the instance keys from an address. A key may hold anything, in quotes.
func withoutKeys(address string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		c := address[i]
		switch {
		case depth > 0 && quoted && c == '\\':
			i++
		case depth > 0 && c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
