package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/render"
)

// report analyses the subject, writes the report in every format that was asked for, and ends with the code
// that the findings give. Neither the formats nor where they go to change the code.
func (s system) report(subject *analyzer.Subject, f *reportFlags, in *input) error {
	outs := f.formats
	if len(outs) == 0 {
		outs = outputs{{format: render.Formats()[0].Name}}
	}
	for _, o := range outs {
		if o.path != "" && in.name == in.label && s.files.same(o.path, in.name) {
			return usageError(nil, "--format: %s is the input and would be overwritten", o.path)
		}
	}
	if !slices.ContainsFunc(outs, func(o output) bool { return o.path == "" && o.format == "text" }) { // the text holds them
		s.notes(subject, in)
	}
	subject.Today = s.today()
	r := analyzer.Analyze(*subject, analyzer.Rules())
	err := s.write(outs, r, f)
	if isEmpty(r) && !f.allowEmpty {
		return failedEmpty(r, in, err)
	}
	if err != nil {
		return err
	}
	s.summary(outs, r)
	failOn, err := analyzer.ParseSeverity(f.failOn.value)
	if err != nil {
		return failedError(err)
	}
	if failOn != analyzer.None && r.Worst() >= failOn {
		return &failure{code: exitFindings}
	}
	return nil
}

// notes tells people what is unusual about the inputs.
func (s system) notes(subject *analyzer.Subject, in *input) {
	for _, i := range subject.Inputs {
		for _, note := range i.Notes {
			say(s.stderr, "note: "+in.label+": "+note)
		}
	}
}

// write writes the report everywhere, even where a part of it fails.
func (s system) write(outs outputs, r *analyzer.Report, f *reportFlags) error {
	var all []error
	for _, o := range outs {
		opts := render.Options{Color: f.color.value == colorAlways}
		if o.path == "" {
			opts = s.textOptions(f.color)
		}
		opts.Version, opts.Key = s.build().Version, f.key.value
		fill := func(w io.Writer) error {
			b := bufio.NewWriterSize(w, 1<<16)
			if err := render.Write(b, o.format, r, opts); err != nil {
				return err
			}
			return b.Flush()
		}
		if o.path != "" {
			if err := s.files.write(o.path, fill); err != nil {
				all = append(all, fmt.Errorf("write %s: %w", o.path, err))
			}
			continue
		}
		if err := fill(s.stdout); err != nil {
			all = append(all, fmt.Errorf("write standard output: %w", plain(err)))
		}
	}
	if len(all) == 0 {
		return nil
	}
	return failedError(joinLine(all))
}

// joinLine joins errors in one line.
func joinLine(all []error) error {
	err := all[0]
	for _, e := range all[1:] {
		err = fmt.Errorf("%w; %w", err, e)
	}
	return err
}

// isEmpty says that there is nothing to judge: no trail and no hop, neither after the plan nor before it.
func isEmpty(r *analyzer.Report) bool {
	if r.Coverage.Trails > 0 || r.Coverage.Hops > 0 {
		return false
	}
	if r.Before == nil {
		return true
	}
	for n := range r.Before.Nodes() {
		if n.Kind == graph.KindTrail || n.Kind == graph.KindEventStore {
			return false
		}
	}
	return r.Before.NumHops() == 0
}

func failedEmpty(r *analyzer.Report, in *input, written error) error {
	if written != nil {
		return written
	}
	ours := 0
	for n := range r.Graph.Nodes() {
		if n.Declared() {
			ours++
		}
	}
	return failedError(
		fmt.Errorf("no trail and no hop in %s; read %s resource%s of the types that a chain is made of and %s of other types", in.label, numberOf(ours, "no"), plural(ours), numberOf(r.Coverage.Ignored, "none")),
		"give the input that declares the trail, or --allow-empty where there may be none")
}

func numberOf(n int, none string) string {
	if n == 0 {
		return none
	}
	return strconv.Itoa(n)
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// summary tells people in one line what they would have read, where no report is for them to read.
func (s system) summary(outs outputs, r *analyzer.Report) {
	var paths []string
	for _, o := range outs {
		if o.path == "" {
			return
		}
		paths = append(paths, o.path)
	}
	violated := 0
	for _, f := range r.Findings {
		if f.Verdict == analyzer.Violated && f.Suppressed == "" {
			violated++
		}
	}
	line := numberOf(violated, "no") + " finding" + plural(violated)
	if violated > 0 {
		line += ", the worst is " + r.Worst().String()
	}
	if n := len(r.Coverage.Undetermined); n > 0 {
		line += fmt.Sprintf("; %d undetermined", n)
	}
	say(s.stderr, "trailguard: "+line+"; written to "+strings.Join(paths, ", "))
}
