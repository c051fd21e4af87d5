package cloudformation_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// FuzzEvaluate evaluates anything as the one template of a run: it ends, what it declares has an address that begins with
// the label and a position in the file, and what is wrong is said with a position in the file, or an address.
func FuzzEvaluate(f *testing.F) {
	archives, err := filepath.Glob("testdata/traps/*.txtar")
	if err != nil || len(archives) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if file.Name != "want" && file.Name != "options" {
				f.Add(file.Data)
			}
		}
	}
	for _, s := range []string{
		"Resources: {A: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: !If [a, b, c]}}}}",
		"Resources: {A: {Type: Custom::AWS, Properties: {Create: '{\"service\": \"S3\", \"action\": \"\", \"parameters\": null}'}}}",
		"Conditions: {A: !Condition A}\nResources: {B: {Type: AWS::SQS::Queue, Condition: A}}",
		"Parameters: {P: {Type: CommaDelimitedList}}\nResources: {Fn::ForEach::L: [N, !Ref P, {\"Q${N}\": {Type: AWS::SQS::Queue}}]}",
		"Resources: {A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: f}}}",
		"Resources: {A: {Type: AWS::CloudFormation::StackSet, Properties: {TemplateBody: \"Resources: {B: {Type: AWS::S3::Bucket}}\"}}}",
	} {
		f.Add([]byte(s))
	}
	for _, c := range statementForms {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		files := fstest.MapFS{"f": &fstest.MapFile{Data: src}}
		res, err := cloudformation.Read(cloudformation.Options{Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "f", Label: "f"}, Stack: "s"}}})
		if err != nil {
			var bad *template.Error
			if !errors.As(err, &bad) || bad.Pos.File != "f" {
				t.Fatalf("error %v has no position in the file", err)
			}
			return
		}
		lines := strings.Count(string(src), "\n") + strings.Count(string(src), "\r") + strings.Count(string(src), "\u0085") + strings.Count(string(src), "\u2028") + strings.Count(string(src), "\u2029") + 1
		seen := map[string]bool{}
		for _, r := range res.Inventory.Resources {
			if !strings.HasPrefix(r.Address, "f#") && !strings.HasPrefix(r.Address, "f/") {
				t.Fatalf("address %q", r.Address)
			}
			if (r.Pos.File != "f" || r.Pos.Line < 1 || r.Pos.Line > lines) && !strings.Contains(r.Pos.File, ".TemplateBody") {
				t.Fatalf("%s is at %s", r.Address, r.Pos)
			}
			for name, a := range r.Attrs {
				if !a.Pos.IsZero() && (a.Pos.File != r.Pos.File || a.Pos.Line < 1) {
					t.Fatalf("%s of %s is at %s", name, r.Address, a.Pos)
				}
				for _, pos := range a.Statements {
					if !pos.IsZero() && (pos.File != r.Pos.File || pos.Line < 1 || pos.File == "f" && pos.Line > lines) {
						t.Fatalf("a statement of %s of %s is at %s", name, r.Address, pos)
					}
				}
			}
			seen[r.Address] = true
		}
		for _, g := range res.Inventory.Gaps {
			if g.Where != "f" && !strings.HasPrefix(g.Where, "f:") && !strings.HasPrefix(g.Where, "f#") && !strings.HasPrefix(g.Where, "f/") || g.What == "" || g.Reason == "" || g.SettledBy == "" {
				t.Fatalf("gap %+v", g)
			}
		}
		graph.Link(res.Inventory)
	})
}

// FuzzAssembly reads anything as the manifest of a cloud assembly.
func FuzzAssembly(f *testing.F) {
	for _, s := range []string{
		`{"artifacts": {"A": {"type": "aws:cloudformation:stack", "environment": "aws://1/2", "properties": {"templateFile": "t.json"}}}}`,
		`{"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}`,
		`{"artifacts": {"A": {"type": "cdk:asset-manifest", "properties": {"file": "../../etc/passwd"}}}}`, `{"artifacts": null}`, `[]`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		files := fstest.MapFS{"cdk.out/manifest.json": &fstest.MapFile{Data: src}, "cdk.out/t.json": &fstest.MapFile{Data: []byte(`{"Resources": {}}`)}}
		ds, err := cloudformation.Assembly(files, "cdk.out", "cdk.out")
		if (err == nil) != (len(ds) > 0) {
			t.Fatalf("%d stacks and %v", len(ds), err)
		}
		_, _ = cloudformation.Read(cloudformation.Options{Deployments: ds})
	})
}

// TestAssemblies reads manifests of cloud assemblies.
func TestAssemblies(t *testing.T) {
	const stack = `{"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1", "properties": {"templateFile": "A.template.json", "parameters": {"P": "x"}}}`
	for _, tt := range []struct {
		name, manifest, want string
	}{
		{"a stack", `{"artifacts": {"A": ` + stack + `}}`, "A 111122223333/eu-west-1 out/A.template.json x"},
		{"an unknown environment", `{"artifacts": {"A": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "A.template.json", "stackName": "prod"}}}}`, "prod / out/A.template.json "},
		{"a stage", `{"artifacts": {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-S"}}}}`, "B 1/2 out/assembly-S/B.template.json "},
		{"a stage within itself", `{"artifacts": {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}`, "error: out/manifest.json: assemblies nest too deep"},
		{"a stage elsewhere", `{"artifacts": {"A": ` + stack + `, "S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../../elsewhere"}}}}`, "A 111122223333/eu-west-1 out/A.template.json x"},
		{"no stacks", `{"artifacts": {}}`, "error: out/manifest.json: it has no stack"},
		{"no artifacts", `{"version": "48.0.0"}`, "error: out/manifest.json: it is no manifest of a cloud assembly"},
		{"no JSON", `hunter2`, "error: out/manifest.json: it is no manifest of a cloud assembly"},
		{"artifacts of another form", `{"artifacts": []}`, "error: out/manifest.json: it is no manifest of a cloud assembly"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{
				"d/manifest.json":            &fstest.MapFile{Data: []byte(tt.manifest)},
				"d/assembly-S/manifest.json": &fstest.MapFile{Data: []byte(`{"artifacts": {"B": {"type": "aws:cloudformation:stack", "environment": "aws://1/2", "properties": {"templateFile": "B.template.json"}}}}`)},
			}
			ds, err := cloudformation.Assembly(files, "d", "out")
			var got []string
			for _, d := range ds {
				got = append(got, d.Stack+" "+d.Account+"/"+d.Region+" "+d.Label+" "+d.Parameters["P"])
			}
			if err != nil {
				got = append(got, "error: "+err.Error())
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("%v, want %s", got, tt.want)
			}
		})
	}
	if !cloudformation.IsAssembly(fstest.MapFS{"d/manifest.json": &fstest.MapFile{}}, "d") || cloudformation.IsAssembly(fstest.MapFS{"d/x.json": &fstest.MapFile{}}, "d") || cloudformation.IsAssembly(os.DirFS(t.TempDir()), "nowhere") {
		t.Error("an assembly is a directory with a manifest")
	}
}
