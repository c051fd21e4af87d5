resource "aws_sqs_queue" "siem" {
  provider = aws.security
  name     = "accounts-siem"
}

resource "aws_sqs_queue_policy" "siem" {
  provider  = aws.security
  queue_url = aws_sqs_queue.siem.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:eu-west-1:333344445555:accounts-siem"
      Principal = { Service = "s3.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.archive.account_id } }
    }]
  })
}

resource "aws_cloudwatch_event_bus" "tampering" {
  provider = aws.security
  name     = "accounts-tampering"
}

resource "aws_cloudwatch_event_rule" "tampering_here" {
  provider       = aws.security
  name           = "accounts-tampering"
  event_bus_name = aws_cloudwatch_event_bus.tampering.name
  event_pattern  = jsonencode({ source = ["aws.cloudtrail"] })
}

resource "aws_cloudwatch_event_target" "tampering_here" {
  provider       = aws.security
  rule           = aws_cloudwatch_event_rule.tampering_here.name
  event_bus_name = aws_cloudwatch_event_bus.tampering.name
  arn            = module.watch_security.topic_arn
}
