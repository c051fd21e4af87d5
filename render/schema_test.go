package render

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestJSONHoldsToTheSchema(t *testing.T) {
	s := compiled(t)
	all := reports()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(render(t, "json", all[name], Options{}))))
			if err != nil {
				t.Fatalf("no JSON: %v", err)
			}
			if err := s.Validate(doc); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestSchemaIsStrict breaks reports in ways that the schema must refuse.
func TestSchemaIsStrict(t *testing.T) {
	s := compiled(t)
	for name, change := range map[string]func(map[string]any){
		"unknown key":        func(m map[string]any) { m["extra"] = 1 },
		"missing key":        func(m map[string]any) { delete(m, "before") },
		"other version":      func(m map[string]any) { m["schema_version"] = "2" },
		"severity":           func(m map[string]any) { first(m, "findings")["severity"] = "terrible" },
		"key in a finding":   func(m map[string]any) { first(m, "findings")["colour"] = "red" },
		"key in a node":      func(m map[string]any) { first(m["graph"].(map[string]any), "nodes")["tags"] = nil },
		"status of a hop":    func(m map[string]any) { first(m["graph"].(map[string]any), "hops")["status"] = "fine" },
		"number for a flag":  func(m map[string]any) { first(m["graph"].(map[string]any), "nodes")["external"] = 0 },
		"negative count":     func(m map[string]any) { m["coverage"].(map[string]any)["hops"] = -1 },
		"empty node id":      func(m map[string]any) { first(m["graph"].(map[string]any), "nodes")["id"] = "" },
		"rule of other form": func(m map[string]any) { first(m, "findings")["rule"] = "X1" },
	} {
		var m map[string]any
		if err := json.Unmarshal([]byte(render(t, "json", reports()["severed"], Options{})), &m); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(m); err != nil {
			t.Fatalf("before the change: %v", err)
		}
		if change(m); s.Validate(m) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

func first(m map[string]any, list string) map[string]any {
	return m[list].([]any)[0].(map[string]any)
}

// TestEveryKeyIsInTheSchema reads the keys out of the source, for no fixture has them all.
func TestEveryKeyIsInTheSchema(t *testing.T) {
	known := map[string]bool{}
	var doc any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if props, ok := v["properties"].(map[string]any); ok {
				for k := range props {
					known[k] = true
				}
			}
			for _, sub := range v {
				walk(sub)
			}
		case []any:
			for _, sub := range v {
				walk(sub)
			}
		}
	}
	walk(doc)
	written := map[string]bool{}
	for _, file := range []string{"json.go", "json_value.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				arg := map[string]int{"key": 0, "keyStr": 0, "orNull": 0, "keyNum": 0, "keyBool": 0, "strs": 0, "principals": 0, "head": 1}
				if i, ok := arg[sel.Sel.Name]; ok && i < len(n.Args) {
					addString(written, n.Args[i])
				}
			case *ast.CompositeLit: // rows of {key, value}
				if n.Type == nil && len(n.Elts) == 2 {
					addString(written, n.Elts[0])
				}
			}
			return true
		})
	}
	if len(written) < 60 {
		t.Fatalf("only %d keys were found in the source", len(written))
	}
	for _, k := range slices.Sorted(maps.Keys(written)) {
		if !known[k] {
			t.Errorf("json.go writes %q, which is not in the schema", k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if !written[k] && k != "exposure" && k != "resilience" {
			t.Errorf("the schema has %q, which json.go does not write", k)
		}
	}
}

func addString(to map[string]bool, e ast.Expr) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			to[s] = true
		}
	}
}

// TestNamesFitTheSchema holds the tables that reports take names from to the patterns of the schema.
func TestNamesFitTheSchema(t *testing.T) {
	kind := regexp.MustCompile(`^(\*|[a-z][a-z0-9]*(\.[a-z0-9_]+)?)$`)
	edge := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	attr := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
	for _, k := range graph.Kinds() {
		if !kind.MatchString(string(k.Kind)) {
			t.Errorf("kind %q", k.Kind)
		}
		for _, a := range graph.AttributesOf(k.Kind) {
			if !attr.MatchString(a.Name) {
				t.Errorf("attribute %q of %s", a.Name, k.Kind)
			}
		}
	}
	for _, e := range graph.EdgeKinds() {
		if !edge.MatchString(e.ID) {
			t.Errorf("edge kind %q", e.ID)
		}
	}
	for _, pattern := range []*regexp.Regexp{kind, edge, attr} {
		quoted, _ := json.Marshal(pattern.String())
		if !bytes.Contains(Schema(), quoted) {
			t.Errorf("the schema has no pattern %s", quoted)
		}
	}
}
