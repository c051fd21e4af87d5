package cloudformation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

// hops returns the hops of a kind that lead from a node to another.
func hops(g *graph.Graph, kind, from, to string) []*graph.Edge {
	var out []*graph.Edge
	for e := range g.Hops() {
		if e.Kind.ID == kind && string(e.From) == from && string(e.To) == to {
			out = append(out, e)
		}
	}
	return out
}

// TestOutputOfACondition reads outputs that a condition decides and no value does. What reads one of them may get either
// branch: a resource of one branch is no certain target.
func TestOutputOfACondition(t *testing.T) {
	const archive = `
Parameters:
  Existing: {Type: String}
Conditions:
  HasExisting: !Not [!Equals [!Ref Existing, ""]]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket}
Outputs:
  Out: {Value: %s, Export: {Name: out}}
`
	for name, tt := range map[string]struct {
		value   string
		certain bool
	}{
		"a resource":                                  {`!Ref Bucket`, true},
		"a resource in both":                          {`!If [HasExisting, !Ref Bucket, !Ref Bucket]`, true},
		"two resources":                               {`!If [HasExisting, !Ref Other, !Ref Bucket]`, false},
		"a parameter or a resource":                   {`!If [HasExisting, !Ref Existing, !Ref Bucket]`, false},
		"a literal or a resource":                     {`!If [HasExisting, acme-existing, !Ref Bucket]`, false},
		"nothing or a resource":                       {`!If [HasExisting, "", !Ref Bucket]`, false},
		"a literal or a resource, within a condition": {`!If [HasExisting, !If [HasExisting, x, !Ref Other], !Ref Bucket]`, false},
		"a literal or a resource, in a Sub":           {`!Sub ["${A}", {A: !If [HasExisting, x, !Ref Bucket]}]`, false},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{
				"archive.yaml": &fstest.MapFile{Data: fmt.Appendf(nil, archive, tt.value)},
				"trail.yaml":   &fstest.MapFile{Data: []byte("Resources:\n  Trail: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !ImportValue out}}\n")},
			}
			var ds []cloudformation.Deployment
			for _, label := range []string{"archive.yaml", "trail.yaml"} {
				ds = append(ds, cloudformation.Deployment{File: cloudformation.File{Files: files, Path: label, Label: label}, Stack: label})
			}
			res, err := cloudformation.Read(cloudformation.Options{Deployments: ds})
			if err != nil {
				t.Fatal(err)
			}
			found := hops(graph.Link(res.Inventory), "trail_s3", "trail.yaml#Trail", "archive.yaml#Bucket")
			if len(found) != 1 {
				t.Fatalf("%d hops to the bucket", len(found))
			}
			if certain := found[0].OneOf == "" && !found[0].Doubt; certain != tt.certain {
				t.Errorf("certain %t, want %t", certain, tt.certain)
			}
		})
	}
}

// TestManyConditions reads a trail that depends on more conditions than can be told apart: a topic that it may not have
// is no certain target.
func TestManyConditions(t *testing.T) {
	var b strings.Builder
	b.WriteString("Parameters:\n")
	for i := range 8 {
		fmt.Fprintf(&b, "  P%d: {Type: String}\n", i)
	}
	b.WriteString("Conditions:\n")
	for i := range 8 {
		fmt.Fprintf(&b, "  C%d: !Equals [!Ref P%d, x]\n", i, i)
	}
	b.WriteString("Resources:\n  Bucket: {Type: AWS::S3::Bucket}\n  Topic: {Type: AWS::SNS::Topic}\n  Queue: {Type: AWS::SQS::Queue}\n")
	b.WriteString("  Trail:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsLogging: true\n      S3BucketName: !Ref Bucket\n      SnsTopicName: !If [C0, !Ref Topic, !Ref AWS::NoValue]\n")
	for i, p := range []string{"EnableLogFileValidation", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "IsOrganizationTrail", "S3KeyPrefix", "TrailName", "KMSKeyId"} {
		fmt.Fprintf(&b, "      %s: !If [C%d, true, false]\n", p, i+1)
	}
	b.WriteString("  Policy:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      Queues: [!Ref Queue]\n      PolicyDocument:\n        Statement:\n")
	for i := range 8 {
		fmt.Fprintf(&b, "          - !If [C%d, {Effect: Allow, Principal: '*', Action: 'sqs:%d', Resource: '*'}, !Ref AWS::NoValue]\n", i, i)
	}
	res, err := readOne(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(res.Inventory.Gaps, func(g graph.Gap) bool {
		return g.What == "properties of t.yaml#Trail" && strings.Contains(string(g.Reason), "more conditions than can be told apart")
	}) {
		t.Errorf("no gap of the trail: %v", res.Inventory.Gaps)
	}
	g := graph.Link(res.Inventory)
	if found := hops(g, "trail_s3", "t.yaml#Trail", "t.yaml#Bucket"); len(found) != 1 || found[0].Doubt || found[0].OneOf != "" {
		t.Errorf("the bucket, which depends on no condition: %v", found)
	}

	if found := hops(g, "trail_sns", "t.yaml#Trail", "t.yaml#Topic"); len(found) != 1 || !found[0].Doubt && found[0].OneOf == "" {
		t.Errorf("the topic, which depends on one: %v", found)
	}
	if p := g.Node("t.yaml#Queue").Attrs.Text("policy"); p.State() == graph.Known {
		if text, _ := p.Get(); text.IsLiteral() {
			t.Errorf("the policy, which depends on eight: %s", text)
		}
	}
}

// TestNoEchoIsNeverPrinted puts the values of parameters that are not to be echoed wherever a template takes a value, and
// looks for them in all that is declared, linked, or said.
func TestNoEchoIsNeverPrinted(t *testing.T) {
	const src = `
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Given: {Type: String, NoEcho: true}
  Default: {Type: String, NoEcho: "TRUE", Default: SECRET-default}
  List: {Type: CommaDelimitedList, NoEcho: true}
  Allowed: {Type: String, NoEcho: true, AllowedValues: [SECRET-given, SECRET-other], Default: SECRET-other}
  Open: {Type: String}
Mappings:
  M: {SECRET-given: {Name: from-map}}
Conditions:
  Is: !Equals [!Ref Given, SECRET-given]
  IsOpen: !Equals [!Ref Given, !Ref Open]
  Both: !And [!Condition Is, !Not [!Equals [!Ref Default, ""]]]
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Given}}
  Mapped: {Type: AWS::S3::Bucket, Properties: {BucketName: !FindInMap [M, !Ref Given, Name]}}
  Joined: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join ["-", [a, !Ref Default]]}}
  Listed: {Type: AWS::S3::Bucket, Properties: {BucketName: !Select [0, !Ref List]}}
  Split: {Type: AWS::S3::Bucket, Properties: {BucketName: !Select [1, !Split ["-", !Ref Given]]}}
  Encoded: {Type: AWS::S3::Bucket, Properties: {BucketName: {Fn::Base64: !Ref Given}}}
  Spelt: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: {Fn::ToJsonString: {Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*", Condition: {StringEquals: {"aws:x": !Ref Given}}}]}}}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "q-${Allowed}"}}
  Trail: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !If [Both, !Ref Given, x], S3KeyPrefix: !If [IsOpen, !Ref Given, !Ref Default]}}
  Sub: {Type: AWS::SNS::Subscription, Condition: IsOpen, Properties: {TopicArn: !Sub "arn:aws:sns:eu-west-1:111122223333:${Given}", Protocol: https, Endpoint: !Sub "https://${Given}.example.com/${Default}"}}
  Imported: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !ImportValue {"Fn::Sub": "x-${Given}"}, SnsTopicName: !GetStackOutput {StackName: !Ref Given, OutputName: X}}}
  Dynamic: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Sub "{{resolve:ssm:/${Given}}}"}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: s, SecretString: '{"password": "SECRET-written"}'}}
  FromSecret: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: "{{resolve:secretsmanager:s:SecretString:password}}", TrailName: "{{resolve:secretsmanager:s}}"}}
  Function: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, InlineCode: pass, FunctionName: !Ref Given, AutoPublishAlias: !Ref Default, Events: {S: {Type: SNS, Properties: {Topic: !Ref Given}}}}}
  Fn::ForEach::Loop: [N, [!Ref Given], {"Queue${N}": {Type: AWS::SQS::Queue}}]
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n.yaml, Parameters: {P: !Ref Given}}}
  Written: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub "https://x/${Given}"}}
  Odd: {Type: Custom::Odd, Properties: {Bucket: !Ref Bucket, Token: !Ref Given}}
  Broken: {Type: AWS::SQS::Queue, Properties: {QueueName: !Select [!Ref Given, [a]], KmsMasterKeyId: !GetAtt [Nowhere, !Ref Given]}}
Outputs:
  O: {Value: !Ref Given, Export: {Name: !Sub "${Given}-x"}}
`
	const nested = `
Parameters: {P: {Type: String}}
Conditions: {Is: !Equals [!Ref P, SECRET-given]}
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref P}}
  Trail: {Type: AWS::CloudTrail::Trail, Condition: Is, Properties: {IsLogging: true, S3BucketName: !Ref P}}
`
	files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: []byte(src)}, "n.yaml": &fstest.MapFile{Data: []byte(nested)}}
	res, err := cloudformation.Read(cloudformation.Options{
		Parameters:  map[string]string{"Given": "SECRET-given", "List": "SECRET-a,SECRET-b", "Unused": "SECRET-unused"},
		Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(res.Notes, "\n")
	said += spellOut(graph.Link(res.Inventory))
	for line := range strings.Lines(said) {
		if strings.Contains(line, "SECRET") {
			t.Errorf("a secret is shown: %s", line)
		}
	}
}

// TestParametersThatNobodyHas notes values of parameters that no template declares.
func TestParametersThatNobodyHas(t *testing.T) {
	files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: []byte("Parameters:\n  P: {Type: String}\nResources: {}\n")}}
	d := cloudformation.Deployment{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}, Parameters: map[string]string{"P": "x", "Mine": "x"}}
	res, err := cloudformation.Read(cloudformation.Options{Deployments: []cloudformation.Deployment{d}, Parameters: map[string]string{"P": "y", "Misspelt": "x"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(res.Notes, "; "), "no template has the parameter Misspelt; t.yaml has no parameter Mine"; got != want {
		t.Errorf("notes %q, want %q", got, want)
	}
}

// TestParametersOfADeployment prefers the values of a deployment to those of the run, and both to defaults.
func TestParametersOfADeployment(t *testing.T) {
	files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: []byte("Parameters:\n  A: {Type: String, Default: default}\n  B: {Type: String, Default: default}\n  C: {Type: String, Default: default}\nResources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${A}-${B}-${C}'}}\n")}}
	d := cloudformation.Deployment{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}, Parameters: map[string]string{"A": "own"}}
	res, err := cloudformation.Read(cloudformation.Options{Deployments: []cloudformation.Deployment{d}, Parameters: map[string]string{"A": "run", "B": "run"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := text(res.Inventory.Resources[0].Name); got != `"own-run-default"` {
		t.Errorf("name %s", got)
	}
}

// TestPartitions reads where a partition comes from: the region, what is given, or the ARNs that the template spells.
func TestPartitions(t *testing.T) {
	for _, tt := range []struct {
		region, partition, spelt, want string
	}{
		{"eu-west-1", "", "", "arn:aws:sqs"},
		{"us-gov-west-1", "", "", "arn:aws-us-gov:sqs"},
		{"cn-north-1", "", "", "arn:aws-cn:sqs"},
		{"", "aws-cn", "", "arn:aws-cn:sqs"},
		{"", "", "arn:aws-us-gov:iam::111122223333:role/r", "arn:aws-us-gov:sqs"},
		{"", "", "", "arn:${AWS::Partition}:sqs"},
		{"eusc-de-east-1", "", "", "arn:aws-eusc:sqs"},
		{"us-isob-east-1", "", "", "arn:aws-iso-b:sqs"},
		{"us-iso-east-1", "", "", "arn:aws-iso:sqs"},
	} {
		src := "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q, KmsMasterKeyId: '" + tt.spelt + "'}}\n  S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: x, Protocol: sqs, Endpoint: !Sub 'arn:${AWS::Partition}:sqs:r:a:q'}}\n"
		files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: []byte(src)}}
		res, err := cloudformation.Read(cloudformation.Options{
			Region: tt.region, Partition: tt.partition, Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.Inventory.Resources {
			if r.Kind == graph.KindSubscription {
				if got := text(r.Attrs.Text("endpoint")); !strings.HasPrefix(got, `"`+tt.want) {
					t.Errorf("region %q, partition %q, %q: %s, want %s", tt.region, tt.partition, tt.spelt, got, tt.want)
				}
			}
		}
	}
}
