// Package funcs has the functions of Terraform's language, for evaluating a configuration without Terraform.
//
// An argument is a value, is unknown, or has strings with tokens in them ([token]), which stand for strings that only
// AWS knows. Whatever strings those are, the result of a function is what Terraform gives for them, with the tokens in
// their place; where that cannot be told the result is unknown, or a string that is a hole.
//
// Some things are taken for granted, without which nothing could be said:
//   - Within JSON, YAML and a format, what a reference stands for has nothing that would need escaping there.
//   - The id and the arn of a resource are not empty, are one line without blanks at its ends, and differ from those of
//     the other resources of the same type of AWS.
//   - Two texts with tokens are two keys of an object or map, and two elements of a set, unless a function compares them.
//   - In a JSON or YAML document, the order of keys and of what was a set says nothing.
package funcs

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trailguard/trailguard/sources/token"
)

// Mark marks values.
type Mark string

// Sensitive marks what the configuration declares sensitive.
const Sensitive Mark = "sensitive"

// Env is what functions need of the evaluation they are called in.
type Env struct {
	Files  fs.FS  // the tree that file functions may read, nothing outside of it; nil: there are no files at hand
	Dir    string // slash path within Files that relative paths start from (the root module's directory), "." for the top
	Base   string // what stands for the top of Files in absolute paths, such as /src; a path that starts with it is within Files
	Tokens *token.Table
	// Parse parses a template of templatefile or templatestring; nil: as HCL does.
	Parse func(src []byte, filename string) (hcl.Expression, hcl.Diagnostics)
	// Refused is told why a file is not read that Terraform may read, with an expression that goes on without it.
	Refused func(why error)
}

// Table returns the functions by name, and also under "core::"+name.
func Table(env Env) map[string]function.Function {
	if env.Tokens == nil {
		env.Tokens = token.New()
	}
	if env.Dir == "" {
		env.Dir = "."
	}
	if env.Parse == nil {
		env.Parse = func(src []byte, filename string) (hcl.Expression, hcl.Diagnostics) {
			return hclsyntax.ParseTemplate(src, filename, hcl.InitialPos)
		}
	}
	l := &library{env: env, verb: verbSyntax()}
	return l.table()
}

// Names returns the names, sorted.
func Names() []string {
	all := rows()
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = r.name
	}
	slices.Sort(out)
	return out
}

// library is what the functions of one table share.
type library struct {
	env Env
	// doubts counts the calls that gave a result although Terraform may fail there, and those that failed although
	// Terraform may not. What catches errors asks for it.
	doubts int
	verb   *regexp.Regexp
	// inner are the functions that templates may call.
	inner map[string]function.Function
}

// maker makes the plain implementation of a function, which need not know of tokens unless its class says so.
type maker func(*library) function.Function

// row is one function.
type row struct {
	name  string
	class class
	make  maker
}

func (l *library) table() map[string]function.Function {
	all := rows()
	out := make(map[string]function.Function, 2*len(all))
	for _, r := range all {
		f := r.make(l)
		if r.class != lazy {
			f = l.classed(r.class, f)
		}
		out[r.name] = f
		out["core::"+r.name] = f
	}
	return out
}

// std is a function that needs nothing of the evaluation.
func std(f function.Function) maker {
	return func(*library) function.Function { return f }
}

// ofStrings makes a function whose parameters are strings.
func ofStrings(ret cty.Type, impl func(l *library, s []string) (cty.Value, error), params ...string) maker {
	return func(l *library) function.Function {
		spec := &function.Spec{Type: function.StaticReturnType(ret)}
		for _, p := range params {
			spec.Params = append(spec.Params, function.Parameter{Name: p, Type: cty.String})
		}
		spec.RefineResult = notNull
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s := make([]string, len(args))
			for i, a := range args {
				s[i] = a.AsString()
			}
			return impl(l, s)
		}
		return function.New(spec)
	}
}

func notNull(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() }

// argumentError says which argument is wrong.
func argumentError(i int, format string, args ...any) error {
	return function.NewArgError(i, fmt.Errorf(format, args...)) //nolint:wrapcheck // it is an error of this package
}

// apply calls a function. Its errors are what the evaluator shows, as they are.
func apply(f function.Function, args ...cty.Value) (cty.Value, error) {
	return f.Call(args) //nolint:wrapcheck // names the argument already
}

// typeOf returns the type that a function gives.
func typeOf(f function.Function, args []cty.Value) (cty.Type, error) {
	return f.ReturnTypeForValues(args) //nolint:wrapcheck // names the argument already
}
