package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// target sends what a rule takes to the topic s.
func target(rule string) Resource {
	return res(KindRuleTarget, rule+"_target", "", "rule", to(rule, "name"), "arn", to("s", "arn"))
}

func TestReach(t *testing.T) {
	notify := func(q Text) []any { return []any{"notification.queues", []Attrs{attrsOf("arn", q)}} }
	tests := map[string]struct {
		in        []Resource
		roots     string
		consumers string
		reach     map[NodeID]string // roots, certain, traced, flow; "": not reached
	}{
		"chain": {
			in: []Resource{
				res(KindTrail, "t", "t", "s3_bucket", to("b", "id")), res(KindBucket, "b", "b", notify(to("q", "arn"))...), res(KindQueue, "q", "q", "dlq", to("d", "arn")), res(KindQueue, "d", "d"),
				res(KindMapping, "m", "", "source", to("q", "arn"), "function", to("f", "arn")), res(KindFunction, "f", "f"), res(KindQueue, "lone", "lone"),
			},
			roots: "t", consumers: "f",
			reach: map[NodeID]string{"b": "[t] true true events", "q": "[t] true true events", "d": "[t] true true dead letters", "m": "[t] true true events", "f": "[t] true true events", "lone": ""},
		},
		"one of two": {
			in: []Resource{
				res(KindTrail, "t", "t", "s3_bucket", OneOf(Ref{"b", "id"}, Ref{"c", "id"})), res(KindTrail, "u", "u", "s3_bucket", to("c", "id")), res(KindBucket, "b", "b"), res(KindBucket, "c", "c"),
			},
			roots: "t u", consumers: "b c",
			reach: map[NodeID]string{"b": "[t] false true events", "c": "[t u] true true events"},
		},
		"no trail": {
			in: []Resource{
				res(KindBucket, "a", "a", append(notify(to("q", "arn")), "policy", `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}}`)...),
				res(KindBucket, "b", "b", notify(to("r", "arn"))...), res(KindQueue, "q", "q"), res(KindQueue, "r", "r"),
			},
			roots: "a b", consumers: "q r",
			reach: map[NodeID]string{"q": "[a] true true events", "r": "[b] true false events"},
		},
		"copies go no further": {
			in: []Resource{
				res(KindTrail, "t", "t", "s3_bucket", to("b", "id")), res(KindBucket, "b", "b", "logging.bucket", to("l", "id")), res(KindBucket, "l", "l", notify(to("q", "arn"))...), res(KindQueue, "q", "q"),
			},
			roots: "t", consumers: "b",
			reach: map[NodeID]string{"l": "[t] true true copies", "q": ""},
		},
		"circle": {
			in: []Resource{
				res(KindTrail, "t", "t", "s3_bucket", to("a", "id")), res(KindBucket, "a", "a", "replication.rules", []Attrs{attrsOf("bucket", to("b", "arn"))}), res(KindBucket, "b", "b", "replication.rules", []Attrs{attrsOf("bucket", to("a", "arn"))}),
			},
			roots: "t",
			reach: map[NodeID]string{"a": "[t] true true events", "b": "[t] true true events"},
		},
		"a bus tells emitters apart": {
			in: []Resource{
				res(KindTrail, "t", "t", "s3_bucket", to("b", "id")), res(KindBucket, "b", "b", "notification.eventbridge", true), res(KindBucket, "other", "other", "notification.eventbridge", true),
				res(KindRule, "mine", "mine", "pattern", `{"source":["aws.s3"],"detail":{"bucket":{"name":["b"]}}}`), res(KindRule, "theirs", "theirs", "pattern", `{"source":["aws.s3"],"detail":{"bucket":{"name":["other"]}}}`),
			},
			roots: "t other",
			reach: map[NodeID]string{"mine": "[t] true true events", "theirs": "[other] true false events"},
		},
		"a connector to one of two": {
			in: []Resource{
				res(KindTrail, "t", "t", "sns_topic", to("s", "arn")), res(KindTopic, "s", "s"), res(KindSubscription, "u", "", "topic", to("s", "arn"), "protocol", "sqs", "endpoint", OneOf(Ref{"p", "arn"}, Ref{"q", "arn"})),
				res(KindQueue, "p", "p"), res(KindQueue, "q", "q"),
			},
			roots: "t",
			reach: map[NodeID]string{"u": "[t] true true events", "p": "[t] false true events", "q": "[t] false true events"},
		},
		"a connector from one of two": {
			in: []Resource{
				res(KindTrail, "t", "t", "sns_topic", to("s", "arn")), res(KindTopic, "s", "s"), res(KindTopic, "r", "r"),
				res(KindSubscription, "u", "", "topic", OneOf(Ref{"r", "arn"}, Ref{"s", "arn"}), "protocol", "sqs", "endpoint", to("q", "arn")), res(KindQueue, "q", "q"),
			},
			roots: "t r",
			reach: map[NodeID]string{"u": "[r t] false true events", "q": "[r t] false true events"},
		},
		"rules and alarms of other things start nothing": {
			in: []Resource{
				res(KindRule, "calls", "calls", "pattern", `{"detail-type":["AWS API Call via CloudTrail"]}`), res(KindRule, "objects", "objects", "pattern", `{"source":["aws.s3"],"detail-type":["Object Created"]}`),
				res(KindRule, "all", "all", "pattern", `{"account":["111122223333"]}`), res(KindRule, "unknown", "unknown", "pattern", ReasonAfterApply),
				res(KindRule, "nightly", "nightly"), res(KindRule, "duty", "duty", "pattern", `{"source":["aws.guardduty"],"detail-type":["GuardDuty Finding"]}`),
				res(KindAlarm, "cpu", "cpu", "metric", "CPUUtilization", "namespace", "AWS/EC2", "actions", []Text{to("s", "arn")}), res(KindAlarm, "any", "any", "metric", ReasonAfterApply, "namespace", "AWS/EC2", "actions", []Text{to("s", "arn")}),
				target("calls"), target("objects"), target("all"), target("unknown"), target("nightly"), target("duty"), res(KindTopic, "s", "s"),
			},
			roots: "all any calls objects unknown",
		},
	}
	flows := map[Flow]string{FlowEvents: "events", FlowDeadLetter: "dead letters", FlowSignal: "signals", FlowCopy: "copies", FlowSupport: "support"}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			g := Link(Inventory{Resources: tt.in})
			join := func(ids []NodeID) string { return strings.Trim(fmt.Sprint(ids), "[]") }
			if got := join(g.Roots()); got != tt.roots {
				t.Errorf("roots %q, want %q", got, tt.roots)
			}
			if got := join(g.Consumers()); got != tt.consumers && tt.consumers != "" {
				t.Errorf("consumers %q, want %q", got, tt.consumers)
			}
			for id, want := range tt.reach {
				got := ""
				if r := g.Reach(id); r != nil {
					got = fmt.Sprint(r.Roots, r.Certain, r.Traced) + " " + flows[r.Flow]
				}
				if strings.ReplaceAll(got, "] ", "]") != strings.ReplaceAll(want, "] ", "]") {
					t.Errorf("%s: %q, want %q", id, got, want)
				}
			}
		})
	}
}

func TestFragments(t *testing.T) {
	status := func(s any) []any { return []any{"versioning.status", s} }
	part := func(addr string, of Text, pairs ...any) Resource { return frag(KindBucket, addr, of, pairs...) }
	b := res(KindBucket, "b", "b")
	tests := map[string]struct {
		in     []Resource
		want   string // state, value or reason
		origin string
	}{
		"none":                        {[]Resource{b}, "known Disabled", ""},
		"in line":                     {[]Resource{res(KindBucket, "b", "b", status("Enabled")...)}, "known Enabled", ""},
		"fragment":                    {[]Resource{b, part("v", to("b", "id"), status("Enabled")...)}, "known Enabled", "v"},
		"fragment over in line":       {[]Resource{res(KindBucket, "b", "b", status("Enabled")...), part("v", to("b", "id"), status("Suspended")...)}, "known Suspended", "v"},
		"two that agree":              {[]Resource{b, part("v", to("b", "id"), status("Enabled")...), part("w", to("b", "id"), status("Enabled")...)}, "known Enabled", "v"},
		"two that differ":             {[]Resource{b, part("v", to("b", "id"), status("Enabled")...), part("w", to("b", "id"), status("Suspended")...)}, "unknown " + string(ReasonTwoWriters), "v"},
		"two, of which one says none": {[]Resource{b, part("v", to("b", "id"), status("Enabled")...), part("w", to("b", "id"), status(AbsentOf[any]())...)}, "known Enabled", "v"},
		"one of two buckets":          {[]Resource{b, res(KindBucket, "c", "c"), part("v", OneOf(Ref{"b", "id"}, Ref{"c", "id"}), status("Enabled")...)}, "unknown " + string(ReasonOneOf), "v"},
		"one of two, and one certain": {[]Resource{b, res(KindBucket, "c", "c"), part("v", OneOf(Ref{"b", "id"}, Ref{"c", "id"}), status("Enabled")...), part("w", to("b", "id"), status("Suspended")...)}, "known Suspended", "w"},
		"this one, or a local value":  {[]Resource{b, part("v", Hole(ReasonAfterApply, Ref{"b", "id"}, Ref{Address: "local.x"}), status("Enabled")...)}, "unknown " + string(ReasonOneOf), "v"},
		"of nobody knows what":        {[]Resource{b, part("v", hole(), status("Enabled")...)}, "unknown " + string(ReasonUnattached), ""},
		"of another":                  {[]Resource{b, part("v", lit("x"), status("Enabled")...)}, "known Disabled", ""},
		"by name":                     {[]Resource{b, part("v", lit("b"), status("Enabled")...)}, "known Enabled", "v"},
		"through a fragment":          {[]Resource{b, part("o", to("b", "id"), "ownership", "ObjectWriter"), part("v", to("o", "bucket"), status("Enabled")...)}, "known Enabled", "v"},
		"through itself":              {[]Resource{b, part("v", to("v", "id"), status("Enabled")...)}, "known Disabled", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			g := Link(copied(Inventory{Resources: tt.in}))
			attr, _ := g.Node("b").Attrs.Get("versioning.status")
			v := g.Node("b").Attrs.Text("versioning.status")
			got := v.State().String() + " " + v.Or(Text{}).String() + string(v.Reason())
			if got != tt.want || attr.Origin != tt.origin {
				t.Errorf("%q of %q, want %q of %q", got, attr.Origin, tt.want, tt.origin)
			}
			if tt.origin != "" && v.State() == Known && !slices.Contains(g.Node("b").Origins, tt.origin) {
				t.Errorf("origins %v", g.Node("b").Origins)
			}
		})
	}
}

// Nothing of a value that its source marked sensitive may stand in the open parts of a graph.
func TestSensitiveValuesStayHidden(t *testing.T) {
	const canary = "canary"
	hidden := func(t Text) Value[any] { return KnownOf[any](t).Hide() }
	g := Link(Inventory{Resources: []Resource{
		res(KindTrail, "t", "t", "s3_bucket", hidden(lit(canary)), "sns_topic", hidden(Join(lit(canary), rb())), "log_group", hidden(lit("arn:aws:logs:eu-west-1:111122223333:log-group:"+canary))),
		res(KindSubscription, "s", "", "topic", "x", "protocol", "https", "endpoint", hidden(lit("https://canary.example/"))),
		res("logs.metric_filter", "f", "f", "group", "g", "metrics", []Attrs{attrsOf("namespace", "ns", "name", hidden(lit(canary)))}),
		res(KindQueue, "q", "q", "policy", hidden(lit(`{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":"arn:aws:iam::111122223333:role/canary","Service":"canary.amazonaws.com"}}}`))),
		res("iam.inline_policy", "p", "p", "role", "r", "policy", hidden(lit(`{"Statement":{"Effect":"Allow","Action":"canary","Resource":"arn:aws:sqs:eu-west-1:111122223333:canary"}}`))),
	}})
	for n := range g.Nodes() {
		if strings.Contains(string(n.ID), canary) {
			t.Errorf("the identifier of %s", n.ID)
		}
		for what, v := range map[string]Value[Text]{"name": n.Name, "ARN": n.ARN} {
			if strings.Contains(v.Or(Text{}).String(), canary) && !v.Sensitive() {
				t.Errorf("the %s of %s", what, n.ID)
			}
		}
	}
	for _, line := range edgesOf(g) {
		if strings.Contains(line, canary) {
			t.Errorf("the edge %s", line)
		}
	}
	for _, gap := range g.Gaps() {
		if strings.Contains(fmt.Sprint(gap), canary) {
			t.Errorf("the gap %v", gap)
		}
	}
}
