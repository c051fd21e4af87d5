package terraform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
)

// applied are the values of a state: what AWS answered to an apply.
type applied map[string]map[string]any

// stateOf reads the values of a state as terraform show -json prints it.
func stateOf(t *testing.T, path string) applied {
	t.Helper()
	type module struct {
		Resources []struct {
			Address string
			Values  map[string]any
		}
		ChildModules []json.RawMessage `json:"child_modules"`
	}
	var doc struct {
		Values struct {
			RootModule json.RawMessage `json:"root_module"`
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	out := applied{}
	var visit func(raw json.RawMessage)
	visit = func(raw json.RawMessage) {
		var m module
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		for _, r := range m.Resources {
			out[r.Address] = r.Values
		}
		for _, child := range m.ChildModules {
			visit(child)
		}
	}
	visit(doc.Values.RootModule)
	return out
}

// value returns what a reference turned out to be. account is that of the default provider.
func (a applied) value(r graph.Ref, owner graph.Resource, account string) (graph.Text, bool) {
	switch r.Address {
	case "data.aws_caller_identity":
		return graph.Literal(account), true
	case "data.aws_region":
		return graph.Literal(owner.Region.Or("")), true
	case "data.aws_partition":
		return graph.Literal(owner.Partition.Or("")), true
	}
	s, ok := a[r.Address][r.Attr].(string)
	return graph.Literal(s), ok
}

// TestRecoveredPoliciesAreRight puts what the apply made of every reference into the policies that were worked out from
// the configuration, and holds them to the policies that AWS has after the apply.
func TestRecoveredPoliciesAreRight(t *testing.T) {
	t.Parallel()
	states, err := filepath.Glob(cases + "/*/state.json")
	if err != nil || len(states) == 0 {
		t.Fatalf("no bundled states: %v", err)
	}
	for _, path := range states {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			values := stateOf(t, path)
			_, state := read(t, path)
			is := map[string]graph.Resource{}
			for _, r := range state.Resources {
				is[r.Address] = r
			}
			src, err := terraform.ReadSource(terraform.SourceOptions{Tree: treeOf(dir)})
			if err != nil {
				t.Fatal(err)
			}
			planned := filled(t, filepath.Join(dir, "plan.json"), treeOf(dir)).After
			compared := 0
			for name, inv := range map[string]graph.Inventory{"the configuration": src.Inventory, "the plan with it": planned} {
				compared += comparePolicies(t, name, inv, is, func(r graph.Ref, owner graph.Resource) (graph.Text, bool) {
					return values.value(r, owner, accountOf(planned))
				})
			}
			if compared == 0 {
				t.Error("no policy was compared")
			}
		})
	}
}

func comparePolicies(t *testing.T, name string, inv graph.Inventory, is map[string]graph.Resource, value func(graph.Ref, graph.Resource) (graph.Text, bool)) int {
	t.Helper()
	n := 0
	for _, r := range inv.Resources {
		now, ok := is[r.Address]
		if !ok {
			continue
		}
		for _, row := range graph.AttributesOf(r.Kind) {
			have, known := r.Attrs.Text(row.Name).Get()
			want, there := now.Attrs.Policy(row.Name).Get()
			if row.Type != graph.TypePolicy || !known || !there || have.IsEmpty() {
				continue
			}
			p, err := graph.ParsePolicy(have.Fold(func(ref graph.Ref) (graph.Text, bool) { return value(ref, now) }))
			if err != nil {
				t.Errorf("%s: %s of %s is not readable: %s", name, row.Name, r.Address, have)
				continue
			}
			n++
			if p.Version == "" { // as AWS fills it in
				p.Version = want.Version
			}
			if got, want := sortedPolicy(p).String(), sortedPolicy(want).String(); got != want {
				t.Errorf("%s: %s of %s:\ngot  %s\nwant %s", name, row.Name, r.Address, got, want)
			}
		}
	}
	return n
}
