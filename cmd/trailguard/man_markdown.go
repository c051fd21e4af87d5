package main

import (
	"fmt"
	"io"
	"strings"
)

func markdownFile(path string) string { return strings.ReplaceAll(path, " ", "_") + ".md" }

// writeMarkdown writes the page of a command for docs/cli.
func writeMarkdown(w io.Writer, p *page, _ string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Made of the command line by scripts/cli-docs: change it there. -->\n# %s\n\n%s.\n\n```\n%s\n```\n", p.path, markdown(p.short), p.usage)
	if p.long != "" {
		fmt.Fprintf(&b, "\n%s\n", markdown(p.long))
	}
	if len(p.commands) > 0 {
		b.WriteString("\n## Commands\n\n| command | what it does |\n|---|---|\n")
		for _, c := range p.commands {
			fmt.Fprintf(&b, "| [%s](%s) | %s |\n", c.path, markdownFile(c.path), markdown(c.short))
		}
	}
	if p.examples != "" {
		fmt.Fprintf(&b, "\n## Examples\n\n```sh\n%s\n```\n", strings.ReplaceAll("\n"+p.examples, "\n  ", "\n")[1:])
	}
	b.WriteString("\n## Flags\n\n| flag | what it does | default |\n|---|---|---|\n")
	for _, f := range p.flags {
		preset := ""
		if f.preset != "" {
			preset = "`" + f.preset + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.ReplaceAll(f.spelling, "|", `\|`), markdown(f.usage), preset)
	}
	if len(p.exit) > 0 {
		b.WriteString("\n## Exit codes\n\n| code | meaning |\n|---|---|\n")
		for _, e := range p.exit {
			fmt.Fprintf(&b, "| %d | %s |\n", e.code, markdown(e.meaning))
		}
	}
	if len(p.env) > 0 {
		b.WriteString("\n## Environment\n\n| variable | meaning |\n|---|---|\n")
		for _, v := range p.env {
			fmt.Fprintf(&b, "| `%s` | %s |\n", v.name, markdown(v.meaning))
		}
	}
	if p.parent != "" {
		fmt.Fprintf(&b, "\n## See also\n\n[%s](%s)\n", p.parent, markdownFile(p.parent))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown makes text of the command line inert.
func markdown(s string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "|", `\|`, "`", "\\`", "[", `\[`).Replace(s)
}
