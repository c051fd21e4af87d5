# The notification is written by the collector's own stack from now on.
removed {
  from = aws_s3_bucket_notification.archive

  lifecycle {
    destroy = false
  }
}
