package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// input is an opened input.
type input struct {
	io.ReadCloser
	name  string // in the report
	label string // in messages
}

// openInput opens the file of that name; "-" and no name are standard input. A person who forgot to give an
// input is told so instead of being waited for.
func (s system) openInput(name, command, wanted string) (*input, error) {
	switch name {
	case "":
		if _, terminal := s.columns(s.stdin); terminal {
			return nil, usageError([]string{"pipe one in: terraform show -json " + wanted + " | " + command, "or name a file that holds it: " + command + " FILE"}, "no FILE is given and standard input is a terminal")
		}
		fallthrough
	case "-":
		return &input{ReadCloser: io.NopCloser(s.stdin), name: "stdin", label: "standard input"}, nil
	}
	f, err := s.files.open(name)
	switch {
	case errors.Is(err, errDirectory):
		return nil, failedError(errors.New(name+" is a directory"), strings.TrimSpace("expected a file that holds the output of terraform show -json "+wanted))
	case err != nil:
		return nil, failedError(fmt.Errorf("open %s: %w", name, err))
	}
	return &input{ReadCloser: f, name: name, label: name}, nil
}

// argument returns the only argument, or nothing.
func argument(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// isProcess says that the input is what a program prints, whose failure is that of the input.
func (i *input) isProcess() bool {
	_, ok := i.ReadCloser.(*process)
	return ok
}
