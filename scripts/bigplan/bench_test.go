//go:build linux

package bigplan_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/render"
	"github.com/trailguard/trailguard/scripts/bigplan"
	"github.com/trailguard/trailguard/sources/terraform"
)

// The work that a process of its own does, so that its memory can be measured.
const envWork, envFile = "BIGPLAN_WORK", "BIGPLAN_FILE"

func TestMain(m *testing.M) {
	work := map[string]func(string) error{"walk": walk, "read": read, "analyse": analyse, "report": report}[os.Getenv(envWork)]
	if work == nil {
		os.Exit(m.Run())
	}
	debug.SetMemoryLimit(400 << 20) // as cmd/trailguard does
	if err := work(os.Getenv(envFile)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// walk reads every token and keeps none: the least that reading a document costs.
func walk(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	d := jsontext.NewDecoder(f, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		if _, err := d.ReadToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func plan(path string) (*terraform.Plan, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return terraform.ReadPlan(f, terraform.Options{Name: path})
}

func read(path string) error {
	_, err := plan(path)
	return err
}

func analysed(path string) (*analyzer.Report, error) {
	p, err := plan(path)
	if err != nil {
		return nil, err
	}
	s := analyzer.Subject{Graph: graph.Link(p.After), Before: graph.Link(p.Before), Changes: p.Changes, Ignored: p.Ignored}
	return analyzer.Analyze(s, analyzer.Rules()), nil
}

func analyse(path string) error {
	_, err := analysed(path)
	return err
}

func report(path string) error {
	r, err := analysed(path)
	if err != nil {
		return err
	}
	return render.Write(io.Discard, "text", r, render.Options{})
}

// BenchmarkPlan reads and analyses plans of 1, 10 and 100 MB, in which one resource in fifty, or every
// one, is of a type in the tables. It reports the processor time as cpu-ms, the peak of memory as peak-MB,
// and how many times as long as a walk of the same bytes it took.
func BenchmarkPlan(b *testing.B) {
	template, err := os.ReadFile("../../testdata/terraform/acme-org/plan.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, share := range []int{50, 1} {
		for _, mb := range []int64{1, 10, 100} {
			path := filepath.Join(b.TempDir(), "plan.json")
			size := generate(b, path, template, bigplan.Options{Bytes: mb * 1_000_000, Share: share})
			walked := spend(b, "walk", path)
			for _, work := range []string{"read", "analyse", "report"} {
				b.Run(fmt.Sprintf("%s/share=%d/%dMB", work, share, mb), func(b *testing.B) {
					var total cost
					for b.Loop() {
						c := spend(b, work, path)
						total.cpu += c.cpu
						total.peak = max(total.peak, c.peak)
					}
					b.SetBytes(size)
					b.ReportMetric(total.cpu/float64(b.N), "cpu-ms")
					b.ReportMetric(total.cpu/float64(b.N)/walked.cpu, "walks")
					b.ReportMetric(total.peak, "peak-MB")
				})
			}
		}
	}
}

func generate(b *testing.B, path string, template []byte, o bigplan.Options) int64 {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	if _, err = bigplan.Write(w, template, o); err == nil {
		err = w.Flush()
	}
	if err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

type cost struct {
	cpu  float64 // milliseconds, user and system
	peak float64 // megabytes of resident memory
}

// spend does the work in a process of its own and returns what it cost.
func spend(b *testing.B, work, path string) cost {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), envWork+"="+work, envFile+"="+path)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Skip("needs resource usage of processes")
	}
	ms := float64(cmd.ProcessState.UserTime().Microseconds()+cmd.ProcessState.SystemTime().Microseconds()) / 1000
	return cost{cpu: ms, peak: float64(usage.Maxrss) / 1000}
}

// TestWrite checks that what is written is a plan of the size that was asked for, in which every copy is
// a chain of its own.
func TestWrite(t *testing.T) {
	template, err := os.ReadFile("../../testdata/terraform/acme-org/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, share := range []int{1, 3} {
		path := filepath.Join(t.TempDir(), strconv.Itoa(share))
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := bigplan.Write(f, template, bigplan.Options{Bytes: 1_500_000, Share: share})
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil || f.Close() != nil {
			t.Fatal(err)
		}
		if info.Size() < 1_000_000 || info.Size() > 2_000_000 {
			t.Errorf("share %d: %d bytes", share, info.Size())
		}
		p, err := plan(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.Changes) + p.Ignored; got == 0 || got > n {
			t.Errorf("share %d: %d resources are read of %d", share, got, n)
		}
		one, err := plan("../../testdata/terraform/acme-org/plan.json")
		if err != nil {
			t.Fatal(err)
		}
		copies := len(p.Changes) / len(one.Changes)
		g, single := graph.Link(p.After), graph.Link(one.After)
		if want := copies * len(drawnHops(single)); copies < 2 || len(drawnHops(g)) != want {
			t.Errorf("share %d: %d copies have %d hops, want %d", share, copies, len(drawnHops(g)), want)
		}
	}
}

func drawnHops(g *graph.Graph) (out []string) {
	for e := range g.Hops() {
		if e.OneOf == "" {
			out = append(out, e.ID)
		}
	}
	return out
}
