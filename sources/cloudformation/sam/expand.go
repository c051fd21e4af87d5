package sam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// Transform is the name of the transform that this package does.
const Transform = "AWS::Serverless-2016-10-31"

const prefix = "AWS::Serverless::"

// Bounds of what is made. CloudFormation takes 500 resources in a template, and logical ids of 255 characters:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	maxResources = 20_000
	maxMerged    = 1 << 20 // members that Globals adds to resources
	maxID        = 255
)

// Expand returns a template in which the resources of SAM are replaced by those that the translator makes of them. What
// is made stands at the position of the event or the property that it is made for. The template that is given stays as
// it is; one without anything of SAM is returned itself.
//
// value returns the value of a parameter of the template, or of AWS::Region and AWS::Partition, where it is known. It is
// asked where the expansion depends on it, such as the name of an alias; other references are kept. Where the partition
// is not known, it is left to ${AWS::Partition}.
//
// What cannot be expanded is a problem of the returned template, and the rest is expanded nevertheless.
func Expand(t *template.Template, value func(parameter string) (string, bool)) *template.Template {
	if !uses(t) {
		return t
	}
	x := newExpander(t, value)
	if !slices.Contains(t.Transforms, Transform) {
		x.problemf(at{File: t.File}, "the template has resources of %s, and no Transform %s", strings.TrimSuffix(prefix, "::"), Transform)
	}
	x.globals = x.globalsOf("Function")
	x.embeddedConnectors()
	for _, first := range []string{"Function", "StateMachine"} { // the order in which the translator does
		for i := range t.Resources {
			if r := &t.Resources[i]; r.Type == prefix+first {
				x.expand(r)
			}
		}
	}
	for i := range t.Resources {
		if r := &t.Resources[i]; x.made[r.ID] == nil {
			x.expand(r)
		}
	}
	x.connect()
	x.assemble()
	return x.out
}

// uses says that a template has something of SAM.
func uses(t *template.Template) bool {
	return slices.Contains(t.Transforms, Transform) || slices.ContainsFunc(t.Resources, func(r template.Resource) bool { return strings.HasPrefix(r.Type, prefix) })
}

// expander expands one template.
type expander struct {
	in, out *template.Template
	value   func(string) (string, bool)
	globals *node // of functions

	paths     map[string]string // of managed policies, by their names
	templates map[string]policyTemplate
	others    map[string]bool // policy templates of no importance

	originals  map[string]*template.Resource // what the template has, by logical id
	made       map[string][]member           // resources, by the group of what they are made of
	where      map[string]place              // what is made, by its logical id
	count      int
	merged     int
	spelt      int
	conditions []member

	buckets    map[string]*bucketEdit
	connectors []*connector
	references references
	depends    map[string][]string // what a connector stands for in DependsOn
}

// place is where a made resource is kept.
type place struct {
	group string
	index int
}

func newExpander(t *template.Template, value func(string) (string, bool)) *expander {
	document := *t.Document
	document.Problems = slices.Clip(document.Problems)
	out := *t
	out.Document, out.Resources, out.Globals = &document, nil, nil
	x := &expander{
		in: t, out: &out, value: value, paths: managedPaths(), templates: policyTemplates(), others: map[string]bool{},
		originals: map[string]*template.Resource{}, made: map[string][]member{}, where: map[string]place{},
		buckets: map[string]*bucketEdit{}, references: references{}, depends: map[string][]string{},
	}
	for name := range strings.FieldsSeq(otherTemplates) {
		x.others[name] = true
	}
	for i := range t.Resources {
		x.originals[t.Resources[i].ID] = &t.Resources[i]
	}
	return x
}

func (x *expander) problemf(p at, format string, args ...any) {
	x.out.Problem(graph.Pos(p), fmt.Sprintf(format, args...))
}

// expand expands one resource; one that is not SAM's stays as it is.
func (x *expander) expand(r *template.Resource) {
	kind, ours := strings.CutPrefix(r.Type, prefix)
	if !ours || r.Body == nil {
		return
	}
	o := newOrigin(r)
	x.made[r.ID] = []member{}
	switch macro, plain := macros[kind], plainTypes[kind]; {
	case len(r.ID) > maxID:
		x.problemf(o.at, "a resource of type %s has a logical id of more than %d characters; it is left out", shorten(r.Type), maxID)
	case macro != nil:
		macro(x, o)
	case plain != "":
		x.keep(o, plain, o.props)
	default:
		x.problemf(o.at, "the resource %q is of a type that SAM has not, %q; it is left as it is", r.ID, shorten(r.Type))
		x.keep(o, r.Type, o.props)
	}
}

// macros are the resources that become several, by their type.
//
//nolint:gochecknoglobals // a table
var macros = map[string]func(*expander, *origin){
	"Function":     (*expander).function,
	"StateMachine": (*expander).stateMachine,
	"Application":  (*expander).application,
	"Connector":    (*expander).connectorResource,
}

// plainTypes are the types that resources get that no event is delivered through. Their properties stay as they are.
//
//nolint:gochecknoglobals // a table
var plainTypes = map[string]string{
	"SimpleTable":      "AWS::DynamoDB::Table",
	"LayerVersion":     "AWS::Lambda::LayerVersion",
	"Api":              "AWS::ApiGateway::RestApi",
	"HttpApi":          "AWS::ApiGatewayV2::Api",
	"WebSocketApi":     "AWS::ApiGatewayV2::Api",
	"GraphQLApi":       "AWS::AppSync::GraphQLApi",
	"CapacityProvider": "AWS::Lambda::CapacityProvider",
}

// keep puts a resource of plain CloudFormation in the place of the original, with all else that its body has.
func (x *expander) keep(o *origin, typ string, props *node) {
	body := o.body.Without("Connectors", "IgnoreGlobals").Set("Type", o.at.text(typ)).Set("Properties", props)
	x.place(o, member{Key: o.id, Pos: graph.Pos(o.at), Value: body})
}

// add makes a resource for the original. It has the condition and the policies of deletion that the original has:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
func (x *expander) add(o *origin, p at, id, typ string, props *node, extra ...member) {
	if had := x.originals[id]; had != nil && !strings.HasPrefix(had.Type, prefix) {
		if had.Type != "AWS::SNS::Topic" { // a topic of that id is taken for the one that would be made
			x.problemf(p, "%s makes a resource %q, which the template has already", o.what(), id)
		}
		return
	}
	body := []member{set("Type", p.text(typ))}
	for _, key := range []string{"Condition", "DeletionPolicy", "UpdateReplacePolicy"} {
		if m := o.body.Member(key); m != nil && !slices.ContainsFunc(extra, func(e member) bool { return e.Key == key }) {
			body = append(body, *m)
		}
	}
	body = append(body, extra...)
	x.place(o, member{Key: id, Pos: graph.Pos(p), Value: p.obj(append(body, set("Properties", props))...)})
}

// place keeps a resource. Of two with one logical id the later counts.
func (x *expander) place(o *origin, m member) {
	if had, twice := x.where[m.Key]; twice {
		x.made[had.group][had.index] = m
		return
	}
	if x.count++; x.count > maxResources {
		if x.count == maxResources+1 {
			x.problemf(o.at, "SAM makes more than %d resources of the template; the rest is left out", maxResources)
		}
		return
	}
	x.where[m.Key] = place{group: o.group, index: len(x.made[o.group])}
	x.made[o.group] = append(x.made[o.group], m)
	if typ, ok := m.Value.Get("Type").Scalar(); ok && o.refers[typ] != "" {
		x.references.add(o.id, o.refers[typ], m.Key)
	}
}

// now returns the type and the properties of a resource as it is after the expansion.
func (x *expander) now(id string) (typ string, props *node, ok bool) {
	if w, made := x.where[id]; made {
		body := x.made[w.group][w.index].Value
		typ, _ = body.Get("Type").Scalar()
		return typ, body.Get("Properties"), true
	}
	if r := x.originals[id]; r != nil {
		return r.Type, r.Properties, true
	}
	return "", nil, false
}

// assemble puts the template together, in the order of the file.
func (x *expander) assemble() {
	rewrite := newRewriter(x.references, x.depends)
	for i := range x.in.Resources {
		r := x.in.Resources[i]
		made, ours := x.made[r.ID]
		edit := x.buckets[r.ID]
		switch {
		case r.Body == nil:
			x.out.Resources = append(x.out.Resources, r)
			continue
		case !ours:
			body := r.Body
			if body.Member("Connectors") != nil {
				body = body.Without("Connectors")
			}
			if edit != nil {
				body = edit.apply(x, &r, body)
			}
			made = append([]member{{Key: r.ID, Pos: r.Pos, Value: body}}, x.made[besides(r.ID)]...)
		}
		for _, m := range made {
			m.Value = rewrite.body(m.Value)
			x.out.AddResource(m)
		}
	}
	x.out.Outputs = rewrite.node(x.in.Outputs)
	if len(x.conditions) > 0 {
		x.out.Conditions = withMembers(x.in.Conditions, x.conditions)
	}
}
