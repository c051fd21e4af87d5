package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// trailPlan is a plan with a trail that does not log.
const trailPlan = `{"format_version":"1.2","terraform_version":"1.14.0","planned_values":{"root_module":{}},"resource_changes":[{"address":"aws_cloudtrail.org","mode":"managed","type":"aws_cloudtrail","name":"org","provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,"after":{"name":"org","s3_bucket_name":"acme-trail","enable_logging":false},"after_unknown":{},"before_sensitive":false,"after_sensitive":{}}}],"configuration":{"root_module":{}}}`

// world is a system for tests, in which everything is in memory but the files of one folder.
type world struct {
	system
	out, err bytes.Buffer
	dir      string
}

func newWorld(t *testing.T, stdin string) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	w.system = system{
		stdin: strings.NewReader(stdin), stdout: &w.out, stderr: &w.err,
		getenv: func(string) string { return "" }, environ: func() []string { return nil }, start: startProcess, today: func() string { return "2026-11-25" }, files: osFiles{dir: w.dir},
		columns: func(any) (int, bool) { return 0, false },
		build:   func() build { return build{Version: "1.2.3", Go: "go"} },
	}
	return w
}

func (w *world) run(args ...string) int { return run(context.Background(), args, w.system) }

func TestTerminalInputIsNotWaitedFor(t *testing.T) {
	w := newWorld(t, "")
	w.stdin = failingReader{}
	w.columns = func(stream any) (int, bool) { return 80, stream == w.stdin }
	for _, command := range []string{"plan", "state", "risks"} {
		w.err.Reset()
		if got := w.run(command); got != exitUsage {
			t.Errorf("%s: exit code %d, want %d", command, got, exitUsage)
		}
		if s := w.err.String(); !strings.Contains(s, "standard input is a terminal") || !strings.Contains(s, "| trailguard "+command+"\n") {
			t.Errorf("%s: got %q", command, s)
		}
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("was read") }

func TestReadError(t *testing.T) {
	w := newWorld(t, "")
	w.stdin = failingReader{}
	if got := w.run("plan"); got != exitFailed || !strings.Contains(w.err.String(), "standard input: was read") {
		t.Errorf("exit code %d, %q", got, w.err.String())
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

func TestWriteErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "trailguard: write standard output: no space left on device\n"},
		{syscall.EPIPE, ""},
	} {
		for _, args := range [][]string{{"plan"}, {"rules"}, {"explain", "TG101"}, {"version"}, {"completion", "bash"}} {
			w := newWorld(t, trailPlan)
			w.stdout = failingWriter{&os.PathError{Op: "write", Path: "|1", Err: c.err}}
			if got := w.run(args...); got != exitFailed || w.err.String() != c.want {
				t.Errorf("%q, %v: exit code %d, %q", args, c.err, got, w.err.String())
			}
		}
	}
}

func TestColor(t *testing.T) {
	for _, c := range []struct {
		name     string
		flags    []string
		env      map[string]string
		terminal bool
		want     bool
	}{
		{name: "pipe"},
		{name: "terminal", terminal: true, want: true},
		{name: "NO_COLOR", terminal: true, env: map[string]string{"NO_COLOR": "1"}},
		{name: "dumb", terminal: true, env: map[string]string{"TERM": "dumb"}},
		{name: "never", terminal: true, flags: []string{"--color", "never"}},
		{name: "always", flags: []string{"--color", "always"}, env: map[string]string{"NO_COLOR": "1"}, want: true},
	} {
		w := newWorld(t, trailPlan)
		w.getenv = func(name string) string { return c.env[name] }
		w.columns = func(stream any) (int, bool) { return 80, c.terminal && stream == w.stdout }
		if got := w.run(append([]string{"plan"}, c.flags...)...); got != exitFindings {
			t.Errorf("%s: exit code %d: %s", c.name, got, w.err.String())
		}
		if got := strings.Contains(w.out.String(), "\x1b["); got != c.want {
			t.Errorf("%s: coloured %v, want %v", c.name, got, c.want)
		}
	}
}

func TestFilesAreReplacedAsAWhole(t *testing.T) {
	w := newWorld(t, "")
	path := filepath.Join(w.dir, "out")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(w.dir, "link")
	if err := os.Symlink("out", link); err != nil {
		t.Skip("no symbolic links here")
	}
	bad := errors.New("bad")
	err := w.files.write("link", func(out io.Writer) error {
		_, _ = io.WriteString(out, "half")
		return bad
	})
	if !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "before" {
		t.Errorf("a failed write left %q", got)
	}
	if err := w.files.write("link", func(out io.Writer) error { _, err := io.WriteString(out, "after"); return err }); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "after" {
		t.Errorf("got %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(w.dir); len(entries) != 2 {
		t.Errorf("files are left: %v", entries)
	}
}

func TestSayIsInert(t *testing.T) {
	var b bytes.Buffer
	say(&b, "a\x1b[2Jb\u202ec\nd\xff")
	if got, want := b.String(), "a\\x1b[2Jb\\u202ec\\nd\\ufffd\n"; got != want && got != "a\\x1b[2Jb\\u202ec\\nd\uFFFD\n" {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"plan", "state", "risks", "explain", "rules", "TG301", "TG302"}
	for given, want := range map[string]string{
		"plna": "did you mean plan?", "exp": "did you mean explain?", "rule": "did you mean rules?", "tg301": "did you mean TG301?",
		"TG30": "did you mean TG301 or TG302?", "xyz": "", "": "",
	} {
		if got := strings.Join(suggest(given, known), ""); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"plan", "plan", 0}, {"plna", "plan", 1}, {"pla", "plan", 1}, {"jsn", "json", 1}, {"kitten", "sitting", 3}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: got %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("%q, %q: got %d, want %d", c.b, c.a, got, c.want)
		}
	}
}
