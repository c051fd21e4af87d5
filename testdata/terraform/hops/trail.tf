resource "aws_cloudtrail" "hops" {
  name                       = "hops"
  s3_bucket_name             = aws_s3_bucket.trail.id
  sns_topic_name             = aws_sns_topic.delivered.name
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.service.arn
  kms_key_id                 = aws_kms_key.hops.arn

  event_selector {
    read_write_type           = "WriteOnly"
    include_management_events = true
  }

  insight_selector {
    insight_type = "ApiCallRateInsight"
  }
}

resource "aws_s3_bucket" "trail" {
  bucket = "hops-trail"
}

# One bucket, four kinds of receivers.
resource "aws_s3_bucket_notification" "trail" {
  bucket      = aws_s3_bucket.trail.id
  eventbridge = true

  topic {
    topic_arn     = aws_sns_topic.objects.arn
    events        = ["s3:ObjectCreated:*"]
    filter_suffix = ".json.gz"
  }

  queue {
    queue_arn     = aws_sqs_queue.objects.arn
    events        = ["s3:ObjectRemoved:*"]
    filter_prefix = "AWSLogs/"
  }

  lambda_function {
    lambda_function_arn = aws_lambda_function.worker.arn
    events              = ["s3:ObjectCreated:Put"]
    filter_prefix       = "CloudTrail-Digest/"
  }
}

resource "aws_s3_bucket_inventory" "trail" {
  bucket                   = aws_s3_bucket.trail.id
  name                     = "weekly"
  included_object_versions = "All"

  schedule {
    frequency = "Weekly"
  }

  destination {
    bucket {
      format     = "CSV"
      bucket_arn = aws_s3_bucket.sink.arn
    }
  }
}

resource "aws_s3_bucket" "sink" {
  bucket = "hops-sink"
}
