package cloudformation_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

type object = map[string]any

// domain are the values that parameters of generated templates are given.
func domain() []string { return []string{"a", "b", "c"} }

const (
	parameters = 3
	conditions = 4
)

// conditionGen draws a condition over the parameters P0 to P2, and the conditions C0 to C(before-1).
func conditionGen(t *rapid.T, depth, before int) object {
	parameter := func() object {
		return object{"Ref": fmt.Sprintf("P%d", rapid.IntRange(0, parameters-1).Draw(t, "parameter"))}
	}
	kind := rapid.IntRange(0, 6).Draw(t, "condition")
	if depth == 0 {
		kind %= 3
	}
	switch kind {
	case 0:
		return object{"Fn::Equals": []any{parameter(), rapid.SampledFrom(domain()).Draw(t, "value")}}
	case 1:
		return object{"Fn::Equals": []any{rapid.SampledFrom(domain()).Draw(t, "value"), parameter()}}
	case 2:
		switch {
		case before > 0:
			return object{"Condition": fmt.Sprintf("C%d", rapid.IntRange(0, before-1).Draw(t, "named"))}
		default:
			return object{"Fn::Equals": []any{parameter(), parameter()}}
		}
	case 3:
		return object{"Fn::Not": []any{conditionGen(t, depth-1, before)}}
	case 4:
		return object{"Fn::And": []any{conditionGen(t, depth-1, before), conditionGen(t, depth-1, before)}}
	case 5:
		return object{"Fn::Or": []any{conditionGen(t, depth-1, before), conditionGen(t, depth-1, before), conditionGen(t, depth-1, before)}}
	}
	return object{"Fn::Equals": []any{object{"Fn::Join": []any{"-", []any{parameter(), parameter()}}}, "a-b"}}
}

// templateGen draws a template of trails, buckets, queues, topics and what ties them, that depend on conditions.
func templateGen(t *rapid.T) object {
	ps, cs, rs := object{}, object{}, object{}
	for i := range parameters {
		p := object{"Type": "String"}
		if rapid.Bool().Draw(t, "allowed") {
			p["AllowedValues"] = domain()[:2]
		}
		ps[fmt.Sprintf("P%d", i)] = p
	}
	for i := range conditions {
		cs[fmt.Sprintf("C%d", i)] = conditionGen(t, 2, i)
	}
	name := func() string { return fmt.Sprintf("C%d", rapid.IntRange(0, conditions-1).Draw(t, "if")) }
	var choice func(depth int, value func() any) any
	choice = func(depth int, value func() any) any {
		if depth == 0 || rapid.IntRange(0, 2).Draw(t, "choice") > 0 {
			return value()
		}
		return object{"Fn::If": []any{name(), choice(depth-1, value), choice(depth-1, value)}}
	}
	nothing := func() any { return object{"Ref": "AWS::NoValue"} }
	optional := func(value func() any) func() any {
		return func() any {
			if rapid.IntRange(0, 3).Draw(t, "nothing") == 0 {
				return nothing()
			}
			return value()
		}
	}
	attribute := func(kind, attribute string) func() any {
		return func() any {
			return object{"Fn::GetAtt": []any{fmt.Sprintf("%s%d", kind, rapid.IntRange(0, 1).Draw(t, kind)), attribute}}
		}
	}
	ref := func(kind string) func() any {
		return func() any { return object{"Ref": fmt.Sprintf("%s%d", kind, rapid.IntRange(0, 1).Draw(t, kind))} }
	}
	add := func(id, typ string, properties object) {
		r := object{"Type": typ, "Properties": properties}
		if rapid.IntRange(0, 2).Draw(t, "conditional") == 0 {
			r["Condition"] = name()
		}
		rs[id] = r
	}
	policy := func(principal string) func() any {
		return func() any {
			return object{"Statement": []any{
				object{"Effect": "Allow", "Principal": object{"Service": principal}, "Action": "*", "Resource": choice(1, func() any { return rapid.SampledFrom([]any{"*", "x"}).Draw(t, "resource") })},
				choice(1, optional(func() any { return object{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"} })),
			}}
		}
	}
	for i := range 2 {
		add(fmt.Sprintf("Queue%d", i), "AWS::SQS::Queue", object{"RedrivePolicy": choice(1, optional(func() any { return object{"deadLetterTargetArn": attribute("Queue", "Arn")(), "maxReceiveCount": 3} }))})
		add(fmt.Sprintf("Topic%d", i), "AWS::SNS::Topic", object{"DisplayName": "x"})
		add(fmt.Sprintf("Bucket%d", i), "AWS::S3::Bucket", object{
			"VersioningConfiguration": choice(2, optional(func() any {
				return object{"Status": choice(1, func() any { return rapid.SampledFrom([]any{"Enabled", "Suspended"}).Draw(t, "status") })}
			})),
			"NotificationConfiguration": choice(1, optional(func() any {
				return object{
					"QueueConfigurations": []any{
						object{"Event": "s3:ObjectCreated:*", "Queue": choice(1, attribute("Queue", "Arn"))},
						choice(1, optional(func() any { return object{"Event": "s3:ObjectRemoved:*", "Queue": attribute("Queue", "Arn")()} })),
					},
					"TopicConfigurations": choice(1, optional(func() any { return []any{object{"Event": "s3:ObjectCreated:*", "Topic": ref("Topic")()}} })),
				}
			})),
		})
		add(fmt.Sprintf("Trail%d", i), "AWS::CloudTrail::Trail", object{
			"IsLogging": choice(1, func() any { return rapid.Bool().Draw(t, "logging") }), "S3BucketName": choice(2, ref("Bucket")), "SnsTopicName": choice(2, optional(ref("Topic"))),
			"EnableLogFileValidation": choice(2, optional(func() any { return rapid.Bool().Draw(t, "validation") })),
		})
		add(fmt.Sprintf("Subscription%d", i), "AWS::SNS::Subscription", object{"TopicArn": choice(2, ref("Topic")), "Protocol": "sqs", "Endpoint": choice(2, attribute("Queue", "Arn"))})
		add(fmt.Sprintf("QueuePolicy%d", i), "AWS::SQS::QueuePolicy", object{"Queues": choice(1, func() any { return []any{ref("Queue")()} }), "PolicyDocument": choice(1, policy("sns.amazonaws.com"))})
		add(fmt.Sprintf("BucketPolicy%d", i), "AWS::S3::BucketPolicy", object{"Bucket": ref("Bucket")(), "PolicyDocument": policy("cloudtrail.amazonaws.com")()})
	}
	return object{"Parameters": ps, "Conditions": cs, "Resources": rs}
}

// assignments yields every assignment of allowed values to the parameters.
func assignments(tpl object, f func(map[string]string)) {
	declared, _ := tpl["Parameters"].(object)
	names := slices.Sorted(maps.Keys(declared))
	var walk func(given map[string]string, rest []string)
	walk = func(given map[string]string, rest []string) {
		if len(rest) == 0 {
			f(given)
			return
		}
		values := domain()
		if p, _ := declared[rest[0]].(object); p["AllowedValues"] != nil {
			values = values[:2]
		}
		for _, v := range values {
			given[rest[0]] = v
			walk(given, rest[1:])
		}
	}
	walk(map[string]string{}, names)
}

func graphOf(t interface{ Fatal(args ...any) }, src []byte, given map[string]string) *graph.Graph {
	files := fstest.MapFS{"t.json": &fstest.MapFile{Data: src}}
	res, err := cloudformation.Read(cloudformation.Options{Parameters: given, Deployments: []cloudformation.Deployment{{File: cloudformation.File{Files: files, Path: "t.json", Label: "t.json"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return graph.Link(res.Inventory)
}

func hopKey(e *graph.Edge) string { return fmt.Sprintf("%s %s -> %s", e.Kind.ID, e.From, e.To) }

// TestConditionsAreSound draws a template whose conditions depend on parameters, and reads it without their values and
// with each. What is read without them claims nothing that any of their values disproves: a hop that there is with some
// values is drawn without them, perhaps to something that is not known; one that is certain without them is there with
// all; and so for what is known of nodes.
func TestConditionsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tpl := templateGen(t)
		src, err := json.MarshalIndent(tpl, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		open := graphOf(t, src, nil)
		drawn, vague := map[string]bool{}, map[string]bool{} // hops, and those with an end that is not known, by kind and the other end
		certain := map[string]bool{}
		for e := range open.Hops() {
			from, to := open.Node(e.From), open.Node(e.To)
			drawn[hopKey(e)] = true
			if from.Unresolved {
				vague[e.Kind.ID+" to "+string(e.To)] = true
			}
			if to.Unresolved {
				vague[e.Kind.ID+" from "+string(e.From)] = true
			}
			if from.Unresolved && to.Unresolved {
				vague[e.Kind.ID] = true
			}
			if !e.Doubt && e.OneOf == "" && !from.Unresolved && !to.Unresolved {
				certain[hopKey(e)] = true
			}
		}
		assignments(tpl, func(given map[string]string) {
			concrete := graphOf(t, src, given)
			if !whole(concrete) {
				return // CloudFormation refuses it
			}
			has := map[string]bool{}
			for e := range concrete.Hops() {
				has[hopKey(e)] = true
				if e.Doubt {
					t.Errorf("with %v, %s is in doubt", given, hopKey(e))
				}
				if !drawn[hopKey(e)] && !vague[e.Kind.ID+" to "+string(e.To)] && !vague[e.Kind.ID+" from "+string(e.From)] && !vague[e.Kind.ID] {
					t.Errorf("with %v there is %s, which is not drawn without values\n%s", given, hopKey(e), src)
				}
			}
			for key := range certain {
				if !has[key] {
					t.Errorf("%s is drawn as certain without values, and is not there with %v\n%s", key, given, src)
				}
			}
			for n := range open.Nodes() {
				m := concrete.Node(n.ID)
				switch {
				case !n.Declared():
				case m == nil || !m.Declared():
					if n.Doubt == "" {
						t.Errorf("%s is declared for certain without values, and is not there with %v\n%s", n.ID, given, src)
					}
				default:
					agree(t, n, m, given, src)
				}
			}
			for n := range concrete.Nodes() {
				if n.Declared() && open.Node(n.ID) == nil {
					t.Errorf("with %v there is %s, which is not there without values\n%s", given, n.ID, src)
				}
			}
		})
	})
}

// whole says that nothing refers to a resource that is not there.
func whole(g *graph.Graph) bool {
	for n := range g.Nodes() {
		if n.Unresolved || n.External && n.Kind != graph.KindPrincipal {
			return false
		}
	}
	return true
}

// agree checks that what is known of a node without values is so with them. Notifications are checked as hops.
func agree(t *rapid.T, n, m *graph.Node, given map[string]string, src []byte) {
	for name, a := range n.Attrs.All() {
		if a.Value.State() == graph.Unknown {
			continue
		}
		b, _ := m.Attrs.Get(name)
		if known := datum(a.Value); strings.Contains(known, "${?}") || strings.Contains(known, "${one of") || strings.Contains(known, "unknown (") {
			continue
		}
		if b.Value.Reason() == graph.ReasonTwoWriters {
			continue // the linker holds what one declaration is certain to set against what another may set
		}
		if datum(a.Value) != datum(b.Value) {
			t.Errorf("%s.%s is %s without values, and %s with %v\n%s", n.ID, name, datum(a.Value), datum(b.Value), given, src)
		}
	}
}
