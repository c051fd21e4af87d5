variable "name" {
  type = string
}

variable "announce_topic" {
  type = string
}

variable "teams" {
  type = map(string)
}

module "archive" {
  source = "../archive"
  name   = "${var.name}-archive"
}

module "pipeline" {
  source   = "../pipeline"
  for_each = var.teams

  name           = "${var.name}-${each.value}"
  announce_topic = var.announce_topic
}

resource "aws_iam_role" "service" {
  for_each = {
    logs   = "cloudtrail.amazonaws.com"
    worker = "lambda.amazonaws.com"
  }

  name = "${var.name}-${each.key}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = each.value }
    }]
  })
}

output "archive_bucket" {
  value = module.archive.bucket
}

output "team_queues" {
  value = { for team, pipeline in module.pipeline : team => pipeline.queue_arn }
}

output "roles" {
  value = aws_iam_role.service
}
