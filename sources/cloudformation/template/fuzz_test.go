package template

import (
	"errors"
	"strings"
	"testing"
)

// FuzzRead reads anything: it ends, and what it gives stands within the file.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "Resources: {}", `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}`, "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties: !If [a, b, c]\n",
		"a: &a [*a]", "a: &a [x]\nb: [*a, *a]\n<<: *a", "a: \"\\/\"", "? [a]\n: b", "- !Ref x\n- !Odd::Tag {a: b}", "a: |\n  # trailguard:ignore TG101\n# trailguard:ignore TG102\n",
		"Transform: [a, {Name: b}]\nParameters: {P: {Type: String, Default: [1], AllowedValues: x}}\nResources: {Fn::ForEach::X: [a, [b], {c: d}]}", "{\"a\": \"\\ud800\"}", "--- a\n--- b\n",
		"\xef\xbb\xbfResources: {}", "\xff\xfe", "{\"a\":1}{\"b\":2}", "Resources: {A: {Type: x, Properties: [1], Condition: {a: b}}}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		lines := strings.Count(string(src), "\n") + strings.Count(string(src), "\r") + strings.Count(string(src), "\u0085") + strings.Count(string(src), "\u2028") + strings.Count(string(src), "\u2029") + 1
		d, err := Read("f", src)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Pos.File != "f" || bad.Pos.Line > lines+1 || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q has no position of the %d lines of the file", err, lines)
			}
			return
		}
		count := 0
		var walk func(n *Node)
		walk = func(n *Node) {
			if count++; count > maxNodes {
				t.Fatal("more values than are allowed")
			}
			if n.Pos.File != "f" || n.Pos.Line < 1 || n.Pos.Column < 1 || n.Pos.Line > lines || n.Last < n.Pos.Line {
				t.Fatalf("a node is at %s:%d until line %d, of %d", n.Pos, n.Pos.Column, n.Last, lines)
			}
			for _, it := range n.Items {
				walk(it)
			}
			keys := map[string]bool{}
			for _, m := range n.Members {
				if keys[m.Key] {
					t.Fatalf("two members %q", m.Key)
				}
				keys[m.Key] = true
				walk(m.Value)
			}
		}
		walk(d.Root)
		for _, c := range d.Comments {
			if c.Pos.Line < 1 || c.Pos.Line > lines {
				t.Fatalf("a comment is at %s", c.Pos)
			}
		}
		tpl, err := d.Template()
		if (err == nil) && !d.Is() {
			t.Fatal("a template that is none")
		}
		if err != nil {
			return
		}
		for _, r := range tpl.Resources {
			if r.ID == "" && r.Type == "" || r.Body == nil {
				t.Fatalf("a resource without a body: %+v", r)
			}
		}
		for _, p := range tpl.Problems {
			if p.Pos.File != "f" || p.Pos.Line > lines || strings.Contains(p.What, "\n") {
				t.Fatalf("a problem is at %s: %q", p.Pos, p.What)
			}
		}
	})
}

// FuzzReadParameters reads anything as values of parameters.
func FuzzReadParameters(f *testing.F) {
	for _, s := range []string{"", "A=x\nB=y", `[{"ParameterKey": "A", "ParameterValue": "x"}]`, `{"Parameters": {"A": ["x"]}}`, "A: {Value: x}", "- A=b", "# x\nA=b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		values, err := ReadParameters("f", src)
		if (err == nil) != (values != nil) {
			t.Fatalf("%v and %v", values, err)
		}
	})
}
