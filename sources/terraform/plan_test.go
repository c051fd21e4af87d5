package terraform

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
)

type m = map[string]any

// rc makes an element of resource_changes.
func rc(address string, actions []string, before, after any, more ...m) m {
	a, _ := parseAddress(address)
	mode := "managed"
	if a.data {
		mode = "data"
	}
	out := m{"address": address, "mode": mode, "type": a.typ, "name": a.name, "change": m{"actions": actions, "before": before, "after": after, "after_unknown": m{"arn": after != nil && before == nil}}}
	for _, x := range more {
		for k, v := range x {
			if k == "unknown" {
				out["change"].(m)["after_unknown"] = v
				continue
			}
			if k == "importing" {
				out["change"].(m)[k] = v
				continue
			}
			out[k] = v
		}
	}
	return out
}

// planOf reads a plan of sections.
func planOf(t *testing.T, sections m) *Plan {
	t.Helper()
	doc := m{"format_version": "1.2", "terraform_version": "1.11.4"}
	maps.Copy(doc, sections)
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadPlan(strings.NewReader(string(b)), Options{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func addresses(inv graph.Inventory) []string {
	var out []string
	for _, r := range inv.Resources {
		out = append(out, r.Address)
	}
	return out
}

func queue(name string) m {
	return m{"name": name, "arn": "arn:aws:sqs:us-east-1:111122223333:" + name, "url": "https://sqs.us-east-1.amazonaws.com/111122223333/" + name}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	p := planOf(t, m{
		"resource_changes": []m{
			rc("aws_sqs_queue.created", []string{"create"}, nil, m{"name": "created"}),
			rc("aws_sqs_queue.updated", []string{"update"}, queue("updated"), queue("updated")),
			rc("aws_sqs_queue.deleted", []string{"delete"}, queue("deleted"), nil),
			rc("aws_sqs_queue.replaced", []string{"delete", "create"}, queue("replaced"), m{"name": "replaced-2"}),
			rc("aws_sqs_queue.replaced_first", []string{"create", "delete"}, queue("first"), m{"name": "first-2"}),
			rc("aws_sqs_queue.kept", []string{"no-op"}, queue("kept"), queue("kept")),
			rc("aws_sqs_queue.new_address", []string{"no-op"}, queue("moved"), queue("moved"), m{"previous_address": "aws_sqs_queue.old_address"}),
			rc("aws_sqs_queue.imported", []string{"no-op"}, queue("imported"), queue("imported"), m{"importing": m{"id": "x"}}),
			rc("aws_sqs_queue.forgotten", []string{"forget"}, queue("forgotten"), nil),
			rc("aws_sqs_queue.kept", []string{"delete"}, queue("leftover"), nil, m{"deposed": "00000001"}),
			rc("aws_instance.web", []string{"create"}, nil, m{"ami": "x"}),
			rc("data.aws_sqs_queue.looked_up", []string{"read"}, nil, m{"name": "elsewhere"}),
		},
		"resource_drift": []m{rc("aws_sqs_queue.kept", []string{"update"}, queue("kept"), queue("kept"))},
		"prior_state": m{"values": m{"root_module": m{"resources": []m{
			{"address": "aws_sqs_queue.kept", "mode": "managed", "type": "aws_sqs_queue", "values": queue("kept")},
			{"address": "aws_sqs_queue.untargeted", "mode": "managed", "type": "aws_sqs_queue", "values": queue("untargeted")},
		}}}},
		"complete": false,
	})
	want := []string{
		"data.aws_sqs_queue.looked_up", "aws_sqs_queue.created", "aws_sqs_queue.forgotten", "aws_sqs_queue.imported", "aws_sqs_queue.kept", "aws_sqs_queue.new_address",
		"aws_sqs_queue.replaced", "aws_sqs_queue.replaced_first", "aws_sqs_queue.untargeted", "aws_sqs_queue.updated",
	}
	slices.Sort(want)
	if d := cmp.Diff(want, addresses(p.After)); d != "" {
		t.Errorf("after (-want +got):\n%s", d)
	}
	want = []string{
		"aws_sqs_queue.deleted", "aws_sqs_queue.forgotten", "aws_sqs_queue.imported", "aws_sqs_queue.kept", "aws_sqs_queue.new_address",
		"aws_sqs_queue.replaced", "aws_sqs_queue.replaced_first", "aws_sqs_queue.untargeted", "aws_sqs_queue.updated",
	}
	if d := cmp.Diff(want, addresses(p.Before)); d != "" {
		t.Errorf("before (-want +got):\n%s", d)
	}
	type short struct {
		address                 string
		action                  graph.Action
		first, imported, drifts bool
	}
	var got []short
	for _, c := range p.Changes {
		got = append(got, short{c.Address, c.Action, c.CreateFirst, c.Imported, c.Drift})
		if c.Address == "aws_sqs_queue.new_address" && c.Previous != "aws_sqs_queue.old_address" {
			t.Errorf("previous address %q", c.Previous)
		}
	}
	if d := cmp.Diff([]short{
		{address: "aws_sqs_queue.created", action: graph.ActionCreate},
		{address: "aws_sqs_queue.deleted", action: graph.ActionDelete},
		{address: "aws_sqs_queue.forgotten", action: graph.ActionForget},
		{address: "aws_sqs_queue.imported", action: graph.ActionNoOp, imported: true},
		{address: "aws_sqs_queue.kept", action: graph.ActionNoOp},
		{address: "aws_sqs_queue.kept", action: graph.ActionUpdate, drifts: true},
		{address: "aws_sqs_queue.new_address", action: graph.ActionNoOp},
		{address: "aws_sqs_queue.replaced", action: graph.ActionReplace},
		{address: "aws_sqs_queue.replaced_first", action: graph.ActionReplace, first: true},
		{address: "aws_sqs_queue.updated", action: graph.ActionUpdate},
	}, got, cmp.AllowUnexported(short{})); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	if p.Ignored != 1 || len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "not complete") {
		t.Errorf("ignored %d, notes %q", p.Ignored, p.Notes)
	}
	for _, r := range p.After.Resources {
		if r.Address == "aws_sqs_queue.replaced" && literalOf(r.Name) != "replaced-2" {
			t.Errorf("the replacement is called %s", r.Name)
		}
		if r.Lookup != strings.HasPrefix(r.Address, "data.") {
			t.Errorf("%s: lookup %t", r.Address, r.Lookup)
		}
	}
}

func literalOf(v graph.Value[graph.Text]) string { return v.Or(graph.Text{}).String() }

// TestHomes tells account and region of resources from what a plan says of their providers.
func TestHomes(t *testing.T) {
	t.Parallel()
	provider := func(alias, module string, expressions m) m {
		return m{"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "alias": alias, "module_address": module, "expressions": expressions}
	}
	constant := func(v any) m { return m{"constant_value": v} }
	refers := func(refs ...string) m { return m{"references": refs} }
	resource := func(address, key string) m {
		a, _ := parseAddress(address)
		mode := "managed"
		if a.data {
			mode = "data"
		}
		return m{"address": address, "mode": mode, "type": a.typ, "name": a.name, "provider_config_key": key, "expressions": m{}}
	}
	teller := func(address, typ string, values m) m {
		return m{"address": address, "mode": "data", "type": typ, "values": values}
	}
	p := planOf(t, m{
		"variables": m{"region": m{"value": "eu-central-1"}, "secret_region": m{"value": "eu-west-3"}},
		"resource_changes": []m{
			rc("aws_sqs_queue.default", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sqs_queue.dr", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sqs_queue.archive", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sqs_queue.told", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sqs_queue.profile", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sqs_queue.secret", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sqs_queue.existing", []string{"create"}, nil, m{"name": "q"}),
			rc("aws_sns_topic.existing", []string{"no-op"}, m{"name": "t", "arn": "arn:aws-cn:sns:cn-north-1:555566667777:t"}, m{"name": "t", "arn": "arn:aws-cn:sns:cn-north-1:555566667777:t"}),
			rc(`module.team["a.b"].aws_sqs_queue.inner`, []string{"create"}, nil, m{"name": "inner"}),
			rc("aws_iam_role.global", []string{"create"}, nil, m{"name": "r"}),
		},
		"prior_state": m{"values": m{"root_module": m{"resources": []m{
			teller("data.aws_caller_identity.default", "aws_caller_identity", m{"account_id": "111122223333"}),
			teller("data.aws_caller_identity.told", "aws_caller_identity", m{"account_id": "222233334444"}),
			teller("data.aws_region.told", "aws_region", m{"name": "us-gov-west-1"}),
			teller("data.aws_partition.told", "aws_partition", m{"partition": "aws-us-gov"}),
		}}}},
		"configuration": m{
			"provider_config": m{
				"aws":                 provider("", "", m{"region": refers("var.region")}),
				"aws.dr":              provider("dr", "", m{"region": constant("us-west-2")}),
				"aws.archive":         provider("archive", "", m{"region": constant("eu-west-1"), "assume_role": []m{{"role_arn": constant("arn:aws:iam::999988887777:role/tf")}}}),
				"aws.told":            provider("told", "", m{"profile": constant("gov")}),
				"aws.profile":         provider("profile", "", m{"profile": constant("x"), "region": refers("local.region")}),
				"aws.secret":          provider("secret", "", m{"region": refers("var.secret_region")}),
				"aws.existing":        provider("existing", "", m{"profile": constant("cn")}),
				"module.team:aws.sub": provider("sub", "module.team", m{"region": refers("var.where"), "assume_role": []m{{"role_arn": refers("var.role")}}}),
			},
			"root_module": m{
				"variables": m{"region": m{"default": "us-east-1"}, "secret_region": m{"sensitive": true}},
				"resources": []m{
					resource("aws_sqs_queue.default", "aws"), resource("aws_sqs_queue.dr", "aws.dr"), resource("aws_sqs_queue.archive", "aws.archive"), resource("aws_sqs_queue.told", "aws.told"),
					resource("aws_sqs_queue.profile", "aws.profile"), resource("aws_sqs_queue.secret", "aws.secret"), resource("aws_sqs_queue.existing", "aws.existing"), resource("aws_sns_topic.existing", "aws.existing"),
					resource("aws_iam_role.global", "aws"), resource("data.aws_caller_identity.default", "aws"), resource("data.aws_caller_identity.told", "aws.told"),
					resource("data.aws_region.told", "aws.told"), resource("data.aws_partition.told", "aws.told"),
				},
				"module_calls": m{"team": m{
					"for_each_expression": m{"references": []string{"local.teams"}},
					"expressions":         m{"where": constant("ap-south-1")},
					"module": m{
						"variables": m{"where": m{}, "role": m{"default": "arn:aws:iam::333344445555:role/team"}},
						"resources": []m{resource("aws_sqs_queue.inner", "module.team:aws.sub")},
					},
				}},
			},
		},
	})
	got := map[string]string{}
	for _, r := range p.After.Resources {
		got[r.Address] = r.Account.Or("?") + " " + r.Region.Or("?") + " " + r.Partition.Or("?")
	}
	want := map[string]string{
		"aws_sqs_queue.default":                  "111122223333 eu-central-1 aws",
		"aws_sqs_queue.dr":                       "111122223333 us-west-2 aws", // the same credentials as the default provider
		"aws_sqs_queue.archive":                  "999988887777 eu-west-1 aws",
		"aws_sqs_queue.told":                     "222233334444 us-gov-west-1 aws-us-gov",
		"aws_sqs_queue.profile":                  "? ? ?",
		"aws_sqs_queue.secret":                   "111122223333 ? ?",
		"aws_sqs_queue.existing":                 "555566667777 cn-north-1 aws-cn",
		"aws_sns_topic.existing":                 "555566667777 cn-north-1 aws-cn",
		`module.team["a.b"].aws_sqs_queue.inner`: "333344445555 ap-south-1 aws",
		"aws_iam_role.global":                    "111122223333 ? aws",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("homes (-want +got):\n%s", d)
	}
}

// TestOptionsFillIn uses what the command line says where the input says nothing.
func TestOptionsFillIn(t *testing.T) {
	t.Parallel()
	in := `{"format_version":"1.0","values":{"root_module":{"resources":[
		{"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","values":{"bucket":"b","arn":"arn:aws:s3:::b","region":"eu-west-1"}},
		{"address":"aws_sqs_queue.q","mode":"managed","type":"aws_sqs_queue","values":{"name":"q","arn":"arn:aws:sqs:us-east-1:111122223333:q"}}]}}}`
	s, err := ReadState(strings.NewReader(in), Options{Name: "x", Account: "999988887777", Region: "us-west-1", Scope: "net"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Inventory.Resources {
		want := map[string]string{"aws_s3_bucket.b": "999988887777 eu-west-1", "aws_sqs_queue.q": "111122223333 us-east-1"}[r.Address]
		if got := r.Account.Or("?") + " " + r.Region.Or("?"); got != want || r.Scope != "net" {
			t.Errorf("%s: %s in %q, want %s", r.Address, got, r.Scope, want)
		}
	}
}

// TestRawState reads what only a raw state has: several instances of a resource, deposed ones, paths of
// sensitive values, aliases of providers.
func TestRawState(t *testing.T) {
	t.Parallel()
	in := `{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"x","outputs":{},"resources":[
	{"module":"module.a[\"x.y\"].module.b","mode":"managed","type":"aws_sns_topic","name":"t","provider":"module.a.provider[\"registry.opentofu.org/hashicorp/aws\"].eu","instances":[
		{"index_key":"k \"q\"","schema_version":0,"attributes":{"name":"one","arn":"arn:aws:sns:eu-west-1:111122223333:one","policy":"{}"},"sensitive_attributes":[[{"type":"get_attr","value":"policy"}]]},
		{"index_key":7,"attributes":{"name":"two"},"sensitive_attributes":[]},
		{"index_key":7,"deposed":"abcd","attributes":{"name":"old"}}]},
	{"mode":"managed","type":"aws_cloudwatch_event_bus","name":"b","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[
		{"attributes":{"name":"bus","dead_letter_config":[{"arn":"arn:aws:sqs:us-east-1:111122223333:secret"}]},"sensitive_attributes":[[{"type":"get_attr","value":"dead_letter_config"},{"type":"index","value":{"value":0,"type":"number"}},{"type":"get_attr","value":"arn"}]]}]},
	{"mode":"managed","type":"aws_instance","name":"w","instances":[{"attributes":{}},{"attributes":{}}]},
	{"mode":"data","type":"aws_caller_identity","name":"me","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":{"account_id":"999988887777"}}]}]}`
	s, err := ReadState(strings.NewReader(in), Options{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Kind != KindRawState || s.Version != "1.11.4" || s.Ignored != 2 {
		t.Errorf("info %+v", s.Info)
	}
	got := map[string]string{}
	for _, r := range s.Inventory.Resources {
		got[r.Address] = r.Provider + " " + literalOf(r.Name) + " " + r.Account.Or("?") + " " + r.Region.Or("?")
	}
	want := map[string]string{
		`module.a["x.y"].module.b.aws_sns_topic.t["k \"q\""]`: "aws.eu one 111122223333 eu-west-1",
		`module.a["x.y"].module.b.aws_sns_topic.t[7]`:         "aws.eu two 111122223333 eu-west-1",
		"aws_cloudwatch_event_bus.b":                          "aws bus 999988887777 ?",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("resources (-want +got):\n%s", d)
	}
	for _, r := range s.Inventory.Resources {
		switch r.Address {
		case `module.a["x.y"].module.b.aws_sns_topic.t["k \"q\""]`:
			if !r.Attrs.Text("policy").Sensitive() {
				t.Error("the policy is not marked sensitive")
			}
		case "aws_cloudwatch_event_bus.b":
			if !r.Attrs.Text("dlq").Sensitive() {
				t.Error("the dead-letter queue is not marked sensitive")
			}
		}
	}
}

// TestManyInstances names no candidates where there are too many: each of 2,000 policies may be of any of
// 2,000 queues.
func TestManyInstances(t *testing.T) {
	t.Parallel()
	const n = 2000
	var changes []m
	for i := range n {
		key := strconv.Itoa(i)
		changes = append(changes,
			rc(`aws_sqs_queue.q["`+key+`"]`, []string{"create"}, nil, m{"name": "q" + key}),
			rc(`aws_sqs_queue_policy.q["`+key+`"]`, []string{"create"}, nil, m{}, m{"unknown": m{"policy": true, "queue_url": true}}))
	}
	refers := func(refs ...string) m { return m{"references": refs} }
	p := planOf(t, m{
		"resource_changes": changes,
		"configuration": m{"root_module": m{"resources": []m{
			{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "expressions": m{"name": refers("each.key")}, "for_each_expression": refers("local.queues")},
			{"address": "aws_sqs_queue_policy.q", "mode": "managed", "type": "aws_sqs_queue_policy", "name": "q", "for_each_expression": refers("local.queues"), "expressions": m{
				"policy": refers("aws_sqs_queue.q", "each.key"), "queue_url": refers("aws_sqs_queue.q", "each.key"),
			}},
		}}},
	})
	for _, r := range p.After.Resources {
		if r.Type != "aws_sqs_queue_policy" {
			continue
		}
		for _, v := range []graph.Value[graph.Text]{r.Of, r.Attrs.Text("policy")} {
			if text := v.Or(graph.Text{}); text.Reason() != reasonMany || len(text.Refs()) != 0 {
				t.Fatalf("%s: %s, %d candidates, %q", r.Address, v, len(text.Refs()), text.Reason())
			}
		}
	}
	g := graph.Link(p.After)
	for n := range g.OfKind(graph.KindQueue) {
		if n.Declared() && n.Attrs.Text("policy").State() != graph.Unknown {
			t.Fatalf("the policy of %s is %s", n.ID, n.Attrs.Text("policy"))
		}
	}
}

// TestRemoved declares what a deleted fragment no longer sets, and what drifted as the state recorded it.
func TestRemoved(t *testing.T) {
	t.Parallel()
	policy := m{"queue_url": "https://sqs.us-east-1.amazonaws.com/111122223333/kept", "policy": `{"Statement":[]}`}
	p := planOf(t, m{
		"resource_changes": []m{
			rc("aws_sqs_queue.kept", []string{"no-op"}, queue("kept"), queue("kept")),
			rc("aws_sqs_queue.gone", []string{"delete"}, queue("gone"), nil),
			rc("aws_sqs_queue_policy.kept", []string{"delete"}, policy, nil),
		},
		"resource_drift": []m{rc("aws_sqs_queue.lost", []string{"delete"}, queue("lost"), nil), rc("aws_sqs_queue.kept", []string{"update"}, queue("recorded"), queue("kept"))},
	})
	if d := cmp.Diff([]string{"aws_sqs_queue.kept", "aws_sqs_queue_policy.kept"}, addresses(p.After)); d != "" {
		t.Errorf("after (-want +got):\n%s", d)
	}
	for _, r := range p.After.Resources {
		if r.Address == "aws_sqs_queue_policy.kept" && (!r.Removed || r.Attrs.Text("policy").State() != graph.Absent || literalOf(r.Of) != "https://sqs.us-east-1.amazonaws.com/111122223333/kept") {
			t.Errorf("the policy that is deleted: removed %t, %s of %s", r.Removed, r.Attrs.Text("policy"), r.Of)
		}
	}
	if p.Recorded == nil {
		t.Fatal("the drift is not there")
	}
	names := map[string]string{}
	for _, r := range p.Recorded.Resources {
		names[r.Address] = literalOf(r.Name)
	}
	if d := cmp.Diff(map[string]string{"aws_sqs_queue.kept": "recorded", "aws_sqs_queue.lost": "lost", "aws_sqs_queue.gone": "gone", "aws_sqs_queue_policy.kept": ""}, names); d != "" {
		t.Errorf("recorded (-want +got):\n%s", d)
	}
}

// TestSecretsElsewhere hides what is made of a value that is marked sensitive in one place only.
func TestSecretsElsewhere(t *testing.T) {
	t.Parallel()
	const secret = "canary-secret-bucket"
	p := planOf(t, m{
		"variables": m{"topic": m{"value": "canary-secret-topic"}},
		"resource_changes": []m{
			{
				"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "change": m{
					"actions": []string{"no-op"}, "before": nil, "after": m{"bucket": secret, "arn": "arn:aws:s3:::" + secret}, "after_unknown": m{}, "after_sensitive": m{"bucket": true},
				},
			},
			rc("aws_cloudtrail.t", []string{"create"}, nil, m{"name": "t", "s3_bucket_name": secret, "sns_topic_name": "canary-secret-topic", "s3_key_prefix": "plain"}),
			rc("aws_sqs_queue_policy.q", []string{"create"}, nil, m{"queue_url": "q", "policy": `{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"k":"` + secret + `"}}}}`}),
			rc("aws_sns_topic_policy.t", []string{"create"}, nil, m{"arn": "t", "policy": `{"Statement":{"Effect":"Allow","Principal":"*","Action":"sns:*","Resource":"arn:aws:s3:::` + secret + `"}}`}),
		},
		"configuration": m{"root_module": m{"variables": m{"topic": m{"sensitive": true}}}},
	})
	hidden := map[string]bool{}
	for _, r := range p.After.Resources {
		hidden[r.Address+" name"], hidden[r.Address+" arn"] = r.Name.Sensitive(), r.ARN.Sensitive()
		for name, a := range r.Attrs {
			hidden[r.Address+" "+name] = a.Value.Sensitive()
		}
	}
	for key, want := range map[string]bool{
		"aws_s3_bucket.b name": true, "aws_s3_bucket.b arn": true, "aws_cloudtrail.t s3_bucket": true, "aws_cloudtrail.t sns_topic": true,
		"aws_cloudtrail.t s3_key_prefix": false, "aws_cloudtrail.t name": false, "aws_sqs_queue_policy.q policy": false, "aws_sns_topic_policy.t policy": true,
	} {
		if hidden[key] != want {
			t.Errorf("%s: hidden %t, want %t", key, hidden[key], want)
		}
	}
}

// A plan that does not say all that would change is noted once, with the reason that it gives, wherever it says so.
func TestIncompletePlanIsNotedOnce(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"errored":false,"complete":true`:  "",
		`"errored":false,"complete":false`: "the plan is not complete",
		`"errored":true,"complete":false`:  "the plan ended with an error",
		`"complete":false,"errored":true`:  "the plan ended with an error",
		`"errored":true`:                   "the plan ended with an error",
	} {
		p, err := ReadPlan(strings.NewReader(`{"format_version":"1.2","terraform_version":"1.11.4",`+members+`,"planned_values":{},"resource_changes":[]}`), Options{Name: "plan.json"})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(p.Notes) > 0 {
			got, _, _ = strings.Cut(p.Notes[0], ":")
		}
		if len(p.Notes) > 1 || got != want {
			t.Errorf("%s: notes %q, want one that begins with %q", members, p.Notes, want)
		}
	}
}
