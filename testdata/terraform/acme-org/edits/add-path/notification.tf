# Every new log file is announced once; who needs to know subscribes to the topic.
resource "aws_s3_bucket_notification" "archive" {
  bucket = aws_s3_bucket.archive.id

  # Rules may look at new log files, too.
  eventbridge = true

  topic {
    id            = "new-log-file"
    topic_arn     = aws_sns_topic.new_log_file.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "org/AWSLogs/"
    filter_suffix = ".json.gz"
  }

  depends_on = [aws_sns_topic_policy.new_log_file]
}
