package graph

import (
	"cmp"
	"slices"
	"strings"
)

// targets is where a text leads.
type targets struct {
	nodes []*Node
	oneOf bool // exactly one of nodes is real
}

// resolve finds the nodes that an attribute of a declaration names. It returns nothing for values that
// are absent or empty. what is the attribute, for the identity of nodes that cannot be found.
func (l *linker) resolve(v Value[Text], kinds []Kind, decl *Resource, what string) targets {
	switch v.State() {
	case Absent:
		return targets{}
	case Unknown:
		if v.Reason() == ReasonNotInInput {
			return targets{}
		}
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, v.Reason())}}
	case Known:
	}
	t, _ := v.Get()
	if s, ok := t.Literal(); ok {
		return l.resolveLiteral(s, v.Sensitive(), kinds, decl, what)
	}
	found, rest := l.resolveRefs(t, kinds, decl)
	if len(found) == 0 {
		found, rest = l.resolveSymbol(t, kinds, decl.Scope), false
	}
	if len(found) == 0 {
		if own, is := symbolicARN(t, kinds); is { // without what qualifies it: :*, a version, an object key
			found = l.resolveSymbol(own.arn, kinds, decl.Scope)
		}
	}
	switch {
	case len(found) > maxCandidates:
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, Reason("one of more candidates than can be shown"))}}
	case rest && len(found) > 0: // or something that nobody can name
		return targets{nodes: append(found, l.unresolved(kinds, decl, what, t.Reason())), oneOf: true}
	case len(found) > 0:
		return targets{nodes: found, oneOf: len(found) > 1}
	}
	if v.Sensitive() { // external would add a node that is called like the value
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, ReasonSensitive)}}
	}
	if n := l.external(t, kinds, decl, what); n != nil {
		return targets{nodes: []*Node{n}}
	}
	return targets{nodes: []*Node{l.unresolved(kinds, decl, what, t.Reason())}}
}

// resolveRefs returns the declared nodes of the right kind that a text refers to. rest says that it also
// mentions something that could stand for another node: a local value, an output that is not known.
func (l *linker) resolveRefs(t Text, kinds []Kind, decl *Resource) (found []*Node, rest bool) {
	parts := t.Parts()
	for i, p := range parts {
		refs := p.Mentions
		if p.Kind == PartRef {
			refs = []Ref{p.Ref}
		}
		for _, ref := range refs {
			nodes := l.resolveRef(ref, decl.Scope)
			if len(nodes) == 0 && p.Kind == PartHole && isOpaque(ref) {
				rest = true
			}
			for _, n := range nodes {
				if admits(kinds, n.Kind) && !slices.Contains(found, n) && (p.Kind == PartHole || names(parts, i, n)) {
					found = append(found, n)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) })
	return found, rest
}

// names says whether the reference parts[i] stands for the node n in a text: alone, at the end of an ARN or
// a path, or before a qualifier. "${bucket}-replica" is the name of something else.
func names(parts []Part, i int, n *Node) bool {
	if i > 0 && parts[i-1].Kind == PartLiteral {
		if s := parts[i-1].Literal; !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, "/") {
			return false
		}
	}
	if i+1 < len(parts) && parts[i+1].Kind == PartLiteral {
		after := parts[i+1].Literal[:1]
		return strings.Contains(":*?", after) || after == "/" && n.Kind != KindLogGroup
	}
	return true
}

// isOpaque says that a symbol may hold any value at all.
func isOpaque(r Ref) bool {
	return r.Attr == "" && (strings.HasPrefix(r.Address, AnyOf) || strings.HasPrefix(r.Address, "local.") || strings.Contains(r.Address, ".local."))
}

// resolveRef follows one reference, through stand-ins and fragments, to nodes.
func (l *linker) resolveRef(ref Ref, scope string) []*Node {
	r := l.byAddr[addrKey{scope, ref.Address}]
	if r == nil {
		return nil
	}
	if n := l.nodeOf[r]; n != nil && InfoOf(r.Kind).Role != RoleStandIn {
		return []*Node{n}
	}
	if r.Of.State() == Known {
		return l.resolveOf(r).nodes
	}
	return nil
}

// resolveOf finds the node that a fragment or stand-in belongs to. What is found is kept; one that leads
// back to itself leads nowhere.
func (l *linker) resolveOf(r *Resource) targets {
	if t, ok := l.followed[r]; ok {
		return t
	}
	l.followed[r] = targets{}
	t := l.follow(r)
	l.followed[r] = t
	return t
}

func (l *linker) follow(r *Resource) targets {
	kinds := []Kind{ofKind(r.Kind)}
	t, ok := r.Of.Get()
	if !ok || t.IsLiteral() {
		return l.resolve(r.Of, kinds, r, "node")
	}
	found, rest := l.resolveRefs(t, kinds, r)
	switch {
	case len(found) == 0:
		return l.resolve(r.Of, kinds, r, "node")
	case rest:
		found = append(found, l.unresolved(kinds, r, "node", t.Reason()))
	}
	return targets{nodes: found, oneOf: len(found) > 1}
}

// ofKind returns the kind of node that fragments and stand-ins of a kind belong to.
func ofKind(k Kind) Kind {
	switch k {
	case KindKeyAlias:
		return KindKey
	case "lambda.alias":
		return KindFunction
	case "s3.access_point":
		return KindBucket
	}
	return k
}

func admits(kinds []Kind, k Kind) bool {
	return slices.Contains(kinds, k) || slices.Contains(kinds, KindAny) && InfoOf(k).Role != RoleConnector
}

// fits says whether a node that a literal names may be the end of an edge: a node of one of the kinds,
// another name of one, or something of which nothing is known but its ARN.
func fits(kinds []Kind, k Kind) bool {
	return len(kinds) == 0 || k == KindAny || admits(kinds, k) || admits(kinds, ofKind(k))
}

// resolveSymbol finds the nodes of a scope whose name or ARN is made of the same parts as t.
func (l *linker) resolveSymbol(t Text, kinds []Kind, scope string) []*Node {
	var found []*Node
	for _, k := range kinds {
		for _, n := range l.symbolic[symbolKey{k, scope, t.String()}] {
			name, _ := n.Name.Get()
			arn, _ := n.ARN.Get()
			if t.Equal(name) == Yes || t.Equal(arn) == Yes || t.Equal(l.spelt[n]) == Yes {
				found = append(found, n)
			}
		}
	}
	return found
}
