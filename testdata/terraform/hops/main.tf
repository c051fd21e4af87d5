# Every kind of hop that a local server can apply, on one trail.

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

data "aws_caller_identity" "me" {}

# The services that act for the trail share one role here: who may do what is not what this case is about.
resource "aws_iam_role" "service" {
  name = "hops-service"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "sts:AssumeRole"
      Principal = {
        Service = ["cloudtrail.amazonaws.com", "lambda.amazonaws.com", "firehose.amazonaws.com", "logs.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"]
      }
    }]
  })
}

resource "aws_kms_key" "hops" {
  description             = "Hops"
  deletion_window_in_days = 7
}

resource "aws_kms_grant" "reader" {
  name              = "reader"
  key_id            = aws_kms_key.hops.key_id
  grantee_principal = aws_iam_role.service.arn
  operations        = ["Decrypt", "DescribeKey"]
}
