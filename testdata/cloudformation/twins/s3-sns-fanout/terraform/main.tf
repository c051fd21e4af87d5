# A trail that announces its deliveries, and a bucket that announces its objects to whoever subscribes.
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

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  trail_arn  = "arn:${local.partition}:cloudtrail:${data.aws_region.current.name}:${local.account_id}:trail/acme-audit"
  topics     = { trail_delivered = aws_sns_topic.trail_delivered.arn, new_log_files = aws_sns_topic.new_log_files.arn }
  queues     = { indexer = aws_sqs_queue.indexer.id, lake = aws_sqs_queue.lake.id, undelivered = aws_sqs_queue.undelivered.id }
}

# --- trail and bucket ----------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "audit" {
  name                          = "acme-audit"
  s3_bucket_name                = aws_s3_bucket.logs.id
  sns_topic_name                = aws_sns_topic.trail_delivered.name
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  depends_on = [aws_s3_bucket_policy.logs, aws_sns_topic_policy.publishers]
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-audit-logs"
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrailChecksAcl"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.logs.arn
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.logs.arn}/AWSLogs/${local.account_id}/*"
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

resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id

  topic {
    topic_arn     = aws_sns_topic.new_log_files.arn
    events        = ["s3:ObjectCreated:Put"]
    filter_prefix = "AWSLogs/"
  }

  topic {
    topic_arn     = aws_sns_topic.new_log_files.arn
    events        = ["s3:ObjectCreated:CompleteMultipartUpload"]
    filter_prefix = "AWSLogs/"
  }

  depends_on = [aws_sns_topic_policy.publishers]
}

# --- topics --------------------------------------------------------------------------------------------------------

resource "aws_sns_topic" "trail_delivered" {
  name              = "acme-trail-delivered"
  kms_master_key_id = aws_kms_key.messages.arn
}

resource "aws_sns_topic" "new_log_files" {
  name              = "acme-new-log-files"
  kms_master_key_id = aws_kms_key.messages.arn
}

# One policy for both topics.
resource "aws_sns_topic_policy" "publishers" {
  for_each = local.topics

  arn = each.value

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrailAnnounces"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "BucketAnnounces"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = aws_s3_bucket.logs.arn }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "soc_mail" {
  topic_arn = aws_sns_topic.trail_delivered.arn
  protocol  = "email"
  endpoint  = "soc@acme.example"
}

resource "aws_sns_topic_subscription" "soc_hook" {
  topic_arn = aws_sns_topic.trail_delivered.arn
  protocol  = "https"
  endpoint  = "https://collector.acme.example/hooks/trail"
}

resource "aws_sns_topic_subscription" "indexer" {
  topic_arn            = aws_sns_topic.new_log_files.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.indexer.arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageBody"

  filter_policy = jsonencode({
    Records = { s3 = { object = { key = [{ prefix = "AWSLogs/111122223333/CloudTrail/" }] } } }
  })

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undelivered.arn
  })
}

resource "aws_sns_topic_subscription" "lake" {
  topic_arn = aws_sns_topic.new_log_files.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.lake.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undelivered.arn
  })
}

resource "aws_sns_topic_subscription" "archivist" {
  topic_arn = aws_sns_topic.new_log_files.arn
  protocol  = "https"
  endpoint  = "https://archive.acme.example/objects"
}

# --- queues --------------------------------------------------------------------------------------------------------

resource "aws_sqs_queue" "indexer" {
  name                       = "acme-indexer"
  kms_master_key_id          = aws_kms_key.messages.arn
  message_retention_seconds  = 864000
  visibility_timeout_seconds = 300
}

resource "aws_sqs_queue" "lake" {
  name                       = "acme-lake"
  sqs_managed_sse_enabled    = true
  message_retention_seconds  = 345600
  visibility_timeout_seconds = 60
}

resource "aws_sqs_queue" "undelivered" {
  name                      = "acme-undelivered"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

# One policy for all queues.
resource "aws_sqs_queue_policy" "topic_delivers" {
  for_each = local.queues

  queue_url = each.value

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TopicDelivers"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = "*"
        Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.new_log_files.arn } }
      },
    ]
  })
}

# --- key -----------------------------------------------------------------------------------------------------------

resource "aws_kms_key" "messages" {
  description             = "Messages about the audit trail"
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
        Sid       = "PublishersEncrypt"
        Effect    = "Allow"
        Principal = { Service = ["cloudtrail.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com"] }
        Action    = ["kms:GenerateDataKey*", "kms:Decrypt"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
}
