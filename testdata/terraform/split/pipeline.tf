resource "aws_kms_key" "trail" {
  description             = "Trail"
  enable_key_rotation     = true
  deletion_window_in_days = 14
}

resource "aws_kms_key_policy" "trail" {
  key_id = aws_kms_key.trail.key_id
  policy = local.key_policy
}

resource "aws_s3_bucket" "archive" {
  bucket              = "two-forms-archive"
  object_lock_enabled = true
}

resource "aws_s3_bucket_policy" "archive" {
  bucket = aws_s3_bucket.archive.id
  policy = local.archive_policy
}

resource "aws_s3_bucket_versioning" "archive" {
  bucket = aws_s3_bucket.archive.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_logging" "archive" {
  bucket        = aws_s3_bucket.archive.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "archive/"
  depends_on    = [aws_s3_bucket_acl.access_logs]
}

resource "aws_s3_bucket_lifecycle_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    id     = "two-years"
    status = "Enabled"

    filter {
      prefix = "AWSLogs/"
    }

    expiration {
      days = 730
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id
  role   = aws_iam_role.replication.arn

  rule {
    id       = "copy"
    status   = "Enabled"
    priority = 1

    filter {
      prefix = "AWSLogs/"
    }

    delete_marker_replication {
      status = "Disabled"
    }

    destination {
      bucket        = aws_s3_bucket.copy.arn
      storage_class = "STANDARD_IA"
    }
  }

  depends_on = [aws_s3_bucket_versioning.archive, aws_s3_bucket_versioning.copy]
}

resource "aws_s3_bucket_server_side_encryption_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.trail.arn
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 90
    }
  }

  depends_on = [aws_s3_bucket_versioning.archive]
}

resource "aws_s3_bucket" "copy" {
  bucket = "two-forms-copy"
}

resource "aws_s3_bucket_versioning" "copy" {
  bucket = aws_s3_bucket.copy.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket" "access_logs" {
  bucket        = "two-forms-access-logs"
  force_destroy = true
}

resource "aws_s3_bucket_acl" "access_logs" {
  bucket = aws_s3_bucket.access_logs.id
  acl    = "log-delivery-write"
}

resource "aws_sns_topic" "new_log_file" {
  name = "two-forms-new-log-file"
}

resource "aws_sns_topic_policy" "new_log_file" {
  arn    = aws_sns_topic.new_log_file.arn
  policy = local.topic_policy
}

resource "aws_sqs_queue" "siem" {
  name                    = "two-forms-siem"
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id
  policy    = local.queue_policy
}

resource "aws_sqs_queue_redrive_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "dead" {
  name                    = "two-forms-dead"
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id

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
}

resource "aws_iam_role_policy" "reader" {
  name   = "read"
  role   = aws_iam_role.reader.id
  policy = local.reader_policy
}

resource "aws_iam_role_policy_attachment" "reader_list" {
  role       = aws_iam_role.reader.name
  policy_arn = aws_iam_policy.list.arn
}

resource "aws_iam_role_policy_attachment" "reader_read_only" {
  role       = aws_iam_role.reader.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
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
}

resource "aws_iam_role_policy" "replication" {
  name   = "copy"
  role   = aws_iam_role.replication.id
  policy = local.replication_policy
}
