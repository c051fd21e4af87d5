package cloudformation

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/table"
)

// find returns the node under one key after the other. Of a choice it is in the branch that is taken, as far as the
// scenario says which.
func (e *evaluator) find(n *template.Node, steps []string) *template.Node {
	if n == nil {
		return nil
	}
	if name, arg := n.Call(); name == "Fn::If" {
		args := arguments(arg, 2, 3)
		if args == nil {
			return nil
		}
		branches := args[1:]
		if condition, ok := args[0].Scalar(); ok && e.scenario != nil {
			if is, asked := e.scenario.names[condition]; asked && is {
				branches = args[1:2]
			} else if asked {
				branches = args[2:]
			}
		}
		for _, branch := range branches {
			if found := e.find(branch, steps); found != nil {
				return found
			}
		}
		return nil
	}
	if len(steps) == 0 {
		return n
	}
	if n.Kind == template.List {
		for _, it := range n.Items {
			if found := e.find(it, steps); found != nil {
				return found
			}
		}
		return nil
	}
	return e.find(n.Get(steps[0]), steps[1:])
}

// elementNodes returns where the elements of a list are: in their places where the list is written out, and else at the list.
func elementNodes(n *template.Node) func(i int) *template.Node {
	written := n != nil && n.Kind == template.List && !slices.ContainsFunc(n.Items, func(it *template.Node) bool { name, _ := it.Call(); return name == "Fn::If" })
	return func(i int) *template.Node {
		if written && i < len(n.Items) {
			return n.Items[i]
		}
		return n
	}
}

// locate gives a resource and its attributes the positions at which they are written.
func (e *evaluator) locate(r *graph.Resource, c *compiled, properties, element *template.Node) {
	if c.each != nil && element != nil {
		r.Pos = element.Pos
	}
	for i := range c.Entries {
		a := &c.Entries[i]
		attr, ok := r.Attrs[a.Info.Name]
		if !ok {
			continue
		}
		for _, alt := range a.Alts {
			from, steps := properties, alt.Steps
			if len(steps) > 0 && steps[0] == "Each" {
				from, steps = element, steps[1:]
			}
			n := e.find(from, steps)
			if n == nil {
				continue
			}
			attr.Pos = n.Pos
			r.Attrs[a.Info.Name] = attr
			if blocks, known := attr.Value.Get(); known && a.Info.Type == graph.TypeBlocks {
				e.locateBlocks(a, blocks, n)
			}
			break
		}
		switch a.Info.Type { //nolint:exhaustive // the others have no policies
		case graph.TypePolicy:
			r.Attrs[a.Info.Name] = e.placeStatements(a, r.Attrs[a.Info.Name], properties, element)
		case graph.TypeBlocks:
			if blocks, known := attr.Value.Get(); known {
				list, _ := blocks.([]graph.Attrs)
				e.placeWithin(a, list, properties)
			}
		}
	}
}

// locateBlocks gives the fields of blocks their positions, where each block is written out.
func (e *evaluator) locateBlocks(a *table.Attr, blocks any, n *template.Node) {
	list, _ := blocks.([]graph.Attrs)
	for i, b := range list {
		item := n
		if n.Kind == template.List {
			if len(n.Items) != len(list) {
				return
			}
			item = n.Items[i]
		}
		for j := range a.Fields {
			f := &a.Fields[j]
			field, ok := b[f.Info.Name]
			if !ok {
				continue
			}
			for _, alt := range f.Alts {
				if at := e.find(item, alt.Steps); at != nil {
					field.Pos = at.Pos
					b[f.Info.Name] = field
					break
				}
			}
		}
	}
}
