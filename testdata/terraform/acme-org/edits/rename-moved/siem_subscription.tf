resource "aws_sns_topic_subscription" "siem" {
  topic_arn            = aws_sns_topic.new_log_file.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.siem_ingest.arn
  raw_message_delivery = true
}
