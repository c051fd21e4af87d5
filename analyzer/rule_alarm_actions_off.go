package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func alarmActionsOff() Rule {
	example := func(on string) string {
		return exampleStreams + exampleLogGroup + `
resource "aws_cloudwatch_log_metric_filter" "trail_changes" {
  name           = "trail-changes"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ ($.eventName = StopLogging) || ($.eventName = DeleteTrail) || ($.eventName = PutEventSelectors) }"
  metric_transformation {
    name      = "TrailChanges"
    namespace = "Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "trail_changes" {
  alarm_name          = "trail-changes"
  namespace           = "Security"
  metric_name         = "TrailChanges"
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.soc.arn]
  actions_enabled     = ` + on + `
}

resource "aws_sns_topic" "soc" {
  name = "soc"
}
`
	}
	return Rule{
		ID: "TG339", Name: "alarm-actions-off", Since: "0.1.0", Severity: High,
		Title:  "An alarm on the events tells nobody",
		Why:    "With its actions off an alarm still turns red, on a dashboard that nobody watches at night. The filter, the metric and the alarm all look right.",
		Attack: "Switches the actions off with one cloudwatch:DisableAlarmActions before it begins.",
		Fix: Fix{
			Terraform: `resource "aws_cloudwatch_metric_alarm" "trail_changes" {
  alarm_name          = "trail-changes"
  namespace           = "Security"
  metric_name         = "TrailChanges"
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.soc.arn]
  actions_enabled     = true
}`,
			CloudFormation: `TrailChanges:
  Type: AWS::CloudWatch::Alarm
  Properties:
    Namespace: Security
    MetricName: TrailChanges
    Statistic: Sum
    ComparisonOperator: GreaterThanOrEqualToThreshold
    Threshold: 1
    Period: 300
    EvaluationPeriods: 1
    AlarmActions: [!Ref SocTopic]
    ActionsEnabled: true`,
		},
		Techniques: []string{"T1562.008", "T1562.001"},
		Subsumes:   []string{"CKV_AWS_319", "FG_R00240"},
		References: []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html"},
		Example:    Example{Fail: example("false"), Pass: example("true")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindAlarm, "cloudwatch.composite_alarm") {
				if !p.Graph.Reach(n.ID).Traced {
					continue // an alarm on anything else
				}
				wantFlag(p, n, "actions_enabled", true, High, "its actions are off: it turns red, and nobody is told")
			}
		},
	}
}
