resource "aws_cloudwatch_log_group" "trail" {
  name       = "/hops/trail"
  kms_key_id = aws_kms_key.hops.arn
}

resource "aws_cloudwatch_log_subscription_filter" "stream" {
  name            = "stream"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_stream.trail.arn
  role_arn        = aws_iam_role.service.arn
}

resource "aws_cloudwatch_log_subscription_filter" "function" {
  name            = "function"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = "{ $.errorCode = * }"
  destination_arn = aws_lambda_function.worker.arn
}

# A second group: a group takes two filters.
resource "aws_cloudwatch_log_group" "rules" {
  name              = "/aws/events/hops"
  retention_in_days = 30
}

resource "aws_cloudwatch_log_subscription_filter" "delivery_stream" {
  name            = "delivery-stream"
  log_group_name  = aws_cloudwatch_log_group.rules.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.sink.arn
  role_arn        = aws_iam_role.service.arn
}

resource "aws_cloudwatch_log_subscription_filter" "destination" {
  name            = "destination"
  log_group_name  = aws_cloudwatch_log_group.rules.name
  filter_pattern  = ""
  destination_arn = aws_cloudwatch_log_destination.central.arn
}

resource "aws_cloudwatch_log_destination" "central" {
  name       = "hops-central"
  role_arn   = aws_iam_role.service.arn
  target_arn = aws_kinesis_stream.trail.arn
}

resource "aws_cloudwatch_log_destination_policy" "central" {
  destination_name = aws_cloudwatch_log_destination.central.name

  access_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "444455556666" }
      Action    = "logs:PutSubscriptionFilter"
      Resource  = aws_cloudwatch_log_destination.central.arn
    }]
  })
}

resource "aws_cloudwatch_log_resource_policy" "rules" {
  policy_name = "hops-rules"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "${aws_cloudwatch_log_group.rules.arn}:*"
    }]
  })
}

resource "aws_cloudwatch_log_metric_filter" "denied" {
  name           = "denied"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ $.errorCode = AccessDenied }"

  metric_transformation {
    name      = "Denied"
    namespace = "Hops"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "denied" {
  alarm_name          = "hops-denied"
  namespace           = "Hops"
  metric_name         = "Denied"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 300
  statistic           = "Sum"
  threshold           = 10
  alarm_actions       = [aws_lambda_function.worker.arn]
}
