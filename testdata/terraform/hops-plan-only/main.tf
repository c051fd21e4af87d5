# The kinds of hop that no local server can apply. Planned, and never made.

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

resource "aws_iam_role" "service" {
  name = "hops-more-service"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["firehose.amazonaws.com", "pipes.amazonaws.com", "logs.amazonaws.com", "cloudtrail.amazonaws.com", "apigateway.amazonaws.com"] }
    }]
  })
}

resource "aws_cloudtrail" "hops" {
  name                       = "hops-more"
  s3_bucket_name             = aws_s3_bucket.trail.id
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.service.arn
}

resource "aws_s3_bucket" "trail" {
  bucket = "hops-more-trail"
}

# Readers come through an access point.
resource "aws_s3_access_point" "readers" {
  bucket = aws_s3_bucket.trail.id
  name   = "hops-readers"
}

resource "aws_s3control_access_point_policy" "readers" {
  access_point_arn = aws_s3_access_point.readers.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_access_point.readers.arn}/object/*"
    }]
  })
}

resource "aws_s3_bucket_notification" "trail" {
  bucket = aws_s3_bucket.trail.id

  queue {
    queue_arn = aws_sqs_queue.objects.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_sqs_queue" "objects" {
  name = "hops-more-objects"
}

resource "aws_sqs_queue" "dead" {
  name = "hops-more-dead"
}

resource "aws_cloudwatch_log_group" "trail" {
  name = "/hops/more"
}

resource "aws_kinesis_stream" "trail" {
  name        = "hops-more"
  shard_count = 1
}

resource "aws_kinesis_resource_policy" "trail" {
  resource_arn = aws_kinesis_stream.trail.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = ["kinesis:DescribeStreamSummary", "kinesis:GetRecords"]
      Resource  = aws_kinesis_stream.trail.arn
    }]
  })
}
