package cloudformation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// TestLoopsAreBounded reads loops within loops that would make hundreds of millions of resources.
func TestLoopsAreBounded(t *testing.T) {
	t.Parallel()
	list := strings.Repeat("1,", 899) + "1"
	res, err := readOne("Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::A:\n    - X\n    - [" + list + "]\n    - Fn::ForEach::B:\n        - Y\n        - [" + list +
		"]\n        - Fn::ForEach::C:\n            - Z\n            - [" + list + "]\n            - 'B${X}${Y}${Z}': {Type: AWS::S3::Bucket}\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range res.Inventory.Gaps {
		if strings.Contains(g.What, "makes more than can be worked out") {
			return
		}
	}
	t.Errorf("no gap says that the loops end early: %v", res.Inventory.Gaps)
}

// TestConditionsAreAskedOnce reads conditions that each name another twice: asked for anew every time, the last would be
// asked for 2^60 times.
func TestConditionsAreAskedOnce(t *testing.T) {
	t.Parallel()
	const deep = 60
	var b strings.Builder
	b.WriteString("Parameters: {P: {Type: String}}\nConditions:\n  C0: !Equals [!Ref P, x]\n")
	for i := range deep {
		fmt.Fprintf(&b, "  C%d: !And [!Condition C%d, !Condition C%d]\n", i+1, i, i)
	}
	fmt.Fprintf(&b, "Resources: {B: {Type: 'AWS::S3::Bucket', Condition: C%d}}\n", deep)
	res, err := readOne(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Inventory.Resources; len(got) != 1 || got[0].Doubt != fmt.Sprintf("only if the condition C%d holds", deep) {
		t.Errorf("%+v", got)
	}
}

// TestInstancesAreBounded reads a stack set of more instances than are looked at: the coverage says how many are not.
func TestInstancesAreBounded(t *testing.T) {
	t.Parallel()
	var accounts, regions []string
	for i := range 50 {
		accounts = append(accounts, fmt.Sprintf("'%012d'", i+1))
		regions = append(regions, fmt.Sprintf("eu-test-%d", i+1))
	}
	res, err := readOne("Resources:\n  Set:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      TemplateBody: 'Resources: {Q: {Type: \"AWS::SQS::Queue\"}}'\n      StackInstancesGroup:\n        - DeploymentTargets: {Accounts: [" +
		strings.Join(accounts, ", ") + "]}\n          Regions: [" + strings.Join(regions, ", ") + "]\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range res.Inventory.Gaps {
		if strings.HasPrefix(g.What, "501 of the 2500 instances of the stack set ") {
			return
		}
	}
	t.Errorf("no gap says how many instances are left out: %v", res.Inventory.Gaps)
}

// TestChainedConditions reads a chain of conditions that the input does not decide, on each of which a bucket depends: asked for
// anew under every assumption, they would take minutes.
func TestChainedConditions(t *testing.T) {
	t.Parallel()
	const many = 180
	var params, conditions, resources strings.Builder
	for i := range many {
		fmt.Fprintf(&params, "  P%d: {Type: String}\n", i)
		if i == 0 {
			conditions.WriteString("  C0: !Equals [!Ref P0, x]\n")
		} else {
			fmt.Fprintf(&conditions, "  C%d: !And [!Condition C%d, !Equals [!Ref P%d, x]]\n", i, i-1, i)
		}
		fmt.Fprintf(&resources, "  B%d: {Type: 'AWS::S3::Bucket', Condition: C%d, Properties: {BucketName: !If [C%d, a, b]}}\n", i, i, i)
	}
	res, err := readOne("Parameters:\n" + params.String() + "Conditions:\n" + conditions.String() + "Resources:\n" + resources.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := len(res.Inventory.Resources); got != many {
		t.Errorf("%d resources, want %d", got, many)
	}
}

// TestManySubscriptions reads a topic whose subscriptions stand in it: each is read by itself, and not with all others.
func TestManySubscriptions(t *testing.T) {
	t.Parallel()
	const many = 20_000
	var b strings.Builder
	b.WriteString("Resources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n      Subscription:\n")
	for i := range many {
		fmt.Fprintf(&b, "        - {Protocol: sqs, Endpoint: 'arn:aws:sqs:eu-central-1:111122223333:q%d'}\n", i)
	}
	res, err := readOne(b.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := len(res.Inventory.Resources); got != many+1 {
		t.Errorf("%d resources, want %d", got, many+1)
	}
}

// TestBoundIsNoMacro reads more values than are worked out: what is not known of the trail after them is so for that reason.
func TestBoundIsNoMacro(t *testing.T) {
	t.Parallel()
	list, body := strings.Repeat("1,", 999)+"1", strings.Repeat("v,", 299)+"v"
	var b strings.Builder
	b.WriteString("Transform: AWS::LanguageExtensions\nResources:\n")
	for i := range 16 {
		fmt.Fprintf(&b, "  B%d: {Type: 'AWS::S3::Bucket', Properties: {Tags: {'Fn::ForEach::X': [X, [%s], {'${X}': [%s]}]}}}\n", i, list, body)
	}
	b.WriteString("  Trail: {Type: 'AWS::CloudTrail::Trail', Properties: {S3BucketName: acme, IsLogging: true}}\n")
	res, err := readOne(b.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res.Inventory.Resources {
		if r.Kind == graph.KindTrail {
			if why := r.Attrs.Bool("multi_region").Reason(); why != "more than can be worked out" {
				t.Errorf("multi_region is not known: %s", why)
			}
			return
		}
	}
	t.Error("there is no trail")
}
