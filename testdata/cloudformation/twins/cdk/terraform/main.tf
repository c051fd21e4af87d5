# What the AWS CDK makes of scripts/cdk-synth/app.js, as Terraform says it. Names that the CDK leaves to AWS are left to
# the provider here; what it adds for its own use is not here.
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

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
}

# --- trail ---------------------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "trail" {
  name                          = "acme-cdk-trail"
  s3_bucket_name                = aws_s3_bucket.archive.id
  kms_key_id                    = aws_kms_key.archive.arn
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_to_logs.arn
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  event_selector {
    read_write_type           = "All"
    include_management_events = true
  }

  event_selector {
    read_write_type           = "WriteOnly"
    include_management_events = false

    data_resource {
      type   = "AWS::S3::Object"
      values = ["${aws_s3_bucket.archive.arn}/AWSLogs/"]
    }
  }

  depends_on = [aws_s3_bucket_policy.archive]
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/acme/cdk-trail"
  retention_in_days = 90
}

resource "aws_iam_role" "trail_to_logs" {
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
  name = "TrailLogsRoleDefaultPolicy563657A5"
  role = aws_iam_role.trail_to_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.trail.arn}:*"
    }]
  })
}

# --- archive -------------------------------------------------------------------------------------------------------

resource "aws_kms_key" "archive" {
  description             = "Archive of the trail"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
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
        Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/acme-cdk-trail" } }
      },
    ]
  })
}

resource "aws_s3_bucket" "archive" {
  bucket = "acme-cdk-archive"
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

resource "aws_s3_bucket_lifecycle_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id

  rule {
    id     = "seven-years"
    status = "Enabled"

    filter {
      prefix = "AWSLogs/"
    }

    expiration {
      days = 2557
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }

  depends_on = [aws_s3_bucket_versioning.archive]
}

resource "aws_s3_bucket_policy" "archive" {
  bucket = aws_s3_bucket.archive.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.archive.arn, "${aws_s3_bucket.archive.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.archive.arn
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.archive.arn}/AWSLogs/${local.account_id}/*"
        Condition = { StringEquals = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
    ]
  })
}

resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  queue {
    queue_arn     = aws_sqs_queue.siem.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "AWSLogs/111122223333/CloudTrail/"
    filter_suffix = ".json.gz"
  }

  topic {
    topic_arn = aws_sns_topic.removed.arn
    events    = ["s3:ObjectRemoved:*"]
  }

  lambda_function {
    lambda_function_arn = aws_lambda_function.verifier.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "AWSLogs/111122223333/CloudTrail-Digest/"
  }

  depends_on = [aws_sqs_queue_policy.siem, aws_sns_topic_policy.removed, aws_lambda_permission.verifier]
}

# --- queue and parser ----------------------------------------------------------------------------------------------

resource "aws_sqs_queue" "siem" {
  name                       = "acme-cdk-siem"
  kms_master_key_id          = aws_kms_key.queue.arn
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 720

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
      Resource  = aws_sqs_queue.siem.arn
      Condition = { ArnLike = { "aws:SourceArn" = aws_s3_bucket.archive.arn } }
    }]
  })
}

resource "aws_kms_key" "queue" {
  description             = "Queue of the SIEM"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = { ArnLike = { "aws:SourceArn" = aws_s3_bucket.archive.arn } }
      },
      {
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_lambda_function" "parser" {
  function_name = "acme-cdk-parser"
  role          = aws_iam_role.parser.arn
  runtime       = "python3.12"
  handler       = "index.handler"
  timeout       = 120
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "acme-cdk-parser/1.0.0.zip"
}

resource "aws_lambda_event_source_mapping" "parser" {
  event_source_arn        = aws_sqs_queue.siem.arn
  function_name           = aws_lambda_function.parser.function_name
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_iam_role" "parser" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "parser" {
  role       = aws_iam_role.parser.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "parser" {
  name = "ParserServiceRoleDefaultPolicy535B05A1"
  role = aws_iam_role.parser.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.siem.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.queue.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetBucket*", "s3:GetObject*", "s3:List*"]
        Resource = [aws_s3_bucket.archive.arn, "${aws_s3_bucket.archive.arn}/AWSLogs/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey"]
        Resource = aws_kms_key.archive.arn
      },
    ]
  })
}

# --- topic ---------------------------------------------------------------------------------------------------------

resource "aws_sns_topic" "removed" {
  name = "acme-cdk-removed"
}

resource "aws_sns_topic_policy" "removed" {
  arn = aws_sns_topic.removed.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "0"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.removed.arn
      Condition = { ArnLike = { "aws:SourceArn" = aws_s3_bucket.archive.arn } }
    }]
  })
}

resource "aws_sns_topic_subscription" "removed_mail" {
  topic_arn = aws_sns_topic.removed.arn
  protocol  = "email"
  endpoint  = "soc@acme.example"
}

resource "aws_sns_topic_subscription" "removed_dead" {
  topic_arn            = aws_sns_topic.removed.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.dead.arn
  raw_message_delivery = true
}

resource "aws_sqs_queue" "dead" {
  name                      = "acme-cdk-dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.dead.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.removed.arn } }
    }]
  })
}

# --- verifier ------------------------------------------------------------------------------------------------------

resource "aws_lambda_function" "verifier" {
  function_name                  = "acme-cdk-verifier"
  role                           = aws_iam_role.verifier.arn
  runtime                        = "python3.12"
  handler                        = "index.handler"
  reserved_concurrent_executions = 5
  s3_bucket                      = "acme-artifacts-111122223333"
  s3_key                         = "acme-cdk-verifier/1.0.0.zip"

  dead_letter_config {
    target_arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_lambda_function_event_invoke_config" "verifier" {
  function_name          = aws_lambda_function.verifier.function_name
  qualifier              = "$LATEST"
  maximum_retry_attempts = 1
}

resource "aws_lambda_permission" "verifier" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.verifier.arn
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.archive.arn
  source_account = local.account_id
}

resource "aws_iam_role" "verifier" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "verifier" {
  role       = aws_iam_role.verifier.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "verifier" {
  name = "VerifierServiceRoleDefaultPolicyB4B87020"
  role = aws_iam_role.verifier.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = aws_sqs_queue.dead.arn
    }]
  })
}

# --- reader --------------------------------------------------------------------------------------------------------

resource "aws_iam_role" "reader" {
  name = "acme-cdk-siem-reader"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "acme-siem" } }
    }]
  })
}

resource "aws_iam_role_policy" "reader" {
  name = "ReaderDefaultPolicy151F3818"
  role = aws_iam_role.reader.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
        Resource = aws_sqs_queue.siem.arn
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.queue.arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetBucket*", "s3:GetObject*", "s3:List*"]
        Resource = [aws_s3_bucket.archive.arn, "${aws_s3_bucket.archive.arn}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey"]
        Resource = aws_kms_key.archive.arn
      },
    ]
  })
}
