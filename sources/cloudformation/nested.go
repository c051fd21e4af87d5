package cloudformation

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// nest makes the stacks that a stack holds: nested ones, and the instances of stack sets.
func (r *run) nest(s *stack) {
	for i := range s.Resources {
		res := &s.Resources[i]
		if !isStack(res.Type) {
			continue
		}
		e := &evaluator{run: r, stack: s, at: s.address(res.ID)}
		doubt, settledBy, presence, condition := s.doubt, s.settledBy, s.presence, ""
		if res.Condition != "" {
			switch e.holds(res.Body, res.Condition) {
			case graph.No:
				continue
			case graph.Maybe:
				doubt, settledBy = "only if the condition "+res.Condition+" holds", r.deciders(s, res.Condition)
				presence, condition = append(slices.Clip(presence), s.isThere(res.Condition)...), res.Condition
			case graph.Yes:
			}
		}
		if s.depth >= maxNested || len(r.stacks) >= maxStacks {
			e.fail(res.Body, "stack "+s.address(res.ID)+", which is one too many")
			continue
		}
		t, f := e.nestedTemplate(res)
		if t == nil {
			continue
		}
		s.nested[res.ID] = true
		if res.Type == "AWS::CloudFormation::Stack" {
			child := r.child(s, res, t, f, f.Label)
			child.account, child.region, child.partition = s.account, s.region, s.partition
			child.name = r.symbol(child, "AWS::StackName")
			child.doubt, child.settledBy, child.presence, child.condition = doubt, settledBy, presence, condition
			e.pass(child, res.Properties.Get("Parameters"), false)
			r.expand(child)
			s.children[res.ID] = child
			continue
		}
		had := len(r.stacks)
		e.instances(res, t, f, doubt, settledBy)
		for _, child := range r.stacks[had:] {
			child.presence, child.condition = presence, condition
		}
	}
}

// isStack says that a type is of stacks within a stack.
func isStack(typ string) bool {
	return typ == "AWS::CloudFormation::Stack" || typ == "AWS::CloudFormation::StackSet"
}

// child makes a stack within another; what it is given comes later.
func (r *run) child(s *stack, res *template.Resource, t *template.Template, f File, label string) *stack {
	if r.labels[label] {
		label = s.label + "/" + res.ID
	}
	for n, base := 2, label; r.labels[label]; n++ {
		label = base + "(" + strconv.Itoa(n) + ")"
	}
	r.labels[label] = true
	child := r.newStack(t, label)
	child.Resources = append([]template.Resource(nil), t.Resources...)
	child.file, child.assets, child.depth, child.parent = f, s.assets, s.depth+1, s
	r.stacks = append(r.stacks, child)
	return child
}

// pass gives a stack the parameters that its parent passes: a mapping, or a stack set's list.
func (e *evaluator) pass(child *stack, n *template.Node, list bool) {
	if n == nil {
		return
	}
	if !list {
		given, _ := e.value(n).(map[string]any)
		for name, v := range given {
			child.give(e, name, v)
		}
		return
	}
	items, _ := e.value(n).([]any)
	for _, it := range items {
		m, _ := it.(map[string]any)
		if name, ok := m["ParameterKey"].(string); ok && m["ParameterValue"] != nil {
			child.give(e, name, m["ParameterValue"])
		}
	}
}

// give gives a parameter its value; a list is given as its elements.
func (s *stack) give(e *evaluator, name string, v any) {
	if s.params[name] == nil {
		return
	}
	if items, ok := v.([]any); ok && !isList(s.params[name].Type) {
		texts := make([]string, len(items))
		for i := range items {
			texts[i] = e.textOf(items[i])
		}
		v = strings.Join(texts, ",")
	}
	if u, ok := v.(unknown); ok && !isList(s.params[name].Type) {
		v = u.hole(e.tokens)
	}
	s.given[name] = v
}

var assetHash = regexp.MustCompile(`[0-9a-f]{64}`)

// nestedTemplate finds the template of a nested stack or stack set: written in it, a local file, or an asset of the
// CDK. One that is neither is a gap.
func (e *evaluator) nestedTemplate(res *template.Resource) (*template.Template, File) {
	s := e.stack
	if body, ok := e.value(res.Properties.Get("TemplateBody")).(string); ok && body != "" && !token.Has(body) {
		label := s.address(res.ID) + ".TemplateBody"
		if d, err := template.Read(label, []byte(body)); err == nil {
			if t, err := d.Template(); err == nil {
				return t, File{Files: s.file.Files, Path: s.file.Path, Label: label}
			}
		}
		e.fail(res.Properties.Get("TemplateBody"), "template in "+s.address(res.ID)+", which is none")
		return nil, File{}
	}
	at := res.Properties.Get("TemplateURL")
	url := ""
	if at == nil || at.Tag == "" {
		url = e.text(at)
	}
	if asset, ok := res.Body.At("Metadata", "aws:asset:path").Scalar(); ok {
		if t, f := e.localTemplate(res, asset); t != nil {
			return t, f
		}
	}
	for _, p := range e.tokens.Text(url).Parts() {
		if hash := assetHash.FindString(p.Literal); hash != "" && s.assets[hash] != "" {
			if t, f := e.localTemplate(res, s.assets[hash]); t != nil {
				return t, f
			}
		}
	}
	if at != nil && at.Tag == "Rain::S3Http" { // rain uploads the local file that it names
		url, _ = at.Scalar()
		if url == "" {
			url = at.Text
		}
	}
	if t, f := e.givenTemplate(url); t != nil {
		return t, f
	}
	if url != "" && !token.Has(url) && !strings.Contains(url, "://") {
		if t, f := e.localTemplate(res, strings.TrimPrefix(url, "file://")); t != nil {
			return t, f
		}
	}
	if at == nil { // an application of a repository: whoever expanded it has said so
		return nil, File{}
	}
	settledBy := "the template, given beside the one that nests it"
	if name := path.Base(strings.TrimSpace(url)); !token.Has(name) && name != "." && name != "/" {
		settledBy = "the template " + name + ", given beside the one that nests it"
	}
	e.gap("template of the stack "+s.address(res.ID), res.Pos.String(), graph.ReasonNotInInput, settledBy)
	return nil, File{}
}

// givenTemplate finds the template of a remote URL among those of the input: the one that is called like it.
func (e *evaluator) givenTemplate(url string) (*template.Template, File) {
	if !strings.Contains(url, "://") && !token.Has(url) {
		return nil, File{}
	}
	name := path.Base(url)
	var found []string
	for i := range e.opts.Deployments {
		if d := &e.opts.Deployments[i]; path.Base(d.Label) == name && !slices.Contains(found, d.Label) {
			found = append(found, d.Label)
		}
	}
	if len(found) != 1 {
		return nil, File{}
	}
	i := slices.IndexFunc(e.opts.Deployments, func(d Deployment) bool { return d.Label == found[0] })
	f := e.opts.Deployments[i].File
	for up := e.stack; up != nil; up = up.parent {
		if up.file.Label == f.Label {
			return nil, File{}
		}
	}
	return e.files[f.Label], f
}

// localTemplate reads a template by its path from the directory of the one that names it.
func (e *evaluator) localTemplate(res *template.Resource, rel string) (*template.Template, File) {
	s := e.stack
	rel = strings.ReplaceAll(rel, `\`, "/")
	p := path.Join(path.Dir(s.file.Path), rel)
	if path.IsAbs(rel) || !fs.ValidPath(p) {
		return nil, File{}
	}
	for up := s; up != nil; up = up.parent {
		if up.file.Path == p {
			e.fail(res.Body, "stack "+s.address(res.ID)+", which holds itself")
			return nil, File{}
		}
	}
	f := File{Files: s.file.Files, Path: p, Label: path.Join(path.Dir(s.file.Label), rel)}
	t, err := e.template(f)
	if err != nil {
		var bad *template.Error
		if _, missing := fs.Stat(f.Files, p); missing == nil && errors.As(err, &bad) {
			at := bad.Pos
			if at.Line == 0 {
				at = res.Pos
			}
			e.gap("template of the stack "+s.address(res.ID)+": "+bad.What, at.String(), graph.ReasonMalformed, "a template that CloudFormation accepts")
		}
		return nil, File{}
	}
	return t, f
}

// cause returns the reason of a file system's error, without the path.
func cause(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// nestedLabels are the templates that are reached from others that nobody nests: as local files, or by the name of a
// remote one.
func (r *run) nestedLabels() map[string]bool {
	nests := map[string][]string{}
	by := map[string]bool{}
	for label, t := range r.files {
		for _, other := range r.nestedBy(label, t) {
			if other != label {
				nests[label] = append(nests[label], other)
				by[other] = true
			}
		}
	}
	out := map[string]bool{}
	var reach func(label string)
	reach = func(label string) {
		for _, other := range nests[label] {
			if !out[other] {
				out[other] = true
				reach(other)
			}
		}
	}
	for label := range r.files {
		if !by[label] {
			reach(label)
		}
	}
	return out
}

// nestedBy returns the templates that one names.
func (r *run) nestedBy(label string, t *template.Template) []string {
	var out []string
	for i := range t.Resources {
		res := &t.Resources[i]
		property := map[string]string{
			"AWS::CloudFormation::Stack": "TemplateURL", "AWS::CloudFormation::StackSet": "TemplateURL", "AWS::Serverless::Application": "Location",
		}[res.Type]
		for _, url := range literalsOf(res.Properties.Get(property)) {
			if !strings.Contains(url, "://") {
				out = append(out, path.Join(path.Dir(label), strings.TrimPrefix(url, "file://")))
			}
			var same []string
			for other := range r.files {
				if path.Base(other) == path.Base(url) {
					same = append(same, other)
				}
			}
			if len(same) == 1 {
				out = append(out, same[0])
			}
		}
	}
	return out
}

// literalsOf returns the strings that are written in a node.
func literalsOf(n *template.Node) []string {
	if n == nil {
		return nil
	}
	var out []string
	if n.Kind == template.String {
		out = append(out, n.Text)
	}
	for _, it := range n.Items {
		out = append(out, literalsOf(it)...)
	}
	for _, m := range n.Members {
		out = append(out, literalsOf(m.Value)...)
	}
	return out
}
