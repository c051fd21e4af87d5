package terraform

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// settle gives every value that waits what the configuration tells of it.
func (b *builder) settle(res *resolver, places []address) {
	docs := &documents{res: res, byAddr: make(map[string]*policyDocument, len(b.documents))}
	for _, doc := range b.documents {
		docs.byAddr[doc.address] = doc
	}
	for i := range b.pending {
		p := &b.pending[i]
		a := places[p.Owner]
		s := res.scopeOf(a.modules)
		if s == nil {
			continue
		}
		config := s.module.resources[a.local()]
		if config == nil {
			continue
		}
		exprs, written := expressions(config, p.Alt.Steps, p.At, p.Value)
		if !written {
			if p.Alt.Computed {
				unset(p)
			}
			continue
		}
		set(p, docs, res.references(exprs, s, config.ForEachExpression, 0))
	}
}

// unset says that nobody set the value: the provider fills it in.
func unset(p *table.Pending) {
	if p.Elem < 0 {
		p.Attrs.Set(p.Attr.Info.Name, p.Attr.Info.Unset())
	}
}

// set gives a value what it refers to.
func set(p *table.Pending, docs *documents, f found) {
	if p.Elem >= 0 {
		list := p.Attrs.Texts(p.Attr.Info.Name)
		if texts, ok := list.Get(); ok && p.Elem < len(texts) {
			texts[p.Elem] = element(p, f) // the list is the builder's own until it is handed on
		}
		return
	}
	var v any
	hidden := p.Hidden
	switch p.Attr.Info.Type {
	case graph.TypeText:
		if len(f.refs) == 0 && !f.many || p.Attr.Info.Name == table.AttrName {
			return
		}
		v = holeOf(f)
	case graph.TypePolicy:
		t := holeOf(f)
		if !isDocuments(docs, f) { // made of them, not one of them
			t = graph.Hole(graph.ReasonAfterApply, f.refs...)
		}
		if doc, ok := documentOf(docs, f); ok {
			var secret bool
			t, secret = docs.text(doc)
			hidden = hidden || secret
		}
		v = t
	case graph.TypeTexts:
		if len(f.refs) == 0 && !f.many {
			return
		}
		v = []graph.Text{holeOf(f)}
	case graph.TypeBool, graph.TypeInt, graph.TypeBlocks:
		return
	}
	out := graph.KnownOf(v)
	if hidden {
		out = out.Hide()
	}
	p.Attrs.Set(p.Attr.Info.Name, out)
}

// element returns an unknown element of a list. Terraform gives all that a list refers to at once. Where the
// elements are as many as the resources that the list refers to, and nothing chooses among those, each
// element is of one of them, and it does not matter which.
func element(p *table.Pending, f found) graph.Text {
	if f.indexed || f.many || len(f.refs) != p.Of || p.Of < 2 || slices.ContainsFunc(f.refs, isSymbol) {
		return holeOf(f)
	}
	return graph.Hole(graph.ReasonAfterApply, f.refs[p.Nth])
}

// isSymbol says that a reference is to a variable or a local value, not to a resource.
func isSymbol(r graph.Ref) bool {
	a, ok := parseAddress(r.Address)
	return !ok || a.typ == "var" || a.typ == "local"
}

// isDocuments says that a value is made of nothing but policy documents.
func isDocuments(docs *documents, f found) bool {
	return f.many || !slices.ContainsFunc(f.refs, func(r graph.Ref) bool { return docs.byAddr[r.Address] == nil })
}

// documentOf returns the one policy document that a value is.
func documentOf(docs *documents, f found) (string, bool) {
	if len(f.refs) != 1 || f.many || docs.byAddr[f.refs[0].Address] == nil {
		return "", false
	}
	return f.refs[0].Address, true
}
