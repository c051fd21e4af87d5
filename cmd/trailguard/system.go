package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// system is everything that a run takes from the world around it. Nothing else of the program touches the
// process, so that tests can run it many times in one.
type system struct {
	stdin  io.Reader
	stdout io.Writer // the report
	stderr io.Writer // what people should know besides
	getenv func(string) string
	files  files
	// columns returns the width of a terminal, and false for a stream that is none.
	columns func(stream any) (int, bool)
	build   func() build
}

func terminalColumns(stream any) (int, bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return 0, false
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		width = 0
	}
	return width, true
}

// print writes a text to standard output.
func (s system) print(text string) error {
	if _, err := io.WriteString(s.stdout, text); err != nil {
		return failedError(fmt.Errorf("write standard output: %w", plain(err)))
	}
	return nil
}
