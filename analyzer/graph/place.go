package graph

// place identifies an account and region, for nodes that exist once in each. Where the account is not
// known, what two inputs say is kept apart.
func place(account, region Value[string], scope, provider string) string {
	switch {
	case account.State() == Known:
		return account.Or("") + "/" + region.Or("?")
	case region.State() == Known:
		return qualify(scope, "?") + "/" + region.Or("")
	}
	return qualify(scope, provider)
}

func same(a, b Value[string]) Tri {
	x, okX := a.Get()
	y, okY := b.Get()
	if !okX || !okY {
		return Maybe
	}
	return TriOf(x == y)
}

// sameOr says that two values are equal, or else, where that is not known, what is held to decide it.
func sameOr(a, b Value[string], otherwise bool) bool {
	switch same(a, b) {
	case Yes:
		return true
	case No:
		return false
	case Maybe:
	}
	return otherwise
}

// together says whether a node is of the account and region in which a declaration acts. Where the input
// does not say which these are, those of one input and provider are the same.
func (l *linker) together(n *Node, r *Resource) bool {
	return sameOr(n.Account, r.Account, n.Scope == r.Scope) && sameOr(n.Region, r.Region, n.Scope == r.Scope && l.providerOf(n) == r.Provider)
}

// commensurable says whether two texts of two inputs may be compared: Maybe where one is made of symbols, for
// these mean something within their own input alone.
func commensurable(t Text, scope, other string) Tri {
	return TriOf(t.IsLiteral() || scope == other).Or(Maybe)
}
