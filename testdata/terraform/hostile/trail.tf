resource "aws_cloudtrail" "main" {
  name           = "hostile"
  s3_bucket_name = aws_s3_bucket.trail.id
  s3_key_prefix  = "\"|<b>`@team`"

  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = aws_iam_role.trail.arn
}

resource "aws_s3_bucket" "trail" {
  bucket = "hostile-trail"

  tags = {
    "note <b>\"`|" = "<img src=x onerror=alert(1)> | `code` | @octocat"
  }
}

# A path may hold any printable character.
resource "aws_iam_role" "trail" {
  name        = "@octocat,=+.-"
  path        = "/\"|`<b>]-->;%%/"
  description = "quotes \" pipes | backticks ` tags <b> mentions @octocat"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Trail", Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudtrail.amazonaws.com" } }]
  })
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = "/hostile/#1/trail--x"
  retention_in_days = 30
}

# Names of filters, metrics and alarms are free text.
resource "aws_cloudwatch_log_metric_filter" "logins" {
  name           = "\"logins\" | <b>`@octocat`</b>"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ $.eventName = ConsoleLogin }"

  metric_transformation {
    name      = "Logins \"quoted\" <i>|`@octocat`"
    namespace = "Hostile --> [x] ]; \"|`"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "logins" {
  alarm_name          = "Logins: \"quoted\" | <script>alert(1)</script> `@octocat` \u202Elive\u202C"
  alarm_description   = "```\n| a | b |\n<details>"
  namespace           = "Hostile --> [x] ]; \"|`"
  metric_name         = "Logins \"quoted\" <i>|`@octocat`"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 300
  statistic           = "Sum"
  threshold           = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  name         = "hostile-alarms"
  display_name = "\"|`<b>"
}
