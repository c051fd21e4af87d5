package render

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer"
)

// docRules are two rules that use all there is: one with everything, one with a sentence for a fix and no example.
func docRules() []analyzer.Rule {
	return []analyzer.Rule{
		{
			ID: "TG301", Name: "bucket-not-versioned", Title: "A deleted | log <object> is gone", Severity: analyzer.High, Since: "0.1.0",
			Why: "Because s3:Delete* deletes. " + strings.Repeat("And that is why it matters. ", 8), Attack: "Deletes [all] of `it`.",
			Fix:        analyzer.Fix{Terraform: "resource \"x\" \"y\" {\n  a = 1\n}", CloudFormation: "X:\n  Type: Y\n"},
			Techniques: []string{"T1485", "T1562.008"}, Subsumes: []string{"CKV_AWS_21", "CKV2_AWS_6", "KICS 4bb76f17", "W35", "F19", "AWS-0090", "prowler object_lock", "AC_AWS_0214", "FG_R00101", "Scout s3", "steampipe x", "guard y", "new 1"},
			References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"},
			Example:    analyzer.Example{Fail: "resource \"a\" \"b\" {\n  text = \"```\"\n}\n", Pass: "resource \"a\" \"b\" {\n}\n"},
		},
		{ID: "TG701", Name: "hop-severed", Title: "The plan severs a hop", Severity: analyzer.Critical, Since: "0.1.0", Why: "Why.", Attack: "Attack.", Fix: analyzer.Fix{Terraform: "Keep it.", CloudFormation: "Keep it."}},
		{ID: "XX1", Name: "other", Title: "Of no group", Severity: analyzer.Low, Since: "0.1.0"},
	}
}

func TestRuleDocs(t *testing.T) {
	t.Parallel()
	rules := docRules()
	for name, write := range map[string]func(*bytes.Buffer) error{
		"rule.md":    func(b *bytes.Buffer) error { return RuleMarkdown(b, rules[0]) },
		"rule2.md":   func(b *bytes.Buffer) error { return RuleMarkdown(b, rules[1]) },
		"rule.txt":   func(b *bytes.Buffer) error { return RuleText(b, rules[0], Options{}) },
		"rule2.txt":  func(b *bytes.Buffer) error { return RuleText(b, rules[1], Options{}) },
		"rules.md":   func(b *bytes.Buffer) error { return RulesMarkdown(b, rules) },
		"rules.txt":  func(b *bytes.Buffer) error { return RulesText(b, rules, Options{Width: 90}) },
		"rules.json": func(b *bytes.Buffer) error { return RulesJSON(b, rules) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "doc-"+name)
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (make it with go test ./render -update)", err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", path, diff)
		}
	}
}

// TestRealRules renders the rules that there are.
func TestRealRules(t *testing.T) {
	t.Parallel()
	rules := analyzer.Rules()
	var table, list, data bytes.Buffer
	if err := RulesMarkdown(&table, rules); err != nil {
		t.Fatal(err)
	}
	if err := RulesText(&list, rules, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := RulesJSON(&data, rules); err != nil {
		t.Fatal(err)
	}
	var doc struct{ Rules []struct{ ID string } }
	if err := json.Unmarshal(data.Bytes(), &doc); err != nil || len(doc.Rules) != len(rules) {
		t.Errorf("%d rules of %d: %v", len(doc.Rules), len(rules), err)
	}
	for _, r := range rules {
		for name, text := range map[string]string{"table": table.String(), "list": list.String()} {
			if strings.Count(text, r.ID) == 0 || !strings.Contains(text, r.Name) {
				t.Errorf("the %s lacks %s", name, r.ID)
			}
		}
		var page, text bytes.Buffer
		if err := RuleMarkdown(&page, r); err != nil {
			t.Fatal(err)
		}
		if err := RuleText(&text, r, Options{}); err != nil {
			t.Fatal(err)
		}
		if strings.Count(page.String(), "```")%2 != 0 || strings.Contains(page.String(), "\n\n\n") || strings.Contains(text.String(), "\\u") {
			t.Errorf("%s: not well formed", r.ID)
		}
		for _, c := range coveredBy(r) {
			if c.scanner == "other" {
				t.Errorf("%s: nobody's checks %v", r.ID, c.ids)
			}
		}
		if groupOf(r).name == "other" {
			t.Errorf("%s is of no group", r.ID)
		}
	}
}
