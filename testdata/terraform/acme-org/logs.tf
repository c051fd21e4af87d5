# The last two weeks are searched here; Splunk gets all of it.
resource "aws_cloudwatch_log_group" "trail" {
  name              = "/acme/org-trail"
  retention_in_days = 14
}

resource "aws_iam_role" "trail_to_logs" {
  name               = "org-trail-to-logs"
  assume_role_policy = data.aws_iam_policy_document.trail_to_logs_trust.json
}

data "aws_iam_policy_document" "trail_to_logs_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "trail_to_logs" {
  name   = "write-log-group"
  role   = aws_iam_role.trail_to_logs.id
  policy = data.aws_iam_policy_document.trail_to_logs.json
}

data "aws_iam_policy_document" "trail_to_logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.trail.arn}:log-stream:*"]
  }
}

resource "aws_cloudwatch_log_subscription_filter" "splunk" {
  name            = "all-to-splunk"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.splunk.arn
  role_arn        = aws_iam_role.logs_to_firehose.arn

  depends_on = [aws_iam_role_policy.logs_to_firehose]
}

resource "aws_iam_role" "logs_to_firehose" {
  name               = "trail-logs-to-firehose"
  assume_role_policy = data.aws_iam_policy_document.logs_to_firehose_trust.json
}

data "aws_iam_policy_document" "logs_to_firehose_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["logs.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:logs:${local.region}:${local.account_id}:*"]
    }
  }
}

resource "aws_iam_role_policy" "logs_to_firehose" {
  name = "put-records"
  role = aws_iam_role.logs_to_firehose.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = aws_kinesis_firehose_delivery_stream.splunk.arn
    }]
  })
}
