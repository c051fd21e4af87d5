# New objects of the trail's bucket.
resource "aws_cloudwatch_event_rule" "objects" {
  name          = "hops-objects"
  event_pattern = jsonencode({ source = ["aws.s3"], detail-type = ["Object Created"], detail = { bucket = { name = ["hops-trail"] } } })
}

resource "aws_cloudwatch_event_target" "objects_queue" {
  rule = aws_cloudwatch_event_rule.objects.name
  arn  = aws_sqs_queue.objects.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_cloudwatch_event_target" "objects_function" {
  rule = aws_cloudwatch_event_rule.objects.name
  arn  = aws_lambda_alias.live.arn
}

# Calls that the trail records.
resource "aws_cloudwatch_event_rule" "calls" {
  name          = "hops-calls"
  event_pattern = jsonencode({ source = ["aws.cloudtrail"], detail-type = ["AWS API Call via CloudTrail"], detail = { eventName = ["StopLogging", "DeleteTrail"] } })
}

resource "aws_cloudwatch_event_target" "calls_topic" {
  rule = aws_cloudwatch_event_rule.calls.name
  arn  = aws_sns_topic.delivered.arn
}

resource "aws_cloudwatch_event_target" "calls_stream" {
  rule     = aws_cloudwatch_event_rule.calls.name
  arn      = aws_kinesis_stream.trail.arn
  role_arn = aws_iam_role.service.arn
}

resource "aws_cloudwatch_event_target" "calls_delivery_stream" {
  rule     = aws_cloudwatch_event_rule.calls.name
  arn      = aws_kinesis_firehose_delivery_stream.sink.arn
  role_arn = aws_iam_role.service.arn
}

resource "aws_cloudwatch_event_target" "calls_group" {
  rule = aws_cloudwatch_event_rule.calls.name
  arn  = aws_cloudwatch_log_group.rules.arn
}

resource "aws_cloudwatch_event_rule" "insights" {
  name          = "hops-insights"
  event_pattern = jsonencode({ source = ["aws.cloudtrail"], detail-type = ["AWS Insight via CloudTrail"] })
}

resource "aws_cloudwatch_event_target" "insights_bus" {
  rule     = aws_cloudwatch_event_rule.insights.name
  arn      = aws_cloudwatch_event_bus.audit.arn
  role_arn = aws_iam_role.service.arn
}

resource "aws_cloudwatch_event_bus" "audit" {
  name = "hops-audit"
}

resource "aws_cloudwatch_event_bus_policy" "audit" {
  event_bus_name = aws_cloudwatch_event_bus.audit.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Member"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "events:PutEvents"
      Resource  = aws_cloudwatch_event_bus.audit.arn
    }]
  })
}

resource "aws_cloudwatch_event_rule" "forward" {
  name           = "hops-forward"
  event_bus_name = aws_cloudwatch_event_bus.audit.name
  event_pattern  = jsonencode({ source = ["aws.cloudtrail"] })
}

resource "aws_cloudwatch_event_target" "forward_api" {
  rule           = aws_cloudwatch_event_rule.forward.name
  event_bus_name = aws_cloudwatch_event_bus.audit.name
  arn            = aws_cloudwatch_event_api_destination.pager.arn
  role_arn       = aws_iam_role.service.arn
}

resource "aws_cloudwatch_event_api_destination" "pager" {
  name                = "hops-pager"
  invocation_endpoint = "https://pager.hops.example/events"
  http_method         = "POST"
  connection_arn      = aws_cloudwatch_event_connection.pager.arn
}

resource "aws_cloudwatch_event_connection" "pager" {
  name               = "hops-pager"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-api-key"
      value = "canary-hops-pager-key-0b6e"
    }
  }
}

resource "aws_cloudwatch_event_archive" "audit" {
  name             = "hops-audit"
  event_source_arn = aws_cloudwatch_event_bus.audit.arn
  retention_days   = 30
}
