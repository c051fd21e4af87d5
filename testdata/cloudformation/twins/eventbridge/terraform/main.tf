# Rules that watch the trail and its bucket, and what hangs behind them: buses, a pipe, a hook.
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

data "aws_secretsmanager_secret_version" "hook" {
  secret_id = "acme/hook"
}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name
  trail_arn  = "arn:${local.partition}:cloudtrail:${local.region}:${local.account_id}:trail/acme-detected"
}

# --- trail and bucket ----------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "detected" {
  name                          = "acme-detected"
  s3_bucket_name                = aws_s3_bucket.logs.id
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-detected-logs"
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
  bucket      = aws_s3_bucket.logs.id
  eventbridge = true
}

# --- default bus: somebody tampers with the trail ------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "tampering" {
  name        = "acme-trail-tampering"
  description = "Somebody changes the trail or its bucket"
  state       = "ENABLED"

  event_pattern = jsonencode({
    source      = ["aws.cloudtrail", "aws.s3"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["cloudtrail.amazonaws.com", "s3.amazonaws.com"]
      eventName   = ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", { prefix = "PutBucket" }, { prefix = "DeleteBucket" }]
    }
  })
}

resource "aws_cloudwatch_event_target" "tampering_soc" {
  rule      = aws_cloudwatch_event_rule.tampering.name
  target_id = "soc"
  arn       = aws_sns_topic.soc.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }

  retry_policy {
    maximum_retry_attempts       = 10
    maximum_event_age_in_seconds = 3600
  }
}

resource "aws_cloudwatch_event_target" "tampering_responder" {
  rule      = aws_cloudwatch_event_rule.tampering.name
  target_id = "responder"
  arn       = aws_lambda_function.responder.arn
}

resource "aws_sns_topic" "soc" {
  name = "acme-soc"
}

resource "aws_sns_topic_policy" "soc" {
  arn = aws_sns_topic.soc.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RuleAlerts"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.soc.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.tampering.arn } }
    }]
  })
}

resource "aws_sns_topic_subscription" "soc_mail" {
  topic_arn = aws_sns_topic.soc.arn
  protocol  = "email"
  endpoint  = "soc@acme.example"
}

resource "aws_lambda_function" "responder" {
  function_name = "acme-responder"
  role          = aws_iam_role.responder.arn
  runtime       = "python3.12"
  handler       = "responder.handler"
  timeout       = 30
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "responder/1.2.0.zip"
}

resource "aws_lambda_permission" "responder" {
  statement_id  = "RuleInvokes"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.responder.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.tampering.arn
}

resource "aws_iam_role" "responder" {
  name = "acme-responder"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "responder" {
  name = "switch-on"
  role = aws_iam_role.responder.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SwitchTrailOn"
      Effect   = "Allow"
      Action   = "cloudtrail:StartLogging"
      Resource = local.trail_arn
    }]
  })
}

# --- default bus: new objects --------------------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "objects" {
  name = "acme-new-objects"

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = {
      bucket = { name = [aws_s3_bucket.logs.id] }
      object = { key = [{ prefix = "AWSLogs/" }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "objects_queue" {
  rule      = aws_cloudwatch_event_rule.objects.name
  target_id = "queue"
  arn       = aws_sqs_queue.objects.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_sqs_queue" "objects" {
  name                       = "acme-objects"
  sqs_managed_sse_enabled    = true
  message_retention_seconds  = 604800
  visibility_timeout_seconds = 60
}

resource "aws_sqs_queue" "undelivered" {
  name                      = "acme-undelivered-events"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue_policy" "objects" {
  queue_url = aws_sqs_queue.objects.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RuleSends"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.objects.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.objects.arn } }
    }]
  })
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RulesGiveUp"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.undelivered.arn
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

# --- pipe: new objects are triaged ---------------------------------------------------------------------------------

resource "aws_pipes_pipe" "triage" {
  name          = "acme-triage"
  role_arn      = aws_iam_role.pipe.arn
  source        = aws_sqs_queue.objects.arn
  enrichment    = aws_lambda_function.responder.arn
  target        = aws_sfn_state_machine.triage.arn
  desired_state = "RUNNING"

  source_parameters {
    sqs_queue_parameters {
      batch_size                         = 10
      maximum_batching_window_in_seconds = 30
    }
  }

  target_parameters {
    step_function_state_machine_parameters {
      invocation_type = "FIRE_AND_FORGET"
    }
  }
}

resource "aws_pipes_pipe" "replay" {
  name          = "acme-replay"
  role_arn      = aws_iam_role.pipe.arn
  source        = aws_sqs_queue.undelivered.arn
  target        = aws_cloudwatch_event_bus.audit.arn
  desired_state = "STOPPED"

  source_parameters {
    sqs_queue_parameters {
      batch_size = 1
    }
  }
}

resource "aws_iam_role" "pipe" {
  name = "acme-pipe"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "pipes.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "pipe" {
  name = "carry"
  role = aws_iam_role.pipe.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Take"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = [aws_sqs_queue.objects.arn, aws_sqs_queue.undelivered.arn]
      },
      {
        Sid      = "Enrich"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = aws_lambda_function.responder.arn
      },
      {
        Sid      = "Triage"
        Effect   = "Allow"
        Action   = "states:StartExecution"
        Resource = aws_sfn_state_machine.triage.arn
      },
      {
        Sid      = "Replay"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = aws_cloudwatch_event_bus.audit.arn
      },
    ]
  })
}

resource "aws_sfn_state_machine" "triage" {
  name     = "acme-triage"
  type     = "STANDARD"
  role_arn = aws_iam_role.triage.arn

  definition = jsonencode({
    StartAt = "Look"
    States  = { Look = { Type = "Pass", End = true } }
  })
}

resource "aws_iam_role" "triage" {
  name = "acme-triage"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# --- buses ---------------------------------------------------------------------------------------------------------

# Reading calls too, which rules of another state do not see.
resource "aws_cloudwatch_event_rule" "everything" {
  name  = "acme-everything"
  state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"

  event_pattern = jsonencode({
    detail-type = ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"]
  })
}

resource "aws_cloudwatch_event_target" "everything_audit" {
  rule      = aws_cloudwatch_event_rule.everything.name
  target_id = "audit"
  arn       = aws_cloudwatch_event_bus.audit.arn
  role_arn  = aws_iam_role.forward.arn
}

resource "aws_cloudwatch_event_target" "everything_central" {
  rule      = aws_cloudwatch_event_rule.everything.name
  target_id = "central"
  arn       = "arn:${local.partition}:events:${local.region}:444455556666:event-bus/acme-central"
  role_arn  = aws_iam_role.forward.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

# Nobody has cleared this away.
resource "aws_cloudwatch_event_rule" "old" {
  name  = "acme-old-detector"
  state = "DISABLED"

  event_pattern = jsonencode({
    source = ["aws.cloudtrail"]
  })
}

resource "aws_cloudwatch_event_target" "old" {
  rule      = aws_cloudwatch_event_rule.old.name
  target_id = "responder"
  arn       = aws_lambda_function.responder.arn
}

resource "aws_cloudwatch_event_bus" "audit" {
  name               = "acme-audit"
  kms_key_identifier = aws_kms_key.bus.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_cloudwatch_event_bus_policy" "audit" {
  event_bus_name = aws_cloudwatch_event_bus.audit.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OrganizationPuts"
        Effect    = "Allow"
        Principal = "*"
        Action    = "events:PutEvents"
        Resource  = aws_cloudwatch_event_bus.audit.arn
        Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-acme123456" } }
      },
      {
        Sid       = "PartnerPuts"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::444455556666:root" }
        Action    = "events:PutEvents"
        Resource  = aws_cloudwatch_event_bus.audit.arn
      },
    ]
  })
}

resource "aws_cloudwatch_event_archive" "audit" {
  name             = "acme-audit"
  event_source_arn = aws_cloudwatch_event_bus.audit.arn
  retention_days   = 180

  event_pattern = jsonencode({
    source = [{ prefix = "aws." }]
  })
}

resource "aws_cloudwatch_event_bus" "copy" {
  name = "acme-audit-copy"
}

resource "aws_cloudwatch_event_bus_policy" "copy" {
  event_bus_name = aws_cloudwatch_event_bus.copy.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AccountPuts"
      Effect    = "Allow"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
      Action    = "events:PutEvents"
      Resource  = "arn:${local.partition}:events:${local.region}:${local.account_id}:event-bus/acme-audit-copy"
    }]
  })
}

resource "aws_iam_role" "forward" {
  name = "acme-forward"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "forward" {
  name = "forward"
  role = aws_iam_role.forward.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Put"
        Effect = "Allow"
        Action = "events:PutEvents"
        Resource = [
          aws_cloudwatch_event_bus.audit.arn,
          aws_cloudwatch_event_bus.copy.arn,
          "arn:${local.partition}:events:${local.region}:444455556666:event-bus/acme-central",
        ]
      },
      {
        Sid      = "CallHook"
        Effect   = "Allow"
        Action   = "events:InvokeApiDestination"
        Resource = "arn:${local.partition}:events:${local.region}:${local.account_id}:api-destination/acme-hook/*"
      },
    ]
  })
}

# --- custom bus: hook and copy -------------------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "hook" {
  name           = "acme-hook"
  event_bus_name = aws_cloudwatch_event_bus.audit.name

  event_pattern = jsonencode({
    source = [{ prefix = "aws." }]
    detail = { errorCode = [{ exists = true }] }
  })
}

resource "aws_cloudwatch_event_target" "hook" {
  rule           = aws_cloudwatch_event_rule.hook.name
  event_bus_name = aws_cloudwatch_event_bus.audit.name
  target_id      = "hook"
  arn            = aws_cloudwatch_event_api_destination.hook.arn
  role_arn       = aws_iam_role.forward.arn

  retry_policy {
    maximum_retry_attempts       = 3
    maximum_event_age_in_seconds = 600
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_cloudwatch_event_target" "copy" {
  rule           = aws_cloudwatch_event_rule.hook.name
  event_bus_name = aws_cloudwatch_event_bus.audit.name
  target_id      = "copy"
  arn            = aws_cloudwatch_event_bus.copy.arn
  role_arn       = aws_iam_role.forward.arn
}

resource "aws_cloudwatch_event_api_destination" "hook" {
  name                             = "acme-hook"
  connection_arn                   = aws_cloudwatch_event_connection.hook.arn
  invocation_endpoint              = "https://hooks.acme.example/audit"
  http_method                      = "POST"
  invocation_rate_limit_per_second = 50
}

resource "aws_cloudwatch_event_connection" "hook" {
  name               = "acme-hook"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-api-key"
      value = jsondecode(data.aws_secretsmanager_secret_version.hook.secret_string)["token"]
    }
  }
}

# --- key -----------------------------------------------------------------------------------------------------------

resource "aws_kms_key" "bus" {
  description             = "Audit bus"
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
        Sid       = "BusEncrypts"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
}
