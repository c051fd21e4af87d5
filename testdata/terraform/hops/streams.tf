resource "aws_kinesis_stream" "trail" {
  name             = "hops-trail"
  shard_count      = 1
  retention_period = 24
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.hops.arn
}

resource "aws_kinesis_stream_consumer" "siem" {
  name       = "siem"
  stream_arn = aws_kinesis_stream.trail.arn
}

resource "aws_kinesis_firehose_delivery_stream" "sink" {
  name        = "hops-sink"
  destination = "extended_s3"

  extended_s3_configuration {
    role_arn       = aws_iam_role.service.arn
    bucket_arn     = aws_s3_bucket.sink.arn
    s3_backup_mode = "Enabled"

    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${aws_lambda_function.worker.arn}:$LATEST"
        }
      }
    }

    s3_backup_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.trail.arn
      prefix     = "backup/"
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "tail" {
  name        = "hops-tail"
  destination = "http_endpoint"

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.trail.arn
    role_arn           = aws_iam_role.service.arn
  }

  http_endpoint_configuration {
    name     = "collector"
    url      = "https://collector.hops.example/v1"
    role_arn = aws_iam_role.service.arn

    s3_configuration {
      role_arn   = aws_iam_role.service.arn
      bucket_arn = aws_s3_bucket.sink.arn
    }
  }
}
