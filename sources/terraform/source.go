package terraform

import (
	"cmp"
	"errors"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/ignore"
	"github.com/trailguard/trailguard/sources/table"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// KindSource is the kind of [Info] of a configuration.
const KindSource = "terraform configuration"

// SourceOptions say which configuration is read, and with which variables.
type SourceOptions struct {
	Options
	Tree *config.Tree
	// Given are values of variables that take precedence over those of files, the later over the earlier; Fallback
	// are those that files take precedence over, as the environment's are.
	Given, Fallback []config.Given
}

// Source is what a configuration declares.
type Source struct {
	Info
	Inventory graph.Inventory
}

// ReadSource evaluates a configuration as if it were planned where there is nothing yet. It returns a
// [*config.Error] where a file cannot be read or parsed, or a bound is exceeded.
func ReadSource(o SourceOptions) (*Source, error) {
	c, err := config.Load(o.Tree)
	if err != nil {
		return nil, err //nolint:wrapcheck // it says where and what
	}
	given, err := o.variables()
	if err != nil {
		return nil, err
	}
	res, err := config.Evaluate(c, config.Inputs{
		Given: given, Account: o.Account, Region: o.Region, Partition: o.Partition, PartitionOf: partitionOf,
		Workspace: o.Tree.Workspace(), Wanted: inTables,
	})
	if err != nil {
		return nil, err //nolint:wrapcheck // it says where and what
	}
	s := &Source{Info: Info{Kind: KindSource}}
	b := &builder{secrets: newSecrets()}
	for _, in := range res.Instances {
		row := rowOf(modeOf(in), in.Resource.Type)
		if row == nil {
			continue
		}
		b.declare(in, row, res)
	}
	s.Ignored = ignored(c, res)
	for _, secret := range res.Secrets {
		b.secrets.add(secret)
	}
	s.Inventory = b.finishSource(o.Options, res)
	s.Inventory.Gaps = append(s.Inventory.Gaps, res.Gaps...)
	s.Inventory.Ignores = ignoresOf(c, res)
	return s, nil
}

// variables returns the values that are given of root variables, in the order in which they count.
func (o SourceOptions) variables() ([]config.Given, error) {
	given := slices.Clone(o.Fallback)
	for _, file := range o.Tree.AutoFiles() {
		more, err := o.Tree.ReadVariables(file)
		if err != nil {
			return nil, err //nolint:wrapcheck // it says where and what
		}
		given = append(given, more...)
	}
	return append(given, o.Given...), nil
}

func modeOf(in *config.Instance) string {
	if in.Resource.Data {
		return "data"
	}
	return "managed"
}

// valuesOf returns the values of an instance as a plan would have them.
func valuesOf(in *config.Instance, res *config.Result) table.Values {
	v := decode(cty.ObjectVal(in.Values()), res.Tokens)
	unknown, _ := v.Unknown.(map[string]any)
	if unknown == nil {
		unknown = map[string]any{}
	}
	for _, name := range in.Computed() {
		unknown[name] = true
	}
	if v.Value == nil {
		v.Value = map[string]any{}
	}
	v.Unknown = unknown
	return withDefaults(in.Resource.Type, v)
}

// declare adds an instance of a configuration. What nobody wrote and the provider fills in is not set.
func (b *builder) declare(in *config.Instance, row *table.Compiled, res *config.Result) {
	first := len(b.pending)
	if !b.add(in.Address, in.Provider, row, valuesOf(in, res)) {
		return
	}
	for i := first; i < len(b.pending); i++ {
		if p := &b.pending[i]; p.Alt.Computed && !in.Wrote(namesOf(p.At, p.Alt.Steps)) {
			unset(p)
		}
	}
	b.pending = b.pending[:first]
	r := &b.resources[len(b.resources)-1]
	r.Lookup = in.Resource.Data
	r.Doubt, r.SettledBy = in.Doubt()
	for i := range row.Entries {
		a := &row.Entries[i]
		attr, set := r.Attrs[a.Info.Name]
		unset := !set || attr.Value.State() == graph.Absent || attr.Value.IsDefault()
		if unset && len(a.Alts) == 1 && !a.Alts[0].Computed && len(a.Alts[0].Steps) > 1 && in.Filled(a.Alts[0].Steps) {
			r.Attrs.Set(a.Info.Name, graph.UnknownOf[any](graph.ReasonAfterApply))
		}
	}
	locate(r, row, in, false)
}

// namesOf returns the names of the arguments on the way to a place, and on.
func namesOf(at []table.Place, steps []string) []string {
	var out []string
	for _, a := range argumentsOf(at, steps) {
		out = append(out, a.name)
	}
	return out
}

// locate gives a resource and its attributes the positions at which they are written. planned says that the values are
// those of a plan.
func locate(r *graph.Resource, row *table.Compiled, in *config.Instance, planned bool) {
	r.Pos = in.Pos()
	for i := range row.Entries {
		a := &row.Entries[i]
		attr, ok := r.Attrs[a.Info.Name]
		if !ok {
			continue
		}
		for _, p := range a.Alts {
			if pos, written := in.ArgumentPos(p.Steps...); written {
				attr.Pos = pos
				if a.Info.Type == graph.TypePolicy {
					attr = statementsOf(attr, in.Documents(p.Steps...), 0, planned)
				}
				r.Attrs[a.Info.Name] = attr
				break
			}
		}
		if blocks, ok := attr.Value.Get(); ok && a.Info.Type == graph.TypeBlocks {
			if list, isList := blocks.([]graph.Attrs); isList && len(a.Alts) == 1 {
				locateBlocks(a, list, in.Blocks(a.Alts[0].Steps...))
				statementsWithin(a, list, in, planned)
			}
		}
	}
}

// locateBlocks gives the fields of blocks the positions at which they are written. One written block may make several;
// where there are several written ones, and not as many as there are blocks, nobody knows which made which.
func locateBlocks(a *table.Attr, blocks []graph.Attrs, written []map[string]graph.Pos) {
	if len(written) != 1 && len(written) != len(blocks) {
		return
	}
	for i, b := range blocks {
		at := written[min(i, len(written)-1)]
		for j := range a.Fields {
			f := &a.Fields[j]
			field, ok := b[f.Info.Name]
			if !ok {
				continue
			}
			field.Pos = at[""]
			for _, p := range f.Alts {
				if pos, said := at[p.Steps[0]]; said {
					field.Pos = pos
				}
			}
			b[f.Info.Name] = field
		}
	}
}

// finishSource settles who owns each resource of a configuration, and returns the inventory.
func (b *builder) finishSource(o Options, res *config.Result) graph.Inventory {
	for i := range b.resources {
		r := &b.resources[i]
		table.Settle(r)
		b.secrets.hide(r)
		b.settleHome(r, res.Homes[r.Provider])
	}
	inv := graph.Inventory{Resources: b.resources, SettledBy: "the plan, or the state after apply"}
	for i := range inv.Resources {
		inv.Resources[i].Scope = o.Scope
	}
	slices.SortFunc(inv.Resources, func(x, y graph.Resource) int { return cmp.Compare(x.Address, y.Address) })
	return inv
}

// settleHome tells where a resource is: what is not known is a symbol, and what is a secret elsewhere is nothing.
func (b *builder) settleHome(r *graph.Resource, home *config.Home) {
	if home == nil {
		return
	}
	for _, f := range []struct {
		into   *graph.Value[string]
		symbol *graph.Text
		text   graph.Text
	}{{&r.Account, &r.Symbols.Account, home.Account}, {&r.Region, &r.Symbols.Region, home.Region}, {&r.Partition, &r.Symbols.Partition, home.Partition}} {
		s, ok := f.text.Literal()
		if ok && b.secrets.in(s) {
			continue
		}
		*f.symbol = f.text
		if ok && f.into.State() == graph.Unknown {
			*f.into = graph.KnownOf(s)
		}
	}
	if graph.InfoOf(r.Kind).Global && r.Kind != graph.KindBucket {
		r.Region = graph.AbsentOf[string]()
	}
}

// ignored counts the instances of resources whose type is in none of the tables, as far as that is told without
// working them out: each counts once.
func ignored(_ *config.Configuration, res *config.Result) int {
	n := 0
	for _, m := range res.Modules {
		for _, r := range m.Module.Resources {
			if !r.Data && rows()[r.Type] == nil {
				n += len(m.Calls)
			}
		}
	}
	return n
}

// ignoresOf returns the ignores of every module of a configuration.
func ignoresOf(c *config.Configuration, res *config.Result) []graph.Ignore {
	var out []graph.Ignore
	for _, m := range res.Modules {
		for _, f := range m.Module.Files {
			if f.Body == nil {
				continue
			}
			for _, ig := range ignore.HCL(f.Source, c.Label(f), f.Body) {
				if len(ig.Modules) > 0 {
					name := ig.Modules[0]
					ig.Modules = nil
					for _, at := range m.Calls {
						ig.Modules = append(ig.Modules, within(at, "module."+name))
					}
				}
				out = append(out, ig)
			}
		}
	}
	return out
}

// AsConfigError returns the error of a configuration that an error is, or nil.
func AsConfigError(err error) *config.Error {
	e, _ := errors.AsType[*config.Error](err)
	return e
}
