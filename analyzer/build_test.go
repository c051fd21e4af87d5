package analyzer

import (
	"fmt"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// unknown is an attribute that the input does not tell, absent one that is not there, builtin the default.
type (
	unknown graph.Reason
	absent  struct{}
	builtin struct{ v any }
	secret  struct{ v any }
)

const afterApply = unknown(graph.ReasonAfterApply)

// attrs makes attributes of pairs of name and value: bool, int, string, graph.Text, []string, []graph.Attrs,
// or one of the marks above.
func attrs(pairs ...any) graph.Attrs {
	out := graph.Attrs{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			panic(fmt.Sprintf("attribute name %v", pairs[i]))
		}
		out.Set(name, datum(pairs[i+1]))
	}
	return out
}

func datum(v any) graph.Value[any] {
	switch x := v.(type) {
	case unknown:
		return graph.UnknownOf[any](graph.Reason(x))
	case absent:
		return graph.AbsentOf[any]()
	case builtin:
		t, _ := datum(x.v).Get()
		return graph.DefaultOf(t)
	case secret:
		return datum(x.v).Hide()
	case string:
		return graph.KnownOf[any](graph.Literal(x))
	case int:
		return graph.KnownOf[any](int64(x))
	case []string:
		var texts []graph.Text
		for _, s := range x {
			texts = append(texts, graph.Literal(s))
		}
		return graph.KnownOf[any](texts)
	case bool, graph.Text, []graph.Text, []graph.Attrs:
		return graph.KnownOf(x)
	}
	panic(fmt.Sprintf("attribute value %T", v))
}

// arn is the reference to the ARN of a declared node.
func arn(address string) graph.Text {
	return graph.Reference(graph.Ref{Address: address, Attr: "arn"})
}

// declare makes a resource in account 111122223333, us-east-1, named as its address.
func declare(kind graph.Kind, address string, pairs ...any) graph.Resource {
	return graph.Resource{
		Kind: kind, Type: strings.ReplaceAll(string(kind), ".", "_"), Address: address, Provider: "aws",
		Name: graph.KnownOf(graph.Literal(address)), Partition: graph.KnownOf("aws"), Account: graph.KnownOf("111122223333"), Region: graph.KnownOf("us-east-1"),
		Attrs: attrs(pairs...),
	}
}

// link links resources into a graph. Each resource is copied: Link takes over what it is given.
func link(resources ...graph.Resource) *graph.Graph {
	inv := graph.Inventory{}
	for _, r := range resources {
		r.Attrs = r.Attrs.Clone()
		inv.Resources = append(inv.Resources, r)
	}
	return graph.Link(inv)
}
