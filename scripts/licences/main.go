// Command licences prints the licence of every module that the code and its tests link, and fails if one is
// not of those that an Apache-2.0 program may build on. Run it at the root of the module.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// licence is one row of the table of licences that are allowed, with phrases that its text has.
type licence struct {
	id      string
	phrases []string
}

// allowed returns the table, the more particular row first where texts share phrases.
func allowed() []licence {
	return []licence{
		{"MPL-2.0", []string{"mozilla public license", "version 2.0"}}, // file by file, and the files are unchanged
		{"Apache-2.0", []string{"apache license", "version 2.0, january 2004"}},
		{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy"}},
		{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "endorse or promote products"}},
		{"BSD-2-Clause", []string{"redistribution and use in source and binary forms"}},
		{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose"}},
	}
}

// identify names the allowed licence that a text is.
func identify(text string) (string, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, l := range allowed() {
		if !slices.ContainsFunc(l.phrases, func(p string) bool { return !strings.Contains(text, p) }) {
			return l.id, true
		}
	}
	return "", false
}

// ofModule names the licence of the module in a folder.
func ofModule(dir fs.FS) (string, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "licen") && !strings.HasPrefix(name, "copying") {
			continue
		}
		text, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			return "", err
		}
		if id, ok := identify(string(text)); ok {
			return id, nil
		}
		return "", fmt.Errorf("%s is none of the licences that are allowed", e.Name())
	}
	return "", errors.New("no licence file")
}

func run(ctx context.Context, out io.Writer) error {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-test", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./...")
	cmd.Stderr = os.Stderr
	list, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	var modules []string
	for s := bufio.NewScanner(bytes.NewReader(list)); s.Scan(); {
		if s.Text() != "" {
			modules = append(modules, s.Text())
		}
	}
	slices.Sort(modules)
	var bad []error
	for _, m := range slices.Compact(modules) {
		name, dir, _ := strings.Cut(m, "\t")
		id, err := ofModule(os.DirFS(dir))
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", name, err))
			continue
		}
		fmt.Fprintf(out, "%-13s %s\n", id, name)
	}
	return errors.Join(bad...)
}
