package analyzer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	sourceKMS = "kms.amazonaws.com"
	sourceRDS = "rdsdata.amazonaws.com"
)

func managementServicesOff() Rule {
	return Rule{
		ID: "TG107", Name: "management-services-off", Since: "0.1.0", Severity: High,
		Title:  "Calls to KMS or to the RDS Data API are not recorded",
		Why:    "Both are left out to save money, for both are called much. To leave out KMS is to leave out kms:DisableKey, kms:ScheduleKeyDeletion and kms:PutKeyPolicy too, which stop everything that a key encrypts, this chain included. To leave out the RDS Data API is to leave out who ran SQL on Aurora through AWS's own API.",
		Attack: "Disables the key that the log objects, or the queues behind them, are encrypted with: deliveries fail, and the call that did it is nowhere. Reads a database with rds-data:ExecuteStatement.",
		Fix:    fixManagement(), Techniques: []string{"T1562.008", "T1486"},
		References: []string{managementGuide, "https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html", "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html"},
		Example: Example{
			Fail: exampleBasic("exclude_management_event_sources = [\"kms.amazonaws.com\"]"),
			Pass: exampleBasic("include_management_events = true"),
		},
		Check: func(p *Pass) {
			captures(p, func(c capture) { servicesOff(p, c) })
			undecided(p, High, func(c capture) bool { return c.leavesOut(ofCostlyService) })
		},
	}
}

func servicesOff(p *Pass, c capture) {
	reads, writes := c.gaps(true, ofCostlyService), c.gaps(false, ofCostlyService)
	switch {
	case c.usual() != graph.Yes: // TG104, TG105, TG106 or TG108
	case len(reads)+len(writes) == 0:
		p.Hold(c.node)
	case !certain(reads) && !certain(writes):
		p.Undecided(c.node, c.attr, High, unsure(c.node, "which services its selectors leave out"), selected(c))
	default:
		s := Low
		if slices.ContainsFunc(slices.Concat(sure(reads), sure(writes)), ofKMS) {
			s = Medium
			if p.index.encrypted(c.node.ID) {
				s = High
			}
		}
		s, message, opts := lessened(p.index, c.node, s, "not recorded: "+listed(sure(reads), sure(writes)), sure(reads), sure(writes))
		p.Violate(c.node, s, message, append(opts, selected(c))...)
	}
}

// ofCostlyService says that a class is of all calls to KMS or the RDS Data API.
func ofCostlyService(c cell) bool {
	if len(c.differs) != 1 || c.differs[0].field != fieldSource {
		return false
	}
	s, _ := c.differs[0].value.Literal()
	return s == sourceKMS || s == sourceRDS
}

func ofKMS(c cell) bool { return c.differs[0].value.Equal(graph.Literal(sourceKMS)) == graph.Yes }

func managementEventsNarrowed() Rule {
	return Rule{
		ID: "TG108", Name: "management-events-narrowed", Since: "0.1.0", Severity: High,
		Title:  "Some management events are not recorded",
		Why:    "Advanced selectors can leave out services, calls, principals and kinds of sessions. Each is a place that an attacker who has read the selectors can work in: a role whose calls are left out because it is noisy is the role to take over.",
		Attack: "Reads the selectors with cloudtrail:GetEventSelectors, and works as the principal, or with the calls, that they leave out; or adds itself to them, which no count of trails or selectors shows.",
		Fix:    fixManagement(), Techniques: []string{"T1562.008"},
		Subsumes:   []string{"FG_R00237", "steampipe multi_region_read_write"},
		References: []string{managementGuide, selectorsAPI, "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html"},
		Example: Example{
			Fail: `resource "aws_cloudtrail_event_data_store" "org" {
  name = "org"

  advanced_event_selector {
    name = "management events, but for the deployment's"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field      = "userIdentity.arn"
      not_equals = ["arn:aws:sts::111122223333:assumed-role/deploy/ci"]
    }
  }
}
`,
			Pass: `resource "aws_cloudtrail_event_data_store" "org" {
  name = "org"

  advanced_event_selector {
    name = "management events"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }
}
`,
		},
		Check: func(p *Pass) {
			captures(p, func(c capture) { narrowed(p, c) })
			undecided(p, High, func(c capture) bool {
				return c.usual() == graph.No && c.some() != graph.No || c.leavesOut(func(x cell) bool { return !ofCostlyService(x) })
			})
		},
	}
}

func narrowed(p *Pass, c capture) {
	other := func(x cell) bool { return !ofCostlyService(x) }
	reads, writes := c.gaps(true, other), c.gaps(false, other)
	some := c.some()
	complete := c.reads.complete && c.writes.complete
	switch {
	case some == graph.No: // TG104
	case c.usual() == graph.No && some == graph.Yes:
		all := []cell{{}}
		message := "of all management events only these are recorded: " + listed(kept(c.reads), kept(c.writes))
		s, message, opts := lessened(p.index, c.node, High, message, all, all)
		p.Violate(c.node, s, message, append(opts, selected(c))...)
	case certain(reads) || certain(writes):
		s, message, opts := lessened(p.index, c.node, weight(slices.Concat(sure(reads), sure(writes))), "not recorded: "+listed(sure(reads), sure(writes)), sure(reads), sure(writes))
		p.Violate(c.node, s, message, append(opts, selected(c))...)
	case some == graph.Maybe: // TG104 says so
	case c.usual() == graph.Maybe && c.attr == "event_selectors": // TG105 and TG106 say so
	case c.usual() == graph.Maybe, len(reads)+len(writes) > 0, !complete:
		p.Undecided(c.node, c.attr, High, unsure(c.node, "which management events its selectors leave out"), selected(c))
	default:
		p.Hold(c.node)
	}
}

// weight says what can be done in the shade of what is left out: by a principal everything, with the calls of the
// chain's services its end, with others less.
func weight(gaps []cell) Severity {
	for _, g := range gaps {
		for _, d := range g.differs {
			s, literal := d.value.Literal()
			switch {
			case d.field == fieldUser, d.field == fieldConsole, !literal:
				return High
			case d.field == fieldSource && slices.Contains(chainServices(), strings.TrimSuffix(s, ".amazonaws.com")):
				return High
			case strings.Contains(s, fresh):
				return High // a prefix or suffix, of nobody knows what
			}
		}
	}
	return Medium
}

// chainServices are the services whose calls stop, divert or falsify what flows along a chain, as event sources
// spell them, and those by which one gets leave to make such calls.
func chainServices() []string {
	return []string{"cloudtrail", "s3", "sns", "sqs", "logs", "monitoring", "events", "lambda", "kinesis", "firehose", "pipes", "kms", "securitylake", "iam", "sts", "organizations", "signin", "sso"}
}

// usual says whether a source takes the usual events among those of which it takes any: reads, writes or both.
func (c capture) usual() graph.Tri { return c.reads.usual.Or(c.writes.usual) }

// gaps returns the classes that a source does not, or may not, take of the reads or the writes whose usual
// events it takes.
func (c capture) gaps(readOnly bool, want func(cell) bool) []cell {
	mine := c.of(readOnly)
	if mine.usual != graph.Yes {
		return nil
	}
	var out []cell
	for _, u := range mine.unlike {
		if want(u) {
			out = append(out, u)
		}
	}
	return out
}

func kept(s share) []cell {
	return slices.DeleteFunc(slices.Clone(s.unlike), func(c cell) bool { return c.taken != graph.Yes })
}

func sure(gaps []cell) []cell {
	return slices.DeleteFunc(slices.Clone(gaps), func(c cell) bool { return c.taken != graph.No })
}

func certain(gaps []cell) bool { return len(sure(gaps)) > 0 }

// listed names classes of reads and of writes, each once.
func listed(reads, writes []cell) string {
	var both, readsOnly, writesOnly []string
	has := func(list []cell, c cell) bool {
		return slices.ContainsFunc(list, func(x cell) bool { return x.String() == c.String() })
	}
	for _, c := range reads {
		if has(writes, c) {
			both = append(both, c.String())
		} else {
			readsOnly = append(readsOnly, c.String())
		}
	}
	for _, c := range writes {
		if !has(reads, c) {
			writesOnly = append(writesOnly, c.String())
		}
	}
	var out []string
	for _, l := range []struct {
		names []string
		what  string
	}{{both, ""}, {readsOnly, "of what reads, "}, {writesOnly, "of what writes, "}} {
		if n := len(l.names); n > 6 {
			l.names = append(l.names[:5:5], fmt.Sprintf("%d more", n-5))
		}
		if len(l.names) > 0 {
			out = append(out, l.what+strings.Join(l.names, ", "))
		}
	}
	return strings.Join(out, "; ")
}
