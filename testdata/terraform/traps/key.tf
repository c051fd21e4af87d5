# trap 2: the policy names the trail by what a local makes of three data sources.
resource "aws_kms_key" "trail" {
  description         = "Audit trails"
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Administration", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "${local.prefix}:iam::${data.aws_caller_identity.current.account_id}:root" } },
      {
        Sid       = "TrailEncrypts"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceArn" = [local.trail_arn, module.org_trail.arn] } }
      },
    ]
  })
}

# trap 7: the organization's trail knows the key by this name.
resource "aws_kms_alias" "trail" {
  name          = "alias/${local.name}-trail"
  target_key_id = local.wiring.key
}
