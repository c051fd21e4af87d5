# trap 2: everybody below asks here, and the plan keeps nothing of it.
locals {
  name   = "kestrel"
  prefix = "arn:${data.aws_partition.current.partition}"
  here   = "${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"

  archive = {
    account = "222233334444"
    region  = "eu-west-1"
    bucket  = "${local.name}-org-archive"
  }

  trail_arn = "${local.prefix}:cloudtrail:${local.here}:trail/${local.name}-operations"

  wiring = {
    bucket    = aws_s3_bucket.trail.id
    key       = aws_kms_key.trail.arn
    log_group = aws_cloudwatch_log_group.trail.arn
    role      = aws_iam_role.trail.arn
    shipper   = aws_kinesis_firehose_delivery_stream.lake.arn
  }

  # What CloudTrail does to the bucket, a statement each.
  deliveries = {
    TrailAsks = {
      actions   = ["s3:GetBucketAcl"]
      resources = [aws_s3_bucket.trail.arn]
      when      = { "aws:SourceArn" = [local.trail_arn] }
    }
    TrailWrites = {
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.trail.arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*"]
      when = {
        "aws:SourceArn" = [local.trail_arn]
        "s3:x-amz-acl"  = ["bucket-owner-full-control"]
      }
    }
  }
}
