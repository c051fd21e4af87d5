package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// exampleStream streams a trail's log group to a stream with more arguments.
func exampleStream(arguments string) string {
	return exampleSubscription("aws_kinesis_stream.siem.arn") + fmt.Sprintf(`
resource "aws_kinesis_stream" "siem" {
  name        = "siem"
  shard_count = 1
%s}
`, arguments)
}

func streamRetentionShort() Rule {
	return Rule{
		ID: "TG330", Name: "stream-retention-short", Since: "0.1.0", Severity: Medium,
		Title:  "A stream forgets before its consumer is back",
		Why:    "A Kinesis stream keeps records for 24 hours unless told otherwise: a consumer that breaks on Friday evening has lost the weekend's events by Monday. Retention goes up to 365 days.",
		Attack: "Keeps the consumer down for that long, or sets the retention back to 24 hours with one kinesis:DecreaseStreamRetentionPeriod, which drops what is older at once.",
		Fix: Fix{
			Terraform: `resource "aws_kinesis_stream" "siem" {
  name             = "siem"
  shard_count      = 1
  retention_period = 168
}`,
			CloudFormation: `SiemStream:
  Type: AWS::Kinesis::Stream
  Properties:
    ShardCount: 1
    RetentionPeriodHours: 168`,
		},
		Techniques: []string{"T1562.008", "T1485"},
		References: []string{"https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html"},
		Example:    Example{Fail: exampleStream(""), Pass: exampleStream("  retention_period = 168\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindStream) {
				w := worthOf(p.index, n)
				v := n.Attrs.Int("retention_hours")
				hours, known := v.Get()
				s := Low
				if hours <= 24 {
					s = Medium
				}
				switch {
				case !known:
					p.Undecided(n, "retention_hours", w.of(Medium))
				case hours < weekendHours:
					p.Violate(n, w.of(s), "a consumer that is down for "+spanOf(v, hourSeconds)+" loses what arrives meanwhile", cites(n, "retention_hours", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func streamNotEncrypted() Rule {
	return Rule{
		ID: "TG331", Name: "stream-not-encrypted", Since: "0.1.0", Severity: Low,
		Title:  "A stream of the chain stores events in the clear",
		Why:    "Kinesis encrypts nothing unless it is told to. With a customer managed key a reader needs kms:Decrypt as well as kinesis:GetRecords, and a writer kms:GenerateDataKey.",
		Attack: "Reads whole CloudTrail events with kinesis:GetRecords alone.",
		Fix: Fix{
			Terraform: `resource "aws_kinesis_stream" "siem" {
  name            = "siem"
  shard_count     = 1
  encryption_type = "KMS"
  kms_key_id      = aws_kms_key.logs.arn
}`,
			CloudFormation: `SiemStream:
  Type: AWS::Kinesis::Stream
  Properties:
    ShardCount: 1
    StreamEncryption:
      EncryptionType: KMS
      KeyId: !GetAtt LogsKey.Arn`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_43", "CKV_AWS_185", "AWS-0064", "AC_AWS_0157", "W49", "KICS 7f65be75"},
		References: []string{"https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html"},
		Example:    Example{Fail: exampleStream(""), Pass: exampleStream("  encryption_type = \"KMS\"\n  kms_key_id      = \"alias/aws/kinesis\"\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindStream) {
				v := n.Attrs.Text("encryption")
				switch encryption, known := word(n.Attrs, "encryption"); {
				case v.State() == graph.Absent, known && encryption != "KMS":
					p.Violate(n, Low, "encryption is "+shown(v)+": kinesis:GetRecords alone reads the events", cites(n, "encryption", v))
				case !known:
					p.Undecided(n, "encryption", Low)
				default:
					p.Hold(n)
				}
			}
		},
	}
}
