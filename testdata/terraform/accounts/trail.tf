resource "aws_cloudtrail" "org" {
  name                       = "accounts-org"
  s3_bucket_name             = "accounts-trail-archive"
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true

  depends_on = [aws_s3_bucket_policy.archive]
}

# What happens to the trail goes to the security account's bus, in its region.
resource "aws_cloudwatch_event_rule" "tampering" {
  name          = "accounts-tampering"
  event_pattern = jsonencode({ source = ["aws.cloudtrail"], detail-type = ["AWS API Call via CloudTrail"] })
}

resource "aws_cloudwatch_event_target" "tampering" {
  rule     = aws_cloudwatch_event_rule.tampering.name
  arn      = "arn:aws:events:eu-west-1:${data.aws_caller_identity.security.account_id}:event-bus/accounts-tampering"
  role_arn = aws_iam_role.forward.arn
}

resource "aws_iam_role" "forward" {
  name = "accounts-forward"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
  })
}
