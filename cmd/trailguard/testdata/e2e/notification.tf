resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  topic {
    topic_arn     = aws_sns_topic.new_log_file.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "AWSLogs/"
  }

  depends_on = [aws_sns_topic_policy.new_log_file]
}
