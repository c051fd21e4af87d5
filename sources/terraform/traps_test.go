package terraform_test

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

const traps = cases + "/traps"

// The ways in which the case is read.
const (
	planAlone = "the plan alone"
	planDir   = "the plan with its directory"
	planFile  = "the plan with its plan file"
	source    = "the configuration alone"
)

// view is what one way of reading the case gives.
type view struct {
	name      string
	resources map[string]graph.Resource
	graph     *graph.Graph
}

func viewOf(name string, inv graph.Inventory) view {
	v := view{name, map[string]graph.Resource{}, graph.Link(inv)}
	for _, r := range inv.Resources {
		v.resources[r.Address] = r
	}
	return v
}

// trapTree is the configuration of the case, with positions from its directory on.
func trapTree() *config.Tree { return &config.Tree{Files: os.DirFS(traps), Dir: "."} }

// packedTree is the configuration that the plan file of the case carries.
func packedTree(t *testing.T) *config.Tree {
	t.Helper()
	r, err := zip.OpenReader(filepath.Join(traps, "plan.tfplan"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return &config.Tree{Files: r, Packed: true}
}

// sourceView reads the configuration of the case alone; account is that of the default provider, or empty.
func sourceView(t *testing.T, account string) view {
	t.Helper()
	src, err := terraform.ReadSource(terraform.SourceOptions{Tree: trapTree(), Options: terraform.Options{Account: account}})
	if err != nil {
		t.Fatal(err)
	}
	return viewOf(source, src.Inventory)
}

// trapViews reads the case in every way, the plan alone first.
func trapViews(t *testing.T) []view {
	t.Helper()
	plan := filepath.Join(traps, "plan.json")
	_, alone := read(t, plan)
	out := []view{viewOf(planAlone, alone)}
	for name, tree := range map[string]*config.Tree{planDir: trapTree(), planFile: packedTree(t)} {
		p := filled(t, plan, tree)
		if !p.Filled || len(p.Notes) > 0 {
			t.Errorf("%s: used: %t, notes: %q", name, p.Filled, p.Notes)
		}
		out = append(out, viewOf(name, p.After))
	}
	return append(out, sourceView(t, "111122223333"))
}

// wiring is what hangs on one address: the hops and support edges that it carries, or that leave it.
type wiring struct {
	of    string
	alone []string // as the plan alone draws them
	told  []string // as they are; nil: as the plan alone draws them
}

// saying is one attribute of one declaration.
type saying struct {
	address, attr string
	alone         string // as the plan alone gives it
	told          string // as it is; empty: the plan gives it already
	at            string // "file: line", where it is written
}

// living is a node, and where it is.
type living struct {
	node        string
	alone, told string // name, ARN, account, region
}

// trap is what the case shows of one trap.
type trap struct {
	name    string
	wirings []wiring
	sayings []saying
	living  []living
}

// statement spells one statement of a policy document as it is rendered.
func statement(s string) string { return `{"Version":"2012-10-17","Statement":[` + s + `]}` }

const (
	operationsARN = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/kestrel-operations"
	orgARN        = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/kestrel-org"
)

func trapTable() []trap { return nil }

// TestTraps holds, trap by trap, what is lost in the plan and what the configuration gives back.
func TestTraps(t *testing.T) {
	t.Parallel()
	views := trapViews(t)
	for _, c := range trapTable() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, v := range views {
				for _, w := range c.wirings {
					w.compare(t, v)
				}
				for _, s := range c.sayings {
					s.compare(t, v)
				}
				for _, l := range c.living {
					l.compare(t, v)
				}
			}
		})
	}
}

func (w wiring) compare(t *testing.T, v view) {
	t.Helper()
	want := w.told
	if v.name == planAlone || want == nil {
		want = w.alone
	}
	if d := diff.Diff(want, edgesOf(v.graph, w.of)); d != "" {
		t.Errorf("%s: edges of %s (-want +got):\n%s", v.name, w.of, d)
	}
}

// edgesOf spells the edges that a declaration carries, or that leave a node, sorted.
func edgesOf(g *graph.Graph, of string) []string {
	var out []string
	for _, edges := range []func(func(*graph.Edge) bool){g.Hops(), g.SupportEdges()} {
		for e := range edges {
			if e.Via != of && string(e.From) != of {
				continue
			}
			h := named(g, e)
			s := h.kind + " " + h.from + " -> " + h.to
			if e.OneOf != "" {
				s += " (one of)"
			}
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func (s saying) compare(t *testing.T, v view) {
	t.Helper()
	r, declared := v.resources[s.address]
	if !declared {
		t.Errorf("%s: %s is not declared", v.name, s.address)
		return
	}
	a := r.Attrs[s.attr]
	want, recovered, at := s.told, s.told != "", s.place(t, v.name)
	if v.name == planAlone || !recovered {
		want = s.alone
	}
	if v.name == planAlone {
		recovered = false
	}
	if got := spelt(a); got != want {
		t.Errorf("%s: %s of %s:\n got %s\nwant %s", v.name, s.attr, s.address, got, want)
	}
	if got := a.Pos.String(); got != at {
		t.Errorf("%s: %s of %s is at %q, want %q", v.name, s.attr, s.address, got, at)
	}
	// The configuration alone marks what is symbolic, whatever a plan would say of it.
	if v.name != source && a.Recovered != recovered {
		t.Errorf("%s: %s of %s: recovered: %t, want %t", v.name, s.attr, s.address, a.Recovered, recovered)
	}
}

// spelt spells an attribute, with what its holes are made of.
func spelt(a graph.Attr) string {
	if a.Value.State() != graph.Known {
		return a.Value.String()
	}
	out := strings.TrimPrefix(spell(a.Value), "known ")
	data, _ := a.Value.Get()
	if text, ok := data.(graph.Text); ok && text.Reason() != "" && strings.Contains(text.String(), "${?}") {
		var of []string
		for _, r := range text.Refs() {
			of = append(of, r.String())
		}
		out += " of " + strings.Join(of, ", ")
	}
	return out
}

// place returns where the line stands that says it, as positions of the view spell it.
func (s saying) place(t *testing.T, view string) string {
	t.Helper()
	if view == planAlone || s.at == "" {
		return ""
	}
	file, text, _ := strings.Cut(s.at, ": ")
	b, err := os.ReadFile(filepath.Join(traps, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	at, n := 0, 0
	for line := range strings.Lines(string(b)) {
		n++
		if strings.Join(strings.Fields(line), " ") != text {
			continue
		}
		if at > 0 {
			t.Fatalf("%s has the line %q twice", file, text)
		}
		at = n
	}
	if at == 0 {
		t.Fatalf("%s has no line %q", file, text)
	}
	if view == planFile && strings.Contains(file, "/") {
		// A plan file keeps the files of a module under the calls that lead to it.
		module, _, _ := strings.Cut(s.address, ".aws_")
		file = instanceKey.ReplaceAllString(module, "") + "/" + filepath.Base(file)
	}
	return fmt.Sprintf("%s:%d", file, at)
}

var instanceKey = regexp.MustCompile(`\[[^]]*\]`)

func (l living) compare(t *testing.T, v view) {
	t.Helper()
	n := v.graph.Node(graph.NodeID(l.node))
	if n == nil {
		t.Errorf("%s: there is no node %s", v.name, l.node)
		return
	}
	text := func(v graph.Value[graph.Text]) string {
		if s, known := v.Get(); known {
			return s.String()
		}
		return v.State().String()
	}
	want := l.told
	if v.name == planAlone || want == "" {
		want = l.alone
	}
	if got := strings.Join([]string{text(n.Name), text(n.ARN), n.Account.Or("?"), n.Region.Or("?")}, " "); got != want {
		t.Errorf("%s: %s:\n got %s\nwant %s", v.name, l.node, got, want)
	}
}
