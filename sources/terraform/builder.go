package terraform

import (
	"cmp"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// builder gathers the declarations of one moment. What is unknown in them waits until the configuration,
// which comes last in a plan, can say what it refers to.
type builder struct {
	resources []graph.Resource
	pending   []pending
	documents []*policyDocument
	tellers   []teller
	secrets   *secrets // of the whole document
	filler    *filler  // nil where there is no configuration at hand, or it says nothing of this moment
}

// add declares what a row says of one managed instance.
func (b *builder) add(address, provider string, row *compiled, v values) bool {
	if row == nil || v.value == nil {
		return false
	}
	if b.filler != nil {
		b.filler.known[address] = v
		if hasTrue(v.unknown) {
			b.filler.waiting = append(b.filler.waiting, waiting{address: address, provider: provider, row: row, values: v})
			return false
		}
	}
	b.declareValues(address, provider, row, v)
	return true
}

// declareValues declares an instance of which is known all that will be.
func (b *builder) declareValues(address, provider string, row *compiled, v values) {
	b.secrets.gather(v.value, v.sensitive)
	owner := len(b.resources)
	r := row.project(v, func(p pending) {
		p.owner = owner
		if slices.ContainsFunc(p.at, func(at place) bool { return at.name == "" }) {
			top := p.at[0].name
			p.value = map[string]any{top: member(v.value, top)}
		}
		b.pending = append(b.pending, p)
	})
	r.Address, r.Provider = address, provider
	b.resources = append(b.resources, r)
}

// remove declares that a fragment is taken away: what it set is no longer set on its node.
func (b *builder) remove(address string, row *compiled, before values) {
	if row.Of == "" || row.StandIn || before.value == nil {
		return
	}
	r := row.project(before, func(pending) {})
	settle(&r)
	for i := range row.attrs {
		info := row.attrs[i].info
		r.Attrs.Set(info.Name, info.Unset())
	}
	r.Address, r.Removed = address, true
	b.resources = append(b.resources, r)
}

// data files one instance of a data source: a policy document, what a provider tells of itself, or a
// resource that is looked up.
func (b *builder) data(address, provider, typ string, row *compiled, v values) {
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
		settle(&b.resources[i])
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
	locate(r, row, in)
	filled := marks[r.Address]
	for i := range row.attrs {
		a := &row.attrs[i]
		attr, ok := r.Attrs[a.info.Name]
		if ok && attr.Value.State() != graph.Absent && slices.ContainsFunc(a.alts, func(p path) bool { return filled.at(p.steps) }) {
			attr.Recovered = true
			r.Attrs[a.info.Name] = attr
		}
	}
}
