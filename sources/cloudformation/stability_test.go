package cloudformation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

// landscape are templates that meet each other in every way: exports, outputs of stacks, parameters, secrets, SSM, names.
func landscape() (fstest.MapFS, []cloudformation.Deployment) {
	files := fstest.MapFS{}
	var ds []cloudformation.Deployment
	add := func(name, src string) {
		files[name+".yaml"] = &fstest.MapFile{Data: []byte(src)}
		ds = append(ds, cloudformation.Deployment{File: cloudformation.File{Files: files, Path: name + ".yaml", Label: name + ".yaml"}, Stack: name, Account: "111122223333", Region: "eu-west-1"})
	}
	add("bucket", `
Parameters: {WithTopic: {Type: String}}
Conditions: {HasTopic: !Equals [!Ref WithTopic, "true"]}
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: !If [HasTopic, {TopicConfigurations: [{Event: "s3:ObjectCreated:*", Topic: !GetStackOutput {StackName: alerts, OutputName: Topic}}]}, !Ref AWS::NoValue]}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /bucket, Value: !Ref Bucket}}
Outputs: {Bucket: {Value: !Ref Bucket, Export: {Name: bucket}}}
`)
	add("alerts", `
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: alerts, SecretString: !Sub '{"topic": "${Topic}"}'}}
Outputs: {Topic: {Value: !Ref Topic}}
`)
	add("trail", `
Resources:
  Trail: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !ImportValue bucket, SnsTopicName: "{{resolve:secretsmanager:alerts:SecretString:topic}}"}}
  Unknown: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !ImportValue nowhere}}
  Nested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml, Parameters: {Bucket: "{{resolve:ssm:/bucket}}"}}}
`)
	add("queues", `
Parameters: {Name: {Type: String, Default: siem}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}
  Subscription: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !GetStackOutput {StackName: alerts, OutputName: Topic}, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}}
  Policy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: "sqs:SendMessage", Resource: "*"}]}}}
`)
	add("reader", `
Transform: AWS::Serverless-2016-10-31
Resources:
  Read: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, InlineCode: pass, Events: {Poll: {Type: SQS, Properties: {Queue: "arn:aws:sqs:eu-west-1:111122223333:siem"}}}}}
`)
	files["nested.yaml"] = &fstest.MapFile{Data: []byte("Parameters: {Bucket: {Type: String}}\nResources:\n  Trail: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Ref Bucket}}\n")}
	return files, ds
}

// spellOut prints all that a graph holds.
func spellOut(g *graph.Graph) string {
	var b strings.Builder
	for n := range g.Nodes() {
		fmt.Fprintf(&b, "%s %s %s %s %s %s %s %s %q\n", n.ID, n.Kind, n.Pos, text(n.Name), text(n.ARN), n.Account.Or("?"), n.Region.Or("?"), n.Doubt, n.Title)
		for name, a := range n.Attrs.All() {
			fmt.Fprintf(&b, "  %s %s %s %s\n", name, datum(a.Value), a.Origin, a.Pos)
		}
	}
	for e := range g.Hops() {
		fmt.Fprintf(&b, "%s %s %s %s %s %s\n", e.ID, e.Via, e.OneOf, e.Status, e.Why, e.Pos)
	}
	for e := range g.SupportEdges() {
		fmt.Fprintf(&b, "%s %s %s %s\n", e.ID, e.Via, e.OneOf, e.Pos)
	}
	for _, gap := range g.Gaps() {
		fmt.Fprintln(&b, gap)
	}
	return b.String()
}

// TestOrderOfTemplates reads the same templates in every order: the graph is the same to the byte.
func TestOrderOfTemplates(t *testing.T) {
	_, ds := landscape()
	read := func(ds []cloudformation.Deployment) string {
		res, err := cloudformation.Read(cloudformation.Options{Deployments: ds})
		if err != nil {
			t.Fatal(err)
		}
		return spellOut(graph.Link(res.Inventory))
	}
	first := read(ds)
	for _, want := range []string{
		"trail_s3 trail.yaml#Trail -> bucket.yaml#Bucket", "trail_s3 nested.yaml#Trail -> bucket.yaml#Bucket", "trail_sns trail.yaml#Trail -> alerts.yaml#Topic",
		"s3_notify_sns bucket.yaml#Bucket -> alerts.yaml#Topic", "sns_sub alerts.yaml#Topic -> queues.yaml#Queue", "lambda_esm queues.yaml#Queue -> reader.yaml#Read",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("no hop %s in\n%s", want, first)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		r.Shuffle(len(ds), func(i, j int) { ds[i], ds[j] = ds[j], ds[i] })
		var order []string
		for i := range ds {
			order = append(order, ds[i].Stack)
		}
		if again := read(slices.Clone(ds)); again != first {
			t.Fatalf("%v: the graph differs:\n%s", order, cmp.Diff(first, again))
		}
	}
}

// TestOrderOfResources reads one template whose resources, conditions and parameters are written in another order: but
// for positions, what it declares is the same.
func TestOrderOfResources(t *testing.T) {
	head := "Parameters:\n  P: {Type: String}\nConditions:\n  C: !Equals [!Ref P, x]\nResources:\n"
	resources := []string{
		"  Bucket: {Type: AWS::S3::Bucket, Condition: C}\n",
		"  Trail: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !If [C, !Ref Bucket, other]}}\n",
		"  Queue: {Type: AWS::SQS::Queue}\n",
		"  PolicyA: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: {Statement: []}}}\n",
		"  PolicyB: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: {Statement: [{Effect: Deny, Principal: '*', Action: '*', Resource: '*'}]}}}\n",
		"  Custom: {Type: Custom::Odd, Properties: {Queue: !Ref Queue, Bucket: !Ref Bucket}}\n",
	}
	lines := func(g *graph.Graph) string {
		var out []string
		for line := range strings.Lines(spellOut(g)) {
			if i := strings.LastIndex(line, " t.yaml:"); i >= 0 {
				line = line[:i] + "\n"
			}
			out = append(out, line)
		}
		return strings.Join(out, "")
	}
	var first string
	for i := range resources {
		turned := slices.Concat(resources[i:], resources[:i])
		res, err := readOne(head + strings.Join(turned, ""))
		if err != nil {
			t.Fatal(err)
		}
		for j := range res.Inventory.Resources {
			res.Inventory.Resources[j].Pos = graph.Pos{}
		}
		for j := range res.Inventory.Gaps {
			res.Inventory.Gaps[j].Where = ""
		}
		got := lines(graph.Link(res.Inventory))
		if i == 0 {
			first = got
		} else if got != first {
			t.Errorf("turned by %d: %s", i, cmp.Diff(first, got))
		}
	}
}
