package config

import (
	"cmp"
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// Bounds of one evaluation. What goes beyond them is no configuration that somebody works with.
const (
	maxSteps     = 20_000_000 // names looked up, functions called, turns of loops
	maxNodes     = 1 << 20    // elements of one value, those within them included
	maxBytes     = 16 << 20   // of one string
	maxElements  = 10_000     // of a count, a for_each or a dynamic block
	maxInstances = 200_000    // of resources and modules together
	maxChain     = 1000       // values that depend on one another
)

// exceeded is how an evaluation that went beyond a bound gets out of HCL, which would go on otherwise.
type exceeded struct{ what string }

// failf ends the evaluation.
func (ev *evaluation) failf(format string, args ...any) {
	panic(exceeded{fmt.Sprintf(format, args...)}) //nolint:forbidigo // Evaluate recovers it; HCL would go on after an error
}

// step counts one step of the evaluation.
func (ev *evaluation) step() {
	if ev.left--; ev.left < 0 {
		ev.failf("the evaluation takes more steps than %d", cmp.Or(ev.in.Steps, maxSteps))
	}
}

// weigh fails for values that are too big. A value may hold another one many times over, so that what takes little
// room takes for ever to walk through.
func (ev *evaluation) weigh(v cty.Value) {
	nodes, bytes := 0, 0
	weigh(v, &nodes, &bytes)
	if nodes > maxNodes {
		ev.failf("a value has more than %d elements", maxNodes)
	}
	if bytes > maxBytes {
		ev.failf("a value has more than %d MiB", maxBytes>>20)
	}
}

func weigh(v cty.Value, nodes, bytes *int) {
	if *nodes++; *nodes > maxNodes || *bytes > maxBytes {
		return
	}
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		*bytes += len(v.AsString())
	case ty.IsCollectionType(), ty.IsObjectType(), ty.IsTupleType():
		for it := v.ElementIterator(); it.Next() && *nodes <= maxNodes && *bytes <= maxBytes; {
			_, e := it.Element()
			weigh(e, nodes, bytes)
		}
	}
}
