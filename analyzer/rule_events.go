package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// exampleRule is a trail whose events a rule routes to a queue; arguments go to the rule and its target.
func exampleRule(rule, target string) string {
	return exampleTrail + `
resource "aws_cloudwatch_event_rule" "trail_changes" {
  name = "trail-changes"
` + rule + `  event_pattern = jsonencode({
    source      = ["aws.cloudtrail"]
    detail-type = ["AWS API Call via CloudTrail"]
    detail      = { eventName = ["StopLogging", "DeleteTrail", "PutEventSelectors"] }
  })
}

resource "aws_cloudwatch_event_target" "siem" {
  rule = aws_cloudwatch_event_rule.trail_changes.name
  arn  = aws_sqs_queue.siem.arn
` + target + "}\n" + exampleQueue("")
}

func eventRuleDisabled() Rule {
	return Rule{
		ID: "TG350", Name: "event-rule-disabled", Since: "0.1.0", Severity: High,
		Title:  "An EventBridge rule of the chain is disabled",
		Why:    "Events that no enabled rule takes are gone at once: a bus keeps nothing. The rule, its pattern and its targets stay in every listing.",
		Attack: "Switches the rule off with one events:DisableRule, does what it would have reported, and switches it on again.",
		Fix: Fix{
			Terraform: `resource "aws_cloudwatch_event_rule" "trail_changes" {
  name  = "trail-changes"
  state = "ENABLED"
  event_pattern = jsonencode({
    source      = ["aws.cloudtrail"]
    detail-type = ["AWS API Call via CloudTrail"]
  })
}`,
			CloudFormation: `TrailChanges:
  Type: AWS::Events::Rule
  Properties:
    State: ENABLED
    EventPattern:
      source: [aws.cloudtrail]
      detail-type: [AWS API Call via CloudTrail]`,
		},
		Techniques: []string{"T1562.008", "T1562.001"},
		References: []string{"https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html"},
		Example:    Example{Fail: exampleRule("  state = \"DISABLED\"\n", ""), Pass: exampleRule("", "")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindRule) {
				s := worthOf(p.index, n).of(High)
				v := n.Attrs.Text("state")
				switch state, known := word(n.Attrs, "state"); {
				case v.State() == graph.Absent:
					p.Hold(n)
				case !known:
					p.Undecided(n, "state", s)
				case state == "DISABLED":
					p.Violate(n, s, "the rule is disabled: events pass it by, and the bus keeps none of them", cites(n, "state", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func targetNoDLQ() Rule {
	return Rule{
		ID: "TG351", Name: "target-no-dlq", Since: "0.1.0", Severity: Low,
		Title:  "An event that a target cannot take is dropped",
		Why:    "EventBridge tries a target that fails for a day, but one that refuses (its policy or its key does not let the rule in, or it is gone) not even once more. Without a dead-letter queue the event is dropped.",
		Attack: "Changes the policy of the queue behind the rule for as long as needed, and back: what matched meanwhile is gone.",
		Fix: Fix{
			Terraform: `resource "aws_cloudwatch_event_target" "siem" {
  rule = aws_cloudwatch_event_rule.trail_changes.name
  arn  = aws_sqs_queue.siem.arn
  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}`,
			CloudFormation: `TrailChanges:
  Type: AWS::Events::Rule
  Properties:
    EventPattern:
      source: [aws.cloudtrail]
    Targets:
      - Id: siem
        Arn: !GetAtt SiemQueue.Arn
        DeadLetterConfig:
          Arn: !GetAtt DeadLetters.Arn`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"},
		Example: Example{
			Fail: exampleRule("", ""),
			Pass: exampleRule("", "  dead_letter_config {\n    arn = aws_sqs_queue.dead.arn\n  }\n") + `
resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = 1209600
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindRuleTarget) {
				wantSet(p, n, "dlq", Low, "there is no dead-letter queue: what the target refuses is dropped at once")
			}
		},
	}
}

func pipeStopped() Rule {
	example := func(state string) string {
		return exampleNotifiesQueue + exampleQueue("") + `
resource "aws_pipes_pipe" "siem" {
  name          = "siem"
  role_arn      = "arn:aws:iam::111122223333:role/pipe"
  source        = aws_sqs_queue.siem.arn
  target        = "arn:aws:kinesis:us-east-1:111122223333:stream/siem"
  desired_state = "` + state + `"
  target_parameters {
    kinesis_stream_parameters {
      partition_key = "siem"
    }
  }
}
`
	}
	return Rule{
		ID: "TG352", Name: "pipe-stopped", Since: "0.1.0", Severity: High,
		Title:  "A pipe of the chain is stopped",
		Why:    "A stopped pipe leaves its source and its target as they are, and moves nothing from one to the other. Events wait until the source forgets them.",
		Attack: "Stops the pipe with one pipes:StopPipe.",
		Fix: Fix{
			Terraform: `resource "aws_pipes_pipe" "siem" {
  name          = "siem"
  role_arn      = aws_iam_role.pipe.arn
  source        = aws_sqs_queue.siem.arn
  target        = aws_kinesis_stream.siem.arn
  desired_state = "RUNNING"
  target_parameters {
    kinesis_stream_parameters {
      partition_key = "siem"
    }
  }
}`,
			CloudFormation: `Pipe:
  Type: AWS::Pipes::Pipe
  Properties:
    RoleArn: !GetAtt PipeRole.Arn
    Source: !GetAtt SiemQueue.Arn
    Target: !GetAtt SiemStream.Arn
    DesiredState: RUNNING
    TargetParameters:
      KinesisStreamParameters:
        PartitionKey: siem`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_StopPipe.html"},
		Example:    Example{Fail: example("STOPPED"), Pass: example("RUNNING")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindPipe) {
				s := worthOf(p.index, n).of(High)
				v := n.Attrs.Text("desired_state")
				switch state, known := word(n.Attrs, "desired_state"); {
				case v.State() == graph.Absent:
					p.Hold(n)
				case !known:
					p.Undecided(n, "desired_state", s)
				case state == "STOPPED":
					p.Violate(n, s, "the pipe is stopped: events wait in its source until that forgets them", cites(n, "desired_state", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}
