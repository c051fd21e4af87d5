package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/render"
)

func rulesCommand(sys system) *cobra.Command {
	var color choice
	form := choice{value: "text", of: []string{"text", "json", "markdown"}}
	cmd := &cobra.Command{
		Use: "rules", Short: "List the rules", GroupID: groupRules,
		Long: "Lists every rule with its severity. trailguard explain RULE tells more of one.",
		Args: arguments(0, 0), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			rules := analyzer.Rules()
			return sys.printed(func(w io.Writer) error {
				switch form.value {
				case "json":
					return render.RulesJSON(w, rules)
				case "markdown":
					return render.RulesMarkdown(w, rules)
				}
				return render.RulesText(w, rules, sys.textOptions(color))
			})
		},
	}
	cmd.Flags().Var(&form, "format", "form of the list")
	complete(cmd, "format", form.of...)
	addColor(cmd, &color)
	return cmd
}
