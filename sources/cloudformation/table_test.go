package cloudformation

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// TestRows checks what nothing else would tell of a row: that every attribute it sets is one of its kind, so that a
// misspelt one is not passed over.
func TestRows(t *testing.T) {
	for _, typ := range Types() {
		for _, c := range rows()[typ] {
			if graph.InfoOf(c.Kind).Label == "" {
				t.Errorf("%s is of the kind %s, which there is not", typ, c.Kind)
			}
			for name, path := range c.Attrs {
				names := strings.Split(name, "/")
				fields := graph.AttributesOf(c.Kind)
				for _, part := range names {
					i := slices.IndexFunc(fields, func(a graph.AttrInfo) bool { return a.Name == part })
					if i < 0 {
						t.Errorf("%s sets %s, which is no attribute of %s", typ, name, c.Kind)
						break
					}
					fields = fields[i].Fields
				}
				if path == "" || strings.Contains(path, " ") {
					t.Errorf("%s sets %s from the path %q", typ, name, path)
				}
			}
		}
	}
	if n := len(Types()); n < 80 {
		t.Errorf("%d types", n)
	}
}

// TestFixesHaveRows checks that what brings properties into form is of a type that has a row.
func TestFixesHaveRows(t *testing.T) {
	for typ := range fixes {
		if len(rows()[typ]) == 0 {
			t.Errorf("a fix is for %s, which has no row", typ)
		}
	}
}
