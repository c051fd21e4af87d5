package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCanaries holds that no secret of an input gets out. testdata/terraform/*/canaries.txt lists strings
// that stand in sensitive leaves, and in leaves that nobody asked for, of the plans and states beside it:
// they must be in no format, on no stream and in no error, of whole inputs and of broken ones.
func TestCanaries(t *testing.T) {
	lists, err := filepath.Glob("../../testdata/terraform/*/canaries.txt")
	if err != nil || len(lists) == 0 {
		t.Fatalf("no lists of canaries: %v", err)
	}
	for _, list := range lists {
		t.Run(filepath.Base(filepath.Dir(list)), func(t *testing.T) {
			text, err := os.ReadFile(list)
			if err != nil {
				t.Fatal(err)
			}
			var canaries []string
			for line := range strings.Lines(string(text)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					canaries = append(canaries, line)
				}
			}
			inputs := inputsBelow(t, filepath.Dir(list))
			seen := map[string]bool{}
			for i, path := range inputs {
				breaks := 0
				if i%4 == 0 { // an input is broken like its neighbours
					breaks = 2
				}
				checkCanaries(t, path, canaries, breaks, seen)
			}
			for _, c := range canaries {
				if !seen[c] {
					t.Errorf("%s is in none of the inputs: %v", c, inputs)
				}
			}
		})
	}
}

func inputsBelow(t *testing.T, dir string) []string {
	t.Helper()
	var inputs []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (filepath.Ext(path) == ".json" || filepath.Ext(path) == ".tfstate") {
			inputs = append(inputs, path)
		}
		return err
	})
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs below %s: %v", dir, err)
	}
	return inputs
}

// checkCanaries runs every command that reads an input, and notes which canaries the input holds. It breaks the
// input at that many of them.
func checkCanaries(t *testing.T, path string, canaries []string, breaks int, seen map[string]bool) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := [][]byte{whole}
	for _, c := range canaries {
		i := bytes.Index(whole, []byte(c))
		if i < 0 {
			continue
		}
		if seen[c] = true; breaks == 0 {
			continue
		}
		breaks--
		// Broken within the string, after it, and by a string where none may be.
		broken = append(broken, whole[:i+len(c)-1], whole[:i+len(c)+1],
			[]byte(c), []byte(`{"`+c+`":`), []byte(`{"format_version":"`+c+`"}`), []byte(`{"format_version":"1.0","`+c+`":1,"resource_changes":"`+c+`"}`))
	}
	var all []string
	for _, f := range formatNames() {
		all = append(all, "--format", f+"="+f)
	}
	for i, text := range broken {
		for _, args := range [][]string{{"plan"}, {"state"}, {"risks"}, {"risks", "--format", "json"}} {
			w := newWorld(t, string(text))
			if args[0] != "risks" {
				args = append(args, all...)
			}
			code := w.run(args...)
			if i > 0 && code != exitFailed {
				t.Errorf("%s, broken in way %d, %q: exit code %d", path, i, args, code)
			}
			out := w.out.String() + w.err.String()
			for _, f := range formatNames() {
				b, _ := os.ReadFile(filepath.Join(w.dir, f)) // not written where the input is unreadable
				out += string(b)
			}
			for _, c := range canaries {
				if strings.Contains(out, c) {
					t.Errorf("%s, broken in way %d, %q: %s gets out", path, i, args, c)
				}
			}
		}
	}
}
