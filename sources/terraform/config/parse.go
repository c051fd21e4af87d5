package config

import (
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// topBlock is a block at the top of a file, before it is known what it is.
type topBlock struct {
	Block
	header, whole hcl.Range
}

// parseModule reads the files of a directory.
func (t *Tree) parseModule(dir string) (*Module, error) {
	names, err := t.names(dir)
	if err != nil {
		return nil, err
	}
	m := &Module{
		Dir: dir, Variables: map[string]*Variable{}, Locals: map[string]*Attribute{}, Outputs: map[string]*Output{},
		Resources: map[string]*Resource{}, Calls: map[string]*Call{}, required: map[string]string{},
	}
	var primary, overrides []*topBlock
	for _, name := range names {
		p := path.Join(dir, name)
		src, err := t.read(p)
		if err != nil {
			return nil, err
		}
		blocks, body, err := parseFile(src, t.label(p), strings.HasSuffix(name, ".json"))
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, &File{Path: p, Source: src, Body: body})
		if isOverride(name) {
			overrides = append(overrides, blocks...)
		} else {
			primary = append(primary, blocks...)
		}
	}
	for _, b := range mergeOverrides(primary, overrides) {
		m.declare(b)
	}
	return m, nil
}

// parseFile reads one file of either syntax.
func parseFile(src []byte, name string, isJSON bool) ([]*topBlock, *hclsyntax.Body, error) {
	if err := checkDepth(src, name, isJSON); err != nil {
		return nil, nil, err
	}
	if isJSON {
		blocks, err := parseJSON(src, name)
		return blocks, nil, err
	}
	f, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if err := errorOf(diags); err != nil {
		return nil, nil, err
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return nil, nil, &Error{name, "is of no known syntax"}
	}
	var out []*topBlock
	for _, b := range body.Blocks {
		out = append(out, &topBlock{
			Block:  Block{Type: b.Type, Labels: b.Labels, Body: bodyOf(b.Body)},
			header: hcl.RangeBetween(b.TypeRange, b.DefRange()), whole: b.Range(),
		})
	}
	return out, body, nil
}

// errorOf returns the first error among diagnostics, without the source that it quotes.
func errorOf(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			where := ""
			if d.Subject != nil {
				where = place(*d.Subject)
			}
			return &Error{where, strings.ToLower(d.Summary[:min(1, len(d.Summary))]) + d.Summary[min(1, len(d.Summary)):]}
		}
	}
	return nil
}

// bodyOf converts a body, with its expressions rewritten for evaluation.
func bodyOf(b *hclsyntax.Body) *Body {
	out := &Body{Attrs: make(map[string]*Attribute, len(b.Attributes)), Range: b.Range()}
	for name, a := range b.Attributes {
		out.Attrs[name] = &Attribute{Expr: rewrite(a.Expr), Range: a.Range()}
	}
	for _, nested := range b.Blocks {
		out.Blocks = append(out.Blocks, &Block{Type: nested.Type, Labels: nested.Labels, Body: bodyOf(nested.Body), Range: nested.TypeRange})
	}
	return out
}

// declare files what a block declares. What is declared twice is an error to Terraform; the first counts here.
func (m *Module) declare(b *topBlock) {
	first := ""
	if len(b.Labels) > 0 {
		first = b.Labels[0]
	}
	switch b.Type {
	case "resource", "data":
		if len(b.Labels) == 2 {
			put(m.Resources, resourceOf(b))
		}
	case "variable":
		if name := first; name != "" && m.Variables[name] == nil {
			m.Variables[name] = variableOf(b)
		}
	case "locals":
		for name, a := range b.Body.Attrs {
			if m.Locals[name] == nil {
				m.Locals[name] = a
			}
		}
	case "output":
		if name := first; name != "" && m.Outputs[name] == nil && b.Body.Attrs["value"] != nil {
			m.Outputs[name] = &Output{Value: b.Body.Attrs["value"], Sensitive: isTrue(b.Body.Attrs["sensitive"])}
		}
	case "module":
		if name := first; name != "" && m.Calls[name] == nil {
			m.Calls[name] = callOf(b)
		}
	case "provider":
		if name := first; name != "" {
			p := &Provider{Name: name, Body: b.Body, Range: b.header}
			p.Alias, _ = constant(b.Body.Attrs["alias"])
			m.Providers = append(m.Providers, p)
		}
	case "terraform":
		m.requirements(b.Body)
	}
}

func put(all map[string]*Resource, r *Resource) {
	if all[r.Local()] == nil {
		all[r.Local()] = r
	}
}

// metaArguments are those of Terraform itself, in every resource:
// https://developer.hashicorp.com/terraform/language/meta-arguments
//
//nolint:gochecknoglobals // a table
var metaArguments = map[string]bool{
	"count": true, "for_each": true, "provider": true, "depends_on": true, "lifecycle": true, "connection": true, "provisioner": true,
}

func resourceOf(b *topBlock) *Resource {
	r := &Resource{Data: b.Type == "data", Type: b.Labels[0], Name: b.Labels[1], Body: b.Body, Range: b.header, Whole: b.whole}
	r.Count, r.ForEach = b.Body.Attrs["count"], b.Body.Attrs["for_each"]
	r.Provider = reference(b.Body.Attrs["provider"])
	return r
}

func variableOf(b *topBlock) *Variable {
	v := &Variable{Name: b.Labels[0], Type: cty.DynamicPseudoType, Nullable: true, Range: b.header}
	v.Default = b.Body.Attrs["default"]
	v.Sensitive = isTrue(b.Body.Attrs["sensitive"])
	if a := b.Body.Attrs["nullable"]; a != nil {
		v.Nullable = isTrue(a)
	}
	if a := b.Body.Attrs["type"]; a != nil {
		ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(typeExpression(a.Expr))
		if !diags.HasErrors() {
			v.Type, v.Defaults, v.Typed = ty, defaults, true
		}
	}
	return v
}

// typeExpression returns a type constraint as it was written: in quotes in JSON, and before Terraform 0.12.
//
//nolint:ireturn // expressions are of many types
func typeExpression(e hclsyntax.Expression) hcl.Expression {
	if s, ok := constant(&Attribute{Expr: e}); ok {
		switch s {
		case "list", "map":
			s += "(any)"
		}
		parsed, diags := hclsyntax.ParseExpression([]byte(s), e.Range().Filename, e.Range().Start)
		if !diags.HasErrors() {
			return parsed
		}
	}
	return e
}

func callOf(b *topBlock) *Call {
	c := &Call{Name: b.Labels[0], Args: map[string]*Attribute{}, Range: b.header, Whole: b.whole, Providers: map[string]string{}}
	for name, a := range b.Body.Attrs {
		switch name {
		case "source":
			c.Source, _ = constant(a)
		case "version":
			c.Version, _ = constant(a)
		case "count":
			c.Count = a
		case "for_each":
			c.ForEach = a
		case "depends_on":
		case "providers":
			for _, kv := range pairs(a) {
				c.Providers[reference(kv[0])] = reference(kv[1])
			}
		default:
			c.Args[name] = a
		}
	}
	return c
}

// requirements notes which local names of providers are those of other providers than their names say.
func (m *Module) requirements(b *Body) {
	for _, nested := range b.Blocks {
		if nested.Type != "required_providers" {
			continue
		}
		for name, a := range nested.Body.Attrs {
			for _, kv := range pairs(a) {
				if key := keyword(kv[0]); key == "source" {
					m.required[name], _ = constant(kv[1])
				}
			}
		}
	}
}

// pairs returns the keys and values of an object as written.
func pairs(a *Attribute) [][2]*Attribute {
	o, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil
	}
	var out [][2]*Attribute
	for _, it := range o.Items {
		out = append(out, [2]*Attribute{{Expr: it.KeyExpr}, {Expr: it.ValueExpr}})
	}
	return out
}

// constant returns the string that an argument is, where it depends on nothing.
func constant(a *Attribute) (string, bool) {
	if a == nil {
		return "", false
	}
	v, diags := a.Expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

func isTrue(a *Attribute) bool {
	if a == nil {
		return false
	}
	v, diags := a.Expr.Value(nil)
	return !diags.HasErrors() && v.IsKnown() && !v.IsNull() && v.Type() == cty.Bool && v.True()
}

// keyword returns an argument that is a bare word or a quoted one.
func keyword(a *Attribute) string {
	if k := hcl.ExprAsKeyword(a.Expr); k != "" {
		return k
	}
	s, _ := constant(a)
	return s
}

// reference returns the name of a provider configuration, which may stand in quotes: aws.audit.
func reference(a *Attribute) string {
	if a == nil {
		return ""
	}
	if key, ok := a.Expr.(*hclsyntax.ObjectConsKeyExpr); ok {
		return reference(&Attribute{Expr: key.Wrapped})
	}
	if t, diags := hcl.AbsTraversalForExpr(a.Expr); !diags.HasErrors() {
		return spell(t)
	}
	s, _ := constant(a)
	return s
}

// spell writes names that are joined by dots; an index ends them.
func spell(t hcl.Traversal) string {
	out := t.RootName()
	for _, s := range t[1:] {
		attr, ok := s.(hcl.TraverseAttr)
		if !ok {
			break
		}
		out += "." + attr.Name
	}
	return out
}
