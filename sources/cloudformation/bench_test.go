package cloudformation_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

// largeTemplate is a template of about n resources: buckets that notify queues, with policies, conditions and functions.
func largeTemplate(n int) []byte {
	var b strings.Builder
	b.WriteString("Parameters:\n  Stage: {Type: String}\n  Prefix: {Type: String, Default: acme}\nConditions:\n  IsProd: !Equals [!Ref Stage, prod]\nResources:\n")
	for i := range n / 5 {
		fmt.Fprintf(&b, `  Bucket%[1]d:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${Prefix}-%[1]d-${AWS::AccountId}"
      VersioningConfiguration: !If [IsProd, {Status: Enabled}, !Ref "AWS::NoValue"]
      NotificationConfiguration:
        QueueConfigurations:
          - {Event: "s3:ObjectCreated:*", Queue: !GetAtt Queue%[1]d.Arn}
  Queue%[1]d:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Join ["-", [!Ref Prefix, queue, "%[1]d"]]}
  QueuePolicy%[1]d:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue%[1]d]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: s3.amazonaws.com}
            Action: sqs:SendMessage
            Resource: !GetAtt Queue%[1]d.Arn
            Condition: {ArnLike: {"aws:SourceArn": !Sub "arn:${AWS::Partition}:s3:::${Prefix}-%[1]d-*"}}
  Trail%[1]d:
    Type: AWS::CloudTrail::Trail
    Properties: {IsLogging: true, S3BucketName: !Ref Bucket%[1]d}
  Alarm%[1]d:
    Type: AWS::CloudWatch::Alarm
    Condition: IsProd
    Properties: {MetricName: x, Namespace: y, AlarmActions: [!Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:alerts"]}
`, i)
	}
	return []byte(b.String())
}

// BenchmarkTemplate reads and links a template of 500 resources, the most that CloudFormation takes.
func BenchmarkTemplate(b *testing.B) {
	src := largeTemplate(500)
	files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: src}}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		res, err := cloudformation.Read(cloudformation.Options{Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}}}})
		if err != nil {
			b.Fatal(err)
		}
		if g := graph.Link(res.Inventory); g.NumHops() < 200 {
			b.Fatal(g.NumHops())
		}
	}
}

// largeAssembly is a cloud assembly of n stacks, each of which imports from the one before.
func largeAssembly(n int) fstest.MapFS {
	files := fstest.MapFS{}
	var artifacts []string
	for i := range n {
		name := fmt.Sprintf("Stack%d", i)
		from := "acme"
		if i > 0 {
			from = fmt.Sprintf(`{"Fn::ImportValue": "Stack%d:Bucket"}`, i-1)
		} else {
			from = `"` + from + `"`
		}
		files["cdk.out/"+name+".template.json"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{
  "Resources": {
    "Bucket": {"Type": "AWS::S3::Bucket"},
    "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": true, "S3BucketName": %s, "SnsTopicName": "{{resolve:ssm:/topic/%d}}"}},
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/topic/%d", "Value": {"Ref": "Topic"}}},
    "Notifications": {"Type": "Custom::S3BucketNotifications", "Properties": {"BucketName": {"Ref": "Bucket"}, "Managed": true, "NotificationConfiguration": {"TopicConfigurations": [{"Events": ["s3:ObjectCreated:*"], "TopicArn": {"Ref": "Topic"}}]}}}
  },
  "Outputs": {"Bucket": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "Stack%d:Bucket"}}}
}`, from, (i+1)%n, i, i)}
		artifacts = append(artifacts, fmt.Sprintf(`%q: {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1", "properties": {"templateFile": "%s.template.json"}}`, name, name))
	}
	files["cdk.out/manifest.json"] = &fstest.MapFile{Data: []byte(`{"artifacts": {` + strings.Join(artifacts, ",") + `}}`)}
	return files
}

// BenchmarkAssembly reads and links a cloud assembly of 200 stacks that refer to each other.
func BenchmarkAssembly(b *testing.B) {
	files := largeAssembly(200)
	b.ReportAllocs()
	for b.Loop() {
		ds, err := cloudformation.Assembly(files, "cdk.out", "cdk.out")
		if err != nil {
			b.Fatal(err)
		}
		res, err := cloudformation.Read(cloudformation.Options{Deployments: ds})
		if err != nil {
			b.Fatal(err)
		}
		if g := graph.Link(res.Inventory); g.NumHops() < 400 {
			b.Fatal(g.NumHops())
		}
	}
}
