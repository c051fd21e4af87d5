package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const exampleRetention = `
resource "aws_s3_bucket_object_lock_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    default_retention {
      mode = %q
      days = %d
    }
  }
}
`

//nolint:gochecknoglobals // shared by the rules of this file
var fixObjectLock = Fix{
	Terraform: `resource "aws_s3_bucket" "logs" {
  bucket              = "acme-trail"
  object_lock_enabled = true
}

resource "aws_s3_bucket_object_lock_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 365
    }
  }
}`,
	CloudFormation: `LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    ObjectLockEnabled: true
    ObjectLockConfiguration:
      ObjectLockEnabled: Enabled
      Rule:
        DefaultRetention:
          Mode: COMPLIANCE
          Days: 365`,
}

func bucketNotLocked() Rule {
	return Rule{
		ID: "TG303", Name: "bucket-not-locked", Since: "0.1.0", Severity: Medium,
		Title:  "Log objects are not locked against deletion",
		Why:    "Object Lock in compliance mode is the one control that binds everybody, the administrator and the root user included: until its retention ends an object version cannot be deleted or overwritten. Without it the evidence is as safe as the weakest principal that may delete it.",
		Attack: "Deletes the object versions of the hours in question with any role that holds s3:DeleteObjectVersion, or that may give itself that permission.",
		Fix:    fixObjectLock, Techniques: []string{"T1485", "T1070"},
		Subsumes:   []string{"CKV_AWS_143", "prowler object_lock"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"},
		Example:    Example{Fail: exampleTrail, Pass: exampleLocked + fmt.Sprintf(exampleRetention, "COMPLIANCE", yearDays)},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				message := "Object Lock is off: object versions can be deleted by whoever holds s3:DeleteObjectVersion"
				switch status, known := word(n.Attrs, "versioning.status"); {
				case !known:
					message = "Object Lock is off: nothing holds the objects against whoever may delete them, and whether versions are kept is not known"
				case status != "Enabled":
					message = "Object Lock is off, and so is the versioning that it needs: objects can be deleted by whoever holds s3:DeleteObject"
				}
				wantFlag(p, n, "object_lock.enabled", true, worthOf(p.index, n).of(Medium), message)
			}
		},
	}
}

func objectLockNoDefault() Rule {
	return Rule{
		ID: "TG304", Name: "object-lock-no-default", Since: "0.1.0", Severity: Medium,
		Title:  "Object Lock is on but locks nothing",
		Why:    "Enabling Object Lock only makes locks possible. CloudTrail writes its objects without a retention of their own, so that without a default retention not one of them is locked, while every inventory says that Object Lock is on.",
		Attack: "Deletes the object versions of the hours in question, as in any other bucket.",
		Fix:    fixObjectLock, Techniques: []string{"T1485", "T1070"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html"},
		Example:    Example{Fail: exampleLocked, Pass: exampleLocked + fmt.Sprintf(exampleRetention, "COMPLIANCE", yearDays)},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				s := worthOf(p.index, n).of(Medium)
				on, known := n.Attrs.Bool("object_lock.enabled").Get()
				set := isSet(n.Attrs, "object_lock.mode")
				switch {
				case known && !on: // TG303
				case set == graph.Yes:
					p.Hold(n)
				case set == graph.Maybe:
					p.Undecided(n, "object_lock.mode", s)
				case !known:
					p.Undecided(n, "object_lock.enabled", s)
				default:
					p.Violate(n, s, "Object Lock is on, but without a default retention: what CloudTrail writes is not locked", Because(n, "object_lock.enabled", "Object Lock is on"), Because(n, "object_lock.mode", "there is no default retention"))
				}
			}
		},
	}
}

func objectLockGovernance() Rule {
	return Rule{
		ID: "TG305", Name: "object-lock-governance", Since: "0.1.0", Severity: Low,
		Title:  "Object Lock can be bypassed",
		Why:    "Governance mode holds for everybody but those with s3:BypassGovernanceRetention, which every administrator and every policy of s3:* has. Compliance mode has no bypass.",
		Attack: "Deletes locked versions with x-amz-bypass-governance-retention: true.",
		Fix:    fixObjectLock, Techniques: []string{"T1485", "T1070"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes"},
		Example: Example{
			Fail: exampleLocked + fmt.Sprintf(exampleRetention, "GOVERNANCE", yearDays),
			Pass: exampleLocked + fmt.Sprintf(exampleRetention, "COMPLIANCE", yearDays),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				v := n.Attrs.Text("object_lock.mode")
				mode, known := word(n.Attrs, "object_lock.mode")
				switch {
				case v.State() == graph.Absent: // TG303, TG304
				case !known:
					p.Undecided(n, "object_lock.mode", Low)
				case mode == "GOVERNANCE":
					p.Violate(n, Low, "the default retention is in governance mode: s3:BypassGovernanceRetention, which s3:* contains, deletes what it locks", cites(n, "object_lock.mode", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

// The spans are those in which an intrusion is likely to be found: most are within a month or two, and the
// event history, which nobody can delete, spans ninety days as well.
func objectLockShort() Rule {
	return Rule{
		ID: "TG306", Name: "object-lock-short", Since: "0.1.0", Severity: Medium,
		Title:  "Log objects are locked for too short a time",
		Why:    "An attacker who can wait outlasts a lock of days. Most intrusions go unnoticed for longer than thirty days; less than ninety is shorter than CloudTrail's own event history, which nobody can delete.",
		Attack: "Waits until the lock ends, then deletes the object versions.",
		Fix:    fixObjectLock, Techniques: []string{"T1485", "T1070"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-periods"},
		Example: Example{
			Fail: exampleLocked + fmt.Sprintf(exampleRetention, "COMPLIANCE", 7),
			Pass: exampleLocked + fmt.Sprintf(exampleRetention, "COMPLIANCE", yearDays),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				w := worthOf(p.index, n)
				days, years := n.Attrs.Int("object_lock.days"), n.Attrs.Int("object_lock.years")
				d, known := lockDays(n)
				switch {
				case days.State() == graph.Absent && years.State() == graph.Absent: // TG303, TG304
				case !known && days.State() == graph.Unknown:
					p.Undecided(n, "object_lock.days", w.of(Medium))
				case !known:
					p.Undecided(n, "object_lock.years", w.of(Medium))
				case d < monthDays:
					p.Violate(n, w.of(Medium), "versions are locked for "+spanOf(days, daySeconds)+" only: waiting them out is enough to delete them", cites(n, "object_lock.days", days))
				case d < quarterDays:
					p.Violate(n, Low, "versions are locked for "+spanOf(days, daySeconds)+", less than CloudTrail's own event history of 90 days", cites(n, "object_lock.days", days))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

// lockDays returns the default retention in days, zero where there is none; false where it is not known.
func lockDays(n *graph.Node) (int64, bool) {
	days, years := n.Attrs.Int("object_lock.days"), n.Attrs.Int("object_lock.years")
	if days.State() == graph.Unknown && years.Or(0) == 0 || years.State() == graph.Unknown && days.Or(0) == 0 {
		return 0, false
	}
	return days.Or(0) + yearDays*years.Or(0), true
}
