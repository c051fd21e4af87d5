package analyzer

import (
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// exampleGroup is a trail with a log group that has more arguments.
func exampleGroup(arguments string) string {
	return exampleStreams + "\nresource \"aws_cloudwatch_log_group\" \"trail\" {\n  name = \"/org/cloudtrail\"\n" + arguments + "}\n"
}

// logGroupRetentionShort: every trail stores in a bucket too, so that a log group is never the record; what
// is lost is what queries, metric filters and those who react look back on.
func logGroupRetentionShort() Rule {
	return Rule{
		ID: "TG335", Name: "log-group-retention-short", Since: "0.1.0", Severity: Medium,
		Title:  "A log group of the chain forgets early",
		Why:    "The log group is what people search first. Less than ninety days is less than CloudTrail's own event history; most intrusions go unnoticed for longer than thirty. Lowering the retention deletes what is older, without an event per deletion.",
		Attack: "Sets the retention to a day with one logs:PutRetentionPolicy, and the events of the intrusion leave the searchable past.",
		Fix: Fix{
			Terraform: `resource "aws_cloudwatch_log_group" "trail" {
  name              = "/org/cloudtrail"
  retention_in_days = 365
}`,
			CloudFormation: `TrailLogs:
  Type: AWS::Logs::LogGroup
  Properties:
    RetentionInDays: 365`,
		},
		Techniques: []string{"T1070", "T1562.008"},
		Subsumes:   []string{"CKV_AWS_66", "CKV_AWS_338", "AC_AWS_0041", "AC_AWS_0452", "W86"},
		References: []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention"},
		Example:    Example{Fail: exampleGroup("  retention_in_days = 14\n"), Pass: exampleGroup("  retention_in_days = 365\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindLogGroup) {
				w := worthOf(p.index, n)
				v := n.Attrs.Int("retention_days")
				days, known := v.Get()
				s, than := Medium, "less than CloudTrail's own event history of 90 days"
				if days < monthDays {
					s, than = High, "and most intrusions go unnoticed for longer"
				}
				switch {
				case v.State() == graph.Unknown:
					p.Undecided(n, "retention_days", w.of(High))
				case known && days > 0 && days < quarterDays:
					p.Violate(n, w.of(s), "events are deleted after "+spanOf(v, daySeconds)+", "+than, cites(n, "retention_days", v))
				default:
					p.Hold(n) // 0: for ever
				}
			}
		},
	}
}

func logGroupClass() Rule {
	class := func(name string) string {
		return strings.Replace(exampleSubscription(`"arn:aws:kinesis:us-east-1:111122223333:stream/siem"`), exampleLogGroup, "\nresource \"aws_cloudwatch_log_group\" \"trail\" {\n  name            = \"/org/cloudtrail\"\n  log_group_class = "+strconv.Quote(name)+"\n}\n", 1)
	}
	return Rule{
		ID: "TG336", Name: "log-group-class", Since: "0.1.0", Severity: High,
		Title:  "The class of a log group forbids the filters on it",
		Why:    "Only log groups of the Standard class have subscription filters, metric filters and alarms. One that was made again as Infrequent Access keeps its name, its ARN and its deliveries, and feeds nothing any more; one of the Delivery class keeps events for a day.",
		Attack: "Deletes the log group and makes it again in the other class: the trail delivers as before, and every filter behind it is gone for good.",
		Fix: Fix{
			Terraform: `resource "aws_cloudwatch_log_group" "trail" {
  name            = "/org/cloudtrail"
  log_group_class = "STANDARD" # the class of a group cannot be changed: this replaces it
}`,
			CloudFormation: `TrailLogs:
  Type: AWS::Logs::LogGroup
  Properties:
    LogGroupClass: STANDARD # the class of a group cannot be changed: give it a new logical id`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html"},
		Example:    Example{Fail: class("INFREQUENT_ACCESS"), Pass: class("STANDARD")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindLogGroup) {
				if !feeds(p.Graph, n, "logs_subscription", "logs_account_subscription", "logs_metric") {
					continue
				}
				v := n.Attrs.Text("class")
				switch class, known := word(n.Attrs, "class"); {
				case v.State() == graph.Absent, class == "STANDARD":
					p.Hold(n)
				case !known:
					p.Undecided(n, "class", High)
				default:
					p.Violate(n, High, "the class is "+shown(v)+", which has neither subscription nor metric filters: what hangs on them gets nothing", cites(n, "class", v))
				}
			}
		},
	}
}

func logGroupNoKMS() Rule {
	return Rule{
		ID: "TG337", Name: "log-group-no-kms", Since: "0.1.0", Severity: Low,
		Title:  "Events in a log group are readable without a key",
		Why:    "CloudWatch Logs encrypts at rest with a key of its own. With a customer managed key a reader needs kms:Decrypt as well, and access can be withdrawn by the key's owner.",
		Attack: "Searches the events, to see which of its calls were seen, with logs:StartQuery alone.",
		Fix: Fix{
			Terraform: `resource "aws_cloudwatch_log_group" "trail" {
  name       = "/org/cloudtrail"
  kms_key_id = aws_kms_key.logs.arn # its policy must allow logs.<region>.amazonaws.com
}`,
			CloudFormation: `TrailLogs:
  Type: AWS::Logs::LogGroup
  Properties:
    KmsKeyId: !GetAtt LogsKey.Arn # its policy must allow logs.<region>.amazonaws.com`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_158", "AWS-0017", "FG_R00068", "AC_AWS_0451", "W84"},
		References: []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"},
		Example:    Example{Fail: exampleGroup(""), Pass: exampleGroup("  kms_key_id = aws_kms_key.logs.arn\n") + exampleKey},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindLogGroup) {
				wantSet(p, n, "kms_key", Low, "no customer managed key encrypts the events")
			}
		},
	}
}

func logGroupMasked() Rule {
	const policy = `
resource "aws_cloudwatch_log_data_protection_policy" "trail" {
  log_group_name = aws_cloudwatch_log_group.trail.name
  policy_document = jsonencode({
    Name    = "mask"
    Version = "2021-06-01"
    Statement = [
      {
        Sid            = "Audit"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/IpAddress"]
        Operation      = { Audit = { FindingsDestination = {} } }
      },
      {
        Sid            = "Mask"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/IpAddress"]
        Operation      = { Deidentify = { MaskConfig = {} } }
      },
    ]
  })
}
`
	return Rule{
		ID: "TG338", Name: "log-group-masked", Since: "0.1.0", Severity: Low,
		Title:  "A data protection policy masks what filters look for",
		Why:    "Masking works when events leave the log group: metric filters, subscription filters and queries see asterisks in the place of the address or the access key they look for. What is stored is whole, but nothing that reacts to it is told.",
		Attack: "Masks addresses or access keys with one logs:PutDataProtectionPolicy: detections that name them fall silent.",
		Fix: Fix{
			Terraform: `# Mask where people read, not where detections do. In the place of the policy:
removed {
  from = aws_cloudwatch_log_data_protection_policy.trail
  lifecycle {
    destroy = true
  }
}`,
			CloudFormation: `TrailLogs:
  Type: AWS::Logs::LogGroup
  Properties:
    RetentionInDays: 365
    # without DataProtectionPolicy`,
		},
		Techniques: []string{"T1562.008", "T1565.002"},
		References: []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html"},
		Example:    Example{Fail: exampleStreams + exampleLogGroup + policy, Pass: exampleStreams + exampleLogGroup},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindLogGroup) {
				v := n.Attrs.Text("data_protection")
				text, known := v.Get()
				switch {
				case v.State() == graph.Absent, known && text.IsEmpty():
					p.Hold(n)
				case known && strings.Contains(text.String(), "Deidentify"):
					p.Violate(n, Low, "a data protection policy masks data in what leaves the group: filters that look for it do not match", Because(n, "data_protection", "its data protection policy de-identifies"))
				case known && text.IsLiteral():
					p.Hold(n) // it only audits
				default:
					p.Undecided(n, "data_protection", Low)
				}
			}
		},
	}
}
