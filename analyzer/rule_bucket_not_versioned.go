package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func bucketNotVersioned() Rule {
	return Rule{
		ID: "TG301", Name: "bucket-not-versioned", Since: "0.1.0", Severity: High,
		Title:  "A bucket of the chain keeps no versions",
		Why:    "Without versioning an overwrite or a delete of a log object is final. With it, deleting adds a marker and the evidence can be brought back. Object Lock and replication need it too.",
		Attack: "Overwrites or deletes the objects that show the intrusion; s3:PutObject or s3:DeleteObject is enough, and nothing can be restored.",
		Fix: Fix{
			Terraform: `resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Enabled"
  }
}`,
			CloudFormation: `LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    VersioningConfiguration:
      Status: Enabled`,
		},
		Techniques: []string{"T1485", "T1070"},
		Subsumes:   []string{"CKV_AWS_21", "AWS-0090", "FG_R00101", "AC_AWS_0214"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"},
		Example:    Example{Fail: exampleTrail, Pass: exampleVersioned},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				v := n.Attrs.Text("versioning.status")
				s := worthOf(p.index, n).of(High)
				switch status, known := word(n.Attrs, "versioning.status"); {
				case v.State() == graph.Absent, known && status != "Enabled":
					p.Violate(n, s, "versioning is "+shown(v)+": whoever may overwrite or delete an object destroys it for good", cites(n, "versioning.status", v))
				case !known:
					p.Undecided(n, "versioning.status", s)
				default:
					p.Hold(n)
				}
			}
		},
	}
}
