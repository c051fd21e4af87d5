# The organization trail of Acme, in the log archive account, and everything its events pass on their way
# to the SIEM, to the indexer of the archive and to the people on call.

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

  default_tags {
    tags = local.tags
  }
}

# The second copy of the archive is kept in another region.
provider "aws" {
  alias  = "replica"
  region = "eu-west-1"

  default_tags {
    tags = local.tags
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  tags = {
    team    = "security-platform"
    service = "audit-trail"
  }

  account_id = data.aws_caller_identity.current.account_id
  region     = data.aws_region.current.name

  # Written out, because the bucket and key policies are needed before the trail exists.
  trail_name = "acme-org-trail"
  trail_arn  = "arn:aws:cloudtrail:${local.region}:${local.account_id}:trail/${local.trail_name}"
}
