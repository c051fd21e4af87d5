package graph

// Held is an inline policy that is declared beside the principal which has it.
type Held struct {
	Policy *Node // its declaration, of kind iam.inline_policy
	OneOf  bool  // it is of this principal or of another one, and the input does not say of which
}

// Held returns the inline policies that are declared beside a role, user or group, in the order of their addresses. Those
// within it are its attribute "inline". The caller must not change it.
func (g *Graph) Held(principal NodeID) []Held { return g.held[principal] }

// Named returns the node that an address of an input is, is a part of, or is another name of: a resource, a fragment, a data
// source. It returns nil where there is none, or where it is not certain which.
func (g *Graph) Named(scope, address string) *Node { return g.named[addrKey{scope, address}] }

// hold finds out whose the inline policies are. It is no edge: a policy within a role and one beside it are the same thing
// to AWS, and what they allow is drawn from the role.
func (l *linker) hold() {
	l.g.held, l.g.named = map[NodeID][]Held{}, map[addrKey]*Node{}
	for _, r := range l.resources {
		t := l.followed[r] // no node is made for the name alone
		if n := l.nodeOf[r]; n != nil {
			t = targets{nodes: []*Node{n}}
		}
		if len(t.nodes) == 1 && !t.oneOf && !t.nodes[0].Unresolved {
			l.g.named[addrKey{r.Scope, r.Address}] = t.nodes[0]
		}
		if r.Kind != "iam.inline_policy" || r.Lookup || l.nodeOf[r] == nil {
			continue
		}
		for _, of := range []End{at("role", KindRoleIAM), at("user", KindUser), at("group", KindGroup)} {
			for _, t := range l.end(of, r) {
				for _, n := range t.nodes {
					l.g.held[n.ID] = append(l.g.held[n.ID], Held{Policy: l.nodeOf[r], OneOf: t.oneOf})
				}
			}
		}
	}
}
