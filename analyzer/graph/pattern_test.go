package graph

import "testing"

func TestPatternTakesBuckets(t *testing.T) {
	name := func(matcher string) string {
		return `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":[` + matcher + `]}}}`
	}
	symbolic := KnownOf(Join(lit("logs-"), rb()))
	literal := KnownOf(lit("logs-a"))
	tests := []struct {
		name    string
		pattern any // string, Text or Reason
		bucket  Value[Text]
		want    Tri
	}{
		{"everything", `{}`, literal, Yes},
		{"source", `{"source":["aws.s3"]}`, literal, Yes},
		{"other source", `{"source":["aws.ec2"]}`, literal, No},
		{"other detail-type", `{"source":["aws.s3"],"detail-type":["Object Deleted"]}`, literal, No},
		{"name", name(`"logs-a"`), literal, Yes},
		{"other name", name(`"logs-b"`), literal, No},
		{"one of names", name(`"logs-b","logs-a"`), literal, Yes},
		{"number, null, bool", name(`1,null,true`), literal, No},
		{"no name at all", name(``), literal, No},
		{"name of a bucket without known name", name(`"logs-a"`), symbolic, Maybe},
		{"name that it cannot have", name(`"data-a"`), symbolic, No},
		{"prefix", name(`{"prefix":"logs-"}`), literal, Yes},
		{"prefix of a symbolic name", name(`{"prefix":"logs-"}`), symbolic, Yes},
		{"prefix that may be", name(`{"prefix":"logs-a"}`), symbolic, Maybe},
		{"stars in a prefix are characters", name(`{"prefix":"l*"}`), literal, No},
		{"prefix in another case", name(`{"prefix":{"equals-ignore-case":"LOGS"}}`), literal, Yes},
		{"suffix", name(`{"suffix":"-a"}`), literal, Yes},
		{"other suffix", name(`{"suffix":"-b"}`), literal, No},
		{"suffix in another case", name(`{"suffix":{"equals-ignore-case":"-B"}}`), literal, No},
		{"ignoring case", name(`{"equals-ignore-case":"LOGS-A"}`), literal, Yes},
		{"ignoring case, other", name(`{"equals-ignore-case":"LOGS-B"}`), literal, No},
		{"ignoring case, symbolic", name(`{"equals-ignore-case":"LOGS-B"}`), symbolic, Maybe},
		{"ignoring case, symbolic, other", name(`{"equals-ignore-case":"DATA"}`), symbolic, No},
		{"wildcard", name(`{"wildcard":"l*-a"}`), literal, Yes},
		{"wildcard, other", name(`{"wildcard":"l*-b"}`), literal, No},
		{"wildcard, escaped", name(`{"wildcard":"logs\\*"}`), literal, No},
		{"wildcard, question mark", name(`{"wildcard":"logs-?"}`), literal, No},
		{"exists", name(`{"exists":true}`), literal, Yes},
		{"exists not", name(`{"exists":false}`), literal, No},
		{"exists, malformed", name(`{"exists":"x"}`), literal, Maybe},
		{"numeric", name(`{"numeric":[">",0]}`), literal, No},
		{"address", name(`{"cidr":"10.0.0.0/8"}`), literal, No},
		{"anything but it", name(`{"anything-but":"logs-a"}`), literal, No},
		{"anything but another", name(`{"anything-but":["logs-b","x"]}`), literal, Yes},
		{"anything but one of", name(`{"anything-but":["logs-b","logs-a"]}`), literal, No},
		{"anything but, symbolic", name(`{"anything-but":"logs-b"}`), symbolic, Maybe},
		{"anything but a prefix", name(`{"anything-but":{"prefix":"logs"}}`), literal, No},
		{"anything but a suffix", name(`{"anything-but":{"suffix":["-b","-c"]}}`), literal, Yes},
		{"anything but a wildcard", name(`{"anything-but":{"wildcard":"*-a"}}`), literal, No},
		{"anything but a number", name(`{"anything-but":1}`), literal, Yes},
		{"anything but, ignoring case", name(`{"anything-but":{"equals-ignore-case":["LOGS-A"]}}`), literal, No},
		{"matcher of a later time", name(`{"sounds-like":"x"}`), literal, Maybe},
		{"two matchers in one", name(`{"prefix":"x","suffix":"y"}`), literal, Maybe},
		{"object for a list", `{"source":{"x":["y"]}}`, literal, No},
		{"list for an object", `{"detail":["x"]}`, literal, No},
		{"fields that are not looked at", `{"source":["aws.s3"],"detail":{"object":{"key":[{"prefix":"x"}]}}}`, literal, Yes},
		{"either", `{"$or":[{"source":["aws.ec2"]},{"source":["aws.s3"]}]}`, literal, Yes},
		{"neither", `{"$or":[{"source":["aws.ec2"]},{"source":["x"]}]}`, literal, No},
		{"either, further down", `{"detail":{"bucket":{"$or":[{"name":["x"]},{"name":["logs-a"]}]}}}`, literal, Yes},
		{"neither, further down", `{"detail":{"bucket":{"$or":[{"name":["x"]},{"name":["logs-b"]}]}}}`, literal, No},
		{"either of what is not looked at", `{"$or":[{"source":["x"]},{"detail":{"size":[1]}}]}`, literal, Maybe},
		{"malformed alternatives", `{"$or":["x"]}`, literal, Maybe},
		{"not JSON", `x`, literal, No},
		{"null", `null`, literal, No},
		{"unknown", ReasonAfterApply, literal, Maybe},
		{"unknown, of nothing", hole(), literal, Maybe},
		{"unknown, of this bucket", Hole(ReasonAfterApply, Ref{"aws_s3_bucket.a", "id"}), literal, Maybe},
		{"unknown, of another bucket", Hole(ReasonAfterApply, Ref{"aws_s3_bucket.b", "id"}), literal, No},
		{"by reference", Join(lit(`{"detail":{"bucket":{"name":["`), Reference(Ref{"aws_s3_bucket.a", "id"}), lit(`"]}}}`)), literal, Yes},
		{"by reference to another", Join(lit(`{"detail":{"bucket":{"name":["`), Reference(Ref{"aws_s3_bucket.b", "id"}), lit(`"]}}}`)), literal, No},
		{"by the symbol of its name", Join(lit(`{"detail":{"bucket":{"name":["logs-`), rb(), lit(`"]}}}`)), symbolic, Yes},
		{"anything but a reference to it", Join(lit(`{"detail":{"bucket":{"name":[{"anything-but":["`), Reference(Ref{"aws_s3_bucket.a", "id"}), lit(`"]}]}}}`)), literal, No},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := Link(Inventory{Resources: []Resource{
				{Kind: KindBucket, Address: "aws_s3_bucket.a", Name: tt.bucket, Attrs: attrsOf("notification.eventbridge", true)},
				{Kind: KindBucket, Address: "aws_s3_bucket.b", Name: KnownOf(lit("other"))},
				{Kind: KindRule, Address: "rule", Name: KnownOf(lit("r")), Attrs: attrsOf("pattern", tt.pattern)},
			}})
			got := No
			for e := range g.In("rule") {
				for _, from := range e.Accepts {
					if from == "aws_s3_bucket.a" {
						got = Yes
						if e.Why == "its event pattern is not known in full" {
							got = Maybe
						}
					}
				}
			}
			if got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestPatternTakesTrails(t *testing.T) {
	tests := []struct {
		name    string
		pattern string
		calls   Tri
		insight Tri
	}{
		{"API calls", `{"detail-type":["AWS API Call via CloudTrail"]}`, Yes, No},
		{"console", `{"detail-type":[{"prefix":"AWS Console"}]}`, Yes, No},
		{"insights", `{"detail-type":["AWS Insight via CloudTrail"]}`, No, Yes},
		{"all of CloudTrail", `{"detail-type":[{"suffix":"via CloudTrail"}]}`, Yes, Yes},
		{"all but", `{"detail-type":[{"anything-but":["AWS API Call via CloudTrail","AWS Console Sign In via CloudTrail","AWS Service Event via CloudTrail","AWS Insight via CloudTrail"]}]}`, No, No},
		{"service", `{"source":["aws.iam"],"detail-type":["AWS API Call via CloudTrail"]}`, Yes, No},
		{"no service of AWS", `{"source":["acme.app"],"detail-type":["AWS API Call via CloudTrail"]}`, No, No},
		{"by the API", `{"detail":{"eventSource":["sqs.amazonaws.com"]}}`, Yes, No},
		{"source alone", `{"source":["aws.ec2"]}`, No, No},
		{"CloudTrail itself", `{"source":["aws.cloudtrail"]}`, Yes, No},
		{"nothing asked", `{"account":["1"]}`, No, No},
		{"either", `{"$or":[{"detail-type":["AWS API Call via CloudTrail"]},{"source":["x"]}]}`, Yes, No},
		{"not JSON", `x`, No, No},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := readPattern(KnownOf(lit(tt.pattern)))
			if calls, insight := p.calls(), p.insights(); (calls != No) != (tt.calls != No) || insight != tt.insight {
				t.Errorf("calls %v, insights %v", calls, insight)
			}
		})
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{`{"source":[{"anything-but":{"prefix":"x"}}],"detail":{"bucket":{"name":["@"]}}}`, `{"$or":[{"detail":{}},1]}`, `{"detail":{"$or":[{"bucket":[null]}]}}`, `[]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := &linker{byAddr: map[addrKey]*Resource{}}
		for _, text := range []Text{Literal(s), Join(Literal(s), ra(), Literal(s))} {
			p := readPattern(KnownOf(text))
			takes := p.buckets(l, &Resource{})
			literal := takes(&Node{Kind: KindBucket, Name: KnownOf(lit("x"))})
			open := takes(&Node{Kind: KindBucket, Name: KnownOf(rb())})
			if open != Maybe && open != literal {
				t.Fatalf("%s takes any name: %v, and x: %v", text, open, literal)
			}
			p.calls()
			p.insights()
			p.forwarded(p)
		}
	})
}
