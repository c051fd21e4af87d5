# One trail whose parts refer to one another in every way that Terraform offers.

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

variable "announce_on_old_topic" {
  description = "Keeps announcing on the topic of before the migration."
  type        = bool
  default     = false
}

variable "shards" {
  description = "How many queues the work is spread over."
  type        = number
  default     = 2
}

locals {
  # Teams are named by people: the keys hold whatever people write.
  teams = {
    "payments.eu"   = "payments-eu"
    "core \"blue\"" = "core-blue"
    "data lake"     = "data-lake"
    "größe/東京"      = "groesse-tokyo"
  }

  # An indirection of which the plan keeps nothing.
  oncall_topic = aws_sns_topic.oncall[0].arn
}
