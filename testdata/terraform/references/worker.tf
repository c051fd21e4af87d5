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
