# What both forms share: names, policies and the parts that never had an in-line form.

locals {
  account_id  = "111122223333"
  trail_arn   = "arn:aws:cloudtrail:us-east-1:${local.account_id}:trail/two-forms"
  archive_arn = "arn:aws:s3:::two-forms-archive"
  topic_arn   = "arn:aws:sns:us-east-1:${local.account_id}:two-forms-new-log-file"
  queue_arn   = "arn:aws:sqs:us-east-1:${local.account_id}:two-forms-siem"

  archive_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TrailChecksAcl"
        Effect    = "Allow"
        Action    = "s3:GetBucketAcl"
        Resource  = local.archive_arn
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Resource  = "${local.archive_arn}/AWSLogs/${local.account_id}/*"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn, "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
    ]
  })

  topic_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ArchivePublishes"
      Effect    = "Allow"
      Action    = "sns:Publish"
      Resource  = local.topic_arn
      Principal = { Service = "s3.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = local.archive_arn }, StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })

  queue_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TopicSends"
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Resource  = local.queue_arn
      Principal = { Service = "sns.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = local.topic_arn } }
    }]
  })

  reader_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource = local.queue_arn },
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${local.archive_arn}/*" },
    ]
  })

  replication_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource = local.archive_arn },
      { Effect = "Allow", Action = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"], Resource = "${local.archive_arn}/*" },
      { Effect = "Allow", Action = ["s3:ReplicateObject", "s3:ReplicateDelete"], Resource = "arn:aws:s3:::two-forms-copy/*" },
    ]
  })

  key_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Administration", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::${local.account_id}:root" } },
      { Sid = "TrailEncrypts", Effect = "Allow", Action = ["kms:GenerateDataKey*", "kms:DescribeKey"], Resource = "*", Principal = { Service = "cloudtrail.amazonaws.com" } },
    ]
  })
}

resource "aws_cloudtrail" "main" {
  name                       = "two-forms"
  s3_bucket_name             = aws_s3_bucket.archive.id
  kms_key_id                 = aws_kms_key.trail.arn
  is_multi_region_trail      = true
  enable_log_file_validation = true
}

resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  topic {
    id        = "new-log-file"
    topic_arn = aws_sns_topic.new_log_file.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sns_topic_subscription" "siem" {
  topic_arn = aws_sns_topic.new_log_file.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.siem.arn
}
