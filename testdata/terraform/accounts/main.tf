# One configuration for three accounts: the management account has the trail, the archive account the bucket,
# the security account the queue. They know one another by names and ARNs only.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

# The management account.
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "archive"
  region = "eu-west-1"

  assume_role {
    role_arn     = "arn:aws:iam::222233334444:role/terraform"
    session_name = "audit"
  }
}

provider "aws" {
  alias  = "security"
  region = "eu-west-1"

  assume_role {
    role_arn     = "arn:aws:iam::333344445555:role/terraform"
    session_name = "audit"
  }
}

data "aws_caller_identity" "management" {}

data "aws_caller_identity" "archive" {
  provider = aws.archive
}

data "aws_caller_identity" "security" {
  provider = aws.security
}
