package render

import (
	"github.com/trailguard/trailguard/analyzer"
	"io"
)

func Text(io.Writer, *analyzer.Report, Options) error     { return nil }
func Mermaid(io.Writer, *analyzer.Report, Options) error  { return nil }
func Markdown(io.Writer, *analyzer.Report, Options) error { return nil }
