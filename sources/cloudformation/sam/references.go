package sam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// references are the logical ids that properties of SAM's resources stand for, by resource and property: !Ref Fn.Alias.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
type references map[string]map[string]string

// functionRefers are the properties of functions that can be referred to, by the type of what they stand for.
//
//nolint:gochecknoglobals // a table
var functionRefers = map[string]string{
	"AWS::Lambda::Alias":   "Alias",
	"AWS::Lambda::Version": "Version",
	"AWS::SNS::Topic":      "DestinationTopic",
	"AWS::SQS::Queue":      "DestinationQueue",
}

func (r references) add(id, property, resource string) {
	if r[id] == nil {
		r[id] = map[string]string{}
	}
	r[id][property] = resource
}

// rewriter replaces references to properties of SAM's resources by references to what they stand for. What shares
// nodes before shares them afterwards, and what has no such references stays as it is.
type rewriter struct {
	references references
	depends    map[string][]string
	done       map[*node]*node
}

func newRewriter(r references, depends map[string][]string) *rewriter {
	return &rewriter{references: r, depends: depends, done: map[*node]*node{}}
}

// body rewrites a resource.
func (w *rewriter) body(n *node) *node {
	n = w.node(n)
	if d := n.Get("DependsOn"); d != nil && len(w.depends) > 0 {
		n = n.Set("DependsOn", w.dependsOn(d))
	}
	return n
}

// dependsOn puts what is made of connectors in their place.
func (w *rewriter) dependsOn(n *node) *node {
	items := []*node{n}
	if n.Kind == template.List {
		items = n.Items
	}
	p := at(n.Pos)
	out := p.list()
	for _, it := range items {
		id, _ := it.Scalar()
		made, ours := w.depends[id]
		if !ours {
			out.Items = append(out.Items, it)
			continue
		}
		for _, m := range made {
			out.Items = append(out.Items, p.text(m))
		}
	}
	return out
}

func (w *rewriter) node(n *node) *node {
	if n == nil || len(w.references) == 0 || len(n.Items)+len(n.Members) == 0 {
		return n
	}
	if had, ok := w.done[n]; ok {
		return had
	}
	out := n
	if name, arg := n.Call(); name != "" {
		if replaced := w.call(name, arg); replaced != nil {
			out = n.Set(name, replaced)
		}
	}
	out = w.inside(out)
	w.done[n] = out
	return out
}

// inside rewrites what is in a list or a mapping.
func (w *rewriter) inside(n *node) *node {
	out := n
	change := func() {
		if out == n {
			fresh := *n
			fresh.Items, fresh.Members = slices.Clone(n.Items), slices.Clone(n.Members)
			out = &fresh
		}
	}
	for i, it := range n.Items {
		if now := w.node(it); now != it {
			change()
			out.Items[i] = now
		}
	}
	for i, m := range n.Members {
		if now := w.node(m.Value); now != m.Value {
			change()
			out.Members[i].Value = now
		}
	}
	return out
}

// call rewrites the argument of a function, or returns nil for one that stays.
func (w *rewriter) call(name string, arg *node) *node {
	switch {
	case name == "Ref" && arg.Kind == template.String:
		id, property, _ := strings.Cut(arg.Text, ".")
		if r := w.references[id][property]; r != "" {
			return at(arg.Pos).text(r)
		}
	case name == "Fn::GetAtt":
		return w.getAtt(arg)
	case name == "Fn::Sub" && arg.Kind == template.String:
		return w.sub(arg)
	case name == "Fn::Sub" && arg.Kind == template.List && len(arg.Items) > 0 && arg.Items[0].Kind == template.String:
		if text := w.sub(arg.Items[0]); text != nil {
			out := *arg
			out.Items = slices.Clone(arg.Items)
			out.Items[0] = text
			return &out
		}
	}
	return nil
}

func (w *rewriter) getAtt(arg *node) *node {
	var words []string
	if s, ok := arg.Scalar(); ok {
		words = append(words, s)
	}
	for _, it := range arg.Items {
		s, ok := it.Scalar()
		if !ok {
			return nil
		}
		words = append(words, s)
	}
	parts := strings.SplitN(strings.Join(words, "."), ".", 3)
	if len(parts) < 3 {
		return nil
	}
	r := w.references[parts[0]][parts[1]]
	if r == "" {
		return nil
	}
	return at(arg.Pos).texts(r, parts[2])
}

var placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9]+)\.([A-Za-z0-9]+)((?:\.[A-Za-z0-9]+)*)\}`)

func (w *rewriter) sub(text *node) *node {
	now := placeholder.ReplaceAllStringFunc(text.Text, func(s string) string {
		m := placeholder.FindStringSubmatch(s)
		if r := w.references[m[1]][m[2]]; r != "" {
			return "${" + r + m[3] + "}"
		}
		return s
	})
	if now == text.Text {
		return nil
	}
	out := *text
	out.Text = now
	return &out
}
