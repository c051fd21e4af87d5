//go:build e2e

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mermaidCheck parses diagrams. make mermaid, and .ci/run before the end-to-end tests, install what it needs.
const mermaidCheck = "scripts/mermaid-check"

// hostileNames are names that would end, or bring in, something in a diagram that does not quote them. AWS takes few
// of them, but what is planned is written by whoever opens a pull request.
func hostileNames() []string {
	return []string{
		`a" [label="b`, `a\`, `a\"`, `\N\G\l`, "a\nb -> c;", "a\r\n  b --> c", `"]; evil [label="`, `}}`, `a] --> b[c`, `(((a`, `a"]:::broken`,
		`<table><tr><td>a`, `</text><script>alert(1)</script>`, `&lt;b&gt; &#34; &amp`, "`a`", "a|b|c", "{a|b}", `%%{init: {"theme": "dark"}}%%`, "%% a",
		"#quot;#35;", "end", "subgraph a", "click a href", "@soc", "a\u202eb\u2066c", "a\u200bb\ufeffc", "a\u0000b\u001b[31mc\u007f", "\u2028\u2029", "ä–\u6f22\u5b57🦊", "--> ", "***", "${a}", "",
		strings.Repeat("a\"\\", 500),
	}
}

// diagrams writes the chain of every bundled plan and of plans with hostile names, and returns the files of a format.
// The first is of a plan with which those of hostile names share the shape.
func diagrams(t *testing.T, format string) (bundled, hostile []string) {
	t.Helper()
	dir := t.TempDir()
	draw := func(name, plan string) string {
		path := filepath.Join(dir, strings.ReplaceAll(name, string(filepath.Separator), "-"))
		w := newWorld(t, plan)
		if got := w.run("plan", "--fail-on", "none", "--allow-empty", "--format", format+"="+path); got != exitOK {
			t.Fatalf("%s: exit code %d: %s", name, got, w.err.String())
		}
		return path
	}
	extension := map[string]string{"dot": ".dot", "mermaid": ".mmd"}[format]
	const cases = "../../testdata/terraform"
	for _, pattern := range []string{"/acme-org/plan.json", "/*/plan.json", "/*/noop.plan.json", "/*/edits/*/plan.json"} {
		paths, err := filepath.Glob(cases + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, path := range paths {
			bundled = append(bundled, draw(strings.TrimPrefix(path, cases)+extension, string(readFile(t, path))))
		}
	}
	plan := string(readFile(t, bundledPlan))
	for i, name := range hostileNames() {
		quoted, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		named := plan
		for _, old := range []string{"acme-org-trail", "siem-ingest"} {
			named = strings.ReplaceAll(named, `"`+old+`"`, string(quoted))
		}
		if named == plan {
			t.Fatal("there is nothing to name")
		}
		hostile = append(hostile, draw("hostile-"+strconv.Itoa(i)+extension, named))
	}
	return bundled, hostile
}

// TestDOT has Graphviz lay out the diagrams. A hostile name makes no node, no edge and no cluster.
func TestDOT(t *testing.T) {
	need(t, "dot")
	bundled, hostile := diagrams(t, "dot")
	shape := func(path string) (s drawn, text string) {
		got := finish(t, command(t, "dot", "-Tsvg", path))
		if got.code != 0 || strings.Contains(got.said, "rror") {
			t.Errorf("%s: dot exit code %d: %s\n%s", filepath.Base(path), got.code, got.said, readFile(t, path))
			return s, ""
		}
		return picture(t, path, got.out)
	}
	for _, path := range bundled {
		if s, _ := shape(path); s.nodes == 0 {
			t.Errorf("%s: %+v", filepath.Base(path), s)
		}
	}
	want, _ := shape(bundled[0])
	for i, path := range hostile {
		name := hostileNames()[i]
		got, text := shape(path)
		if got != want {
			t.Errorf("with the name %.80q: %+v, want %+v", name, got, want)
		}
		odd := func(r rune) bool { return r < ' ' || r > '~' }
		if len(name) < 40 && !strings.ContainsFunc(name, odd) && !strings.Contains(text, strings.TrimSpace(name)) {
			t.Errorf("the name %q is not to be read in %q", name, text)
		}
	}
}

// drawn counts what is in a picture.
type drawn struct{ nodes, edges, clusters, links int }

// picture reads an SVG as a browser does.
func picture(t *testing.T, path, svg string) (s drawn, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return s, strings.ReplaceAll(text, "\u00a0", " ")
		}
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			return s, text
		}
		switch token := token.(type) {
		case xml.CharData:
			text += string(token)
		case xml.StartElement:
			switch token.Name.Local {
			case "a", "image", "script":
				s.links++
			case "g":
				for _, a := range token.Attr {
					switch a.Name.Local + " " + a.Value {
					case "class node":
						s.nodes++
					case "class edge":
						s.edges++
					case "class cluster":
						s.clusters++
					}
				}
			}
		}
	}
}

// TestMermaid has Mermaid parse what the command draws of plans; .ci/run mermaid parses the golden files of render.
func TestMermaid(t *testing.T) {
	need(t, "node")
	if _, err := os.Stat("../../" + mermaidCheck + "/node_modules/mermaid"); err != nil {
		t.Skip("needs node and " + mermaidCheck + "/node_modules/.bin/katex: a command that comes with Mermaid")
	}
	bundled, hostile := diagrams(t, "mermaid")
	lines := func(path string) int { return bytes.Count(readFile(t, path), []byte("\n")) }
	for i, path := range hostile {
		if got, want := lines(path), lines(bundled[0]); got != want {
			t.Errorf("with the name %.80q: %d lines, want %d", hostileNames()[i], got, want)
		}
	}
	got := finish(t, command(t, "node", append(append([]string{"../../" + mermaidCheck + "/check.mjs"}, bundled...), hostile...)...))
	if got.code != 0 || !strings.Contains(got.out, " 0 failed") {
		t.Errorf("exit code %d\n%s%s", got.code, got.said, got.out)
	}
}
