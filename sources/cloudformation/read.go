package cloudformation

import (
	"cmp"
	"io/fs"
	"slices"
	"strconv"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/sam"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// KindTemplate is what the inputs of this source are called.
const KindTemplate = "cloudformation template"

// File is a template to read.
type File struct {
	Files fs.FS  // all that may be read: the template, and those that it names
	Path  string // of the template within Files
	Label string // what positions and addresses call it
}

// Deployment is a template with what is known of a stack that is made of it. What is empty is not known.
type Deployment struct {
	File
	Stack                      string
	Account, Region, Partition string
	Parameters                 map[string]string
	Assets                     map[string]string // paths within Files of nested templates, by the hash of the asset
}

// Options say what is read.
type Options struct {
	Deployments []Deployment
	// Account, Region, Partition and Parameters are those of every deployment that says nothing else.
	Account, Region, Partition string
	Parameters                 map[string]string
	Scope                      string
	// LeaveOut is told of a template that cannot be read, or is none, and of which no stack is made then; nil: Read fails.
	LeaveOut func(f File, err error)
}

// Result is what templates declare.
type Result struct {
	Inventory graph.Inventory
	Ignored   int // resources of types that no chain is made of
	Notes     []string
}

// settledByParameters is what settles what templates leave open.
const settledByParameters = "values of the parameters (--parameters), the templates of the other stacks, or the live account"

// Bounds of a run.
const (
	maxStacks = 2000 // deployments, nested ones included
	maxNested = 10   // how deep stacks nest
)

// Read evaluates templates. It returns a [*template.Error] for one that cannot be read, or is none.
func Read(o Options) (*Result, error) {
	r := &run{
		opts: o, functions: functions(), tokens: token.New(), told: map[graph.Gap]bool{}, called: map[string]bool{}, files: map[string]*template.Template{}, labels: map[string]bool{}, out: map[string]bool{}, spells: map[string]map[string]bool{},
	}
	for i := range o.Deployments {
		f := o.Deployments[i].File
		if r.out[f.Label] {
			continue
		}
		_, err := r.template(f)
		switch {
		case err != nil && o.LeaveOut == nil:
			return nil, err
		case err != nil:
			r.out[f.Label] = true
			o.LeaveOut(f, err)
		}
	}
	r.opts.Deployments = slices.DeleteFunc(slices.Clone(o.Deployments), func(d Deployment) bool { return r.out[d.Label] })
	nested := r.nestedLabels()
	for i := range r.opts.Deployments {
		// A template that another nests is not deployed by itself, unless somebody names its stack.
		if d := &r.opts.Deployments[i]; d.Stack != "" || !nested[d.Label] {
			r.deploy(r.files[d.Label], d)
		}
	}
	for i := 0; i < len(r.stacks); i++ { //nolint:intrange // those that are nested are added on the way
		r.nest(r.stacks[i])
	}
	r.forget()
	r.undeclared()
	for _, s := range r.stacks {
		for i := range s.Resources {
			r.declare(s, &s.Resources[i])
		}
	}
	for _, s := range r.stacks {
		r.notice(s)
	}
	r.busPolicies()
	r.problems()
	r.presences()
	res := &Result{Inventory: graph.Inventory{Resources: r.resources, Gaps: r.gaps, Ignores: r.ignores, SettledBy: settledByParameters, Worlds: r.worlds()}, Ignored: r.ignored, Notes: r.notes}
	slices.SortStableFunc(res.Inventory.Resources, func(a, b graph.Resource) int { return cmp.Compare(a.Address, b.Address) })
	return res, nil
}

// template reads a template, once for all stacks that are made of it.
func (r *run) template(f File) (*template.Template, error) {
	key := f.Label
	if t := r.files[key]; t != nil {
		return t, nil
	}
	src, err := readFile(f)
	if err != nil {
		return nil, err
	}
	d, err := template.Read(f.Label, src)
	if err != nil {
		return nil, err //nolint:wrapcheck // it says where and what
	}
	t, err := d.Template()
	if err != nil {
		return nil, err //nolint:wrapcheck // it says where and what
	}
	r.files[key] = t
	r.ignores = append(r.ignores, ignoresOf(t)...)
	return t, nil
}

// readFile reads a file of a template; what is no regular file is not waited for.
func readFile(f File) ([]byte, error) {
	info, err := fs.Stat(f.Files, f.Path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, &template.Error{Pos: graph.Pos{File: f.Label}, What: "it is no regular file"}
	}
	src, err := fs.ReadFile(f.Files, f.Path)
	if err != nil {
		return nil, &template.Error{Pos: graph.Pos{File: f.Label}, What: "it cannot be read: " + cause(err)}
	}
	return src, nil
}

// deploy makes the stack of a deployment.
func (r *run) deploy(t *template.Template, d *Deployment) *stack {
	s := r.newStack(t, r.labelOf(d))
	s.file, s.assets, s.name = d.File, d.Assets, cleaned(d.Stack)
	s.Resources = slices.Clone(t.Resources)
	for _, given := range []map[string]string{r.opts.Parameters, d.Parameters} {
		for name, value := range given {
			if s.params[name] != nil {
				s.given[name] = cleaned(value)
			}
		}
	}
	region := cleaned(cmp.Or(d.Region, r.opts.Region))
	r.settle(s, cleaned(cmp.Or(d.Account, r.opts.Account)), region, cmp.Or(d.Partition, cmp.Or(r.opts.Partition, partitionOf(region))))
	r.expand(s)
	r.stacks = append(r.stacks, s)
	return s
}

// cleaned takes out what could pass for a token: names and values come from files, too.
func cleaned(s string) string { return string(token.Clean([]byte(s))) }

// labelOf returns what the addresses of a stack begin with: its template, or its name where several are made of one.
func (r *run) labelOf(d *Deployment) string {
	label, times := d.Label, 0
	for i := range r.opts.Deployments {
		if r.opts.Deployments[i].Label == label {
			times++
		}
	}
	if times > 1 && d.Stack != "" {
		label = d.Stack
	}
	for n := 2; r.labels[label]; n++ {
		label = d.Label + "(" + strconv.Itoa(n) + ")"
	}
	r.labels[label] = true
	return label
}

// expand expands the macros of a stack's template, as CloudFormation does before it looks at anything else.
func (r *run) expand(s *stack) {
	own := *s.Template // another stack of the template has other values
	s.Template = &own
	s.index()
	r.unroll(s)
	for _, name := range s.Transforms {
		switch name {
		case "AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23", "AWS::SecretsManager-2024-09-16", "AWS::CodeDeployBlueGreen":
		case "AWS::Serverless-2016-10-31":
			e := &evaluator{run: r, stack: s, at: s.label}
			s.Template = sam.Expand(s.Template, func(name string) (string, bool) {
				switch name {
				case "AWS::Region":
					return s.region, !token.Has(s.region)
				case "AWS::Partition":
					return s.partition, !token.Has(s.partition)
				}
				p := s.params[name]
				if p == nil || p.NoEcho {
					return "", false
				}
				v, ok := scalarText(e.parameter(p))
				return v, ok && !token.Has(v)
			})
			clear(s.conditions)
			if s.Conditions != nil {
				for _, m := range s.Conditions.Members {
					s.conditions[m.Key] = m.Value
				}
			}
		default:
			r.gap("what the macro "+strconv.Quote(name)+" makes of the template", s.label, graph.ReasonUnsupported, "the processed template: aws cloudformation get-template --template-stage Processed")
		}
	}
	s.index()
}

// forget drops what was worked out while not all stacks were known.
func (r *run) forget() {
	r.exported = nil
	for _, s := range r.stacks {
		clear(s.outputs)
		clear(s.decided)
		clear(s.compared)
		clear(s.absent)
		clear(s.parsed)
	}
}

// undeclared notes parameters that are given and that no template has.
func (r *run) undeclared() {
	for _, name := range sortedKeys(r.opts.Parameters) {
		if !slices.ContainsFunc(r.stacks, func(s *stack) bool { return s.params[name] != nil }) {
			r.notes = append(r.notes, "no template has the parameter "+name)
		}
	}
	for i := range r.opts.Deployments {
		d := &r.opts.Deployments[i]
		t := r.files[d.Label]
		for _, name := range sortedKeys(d.Parameters) {
			if !slices.ContainsFunc(t.Parameters, func(p template.Parameter) bool { return p.Name == name }) {
				r.notes = append(r.notes, d.Label+" has no parameter "+name)
			}
		}
	}
}

// problems turns what is wrong with the templates into gaps.
func (r *run) problems() {
	for _, s := range r.stacks {
		for _, p := range s.Problems {
			r.gap(p.What, p.Pos.String(), graph.ReasonMalformed, "a template that CloudFormation accepts")
		}
	}
}
