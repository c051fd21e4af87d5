package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/render"
)

func explainCommand(sys system) *cobra.Command {
	var color choice
	form := choice{value: "text", of: []string{"text", "markdown"}}
	cmd := &cobra.Command{
		Use: "explain RULE", Short: "Explain a rule: why, attack, fix, references, examples", GroupID: groupRules,
		Long: `Prints why a rule is there, what an attacker does where it is violated, how to fix it in Terraform and
CloudFormation, the checks of other scanners that it covers, and an example of each verdict.
RULE is the id or the name of the rule.`,
		Example: `  trailguard explain TG301
  trailguard explain bucket-not-versioned --format markdown`,
		Args: arguments(1, 1), ValidArgsFunction: completeRules,
		RunE: func(_ *cobra.Command, args []string) error {
			rule, err := findRule(args[0])
			if err != nil {
				return err
			}
			return sys.printed(func(w io.Writer) error {
				if form.value == "markdown" {
					return render.RuleMarkdown(w, rule)
				}
				return render.RuleText(w, rule, sys.textOptions(color))
			})
		},
	}
	cmd.Flags().Var(&form, "format", "form of the text")
	complete(cmd, "format", form.of...)
	addColor(cmd, &color)
	return cmd
}

// findRule finds a rule by its id or its name, in any case.
func findRule(given string) (analyzer.Rule, error) {
	var known []string
	for _, r := range analyzer.Rules() {
		if strings.EqualFold(r.ID, given) || strings.EqualFold(r.Name, given) {
			return r, nil
		}
		known = append(known, r.ID, r.Name)
	}
	return analyzer.Rule{}, usageError(append(suggest(given, known), "trailguard rules lists the rules"), "there is no rule %q", given)
}

func completeRules(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var all []string
	if len(args) == 0 {
		for _, r := range analyzer.Rules() {
			all = append(all, cobra.CompletionWithDesc(r.ID, r.Title))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
