package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
	"github.com/trailguard/trailguard/sources/terraform/config"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
)

// filler works out what a plan does not tell from the configuration that it is of. What the plan knows always wins.
type filler struct {
	configuration *config.Configuration
	known         map[string]table.Values     // instances that the plan speaks of
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
	row               *table.Compiled
	values            table.Values
	lookup            bool
}

func newFiller(c *config.Configuration) *filler {
	return &filler{
		configuration: c, known: map[string]table.Values{}, documents: map[string]string{}, keys: map[string][]string{},
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
	m := v.Member(name)
	if m.Value == nil || m.Unknown == true || table.HasTrue(m.Unknown) {
		return cty.NilVal, false
	}
	out := encode(m.Value)
	if table.HasTrue(m.Sensitive) {
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
func fill(plan, source table.Values) (table.Values, recovery) {
	filled := recovery{}
	value, _ := plan.Value.(map[string]any)
	unknown, _ := plan.Unknown.(map[string]any)
	if plan.Unknown == true || value == nil {
		return plan, filled
	}
	out := table.Values{Value: map[string]any{}, Unknown: map[string]any{}, Sensitive: plan.Sensitive}
	merged, _ := out.Value.(map[string]any)
	open, _ := out.Unknown.(map[string]any)
	maps.Copy(merged, value)
	for name, mark := range unknown {
		open[name] = mark
		if !table.HasTrue(mark) {
			continue
		}
		m, some := filled.merge(name, plan.Member(name), source.Member(name))
		if !some {
			continue
		}
		merged[name], open[name] = m.Value, m.Unknown
		if m.Sensitive != nil {
			out.Sensitive = withMark(out.Sensitive, name, m.Sensitive)
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
func (t recovery) merge(way string, plan, source table.Values) (out table.Values, some bool) {
	if plan.Unknown == true {
		if source.Value == nil {
			return plan, false
		}
		if plan.Sensitive != nil && source.Sensitive == nil {
			source.Sensitive = plan.Sensitive
		}
		t[way] = true
		return source, true
	}
	if marks, ok := plan.Unknown.(map[string]any); ok {
		value := map[string]any{}
		unknown := map[string]any{}
		if had, ok := plan.Value.(map[string]any); ok {
			maps.Copy(value, had)
		}
		for name, mark := range marks {
			unknown[name] = mark
			if !table.HasTrue(mark) {
				continue
			}
			if m, ok := t.merge(way+"."+name, plan.Member(name), source.Member(name)); ok {
				value[name], unknown[name], some = m.Value, m.Unknown, true
				if m.Sensitive != nil {
					plan.Sensitive = withMark(plan.Sensitive, name, m.Sensitive)
				}
			}
		}
		return table.Values{Value: value, Unknown: unknown, Sensitive: plan.Sensitive}, some
	}
	if _, ok := plan.Unknown.([]any); ok {
		return t.mergeList(way, plan, source)
	}
	return plan, false
}

// mergeList pairs the elements of a list of the plan with those of the configuration: known ones with their equals,
// then the others in order, where what is known of both agrees. Providers sort sets.
func (t recovery) mergeList(way string, plan, source table.Values) (out table.Values, some bool) {
	ours, theirs := plan.Elements(), source.Elements()
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
		if !table.HasTrue(ours[i].Unknown) {
			if j := pair(i); j >= 0 {
				used[j] = true
			}
		}
	}
	list, unknown, sensitive := make([]any, len(ours)), make([]any, len(ours)), make([]any, len(ours))
	for i, e := range ours {
		if table.HasTrue(e.Unknown) {
			if j := pair(i); j >= 0 {
				used[j] = true
				if m, ok := t.merge(way, e, theirs[j]); ok {
					e, some = m, true
				}
			}
		}
		list[i], unknown[i], sensitive[i] = e.Value, e.Unknown, e.Sensitive
	}
	return table.Values{Value: list, Unknown: unknown, Sensitive: unlessEmpty(sensitive)}, some
}

// mayBe says that nothing that is known of a value of the plan contradicts one of the configuration.
func mayBe(plan, source table.Values) bool {
	if plan.Unknown == true || plan.Value == nil || source.Value == nil || source.Unknown == true {
		return true
	}
	switch s := source.Value.(type) {
	case table.Symbolic:
		str, ok := plan.Value.(string)
		return ok && s.Text().Equal(graph.Literal(str)) != graph.No
	case map[string]any:
		m, ok := plan.Value.(map[string]any)
		if !ok {
			return false
		}
		for name := range m {
			if !mayBe(plan.Member(name), source.Member(name)) {
				return false
			}
		}
		return true
	case []any:
		list, ok := plan.Value.([]any)
		if !ok {
			return false
		}
		return len(list) == 0 || len(s) == 0 || len(list) == len(s) || slices.ContainsFunc(source.Elements(), func(e table.Values) bool { return e.Unknown == true })
	}
	return sameConstant(plan.Value, source.Value)
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
