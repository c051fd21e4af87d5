package graph

import "testing"

// TestRemovedFragment unsets what a removed fragment had set, be it still mirrored in line, unless another
// fragment sets it now.
func TestRemovedFragment(t *testing.T) {
	bucket := func() Resource {
		return Resource{Kind: KindBucket, Address: "b", Name: KnownOf(Literal("logs")), Attrs: Attrs{"policy": {Value: KnownOf[any](Literal("{}"))}}}
	}
	fragment := func(address, of string, removed bool, v Value[any]) Resource {
		return Resource{Kind: KindBucket, Address: address, Fragment: true, Removed: removed, Of: KnownOf(Literal(of)), Attrs: Attrs{"policy": {Value: v}}}
	}
	gone, set := AbsentOf[any](), KnownOf[any](Literal(`{"Statement":[]}`))
	for name, c := range map[string]struct {
		more  []Resource
		state State
		nodes int
	}{
		"mirror alone":                  {nil, Known, 1},
		"removed":                       {[]Resource{fragment("p", "logs", true, gone)}, Absent, 1},
		"removed, another sets it":      {[]Resource{fragment("p", "logs", true, gone), fragment("q", "logs", false, set)}, Known, 1},
		"removed after another sets it": {[]Resource{fragment("q", "logs", true, gone), fragment("p", "logs", false, set)}, Known, 1},
		"removed from another":          {[]Resource{fragment("p", "elsewhere", true, gone)}, Known, 1},
	} {
		inv := Inventory{Resources: append([]Resource{bucket()}, c.more...)}
		g := Link(inv)
		n := g.Node("b")
		if got := n.Attrs.Text("policy").State(); got != c.state {
			t.Errorf("%s: the policy is %s, want %s", name, got, c.state)
		}
		if g.NumNodes() != c.nodes {
			t.Errorf("%s: %d nodes, want %d", name, g.NumNodes(), c.nodes)
		}
	}
}
