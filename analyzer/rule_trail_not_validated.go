package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func trailNotValidated() Rule {
	return Rule{
		ID: "TG109", Name: "trail-not-validated", Since: "0.1.0", Severity: Medium,
		Title:  "Nobody could tell a forged log object from a true one",
		Why:    "With log file validation CloudTrail writes a signed digest of the log objects of each hour, chained to the digest before. Without it there is nothing to hold the objects against: a changed one, or one that is missing, cannot be told from what CloudTrail wrote, and the record is worth little as evidence.",
		Attack: "Takes single events out of a log object and writes it back, or deletes the objects of an hour: no later check can find it.",
		Fix: Fix{
			Terraform:      "resource \"aws_cloudtrail\" \"org\" {\n  name                       = \"org\"\n  s3_bucket_name             = aws_s3_bucket.logs.id\n  enable_log_file_validation = true\n}",
			CloudFormation: "Trail:\n  Type: AWS::CloudTrail::Trail\n  Properties:\n    IsLogging: true\n    S3BucketName: !Ref LogsBucket\n    EnableLogFileValidation: true",
		},
		Techniques: []string{"T1565.001", "T1070"},
		Subsumes:   []string{"CKV_AWS_36", "AWS-0016", "KICS 52ffcfa6", "AC_AWS_0446", "FG_R00027", "prowler cloudtrail_log_file_validation_enabled", "Scout cloudtrail-no-log-file-validation"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html"},
		Example: Example{
			Fail: exampleWhole,
			Pass: exampleSelects + "  enable_log_file_validation = true\n}\n",
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTrail) {
				s := Medium
				if storedLocked(p.Graph, n) {
					s = Low // what CloudTrail wrote cannot be changed or deleted, and the digests merely prove it
				}
				wantFlag(p, n, "validation", true, s, "no digests are written: a changed or missing log object cannot be told")
			}
		},
	}
}

// storedLocked says that the objects of a trail are certain to be locked, in the mode that nobody can lift.
func storedLocked(g *graph.Graph, n *graph.Node) bool {
	for e := range g.Out(n.ID) {
		if e.Kind.ID != "trail_s3" || e.OneOf != "" {
			continue
		}
		if mode, known := word(g.Node(e.To).Attrs, "object_lock.mode"); known && mode == "COMPLIANCE" {
			return true
		}
	}
	return false
}
