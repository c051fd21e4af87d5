package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// team is topics whose subscriptions may lead to any of two queues.
func team(subscriptions int) []graph.Resource {
	out := []graph.Resource{
		decl(graph.KindTrail, "aws_cloudtrail.t", "trail", is("s3_bucket", "b"), is("sns_topic", "topic")),
		decl(graph.KindBucket, "aws_s3_bucket.b", "b"),
		decl(graph.KindTopic, "aws_sns_topic.t", "topic"),
		decl(graph.KindQueue, "aws_sqs_queue.a", "red", is("dlq", ref("aws_sqs_queue.c"))),
		decl(graph.KindQueue, "aws_sqs_queue.b", "blue"),
		decl(graph.KindQueue, "aws_sqs_queue.c", "dead"),
	}
	for i := range subscriptions {
		out = append(out, decl(graph.KindSubscription, fmt.Sprintf("aws_sns_topic_subscription.each[\"%d\"]", i), "",
			is("topic", ref("aws_sns_topic.t")), is("protocol", "sqs"), is("endpoint", oneOf("aws_sqs_queue.a", "aws_sqs_queue.b"))))
	}
	return out
}

func TestWhatReadsTheSameIsOneBranch(t *testing.T) {
	t.Parallel()
	out := render(t, "text", report(team(5)), Options{Width: 200})
	if n := strings.Count(out, "one of 2"); n != 1 || !strings.Contains(out, `one of 2 (5×)    by aws_sns_topic_subscription.each["0"] · ["1"] · ["2"] · and 2 more`) {
		t.Errorf("five sets are printed %d times:\n%s", n, out)
	}
	if !strings.Contains(out, "sqs  dead") || strings.Contains(out, "below") {
		t.Errorf("what hangs on a candidate is not printed under it:\n%s", out)
	}
	if out := render(t, "mermaid", report(team(5)), Options{}); strings.Count(out, "one of 2 #215;5") != 2 || strings.Contains(out, "left out") {
		t.Errorf("ten candidates are not two lines of five:\n%s", out)
	}
	if out := render(t, "text", report(team(1)), Options{}); strings.Contains(out, "×") || !strings.Contains(out, `by aws_sns_topic_subscription.each["0"]`) {
		t.Errorf("one set:\n%s", out)
	}
}

func TestManyLinesThatLookTheSameFitIntoADiagram(t *testing.T) {
	t.Parallel()
	out := render(t, "mermaid", report(team(600)), Options{})
	if strings.Contains(out, "left out here") || !strings.Contains(out, "#215;600") {
		t.Errorf("600 subscriptions of one topic to the same queues are not one line each:\n%.2000s", out)
	}
}

func TestEvidenceNamesTheOtherNode(t *testing.T) {
	t.Parallel()
	v := newView(report(team(1)))
	f := &analyzer.Finding{Node: "aws_s3_bucket.b"}
	for _, c := range []struct{ where, want string }{
		{"aws_s3_bucket.b", "it is so"},
		{"aws_cloudtrail.t", "trail: it is so"},
		{"aws_s3_bucket_versioning.b", "it is so"}, // a part of the node, and no node
		{"", "it is so"},
	} {
		if got := v.evidence(f, analyzer.Evidence{Where: c.where, What: "it is so"}); got != c.want {
			t.Errorf("%s: %q, want %q", c.where, got, c.want)
		}
	}
}

func TestGapsOfOneKindAreOneLine(t *testing.T) {
	t.Parallel()
	r := report(nil)
	for _, g := range [][2]string{
		{"policy of aws_iam_policy.a", "aws_iam_policy.a"},
		{"policy of aws_iam_policy.b", "aws_iam_policy.b"},
		{"role that aws_pipes_pipe.p names in role", "aws_pipes_pipe.p"},
		{"role that aws_pipes_pipe.q names in role", "aws_pipes_pipe.q"},
		{"role that aws_pipes_pipe.q names in target", "aws_pipes_pipe.q"},
		{"which hop is real: sns_sub of aws_sns_topic_subscription.s.endpoint", "aws_sns_topic.t"},
		{"which hop is real: sns_sub of aws_sns_topic_subscription.s.endpoint", "aws_sns_topic.u"},
		{"something of nobody", ""},
	} {
		r.Coverage.Undetermined = append(r.Coverage.Undetermined, analyzer.Gap{What: g[0], Where: g[1], Reason: "known after apply", SettledBy: "the state"})
	}
	var got []string
	for _, o := range newView(r).openEnds() {
		for _, l := range o.lines {
			got = append(got, openText(l))
		}
	}
	want := []string{
		"policy of aws_iam_policy.a, aws_iam_policy.b · known after apply",
		"role that aws_pipes_pipe.p, aws_pipes_pipe.q names in role · known after apply",
		"role that aws_pipes_pipe.q names in target · known after apply",
		"which hop is real: sns_sub of aws_sns_topic_subscription.s.endpoint · aws_sns_topic.t, aws_sns_topic.u · known after apply",
		"something of nobody · known after apply",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestQuietComments(t *testing.T) {
	t.Parallel()
	out := render(t, "markdown", reports()["untouched"], Options{})
	if strings.Contains(out, "mermaid") || strings.Contains(out, "digraph") || len(out) > 1000 {
		t.Errorf("a change that does not touch the chain draws it:\n%s", out)
	}
}
