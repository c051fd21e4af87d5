# Events in lakes: CloudTrail Lake, Security Lake, and who queries the trail's bucket. Planned, and never made.

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

resource "aws_cloudtrail" "main" {
  name           = "lake"
  s3_bucket_name = aws_s3_bucket.trail.id
}

resource "aws_s3_bucket" "trail" {
  bucket = "lake-trail"
}

resource "aws_kms_key" "lake" {
  description         = "Lakes"
  enable_key_rotation = true
}
