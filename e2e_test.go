//go:build e2e

package trailguard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// recorded is the case of testdata/terraform that is made again: small, and with a chain of every usual hop.
const recorded = "testdata/terraform/split"

// patience is how long a command may hang before it is interrupted, so that nothing outlives the test.
const patience = 4 * time.Minute

// TestTerraform plans a recorded configuration with the Terraform of this machine against a local moto server,
// and gives what it prints to trailguard: the report is that of the recording, and what is no plan is refused.
// Nothing is applied; testdata/terraform/make.sh does that, in minutes.
func TestTerraform(t *testing.T) {
	terraform := need(t, "terraform")
	need(t, "moto_server")
	python := need(t, "python3")
	mirror := os.Getenv("TF_PLUGIN_MIRROR")
	if mirror == "" {
		t.Skip("needs TF_PLUGIN_MIRROR")
	}
	trailguard := build(t)

	dir := t.TempDir()
	configuration(t, dir)
	rc := filepath.Join(t.TempDir(), "terraformrc")
	write(t, rc, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	env := append(os.Environ(),
		"AWS_ENDPOINT_URL="+moto(t, python), "AWS_ACCESS_KEY_ID=mock", "AWS_SECRET_ACCESS_KEY=mock", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_PROFILE=", "AWS_SESSION_TOKEN=", "TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	tf := func(args ...string) []byte {
		t.Helper()
		return output(t, dir, env, terraform, args...)
	}

	tf("init", "-input=false")
	tf("plan", "-input=false", "-lock=false", "-out=plan.tfplan")
	same(t, trailguard, "plan", tf("show", "-json", "plan.tfplan"), "plan.json")
	refuse(t, trailguard, "plan", read(t, filepath.Join(dir, "plan.tfplan")), "terraform show -json")
	refuse(t, trailguard, "plan", tf("show", "-no-color", "plan.tfplan"), "terraform show -json")
	refuse(t, trailguard, "state", tf("show", "-json", "plan.tfplan"), "trailguard plan")
	refuse(t, trailguard, "plan", read(t, filepath.Join(recorded, "state.json")), "trailguard state")
}

// same runs trailguard on what was made now and on what was recorded, and compares the reports.
func same(t *testing.T, trailguard, command string, now []byte, file string) {
	t.Helper()
	got, gotErr, gotCode := run(t, trailguard, now, command, "--format", "json")
	want, _, wantCode := run(t, trailguard, read(t, filepath.Join(recorded, file)), command, "--format", "json")
	got, want = uuid.ReplaceAllString(got, "UUID"), uuid.ReplaceAllString(want, "UUID")
	if gotCode > 1 {
		t.Errorf("%s: exit code %d: %s", file, gotCode, gotErr)
		return
	}
	if gotCode != wantCode || got != want {
		t.Errorf("%s: exit code %d, recorded %d; first difference: %s", file, gotCode, wantCode, difference(got, want))
	}
}

// uuid is what AWS, and moto, make up for a key or a subscription.
var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// difference quotes what stands around the first byte that differs.
func difference(got, want string) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-200):min(len(s), i+200)] }
	return fmt.Sprintf("\n got …%s…\nwant …%s…", around(got), around(want))
}

// refuse runs trailguard on an input that is not what it takes, and wants a hint.
func refuse(t *testing.T, trailguard, command string, input []byte, hint string) {
	t.Helper()
	out, said, code := run(t, trailguard, input, command)
	if code != 3 || out != "" || !strings.Contains(said, hint) {
		t.Errorf("%s of %.40q: exit code %d, output %.80q, error %q; want 3, none and %q", command, input, code, out, said, hint)
	}
}

func run(t *testing.T, trailguard string, input []byte, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), trailguard, args...)
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &said
	if err := cmd.Run(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			t.Fatal(err)
		}
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

func need(t *testing.T, command string) string {
	t.Helper()
	path, err := exec.LookPath(command)
	if err != nil {
		t.Skip("needs " + command)
	}
	return path
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trailguard")
	output(t, ".", os.Environ(), "go", "build", "-o", path, "./cmd/trailguard")
	return path
}

func output(t *testing.T, dir string, env []string, command string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // Terraform ends its providers
	cmd.WaitDelay = 10 * time.Second
	cmd.Dir, cmd.Env = dir, env
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(command), strings.Join(args, " "), err, said.String(), out)
	}
	return out
}

// configuration copies the case, and lets S3 be called by path.
func configuration(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recorded, "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no configuration in %s: %v", recorded, err)
	}
	for _, f := range files {
		write(t, filepath.Join(dir, filepath.Base(f)), string(read(t, f)))
	}
	write(t, filepath.Join(dir, "local_override.tf"), "provider \"aws\" {\n  s3_use_path_style = true\n}\n")
}

// moto starts a server that plays AWS, and returns its address. It ends with the test.
func moto(t *testing.T, python string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, python, "testdata/terraform/moto_server.py", port)
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
	address := "http://127.0.0.1:" + port
	for {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/moto-api/data.json", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(req); err == nil {
			if err := answer.Body.Close(); err != nil {
				t.Fatal(err)
			}
			return address
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("moto ended: %v\n%s", err, said.String())
		case <-time.After(100 * time.Millisecond): //nolint:forbidigo // asks again; nothing is measured
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
