// Package trailguard_test holds what is true of the module as a whole.
package trailguard_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/trailguard/trailguard"

// layer is one row of the table of arrows: a folder, and what its packages may import of the module. A
// package belongs to the row with the longest folder that holds it; packages of one row may import each other.
type layer struct {
	folder string
	may    []string // folders of layers; * is all
	pure   bool     // no I/O: imports nothing that reaches files, processes, network, log or command line
	aws    bool     // may link the AWS SDK
	dev    bool     // development code, which nothing else may import
}

// layers is the way through the program, in the order of the data.
func layers() []layer {
	return []layer{
		{folder: "sources", may: []string{"analyzer/graph"}},
		{folder: "sources/live", may: []string{"analyzer/graph"}, aws: true},
		{folder: "analyzer/graph", may: []string{"analyzer/iam"}, pure: true},
		{folder: "analyzer/iam", may: []string{"analyzer/graph"}, pure: true},
		{folder: "analyzer/tamper", may: []string{"analyzer/graph"}, pure: true},
		{folder: "analyzer/access", may: []string{"analyzer/graph", "analyzer/iam", "analyzer/tamper"}, pure: true},
		{folder: "analyzer/detect", may: []string{"analyzer/graph", "analyzer/iam"}, pure: true},
		{folder: "analyzer", may: []string{"analyzer/graph", "analyzer/iam", "analyzer/access", "analyzer/tamper", "analyzer/detect"}, pure: true},
		{folder: "render", may: []string{"analyzer", "analyzer/graph"}, pure: true},
		{folder: "cmd", may: []string{"*"}, aws: true},
		{folder: "scripts", may: []string{"*"}, aws: true, dev: true},
		{folder: "testdata", may: []string{"*"}, aws: true, dev: true},
	}
}

// impure are packages of the standard library that a pure layer does without. The AWS SDK is awsSDK.
func impure() []string {
	return []string{"flag", "log", "log/slog", "net", "net/http", "os", "os/exec", "os/signal", "os/user", "path/filepath", "plugin", "syscall"}
}

const awsSDK = "github.com/aws/"

// pkg is what go list says of a package: what its code, without its tests, imports and links.
type pkg struct {
	ImportPath string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

// layerOf returns the row that a package of the module belongs to.
func layerOf(path string) (layer, bool) {
	rel, ours := strings.CutPrefix(path, module+"/")
	var best layer
	if !ours {
		return best, false
	}
	for _, l := range layers() {
		if (rel == l.folder || strings.HasPrefix(rel, l.folder+"/")) && len(l.folder) > len(best.folder) {
			best = l
		}
	}
	// The packages of analyzer are rows of their own: a new one says what it may import.
	if best.folder == "analyzer" && rel != "analyzer" {
		return layer{}, false
	}
	return best, best.folder != ""
}

// violations returns a line for every arrow that the table does not allow.
func violations(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		if len(p.GoFiles) == 0 {
			continue // tests alone
		}
		from, ok := layerOf(p.ImportPath)
		if !ok {
			out = append(out, p.ImportPath+" belongs to no layer: add a row to layers")
			continue
		}
		for _, path := range p.Imports {
			if why := forbidden(from, path); why != "" {
				out = append(out, fmt.Sprintf("%s -> %s: %s", p.ImportPath, path, why))
			}
		}
		if i := slices.IndexFunc(p.Deps, func(d string) bool { return strings.HasPrefix(d, awsSDK) }); i >= 0 && !from.aws {
			out = append(out, fmt.Sprintf("%s links %s: only cmd and sources/live may", p.ImportPath, p.Deps[i]))
		}
	}
	return out
}

func forbidden(from layer, path string) string {
	if path != module && !strings.HasPrefix(path, module+"/") {
		if from.pure && slices.Contains(impure(), path) {
			return from.folder + " does no I/O"
		}
		return ""
	}
	switch to, ok := layerOf(path); {
	case !ok:
		return "it belongs to no layer"
	case to.folder == from.folder:
		return ""
	case to.dev:
		return to.folder + " is development code"
	case slices.Contains(from.may, "*"), slices.Contains(from.may, to.folder):
		return ""
	case len(from.may) == 0:
		return from.folder + " imports nothing of the module"
	}
	return from.folder + " may import " + strings.Join(from.may, ", ") + " alone"
}

// TestArrows holds the one way through the program: sources, graph, analyzer, render, cmd.
func TestArrows(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,GoFiles,Imports,Deps", "./...")
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
	for _, want := range []string{"analyzer", "analyzer/graph", "render", "sources/terraform"} {
		if !slices.ContainsFunc(pkgs, func(p pkg) bool { return p.ImportPath == module+"/"+want }) {
			t.Errorf("go list does not show %s", want)
		}
	}
	for _, v := range violations(pkgs) {
		t.Error(v)
	}
}

// TestArrowsAreChecked shows the checker arrows that the table allows, and arrows that it does not.
func TestArrowsAreChecked(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     string // part of the complaint; empty: none
	}{
		{"sources/terraform", "analyzer/graph", ""},
		{"sources/terraform", "sources/terraform/internal/stream", ""},
		{"sources/terraform", "analyzer", "sources may import analyzer/graph alone"},
		{"sources/terraform", "analyzer/iam", "sources may import analyzer/graph alone"},
		{"sources/terraform", "render", "sources may import"},
		{"sources/terraform", "sources/live", "sources may import"},
		{"sources/live", "analyzer/graph", ""},
		{"analyzer", "analyzer/graph", ""},
		{"analyzer", "analyzer/iam", ""},
		{"analyzer", "analyzer/tamper", ""},
		{"analyzer", "analyzer/detect", ""},
		{"analyzer", "sources/terraform", "analyzer may import"},
		{"analyzer", "render", "analyzer may import"},
		{"analyzer", "cmd/trailguard", "analyzer may import"},
		{"analyzer", "analyzer/other", "belongs to no layer"},
		{"analyzer/other", "analyzer/graph", "belongs to no layer"},
		{"analyzer/tamper", "analyzer/graph", ""},
		{"analyzer/tamper", "analyzer/iam", "analyzer/tamper may import analyzer/graph alone"},
		{"analyzer/tamper", "analyzer", "analyzer/tamper may import"},
		{"analyzer/detect", "analyzer/graph", ""},
		{"analyzer/detect", "analyzer/iam", ""},
		{"analyzer/detect", "analyzer/tamper", "analyzer/detect may import"},
		{"analyzer/graph", "analyzer/iam", ""},
		{"analyzer/iam", "analyzer/graph", ""},
		{"analyzer/graph", "analyzer", "analyzer/graph may import"},
		{"analyzer/graph", "sources/terraform", "analyzer/graph may import"},
		{"analyzer/iam", "analyzer/tamper", "analyzer/iam may import"},
		{"render", "analyzer", ""},
		{"render", "analyzer/graph", ""},
		{"render", "render/layout", ""},
		{"render", "analyzer/iam", "render may import"},
		{"render", "sources/terraform", "render may import"},
		{"cmd/trailguard", "analyzer/tamper", ""},
		{"cmd/trailguard", "sources/live", ""},
		{"cmd/trailguard", "render", ""},
		{"cmd/trailguard", "scripts/rule-docs", "scripts is development code"},
		{"scripts/rule-docs", "analyzer", ""},
		{"scripts/rule-docs", "sources/terraform", ""},
		{"internal/util", "analyzer", "belongs to no layer"},
		{"render", "rendering", "belongs to no layer"},
	} {
		got := violations([]pkg{{ImportPath: module + "/" + c.from, GoFiles: []string{"a.go"}, Imports: []string{"fmt", module + "/" + c.to}}})
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s -> %s: got %q, want %q", c.from, c.to, got, c.want)
		}
	}
	for _, c := range []struct {
		from, to string
		want     bool // the import is allowed
	}{
		{"analyzer", "strings", true},
		{"analyzer", "os", false},
		{"analyzer/graph", "net", false},
		{"analyzer/iam", "log/slog", false},
		{"render", "os/exec", false},
		{"render", "io", true},
		{"sources/terraform", "os", true},
		{"cmd/trailguard", "net/http", true},
	} {
		got := violations([]pkg{{ImportPath: module + "/" + c.from, GoFiles: []string{"a.go"}, Imports: []string{c.to}}})
		if (len(got) == 0) != c.want {
			t.Errorf("%s -> %s: got %q", c.from, c.to, got)
		}
	}
	for from, allowed := range map[string]bool{
		"cmd/trailguard": true, "sources/live": true, "sources/live/collect": true,
		"sources/terraform": false, "analyzer": false, "analyzer/graph": false, "render": false,
	} {
		got := violations([]pkg{{ImportPath: module + "/" + from, GoFiles: []string{"a.go"}, Deps: []string{"fmt", "github.com/aws/aws-sdk-go-v2/aws"}}})
		if (len(got) == 0) != allowed {
			t.Errorf("%s links the AWS SDK: got %q", from, got)
		}
	}
	if got := violations([]pkg{{ImportPath: module}}); len(got) > 0 {
		t.Errorf("a folder of tests alone: got %q", got)
	}
}
