package analyzer

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/tamper"
)

// smallChain is a trail, its bucket with a queue behind it, the key and the role that they need, and
// resources that no events pass through.
func smallChain() *graph.Graph {
	return link(
		declare(graph.KindTrail, "trail", "s3_bucket", "archive", "kms_key", arn("key")),
		declare(graph.KindBucket, "archive", "notification.queues", []graph.Attrs{attrs("arn", arn("siem"))}),
		declare(graph.KindQueue, "siem"),
		declare(graph.KindMapping, "mapping", "source", arn("siem"), "function", arn("parse")),
		declare(graph.KindFunction, "parse", "role", arn("role")),
		declare(graph.KindKey, "key"),
		declare(graph.KindRoleIAM, "role", "managed", []graph.Text{arn("policy")},
			"inline", []graph.Attrs{attrs("policy", `{"Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:111122223333:key/spare"}]}`)}),
		declare(graph.KindManagedPolicy, "policy"),
		declare(graph.KindBucket, "website"),
		declare(graph.KindRoleIAM, "bystander"),
		declare(graph.KindKey, "spare"),
	)
}

func addresses(risks []Risk) []string {
	var out []string
	for _, r := range risks {
		for _, n := range r.Nodes {
			out = append(out, r.Service+":"+n.Node.Address)
		}
	}
	return out
}

func TestRisks(t *testing.T) {
	g := smallChain()
	want := []string{"cloudtrail:trail", "s3:archive", "sqs:siem", "lambda:mapping", "lambda:parse", "kms:key", "iam:policy", "iam:role"}
	if got := addresses(Risks(g, nil)); !slices.Equal(got, want) {
		t.Errorf("risks at %v, want %v", got, want)
	}
	if got := Services(g); !slices.Equal(got, []string{"cloudtrail", "s3", "sqs", "lambda", "kms", "iam"}) {
		t.Errorf("services: %v", got)
	}
	for _, r := range Risks(g, nil) {
		for _, n := range r.Nodes {
			if supports := r.Service == "kms" || r.Service == "iam"; n.Supports != supports {
				t.Errorf("%s: supports is %v", n.Node.Address, n.Supports)
			}
			if !slices.IsSortedFunc(n.Actions, func(a, b ActionRisk) int { return int(b.Action.Severity) - int(a.Action.Severity) }) {
				t.Errorf("%s: the worst does not come first", n.Node.Address)
			}
			for _, a := range n.Actions {
				if (a.Command == "") != (a.Action.NoCommand != "") {
					t.Errorf("%s: %s: command %q", n.Node.Address, a.Action.ID, a.Command)
				}
			}
		}
	}
}

func TestRisksCommand(t *testing.T) {
	risks := Risks(smallChain(), []string{"S3"})
	if len(risks) != 1 || len(risks[0].Nodes) != 1 {
		t.Fatalf("risks of s3: %v", addresses(risks))
	}
	for _, a := range risks[0].Nodes[0].Actions {
		if a.Action.Event == "PutBucketNotification" {
			if want := "aws s3api put-bucket-notification-configuration --bucket archive --notification-configuration '{}' --region us-east-1"; a.Command != want || a.Action.Severity != tamper.Critical {
				t.Errorf("%s: %s", a.Action.Severity, a.Command)
			}
			return
		}
	}
	t.Error("the notification of the bucket is not at risk")
}

func TestRisksOfServices(t *testing.T) {
	g := smallChain()
	for _, c := range []struct {
		names []string
		want  []string
	}{
		{[]string{"sqs"}, []string{"sqs:siem"}},
		{[]string{"KMS", "Sqs"}, []string{"sqs:siem", "kms:key"}},
		{[]string{"sns"}, nil},
		{[]string{"eventbridge"}, nil},
		{[]string{"nosuch"}, nil},
	} {
		if got := addresses(Risks(g, c.names)); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.names, got, c.want)
		}
	}
	for name, want := range map[string]bool{"sns": true, "EventBridge": true, "cfn": true, "nosuch": false, "": false} {
		if IsService(name) != want {
			t.Errorf("%q is a service: %v", name, !want)
		}
	}
}

// TestServiceTable holds that every node at which something can be done belongs to exactly one service.
func TestServiceTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range services {
		for _, name := range append([]string{s.name}, s.also...) {
			if seen[name] || name != strings.ToLower(name) {
				t.Errorf("service %s", name)
			}
			seen[name] = true
		}
	}
	for _, k := range graph.Kinds() {
		owners := 0
		for _, s := range services {
			if s.owns(k.Kind) {
				owners++
			}
		}
		if owners > 1 || owners == 0 && len(tamper.For(k.Kind)) > 0 {
			t.Errorf("nodes of kind %s belong to %d services", k.Kind, owners)
		}
	}
}

// TestRisksOfNothing holds that a graph without a chain has no risks, whatever it has besides.
func TestRisksOfNothing(t *testing.T) {
	if got := Risks(link(declare(graph.KindBucket, "website"), declare(graph.KindKey, "spare")), nil); len(got) != 0 {
		t.Errorf("risks at %v", addresses(got))
	}
}
