//go:build e2e

package funcs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestConsole asks terraform console for every expression of the table. With -update it writes the table anew.
func TestConsole(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("needs terraform")
	}
	run := func(dir, input string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), terraform, args...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
		cmd.Env = append(os.Environ(), "HOME=/home/me", "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
		out, err := cmd.Output()
		return string(out), err
	}
	dirs := make([]string, 2) // one for each console that runs at a time, as each locks its state
	for i := range dirs {
		dir, err := filepath.EvalSymlinks(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		dirs[i] = filepath.Join(dir, "src")
		if err := os.CopyFS(dirs[i], os.DirFS(tree)); err != nil {
			t.Fatal(err)
		}
		if out, err := run(dirs[i], "", "init", "-backend=false"); err != nil {
			t.Fatalf("terraform init: %v\n%s", err, out)
		}
	}
	testNames(t, func(args ...string) (string, error) { return run(dirs[0], "", args...) })

	table := examples(t)
	answers := make([]string, len(table))
	var wg sync.WaitGroup
	next := make(chan int)
	for _, dir := range dirs {
		wg.Go(func() {
			for i := range next {
				out, err := run(dir, table[i].expr+"\n", "console", "-no-color", "-state=../state")
				answers[i] = answerOf(table[i], out, err, dir)
			}
		})
	}
	for i := range table {
		next <- i
	}
	close(next)
	wg.Wait()

	var b strings.Builder
	name := ""
	for i, e := range table {
		if e.function != name {
			name = e.function
			b.WriteString("## " + name + "\n")
		}
		b.WriteString("> " + e.expr + "\n" + answers[i] + "\n")
		if !*update && answers[i] != e.want {
			t.Errorf("%s\nnow: %s\nwas: %s", e.expr, answers[i], e.want)
		}
	}
	if *update {
		if err := os.WriteFile(consoleFile, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// answerOf is what the table has for what the console says.
func answerOf(e example, out string, err error, dir string) string {
	if err != nil {
		return failed
	}
	class := whole
	for _, r := range rows() {
		if r.name == e.function {
			class = r.class
		}
	}
	out = strings.TrimSuffix(out, "\n")
	if class == impure && !strings.HasPrefix(out, "(") {
		return differs
	}
	out = strings.ReplaceAll(out, dir, cwd)
	return strings.ReplaceAll(out, filepath.Dir(dir)+"/", "/")
}

// testNames compares the names with those that this Terraform has.
func testNames(t *testing.T, run func(...string) (string, error)) {
	t.Helper()
	out, err := run("metadata", "functions", "-json")
	if err != nil {
		t.Fatalf("terraform metadata functions: %v", err)
	}
	var list struct {
		Signatures map[string]any `json:"function_signatures"`
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range list.Signatures {
		if !strings.Contains(name, "::") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, Names()) {
		t.Errorf("this Terraform has other functions: %v", names)
	}
}
