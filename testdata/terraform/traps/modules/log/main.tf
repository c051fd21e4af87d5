variable "name" {
  type = string
}

variable "days" {
  type = number
}

variable "topic_arn" {
  type    = string
  default = null
}

variable "bucket_arn" {
  type    = string
  default = null
}

locals {
  sender = var.bucket_arn == null ? { service = "sns.amazonaws.com", arn = var.topic_arn } : { service = "s3.amazonaws.com", arn = var.bucket_arn }
}

resource "aws_sqs_queue" "this" {
  name                      = var.name
  message_retention_seconds = var.days * 24 * 60 * 60
  redrive_policy            = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
}

resource "aws_sqs_queue" "dead" {
  name = "${var.name}-dead"
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.url

  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "Send",
          "Effect": "Allow",
          "Principal": { "Service": "${local.sender.service}" },
          "Action": "sqs:SendMessage",
          "Resource": "${aws_sqs_queue.this.arn}",
          "Condition": { "ArnEquals": { "aws:SourceArn": "${local.sender.arn}" } }
        }
      ]
    }
  JSON
}

output "queue_arn" {
  value = aws_sqs_queue.this.arn
}
