package main

import (
	"bufio"
	"context"
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
	// environ returns the environment, as NAME=VALUE.
	environ func() []string
	// start runs a program in the working directory and returns what it writes to standard output. Closing that
	// waits for the program, and returns an error where it failed.
	start func(ctx context.Context, name string, args ...string) (io.ReadCloser, error)
	// today returns the day, as YYYY-MM-DD.
	today func() string
	files files
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

// readFile reads a small file that a flag names.
func (s system) readFile(name string) ([]byte, error) {
	f, err := s.files.open(name)
	if err != nil {
		return nil, failedError(fmt.Errorf("open %s: %w", name, err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	src, err := io.ReadAll(io.LimitReader(f, maxFlagFile+1))
	if err != nil {
		return nil, failedError(fmt.Errorf("read %s: %w", name, plain(err)))
	}
	if len(src) > maxFlagFile {
		return nil, failedError(fmt.Errorf("%s has more than %d MiB", name, maxFlagFile>>20))
	}
	return src, nil
}

// maxFlagFile bounds the files that flags name, in bytes.
const maxFlagFile = 8 << 20
