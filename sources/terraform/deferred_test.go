package terraform

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestEveryDeferredDocumentIsRendered renders each policy document that a plan of the corpus, or a bundled one, leaves
// to the apply, from the JSON of the plan alone.
func TestEveryDeferredDocumentIsRendered(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob("../../testdata/terraform/*/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	if corpus := os.Getenv("TRAILGUARD_CORPUS"); corpus != "" {
		more, err := filepath.Glob(filepath.Join(corpus, "terraform", "*", "plan.json"))
		if err != nil || len(more) == 0 {
			t.Fatalf("no plans in the corpus: %v", err)
		}
		plans = append(plans, more...)
	}
	total := 0
	for _, path := range plans {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d, err := read(bytes.NewReader(b), Options{Name: path}, hintPlan)
		if err != nil {
			t.Fatal(err)
		}
		res := newResolver(d.config)
		docs := &documents{res: res, byAddr: map[string]*policyDocument{}}
		for _, r := range d.then.resources {
			if a, ok := parseAddress(r.Address); ok {
				res.know(a)
			}
		}
		for _, doc := range d.then.documents {
			docs.byAddr[doc.address] = doc
			if a, ok := parseAddress(doc.address); ok {
				res.know(a)
			}
		}
		for _, doc := range d.then.documents {
			if doc.json != "" {
				continue
			}
			total++
			if docs.render(doc); !doc.ok {
				t.Errorf("%s: %s is not rendered", path, doc.address)
			}
		}
	}
	if total == 0 {
		t.Error("no plan defers a document")
	}
	t.Logf("%d documents", total)
}
