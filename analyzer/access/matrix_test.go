package access_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/trailguard/trailguard/analyzer/access"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// TestEachAgrees decides everything one by one, and holds that Each, which passes over what nothing could allow, finds the
// same.
func TestEachAgrees(t *testing.T) {
	check := func(name string, g *graph.Graph) {
		x := access.New(g, access.Options{Managed: managed})
		pairs := pairsOf(x, g)
		got := map[string]iam.Result{}
		x.Each(pairs, func(p *access.Principal, i int, r iam.Result) {
			got[fmt.Sprint(p.Node.ID, " ", pairs[i].Action, " ", pairs[i].Resource.Name)] = r
		})
		found := 0
		for _, p := range x.Principals() {
			for _, q := range pairs {
				key := fmt.Sprint(p.Node.ID, " ", q.Action, " ", q.Resource.Name)
				want := x.Decide(p, q.Action, q.Resource).Result
				r, ok := got[key]
				if ok != (want != iam.Denied) || ok && r != want {
					t.Errorf("%s: %s: Each found %v (%v), Decide says %v", name, key, ok, r, want)
				}
				if ok {
					found++
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: nothing is allowed, which proves nothing", name)
		}
	}
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		check(name, linked(t, txtar.Parse(data)))
	}
	w := &bench{}
	w.chain(20)
	w.roles(45, 2)
	check("bench", graph.Link(w.inv))
}
