package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// exampleFirehose streams a trail's log group through a delivery stream; arguments go to the stream,
// destination into its S3 destination.
func exampleFirehose(arguments, destination string) string {
	return exampleSubscription("aws_kinesis_firehose_delivery_stream.siem.arn") + `
resource "aws_kinesis_firehose_delivery_stream" "siem" {
  name        = "siem"
  destination = "extended_s3"
` + arguments + `  extended_s3_configuration {
    role_arn   = "arn:aws:iam::111122223333:role/firehose"
    bucket_arn = "arn:aws:s3:::acme-siem"
` + destination + `  }
}
`
}

func firehoseNotEncrypted() Rule {
	return Rule{
		ID: "TG332", Name: "firehose-not-encrypted", Since: "0.1.0", Severity: Low,
		Title:  "A delivery stream buffers events in the clear",
		Why:    "Records that are put straight into a delivery stream wait there unencrypted unless its encryption is on. Streams that read from Kinesis or MSK take over the encryption of their source.",
		Attack: "Puts forged records, with no key whose policy would ask again.",
		Fix: Fix{
			Terraform: `resource "aws_kinesis_firehose_delivery_stream" "siem" {
  name        = "siem"
  destination = "extended_s3"
  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = aws_kms_key.logs.arn
  }
  extended_s3_configuration {
    role_arn   = aws_iam_role.firehose.arn
    bucket_arn = aws_s3_bucket.siem.arn
  }
}`,
			CloudFormation: `Siem:
  Type: AWS::KinesisFirehose::DeliveryStream
  Properties:
    DeliveryStreamType: DirectPut
    DeliveryStreamEncryptionConfigurationInput:
      KeyType: CUSTOMER_MANAGED_CMK
      KeyARN: !GetAtt LogsKey.Arn
    ExtendedS3DestinationConfiguration:
      RoleARN: !GetAtt FirehoseRole.Arn
      BucketARN: !GetAtt SiemBucket.Arn`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_240", "CKV_AWS_241", "AC_AWS_0156", "W88"},
		References: []string{"https://docs.aws.amazon.com/firehose/latest/dev/encryption.html"},
		Example: Example{
			Fail: exampleFirehose("", ""),
			Pass: exampleFirehose("  server_side_encryption {\n    enabled = true\n  }\n", ""),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindFirehose) {
				if fedBy(p.Graph, n, "firehose_src_kinesis", "firehose_src_msk") {
					continue // the source's encryption counts
				}
				wantFlag(p, n, "sse.enabled", true, Low, "records wait in the delivery stream unencrypted")
			}
		},
	}
}

// firehoseNoBackup: without a transformation nothing is dropped on the way, and what HTTP and Splunk
// destinations refuse is always backed up. A function, though, may answer Dropped, and then the record is gone.
func firehoseNoBackup() Rule {
	const processor = `    processing_configuration {
      enabled = true
      processors {
        type = "Lambda"
        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${aws_lambda_function.siem.arn}:$LATEST"
        }
      }
    }
`
	return Rule{
		ID: "TG333", Name: "firehose-no-backup", Since: "0.1.0", Severity: Medium,
		Title:  "A function may drop events on their way, and no original is kept",
		Why:    "A transformation function answers Ok, Dropped or ProcessingFailed for each record. What it drops is delivered nowhere and logged nowhere. With source record backup the originals are kept in a bucket of their own.",
		Attack: "Changes the function's code, or an environment variable it reads, so that it drops the events of one principal: delivery goes on, without them.",
		Fix: Fix{
			Terraform: `resource "aws_kinesis_firehose_delivery_stream" "siem" {
  name        = "siem"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn       = aws_iam_role.firehose.arn
    bucket_arn     = aws_s3_bucket.siem.arn
    s3_backup_mode = "Enabled"
    s3_backup_configuration {
      role_arn   = aws_iam_role.firehose.arn
      bucket_arn = aws_s3_bucket.originals.arn
    }
  }
}`,
			CloudFormation: `Siem:
  Type: AWS::KinesisFirehose::DeliveryStream
  Properties:
    ExtendedS3DestinationConfiguration:
      RoleARN: !GetAtt FirehoseRole.Arn
      BucketARN: !GetAtt SiemBucket.Arn
      S3BackupMode: Enabled
      S3BackupConfiguration:
        RoleARN: !GetAtt FirehoseRole.Arn
        BucketARN: !GetAtt OriginalsBucket.Arn`,
		},
		Techniques: []string{"T1562.008", "T1565.002"},
		References: []string{"https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"},
		Example: Example{
			Fail: exampleFirehose("", processor) + exampleFunction(),
			Pass: exampleFirehose("", processor+`    s3_backup_mode = "Enabled"
    s3_backup_configuration {
      role_arn   = "arn:aws:iam::111122223333:role/firehose"
      bucket_arn = "arn:aws:s3:::acme-originals"
    }
`) + exampleFunction(),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindFirehose) {
				if !feeds(p.Graph, n, "firehose_processor") {
					continue
				}
				s := worthOf(p.index, n).of(Medium)
				v := n.Attrs.Text("backup_mode")
				switch mode, known := word(n.Attrs, "backup_mode"); {
				case v.State() == graph.Absent, known && mode == "Disabled":
					p.Violate(n, s, "a function transforms the records, and no original is kept: what it drops is gone", cites(n, "backup_mode", v))
				case !known:
					p.Undecided(n, "backup_mode", s)
				case mode == "FailedDataOnly" || mode == "FailedEventsOnly" || mode == "FailedDocumentsOnly":
					p.Violate(n, s, "a function transforms the records, and only failed ones are kept: what it drops is gone", cites(n, "backup_mode", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func firehoseErrorsUnlogged() Rule {
	return Rule{
		ID: "TG334", Name: "firehose-errors-unlogged", Since: "0.1.0", Severity: Low,
		Title:  "A delivery stream fails in silence",
		Why:    "A delivery stream that cannot write, because a policy, a key or an endpoint changed, retries for a day and then gives up. Its error log is the only place that says why.",
		Attack: "Takes a permission from the stream's role and waits for the retries to end; no log says that they failed.",
		Fix: Fix{
			Terraform: `resource "aws_kinesis_firehose_delivery_stream" "siem" {
  name        = "siem"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = aws_iam_role.firehose.arn
    bucket_arn = aws_s3_bucket.siem.arn
    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.firehose.name
      log_stream_name = "errors"
    }
  }
}`,
			CloudFormation: `Siem:
  Type: AWS::KinesisFirehose::DeliveryStream
  Properties:
    ExtendedS3DestinationConfiguration:
      RoleARN: !GetAtt FirehoseRole.Arn
      BucketARN: !GetAtt SiemBucket.Arn
      CloudWatchLoggingOptions:
        Enabled: true
        LogGroupName: !Ref FirehoseLogs
        LogStreamName: errors`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html"},
		Example: Example{
			Fail: exampleFirehose("", ""),
			Pass: exampleFirehose("", "    cloudwatch_logging_options {\n      enabled         = true\n      log_group_name  = \"/firehose/siem\"\n      log_stream_name = \"errors\"\n    }\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindFirehose) {
				wantFlag(p, n, "error_logging", true, Low, "delivery errors are logged nowhere")
			}
		},
	}
}
