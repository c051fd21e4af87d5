package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// exampleInvokes is a trail whose bucket invokes a function with more arguments.
func exampleInvokes(arguments ...string) string {
	return exampleTrail + `
resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.siem.arn
    events              = ["s3:ObjectCreated:*"]
  }
}
` + exampleFunction(arguments...)
}

// functionStopped is above a disabled mapping (TG348), whose messages wait for it: what invokes a stopped
// function asynchronously drops its event after six hours.
func functionStopped() Rule {
	return Rule{
		ID: "TG345", Name: "function-stopped", Since: "0.1.0", Severity: Critical,
		Title:  "A function of the chain may not run",
		Why:    "A reserved concurrency of zero throttles every invocation. Events of S3, SNS and EventBridge are tried again for six hours and then dropped; messages of a queue come back until they are dead or expire. The function itself looks healthy: it has no errors.",
		Attack: "Stops the consumer with one lambda:PutFunctionConcurrency.",
		Fix: Fix{
			Terraform: `resource "aws_lambda_function" "siem" {
  function_name                  = "siem"
  role                           = aws_iam_role.siem.arn
  runtime                        = "python3.13"
  handler                        = "siem.handler"
  filename                       = "siem.zip"
  reserved_concurrent_executions = 10
}`,
			CloudFormation: `Siem:
  Type: AWS::Lambda::Function
  Properties:
    Runtime: python3.13
    Handler: siem.handler
    Role: !GetAtt SiemRole.Arn
    Code:
      S3Bucket: acme-code
      S3Key: siem.zip
    ReservedConcurrentExecutions: 10`,
		},
		Techniques: []string{"T1562.008", "T1489"},
		References: []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"},
		Example:    Example{Fail: exampleInvokes("  reserved_concurrent_executions = 0\n"), Pass: exampleInvokes("  reserved_concurrent_executions = 10\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindFunction) {
				s, message := Critical, "its reserved concurrency is 0: every invocation is refused, and what invokes it drops its events"
				if !isInvoked(p.Graph, n) {
					s, message = High, "its reserved concurrency is 0: every invocation is refused, and events wait in their source until that forgets them or takes them for dead"
				}
				s = worthOf(p.index, n).of(s)
				v := n.Attrs.Int("reserved_concurrency")
				switch reserved, known := v.Get(); {
				case v.State() == graph.Unknown:
					p.Undecided(n, "reserved_concurrency", s)
				case known && reserved == 0:
					p.Violate(n, s, message, cites(n, "reserved_concurrency", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

// isInvoked says that something invokes a function asynchronously, and keeps nothing for it.
func isInvoked(g *graph.Graph, n *graph.Node) bool {
	return fedBy(g, n, "s3_notify_lambda", "sns_sub", "events_target", "logs_subscription", "logs_account_subscription", "alarm_action")
}

func functionNoFailureDestination() Rule {
	return Rule{
		ID: "TG346", Name: "function-no-failure-destination", Since: "0.1.0", Severity: Medium,
		Title:  "An event that a function fails on is dropped",
		Why:    "S3, SNS, EventBridge and CloudWatch Logs invoke functions asynchronously: an event that fails is tried twice more, and is then dropped without a trace. A dead-letter queue or an on-failure destination keeps it. Mappings of queues and streams are not concerned: there the source keeps it.",
		Attack: "Makes calls whose events the function fails on, or throttles it for six hours: those events are gone.",
		Fix: Fix{
			Terraform: `resource "aws_lambda_function_event_invoke_config" "siem" {
  function_name = aws_lambda_function.siem.function_name
  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead.arn
    }
  }
}`,
			CloudFormation: `SiemInvokeConfig:
  Type: AWS::Lambda::EventInvokeConfig
  Properties:
    FunctionName: !Ref Siem
    Qualifier: $LATEST
    DestinationConfig:
      OnFailure:
        Destination: !GetAtt DeadLetters.Arn`,
		},
		Techniques: []string{"T1562.008"},
		Subsumes:   []string{"CKV_AWS_116"},
		References: []string{"https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"},
		Example: Example{
			Fail: exampleInvokes(),
			Pass: exampleInvokes("  dead_letter_config {\n    target_arn = aws_sqs_queue.dead.arn\n  }\n") + `
resource "aws_sqs_queue" "dead" {
  name                      = "siem-dead"
  message_retention_seconds = 1209600
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindFunction) {
				if !isInvoked(p.Graph, n) {
					continue
				}
				s := worthOf(p.index, n).of(Medium)
				dlq, destination := isSet(n.Attrs, "dlq"), isSet(n.Attrs, "on_failure")
				switch dlq.Or(destination) {
				case graph.Yes:
					p.Hold(n)
				case graph.No:
					p.Violate(n, s, "it is invoked asynchronously, and what it fails on is dropped after two retries", Because(n, "dlq", "neither a dead-letter target nor an on-failure destination is set"))
				case graph.Maybe:
					attr := "dlq"
					if dlq != graph.Maybe {
						attr = "on_failure"
					}
					p.Undecided(n, attr, s)
				}
			}
		},
	}
}

func functionURLPublic() Rule {
	example := func(auth string) string {
		return exampleInvokes() + `
resource "aws_lambda_function_url" "siem" {
  function_name      = aws_lambda_function.siem.function_name
  authorization_type = "` + auth + `"
}
`
	}
	return Rule{
		ID: "TG347", Name: "function-url-public", Since: "0.1.0", Severity: High,
		Title:  "Anybody may invoke a function of the chain",
		Why:    "A function URL without authentication takes events from the whole internet, and the function cannot tell them from S3's. They also eat the concurrency that real events need.",
		Attack: "Feeds the consumer forged events to bury real ones, or calls it until it is throttled.",
		Fix: Fix{
			Terraform: `resource "aws_lambda_function_url" "siem" {
  function_name      = aws_lambda_function.siem.function_name
  authorization_type = "AWS_IAM"
}`,
			CloudFormation: `SiemUrl:
  Type: AWS::Lambda::Url
  Properties:
    TargetFunctionArn: !Ref Siem
    AuthType: AWS_IAM`,
		},
		Techniques: []string{"T1190", "T1499", "T1565.002"},
		Subsumes:   []string{"CKV_AWS_258"},
		References: []string{"https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"},
		Example:    Example{Fail: example("NONE"), Pass: example("AWS_IAM")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindFunction) {
				s := worthOf(p.index, n).of(High)
				v := n.Attrs.Text("url_auth")
				switch auth, known := word(n.Attrs, "url_auth"); {
				case v.State() == graph.Absent:
					p.Hold(n) // there is no URL
				case !known:
					p.Undecided(n, "url_auth", s)
				case auth == "NONE":
					p.Violate(n, s, "its URL asks for no authentication: anybody may feed it events, or keep it busy", cites(n, "url_auth", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func mappingDisabled() Rule {
	example := func(on string) string {
		return exampleNotifiesQueue + exampleQueue("") + exampleFunction() + `
resource "aws_lambda_event_source_mapping" "siem" {
  event_source_arn = aws_sqs_queue.siem.arn
  function_name    = aws_lambda_function.siem.arn
  enabled          = ` + on + `
}
`
	}
	return Rule{
		ID: "TG348", Name: "mapping-disabled", Since: "0.1.0", Severity: High,
		Title:  "An event source mapping of the chain does not poll",
		Why:    "A disabled mapping leaves queue and function as they are, and moves nothing from one to the other. Events wait until the queue or the stream forgets them.",
		Attack: "Disables the mapping with one lambda:UpdateEventSourceMapping, whose resource is the mapping: a deny on the function does not stop it.",
		Fix: Fix{
			Terraform: `resource "aws_lambda_event_source_mapping" "siem" {
  event_source_arn = aws_sqs_queue.siem.arn
  function_name    = aws_lambda_function.siem.arn
  enabled          = true
}`,
			CloudFormation: `Mapping:
  Type: AWS::Lambda::EventSourceMapping
  Properties:
    EventSourceArn: !GetAtt SiemQueue.Arn
    FunctionName: !Ref Siem
    Enabled: true`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"},
		Example:    Example{Fail: example("false"), Pass: example("true")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindMapping) {
				wantFlag(p, n, "enabled", true, worthOf(p.index, n).of(High), "the mapping is disabled: events wait in its source until that forgets them")
			}
		},
	}
}
