package analyzer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
// not there but findings about the ignores, and nothing is missing.
func TestIgnoresHideNothingElse(t *testing.T) {
	t.Parallel()
	plain := Analyze(sourced(), Rules())
	all := Analyze(sourced(ignoring(11, 11, 11, "TG101", "TG301"), ignoring(3, 1, 3, "TG303")), Rules())
	spell := func(r *Report) []string {
		var out []string
		for _, f := range r.Findings {
			if !strings.HasPrefix(f.Rule, "TG9") {
				f.Suppressed = ""
				out = append(out, fmt.Sprintf("%+v", f))
			}
		}
		slices.Sort(out)
		return out
	}
	if d := cmp.Diff(spell(plain), spell(all)); d != "" {
		t.Errorf("-without +with:\n%s", d)
	}
	if plain.Worst() != Critical || all.Worst() == Critical {
		t.Errorf("worst %s without, %s with an ignore of what is critical", plain.Worst(), all.Worst())
	}
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
