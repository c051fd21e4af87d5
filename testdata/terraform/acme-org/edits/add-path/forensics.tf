# A second way to the investigators, which does not hang on the topic.
resource "aws_cloudwatch_event_rule" "new_log_file" {
  name        = "forensics-new-log-file"
  description = "New log files of the archive"

  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail      = { bucket = { name = ["acme-org-trail-archive"] } }
  })
}

resource "aws_cloudwatch_event_target" "forensics" {
  rule = aws_cloudwatch_event_rule.new_log_file.name
  arn  = aws_sqs_queue.forensics.arn
}

resource "aws_sqs_queue" "forensics" {
  name                      = "forensics"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "forensics" {
  queue_url = aws_sqs_queue.forensics.url
  policy    = data.aws_iam_policy_document.forensics.json
}

data "aws_iam_policy_document" "forensics" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.forensics.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.new_log_file.arn]
    }
  }
}
