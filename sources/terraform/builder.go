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
}

// add declares what a row says of one managed instance.
func (b *builder) add(address, provider string, row *compiled, v values) bool {
	if row == nil || v.value == nil {
		return false
	}
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
	return true
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
		b.documents = append(b.documents, readDocument(address, v))
	case told(typ):
		if t, ok := tellerOf(address, provider, typ, v); ok {
			b.tellers = append(b.tellers, t)
		}
	default:
		if b.add(address, provider, row, v) {
			b.resources[len(b.resources)-1].Lookup = true
		}
	}
}

// finish resolves what waits, settles who owns each resource, and returns the inventory. res is nil where
// there is no configuration.
func (b *builder) finish(d *document, res *resolver) graph.Inventory {
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
	}
	for i := range b.resources {
		b.secrets.hide(&b.resources[i])
	}
	b.own(d, res, places)
	inv := graph.Inventory{Resources: b.resources}
	for i := range inv.Resources {
		inv.Resources[i].Scope = d.opts.Scope
	}
	slices.SortFunc(inv.Resources, func(x, y graph.Resource) int { return cmp.Compare(x.Address, y.Address) })
	b.resources, b.pending, b.documents = nil, nil, nil
	return inv
}
