package main

import (
	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
)

func rulesCommand(sys system) *cobra.Command {
	form := choice{value: "text", of: []string{"text", "json", "markdown"}}
	cmd := &cobra.Command{
		Use: "rules", Short: "List the rules", GroupID: groupRules,
		Long: "Lists every rule with its severity. trailguard explain RULE tells more of one.",
		Args: arguments(0, 0), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			return sys.print(rulesDoc(analyzer.Rules(), form.value))
		},
	}
	cmd.Flags().Var(&form, "format", "form of the list")
	complete(cmd, "format", form.of...)
	return cmd
}
