package config

import (
	"fmt"
	"path"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/token"
)

// moduleInstance is one instance of a module call, or the root.
type moduleInstance struct {
	ev      *evaluation
	module  *Module // nil where it is not at hand
	address string  // empty for the root
	calls   string  // the address without instance keys
	parent  *moduleInstance
	call    *Call
	rep     repetition

	vars, locals, outputs map[string]*memo
	resources             map[string]*resourceSet
	doubt, settledBy      string // of the call, or of one above it
	children              map[string]*callSet
}

// memo is a value that is worked out once. One that is asked for while it is being worked out depends on itself.
type memo struct {
	busy, done bool
	value      cty.Value
}

func (m *memo) get(ev *evaluation, name string, work func() cty.Value) cty.Value {
	switch {
	case m.done:
	case m.busy:
		ev.gap("cycle: "+name+" depends on itself", name, graph.ReasonUnsupported, acceptable)
		m.value, m.done = cty.DynamicVal, true
	default:
		m.busy = true
		if ev.depth++; ev.depth > maxChain {
			ev.failf("%s depends on more than %d values, each on the next", name, maxChain)
		}
		v := work()
		ev.depth--
		if !m.done { // else it is part of a cycle
			m.value, m.done = v, true
		}
	}
	return m.value
}

func newModuleInstance(ev *evaluation, mod *Module, parent *moduleInstance, call *Call, key string, rep repetition) *moduleInstance {
	m := &moduleInstance{
		ev: ev, module: mod, parent: parent, call: call, rep: rep,
		vars: map[string]*memo{}, locals: map[string]*memo{}, outputs: map[string]*memo{},
		resources: map[string]*resourceSet{}, children: map[string]*callSet{},
	}
	if parent != nil {
		m.address = within(parent.address, "module."+call.Name) + key
		m.calls = within(parent.calls, "module."+call.Name)
	}
	ev.count()
	return m
}

// count bounds how many instances there are.
func (ev *evaluation) count() {
	if ev.instances++; ev.instances > maxInstances {
		ev.failf("the configuration has more than %d instances of resources and modules", maxInstances)
	}
}

// scope returns where the locals and outputs of the module are worked out.
func (m *moduleInstance) scope() *scope { return &scope{ev: m.ev, mod: m} }

func memoOf(all map[string]*memo, name string) *memo {
	if all[name] == nil {
		all[name] = &memo{}
	}
	return all[name]
}

// variable returns the value of an input variable; false where none is declared.
func (m *moduleInstance) variable(name string) (cty.Value, bool) {
	v := m.module.Variables[name]
	if v == nil {
		return cty.NilVal, false
	}
	return memoOf(m.vars, name).get(m.ev, within(m.address, "var."+name), func() cty.Value {
		value := m.given(v)
		if v.Sensitive {
			m.ev.keepSecrets(value)
			value = value.Mark(funcs.Sensitive)
		}
		return value
	}), true
}

func (m *moduleInstance) given(v *Variable) cty.Value {
	value := cty.NilVal
	switch {
	case m.parent != nil:
		if a := m.call.Args[v.Name]; a != nil {
			value = (&scope{ev: m.ev, mod: m.parent, rep: m.rep}).eval(a)
		}
	default:
		value = m.ev.rootVariable(v)
	}
	if value == cty.NilVal || value.IsNull() && !v.Nullable {
		if v.Default == nil {
			return m.ev.unset(v.Type, within(m.address, "var."+v.Name), v.Typed)
		}
		d, diags := v.Default.Expr.Value(nil)
		if diags.HasErrors() {
			return cty.DynamicVal
		}
		value = d
	}
	return m.conform(value, v)
}

// conform converts a value to the type of a variable. What cannot be, because a token stands where a number should, or
// because it is of another type, is unknown.
func (m *moduleInstance) conform(value cty.Value, v *Variable) cty.Value {
	if v.Defaults != nil && value.IsKnown() && !value.IsNull() {
		plain, marks := value.UnmarkDeepWithPaths()
		value = v.Defaults.Apply(plain).MarkWithPaths(marks)
	}
	if v.Type == cty.DynamicPseudoType {
		return value
	}
	out, err := convert.Convert(value, v.Type)
	if err != nil {
		if plain, _ := value.UnmarkDeep(); plain.IsWhollyKnown() && !token.In(plain) {
			address := within(m.address, "var."+v.Name)
			m.ev.gap("value of "+address+": it is not of the variable's type", address, graph.ReasonMalformed, acceptable)
		}
		return cty.UnknownVal(v.Type.WithoutOptionalAttributesDeep())
	}
	return out
}

// unset returns what stands for a variable that has no value: a symbol for a string, one for every string of an
// object.
func (ev *evaluation) unset(ty cty.Type, address string, typed bool) cty.Value {
	switch {
	case ty == cty.String:
		return cty.StringVal(ev.tokens.Ref(graph.Ref{Address: address}))
	case ty.IsObjectType() && typed:
		attrs := map[string]cty.Value{}
		for name, t := range ty.AttributeTypes() {
			attrs[name] = ev.unset(t, address+"."+name, typed)
		}
		return cty.ObjectVal(attrs)
	}
	return cty.UnknownVal(ty.WithoutOptionalAttributesDeep())
}

// local returns a local value.
func (m *moduleInstance) local(name string) (cty.Value, bool) {
	a := m.module.Locals[name]
	if a == nil {
		return cty.NilVal, false
	}
	return memoOf(m.locals, name).get(m.ev, within(m.address, "local."+name), func() cty.Value { return m.scope().eval(a) }), true
}

// output returns an output value.
func (m *moduleInstance) output(name string) (cty.Value, bool) {
	o := m.module.Outputs[name]
	if o == nil {
		return cty.NilVal, false
	}
	return memoOf(m.outputs, name).get(m.ev, within(m.address, "output."+name), func() cty.Value {
		v := m.scope().eval(o.Value)
		if plain, _ := v.Unmark(); !plain.IsKnown() && plain.Type() == cty.DynamicPseudoType || !plain.IsKnown() && plain.Type() == cty.String {
			if s := m.scope(); len(s.mentions(o.Value.Expr, s.context())) > 0 {
				v = cty.StringVal(m.ev.tokens.Hole(graph.ReasonAfterApply, s.mentions(o.Value.Expr, s.context())...)).WithSameMarks(v)
			}
		}
		if o.Sensitive {
			v = v.Mark(funcs.Sensitive)
		}
		return v
	}), true
}

// path returns path.NAME: https://developer.hashicorp.com/terraform/language/expressions/references#filesystem-and-workspace-info
func (m *moduleInstance) path(name string) cty.Value {
	t := m.ev.tree
	if t.Packed {
		return cty.StringVal(m.ev.tokens.Ref(graph.Ref{Address: within(m.address, "path."+name)}))
	}
	switch name {
	case "module":
		return cty.StringVal(relative(t.Dir, m.module.Dir))
	case "root":
		return cty.StringVal(".")
	case "cwd":
		return cty.StringVal(path.Join(base, t.Dir))
	}
	return cty.DynamicVal
}

// callSet are the instances of a module call.
type callSet struct {
	expansion
	call  *Call
	order []*moduleInstance
	byKey map[string]*moduleInstance
}

func (m *moduleInstance) callSet(name string) *callSet {
	address := within(m.address, "module."+name)
	if set := m.children[name]; set != nil {
		m.ev.round(&set.expansion, address)
		return set
	}
	call := m.module.Calls[name]
	set := &callSet{call: call, byKey: map[string]*moduleInstance{}, expansion: expansion{busy: true}}
	m.children[name] = set // one that depends on itself finds no instances
	set.expansion = m.expand(call.Count, call.ForEach, address)
	for i, key := range set.keys {
		child := newModuleInstance(m.ev, call.Module, m, call, key, set.reps[i])
		child.doubt, child.settledBy = m.doubt, m.settledBy
		if set.doubt != "" {
			child.doubt, child.settledBy = set.doubt, set.settledBy
		}
		set.order = append(set.order, child)
		set.byKey[key] = child
	}
	if call.Module == nil {
		settled := "terraform get"
		if !call.Install {
			settled = "the directory of the module"
		} else if dir := m.ev.tree.Name; dir != "" && dir != "." {
			settled = "terraform -chdir=" + dir + " get"
		}
		m.ev.gap(fmt.Sprintf("what is in %s: %s", address, call.Missing), address, graph.ReasonNotInInput, settled)
	}
	return set
}

// module resolves module.NAME[KEY].OUTPUT and what follows.
func (s *scope) module(t hcl.Traversal, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	none := func(what string) (cty.Value, hcl.Diagnostics) {
		return cty.DynamicVal, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: what, Subject: &at}}
	}
	attr, ok := step(t, 1)
	if !ok || s.mod.module.Calls[attr] == nil {
		return none("Reference to undeclared module")
	}
	set := s.mod.callSet(attr)
	one, n, found := set.pick(t, 2)
	if !found {
		return cty.DynamicVal, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Invalid index", Subject: &at}}
	}
	if one == nil { // the whole of it
		return rest(set.whole(func(m *moduleInstance) cty.Value { return m.object() }), t, n)
	}
	name, ok := step(t, n)
	if !ok {
		return rest(one.object(), t, n)
	}
	if one.module == nil {
		return s.ev.symbol(one.address, t[n:]), nil
	}
	v, declared := one.output(name)
	if !declared {
		return none("Unsupported attribute")
	}
	return rest(v, t, n+1)
}

// step returns the i-th step of a traversal where it is a name.
func step(t hcl.Traversal, i int) (string, bool) {
	if i < len(t) {
		if a, ok := t[i].(hcl.TraverseAttr); ok {
			return a.Name, true
		}
	}
	return "", false
}

// object returns the outputs of a module instance.
func (m *moduleInstance) object() cty.Value {
	if m.module == nil {
		return cty.DynamicVal
	}
	attrs := map[string]cty.Value{}
	for name := range m.module.Outputs {
		attrs[name], _ = m.output(name)
	}
	return cty.ObjectVal(attrs)
}

// pick returns the instance that the step at n of a traversal names, and the step after it. The instance is nil
// where all are meant.
func (c *callSet) pick(t hcl.Traversal, n int) (*moduleInstance, int, bool) {
	if c.single || c.undecided && len(c.order) == 1 && c.keys[0] == "" {
		if _, isIndex := index(t, n); isIndex && c.undecided {
			n++
		}
		if len(c.order) == 0 {
			return nil, n, false
		}
		return c.order[0], n, true
	}
	key, isIndex := index(t, n)
	if !isIndex {
		return nil, n, true
	}
	one := c.byKey[key]
	return one, n + 1, one != nil
}

// index returns the key of the step at n of a traversal, spelt as in addresses.
func index(t hcl.Traversal, n int) (string, bool) {
	if n < len(t) {
		if i, ok := t[n].(hcl.TraverseIndex); ok {
			return spellKey(i.Key), true
		}
	}
	return "", false
}

// whole returns a tuple, or an object, of all instances.
func (c *callSet) whole(value func(*moduleInstance) cty.Value) cty.Value {
	return all(c.expansion, c.order, value)
}

func all[T any](e expansion, order []T, value func(T) cty.Value) cty.Value {
	switch {
	case e.undecided:
		return cty.DynamicVal
	case e.byIndex:
		list := make([]cty.Value, len(order))
		for i, o := range order {
			list[i] = value(o)
		}
		return cty.TupleVal(list)
	}
	attrs := map[string]cty.Value{}
	for i, o := range order {
		name, _ := knownString(e.reps[i].key)
		attrs[name] = value(o)
	}
	return cty.ObjectVal(attrs)
}
