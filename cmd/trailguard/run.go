package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// run runs one command line and returns the code to exit with.
func run(ctx context.Context, args []string, sys system) int {
	root := newRoot(sys) //nolint:contextcheck // commands get it from cobra
	root.SetArgs(args)
	if err := findCommand(root, args); err != nil {
		return fail(sys.stderr, err)
	}
	return fail(sys.stderr, root.ExecuteContext(ctx))
}

// The groups of commands in the help.
const (
	groupInputs = "inputs"
	groupRules  = "rules"
	groupOther  = "other"
)

// newRoot builds the tree of commands.
func newRoot(sys system) *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use:   "trailguard",
		Short: "Draw and judge the path that CloudTrail events take",
		Long: `trailguard draws the chain of services that CloudTrail events travel through, from Terraform plans,
state and configuration and from CloudFormation, and says what is wrong with it before a change is merged: what is not recorded, what can be
deleted, delayed or read on the way, and what a plan cuts.

The report goes to standard output, everything else to standard error.`,
		Example: `  terraform show -json plan.tfplan | trailguard plan
  terraform show -json plan.tfplan | trailguard plan --format markdown=comment.md --format json=report.json
  trailguard explain TG301`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if showVersion {
				return sys.print(versionText(sys.build()))
			}
			cmd.SetOut(sys.stderr)
			_ = cmd.Help() // it fails only where standard error does
			return &failure{code: exitUsage}
		},
	}
	root.SetIn(sys.stdin)
	root.SetOut(sys.stdout)
	root.SetErr(sys.stderr)
	root.SetFlagErrorFunc(flagError)
	root.Flags().BoolVarP(&showVersion, "version", "v", false, "show the version")
	root.AddGroup(&cobra.Group{ID: groupInputs, Title: "Read an input:"}, &cobra.Group{ID: groupRules, Title: "Look something up:"}, &cobra.Group{ID: groupOther, Title: "Other commands:"})
	root.AddCommand(
		planCommand(sys), stateCommand(sys), terraformCommand(sys), cloudformationCommand(sys), scanCommand(sys), risksCommand(sys), whoCanCommand(sys),
		explainCommand(sys), rulesCommand(sys),
		completionCommand(sys), manCommand(sys), versionCommand(sys),
	)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	root.InitDefaultHelpCmd() // now, for findCommand to see it
	return root
}

// findCommand says which command is meant where there is none of the name.
func findCommand(root *cobra.Command, args []string) error {
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		return nil
	}
	if _, rest, err := root.Find(args); err != nil {
		i := slices.IndexFunc(rest, func(a string) bool { return !strings.HasPrefix(a, "-") })
		if i < 0 {
			return nil
		}
		return noCommand(root, rest[i])
	}
	return nil
}

func noCommand(root *cobra.Command, name string) error {
	var known []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, append([]string{c.Name()}, c.Aliases...)...)
		}
	}
	return usageError(append(suggest(name, known), "trailguard --help lists the commands"), "there is no command %q", name)
}

// flagError words what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		name := "--" + invalid.GetFlag().Name
		if f, ok := errors.AsType[*failure](err); ok {
			return usageError(f.hint, "%s: %w", name, f.err)
		}
		return usageError(helpHint(cmd), "%s: %q is no %s", name, invalid.GetValue(), invalid.GetFlag().Value.Type())
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usageError(helpHint(cmd), "--%s takes a value: %s", missing.GetSpecifiedName(), missing.GetFlag().Value.Type())
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && unknown.GetSpecifiedShortnames() == "" {
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				known = append(known, "--"+f.Name)
			}
		})
		name := "--" + unknown.GetSpecifiedName()
		return usageError(append(suggest(name, known), helpHint(cmd)...), "%s has no flag %s", cmd.CommandPath(), name)
	}
	return usageError(helpHint(cmd), "%w", err)
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Show the help of a command", GroupID: groupOther, Args: arguments(0, 1),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, c := range cmd.Root().Commands() {
				if c.IsAvailableCommand() && len(args) == 0 {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			if len(args) == 0 {
				return root.Help()
			}
			about, _, err := root.Find(args)
			if err != nil || about == root {
				return noCommand(root, args[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
