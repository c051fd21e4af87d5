# The queue of the SIEM's next version. Its reader and its policy are to follow.
resource "aws_sqs_queue" "siem_next" {
  name                      = "siem-ingest-next"
  message_retention_seconds = 345600
  sqs_managed_sse_enabled   = true
}
