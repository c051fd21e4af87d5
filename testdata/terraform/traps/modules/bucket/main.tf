variable "name" {
  type = string
}

variable "trail_arn" {
  type = string
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

# trap 5: a list in jsonencode.
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Trail"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = ["s3:GetBucketAcl", "s3:PutObject"]
      Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/AWSLogs/${split(":", var.trail_arn)[4]}/*"]
      Condition = { StringEquals = { "aws:SourceArn" = var.trail_arn } }
    }]
  })
}

output "id" {
  value = aws_s3_bucket.this.id
}

output "arn" {
  value = aws_s3_bucket.this.arn
}
