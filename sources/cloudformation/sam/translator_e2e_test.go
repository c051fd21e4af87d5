//go:build e2e

package sam

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const script = "../../../scripts/sam-translate/translate.py"

// TestStoredIsFresh runs the translator again on the templates of testdata.
func TestStoredIsFresh(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("needs python3")
	}
	version, err := exec.CommandContext(t.Context(), "python3", "-c", "import samtranslator; print(samtranslator.__version__)").Output()
	if err != nil {
		t.Skip("needs python3 and samtranslator")
	}
	if v := strings.TrimSpace(string(version)); v != "1.110.0" {
		t.Skip("needs python3 and samtranslator")
	}
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			var errors bytes.Buffer
			cmd := exec.CommandContext(t.Context(), "python3", script, name)
			cmd.Stderr = &errors
			got, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, errors.String())
			}
			want, err := os.ReadFile(strings.TrimSuffix(name, ".yaml") + ".translated.json")
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is stale: run the loop in %s", name, script)
			}
		})
	}
}
