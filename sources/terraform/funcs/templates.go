package funcs

import (
	"errors"
	"fmt"
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trailguard/trailguard/sources/token"
)

// template makes templatefile and templatestring. The result of a file that is one interpolation is what that gives;
// that of a string is a string.
func template(first string, text func(l *library, arg string) (string, string, error), ret cty.Type) maker {
	return func(l *library) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{
				{Name: first, Type: cty.String},
				{Name: "vars", Type: cty.DynamicPseudoType, AllowMarked: true, AllowUnknown: true, AllowDynamicType: true},
			},
			Type: function.StaticReturnType(ret),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				arg := args[0].AsString()
				if token.Has(arg) {
					l.doubts++
					return hiddenAs(l.unread(arg, ret), args[1]), nil
				}
				src, name, err := text(l, arg)
				if err != nil {
					return cty.NilVal, argumentError(0, "%w", err)
				}
				vars, marks := args[1].Unmark()
				v, err := l.render(src, name, vars)
				if err != nil {
					return cty.NilVal, err
				}
				if v.IsNull() {
					return cty.NilVal, errors.New("invalid template result: it is null")
				}
				if v, err = convert.Convert(v, ret); err != nil {
					return cty.NilVal, fmt.Errorf("invalid template result: %w", err)
				}
				return v.WithMarks(marks), nil
			},
		})
	}
}

// unread is the result of a template that is not known.
func (l *library) unread(arg string, ret cty.Type) cty.Value {
	if ret == cty.String {
		return cty.StringVal(l.env.Tokens.Opaque(arg))
	}
	return cty.DynamicVal
}

func templateOfFile(l *library, p string) (src, name string, err error) {
	src, err = l.text(p)
	return src, p, err
}

func templateOfString(_ *library, s string) (src, name string, err error) {
	return s, "<templatestring argument>", nil
}

func (l *library) render(src, name string, vars cty.Value) (cty.Value, error) {
	ty := vars.Type()
	switch {
	case ty == cty.DynamicPseudoType || !vars.IsKnown():
		return cty.DynamicVal, nil
	case !ty.IsObjectType() && !ty.IsMapType():
		return cty.NilVal, argumentError(1, "invalid vars value: must be a map")
	}
	values := map[string]cty.Value{}
	if ty.IsObjectType() || vars.LengthInt() > 0 {
		values = vars.AsValueMap()
	}
	for k := range values {
		if token.Has(k) {
			l.doubts++
			return hiddenAs(cty.DynamicVal, vars), nil
		}
		if !hclsyntax.ValidIdentifier(k) {
			return cty.NilVal, argumentError(1, "invalid template variable name %q: must start with a letter, followed by zero or more letters, digits, and underscores", k)
		}
	}
	expr, diags := l.env.Parse([]byte(src), name)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	for _, t := range expr.Variables() {
		if _, ok := values[t.RootName()]; !ok {
			return cty.NilVal, argumentError(1, "vars map does not contain key %q, referenced at %s", t.RootName(), t.SourceRange())
		}
	}
	v, diags := expr.Value(&hcl.EvalContext{Variables: values, Functions: l.forTemplates()})
	if diags.HasErrors() {
		return cty.NilVal, fmt.Errorf("invalid template: %w", diags)
	}
	return v, nil
}

// forTemplates returns the functions that a template may call: all but those that render templates.
func (l *library) forTemplates() map[string]function.Function {
	if l.inner != nil {
		return l.inner
	}
	l.inner = maps.Clone(l.table())
	for _, name := range []string{"templatefile", "templatestring"} {
		v := anyValue("args")
		f := function.New(&function.Spec{
			VarParam: &v,
			Type: func([]cty.Value) (cty.Type, error) {
				return cty.NilType, errors.New("cannot recursively call " + name + " from inside another template function")
			},
		})
		l.inner[name], l.inner["core::"+name] = f, f
	}
	return l.inner
}
