package graph

import (
	"cmp"
	"strings"
)

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

// spot is where something is.
type spot struct {
	account, region Value[string]
	symbols         Symbols
}

// apart says of two places in what they may differ, where their source does not hold what it does not know to be the
// same, and what input would tell. It says nothing where they are the same, or known not to be.
func (s spot) apart(o spot) (what, settledBy string) {
	one := func(a, b Value[string], symA, symB Text) bool {
		if same(a, b) != Maybe {
			return false
		}
		by := ""
		if b.State() != Known {
			by = o.symbols.SettledBy
		}
		if a.State() != Known {
			by = cmp.Or(by, s.symbols.SettledBy)
		}
		if by == "" || a.State() != Known && b.State() != Known && symA.Equal(symB) == Yes {
			return false
		}
		settledBy = cmp.Or(settledBy, by)
		return true
	}
	account, region := one(s.account, o.account, s.symbols.Account, o.symbols.Account), one(s.region, o.region, s.symbols.Region, o.symbols.Region)
	switch {
	case account && region:
		return "account and the region", settledBy
	case account:
		return "account", settledBy
	case region:
		return "region", settledBy
	}
	return "", ""
}

// mayBeApart marks a hop that is there only if a declaration acts where a node is: there says where the one is, and here
// where the other.
func (l *linker) mayBeApart(e *Edge, r *Resource, n *Node, there, here spot) {
	what, settledBy := there.apart(here)
	if what == "" || strings.Contains(e.When, " is deployed to the ") {
		return
	}
	whether := r.Provider + " is deployed to the " + what + " of " + string(n.ID)
	e.When, e.Doubt, e.SettledBy = doubts(onlyIf+whether, e.When), true, cmp.Or(e.SettledBy, settledBy)
	e.unexplained = true
	if e.Status == StatusUndetermined {
		e.Why = e.When
	}
	l.gap("whether "+whether, r.Address, ReasonNotInInput, settledBy)
}

// together says whether a node is of the account and region in which a declaration acts. Where the input
// does not say which these are, those of one input and provider are the same; where its symbols tell them apart, they may be.
func (l *linker) together(n *Node, r *Resource) bool {
	if n.Scope == r.Scope && n.Symbols.SettledBy != "" && r.Symbols.SettledBy != "" {
		return same(n.Account, r.Account) != No && same(n.Region, r.Region) != No
	}
	return sameOr(n.Account, r.Account, n.Scope == r.Scope) && sameOr(n.Region, r.Region, n.Scope == r.Scope && l.providerOf(n) == r.Provider)
}

// commensurable says whether two texts of two inputs may be compared: Maybe where one is made of symbols, for
// these mean something within their own input alone.
func commensurable(t Text, scope, other string) Tri {
	return TriOf(t.IsLiteral() || scope == other).Or(Maybe)
}
