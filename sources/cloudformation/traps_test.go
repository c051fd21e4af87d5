package cloudformation_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
)

//nolint:gochecknoglobals // a flag of the tests
var update = flag.Bool("update", false, "write the golden files anew")

// TestTraps reads the templates of every archive of testdata/traps, links what they declare, and compares the graph with
// the file want of the archive. A file options says what is read, one thing in each line:
//
//	account ID, region NAME, partition NAME, parameter NAME=VALUE    as of the flags of the command
//	template FILE                                                   a template; without one or a stack, all files are
//	stack NAME FILE [account=ID] [region=NAME] [PARAMETER=VALUE]... a template with the stack that is made of it
//	assembly DIRECTORY                                              a cdk.out
//	show ID ATTRIBUTE...                                            attributes of a node to be compared as well
//	brief                                                           support edges are not compared
//
// What is quoted at the end of a line of want is what stands at the position in the template.
func TestTraps(t *testing.T) {
	names, err := filepath.Glob("testdata/traps/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := caseOf(t, archive)
			got := c.read(t)
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s differs (-want +got); read the difference before go test ./sources/cloudformation -run TestTraps -update:\n%s", name, diff)
			}
		})
	}
}

// trapCase is an archive.
type trapCase struct {
	files fstest.MapFS
	opts  cloudformation.Options
	show  [][]string
	brief bool
	want  string
}

func caseOf(t *testing.T, archive *txtar.Archive) *trapCase {
	t.Helper()
	c := &trapCase{files: fstest.MapFS{}, opts: cloudformation.Options{Parameters: map[string]string{}}}
	options := ""
	var templates []string
	for _, f := range archive.Files {
		switch f.Name {
		case "want":
			c.want = string(f.Data)
		case "options":
			options = string(f.Data)
		default:
			c.files[f.Name] = &fstest.MapFile{Data: f.Data}
			templates = append(templates, f.Name)
		}
	}
	for line := range strings.Lines(options) {
		words := strings.Fields(line)
		if len(words) > 0 {
			c.option(t, words)
		}
	}
	if len(c.opts.Deployments) == 0 {
		for _, name := range templates {
			c.opts.Deployments = append(c.opts.Deployments, cloudformation.Deployment{File: c.file(name)})
		}
	}
	return c
}

func (c *trapCase) file(name string) cloudformation.File {
	return cloudformation.File{Files: c.files, Path: name, Label: name}
}

func (c *trapCase) option(t *testing.T, words []string) {
	t.Helper()
	bad := func() { t.Fatalf("options: %q is not understood", strings.Join(words, " ")) }
	args := words[1:]
	if words[0] == "brief" {
		c.brief = true
		return
	}
	if len(args) == 0 {
		bad()
	}
	switch words[0] {
	case "account":
		c.opts.Account = args[0]
	case "region":
		c.opts.Region = args[0]
	case "partition":
		c.opts.Partition = args[0]
	case "parameter":
		name, value, _ := strings.Cut(strings.Join(args, " "), "=")
		c.opts.Parameters[name] = value
	case "template":
		c.opts.Deployments = append(c.opts.Deployments, cloudformation.Deployment{File: c.file(args[0])})
	case "stack":
		if len(args) < 2 {
			bad()
		}
		d := cloudformation.Deployment{File: c.file(args[1]), Stack: args[0], Parameters: map[string]string{}}
		for _, w := range args[2:] {
			switch name, value, _ := strings.Cut(w, "="); name {
			case "account":
				d.Account = value
			case "region":
				d.Region = value
			case "partition":
				d.Partition = value
			default:
				d.Parameters[name] = value
			}
		}
		c.opts.Deployments = append(c.opts.Deployments, d)
	case "assembly":
		all, err := cloudformation.Assembly(c.files, args[0], args[0])
		if err != nil {
			t.Fatal(err)
		}
		c.opts.Deployments = append(c.opts.Deployments, all...)
	case "show":
		c.show = append(c.show, args)
	default:
		bad()
	}
}

// read reads the templates and prints what the graph of them holds.
func (c *trapCase) read(t *testing.T) string {
	t.Helper()
	res, err := cloudformation.Read(c.opts)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	p := printer{files: c.files}
	if len(c.opts.Deployments) == 1 { // addresses are read more easily without its name
		p.only = c.opts.Deployments[0].Label + "#"
	}
	ignores := slices.Clone(res.Inventory.Ignores)
	g := graph.Link(res.Inventory)
	for e := range g.Hops() {
		p.edge(e, "->")
	}
	if !c.brief {
		for e := range g.SupportEdges() {
			p.edge(e, "--")
		}
	}
	for n := range g.Nodes() {
		if !c.brief || n.Kind != "cfn.stack" {
			p.node(n)
		}
	}
	for _, words := range c.show {
		id := graph.NodeID(words[0])
		if g.Node(id) == nil {
			id = graph.NodeID(p.only + words[0])
		}
		n := g.Node(id)
		if n == nil {
			t.Errorf("options: show: there is no node %s", words[0])
			continue
		}
		for _, name := range words[1:] {
			p.attribute(n, name)
		}
	}
	for _, gap := range g.Gaps() {
		p.printf("gap %s | %s | %s | %s", gap.Where, gap.What, gap.Reason, gap.SettledBy)
	}
	for _, i := range ignores {
		p.printf("ignore %s on %s, lines %d to %d, whole %t, problem %q%s", strings.Join(i.Rules, ","), i.Construct, i.From, i.To, i.Whole, i.Problem, p.at(i.Pos))
	}
	for _, n := range res.Notes {
		p.printf("note %s", n)
	}
	return p.out.String()
}

// printer prints a graph for people.
type printer struct {
	files fstest.MapFS
	only  string // prefix of addresses that is left out
	out   strings.Builder
}

func (p *printer) printf(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if p.only != "" {
		s = strings.ReplaceAll(s, p.only, "")
	}
	p.out.WriteString(s + "\n")
}

// usual is why a hop is undetermined that nothing is wrong with.
const usual = "permissions are not evaluated"

func (p *printer) edge(e *graph.Edge, arrow string) {
	s := fmt.Sprintf("%s %s %s %s", e.Kind.ID, e.From, arrow, e.To)
	if e.Via != "" && e.Via != string(e.From) && e.Via != string(e.To) {
		s += " by " + e.Via
	}
	if e.OneOf != "" {
		s += " one of " + e.OneOf
	}
	if e.Status != graph.StatusUndetermined {
		s += " " + string(e.Status)
	}
	if e.Why != "" && e.Why != usual {
		s += ": " + e.Why
	}
	if e.Doubt {
		s += " (in doubt)"
	}
	p.printf("%s%s", s, p.at(e.Pos))
}

// node prints a node of which something is out of the ordinary.
func (p *printer) node(n *graph.Node) {
	s := "node " + string(n.ID)
	switch {
	case n.External:
		s += " external"
	case n.Unresolved:
		s += " unresolved: " + string(n.Why)
	case n.Doubt != "":
		s += " in doubt: " + n.Doubt + ", settled by " + n.SettledBy
	default:
		return
	}
	if n.Kind == graph.KindPrincipal {
		return
	}
	p.printf("%s", s)
}

func (p *printer) attribute(n *graph.Node, name string) {
	switch name {
	case "name":
		p.printf("%s.name = %s", n.ID, text(n.Name))
		return
	case "arn":
		p.printf("%s.arn = %s", n.ID, text(n.ARN))
		return
	case "home":
		p.printf("%s is at %s %s %s", n.ID, n.Partition.Or("?"), n.Account.Or("?"), n.Region.Or("?"))
		return
	case "title":
		p.printf("%s.title = %s", n.ID, n.Title)
		return
	case "pos":
		p.printf("%s%s", n.ID, p.at(n.Pos))
		return
	}
	a, ok := n.Attrs.Get(name)
	if !ok {
		p.printf("%s.%s is no attribute", n.ID, name)
		return
	}
	origin := ""
	if a.Origin != "" {
		origin = " of " + a.Origin
	}
	p.printf("%s.%s = %s%s%s", n.ID, name, datum(a.Value), origin, p.at(a.Pos))
}

// datum prints a value of an attribute.
func datum(v graph.Value[any]) string {
	x, known := v.Get()
	if !known {
		return v.String()
	}
	var s string
	switch d := x.(type) {
	case graph.Text:
		s = fmt.Sprintf("%q", d.String())
	case []graph.Text:
		s = fmt.Sprintf("%q", d)
	case []graph.Attrs:
		all := make([]string, len(d))
		for i, b := range d {
			var fields []string
			for name, a := range b.All() {
				if a.Value.State() != graph.Absent {
					fields = append(fields, name+": "+datum(a.Value))
				}
			}
			all[i] = "{" + strings.Join(fields, ", ") + "}"
		}
		s = "[" + strings.Join(all, " ") + "]"
	default:
		s = fmt.Sprint(d)
	}
	if v.IsDefault() {
		s += " by default"
	}
	return s
}

func text(v graph.Value[graph.Text]) string {
	if t, ok := v.Get(); ok {
		return fmt.Sprintf("%q", t.String())
	}
	return v.String()
}

// at prints a position with what stands there.
func (p *printer) at(pos graph.Pos) string {
	if pos.IsZero() {
		return ""
	}
	f := p.files[path.Clean(pos.File)]
	if f == nil {
		return " | " + pos.String()
	}
	lines := strings.Split(string(f.Data), "\n")
	if pos.Line < 1 || pos.Line > len(lines) {
		return fmt.Sprintf(" | %s is not there", pos)
	}
	line := []rune(lines[pos.Line-1])
	if pos.Column < 1 || pos.Column > len(line) {
		return fmt.Sprintf(" | %s has no column %d", pos, pos.Column)
	}
	const most = 40
	here := line[pos.Column-1:]
	if len(here) > most {
		here = append(slices.Clone(here[:most]), '…')
	}
	return fmt.Sprintf(" | %s %s", pos, strings.TrimSpace(string(here)))
}
