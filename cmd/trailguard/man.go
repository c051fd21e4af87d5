package main

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// page is what the documentation says of one command, apart from how it is written down.
type page struct {
	path     string // the words of the command: "trailguard plan"
	short    string
	long     string
	usage    string
	examples string // indented by two spaces
	flags    []flagDoc
	commands []*page    // below it
	parent   string     // path of the command above it
	exit     []exitCode // where they tell something
	env      []variable // that the command reads
}

type flagDoc struct{ spelling, usage, preset string }

// pageOf documents a command, and those below it.
func pageOf(cmd *cobra.Command) *page {
	cmd.InitDefaultHelpFlag()
	p := &page{
		path: cmd.CommandPath(), short: cmd.Short, long: cmd.Long, usage: cmd.UseLine(), examples: cmd.Example,
		exit: exitCodesOf(cmd), env: variablesOf(cmd),
	}
	if cmd.HasParent() {
		p.parent = cmd.Parent().CommandPath()
	}
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		d := flagDoc{spelling: "--" + f.Name}
		if f.Shorthand != "" {
			d.spelling = "-" + f.Shorthand + ", " + d.spelling
		}
		value, usage := pflag.UnquoteUsage(f)
		if value != "" {
			d.spelling += " " + value
		}
		d.usage = usage
		if f.DefValue != "" && f.DefValue != "false" {
			d.preset = f.DefValue
		}
		p.flags = append(p.flags, d)
	})
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			p.commands = append(p.commands, pageOf(c))
		}
	}
	return p
}

// exitCode is one row of the table of exit codes.
type exitCode struct {
	code    int
	meaning string
}

// exitCodesOf returns the exit codes of a command that reads an input, and of all commands for the root.
func exitCodesOf(cmd *cobra.Command) []exitCode {
	rest := []exitCode{
		{exitUsage, "the command line is wrong"},
		{exitFailed, "the input could not be read, or holds no trail and no hop, or the output could not be written"},
	}
	switch {
	case cmd.Flags().Lookup("fail-on") != nil, !cmd.HasParent():
		return append([]exitCode{
			{exitOK, "nothing is violated at or above --fail-on"},
			{exitFindings, "something is violated at or above --fail-on"},
		}, rest...)
	case cmd.GroupID == groupInputs:
		return append([]exitCode{{exitOK, "the list was printed"}}, rest...)
	}
	return nil
}

// variable is one row of the table of environment variables.
type variable struct{ name, meaning string }

// variablesOf returns the environment variables that a command reads, and those of all commands for the root.
func variablesOf(cmd *cobra.Command) []variable {
	if cmd.HasParent() && cmd.Flags().Lookup("color") == nil {
		return nil
	}
	return []variable{
		{"NO_COLOR", "when set to anything, --color auto does not colour (https://no-color.org)"},
		{"TERM", "when it is dumb, --color auto does not colour"},
	}
}

// manual is one row of the table of forms that the documentation is written in.
type manual struct {
	name  string
	file  func(path string) string
	write func(w io.Writer, p *page, version string) error
}

func manuals() []manual {
	return []manual{
		{"man", func(s string) string { return strings.ReplaceAll(s, " ", "-") + ".1" }, writeRoff},
		{"markdown", markdownFile, writeMarkdown},
	}
}

func manCommand(sys system) *cobra.Command {
	form := choice{value: "man"}
	for _, m := range manuals() {
		form.of = append(form.of, m.name)
	}
	cmd := &cobra.Command{
		Use: "man DIR", Short: "Write the manual pages", GroupID: groupOther,
		Long: "Writes a page for every command into DIR, which is made where there is none. The pages hold no date:\nthe same trailguard writes the same bytes.",
		Example: `  trailguard man /usr/local/share/man/man1
  trailguard man --format markdown docs/cli`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			if err := sys.files.mkdir(dir); err != nil {
				return failedError(fmt.Errorf("make %s: %w", dir, err))
			}
			for _, m := range manuals() {
				if m.name != form.value {
					continue
				}
				for _, p := range allPages(pageOf(cmd.Root())) {
					name := path.Join(dir, m.file(p.path))
					err := sys.files.write(name, func(w io.Writer) error { return m.write(w, p, sys.build().Version) })
					if err != nil {
						return failedError(fmt.Errorf("write %s: %w", name, err))
					}
				}
			}
			return nil
		},
	}
	cmd.Flags().Var(&form, "format", "form of the pages")
	complete(cmd, "format", form.of...)
	return cmd
}

func allPages(p *page) []*page {
	all := []*page{p}
	for _, c := range p.commands {
		all = append(all, allPages(c)...)
	}
	return all
}
