package cloudformation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// readOne reads one template, t.yaml, beside other files.
func readOne(src string, others ...string) (*cloudformation.Result, error) {
	files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: []byte(src)}}
	for i := 0; i+1 < len(others); i += 2 {
		files[others[i]] = &fstest.MapFile{Data: []byte(others[i+1])}
	}
	return cloudformation.Read(cloudformation.Options{Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}}}})
}

// bomb is YAML whose aliases expand to width to the power of depth values.
func bomb(depth, width int) string {
	var b strings.Builder
	b.WriteString("Resources: {}\na0: &a0 x\n")
	for i := 1; i <= depth; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), width), ","))
	}
	return b.String()
}

// TestErrors reads what is no template. Each is an error that names the file and, where there is one, the line, and
// quotes nothing of the file but keys.
func TestErrors(t *testing.T) {
	const deep = 100_000
	tests := []struct{ name, src, want string }{
		{"empty", "", "t.yaml: it is empty"},
		{"white space", " \n\t\n", "t.yaml: it is empty"},

		{"only a comment", "# nothing\n", "t.yaml: it is empty"},
		{"only a byte order mark", "\xef\xbb\xbf", "t.yaml: it is empty"},
		{"null", "null", "t.yaml:1: it is no CloudFormation template"},
		{"a list", "- Resources:\n    A: {Type: AWS::S3::Bucket}\n", "t.yaml:1: it is no CloudFormation template"},
		{"a JSON list", `[{"Resources": {}}]`, "t.yaml:1: it is no CloudFormation template"},
		{"a string", "Resources", "t.yaml:1: it is no CloudFormation template"},
		{"Kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n", "t.yaml:1: it is no CloudFormation template"},
		{"package.json", `{"name": "x", "version": "1.0.0"}`, "t.yaml:1: it is no CloudFormation template"},
		{"no resources", "AWSTemplateFormatVersion: '2010-09-09'\nDescription: x\n", "t.yaml:1: the template has no Resources"},
		{"resources are a list", "AWSTemplateFormatVersion: '2010-09-09'\nResources: [a, b]\n", "t.yaml:1: the template has no Resources"},
		{"binary", "\x00\x01\x02\x7fELF\x00\x00", "t.yaml"},
		{"an image", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "t.yaml"},
		{"a zip", "PK\x03\x04\x14\x00\x00\x00\x08\x00", "t.yaml"},
		{"UTF-16", "\xff\xfeR\x00e\x00s\x00", "t.yaml"},
		{"a tab", "Resources:\n\tA: {}\n", "t.yaml:2: it is not valid YAML"},
		{"an open quote", "Resources:\n  A: \"x\n", "t.yaml:"},
		{"a placeholder that is no YAML", "Resources:\n  A:\n    Type: %type%\n", "t.yaml:3: it is not valid YAML"},
		{"an open brace", `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}`, "t.yaml:1: it is not valid JSON"},
		{"a missing comma", "{\n  \"Resources\": {\n    \"A\": {\"Type\": \"AWS::S3::Bucket\"}\n    \"B\": {}\n  }\n}", "t.yaml:4: it is not valid JSON"},
		{"Resources under a tag", "Resources: !Odd\n  A: {Type: AWS::S3::Bucket}\n", "t.yaml:1: the template has no Resources"},
		{"an alias bomb", bomb(12, 10), "it has more than 1048576 values"},
		{"an anchor within itself", "Resources: &a\n  A: *a\n", `t.yaml:2: the anchor "a" holds itself`},
		{"an unknown anchor", "Resources:\n  A: *nowhere\n", "it is not valid YAML"},
		{"deep JSON lists", `{"Resources": {"A": ` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + "}}", "nest"},
		{"deep JSON objects", `{"Resources": ` + strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep) + "}", "nest"},
		{"deep JSON that never ends", strings.Repeat(`{"a":`, deep), "t.yaml"},
		{"deep YAML flow", "Resources: " + strings.Repeat("[", deep) + strings.Repeat("]", deep), "t.yaml"},
		{"deep YAML flow that never ends", "Resources: " + strings.Repeat("{a: ", deep), "t.yaml"},
		{"deep YAML sequences", "Resources:\n" + strings.Repeat("- ", deep) + "x", "t.yaml"},
		{"deep tags", "Resources: {A: " + strings.Repeat("!Sub ", 1) + strings.Repeat("[!Sub ", deep) + "x", "t.yaml"},
		{"deep YAML, within what the parser takes", "Resources:\n  A: " + strings.Repeat("[", 500) + strings.Repeat("]", 500), "t.yaml:2: values nest more than 200 deep"},
		{"a file that is too large", strings.Repeat("# much ado about nothing\n", 17<<20/25), "t.yaml: it is larger than 16 MiB"},
		{"a secret in what is broken", "Resources:\n  A: {Type: AWS::X, Token: hunter2\n", "t.yaml"},
		{"a secret in broken JSON", `{"Token": hunter2`, "t.yaml:1: it is not valid JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := readOne(tt.src)
			if err == nil {
				t.Fatalf("no error, want %q (gaps: %v)", tt.want, res.Inventory.Gaps)
			}
			var bad *template.Error
			if !errors.As(err, &bad) || bad.Pos.File != "t.yaml" {
				t.Errorf("%v is no error with a position in the file", err)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
				t.Errorf("error %q, want %q in it, in one line", err, tt.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %q quotes the file", err)
			}
		})
	}
}

// TestUnreadableFiles reads what is not there, or is no file.
func TestUnreadableFiles(t *testing.T) {
	files := fstest.MapFS{"dir/x.yaml": &fstest.MapFile{Data: []byte("Resources: {}")}}
	for _, tt := range []struct{ path, want string }{
		{"missing.yaml", "missing.yaml: it cannot be read"},
		{"dir", "dir: it is no regular file"},
		{"../etc/passwd", "../etc/passwd: it cannot be read"},
	} {
		_, err := cloudformation.Read(cloudformation.Options{Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: tt.path, Label: tt.path}}}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.path, err, tt.want)
		}
	}
}

// TestMalformed reads templates that have something wrong in them. What is wrong is a gap with its line, and the rest is
// read: of every template, the trail and its bucket.
func TestMalformed(t *testing.T) {
	const chain = "  Bucket: {Type: AWS::S3::Bucket}\n  Trail: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Ref Bucket}}\n"
	tests := []struct {
		name, src string
		gaps      []string // what is in one gap each
	}{
		{"duplicate key", "Resources:\n" + chain + "  Bucket: {Type: AWS::S3::Bucket}\n", []string{`t.yaml:4 the key "Bucket" is there twice; the later counts`}},
		{"resource without Type", "Resources:\n" + chain + "  Odd: {Properties: {}}\n", []string{`t.yaml:4 the resource "Odd" has no Type`}},
		{"resource that is a string", "Resources:\n" + chain + "  Odd: nothing\n", []string{`t.yaml:4 the resource "Odd" is a string`}},
		{"resource that is null", "Resources:\n" + chain + "  Odd:\n", []string{`t.yaml:4 the resource "Odd" is null`}},
		{"Type that is a function", "Resources:\n" + chain + "  Odd: {Type: !Sub \"AWS::S3::Bucket\"}\n", []string{`t.yaml:4 the resource "Odd" has no Type`}},
		{"Properties that are a list", "Resources:\n" + chain + "  Odd:\n    Type: AWS::SQS::Queue\n    Properties: [a]\n", []string{`t.yaml:6 the Properties of "Odd" are a list`}},
		{"Parameters that are a list", "Parameters: [a]\nResources:\n" + chain, []string{"t.yaml:1 Parameters is a list"}},
		{"a parameter that is a string", "Parameters:\n  P: x\nResources:\n" + chain, []string{`t.yaml:2 the parameter "P" is a string`}},
		{"Conditions that are a string", "Conditions: x\nResources:\n" + chain, []string{"t.yaml:1 Conditions is a string"}},
		{"Outputs that are a list", "Outputs: [x]\nResources:\n" + chain, []string{"t.yaml:1 Outputs is a list"}},
		{"org-formation tags", "OrganizationBindings: {A: !OrganizationBinding {Account: '*'}}\nResources:\n" + chain + "  Odd: !Include other.yaml\n", []string{`t.yaml:5 the resource "Odd" is tagged !Include`}},
		{"two values in a file of JSON", "{\"Resources\": {\"Bucket\": {\"Type\": \"AWS::S3::Bucket\"}, \"Trail\": {\"Type\": \"AWS::CloudTrail::Trail\", \"Properties\": {\"S3BucketName\": {\"Ref\": \"Bucket\"}}}}}\n{}\n", []string{"only the first document of the file is read"}},
		{"second document", "Resources:\n" + chain + "---\nResources: {}\n", []string{"only the first document of the file is read"}},
		{"key that is a list", "Resources:\n" + chain + "  ? [a, b]\n  : {Type: AWS::S3::Bucket}\n", []string{"t.yaml:4 a key that is no string is left out"}},
		{"circular conditions", "Conditions:\n  A: !Not [!Condition B]\n  B: !Or [!Condition C, !Condition A]\n  C: !Condition B\nResources:\n" + chain + "  Queue: {Type: AWS::SQS::Queue, Condition: A}\n", []string{"which refers to itself"}},
		{"condition that is not declared", "Resources:\n" + chain + "  Queue:\n    Type: AWS::SQS::Queue\n    Condition: Nowhere\n", []string{`condition "Nowhere", which the template does not declare`}},
		{"condition that is no function", "Conditions:\n  A: {Fn::Sub: x}\n  B: [1]\nResources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Condition: A}\n  R: {Type: AWS::SQS::Queue, Condition: B}\n", []string{"t.yaml:2 condition", "t.yaml:3 condition"}},
		{"Ref of nothing", "Resources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref Nowhere}}\n", []string{`t.yaml:4 reference to "Nowhere"`}},
		{"GetAtt of nothing", "Resources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !GetAtt Nowhere.Arn}}\n", []string{`t.yaml:4 attribute of "Nowhere"`}},
		{"unknown function", "Resources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: {Fn::Nope: x}}}\n", []string{"t.yaml:4 value of Fn::Nope"}},
		{"unknown pseudo parameter", "Resources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref AWS::Nope}}\n", []string{`t.yaml:4 pseudo parameter "AWS::Nope"`}},
		{"arguments that a function does not take", "Resources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Join [a], QueueName: !Select [0], KmsDataKeyReusePeriodSeconds: !Ref [x]}}\n", []string{"arguments of Fn::Join", "arguments of Fn::Select", "arguments of Ref"}},
		{"unknown macro", "Transform: [Acme::Macro]\nResources:\n" + chain, []string{`what the macro "Acme::Macro" makes of the template`}},
		{"Fn::Transform", "Resources:\n" + chain + "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {Fn::Transform: {Name: Acme::Name, Parameters: {}}}}}\n", []string{`t.yaml:4 result of the macro "Acme::Name"`}},
		{"loop over what is not known", "Parameters:\n  L: {Type: CommaDelimitedList}\nResources:\n" + chain + "  Fn::ForEach::Q: [N, !Ref L, {\"Q${N}\": {Type: AWS::SQS::Queue}}]\n", []string{"loop Fn::ForEach::Q over a list that is not known"}},
		{"loop that is none", "Resources:\n" + chain + "  Fn::ForEach::Q: {a: b}\n", []string{"loop Fn::ForEach::Q is not one"}},
		{"nested stack that is missing", "Resources:\n" + chain + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./missing.yaml}}\n", []string{"t.yaml:4 template of the stack t.yaml#N"}},
		{"nested stack outside of the input", "Resources:\n" + chain + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ../../etc/passwd}}\n", []string{"t.yaml:4 template of the stack t.yaml#N"}},
		{"nested stack that holds itself", "Resources:\n" + chain + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./t.yaml}}\n", []string{"stack t.yaml#N, which holds itself"}},
		{"output that refers to itself by nesting", "Resources:\n" + chain + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./n.yaml, Parameters: {P: !GetAtt N.Outputs.O}}}\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := readOne(tt.src, "n.yaml", "Parameters:\n  P: {Type: String}\nResources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref P}}\nOutputs:\n  O: {Value: !Ref P}\n")
			if err != nil {
				t.Fatal(err)
			}
			var gaps []string
			for _, g := range res.Inventory.Gaps {
				gaps = append(gaps, g.Where+" "+g.What)
			}
			for _, want := range tt.gaps {
				found := false
				for _, g := range gaps {
					found = found || strings.Contains(g, want)
				}
				if !found {
					t.Errorf("no gap %q, but\n%s", want, strings.Join(gaps, "\n"))
				}
			}
			whole := false
			for e := range graph.Link(res.Inventory).Hops() {
				whole = whole || e.Kind.ID == "trail_s3" && e.To == "t.yaml#Bucket"
			}
			if !whole {
				t.Error("the trail does not lead to its bucket any more")
			}
		})
	}
}

// TestCircles reads what leads back to itself in every way that templates have: none of it ends in a crash, or takes long.
func TestCircles(t *testing.T) {
	const head = "Resources:\n"
	for name, files := range map[string]map[string]string{
		"exports": {
			"a.yaml": "Outputs:\n  A: {Value: !ImportValue b, Export: {Name: a}}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !ImportValue b}}\n",
			"b.yaml": "Outputs:\n  B: {Value: !ImportValue a, Export: {Name: b}}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !ImportValue a}}\n",
		},
		"names of exports": {
			"a.yaml": "Outputs:\n  A: {Value: x, Export: {Name: !ImportValue b}}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !ImportValue b}}\n",
			"b.yaml": "Outputs:\n  B: {Value: x, Export: {Name: !ImportValue a}}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !ImportValue a}}\n",
		},
		"SSM parameters": {
			"a.yaml": head + "  P: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Value: '{{resolve:ssm:/b}}'}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: '{{resolve:ssm:/a}}'}}\n",
			"b.yaml": head + "  P: {Type: AWS::SSM::Parameter, Properties: {Name: /b, Value: '{{resolve:ssm:/a}}'}}\n",
		},
		"names of SSM parameters": {
			"a.yaml": head + "  P: {Type: AWS::SSM::Parameter, Properties: {Name: '{{resolve:ssm:/a}}', Value: '{{resolve:ssm:/a}}'}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: '{{resolve:ssm:/a}}'}}\n",
		},
		"many names of SSM parameters": {
			"a.yaml": head + strings.Repeat("  P0: {Type: AWS::SSM::Parameter, Properties: {Name: '{{resolve:ssm:/a}}', Value: '{{resolve:ssm:/b}}'}}\n", 1) +
				"  P1: {Type: AWS::SSM::Parameter, Properties: {Name: '{{resolve:ssm:/b}}', Value: '{{resolve:ssm:/a}}'}}\n  P2: {Type: AWS::SSM::Parameter, Properties: {Name: '{{resolve:ssm:/c}}', Value: '{{resolve:ssm:/a}}'}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: '{{resolve:ssm:/a}}'}}\n",
		},
		"secrets": {
			"a.yaml": head + "  S: {Type: AWS::SecretsManager::Secret, Properties: {Name: s, SecretString: '{\"k\": \"{{resolve:secretsmanager:s:SecretString:k}}\"}'}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: '{{resolve:secretsmanager:s:SecretString:k}}'}}\n",
		},
		"values of SSM parameters": {
			"a.yaml": head + "  P: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Value: !GetAtt Q.Value}}\n  Q: {Type: AWS::SSM::Parameter, Properties: {Name: /b, Value: !GetAtt P.Value}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetAtt P.Value}}\n",
		},
		"defaults of parameters": {
			"a.yaml": "Parameters:\n  P: {Type: String, Default: !Ref Q}\n  Q: {Type: String, Default: !Ref P}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref P}}\n",
		},
		"outputs of stacks": {
			"a.yaml": "Outputs:\n  A: {Value: !GetStackOutput {StackName: b, OutputName: B}}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetStackOutput {StackName: b, OutputName: B}}}\n",
			"b.yaml": "Outputs:\n  B: {Value: !GetStackOutput {StackName: a, OutputName: A}}\n" + head + "  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetStackOutput {StackName: a, OutputName: A}}}\n",
		},
		"nested stacks": {
			"a.yaml": head + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetAtt N.Outputs.O}}\nOutputs:\n  O: {Value: !GetAtt N.Outputs.O}\n",
			"b.yaml": head + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a.yaml}}\nOutputs:\n  O: {Value: !GetAtt N.Outputs.O}\n",
		},
		"nested stacks that multiply": {
			"a.yaml": head + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}\n  M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}\n",
			"b.yaml": head + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}\n  M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}\n",
			"c.yaml": head + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./d/../b.yaml}}\n  M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}\n",
		},
		"exports of a reader": {
			"a.yaml": head + "  R: {Type: Custom::CrossRegionExportReader, Properties: {ReaderProps: {}}}\n  W: {Type: Custom::CrossRegionExportWriter, Properties: {WriterProps: {exports: {x: !GetAtt R.x}}}}\n  X: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetAtt R.x}}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := fstest.MapFS{}
			var ds []cloudformation.Deployment
			for _, label := range []string{"a.yaml", "b.yaml", "c.yaml"} {
				if src, ok := files[label]; ok {
					all[label] = &fstest.MapFile{Data: []byte(src)}
					ds = append(ds, cloudformation.Deployment{File: cloudformation.File{Files: all, Path: label, Label: label}, Stack: strings.TrimSuffix(label, ".yaml")})
				}
			}
			res, err := cloudformation.Read(cloudformation.Options{Deployments: ds})
			if err != nil {
				t.Fatal(err)
			}
			graph.Link(res.Inventory)
		})
	}
}
