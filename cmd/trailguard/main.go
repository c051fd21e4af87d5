// Command trailguard draws the delivery graph of CloudTrail events from what Terraform plans or has made,
// says what is wrong with it, and fails when that is bad enough.
package main

//go:generate go -C ../.. run ./scripts/cli-docs

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// version is set when a release is built: -ldflags "-X main.version=v1.2.3". The linker can set nothing but
// a variable.
var version string

// memoryLimit is where the garbage collector begins to work harder, in bytes: a plan of 100 MB of which every
// resource counts then fits into a small build agent. GOMEMLIMIT overrides it.
const memoryLimit = 400 << 20

// garbagePercent lets the heap of a small run grow before it is collected: most inputs are read, judged and forgotten
// within a few dozen megabytes. GOGC overrides it.
const garbagePercent = 300

// today returns the day, on which ignores expire. It is all that a run knows of the clock.
func today() string {
	return time.Now().UTC().Format(time.DateOnly) //nolint:forbidigo // an ignore expires on a day
}

func main() {
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(memoryLimit)
	}
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(garbagePercent)
	}
	// A reader that goes away (| head) must not kill the run, or its exit code would be the signal's.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(context.Background(), os.Args[1:], system{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, environ: os.Environ, start: startProcess, today: today, files: osFiles{}, columns: terminalColumns,
		build: func() build { return readBuild(version) },
	}))
}
