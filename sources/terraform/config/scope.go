package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// scope is where the names of an expression are looked up: a module instance, and the instance of a resource or a
// module call that is being worked out.
type scope struct {
	ev  *evaluation
	mod *moduleInstance
	rep repetition
}

// repetition is what count.index, each.key and each.value are.
type repetition struct {
	index, key, value cty.Value // cty.NilVal where there is none
	// from is the for_each that value is of, and in the module instance in which it stands.
	from *Attribute
	in   *moduleInstance
}

// keyScope is the variable under which expressions find their scope. No name of HCL has such a form.
const keyScope = "\x00scope"

//nolint:gochecknoglobals // a type
var capsule = cty.Capsule("scope", reflect.TypeFor[scope]())

// context returns the scope for HCL.
func (s *scope) context() *hcl.EvalContext {
	ctx := s.ev.functions.NewChild()
	ctx.Variables = map[string]cty.Value{keyScope: cty.CapsuleVal(capsule, s)}
	return ctx
}

// scopeOf returns the scope that knows a name, or nil where something within the expression, such as a for, does.
func scopeOf(ctx *hcl.EvalContext, name string) *scope {
	for c := ctx; c != nil; c = c.Parent() {
		if _, ok := c.Variables[name]; ok {
			return nil
		}
		if v, ok := c.Variables[keyScope]; ok {
			s, _ := v.EncapsulatedValue().(*scope)
			return s
		}
	}
	return nil
}

// anyScope returns the scope of a context, or nil where it has none: that of constants, and of template files.
func anyScope(ctx *hcl.EvalContext) *scope { return scopeOf(ctx, keyScope+"?") }

// eval returns the value of an argument. What cannot be evaluated is unknown, and noted.
func (s *scope) eval(a *Attribute) cty.Value { return s.evalIn(a, s.context()) }

func (s *scope) evalIn(a *Attribute, ctx *hcl.EvalContext) cty.Value {
	v, diags := a.Expr.Value(ctx)
	if err := errorOf(diags); err != nil {
		s.ev.problem(a, err)
		return cty.DynamicVal
	}
	s.ev.weigh(v)
	return v
}

// known returns the value of an argument as a Go string, where it is one without tokens.
func knownString(v cty.Value) (string, bool) {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// traverse returns what a traversal leads to.
func (s *scope) traverse(t hcl.Traversal, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	name := func(i int) string {
		if i < len(t) {
			if a, ok := t[i].(hcl.TraverseAttr); ok {
				return a.Name
			}
		}
		return ""
	}
	none := func(what string) (cty.Value, hcl.Diagnostics) {
		return cty.DynamicVal, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: what, Subject: &at}}
	}
	m := s.mod
	switch root := t.RootName(); root {
	case "var":
		if v, ok := m.variable(name(1)); ok {
			return rest(v, t, 2)
		}
		return none("Reference to undeclared input variable")
	case "local":
		if v, ok := m.local(name(1)); ok {
			return rest(v, t, 2)
		}
		return none("Reference to undeclared local value")
	case "each", "count":
		v := map[string]cty.Value{"each.key": s.rep.key, "each.value": s.rep.value, "count.index": s.rep.index}[root+"."+name(1)]
		if v == cty.NilVal {
			return none("Reference to " + root + " in invalid context")
		}
		return rest(v, t, 2)
	case "path":
		return rest(m.path(name(1)), t, 2)
	case "terraform", "tofu":
		return rest(s.ev.workspace(), t, 1)
	case "self":
		return cty.DynamicVal, nil
	case "module":
		return s.module(t, at)
	case "data", "resource":
		local := name(1) + "." + name(2)
		if root == "data" {
			local = "data." + local
		}
		return s.resource(local, t, 3, at)
	case "ephemeral":
		return s.ev.symbol(within(m.address, "ephemeral."+name(1)+"."+name(2)), t[min(3, len(t)):]), nil
	default:
		return s.resource(root+"."+name(1), t, 2, at)
	}
}

// rest follows the steps of a traversal that are left, from the n-th on.
func rest(v cty.Value, t hcl.Traversal, n int) (cty.Value, hcl.Diagnostics) {
	for _, step := range t[min(n, len(t)):] {
		plain, marks := v.Unmark()
		if plain.IsKnown() && !plain.IsNull() && plain.Type().IsPrimitiveType() {
			if s, ok := knownString(plain); ok && strings.HasPrefix(s, "\uE0F2") {
				return cty.DynamicVal, nil // a token that stands for more than a string
			}
		}
		_ = marks
		next, diags := hcl.Traversal{step}.TraverseRel(v)
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		v = next
	}
	return v, nil
}

// spellRest writes steps as Terraform does: .a[0].b without the leading dot.
func spellRest(t hcl.Traversal) string {
	var b strings.Builder
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.Name)
		case hcl.TraverseIndex:
			b.WriteString(spellKey(step.Key))
		}
	}
	return b.String()
}

// symbol returns the token of something that is declared elsewhere.
func (ev *evaluation) symbol(address string, steps hcl.Traversal) cty.Value {
	return cty.StringVal(ev.tokens.Ref(graph.Ref{Address: address, Attr: spellRest(steps)}))
}

// mentions returns what an expression refers to that is not known.
func (s *scope) mentions(e hclsyntax.Expression, ctx *hcl.EvalContext) []graph.Ref {
	return s.gather(e, ctx, 0)
}

// maxMentions bounds what is told of where an unknown value comes from.
const maxMentions = 64

func (s *scope) gather(e hclsyntax.Expression, ctx *hcl.EvalContext, depth int) []graph.Ref {
	if depth > 8 {
		return nil
	}
	var out []graph.Ref
	add := func(refs []graph.Ref) {
		for _, r := range refs {
			if len(out) < maxMentions && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	for _, t := range traversals(e) {
		at := scopeOf(ctx, t.RootName())
		if at == nil {
			continue
		}
		s.ev.step()
		v, diags := at.traverse(t, t.SourceRange())
		if diags.HasErrors() {
			continue
		}
		if local, n := localOf(t); local != "" && n == len(t) { // the whole of a resource: not each of its attributes
			add(at.mod.refs(local))
			continue
		}
		add(s.ev.tokens.Mentions(v))
		if plain, _ := v.Unmark(); !plain.IsKnown() {
			add(at.origin(t, depth))
		}
	}
	return out
}

// origin returns what something unknown is made from.
func (s *scope) origin(t hcl.Traversal, depth int) []graph.Ref {
	name := ""
	if len(t) > 1 {
		if a, ok := t[1].(hcl.TraverseAttr); ok {
			name = a.Name
		}
	}
	m := s.mod
	switch t.RootName() {
	case "local":
		if a := m.module.Locals[name]; a != nil {
			at := &scope{ev: s.ev, mod: m}
			return at.gather(a.Expr, at.context(), depth+1)
		}
	case "var":
		if m.parent == nil {
			return []graph.Ref{{Address: "var." + spellRest(t[1:])}}
		}
		if a := m.call.Args[name]; a != nil {
			at := &scope{ev: s.ev, mod: m.parent, rep: m.rep}
			return at.gather(a.Expr, at.context(), depth+1)
		}
	case "each":
		return nil
	}
	return nil
}
