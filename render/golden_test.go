package render

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//nolint:gochecknoglobals // a flag of the tests
var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	all := reports()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, f := range Formats() {
			if f.Name == "json" && name != "severed" && name != "acme" && name != "altered" && name != "drifted" && name != "ignored" {
				continue // the rest is validated against the schema
			}
			t.Run(name+f.Extension, func(t *testing.T) {
				got := render(t, f.Name, all[name], Options{Version: "0.1.0"})
				path := filepath.Join("testdata", name+f.Extension)
				if *update {
					if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatalf("%v (make it with go test ./render -update)", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s differs (-want +got); go test ./render -update writes it anew:\n%s", path, diff)
				}
			})
		}
	}
}

// TestDeterminism renders reports of the same declarations, in another order, to the same bytes.
func TestDeterminism(t *testing.T) {
	all, again := reports(), reports()
	backwards := acme()
	slices.Reverse(backwards)
	again["acme"] = report(backwards)
	for name, r := range all {
		for _, f := range Formats() {
			one, two := render(t, f.Name, r, Options{}), render(t, f.Name, again[name], Options{})
			if one != two {
				t.Errorf("%s of %s: two runs differ:\n%s", f.Name, name, cmp.Diff(one, two))
			}
			if again := render(t, f.Name, r, Options{}); again != one {
				t.Errorf("%s of %s: rendering the report again gives other bytes", f.Name, name)
			}
		}
	}
}
