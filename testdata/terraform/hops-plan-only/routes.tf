# A pipe from the queue, with a function on the way, to a state machine of another stack.
resource "aws_pipes_pipe" "objects" {
  name       = "hops-objects"
  role_arn   = aws_iam_role.service.arn
  source     = aws_sqs_queue.objects.arn
  enrichment = aws_lambda_function.enrich.arn
  target     = "arn:aws:states:us-east-1:111122223333:stateMachine:hops-triage"
}

# One from the stream, that keeps what it could not deliver.
resource "aws_pipes_pipe" "stream" {
  name          = "hops-stream"
  role_arn      = aws_iam_role.service.arn
  source        = aws_kinesis_stream.trail.arn
  target        = aws_cloudwatch_event_bus.audit.arn
  desired_state = "STOPPED"

  source_parameters {
    kinesis_stream_parameters {
      starting_position = "LATEST"

      dead_letter_config {
        arn = aws_sqs_queue.dead.arn
      }
    }
  }
}

resource "aws_lambda_function" "enrich" {
  function_name                  = "hops-enrich"
  role                           = aws_iam_role.service.arn
  runtime                        = "python3.12"
  handler                        = "enrich.handler"
  s3_bucket                      = "hops-artifacts"
  s3_key                         = "enrich.zip"
  reserved_concurrent_executions = 5
}

resource "aws_cloudwatch_event_bus" "audit" {
  name               = "hops-more-audit"
  kms_key_identifier = aws_kms_key.bus.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_cloudwatch_event_permission" "member" {
  statement_id   = "member"
  event_bus_name = aws_cloudwatch_event_bus.audit.name
  principal      = "444455556666"
}

resource "aws_kms_key" "bus" {
  description = "Bus"
}

resource "aws_kms_alias" "bus" {
  name          = "alias/hops-bus"
  target_key_id = aws_kms_key.bus.arn
}
