package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

//nolint:gochecknoglobals // go test sets flags before any test runs
var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"trailguard": main}) }

// TestScripts runs the command as users do. In a script, code N COMMAND runs a command that must end with
// that exit code, encode FORM FROM TO writes a file in another encoding, and $DATA is testdata.
func TestScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATA", data)
			e.Setenv("PLAN", filepath.Join(data, "terraform", "acme-org", "plan.json"))
			e.Setenv("CASES", filepath.Join(data, "terraform"))
			if exe, err := exec.LookPath("trailguard"); err == nil { // for scripts that empty the PATH
				e.Setenv("EXE", exe)
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if file, ok := strings.CutPrefix(name, "file:"); ok {
				_, err := os.Stat(file)
				return err == nil, nil
			}
			return false, errors.New("unknown condition " + name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code, "encode": encode},
	})
}

func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func encode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: encode FORM FROM TO")
	}
	text := ts.ReadFile(args[1])
	wide := func(bom string, high, low int) string {
		b := []byte(bom)
		for _, u := range utf16.Encode([]rune(text)) {
			pair := [2]byte{}
			pair[high], pair[low] = byte(u>>8), byte(u)
			b = append(b, pair[:]...)
		}
		return string(b)
	}
	var out string
	switch args[0] {
	case "bom":
		out = "\xef\xbb\xbf" + text
	case "utf16le":
		out = wide("\xff\xfe", 1, 0)
	case "utf16be":
		out = wide("\xfe\xff", 0, 1)
	case "zip":
		out = "PK\x03\x04" + text
	case "gzip":
		out = "\x1f\x8b\x08" + text
	case "half":
		out = text[:len(text)/2]
	default:
		ts.Fatalf("no form %s", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(out), 0o600))
}
