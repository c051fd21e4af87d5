terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

data "aws_caller_identity" "here" {}

data "aws_region" "here" {}

# The names are the same in every account; only the bucket's cannot be.
resource "aws_cloudtrail" "local" {
  name           = "local"
  s3_bucket_name = aws_s3_bucket.local.bucket
  sns_topic_name = aws_sns_topic.watch.name
}

resource "aws_s3_bucket" "local" {
  bucket = "local-trail-${data.aws_caller_identity.here.account_id}"
}

resource "aws_sns_topic" "watch" {
  name = "watch"
}

# The subscription knows topic and queue by name.
resource "aws_sns_topic_subscription" "watch" {
  topic_arn  = "arn:aws:sns:${data.aws_region.here.name}:${data.aws_caller_identity.here.account_id}:watch"
  protocol   = "sqs"
  endpoint   = "arn:aws:sqs:${data.aws_region.here.name}:${data.aws_caller_identity.here.account_id}:watch"
  depends_on = [aws_sns_topic.watch, aws_sqs_queue.watch]
}

resource "aws_sqs_queue" "watch" {
  name = "watch"
}

output "topic_arn" {
  value = aws_sns_topic.watch.arn
}
