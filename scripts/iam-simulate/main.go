// Command iam-simulate decides random requests with analyzer/iam and with an independent simulator, and fails where
// they disagree for a reason that the table of classes does not know:
//
//	npm --prefix scripts/iam-simulate ci --ignore-scripts
//	go run ./scripts/iam-simulate [-cases 20000] [-seed 1] [-write]
//
// The simulator is the npm package @cloud-copilot/iam-simulate. It runs as a program of its own (simulate.mjs), and nothing of it is in
// this module. With -write the table of disagreements.md is written anew.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/iam"
)

func main() {
	if err := run(context.Background(), os.Args[1:], "scripts/iam-simulate", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "iam-simulate:", err)
		os.Exit(1)
	}
}

// answer is what the simulator says of one request.
type answer struct {
	Result  string
	Error   string
	Ignored []string
}

// tally counts what became of the requests.
type tally struct {
	cases, agree             int
	results                  map[iam.Result]int
	kinds, layers, classes   map[string]int
	cross                    int
	unexplained, unsimulated []string
}

// maxShown is how many unexplained cases are spelt out.
const maxShown = 10

func run(ctx context.Context, args []string, dir string, out io.Writer) error {
	flags := flag.NewFlagSet("iam-simulate", flag.ContinueOnError)
	cases := flags.Int("cases", 20000, "how many requests")
	seed := flags.Uint64("seed", 1, "what they are made from")
	write := flags.Bool("write", false, "write the table of disagreements.md")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	g := newGenerator(*seed)
	requests := make([]*request, *cases)
	for i := range requests {
		requests[i] = g.request()
	}
	answers, err := simulate(ctx, dir, requests)
	if err != nil {
		return err
	}
	t, err := compare(requests, answers)
	if err != nil {
		return err
	}
	t.print(out)
	if *write {
		if err := writeTable(dir, t); err != nil {
			return err
		}
	}
	if n := len(t.unexplained) + len(t.unsimulated); n > 0 {
		return fmt.Errorf("%d of %d requests are not explained", n, *cases)
	}
	return nil
}

// simulate asks the simulator.
func simulate(ctx context.Context, dir string, requests []*request) ([]answer, error) {
	var in, complaints bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, r := range requests {
		if err := encoder.Encode(r.simulation()); err != nil {
			return nil, fmt.Errorf("spell a request: %w", err)
		}
	}
	node := exec.CommandContext(ctx, "node", "simulate.mjs")
	node.Dir, node.Stdin, node.Stderr = dir, &in, &complaints
	node.Env = append(node.Environ(), "TZ=UTC")
	printed, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("simulate.mjs: %w: %s", err, complaints.String())
	}
	answers := make([]answer, 0, len(requests))
	lines := bufio.NewScanner(bytes.NewReader(printed))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("answer %d: %w", len(answers), err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(requests) {
		return nil, fmt.Errorf("%d answers to %d requests", len(answers), len(requests))
	}
	return answers, nil
}

// compare decides every request, and holds the decision against the answer.
func compare(requests []*request, answers []answer) (*tally, error) {
	t := &tally{cases: len(requests), results: map[iam.Result]int{}, kinds: map[string]int{}, layers: map[string]int{}, classes: map[string]int{}}
	all := classes()
	for i, r := range requests {
		ours, err := r.decide()
		if err != nil {
			return nil, err
		}
		theirs := iam.Denied
		if answers[i].Result == "Allowed" {
			theirs = iam.Allowed
		}
		t.results[ours]++
		t.kinds[kindName(r.Kind)]++
		if r.Account != "" && r.Account != r.Owner {
			t.cross++
		}
		if err := t.decisive(r, ours); err != nil {
			return nil, err
		}
		switch {
		case answers[i].Error != "" || len(answers[i].Ignored) > 0:
			t.unsimulated = append(t.unsimulated, fmt.Sprintf("case %d: %s %v", i, answers[i].Error, answers[i].Ignored))
		case ours == theirs:
			t.agree++
		default:
			names, err := explain(r, theirs, all)
			if err != nil {
				return nil, err
			}
			for _, n := range names {
				t.classes[n]++
			}
			if len(names) == 0 {
				spelt, _ := json.Marshal(r.simulation()) //nolint:errchkjson // it was spelt before
				t.unexplained = append(t.unexplained, fmt.Sprintf("case %d: %s, but the simulator says %s: %s", i, ours, theirs, spelt))
			}
		}
	}
	return t, nil
}

// decisive counts the layers without which, or with which, the request would fare otherwise.
func (t *tally) decisive(r *request, ours iam.Result) error {
	for _, layer := range layerNames() {
		for _, other := range r.neutral(layer) {
			got, err := other.decide()
			if err != nil {
				return err
			}
			if got != ours {
				t.layers[layer]++
				break
			}
		}
	}
	return nil
}

func (t *tally) print(out io.Writer) {
	fmt.Fprintf(out, "%d requests: %d allowed, %d denied, %d undetermined; %d across accounts\n", t.cases, t.results[iam.Allowed], t.results[iam.Denied], t.results[iam.Undetermined], t.cross)
	fmt.Fprint(out, "principals:")
	for _, name := range sorted(t.kinds) {
		fmt.Fprintf(out, " %d %s", t.kinds[name], name)
	}
	fmt.Fprint(out, "\nlayers that decide:")
	for _, name := range layerNames() {
		fmt.Fprintf(out, " %d %s", t.layers[name], name)
	}
	explained := t.cases - t.agree - len(t.unexplained) - len(t.unsimulated)
	fmt.Fprintf(out, "\n%d agree, %d disagree for a reason that is known, %d for none, %d could not be simulated\n", t.agree, explained, len(t.unexplained), len(t.unsimulated))
	for _, c := range classes() {
		fmt.Fprintf(out, "%6d %s\n", t.classes[c.name], c.name)
	}
	for _, list := range [][]string{t.unexplained, t.unsimulated} {
		for _, line := range list[:min(maxShown, len(list))] {
			fmt.Fprintln(out, line)
		}
	}
}

func kindName(k iam.PrincipalKind) string {
	return []string{"anonymous", "role sessions", "users", "root users", "federated users", "federated identities", "services"}[k]
}

// The marks between which the table stands.
const (
	begin = "<!-- written by go run ./scripts/iam-simulate -write -->\n"
	end   = "<!-- end -->\n"
)

// writeTable writes the table of classes with their counts.
func writeTable(dir string, t *tally) error {
	name := dir + "/disagreements.md"
	old, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("disagreements: %w", err)
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return errors.New("disagreements.md has no place for the table")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d requests: %d agree, %d do not.\n\n", t.cases, t.agree, t.cases-t.agree)
	b.WriteString("| class | requests | analyzer/iam | the simulator | who is right |\n|---|---:|---|---|---|\n")
	for _, c := range classes() {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | [%s](%s) |\n", c.name, t.classes[c.name], c.ours, c.theirs, c.right, c.page)
	}
	b.WriteString("\n")
	if err := os.WriteFile(name, []byte(before+begin+b.String()+end+after), 0o600); err != nil {
		return fmt.Errorf("disagreements: %w", err)
	}
	return nil
}

// explain finds the classes that a disagreement is of: the fewest such that, where the request is changed into what the simulator takes
// it for in these respects alone, analyzer/iam says what the simulator says.
func explain(r *request, theirs iam.Result, all []class) ([]string, error) {
	var apply []class
	for _, c := range all {
		if c.change(r.clone()) {
			apply = append(apply, c)
		}
	}
	for size := 1; size <= len(apply); size++ {
		for _, some := range choose(apply, size) {
			changed := r.clone()
			var names []string
			for _, c := range some {
				c.change(changed)
				names = append(names, c.name)
			}
			got, err := changed.decide()
			if err != nil {
				return nil, err
			}
			if got == theirs {
				return names, nil
			}
		}
	}
	return nil, nil
}

// choose returns every choice of so many.
func choose(all []class, size int) [][]class {
	if size == 0 {
		return [][]class{nil}
	}
	var out [][]class
	for i := range all {
		for _, rest := range choose(all[i+1:], size-1) {
			out = append(out, append([]class{all[i]}, slices.Clone(rest)...))
		}
	}
	return out
}
