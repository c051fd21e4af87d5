resource "aws_sqs_queue" "shard" {
  count                     = var.shards
  name                      = "references-shard-${count.index}"
  message_retention_seconds = 1209600
}

# count.index stands for every shard.
resource "aws_lambda_event_source_mapping" "shard" {
  count            = var.shards
  event_source_arn = aws_sqs_queue.shard[count.index].arn
  function_name    = aws_lambda_function.worker.function_name
}

# One of the two branches has no instance.
resource "aws_sns_topic_subscription" "announce" {
  topic_arn = var.announce_on_old_topic ? one(aws_sns_topic.announce_old[*].arn) : aws_sns_topic.announce.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.worker.arn
}

resource "aws_lambda_function" "worker" {
  function_name = "references-worker"
  role          = module.baseline.roles["worker"].arn
  runtime       = "python3.12"
  handler       = "worker.handler"
  s3_bucket     = "references-artifacts"
  s3_key        = "worker.zip"
}

resource "aws_lambda_permission" "logs" {
  function_name = aws_lambda_function.worker.function_name
  action        = "lambda:InvokeFunction"
  principal     = "logs.amazonaws.com"
  source_arn    = "${aws_cloudwatch_log_group.trail[0].arn}:*"
}
