package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func topicNotEncrypted() Rule {
	return Rule{
		ID: "TG326", Name: "topic-not-encrypted", Since: "0.1.0", Severity: Low,
		Title:  "A topic of the chain has no key",
		Why:    "SNS encrypts its disks, but messages only where the topic has a key. With a customer managed key a publisher needs kms:GenerateDataKey as well, which also keeps strangers from feeding the consumer forged notifications.",
		Attack: "Publishes forged notifications, or reads what waits for delivery, with the topic's policy as the only guard.",
		Fix: Fix{
			Terraform: `resource "aws_sns_topic" "delivered" {
  name              = "trail-delivered"
  kms_master_key_id = aws_kms_key.logs.id # its policy must allow s3.amazonaws.com; alias/aws/sns cannot
}`,
			CloudFormation: `Delivered:
  Type: AWS::SNS::Topic
  Properties:
    KmsMasterKeyId: !Ref LogsKey # its policy must allow s3.amazonaws.com; alias/aws/sns cannot`,
		},
		Techniques: []string{"T1530", "T1565.002"},
		Subsumes:   []string{"CKV_AWS_26", "AWS-0095", "AWS-0136", "AC_AWS_0502", "W47"},
		References: []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html", "https://docs.aws.amazon.com/sns/latest/dg/sns-data-encryption.html"},
		Example: Example{
			Fail: exampleNotifiesTopic + exampleTopic(""),
			Pass: exampleNotifiesTopic + exampleKey + exampleTopic("  kms_master_key_id = aws_kms_key.logs.id\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTopic) {
				wantSet(p, n, "kms_key", Low, "no key encrypts its messages: the topic's policy alone decides who may publish")
			}
		},
	}
}

// exampleTopic is the topic that exampleNotifiesTopic notifies, with more arguments.
func exampleTopic(arguments string) string {
	return "\nresource \"aws_sns_topic\" \"delivered\" {\n  name = \"trail-delivered\"\n" + arguments + "}\n"
}
