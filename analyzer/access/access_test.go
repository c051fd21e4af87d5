package access_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/trailguard/trailguard/analyzer/access"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// linked evaluates the configuration of an archive and links it.
func linked(t *testing.T, a *txtar.Archive) *graph.Graph {
	t.Helper()
	files := fstest.MapFS{}
	for _, f := range a.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	src, err := terraform.ReadSource(terraform.SourceOptions{
		Options: terraform.Options{Account: "111122223333", Region: "eu-west-1", Partition: "aws"},
		Tree:    &config.Tree{Files: files, Dir: "."},
	})
	if err != nil {
		t.Fatal(err)
	}
	return graph.Link(src.Inventory)
}

// managed are the AWS-managed policies of the tests.
func managed(arn string) (string, bool) {
	switch arn {
	case "arn:aws:iam::aws:policy/PowerUserAccess":
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}]}`, true
	case "arn:aws:iam::aws:policy/ReadOnlyAccess":
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:Get*","s3:Get*"],"Resource":"*"}]}`, true
	}
	return "", false
}

var results = map[iam.Result]string{iam.Allowed: "can", iam.Denied: "cannot", iam.Undetermined: "may"} //nolint:gochecknoglobals // a table

// answer decides what a line asks: ACTION RESOURCE PRINCIPAL, where a principal is the address of a role or user, or an
// adversary, or what a policy calls somebody.
func answer(t *testing.T, x *access.Index, g *graph.Graph, action, resource, who string) access.Decision {
	t.Helper()
	var r *access.Resource
	if n := g.Node(graph.NodeID(resource)); n != nil {
		r = x.Resource(n)
	} else if arn, ok := graph.ParseARN(resource); ok {
		_, _, own := arn.Identify()
		for n := range g.Nodes() {
			if s, _ := n.ARN.Or(graph.Text{}).Literal(); s == own.String() {
				r = x.Resource(n)
				r.Within(graph.Literal(resource))
			}
		}
		if r == nil {
			r = x.External(resource)
		}
	}
	if r == nil {
		t.Fatalf("no resource %s", resource)
	}
	for _, a := range access.Adversaries() {
		if string(a) == who {
			return x.Judge(a, action, r)
		}
	}
	for _, p := range x.Candidates(r) {
		if p.Node != nil && string(p.Node.ID) == who || strings.ReplaceAll(p.Name, " ", "-") == who {
			return x.Decide(p, action, r)
		}
	}
	t.Fatalf("no principal %s", who)
	return access.Decision{}
}

// reasons spells why a decision fell as it did.
func reasons(d access.Decision) string {
	all := []string{d.Beyond}
	for _, c := range d.By {
		all = append(all, c.Layer.String()+" "+c.Source)
	}
	for _, l := range d.Missing {
		all = append(all, "missing "+l.String())
	}
	for _, u := range d.Unknown {
		all = append(all, "unknown "+u.Source+" "+u.What+": "+string(u.Reason))
	}
	return strings.Join(all, "; ")
}

// TestAccess asks what the file "ask" of each archive asks: lines of ACTION RESOURCE PRINCIPAL ANSWER, and after a bar what
// the reasons must hold.
func TestAccess(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			g := linked(t, a)
			x := access.New(g, access.Options{Managed: managed})
			asked := 0
			for line := range strings.Lines(string(a.Comment)) {
				line, because, _ := strings.Cut(strings.TrimSpace(line), " | ")
				f := strings.Fields(line)
				if len(f) == 0 || strings.HasPrefix(line, "#") {
					continue
				}
				if len(f) != 4 {
					t.Fatalf("%q is no question", line)
				}
				asked++
				d := answer(t, x, g, f[0], f[1], f[2])
				if got := results[d.Result]; got != f[3] || !strings.Contains(reasons(d), because) {
					t.Errorf("%s\n\tgot %s: %s", line+" | "+because, got, reasons(d))
				}
			}
			if asked == 0 {
				t.Error("nothing is asked")
			}
		})
	}
}
