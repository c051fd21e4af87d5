package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// each yields every report of the fixtures, in a fixed order.
func each() iter.Seq2[string, *analyzer.Report] {
	return func(yield func(string, *analyzer.Report) bool) {
		all := reports()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if !yield(name, all[name]) {
				return
			}
		}
	}
}

func TestTextIsInert(t *testing.T) {
	t.Parallel()
	for name, r := range each() {
		for _, width := range []int{0, 1, 60, 200} {
			for i, line := range strings.Split(render(t, "text", r, Options{Width: width}), "\n") {
				for _, c := range line {
					if !seen(c) {
						t.Errorf("%s: line %d holds %U: %q", name, i+1, c, line)
					}
				}
				if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
					t.Errorf("%s: line %d is a command of a CI system: %q", name, i+1, line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("%s: line %d ends in a space: %q", name, i+1, line)
				}
			}
		}
	}
}

func TestColorIsNeverTheOnlySignal(t *testing.T) {
	t.Parallel()
	codes := regexp.MustCompile(`\x1b\[[0-9;]+m`)
	for name, r := range each() {
		plain, colored := render(t, "text", r, Options{}), render(t, "text", r, Options{Color: true})
		if stripped := codes.ReplaceAllString(colored, ""); stripped != plain {
			t.Error(name + ": without its colours the text is another one")
		}
		if strings.Contains(plain, "\x1b") {
			t.Error(name + ": colours, though none were asked for")
		}
		if strings.Count(colored, "\x1b[0m")*2 != strings.Count(colored, "\x1b[") {
			t.Error(name + ": a colour is not switched off")
		}
	}
}

func TestTextKeepsToTheWidth(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"acme", "severed", "replaced", "rewired", "untraced", "shared", "empty"} {
		for line := range strings.SplitSeq(render(t, "text", reports()[name], Options{Width: 100}), "\n") {
			if columns(line) > 100 {
				t.Errorf("%s: %d columns: %s", name, columns(line), line)
			}
		}
	}
}

// long returns a chain of n queues, each the dead-letter queue of the one before; the last is that of the first.
func long(n int) []graph.Resource {
	bucket := decl(graph.KindBucket, "aws_s3_bucket.b", "b", blocks("notification.queues", attrs(is("arn", ref("aws_sqs_queue.q0")))))
	out := []graph.Resource{decl(graph.KindTrail, "aws_cloudtrail.t", "t", is("s3_bucket", "b")), bucket}
	for i := range n {
		out = append(out, decl(graph.KindQueue, fmt.Sprintf("aws_sqs_queue.q%d", i), fmt.Sprintf("q%d", i), is("dlq", ref(fmt.Sprintf("aws_sqs_queue.q%d", (i+1)%n)))))
	}
	return out
}

func TestDeepChainsAndCyclesEnd(t *testing.T) {
	t.Parallel()
	out := render(t, "text", report(long(100)), Options{})
	for i := range 100 {
		if n := len(regexp.MustCompile(fmt.Sprintf(`(?m)sqs  q%d\b`, i)).FindAllString(out, -1)); n < 1 || n > 2 {
			t.Errorf("q%d is printed %d times", i, n)
		}
	}
	for line := range strings.SplitSeq(out, "\n") {
		if columns(line) > 120 {
			t.Errorf("%d columns: %s", columns(line), line)
		}
	}
	if !strings.Contains(out, "goes on from above") || !strings.Contains(out, "↑ above") {
		t.Error("nothing goes on, or nothing comes back")
	}
}

// TestEveryNodeOfAChainIsPrintedOnce counts the lines that are no reference to another.
func TestEveryNodeOfAChainIsPrintedOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"acme", "shared", "severed", "replaced", "rewired"} {
		v := newView(reports()[name])
		f := v.forest(v.draw())
		at := map[spot]int{}
		for _, s := range f.roots {
			at[s]++
			for _, row := range f.tree(s) {
				_ = row
			}
		}
		for s := range f.home {
			if !f.shown[s] {
				t.Errorf("%s: %v is on a chain and nowhere printed", name, s)
			}
		}
		for s, n := range at {
			if n > 1 {
				t.Errorf("%s: root %v is printed %d times", name, s, n)
			}
		}
	}
}

// many is a plan that breaks n chains, with findings on every node.
func many(n int) *analyzer.Report {
	var before, after []graph.Resource
	for i := range n {
		trail := decl(graph.KindTrail, fmt.Sprintf("aws_cloudtrail.t[%d]", i), fmt.Sprintf("trail-%d|`<b>", i), is("s3_bucket", fmt.Sprintf("bucket-%d", i)), is("logging", i%3 != 0))
		queue := decl(graph.KindQueue, fmt.Sprintf("aws_sqs_queue.q[%d]", i), fmt.Sprintf("queue-%d", i))
		notified := decl(graph.KindBucket, fmt.Sprintf("aws_s3_bucket.b[%d]", i), fmt.Sprintf("bucket-%d", i), unknown("versioning.status", graph.ReasonAfterApply),
			blocks("notification.queues", attrs(is("arn", ref(queue.Address)))))
		silent := decl(graph.KindBucket, notified.Address, fmt.Sprintf("bucket-%d", i), is("versioning.status", "Suspended"))
		before = append(before, trail, queue, notified)
		after = append(after, trail, queue, silent)
	}
	r := planned(before, after)
	for i := range n { // findings that do not fold
		r.Findings = append(r.Findings,
			analyzer.Finding{ID: fmt.Sprint("m", i), Rule: "TG999", Severity: analyzer.Severity(1 + i%4), Verdict: analyzer.Violated, Node: graph.NodeID(fmt.Sprintf("aws_sqs_queue.q[%d]", i)), Title: fmt.Sprintf("fault %d of its own `|", i), Message: "m"},
			analyzer.Finding{ID: fmt.Sprint("u", i), Rule: "TG998", Severity: analyzer.High, Verdict: analyzer.Undetermined, Node: graph.NodeID(fmt.Sprintf("aws_sqs_queue.q[%d]", i)), Title: fmt.Sprintf("doubt %d", i), Reason: "r", SettledBy: fmt.Sprintf("input %d", i%9)},
			analyzer.Finding{ID: fmt.Sprint("s", i), Rule: "TG997", Severity: analyzer.Low, Verdict: analyzer.Violated, Node: graph.NodeID(fmt.Sprintf("aws_sqs_queue.q[%d]", i)), Title: "t", Suppressed: fmt.Sprintf("reason %d", i)})
	}
	return r
}

// wellFormed says what is wrong with a comment as a whole.
func wellFormed(s string) error {
	lines := strings.Split(s, "\n")
	if !strings.HasPrefix(lines[0], "<!-- trailguard:comment v1 key=") || !strings.HasSuffix(lines[0], " -->") {
		return fmt.Errorf("the first line is no marker: %q", lines[0])
	}
	if !utf8.ValidString(s) {
		return errors.New("cut inside of a character")
	}
	fence, open, cells := "", 0, 0
	for i, l := range lines {
		marks := l[:len(l)-len(strings.TrimLeft(l, "`"))]
		switch {
		case fence != "":
			if l == fence {
				fence = ""
			}
			continue
		case len(marks) >= 3:
			fence = marks
			if i == 0 || lines[i-1] != "" {
				return fmt.Errorf("line %d: no blank line before a fence", i+1)
			}
		case l == "<details>":
			open++
		case l == "</details>":
			open--
		case strings.HasPrefix(l, "<summary>") && (!strings.HasSuffix(l, "</summary>") || lines[i+1] != ""):
			return fmt.Errorf("line %d: %q", i+1, l)
		}
		if open < 0 || open > 1 {
			return fmt.Errorf("line %d: details nest or close what is not open", i+1)
		}
		if n := strings.Count(l, "|"); strings.HasPrefix(l, "|") {
			if cells != 0 && n != cells {
				return fmt.Errorf("line %d: a row of %d bars in a table of %d: %s", i+1, n, cells, l)
			}
			cells = n
		} else {
			cells = 0
		}
	}
	if fence != "" || open != 0 {
		return errors.New("a fence or details is not closed")
	}
	return nil
}

func TestMarkdownIsWellFormed(t *testing.T) {
	t.Parallel()
	for name, r := range each() {
		out := render(t, "markdown", r, Options{Key: "a--> <b>\nc"})
		if err := wellFormed(out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(out) > defaultMaxBytes {
			t.Errorf("%s: %d bytes", name, len(out))
		}
	}
}

func TestMarkdownKeepsToItsSize(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 40, 1500} {
		r := many(n)
		for _, most := range []int{0, 120, 400, 1000, 3000, 10_000, 20_000, 30_000, 140_000} {
			out := render(t, "markdown", r, Options{MaxBytes: most})
			limit := most
			if limit == 0 {
				limit = 60_000
			}
			if len(out) > limit {
				t.Errorf("%d chains: %d bytes, not %d", n, len(out), limit)
			}
			if err := wellFormed(out); err != nil {
				t.Errorf("%d chains, %d bytes: %v", n, most, err)
			}
			if n == 1500 && most >= 3000 && !strings.Contains(out, "Left out to fit into a comment") {
				t.Errorf("%d bytes: it does not say what is left out", most)
			}
			if most >= 3000 && !strings.Contains(out, "### ✖ This change cuts every path") && n > 1 {
				t.Errorf("%d chains, %d bytes: no verdict:\n%.600s", n, most, out)
			}
		}
	}
}

func TestMermaidKeepsToItsLimits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 100, 1500} {
		out := render(t, "mermaid", many(n), Options{})
		edges := strings.Count(out, "-->|") + strings.Count(out, "-.->|")
		if len(out) > maxMermaidBytes || edges > maxMermaidEdges {
			t.Errorf("%d chains: %d bytes, %d edges", n, len(out), edges)
		}
		if cut := strings.Contains(out, "left out here"); cut != (n > 100) {
			t.Errorf("%d chains: says that something is left out: %v", n, cut)
		}
	}
	for name, r := range each() {
		line := regexp.MustCompile(`^( *(n[0-9]+\["[^"]*"\]|subgraph g[0-9]+\["[^"]*"\]|direction LR|end|n[0-9]+ (-->|-\.->)\|"[^"]*"\| n[0-9]+|classDef [a-z]+ [a-z0-9:#,. -]+|class [gn0-9,]+ [a-z]+|linkStyle [0-9,]+ [a-z0-9:#,. -]+)|flowchart LR|%%\{init: [a-zA-Z0-9"{}:, ]+\}%%)$`)
		for l := range strings.SplitSeq(strings.TrimSuffix(render(t, "mermaid", r, Options{}), "\n"), "\n") {
			if !line.MatchString(l) {
				t.Errorf("%s: not in the subset: %q", name, l)
			}
		}
	}
}

// TestDOTIsInert reads the graph as Graphviz does: outside of quotes nothing but the package's own words.
func TestDOTIsInert(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`)
	bare := regexp.MustCompile(`^[A-Za-z0-9_ \t\[\]{}=,;>-]*$`)
	for name, r := range each() {
		for i, l := range strings.Split(render(t, "dot", r, Options{}), "\n") {
			if rest := quoted.ReplaceAllString(l, ""); !bare.MatchString(rest) {
				t.Errorf("%s: line %d: %q outside of quotes", name, i+1, rest)
			}
		}
	}
}

// short is a writer that fails.
type short struct{}

var errShort = errors.New("disk full")

func (short) Write([]byte) (int, error) { return 0, errShort }

func TestErrorsOfTheWriterComeBack(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		if err := Write(short{}, f.Name, reports()["acme"], Options{}); !errors.Is(err, errShort) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	var unknown *UnknownFormatError
	if err := Write(short{}, "docx", reports()["acme"], Options{}); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "text, json, dot") {
		t.Errorf("%v", err)
	}
}

// TestAnyNameIsInert puts a name of any kind everywhere a name goes, in every format.
func TestAnyNameIsInert(t *testing.T) {
	t.Parallel()
	gen := rapid.StringOf(rapid.SampledFrom([]rune("ab1 \"'`|<>&#@:;[](){}\\/-_=+*~.!$%^\n\r\t\x1b\x00\u202e\u200b\ufeff\u0300é\u6f22💣")))
	link := regexp.MustCompile(`^( *(n[0-9]+\["[^"]*"\]|subgraph g[0-9]+\["[^"]*"\]|direction LR|end|n[0-9]+ (-->|-\.->)\|"[^"]*"\| n[0-9]+|(classDef|class|linkStyle) [a-zA-Z0-9:#,. -]+)|flowchart LR|%%\{init: [a-zA-Z0-9"{}:, ]+\}%%)$`)
	rapid.Check(t, func(t *rapid.T) {
		name, addr := gen.Draw(t, "name"), "aws_sqs_queue.q[\""+gen.Draw(t, "key")+"\"]"
		bucket := decl(graph.KindBucket, "aws_s3_bucket.b", name, blocks("notification.queues", attrs(is("arn", ref(addr)), is("prefix", gen.Draw(t, "prefix")))))
		all := []graph.Resource{decl(graph.KindTrail, "aws_cloudtrail.t", name, is("s3_bucket", ref("aws_s3_bucket.b"))), bucket, at(decl(graph.KindQueue, addr, name), gen.Draw(t, "file"), 1)}
		for _, r := range []*analyzer.Report{report(all), planned(all, all[:1]), planned(nil, all)} {
			r.Inputs[0].Name, r.Inputs[0].Notes = gen.Draw(t, "input"), []string{gen.Draw(t, "note")}
			out := map[string]string{}
			for _, f := range Formats() {
				var b strings.Builder
				if err := f.Render(&b, r, Options{Key: name, Version: name}); err != nil {
					t.Fatal(err)
				}
				out[f.Name] = b.String()
			}
			for _, c := range out["text"] {
				if c != '\n' && !seen(c) {
					t.Errorf("text holds %U", c)
				}
			}
			if err := wellFormed(out["markdown"]); err != nil {
				t.Errorf("markdown: %v", err)
			}
			for l := range strings.SplitSeq(strings.TrimSuffix(out["mermaid"], "\n"), "\n") {
				if !link.MatchString(l) {
					t.Errorf("mermaid: %q", l)
				}
			}
			if !json.Valid([]byte(out["json"])) {
				t.Error("no JSON")
			}
		}
	})
}
