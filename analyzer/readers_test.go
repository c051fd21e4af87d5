package analyzer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// statementOn is a policy that allows actions on the ARN of a declared resource.
func statementOn(address, actions string) graph.Text {
	return graph.Join(graph.Literal(`{"Statement":{"Effect":"Allow","Action":`+actions+`,"Resource":"`), arn(address), graph.Literal(`"}}`))
}

// conditionally gives the statement of a policy a condition.
func conditionally(policy graph.Text) graph.Text {
	parts := []graph.Text{graph.Literal(`{"Statement":{"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}},`)}
	for i, p := range policy.Parts() {
		if i == 0 {
			p.Literal = strings.TrimPrefix(p.Literal, `{"Statement":{`)
		}
		parts = append(parts, graph.TextOf(p))
	}
	return graph.Join(parts...)
}

// TestReadersOfEveryone tells a policy for everyone from one for whoever meets a condition.
func TestReadersOfEveryone(t *testing.T) {
	t.Parallel()
	const statement = `{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}`
	const conditional = `{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}`
	for statements, want := range map[string]bool{statement: false, conditional: true, conditional + "," + statement: false, statement + "," + conditional: false} {
		got := readers(link(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("open"))}), declare(graph.KindQueue, "open", "policy", `{"Statement":[`+statements+`]}`)))
		if d := cmp.Diff([]Reader{{"open", "iam.principal/*", "sqs:ReceiveMessage", "open", want}}, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", statements, d)
		}
	}
}

func TestReaders(t *testing.T) {
	t.Parallel()
	role := func(address string) graph.Resource {
		r := declare(graph.KindRoleIAM, address)
		r.ARN = graph.KnownOf(graph.Literal("arn:aws:iam::111122223333:role/" + address))
		return r
	}
	inline := func(address, role string, policy graph.Text) graph.Resource {
		return declare("iam.inline_policy", address, "role", graph.Reference(graph.Ref{Address: role, Attr: "name"}), "policy", policy)
	}
	const open = `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root","arn:aws:iam::111122223333:role/siem","999988887777"],"Service":"s3.amazonaws.com"},"Action":"SQS:*","Resource":"*"},
		{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"},{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`
	for name, c := range map[string]struct {
		more []graph.Resource
		want []Reader
	}{
		"nobody": {},
		"inline policy of a role": {
			more: []graph.Resource{role("siem"), inline("siem-policy", "siem", statementOn("queue", `["sqs:DeleteMessage","sqs:Receive*"]`))},
			want: []Reader{{"queue", "siem", "sqs:ReceiveMessage", "siem-policy", false}},
		},
		"managed policy": {
			more: []graph.Resource{role("siem"), declare(graph.KindManagedPolicy, "p", "policy", statementOn("logs", `"s3:*"`)), declare("iam.attachment", "a", "roles", []graph.Text{graph.Reference(graph.Ref{Address: "siem", Attr: "name"})}, "policy", arn("p"))},
			want: []Reader{{"logs", "siem", "s3:GetObject", "p", false}},
		},
		"another action": {more: []graph.Resource{role("siem"), inline("siem-policy", "siem", statementOn("queue", `"sqs:SendMessage"`))}},
		"the function's own role": {
			more: []graph.Resource{
				role("worker"), inline("worker-policy", "worker", statementOn("queue", `"sqs:*"`)), declare(graph.KindFunction, "function", "role", arn("worker")),
				declare(graph.KindMapping, "mapping", "source", arn("queue"), "function", arn("function")),
			},
		},
		"the queue's own policy": {
			more: []graph.Resource{role("siem"), declare(graph.KindQueue, "other"), declare(graph.KindBucket, "bucket")},
			want: []Reader{{"open", "iam.principal/444455556666", "sqs:ReceiveMessage", "open", false}, {"open", "iam.principal/999988887777", "sqs:ReceiveMessage", "open", false}, {"open", "siem", "sqs:ReceiveMessage", "open", false}},
		},
		"on a condition": {
			more: []graph.Resource{role("siem"), inline("siem-policy", "siem", conditionally(statementOn("queue", `"sqs:*"`)))},
			want: []Reader{{"queue", "siem", "sqs:ReceiveMessage", "siem-policy", true}},
		},
		"on a condition, and without one": {
			more: []graph.Resource{role("siem"), inline("a", "siem", conditionally(statementOn("queue", `"sqs:*"`))), inline("b", "siem", statementOn("queue", `"sqs:*"`))},
			want: []Reader{{"queue", "siem", "sqs:ReceiveMessage", "b", false}},
		},
		"a queue on no chain": {more: []graph.Resource{role("siem"), declare(graph.KindQueue, "other"), inline("siem-policy", "siem", statementOn("other", `"sqs:*"`))}},
	} {
		queues := []graph.Attrs{attrs("arn", arn("queue"))}
		if len(c.want) == 3 {
			queues = append(queues, attrs("arn", arn("open")))
			c.more = append(c.more, declare(graph.KindQueue, "open", "policy", open))
		}
		all := append([]graph.Resource{trail(), declare(graph.KindBucket, "logs", "notification.queues", queues), declare(graph.KindQueue, "queue")}, c.more...)
		if d := cmp.Diff(c.want, readers(link(all...))); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
