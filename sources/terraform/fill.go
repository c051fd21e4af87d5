package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/config"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
)

// filler works out what a plan does not tell from the configuration that it is of. What the plan knows always wins.
type filler struct {
	configuration *config.Configuration
	known         map[string]values           // instances that the plan speaks of
	documents     map[string]string           // policy documents that were read when the plan was made
	keys          map[string][]string         // of resources and module calls, by address without a key at its end
	variables     map[string]cty.Value        // of the root module
	waiting       []waiting                   // instances with something unknown
	instances     map[string]*config.Instance // that the configuration declares, once it is evaluated
	result        *config.Result
}

// waiting is an instance that is declared once the configuration is evaluated.
type waiting struct {
	address, provider string
	row               *compiled
	values            values
	lookup            bool
}

func newFiller(c *config.Configuration) *filler {
	return &filler{
		configuration: c, known: map[string]values{}, documents: map[string]string{}, keys: map[string][]string{},
		variables: map[string]cty.Value{}, instances: map[string]*config.Instance{},
	}
}

// know files the instance keys of an address.
func (f *filler) know(address string) {
	a, ok := parseAddress(address)
	if !ok {
		return
	}
	if a.key != "" {
		base := within(a.module(), a.local())
		f.keys[base] = insert(f.keys[base], a.key)
	}
	parent := ""
	for _, m := range a.modules {
		call := within(parent, "module."+m.name)
		if m.key != "" {
			f.keys[call] = insert(f.keys[call], m.key)
		}
		parent = call + m.key
	}
}

// evaluate works out the configuration with what the plan knows.
func (f *filler) evaluate(o Options) error {
	res, err := config.Evaluate(f.configuration, config.Inputs{
		Values: f.variables, Account: o.Account, Region: o.Region, Partition: o.Partition, PartitionOf: partitionOf,
		Workspace: o.Workspace, Known: f.value, Keys: func(address string) []string { return f.keys[address] }, Wanted: inTables,
	})
	if err != nil {
		return err //nolint:wrapcheck // it says where and what
	}
	f.result = res
	for _, in := range res.Instances {
		f.instances[in.Address] = in
	}
	return nil
}

// value returns an attribute that the plan knows.
func (f *filler) value(address, name string) (cty.Value, bool) {
	if doc, ok := f.documents[address]; ok && name == "json" {
		return cty.StringVal(doc), true
	}
	v, ok := f.known[address]
	if !ok {
		return cty.NilVal, false
	}
	m := v.member(name)
	if m.value == nil || m.unknown == true || hasTrue(m.unknown) {
		return cty.NilVal, false
	}
	out := encode(m.value)
	if hasTrue(m.sensitive) {
		out = out.Mark(funcs.Sensitive)
	}
	return out, true
}

// encode is the inverse of decode, for values without tokens.
func encode(v any) cty.Value {
	switch t := v.(type) {
	case string:
		return cty.StringVal(t)
	case bool:
		return cty.BoolVal(t)
	case float64:
		return cty.NumberFloatVal(t)
	case []any:
		list := make([]cty.Value, len(t))
		for i, e := range t {
			list[i] = encode(e)
		}
		return cty.TupleVal(list)
	case map[string]any:
		attrs := make(map[string]cty.Value, len(t))
		for k, e := range t {
			attrs[k] = encode(e)
		}
		return cty.ObjectVal(attrs)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// recovery is the ways, joined by dots, to the arguments that the configuration told.
type recovery map[string]bool

// at says that an argument was told, or something in it, or what it is a part of.
func (t recovery) at(steps []string) bool {
	way := strings.Join(steps, ".") + "."
	for name := range t {
		if strings.HasPrefix(way, name+".") || strings.HasPrefix(name+".", way) {
			return true
		}
	}
	return false
}

// fill returns the values of a plan with what the configuration tells of the unknown ones, and where it told something.
func fill(plan, source values) (values, recovery) {
	filled := recovery{}
	value, _ := plan.value.(map[string]any)
	unknown, _ := plan.unknown.(map[string]any)
	if plan.unknown == true || value == nil {
		return plan, filled
	}
	out := values{value: map[string]any{}, unknown: map[string]any{}, sensitive: plan.sensitive}
	merged, _ := out.value.(map[string]any)
	open, _ := out.unknown.(map[string]any)
	maps.Copy(merged, value)
	for name, mark := range unknown {
		open[name] = mark
		if !hasTrue(mark) {
			continue
		}
		m, some := filled.merge(name, plan.member(name), source.member(name))
		if !some {
			continue
		}
		merged[name], open[name] = m.value, m.unknown
		if m.sensitive != nil {
			out.sensitive = withMark(out.sensitive, name, m.sensitive)
		}
	}
	return out, filled
}

func withMark(marks any, name string, mark any) any {
	if marks == true {
		return marks
	}
	out := map[string]any{name: mark}
	if had, ok := marks.(map[string]any); ok {
		for k, v := range had {
			if k != name {
				out[k] = v
			}
		}
	}
	return out
}

// merge puts what the configuration says into the unknown places of a value; some says that there was any.
func (t recovery) merge(way string, plan, source values) (out values, some bool) {
	if plan.unknown == true {
		if source.value == nil {
			return plan, false
		}
		if plan.sensitive != nil && source.sensitive == nil {
			source.sensitive = plan.sensitive
		}
		t[way] = true
		return source, true
	}
	if marks, ok := plan.unknown.(map[string]any); ok {
		value := map[string]any{}
		unknown := map[string]any{}
		if had, ok := plan.value.(map[string]any); ok {
			maps.Copy(value, had)
		}
		for name, mark := range marks {
			unknown[name] = mark
			if !hasTrue(mark) {
				continue
			}
			if m, ok := t.merge(way+"."+name, plan.member(name), source.member(name)); ok {
				value[name], unknown[name], some = m.value, m.unknown, true
				if m.sensitive != nil {
					plan.sensitive = withMark(plan.sensitive, name, m.sensitive)
				}
			}
		}
		return values{value: value, unknown: unknown, sensitive: plan.sensitive}, some
	}
	if _, ok := plan.unknown.([]any); ok {
		return t.mergeList(way, plan, source)
	}
	return plan, false
}

// mergeList pairs the elements of a list of the plan with those of the configuration: known ones with their equals,
// then the others in order, where what is known of both agrees. Providers sort sets.
func (t recovery) mergeList(way string, plan, source values) (out values, some bool) {
	ours, theirs := plan.elements(), source.elements()
	used := make([]bool, len(theirs))
	pair := func(i int) int {
		fits := func(j int) bool { return j < len(theirs) && !used[j] && mayBe(ours[i], theirs[j]) }
		if fits(i) {
			return i
		}
		for j := range theirs {
			if fits(j) {
				return j
			}
		}
		return -1
	}
	for i := range ours {
		if !hasTrue(ours[i].unknown) {
			if j := pair(i); j >= 0 {
				used[j] = true
			}
		}
	}
	list, unknown, sensitive := make([]any, len(ours)), make([]any, len(ours)), make([]any, len(ours))
	for i, e := range ours {
		if hasTrue(e.unknown) {
			if j := pair(i); j >= 0 {
				used[j] = true
				if m, ok := t.merge(way, e, theirs[j]); ok {
					e, some = m, true
				}
			}
		}
		list[i], unknown[i], sensitive[i] = e.value, e.unknown, e.sensitive
	}
	return values{value: list, unknown: unknown, sensitive: unlessEmpty(sensitive)}, some
}

// mayBe says that nothing that is known of a value of the plan contradicts one of the configuration.
func mayBe(plan, source values) bool {
	if plan.unknown == true || plan.value == nil || source.value == nil || source.unknown == true {
		return true
	}
	switch s := source.value.(type) {
	case symbolic:
		str, ok := plan.value.(string)
		return ok && s.text().Equal(graph.Literal(str)) != graph.No
	case map[string]any:
		m, ok := plan.value.(map[string]any)
		if !ok {
			return false
		}
		for name := range m {
			if !mayBe(plan.member(name), source.member(name)) {
				return false
			}
		}
		return true
	case []any:
		list, ok := plan.value.([]any)
		if !ok {
			return false
		}
		return len(list) == 0 || len(s) == 0 || len(list) == len(s) || slices.ContainsFunc(source.elements(), func(e values) bool { return e.unknown == true })
	}
	return sameConstant(plan.value, source.value)
}

// inTables says that a resource of the type is of use.
func inTables(data bool, typ string) bool {
	if data {
		return rows()["data."+typ] != nil
	}
	return rows()[typ] != nil
}

// difference returns the address of something of the root module that only one of the configuration and the plan
// declares; nothing where they agree, as far as the plan tells.
func (f *filler) difference(plan *module) string {
	if plan == nil {
		return ""
	}
	root := f.configuration.Root
	var out []string
	for local := range plan.resources {
		if root.Resources[local] == nil {
			out = append(out, local)
		}
	}
	for name := range plan.calls {
		if root.Calls[name] == nil {
			out = append(out, "module."+name)
		}
	}
	for local, r := range root.Resources {
		if plan.resources[local] == nil && wanted(map[bool]string{true: "data", false: "managed"}[r.Data], r.Type) {
			out = append(out, local)
		}
	}
	for name := range root.Calls {
		if plan.calls[name] == nil {
			out = append(out, "module."+name)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return slices.Min(out)
}

// missing says which modules of the configuration are not at hand, so that what is unknown in them stays so. Other
// gaps of the configuration are no gaps of the plan, which may know what could not be worked out.
func (f *filler) missing() []string {
	var out []string
	for _, g := range f.result.Gaps {
		if g.Reason == graph.ReasonNotInInput {
			out = append(out, "the configuration at hand is not complete: "+strings.TrimPrefix(g.What, "what is in ")+"; "+g.SettledBy+" settles it")
		}
	}
	return out
}
