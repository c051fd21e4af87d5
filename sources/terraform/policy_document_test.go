package terraform

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// TestPolicyDocuments renders deferred documents. The policy of the queue is always that of data…doc.
func TestPolicyDocuments(t *testing.T) {
	t.Parallel()
	statement := func(sid string, more m) m {
		s := m{
			"sid": sid, "effect": nil, "actions": []any{"sqs:SendMessage"}, "not_actions": nil, "resources": []any{nil}, "not_resources": nil,
			"principals": []any{m{"type": "Service", "identifiers": []any{"s3.amazonaws.com"}}}, "not_principals": []any{}, "condition": []any{},
		}
		maps.Copy(s, more)
		return s
	}
	refers := func(refs ...string) m { return m{"references": refs} }
	doc := func(name string, after, unknown m) m {
		unknown["json"] = true
		return rc("data.aws_iam_policy_document."+name, []string{"read"}, nil, after, m{"unknown": unknown})
	}
	config := func(name string, expressions m) m {
		return m{"address": "data.aws_iam_policy_document." + name, "mode": "data", "type": "aws_iam_policy_document", "name": name, "provider_config_key": "aws", "expressions": expressions}
	}
	own := m{"statement": []any{m{"resources": []any{true}}}}
	written := m{"statement": []m{{"sid": m{"constant_value": "own"}, "resources": refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q")}}}
	const hole = `"${?}"`
	send := func(sid string) string {
		return `{"Effect":"Allow","Sid":"` + sid + `","Principal":{"Service":["s3.amazonaws.com"]},"Action":["sqs:SendMessage"],"Resource":[` + hole + `]}`
	}
	all := func(statements string) string { return `{"Version":"2012-10-17","Statement":[` + statements + `]}` }
	for _, c := range []struct {
		name    string
		changes []m
		prior   []m
		config  []m
		want    string // empty: not readable
	}{
		{
			"own statement", []m{doc("doc", m{"statement": []any{statement("own", nil)}}, own)}, nil, []m{config("doc", written)}, all(send("own")),
		},
		{
			"deny, not-elements and conditions",
			[]m{doc("doc", m{"statement": []any{statement("", m{
				"effect": "Deny", "actions": nil, "not_actions": []any{"sqs:Get*"}, "principals": []any{m{"type": "*", "identifiers": []any{"*"}}},
				"condition": []any{m{"test": "ArnNotLike", "variable": "aws:SourceArn", "values": []any{nil}}, m{"test": "Bool", "variable": "aws:SecureTransport", "values": []any{"false"}}},
			})}}, m{"statement": []any{m{"resources": []any{true}, "condition": []any{m{"values": []any{true}}, m{"values": []any{false}}}}}})},
			nil,
			[]m{config("doc", written)},
			all(`{"Effect":"Deny","Principal":"*","NotAction":["sqs:Get*"],"Resource":[` + hole + `],"Condition":{"ArnNotLike":{"aws:SourceArn":[` + hole + `]},"Bool":{"aws:SecureTransport":["false"]}}}`),
		},
		{
			"sources in order, then its own, which replaces by sid",
			[]m{
				doc("doc", m{"source_policy_documents": []any{nil, nil}, "statement": []any{statement("b", m{"effect": "Deny"})}}, m{"source_policy_documents": []any{true, true}, "statement": []any{m{"resources": []any{true}}}}),
				doc("one", m{"statement": []any{statement("a", nil)}}, m{"statement": []any{m{"resources": []any{true}}}}),
				doc("two", m{"statement": []any{statement("b", nil), statement("c", nil)}}, m{"statement": []any{m{"resources": []any{true}}, m{"resources": []any{true}}}}),
			},
			nil,
			[]m{
				config("doc", m{"source_policy_documents": refers("data.aws_iam_policy_document.one.json", "data.aws_iam_policy_document.one", "data.aws_iam_policy_document.two.json", "data.aws_iam_policy_document.two")}),
				config("one", m{}), config("two", m{}),
			},
			all(send("a") + `,` + `{"Effect":"Deny","Sid":"b","Principal":{"Service":["s3.amazonaws.com"]},"Action":["sqs:SendMessage"],"Resource":[` + hole + `]}` + `,` + send("c")),
		},
		{
			"override replaces by sid and adds",
			[]m{
				doc("doc", m{"override_policy_documents": []any{`{"Statement":{"Sid":"own","Effect":"Deny","Action":"sqs:*","Resource":"*"}}`, nil}, "statement": []any{statement("own", nil)}}, m{"override_policy_documents": []any{false, true}, "statement": []any{m{"resources": []any{true}}}}),
				doc("more", m{"statement": []any{statement("more", nil)}}, m{"statement": []any{m{"resources": []any{true}}}}),
			},
			nil,
			[]m{config("doc", m{"override_policy_documents": refers("local.base", "data.aws_iam_policy_document.more.json", "data.aws_iam_policy_document.more")}), config("more", m{})},
			"", // a local may be any of the two
		},
		{
			"override by reference",
			[]m{
				doc("doc", m{"override_policy_documents": []any{`{"Statement":{"Sid":"own","Effect":"Deny","Action":"sqs:*","Resource":"*"}}`, nil}, "statement": []any{statement("own", nil)}}, m{"override_policy_documents": []any{false, true}, "statement": []any{m{"resources": []any{true}}}}),
				doc("more", m{"statement": []any{statement("more", nil)}}, m{"statement": []any{m{"resources": []any{true}}}}),
			},
			nil,
			[]m{config("doc", m{"override_policy_documents": refers("data.aws_iam_policy_document.more.json", "data.aws_iam_policy_document.more")}), config("more", m{})},
			all(`{"Effect":"Deny","Sid":"own","Action":["sqs:*"],"Resource":["*"]},` + send("more")),
		},
		{
			"a source that was read before is known",
			[]m{doc("doc", m{"source_policy_documents": []any{`{"Statement":[{"Sid":"read","Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`, nil}, "statement": nil}, m{"source_policy_documents": []any{false, true}}), doc("one", m{"statement": []any{statement("a", nil)}}, m{"statement": []any{m{"resources": []any{true}}}})},
			[]m{{"address": "data.aws_iam_policy_document.read", "mode": "data", "type": "aws_iam_policy_document", "values": m{"json": `{"Statement":[{"Sid":"read","Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`}}},
			[]m{
				config("doc", m{"source_policy_documents": refers("data.aws_iam_policy_document.read.json", "data.aws_iam_policy_document.read", "data.aws_iam_policy_document.one.json", "data.aws_iam_policy_document.one")}),
				config("one", m{}), config("read", m{}),
			},
			all(`{"Effect":"Allow","Sid":"read","Action":["sqs:*"],"Resource":["*"]},` + send("a")),
		},
		{
			"documents that merge each other",
			[]m{
				doc("doc", m{"source_policy_documents": []any{nil}, "statement": nil}, m{"source_policy_documents": []any{true}}),
				doc("one", m{"source_policy_documents": []any{nil}, "statement": nil}, m{"source_policy_documents": []any{true}}),
			},
			nil,
			[]m{config("doc", m{"source_policy_documents": refers("data.aws_iam_policy_document.one.json")}), config("one", m{"source_policy_documents": refers("data.aws_iam_policy_document.doc.json")})},
			"",
		},
		{"all statements unknown", []m{doc("doc", m{}, m{"statement": true})}, nil, []m{config("doc", m{})}, ""},
		{"effect unknown", []m{doc("doc", m{"statement": []any{statement("own", nil)}}, m{"statement": []any{m{"effect": true}}})}, nil, []m{config("doc", m{})}, ""},
		{"principals unknown", []m{doc("doc", m{"statement": []any{statement("own", nil)}}, m{"statement": []any{m{"principals": true}}})}, nil, []m{config("doc", m{})}, ""},
		{"conditions unknown", []m{doc("doc", m{"statement": []any{statement("own", nil)}}, m{"statement": []any{m{"condition": true}}})}, nil, []m{config("doc", m{})}, ""},
		{"not there", nil, nil, nil, ""},
	} {
		p := planOf(t, m{
			"resource_changes": append([]m{
				rc("aws_sqs_queue.q", []string{"create"}, nil, m{"name": "q"}, m{"unknown": m{"arn": true, "policy": true}}),
				rc("aws_sqs_queue_policy.q", []string{"create"}, nil, m{}, m{"unknown": m{"policy": true, "queue_url": true}}),
			}, c.changes...),
			"prior_state": m{"values": m{"root_module": m{"resources": c.prior}}},
			"configuration": m{"root_module": m{"resources": append([]m{
				{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "expressions": m{"name": m{"constant_value": "q"}}},
				{"address": "aws_sqs_queue_policy.q", "mode": "managed", "type": "aws_sqs_queue_policy", "name": "q", "expressions": m{
					"policy": refers("data.aws_iam_policy_document.doc.json", "data.aws_iam_policy_document.doc"), "queue_url": refers("aws_sqs_queue.q.id", "aws_sqs_queue.q"),
				}},
			}, c.config...)}},
		})
		for _, r := range p.After.Resources {
			if r.Address == "aws_sqs_queue.q" && r.Attrs.Text("policy").State() != graph.Absent {
				t.Errorf("%s: the in-line policy that nobody set is %s", c.name, r.Attrs.Text("policy"))
			}
			if r.Address != "aws_sqs_queue_policy.q" {
				continue
			}
			text := r.Attrs.Text("policy").Or(graph.Text{})
			_, err := graph.ParsePolicy(text)
			if c.want == "" {
				if err == nil || len(text.Refs()) == 0 && c.name != "not there" {
					t.Errorf("%s: reads as %s", c.name, text)
				}
				continue
			}
			if d := cmp.Diff(c.want, text.String()); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, d)
			}
			for _, ref := range text.Refs() {
				if ref.Address != "aws_sqs_queue.q" {
					t.Errorf("%s: refers to %s", c.name, ref)
				}
			}
		}
	}
}
