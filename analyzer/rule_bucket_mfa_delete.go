package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// MFA delete is asked for only where it is the one thing between a stolen permission and the versions:
// on a versioned bucket whose objects no default retention locks. It is low because only the root user can
// switch it on, and because S3 allows no lifecycle rules beside it.
func bucketMFADeleteOff() Rule {
	return Rule{
		ID: "TG302", Name: "bucket-mfa-delete-off", Since: "0.1.0", Severity: Low,
		Title:  "Versions of a log bucket can be deleted without MFA",
		Why:    "Versioning guards against s3:DeleteObject, not against s3:DeleteObjectVersion. Where Object Lock does not hold the versions, MFA delete is what stops a stolen key from deleting them, and from suspending versioning. Object Lock is the better answer: MFA delete needs the root user and rules out lifecycle rules.",
		Attack: "Deletes every version of the objects that show the intrusion with one access key, or suspends versioning first.",
		Fix: Fix{
			Terraform: `# With the credentials of the root user; mfa is "<serial of the device> <code>".
resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  mfa    = var.root_mfa
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}

# Or, without the root user, lock the versions instead:
resource "aws_s3_bucket_object_lock_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 365
    }
  }
}`,
			CloudFormation: `# CloudFormation cannot set MFA delete. Lock the versions instead:
LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    ObjectLockEnabled: true
    ObjectLockConfiguration:
      ObjectLockEnabled: Enabled
      Rule:
        DefaultRetention:
          Mode: COMPLIANCE
          Days: 365`,
		},
		Techniques: []string{"T1485", "T1070"},
		Subsumes:   []string{"AWS-0170", "prowler bucket_requires_mfa_delete", "steampipe bucket_mfa"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html"},
		Example: Example{
			Fail: exampleVersioned,
			Pass: exampleTrail + `
resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  mfa    = "arn:aws:iam::111122223333:mfa/root-account-mfa-device 123456"
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				status, known := word(n.Attrs, "versioning.status")
				if known && status != "Enabled" {
					continue // TG301
				}
				locked := isSet(n.Attrs, "object_lock.mode")
				on, decided := n.Attrs.Bool("versioning.mfa_delete").Get()
				switch {
				case locked == graph.Yes, decided && on:
					p.Hold(n)
				case !known:
					p.Undecided(n, "versioning.status", Low)
				case locked == graph.Maybe:
					p.Undecided(n, "object_lock.mode", Low)
				default:
					wantFlag(p, n, "versioning.mfa_delete", true, Low, "versions can be deleted by whoever holds s3:DeleteObjectVersion: neither MFA delete nor a default retention stops it")
				}
			}
		},
	}
}
