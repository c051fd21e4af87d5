package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func queueNotEncrypted() Rule {
	return Rule{
		ID: "TG323", Name: "queue-not-encrypted", Since: "0.1.0", Severity: Low,
		Title:  "A queue of the chain stores messages in the clear",
		Why:    "SQS encrypts new queues by itself. A queue that switches that off, and has no key either, keeps messages in the clear. With a customer managed key a reader needs kms:Decrypt as well; its policy must then admit the services that send.",
		Attack: "Reads messages with sqs:ReceiveMessage alone: there is no key whose policy would ask again.",
		Fix: Fix{
			Terraform: `resource "aws_sqs_queue" "siem" {
  name              = "siem"
  kms_master_key_id = aws_kms_key.logs.id # its policy must allow s3.amazonaws.com; alias/aws/sqs cannot
}`,
			CloudFormation: `SiemQueue:
  Type: AWS::SQS::Queue
  Properties:
    KmsMasterKeyId: !Ref LogsKey # its policy must allow s3.amazonaws.com; alias/aws/sqs cannot`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_27", "CKV2_AWS_73", "AWS-0096", "AWS-0135", "FG_R00070", "AC_AWS_0366", "W48"},
		References: []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"},
		Example: Example{
			Fail: exampleNotifiesQueue + exampleQueue("  sqs_managed_sse_enabled = false\n"),
			Pass: exampleNotifiesQueue + exampleQueue("  sqs_managed_sse_enabled = true\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindQueue) {
				key, managed := isSet(n.Attrs, "kms_key"), flagOf(n, "managed_sse")
				switch key.Or(managed) {
				case graph.Yes:
					p.Hold(n)
				case graph.No:
					p.Violate(n, Low, "neither SSE-SQS nor a key encrypts its messages", cites(n, "managed_sse", n.Attrs.Bool("managed_sse")), Because(n, "kms_key", "kms_key is not set"))
				case graph.Maybe:
					attr := "kms_key"
					if key != graph.Maybe {
						attr = "managed_sse"
					}
					p.Undecided(n, attr, Low)
				}
			}
		},
	}
}
