package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/sources/managed"
)

func versionCommand(sys system) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Show the version, what it was built from, the number of rules, and of which day its AWS-managed policies are", GroupID: groupOther,
		Args: arguments(0, 0), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				return sys.print(versionText(sys.build()))
			}
			b := sys.build()
			text, err := json.Marshal(struct {
				Version         string `json:"version"`
				Commit          string `json:"commit"`
				Go              string `json:"go"`
				Rules           int    `json:"rules"`
				ManagedPolicies string `json:"managed_policies"` // day of the last change to any of them
			}{b.Version, b.Commit, b.Go, len(analyzer.Rules()), managed.Date()})
			if err != nil {
				return failedError(fmt.Errorf("encode version: %w", err))
			}
			return sys.print(string(text) + "\n")
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write it as JSON")
	return cmd
}

func versionText(b build) string {
	commit := ""
	if b.Commit != "" {
		commit = "commit " + b.Commit + ", "
	}
	return fmt.Sprintf("trailguard %s (%s%s, %d rules, AWS-managed policies of %s)\n", b.Version, commit, b.Go, len(analyzer.Rules()), managed.Date())
}
