# An organization's trail, its locked archive, and the SIEM that hears of every new log file through a queue.
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

variable "organization_id" {
  description = "Organization whose accounts are recorded."
  type        = string
  default     = "o-acme123456"
}

variable "siem_account_id" {
  description = "Account that the collector of the SIEM runs in."
  type        = string
  default     = "444455556666"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name
  trail_name = "acme-org-trail"
  trail_arn  = "arn:${local.partition}:cloudtrail:${local.region}:${local.account_id}:trail/${local.trail_name}"
}

# --- trail ---------------------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "org" {
  name                          = local.trail_name
  s3_bucket_name                = aws_s3_bucket.archive.id
  s3_key_prefix                 = "org"
  kms_key_id                    = aws_kms_key.audit.arn
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  is_organization_trail         = true
  include_global_service_events = true

  event_selector {
    read_write_type           = "All"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["${aws_s3_bucket.archive.arn}/"]
    }
  }

  insight_selector {
    insight_type = "ApiCallRateInsight"
  }

  insight_selector {
    insight_type = "ApiErrorRateInsight"
  }

  depends_on = [aws_s3_bucket_policy.archive]
}

# --- archive -------------------------------------------------------------------------------------------------------

resource "aws_s3_bucket" "archive" {
  bucket              = "acme-org-trail-archive"
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "archive" {
  bucket = aws_s3_bucket.archive.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 365
    }
  }

  depends_on = [aws_s3_bucket_versioning.archive]
}

resource "aws_s3_bucket_server_side_encryption_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.audit.arn
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

resource "aws_s3_bucket_ownership_controls" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    id     = "seven-years"
    status = "Enabled"

    filter {
      prefix = "org/AWSLogs/"
    }

    transition {
      days          = 90
      storage_class = "GLACIER_IR"
    }

    expiration {
      days = 2557
    }

    noncurrent_version_expiration {
      noncurrent_days = 400
    }
  }

  rule {
    id     = "abandoned-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.archive]
}

resource "aws_s3_bucket_policy" "archive" {
  bucket = aws_s3_bucket.archive.id
  policy = data.aws_iam_policy_document.archive.json
}

data "aws_iam_policy_document" "archive" {
  statement {
    sid       = "TrailChecksAcl"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.archive.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    sid     = "TrailWrites"
    actions = ["s3:PutObject"]

    resources = [
      "${aws_s3_bucket.archive.arn}/org/AWSLogs/${local.account_id}/*",
      "${aws_s3_bucket.archive.arn}/org/AWSLogs/${var.organization_id}/*",
    ]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  statement {
    sid     = "NothingUnencrypted"
    effect  = "Deny"
    actions = ["s3:*"]

    resources = [
      aws_s3_bucket.archive.arn,
      "${aws_s3_bucket.archive.arn}/*",
    ]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid    = "OnlyBreakGlassChangesArchive"
    effect = "Deny"

    actions = [
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:PutBucketNotification",
      "s3:PutBucketPolicy",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ]

    resources = [aws_s3_bucket.archive.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotLike"
      variable = "aws:PrincipalArn"

      values = [
        "arn:${local.partition}:iam::${local.account_id}:role/acme-break-glass",
        "arn:${local.partition}:iam::${local.account_id}:role/acme-provisioner",
      ]
    }
  }
}

resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  queue {
    queue_arn     = aws_sqs_queue.siem.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "org/AWSLogs/"
    filter_suffix = ".json.gz"
  }

  depends_on = [aws_sqs_queue_policy.siem]
}

# --- queue ---------------------------------------------------------------------------------------------------------

resource "aws_sqs_queue" "siem" {
  name                              = "acme-siem"
  kms_master_key_id                 = aws_kms_key.audit.arn
  kms_data_key_reuse_period_seconds = 300
  message_retention_seconds         = 1209600
  visibility_timeout_seconds        = 720

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.siem_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "siem_dead" {
  name                      = "acme-siem-dead"
  kms_master_key_id         = aws_kms_key.audit.arn
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_redrive_allow_policy" "siem_dead" {
  queue_url = aws_sqs_queue.siem_dead.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.siem.arn]
  })
}

resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id
  policy    = data.aws_iam_policy_document.siem.json
}

data "aws_iam_policy_document" "siem" {
  statement {
    sid       = "ArchiveNotifies"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.siem.arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_s3_bucket.archive.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  statement {
    sid       = "NothingUnencrypted"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.siem.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# --- parser --------------------------------------------------------------------------------------------------------

resource "aws_lambda_function" "parser" {
  function_name = "acme-log-parser"
  role          = aws_iam_role.parser.arn
  runtime       = "python3.12"
  handler       = "parser.handler"
  timeout       = 120
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "log-parser/1.4.0.zip"

  environment {
    variables = {
      ARCHIVE = aws_s3_bucket.archive.id
    }
  }
}

resource "aws_lambda_event_source_mapping" "parser" {
  event_source_arn        = aws_sqs_queue.siem.arn
  function_name           = aws_lambda_function.parser.arn
  batch_size              = 10
  enabled                 = true
  function_response_types = ["ReportBatchItemFailures"]

  filter_criteria {
    filter {
      pattern = jsonencode({ body = { Records = { s3 = { object = { key = [{ suffix = ".json.gz" }] } } } } })
    }
  }

  scaling_config {
    maximum_concurrency = 5
  }
}

resource "aws_iam_role" "parser" {
  name               = "acme-log-parser"
  assume_role_policy = data.aws_iam_policy_document.parser_trust.json
}

data "aws_iam_policy_document" "parser_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "parser_logs" {
  role       = aws_iam_role.parser.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "parser" {
  name   = "read-trail"
  role   = aws_iam_role.parser.id
  policy = data.aws_iam_policy_document.read_trail.json
}

# What the parser and the reader of the SIEM may do is the same.
data "aws_iam_policy_document" "read_trail" {
  statement {
    sid = "Receive"

    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
    ]

    resources = [aws_sqs_queue.siem.arn]
  }

  statement {
    sid       = "Fetch"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.archive.arn}/org/AWSLogs/*"]
  }

  statement {
    sid       = "Decrypt"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.audit.arn]
  }
}

# --- reader --------------------------------------------------------------------------------------------------------

resource "aws_iam_role" "siem_reader" {
  name                 = "acme-siem-reader"
  path                 = "/audit/"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.siem_reader_trust.json
}

data "aws_iam_policy_document" "siem_reader_trust" {
  statement {
    sid     = "CollectorOfTheSiem"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${var.siem_account_id}:role/acme-collector"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["acme-siem"]
    }
  }
}

resource "aws_iam_role_policy" "siem_reader" {
  name   = "read-trail"
  role   = aws_iam_role.siem_reader.id
  policy = data.aws_iam_policy_document.read_trail.json
}

# --- key -----------------------------------------------------------------------------------------------------------

resource "aws_kms_key" "audit" {
  description             = "Audit trail of the organization"
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.audit_key.json
}

resource "aws_kms_alias" "audit" {
  name          = "alias/acme-org-trail"
  target_key_id = aws_kms_key.audit.key_id
}

data "aws_iam_policy_document" "audit_key" {
  statement {
    sid       = "Administration"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }
  }

  statement {
    sid       = "TrailEncrypts"
    actions   = ["kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }

    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:aws:cloudtrail:arn"
      values   = ["arn:${local.partition}:cloudtrail:*:${local.account_id}:trail/*"]
    }
  }

  statement {
    sid       = "TrailDescribes"
    actions   = ["kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [local.trail_arn]
    }
  }

  statement {
    sid       = "ArchiveNotifiesEncryptedQueue"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}
