package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

func trailNotLogging() Rule {
	return Rule{
		ID: "TG101", Name: "trail-not-logging", Since: "0.1.0", Severity: Critical,
		Title:  "The trail does not record",
		Why:    "A trail that exists but does not log looks healthy in every inventory: only its status tells. Nothing it was meant to record can be found again, and everything behind it stays silent without an error.",
		Attack: "Works unseen: no event of any call reaches the bucket, the log group or the topic.",
		Fix: Fix{
			Terraform:      "resource \"aws_cloudtrail\" \"…\" {\n  enable_logging = true\n}",
			CloudFormation: "Type: AWS::CloudTrail::Trail\nProperties:\n  IsLogging: true",
		},
		Techniques: []string{"T1562.008"},
		Subsumes:   []string{"CKV_AWS_251", "KICS 4bb76f17", "Scout cloudtrail-no-logging"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html"},
		Example: Example{
			Fail: "resource \"aws_cloudtrail\" \"org\" {\n  name           = \"org\"\n  s3_bucket_name = \"acme-trail\"\n  enable_logging = false\n}\n",
			Pass: "resource \"aws_cloudtrail\" \"org\" {\n  name           = \"org\"\n  s3_bucket_name = \"acme-trail\"\n}\n",
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTrail) {
				switch on, known := n.Attrs.Bool("logging").Get(); {
				case !known:
					p.Undecided(n, "logging", Critical)
				case !on:
					violateNotLogging(p, n)
				default:
					p.Hold(n)
				}
			}
		},
	}
}

func violateNotLogging(p *Pass, n *graph.Node) {
	s, message := Critical, "logging is off: nothing that happens in the account is recorded by this trail"
	opts := []Option{cites(n, "logging", n.Attrs.Bool("logging"))}
	if id, ok := recordedBeside(p.index, n, false); ok {
		s = Medium // what hangs on this trail is still blind
		message += "; another " + label(p.Graph.Node(id)) + " of the input records the management events, but nothing reaches what is behind this one"
		opts = append(opts, also(id, "it records the management events"))
	}
	p.Violate(n, s, message, opts...)
}
