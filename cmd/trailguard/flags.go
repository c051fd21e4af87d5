package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/render"
)

// output is one report to write.
type output struct {
	format string
	path   string // empty: standard output
}

// outputs is the value of --format.
type outputs []output

// String, Set and Type make outputs the value of a flag.
func (o *outputs) String() string {
	var all []string
	for _, out := range *o {
		if out.path != "" {
			out.format += "=" + out.path
		}
		all = append(all, out.format)
	}
	return strings.Join(all, " ")
}

// Set adds a report to write.
func (o *outputs) Set(s string) error {
	name, path, hasPath := strings.Cut(s, "=")
	known := formatNames()
	if !slices.Contains(known, name) {
		hint := append(suggest(name, known), "formats are "+strings.Join(known, ", "))
		return usageError(hint, "unknown format %q", name)
	}
	if hasPath && path == "" {
		return usageError([]string{"NAME alone, or NAME=-, is standard output"}, "%q names no file", s)
	}
	if path == "-" {
		path = ""
	}
	for _, other := range *o {
		switch {
		case other.path != path:
		case path == "":
			return usageError([]string{"give all but one a file: --format " + name + "=FILE"}, "%s and %s cannot both go to standard output", other.format, name)
		default:
			return usageError(nil, "%s and %s cannot both go to %s", other.format, name, path)
		}
	}
	*o = append(*o, output{name, path})
	return nil
}

// Type is what the help calls the value.
func (o *outputs) Type() string { return "NAME[=PATH]" }

func formatNames() []string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// choice is a flag that takes one of a few words.
type choice struct {
	value string
	of    []string
}

// String, Set and Type make choice the value of a flag.
func (c *choice) String() string { return c.value }

// Set takes one of the words, in any case.
func (c *choice) Set(s string) error {
	i := slices.IndexFunc(c.of, func(w string) bool { return strings.EqualFold(w, s) })
	if i < 0 {
		return usageError(suggest(s, c.of), "%q is none of %s", s, strings.Join(c.of, ", "))
	}
	c.value = c.of[i]
	return nil
}

// Type is what the help calls the value.
func (c *choice) Type() string { return strings.Join(c.of, "|") }

// checked is a flag whose value must look like something.
type checked struct {
	value string
	what  string // as the help calls it
	valid func(string) bool
	hint  string
}

// String, Set and Type make checked the value of a flag.
func (c *checked) String() string { return c.value }

// Set takes what looks right.
func (c *checked) Set(s string) error {
	if !c.valid(s) {
		return usageError([]string{c.hint}, "%q is no %s", s, strings.ToLower(c.what))
	}
	c.value = s
	return nil
}

// Type is what the help calls the value.
func (c *checked) Type() string { return c.what }

// scopeFlags say where resources are for inputs that do not tell.
type scopeFlags struct{ account, region, partition checked }

func (f *scopeFlags) add(cmd *cobra.Command) {
	f.account = checked{what: "ACCOUNT", valid: isAccount, hint: "an account is 12 digits"}
	f.region = checked{what: "REGION", valid: isRegion, hint: "a region looks like eu-central-1"}
	f.partition = checked{what: "PARTITION", valid: isPartition, hint: "partitions are aws, aws-cn, aws-us-gov and their like"}
	flags := cmd.Flags()
	flags.Var(&f.account, "account", "account of the default provider, where the input does not tell it")
	flags.Var(&f.region, "region", "region of the default provider, where the input does not tell it")
	flags.Var(&f.partition, "partition", "partition of the default provider, where the input does not tell it")
	complete(cmd, "partition", "aws", "aws-cn", "aws-us-gov")
	complete(cmd, "account")
	complete(cmd, "region")
}

func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

func isRegion(s string) bool {
	parts := strings.Split(s, "-")
	for i, p := range parts {
		letters := "abcdefghijklmnopqrstuvwxyz"
		if i == len(parts)-1 {
			letters = "0123456789"
		}
		if p == "" || strings.Trim(p, letters) != "" {
			return false
		}
	}
	return len(parts) >= 3
}

func isPartition(s string) bool {
	return (s == "aws" || strings.HasPrefix(s, "aws-")) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz-") == "" && !strings.HasSuffix(s, "-")
}

// isKey says that the marker of a comment can hold the name as it is.
func isKey(s string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-"
	return s != "" && len(s) <= 120 && strings.Trim(s, allowed) == "" && !strings.Contains(s, "--")
}

// reportFlags say where the report goes, what it looks like, and what is bad enough to fail.
type reportFlags struct {
	formats    outputs
	failOn     choice
	allowEmpty bool
	color      choice
	key        checked
}

func (f *reportFlags) add(cmd *cobra.Command) {
	f.failOn = choice{value: analyzer.High.String()}
	for s := analyzer.None; s <= analyzer.Critical; s++ {
		f.failOn.of = append(f.failOn.of, s.String())
	}
	flags := cmd.Flags()
	flags.Var(&f.formats, "format", "write the report as "+strings.Join(formatNames(), ", ")+", to a file or standard output; repeatable (default text)")
	flags.Var(&f.failOn, "fail-on", "lowest severity of a violated rule that ends the run with exit code 1")
	flags.BoolVar(&f.allowEmpty, "allow-empty", false, "an input without trail and hop is no error")
	f.key = checked{what: "NAME", valid: isKey, hint: "a name is up to 120 letters, digits and . _ / -, no two dashes together"}
	flags.Var(&f.key, "key", "tell the comments of several projects on one pull request apart (markdown)")
	complete(cmd, "format", formatNames()...)
	complete(cmd, "fail-on", f.failOn.of...)
	addColor(cmd, &f.color)
	complete(cmd, "key")
}

// The words of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

func addColor(cmd *cobra.Command, c *choice) {
	*c = choice{value: colorAuto, of: []string{colorAuto, colorAlways, colorNever}}
	cmd.Flags().Var(c, "color", "colour the text on standard output")
	complete(cmd, "color", c.of...)
}

// complete offers the words to a shell that completes the flag.
func complete(cmd *cobra.Command, flag string, words ...string) {
	if cmd.Flags().Lookup(flag) == nil {
		return
	}
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // it fails for unknown flags only
}

// arguments accepts between least and most arguments, which the usage line of the command names.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (len(args) <= most || most < 0) {
			return nil
		}
		want := "no argument"
		if _, named, ok := strings.Cut(cmd.Use, " "); ok {
			want = named
		}
		got := "none"
		if len(args) > 0 {
			got = fmt.Sprintf("%d: %q", len(args), args)
		}
		return usageError(helpHint(cmd), "%s takes %s, got %s", cmd.CommandPath(), want, got)
	}
}

func helpHint(cmd *cobra.Command) []string { return []string{cmd.CommandPath() + " --help tells more"} }
