# Two trails into CloudWatch Logs, and everything that can leave a log group: functions, streams, metrics, accounts.
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
  trail_arns = [
    "arn:${local.partition}:cloudtrail:${local.region}:${local.account_id}:trail/acme-management",
    "arn:${local.partition}:cloudtrail:${local.region}:${local.account_id}:trail/acme-data",
  ]
}

# --- trails --------------------------------------------------------------------------------------------------------

resource "aws_cloudtrail" "management" {
  name                          = "acme-management"
  s3_bucket_name                = aws_s3_bucket.logs.id
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.management.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_to_logs.arn
  enable_logging                = true
  enable_log_file_validation    = true
  is_multi_region_trail         = true
  include_global_service_events = true

  event_selector {
    read_write_type                  = "WriteOnly"
    include_management_events        = true
    exclude_management_event_sources = ["kms.amazonaws.com"]
  }

  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_cloudtrail" "data" {
  name                          = "acme-data"
  s3_bucket_name                = aws_s3_bucket.logs.id
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.data.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_to_logs.arn
  enable_logging                = true
  enable_log_file_validation    = false
  is_multi_region_trail         = false
  include_global_service_events = false

  event_selector {
    read_write_type           = "All"
    include_management_events = false

    data_resource {
      type   = "AWS::Lambda::Function"
      values = ["arn:${local.partition}:lambda"]
    }
  }

  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_s3_bucket" "logs" {
  bucket = "acme-logs-archive"
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "TrailsCheckAcl"
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.logs.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = local.trail_arns
    }
  }

  statement {
    sid       = "TrailsWrite"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/AWSLogs/${local.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = local.trail_arns
    }

    condition {
      test     = "StringEquals"
      variable = "s3:x-amz-acl"
      values   = ["bucket-owner-full-control"]
    }
  }

  statement {
    sid       = "FirehoseWrites"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/firehose/*"]

    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.firehose.arn]
    }
  }
}

# --- log groups ----------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "management" {
  name              = "/acme/cloudtrail/management"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.logs.arn
}

resource "aws_cloudwatch_log_group" "data" {
  name              = "/acme/cloudtrail/data"
  retention_in_days = 30
  log_group_class   = "STANDARD"
}

resource "aws_cloudwatch_log_data_protection_policy" "data" {
  log_group_name = aws_cloudwatch_log_group.data.name

  policy_document = jsonencode({
    Name    = "acme-mask-addresses"
    Version = "2021-06-01"
    Statement = [
      {
        Sid            = "Find"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Audit = { FindingsDestination = {} } }
      },
      {
        Sid            = "Mask"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Deidentify = { MaskConfig = {} } }
      },
    ]
  })
}

resource "aws_iam_role" "trail_to_logs" {
  name               = "acme-trail-to-logs"
  assume_role_policy = data.aws_iam_policy_document.trail_to_logs_trust.json
}

data "aws_iam_policy_document" "trail_to_logs_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = local.trail_arns
    }
  }
}

resource "aws_iam_role_policy" "trail_to_logs" {
  name   = "write-events"
  role   = aws_iam_role.trail_to_logs.id
  policy = data.aws_iam_policy_document.trail_to_logs.json
}

data "aws_iam_policy_document" "trail_to_logs" {
  statement {
    sid     = "WriteEvents"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]

    resources = [
      "${aws_cloudwatch_log_group.management.arn}:log-stream:*",
      "${aws_cloudwatch_log_group.data.arn}:log-stream:*",
    ]
  }
}

resource "aws_cloudwatch_log_resource_policy" "delivery" {
  policy_name     = "acme-delivery"
  policy_document = data.aws_iam_policy_document.delivery.json
}

data "aws_iam_policy_document" "delivery" {
  statement {
    sid       = "ServicesWrite"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/acme/*:log-stream:*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com", "events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_kms_key" "logs" {
  description             = "Log groups of the trails"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.logs_key.json
}

data "aws_iam_policy_document" "logs_key" {
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
    sid       = "LogGroupEncrypts"
    actions   = ["kms:Decrypt", "kms:Describe*", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${local.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/acme/cloudtrail/*"]
    }
  }
}

# --- management: function and stream -------------------------------------------------------------------------------

resource "aws_cloudwatch_log_subscription_filter" "alerter" {
  name            = "acme-alerter"
  log_group_name  = aws_cloudwatch_log_group.management.name
  filter_pattern  = "{ ($.eventSource = \"cloudtrail.amazonaws.com\") && ($.eventName = \"StopLogging\" || $.eventName = \"DeleteTrail\") }"
  destination_arn = aws_lambda_function.alerter.arn

  depends_on = [aws_lambda_permission.alerter]
}

resource "aws_cloudwatch_log_subscription_filter" "stream" {
  name            = "acme-stream"
  log_group_name  = aws_cloudwatch_log_group.management.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_stream.events.arn
  role_arn        = aws_iam_role.logs_to_streams.arn
  distribution    = "Random"
}

resource "aws_lambda_function" "alerter" {
  function_name = "acme-alerter"
  role          = aws_iam_role.alerter.arn
  runtime       = "python3.12"
  handler       = "alerter.handler"
  s3_bucket     = "acme-artifacts-111122223333"
  s3_key        = "alerter/1.0.0.zip"
}

resource "aws_lambda_permission" "alerter" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.alerter.function_name
  principal      = "logs.amazonaws.com"
  source_arn     = "${aws_cloudwatch_log_group.management.arn}:*"
  source_account = local.account_id
}

resource "aws_iam_role" "alerter" {
  name               = "acme-alerter"
  assume_role_policy = data.aws_iam_policy_document.alerter_trust.json
}

data "aws_iam_policy_document" "alerter_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_kinesis_stream" "events" {
  name             = "acme-events"
  shard_count      = 1
  retention_period = 48
}

# --- data: delivery stream and destination -------------------------------------------------------------------------

resource "aws_cloudwatch_log_subscription_filter" "lake" {
  name            = "acme-lake"
  log_group_name  = aws_cloudwatch_log_group.data.name
  filter_pattern  = "{ $.eventCategory = \"Data\" }"
  destination_arn = aws_kinesis_firehose_delivery_stream.lake.arn
  role_arn        = aws_iam_role.logs_to_streams.arn
}

resource "aws_cloudwatch_log_subscription_filter" "central" {
  name            = "acme-central"
  log_group_name  = aws_cloudwatch_log_group.data.name
  filter_pattern  = ""
  destination_arn = aws_cloudwatch_log_destination.central.arn

  depends_on = [aws_cloudwatch_log_destination_policy.central]
}

resource "aws_cloudwatch_log_destination" "central" {
  name       = "acme-central"
  target_arn = aws_kinesis_stream.events.arn
  role_arn   = aws_iam_role.logs_to_streams.arn
}

resource "aws_cloudwatch_log_destination_policy" "central" {
  destination_name = aws_cloudwatch_log_destination.central.name
  access_policy    = data.aws_iam_policy_document.central.json
}

data "aws_iam_policy_document" "central" {
  statement {
    sid       = "OurAccountsSubscribe"
    actions   = ["logs:PutSubscriptionFilter"]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:destination:acme-central"]

    principals {
      type        = "AWS"
      identifiers = [local.account_id, "444455556666"]
    }
  }
}

resource "aws_iam_role" "logs_to_streams" {
  name               = "acme-logs-to-streams"
  assume_role_policy = data.aws_iam_policy_document.logs_to_streams_trust.json
}

data "aws_iam_policy_document" "logs_to_streams_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["logs.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:*"]
    }
  }
}

resource "aws_iam_role_policy" "logs_to_streams" {
  name   = "put-records"
  role   = aws_iam_role.logs_to_streams.id
  policy = data.aws_iam_policy_document.logs_to_streams.json
}

data "aws_iam_policy_document" "logs_to_streams" {
  statement {
    sid       = "PutToStream"
    actions   = ["kinesis:PutRecord", "kinesis:PutRecords"]
    resources = [aws_kinesis_stream.events.arn]
  }

  statement {
    sid       = "PutToDeliveryStream"
    actions   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    resources = [aws_kinesis_firehose_delivery_stream.lake.arn]
  }
}

resource "aws_kinesis_firehose_delivery_stream" "lake" {
  name        = "acme-lake"
  destination = "extended_s3"

  extended_s3_configuration {
    bucket_arn          = aws_s3_bucket.logs.arn
    role_arn            = aws_iam_role.firehose.arn
    prefix              = "firehose/"
    error_output_prefix = "firehose/errors/"
    buffering_interval  = 300
    buffering_size      = 5
    compression_format  = "UNCOMPRESSED"
  }
}

resource "aws_iam_role" "firehose" {
  name               = "acme-lake-firehose"
  assume_role_policy = data.aws_iam_policy_document.firehose_trust.json
}

data "aws_iam_policy_document" "firehose_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["firehose.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "firehose" {
  name   = "write-objects"
  role   = aws_iam_role.firehose.id
  policy = data.aws_iam_policy_document.firehose.json
}

data "aws_iam_policy_document" "firehose" {
  statement {
    sid       = "WriteObjects"
    actions   = ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject"]
    resources = [aws_s3_bucket.logs.arn, "${aws_s3_bucket.logs.arn}/*"]
  }
}

# --- account -------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_account_policy" "everything" {
  policy_name        = "acme-everything"
  policy_type        = "SUBSCRIPTION_FILTER_POLICY"
  scope              = "ALL"
  selection_criteria = "LogGroupName NOT IN [\"/acme/cloudtrail/data\", \"/acme/noise\"]"

  policy_document = jsonencode({
    DestinationArn = aws_kinesis_firehose_delivery_stream.lake.arn
    RoleArn        = aws_iam_role.logs_to_streams.arn
    FilterPattern  = ""
    Distribution   = "Random"
  })
}

resource "aws_oam_link" "monitoring" {
  label_template  = "$AccountName"
  resource_types  = ["AWS::Logs::LogGroup", "AWS::CloudWatch::Metric"]
  sink_identifier = "arn:${local.partition}:oam:${local.region}:444455556666:sink/0c5a8ee5-58a4-4bd4-a4d9-0a6f3a5d1a10"
}

# --- metric and alarm ----------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_metric_filter" "trail_changes" {
  name           = "acme-trail-changes"
  log_group_name = aws_cloudwatch_log_group.management.name
  pattern        = "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }"

  metric_transformation {
    name          = "TrailChanges"
    namespace     = "Acme/Audit"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "trail_changes" {
  alarm_name          = "acme-trail-changes"
  namespace           = "Acme/Audit"
  metric_name         = "TrailChanges"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  actions_enabled     = true
  alarm_actions       = [aws_sns_topic.oncall.arn]
}

resource "aws_cloudwatch_composite_alarm" "audit" {
  alarm_name      = "acme-audit"
  alarm_rule      = "ALARM(\"acme-trail-changes\")"
  actions_enabled = true
  alarm_actions   = [aws_sns_topic.oncall.arn]

  depends_on = [aws_cloudwatch_metric_alarm.trail_changes]
}

resource "aws_sns_topic" "oncall" {
  name = "acme-oncall"
}

resource "aws_sns_topic_policy" "oncall" {
  arn    = aws_sns_topic.oncall.arn
  policy = data.aws_iam_policy_document.oncall.json
}

data "aws_iam_policy_document" "oncall" {
  statement {
    sid       = "AlarmsPublish"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.oncall.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_sns_topic_subscription" "oncall_mail" {
  topic_arn = aws_sns_topic.oncall.arn
  protocol  = "email"
  endpoint  = "oncall@acme.example"
}
