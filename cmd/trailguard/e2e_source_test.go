//go:build e2e

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// TestConfiguration plans and applies bundled configurations with the Terraform of this machine. The policies that are
// worked out before the apply, from the configuration alone and from the binary plan, are those that AWS has after it,
// once what it made of every reference is put in.
func TestConfiguration(t *testing.T) {
	need(t, "terraform", "moto_server", "python3", "nice", "TF_PLUGIN_MIRROR")
	trailguard := binary(t)
	for _, name := range []string{"policies", "acme-org"} {
		t.Run(name, func(t *testing.T) {
			bundled := filepath.Join("..", "..", "testdata", "terraform", name)
			w := newWorkspace(t, bundled)
			if files, err := os.ReadDir(filepath.Join(bundled, "policies")); err == nil {
				if err := os.Mkdir(filepath.Join(w.dir, "policies"), 0o700); err != nil {
					t.Fatal(err)
				}
				for _, f := range files {
					w.write(filepath.Join("policies", f.Name()), string(readFile(t, filepath.Join(bundled, "policies", f.Name()))))
				}
			}
			byPath := "provider \"aws\" { s3_use_path_style = true }\n"
			if name == "acme-org" {
				byPath += "provider \"aws\" {\n  alias             = \"replica\"\n  s3_use_path_style = true\n}\n"
			}
			w.write("local_override.tf", byPath)
			w.run("init", "-input=false")
			plan := w.plan("plan.tfplan")
			shown(t, trailguard, w, plan)
			w.run("apply", "-input=false", "plan.tfplan")
			w.run("apply", "-input=false", "-auto-approve", "-refresh-only")
			recovered(t, w, plan, []byte(w.run("show", "-json")))
		})
	}
}

// shown reads one plan in three ways: as JSON beside the binary plan, as JSON where it was made, and by having
// Terraform show it. The reports differ in what they say they read.
func shown(t *testing.T, trailguard string, w *workspace, plan []byte) {
	t.Helper()
	w.write("plan.json", string(plan))
	var reports []string
	for _, args := range [][]string{{"plan.json", "--plan-file", "plan.tfplan"}, {"plan.json"}, {"plan.tfplan", "--run-terraform"}} {
		cmd := command(t, trailguard, slices.Concat([]string{"plan"}, args, []string{"--format", "mermaid", "--fail-on", "none"})...)
		cmd.Dir, cmd.Env = w.dir, w.env
		got := finish(t, cmd)
		if got.code != exitOK {
			t.Fatalf("%v: exit code %d: %s", args, got.code, got.said)
		}
		reports = append(reports, got.out)
	}
	for _, other := range reports[1:] {
		if other != reports[0] {
			t.Errorf("reports differ%s", firstDifference(other, reports[0]))
		}
	}
}

// recovered compares policies.
func recovered(t *testing.T, w *workspace, plan, state []byte) {
	t.Helper()
	packed, err := osFiles{}.packed(filepath.Join(w.dir, "plan.tfplan"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(packed)
	if err != nil {
		t.Fatal(err)
	}
	planned, err := terraform.ReadPlan(bytes.NewReader(plan), terraform.Options{Name: "plan", Configuration: c})
	if err != nil {
		t.Fatal(err)
	}
	src, err := terraform.ReadSource(terraform.SourceOptions{Tree: &config.Tree{Files: os.DirFS(w.dir), Dir: "."}})
	if err != nil {
		t.Fatal(err)
	}
	applied, err := terraform.ReadState(bytes.NewReader(state), terraform.Options{Name: "state"})
	if err != nil {
		t.Fatal(err)
	}
	is := map[string]graph.Resource{}
	for _, r := range applied.Inventory.Resources {
		is[r.Address] = r
	}
	values := valuesOf(t, state)
	for name, inv := range map[string]graph.Inventory{"the binary plan": planned.After, "the configuration": src.Inventory} {
		n := 0
		for _, r := range inv.Resources {
			for _, row := range graph.AttributesOf(r.Kind) {
				have, known := r.Attrs.Text(row.Name).Get()
				want, there := is[r.Address].Attrs.Policy(row.Name).Get()
				if row.Type != graph.TypePolicy || !known || !there || have.IsEmpty() {
					continue
				}
				p, err := graph.ParsePolicy(have.Fold(values))
				if err != nil {
					t.Errorf("%s: %s of %s is not readable: %s", name, row.Name, r.Address, have)
					continue
				}
				n++
				if p.Version == "" {
					p.Version = want.Version
				}
				if got, want := inAnyOrder(p), inAnyOrder(want); got != want {
					t.Errorf("%s: %s of %s:\ngot  %s\nwant %s", name, row.Name, r.Address, got, want)
				}
			}
		}
		if n < 4 {
			t.Errorf("%s: only %d policies were compared", name, n)
		}
	}
}

// valuesOf returns what the references of a policy are in a state.
func valuesOf(t *testing.T, state []byte) func(graph.Ref) (graph.Text, bool) {
	t.Helper()
	var doc struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address, Type string
					Values        map[string]any
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal(state, &doc); err != nil {
		t.Fatal(err)
	}
	all := map[graph.Ref]string{{Address: "data.aws_partition", Attr: "partition"}: "aws"}
	for _, r := range doc.Values.RootModule.Resources {
		for name, v := range r.Values {
			if s, ok := v.(string); ok {
				all[graph.Ref{Address: r.Address, Attr: name}] = s
				if strings.HasPrefix(r.Address, "data.aws_caller_identity.") {
					all[graph.Ref{Address: "data.aws_caller_identity", Attr: name}] = s
				}
			}
		}
	}
	return func(r graph.Ref) (graph.Text, bool) {
		s, ok := all[r]
		return graph.Literal(s), ok
	}
}

// inAnyOrder spells a policy with the elements sorted whose order means nothing to IAM.
func inAnyOrder(p graph.Policy) string {
	texts := func(all []graph.Text) {
		slices.SortFunc(all, func(a, b graph.Text) int { return strings.Compare(a.String(), b.String()) })
	}
	for _, s := range p.Statements {
		for _, list := range [][]graph.Text{s.Actions, s.NotActions, s.Resources, s.NotResources} {
			texts(list)
		}
		slices.SortFunc(s.Principals, func(a, b graph.Principal) int { return strings.Compare(a.Type+a.ID.String(), b.Type+b.ID.String()) })
		slices.SortFunc(s.Conditions, func(a, b graph.Condition) int { return strings.Compare(a.Operator+a.Key, b.Operator+b.Key) })
		for _, c := range s.Conditions {
			texts(c.Values)
		}
	}
	return graph.RenderPolicy(p).String()
}
