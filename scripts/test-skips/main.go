// Command test-skips reads what go test -json prints and fails if a test failed, or was skipped on a machine
// that has what the test needs:
//
//	go test -json ./... | go run ./scripts/test-skips
//
// A test that cannot run says what is missing: t.Skip("needs terraform"), t.Skip("needs terraform and
// moto_server"), t.Skip("needs TRAILGUARD_CORPUS"). Words in capitals are environment variables, others are
// commands. A skip with another reason is an error, so that no test is silently lost.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Stdin, os.Stdout, present); err != nil {
		fmt.Fprintln(os.Stderr, "test-skips:", err)
		os.Exit(1)
	}
}

// present says that the machine has a command, or that an environment variable is set.
func present(need string) bool {
	if strings.ToUpper(need) == need {
		return os.Getenv(need) != ""
	}
	_, err := exec.LookPath(need)
	return err == nil
}

// event is one line of go test -json (go doc test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

type test struct{ pkg, name string }

func (t test) String() string { return strings.TrimSuffix(t.pkg+" "+t.name, " ") }

// count of the tests, without their packages.
type count struct{ passed, failed, skipped int }

func run(in io.Reader, out io.Writer, present func(string) bool) error {
	var (
		n        count
		problems []string
		output   = map[test]*strings.Builder{}
	)
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read: %w", err)
		}
		done := err != nil
		var e event
		if json.Unmarshal([]byte(line), &e) != nil || e.Action == "" {
			fmt.Fprint(out, line) // of the compiler, or of go itself
		} else {
			problems = append(problems, take(e, &n, output, present)...)
		}
		if done {
			break
		}
	}
	fmt.Fprintf(out, "tests: %d passed, %d failed, %d skipped\n", n.passed, n.failed, n.skipped)
	if n == (count{}) {
		problems = append(problems, "no test ran")
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	return nil
}

// take counts one event and returns what is wrong with it.
func take(e event, n *count, output map[test]*strings.Builder, present func(string) bool) []string {
	t := test{e.Package, e.Test}
	if output[t] == nil {
		output[t] = &strings.Builder{}
	}
	said := output[t]
	switch e.Action {
	case "output":
		said.WriteString(e.Output)
	case "pass":
		delete(output, t)
		if t.name != "" {
			n.passed++
		}
	case "fail":
		delete(output, t)
		if t.name != "" {
			n.failed++
		}
		return []string{t.String() + " failed:\n" + said.String()}
	case "skip":
		delete(output, t)
		if t.name == "" {
			return nil // a package without tests
		}
		n.skipped++
		if why := judge(said.String(), present); why != "" {
			return []string{t.String() + " was skipped: " + why}
		}
	}
	return nil
}

// logged is a line that a test logs: file.go:12: message.
var logged = regexp.MustCompile(`(?m)^\s*\S+\.go:\d+: (.*)$`)

// judge says what is wrong with a skip; empty: nothing.
func judge(said string, present func(string) bool) string {
	all := logged.FindAllStringSubmatch(said, -1)
	if len(all) == 0 {
		return `no reason is given; say t.Skip("needs COMMAND")`
	}
	reason := strings.TrimSpace(all[len(all)-1][1])
	needs, ok := strings.CutPrefix(reason, "needs ")
	if !ok {
		return fmt.Sprintf("%q does not say what it needs; say \"needs COMMAND\"", reason)
	}
	needs, _, _ = strings.Cut(needs, ":")
	words := strings.FieldsFunc(needs, func(r rune) bool { return r == ' ' || r == ',' })
	words = slices.DeleteFunc(words, func(w string) bool { return w == "and" })
	for _, w := range words {
		if !present(w) {
			return ""
		}
	}
	return "it needs " + strings.Join(words, ", ") + ", and the machine has that"
}
