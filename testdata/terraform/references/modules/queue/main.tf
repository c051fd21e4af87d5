variable "name" {
  type = string
}

variable "topic_arn" {
  type = string
}

resource "aws_sqs_queue" "this" {
  name = var.name

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "dead" {
  name = "${var.name}-dead"
}

resource "aws_sns_topic_subscription" "announce" {
  topic_arn = var.topic_arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.this.arn
}

output "arn" {
  value = aws_sqs_queue.this.arn
}
