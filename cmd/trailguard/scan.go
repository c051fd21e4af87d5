package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
	"github.com/trailguard/trailguard/sources/sniff"
	"github.com/trailguard/trailguard/sources/terraform"
)

func scanCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var report reportFlags
	var variables variableFlags
	var stacks stackFlags
	var beside contextFlags
	cmd := &cobra.Command{
		Use:     "scan PATH...",
		Short:   "Find out what files and directories are, and judge the chain that they declare together",
		GroupID: groupInputs,
		Long: `Reads plans, states, Terraform configuration, CloudFormation templates and cdk.out directories, whatever they are
called, and draws one graph of all. Account authorization dumps, and directories of outputs of "aws organizations",
tell besides who is there and what guards them. In a directory it looks for them: the directory of a configuration is read as a
root module; directories called modules or node_modules, and what is hidden, are passed over. What cannot be read is
named, and left out; the coverage has a line of it.

What a plan changes is told of the first plan; of others, what they leave is read.`,
		Example: `  trailguard scan .
  trailguard scan plan.json templates/ cdk.out
  trailguard scan infra/logging siem/queue.yaml --parameters TopicArn=arn:aws:sns:eu-central-1:111122223333:trail`,
		Args: arguments(1, -1),
		RunE: func(_ *cobra.Command, args []string) error {
			s := scanner{sys: sys, scope: &scope, variables: &variables, stacks: &stacks}
			subject, err := s.scan(args, &beside)
			if err != nil {
				return err
			}
			return sys.report(subject, &report, &input{ReadCloser: io.NopCloser(nil), name: args[0], label: strings.Join(args, ", ")})
		},
	}
	scope.add(cmd)
	variables.add(cmd)
	stacks.add(cmd)
	beside.add(cmd)
	report.add(cmd)
	return cmd
}

// found is something to read.
type found struct {
	name string // as messages call it
	kind sniff.Kind
	tree bool   // a directory: of a configuration, or of a cloud assembly
	root string // directory outside of which nothing that it names is read; empty: its repository
}

// isIn says that another directory of outputs of aws organizations is this one, or has it in it.
func (f found) isIn(other found) bool {
	return other.kind == sniff.Organization && (other.name == f.name || other.name == "." || strings.HasPrefix(f.name, other.name+"/"))
}

// scanner finds and reads inputs.
type scanner struct {
	sys       system
	scope     *scopeFlags
	variables *variableFlags
	stacks    *stackFlags

	inputs  []analyzer.Input
	after   []graph.Inventory
	plan    *terraform.Plan
	ignored int
	notes   []string
	out     []leftOut
	beside  bool // what is found is context to an input that is read elsewhere
}

// kindConfiguration is the kind of a directory that holds Terraform configuration.
const kindConfiguration sniff.Kind = "configuration"

// maxFound bounds the inputs of one run.
const maxFound = 5000

func (s *scanner) scan(args []string, beside *contextFlags) (*analyzer.Subject, error) {
	if err := s.gather(args); err != nil {
		return nil, err
	}
	around, err := beside.read(s.sys, s.scope)
	if err != nil {
		return nil, err
	}
	s.inputs, s.after = append(s.inputs, around.inputs...), append(s.after, around.inventories...)
	return s.subject(), nil
}

// gather finds and reads what the arguments name.
func (s *scanner) gather(args []string) error {
	var all []found
	for _, a := range args {
		left := len(s.out)
		some, err := s.find(a)
		if err != nil {
			return err
		}
		if len(some) == 0 && len(s.out) == left {
			s.notes = append(s.notes, a+" holds nothing that is a plan, a state, Terraform configuration or a CloudFormation template")
		}
		all = append(all, some...)
	}
	if len(all)+len(s.out) == 0 {
		return failedError(fmt.Errorf("nothing to read in %s", strings.Join(args, ", ")), "expected plans or states as JSON, Terraform configuration, CloudFormation templates or cdk.out directories")
	}
	if _, err := s.variables.given(s.sys); err != nil { // not of any one input
		return err
	}
	if err := s.read(s.roots(s.once(all), args)); err != nil {
		return err
	}
	return s.told()
}

// find returns what is to be read of a path.
func (s *scanner) find(name string) ([]found, error) {
	tree, err := s.sys.files.tree(name, s.stacks.root)
	if err != nil { // it is no directory
		kind, err := s.kindOf(name)
		switch {
		case err != nil && !s.sys.files.exists(name):
			return nil, err // whoever named it meant something else
		case err != nil:
			return nil, s.leaveOut(name, err)
		case kind == sniff.Nothing:
			hint := "expected a plan or a state as JSON, or a CloudFormation template"
			if ext := path.Ext(name); ext == ".tf" || ext == ".tfvars" {
				hint = "give the directory of the configuration: " + cmp.Or(path.Dir(name), ".")
			}
			return nil, s.leaveOut(name, failedError(errors.New(name+" is nothing that can be read"), hint))
		case kind == sniff.Organization:
			return nil, s.leaveOut(name, failedError(errors.New(name+" is an output of aws organizations"), "give the directory that holds all of them, beside what they are context to: trailguard scan PATH "+cmp.Or(path.Dir(name), ".")))
		}
		return []found{{name: name, kind: kind}}, nil
	}
	var out []found
	err = s.walk(tree.Files, tree.Dir, strings.TrimSuffix(name, "/"), 0, &out)
	if tree.Dir == "." { // what is in it may name what is beside it in it
		for i := range out {
			out[i].root = name
		}
	}
	return out, err
}

func (s *scanner) kindOf(name string) (sniff.Kind, error) {
	if s.sys.files.exists(name) && !s.sys.files.regular(name) { // it could be read only once, and would be waited for
		return sniff.Nothing, failedError(errors.New(name+" is no regular file"), "write what comes through a pipe to a file, or give it to trailguard plan or state")
	}
	f, err := s.sys.files.open(name)
	if err != nil {
		return sniff.Nothing, failedError(fmt.Errorf("open %s: %w", name, err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	kind, err := sniff.Of(f)
	if err != nil {
		return kind, failedError(fmt.Errorf("%s: %w", name, err))
	}
	return kind, nil
}

// passedOver are directories that hold what other things are made of.
//
//nolint:gochecknoglobals // a table
var passedOver = []string{"modules", "node_modules"}

// walk looks for inputs in a directory of a tree.
func (s *scanner) walk(files fs.FS, dir, name string, depth int, out *[]found) error {
	const deepest = 20
	if depth > deepest || len(*out) > maxFound {
		return s.leaveOut(name, failedError(fmt.Errorf("%s holds more than can be looked through", name), "name the files and directories that count"))
	}
	if cloudformation.IsAssembly(files, dir) {
		if kind, _ := s.sniffed(files, path.Join(dir, "manifest.json")); kind == sniff.Manifest {
			*out = append(*out, found{name: name, kind: sniff.Manifest, tree: true})
			return nil
		}
	}
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return s.leaveOut(name, failedError(fmt.Errorf("%s: %w", name, plain(err))))
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Type().IsRegular() && (strings.HasSuffix(e.Name(), ".tf") || strings.HasSuffix(e.Name(), ".tf.json"))
	}) {
		*out = append(*out, found{name: name, kind: kindConfiguration, tree: true})
	}
	for _, e := range entries {
		at, called := path.Join(dir, e.Name()), joined(name, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir() && slices.Contains(passedOver, e.Name()):
		case e.IsDir():
			if err := s.walk(files, at, called, depth+1, out); err != nil {
				return err
			}
		case e.Type().IsRegular() && slices.Contains(extensions, path.Ext(e.Name())):
			kind, err := s.sniffed(files, at)
			if err == nil && kind == sniff.Nothing && path.Ext(e.Name()) == ".tfstate" {
				err = errors.New("it is no state")
			}
			if err != nil {
				if err := s.leaveOut(called, failedError(fmt.Errorf("%s: %w", called, err))); err != nil {
					return err
				}
				continue
			}
			switch kind {
			case sniff.Nothing, sniff.Manifest:
			case sniff.Organization: // with all that are beside it and below
				if all := (found{name: name, kind: kind, tree: true}); !slices.ContainsFunc(*out, all.isIn) {
					*out = append(slices.DeleteFunc(*out, func(f found) bool { return f.kind == kind && f.isIn(all) }), all)
				}
			default:
				*out = append(*out, found{name: called, kind: kind})
			}
		}
	}
	return nil
}

func joined(dir, name string) string {
	if dir == "." {
		return name
	}
	return dir + "/" + name
}

// extensions are those of files that are looked at in directories.
//
//nolint:gochecknoglobals // a table
var extensions = []string{".json", ".yaml", ".yml", ".template", ".tfstate"}

func (*scanner) sniffed(files fs.FS, name string) (sniff.Kind, error) {
	f, err := files.Open(name)
	if err != nil {
		return sniff.Nothing, plain(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	kind, err := sniff.Of(f)
	return kind, plain(err)
}

// read reads everything that was found: templates together, and each of the others by itself.
func (s *scanner) read(all []found) error {
	var templates []cloudformation.Deployment
	for _, f := range all {
		var err error
		scope := f.name
		if len(all) == 1 && !s.beside {
			scope = ""
		}
		switch f.kind {
		case sniff.Template, sniff.Manifest:
			var ds []cloudformation.Deployment
			ds, err = s.stacks.templates(s.sys, f.name, cmp.Or(s.stacks.root, f.root))
			templates = append(templates, ds...)
		case kindConfiguration:
			err = s.configuration(f.name, scope)
		case sniff.Plan, sniff.State:
			err = s.planOrState(f.name, scope)
		case sniff.Authorization:
			err = s.authorization(f.name, scope)
		case sniff.Organization:
			err = s.organization(f.name, scope)
		case sniff.PackedPlan:
			err = failedError(fmt.Errorf("%s is a binary plan file", f.name), "make the JSON: terraform show -json "+f.name+" > plan.json")
		case sniff.Nothing:
		}
		if err == nil {
			continue
		}
		if err := s.leaveOut(f.name, err); err != nil {
			return err
		}
	}
	if len(templates) == 0 && len(s.stacks.stacks) == 0 {
		return nil
	}
	return s.templates(templates)
}

func (s *scanner) templates(found []cloudformation.Deployment) error {
	named, err := s.stacks.deployments(s.sys, nil, true)
	if err != nil {
		return err
	}
	for i := range named {
		if label := named[i].Label; !s.sys.files.exists(label) {
			return failedError(fmt.Errorf("--stack: %s does not exist", label))
		}
	}
	// A template of which a stack is named is not read once more for being there.
	deployments := append(found, named...) //nolint:gocritic // found is ours
	deployments, notes := s.stacks.once(s.sys, deployments)
	s.notes = append(s.notes, notes...)
	out := map[string]bool{}
	o := s.stacks.options(s.scope, deployments)
	o.LeaveOut = func(f cloudformation.File, err error) {
		out[f.Label] = true
		_ = s.leaveOut(f.Label, templateError(err)) // it is no error of the command line
	}
	res, err := cloudformation.Read(o)
	if err != nil {
		return templateError(err)
	}
	deployments = slices.DeleteFunc(deployments, func(d cloudformation.Deployment) bool { return out[d.Label] })
	s.inputs = append(s.inputs, inputsOf(deployments, res)...)
	s.after = append(s.after, res.Inventory)
	s.ignored += res.Ignored
	return nil
}

func (s *scanner) configuration(name, scope string) error {
	src, err := evaluateSource(s.sys, name, s.stacks.root, scope, s.scope, s.variables)
	if err != nil {
		return err
	}
	s.inputs = append(s.inputs, analyzer.Input{Name: name, Kind: src.Kind, Version: src.Version, Notes: src.Notes})
	s.after = append(s.after, src.Inventory)
	s.ignored += src.Ignored
	return nil
}

func (s *scanner) planOrState(name, scope string) error {
	in, err := s.sys.openInput(name, "trailguard scan", "PLAN")
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	o := s.scope.options(in)
	if o.Scope = scope; s.plan == nil && !s.beside {
		o.Scope = "" // its changes are told by address
	}
	plan, state, err := terraform.Read(in, o)
	switch {
	case err != nil:
		return inputError(err)
	case plan == nil:
		if s.plan == nil {
			setScope(&state.Inventory, scope)
		}
		s.inputs = append(s.inputs, inputOf(in, state.Info))
		s.after = append(s.after, state.Inventory)
		s.ignored += state.Ignored
		return nil
	case s.beside:
		s.after = append(s.after, plan.After)
	case s.plan == nil:
		s.plan = plan
	default:
		s.notes = append(s.notes, "what "+name+" changes is not told beside another plan: trailguard plan "+name)
		s.after = append(s.after, plan.After)
	}
	s.inputs = append(s.inputs, inputOf(in, plan.Info))
	s.ignored += plan.Ignored
	return nil
}

func setScope(inv *graph.Inventory, scope string) {
	for i := range inv.Resources {
		inv.Resources[i].Scope = scope
	}
}

// subject links what was read: with the plan, as it is before and after it.
func (s *scanner) subject() *analyzer.Subject {
	out := &analyzer.Subject{Inputs: s.inputs, Ignored: s.ignored}
	if len(out.Inputs) > 0 {
		out.Inputs[0].Notes = append(out.Inputs[0].Notes, s.notes...)
	}
	link := func(all []graph.Inventory) *graph.Graph {
		merged := graph.Merge(all...)
		for _, o := range s.out {
			merged.Gaps = append(merged.Gaps, o.gap)
		}
		return graph.Link(merged)
	}
	if s.plan == nil {
		out.Graph = link(s.after)
		return out
	}
	with := func(inv graph.Inventory) *graph.Graph {
		all := []graph.Inventory{inv}
		for _, a := range s.after {
			all = append(all, cloned(a))
		}
		return link(all)
	}
	out.Before = with(s.plan.Before)
	for i := range s.after {
		s.after[i].Resources = graph.Supersede(s.after[i].Resources, s.plan.Before.Resources, s.plan.After.Resources)
	}
	out.Graph, out.Changes = with(s.plan.After), s.plan.Changes
	if s.plan.Recorded != nil {
		out.Recorded = with(*s.plan.Recorded)
	}
	return out
}

// cloned returns a copy of an inventory that can be linked by itself.
func cloned(inv graph.Inventory) graph.Inventory {
	inv.Resources = slices.Clone(inv.Resources)
	for i := range inv.Resources {
		r := &inv.Resources[i]
		r.Attrs = maps.Clone(r.Attrs)
		r.Scenarios = slices.Clone(r.Scenarios)
	}
	return inv
}

// inputsOf returns the templates of deployments as the report lists them.
func inputsOf(deployments []cloudformation.Deployment, res *cloudformation.Result) []analyzer.Input {
	var out []analyzer.Input
	for _, d := range deployments {
		if !slices.ContainsFunc(out, func(i analyzer.Input) bool { return i.Name == d.Label }) {
			out = append(out, analyzer.Input{Name: d.Label, Kind: cloudformation.KindTemplate})
		}
	}
	slices.SortStableFunc(out, func(a, b analyzer.Input) int { return cmp.Compare(a.Name, b.Name) })
	if len(out) > 0 {
		out[0].Notes = res.Notes
	}
	return out
}
