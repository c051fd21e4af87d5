# What an organization puts above its accounts. Planned, and never made.

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

resource "aws_organizations_organization" "acme" {
  feature_set          = "ALL"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "workloads"
  parent_id = aws_organizations_organization.acme.roots[0].id
}

resource "aws_organizations_organizational_unit" "production" {
  name      = "production"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "archive" {
  name      = "log-archive"
  email     = "aws+archive@acme.example"
  parent_id = aws_organizations_organizational_unit.production.id
}

# Nobody in an account stops the recording.
resource "aws_organizations_policy" "keep_trail" {
  name    = "keep-trail"
  type    = "SERVICE_CONTROL_POLICY"
  content = data.aws_iam_policy_document.keep_trail.json
}

data "aws_iam_policy_document" "keep_trail" {
  statement {
    sid       = "KeepTrail"
    effect    = "Deny"
    actions   = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"]
    resources = ["*"]

    condition {
      test     = "ArnNotLike"
      variable = "aws:PrincipalArn"
      values   = ["arn:aws:iam::*:role/break-glass"]
    }
  }
}

resource "aws_organizations_policy_attachment" "keep_trail_root" {
  policy_id = aws_organizations_policy.keep_trail.id
  target_id = aws_organizations_organization.acme.roots[0].id
}

# Nobody from outside reads the archive.
resource "aws_organizations_policy" "ours_only" {
  name = "ours-only"
  type = "RESOURCE_CONTROL_POLICY"

  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OursOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:*", "sqs:*", "kms:*"]
      Resource  = "*"
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.acme.id }
        BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
      }
    }]
  })
}

resource "aws_organizations_policy_attachment" "ours_only_archive" {
  policy_id = aws_organizations_policy.ours_only.id
  target_id = aws_organizations_account.archive.id
}

resource "aws_organizations_policy_attachment" "keep_trail_production" {
  policy_id = aws_organizations_policy.keep_trail.id
  target_id = aws_organizations_organizational_unit.production.id
}

# The archive account administers CloudTrail for all of them.
resource "aws_cloudtrail_organization_delegated_admin_account" "archive" {
  account_id = aws_organizations_account.archive.id
}

resource "aws_organizations_delegated_administrator" "config" {
  account_id        = aws_organizations_account.archive.id
  service_principal = "config.amazonaws.com"
}

resource "aws_cloudtrail" "org" {
  name                  = "organization"
  s3_bucket_name        = "organization-trail-archive"
  is_organization_trail = true
  is_multi_region_trail = true
}
