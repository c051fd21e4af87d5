package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Module is what the files of one directory declare.
type Module struct {
	Dir       string // within the tree
	Variables map[string]*Variable
	Locals    map[string]*Attribute
	Outputs   map[string]*Output
	Resources map[string]*Resource // by address within the module, data.TYPE.NAME for data sources
	Calls     map[string]*Call
	Providers []*Provider
	Files     []*File
	// required are the local names of providers, and what they are: aws -> hashicorp/aws.
	required map[string]string
}

// File is one configuration file, for what is not declarations in it.
type File struct {
	Path   string // within the tree
	Source []byte
	Body   *hclsyntax.Body // nil in the JSON syntax
}

// Attribute is an argument that somebody wrote.
type Attribute struct {
	Expr  hclsyntax.Expression
	Range hcl.Range // of the whole argument
}

// Body is what stands between the braces of a block.
type Body struct {
	Attrs  map[string]*Attribute
	Blocks []*Block // in the order of the source
	Range  hcl.Range
}

// Block is a nested block; Labels are those of a dynamic one.
type Block struct {
	Type   string
	Labels []string
	Body   *Body
	Range  hcl.Range // of its header
}

// Variable is an input variable: https://developer.hashicorp.com/terraform/language/values/variables
type Variable struct {
	Name      string
	Type      cty.Type
	Defaults  *typeexpr.Defaults
	Default   *Attribute // nil: it must be given
	Sensitive bool
	Nullable  bool
	Typed     bool // its author gave it a type
	Range     hcl.Range
}

// Output is an output value.
type Output struct {
	Value     *Attribute
	Sensitive bool
}

// Resource is a resource, or a data source.
type Resource struct {
	Data       bool
	Type, Name string
	Body       *Body
	Range      hcl.Range // of the block's header
	Whole      hcl.Range // of the block
	Count      *Attribute
	ForEach    *Attribute
	// Provider is the local name of the provider configuration, with its alias: aws.audit; as the type says where
	// it is empty.
	Provider string
}

// Local returns the address within the module.
func (r *Resource) Local() string {
	if r.Data {
		return "data." + r.Type + "." + r.Name
	}
	return r.Type + "." + r.Name
}

// Call is a call of a module.
type Call struct {
	Name      string
	Source    string
	Version   string
	Args      map[string]*Attribute
	Count     *Attribute
	ForEach   *Attribute
	Providers map[string]string // name within the module -> name in the caller
	Range     hcl.Range
	Whole     hcl.Range
	Module    *Module // nil where it is not at hand
	Missing   string  // why it is not
	Install   bool    // terraform get would bring it
}

// Provider is a provider configuration.
type Provider struct {
	Name, Alias string
	Body        *Body
	Range       hcl.Range
}

// Key returns how resources refer to the configuration.
func (p *Provider) Key() string {
	if p.Alias == "" {
		return p.Name
	}
	return p.Name + "." + p.Alias
}
