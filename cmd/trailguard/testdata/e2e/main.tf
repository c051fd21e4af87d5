# A small chain that is applied in half a minute: trail, bucket, topic, queue.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region            = "us-east-1"
  s3_use_path_style = true
}

data "aws_caller_identity" "here" {}

resource "aws_cloudtrail" "main" {
  name                       = "small"
  s3_bucket_name             = aws_s3_bucket.archive.id
  is_multi_region_trail      = true
  enable_log_file_validation = true
  depends_on                 = [aws_s3_bucket_policy.archive]
}

resource "aws_s3_bucket" "archive" {
  bucket = "small-archive"
}

resource "aws_s3_bucket_versioning" "archive" {
  bucket = aws_s3_bucket.archive.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "archive" {
  bucket = aws_s3_bucket.archive.id
  policy = data.aws_iam_policy_document.archive.json
}

data "aws_iam_policy_document" "archive" {
  statement {
    actions   = ["s3:GetBucketAcl"]
    resources = [aws_s3_bucket.archive.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }

  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.archive.arn}/AWSLogs/${data.aws_caller_identity.here.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic" "new_log_file" {
  name = "small-new-log-file"
}

resource "aws_sns_topic_policy" "new_log_file" {
  arn    = aws_sns_topic.new_log_file.arn
  policy = data.aws_iam_policy_document.new_log_file.json
}

data "aws_iam_policy_document" "new_log_file" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.new_log_file.arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_s3_bucket.archive.arn]
    }
  }
}

resource "aws_sns_topic_subscription" "siem" {
  topic_arn = aws_sns_topic.new_log_file.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.siem.arn
}
