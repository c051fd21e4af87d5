package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// exampleEncrypted is a trail with a key that has more arguments.
func exampleEncrypted(arguments string) string {
	return exampleBucket + fmt.Sprintf(`
resource "aws_kms_key" "logs" {
%s}

resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
  kms_key_id     = aws_kms_key.logs.arn
}
`, arguments)
}

// keyWorth is the highest worth among the nodes that a key encrypts for.
func keyWorth(ix *index, key *graph.Node) worth {
	best := worthRest
	for e := range ix.Supports(key.ID) {
		if n := ix.Node(e.From); n != nil && ix.Reach(n.ID) != nil {
			best = min(best, worthOf(ix, n))
		}
	}
	return best
}

func keyDisabled() Rule {
	return Rule{
		ID: "TG340", Name: "key-disabled", Since: "0.1.0", Severity: Critical,
		Title:  "A key that the chain encrypts with is disabled",
		Why:    "A service that cannot use its key cannot write: CloudTrail stops delivering to the bucket, S3 stops notifying the queue, CloudWatch Logs refuses events. Nobody can read what is there either. CloudTrail keeps trying for thirty days, the others do not.",
		Attack: "Stops delivery with one kms:DisableKey; the bucket, the trail and the queue look untouched.",
		Fix: Fix{
			Terraform: `resource "aws_kms_key" "logs" {
  is_enabled = true
}`,
			CloudFormation: `LogsKey:
  Type: AWS::KMS::Key
  Properties:
    Enabled: true`,
		},
		Techniques: []string{"T1562.008", "T1490"},
		Subsumes:   []string{"CKV_AWS_227"},
		References: []string{"https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html"},
		Example:    Example{Fail: exampleEncrypted("  is_enabled = false\n"), Pass: exampleEncrypted("  is_enabled = true\n")},
		Check: func(p *Pass) {
			for n := range p.Supporting(graph.KindKey) {
				wantFlag(p, n, "enabled", true, keyWorth(p.index, n).of(Critical), "the key is disabled: what encrypts with it can be neither written nor read")
			}
		},
	}
}

func keyDeletionWindowShort() Rule {
	return Rule{
		ID: "TG341", Name: "key-deletion-window-short", Since: "0.1.0", Severity: Medium,
		Title:  "A key of the chain is deleted after a short wait",
		Why:    "Deleting a key makes everything it encrypted unreadable for ever. The waiting period is the time to notice and to cancel: seven days, the least, is one holiday. The period set here is the one that Terraform or CloudFormation uses when the key leaves the configuration; who calls kms:ScheduleKeyDeletion chooses his own, unless a policy demands kms:ScheduleKeyDeletionPendingWindowInDays.",
		Attack: "Gets the key removed by a merged change, and waits out a week.",
		Fix: Fix{
			Terraform: `resource "aws_kms_key" "logs" {
  deletion_window_in_days = 30
}`,
			CloudFormation: `LogsKey:
  Type: AWS::KMS::Key
  DeletionPolicy: Retain
  Properties:
    PendingWindowInDays: 30`,
		},
		Techniques: []string{"T1485", "T1490"},
		References: []string{"https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"},
		Example:    Example{Fail: exampleEncrypted("  deletion_window_in_days = 7\n"), Pass: exampleEncrypted("  deletion_window_in_days = 30\n")},
		Check: func(p *Pass) {
			for n := range p.Supporting(graph.KindKey) {
				w := keyWorth(p.index, n)
				v := n.Attrs.Int("deletion_days")
				days, known := v.Get()
				s := Low
				if days <= 7 {
					s = Medium
				}
				switch {
				case v.State() == graph.Unknown:
					p.Undecided(n, "deletion_days", w.of(Medium))
				case known && days < monthDays:
					p.Violate(n, w.of(s), "a deletion can be cancelled for "+spanOf(v, daySeconds)+" only, then all that the key encrypted is lost", cites(n, "deletion_days", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func keyNotRotated() Rule {
	return Rule{
		ID: "TG342", Name: "key-not-rotated", Since: "0.1.0", Severity: Low,
		Title:  "The material of a key of the chain never changes",
		Why:    "Rotation bounds how much one piece of key material ever encrypts. It costs nothing to those who use the key; old material stays for what it encrypted.",
		Attack: "Gains little by itself: material that leaked once keeps opening what is encrypted from then on.",
		Fix: Fix{
			Terraform: `resource "aws_kms_key" "logs" {
  enable_key_rotation = true
}`,
			CloudFormation: `LogsKey:
  Type: AWS::KMS::Key
  Properties:
    EnableKeyRotation: true`,
		},
		Techniques: []string{"T1552.004"},
		Subsumes:   []string{"CKV_AWS_7", "AWS-0065", "FG_R00036", "AC_AWS_0160", "F19"},
		References: []string{"https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"},
		Example:    Example{Fail: exampleEncrypted(""), Pass: exampleEncrypted("  enable_key_rotation = true\n")},
		Check: func(p *Pass) {
			for n := range p.Supporting(graph.KindKey) {
				wantFlag(p, n, "rotation", true, Low, "rotation is off")
			}
		},
	}
}
