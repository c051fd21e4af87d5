//go:build e2e

package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// bundledPlan creates a chain, with a finding that fails the run; noopPlan is of the same chain, and far bigger than
// the buffer of a pipe.
const (
	bundledPlan = "../../testdata/terraform/acme-org/plan.json"
	noopPlan    = "../../testdata/terraform/acme-org/noop.plan.json"
	stateFile   = "../../testdata/terraform/acme-org/state.json"
)

// TestProcess runs the command that is shipped as a shell and a pipeline do.
func TestProcess(t *testing.T) {
	trailguard := binary(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, string)
	}{
		{"exit codes", testExitCodes},
		{"standard input", testStdin},
		{"formats", testFormats},
		{"files", testFiles},
		{"reader that goes away", testClosedOutput},
		{"writer that never ends", testEndlessInput},
		{"terminal", testTerminal},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, trailguard) })
	}
}

func testExitCodes(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	need(t, "sh")
	for script, want := range map[string]int{
		`"$0" version`:                                   exitOK,
		`"$0" plan "$1" --fail-on none`:                  exitOK,
		`"$0" plan --fail-on critical <"$1"`:             exitOK,
		`"$0" state "$2" --fail-on critical`:             exitOK,
		`"$0" plan "$1"`:                                 exitFindings,
		`"$0" plan <"$1"`:                                exitFindings,
		`cat "$1" | "$0" plan`:                           exitFindings,
		`cat "$1" | "$0" plan - --format json`:           exitFindings,
		`"$0" state "$2" --fail-on low`:                  exitFindings,
		`"$0"`:                                           exitUsage,
		`"$0" plna`:                                      exitUsage,
		`"$0" plan --format jsn "$1"`:                    exitUsage,
		`"$0" plan "$1" "$1"`:                            exitUsage,
		`"$0" plan "$1" --format json="$1"`:              exitUsage,
		`"$0" explain TG000`:                             exitUsage,
		`"$0" plan </dev/null`:                           exitFailed,
		`"$0" plan <"$2"`:                                exitFailed,
		`"$0" state "$1"`:                                exitFailed,
		`"$0" plan "$1.missing"`:                         exitFailed,
		`"$0" plan "$1" --format json=/dev/null/out`:     exitFailed,
		`head -c 5000 "$1" | "$0" plan`:                  exitFailed,
		`printf '{"format_version":"1.2"}' | "$0" plan `: exitFailed,
	} {
		got := finish(t, command(t, "sh", "-c", script+"\necho \"code $?\" >&2", trailguard, bundledPlan, stateFile))
		lines := strings.Split(strings.TrimSuffix(got.said, "\n"), "\n")
		if last := lines[len(lines)-1]; last != "code "+strconv.Itoa(want) {
			t.Errorf("%s: %s, want %d\n%s", script, last, want, got.said)
		}
		if said, reported := len(lines) > 1, got.out != ""; said != (want >= exitUsage) || reported == (want >= exitUsage) {
			t.Errorf("%s: code %d, standard output of %d bytes, standard error %q", script, want, len(got.out), got.said)
		}
	}
	if b := readFile(t, bundledPlan); !bytes.HasPrefix(b, []byte("{")) {
		t.Error("the input was overwritten")
	}
}

// testStdin reads a plan of several pipes' size as it comes, in pieces that end anywhere.
func testStdin(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	plan := readFile(t, noopPlan)
	if len(plan) < 1<<17 {
		t.Fatalf("%s is of %d bytes only", noopPlan, len(plan))
	}
	want := finish(t, command(t, trailguard, "plan", noopPlan, "--format", "json"))
	for _, size := range []int{1009, 1 << 16, len(plan)} {
		cmd := command(t, trailguard, "plan", "--format", "json")
		w, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for piece := range slices.Chunk(plan, size) {
				_, _ = w.Write(piece) // the report tells what has not come
			}
			_ = w.Close() // nothing is buffered
		}()
		got := finish(t, cmd)
		if got.code != want.code || got.said != "" {
			t.Errorf("pieces of %d bytes: exit code %d, want %d: %s", size, got.code, want.code, got.said)
		}
		if out := strings.Replace(got.out, `"stdin"`, `"`+noopPlan+`"`, 1); out != want.out {
			t.Errorf("pieces of %d bytes%s", size, firstDifference(out, want.out))
		}
	}
}

// testFormats writes every format in one run; each is what a run of its own writes.
func testFormats(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	plan, dir := readFile(t, bundledPlan), t.TempDir()
	args, names := []string{"plan", "--format", "text"}, []string(nil)
	for _, f := range formatNames() {
		args = append(args, "--format", f+"="+filepath.Join(dir, f))
		names = append(names, f)
	}
	all := fed(t, plan, trailguard, args...)
	if all.code != exitFindings || all.said != "" {
		t.Errorf("exit code %d, %q", all.code, all.said)
	}
	for _, f := range names {
		alone := fed(t, plan, trailguard, "plan", "--format", f)
		if alone.code != exitFindings || alone.said != "" || alone.out == "" {
			t.Errorf("%s: exit code %d, %d bytes, %q", f, alone.code, len(alone.out), alone.said)
		}
		if got := string(readFile(t, filepath.Join(dir, f))); got != alone.out {
			t.Errorf("%s in a file differs%s", f, firstDifference(got, alone.out))
		}
		if f == "text" && all.out != alone.out {
			t.Errorf("%s with others differs%s", f, firstDifference(all.out, alone.out))
		}
	}
	slices.Sort(names)
	if got := tree(t, dir); !slices.Equal(got, names) {
		t.Errorf("files %q, want %q", got, names)
	}
}

// testFiles finds only those files that were asked for, wherever a program may think that it may leave some.
func testFiles(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	plan := readFile(t, bundledPlan)
	for _, c := range []struct {
		args  string
		files []string
	}{
		{args: "plan"},
		{args: "plan --format json"},
		{args: "plan --format text --format json=work/a.json --format dot=tmp/b.dot", files: []string{"tmp/b.dot", "work/a.json"}},
		{args: "plan --format json=missing/a.json"},
		{args: "state"},
		{args: "risks --plan -"},
		{args: "rules"},
		{args: "explain TG301"},
		{args: "completion bash"},
		{args: "version"},
		{args: "plan --help"},
	} {
		root := t.TempDir()
		for _, d := range []string{"work", "home", "tmp"} {
			if err := os.Mkdir(filepath.Join(root, d), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		args := strings.Fields(c.args)
		for i, a := range args {
			if format, path, ok := strings.Cut(a, "="); ok {
				args[i] = format + "=" + filepath.Join(root, path)
			}
		}
		cmd := command(t, trailguard, args...)
		cmd.Dir = filepath.Join(root, "work")
		cmd.Env = []string{"HOME=" + filepath.Join(root, "home"), "TMPDIR=" + filepath.Join(root, "tmp")}
		cmd.Stdin = bytes.NewReader(plan)
		finish(t, cmd)
		if got := tree(t, root); !slices.Equal(got, c.files) {
			t.Errorf("%s: files %q, want %q", c.args, got, c.files)
		}
	}
}

// tree returns the files below a folder, sorted.
func tree(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, err := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(rel))
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// testClosedOutput takes away who reads the report. Nobody is told, and the other reports are written.
func testClosedOutput(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	for _, line := range []string{"plan --format text", "plan --format json", "plan --format markdown", "rules", "explain TG301", "completion bash"} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close() // nobody reads
		args, file := strings.Fields(line), filepath.Join(t.TempDir(), "out")
		if args[0] == "plan" {
			args = append(args, "--format", "dot="+file, bundledPlan)
		}
		cmd := command(t, trailguard, args...)
		cmd.Stdout = w
		got := finish(t, cmd)
		_ = w.Close() // it was of the process
		if got.code != exitFailed || got.said != "" {
			t.Errorf("%s: exit code %d, %q; want 3 and no word", line, got.code, got.said)
		}
		if args[0] == "plan" && !bytes.HasPrefix(readFile(t, file), []byte("digraph")) {
			t.Errorf("%s: the file is not written", line)
		}
	}
	need(t, "sh", "head")
	first, _, _ := strings.Cut(finish(t, command(t, trailguard, "plan", bundledPlan)).out, "\n")
	for range 5 { // which of the two is faster differs
		got := finish(t, command(t, "sh", "-c", `"$0" plan "$1" | head -n 1`, trailguard, bundledPlan))
		if got != (ran{out: first + "\n"}) {
			t.Errorf("| head -n 1: %+v, want %q", got, first)
		}
	}
}

// testEndlessInput ends although its input does not.
func testEndlessInput(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	for _, c := range []struct {
		text string
		args []string
		code int
	}{
		{"no plan\n", []string{"plan"}, exitFailed},
		{"{", []string{"plan"}, exitFailed},
		{"[", []string{"state"}, exitFailed},
		{`{"format_version":"1.2","x":` + strings.Repeat("[", 1<<12), []string{"plan"}, exitFailed},
		{"{}", []string{"plan", "--format", "jsn"}, exitUsage},
	} {
		cmd := command(t, trailguard, c.args...)
		w, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for err := error(nil); err == nil; { // until the process is gone
				_, err = io.WriteString(w, c.text)
			}
		}()
		if got := finish(t, cmd); got.code != c.code || got.out != "" || !strings.HasPrefix(got.said, "trailguard: ") {
			t.Errorf("%.20q without end: exit code %d, want %d: %s", c.text, got.code, c.code, got.said)
		}
	}
}

// pty runs a command with a terminal for its streams, and ends as it does.
const pty = `import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))`

func testTerminal(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	need(t, "python3")
	on := func(env []string, args ...string) ran {
		cmd := command(t, "python3", append([]string{"-c", pty, trailguard}, args...)...)
		cmd.Env = append(environment("NO_COLOR=", "TERM=", "PYTHON"), env...)
		return finish(t, cmd)
	}
	plain := finish(t, command(t, trailguard, "plan", bundledPlan)).out
	for _, c := range []struct {
		name   string
		env    []string
		args   []string
		colour bool
	}{
		{name: "terminal", env: []string{"TERM=xterm"}, colour: true},
		{name: "empty NO_COLOR", env: []string{"TERM=xterm", "NO_COLOR="}, colour: true},
		{name: "NO_COLOR", env: []string{"TERM=xterm", "NO_COLOR=1"}},
		{name: "dumb", env: []string{"TERM=dumb"}},
		{name: "never", env: []string{"TERM=xterm"}, args: []string{"--color", "never"}},
		{name: "always", env: []string{"TERM=dumb", "NO_COLOR=1"}, args: []string{"--color", "always"}, colour: true},
	} {
		got := on(c.env, append([]string{"plan", bundledPlan}, c.args...)...)
		if got.code != exitFindings {
			t.Errorf("%s: exit code %d: %s", c.name, got.code, got.said)
		}
		if coloured := strings.Contains(got.out, "\x1b["); coloured != c.colour {
			t.Errorf("%s: coloured %v, want %v", c.name, coloured, c.colour)
		}
		if out := strings.ReplaceAll(got.out, "\r\n", "\n"); !c.colour && out != plain {
			t.Errorf("%s%s", c.name, firstDifference(out, plain))
		}
	}
	// Nobody waits for somebody who forgot the input.
	if got := on(nil, "plan"); got.code != exitUsage || !strings.Contains(got.out, "standard input is a terminal") {
		t.Errorf("without input: %+v", got)
	}
}
