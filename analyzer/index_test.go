package analyzer

import (
	"fmt"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"pgregory.net/rapid"
)

// drawTrails draws a few buckets and trails that watch some of them, in one of several ways.
func drawTrails(t *rapid.T) []graph.Resource {
	var out []graph.Resource
	buckets := []string{"b0", "b1", "b2"}
	for _, b := range buckets {
		out = append(out, declare(graph.KindBucket, b, "policy", `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::`+b+`/*"}]}`))
	}
	value := func() graph.Text {
		b := rapid.SampledFrom(buckets).Draw(t, "bucket")
		switch rapid.IntRange(0, 4).Draw(t, "way") {
		case 0:
			return graph.Literal("arn:aws:s3:::" + b + "/")
		case 1:
			return graph.Literal("arn:aws:s3:::b")
		case 2:
			return graph.Literal("arn:aws:s3")
		case 3:
			return graph.Hole(graph.ReasonAfterApply)
		}
		return graph.Join(arn(b), graph.Literal("/"))
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "trails") {
		pairs := []any{"s3_bucket", "elsewhere", "multi_region", rapid.Bool().Draw(t, "all"), "logging", rapid.Bool().Draw(t, "on")}
		values := []graph.Text{value()}
		if rapid.Bool().Draw(t, "two") {
			values = append(values, value())
		}
		switch rapid.IntRange(0, 3).Draw(t, "selectors") {
		case 0:
			pairs = append(pairs, "event_selectors", rule1("data_resources", rule1("type", "AWS::S3::Object", "values", values)))
		case 1:
			op := rapid.SampledFrom([]string{"starts_with", "not_starts_with"}).Draw(t, "op")
			pairs = append(pairs, choices(choose(dataEvents, objects, field(fieldARN, op, values)))...)
		case 2:
			pairs = append(pairs, "event_selectors", afterApply)
		}
		r := declare(graph.KindTrail, fmt.Sprintf("t%d", i), pairs...)
		out = append(out, inRegion(r, rapid.SampledFrom([]string{"us-east-1", "eu-west-1"}).Draw(t, "region")))
	}
	return out
}

// TestWatchersStandForAll asks the few trails that are looked at, and all that there are.
func TestWatchersStandForAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := link(drawTrails(t)...)
		ix, all := newIndex(g), newIndex(g)
		all.watchers = &watchers{}
		for n := range g.OfKind(graph.KindTrail) {
			all.watchers.others = append(all.watchers.others, n)
		}
		for n := range g.OfKind(graph.KindBucket) {
			if !n.Declared() {
				continue
			}
			if got, want := objectWritesRecorded(ix, n), objectWritesRecorded(all, n); got != want {
				t.Fatalf("%s: %s, want %s", n.ID, got, want)
			}
		}
	})
}

// TestWitnessesStandForAll asks the few sources that are looked at, and all that there are.
func TestWitnessesStandForAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var resources []graph.Resource
		for i := range rapid.IntRange(1, 7).Draw(t, "trails") {
			pairs := []any{"s3_bucket", "elsewhere", "multi_region", rapid.Bool().Draw(t, "all"), "organization", rapid.Bool().Draw(t, "organization"), "global_events", rapid.Bool().Draw(t, "global")}
			if rapid.Bool().Draw(t, "narrow") {
				pairs = append(pairs, choices(choose(management, rapid.SampledFrom([]graph.Attrs{noKMS, writing}).Draw(t, "by")))...)
			}
			r := declare(graph.KindTrail, fmt.Sprintf("t%d", i), pairs...)
			resources = append(resources, inAccount(inRegion(r, rapid.SampledFrom([]string{"us-east-1", "eu-west-1"}).Draw(t, "region")), rapid.SampledFrom([]string{"111122223333", "444455556666"}).Draw(t, "account")))
		}
		g := link(resources...)
		ix, all := newIndex(g), newIndex(g)
		all.witnesses = []capture{}
		for n := range g.OfKind(graph.KindTrail) {
			all.witnesses = append(all.witnesses, captureOf(n))
		}
		for n := range g.OfKind(graph.KindTrail) {
			_, got := elsewhere(ix, n, []cell{{}}, nil)
			_, want := elsewhere(all, n, []cell{{}}, nil)
			_, got2 := recordedBeside(ix, n, true)
			_, want2 := recordedBeside(all, n, true)
			if got != want || got2 != want2 || globalElsewhere(ix, n) != globalElsewhere(all, n) {
				t.Fatalf("%s: %v %v, want %v %v", n.ID, got, got2, want, want2)
			}
		}
	})
}
