package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

//nolint:gochecknoglobals // shared by the rules of this file
var fixRedrive = Fix{
	Terraform: `resource "aws_sqs_queue" "siem" {
  name = "siem"
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = 1209600
}`,
	CloudFormation: `SiemQueue:
  Type: AWS::SQS::Queue
  Properties:
    RedrivePolicy:
      deadLetterTargetArn: !GetAtt DeadLetters.Arn
      maxReceiveCount: 5
DeadLetters:
  Type: AWS::SQS::Queue
  Properties:
    MessageRetentionPeriod: 1209600`,
}

// exampleRedrive is a queue with a dead-letter queue.
func exampleRedrive(receives int) string {
	return exampleNotifiesQueue + fmt.Sprintf(`
resource "aws_sqs_queue" "siem" {
  name = "siem"
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = %d
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = 1209600
}
`, receives)
}

func queueNoDLQ() Rule {
	return Rule{
		ID: "TG321", Name: "queue-no-dlq", Since: "0.1.0", Severity: Medium,
		Title:  "A message that its consumer cannot take is lost",
		Why:    "A message that fails every time comes back until its retention ends, and is then deleted without a trace. With a dead-letter queue it is set aside, where an alarm can see it and somebody can replay it. A dead-letter queue itself needs none.",
		Attack: "Makes calls whose events the consumer's parser fails on: their messages expire unread, and nothing tells.",
		Fix:    fixRedrive, Techniques: []string{"T1562.008"},
		Subsumes:   []string{"steampipe sqs_dlq"},
		References: []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"},
		Example:    Example{Fail: exampleNotifiesQueue + exampleQueue(""), Pass: exampleRedrive(5)},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindQueue) {
				if isDeadLetterQueue(p.Graph, n) {
					continue
				}
				wantSet(p, n, "dlq", worthOf(p.index, n).of(Medium), "there is no dead-letter queue: a message that its consumer fails on expires unread")
			}
		},
	}
}

func queueFewReceives() Rule {
	return Rule{
		ID: "TG322", Name: "queue-few-receives", Since: "0.1.0", Severity: Medium,
		Title:  "A queue gives up on a message too soon",
		Why:    "Every receive counts, also one whose consumer was throttled or restarted before it looked. With a count of one or two a short outage moves everything to the dead-letter queue, which the consumer does not read. AWS advises five at least for Lambda.",
		Attack: "Throttles the consumer for a moment: the messages of that moment leave the path for a queue that nobody reads.",
		Fix:    fixRedrive, Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"},
		Example: Example{
			Fail: exampleNotifiesQueue + exampleQueue("  redrive_policy = jsonencode({\n    deadLetterTargetArn = \"arn:aws:sqs:us-east-1:111122223333:siem-dead\"\n    maxReceiveCount     = 1\n  })\n"),
			Pass: exampleNotifiesQueue + exampleQueue("  redrive_policy = jsonencode({\n    deadLetterTargetArn = \"arn:aws:sqs:us-east-1:111122223333:siem-dead\"\n    maxReceiveCount     = 5\n  })\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindQueue) {
				if isSet(n.Attrs, "dlq") == graph.No {
					continue // TG321
				}
				w := worthOf(p.index, n)
				v := n.Attrs.Int("max_receives")
				s := Low
				receives, known := v.Get()
				if receives <= 1 {
					s = Medium
				}
				switch {
				case v.State() == graph.Unknown:
					p.Undecided(n, "max_receives", w.of(Medium))
				case known && receives <= 2:
					p.Violate(n, w.of(s), "after "+receivesOf(v)+" a message is dead: a consumer that is throttled once or twice loses it", cites(n, "max_receives", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func receivesOf(v graph.Value[int64]) string {
	if v.Sensitive() {
		return "one or two receives"
	}
	return count(v.Or(0), "receive")
}

func queueOwnDLQ() Rule {
	return Rule{
		ID: "TG325", Name: "queue-own-dlq", Since: "0.1.0", Severity: Medium,
		Title:  "A queue is its own dead-letter queue",
		Why:    "A redrive policy that leads back to its queue sets nothing aside: what fails comes back, and expires with the rest.",
		Attack: "Makes calls whose events the consumer's parser fails on: their messages go round until they expire.",
		Fix:    fixRedrive, Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html"},
		Example: Example{
			Fail: exampleNotifiesQueue + exampleQueue("  redrive_policy = jsonencode({\n    deadLetterTargetArn = \"arn:aws:sqs:us-east-1:111122223333:siem\"\n    maxReceiveCount     = 5\n  })\n"),
			Pass: exampleRedrive(5),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindQueue) {
				own, some := graph.No, false
				for e := range p.Graph.Out(n.ID) {
					if e.Kind.ID != "sqs_dlq" {
						continue
					}
					some = true
					is := graph.TriOf(e.To == n.ID)
					if e.OneOf != "" {
						is = is.And(graph.Maybe)
					}
					own = own.Or(is)
				}
				s := worthOf(p.index, n).of(Medium)
				switch {
				case own == graph.Yes:
					p.Violate(n, s, "the dead-letter queue is the queue itself: nothing is set aside", Because(n, "dlq", "dlq is the queue itself"))
				case own == graph.Maybe:
					p.Undecided(n, "dlq", s, unsure(n, "which of several queues is its dead-letter queue"))
				case some:
					p.Hold(n)
				}
			}
		},
	}
}
