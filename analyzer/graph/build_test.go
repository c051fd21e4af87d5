package graph

import "fmt"

// attrsOf makes attributes of pairs of name and value: string, Text, int, bool, []string, []Text, []Attrs,
// Reason (unknown), Value[any].
func attrsOf(pairs ...any) Attrs {
	out := Attrs{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(fmt.Sprint(pairs[i]), datumOf(pairs[i+1]))
	}
	return out
}

func datumOf(v any) Value[any] {
	switch x := v.(type) {
	case string:
		return KnownOf[any](Literal(x))
	case int:
		return KnownOf[any](int64(x))
	case Reason:
		return UnknownOf[any](x)
	case Value[any]:
		return x
	case []string:
		texts := make([]Text, len(x))
		for i, s := range x {
			texts[i] = Literal(s)
		}
		return KnownOf[any](texts)
	}
	return KnownOf(v)
}

// res declares a resource. A name of "" is none; pairs are attributes.
func res(kind Kind, addr, name string, pairs ...any) Resource {
	r := Resource{Kind: kind, Type: string(kind), Address: addr, Attrs: attrsOf(pairs...), Name: AbsentOf[Text]()}
	if name != "" {
		r.Name = KnownOf(Literal(name))
	}
	return r
}

// frag declares attributes of the node that of refers to.
func frag(kind Kind, addr string, of Text, pairs ...any) Resource {
	r := res(kind, addr, "", pairs...)
	r.Fragment, r.Of = true, KnownOf(of)
	return r
}

// look declares a data source.
func look(kind Kind, addr string, name Text) Resource {
	r := res(kind, addr, "")
	r.Lookup, r.Name = true, KnownOf(name)
	return r
}

// in puts a resource into an account and a region.
func in(account, region string, r Resource) Resource {
	r.Partition, r.Account, r.Region = KnownOf("aws"), KnownOf(account), KnownOf(region)
	return r
}

// regional puts a resource into a region of an account that is not known.
func regional(region string, r Resource) Resource {
	r.Region = KnownOf(region)
	return r
}

// by gives a resource to a provider configuration.
func by(provider string, r Resource) Resource {
	r.Provider = provider
	return r
}

// scoped puts a resource into an input.
func scoped(scope string, r Resource) Resource {
	r.Scope = scope
	return r
}

func symbolically(name Text, r Resource) Resource {
	r.Name = KnownOf(name)
	return r
}

func to(addr, attr string) Text { return Reference(Ref{addr, attr}) }

// edgesOf prints every edge: hops with an arrow, support edges with a line, members of a set with a mark.
func edgesOf(g *Graph) []string {
	var out []string
	line := func(e *Edge, arrow string) {
		s := e.Kind.ID + ": " + string(e.From) + arrow + string(e.To)
		if e.OneOf != "" {
			s += " ?"
		}
		if e.Status == StatusBroken {
			s += " x"
		}
		out = append(out, s)
	}
	for e := range g.Hops() {
		line(e, " -> ")
	}
	for e := range g.SupportEdges() {
		line(e, " -- ")
	}
	return out
}
