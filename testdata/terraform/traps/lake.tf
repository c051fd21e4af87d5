# trap 6: the bucket belongs to others, and this configuration does not have it.
resource "aws_kinesis_firehose_delivery_stream" "lake" {
  name        = "${local.name}-lake"
  destination = "extended_s3"

  extended_s3_configuration {
    role_arn   = aws_iam_role.lake.arn
    bucket_arn = "arn:aws:s3:::kestrel-data-lake"
  }
}

resource "aws_cloudwatch_log_subscription_filter" "lake" {
  name            = "lake"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = local.wiring.shipper
  role_arn        = aws_iam_role.lake.arn
}

resource "aws_iam_role" "lake" {
  name = "${local.name}-lake"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["firehose.amazonaws.com", "logs.amazonaws.com"] } }]
  })
}

resource "aws_iam_role_policy" "lake" {
  name = "ship"
  role = aws_iam_role.lake.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Ship", Effect = "Allow", Action = ["firehose:PutRecord", "firehose:PutRecordBatch"], Resource = local.wiring.shipper },
      { Sid = "Store", Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::kestrel-data-lake/operations/*" },
    ]
  })
}
