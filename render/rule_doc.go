package render

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
)

// rulesSchema is the version of the document that [RulesJSON] writes.
const rulesSchema = "1"

// ruleGroup is what the first digit of a rule's id says.
type ruleGroup struct{ prefix, name, doc string }

func ruleGroups() []ruleGroup {
	return []ruleGroup{
		{"TG1", "capture", "What the trails and event data stores do not record."},
		{"TG2", "delivery", "Hops that cannot work, or work for strangers too."},
		{"TG3", "protection", "What protects the nodes of a chain, and what is in them."},
		{"TG4", "exposure", "Who can stop, divert or falsify what flows."},
		{"TG5", "detection", "What nobody would notice."},
		{"TG6", "resilience", "What one or a few calls can blind."},
		{"TG7", "change", "What a plan does to the chain."},
		{"TG9", "run", "The run itself."},
	}
}

func groupOf(r analyzer.Rule) ruleGroup {
	for _, g := range ruleGroups() {
		if strings.HasPrefix(r.ID, g.prefix) {
			return g
		}
	}
	return ruleGroup{name: "other"}
}

// byGroup yields the groups that have rules, with these.
func byGroup(rules []analyzer.Rule, yield func(ruleGroup, []analyzer.Rule)) {
	for _, g := range append(ruleGroups(), ruleGroup{name: "other"}) {
		in := slices.DeleteFunc(slices.Clone(rules), func(r analyzer.Rule) bool { return groupOf(r).name != g.name })
		if len(in) > 0 {
			yield(g, in)
		}
	}
}

// scanners tells by how an id begins whose check it is.
func scanners() []struct{ prefix, name string } {
	return []struct{ prefix, name string }{
		{"CKV", "checkov"},
		{"AWS-", "Trivy"},
		{"KICS ", "KICS"},
		{"AC_AWS_", "Terrascan"},
		{"FG_R", "Regula"},
		{"prowler ", "Prowler"},
		{"steampipe ", "Steampipe"},
		{"Scout ", "ScoutSuite"},
		{"guard ", "CloudFormation Guard"},
		{"W", "cfn_nag"},
		{"F", "cfn_nag"},
	}
}

// covered is the checks of one scanner that a rule covers.
type covered struct {
	scanner string
	ids     []string
}

// coveredBy groups the ids of other scanners' checks by scanner.
func coveredBy(r analyzer.Rule) []covered {
	var out []covered
	for _, id := range r.Subsumes {
		name := "other"
		for _, s := range scanners() {
			if rest, ok := strings.CutPrefix(id, s.prefix); ok {
				name = s.name
				if strings.HasSuffix(s.prefix, " ") {
					id = rest
				}
				break
			}
		}
		i := slices.IndexFunc(out, func(c covered) bool { return c.scanner == name })
		if i < 0 {
			out, i = append(out, covered{scanner: name}), len(out)
		}
		out[i].ids = append(out[i].ids, id)
	}
	return out
}

// techniqueURL is the page of an ATT&CK technique.
func techniqueURL(id string) string {
	return "https://attack.mitre.org/techniques/" + strings.ReplaceAll(id, ".", "/") + "/"
}

// prose escapes what a sentence of a rule must not say in Markdown. The sentences are ours, not an input's.
func prose(s string) string {
	return strings.NewReplacer("*", `\*`, "<", "&lt;", "|", `\|`, "`", "\\`", "[", `\[`).Replace(s)
}

// isCode tells a snippet from a sentence.
func isCode(s string) bool { return strings.Contains(s, "\n") }

// RuleMarkdown writes the page of one rule. It returns the error of the writer.
func RuleMarkdown(w io.Writer, r analyzer.Rule) error {
	var b strings.Builder
	section := func(title, text string) {
		if text != "" {
			b.WriteString("\n## " + title + "\n\n" + strings.TrimRight(text, "\n") + "\n")
		}
	}
	fence := func(language, s string) string {
		if s == "" || !isCode(s) {
			return prose(s)
		}
		return markdownFence(language, strings.TrimRight(s, "\n"))
	}
	b.WriteString("# " + r.ID + ": " + prose(r.Title) + "\n\n")
	b.WriteString("`" + r.Name + "` · " + groupOf(r).name + " · severity up to **" + r.Severity.String() + "** · since " + r.Since + "\n\n")
	b.WriteString(prose(r.Why) + "\n")
	section("What an attacker does", prose(r.Attack))
	b.WriteString("\n## How to fix it\n\nTerraform:\n\n" + strings.TrimRight(fence("hcl", r.Fix.Terraform), "\n") + "\n\nCloudFormation:\n\n" + strings.TrimRight(fence("yaml", r.Fix.CloudFormation), "\n") + "\n")
	if r.Example != (analyzer.Example{}) {
		section("Example", "This violates the rule:\n\n"+strings.TrimRight(fence("hcl", r.Example.Fail), "\n")+"\n\nThis does not:\n\n"+fence("hcl", r.Example.Pass))
	}
	section("ATT&CK", bullets(r.Techniques, func(id string) string { return "[" + id + "](" + techniqueURL(id) + ")" }))
	section("Checks of other scanners that it covers", bullets(coveredBy(r), func(c covered) string { return c.scanner + ": `" + strings.Join(c.ids, "`, `") + "`" }))
	section("References", bullets(r.References, func(url string) string { return "<" + url + ">" }))
	_, err := io.WriteString(w, b.String())
	return err
}

func bullets[T any](all []T, spell func(T) string) string {
	var b strings.Builder
	for _, x := range all {
		b.WriteString("- " + spell(x) + "\n")
	}
	return b.String()
}

// RuleText writes all that there is to know of one rule, for a terminal. It returns the error of the writer.
func RuleText(w io.Writer, r analyzer.Rule, o Options) error {
	p := newPaper(w, o)
	p.prose([]piece{put(severityInks[r.Severity], pad(strings.ToUpper(r.Severity.String()), 10)), put(inkDim, r.ID+"  ")}, spaces(findingsAt), inkBold, r.Title)
	p.line(append(spaces(findingsAt-2), put(inkDim, r.Name+" · "+groupOf(r).name+" · since "+r.Since))...)
	say := func(title, text string) {
		if text == "" {
			return
		}
		p.blank()
		p.line(put(inkBold, title))
		if !isCode(text) {
			p.prose(spaces(2), spaces(2), inkPlain, text)
			return
		}
		for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
			p.line(append(spaces(2), put(inkPlain, l))...)
		}
	}
	say("Why", r.Why)
	say("What an attacker does", r.Attack)
	say("How to fix it in Terraform", r.Fix.Terraform)
	say("How to fix it in CloudFormation", r.Fix.CloudFormation)
	say("This violates the rule", r.Example.Fail)
	say("This does not", r.Example.Pass)
	rows := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		p.blank()
		p.line(put(inkBold, title))
		for _, l := range lines {
			p.prose(spaces(2), spaces(4), inkPlain, l)
		}
	}
	var techniques, checks []string
	for _, id := range r.Techniques {
		techniques = append(techniques, pad(id, 11)+techniqueURL(id))
	}
	for _, c := range coveredBy(r) {
		checks = append(checks, c.scanner+": "+strings.Join(c.ids, ", "))
	}
	rows("ATT&CK", techniques)
	rows("Checks of other scanners that it covers", checks)
	rows("References", r.References)
	return p.w.Flush()
}

// RulesMarkdown writes the table of rules by group, each linked to its page. It returns the error of the writer.
func RulesMarkdown(w io.Writer, rules []analyzer.Rule) error {
	var b strings.Builder
	b.WriteString("# Rules\n\nThe severity is the highest that a rule reports: at each node it goes by what an attacker gains there. Nodes on no chain are not judged.\n")
	byGroup(rules, func(g ruleGroup, in []analyzer.Rule) {
		b.WriteString("\n## " + strings.ToUpper(g.name[:1]) + g.name[1:] + "\n\n" + g.doc + "\n\n| rule | severity | name | what is wrong | checks of other scanners |\n|---|---|---|---|---|\n")
		for _, r := range in {
			var checks []string
			for _, c := range coveredBy(r) {
				checks = append(checks, c.scanner+" "+strings.Join(c.ids, ", "))
			}
			b.WriteString("| [" + r.ID + "](" + r.ID + ".md) | " + r.Severity.String() + " | `" + r.Name + "` | " + prose(r.Title) + " | " + prose(strings.Join(checks, "; ")) + " |\n")
		}
	})
	_, err := io.WriteString(w, b.String())
	return err
}

// RulesText writes the table of rules by group, for a terminal. It returns the error of the writer.
func RulesText(w io.Writer, rules []analyzer.Rule, o Options) error {
	p := newPaper(w, o)
	name := 0
	for _, r := range rules {
		name = max(name, columns(r.Name))
	}
	first := true
	byGroup(rules, func(g ruleGroup, in []analyzer.Rule) {
		if !first {
			p.blank()
		}
		first = false
		p.prose([]piece{put(inkBold, strings.ToUpper(g.name)+"  ")}, spaces(2), inkDim, g.doc)
		for _, r := range in {
			head := []piece{put(inkPlain, "  "+pad(r.ID, 7)), put(severityInks[r.Severity], pad(r.Severity.String(), 10)), put(inkDim, pad(r.Name, name+2))}
			p.prose(head, spaces(widthOf(head)), inkPlain, r.Title)
		}
	})
	return p.w.Flush()
}

type ruleJSON struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Title      string            `json:"title"`
	Group      string            `json:"group"`
	Severity   string            `json:"severity"`
	Since      string            `json:"since"`
	Why        string            `json:"why"`
	Attack     string            `json:"attack"`
	Fix        map[string]string `json:"fix"`
	Techniques []string          `json:"techniques"`
	Subsumes   []string          `json:"subsumes"`
	References []string          `json:"references"`
	Example    map[string]string `json:"example,omitempty"`
}

// RulesJSON writes the table of rules, with all there is to know of each, for machines. It returns the error of
// the writer.
func RulesJSON(w io.Writer, rules []analyzer.Rule) error {
	all := make([]ruleJSON, 0, len(rules))
	for _, r := range rules {
		j := ruleJSON{
			ID: r.ID, Name: r.Name, Title: r.Title, Group: groupOf(r).name, Severity: r.Severity.String(), Since: r.Since, Why: r.Why, Attack: r.Attack,
			Fix:        map[string]string{"terraform": r.Fix.Terraform, "cloudformation": r.Fix.CloudFormation},
			Techniques: append([]string{}, r.Techniques...), Subsumes: append([]string{}, r.Subsumes...), References: append([]string{}, r.References...),
		}
		if r.Example != (analyzer.Example{}) {
			j.Example = map[string]string{"fail": r.Example.Fail, "pass": r.Example.Pass}
		}
		all = append(all, j)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		SchemaVersion string     `json:"schema_version"`
		Rules         []ruleJSON `json:"rules"`
	}{rulesSchema, all})
}
