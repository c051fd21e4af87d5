package docpages_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/scripts/docpages"
)

func TestRun(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "docs")
	run := func(pages map[string][]byte, args ...string) error {
		return docpages.Run("some-docs", dir, args, func() (map[string][]byte, error) { return pages, nil })
	}
	holds := func(want map[string][]byte) {
		t.Helper()
		got, err := docpages.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("the folder differs (-want +got):\n%s", d)
		}
	}
	first := map[string][]byte{"a.md": []byte("a"), "b.md": []byte("b"), "e.md": {}}
	second := map[string][]byte{"a.md": []byte("A"), "c.md": []byte("c"), "e.md": {}}

	if err := run(first, "-check"); err == nil {
		t.Error("-check passes where no page is written")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("-check made the folder")
	}
	if err := run(first); err != nil {
		t.Fatal(err)
	}
	holds(first)
	if err := run(first, "-check"); err != nil {
		t.Errorf("-check fails on what was just written: %v", err)
	}
	err := run(second, "-check")
	if err == nil || err.Error() != "not up to date in "+dir+": a.md, b.md, c.md; run go run ./scripts/some-docs" {
		t.Errorf("-check on other pages says %v", err)
	}
	holds(first)
	if err := run(second); err != nil {
		t.Fatal(err)
	}
	holds(second)
}
