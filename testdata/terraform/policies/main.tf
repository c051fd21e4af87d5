# A short chain, with its policies written in every way that Terraform has.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "me" {}

locals {
  trail_arn = "arn:aws:cloudtrail:us-east-1:${data.aws_caller_identity.me.account_id}:trail/policies"
}

resource "aws_cloudtrail" "main" {
  name           = "policies"
  s3_bucket_name = aws_s3_bucket.trail.id
  kms_key_id     = aws_kms_key.trail.arn
  depends_on     = [aws_s3_bucket_policy.trail]
}

resource "aws_s3_bucket" "trail" {
  bucket = "policies-trail"
}

resource "aws_s3_bucket_notification" "trail" {
  bucket = aws_s3_bucket.trail.id

  queue {
    queue_arn     = aws_sqs_queue.heredoc.arn
    events        = ["s3:ObjectCreated:Put"]
    filter_prefix = "AWSLogs/"
  }

  topic {
    topic_arn     = aws_sns_topic.merged.arn
    events        = ["s3:ObjectCreated:Put"]
    filter_prefix = "CloudTrail-Digest/"
  }
}

resource "aws_sns_topic_subscription" "known" {
  topic_arn = aws_sns_topic.merged.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.known.arn
}
