package terraform

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// builder gathers the declarations of one moment. What is unknown in them waits until the configuration,
// which comes last in a plan, can say what it refers to.
type builder struct {
	resources []graph.Resource
	pending   []table.Pending
	documents []*policyDocument
	tellers   []teller
	secrets   *secrets // of the whole document
	filler    *filler  // nil where there is no configuration at hand, or it says nothing of this moment
}

// add declares what a row says of one managed instance.
func (b *builder) add(address, provider string, row *table.Compiled, v table.Values) bool {
	if row == nil || v.Value == nil {
		return false
	}
	if b.filler != nil {
		b.filler.known[address] = v
		if table.HasTrue(v.Unknown) {
			b.filler.waiting = append(b.filler.waiting, waiting{address: address, provider: provider, row: row, values: v})
			return false
		}
	}
	b.declareValues(address, provider, row, v)
	return true
}

// declareValues declares an instance of which is known all that will be.
func (b *builder) declareValues(address, provider string, row *table.Compiled, v table.Values) {
	b.secrets.gather(v.Value, v.Sensitive)
	owner := len(b.resources)
	r := row.Project(v, func(p table.Pending) {
		p.Owner = owner
		if slices.ContainsFunc(p.At, func(at table.Place) bool { return at.Name == "" }) {
			top := p.At[0].Name
			p.Value = map[string]any{top: table.Member(v.Value, top)}
		}
		b.pending = append(b.pending, p)
	})
	r.Address, r.Provider = address, provider
	b.resources = append(b.resources, r)
}

// remove declares that a fragment is taken away: what it set is no longer set on its node.
func (b *builder) remove(address string, row *table.Compiled, before table.Values) {
	if row.Of == "" || row.StandIn || before.Value == nil {
		return
	}
	r := row.Project(before, func(table.Pending) {})
	table.Settle(&r)
	for i := range row.Entries {
		info := row.Entries[i].Info
		r.Attrs.Set(info.Name, info.Unset())
	}
	r.Address, r.Removed = address, true
	b.resources = append(b.resources, r)
}

// data files one instance of a data source: a policy document, what a provider tells of itself, or a
// resource that is looked up.
func (b *builder) data(address, provider, typ string, row *table.Compiled, v table.Values) {
	switch {
	case typ == typePolicyDocument:
		doc := readDocument(address, v)
		b.documents = append(b.documents, doc)
		if b.filler != nil && doc.json != "" && !doc.hidden {
			b.filler.documents[address] = doc.json
		}
	case told(typ):
		if b.filler != nil {
			b.filler.known[address] = v
		}
		if t, ok := tellerOf(address, provider, typ, v); ok {
			b.tellers = append(b.tellers, t)
		}
	default:
		switch n := len(b.resources); {
		case b.add(address, provider, row, v):
			b.resources[n].Lookup = true
		case b.filler != nil && len(b.filler.waiting) > 0 && b.filler.waiting[len(b.filler.waiting)-1].address == address:
			b.filler.waiting[len(b.filler.waiting)-1].lookup = true
		}
	}
}

// finish resolves what waits, settles who owns each resource, and returns the inventory. res is nil where
// there is no configuration.
func (b *builder) finish(d *document, res *resolver) graph.Inventory {
	marks := b.fillIn()
	places := make([]address, len(b.resources))
	for i := range b.resources {
		places[i], _ = parseAddress(b.resources[i].Address)
	}
	if res != nil && len(b.pending) > 0 {
		for _, a := range places {
			res.know(a)
		}
		for _, doc := range b.documents {
			if a, ok := parseAddress(doc.address); ok {
				res.know(a)
			}
		}
		b.settle(res, places)
	}
	for i := range b.resources {
		table.Settle(&b.resources[i])
		if d.filler != nil {
			d.filler.locate(&b.resources[i], marks)
		}
	}
	for i := range b.resources {
		b.secrets.hide(&b.resources[i])
	}
	b.own(d, res, places)
	if d.filler != nil {
		for i := range b.resources {
			if in := d.filler.instances[b.resources[i].Address]; in != nil {
				b.settleHome(&b.resources[i], d.filler.result.Homes[in.Provider])
			}
		}
	}
	inv := graph.Inventory{Resources: b.resources}
	for i := range inv.Resources {
		inv.Resources[i].Scope = d.opts.Scope
	}
	slices.SortFunc(inv.Resources, func(x, y graph.Resource) int { return cmp.Compare(x.Address, y.Address) })
	b.resources, b.pending, b.documents = nil, nil, nil
	return inv
}

// fillIn declares the instances that waited for the configuration, and returns the arguments of each that it told.
func (b *builder) fillIn() map[string]recovery {
	f := b.filler
	if f == nil {
		return nil
	}
	b.filler = nil
	marks := map[string]recovery{}
	for _, w := range f.waiting {
		v := w.values
		if in := f.instances[w.address]; in != nil {
			v, marks[w.address] = fill(v, valuesOf(in, f.result))
		}
		b.declareValues(w.address, w.provider, w.row, v)
		b.resources[len(b.resources)-1].Lookup = w.lookup
	}
	f.waiting = nil
	return marks
}

// locate gives a resource its positions, and marks what of it was recovered.
func (f *filler) locate(r *graph.Resource, marks map[string]recovery) {
	in := f.instances[r.Address]
	if in == nil {
		return
	}
	row := rowOf(modeOf(in), in.Resource.Type)
	if row == nil {
		return
	}
	locate(r, row, in, true)
	filled := marks[r.Address]
	for i := range row.Entries {
		a := &row.Entries[i]
		attr, ok := r.Attrs[a.Info.Name]
		if ok && attr.Value.State() != graph.Absent && slices.ContainsFunc(a.Alts, func(p table.Path) bool { return filled.at(p.Steps) }) {
			attr.Recovered = true
			r.Attrs[a.Info.Name] = attr
		}
	}
}
