package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
)

// unplanned are the rules that are violated by what no plan tells, and why.
func unplanned() map[string]string {
	return map[string]string{"TG328": "whether an endpoint has confirmed is known after apply at the earliest"}
}

// TestRuleExamples analyses what Terraform plans of the examples of each rule: the failing one violates the rule,
// the passing one does not.
func TestRuleExamples(t *testing.T) {
	t.Parallel()
	const dir = "../../testdata/rules"
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, p := range paths {
		left[strings.TrimSuffix(filepath.Base(p), ".txtar")] = true
	}
	for _, r := range analyzer.Rules() {
		if r.Check == nil {
			continue
		}
		delete(left, r.ID)
		t.Run(r.ID, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join(dir, r.ID+".txtar"))
			if err != nil {
				t.Fatalf("%v (make it with testdata/rules/make.sh %s)", err, r.ID)
			}
			files := map[string][]byte{}
			for _, f := range archive.Files {
				files[f.Name] = f.Data
			}
			if string(files["fail.tf"]) != r.Example.Fail || string(files["pass.tf"]) != r.Example.Pass {
				t.Errorf("the examples have changed since they were planned; make it anew with testdata/rules/make.sh %s", r.ID)
			}
			want := analyzer.Violated
			if unplanned()[r.ID] != "" {
				want = analyzer.Undetermined
			}
			if got := verdictsOn(t, r, files["fail.json"]); !strings.Contains(got, string(want)) {
				t.Errorf("the failing example is not %s: %s", want, got)
			}
			if got := verdictsOn(t, r, files["pass.json"]); strings.Contains(got, string(analyzer.Violated)) || !strings.Contains(got, string(analyzer.Held)) {
				t.Errorf("the rule does not hold on the passing example: %s", got)
			}
		})
	}
	for id := range left {
		t.Errorf("%s.txtar is of no rule", id)
	}
}

// verdictsOn spells the verdicts of a rule on what a plan makes.
func verdictsOn(t *testing.T, r analyzer.Rule, plan []byte) string {
	t.Helper()
	p, err := terraform.ReadPlan(bytes.NewReader(plan), terraform.Options{Name: r.ID})
	if err != nil {
		t.Fatal(err)
	}
	report := analyzer.Analyze(analyzer.Subject{Graph: graph.Link(p.After)}, []analyzer.Rule{r})
	var out []string
	for _, f := range report.Findings {
		out = append(out, string(f.Verdict)+" "+f.Severity.String()+" on "+string(f.Node)+": "+f.Message+" ("+f.Reason+")")
	}
	for _, c := range report.Coverage.Checks {
		if c.Held > 0 {
			out = append(out, string(analyzer.Held))
		}
	}
	return strings.Join(out, "; ")
}
