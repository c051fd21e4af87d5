package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func bucketForceDestroy() Rule {
	example := func(on string) string {
		return `resource "aws_s3_bucket" "logs" {
  bucket        = "acme-trail"
  force_destroy = ` + on + `
}

resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
}
`
	}
	return Rule{
		ID: "TG314", Name: "bucket-force-destroy", Since: "0.1.0", Severity: Medium,
		Title:  "Terraform empties a log bucket when it destroys it",
		Why:    "S3 refuses to delete a bucket that holds objects. With force_destroy Terraform deletes every object and every version first, so that a renamed bucket, a removed module or a destroy in the wrong workspace takes all the evidence along.",
		Attack: "Gets a pull request merged that renames the bucket or moves the module: the pipeline's role deletes the evidence.",
		Fix: Fix{
			Terraform: `resource "aws_s3_bucket" "logs" {
  bucket        = "acme-trail"
  force_destroy = false
  lifecycle {
    prevent_destroy = true
  }
}`,
			CloudFormation: `LogsBucket:
  Type: AWS::S3::Bucket
  DeletionPolicy: Retain
  UpdateReplacePolicy: Retain`,
		},
		Techniques: []string{"T1485"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html"},
		Example:    Example{Fail: example("true"), Pass: example("false")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				wantFlag(p, n, "force_destroy", false, worthOf(p.index, n).of(Medium), "force_destroy is on: destroying or replacing the bucket deletes every object and version in it")
			}
		},
	}
}
