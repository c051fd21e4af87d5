package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// exampleSubscribed subscribes an endpoint to the topic of exampleTopic.
func exampleSubscribed(protocol, endpoint, more string) string {
	return exampleNotifiesTopic + exampleTopic("") + `
resource "aws_sns_topic_subscription" "siem" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "` + protocol + `"
  endpoint  = ` + endpoint + "\n" + more + "}\n"
}

func subscriptionNoDLQ() Rule {
	return Rule{
		ID: "TG327", Name: "subscription-no-dlq", Since: "0.1.0", Severity: Low,
		Title:  "A message that a subscription cannot deliver is lost",
		Why:    "SNS repeats what fails on the other side for a while: days for queues and functions, an hour for HTTP. What fails for a reason of the owner (the endpoint is gone, its policy or its key refuses) it does not repeat at all, but drops at once. With a dead-letter queue it is kept.",
		Attack: "Changes the policy of the queue behind the subscription for as long as needed, and back: what was sent meanwhile is gone.",
		Fix: Fix{
			Terraform: `resource "aws_sns_topic_subscription" "siem" {
  topic_arn      = aws_sns_topic.delivered.arn
  protocol       = "sqs"
  endpoint       = aws_sqs_queue.siem.arn
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn })
}`,
			CloudFormation: `Subscription:
  Type: AWS::SNS::Subscription
  Properties:
    TopicArn: !Ref Delivered
    Protocol: sqs
    Endpoint: !GetAtt SiemQueue.Arn
    RedrivePolicy:
      deadLetterTargetArn: !GetAtt DeadLetters.Arn`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"},
		Example: Example{
			Fail: exampleSubscribed("sqs", "aws_sqs_queue.siem.arn", "") + exampleQueue(""),
			Pass: exampleSubscribed("sqs", "aws_sqs_queue.siem.arn", "  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn })\n") + exampleQueue("") + `
resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = 1209600
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindSubscription) {
				wantSet(p, n, "dlq", Low, "there is no dead-letter queue: what its endpoint refuses is dropped at once")
			}
		},
	}
}

// subscriptionPending: whether somebody confirmed is known of a state and of the live account. A plan that
// creates a subscription of a kind which people or their servers confirm cannot know, and says so.
func subscriptionPending() Rule {
	return Rule{
		ID: "TG328", Name: "subscription-pending", Since: "0.1.0", Severity: High,
		Title:  "A subscription was never confirmed",
		Why:    "SNS sends nothing to an endpoint that has not confirmed its subscription. E-mail and HTTP subscriptions, and those to another account, stay pending until somebody over there acts; after three days the link is void.",
		Attack: "Needs to do nothing: the people who should be told are not. Who unsubscribes an e-mail address by its link leaves it in the same state, without a record in the trail.",
		Fix: Fix{
			Terraform: `# Confirm from the endpoint's side, or subscribe what needs no confirmation:
resource "aws_sns_topic_subscription" "siem" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.siem.arn
}`,
			CloudFormation: `# Confirm from the endpoint's side, or subscribe what needs no confirmation:
Subscription:
  Type: AWS::SNS::Subscription
  Properties:
    TopicArn: !Ref Delivered
    Protocol: sqs
    Endpoint: !GetAtt SiemQueue.Arn`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html"},
		Example: Example{
			Fail: exampleSubscribed("email", `"soc@example.com"`, ""),
			Pass: exampleSubscribed("sqs", "aws_sqs_queue.siem.arn", "") + exampleQueue(""),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindSubscription) {
				s := worthOf(p.index, n).of(High)
				v := n.Attrs.Bool("pending")
				protocol, known := word(n.Attrs, "protocol")
				asked := protocol == "email" || protocol == "email-json" || protocol == "http" || protocol == "https"
				switch pending, decided := v.Get(); {
				case decided && pending:
					p.Violate(n, s, "the subscription is pending: nothing is delivered until its endpoint confirms", cites(n, "pending", v))
				case decided && !v.IsDefault(), known && !asked && protocol != "":
					p.Hold(n)
				default:
					p.Undecided(n, "pending", s, unsure(n, "whether its endpoint has confirmed it"), func(f *Finding) { f.SettledBy = "the state after apply, or the live account" })
				}
			}
		},
	}
}

func subscriptionPlaintext() Rule {
	return Rule{
		ID: "TG329", Name: "subscription-plaintext", Since: "0.1.0", Severity: Medium,
		Title:  "A subscription delivers over plain HTTP",
		Why:    "Over http the message, and the token that unsubscribes the endpoint, cross the network in the clear, and nothing tells the sender whom it is talking to.",
		Attack: "Reads, withholds or forges messages on the way; UnsubscribeURL from any of them ends the subscription without credentials.",
		Fix: Fix{
			Terraform: `resource "aws_sns_topic_subscription" "siem" {
  topic_arn = aws_sns_topic.delivered.arn
  protocol  = "https"
  endpoint  = "https://siem.example.com/events"
}`,
			CloudFormation: `Subscription:
  Type: AWS::SNS::Subscription
  Properties:
    TopicArn: !Ref Delivered
    Protocol: https
    Endpoint: https://siem.example.com/events`,
		},
		Techniques: []string{"T1040", "T1565.002"},
		Subsumes:   []string{"FG_R00052"},
		References: []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"},
		Example: Example{
			Fail: exampleSubscribed("http", `"http://siem.example.com/events"`, ""),
			Pass: exampleSubscribed("https", `"https://siem.example.com/events"`, ""),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindSubscription) {
				s := worthOf(p.index, n).of(Medium)
				switch protocol, known := word(n.Attrs, "protocol"); {
				case !known:
					p.Undecided(n, "protocol", s)
				case protocol == "http":
					p.Violate(n, s, "messages, and the link that unsubscribes, travel unencrypted", cites(n, "protocol", n.Attrs.Text("protocol")))
				default:
					p.Hold(n)
				}
			}
		},
	}
}
