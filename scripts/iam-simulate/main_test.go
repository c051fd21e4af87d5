package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/iam"
)

// TestGenerator holds the requests to what they are for: they are the same from one seed, neither most allowed nor most denied, and reach every
// layer and operator.
func TestGenerator(t *testing.T) {
	a, b := newGenerator(7), newGenerator(7)
	results, operators := map[iam.Result]int{}, map[string]bool{}
	tally := &tally{layers: map[string]int{}}
	const n = 500
	for range n {
		r, same := a.request(), b.request()
		x, errX := json.Marshal(r.simulation())
		y, errY := json.Marshal(same.simulation())
		if errX != nil || errY != nil || string(x) != string(y) {
			t.Fatalf("one seed makes two requests: %s, %s", x, y)
		}
		ours, err := r.decide()
		if err != nil {
			t.Fatal(err)
		}
		results[ours]++
		if err := tally.decisive(r, ours); err != nil {
			t.Fatal(err)
		}
		r.Policies.each(func(_ string, _ *document, s *statement) {
			for _, c := range s.Conditions {
				operators[strings.ToLower(c.Operator)] = true
				if !iam.KnownOperator(c.Operator) {
					t.Errorf("no operator %s", c.Operator)
				}
			}
		})
	}
	if min(results[iam.Allowed], results[iam.Denied]) < n/4 {
		t.Errorf("%v", results)
	}
	for _, layer := range layerNames() {
		if tally.layers[layer] == 0 {
			t.Errorf("the %s decides nothing", layer)
		}
	}
	for _, name := range []string{"Null", "StringNotLikeIfExists", "ForAllValues:StringLike", "ForAnyValue:StringEquals", "NumericLessThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "NotIpAddress", "ArnNotLike"} {
		if !operators[strings.ToLower(name)] {
			t.Errorf("nothing asks by %s", name)
		}
	}
}

// TestExplain holds a class to its own disagreement.
func TestExplain(t *testing.T) {
	r := &request{
		Kind: iam.Role, ARN: "arn:aws:iam::" + here + ":role/reader", Session: "s1", Account: here, Owner: here,
		Action: "sqs:PurgeQueue", Target: "arn:aws:sqs:eu-west-1:" + here + ":siem", Keys: map[string][]string{"aws:TagKeys": {"a"}},
	}
	set := statement{Effect: "Allow", Action: []string{"sqs:*"}, Resource: []string{"*"}, Conditions: []condition{{"StringEquals", "aws:TagKeys", []string{"a"}}}}
	r.Policies.Identity = []*document{{Version: "2012-10-17", Statements: []statement{set}}}
	if ours, err := r.decide(); err != nil || ours != iam.Undetermined {
		t.Fatalf("%s %v", ours, err)
	}
	for theirs, want := range map[iam.Result]string{iam.Denied: "a set without set operator", iam.Allowed: ""} {
		names, err := explain(r, theirs, classes())
		if got := strings.Join(names, ", "); err != nil || got != want {
			t.Errorf("%s: %q %v", theirs, got, err)
		}
	}
	seen := map[string]bool{}
	for _, c := range classes() {
		if c.change(&request{Keys: map[string][]string{}}) {
			t.Errorf("%s changes a request without policies", c.name)
		}
		if seen[c.name] || !strings.HasPrefix(c.page, "https://docs.aws.amazon.com/") {
			t.Errorf("%s stands twice, or rests on nothing", c.name)
		}
		seen[c.name] = true
	}
}
