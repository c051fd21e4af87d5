# The policy is in the queue: the provider waits half a minute for every resource that touches one.
resource "aws_sqs_queue" "siem" {
  name = "small-siem"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Resource  = "*"
      Principal = { Service = "sns.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.new_log_file.arn } }
    }]
  })
}
