package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
)

// Options say how to render. The zero Options are good for a pipe.
type Options struct {
	Color    bool   // text: use ANSI colours. Colour is never the only signal
	Width    int    // text: columns after which a line is continued on the next; 0: 100
	MaxBytes int    // markdown: the most bytes to write, the marker apart; 0: 60,000
	Version  string // of trailguard, for footers; empty: left out
	Key      string // markdown: tells the comments of several projects on one pull request apart; empty: default
}

// Renderer writes a report in one format. It returns the error of the writer, and no other.
type Renderer func(io.Writer, *analyzer.Report, Options) error

// Format is one row of the table of formats.
type Format struct {
	Name      string // as --format takes it
	Doc       string // one line
	Extension string // of files, with the dot
	Render    Renderer
}

// Formats returns the table of formats, the default one first. The caller owns the slice.
func Formats() []Format {
	return []Format{
		{"text", "chains as indented trees, then findings, for a terminal", ".txt", Text},
		{"json", "the versioned report, for machines (schema: report.schema.json)", ".json", JSON},
		{"dot", "the chains as a Graphviz graph", ".dot", DOT},
		{"mermaid", "the chains as a Mermaid flowchart", ".mmd", Mermaid},
		{"markdown", "the comment on a pull request", ".md", Markdown},
	}
}

// UnknownFormatError says that no format has the name that was asked for.
type UnknownFormatError struct {
	Name  string
	Known []string // names of the formats there are, in the order of the table
}

// Error names the format that was asked for and those there are.
func (e *UnknownFormatError) Error() string {
	return fmt.Sprintf("format %q is none of %s", e.Name, strings.Join(e.Known, ", "))
}

// Write renders the report in the named format. It returns an [*UnknownFormatError] for a name that is not
// in the table, and else the error of the writer.
func Write(w io.Writer, name string, r *analyzer.Report, opts Options) error {
	formats := Formats()
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		err := &UnknownFormatError{Name: name}
		for _, f := range formats {
			err.Known = append(err.Known, f.Name)
		}
		return err
	}
	return formats[i].Render(w, r, opts)
}
