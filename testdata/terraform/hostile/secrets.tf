resource "aws_sns_topic_subscription" "webhook" {
  topic_arn              = aws_sns_topic.alarms.arn
  protocol               = "https"
  endpoint               = var.webhook
  endpoint_auto_confirms = true
}

# Nobody has marked this one; user and query are secrets all the same.
resource "aws_sns_topic_subscription" "webhook_in_the_open" {
  topic_arn              = aws_sns_topic.alarms.arn
  protocol               = "https"
  endpoint               = "https://hook:canary-userinfo-83f1@open.hostile.example/in?token=canary-query-open-6e20"
  endpoint_auto_confirms = true
}

resource "aws_sns_topic_subscription" "informant" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.informant
}

resource "aws_lambda_function" "reader" {
  function_name = "hostile-reader"
  role          = aws_iam_role.trail.arn
  runtime       = "python3.12"
  handler       = "reader.handler"
  s3_bucket     = "hostile-artifacts"
  s3_key        = "reader.zip"

  environment {
    variables = {
      DATABASE_PASSWORD = var.database_password
      API_KEY           = "canary-lambda-environment-1a9c"
    }
  }

  tags = {
    token = "canary-tag-value-40de"
  }
}

resource "aws_sns_topic_subscription" "reader" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.reader.arn
}

resource "aws_cloudwatch_log_subscription_filter" "splunk" {
  name            = "splunk \"|`<b>"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.splunk.arn
  role_arn        = aws_iam_role.trail.arn
}

resource "aws_kinesis_firehose_delivery_stream" "splunk" {
  name        = "hostile-splunk"
  destination = "splunk"

  splunk_configuration {
    hec_endpoint = "https://hec.hostile.example:8088"
    hec_token    = var.splunk_token

    s3_configuration {
      role_arn   = aws_iam_role.trail.arn
      bucket_arn = aws_s3_bucket.trail.arn
    }
  }
}

# Resources of types that nobody asks about, with secrets in them.
resource "aws_ssm_parameter" "password" {
  name  = "/hostile/password"
  type  = "SecureString"
  value = "canary-ssm-parameter-f00b"
}

resource "aws_launch_template" "collector" {
  name      = "hostile-collector"
  user_data = base64encode("#!/bin/sh\nexport TOKEN=canary-user-data-c7c7\n")
}

output "webhook" {
  value     = var.webhook
  sensitive = true
}

output "open" {
  value = "canary-output-value-9d11"
}
