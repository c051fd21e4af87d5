package analyzer

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// globalRegion is where IAM, STS and CloudFront record their events, in the partition of most accounts.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
const globalRegion = "us-east-1"

// isApart says that a node is certain to be in a commercial region which is not [globalRegion].
func isApart(n *graph.Node) bool {
	r, known := n.Region.Get()
	if !known || r == globalRegion {
		return false
	}
	for _, other := range []string{"cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"} {
		if strings.HasPrefix(r, other) {
			return false
		}
	}
	return true
}

func sourceSingleRegion() Rule {
	return Rule{
		ID: "TG102", Name: "single-region", Since: "0.1.0", Severity: High,
		Title:  "Other regions are not recorded",
		Why:    "A trail of one region records what happens in that region. Nearly every account may use a dozen more, in which nothing of the owner's runs and nobody looks. The calls to IAM, STS and CloudFront are events of us-east-1, so that a trail of another region alone has none of them.",
		Attack: "Works in a region that the trail does not see: starts instances, copies snapshots, reads secrets that are replicated there.",
		Fix: Fix{
			Terraform: `resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_multi_region_trail = true
}

resource "aws_cloudtrail_event_data_store" "org" {
  name                 = "org"
  multi_region_enabled = true
}`,
			CloudFormation: `Trail:
  Type: AWS::CloudTrail::Trail
  Properties:
    IsLogging: true
    S3BucketName: !Ref LogsBucket
    IsMultiRegionTrail: true
    IncludeGlobalServiceEvents: true # must be on where IsMultiRegionTrail is

Store:
  Type: AWS::CloudTrail::EventDataStore
  Properties:
    Name: org
    MultiRegionEnabled: true`,
		},
		Techniques: []string{"T1535", "T1562.008"},
		Subsumes:   []string{"CKV_AWS_67", "AWS-0014", "KICS 8173d5eb", "AC_AWS_0034", "AC_AWS_0448", "prowler cloudtrail_multi_region_enabled"},
		References: []string{
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html",
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html",
		},
		Example: Example{Fail: exampleTrail, Pass: exampleWhole},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTrail, graph.KindEventStore) {
				if !isOfCalls(p.index.capture(n)) {
					continue
				}
				v := n.Attrs.Bool("multi_region")
				switch all, known := v.Get(); {
				case !known:
					p.Undecided(n, "multi_region", High)
				case all:
					p.Hold(n)
				default:
					violateSingleRegion(p, n)
				}
			}
		},
	}
}

func violateSingleRegion(p *Pass, n *graph.Node) {
	message := "only what happens in its own region is recorded"
	if r, known := n.Region.Get(); known {
		message = "only what happens in " + r + " is recorded"
	}
	if isApart(n) {
		message += ", and no call to IAM, STS or CloudFront, whose events are of " + globalRegion
	}
	s, opts := High, []Option{cites(n, "multi_region", n.Attrs.Bool("multi_region"))}
	if isRecording(n) == graph.No {
		s = Low // it records nothing at all: TG101 and TG356 say so
	}
	if id, ok := recordedBeside(p.index, n, true); ok {
		s = Low
		message += "; another " + label(p.Graph.Node(id)) + " of the input records all regions"
		opts = append(opts, also(id, "it records all regions"))
	}
	p.Violate(n, s, message, opts...)
}

func trailNoGlobalEvents() Rule {
	return Rule{
		ID: "TG103", Name: "global-events-off", Since: "0.1.0", Severity: High,
		Title:  "Calls to global services are not recorded",
		Why:    "IAM, STS and CloudFront are services of no region. Where several trails of one region each exist, one of them should record their events, and the others should not. Where none does, nobody sees who makes users, keys and roles.",
		Attack: "Makes an access key, a role or a policy to come back by: no trail has the call.",
		Fix: Fix{
			Terraform:      "resource \"aws_cloudtrail\" \"org\" {\n  name                          = \"org\"\n  s3_bucket_name                = aws_s3_bucket.logs.id\n  include_global_service_events = true\n}",
			CloudFormation: "Trail:\n  Type: AWS::CloudTrail::Trail\n  Properties:\n    IsLogging: true\n    S3BucketName: !Ref LogsBucket\n    IncludeGlobalServiceEvents: true",
		},
		Techniques: []string{"T1562.008", "T1098"},
		Subsumes:   []string{"Scout cloudtrail-no-global-services-logging", "Scout cloudtrail-duplicated-global-services-logging"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html"},
		Example: Example{
			Fail: "resource \"aws_cloudtrail\" \"org\" {\n  name                          = \"org\"\n  s3_bucket_name                = \"acme-trail\"\n  include_global_service_events = false\n}\n",
			Pass: exampleWhole,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTrail) {
				v := n.Attrs.Bool("global_events")
				switch on, known := v.Get(); {
				case !known:
					p.Undecided(n, "global_events", High)
				case on, globalElsewhere(p.index, n):
					p.Hold(n)
				default:
					violateGlobalEvents(p, n, v)
				}
			}
		},
	}
}

func violateGlobalEvents(p *Pass, n *graph.Node, v graph.Value[bool]) {
	s, message := High, "the calls to IAM, STS and CloudFront are not recorded, and no other trail of the input is certain to record them"
	if !n.Attrs.Bool("multi_region").Or(true) && isApart(n) {
		message += "; to switch the setting on is not enough here, for their events are of " + globalRegion + ": record all regions"
	}
	if isRecording(n) == graph.No {
		s = Low // it records nothing at all: TG101 says so
	}
	p.Violate(n, s, message, cites(n, "global_events", v))
}

// globalElsewhere says that another trail of the input is certain to record the events of global services.
func globalElsewhere(ix *index, n *graph.Node) bool {
	for _, c := range ix.recording() {
		o := c.node
		if o.ID == n.ID || o.Kind != graph.KindTrail || !o.Attrs.Bool("global_events").Or(false) {
			continue
		}
		if !o.Attrs.Bool("organization").Or(false) && (sameOwner(o, n) == graph.No || n.Attrs.Bool("organization").Or(true)) {
			continue
		}
		if region, _ := o.Region.Get(); !o.Attrs.Bool("multi_region").Or(false) && region != globalRegion {
			continue
		}
		if c.state != graph.Unknown && c.reads.usual.And(c.writes.usual) == graph.Yes {
			return true
		}
	}
	return false
}
