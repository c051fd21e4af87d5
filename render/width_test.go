package render

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// TestWidth holds what stands below the trees to the width: only a word that no line has room for runs over.
func TestWidth(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 128)
	queue := archive("aws_sqs_queue."+long, decl(graph.KindQueue, "aws_sqs_queue."+long, strings.Repeat("q", 80), is("policy", cloudTrailPolicy)))
	after := archive("aws_sqs_queue."+long, decl(graph.KindQueue, "aws_sqs_queue."+long, strings.Repeat("q", 80)))
	for name, r := range map[string]*analyzer.Report{"long": planned(queue, after, graph.Change{Address: "aws_sqs_queue." + long, Action: graph.ActionUpdate}), "hostile": hostile(), "altered": reports()["altered"], "acme": report(acme())} {
		for _, width := range []int{60, 80, 100} {
			text := render(t, "text", r, Options{Width: width})
			_, text, _ = strings.Cut(text, "\n\n")
			for line := range strings.SplitSeq(text, "\n") {
				if columns(line) > width && len(strings.Fields(line)) > 1 && strings.HasPrefix(line, strings.Repeat(" ", findingsAt)) {
					t.Errorf("%s: %d columns of %d: %s", name, columns(line), width, line)
				}
			}
		}
	}
}
