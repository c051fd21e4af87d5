//go:build e2e

package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// patience is how long a command may take before it is interrupted, so that none outlives its test.
const patience = 3 * time.Minute

// need skips the test where a command is missing, or a variable, whose name is in capitals. The words are those that
// scripts/test-skips looks for.
func need(t *testing.T, what ...string) {
	t.Helper()
	for _, w := range what {
		if strings.ToUpper(w) == w {
			if os.Getenv(w) == "" {
				t.Skip("needs " + w)
			}
		} else if _, err := exec.LookPath(w); err != nil {
			t.Skip("needs " + w)
		}
	}
}

// binary builds the command as it is shipped, and returns its path.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trailguard")
	if got := finish(t, command(t, "go", "build", "-o", path, ".")); got.code != 0 {
		t.Fatalf("go build: exit code %d\n%s", got.code, got.said)
	}
	return path
}

// environment is that of the test, less the variables that start in one of the ways given.
func environment(without ...string) []string {
	var all []string
next:
	for _, v := range os.Environ() {
		for _, start := range without {
			if strings.HasPrefix(v, start) {
				continue next
			}
		}
		all = append(all, v)
	}
	return all
}

// command is a process with an end. It is interrupted first: Terraform ends its providers then.
func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// ran is what is left of a process.
type ran struct {
	out, said string // standard output and error
	code      int
}

// finish runs a process to its end. What takes its output elsewhere has said so in the command.
func finish(t *testing.T, cmd *exec.Cmd) ran {
	t.Helper()
	var out, said bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	cmd.Stderr = &said
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited || !cmd.ProcessState.Exited() {
		t.Fatalf("%s: %v, %v\n%s", strings.Join(cmd.Args, " "), err, cmd.ProcessState, said.String())
	}
	return ran{out.String(), said.String(), cmd.ProcessState.ExitCode()}
}

// fed runs a process that reads the bytes.
func fed(t *testing.T, stdin []byte, name string, args ...string) ran {
	t.Helper()
	cmd := command(t, name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	return finish(t, cmd)
}

// piped is from | to, with nothing in between but a pipe of the system. It returns what is left of the latter.
func piped(t *testing.T, from, to *exec.Cmd) ran {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	from.Stdout, from.Stderr, to.Stdin = w, &said, r
	if err := from.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close() // the process has it
	got := finish(t, to)
	_ = r.Close() // it was read
	if err := from.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(from.Args, " "), err, said.String())
	}
	return got
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// moto starts a server that plays AWS, and returns its address. It ends with the test.
func moto(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil { // for moto to have
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "python3", "../../testdata/terraform/moto_server.py", port)
	cmd.Env = environment("AWS_", "MOTO_")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err == nil {
			t.Error("moto ended before it was stopped")
		}
	})
	for range 600 { // a minute
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/moto-api/data.json", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(req); err == nil {
			_ = answer.Body.Close() // that it answers is enough
			return "http://" + address
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("moto ended: %v\n%s", err, said.String())
		case <-time.After(100 * time.Millisecond): //nolint:forbidigo // asks again; nothing is measured
		}
	}
	t.Fatal("moto does not answer")
	return ""
}
