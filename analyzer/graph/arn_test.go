package graph

import (
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	const at = "eu-west-1:111122223333:"
	tests := []struct {
		arn  string
		kind Kind
		name string
		own  string // "": the ARN itself
	}{
		{"arn:aws:s3:::logs", KindBucket, "logs", ""},
		{"arn:aws:s3:::logs/AWSLogs/*", KindBucket, "logs", "arn:aws:s3:::logs"},
		{"arn:aws:s3:::*", "", "*", ""},
		{"arn:aws:s3:::/x", "", "", "arn:aws:s3:::"},
		{"arn:aws:s3:" + at + "accesspoint/ap/object/k", "s3.access_point", "ap", "arn:aws:s3:" + at + "accesspoint/ap"},
		{"arn:aws:sqs:" + at + "q", KindQueue, "q", ""},
		{"arn:aws-cn:sns:" + at + "t", KindTopic, "t", ""},
		{"arn:aws:sns:" + at + "t:0e6c", KindTopic, "t", "arn:aws:sns:" + at + "t"},
		{"arn:aws:sns:" + at + "endpoint/APNS/app/0e6c", KindPlatform, "APNS/app/0e6c", ""},
		{"arn:aws:logs:" + at + "log-group:/aws/x:*", KindLogGroup, "/aws/x", "arn:aws:logs:" + at + "log-group:/aws/x"},
		{"arn:aws:logs:" + at + "log-group:/aws/x:log-stream:y", KindLogGroup, "/aws/x", "arn:aws:logs:" + at + "log-group:/aws/x"},
		{"arn:aws:logs:" + at + "destination:d", KindLogsDest, "d", ""},
		{"arn:aws:lambda:" + at + "function:f:live", KindFunction, "f", "arn:aws:lambda:" + at + "function:f"},
		{"arn:aws:states:" + at + "stateMachine:m:1", "states.machine", "m", "arn:aws:states:" + at + "stateMachine:m"},
		{"arn:aws:iam::111122223333:role/a/b/r", KindRoleIAM, "r", ""},
		{"arn:aws:iam::111122223333:role/r", KindRoleIAM, "r", ""},
		{"arn:aws:iam::111122223333:rolex/r", "", "rolex/r", ""},
		{"arn:aws:iam::aws:policy/ReadOnlyAccess", KindManagedPolicy, "ReadOnlyAccess", ""},
		{"arn:aws:iam::111122223333:root", "", "root", ""},
		{"arn:aws:kms:" + at + "key/1234", KindKey, "1234", ""},
		{"arn:aws:kms:" + at + "alias/x", KindKeyAlias, "alias/x", ""},
		{"arn:aws:events:" + at + "rule/bus/r", KindRule, "r", ""},
		{"arn:aws:events:" + at + "event-bus/b", KindBus, "b", ""},
		{"arn:aws:events:" + at + "api-destination/d/0e6c", "events.api_destination", "d", ""},
		{"arn:aws:kinesis:" + at + "stream/s", KindStream, "s", ""},
		{"arn:aws:kinesis:" + at + "stream/s/consumer/c:1", KindConsumer, "s/consumer/c:1", ""},
		{"arn:aws:dynamodb:" + at + "table/t", "", "table/t", ""},
		{"arn:aws:sqs:" + at + "*", "", "*", ""},
	}
	for _, tt := range tests {
		t.Run(tt.arn, func(t *testing.T) {
			a, ok := ParseARN(tt.arn)
			if !ok || a.String() != tt.arn {
				t.Fatalf("parsed as %v, %v", a, ok)
			}
			kind, name, own := a.Identify()
			want := tt.own
			if want == "" {
				want = tt.arn
			}
			if kind != tt.kind || name != tt.name || own.String() != want {
				t.Errorf("%q %q %q", kind, name, own)
			}
		})
	}
}

func TestParseARNRefuses(t *testing.T) {
	for _, s := range []string{"", "arn", "arn:aws:s3", "arn:aws:s3:::", "arn::s3:::b", "arn:aws::::b", "ARN:aws:s3:::b", "urn:aws:s3:::b"} {
		if a, ok := ParseARN(s); ok {
			t.Errorf("%q is read as %v", s, a)
		}
	}
}

func TestSynthesise(t *testing.T) {
	node := func(kind Kind, name Text, pairs ...any) *Node {
		return &Node{Kind: kind, Name: KnownOf(name), Partition: KnownOf("aws"), Account: KnownOf("111122223333"), Region: KnownOf("eu-west-1"), Attrs: attrsOf(pairs...)}
	}
	nowhere := node(KindQueue, lit("q"))
	nowhere.Account = Value[string]{}
	bucket := node(KindBucket, lit("b"))
	bucket.Account, bucket.Region = Value[string]{}, Value[string]{}
	tests := map[string]struct {
		node *Node
		want string // "": unknown
	}{
		"queue":               {node(KindQueue, lit("q")), "arn:aws:sqs:eu-west-1:111122223333:q"},
		"symbolic":            {node(KindQueue, Join(lit("q-"), rb())), "arn:aws:sqs:eu-west-1:111122223333:q-${var.b}"},
		"bucket":              {bucket, "arn:aws:s3:::b"},
		"role":                {node(KindRoleIAM, lit("r")), "arn:aws:iam::111122223333:role/r"},
		"role with a path":    {node(KindRoleIAM, lit("r"), "path", "/a/"), "arn:aws:iam::111122223333:role/a/r"},
		"role, path unknown":  {node(KindRoleIAM, lit("r"), "path", ReasonAfterApply), ""},
		"rule":                {node(KindRule, lit("r")), "arn:aws:events:eu-west-1:111122223333:rule/r"},
		"rule of a bus":       {node(KindRule, lit("r"), "bus", "b"), "arn:aws:events:eu-west-1:111122223333:rule/b/r"},
		"rule of a bus's ARN": {node(KindRule, lit("r"), "bus", "arn:aws:events:eu-west-1:111122223333:event-bus/b"), "arn:aws:events:eu-west-1:111122223333:rule/b/r"},
		"rule, bus symbolic":  {node(KindRule, lit("r"), "bus", rb()), ""},
		"alias":               {node(KindKeyAlias, lit("alias/x")), "arn:aws:kms:eu-west-1:111122223333:alias/x"},
		"key":                 {node(KindKey, lit("1234")), ""},
		"assigned":            {node("events.api_destination", lit("d")), ""},
		"account unknown":     {nowhere, ""},
		"no name":             {node(KindQueue, Text{}), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := synthesise(tt.node)
			if got := v.Or(Text{}).String(); got != tt.want || (v.State() == Known) != (tt.want != "") {
				t.Errorf("%q, %v", got, v.State())
			}
			if s, ok := literal(v); ok && tt.node.Kind != KindKeyAlias {
				if a, _ := ParseARN(s); true {
					if kind, name, _ := a.Identify(); kind != tt.node.Kind || name != tt.node.Name.Or(Text{}).String() {
						t.Errorf("identified as %s %q", kind, name)
					}
				}
			}
			tt.node.Name = tt.node.Name.Hide()
			if v := synthesise(tt.node); v.State() == Known && !v.Sensitive() {
				t.Error("the ARN of a sensitive name is not sensitive")
			}
		})
	}
}

func FuzzIdentify(f *testing.F) {
	for _, s := range []string{"arn:aws:s3:::b/k", "arn:aws:iam::1:role/", "arn:aws:kms:::alias/x", "arn:aws:logs:r:1:log-group::*", "arn:aws:sns:::x:y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := ParseARN(s)
		if !ok {
			return
		}
		if a.String() != s {
			t.Fatalf("%q is spelt %q", s, a)
		}
		kind, name, own := a.Identify()
		if kind != "" && name == "" {
			t.Fatalf("%q is a %s without name", s, kind)
		}
		if kind != "" && !strings.HasPrefix(s, own.String()) {
			t.Fatalf("%q is of %q", s, own)
		}
		if again, sameName, same := own.Identify(); kind != "" && (again != kind || sameName != name || same != own) {
			t.Fatalf("%q: %s %q %q, and of that %s %q %q", s, kind, name, own, again, sameName, same)
		}
	})
}

func TestSafeEndpoint(t *testing.T) {
	tests := map[string]string{
		"https://x.example/services/T0/secret": "https://x.example/…",
		"https://x.example":                    "https://x.example",
		"https://x.example/":                   "https://x.example",
		"http://user:secret@x.example/":        "http://x.example",
		"https://x.example?token=secret":       "https://x.example/…",
		"https://x.example#secret":             "https://x.example/…",
		"soc@secret.example":                   "soc@…",
		"+31612345678":                         "+31…78",
		"HTTPS://x.example/secret":             "HTTPS://x.example/…",
	}
	for in, want := range tests {
		if got := SafeEndpoint(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
