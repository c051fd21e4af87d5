# The SIEM polls this queue and fetches the log files that the messages name.
resource "aws_sqs_queue" "siem" {
  name                       = "siem-ingest"
  message_retention_seconds  = 14400
  visibility_timeout_seconds = 300
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.siem_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "siem_dlq" {
  name                      = "siem-ingest-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.url
  policy    = data.aws_iam_policy_document.siem_queue.json
}

data "aws_iam_policy_document" "siem_queue" {
  statement {
    sid       = "TopicSends"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.siem.arn]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.new_log_file.arn]
    }
  }
}
