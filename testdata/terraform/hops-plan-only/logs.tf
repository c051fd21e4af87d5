# Every log group of the account, but the stream's own, goes into the stream.
resource "aws_cloudwatch_log_account_policy" "all" {
  policy_name        = "hops-all"
  policy_type        = "SUBSCRIPTION_FILTER_POLICY"
  selection_criteria = "LogGroupName NOT IN [\"/hops/errors\"]"

  policy_document = jsonencode({
    DestinationArn = aws_kinesis_stream.trail.arn
    RoleArn        = aws_iam_role.service.arn
    FilterPattern  = ""
    Distribution   = "Random"
  })
}

# Shared with the account that watches.
resource "aws_oam_link" "watchers" {
  label_template  = "$AccountName"
  resource_types  = ["AWS::Logs::LogGroup"]
  sink_identifier = aws_oam_sink.watchers.arn
}

resource "aws_oam_sink" "watchers" {
  name = "hops-watchers"
}

resource "aws_oam_sink_policy" "watchers" {
  sink_identifier = aws_oam_sink.watchers.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["oam:CreateLink", "oam:UpdateLink"]
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-hops1a2b3c" } }
    }]
  })
}

# Vended logs share the bucket of the trail.
resource "aws_cloudwatch_log_delivery_source" "cdn" {
  name         = "hops-cdn"
  log_type     = "ACCESS_LOGS"
  resource_arn = "arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE2HOPS"
}

resource "aws_cloudwatch_log_delivery_destination" "bucket" {
  name = "hops-bucket"

  delivery_destination_configuration {
    destination_resource_arn = aws_s3_bucket.trail.arn
  }
}

resource "aws_cloudwatch_log_delivery_destination_policy" "bucket" {
  delivery_destination_name = aws_cloudwatch_log_delivery_destination.bucket.name

  delivery_destination_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "444455556666" }
      Action    = "logs:CreateDelivery"
      Resource  = "*"
    }]
  })
}

resource "aws_cloudwatch_log_delivery" "cdn" {
  delivery_source_name     = aws_cloudwatch_log_delivery_source.cdn.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.bucket.arn
}

# An alarm on alarms.
resource "aws_cloudwatch_composite_alarm" "any" {
  alarm_name    = "hops-any"
  alarm_rule    = "ALARM(hops-denied) OR ALARM(hops-errors)"
  alarm_actions = [aws_sns_topic.pager.arn]
}

resource "aws_sns_topic" "pager" {
  name = "hops-pager"
}
