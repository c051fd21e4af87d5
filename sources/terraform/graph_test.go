package terraform_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
)

const cases = "../../testdata/terraform"

// read reads a plan or a state; for a plan it returns what is before and after it, for a state the same twice.
func read(t *testing.T, path string) (before, after graph.Inventory) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, s, err := terraform.Read(bytes.NewReader(b), terraform.Options{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	if p != nil {
		return p.Before, p.After
	}
	return graph.Inventory{}, s.Inventory
}

// drawn spells a graph line by line: nodes with their attributes, then edges.
func drawn(g *graph.Graph) []string {
	var out []string
	for n := range g.Nodes() {
		owner := "-"
		if arn, ok := graph.ParseARN(literal(n.ARN)); ok && arn.Account != "" {
			// Only what names its owner is held to: a state in JSON does not say whose provider made a resource.
			owner = n.Account.Or("?") + "/" + n.Region.Or("?")
		}
		out = append(out, fmt.Sprintf("node %s %s %s %s %s", n.ID, n.Kind, literal(n.Name), literal(n.ARN), owner))
		for name, a := range n.Attrs.All() {
			if a.Value.State() != graph.Absent {
				out = append(out, "  "+name+" "+spell(a.Value))
			}
		}
	}
	for _, edges := range []func(func(*graph.Edge) bool){g.Hops(), g.SupportEdges()} {
		for e := range edges {
			out = append(out, fmt.Sprintf("edge %s via %s, %s %s %s, accepts %v", e.ID, e.Via, e.Status, e.Why, e.OneOf, e.Accepts))
		}
	}
	return out
}

func literal(v graph.Value[graph.Text]) string { return v.Or(graph.Text{}).String() }

func spell(v graph.Value[any]) string {
	data, _ := v.Get()
	s := v.String()
	if v.Sensitive() {
		s += " sensitive"
	}
	switch d := data.(type) {
	case graph.Text:
		if p, err := graph.ParsePolicy(d); err == nil {
			d = graph.RenderPolicy(p)
		}
		return s + " " + d.String()
	case []graph.Text:
		texts := make([]string, len(d))
		for i, t := range d {
			texts[i] = t.String()
		}
		return s + " " + strings.Join(texts, ", ")
	case []graph.Attrs:
		var blocks []string
		for _, b := range d {
			var fields []string
			for name, a := range b.All() {
				if a.Value.State() != graph.Absent {
					fields = append(fields, name+" "+spell(a.Value))
				}
			}
			slices.Sort(fields)
			blocks = append(blocks, "{"+strings.Join(fields, "; ")+"}")
		}
		return s + " " + strings.Join(blocks, " ")
	}
	return s + " " + fmt.Sprint(data)
}

// TestSameGraph draws the same graph from a plan of an applied configuration, before and after it, from its
// state in JSON and from its raw state.
func TestSameGraph(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob(cases + "/*/noop.plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatalf("no bundled plans: %v", err)
	}
	for _, plan := range plans {
		dir := filepath.Dir(plan)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			before, after := read(t, plan)
			_, state := read(t, filepath.Join(dir, "state.json"))
			_, raw := read(t, filepath.Join(dir, "terraform.tfstate"))
			want := drawn(graph.Link(after))
			for name, inv := range map[string]graph.Inventory{"the plan's before": before, "state.json": state, "terraform.tfstate": raw} {
				if d := diff.Diff(want, drawn(graph.Link(inv))); d != "" {
					t.Errorf("graph of noop.plan.json and of %s differ (-plan +other):\n%s", name, d)
				}
			}
		})
	}
}

// TestOrder draws the same graph whatever the order of the resources.
func TestOrder(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"acme-org/plan.json", "references/plan.json"} {
		_, want := read(t, filepath.Join(cases, path))
		_, other := read(t, filepath.Join(cases, path))
		rng := rand.New(rand.NewPCG(1, 2))
		rng.Shuffle(len(other.Resources), func(i, j int) { other.Resources[i], other.Resources[j] = other.Resources[j], other.Resources[i] })
		if d := diff.Diff(drawn(graph.Link(want)), drawn(graph.Link(other))); d != "" {
			t.Errorf("%s: order matters:\n%s", path, d)
		}
	}
}

// hop is what a plan and a state must agree on.
type hop struct{ kind, from, to string }

func hops(g *graph.Graph) (certain, oneOf map[hop]bool) {
	certain, oneOf = map[hop]bool{}, map[hop]bool{}
	for e := range g.Hops() {
		h := hop{e.Kind.ID, string(e.From), string(e.To)}
		if e.OneOf == "" {
			certain[h] = true
		} else {
			oneOf[h] = true
		}
	}
	return certain, oneOf
}

// TestPlanForetellsState holds a create-plan to the state that its apply made: a hop that the plan is
// certain of is in the state, and a hop of the state is in the plan: certain, among the candidates, or
// with an end that the plan says it does not know.
func TestPlanForetellsState(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob(cases + "/*/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	if corpus := os.Getenv("TRAILGUARD_CORPUS"); corpus != "" {
		more, err := filepath.Glob(filepath.Join(corpus, "terraform", "*", "plan.json"))
		if err != nil || len(more) == 0 {
			t.Fatalf("no plans in the corpus %s: %v", corpus, err)
		}
		plans = append(plans, more...)
	}
	for _, path := range plans {
		state := filepath.Join(filepath.Dir(path), "state.json")
		if _, err := os.Stat(state); err != nil {
			continue
		}
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			t.Parallel()
			_, planned := read(t, path)
			_, applied := read(t, state)
			foretold(t, graph.Link(planned), graph.Link(applied))
		})
	}
}

func foretold(t *testing.T, plan, state *graph.Graph) {
	t.Helper()
	certain, oneOf := hops(plan)
	is, open := hops(state)
	if len(open) > 0 {
		t.Errorf("the state has one-of hops: %v", open)
	}
	for h := range certain {
		from, to := plan.Node(graph.NodeID(h.from)), plan.Node(graph.NodeID(h.to))
		if from.Unresolved || to.Unresolved || is[h] {
			continue
		}
		if missing(state, h) {
			continue // the apply did not get so far
		}
		if !replaced(plan, state, h) {
			t.Errorf("the plan is certain of a hop that the state does not have: %v", h)
		}
	}
	for h := range is {
		if certain[h] || oneOf[h] || admitted(plan, h) || replaced(state, plan, h) {
			continue
		}
		t.Errorf("the plan says nothing of a hop that the state has: %v", h)
	}
}

// missing says that the state lacks the resources that carry a hop: the apply that made it was cut short,
// or the API that it was made with lost them.
func missing(state *graph.Graph, h hop) bool {
	for _, id := range []string{h.from, h.to} {
		if state.Node(graph.NodeID(id)) == nil {
			return true
		}
	}
	if os.Getenv("TRAILGUARD_CORPUS") == "" {
		return false
	}
	// In the corpus access logs, and events to EventBridge, could not be applied.
	return h.kind == "s3_access_logs" || h.kind == "s3_notify_eventbridge" || h.kind == "events_rule"
}

// replaced says that the other graph has the hop between nodes that are called otherwise there: external
// nodes are named by what is known of them, buses and metrics by where they are.
func replaced(_, other *graph.Graph, h hop) bool {
	for e := range other.Hops() {
		if e.Kind.ID != h.kind {
			continue
		}
		if (string(e.From) == h.from || !other.Node(e.From).Declared()) && (string(e.To) == h.to || !other.Node(e.To).Declared()) {
			return true
		}
	}
	return false
}

// admitted says that the plan has a hop of the kind of which it does not know the one end.
func admitted(plan *graph.Graph, h hop) bool {
	for e := range plan.Hops() {
		if e.Kind.ID != h.kind {
			continue
		}
		from, to := plan.Node(e.From), plan.Node(e.To)
		if (string(e.From) == h.from || from.Unresolved) && (string(e.To) == h.to || to.Unresolved) {
			return true
		}
	}
	return false
}
