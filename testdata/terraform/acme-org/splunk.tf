resource "aws_kinesis_firehose_delivery_stream" "splunk" {
  name        = "org-trail-to-splunk"
  destination = "splunk"

  splunk_configuration {
    hec_endpoint               = var.splunk_hec_url
    hec_token                  = var.splunk_hec_token
    hec_acknowledgment_timeout = 300
    hec_endpoint_type          = "Raw"
    retry_duration             = 300
    s3_backup_mode             = "FailedEventsOnly"

    s3_configuration {
      role_arn           = aws_iam_role.firehose.arn
      bucket_arn         = aws_s3_bucket.undelivered.arn
      prefix             = "splunk/"
      buffering_size     = 5
      buffering_interval = 300
      compression_format = "GZIP"
    }
  }
}

# What Splunk did not take.
resource "aws_s3_bucket" "undelivered" {
  bucket        = "acme-org-trail-undelivered"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "undelivered" {
  bucket                  = aws_s3_bucket.undelivered.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_iam_role" "firehose" {
  name = "org-trail-firehose"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "firehose.amazonaws.com" }
      Condition = { StringEquals = { "sts:ExternalId" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "firehose" {
  name   = "keep-undelivered"
  role   = aws_iam_role.firehose.id
  policy = data.aws_iam_policy_document.firehose.json
}

data "aws_iam_policy_document" "firehose" {
  statement {
    actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket", "s3:GetBucketLocation"]
    resources = [aws_s3_bucket.undelivered.arn, "${aws_s3_bucket.undelivered.arn}/*"]
  }
}
