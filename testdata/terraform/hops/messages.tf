resource "aws_sns_topic" "delivered" {
  name = "hops-delivered"
}

resource "aws_sns_topic" "objects" {
  name              = "hops-objects"
  kms_master_key_id = aws_kms_key.hops.arn
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn           = aws_sns_topic.objects.arn
  protocol            = "sqs"
  endpoint            = aws_sqs_queue.objects.arn
  filter_policy       = jsonencode({ Records = { eventName = [{ prefix = "ObjectCreated" }] } })
  filter_policy_scope = "MessageBody"
  redrive_policy      = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn })
}

resource "aws_sns_topic_subscription" "function" {
  topic_arn = aws_sns_topic.objects.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.worker.arn
}

resource "aws_sns_topic_subscription" "stream" {
  topic_arn             = aws_sns_topic.delivered.arn
  protocol              = "firehose"
  endpoint              = aws_kinesis_firehose_delivery_stream.sink.arn
  subscription_role_arn = aws_iam_role.service.arn
}

resource "aws_sns_topic_subscription" "webhook" {
  topic_arn              = aws_sns_topic.delivered.arn
  protocol               = "https"
  endpoint               = "https://hook.hops.example/trail"
  endpoint_auto_confirms = true
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "email"
  endpoint  = "audit@hops.example"
}

resource "aws_sns_topic_subscription" "phone" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "sms"
  endpoint  = "+15555550100"
}

resource "aws_sqs_queue" "objects" {
  name              = "hops-objects"
  kms_master_key_id = aws_kms_key.hops.arn
}

resource "aws_sqs_queue_redrive_policy" "objects" {
  queue_url = aws_sqs_queue.objects.id

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 2
  })
}

resource "aws_sqs_queue" "dead" {
  name = "hops-dead"
}
