package iam

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func TestLint(t *testing.T) {
	const in = `{"Effect":"%","Principal":"*","Action":"s3:*","Resource":"*"`
	st := func(effect, rest string) string { return strings.Replace(in, "%", effect, 1) + rest + "}" }
	for _, c := range []struct {
		name, statement string
		want            Flaw
	}{
		{"a wildcard that is none", st("Allow", when("StringEquals", "aws:PrincipalArn", `"arn:aws:iam::111122223333:role/*"`)), NeverHolds},
		{"one value of two", st("Allow", when("StringEquals", "aws:PrincipalArn", `["arn:aws:iam::111122223333:role/*","x"]`)), ""},
		{"a wildcard in a denial of all others", st("Deny", when("StringNotEquals", "aws:PrincipalArn", `"arn:aws:iam::*:role/keep"`)), AlwaysHolds},
		{"without regard to case", st("Deny", when("StringNotEqualsIgnoreCase", "aws:PrincipalArn", `"*keep"`)), AlwaysHolds},
		{"a wildcard that is one", st("Allow", when("StringLike", "aws:PrincipalArn", `"arn:aws:iam::111122223333:role/*"`)), ""},
		{"ArnEquals takes wildcards", st("Allow", when("ArnEquals", "aws:PrincipalArn", `"arn:aws:iam::111122223333:role/*"`)), ""},
		{"a star that a variable spells", st("Allow", when("StringEquals", "s3:prefix", `"${*}"`)), ""},
		{"a wildcard beside a reference", st("Allow", when("StringEquals", "aws:PrincipalArn", `"<r>*"`)), NeverHolds},
		{"a reference may be anything", st("Allow", when("StringEquals", "aws:PrincipalArn", `"<r>"`)), ""},
		{"IfExists on a key that is always there", st("Deny", when("BoolIfExists", "aws:SecureTransport", `"false"`)), Redundant},
		{"IfExists on a key that may be missing", st("Deny", when("BoolIfExists", "aws:MultiFactorAuthPresent", `"false"`)), ""},
		{"ForAllValues allows without the key", st("Allow", when("ForAllValues:StringEquals", "aws:TagKeys", `"x"`)), HoldsWithout},
		{"ForAllValues with Null", st("Allow", `,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"x"},"Null":{"aws:TagKeys":"false"}}`), ""},
		{"ForAllValues denies", st("Deny", when("ForAllValues:StringEquals", "aws:TagKeys", `"x"`)), ""},
		{"ForAnyValue does not deny without the key", st("Deny", when("ForAnyValue:StringNotEquals", "aws:CalledVia", `"x.amazonaws.com"`)), FailsWithout},
		{"ForAnyValue with Null", st("Deny", `,"Condition":{"ForAnyValue:StringNotEquals":{"aws:CalledVia":"x"},"Null":{"aws:CalledVia":"false"}}`), ""},
		{"absent and of a value", st("Allow", `,"Condition":{"StringEquals":{"aws:SourceVpce":"x"},"Null":{"aws:sourcevpce":"true"}}`), NeverHolds},
		{"absent or of another value", st("Deny", `,"Condition":{"StringNotEquals":{"aws:SourceVpce":"x"},"Null":{"aws:sourcevpce":"true"}}`), ""},
		{"no number", st("Allow", when("NumericLessThan", "s3:max-keys", `"ten"`)), NeverHolds},
		{"no date", st("Allow", when("DateLessThan", "aws:CurrentTime", `"soon"`)), NeverHolds},
		{"no range", st("Deny", when("NotIpAddress", "aws:SourceIp", `"10.0.0.0/33"`)), AlwaysHolds},
		{"neither true nor false", st("Deny", when("Bool", "aws:SecureTransport", `"no"`)), NeverHolds},
		{"no operator", st("Deny", when("StringEqual", "aws:SourceIp", `"x"`)), Undefined},
		{"no values", st("Deny", when("StringEquals", "aws:SourceIp", `[]`)), NothingMatched},
		{"no actions", `{"Effect":"Deny","Principal":"*","Action":[],"Resource":"*"}`, NothingMatched},
		{"a deleted role", to("Allow", aws("AROAEXAMPLEROLEID"), "s3:*", ""), PrincipalGone},
		{"a wildcard in a principal", to("Deny", aws("arn:aws:iam::111122223333:role/*"), "s3:*", ""), PrincipalNever},
		{"everyone", to("Deny", aws("*"), "s3:*", ""), ""},
	} {
		got := LintPolicy(wrap("", c.statement))
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Flaw != c.want) {
			t.Errorf("%s: got %+v, want %q", c.name, got, c.want)
		}
	}
	if got := LintPolicy(wrap("2008-10-17", st("Allow", when("StringEquals", "aws:PrincipalArn", `"${aws:username}"`)))); len(got) != 1 || got[0].Flaw != NeverHolds {
		t.Errorf("variables without the version: %+v", got)
	}
}

// TestLintHolds asks the evaluation whether what the linter says is so: a condition that never holds, or always does,
// whatever the request has.
func TestLintHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		operators := []string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "NumericEquals", "NumericNotEquals", "DateLessThan", "Bool", "IpAddress", "NotIpAddress"}
		op := rapid.SampledFrom(operators).Draw(t, "operator")
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"a*", "?", "x", "10", "true", "2020-01-01", "10.0.0.0/8", "${aws:username}"}), 1, 3).Draw(t, "values")
		c := Condition{Operator: op, Key: lit("k")}
		for _, v := range values {
			c.Values.Items = append(c.Values.Items, lit(v))
		}
		p := wrap("", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`)
		p.Statements[0].Conditions = []Condition{c}
		request := NewContext(KeyAbsent)
		if rapid.Bool().Draw(t, "present") {
			value := []string{"x", "ab", "10", "true", "2019-01-01", "10.1.1.1", "ann"}
			if op == "Bool" { // a key of that type has no other values
				value = []string{"true", "false"}
			}
			request = request.With("k", Present(rapid.SampledFrom(value).Draw(t, "value")))
		}
		got := scopeOf(&p, &request).condition(&c)
		for _, l := range LintPolicy(p) {
			if l.Flaw == NeverHolds && got == graph.Yes || l.Flaw == AlwaysHolds && got == graph.No {
				t.Fatalf("%s %v: %s, and it is %v", op, values, l.Message, got)
			}
		}
	})
}
