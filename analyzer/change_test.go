package analyzer

import (
	"slices"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// notifies is a chain whose bucket notifies a queue, by a declaration of its own.
func notifies(queue string, more ...graph.Resource) []graph.Resource {
	notification := declare(graph.KindBucket, "notification", "notification.queues", []graph.Attrs{attrs("arn", arn(queue))})
	notification.Fragment, notification.Of = true, graph.KnownOf(graph.Reference(graph.Ref{Address: "logs", Attr: "id"}))
	return append([]graph.Resource{trail("validation", true), declare(graph.KindBucket, "logs"), declare(graph.KindQueue, queue), notification}, more...)
}

const admitsLogs = `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/*"}]}`

// byName is a chain whose bucket notifies a queue by its ARN.
func byName(more ...graph.Resource) []graph.Resource {
	return append([]graph.Resource{trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", "arn:aws:sqs:us-east-1:111122223333:a")})}, more...)
}

// storedByName is a chain that names its bucket, and a notification of it, by name.
func storedByName(more ...graph.Resource) []graph.Resource {
	notification := declare(graph.KindBucket, "notification", "notification.queues", []graph.Attrs{attrs("arn", arn("a"))})
	notification.Fragment, notification.Of = true, graph.KnownOf(graph.Literal("logs"))
	return append([]graph.Resource{declare(graph.KindTrail, "trail", "s3_bucket", "logs"), declare(graph.KindQueue, "a"), notification}, more...)
}

// overTopic is the chain of notifies("a") with a topic on the way.
func overTopic() []graph.Resource {
	out := notifies("a", declare(graph.KindTopic, "topic"), declare(graph.KindSubscription, "subscription", "topic", arn("topic"), "protocol", "sqs", "endpoint", arn("a")))
	out[3].Attrs = attrs("notification.topics", []graph.Attrs{attrs("arn", arn("topic"))})
	return out
}

// filtered1 is a chain whose notification has filters.
func filtered1(pairs ...any) []graph.Resource {
	return []graph.Resource{trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs(append([]any{"arn", arn("a")}, pairs...)...)}), declare(graph.KindQueue, "a")}
}

// towards is a chain whose bucket notifies what a text names.
func towards(target graph.Text, more ...graph.Resource) []graph.Resource {
	out := notifies("a")
	out[3].Attrs = attrs("notification.queues", []graph.Attrs{attrs("arn", target)})
	return append([]graph.Resource{out[0], out[1], out[3]}, more...)
}

func TestChange(t *testing.T) {
	t.Parallel()
	both := []graph.Resource{trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("a")), attrs("arn", arn("b"), "prefix", "x")}), declare(graph.KindQueue, "a"), declare(graph.KindQueue, "b")}
	gone := []graph.Resource{trail("validation", true), declare(graph.KindBucket, "logs")}
	for name, c := range map[string]struct {
		recorded, before, after                               []graph.Resource
		changes                                               []graph.Change
		severed, added, rewired, open, weakened, strengthened int
		drifted, altered                                      int
		because                                               string
		findings                                              []string // of TG7xx: rule, severity, verdict
	}{
		"nothing": {before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionNoOp}}},
		"notification deleted": {
			before: notifies("a"), after: gone, changes: []graph.Change{{Address: "notification", Action: graph.ActionDelete}},
			severed: 1, because: "notification is deleted", findings: []string{"TG701 critical violated"},
		},
		"one of two paths": {
			before: both, after: append(slices.Clone(both[:1]), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("b"), "prefix", "x")}), declare(graph.KindQueue, "b"), declare(graph.KindQueue, "a")),
			changes: []graph.Change{{Address: "logs", Action: graph.ActionUpdate}}, severed: 1, because: "logs is updated", findings: []string{"TG701 critical violated"},
		},
		"repointed": {
			before: notifies("a", declare(graph.KindQueue, "b")), after: notifies("b", declare(graph.KindQueue, "a")),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, rewired: 1, because: "notification is updated",
			findings: []string{"TG703 high violated"},
		},
		"repointed, and the old queue deleted": {
			before: notifies("a", declare(graph.KindQueue, "b")), after: notifies("b"),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, rewired: 1, because: "notification is updated",
			findings: []string{"TG703 medium violated"},
		},
		"repointed to what is not known yet": {
			before: notifies("a"), after: towards(graph.Hole(graph.ReasonAfterApply), declare(graph.KindQueue, "a")),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, open: 1, because: "notification is updated",
			findings: []string{"TG701 high undetermined"},
		},
		"repointed to one of two": {
			before: notifies("a"), after: towards(graph.OneOf(graph.Ref{Address: "a", Attr: "arn"}, graph.Ref{Address: "b", Attr: "arn"}), declare(graph.KindQueue, "a"), declare(graph.KindQueue, "b")),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, added: 1,
		},
		"queue deleted, and still notified by name": {
			before: byName(declare(graph.KindQueue, "a")), after: byName(), changes: []graph.Change{{Address: "a", Action: graph.ActionDelete}},
			severed: 1, because: "a is deleted", findings: []string{"TG701 critical violated"},
		},
		"bucket deleted, and its notification left": {
			before: storedByName(declare(graph.KindBucket, "logs")), after: storedByName(), changes: []graph.Change{{Address: "logs", Action: graph.ActionDelete}},
			severed: 2, because: "logs is deleted", findings: []string{"TG701 critical violated", "TG701 critical violated"},
		},
		"trail led to another bucket": {
			before: []graph.Resource{trail(), declare(graph.KindBucket, "logs", "policy", admitsLogs)}, after: []graph.Resource{declare(graph.KindTrail, "trail", "s3_bucket", "b"), declare(graph.KindBucket, "logs", "policy", admitsLogs)},
			changes: []graph.Change{{Address: "trail", Action: graph.ActionUpdate}}, rewired: 1, because: "trail is updated", findings: []string{"TG703 high violated"},
		},
		"a topic on the way removed": {
			before: overTopic(), after: notifies("a"), changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}, {Address: "topic", Action: graph.ActionDelete}, {Address: "subscription", Action: graph.ActionDelete}},
			severed: 2, added: 1, findings: []string{"TG701 medium violated", "TG701 medium violated"},
		},
		"bucket policy taken away": {
			before: []graph.Resource{trail(), declare(graph.KindBucket, "logs", "policy", admitsLogs)}, after: []graph.Resource{trail(), declare(graph.KindBucket, "logs")},
			changes: []graph.Change{{Address: "logs", Action: graph.ActionUpdate}}, altered: 1, findings: []string{"TG704 high violated"},
		},
		"bucket policy changed": {
			before: []graph.Resource{trail(), declare(graph.KindBucket, "logs", "policy", admitsLogs)}, after: []graph.Resource{trail(), declare(graph.KindBucket, "logs", "policy", `{"Statement":[]}`)},
			changes: []graph.Change{{Address: "logs", Action: graph.ActionUpdate}}, altered: 1,
		},
		"bucket policy spelt otherwise": {
			before: []graph.Resource{trail(), declare(graph.KindBucket, "logs", "policy", `{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}`)},
			after:  []graph.Resource{trail(), declare(graph.KindBucket, "logs", "policy", `{"Version":"2012-10-17", "Statement":[{"Action":["s3:*"],"Effect":"Deny","Principal":"*","Resource":["*"]}]}`)},
		},
		"prefix of nothing":   {before: filtered1("prefix", "AWSLogs/"), after: filtered1("prefix", "nothing/"), altered: 1, findings: []string{"TG705 critical violated"}},
		"prefix of something": {before: filtered1("prefix", "AWSLogs/"), after: filtered1("prefix", "AWSLogs/111122223333/"), altered: 1, findings: []string{"TG705 medium violated"}},
		"suffix of nothing":   {before: filtered1("suffix", ".json.gz"), after: filtered1("suffix", ".csv"), altered: 1, findings: []string{"TG705 critical violated"}},
		"suffix of all":       {before: filtered1("suffix", ".json.gz"), after: filtered1("suffix", ".gz"), altered: 1, findings: []string{"TG705 medium violated"}},
		"events of removal": {
			before: filtered1("events", []string{"s3:ObjectCreated:*"}), after: filtered1("events", []string{"s3:ObjectRemoved:*"}), altered: 1, findings: []string{"TG705 critical violated"},
		},
		"filter taken off":  {before: filtered1("prefix", "AWSLogs/"), after: filtered1(), altered: 1},
		"filter is secret":  {before: filtered1("prefix", secret{"AWSLogs/"}), after: filtered1("prefix", secret{"x"})},
		"key deleted":       {before: []graph.Resource{trail("kms_key", arn("key")), declare(graph.KindBucket, "logs"), declare(graph.KindKey, "key")}, after: []graph.Resource{trail(), declare(graph.KindBucket, "logs")}, altered: 1, findings: []string{"TG707 high violated"}},
		"key only detached": {before: []graph.Resource{trail("kms_key", arn("key")), declare(graph.KindBucket, "logs"), declare(graph.KindKey, "key")}, after: []graph.Resource{trail(), declare(graph.KindBucket, "logs"), declare(graph.KindKey, "key")}, altered: 1},
		"drift that stays": {
			recorded: notifies("a"), before: gone, after: gone, changes: []graph.Change{{Address: "notification", Action: graph.ActionDelete, Drift: true}},
			drifted: 1, because: "notification is deleted", findings: []string{"TG706 critical violated"},
		},
		"drift that is mended": {
			recorded: notifies("a"), before: gone, after: notifies("a"), changes: []graph.Change{{Address: "notification", Action: graph.ActionDelete, Drift: true}, {Address: "notification", Action: graph.ActionCreate}},
			drifted: 1, added: 1, because: "notification is deleted", findings: []string{"TG706 low violated"},
		},
		"queue replaced": {
			before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionReplace}},
			severed: 1, because: "a is replaced: destroyed before the new one is made", findings: []string{"TG702 medium violated"},
		},
		"queue replaced, the new one first": {
			before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionReplace, CreateFirst: true}},
			severed: 1, because: "a is replaced: the old one is destroyed once the new one is made", findings: []string{"TG702 medium violated"},
		},
		"replaced outside of the plan": {before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionReplace, Drift: true}}},
		"added":                        {before: gone, after: notifies("a"), changes: []graph.Change{{Address: "notification", Action: graph.ActionCreate}}, added: 1},
		"validation off": {
			before: []graph.Resource{trail("validation", true)}, after: []graph.Resource{trail("validation", false)}, weakened: 1, altered: 1,
			changes: []graph.Change{{Address: "trail", Action: graph.ActionUpdate}},
		},
		"validation on": {
			before: []graph.Resource{trail("validation", false)}, after: []graph.Resource{trail("validation", true)}, strengthened: 1, altered: 1,
			changes: []graph.Change{{Address: "trail", Action: graph.ActionUpdate}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Subject{Graph: link(c.after...), Before: link(c.before...), Changes: c.changes}
			if c.recorded != nil {
				s.Recorded = link(c.recorded...)
			}
			r := Analyze(s, []Rule{trailNotValidated()})
			if len(r.Change.Drifted) != c.drifted || len(r.Change.Altered) != c.altered {
				t.Errorf("drifted %d, want %d; altered %v, want %d", len(r.Change.Drifted), c.drifted, r.Change.Altered, c.altered)
			}
			got := []int{len(r.Change.Severed), len(r.Change.Added), len(r.Change.Rewired), len(r.Change.Undetermined), len(r.Change.Weakened), len(r.Change.Strengthened)}
			if want := []int{c.severed, c.added, c.rewired, c.open, c.weakened, c.strengthened}; !slices.Equal(got, want) {
				t.Errorf("severed, added, rewired, undetermined, weakened, strengthened: %v, want %v", got, want)
			}
			for _, h := range slices.Concat(r.Change.Severed, r.Change.Rewired, r.Change.Undetermined, r.Change.Drifted) {
				if c.because != "" && h.Because != c.because {
					t.Errorf("because %q, want %q", h.Because, c.because)
				}
				if h.To != "" && h.To != "b" && h.To != "s3.bucket/b" && c.open == 0 {
					t.Errorf("rewired to %s", h.To)
				}
			}
			var findings []string
			for _, f := range r.Findings {
				if f.Rule >= "TG7" {
					findings = append(findings, f.Rule+" "+f.Severity.String()+" "+string(f.Verdict))
				}
			}
			if !slices.Equal(findings, c.findings) {
				t.Errorf("findings %v, want %v", findings, c.findings)
			}
		})
	}
}
