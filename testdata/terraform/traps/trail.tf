# trap 2: bucket, key, log group and role are those of a local.
resource "aws_cloudtrail" "operations" {
  name                       = "${local.name}-operations"
  s3_bucket_name             = local.wiring.bucket
  kms_key_id                 = local.wiring.key
  is_multi_region_trail      = true
  enable_log_file_validation = true
  sns_topic_name             = aws_sns_topic.delivered.name

  # trap 9: AWS wants ":*" after it.
  cloud_watch_logs_group_arn = local.wiring.log_group
  cloud_watch_logs_role_arn  = local.wiring.role

  depends_on = [aws_s3_bucket_policy.trail, aws_sns_topic_policy.delivered]
}

# trap 6: bucket and trail meet by a name that is given to both.
module "org_trail" {
  source = "./modules/trail"

  name    = "${local.name}-org"
  bucket  = local.archive.bucket
  key_arn = aws_kms_alias.trail.arn
}

module "archive" {
  source = "./modules/archive"

  # trap 8
  providers = {
    aws.store = aws.archive
    aws.soc   = aws.security
  }

  bucket    = "kestrel-org-archive"
  trail_arn = module.org_trail.arn
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/${local.name}/operations"
  retention_in_days = 30
}

resource "aws_iam_role" "trail" {
  name = "${local.name}-operations-trail"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudtrail.amazonaws.com" } }]
  })
}

# trap 5: the streams of the group, and not the group.
resource "aws_iam_role_policy" "trail" {
  name = "write"
  role = aws_iam_role.trail.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${local.wiring.log_group}:log-stream:${data.aws_caller_identity.current.account_id}_CloudTrail_${data.aws_region.current.name}*"
    }
  })
}
