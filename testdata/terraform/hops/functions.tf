resource "aws_lambda_function" "worker" {
  function_name = "hops-worker"
  role          = aws_iam_role.service.arn
  runtime       = "python3.12"
  handler       = "worker.handler"
  s3_bucket     = "hops-artifacts"
  s3_key        = "worker.zip"

  dead_letter_config {
    target_arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.worker.function_name
  function_version = "$LATEST"
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn = aws_sqs_queue.objects.arn
  function_name    = aws_lambda_function.worker.arn
}

resource "aws_lambda_event_source_mapping" "stream" {
  event_source_arn  = aws_kinesis_stream.trail.arn
  function_name     = aws_lambda_function.worker.arn
  starting_position = "LATEST"

  destination_config {
    on_failure {
      destination_arn = aws_sns_topic.delivered.arn
    }
  }
}

resource "aws_lambda_permission" "bucket" {
  statement_id   = "bucket"
  function_name  = aws_lambda_function.worker.function_name
  action         = "lambda:InvokeFunction"
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.trail.arn
  source_account = data.aws_caller_identity.me.account_id
}

resource "aws_lambda_function_event_invoke_config" "worker" {
  function_name          = aws_lambda_function.worker.function_name
  maximum_retry_attempts = 1

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead.arn
    }
  }
}
