variable "name" {
  type = string
}

variable "bucket" {
  type = string
}

variable "key_arn" {
  type = string
}

resource "aws_cloudtrail" "this" {
  name                       = var.name
  s3_bucket_name             = var.bucket
  kms_key_id                 = var.key_arn
  is_multi_region_trail      = true
  enable_log_file_validation = true

  # trap 9: as it should be.
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.this.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.this.arn
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/trail"
  retention_in_days = 365
}

resource "aws_iam_role" "this" {
  name = "${var.name}-trail"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudtrail.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "write"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })
}

data "aws_caller_identity" "here" {}

data "aws_region" "here" {}

# Written out: the key's policy names the trail, and the trail the key.
output "arn" {
  value = "arn:aws:cloudtrail:${data.aws_region.here.name}:${data.aws_caller_identity.here.account_id}:trail/${var.name}"
}
