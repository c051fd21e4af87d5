package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func replicationExample(status string) string { return fmt.Sprintf(exampleReplication, status) }

func replicationRuleDisabled() Rule {
	return Rule{
		ID: "TG317", Name: "replication-rule-disabled", Since: "0.1.0", Severity: Medium,
		Title:  "A replication rule of a log bucket is switched off",
		Why:    "A disabled rule looks like a second copy in every list of rules, and copies nothing. Objects that arrive while it is off are not replicated when it is switched on again.",
		Attack: "Sets the rule's status to Disabled with one s3:PutReplicationConfiguration, then deletes the one copy that is left of what follows.",
		Fix:    fixReplication, Techniques: []string{"T1562.008", "T1490"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html"},
		Example:    Example{Fail: exampleVersioned + replicationExample("Disabled"), Pass: exampleVersioned + replicationExample("Enabled")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				s := worthOf(p.index, n).of(Medium)
				rules, state := blocksOf(n, "replication.rules")
				if state == graph.Unknown {
					p.Undecided(n, "replication.rules", s)
					continue
				}
				keys := keysOf(p.Graph, n)
				off, which := graph.No, ""
				for i, r := range rules {
					is := graph.Maybe
					if status, known := word(r, "status"); known {
						is = graph.TriOf(status != "Enabled")
					}
					if is = is.And(covers(keys, r.Text("prefix"))).And(untagged(r)); is > off {
						off, which = is, ruleName(r, i)
					}
				}
				switch off {
				case graph.Yes:
					p.Violate(n, s, "replication rule "+which+" is disabled: nothing that arrives is copied by it", Because(n, "replication.rules", "replication rule "+which+" is disabled"))
				case graph.Maybe:
					p.Undecided(n, "replication.rules", s, unsure(n, "whether replication rule "+which+" is on, and takes log objects"))
				case graph.No:
					if len(rules) > 0 {
						p.Hold(n)
					}
				}
			}
		},
	}
}
