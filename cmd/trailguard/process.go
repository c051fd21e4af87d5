package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// process is a program that runs, read by its standard output.
type process struct {
	io.ReadCloser
	cmd    *exec.Cmd
	stderr *bytes.Buffer
}

// startProcess runs a program that is on the PATH.
func startProcess(ctx context.Context, name string, args ...string) (io.ReadCloser, error) {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // the user asked for Terraform to be run
	p := &process{cmd: cmd, stderr: &bytes.Buffer{}}
	cmd.Stderr = &limited{p.stderr}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, plain(err)
	}
	p.ReadCloser = out
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, errors.New("it is not on the PATH")
		}
		return nil, plain(err)
	}
	return p, nil
}

// Close waits for the program.
func (p *process) Close() error {
	_, _ = io.Copy(io.Discard, p.ReadCloser) // so that it need not wait for a reader
	err := p.cmd.Wait()
	if err == nil {
		return nil
	}
	if said := firstLine(p.stderr.String()); said != "" {
		return fmt.Errorf("%w: %s", err, said)
	}
	return fmt.Errorf("it failed: %w", err)
}

// firstLine returns the first line that is more than a frame.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.Trim(line, "╷│╵ \t\r\n"); line != "" {
			return line
		}
	}
	return ""
}

// limited keeps the beginning of what is written to it.
type limited struct{ b *bytes.Buffer }

// Write takes everything, and keeps 64 KiB.
func (l *limited) Write(p []byte) (int, error) {
	if room := 64<<10 - l.b.Len(); room > 0 {
		l.b.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
