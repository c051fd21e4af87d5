package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// elided stands in the README for lines that are left out.
const elided = "[...]"

// TestReadme runs the commands of the README and compares what they print with what stands there.
func TestReadme(t *testing.T) {
	readme := filepath.Join("..", "..", "README.md")
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	blocks := fenced(string(b))
	ran := 0
	out := string(b)
	for i, block := range blocks {
		first, shown, _ := strings.Cut(block.text, "\n")
		command, ok := strings.CutPrefix(first, "$ go run ./cmd/trailguard ")
		if block.language != "console" || !ok {
			continue
		}
		ran++
		args := strings.Fields(command)
		want := printed(t, args)
		if *update {
			out = strings.Replace(out, "```console\n"+block.text+"```", "```console\n"+first+"\n"+strings.TrimRight(want, "\n")+"\n```", 1)
		} else {
			compareShown(t, first, shown, want)
		}
		if i+1 < len(blocks) && blocks[i+1].language == "mermaid" {
			want := printed(t, append(args, "--format", "mermaid"))
			if *update {
				out = strings.Replace(out, "```mermaid\n"+blocks[i+1].text+"```", "```mermaid\n"+strings.TrimRight(want, "\n")+"\n```", 1)
			} else if d := cmp.Diff(blocks[i+1].text, want); d != "" {
				t.Errorf("the diagram of the README is not what is drawn (-README +drawn):\n%s", d)
			}
		}
	}
	if ran == 0 {
		t.Error("the README shows no run")
	}
	if !strings.Contains(string(b), "\n$ go test ./...\n") {
		t.Error("the README does not show how to run the tests")
	}
	if *update {
		if err := os.WriteFile(readme, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// printed runs a command from the root of the repository.
func printed(t *testing.T, args []string) string {
	t.Helper()
	w := newWorld(t, "")
	w.files = osFiles{dir: filepath.Join("..", "..")}
	if code := w.run(args...); code > 1 {
		t.Fatalf("trailguard %s: exit code %d: %s", strings.Join(args, " "), code, w.err.String())
	}
	return w.out.String()
}

// compareShown holds what is shown to what is printed: the pieces between elisions must follow one another.
func compareShown(t *testing.T, command, shown, want string) {
	t.Helper()
	if !strings.Contains(shown, elided+"\n") {
		if d := cmp.Diff(shown, want); d != "" {
			t.Errorf("%s prints something else (-README +printed):\n%s", command, d)
		}
		return
	}
	rest := want
	for i, piece := range strings.Split(shown, elided+"\n") {
		at := strings.Index(rest, piece)
		if at < 0 || i == 0 && at != 0 {
			t.Errorf("%s does not print, in this order:\n%s\nIt prints:\n%s", command, piece, want)
			return
		}
		rest = rest[at+len(piece):]
	}
}

type fence struct{ language, text string }

// fenced returns the fenced blocks of a Markdown text.
func fenced(s string) []fence {
	var out []fence
	for {
		_, rest, ok := strings.Cut(s, "\n```")
		if !ok {
			return out
		}
		language, rest, _ := strings.Cut(rest, "\n")
		text, after, ok := strings.Cut("\n"+rest, "\n```")
		if !ok {
			return out
		}
		out = append(out, fence{language, strings.TrimPrefix(text, "\n") + "\n"})
		s = after
	}
}
