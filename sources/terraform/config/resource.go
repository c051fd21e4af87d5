package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/terraform/schema"
)

// resourceSet are the instances of a resource.
type resourceSet struct {
	expansion
	resource *Resource
	order    []*Instance
	byKey    map[string]*Instance
}

// Instance is one instance of a resource or a data source.
type Instance struct {
	Address  string
	Provider string // key of its provider configuration, as plans spell it
	Resource *Resource
	mod      *moduleInstance
	rep      repetition
	set      *resourceSet
	schema   *schema.Block
	attrs    map[string]*memo
	values   map[string]cty.Value
	traced   map[string][]Document // policies, by the way to them
	merged   *merged               // of a policy document; nil: not asked for
	placed   *[]graph.Pos          // of a policy document, where its statements are written; nil: not asked for
}

func (m *moduleInstance) resourceSet(local string) *resourceSet {
	address := within(m.address, local)
	if set := m.resources[local]; set != nil {
		m.ev.round(&set.expansion, address)
		return set
	}
	r := m.module.Resources[local]
	set := &resourceSet{resource: r, byKey: map[string]*Instance{}, expansion: expansion{busy: true}}
	m.resources[local] = set // one whose count depends on itself finds no instances
	set.expansion = m.expand(r.Count, r.ForEach, address)
	block := schema.Resource(r.Type)
	if r.Data {
		block = schema.Data(r.Type)
	}
	provider := m.provider(r.providerName())
	if (m.ev.in.Wanted == nil || m.ev.in.Wanted(r.Data, r.Type)) && !m.configures(r.providerName()) {
		m.ev.gap("where "+address+" is: its provider configuration "+r.providerName()+" is not declared", address, graph.ReasonNotInInput, "a configuration that declares it")
	}
	for i, key := range set.keys {
		m.ev.count()
		in := &Instance{
			Address: address + key, Provider: provider, Resource: r, set: set,
			mod: m, rep: set.reps[i], schema: block, attrs: map[string]*memo{},
		}
		set.order = append(set.order, in)
		set.byKey[key] = in
	}
	return set
}

// resource resolves TYPE.NAME[KEY].ATTRIBUTE and what follows, the key being the n-th step.
func (s *scope) resource(local string, t hcl.Traversal, n int, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	if s.mod.module.Resources[local] == nil {
		return cty.DynamicVal, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Reference to undeclared resource", Subject: &at}}
	}
	set := s.mod.resourceSet(local)
	one, n, found := set.pick(t, n)
	if !found {
		return cty.DynamicVal, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Invalid index", Detail: "there is no such instance", Subject: &at}}
	}
	if one == nil {
		if i, whole := splatStep(t, n); whole {
			return s.splatOf(set, t[i:]), nil
		}
		return rest(set.whole(), t, n)
	}
	return one.follow(t, n)
}

// splatStep says that the step at n takes all elements, and where the steps go on.
func splatStep(t hcl.Traversal, n int) (int, bool) {
	if n < len(t) {
		if _, ok := t[n].(hcl.TraverseSplat); ok {
			return n + 1, true
		}
	}
	return n, false
}

func (c *resourceSet) pick(t hcl.Traversal, n int) (*Instance, int, bool) {
	if c.single || c.undecided {
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

func (c *resourceSet) whole() cty.Value {
	return all(c.expansion, c.order, (*Instance).object)
}

// splat takes an attribute of every instance of a resource; false where the traversal is of something else.
func (s *scope) splat(t, each hcl.Traversal, _ hcl.Range) (cty.Value, bool) {
	local, n := localOf(t)
	if local == "" || len(t) != n || s.mod.module.Resources[local] == nil {
		return cty.NilVal, false
	}
	set := s.mod.resourceSet(local)
	switch {
	case set.undecided:
		return cty.DynamicVal, true // nobody knows of how many
	case !set.byIndex && !set.single:
		return cty.NilVal, false // splats of for_each are of the object as a whole
	}
	return s.splatOf(set, each), true
}

// refs returns references to the instances of a resource.
func (m *moduleInstance) refs(local string) []graph.Ref {
	if m.module.Resources[local] == nil {
		return nil
	}
	var out []graph.Ref
	for _, in := range m.resourceSet(local).order {
		out = append(out, graph.Ref{Address: in.Address, Attr: "id"})
	}
	return out
}

func (s *scope) splatOf(set *resourceSet, each hcl.Traversal) cty.Value {
	list := make([]cty.Value, len(set.order))
	for i, in := range set.order {
		s.ev.step()
		v, diags := in.follow(each, 0)
		if diags.HasErrors() {
			v = cty.DynamicVal
		}
		list[i] = v
	}
	return cty.TupleVal(list)
}

// localOf returns the local address that a traversal begins with, and how many steps it takes.
func localOf(t hcl.Traversal) (string, int) {
	switch t.RootName() {
	case "var", "local", "each", "count", "path", "terraform", "tofu", "self", "module", "ephemeral", "resource":
		return "", 0
	case "data":
		typ, _ := step(t, 1)
		name, ok := step(t, 2)
		if !ok {
			return "", 0
		}
		return "data." + typ + "." + name, 3
	}
	name, ok := step(t, 1)
	if !ok {
		return "", 0
	}
	return t.RootName() + "." + name, 2
}

// follow goes from the instance on.
func (in *Instance) follow(t hcl.Traversal, n int) (cty.Value, hcl.Diagnostics) {
	name, ok := step(t, n)
	if !ok {
		if i, isIndex := index(t, n); isIndex && in.set.undecided {
			_ = i
			return in.follow(t, n+1)
		}
		return rest(in.object(), t, n)
	}
	v := in.attr(name)
	if n+1 == len(t) {
		return v, nil
	}
	if plain, marks := v.Unmark(); !in.has(name) && (!plain.IsKnown() || isSymbol(plain)) {
		return in.beyond(plain, t, n).WithMarks(marks), nil
	}
	return rest(v, t, n+1)
}

func isSymbol(v cty.Value) bool {
	s, ok := knownString(v)
	return ok && len(s) > 3 && s[:3] == "\uE0F2"
}

// beyond returns a part of an attribute that only AWS knows.
func (in *Instance) beyond(v cty.Value, t hcl.Traversal, n int) cty.Value {
	if !v.IsKnown() && v.Type() != cty.DynamicPseudoType {
		part, diags := rest(v, t, n+1)
		if diags.HasErrors() || part.Type() != cty.String && part.Type() != cty.DynamicPseudoType {
			return part
		}
	}
	for _, s := range t[n:] {
		if _, isSplat := s.(hcl.TraverseSplat); isSplat {
			return cty.DynamicVal
		}
	}
	return in.mod.ev.symbol(in.Address, t[n:])
}

// Doubt says why the instance may not be there, or stand for several, and what would decide it; empty where it is there
// for certain.
func (in *Instance) Doubt() (why, settledBy string) {
	if in.set.doubt != "" {
		return in.set.doubt, in.set.settledBy
	}
	return in.mod.doubt, in.mod.settledBy
}

// has says that the author of the resource wrote an argument or a block of the name.
func (in *Instance) has(name string) bool {
	if metaArguments[name] {
		return false
	}
	if in.Resource.Body.Attrs[name] != nil {
		return true
	}
	return slices.ContainsFunc(in.Resource.Body.Blocks, func(b *Block) bool { return blockName(b) == name })
}

// Has says that the author of the resource wrote an argument or a block of the name.
func (in *Instance) Has(name string) bool { return in.has(name) }

// Wrote says that somebody wrote the argument at the end of a way through blocks.
func (in *Instance) Wrote(names []string) bool { return wrote([]*Body{in.Resource.Body}, names) }

func wrote(bodies []*Body, names []string) bool {
	for i, name := range names {
		var next []*Body
		for _, b := range bodies {
			if b.Attrs[name] != nil {
				return true // what is within a value cannot be told
			}
			for _, nested := range b.Blocks {
				if blockName(nested) == name {
					next = append(next, contentOf(nested))
				}
			}
		}
		if bodies = next; len(bodies) == 0 {
			return false
		}
		if i == len(names)-1 {
			return true
		}
	}
	return false
}

// contentOf returns the body of a block, or of what a dynamic one makes.
func contentOf(b *Block) *Body {
	if b.Type == "dynamic" {
		for _, nested := range b.Body.Blocks {
			if nested.Type == "content" {
				return nested.Body
			}
		}
	}
	return b.Body
}

// attr returns an argument or an attribute.
func (in *Instance) attr(name string) cty.Value {
	return memoOf(in.attrs, name).get(in.mod.ev, in.Address+"."+name, func() cty.Value {
		ev := in.mod.ev
		if ev.in.Known != nil {
			if v, ok := ev.in.Known(in.Address, name); ok {
				return in.hide(name, v)
			}
		}
		if in.Resource.Data {
			if v, ok := in.evaluated(name); ok {
				return v
			}
		} else if in.Resource.Type == "terraform_data" && name == "output" && in.has("input") {
			return in.attr("input")
		}
		if in.has(name) {
			return in.written(name)
		}
		return in.hide(name, in.computed(name))
	})
}

// hide marks what the provider calls sensitive.
func (in *Instance) hide(name string, v cty.Value) cty.Value {
	if in.schema != nil && in.schema.Attrs[name].Sensitive {
		return v.Mark(funcs.Sensitive)
	}
	return v
}

// scope returns where the arguments are worked out.
func (in *Instance) scope() *scope { return &scope{ev: in.mod.ev, mod: in.mod, rep: in.rep} }

// written returns what the author wrote.
func (in *Instance) written(name string) cty.Value {
	s := in.scope()
	if a := in.Resource.Body.Attrs[name]; a != nil {
		v := s.argument(a, s.context())
		if in.schema != nil {
			if attr, ok := in.schema.Attrs[name]; ok {
				v = in.mod.ev.conformAttr(v, attr.Type)
			}
		}
		return in.hide(name, v)
	}
	var nested *schema.Block
	if in.schema != nil {
		nested = in.schema.Blocks[name].Block
	}
	return s.blocks(name, in.Resource.Body, nested, s.context())
}

// computed returns what stands for an attribute that nobody wrote.
func (in *Instance) computed(name string) cty.Value {
	ev := in.mod.ev
	ref := cty.StringVal(ev.tokens.Ref(graph.Ref{Address: in.Address, Attr: name}))
	if in.schema == nil {
		return ref
	}
	if attr, ok := in.schema.Attrs[name]; ok {
		if attr.Type == cty.String {
			return ref
		}
		return cty.UnknownVal(attr.Type)
	}
	if _, ok := in.schema.Blocks[name]; ok {
		return cty.DynamicVal
	}
	return ref
}

// object returns the instance with all its attributes.
func (in *Instance) object() cty.Value {
	return memoOf(in.attrs, "\x00object").get(in.mod.ev, in.Address, func() cty.Value {
		names := map[string]bool{"id": true}
		for name := range in.Resource.Body.Attrs {
			names[name] = true
		}
		for _, b := range in.Resource.Body.Blocks {
			names[blockName(b)] = true
		}
		if in.schema != nil {
			for name := range in.schema.Attrs {
				names[name] = true
			}
			for name := range in.schema.Blocks {
				names[name] = true
			}
		} else {
			names["arn"], names["name"] = true, true
		}
		attrs := map[string]cty.Value{}
		for name := range names {
			if !metaArguments[name] {
				attrs[name] = in.attr(name)
			}
		}
		return cty.ObjectVal(attrs)
	})
}

// work evaluates what the author wrote.
func (in *Instance) work() {
	in.values = map[string]cty.Value{}
	for name := range in.Resource.Body.Attrs {
		if !metaArguments[name] {
			in.values[name] = in.attr(name)
		}
	}
	for _, b := range in.Resource.Body.Blocks {
		if name := blockName(b); !metaArguments[name] && in.values[name] == cty.NilVal {
			in.values[name] = in.attr(name)
		}
	}
	if in.Resource.Data {
		for _, name := range in.mod.ev.evaluators[in.Resource.Type].names {
			in.values[name] = in.attr(name)
		}
	}
}

// Values returns the arguments and blocks that the author wrote, by name. Blocks are tuples of objects.
func (in *Instance) Values() map[string]cty.Value { return in.values }

// Computed returns the names of attributes that only AWS knows, because nobody wrote them.
func (in *Instance) Computed() []string {
	var out []string
	if in.schema == nil {
		return nil
	}
	for name, a := range in.schema.Attrs {
		if a.Computed && in.values[name] == cty.NilVal {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Filled says that the provider fills in an argument within blocks that somebody wrote, because nobody wrote the
// argument itself.
func (in *Instance) Filled(steps []string) bool {
	b, bodies := in.schema, []*Body{in.Resource.Body}
	for _, name := range steps {
		if b == nil {
			return false
		}
		var next []*Body
		for _, body := range bodies {
			if body.Attrs[name] != nil {
				return false
			}
			for _, nested := range body.Blocks {
				if blockName(nested) == name {
					next = append(next, contentOf(nested))
				}
			}
		}
		if attr, ok := b.Attrs[name]; ok {
			return attr.Computed && len(next) == 0
		}
		if b, bodies = b.Blocks[name].Block, next; len(next) == 0 {
			return false
		}
	}
	return false
}

// conformAttr converts a value to the type that the provider has for it.
func (ev *evaluation) conformAttr(v cty.Value, ty cty.Type) cty.Value {
	out, err := convert.Convert(v, ty)
	if err != nil {
		return v
	}
	return out
}
