package template

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Template is the anatomy of a document that is a template. Sections that are not there are nil.
type Template struct {
	*Document
	Transforms []string // names of the macros of the Transform section, in order
	Parameters []Parameter
	Mappings   *Node
	Conditions *Node
	Resources  []Resource
	Outputs    *Node
	Metadata   *Node
	Globals    *Node // of SAM
}

// Parameter is one of the Parameters section:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
type Parameter struct {
	Name    string
	Type    string
	Default *Node // nil: none
	Allowed []string
	NoEcho  bool
	Pos     graph.Pos
}

// Resource is one of the Resources section.
type Resource struct {
	ID         string // logical id
	Type       string
	Properties *Node // a Map, or nil
	Condition  string
	Body       *Node // all of it: DependsOn, DeletionPolicy, Metadata and the rest
	Pos        graph.Pos
}

// knownSections are those of which a template has at least one at its top.
//
//nolint:gochecknoglobals // a table
var knownSections = []string{"Resources", "AWSTemplateFormatVersion", "Transform"}

// Is says that a document claims to be a template.
func (d *Document) Is() bool {
	if d.Root == nil || d.Root.Kind != Map {
		return false
	}
	for _, s := range knownSections {
		if n := d.Root.Get(s); n != nil && (s != "Resources" || n.Kind == Map) {
			return true
		}
	}
	return false
}

// Template returns the template that the document is. It returns an [*Error] for a document that is none.
func (d *Document) Template() (*Template, error) {
	if !d.Is() {
		return nil, errorAt(d.File, d.line(), "it is no CloudFormation template: it has no Resources at its top")
	}
	t := &Template{Document: d, Mappings: d.section("Mappings"), Conditions: d.section("Conditions"), Outputs: d.section("Outputs"), Metadata: d.section("Metadata"), Globals: d.section("Globals")}
	t.transforms(d.Root.Get("Transform"))
	t.parameters(d.section("Parameters"))
	resources := d.section("Resources")
	if resources == nil {
		return nil, errorAt(d.File, d.line(), "the template has no Resources")
	}
	for _, m := range resources.Members {
		t.AddResource(m)
	}
	return t, nil
}

func (d *Document) line() int {
	if d.Root == nil {
		return 0
	}
	return d.Root.Pos.Line
}

// section returns a Map of the top of the document; anything else in its place is a problem.
func (d *Document) section(name string) *Node {
	n := d.Root.Get(name)
	if n == nil || n.Kind == Null {
		return nil
	}
	if n.Kind != Map || n.Tag != "" {
		d.problemf(n.Pos, "%s is %s, and a mapping is expected", name, n.what())
		return nil
	}
	return n
}

// what says what a node is.
func (n *Node) what() string {
	if n.Tag != "" {
		return "tagged !" + shorten(n.Tag)
	}
	return n.Kind.String()
}

func (t *Template) transforms(n *Node) {
	if n == nil {
		return
	}
	items := []*Node{n}
	if n.Kind == List {
		items = n.Items
	}
	for _, it := range items {
		if s, ok := it.Scalar(); ok {
			t.Transforms = append(t.Transforms, s)
		} else if s, ok := it.Get("Name").Scalar(); ok {
			t.Transforms = append(t.Transforms, s)
		}
	}
}

func (t *Template) parameters(n *Node) {
	if n == nil {
		return
	}
	for _, m := range n.Members {
		if m.Value.Kind != Map || m.Value.Tag != "" {
			t.problemf(m.Pos, "the parameter %q is %s, and a mapping is expected", shorten(m.Key), m.Value.what())
			continue
		}
		p := Parameter{Name: m.Key, Pos: m.Pos, Default: m.Value.Get("Default")}
		p.Type, _ = m.Value.Get("Type").Scalar()
		echo, _ := m.Value.Get("NoEcho").Scalar()
		p.NoEcho = strings.EqualFold(echo, "true")
		if allowed := m.Value.Get("AllowedValues"); allowed != nil {
			for _, a := range allowed.Items {
				s, _ := a.Scalar()
				p.Allowed = append(p.Allowed, s)
			}
		}
		t.Parameters = append(t.Parameters, p)
	}
}

// AddResource adds a member of the Resources section. What has no type is a problem; what is called Fn:: something is
// kept for whoever expands it.
func (t *Template) AddResource(m Member) {
	body := m.Value
	r := Resource{ID: m.Key, Body: body, Pos: m.Pos}
	if strings.HasPrefix(m.Key, "Fn::") {
		r.Type = m.Key
		t.Resources = append(t.Resources, r)
		return
	}
	if body.Kind != Map || body.Tag != "" {
		t.problemf(m.Pos, "the resource %q is %s, and a mapping is expected", shorten(m.Key), body.what())
		return
	}
	typ, ok := body.Get("Type").Scalar()
	if !ok {
		t.problemf(m.Pos, "the resource %q has no Type", shorten(m.Key))
		return
	}
	r.Type = typ
	r.Condition, _ = body.Get("Condition").Scalar()
	if p := body.Get("Properties"); p != nil && p.Kind != Null {
		if p.Kind != Map {
			t.problemf(p.Pos, "the Properties of %q are %s, and a mapping is expected", shorten(m.Key), p.what())
		} else {
			r.Properties = p
		}
	}
	t.Resources = append(t.Resources, r)
}

// Problem notes something that is wrong at a place of the file.
func (t *Template) Problem(at graph.Pos, what string) {
	t.Problems = append(t.Problems, Problem{Pos: at, What: what})
}
