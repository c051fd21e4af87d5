package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

const (
	fixManagementTerraform = `resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id

  # With no selector at all, or with one that takes all management events:
  advanced_event_selector {
    name = "management events"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }
}`
	fixManagementCloudFormation = `Trail:
  Type: AWS::CloudTrail::Trail
  Properties:
    IsLogging: true
    S3BucketName: !Ref LogsBucket
    # With no selector at all, or with one that takes all management events:
    AdvancedEventSelectors:
      - Name: management events
        FieldSelectors:
          - Field: eventCategory
            Equals: [Management]`
	managementGuide = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html"
	selectorsAPI    = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html"
)

func fixManagement() Fix {
	return Fix{Terraform: fixManagementTerraform, CloudFormation: fixManagementCloudFormation}
}

func managementEventsOff() Rule {
	return Rule{
		ID: "TG104", Name: "management-events-off", Since: "0.1.0", Severity: Critical,
		Title:  "No management event is recorded",
		Why:    "Management events are the calls that create, change, delete and describe resources, and the sign-ins. Selectors that leave them out leave a trail that is on, delivers without an error, and holds nothing of what an attacker does to the account. With advanced selectors nothing has to be switched off for it: it is enough that none of them names the category.",
		Attack: "Replaces the selectors by ones without management events, in one cloudtrail:PutEventSelectors: the trail stays on, and its status is green.",
		Fix:    fixManagement(), Techniques: []string{"T1562.008"},
		Subsumes:   []string{"FG_R00237", "prowler cloudtrail_multi_region_enabled_logging_management_events", "steampipe multi_region_read_write"},
		References: []string{managementGuide, selectorsAPI},
		Example: Example{
			Fail: exampleBasic("include_management_events = false", "data_resource {", "  type   = \"AWS::S3::Object\"", "  values = [\"arn:aws:s3\"]", "}"),
			Pass: exampleWhole,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindTrail, graph.KindEventStore) {
				c := p.index.capture(n)
				some := c.some()
				switch {
				case c.state == graph.Unknown && alwaysSome(c.alternatives()): // what they leave out is of other rules
					p.Hold(n)
				case c.state == graph.Unknown:
					p.Undecided(n, c.attr, Critical)
				case !isOfCalls(c):
				case some == graph.Yes:
					p.Hold(n)
				case some == graph.Maybe:
					p.Undecided(n, c.attr, Critical, unsure(n, "whether its selectors take management events"), selected(c))
				default:
					violateManagementOff(p, c)
				}
			}
		},
	}
}

func violateManagementOff(p *Pass, c capture) {
	s, message := Critical, "its selectors take no management event, nor anything else"
	all := []cell{{}}
	id, covered := elsewhere(p.index, c.node, all, all)
	if recordsData(c) {
		if covered {
			p.Hold(c.node) // a division of labour
			return
		}
		s, message = High, "it records data events alone, and no other trail or store of the input is certain to record the management events"
	}
	opts := []Option{selected(c)}
	if covered {
		s = Low
		opts = append(opts, also(id, "it records them"))
	}
	p.Violate(c.node, s, message, opts...)
}

func managementReadsOff() Rule {
	return Rule{
		ID: "TG105", Name: "management-reads-off", Since: "0.1.0", Severity: Medium,
		Title:  "Management events that read are not recorded",
		Why:    "What reads is how an attacker looks around, and more than that: sts:AssumeRole, secretsmanager:GetSecretValue, ssm:GetParameter and kms:Decrypt are read-only events. Without them nobody can say later which roles were taken and which secrets were read.",
		Attack: "Takes roles, reads secrets and lists what there is; the record starts with the first thing that it changes.",
		Fix:    fixManagement(), Techniques: []string{"T1562.008", "T1580", "T1078.004"},
		Subsumes:   []string{"FG_R00237", "steampipe multi_region_read_write"},
		References: []string{managementGuide, selectorsAPI},
		Example:    Example{Fail: exampleBasic("read_write_type = \"WriteOnly\""), Pass: exampleBasic("read_write_type = \"All\"")},
		Check: func(p *Pass) {
			captures(p, func(c capture) {
				oneSide(p, c, c.reads, c.writes, Medium, "only what changes something is recorded, and no call that reads")
			})
			undecided(p, Medium, func(c capture) bool { return c.reads.usual.Not().And(c.writes.usual) != graph.No })
		},
	}
}

func managementWritesOff() Rule {
	return Rule{
		ID: "TG106", Name: "management-writes-off", Since: "0.1.0", Severity: Critical,
		Title:  "Management events that write are not recorded",
		Why:    "A trail that records reads alone fills its bucket all day long and looks alive, and has not one call that makes, changes or deletes something.",
		Attack: "Sets the selectors to ReadOnly in one cloudtrail:PutEventSelectors, then changes what it likes: objects go on arriving.",
		Fix:    fixManagement(), Techniques: []string{"T1562.008"},
		Subsumes:   []string{"FG_R00237", "steampipe multi_region_read_write"},
		References: []string{managementGuide, selectorsAPI},
		Example:    Example{Fail: exampleBasic("read_write_type = \"ReadOnly\""), Pass: exampleBasic("read_write_type = \"All\"")},
		Check: func(p *Pass) {
			captures(p, func(c capture) {
				oneSide(p, c, c.writes, c.reads, Critical, "only calls that read are recorded, and nothing that changes something")
			})
			undecided(p, Critical, func(c capture) bool { return c.writes.usual.Not().And(c.reads.usual) != graph.No })
		},
	}
}

// oneSide judges whether a source records the other of reads and writes alone.
func oneSide(p *Pass, c capture, mine, other share, s Severity, message string) {
	reads, writes := []cell{{}}, []cell(nil)
	if s == Critical {
		reads, writes = writes, reads
	}
	switch missing := mine.usual.Not().And(other.usual); {
	case c.some() != graph.Yes: // TG104
	case mine.usual == graph.No && other.usual == graph.No: // TG108
	case missing == graph.Maybe:
		p.Undecided(c.node, c.attr, s, unsure(c.node, "whether its selectors take both reads and writes"), selected(c))
	case missing == graph.No:
		p.Hold(c.node)
	default:
		if len(mine.unlike) > 0 {
			message += ", but for some"
		}
		s, message, opts := lessened(p.index, c.node, s, message, reads, writes)
		p.Violate(c.node, s, message, append(opts, selected(c))...)
	}
}
