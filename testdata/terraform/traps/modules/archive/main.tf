terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.store, aws.soc]
    }
  }
}

variable "bucket" {
  type = string
}

variable "trail_arn" {
  type = string
}

# trap 8: what is aws.archive above is aws.store here, and aws in there.
module "bucket" {
  source    = "../bucket"
  providers = { aws = aws.store }

  name      = var.bucket
  trail_arn = var.trail_arn
}

module "soc" {
  source    = "../log"
  providers = { aws = aws.soc }

  name       = "kestrel-soc"
  days       = 14
  bucket_arn = module.bucket.arn
}

resource "aws_s3_bucket_notification" "this" {
  provider = aws.store
  bucket   = module.bucket.id

  queue {
    queue_arn = module.soc.queue_arn
    events    = ["s3:ObjectCreated:*"]
  }

  depends_on = [module.soc]
}
