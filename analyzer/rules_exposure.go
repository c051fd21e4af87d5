package analyzer

// exposureRules returns the rules about who gets through to the chain, and through what, by id.
func exposureRules() []Rule {
	return []Rule{statementIdle(), conditionIdle(), principalGone()}
}
