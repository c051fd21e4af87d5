# Each team has a topic; what it announces goes to the team's own queue, three modules down.
resource "aws_sns_topic" "team" {
  for_each = local.teams
  name     = "references-${each.value}"
}

# Which topic meets which queue is lost in the plan: each.key stands for four.
resource "aws_sns_topic_subscription" "team" {
  for_each  = local.teams
  topic_arn = aws_sns_topic.team[each.key].arn
  protocol  = "sqs"
  endpoint  = module.baseline.team_queues[each.key]
}

# Keys written out.
resource "aws_s3_bucket_notification" "archive" {
  bucket = module.baseline.archive_bucket

  topic {
    id            = "blue"
    topic_arn     = aws_sns_topic.team["core \"blue\""].arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "AWSLogs/111122223333/"
  }

  topic {
    id            = "payments"
    topic_arn     = aws_sns_topic.team["payments.eu"].arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "AWSLogs/444455556666/"
  }

  # A block for each shard; the plan keeps the blocks and not what they refer to.
  dynamic "queue" {
    for_each = aws_sqs_queue.shard

    content {
      id            = "shard-${queue.key}"
      queue_arn     = queue.value.arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = "AWSLogs/77778888999${queue.key}/"
    }
  }
}
