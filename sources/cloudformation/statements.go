package cloudformation

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/table"
)

// Where the statements of policies are written is worked out from the nodes of the template, of which the branches that
// are taken and the elements that are left out are those of the evaluation. What cannot be followed has no places.

// taken returns the node that counts of choices: nil where a condition is not decided.
func (e *evaluator) taken(n *template.Node) *template.Node {
	for n != nil {
		name, arg := n.Call()
		if name != "Fn::If" {
			return n
		}
		args := arguments(arg, 2, 3)
		condition, ok := "", false
		if args != nil {
			condition, ok = args[0].Scalar()
		}
		if !ok {
			return nil
		}
		switch e.holds(n, e.named(condition)) {
		case graph.Yes:
			n = args[1]
		case graph.No:
			if len(args) < 3 {
				return &template.Node{Pos: n.Pos}
			}
			n = args[2]
		case graph.Maybe:
			return nil
		}
	}
	return nil
}

// isNothing says that a node takes itself away.
func isNothing(n *template.Node) bool {
	if n.Kind == template.Null && n.Tag == "" {
		return true
	}
	name, arg := n.Call()
	id, _ := arg.Scalar()
	return name == "Ref" && id == "AWS::NoValue"
}

// items returns the elements that a list has; nil in the place of one that is not decided.
func (e *evaluator) items(n *template.Node) []*template.Node {
	var out []*template.Node
	for _, it := range n.Items {
		one := e.taken(it)
		if one == nil || !isNothing(one) {
			out = append(out, one)
		}
	}
	return out
}

// member returns what an object has under a key; nil where something else may have put it there.
func (e *evaluator) member(n *template.Node, key string) *template.Node {
	n = e.taken(n)
	if n == nil || n.Kind != template.Map || n.Tag != "" {
		return nil
	}
	var found *template.Node
	for _, m := range n.Members {
		switch {
		case m.Key == transform, strings.HasPrefix(m.Key, loopPrefix):
			return nil
		case m.Key == key:
			found = m.Value
		}
	}
	return found
}

// document returns where the statements of a policy are written; nil where that is not certain.
func (e *evaluator) document(n *template.Node) []graph.Pos {
	n = e.taken(n)
	switch {
	case n == nil, n.Tag != "":
		return nil
	case n.Kind == template.String:
		return e.encoded(n)
	}
	name, arg := n.Call()
	switch name {
	case "":
		if s := e.member(n, "Statement"); s != nil {
			return e.statements(s)
		}
	case "Fn::ToJsonString":
		return e.document(arg)
	case "Fn::Sub":
		if args := arguments(arg, 1, 2); args != nil {
			arg = args[0]
		}
		return e.encoded(arg)
	case "Fn::Join":
		return e.joined(arg)
	}
	return nil
}

// statements returns where the elements of a list of statements stand, or the one that is no list.
func (e *evaluator) statements(n *template.Node) []graph.Pos {
	n = e.taken(n)
	if n == nil || n.Tag != "" {
		return nil
	}
	if n.Kind != template.List {
		if name, _ := n.Call(); name != "" || n.Kind != template.Map {
			return nil
		}
		return []graph.Pos{n.Pos}
	}
	items := e.items(n)
	out := make([]graph.Pos, len(items))
	for i, it := range items {
		if it != nil {
			out[i] = it.Pos
		}
	}
	return out
}

// encoded returns where the statements of a policy begin in the JSON that a string of the template is. What is put into
// it stands within its strings, or is counted in the end.
func (e *evaluator) encoded(n *template.Node) []graph.Pos {
	if n == nil || n.Kind != template.String {
		return nil
	}
	offsets, _ := graph.StatementOffsets(n.Text)
	out := make([]graph.Pos, len(offsets))
	for i, o := range offsets {
		out[i] = n.TextPos(o)
	}
	return out
}

// joined is encoded for a string that is joined from several.
func (e *evaluator) joined(arg *template.Node) []graph.Pos {
	args := arguments(arg, 2, 2)
	if args == nil {
		return nil
	}
	list := e.taken(args[1])
	with, ok := args[0].Scalar()
	if !ok || list == nil || list.Kind != template.List {
		return nil
	}
	var b strings.Builder
	var starts []int
	items := e.items(list)
	for i, it := range items {
		if it == nil {
			return nil
		}
		if i > 0 {
			b.WriteString(with)
		}
		starts = append(starts, b.Len())
		if it.Kind == template.String {
			b.WriteString(it.Text)
		} else {
			b.WriteByte('0') // which is a value, and a part of a string
		}
	}
	offsets, _ := graph.StatementOffsets(b.String())
	out := make([]graph.Pos, len(offsets))
	for i, o := range offsets {
		k, exact := slices.BinarySearch(starts, o)
		if !exact {
			k--
		}
		if it := items[max(k, 0)]; it.Kind == template.String && o-starts[max(k, 0)] < len(it.Text) {
			out[i] = it.TextPos(o - starts[max(k, 0)])
		}
	}
	return out
}

// policyNode returns the node of the policy at the end of a way.
func (e *evaluator) policyNode(n *template.Node, steps []string) *template.Node {
	for _, s := range steps {
		if n = e.member(n, s); n == nil {
			return nil
		}
	}
	return e.taken(n)
}

// placeStatements gives a policy the places of its statements. Each is the element of a row that makes a resource of
// every one.
func (e *evaluator) placeStatements(a *table.Attr, attr graph.Attr, properties, element *template.Node) graph.Attr {
	for _, alt := range a.Alts {
		from, steps := properties, alt.Steps
		switch {
		case len(steps) == 0:
			continue
		case steps[0] == "Each":
			from, steps = element, steps[1:]
		case steps[0] == "@" && steps[len(steps)-1] == "Policy": // which is made of a statement
			n := e.policyNode(properties, []string{"Statement"})
			if n == nil {
				continue
			}
			if attr.Pos.IsZero() {
				attr.Pos = n.Pos
			}
			return attr.WithStatements(e.statements(n))
		}
		if n := e.policyNode(from, steps); n != nil {
			return attr.WithStatements(e.document(n))
		}
	}
	return attr
}

// placeWithin gives the policies within blocks the places of their statements.
func (e *evaluator) placeWithin(a *table.Attr, blocks []graph.Attrs, properties *template.Node) {
	if len(a.Alts) != 1 || !slices.ContainsFunc(a.Fields, func(f table.Attr) bool { return f.Info.Type == graph.TypePolicy }) {
		return
	}
	n := e.policyNode(properties, a.Alts[0].Steps)
	if n == nil {
		return
	}
	items := []*template.Node{n}
	if n.Kind == template.List {
		items = e.items(n)
	}
	if len(items) != len(blocks) {
		return
	}
	for i, b := range blocks {
		for j := range a.Fields {
			f := &a.Fields[j]
			if attr, ok := b[f.Info.Name]; ok && f.Info.Type == graph.TypePolicy && items[i] != nil {
				b[f.Info.Name] = e.placeStatements(f, attr, items[i], nil)
			}
		}
	}
}

// sameStatements returns the places that a policy has in all variants.
func sameStatements(all [][]graph.Pos) []graph.Pos {
	out := slices.Clone(all[0])
	for _, at := range all[1:] {
		if len(at) != len(out) {
			return nil
		}
		for i := range out {
			if at[i] != out[i] {
				out[i] = graph.Pos{}
			}
		}
	}
	return out
}

// placeMerged gives a policy that variants do not have in common the places of the statements that they do.
func placeMerged(attr graph.Attr, same []graph.Resource, name string) graph.Attr {
	merged, _ := attr.Value.Get()
	text, isText := merged.(graph.Text)
	all := make([][]graph.Pos, len(same))
	for i := range same {
		had := same[i].Attrs[name]
		if v, _ := had.Value.Get(); isText {
			if t, ok := v.(graph.Text); ok {
				all[i] = graph.AlignStatements(text, t, had.Statements)
			}
		}
	}
	return attr.WithStatements(sameStatements(all))
}
