package cloudformation

import (
	"reflect"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// variant is what a resource declares under one scenario.
type variant struct {
	names     map[string]bool // conditions that were asked for, and what they were
	resources []graph.Resource
}

// merged makes one declaration of those that scenarios give of each address: what all say is so, what they say
// differently is not known.
func merged(all []variant) []graph.Resource {
	if len(all) == 0 {
		return nil
	}
	if len(all) == 1 {
		return all[0].resources
	}
	var addresses []string
	found := map[string][]int{} // variants that declare it
	for i, v := range all {
		for _, r := range v.resources {
			if found[r.Address] == nil {
				addresses = append(addresses, r.Address)
			}
			found[r.Address] = append(found[r.Address], i)
		}
	}
	out := make([]graph.Resource, 0, len(addresses))
	for _, address := range addresses {
		in := found[address]
		same := make([]graph.Resource, len(in))
		for i, v := range in {
			j := slices.IndexFunc(all[v].resources, func(r graph.Resource) bool { return r.Address == address })
			same[i] = all[v].resources[j]
		}
		r := mergeOne(all, in, same)
		if len(in) < len(all) {
			r.Doubt = "only if " + label(all, in)
		}
		out = append(out, r)
	}
	return out
}

func mergeOne(all []variant, in []int, same []graph.Resource) graph.Resource {
	out := same[0]
	out.Attrs = graph.Attrs{}
	differ := false
	for _, name := range attrNames(same) {
		first, ok := same[0].Attrs[name]
		if ok && !slices.ContainsFunc(same[1:], func(r graph.Resource) bool { return !reflect.DeepEqual(r.Attrs[name].Value, first.Value) }) {
			out.Attrs[name] = first
			continue
		}
		differ = true
		pos := first.Pos
		for _, r := range same {
			if a := r.Attrs[name]; pos.IsZero() {
				pos = a.Pos
			}
		}
		out.Attrs[name] = graph.Attr{Value: graph.UnknownOf[any](graph.Reason("depends on " + difference(all, in))), Pos: pos}
	}
	out.Name, out.Of = mergeText(same, func(r *graph.Resource) graph.Value[graph.Text] { return r.Name }), mergeText(same, func(r *graph.Resource) graph.Value[graph.Text] { return r.Of })
	if !differ {
		return out
	}
	for i := range same {
		like := slices.IndexFunc(same[:i], func(r graph.Resource) bool { return reflect.DeepEqual(r.Attrs, same[i].Attrs) })
		if like >= 0 {
			continue
		}
		var group []int
		for j := i; j < len(same); j++ {
			if reflect.DeepEqual(same[j].Attrs, same[i].Attrs) {
				group = append(group, in[j])
			}
		}
		out.Scenarios = append(out.Scenarios, graph.Scenario{When: label(all, group), Attrs: same[i].Attrs})
	}
	return out
}

// mergeText merges a name: where it differs it is one of those that are references, or not known.
func mergeText(same []graph.Resource, of func(*graph.Resource) graph.Value[graph.Text]) graph.Value[graph.Text] {
	first := of(&same[0])
	var refs []graph.Ref
	differ := false
	for i := range same {
		v := of(&same[i])
		differ = differ || !reflect.DeepEqual(v, first)
		t, _ := v.Get()
		for _, r := range t.Refs() {
			if !slices.Contains(refs, r) {
				refs = append(refs, r)
			}
		}
	}
	switch {
	case !differ:
		return first
	case len(refs) > 1:
		return graph.KnownOf(graph.OneOf(refs...))
	}
	return graph.UnknownOf[graph.Text]("depends on a condition")
}

func attrNames(same []graph.Resource) []string {
	names := map[string]bool{}
	for _, r := range same {
		for name := range r.Attrs {
			names[name] = true
		}
	}
	return sortedKeys(names)
}

// label says in words which scenarios a group is: by the conditions that are the same in all of the group and not in
// all others.
func label(all []variant, group []int) string {
	var out []string
	for _, name := range conditionsOf(all) {
		is, every := common(all, group, name)
		if !every {
			continue
		}
		tells := false
		for i, v := range all {
			if other, asked := v.names[name]; !slices.Contains(group, i) && asked && other != is {
				tells = true
			}
		}
		switch {
		case !tells:
		case is:
			out = append(out, "the condition "+name+" holds")
		default:
			out = append(out, "the condition "+name+" does not hold")
		}
	}
	if len(out) == 0 {
		return difference(all, nil)
	}
	return strings.Join(out, " and ")
}

// common returns what a condition is in all variants of a group that asked for it.
func common(all []variant, group []int, name string) (is, every bool) {
	first := true
	for _, i := range group {
		v, asked := all[i].names[name]
		if !asked {
			return false, false
		}
		if !first && v != is {
			return false, false
		}
		is, first = v, false
	}
	return is, !first
}

// difference names the conditions in which variants differ.
func difference(all []variant, in []int) string {
	var names []string
	for _, name := range conditionsOf(all) {
		yes, no := false, false
		for i, v := range all {
			if is, asked := v.names[name]; asked && (in == nil || slices.Contains(in, i)) {
				yes, no = yes || is, no || !is
			}
		}
		if yes && no {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return "a condition"
	case 1:
		return "the condition " + names[0]
	}
	return "the conditions " + strings.Join(names, ", ")
}

func conditionsOf(all []variant) []string {
	names := map[string]bool{}
	for _, v := range all {
		for name := range v.names {
			names[name] = true
		}
	}
	return sortedKeys(names)
}

// deciders says what input would decide a condition: the parameters without a value that it compares, or where the
// stack is deployed.
func (r *run) deciders(s *stack, condition string) string {
	params, home := map[string]bool{}, map[string]bool{}
	seen := map[string]bool{}
	var walk func(n *template.Node, depth int)
	named := func(name string, depth int) {
		if !seen[name] {
			seen[name] = true
			walk(s.conditions[name], depth)
		}
	}
	walk = func(n *template.Node, depth int) {
		if n == nil || depth > maxNesting {
			return
		}
		if name, arg := n.Call(); name != "" {
			id, _ := arg.Scalar()
			switch {
			case name == "Condition":
				named(id, depth+1)
			case name == "Ref" && s.params[id] != nil && s.given[id] == nil && s.params[id].Default == nil:
				params[id] = true
			case name == "Ref" && id == "AWS::Region", name == "Ref" && id == "AWS::Partition":
				home["--region"] = true
			case name == "Ref" && id == "AWS::AccountId":
				home["--account"] = true
			}
		}
		for _, it := range n.Items {
			walk(it, depth+1)
		}
		for _, m := range n.Members {
			walk(m.Value, depth+1)
		}
	}
	named(condition, 0)
	var out []string
	for _, p := range sortedKeys(params) {
		out = append(out, "--parameters "+p+"=VALUE")
	}
	out = append(out, sortedKeys(home)...)
	if len(out) == 0 {
		return "values of the parameters: --parameters NAME=VALUE"
	}
	return strings.Join(out, " ")
}

// busPolicies puts the policies of one event bus together: each AWS::Events::EventBusPolicy adds its statement, and takes
// away none. Those that may not be there stay as they are.
func (r *run) busPolicies() {
	first := map[string]int{}
	gone := map[int]bool{}
	for i := range r.resources {
		res := &r.resources[i]
		of, ok := res.Of.Get()
		if res.Type != "AWS::Events::EventBusPolicy" || !res.Fragment || !ok || res.Doubt != "" || len(res.Scenarios) > 0 {
			continue
		}
		key := res.Provider + " " + of.String()
		at, had := first[key]
		if !had {
			first[key] = i
			continue
		}
		a, errA := graph.ParsePolicy(r.resources[at].Attrs.Text("policy").Or(graph.Text{}))
		b, errB := graph.ParsePolicy(res.Attrs.Text("policy").Or(graph.Text{}))
		if errA != nil || errB != nil {
			continue
		}
		a.Merge(b)
		attr := r.resources[at].Attrs["policy"]
		attr.Value = graph.KnownOf[any](graph.RenderPolicy(a))
		r.resources[at].Attrs["policy"] = attr
		gone[i] = true
	}
	kept := r.resources[:0]
	for i := range r.resources {
		if !gone[i] {
			kept = append(kept, r.resources[i])
		}
	}
	r.resources = kept
}
