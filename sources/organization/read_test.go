package organization_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/organization"
)

//nolint:gochecknoglobals // a flag of the test
var update = flag.Bool("update", false, "write what the archives want anew")

// filesOf returns the files of an archive, and what it wants of them.
func filesOf(t *testing.T, a *txtar.Archive) (files fstest.MapFS, want string) {
	t.Helper()
	files = fstest.MapFS{}
	for _, f := range a.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files, want
}

func spell(inv graph.Inventory) string {
	var b strings.Builder
	for _, r := range inv.Resources {
		fmt.Fprintf(&b, "%s %s %s %q", r.Kind, r.Address, r.Name.Or(graph.Text{}), r.Title)
		for name, a := range r.Attrs.All() {
			data, ok := a.Value.Get()
			if !ok {
				data = a.Value.String()
			}
			fmt.Fprintf(&b, " %s=%v", name, data)
		}
		b.WriteByte('\n')
	}
	for _, g := range inv.Gaps {
		fmt.Fprintf(&b, "gap %s (%s): %s\n", g.What, g.Where, g.Reason)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files, want := filesOf(t, a)
		inv, err := organization.Read(files)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			a.Files[len(a.Files)-1].Data = []byte(spell(inv))
			if err := os.WriteFile(name, txtar.Format(a), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(spell(inv), "\n")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		for _, r := range inv.Resources {
			if !r.Observed {
				t.Errorf("%s: %s is not observed", name, r.Address)
			}
		}
		for _, g := range inv.Gaps {
			if g.SettledBy == "" || g.Where == "" {
				t.Errorf("%s: gap %+v", name, g)
			}
		}
	}
}

// The tree leads from each account to the root, with the policies on the way, whatever other inputs declare of it.
func TestLinked(t *testing.T) {
	a, err := txtar.ParseFile("testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filesOf(t, a)
	inv, err := organization.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	declared := graph.Resource{
		Kind: "organizations.policy", Type: "aws_organizations_policy", Address: "aws_organizations_policy.guard", Name: graph.KnownOf(graph.Literal("guard the trail")),
		ARN: graph.KnownOf(graph.Literal("arn:aws:organizations::111111111111:policy/o-exampleorg/service_control_policy/p-guard1234")), Attrs: graph.Attrs{},
	}
	declared.Attrs.Set("policy", graph.KnownOf[any](graph.Literal("{}")))
	g := graph.Link(graph.Merge(graph.Inventory{Resources: []graph.Resource{declared}}, inv))
	var got []string
	for e := range g.SupportEdges() {
		if e.OneOf != "" || g.Node(e.To).External || g.Node(e.From).External {
			t.Errorf("%s is not certain", e.ID)
		}
		got = append(got, fmt.Sprint(e.Kind.ID, " ", last(e.From), " ", last(e.To)))
	}
	want := []string{
		"org_policy aws_organizations_policy.guard ou-ab12-11111111", "org_policy p-RCPFullAWSAccess r-ab12", "org_policy p-FullAWSAccess 333333333333", "org_policy p-FullAWSAccess r-ab12",
		"org_parent 111111111111 r-ab12", "org_parent 222222222222 ou-ab12-11111111", "org_parent 333333333333 ou-ab12-22222222", "org_parent ou-ab12-11111111 r-ab12", "org_parent ou-ab12-22222222 ou-ab12-11111111",
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := g.Node("aws_organizations_policy.guard"); n.Attrs.Text("policy").Or(graph.Text{}).String() != "{}" || n.Attrs.Text("id").Or(graph.Text{}).String() != "p-guard1234" {
		t.Error("the declared policy is not what it declares, or has no identifier")
	}
}

func last(id graph.NodeID) string { return string(id)[strings.LastIndexByte(string(id), '/')+1:] }

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"nothing":        {fstest.MapFS{}, "it holds no output of aws organizations"},
		"something else": {fstest.MapFS{"a.json": {Data: []byte(`{"Targets":[{"Id":"s3cr3t","Arn":"arn:aws:sqs:eu-west-1:111122223333:q"}],"Accounts":[7]}`)}}, "it holds no output of aws organizations"},
		"hidden":         {fstest.MapFS{".git/list-roots.json": {Data: []byte(`{"Roots":[{"Id":"r-ab12"}]}`)}}, "it holds no output of aws organizations"},
	} {
		_, err := organization.Read(c.files)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := organization.Read(broken{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a directory that cannot be read: %v", err)
	}
}

type broken struct{}

func (broken) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// FuzzRead reads anything as the one file of a directory: it ends, and what it declares can be linked.
func FuzzRead(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			f.Add(file.Name, file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		if !fs.ValidPath(name) || name == "." {
			return
		}
		inv, err := organization.Read(fstest.MapFS{name: {Data: src}, "list-roots.json": {Data: []byte(`{"Roots":[{"Id":"r-ab12","Arn":"arn:aws:organizations::111111111111:root/o-exampleorg/r-ab12"}]}`)}})
		if err != nil {
			return
		}
		for _, r := range inv.Resources {
			if r.Address == "" || !r.Observed {
				t.Fatalf("declares %+v", r)
			}
		}
		for _, gap := range inv.Gaps {
			if gap.What == "" || gap.Where == "" || gap.Reason == "" || gap.SettledBy == "" {
				t.Fatalf("gap %+v", gap)
			}
		}
		graph.Link(inv)
	})
}
