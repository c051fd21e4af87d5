package terraform_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// accountOf returns the account of the default provider of a plan, which only AWS knows; empty where the plan does not
// know it either.
func accountOf(inv graph.Inventory) string {
	for _, r := range inv.Resources {
		if a, ok := r.Account.Get(); ok && r.Provider == "aws" && graph.IsAccountID(a) {
			return a
		}
	}
	return ""
}

func treeOf(dir string) *config.Tree {
	return &config.Tree{Files: os.DirFS(dir), Dir: ".", Name: dir}
}

// filled reads a plan with the configuration in a directory.
func filled(t *testing.T, plan string, tree *config.Tree) *terraform.Plan {
	t.Helper()
	c, err := config.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	p, err := terraform.ReadPlan(bytes.NewReader(b), terraform.Options{Name: plan, Configuration: c, Workspace: "default"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSourceIsPlan draws the same graph from a configuration and from its plan with the configuration at hand.
func TestSourceIsPlan(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob(cases + "/*/plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatalf("no bundled plans: %v", err)
	}
	for _, plan := range plans {
		dir := filepath.Dir(plan)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			planned := filled(t, plan, treeOf(dir)).After
			src, err := terraform.ReadSource(terraform.SourceOptions{Tree: treeOf(dir), Options: terraform.Options{Account: accountOf(planned)}})
			if err != nil {
				t.Fatal(err)
			}
			compareSources(t, graph.Link(planned), graph.Link(src.Inventory))
		})
	}
}

// allowed are the differences that there may be between a plan with its configuration and the configuration alone: what
// is left out of the lines of both, and why.
//
//nolint:gochecknoglobals // a table
var allowed = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{regexp.MustCompile(`id unknown \(known after apply\) <nil>; `), "AWS names a notification that nobody named: only a plan says that it will"},
}

// compareSources compares two graphs of one configuration; the order of what are sets to AWS does not count.
func compareSources(t *testing.T, plan, source *graph.Graph) {
	t.Helper()
	want, got := canonical(plan), canonical(source)
	for line := range want {
		if !got[line] {
			t.Errorf("- %s", line)
		}
	}
	for line := range got {
		if !want[line] {
			t.Errorf("+ %s", line)
		}
	}
}

// canonical spells a graph as a set of lines, each of which says what it is about.
func canonical(g *graph.Graph) map[string]bool {
	out := map[string]bool{}
	for n := range g.Nodes() {
		sortTexts(n.Attrs)
	}
	node := ""
	for _, line := range drawn(g) {
		if strings.HasPrefix(line, "  ") {
			line = node + line
		} else {
			node = strings.Join(strings.Fields(line)[:2], " ")
		}
		for _, a := range allowed {
			line = a.pattern.ReplaceAllString(line, "")
		}
		out[line] = true
	}
	return out
}

// sortTexts sorts the lists of texts within attributes, and those of policies.
func sortTexts(attrs graph.Attrs) {
	for name, a := range attrs.All() {
		data, known := a.Value.Get()
		if !known {
			continue
		}
		switch d := data.(type) {
		case []graph.Text:
			data = sorted(d)
		case []graph.Attrs:
			for _, b := range d {
				sortTexts(b)
			}
			slices.SortFunc(d, func(a, b graph.Attrs) int { return strings.Compare(fmt.Sprint(spellAll(a)), fmt.Sprint(spellAll(b))) })
		case graph.Text:
			p, err := graph.ParsePolicy(d)
			if err != nil {
				continue
			}
			data = sortedPolicy(p)
		}
		v := graph.KnownOf(data)
		if a.Value.Sensitive() {
			v = v.Hide()
		}
		a.Value = v
		attrs[name] = a
	}
}

func sorted(list []graph.Text) []graph.Text {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b graph.Text) int { return strings.Compare(a.String(), b.String()) })
	return list
}

// sortedPolicy spells a policy with everything sorted whose order means nothing to IAM, but for the statements.
func sortedPolicy(p graph.Policy) graph.Text {
	for i := range p.Statements {
		s := &p.Statements[i]
		s.Actions, s.NotActions, s.Resources, s.NotResources = sorted(s.Actions), sorted(s.NotActions), sorted(s.Resources), sorted(s.NotResources)
		slices.SortFunc(s.Principals, func(a, b graph.Principal) int { return strings.Compare(a.Type+a.ID.String(), b.Type+b.ID.String()) })
		slices.SortFunc(s.Conditions, func(a, b graph.Condition) int { return strings.Compare(a.Operator+a.Key, b.Operator+b.Key) })
		for j := range s.Conditions {
			s.Conditions[j].Values = sorted(s.Conditions[j].Values)
		}
	}
	return graph.RenderPolicy(p)
}

func spellAll(attrs graph.Attrs) []string {
	var out []string
	for name, a := range attrs.All() {
		out = append(out, name+" "+spell(a.Value))
	}
	return out
}

// TestExamplesArePlans does the same with the examples of the rules.
func TestExamplesArePlans(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/rules/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		parsed, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string][]byte{}
		for _, f := range parsed.Files {
			parts[f.Name] = f.Data
		}
		for _, name := range []string{"fail", "pass"} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
				t.Parallel()
				tree := &config.Tree{Files: fstest.MapFS{
					"main.tf": {Data: parts[name+".tf"]}, "provider.tf": {Data: []byte("provider \"aws\" { region = \"us-east-1\" }\n")},
				}, Dir: "."}
				c, err := config.Load(tree)
				if err != nil {
					t.Fatal(err)
				}
				p, err := terraform.ReadPlan(bytes.NewReader(parts[name+".json"]), terraform.Options{Name: name, Configuration: c})
				if err != nil {
					t.Fatal(err)
				}
				src, err := terraform.ReadSource(terraform.SourceOptions{Tree: tree, Options: terraform.Options{Account: accountOf(p.After)}})
				if err != nil {
					t.Fatal(err)
				}
				compareSources(t, graph.Link(p.After), graph.Link(src.Inventory))
			})
		}
	}
}
