# A log group that is streamed to a lake and to a collector, each with a bucket for what fails.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

variable "collector_url" {
  type    = string
  default = "https://collector.acme.example/firehose"
}

variable "collector_token" {
  type      = string
  sensitive = true
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name
  trail_arn  = "arn:${local.partition}:cloudtrail:${local.region}:${local.account_id}:trail/acme-streamed"
}

# --- trail ---------------------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "streamed" {
  name                          = "acme-streamed"
  s3_bucket_name                = aws_s3_bucket.lake.id
  s3_key_prefix                 = "trail"
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_to_logs.arn
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  depends_on = [aws_s3_bucket_policy.lake]
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/acme/trail"
  retention_in_days = 90
}

resource "aws_iam_role" "trail_to_logs" {
  name = "acme-trail-to-logs"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "trail_to_logs" {
  name = "write-events"
  role = aws_iam_role.trail_to_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteEvents"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.trail.arn}:log-stream:*"
    }]
  })
}

# --- stream --------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_subscription_filter" "stream" {
  name            = "acme-everything"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_stream.events.arn
  role_arn        = aws_iam_role.logs_to_stream.arn
  distribution    = "ByLogStream"
}

resource "aws_iam_role" "logs_to_stream" {
  name = "acme-logs-to-stream"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logs.${local.region}.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringLike = { "aws:SourceArn" = "arn:${local.partition}:logs:${local.region}:${local.account_id}:*" } }
    }]
  })
}

resource "aws_iam_role_policy" "logs_to_stream" {
  name = "put-records"
  role = aws_iam_role.logs_to_stream.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Put"
        Effect   = "Allow"
        Action   = ["kinesis:PutRecord", "kinesis:PutRecords"]
        Resource = aws_kinesis_stream.events.arn
      },
      {
        Sid      = "Encrypt"
        Effect   = "Allow"
        Action   = "kms:GenerateDataKey"
        Resource = aws_kms_key.stream.arn
      },
    ]
  })
}

resource "aws_kinesis_stream" "events" {
  name             = "acme-trail-events"
  retention_period = 168
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.stream.arn

  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}

resource "aws_kinesis_stream_consumer" "detector" {
  name       = "acme-detector"
  stream_arn = aws_kinesis_stream.events.arn
}

resource "aws_kinesis_resource_policy" "events" {
  resource_arn = aws_kinesis_stream.events.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DetectorsAccountReads"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::444455556666:root" }
      Action    = ["kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
      Resource  = aws_kinesis_stream.events.arn
    }]
  })
}

resource "aws_kms_key" "stream" {
  description             = "Streams of the trail"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Administration"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "FirehoseEncrypts"
        Effect    = "Allow"
        Principal = { Service = "firehose.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
}

# --- delivery to the lake ------------------------------------------------------------------------------------------

resource "aws_kinesis_firehose_delivery_stream" "lake" {
  name        = "acme-trail-lake"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.events.arn
    role_arn           = aws_iam_role.firehose.arn
  }

  extended_s3_configuration {
    bucket_arn          = aws_s3_bucket.lake.arn
    role_arn            = aws_iam_role.firehose.arn
    prefix              = "events/"
    error_output_prefix = "errors/"
    buffering_interval  = 60
    buffering_size      = 64
    compression_format  = "GZIP"
    kms_key_arn         = aws_kms_key.stream.arn
    s3_backup_mode      = "Enabled"

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.firehose.name
      log_stream_name = "lake"
    }

    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${aws_lambda_function.normaliser.arn}:$LATEST"
        }

        parameters {
          parameter_name  = "RoleArn"
          parameter_value = aws_iam_role.firehose.arn
        }

        parameters {
          parameter_name  = "BufferSizeInMBs"
          parameter_value = "1.5"
        }
      }
    }

    s3_backup_configuration {
      bucket_arn         = aws_s3_bucket.raw.arn
      role_arn           = aws_iam_role.firehose.arn
      prefix             = "raw/"
      buffering_interval = 300
      buffering_size     = 5
      compression_format = "GZIP"
    }
  }
}

resource "aws_cloudwatch_log_group" "firehose" {
  name              = "/acme/firehose"
  retention_in_days = 30
}

resource "aws_s3_bucket" "lake" {
  bucket = "acme-trail-lake"
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "lake" {
  bucket = aws_s3_bucket.lake.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrailChecksAcl"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.lake.arn
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.lake.arn}/trail/AWSLogs/${local.account_id}/*"
        Condition = {
          StringEquals = {
            "aws:SourceArn" = local.trail_arn
            "s3:x-amz-acl"  = "bucket-owner-full-control"
          }
        }
      },
    ]
  })
}

resource "aws_s3_bucket" "raw" {
  bucket = "acme-trail-raw"
}

resource "aws_lambda_function" "normaliser" {
  function_name                  = "acme-normaliser"
  role                           = aws_iam_role.normaliser.arn
  runtime                        = "python3.12"
  handler                        = "normaliser.handler"
  timeout                        = 120
  reserved_concurrent_executions = 50
  s3_bucket                      = "acme-artifacts-111122223333"
  s3_key                         = "normaliser/3.0.2.zip"
}

resource "aws_iam_role" "normaliser" {
  name = "acme-normaliser"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role" "firehose" {
  name = "acme-trail-firehose"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "firehose.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "firehose" {
  name = "deliver"
  role = aws_iam_role.firehose.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
        Resource = aws_kinesis_stream.events.arn
      },
      {
        Sid    = "Write"
        Effect = "Allow"
        Action = ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject"]
        Resource = [
          aws_s3_bucket.lake.arn,
          "${aws_s3_bucket.lake.arn}/*",
          aws_s3_bucket.raw.arn,
          "${aws_s3_bucket.raw.arn}/*",
        ]
      },
      {
        Sid      = "Normalise"
        Effect   = "Allow"
        Action   = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"]
        Resource = ["${aws_lambda_function.normaliser.arn}:*", aws_lambda_function.normaliser.arn]
      },
      {
        Sid      = "UseKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.stream.arn
      },
      {
        Sid      = "LogErrors"
        Effect   = "Allow"
        Action   = "logs:PutLogEvents"
        Resource = "${aws_cloudwatch_log_group.firehose.arn}:log-stream:*"
      },
    ]
  })
}

# --- delivery to the collector -------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_subscription_filter" "collector" {
  name            = "acme-collector"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = "{ $.readOnly IS FALSE }"
  destination_arn = aws_kinesis_firehose_delivery_stream.collector.arn
  role_arn        = aws_iam_role.logs_to_collector.arn
}

resource "aws_iam_role" "logs_to_collector" {
  name = "acme-logs-to-collector"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logs.${local.region}.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringLike = { "aws:SourceArn" = "arn:${local.partition}:logs:${local.region}:${local.account_id}:*" } }
    }]
  })
}

resource "aws_iam_role_policy" "logs_to_collector" {
  name = "put-records"
  role = aws_iam_role.logs_to_collector.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Put"
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = aws_kinesis_firehose_delivery_stream.collector.arn
    }]
  })
}

resource "aws_kinesis_firehose_delivery_stream" "collector" {
  name        = "acme-collector"
  destination = "http_endpoint"

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = aws_kms_key.stream.arn
  }

  http_endpoint_configuration {
    name               = "acme-collector"
    url                = var.collector_url
    access_key         = var.collector_token
    role_arn           = aws_iam_role.firehose.arn
    buffering_interval = 60
    buffering_size     = 1
    retry_duration     = 600
    s3_backup_mode     = "FailedDataOnly"

    request_configuration {
      content_encoding = "GZIP"
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.firehose.name
      log_stream_name = "collector"
    }

    s3_configuration {
      bucket_arn         = aws_s3_bucket.raw.arn
      role_arn           = aws_iam_role.firehose.arn
      prefix             = "failed/"
      buffering_interval = 300
      buffering_size     = 5
      compression_format = "GZIP"
    }
  }
}
