package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/trailguard/trailguard/render"
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

// textOptions say how text on standard output looks: as wide as the terminal, and coloured where it is one and
// nobody minds (https://no-color.org).
func (s system) textOptions(color choice) render.Options {
	o := render.Options{Color: color.value == colorAlways}
	if width, terminal := s.columns(s.stdout); terminal {
		o.Width = width
		o.Color = o.Color || color.value == colorAuto && s.getenv("NO_COLOR") == "" && s.getenv("TERM") != "dumb"
	}
	return o
}

// printed writes what a renderer writes to standard output.
func (s system) printed(write func(io.Writer) error) error {
	b := bufio.NewWriterSize(s.stdout, 1<<16)
	err := write(b)
	if err == nil {
		err = b.Flush()
	}
	if err != nil {
		return failedError(fmt.Errorf("write standard output: %w", plain(err)))
	}
	return nil
}

// print writes a text to standard output.
func (s system) print(text string) error {
	return s.printed(func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
