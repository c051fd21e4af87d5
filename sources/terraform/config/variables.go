package config

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Given is a value of a root variable as a user writes it.
type Given struct {
	Name string
	// Text is the value: of a string variable as it is, of any other an expression. Expr, where it is not nil, is
	// the value from a file.
	Text string
	Expr hclsyntax.Expression
}

// rootVariable returns the value that a root variable is given; cty.NilVal where it is given none.
func (ev *evaluation) rootVariable(v *Variable) cty.Value {
	if value, ok := ev.in.Values[v.Name]; ok {
		return value
	}
	for _, g := range slices.Backward(ev.in.Given) {
		if g.Name != v.Name {
			continue
		}
		if g.Expr == nil {
			return parseGiven(g.Text, v)
		}
		value, diags := g.Expr.Value(nil)
		if diags.HasErrors() {
			return cty.DynamicVal
		}
		return value
	}
	return cty.NilVal
}

// parseGiven reads a value from a command line or the environment, as Terraform does: a string for variables of a
// primitive type, or of none, an expression for all others.
// https://developer.hashicorp.com/terraform/language/values/variables#complex-typed-values
func parseGiven(text string, v *Variable) cty.Value {
	if v.Type.IsPrimitiveType() || !v.Typed {
		return cty.StringVal(text)
	}
	if checkDepth([]byte(text), "", false) != nil {
		return cty.DynamicVal
	}
	e, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	value, diags := e.Value(nil)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return value
}

// AutoFiles returns the files of a tree that give variables without being named, in the order in which they count:
// terraform.tfvars, terraform.tfvars.json, then *.auto.tfvars and *.auto.tfvars.json by name.
// https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
func (t *Tree) AutoFiles() []string {
	var out []string
	for _, name := range []string{"terraform.tfvars", "terraform.tfvars.json"} {
		if p := path.Join(t.Dir, name); t.exists(p) {
			out = append(out, p)
		}
	}
	for _, name := range t.entries(t.Dir) {
		if strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json") {
			out = append(out, path.Join(t.Dir, name))
		}
	}
	return out
}

// ReadVariables reads a file of a tree that gives variables. It returns an [*Error] where it cannot.
func (t *Tree) ReadVariables(p string) ([]Given, error) {
	src, err := t.read(p)
	if err != nil {
		return nil, err
	}
	return ParseVariables(src, t.label(p))
}

// ParseVariables reads what a file gives of variables, in the JSON syntax where its name ends so.
func ParseVariables(src []byte, name string) ([]Given, error) {
	isJSON := strings.HasSuffix(name, ".json")
	if err := checkDepth(src, name, isJSON); err != nil {
		return nil, err
	}
	var out []Given
	if isJSON {
		attrs, err := jsonAttributes(src, name)
		if err != nil {
			return nil, err
		}
		for _, n := range sortedKeys(attrs) {
			out = append(out, Given{Name: n, Expr: literalJSON(attrs[n].Expr)})
		}
		return out, nil
	}
	f, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if err := errorOf(diags); err != nil {
		return nil, err
	}
	attrs, diags := f.Body.JustAttributes()
	if err := errorOf(diags); err != nil {
		return nil, err
	}
	for _, n := range sortedKeys(attrs) {
		if e, ok := attrs[n].Expr.(hclsyntax.Expression); ok {
			out = append(out, Given{Name: n, Expr: e})
		}
	}
	return out, nil
}

// literalJSON returns a value of a JSON file, whose strings are no templates.
func literalJSON(e hcl.Expression) *hclsyntax.LiteralValueExpr {
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		v = cty.DynamicVal
	}
	return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: e.Range()}
}

// Workspace returns the workspace that is selected in the working directory of a tree.
func (t *Tree) Workspace() string {
	src, err := t.read(path.Join(t.Dir, ".terraform/environment"))
	if name := strings.TrimSpace(string(src)); err == nil && name != "" && len(name) < 100 {
		return name
	}
	return "default"
}
