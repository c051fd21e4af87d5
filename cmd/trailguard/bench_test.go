package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkProcess measures a whole run on a small plan, from the start of the process to its end, in CPU time:
// BenchmarkProcess/plan should stay below 30 ms.
func BenchmarkProcess(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "trailguard")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	for name, args := range map[string][]string{
		"version": {"version"},
		"plan":    {"plan", "../../testdata/terraform/acme-org/plan.json"},
	} {
		b.Run(name, func(b *testing.B) {
			cpu := 0.0
			for b.Loop() {
				cmd := exec.CommandContext(b.Context(), binary, args...)
				if err := cmd.Run(); err != nil {
					exit, ok := errors.AsType[*exec.ExitError](err)
					if !ok || exit.ExitCode() != exitFindings {
						b.Fatal(err)
					}
				}
				cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1000
			}
			b.ReportMetric(cpu/float64(b.N), "cpu-ms/op")
		})
	}
}
