variable "name" {
  type = string
}

variable "create" {
  type    = bool
  default = true
}

resource "aws_s3_bucket" "this" {
  count  = var.create ? 1 : 0
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "this" {
  count  = length(aws_s3_bucket.this)
  bucket = aws_s3_bucket.this[count.index].id

  versioning_configuration {
    status = "Enabled"
  }
}

output "bucket" {
  value = one(aws_s3_bucket.this[*].id)
}
