# An archive, a trail that writes to it and a SIEM that is told, in one configuration.
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

variable "environment" {
  type    = string
  default = "prod"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  trail_name = "acme-${var.environment}-trail"
  trail_arn  = "arn:${local.partition}:cloudtrail:${data.aws_region.current.name}:${local.account_id}:trail/${local.trail_name}"
}

# --- archive -------------------------------------------------------------------------------------------------------

resource "aws_s3_bucket" "archive" {
  bucket = "acme-${var.environment}-archive"
}

resource "aws_s3_bucket_versioning" "archive" {
  bucket = aws_s3_bucket.archive.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.archive.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "archive" {
  bucket                  = aws_s3_bucket.archive.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "archive" {
  bucket = aws_s3_bucket.archive.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrailChecksAcl"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.archive.arn
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.archive.arn}/${var.environment}/AWSLogs/${local.account_id}/*"
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

resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  topic {
    topic_arn     = aws_sns_topic.new_log_files.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "${var.environment}/AWSLogs/"
  }

  depends_on = [aws_sns_topic_policy.new_log_files]
}

resource "aws_sns_topic" "new_log_files" {
  name = "acme-${var.environment}-new-log-files"
}

resource "aws_sns_topic_policy" "new_log_files" {
  arn = aws_sns_topic.new_log_files.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ArchiveAnnounces"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.new_log_files.arn
      Condition = {
        ArnLike      = { "aws:SourceArn" = aws_s3_bucket.archive.arn }
        StringEquals = { "aws:SourceAccount" = local.account_id }
      }
    }]
  })
}

resource "aws_kms_key" "archive" {
  description             = "Archive of the trail"
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
        Sid       = "TrailEncrypts"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = ["kms:DescribeKey", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
    ]
  })
}

# --- trail ---------------------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "trail" {
  name                          = local.trail_name
  s3_bucket_name                = aws_s3_bucket.archive.id
  s3_key_prefix                 = var.environment
  kms_key_id                    = aws_kms_key.archive.arn
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  depends_on = [aws_s3_bucket_policy.archive]
}

resource "aws_iam_role" "siem_reader" {
  name = "acme-${var.environment}-siem-reader"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "CollectorOfTheSiem"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "acme-siem" } }
    }]
  })
}

resource "aws_iam_role_policy" "siem_reader" {
  name = "read-trail"
  role = aws_iam_role.siem_reader.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Receive"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.siem.arn
      },
      {
        Sid      = "Fetch"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${aws_s3_bucket.archive.arn}/*"
      },
      {
        Sid      = "Decrypt"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.archive.arn
      },
    ]
  })
}

# --- SIEM ----------------------------------------------------------------------------------------------------------

resource "aws_sqs_queue" "siem" {
  name                       = "acme-${var.environment}-siem"
  sqs_managed_sse_enabled    = true
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 120

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.siem_dead.arn
    maxReceiveCount     = 10
  })
}

resource "aws_sqs_queue" "siem_dead" {
  name                      = "acme-${var.environment}-siem-dead"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TopicDelivers"
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.siem.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.new_log_files.arn } }
    }]
  })
}

resource "aws_sns_topic_subscription" "siem" {
  topic_arn            = aws_sns_topic.new_log_files.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.siem.arn
  raw_message_delivery = true
}
