package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOrderOfInput holds that the order in which an input lists its resources and modules is seen nowhere.
func TestOrderOfInput(t *testing.T) {
	for command, pattern := range map[string]string{"plan": "plan.json", "state": "state.json"} {
		paths, err := filepath.Glob("../../testdata/terraform/*/" + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := everyFormat(t, command, string(text))
			for seed := range uint64(3) {
				got := everyFormat(t, command, shuffled(t, string(text), seed))
				for _, f := range formatNames() {
					if got[f] != want[f] {
						t.Errorf("%s, seed %d: %s differs%s", path, seed, f, firstDifference(got[f], want[f]))
					}
				}
			}
		}
	}
}

// everyFormat runs the command and returns what it writes, by format.
func everyFormat(t *testing.T, command, stdin string) map[string]string {
	t.Helper()
	w := newWorld(t, stdin)
	args := []string{command, "--fail-on", "none", "--allow-empty"}
	for _, f := range formatNames() {
		args = append(args, "--format", f+"="+f)
	}
	if got := w.run(args...); got != exitOK {
		t.Fatalf("exit code %d: %s", got, w.err.String())
	}
	out := map[string]string{}
	for _, f := range formatNames() {
		b, err := os.ReadFile(filepath.Join(w.dir, f))
		if err != nil {
			t.Fatal(err)
		}
		out[f] = string(b)
	}
	return out
}

// shuffled is the document with its lists of resources and modules in another order, and its members sorted.
func shuffled(t *testing.T, text string, seed uint64) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 1))
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, member := range v {
				walk(k, member)
			}
		case []any:
			for _, element := range v {
				walk("", element)
			}
			switch key {
			case "resources", "resource_changes", "resource_drift", "child_modules", "instances":
				r.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
			}
		}
	}
	walk("", doc)
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// firstDifference shows the first line that differs.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return ":\n got " + g[i] + "\nwant " + w[i]
		}
	}
	return " in length"
}
