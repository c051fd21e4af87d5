# Keeps the index by which investigators find log files; the code is built and uploaded by its own pipeline.
resource "aws_sqs_queue" "indexer" {
  name                       = "archive-indexer"
  visibility_timeout_seconds = 360
  sqs_managed_sse_enabled    = true
}

resource "aws_sqs_queue_policy" "indexer" {
  queue_url = aws_sqs_queue.indexer.url
  policy    = data.aws_iam_policy_document.indexer_queue.json
}

data "aws_iam_policy_document" "indexer_queue" {
  statement {
    sid       = "TopicSends"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.indexer.arn]

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

resource "aws_sns_topic_subscription" "indexer" {
  topic_arn = aws_sns_topic.new_log_file.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.indexer.arn
}

resource "aws_lambda_function" "indexer" {
  function_name = "archive-indexer"
  role          = aws_iam_role.indexer.arn
  runtime       = "python3.12"
  handler       = "indexer.handler"
  s3_bucket     = "acme-build-artifacts"
  s3_key        = "archive-indexer/1.8.2.zip"
  timeout       = 60
  memory_size   = 256
}

resource "aws_lambda_event_source_mapping" "indexer" {
  event_source_arn = aws_sqs_queue.indexer.arn
  function_name    = aws_lambda_function.indexer.arn
  batch_size       = 10
}

resource "aws_iam_role" "indexer" {
  name               = "archive-indexer"
  assume_role_policy = data.aws_iam_policy_document.lambda_trust.json
}

data "aws_iam_policy_document" "lambda_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "indexer" {
  name   = "index-archive"
  role   = aws_iam_role.indexer.id
  policy = data.aws_iam_policy_document.indexer.json
}

data "aws_iam_policy_document" "indexer" {
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.indexer.arn]
  }

  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.archive.arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.audit.arn]
  }
}
