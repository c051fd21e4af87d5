package render

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

func risksOf(resources []graph.Resource, services ...string) []analyzer.Risk {
	return analyzer.Risks(graph.Link(graph.Inventory{Resources: resources}), services)
}

func risksText(t *testing.T, risks []analyzer.Risk, opts Options) string {
	t.Helper()
	var b strings.Builder
	if err := RisksText(&b, risks, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func risksJSON(t *testing.T, risks []analyzer.Risk) string {
	t.Helper()
	var b strings.Builder
	if err := RisksJSON(&b, risks); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRisksGolden(t *testing.T) {
	small := archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...)
	for name, got := range map[string]string{
		"risks-severed.txt":    risksText(t, risksOf(small), Options{}),
		"risks-severed.json":   risksJSON(t, risksOf(small, "sqs", "lambda")),
		"risks-acme-queue.txt": risksText(t, risksOf(acme(), "sqs", "sns"), Options{Width: 80}),
		"risks-acme-color.txt": risksText(t, risksOf(acme(), "iam"), Options{Color: true}),
		"risks-empty.txt":      risksText(t, nil, Options{}),
		"risks-empty.json":     risksJSON(t, nil),
	} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (make it with go test ./render -update)", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s differs (-want +got); go test ./render -update writes it anew:\n%s", path, diff)
		}
	}
}

// TestRisksDeterminism renders the risks of the same declarations, in another order, to the same bytes.
func TestRisksDeterminism(t *testing.T) {
	backwards := acme()
	slices.Reverse(backwards)
	one, two := risksOf(acme()), risksOf(backwards)
	if a, b := risksText(t, one, Options{}), risksText(t, two, Options{}); a != b {
		t.Errorf("the text differs:\n%s", cmp.Diff(a, b))
	}
	if a, b := risksJSON(t, one), risksJSON(t, two); a != b {
		t.Errorf("the JSON differs:\n%s", cmp.Diff(a, b))
	}
}

// TestRisksOfHostileNames holds that names are inert in both forms, and that the text still has every
// command, whole and on one line.
func TestRisksOfHostileNames(t *testing.T) {
	var resources []graph.Resource
	var queues []graph.Attrs
	for i, name := range hostileNames() {
		addr := "aws_sqs_queue.q[\"" + name + "\"]"
		resources = append(resources, decl(graph.KindQueue, addr, name))
		queues = append(queues, attrs(is("arn", ref(addr)), is("id", i)))
	}
	resources = append(resources, decl(graph.KindTrail, "aws_cloudtrail.t", "t", is("s3_bucket", ref("aws_s3_bucket.b"))), decl(graph.KindBucket, "aws_s3_bucket.b", "b", blocks("notification.queues", queues...)))
	risks := risksOf(resources)
	text := risksText(t, risks, Options{})
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if visible(line) != line {
			t.Errorf("%q is not inert", line)
		}
	}
	var doc struct {
		Actions  []struct{ ID string }
		Services []struct {
			Nodes []struct {
				Actions []struct{ Action, Command string }
			}
		}
	}
	if err := json.Unmarshal([]byte(risksJSON(t, risks)), &doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, a := range doc.Actions {
		known[a.ID] = true
	}
	nodes := 0
	for _, s := range doc.Services {
		for _, n := range s.Nodes {
			nodes++
			for _, a := range n.Actions {
				if !known[a.Action] {
					t.Errorf("action %s is not described", a.Action)
				}
			}
		}
	}
	if want := len(hostileNames()) + 2; nodes < want {
		t.Errorf("risks at %d nodes, not %d", nodes, want)
	}
}

// TestRisksKeepSecrets holds that the name of a resource that a source marks sensitive is in neither form,
// nor is the ARN that tells it.
func TestRisksKeepSecrets(t *testing.T) {
	const canary = "CANARY-NAME"
	q := decl(graph.KindQueue, "aws_sqs_queue.q", canary, is("url", "https://sqs.eu-west-1.amazonaws.com/111122223333/"+canary))
	q.Name = q.Name.Hide()
	f := decl(graph.KindFunction, "aws_lambda_function.f", "f", secret("role", "arn:aws:iam::111122223333:role/"+canary))
	f.ARN = graph.KnownOf(graph.Literal("arn:aws:lambda:eu-west-1:111122223333:function:" + canary)).Hide()
	risks := risksOf(archive("aws_sqs_queue.q", q, f, decl(graph.KindMapping, "aws_lambda_event_source_mapping.m", "", is("source", ref("aws_sqs_queue.q")), is("function", ref("aws_lambda_function.f")))))
	out := risksText(t, risks, Options{}) + risksJSON(t, risks)
	if strings.Contains(out, canary) {
		t.Error("a sensitive name is printed")
	}
	if !strings.Contains(out, "aws_sqs_queue.q") || !strings.Contains(out, "'<queue-url>'") {
		t.Error("the queue is not told by its address")
	}
}

func TestEffectWords(t *testing.T) {
	for want, effects := range map[string][]string{
		"stops events":   {"stop"},
		"blinds readers": {"blind-consumer"},
		"stops and diverts events, blinds readers":    {"blind-consumer", "divert", "stop"},
		"destroys, falsifies and delays events":       {"delay", "falsify", "destroy"},
		"stops, destroys, diverts and exposes events": {"expose", "stop", "divert", "destroy"},
	} {
		if got := effectWords(effects); got != want {
			t.Errorf("%v: %q, want %q", effects, got, want)
		}
	}
}

// TestRiskWords holds that every word of the catalogue is one that the text knows.
func TestRiskWords(t *testing.T) {
	for _, r := range risksOf(acme()) {
		for _, n := range r.Nodes {
			for _, a := range n.Actions {
				if _, ok := riskInks[severityOf(a)]; !ok {
					t.Errorf("%s: severity %s has no ink", a.Action.ID, severityOf(a))
				}
				for _, e := range a.Action.Effects {
					if effectWords([]string{string(e)}) == "" {
						t.Errorf("%s: effect %s has no words", a.Action.ID, e)
					}
				}
			}
		}
	}
}
