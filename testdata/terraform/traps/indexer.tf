resource "aws_sqs_queue" "indexer" {
  count = 2

  # trap 7: known after apply, for the sake of its middle.
  name = "${local.name}-${terraform_data.release.output}-indexer-${count.index}"
}

# trap 2 and 3: a policy in a heredoc, for the queue of the same number.
resource "aws_sqs_queue_policy" "indexer" {
  count     = 2
  queue_url = aws_sqs_queue.indexer[count.index].id

  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "BucketSends",
          "Effect": "Allow",
          "Principal": { "Service": "s3.amazonaws.com" },
          "Action": "sqs:SendMessage",
          "Resource": "${aws_sqs_queue.indexer[count.index].arn}",
          "Condition": {
            "ArnLike": { "aws:SourceArn": "${aws_s3_bucket.trail.arn}" },
            "StringEquals": { "aws:SourceAccount": "${data.aws_caller_identity.current.account_id}" }
          }
        }
      ]
    }
  JSON
}

resource "aws_lambda_function" "indexer" {
  count = 2

  function_name = "${local.name}-indexer-${count.index}"
  role          = aws_iam_role.indexer.arn
  runtime       = "python3.12"
  handler       = "indexer.handler"
  s3_bucket     = "kestrel-artifacts"
  s3_key        = "indexer.zip"
}

# trap 3: each to the one of its own number.
resource "aws_lambda_event_source_mapping" "indexer" {
  count = 2

  event_source_arn = aws_sqs_queue.indexer[count.index].arn
  function_name    = aws_lambda_function.indexer[count.index].arn
}

resource "aws_iam_role" "indexer" {
  name = "${local.name}-indexer"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

# trap 5: a splat, and a list of two for each of its elements.
resource "aws_iam_role_policy" "indexer" {
  name = "read"
  role = aws_iam_role.indexer.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Fetch", Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = aws_sqs_queue.indexer[*].arn },
      { Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = [for kind in ["CloudTrail", "CloudTrail-Digest"] : "${aws_s3_bucket.trail.arn}/AWSLogs/*/${kind}/*"] },
    ]
  })
}
