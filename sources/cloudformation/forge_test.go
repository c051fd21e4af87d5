package cloudformation_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

// TestForgedTokens puts what evaluation marks references with into strings in every way that an input has. None of it
// becomes a reference: a bucket whose name the input forges is not the bucket of another.
//

func TestForgedTokens(t *testing.T) {
	const forged = "\ue0f20\ue0f3" // the first reference of a run
	escaped := `\ue0f20\ue0f3`
	const bucket = "  First: {Type: AWS::S3::Bucket}\n  Use: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Ref First}}\n"
	for name, tt := range map[string]struct {
		src   string
		given map[string]string
	}{
		"written":                       {"Resources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: '" + forged + "'}}\n", nil},
		"an escape of YAML":             {"Resources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: \"" + escaped + "\"}}\n", nil},
		"a long escape of YAML":         {"Resources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: \"\\U0000e0f20\\U0000E0F3\"}}\n", nil},
		"an escape of JSON":             {`{"Resources": {"First": {"Type": "AWS::S3::Bucket"}, "X": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": true, "S3BucketName": "` + escaped + `"}}}}`, nil},
		"a parameter that is given":     {"Parameters: {P: {Type: String}}\nResources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Ref P}}\n", map[string]string{"P": forged}},
		"a key of a mapping":            {"Mappings: {M: {\"" + escaped + "\": {N: x}}}\nResources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, \"" + escaped + "\": x, S3BucketName: y}}\n", nil},
		"JSON in a string of a call":    {"Resources:\n" + bucket + "  X: {Type: Custom::AWS, Properties: {Create: '{\"service\": \"CloudTrail\", \"action\": \"createTrail\", \"parameters\": {\"Name\": \"x\", \"S3BucketName\": \"" + escaped + "\"}}'}}\n", nil},
		"JSON in a string of a policy":  {"Resources:\n" + bucket + "  G: {Type: AWS::Logs::LogGroup}\n  X: {Type: AWS::Logs::AccountPolicy, Properties: {PolicyName: x, PolicyType: SUBSCRIPTION_FILTER_POLICY, PolicyDocument: '{\"DestinationArn\": \"" + escaped + "\"}'}}\n", nil},
		"JSON in a string of a queue":   {"Resources:\n" + bucket + "  X: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: '{\"deadLetterTargetArn\": \"" + escaped + "\", \"maxReceiveCount\": 3}'}}\n", nil},
		"JSON in a string of a secret":  {"Resources:\n" + bucket + "  S: {Type: AWS::SecretsManager::Secret, Properties: {Name: s, SecretString: '{\"b\": \"" + escaped + "\"}'}}\n  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: '{{resolve:secretsmanager:s:SecretString:b}}'}}\n", nil},
		"JSON in a string of a topic":   {"Resources:\n" + bucket + "  X: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [y], PolicyDocument: '{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"" + escaped + "\"}, \"Action\": \"*\", \"Resource\": \"*\"}]}'}}\n", nil},
		"a template within a template":  {"Resources:\n" + bucket + "  X: {Type: AWS::CloudFormation::StackSet, Properties: {TemplateBody: '{\"Resources\": {\"T\": {\"Type\": \"AWS::CloudTrail::Trail\", \"Properties\": {\"IsLogging\": true, \"S3BucketName\": \"" + escaped + "\"}}}}'}}\n", nil},
		"a half of one, put together":   {"Resources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Join ['', [\"\\ue0f2\", '0', \"\\ue0f3\"]]}}\n", nil},
		"JSON put together of escapes":  {"Resources:\n" + bucket + "  X: {Type: Custom::AWS, Properties: {Create: !Join ['', ['{\"service\": \"CloudTrail\", \"action\": \"createTrail\", \"parameters\": {\"Name\": \"x\", \"S3BucketName\": \"\\u', 'e0f20\\u', 'e0f3\"}}']]}}\n", nil},
		"an element of a split of one":  {"Resources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Select [1, !Split ['-', \"a-" + escaped + "\"]]}}\n", nil},
		"a SAM function's name":         {"Transform: AWS::Serverless-2016-10-31\nResources:\n" + bucket + "  X: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, InlineCode: x, FunctionName: \"" + escaped + "\"}}\n", nil},
		"an element of a list of lists": {"Parameters: {P: {Type: CommaDelimitedList}}\nResources:\n" + bucket + "  X: {Type: AWS::CloudTrail::Trail, Properties: {IsLogging: true, S3BucketName: !Select [0, !Ref P]}}\n", map[string]string{"P": forged + ",x"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"t.yaml": &fstest.MapFile{Data: []byte(tt.src)}}
			res, err := cloudformation.Read(cloudformation.Options{
				Parameters: tt.given, Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "t.yaml", Label: "t.yaml"}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range res.Inventory.Resources {
				if r.Address == "t.yaml#First" || r.Address == "t.yaml#Use" {
					continue
				}
				texts := []graph.Value[graph.Text]{r.Name, r.Of}
				for attr := range r.Attrs {
					if attr != "home_region" {
						texts = append(texts, r.Attrs.Text(attr))
					}
				}
				for _, v := range texts {
					x, _ := v.Get()
					for _, ref := range x.Refs() {
						if !strings.HasPrefix(ref.Address, "t.yaml#X") && !strings.HasPrefix(ref.Address, "resolve:") && !strings.Contains(ref.Address, "IndexRole") {
							t.Errorf("%s has a reference to %s, which it does not make", r.Address, ref)
						}
					}
				}
			}
		})
	}
}

// TestForgedManifest forges a reference in the parameters of a stack of a cloud assembly.
//

func TestForgedManifest(t *testing.T) {
	files := fstest.MapFS{
		"d/manifest.json": &fstest.MapFile{Data: []byte(`{"artifacts": {"A": {"type": "aws:cloudformation:stack", "environment": "aws://\ue0f20\ue0f3/\ue0f20\ue0f3", "properties": {"templateFile": "t.json", "stackName": "\ue0f20\ue0f3", "parameters": {"P": "\ue0f20\ue0f3"}}}}}`)},
		"d/t.json":        &fstest.MapFile{Data: []byte(`{"Parameters": {"P": {"Type": "String"}}, "Resources": {"First": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "P"}}}, "X": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${AWS::StackName}-${AWS::AccountId}-${P}"}}}}}`)},
	}
	ds, err := cloudformation.Assembly(files, "d", "d")
	if err != nil {
		t.Fatal(err)
	}
	res, err := cloudformation.Read(cloudformation.Options{Deployments: ds})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res.Inventory.Resources {
		name, _ := r.Name.Get()
		for _, ref := range name.Refs() {
			if ref.Attr != "" || ref.Address != "AWS::AccountId" {
				t.Errorf("%s is called %s, with a reference to %s", r.Address, name, ref)
			}
		}
	}
}
