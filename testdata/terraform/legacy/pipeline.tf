resource "aws_kms_key" "trail" {
  description             = "Trail"
  enable_key_rotation     = true
  deletion_window_in_days = 14
  policy                  = local.key_policy
}

resource "aws_s3_bucket" "archive" {
  bucket = "two-forms-archive"
  policy = local.archive_policy

  versioning {
    enabled = true
  }

  logging {
    target_bucket = aws_s3_bucket.access_logs.id
    target_prefix = "archive/"
  }

  lifecycle_rule {
    id      = "two-years"
    enabled = true
    prefix  = "AWSLogs/"

    expiration {
      days = 730
    }

    noncurrent_version_expiration {
      days = 30
    }
  }

  replication_configuration {
    role = aws_iam_role.replication.arn

    rules {
      id       = "copy"
      status   = "Enabled"
      priority = 1
      prefix   = "AWSLogs/"

      destination {
        bucket        = aws_s3_bucket.copy.arn
        storage_class = "STANDARD_IA"
      }
    }
  }

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = aws_kms_key.trail.arn
      }
    }
  }

  object_lock_configuration {
    object_lock_enabled = "Enabled"

    rule {
      default_retention {
        mode = "GOVERNANCE"
        days = 90
      }
    }
  }
}

resource "aws_s3_bucket" "copy" {
  bucket = "two-forms-copy"

  versioning {
    enabled = true
  }
}

resource "aws_s3_bucket" "access_logs" {
  bucket        = "two-forms-access-logs"
  acl           = "log-delivery-write"
  force_destroy = true
}

resource "aws_sns_topic" "new_log_file" {
  name   = "two-forms-new-log-file"
  policy = local.topic_policy
}

resource "aws_sqs_queue" "siem" {
  name                    = "two-forms-siem"
  sqs_managed_sse_enabled = true
  policy                  = local.queue_policy

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "dead" {
  name                    = "two-forms-dead"
  sqs_managed_sse_enabled = true

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arn]
  })
}

resource "aws_iam_role" "reader" {
  name = "two-forms-reader"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::444455556666:root" } }]
  })

  inline_policy {
    name   = "read"
    policy = local.reader_policy
  }

  managed_policy_arns = [aws_iam_policy.list.arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"]
}

resource "aws_iam_policy" "list" {
  name   = "two-forms-list"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = local.archive_arn }] })
}

resource "aws_iam_role" "replication" {
  name = "two-forms-replication"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "s3.amazonaws.com" } }]
  })

  inline_policy {
    name   = "copy"
    policy = local.replication_policy
  }
}
