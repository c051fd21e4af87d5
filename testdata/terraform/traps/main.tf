# The audit trails of Kestrel Freight, a forwarder, written the way that such configurations grow: nearly
# nothing in it refers to a resource in so many words. "trap N" marks what a plan in JSON loses or hides; trap 11 is
# the plan that follows the apply, which hides nothing.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

# Operations.
provider "aws" {
  region = "eu-central-1"
}

# trap 8: the account is put together from a local, and only the configuration tells it.
provider "aws" {
  alias  = "archive"
  region = local.archive.region

  assume_role {
    role_arn     = "arn:aws:iam::${local.archive.account}:role/terraform"
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

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

# trap 7: what it puts out is known once it is there, though anybody can read it here.
resource "terraform_data" "release" {
  input = "blue"
}
