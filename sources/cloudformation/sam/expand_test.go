package sam

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// expanded expands a template that is written out.
func expanded(t *testing.T, src string, value func(string) (string, bool)) *template.Template {
	t.Helper()
	d, err := template.Read("t.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := d.Template()
	if err != nil {
		t.Fatal(err)
	}
	return Expand(tpl, value)
}

func resource(t *testing.T, tpl *template.Template, id string) template.Resource {
	t.Helper()
	for _, r := range tpl.Resources {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no %s", id)
	return template.Resource{}
}

const header = "Transform: AWS::Serverless-2016-10-31\nResources:\n"

// TestProblems holds what is said of what cannot be expanded, and that the rest is expanded nevertheless.
func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"application", "F: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: a, SemanticVersion: 1.0.0}}}", `the application "F" is of the Serverless Application Repository; what it has is not known`},
		{"type", "F: {Type: AWS::Serverless::Teapot}", `the resource "F" is of a type that SAM has not, "AWS::Serverless::Teapot"; it is left as it is`},
		{"event", "F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Carrier}}}}", `the event "E" of the function "F" is of a type that is not known, "Carrier"; it is left out`},
		{"computed event", "F: {Type: AWS::Serverless::Function, Properties: {Events: {Fn::If: [a, b, c]}}}", `the event "Fn::If" of the function "F" is no mapping with a Type; it is left out`},
		{"machine event", "F: {Type: AWS::Serverless::StateMachine, Properties: {Events: {E: {Type: S3}}}}", `the event "E" of the state machine "F" is of a type that is not known, "S3"; it is left out`},
		{"no queue", "F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: SQS}}}}", `the event "E" of the function "F" has no Queue; it is left out`},
		{"foreign bucket", "F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: S3, Properties: {Bucket: logs, Events: x}}}}}", `the event "E" of the function "F" does not refer to a bucket of the template; it is left out`},
		{"computed notifications", "B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {Fn::If: [a, b, c]}}}\n  F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: S3, Properties: {Bucket: {Ref: B}, Events: x}}}}}", `the notifications of the bucket "B" are computed; those that SAM adds for events of functions are left out`},
		{"policy template", "F: {Type: AWS::Serverless::Function, Properties: {Policies: [TeaPolicy: {}]}}", `the function "F" has the policy template "TeaPolicy", which is not known; it is left out`},
		{"its parameter", "F: {Type: AWS::Serverless::Function, Properties: {Policies: [SQSPollerPolicy: {}]}}", `the function "F" has the policy template "SQSPollerPolicy", which lacks its QueueName; it is left out`},
		{"no policy", "F: {Type: AWS::Serverless::Function, Properties: {Policies: [{a: 1, b: 2}]}}", `the function "F" has a policy that is neither a name, nor a document, nor a policy template; it is left out`},
		{"either kind", "F: {Type: AWS::Serverless::Function, Properties: {Policies: [Fn::If: [a, Name, {Statement: []}]]}}", `the function "F" has a policy that is of one kind or another, depending on a condition; it is left out`},
		{"alias", "F: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: {Ref: Unknown}}}", `the function "F" publishes an alias whose name is not known, or none that aliases can have; its events are taken to go to the function itself`},
		{"destination", "F: {Type: AWS::Serverless::Function, Properties: {EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda}}}}}", `a destination of the function "F" of type Lambda has no Destination`},
		{"destination type", "F: {Type: AWS::Serverless::Function, Properties: {EventInvokeConfig: {DestinationConfig: {OnFailure: {Destination: x}}}}}", `a destination of the function "F" has no Type that is known: SQS, SNS, EventBridge, Lambda or S3Bucket; its role lacks the permission`},
		{"dead letters", "F: {Type: AWS::Serverless::Function, Properties: {DeadLetterQueue: {TargetArn: x}}}", `the DeadLetterQueue of the function "F" needs a Type, SQS or SNS, and a TargetArn`},
		{"connector", "F: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: B}, Destination: {Id: B}, Permissions: [Write]}}\n  B: {Type: AWS::S3::Bucket}", `the connector "F" goes from AWS::S3::Bucket to AWS::S3::Bucket, which connectors do not join; it is left out`},
		{"taken", "F: {Type: AWS::Serverless::Function}\n  FRole: {Type: AWS::IAM::Role}", `the function "F" makes a resource "FRole", which the template has already`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := expanded(t, header+"  "+c.body+"\n  Rest: {Type: AWS::Serverless::Function}\n", nil)
			if len(out.Problems) != 1 || out.Problems[0].What != c.want {
				t.Errorf("got %v\nwant %s", out.Problems, c.want)
			}
			resource(t, out, "RestRole")
		})
	}
}

// TestNoTransform holds that SAM without its transform is said to be, and expanded.
func TestNoTransform(t *testing.T) {
	out := expanded(t, "Resources:\n  F: {Type: AWS::Serverless::Function}\n", nil)
	resource(t, out, "FRole")
	if got := fmt.Sprint(out.Problems); !strings.Contains(got, "no Transform") {
		t.Error(got)
	}
}

// TestPositions holds where made resources stand.
func TestPositions(t *testing.T) {
	out := expanded(t, header+`  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [AmazonS3ReadOnlyAccess]
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: {Type: SQS}
      Events:
        Notice:
          Type: SNS
          Properties:
            Topic: arn:aws:sns:us-east-1:111111111111:t
            SqsSubscription: true
`, nil)
	for id, line := range map[string]int{
		"F": 3, "FRole": 6, "FEventInvokeConfig": 7, "FEventInvokeConfigOnFailureQueue": 9,
		"FNotice": 11, "FNoticeQueue": 15, "FNoticeEventSourceMapping": 15,
	} {
		if got := resource(t, out, id).Pos; got.File != "t.yaml" || got.Line != line {
			t.Errorf("%s stands at %s, not in line %d", id, got, line)
		}
	}
}

// TestPartition holds that ARNs are of the partition of the region, and of any where that is not known.
func TestPartition(t *testing.T) {
	const src = header + "  F: {Type: AWS::Serverless::Function, Properties: {Tracing: Active, Policies: ReadOnlyAccess}}\n"
	for region, want := range map[string]string{
		"":              "[map[Fn::Sub:arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole] map[Fn::Sub:arn:${AWS::Partition}:iam::aws:policy/AWSXrayWriteOnlyAccess] map[Fn::Sub:arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess]]",
		"cn-north-1":    "[arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole arn:aws-cn:iam::aws:policy/AWSXRayDaemonWriteAccess arn:aws-cn:iam::aws:policy/ReadOnlyAccess]",
		"eu-central-1":  "[arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess arn:aws:iam::aws:policy/ReadOnlyAccess]",
		"us-gov-west-1": "[arn:aws-us-gov:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole arn:aws-us-gov:iam::aws:policy/AWSXRayDaemonWriteAccess arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess]",
	} {
		out := expanded(t, src, func(name string) (string, bool) { return region, name == "AWS::Region" })
		if got := fmt.Sprint(plainValue(resource(t, out, "FRole").Properties.Get("ManagedPolicyArns"))); got != want {
			t.Errorf("%s\n got %s\nwant %s", region, got, want)
		}
	}
}

// TestBounds holds that what is shared or repeated does not make the work grow beyond its bounds.
func TestBounds(t *testing.T) {
	var b strings.Builder
	b.WriteString("Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Environment:\n      Variables:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "        V%d: x\n", i)
	}
	b.WriteString("    AutoPublishAlias: live\nResources:\n  B: {Type: AWS::S3::Bucket}\n")
	for i := range 6000 {
		fmt.Fprintf(&b, "  F%d: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {A: b}}, Events: {A: {Type: S3, Properties: {Bucket: {Ref: B}, Events: [a, b, c, d, e]}}, B: {Type: SQS, Properties: {Queue: q}}}}}\n", i)
	}
	out := expanded(t, b.String(), nil)
	if len(out.Resources) > maxResources+1 {
		t.Errorf("%d resources", len(out.Resources))
	}
	for _, want := range []string{"more than 20000 resources", "Globals adds more than"} {
		if !slices.ContainsFunc(out.Problems, func(p template.Problem) bool { return strings.Contains(p.What, want) }) {
			t.Errorf("no problem has %q", want)
		}
	}
}
