package cloudformation_test

import (
	"fmt"
	"strings"
	"testing"
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
