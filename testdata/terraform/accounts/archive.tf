resource "aws_s3_bucket" "archive" {
  provider = aws.archive
  bucket   = "accounts-trail-archive"
}

resource "aws_s3_bucket_policy" "archive" {
  provider = aws.archive
  bucket   = aws_s3_bucket.archive.bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "s3:GetBucketAcl"
        Resource  = "arn:aws:s3:::accounts-trail-archive"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:us-east-1:${data.aws_caller_identity.management.account_id}:trail/accounts-org" } }
      },
      {
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Resource  = "arn:aws:s3:::accounts-trail-archive/AWSLogs/*"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:us-east-1:${data.aws_caller_identity.management.account_id}:trail/accounts-org" } }
      },
    ]
  })
}

# Across accounts, by ARN.
resource "aws_s3_bucket_notification" "archive" {
  provider = aws.archive
  bucket   = aws_s3_bucket.archive.bucket

  queue {
    queue_arn = "arn:aws:sqs:eu-west-1:333344445555:accounts-siem"
    events    = ["s3:ObjectCreated:*"]
  }

  depends_on = [aws_sqs_queue_policy.siem]
}
