package analyzer

// Rules returns every rule, by id. The caller owns the slice.
func Rules() []Rule {
	return []Rule{
		trailNotLogging(),
		bucketNotVersioned(),
		hopSevered(),
		hopInterrupted(),
	}
}
