package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Document is a policy that somebody wrote.
type Document struct {
	// Text is the policy as it was written; empty where it is not another one than the attribute has.
	Text graph.Text
	// At is where each of its statements is written, by index; zero for one of which it is not certain.
	At []graph.Pos
}

// maxTraced bounds the steps of following policies to where they are written.
const maxTraced = 4_000_000

// Documents returns the policies that the argument at the end of a way is: one for each block on the way, in the order
// of [Instance.Values]. It returns nothing where it is not known how many blocks there are. It is to be called once the
// configuration is evaluated.
func (in *Instance) Documents(steps ...string) []Document {
	key := strings.Join(steps, ".")
	if out, ok := in.traced[key]; ok {
		return out
	}
	if in.traced == nil {
		in.traced = map[string][]Document{}
	}
	in.traced[key] = nil
	in.traced[key] = in.documentsAt(steps)
	return in.traced[key]
}

func (in *Instance) documentsAt(steps []string) (out []Document) {
	ev := in.mod.ev
	if ev.left < 0 {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(exceeded); !ok {
				panic(p) //nolint:forbidigo // it is somebody else's
			}
			out = nil
		}
	}()
	all, ok := in.arguments(steps)
	if !ok {
		return nil
	}
	for _, a := range all {
		d := Document{}
		if a.expr != nil {
			t := tracer{ev: ev}
			d.At, _ = t.text(a)
			if ev.in.Known != nil && d.At != nil {
				d.Text = in.spelt(a)
			}
		}
		out = append(out, d)
	}
	return out
}

// spelt returns the policy that an argument is as it is written.
func (in *Instance) spelt(a origin) graph.Text {
	v, _ := (&tracer{ev: in.mod.ev}).value(a)
	if v == cty.NilVal {
		return graph.Text{}
	}
	s, _ := knownString(v)
	return in.mod.ev.tokens.Text(s)
}

// arguments is where the argument at the end of a way is written, in every block on the way. The zero origin is that of
// one that nobody wrote.
func (in *Instance) arguments(steps []string) ([]origin, bool) {
	type place struct {
		body *Body
		ctx  *hcl.EvalContext
	}
	s := in.scope()
	level := []place{{in.Resource.Body, s.context()}}
	for i, name := range steps {
		if i == len(steps)-1 {
			break
		}
		var next []place
		for _, p := range level {
			if p.body.Attrs[name] != nil {
				return nil, false // blocks as a value, in the JSON syntax
			}
			for _, b := range p.body.Blocks {
				switch {
				case b.Type == name:
					next = append(next, place{b.Body, p.ctx})
				case b.Type == "dynamic" && blockName(b) == name:
					contexts, ok := s.iterations(b, p.ctx)
					if !ok {
						return nil, false
					}
					for _, ctx := range contexts {
						next = append(next, place{contentOf(b), ctx})
					}
				}
			}
		}
		level = next
	}
	out := make([]origin, len(level))
	for i, p := range level {
		if a := p.body.Attrs[steps[len(steps)-1]]; a != nil {
			out[i] = origin{expr: a.Expr, ctx: p.ctx}
		}
	}
	return out, true
}

// text is where the statements of a policy are written that is spelt as a string. It returns false where not even their
// number is known.
func (t *tracer) text(o origin) ([]graph.Pos, bool) {
	if !t.deeper() {
		t.depth--
		return nil, false
	}
	defer func() { t.depth-- }()
	o = t.resolve(o)
	if o.inst != nil && o.expr == nil {
		if o.inst.Resource.Data && o.inst.Resource.Type == typePolicyDocument && (o.attr == "json" || o.attr == "minified_json") {
			return t.rendered(o.inst)
		}
		return nil, false
	}
	switch e := o.expr.(type) {
	case *templateExpr, *hclsyntax.TemplateExpr, *hclsyntax.LiteralValueExpr:
		return t.literal(o)
	case *callExpr:
		if e.ExpandFinal || len(e.Args) == 0 {
			return nil, false
		}
		first := o.of(e.Args[0])
		switch name := strings.TrimPrefix(e.Name, "core::"); name {
		case "jsonencode":
			return t.object(first)
		case "trimspace", "chomp", "trim", "trimprefix", "trimsuffix":
			return t.text(first)
		case "replace":
			if t.harmless(o, e.Args[1:]) {
				return t.text(first)
			}
		case "file":
			return t.file(o, first)
		case "templatefile":
			if len(e.Args) == 2 {
				return t.templateFile(first, o.of(e.Args[1]))
			}
		}
	}
	return nil, false
}

// harmless says that what is replaced, and by what, begins or ends no statement.
func (t *tracer) harmless(o origin, args []hclsyntax.Expression) bool {
	return !slices.ContainsFunc(args, func(e hclsyntax.Expression) bool {
		v, ok := t.value(o.of(e))
		s, isText := knownString(v)
		return !ok || !isText || strings.ContainsAny(s, "{}[],\"\\") || strings.HasPrefix(s, "/")
	})
}

// object is where the statements of a policy are written that is an object.
func (t *tracer) object(o origin) ([]graph.Pos, bool) {
	o = t.resolve(o)
	if e, ok := o.expr.(*callExpr); ok && strings.TrimPrefix(e.Name, "core::") == "jsondecode" && len(e.Args) == 1 {
		return t.text(o.of(e.Args[0]))
	}
	for _, name := range []string{"Statement", "statement"} {
		if statement, ok := t.member(o, name); ok {
			return t.statements(statement)
		}
	}
	return nil, false
}

// statements is where each element of a list of statements is written; or where the one is that is no list.
func (t *tracer) statements(o origin) ([]graph.Pos, bool) {
	r := t.resolve(o)
	if _, isOne := r.expr.(*hclsyntax.ObjectConsExpr); isOne {
		return []graph.Pos{r.place()}, true
	}
	all, ok := t.elements(r)
	if !ok {
		if v, worked := t.value(r); worked && (v.Type().IsObjectType() || v.Type().IsMapType()) {
			return []graph.Pos{r.place()}, true
		}
		return nil, false
	}
	out := make([]graph.Pos, len(all))
	for i, a := range all {
		out[i] = t.resolve(a).place()
	}
	return out, true
}

// rendered is where the statements of a document that the data source renders are written. A statement that replaces
// another one stands where it is written itself.
func (t *tracer) rendered(in *Instance) ([]graph.Pos, bool) {
	if in.placed != nil {
		return *in.placed, *in.placed != nil
	}
	in.placed = &[]graph.Pos{} // a document that merges itself
	out := t.merge(in)
	in.placed = &out
	return out, out != nil
}

func (t *tracer) merge(in *Instance) []graph.Pos {
	p, parts, ok := in.policy()
	if !ok {
		return nil
	}
	var all graph.Policy
	out := make([]graph.Pos, len(p.Statements), len(p.Statements)+1)
	for _, part := range parts {
		at := part.at
		if part.arg != "" {
			at = t.element(in, part)
		}
		for i, n := range all.Merge(part.policy) {
			out[n] = graph.Pos{}
			if len(at) == len(part.policy.Statements) {
				out[n] = at[i]
			}
		}
	}
	if p.Open {
		out = append(out, graph.Pos{})
	}
	if t.ev.in.Known == nil {
		return out
	}
	known, isKnown := t.ev.in.Known(in.Address, "json")
	if s, isText := knownString(known); isKnown && isText { // which may not be of this configuration
		return graph.AlignStatements(t.ev.tokens.Text(s), graph.RenderPolicy(p), out)
	}
	return out
}

// element is where the statements of a policy are written that a document merges.
func (t *tracer) element(in *Instance, p part) []graph.Pos {
	a := in.Resource.Body.Attrs[p.arg]
	if a == nil || p.policy.Open {
		return nil
	}
	from := in.scope().from(a.Expr)
	if v, ok := t.value(from); ok && v.Type() == cty.String {
		at, _ := t.text(from)
		return at
	}
	all, ok := t.elements(from)
	if v, _ := in.attr(p.arg).Unmark(); !ok || !v.IsKnown() || !v.CanIterateElements() || v.LengthInt() != len(all) {
		return nil
	}
	at, _ := t.text(all[p.elem])
	return at
}

// placesOf is where the statements that a block makes are written.
func (in *Instance) placesOf(b statementBlock, n int) []graph.Pos {
	if b.block != nil {
		return slices.Repeat([]graph.Pos{positionOf(b.block.Range)}, n)
	}
	t := tracer{ev: in.mod.ev}
	at, ok := t.statements(in.scope().from(in.Resource.Body.Attrs["statement"].Expr))
	if !ok || len(at) != n {
		return make([]graph.Pos, n)
	}
	return at
}
