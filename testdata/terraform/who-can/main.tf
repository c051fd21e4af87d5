# A queue that a SIEM reads, and who can empty it: two roles hold sqs:*, one of them under a boundary.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111122223333"]
}

resource "aws_cloudtrail" "org" {
  name           = "acme-org"
  s3_bucket_name = aws_s3_bucket.archive.id
}

resource "aws_s3_bucket" "archive" {
  bucket = "acme-trail-archive"
}

resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  queue {
    queue_arn = aws_sqs_queue.siem.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sqs_queue" "siem" {
  name = "siem-ingest"
}

resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id
  policy    = data.aws_iam_policy_document.siem.json
}

data "aws_iam_policy_document" "siem" {
  statement {
    sid       = "FromArchive"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.siem.arn]

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
