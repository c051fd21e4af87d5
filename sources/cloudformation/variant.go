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
func (s *stack) merged(all []variant) []graph.Resource {
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
		r := s.mergeOne(all, in, same)
		if len(in) < len(all) {
			r.Doubt = "only if " + graph.Conditions(conditionsOf(all), in)
			some := make(graph.Alternatives, len(in))
			for i, v := range in {
				some[i] = s.qualified(all[v].names)
			}
			r.Presence = append(r.Presence, some)
		}
		out = append(out, r)
	}
	return out
}

func (s *stack) mergeOne(all []variant, in []int, same []graph.Resource) graph.Resource {
	out := same[0]
	out.Attrs = graph.Attrs{}
	differ := false
	for _, name := range attrNames(same) {
		first, ok := same[0].Attrs[name]
		if ok && !slices.ContainsFunc(same[1:], func(r graph.Resource) bool { return !reflect.DeepEqual(r.Attrs[name].Value, first.Value) }) {
			if first.Statements != nil {
				var all [][]graph.Pos
				for _, r := range same {
					all = append(all, r.Attrs[name].Statements)
				}
				first.Statements = sameStatements(all)
			}
			out.Attrs[name] = first
			continue
		}
		differ = true
		for _, r := range same {
			if a := r.Attrs[name]; first.Pos.IsZero() {
				first.Pos = a.Pos
			}
		}
		first.Value, first.Statements = mergeValue(all, in, same, name), nil
		if info, known := graph.AttributeOf(out.Kind, name); known && info.Type == graph.TypePolicy {
			first = placeMerged(first, same, name)
		}
		out.Attrs[name] = first
	}
	out.Name, out.Of = mergeText(same, func(r *graph.Resource) graph.Value[graph.Text] { return r.Name }), mergeText(same, func(r *graph.Resource) graph.Value[graph.Text] { return r.Of })
	if !differ {
		return out
	}
	for i := range same {
		out.Scenarios = append(out.Scenarios, graph.Scenario{Conditions: all[in[i]].names, When: s.qualified(all[in[i]].names), Attrs: same[i].Attrs})
	}
	return out
}

// mergeValue returns what is known of an attribute that is not the same in all variants: of a policy the statements that
// are always there, of anything else the conditions that decide it.
func mergeValue(all []variant, in []int, same []graph.Resource, name string) graph.Value[any] {
	if info, ok := graph.AttributeOf(same[0].Kind, name); ok && info.Type == graph.TypePolicy {
		if p, ok := mergePolicy(same, name); ok {
			return graph.KnownOf[any](graph.RenderPolicy(p))
		}
	}
	names := map[string]bool{}
	for i := range same {
		var group []int
		for j := range same {
			if reflect.DeepEqual(same[j].Attrs[name].Value, same[i].Attrs[name].Value) {
				group = append(group, in[j])
			}
		}
		for _, c := range conditionsIn(graph.Conditions(conditionsOf(all), group)) {
			names[c] = true
		}
	}
	return graph.UnknownOf[any](decidedBy(sortedKeys(names)))
}

// conditionsIn returns the names in what [graph.Conditions] says.
func conditionsIn(s string) []string {
	var out []string
	words := strings.Fields(s)
	for i := range words[:len(words)-1] {
		if words[i] == "condition" {
			out = append(out, words[i+1])
		}
	}
	return out
}

func decidedBy(names []string) graph.Reason {
	switch len(names) {
	case 0:
		return "decided by conditions"
	case 1:
		return graph.Reason("decided by the condition " + names[0])
	}
	return graph.Reason("decided by the conditions " + strings.Join(names, ", "))
}

// mergePolicy returns the statements that a policy has in all variants. There may be more.
func mergePolicy(same []graph.Resource, name string) (graph.Policy, bool) {
	var out graph.Policy
	for i := range same {
		p, err := graph.ParsePolicy(same[i].Attrs.Text(name).Or(graph.Text{}))
		if err != nil {
			return out, false
		}
		if i == 0 {
			out = p
			continue
		}
		out.Statements = slices.DeleteFunc(out.Statements, func(s graph.Statement) bool {
			return !slices.ContainsFunc(p.Statements, func(o graph.Statement) bool { return reflect.DeepEqual(s, o) })
		})
	}
	out.Open = true
	return out, true
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
	return graph.UnknownOf[graph.Text]("decided by conditions")
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

// conditionsOf returns the conditions of each variant.
func conditionsOf(all []variant) []map[string]bool {
	out := make([]map[string]bool, len(all))
	for i, v := range all {
		out[i] = v.names
	}
	return out
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
		attr := r.resources[at].Attrs["policy"]
		places := slices.Clone(attr.Statements)
		known := len(places) == len(a.Statements)
		merged := a.Merge(b)
		places = slices.Grow(places, len(a.Statements)+1)[:len(a.Statements)]
		if !known {
			clear(places)
		}
		for j, n := range merged {
			places[n] = graph.Pos{}
			if more := res.Attrs["policy"].Statements; len(more) == len(merged) {
				places[n] = more[j]
			}
		}
		if a.Open {
			places = append(places, graph.Pos{})
		}
		attr.Value = graph.KnownOf[any](graph.RenderPolicy(a))
		r.resources[at].Attrs["policy"] = attr.WithStatements(places)
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
