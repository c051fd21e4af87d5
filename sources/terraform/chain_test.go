package terraform_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// chain is what a CHAIN.md tells: the hops of the case, and what each edit changes.
type chain struct {
	hops  []link
	edits map[string][]change
}

// link is one hop of a CHAIN.md.
type link struct {
	hop
	stateOnly, oneOf bool
}

// change is one line of an edit.
type change struct {
	hop
	sign     byte // '-' severed, '+' added, '!' there, but broken
	replaced bool
}

// chainOf reads a CHAIN.md, the form of which testdata/terraform/README.md describes.
func chainOf(t *testing.T, file string) chain {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, e := range graph.EdgeKinds() {
		kinds[e.ID] = true
	}
	c := chain{edits: map[string][]change{}}
	edit := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## edit "); ok {
			edit = name
			c.edits[edit] = nil
			continue
		}
		sign := byte(0)
		if len(line) > 2 && strings.Contains("-+!", line[:1]) && line[1] == ' ' {
			sign, line = line[0], line[2:]
		}
		kind, rest, _ := strings.Cut(line, " ")
		from, to, ok := strings.Cut(strings.TrimSpace(rest), " -> ")
		if !ok || !kinds[kind] {
			continue
		}
		mark := func(s string) bool {
			var has bool
			to, has = strings.CutSuffix(strings.TrimSpace(to), s)
			return has
		}
		stateOnly, oneOf, replaced := mark("(state only)"), mark("(one of)"), mark("(replaced)")
		h := hop{kind, strings.TrimSpace(from), strings.TrimSpace(to)}
		if edit != "" {
			c.edits[edit] = append(c.edits[edit], change{h, sign, replaced})
			continue
		}
		c.hops = append(c.hops, link{h, stateOnly, oneOf})
	}
	if len(c.hops) == 0 {
		t.Fatalf("%s has no hop", file)
	}
	return c
}

// called names a node as CHAIN.md does.
func called(g *graph.Graph, id graph.NodeID) string {
	n := g.Node(id)
	name := literal(n.Name)
	switch {
	case n.Declared():
		return string(id)
	case n.Kind == graph.KindBus && n.Implied:
		return "bus:" + name
	case n.Kind == graph.KindMetric:
		return "metric:" + name
	case n.Kind == graph.KindTrailAccount:
		return "account"
	case n.Unresolved:
		return "?"
	case n.Kind == graph.KindEmail:
		return "email:" + name
	case n.Kind == graph.KindHTTP, n.External && (n.Kind == "aoss.collection" || n.Kind == "snowflake" || n.Kind == "redshift.cluster"):
		return "http:" + name
	case n.Kind == graph.KindSMS:
		return "sms:" + name
	case literal(n.ARN) != "" && n.Kind != graph.KindBucket:
		return literal(n.ARN)
	case n.Kind == graph.KindBucket:
		return "bucket:" + name
	}
	return string(id)
}

// safe spells an end of a CHAIN.md as the graph does, which keeps of endpoints only what may be printed.
func safe(end string) string {
	for _, p := range []string{"http:", "email:", "sms:"} {
		if rest, ok := strings.CutPrefix(end, p); ok {
			return p + graph.SafeEndpoint(rest)
		}
	}
	if rest, ok := strings.CutPrefix(end, "arn:aws:s3:::"); ok {
		return "bucket:" + rest
	}
	return end
}

func named(g *graph.Graph, e *graph.Edge) hop {
	return hop{e.Kind.ID, called(g, e.From), called(g, e.To)}
}

// TestChains holds the graphs of the bundled cases to the chain that was written down by hand.
func TestChains(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(cases + "/*/CHAIN.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no chains: %v", err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			c := chainOf(t, file)
			for _, name := range []string{"plan.json", "state.json"} {
				path := filepath.Join(dir, name)
				if _, err := os.Stat(path); err != nil {
					continue
				}
				_, inv := read(t, path)
				compareChain(t, name, graph.Link(inv), c.hops)
			}
		})
	}
}

func compareChain(t *testing.T, name string, g *graph.Graph, want []link) {
	t.Helper()
	plan := name == "plan.json"
	certain, candidates := map[hop]bool{}, map[hop]bool{}
	truth := map[hop]bool{}
	for _, l := range want {
		l.from, l.to = safe(l.from), safe(l.to)
		truth[l.hop] = true
	}
	sets := map[string]bool{}
	for e := range g.Hops() {
		h := named(g, e)
		if e.OneOf == "" {
			certain[h] = true
			continue
		}
		candidates[h] = true
		sets[e.OneOf] = sets[e.OneOf] || truth[h] || h.from == "?" || h.to == "?"
	}
	for _, l := range want {
		h := hop{l.kind, safe(l.from), safe(l.to)}
		switch {
		case plan && l.stateOnly:
			if certain[h] {
				t.Errorf("%s: %v is drawn, though CHAIN.md says that the plan cannot tell it", name, h)
			}
		case plan && l.oneOf:
			if !candidates[h] {
				t.Errorf("%s: %v is not among the candidates (certain: %t)", name, h, certain[h])
			}
		case !certain[h]:
			t.Errorf("%s: %v is not drawn (one of: %t)", name, h, candidates[h])
		}
	}
	for h := range certain {
		if n := g.Reach(nodeCalled(g, h.from)); n == nil || n.Flow == graph.FlowCopy {
			continue // on no chain
		}
		if !truth[h] && (!plan || h.from != "?" && h.to != "?") {
			t.Errorf("%s: %v is drawn, and CHAIN.md does not have it", name, h)
		}
	}
	for _, set := range slices.Sorted(maps.Keys(sets)) {
		if !sets[set] {
			t.Errorf("%s: the true hop is not among the candidates of %s", name, set)
		}
		if !plan {
			t.Errorf("%s: %s is a one-of set", name, set)
		}
	}
}

func nodeCalled(g *graph.Graph, name string) graph.NodeID {
	for n := range g.Nodes() {
		if called(g, n.ID) == name {
			return n.ID
		}
	}
	return ""
}

// TestEdits holds the plans of edits to what CHAIN.md says of them: the hops that only the graph before has
// are severed, those that only the graph after has are added.
func TestEdits(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob(cases + "/*/edits/*/plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatalf("no edits: %v", err)
	}
	for _, plan := range plans {
		dir := filepath.Dir(plan)
		edit := filepath.Base(dir)
		root := filepath.Dir(filepath.Dir(dir))
		t.Run(filepath.Base(root)+"/"+edit, func(t *testing.T) {
			t.Parallel()
			lines, told := chainOf(t, filepath.Join(root, "CHAIN.md")).edits[edit]
			if !told {
				t.Fatal("CHAIN.md says nothing of the edit")
			}
			before, after := read(t, plan)
			was, is := graph.Link(before), graph.Link(after)
			had, has, broken := map[hop]bool{}, map[hop]bool{}, map[hop]bool{}
			for e := range was.Hops() {
				had[named(was, e)] = true
			}
			for e := range is.Hops() {
				has[named(is, e)] = true
				broken[named(is, e)] = e.Status == graph.StatusBroken
			}
			mentioned := map[hop]bool{}
			for _, l := range lines {
				h := hop{l.kind, safe(l.from), safe(l.to)}
				mentioned[h] = true
				switch {
				case l.replaced && (!had[h] || !has[h]),
					!l.replaced && l.sign == '-' && (!had[h] || has[h]),
					l.sign == '+' && (had[h] || !has[h]),
					l.sign == '!' && (!had[h] || !has[h] || !broken[h]):
					t.Errorf("%c %v: before %t, after %t, broken %t", l.sign, h, had[h], has[h], broken[h])
				}
			}
			for h := range had {
				if !has[h] && !mentioned[h] {
					t.Errorf("%v is gone, and CHAIN.md does not say so", h)
				}
			}
			for h := range has {
				if !had[h] && !mentioned[h] {
					t.Errorf("%v is new, and CHAIN.md does not say so", h)
				}
			}
		})
	}
}
