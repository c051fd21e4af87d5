package iam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// because spells the reasons of a decision on lines.
func because(d Decision) string {
	var b strings.Builder
	fmt.Fprintln(&b, d.Result)
	for _, c := range d.By {
		fmt.Fprintf(&b, "%s %s[%d] %s %s %s\n", c.Layer, c.Source, c.Statement, c.Sid, c.Effect, c.Match)
	}
	for _, l := range d.Missing {
		fmt.Fprintf(&b, "missing %s\n", l)
	}
	for _, u := range d.Unknown {
		fmt.Fprintf(&b, "unknown %s %s %s: %s\n", u.Layer, u.Source, u.What, u.Reason)
	}
	for _, c := range d.Choices {
		fmt.Fprintf(&b, "choose %s=%s omit=%v\n", c.Key, c.Value, c.Omit)
	}
	return b.String()
}

func TestReasons(t *testing.T) {
	sid := func(effect, name, rest string) string {
		return `{"Sid":"` + name + `","Effect":"` + effect + `","Action":"sqs:*","Resource":"*"` + rest + `}`
	}
	for _, c := range []struct {
		name string
		d    decision
		want string
	}{
		{"allowed by", decision{identity: sid("Allow", "other", `,"Condition":{"Bool":{"a:b":"true"}}`) + "," + sid("Allow", "full", "")}, "allowed\nidentity policy identity[1] full Allow yes\n"},
		{"denied by", decision{identity: sid("Allow", "full", "") + "," + sid("Deny", "guard", ""), boundary: "?"}, "denied\nidentity policy identity[1] guard Deny yes\n"},
		{"denied by silence", decision{identity: sid("Allow", "full", ""), boundary: allowS3, scp: allowS3}, "denied\nmissing service control policy\nmissing resource policy\nmissing permissions boundary\n"},
		{"what would settle it", decision{
			identity: sid("Allow", "full", "") + "," + sid("Deny", "guard", when("StringNotEquals", "aws:PrincipalTag/team", `"x"`)), boundary: "?",
			context: map[string]string{"aws:PrincipalTag/team": "?"},
		}, "undetermined\nidentity policy identity[0] full Allow yes\nidentity policy identity[1] guard Deny maybe\nunknown identity policy identity aws:PrincipalTag/team: not in the input\nunknown permissions boundary  not known: not in the input\n"},
		{"what the caller chooses", decision{
			identity: sid("Allow", "tagged", when("StringEquals", "aws:RequestTag/team", `"x"`)) + "," + sid("Deny", "guard", when("Null", "aws:RequestTag/owner", `"false"`)),
			context:  map[string]string{"aws:RequestTag/team": "!", "aws:RequestTag/owner": "!"},
		}, "allowed\nidentity policy identity[0] tagged Allow yes\nchoose aws:RequestTag/owner= omit=true\nchoose aws:RequestTag/team=x omit=false\n"},
		{"what the caller chooses for a variable", decision{
			identity: sid("Allow", "full", "") + `,{"Sid":"guard","Effect":"Deny","Action":"*","Resource":"arn:aws:sqs:*:*:${aws:RequestTag/team}"}`,
			context:  map[string]string{"aws:RequestTag/team": "!"},
		}, "allowed\nidentity policy identity[0] full Allow yes\nchoose aws:requesttag/team= omit=true\n"},
	} {
		c.d.who, c.d.action, c.d.resource = session("reader", "s1"), "sqs:PurgeQueue", queue
		if diff := cmp.Diff(c.want, because(c.d.decide())); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

// TestDoubt decides with policies that may not be there.
func TestDoubt(t *testing.T) {
	request := Request{Principal: session("reader", "s1"), Action: "sqs:PurgeQueue", Resource: lit(queue), Context: NewContext(KeyAbsent)}
	perhaps := func(statements string) Source {
		return Source{Policy: wrap("", statements), Doubt: "it depends on a variable"}
	}
	for name, c := range map[string]struct {
		set  func(*Policies)
		want Result
	}{
		"an allow":                {func(p *Policies) { p.Identity.Sources = []Source{perhaps(allowSQS)} }, Undetermined},
		"a boundary that denies":  {func(p *Policies) { p.Boundary = graph.KnownOf(perhaps(allowS3)) }, Undetermined},
		"a boundary that allows":  {func(p *Policies) { p.Boundary = graph.KnownOf(perhaps(allowAll)) }, Allowed},
		"a session policy":        {func(p *Policies) { p.Session = graph.KnownOf([]Source{perhaps(allowS3)}) }, Undetermined},
		"the only SCP of a level": {func(p *Policies) { p.SCPs = graph.KnownOf([]Set{{Sources: []Source{perhaps(allowS3)}}}) }, Undetermined},
		"an endpoint policy":      {func(p *Policies) { p.Endpoint = graph.KnownOf(perhaps(allowS3)) }, Undetermined},
		"a resource policy":       {func(p *Policies) { p.Resource = graph.KnownOf(perhaps(to("Deny", `"*"`, "sqs:*", ""))) }, Undetermined},
	} {
		p := None()
		p.Identity.Sources = []Source{{Policy: wrap("", allowSQS)}}
		c.set(&p)
		if got := Decide(request, p).Result; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		a, b   string
		want   graph.Tri
		covers bool
	}{
		{"arn:aws:s3:::logs/*", "arn:aws:s3:::*/a", graph.Yes, false},
		{"arn:aws:s3:::logs/*", "arn:aws:s3:::logs/a*", graph.Yes, true},
		{"arn:aws:s3:::logs/*", "arn:aws:s3:::other/*", graph.No, false},
		{"<b>/*", "<b>/AWSLogs/*", graph.Yes, true},
		{"<b>/*", "<c>/*", graph.Maybe, false},
		{"*", "<?>", graph.Yes, true},
		{"a?", "?b", graph.Yes, false},
		{"a?", "b?", graph.No, false},
	} {
		if got := Overlap(doc(c.a), doc(c.b)); got != c.want {
			t.Errorf("Overlap(%s, %s) = %v", c.a, c.b, got)
		}
		if got := Covers(doc(c.a), doc(c.b)); got != c.covers {
			t.Errorf("Covers(%s, %s) = %v", c.a, c.b, got)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	p := None()
	for range 5 {
		p.Identity.Sources = append(p.Identity.Sources, Source{Policy: wrap("", `{"Effect":"Allow","Action":["s3:Get*","sqs:ReceiveMessage","logs:*"],"Resource":["arn:aws:s3:::logs/*","arn:aws:sqs:*:*:siem"]},`+denyPurge)})
	}
	p.Resource = graph.KnownOf(Source{Policy: wrap("", to("Allow", svc("s3"), "sqs:SendMessage", ""))})
	r := Request{Principal: session("reader", "s1"), Action: "sqs:DeleteQueue", Resource: lit(queue)}
	b.ReportAllocs()
	for b.Loop() {
		Decide(r, p)
	}
}
