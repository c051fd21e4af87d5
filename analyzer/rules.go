package analyzer

import (
	"cmp"
	"slices"
)

// Rules returns every rule, by id. The caller owns the slice.
func Rules() []Rule {
	out := slices.Concat(captureRules(), protectionRules(), exposureRules(), changeRules(), runRules())
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// changeRules returns the rules about what a plan does to the chain, by id. They have no check of their own:
// [Analyze] makes their findings of the two graphs.
func changeRules() []Rule {
	return []Rule{hopSevered(), hopInterrupted(), hopRewired(), hopUnsupported(), hopNarrowed(), hopDrifted(), keyDeleted()}
}
