package sam

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// FuzzExpand expands any template, with and without the values of its parameters. It ends, and all that is made stands
// in the file.
func FuzzExpand(f *testing.F) {
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, s := range []string{
		`{"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": {"Type": "AWS::Serverless::Function"}}}`,
		`{"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"Role": {"Fn::If": []}, "Policies": [{}, null, [], {"Fn::If": ["a", {"XPolicy": null}, "b"]}], "Events": {"": null, "a": {"Type": "S3", "Properties": {"Bucket": {"Ref": "F"}}}}}}}}`,
		`{"Resources": {"F": {"Type": "AWS::Serverless::Connector", "Properties": {"Source": {"Id": "F"}, "Destination": [{"Id": "F"}, null], "Permissions": "Write"}}}, "Globals": {"Function": {"Fn::If": 1}}}`,
		`{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": {"Ref": "x"}}}, "F": {"Type": "AWS::Serverless::Function", "Properties": {"Events": {"a": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": [null]}}}}}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		const file = "t.yaml"
		if len(src) > 1<<16 {
			return
		}
		d, err := template.Read(file, src)
		if err != nil {
			return
		}
		tpl, err := d.Template()
		if err != nil {
			return
		}
		before := len(tpl.Problems)
		for _, value := range []func(string) (string, bool){nil, defaults(tpl)} {
			out := Expand(tpl, value)
			seen := map[*template.Node]bool{}
			for _, r := range out.Resources {
				if r.Pos.File != file || r.Pos.Line == 0 {
					t.Errorf("%s stands nowhere", r.ID)
				}
				stands(t, r.Body, file, seen)
			}
			stands(t, out.Conditions, file, seen)
			stands(t, out.Outputs, file, seen)
			for _, p := range out.Problems {
				if p.Pos.File != file {
					t.Errorf("the problem %q stands nowhere", p.What)
				}
			}
		}
		if len(tpl.Problems) != before {
			t.Error("the template that is given was changed")
		}
	})
}

// stands checks that a node, and what is in it, stands in the file.
func stands(t *testing.T, n *template.Node, file string, seen map[*template.Node]bool) {
	t.Helper()
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	if n.Pos.File != file || n.Pos.Line == 0 {
		t.Errorf("a node stands nowhere: %s", n.Kind)
	}
	for _, it := range n.Items {
		stands(t, it, file, seen)
	}
	for _, m := range n.Members {
		if m.Pos.File != file {
			t.Errorf("the key %q stands nowhere", m.Key)
		}
		if m.Value == nil {
			t.Errorf("the key %q has no value", m.Key)
		}
		stands(t, m.Value, file, seen)
	}
}
