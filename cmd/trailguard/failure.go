package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"syscall"
	"unicode"

	"github.com/trailguard/trailguard/sources/terraform"
)

// The exit codes. They are a contract: pipelines branch on them.
const (
	exitOK       = 0 // nothing at or above --fail-on
	exitFindings = 1 // findings at or above --fail-on
	exitUsage    = 2 // the command line is wrong
	exitFailed   = 3 // could not analyse, or not write the report
)

// failure ends a run with a code. Its text is lower-case, without a full stop, and says what was expected.
type failure struct {
	code int
	err  error    // nil: there is nothing to say
	hint []string // what to do, a line each
}

// Error returns what went wrong, without the hints.
func (f *failure) Error() string {
	if f.err == nil {
		return "exit code " + strconv.Itoa(f.code)
	}
	return f.err.Error()
}

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.err }

// usageError says that the command line is wrong.
func usageError(hint []string, format string, args ...any) *failure {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// failedError says that the work could not be done. Nothing is said of a reader that went away.
func failedError(err error, hint ...string) *failure {
	if errors.Is(err, syscall.EPIPE) {
		return &failure{code: exitFailed}
	}
	return &failure{code: exitFailed, err: err, hint: hint}
}

// inputError says that an input is not what it should be, or could not be read.
func inputError(err error) *failure {
	if bad, ok := errors.AsType[*terraform.InputError](err); ok {
		return failedError(fmt.Errorf("%s %s", bad.Name, bad.Given), bad.Hint)
	}
	return failedError(err)
}

// fail tells people why the run ends, and returns the code to end it with. Errors that are no failure are
// those that cobra makes of the command line.
func fail(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	f, ok := errors.AsType[*failure](err)
	if !ok {
		f = usageError([]string{"trailguard --help lists the commands"}, "%w", err)
	}
	if f.err != nil {
		say(stderr, "trailguard: "+f.err.Error())
		for _, h := range f.hint {
			say(stderr, "hint: "+h)
		}
	}
	return f.code
}

// say writes one line for people. Names of files and resources come from strangers: what would move the
// cursor or cannot be seen is spelt out. That nobody listens is no error.
func say(stderr io.Writer, line string) {
	line = strings.ToValidUTF8(line, "\uFFFD")
	if strings.ContainsFunc(line, unseen) {
		var b strings.Builder
		for _, r := range line {
			if unseen(r) {
				quoted := strconv.QuoteRuneToASCII(r)
				b.WriteString(quoted[1 : len(quoted)-1])
				continue
			}
			b.WriteRune(r)
		}
		line = b.String()
	}
	_, _ = io.WriteString(stderr, line+"\n")
}

func unseen(r rune) bool { return !unicode.IsPrint(r) }
