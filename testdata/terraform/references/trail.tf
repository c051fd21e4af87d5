# Through an output of an output, of the one element of a counted bucket.
resource "aws_cloudtrail" "main" {
  name                       = "references"
  s3_bucket_name             = module.baseline.archive_bucket
  is_multi_region_trail      = true
  enable_log_file_validation = true
  sns_topic_name             = aws_sns_topic.announce.name

  cloud_watch_logs_group_arn = "${one(aws_cloudwatch_log_group.trail[*].arn)}:*"
  cloud_watch_logs_role_arn  = module.baseline.roles["logs"].arn
}

# By a name that is written out twice.
resource "aws_cloudtrail" "literal" {
  name           = "references-literal"
  s3_bucket_name = "references-literal-archive"
  depends_on     = [aws_s3_bucket.literal]
}

resource "aws_s3_bucket" "literal" {
  bucket = "references-literal-archive"
}

resource "aws_s3_bucket_notification" "literal" {
  bucket = "references-literal-archive"

  queue {
    queue_arn = "arn:aws:sqs:us-east-1:111122223333:references-literal"
    events    = ["s3:ObjectCreated:*"]
  }

  depends_on = [aws_s3_bucket.literal, aws_sqs_queue.literal]
}

resource "aws_sqs_queue" "literal" {
  name = "references-literal"
}

resource "aws_sns_topic" "announce" {
  name = "references-announce"
}

resource "aws_sns_topic" "announce_old" {
  count = var.announce_on_old_topic ? 1 : 0
  name  = "references-announce-old"
}

resource "aws_cloudwatch_log_group" "trail" {
  count             = 1
  name              = "/references/trail"
  retention_in_days = 90
}

resource "aws_cloudwatch_log_subscription_filter" "worker" {
  name            = "worker"
  log_group_name  = "/references/trail"
  filter_pattern  = ""
  destination_arn = aws_lambda_function.worker.arn
  depends_on      = [aws_cloudwatch_log_group.trail]
}
