package analyzer

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const exampleKey = `
resource "aws_kms_key" "logs" {
  enable_key_rotation = true
}
`

// encrypted says whether a bucket's default encryption uses a KMS key.
func encrypted(n *graph.Node) graph.Tri {
	algorithm, known := word(n.Attrs, "encryption.algorithm")
	if !known {
		return graph.TriOf(n.Attrs.Text("encryption.algorithm").State() != graph.Absent).And(graph.Maybe)
	}
	return graph.TriOf(strings.HasPrefix(algorithm, "aws:kms"))
}

// bucketNoKMS is low: every bucket is encrypted at rest. What a key adds is a second permission, kms:Decrypt,
// and a record of each use. Buckets that trails of the input write to are for TG319: there the trail's key counts.
func bucketNoKMS() Rule {
	const firehose = `
resource "aws_s3_bucket" "siem" {
  bucket = "acme-siem"
}

resource "aws_kinesis_firehose_delivery_stream" "siem" {
  name        = "siem"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = "arn:aws:iam::111122223333:role/firehose"
    bucket_arn = aws_s3_bucket.siem.arn
  }
}
`
	return Rule{
		ID: "TG313", Name: "bucket-no-kms", Since: "0.1.0", Severity: Low,
		Title:  "Events in a bucket of the chain are readable without a key",
		Why:    "With SSE-S3 whoever may get an object reads it. With a KMS key a reader needs kms:Decrypt as well, by a policy that the bucket's owner does not write, and each use of the key is recorded.",
		Attack: "Reads the events with s3:GetObject alone: a leaked read-only role of the bucket's account is enough.",
		Fix: Fix{
			Terraform: `resource "aws_s3_bucket_server_side_encryption_configuration" "siem" {
  bucket = aws_s3_bucket.siem.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.logs.arn
    }
  }
}`,
			CloudFormation: `SiemBucket:
  Type: AWS::S3::Bucket
  Properties:
    BucketEncryption:
      ServerSideEncryptionConfiguration:
        - BucketKeyEnabled: true
          ServerSideEncryptionByDefault:
            SSEAlgorithm: aws:kms
            KMSMasterKeyID: !GetAtt LogsKey.Arn`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_19", "CKV_AWS_145", "AWS-0088", "AWS-0132", "FG_R00099", "AC_AWS_0207", "W41", "KICS b2e8752c"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"},
		Example: Example{
			Fail: exampleSubscription("aws_kinesis_firehose_delivery_stream.siem.arn") + firehose,
			Pass: exampleSubscription("aws_kinesis_firehose_delivery_stream.siem.arn") + firehose + exampleKey + `
resource "aws_s3_bucket_server_side_encryption_configuration" "siem" {
  bucket = aws_s3_bucket.siem.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.logs.arn
    }
  }
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				v := n.Attrs.Text("encryption.algorithm")
				switch is := encrypted(n); {
				case fedBy(p.Graph, n, "trail_s3"): // TG319
				case is == graph.Maybe:
					p.Undecided(n, "encryption.algorithm", Low)
				case is == graph.Yes:
					p.Hold(n)
				case isAdmitted(p.Graph, n):
					p.Undecided(n, "encryption.algorithm", Low, unsure(n, "whether the trail that writes here brings a key: the default encryption is "+shown(v)), func(f *Finding) { f.SettledBy = "the input that declares the trail" })
				default:
					p.Violate(n, Low, "the default encryption is "+shown(v)+": s3:GetObject alone reads the events", cites(n, "encryption.algorithm", v))
				}
			}
		},
	}
}

func trailNoKMS() Rule {
	return Rule{
		ID: "TG319", Name: "trail-no-kms", Since: "0.1.0", Severity: Low,
		Title:  "The trail's objects are readable without a key",
		Why:    "A trail without a key of its own, that writes to a bucket without one, leaves objects that everybody who may get them can read. A customer managed key asks for kms:Decrypt as well, can be withdrawn, and records each use. It encrypts CloudTrail's objects even where the bucket's default is SSE-S3.",
		Attack: "Reads who watches what, and which calls were seen, with s3:GetObject alone.",
		Fix: Fix{
			Terraform: `resource "aws_kms_key" "logs" {
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.logs_key.json # must allow cloudtrail.amazonaws.com
}

resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
  kms_key_id     = aws_kms_key.logs.arn
}`,
			CloudFormation: `Trail:
  Type: AWS::CloudTrail::Trail
  Properties:
    IsLogging: true
    S3BucketName: !Ref LogsBucket
    KMSKeyId: !GetAtt LogsKey.Arn # its policy must allow cloudtrail.amazonaws.com`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_35", "AWS-0015", "KICS 5d9e3164", "AC_AWS_0033", "FG_R00035"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html"},
		Example: Example{
			Fail: exampleTrail,
			Pass: exampleBucket + exampleKey + `
resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
  kms_key_id     = aws_kms_key.logs.arn
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTrail) {
				switch isSet(n.Attrs, "kms_key") {
				case graph.Yes:
					p.Hold(n)
				case graph.Maybe:
					p.Undecided(n, "kms_key", Low)
				case graph.No:
					trailBucketKMS(p, n)
				}
			}
		},
	}
}

// trailBucketKMS judges a trail without a key by the default encryption of its bucket.
func trailBucketKMS(p *Pass, trail *graph.Node) {
	is, first, evidence := graph.Maybe, true, Option(func(*Finding) {})
	for e := range p.Graph.Out(trail.ID) {
		b := p.Graph.Node(e.To)
		if e.Kind.ID != "trail_s3" || b == nil {
			continue
		}
		one := graph.Maybe
		if e.OneOf == "" && b.Declared() {
			one = encrypted(b)
		}
		if !first && one != is { // one of several that it may be
			one = graph.Maybe
		}
		is, first = one, false
		evidence = Because(b, "encryption.algorithm", "the bucket's default encryption is "+shown(b.Attrs.Text("encryption.algorithm")))
	}
	switch is {
	case graph.Yes:
		p.Hold(trail)
	case graph.No:
		p.Violate(trail, Low, "neither the trail nor its bucket encrypts with a KMS key: s3:GetObject alone reads the events", evidence, Because(trail, "kms_key", "kms_key is not set"))
	case graph.Maybe:
		p.Undecided(trail, "kms_key", Low, unsure(trail, "the default encryption of its bucket, which counts as the trail has no key of its own"))
	}
}
