package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// traversals returns what an expression names outside of itself, in the order of the source. HCL's own function for
// it does not see through what rewrite made.
func traversals(e hclsyntax.Expression) []hcl.Traversal {
	w := &nameWalker{}
	_ = hclsyntax.Walk(e, w) // the walker has no diagnostics
	return w.found
}

// nameWalker gathers the names of an expression, but for those of the loops within it.
type nameWalker struct {
	found  []hcl.Traversal
	scopes []map[string]struct{}
}

// Enter notes a name, or the scope of a loop.
func (w *nameWalker) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch n := n.(type) {
	case *traversalExpr:
		w.add(n.Traversal)
	case *hclsyntax.ScopeTraversalExpr:
		w.add(n.Traversal)
	case hclsyntax.ChildScope:
		w.scopes = append(w.scopes, n.LocalNames)
	}
	return nil
}

// Exit leaves the scope of a loop.
func (w *nameWalker) Exit(n hclsyntax.Node) hcl.Diagnostics {
	if _, ok := n.(hclsyntax.ChildScope); ok {
		w.scopes = w.scopes[:len(w.scopes)-1]
	}
	return nil
}

func (w *nameWalker) add(t hcl.Traversal) {
	for _, names := range w.scopes {
		if _, local := names[t.RootName()]; local {
			return
		}
	}
	w.found = append(w.found, t)
}
