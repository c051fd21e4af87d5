package analyzer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// sourced is a trail into a bucket of a module, with positions as a source has them.
func sourced(ignores ...graph.Ignore) Subject {
	at := func(r graph.Resource, file string, line int) graph.Resource {
		r.Pos = graph.Pos{File: file, Line: line}
		for name, a := range r.Attrs {
			a.Pos = graph.Pos{File: file, Line: line + 1}
			r.Attrs[name] = a
		}
		return r
	}
	bucket := `module.logs["a.b"].aws_s3_bucket.archive`
	return Subject{Today: "2026-11-25", Graph: graph.Link(graph.Inventory{Ignores: ignores, Resources: []graph.Resource{
		at(declare(graph.KindTrail, "aws_cloudtrail.org", "s3_bucket", arn(bucket), "logging", false), "main.tf", 10),
		at(declare(graph.KindBucket, bucket, "force_destroy", true), "logs/main.tf", 1),
	}})}
}

func ignoring(line, from, to int, rules ...string) graph.Ignore {
	return graph.Ignore{Rules: rules, Reason: "because", Pos: graph.Pos{File: "main.tf", Line: line}, From: from, To: to, Construct: "aws_cloudtrail.org"}
}

// verdicts spells the findings about ignores, and what is suppressed.
func verdicts(r *Report) []string {
	var out []string
	for _, f := range r.Findings {
		switch {
		case f.Suppressed != "":
			out = append(out, f.Rule+" is suppressed: "+f.Suppressed)
		case strings.HasPrefix(f.Rule, "TG9"):
			out = append(out, f.Rule+" "+f.About+": "+f.Message)
		}
	}
	slices.Sort(out)
	return out
}

func TestIgnores(t *testing.T) {
	t.Parallel()
	with := func(ig graph.Ignore, change func(*graph.Ignore)) graph.Ignore {
		change(&ig)
		return ig
	}
	onArgument := ignoring(11, 11, 11, "TG101")
	onBlock := with(ignoring(9, 10, 14, "TG101"), func(i *graph.Ignore) { i.Whole = true })
	onCall := with(ignoring(20, 20, 24, "TG314"), func(i *graph.Ignore) { i.Modules, i.Construct = []string{"module.logs"}, "module.logs" })
	for _, c := range []struct {
		name string
		ig   graph.Ignore
		want []string
	}{
		{"on the argument", onArgument, []string{"TG101 is suppressed: because (main.tf:11)"}},
		{"on the block", onBlock, []string{"TG101 is suppressed: because (main.tf:9)"}},
		{"on a module call", onCall, []string{"TG314 is suppressed: because (passed on by the call of module.logs, main.tf:20)"}},
		{"on another line", ignoring(12, 12, 12, "TG101"), []string{"TG902 ignore of TG101 on aws_cloudtrail.org: nothing that it stands on violates TG101"}},
		{"on another call", with(onCall, func(i *graph.Ignore) { i.Modules = []string{"module.log"} }), []string{"TG902 ignore of TG314 on module.logs: nothing that it stands on violates TG314"}},
		{"of another rule as well", ignoring(11, 11, 11, "TG101", "TG301"), []string{"TG101 is suppressed: because (main.tf:11)", "TG902 ignore of TG301 on aws_cloudtrail.org: nothing that it stands on violates TG301"}},
		{"without a reason", with(onArgument, func(i *graph.Ignore) { i.Reason = "" }), []string{"TG101 is suppressed: no reason is given (main.tf:11)", "TG903 ignore of TG101 on aws_cloudtrail.org: it ignores TG101 and does not say why"}},
		{"on its last day", with(onArgument, func(i *graph.Ignore) { i.Expires = "2026-11-25" }), []string{"TG101 is suppressed: because (main.tf:11)"}},
		{"the day after", with(onArgument, func(i *graph.Ignore) { i.Expires = "2026-11-24" }), []string{"TG901 ignore of TG101 on aws_cloudtrail.org: it was to hold until 2026-11-24, and ignores nothing any more"}},
		{"of no rule there is", ignoring(11, 11, 11, "TG199"), []string{"TG904 ignore of TG199 on aws_cloudtrail.org: there is no rule TG199"}},
		{"of no rule about ignores there is", ignoring(11, 11, 11, "TG999"), []string{"TG904 ignore of TG999 on aws_cloudtrail.org: there is no rule TG999"}},
		{"of a rule about ignores", ignoring(11, 11, 11, "TG902"), []string{"TG904 ignore of TG902 on aws_cloudtrail.org: TG902 is about the run itself, and cannot be ignored"}},
		{"malformed", with(onArgument, func(i *graph.Ignore) { i.Problem = "it is odd" }), []string{"TG904 ignore of TG101 on aws_cloudtrail.org: it is without effect: it is odd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := Analyze(sourced(c.ig), Rules())
			if d := cmp.Diff(c.want, verdicts(r)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// TestIgnoresHideNothingElse compares a report with that of the same sources without ignores: there is nothing that is
// not there but findings about the ignores, nothing is missing, and what stands is as it was.
func TestIgnoresHideNothingElse(t *testing.T) {
	t.Parallel()
	spell := func(r *Report) []string {
		var out []string
		for _, f := range r.Findings {
			if f.About == "" {
				f.Suppressed = ""
				out = append(out, fmt.Sprintf("%+v", f))
			}
		}
		return out
	}
	plain := Analyze(sourced(), Rules())
	want := spell(plain)
	rapid.Check(t, func(t *rapid.T) {
		all := Analyze(sourced(rapid.SliceOfN(anyIgnore(), 0, 6).Draw(t, "ignores")...), Rules())
		if d := cmp.Diff(want, spell(all)); d != "" {
			t.Fatalf("-without +with:\n%s", d)
		}
		for _, f := range all.Findings {
			if f.About != "" && (f.Suppressed != "" || !strings.HasPrefix(f.Rule, "TG9")) {
				t.Fatalf("%s is about an ignore: %+v", f.Rule, f)
			}
		}
	})
	if all := Analyze(sourced(ignoring(11, 11, 11, "TG101")), Rules()); plain.Worst() != Critical || all.Worst() == Critical {
		t.Errorf("worst %s without, %s with an ignore of what is critical", plain.Worst(), all.Worst())
	}
}

// anyIgnore draws ignores on and beside what [sourced] declares, sensible or not.
func anyIgnore() *rapid.Generator[graph.Ignore] {
	pick := func(t *rapid.T, name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	return rapid.Custom(func(t *rapid.T) graph.Ignore {
		line := rapid.IntRange(0, 14).Draw(t, "line")
		ig := graph.Ignore{
			Pos: graph.Pos{File: pick(t, "file", "", "main.tf", "logs/main.tf"), Line: line}, From: line, To: line + rapid.IntRange(-1, 14).Draw(t, "lines"),
			Whole: rapid.Bool().Draw(t, "whole"), Expires: pick(t, "expires", "", "", "2026-11-24", "2026-11-25"), Reason: pick(t, "reason", "", "because"),
			Problem: pick(t, "problem", "", "", "", "odd"), Construct: pick(t, "construct", "a", "b"),
			Rules: rapid.SliceOfN(rapid.SampledFrom([]string{"TG101", "TG301", "TG303", "TG314", "TG399", "TG902"}), 0, 4).Draw(t, "rules"),
		}
		if m := pick(t, "module", "", "", "module.logs", "module.log"); m != "" {
			ig.Modules = []string{m}
		}
		return ig
	})
}

// TestOneIgnoreOfAModule counts a comment once that is read for every call of its module.
func TestOneIgnoreOfAModule(t *testing.T) {
	t.Parallel()
	ig := ignoring(20, 20, 24, "TG314")
	a, b := ig, ig
	a.Modules, b.Modules = []string{"module.other"}, []string{"module.logs"}
	if got, want := verdicts(Analyze(sourced(a, b), Rules())), "TG314 is suppressed: because (passed on by the call of aws_cloudtrail.org, main.tf:20)"; !slices.Equal(got, []string{want}) {
		t.Errorf("got %v", got)
	}
}

// versioned is a trail into a bucket of which a fragment sets the versioning, each at a place of its own.
func versioned(versioning any, ignores ...graph.Ignore) *graph.Graph {
	at := func(r graph.Resource, line int) graph.Resource {
		r.Pos = graph.Pos{File: "main.tf", Line: line}
		return r
	}
	fragment := declare(graph.KindBucket, "aws_s3_bucket_versioning.b", "versioning.status", versioning)
	fragment.Fragment, fragment.Of = true, graph.KnownOf(graph.Reference(graph.Ref{Address: "aws_s3_bucket.b", Attr: "id"}))
	return graph.Link(graph.Inventory{Ignores: ignores, Resources: []graph.Resource{
		at(declare(graph.KindTrail, "aws_cloudtrail.org", "s3_bucket", arn("aws_s3_bucket.b")), 1), at(declare(graph.KindBucket, "aws_s3_bucket.b"), 10), at(fragment, 20),
	}})
}

func onBlock(line, to int, rules ...string) graph.Ignore {
	return graph.Ignore{Rules: rules, Reason: "because", Pos: graph.Pos{File: "main.tf", Line: line}, From: line, To: to, Whole: true, Construct: "it"}
}

// TestIgnoreOnWhatDecides ignores a finding on the resource that it is on, and on the one that sets what it is about, be
// that known or not; and on no other.
func TestIgnoreOnWhatDecides(t *testing.T) {
	t.Parallel()
	for name, versioning := range map[string]any{"violated": "Suspended", "undetermined": afterApply} {
		for line, want := range map[int]bool{1: false, 10: true, 20: true} {
			r := Analyze(Subject{Graph: versioned(versioning, onBlock(line, line+4, "TG301"))}, Rules())
			i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Rule == "TG301" })
			if i < 0 || string(r.Findings[i].Verdict) != name {
				t.Fatalf("%s: no such finding", name)
			}
			if got := r.Findings[i].Suppressed != ""; got != want {
				t.Errorf("%s, on line %d: suppressed %t", name, line, got)
			}
		}
	}
	// One on an argument or a nested block of the bucket covers nothing that another resource sets.
	ig := onBlock(10, 14, "TG301")
	ig.Whole = false
	if got := verdicts(Analyze(Subject{Graph: versioned("Suspended", ig)}, Rules())); len(got) != 1 || !strings.HasPrefix(got[0], "TG902") {
		t.Errorf("got %v", got)
	}
}

// TestIgnoredCountsNowhere looks for what is suppressed where findings are counted, and where a plan's are listed.
func TestIgnoredCountsNowhere(t *testing.T) {
	t.Parallel()
	check := func(r *Report) Check {
		return r.Coverage.Checks[slices.IndexFunc(r.Coverage.Checks, func(c Check) bool { return c.Rule == "TG301" })]
	}
	r := Analyze(Subject{Graph: versioned("Suspended", onBlock(20, 24, "TG301")), Before: versioned("Enabled")}, Rules())
	if w := r.Change.Weakened; len(w) != 1 || w[0].Suppressed != "because (main.tf:20)" {
		t.Errorf("weakened: %+v", w)
	}
	if got := check(r); got != (Check{Rule: "TG301", Suppressed: 1}) {
		t.Errorf("checks: %+v", got)
	}
	r = Analyze(Subject{Graph: versioned(afterApply, onBlock(20, 24, "TG301"))}, Rules())
	if got := check(r); got != (Check{Rule: "TG301", Suppressed: 1}) {
		t.Errorf("checks: %+v", got)
	}
	if slices.ContainsFunc(r.Coverage.Undetermined, func(g Gap) bool { return strings.HasPrefix(g.What, "TG301") }) {
		t.Error("what is ignored is listed as undetermined")
	}
}

// TestIgnoredHops ignores that a plan severs a hop, and that somebody cut one: on the declaration of the hop, and on the
// module call that makes it.
func TestIgnoredHops(t *testing.T) {
	t.Parallel()
	chain := func(notified bool, ignores ...graph.Ignore) *graph.Graph {
		bucket := declare(graph.KindBucket, "module.a.aws_s3_bucket.b")
		if notified {
			bucket.Attrs.Set("notification.queues", graph.KnownOf[any]([]graph.Attrs{attrs("arn", arn("aws_sqs_queue.q"))}))
		}
		bucket.Pos = graph.Pos{File: "a/main.tf", Line: 10}
		return graph.Link(graph.Inventory{Ignores: ignores, Resources: []graph.Resource{
			declare(graph.KindTrail, "aws_cloudtrail.org", "s3_bucket", arn("module.a.aws_s3_bucket.b")), bucket, declare(graph.KindQueue, "aws_sqs_queue.q"),
		}})
	}
	here, call := onBlock(10, 14, "TG701", "TG706"), onBlock(3, 5, "TG701", "TG706")
	here.Pos.File, call.Modules = "a/main.tf", []string{"module.a"}
	for name, ig := range map[string]graph.Ignore{"declaration": here, "call": call} {
		for rule, s := range map[string]Subject{
			"TG701": {Graph: chain(false, ig), Before: chain(true)},
			"TG706": {Graph: chain(false, ig), Before: chain(false), Recorded: chain(true)},
		} {
			r := Analyze(s, Rules())
			i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Rule == rule })
			if i < 0 || r.Findings[i].Hop == "" || r.Findings[i].Suppressed == "" {
				t.Errorf("%s on the %s: %v", rule, name, verdicts(r))
			}
		}
	}
}

// TestFindingsAboutIgnoresAreOneEach tells ignores apart that say the same of the same construct, and knows them again
// when lines move.
func TestFindingsAboutIgnoresAreOneEach(t *testing.T) {
	t.Parallel()
	ids := func(down int) []string {
		var out []string
		igs := []graph.Ignore{ignoring(3, 4, 5, "TG301"), ignoring(4, 4, 5, "TG301"), ignoring(6, 7, 8, "TG301", "TG399"), {Problem: "odd", Construct: "a comment", Pos: graph.Pos{File: "main.tf", Line: 30}}, {Problem: "odd", Construct: "a comment", Pos: graph.Pos{File: "main.tf", Line: 31}}}
		for i := range igs {
			igs[i].Pos.Line, igs[i].From, igs[i].To = igs[i].Pos.Line+down, igs[i].From+down, igs[i].To+down
		}
		for _, f := range Analyze(sourced(igs...), Rules()).Findings {
			if f.About != "" {
				out = append(out, f.ID)
			}
		}
		return out
	}
	got := ids(0)
	if len(got) != 6 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Errorf("%d findings: %v", len(got), got)
	}
	if again := ids(100); !slices.Equal(got, again) {
		t.Errorf("100 lines below: %v, and was %v", again, got)
	}
}

func TestCallsOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		`module.a["x.y"].module.b[0].aws_x.y`: "module.a module.a.module.b", "aws_x.module": "", "module.a": "", "module.": "", "": "", "module.a.data.aws_x.y": "module.a",
	} {
		if got := strings.Join(callsOf(address), " "); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestWithoutKeys(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		`module.a["x.y]\"["].b[0].c`: "module.a.b.c", "aws_x.y": "aws_x.y", `a["`: "a", "a]b": "a]b", "": "",
	} {
		if got := withoutKeys(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
