package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// shell is one row of the table of shells.
type shell struct {
	name     string
	generate func(root *cobra.Command, w io.Writer) error
}

func shells() []shell {
	return []shell{
		{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"zsh", (*cobra.Command).GenZshCompletion},
		{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{"powershell", (*cobra.Command).GenPowerShellCompletionWithDesc},
	}
}

func completionCommand(sys system) *cobra.Command {
	var names []string
	for _, s := range shells() {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use: "completion bash|zsh|fish|powershell", Short: "Write the completion script of a shell", GroupID: groupOther,
		Long: "Writes the script that completes commands, flags, rules and their values in a shell.",
		Example: `  source <(trailguard completion bash)
  trailguard completion zsh > "${fpath[1]}/_trailguard"
  trailguard completion fish > ~/.config/fish/completions/trailguard.fish
  trailguard completion powershell | Out-String | Invoke-Expression`,
		Args: arguments(1, 1), ValidArgs: names, DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, s := range shells() {
				if s.name != args[0] {
					continue
				}
				var b bytes.Buffer
				if err := s.generate(cmd.Root(), &b); err != nil {
					return failedError(fmt.Errorf("write the completion of %s: %w", s.name, err))
				}
				return sys.print(b.String())
			}
			return usageError(append(suggest(args[0], names), helpHint(cmd)...), "there is no completion for %q", args[0])
		},
	}
}
