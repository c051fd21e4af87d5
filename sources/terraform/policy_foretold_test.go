package terraform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// TestPoliciesForetold holds every policy that is read from a create-plan, deferred documents among them,
// to the policy that the apply made of it: the same statements, with nothing that cannot be equal.
func TestPoliciesForetold(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob(cases + "/*/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	if corpus := os.Getenv("TRAILGUARD_CORPUS"); corpus != "" {
		more, _ := filepath.Glob(filepath.Join(corpus, "terraform", "*", "plan.json"))
		plans = append(plans, more...)
	}
	compared := 0
	for _, path := range plans {
		state := filepath.Join(filepath.Dir(path), "state.json")
		if _, err := os.Stat(state); err != nil {
			continue
		}
		_, planned := read(t, path)
		_, applied := read(t, state)
		is := map[string]graph.Resource{}
		for _, r := range applied.Resources {
			is[r.Address] = r
		}
		for _, r := range planned.Resources {
			for _, row := range graph.AttributesOf(r.Kind) {
				if row.Type != graph.TypePolicy {
					continue
				}
				want, known := is[r.Address].Attrs.Policy(row.Name).Get()
				got, read := r.Attrs.Policy(row.Name).Get()
				if !known || !read {
					continue
				}
				compared++
				if d := differ(got, want); d != "" {
					t.Errorf("%s: %s of %s: %s", path, row.Name, r.Address, d)
				}
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d policies were compared", compared)
	}
}

// differ says where two policies cannot be equal. AWS sorts and folds what is written, so that the order
// within a statement does not count.
func differ(a, b graph.Policy) string {
	if a.Open { // each of the statements that are known is among those that were applied
		for _, s := range a.Statements {
			if !slices.ContainsFunc(b.Statements, func(u graph.Statement) bool {
				return differ(graph.Policy{Statements: []graph.Statement{s}}, graph.Policy{Statements: []graph.Statement{u}}) == ""
			}) {
				return fmt.Sprintf("statement %q is not among those applied", s.Sid)
			}
		}
		return ""
	}
	if len(a.Statements) != len(b.Statements) {
		return fmt.Sprintf("%d statements, applied %d", len(a.Statements), len(b.Statements))
	}
	for i, s := range a.Statements {
		u := b.Statements[i]
		switch {
		case s.Sid != u.Sid, s.Allow != u.Allow:
			return fmt.Sprintf("statement %d: %s %t, applied %s %t", i, s.Sid, s.Allow, u.Sid, u.Allow)
		case !fits(s.Actions, u.Actions) || !fits(s.NotActions, u.NotActions):
			return fmt.Sprintf("statement %d: actions %v, applied %v", i, s.Actions, u.Actions)
		case !fits(s.Resources, u.Resources) || !fits(s.NotResources, u.NotResources):
			return fmt.Sprintf("statement %d: resources %v, applied %v", i, s.Resources, u.Resources)
		case !fits(ids(s.Principals), ids(u.Principals)) || !fits(ids(s.NotPrincipals), ids(u.NotPrincipals)):
			return fmt.Sprintf("statement %d: principals %v, applied %v", i, s.Principals, u.Principals)
		case len(s.Conditions) != len(u.Conditions):
			return fmt.Sprintf("statement %d: conditions %v, applied %v", i, s.Conditions, u.Conditions)
		}
		for _, c := range s.Conditions {
			if !slices.ContainsFunc(u.Conditions, func(d graph.Condition) bool {
				return c.Operator == d.Operator && c.Key == d.Key && fits(c.Values, d.Values)
			}) {
				return fmt.Sprintf("statement %d: condition %v, applied %v", i, c, u.Conditions)
			}
		}
	}
	return ""
}

func ids(all []graph.Principal) []graph.Text {
	var out []graph.Text
	for _, p := range all {
		out = append(out, graph.Join(graph.Literal(p.Type+" "), p.ID))
	}
	return out
}

// fits says that every text of the one may be a text of the other, and the other way round. A hole may be
// several texts: a list of which nothing is known is one hole.
func fits(a, b []graph.Text) bool {
	may := func(a, b []graph.Text) bool {
		for _, x := range a {
			if !slices.ContainsFunc(b, func(y graph.Text) bool { return x.Equal(y) != graph.No }) {
				return false
			}
		}
		return true
	}
	return may(a, b) && may(b, a)
}
