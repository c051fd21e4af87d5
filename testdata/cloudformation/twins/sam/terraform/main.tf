# What the serverless application model makes of ../sam.yaml, as Terraform says it. Names that the model leaves to
# AWS are left to the provider here.
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
  region     = data.aws_region.current.name
  trail_arn  = "arn:${local.partition}:cloudtrail:${local.region}:${local.account_id}:trail/acme-served"
}

# --- trail and bucket ----------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "trail" {
  name                          = "acme-served"
  s3_bucket_name                = aws_s3_bucket.logs.id
  sns_topic_name                = aws_sns_topic.delivered.name
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_to_logs.arn
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  depends_on = [aws_s3_bucket_policy.logs, aws_sns_topic_policy.delivered]
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-served-logs"
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
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

# Of the event NewLogFile.
resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id

  lambda_function {
    lambda_function_arn = aws_lambda_alias.parser_live.arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "AWSLogs/"
    filter_suffix       = ".json.gz"
  }

  depends_on = [aws_lambda_permission.parser_new_log_file]
}

resource "aws_sns_topic" "delivered" {
  name = "acme-served-delivered"
}

resource "aws_sns_topic_policy" "delivered" {
  arn = aws_sns_topic.delivered.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TrailAnnounces"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.delivered.arn
      Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
    }]
  })
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/acme/served"
  retention_in_days = 90
}

resource "aws_iam_role" "trail_to_logs" {
  name = "acme-served-trail-to-logs"

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

# --- Parser --------------------------------------------------------------------------------------------------------

resource "aws_lambda_function" "parser" {
  function_name                  = "acme-served-parser"
  role                           = aws_iam_role.parser.arn
  runtime                        = "python3.12"
  handler                        = "parser.handler"
  timeout                        = 20
  reserved_concurrent_executions = 10
  s3_bucket                      = "acme-artifacts-111122223333"
  s3_key                         = "served-parser/1.0.0.zip"
  publish                        = true

  dead_letter_config {
    target_arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_lambda_alias" "parser_live" {
  name             = "live"
  function_name    = aws_lambda_function.parser.function_name
  function_version = aws_lambda_function.parser.version
}

# The model names the account, and not the bucket.
resource "aws_lambda_permission" "parser_new_log_file" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.parser.function_name
  qualifier      = aws_lambda_alias.parser_live.name
  principal      = "s3.amazonaws.com"
  source_account = local.account_id
}

resource "aws_sns_topic" "parser_failed" {}

resource "aws_lambda_function_event_invoke_config" "parser" {
  function_name                = aws_lambda_function.parser.function_name
  qualifier                    = aws_lambda_alias.parser_live.name
  maximum_retry_attempts       = 1
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = aws_sns_topic.parser_failed.arn
    }
  }
}

resource "aws_iam_role" "parser" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com"] }
      Action    = ["sts:AssumeRole"]
    }]
  })
}

resource "aws_iam_role_policy_attachment" "parser" {
  role       = aws_iam_role.parser.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy" "parser_dead_letters" {
  name = "DeadLetterQueuePolicy"
  role = aws_iam_role.parser.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = aws_sqs_queue.dead.arn
    }]
  })
}

resource "aws_iam_role_policy" "parser_failed" {
  name = "ParserEventInvokeConfigOnFailureSNSPolicy"
  role = aws_iam_role.parser.id

  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "sns:publish"
      Resource = aws_sns_topic.parser_failed.arn
    }]
  })
}

# The policy template S3ReadPolicy.
resource "aws_iam_role_policy" "parser_read" {
  name = "ParserRolePolicy0"
  role = aws_iam_role.parser.id

  policy = jsonencode({
    Statement = [{
      Effect = "Allow"
      Action = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObjectVersion", "s3:GetLifecycleConfiguration"]
      Resource = [
        "arn:${local.partition}:s3:::acme-served-logs",
        "arn:${local.partition}:s3:::acme-served-logs/*",
      ]
    }]
  })
}

# --- Notifier ------------------------------------------------------------------------------------------------------

resource "aws_lambda_function" "notifier" {
  function_name = "acme-served-notifier"
  role          = aws_iam_role.runner.arn
  runtime       = "python3.12"
  handler       = "notifier.handler"
  timeout       = 20
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "served-notifier/1.0.0.zip"
}

resource "aws_sns_topic_subscription" "notifier" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.notifier.arn
}

resource "aws_lambda_permission" "notifier" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.notifier.function_name
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.delivered.arn
}

# --- Auditor -------------------------------------------------------------------------------------------------------

resource "aws_lambda_function" "auditor" {
  function_name = "acme-served-auditor"
  role          = aws_iam_role.runner.arn
  runtime       = "python3.12"
  handler       = "auditor.handler"
  timeout       = 20
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "served-auditor/1.0.0.zip"
}

# SqsSubscription.
resource "aws_sqs_queue" "auditor" {}

resource "aws_sqs_queue_policy" "auditor" {
  queue_url = aws_sqs_queue.auditor.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.auditor.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.delivered.arn } }
    }]
  })
}

resource "aws_sns_topic_subscription" "auditor" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.auditor.arn
}

resource "aws_lambda_event_source_mapping" "auditor_delivered" {
  event_source_arn = aws_sqs_queue.auditor.arn
  function_name    = aws_lambda_function.auditor.function_name
  batch_size       = 10
  enabled          = true
}

resource "aws_lambda_event_source_mapping" "auditor_retry" {
  event_source_arn        = aws_sqs_queue.dead.arn
  function_name           = aws_lambda_function.auditor.function_name
  batch_size              = 5
  enabled                 = true
  function_response_types = ["ReportBatchItemFailures"]
}

# --- Alerter -------------------------------------------------------------------------------------------------------

resource "aws_lambda_function" "alerter" {
  function_name = "acme-served-alerter"
  role          = aws_iam_role.runner.arn
  runtime       = "python3.12"
  handler       = "alerter.handler"
  timeout       = 20
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "served-alerter/1.0.0.zip"
}

resource "aws_cloudwatch_log_subscription_filter" "tampering" {
  name            = "acme-served-tampering"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = "{ $.eventSource = \"cloudtrail.amazonaws.com\" }"
  destination_arn = aws_lambda_function.alerter.arn

  depends_on = [aws_lambda_permission.tampering]
}

resource "aws_lambda_permission" "tampering" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.alerter.function_name
  principal     = "logs.amazonaws.com"
  source_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
}

resource "aws_cloudwatch_event_rule" "stopped" {
  name  = "acme-served-stopped"
  state = "ENABLED"

  event_pattern = jsonencode({
    source      = ["aws.cloudtrail"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail      = { eventName = ["StopLogging", "DeleteTrail"] }
  })
}

resource "aws_cloudwatch_event_target" "stopped" {
  rule      = aws_cloudwatch_event_rule.stopped.name
  target_id = "AlerterStoppedLambdaTarget"
  arn       = aws_lambda_function.alerter.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }

  # The age is what AWS takes where nothing is said.
  retry_policy {
    maximum_retry_attempts       = 5
    maximum_event_age_in_seconds = 86400
  }
}

resource "aws_lambda_permission" "stopped" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.alerter.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.stopped.arn
}

# --- what the template itself declares -----------------------------------------------------------------------------

resource "aws_iam_role" "runner" {
  name = "acme-served-runner"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "runner" {
  name = "take"
  role = aws_iam_role.runner.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Take"
      Effect   = "Allow"
      Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      Resource = "arn:${local.partition}:sqs:${local.region}:${local.account_id}:*"
    }]
  })
}

resource "aws_sqs_queue" "dead" {
  name                       = "acme-served-dead"
  sqs_managed_sse_enabled    = true
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 360
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RuleGivesUp"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.dead.arn
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}
