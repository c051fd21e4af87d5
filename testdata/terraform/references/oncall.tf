resource "aws_sns_topic" "oncall" {
  count = 2
  name  = "references-oncall-${count.index}"
}

resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root-login"
  log_group_name = aws_cloudwatch_log_group.trail[0].name
  pattern        = "{ $.userIdentity.type = Root }"

  metric_transformation {
    name      = "RootLogin"
    namespace = "References"
    value     = "1"
  }
}

# A splat: all of them.
resource "aws_cloudwatch_metric_alarm" "root" {
  alarm_name          = "root-login"
  namespace           = one(aws_cloudwatch_log_metric_filter.root.metric_transformation).namespace
  metric_name         = one(aws_cloudwatch_log_metric_filter.root.metric_transformation).name
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  period              = 60
  statistic           = "Sum"
  threshold           = 1
  alarm_actions       = aws_sns_topic.oncall[*].arn
}

# Only a local leads to the topic.
resource "aws_sns_topic_subscription" "oncall" {
  topic_arn = local.oncall_topic
  protocol  = "email"
  endpoint  = "oncall@references.example"
}
