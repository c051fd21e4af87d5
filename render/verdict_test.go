package render

import (
	"slices"
	"testing"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

func TestVerdict(t *testing.T) {
	t.Parallel()
	whole := archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...)
	without := func(addr ...string) []graph.Resource {
		var out []graph.Resource
		for _, r := range whole {
			keep := true
			for _, a := range addr {
				keep = keep && r.Address != a
			}
			if keep {
				out = append(out, r)
			}
		}
		return out
	}
	weaker := archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...)
	weaker[1].Attrs.Set("versioning.status", graph.KnownOf[any](graph.Literal("Suspended")))
	twoWays := append(archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...),
		decl(graph.KindTopic, "aws_sns_topic.t", "topic"), decl(graph.KindSubscription, "aws_sns_topic_subscription.s", "", is("topic", ref("aws_sns_topic.t")), is("protocol", "sqs"), is("endpoint", ref("aws_sqs_queue.archive"))))
	twoWays[0] = decl(graph.KindTrail, "aws_cloudtrail.org", "org-trail", is("s3_bucket", "acme-archive"), is("multi_region", true), is("sns_topic", "topic"))
	oneWay := append([]graph.Resource{}, twoWays...)
	oneWay[1] = decl(graph.KindBucket, "aws_s3_bucket.archive", "acme-archive", is("versioning.status", "Enabled"))
	stopped := slices.Clone(whole)
	stopped[0] = decl(graph.KindTrail, "aws_cloudtrail.org", "org-trail", is("s3_bucket", "acme-archive"), is("multi_region", true), is("logging", false))
	disabled := slices.Clone(whole)
	for i, r := range disabled {
		if r.Kind == graph.KindMapping {
			disabled[i] = decl(graph.KindMapping, r.Address, "", is("source", ref("aws_sqs_queue.archive")), is("function", ref("aws_lambda_function.archive-indexer")), is("enabled", false))
		}
	}
	// The function is invoked by the topic as well.
	other := []graph.Resource{decl(graph.KindSubscription, "aws_sns_topic_subscription.f", "", is("topic", ref("aws_sns_topic.t")), is("protocol", "lambda"), is("endpoint", ref("aws_lambda_function.archive-indexer")))}
	off := slices.Clone(other)
	for i, r := range twoWays {
		if r.Kind == graph.KindMapping {
			twoWays = slices.Delete(slices.Clone(twoWays), i, i+1)
			other, off = append(other, r), append(off, disabled[3])
			break
		}
	}
	for _, c := range []struct {
		name string
		r    *analyzer.Report
		tone tone
		want string
	}{
		{"severed", reports()["severed"], toneBad, "This change cuts the only path from [org-trail] to [archive-indexer], which it removes as well."},
		{"mapping gone", planned(whole, without("aws_lambda_event_source_mapping.archive")), toneBad, "This change cuts the only path from [org-trail] to [archive-indexer]."},
		{"rewired", reports()["rewired"], toneBad, "This change cuts the only path from [org-trail] to [archive-indexer]: [acme-archive] now leads to [other] instead of [archive]."},
		{"another way left", planned(twoWays, oneWay), toneNote, "This change severs 1 hop ([acme-archive] → [archive]); events still reach every consumer."},
		{"filter altered, policy removed", reports()["altered"], toneBad, "This change severs no hop, but lets no log object pass [acme-archive] → [archive] (prefix); 2 other settings change."},
		{"policy removed", planned(archive("aws_sqs_queue.archive", queueWith(is("policy", cloudTrailPolicy))...), whole), toneBad, "This change severs no hop, but takes away the policy of [archive]."},
		{"setting altered", planned(whole, archive("aws_sqs_queue.archive", queueWith(is("delay_seconds", 60), is("retention_seconds", 60))...)), toneNote, "This change severs no hop; it changes retention_seconds of [archive]."},
		{"drifted", reports()["drifted"], toneBad, "Outside of Terraform somebody cut [acme-archive] → [archive], and this change does not mend it. The plan is incomplete: some changes were deferred to a later one, or left out by -target."},
		{"restored", reports()["restored"], toneGood, "This change restores [acme-archive] → [archive], which somebody cut outside of Terraform."},
		{"restored, and the plan failed", drifted(whole, "the plan ended with an error: it does not say all that would change"), toneNote, "This change restores [acme-archive] → [archive], which somebody cut outside of Terraform. The plan is incomplete: it ended with an error, and does not say all that would change."},
		{"a trail beside", reports()["beside"], toneBad, "This change adds trail [second-trail] with 1 hop, and weakens [acme-archive]: 1 new finding, the worst high; no hop is severed."},
		{"a trail beside, nothing else", planned(whole, append(slices.Clone(whole), decl(graph.KindTrail, "aws_cloudtrail.second", "second", is("s3_bucket", "acme-archive")))), toneGood, "This change adds trail [second] with 1 hop; it severs nothing."},
		{"another trail instead", planned(whole, append(without("aws_cloudtrail.org"), decl(graph.KindTrail, "aws_cloudtrail.second", "second", is("s3_bucket", "acme-archive")))), toneBad, "This change removes [org-trail]: no event of it will reach [archive-indexer]. It adds trail [second] with 1 hop."},
		{"replaced", reports()["replaced"], toneBad, "This change replaces [archive]: it is cut off until the new one is made, and what is in it is lost."},
		{"trail gone", planned(whole, without("aws_cloudtrail.org")), toneBad, "This change removes [org-trail]: no event of it will reach [archive-indexer]."},
		{"weakened", planned(whole, weaker), toneBad, "This change weakens [acme-archive]: 1 new finding, the worst high; no hop is severed."},
		{"weakened, and ignored", reports()["ignored"], toneNote, "This change severs no hop; it changes versioning.status of [acme-archive]."},
		{"strengthened", planned(weaker, whole), toneGood, "This change resolves 1 finding and weakens nothing."},
		{"built", planned(nil, archive("")), toneGood, "This change builds the chain of [org-trail]: 1 hop; nothing is found to be wrong."},
		{"extended", planned(archive(""), archive("aws_sqs_queue.other", decl(graph.KindQueue, "aws_sqs_queue.other", "other"))), toneGood, "This change adds 1 hop to the chain and leads events to [other]; it severs none."},
		{"untouched", reports()["untouched"], toneGood, "This change leaves the chain of [org-trail] as it is."},
		{"stopped", planned(whole, stopped), toneBad, "This change silences [org-trail] (the trail is not logging): no event of it will reach [archive-indexer]."},
		{"started", planned(stopped, whole), toneGood, "This change makes [org-trail] → [acme-archive] work again."},
		{"mapping disabled", planned(whole, disabled), toneBad, "This change cuts the only path from [org-trail] to [archive-indexer]: [archive] → [archive-indexer] cannot work any more (the event source mapping is disabled)."},
		{"mapping disabled, nobody's only way", planned(append(slices.Clone(twoWays), other...), append(slices.Clone(twoWays), off...)), toneNote, "This change breaks 1 hop: [archive] → [archive-indexer] (the event source mapping is disabled); events still reach every consumer."},
		{"forgotten", planned(whole, whole, graph.Change{Address: "aws_lambda_event_source_mapping.archive", Action: graph.ActionForget}), toneNote, "This change severs nothing, but Terraform no longer manages [aws_lambda_event_source_mapping.archive]: it stays in AWS as it is."},
		{"forgotten, not of the chain", planned(whole, whole, graph.Change{Address: "aws_sns_topic.other", Action: graph.ActionForget}), toneGood, "This change leaves the chain of [org-trail] as it is."},
		{"renamed", planned(whole, whole, graph.Change{Address: "aws_sqs_queue.archive", Previous: "aws_sqs_queue.old", Action: graph.ActionNoOp}), toneGood, "This change leaves the chain of [org-trail] as it is: [aws_sqs_queue.old] is only renamed to [aws_sqs_queue.archive]."},
		{"drift is no change", planned(whole, whole, graph.Change{Address: "aws_sqs_queue.archive", Action: graph.ActionReplace, Drift: true}, graph.Change{Address: "aws_s3_bucket.archive", Action: graph.ActionForget, Drift: true}), toneGood, "This change leaves the chain of [org-trail] as it is."},
		{"replaced, the new one first", planned(whole, whole, graph.Change{Address: "aws_sqs_queue.archive", Action: graph.ActionReplace, CreateFirst: true}), toneBad, "This change replaces [archive]: the new one is made first, and what is left in the old one is lost."},
		{"function replaced", planned(whole, whole, graph.Change{Address: "aws_lambda_function.archive-indexer", Action: graph.ActionReplace}), toneNote, "This change replaces [archive-indexer]: it is cut off until the new one is made, and what is sent meanwhile may be lost."},
		{"mapping replaced", planned(whole, whole, graph.Change{Address: "aws_lambda_event_source_mapping.archive", Action: graph.ActionReplace}), toneNote, "This change cuts [archive] → [archive-indexer] and makes it again: what is sent meanwhile may be lost."},
		{"nothing planned", planned(nil, nil), toneNote, "This change touches no trail, and none is in the input."},
		{"state", report(whole), toneNote, "[org-trail] reaches 1 consumer; 1 finding, the worst low."},
		{"state, broken", reports()["shared"], toneBad, "[first], [aws_cloudtrail.b] and [lonely] reach 2 consumers and perhaps 1 more; 1 hop is broken; 2 findings, the worst critical."},
		{"state, nowhere", report([]graph.Resource{decl(graph.KindTrail, "aws_cloudtrail.c", "lonely")}), toneNote, "[lonely] leads nowhere; nothing is found to be wrong."},
		{"state, empty", reports()["empty"], toneNote, "No trail and no hop is in the input."},
	} {
		s := newView(c.r).verdict()
		got := s.spell(func(s string) string { return s }, func(s string) string { return "[" + s + "]" })
		if got != c.want || s.tone != c.tone {
			t.Errorf("%s: %s (tone %s)\nwant: %s (tone %s)", c.name, got, toneSigns[s.tone], c.want, toneSigns[c.tone])
		}
	}
}
