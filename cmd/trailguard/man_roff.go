package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// writeRoff writes a manual page for man(1): https://man7.org/linux/man-pages/man7/man.7.html
func writeRoff(w io.Writer, p *page, version string) error {
	var b strings.Builder
	name := strings.ReplaceAll(p.path, " ", "-")
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"trailguard %s\" \"trailguard manual\"\n", roff(strings.ToUpper(name)), roff(version))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(name), roff(lowerFirst(p.short)))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(p.usage))
	b.WriteString(".SH DESCRIPTION\n")
	for i, paragraph := range strings.Split(p.describe(), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		b.WriteString(roff(paragraph) + "\n")
	}
	item := func(term, text string) { fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(term), roff(text)) }
	if len(p.commands) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, c := range p.commands {
			item(c.path, c.short)
		}
	}
	b.WriteString(".SH OPTIONS\n")
	for _, f := range p.flags {
		item(f.spelling, f.describe())
	}
	if len(p.exit) > 0 {
		b.WriteString(".SH EXIT STATUS\n")
		for _, e := range p.exit {
			item(strconv.Itoa(e.code), e.meaning)
		}
	}
	if len(p.env) > 0 {
		b.WriteString(".SH ENVIRONMENT\n")
		for _, v := range p.env {
			item(v.name, v.meaning)
		}
	}
	if p.examples != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(p.examples))
	}
	b.WriteString(".SH SEE ALSO\n")
	var also []string
	if p.parent != "" {
		also = append(also, p.parent)
	}
	for _, c := range p.commands {
		also = append(also, c.path)
	}
	for i, s := range also {
		also[i] = "\\fB" + roff(strings.ReplaceAll(s, " ", "-")) + "\\fR(1)"
	}
	b.WriteString(strings.Join(also, ", ") + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// roff makes text inert: no line of it is a request, and hyphens can be copied.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\"", `\(dq`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

// describe returns the long description, or else the short one as a sentence.
func (p *page) describe() string {
	if p.long != "" {
		return p.long
	}
	return p.short + "."
}

// describe returns the usage of a flag, and its default.
func (f flagDoc) describe() string {
	if f.preset == "" {
		return f.usage
	}
	return f.usage + " (default " + f.preset + ")"
}

// lowerFirst makes the first letter small, for a place within a sentence.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
