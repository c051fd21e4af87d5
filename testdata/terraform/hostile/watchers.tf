resource "aws_sns_topic" "watcher" {
  for_each = local.watchers
  name     = "hostile-${each.value}"
}

resource "aws_s3_bucket_notification" "trail" {
  bucket = aws_s3_bucket.trail.id

  topic {
    id            = "html \"|`<b>@octocat"
    topic_arn     = aws_sns_topic.watcher["<script>alert(1)</script><!-- --> &lt;b&gt;"].arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "\"|<b>`@team`/AWSLogs/"
  }

  topic {
    id            = "break"
    topic_arn     = aws_sns_topic.watcher["line\nbreak\r\n# heading\n- item\n```"].arn
    events        = ["s3:ObjectRemoved:*"]
    filter_suffix = "|.json"
  }
}

# Every watcher hears of every alarm: the topic is one, the queues are as many as the keys.
resource "aws_sqs_queue" "watcher" {
  for_each = local.watchers
  name     = "hostile-${each.value}"
}

resource "aws_sns_topic_subscription" "watcher" {
  for_each  = local.watchers
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.watcher[each.key].arn
}
