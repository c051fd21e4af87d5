package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// exampleQueue is the queue that exampleNotifiesQueue notifies, with more arguments.
func exampleQueue(arguments string) string {
	return "\nresource \"aws_sqs_queue\" \"siem\" {\n  name = \"siem\"\n" + arguments + "}\n"
}

func queueRetentionShort() Rule {
	return Rule{
		ID: "TG320", Name: "queue-retention-short", Since: "0.1.0", Severity: High,
		Title:  "A queue forgets before its consumer is back",
		Why:    "SQS deletes what it has held for the retention period, without an event and without a dead letter. The period is how long the consumer may be down: less than a day is less than one night, less than four days (the default) less than a long weekend. Shortening it expires what is in the queue already.",
		Attack: "Keeps the consumer down for that long, by its role, its key or its quota; or sets MessageRetentionPeriod to 60 seconds with one sqs:SetQueueAttributes.",
		Fix: Fix{
			Terraform: `resource "aws_sqs_queue" "siem" {
  name                      = "siem"
  message_retention_seconds = 1209600 # 14 days, the most SQS keeps
}`,
			CloudFormation: `SiemQueue:
  Type: AWS::SQS::Queue
  Properties:
    MessageRetentionPeriod: 1209600 # 14 days, the most SQS keeps`,
		},
		Techniques: []string{"T1562.008", "T1485"},
		References: []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"},
		Example: Example{
			Fail: exampleNotifiesQueue + exampleQueue("  message_retention_seconds = 3600\n"),
			Pass: exampleNotifiesQueue + exampleQueue("  message_retention_seconds = 1209600\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindQueue) {
				if isDeadLetterQueue(p.Graph, n) {
					continue // TG324
				}
				w := worthOf(p.index, n)
				v := n.Attrs.Int("retention_seconds")
				seconds, known := v.Get()
				s := Medium
				if seconds < daySeconds {
					s = High
				}
				switch {
				case !known:
					p.Undecided(n, "retention_seconds", w.of(High))
				case seconds < queueDefault:
					p.Violate(n, w.of(s), "a consumer that is down for "+spanOf(v, 1)+" loses what arrives meanwhile", cites(n, "retention_seconds", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func dlqRetentionShort() Rule {
	example := func(dead, live int) string {
		return exampleNotifiesQueue + fmt.Sprintf(`
resource "aws_sqs_queue" "siem" {
  name                      = "siem"
  message_retention_seconds = %d
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = %d
}
`, live, dead)
	}
	return Rule{
		ID: "TG324", Name: "dlq-retention-short", Since: "0.1.0", Severity: Medium,
		Title:  "Dead letters expire before anybody reads them",
		Why:    "A message that moves from a standard queue to its dead-letter queue keeps its age. If the dead-letter queue does not keep messages longer than the queue before it, those that failed late are deleted on arrival, or soon after. (In FIFO queues the age starts again.) Dead letters of other services start new, and want at least the four days of a long weekend.",
		Attack: "Makes the consumer fail until the messages are old; in the dead-letter queue they are gone before the morning.",
		Fix: Fix{
			Terraform: `resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = 1209600
}`,
			CloudFormation: `DeadLetters:
  Type: AWS::SQS::Queue
  Properties:
    MessageRetentionPeriod: 1209600`,
		},
		Techniques: []string{"T1562.008", "T1485"},
		References: []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html"},
		Example:    Example{Fail: example(3600, queueDefault), Pass: example(queueMax, queueDefault)},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindQueue) {
				if fedByDeadLetters(p.Graph, n) {
					checkDeadLetterRetention(p, n)
				}
			}
		},
	}
}

func fedByDeadLetters(g *graph.Graph, n *graph.Node) bool {
	for e := range g.In(n.ID) {
		if e.Kind.Flow == graph.FlowDeadLetter && e.From != n.ID {
			return true
		}
	}
	return false
}

// checkDeadLetterRetention compares a dead-letter queue with each queue before it, and with four days for
// dead letters that start new. The worst comparison is reported.
func checkDeadLetterRetention(p *Pass, n *graph.Node) {
	v := n.Attrs.Int("retention_seconds")
	own, known := v.Get()
	if !known {
		p.Undecided(n, "retention_seconds", Medium)
		return
	}
	if own >= queueMax {
		p.Hold(n) // SQS keeps nothing longer
		return
	}
	fifo, _ := n.Attrs.Bool("fifo").Get()
	worst, message, open := None, "", ""
	opts := []Option{cites(n, "retention_seconds", v)}
	report := func(s Severity, m string) {
		if s > worst {
			worst, message = s, m
		}
	}
	for e := range p.Graph.In(n.ID) {
		from := p.Graph.Node(e.From)
		switch {
		case e.Kind.Flow != graph.FlowDeadLetter, e.From == n.ID:
		case e.Kind.ID == "sqs_dlq" && !fifo:
			before := from.Attrs.Int("retention_seconds")
			source, sure := before.Get()
			switch {
			case !sure:
				open = string(from.ID)
			case own < source:
				report(Medium, "dead letters keep their age: the queue before this one holds them for "+spanOf(before, 1)+", this one for "+spanOf(v, 1)+" of the same age")
				opts = append(opts, cites(from, "retention_seconds", before))
			case own == source:
				report(Low, "dead letters keep their age, and this queue keeps them no longer than the one before it: what fails late expires at once")
				opts = append(opts, cites(from, "retention_seconds", before))
			}
		case own < queueDefault:
			report(Low, "dead letters are deleted after "+spanOf(v, 1)+", less than a long weekend")
		}
	}
	switch {
	case worst != None:
		p.Violate(n, worst, message, opts...)
	case open != "":
		p.Undecided(n, "retention_seconds", Medium, unsure(n, "the retention of the queue before it, "+open))
	default:
		p.Hold(n)
	}
}
