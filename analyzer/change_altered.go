package analyzer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// filterAttrs are the attributes that say what of the events a hop lets through.
//
//nolint:gochecknoglobals // a table
var filterAttrs = map[string]bool{
	"events": true, "prefix": true, "suffix": true, "filter_policy": true, "filter_policy_scope": true, "filter_pattern": true, "filters": true, "selection": true,
}

// identityAttrs say what a node is called and where it leads. The hops tell when that changes.
//
//nolint:gochecknoglobals // a table
var identityAttrs = map[string]bool{
	"url": true, "key_id": true, "home_region": true, "force_destroy": true, "s3_bucket": true, "sns_topic": true, "log_group": true, "notification.queues": true,
	"notification.topics": true, "notification.functions": true, "notification.eventbridge": true, "replication.rules": true, "logging.bucket": true, "pending": true,
}

// altered lists what a plan changes of the hops and nodes that both graphs have on a chain of a trail, and what
// it takes away of what they depend on.
func altered(s Subject, before, after map[hopKey]*graph.Edge, byAddr map[string]graph.Change) []Alteration {
	var out []Alteration
	for _, k := range slices.SortedFunc(keys(before), compareKeys) {
		was, is := before[k], after[k]
		if is == nil || !isTraced(s.Before, was.From) {
			continue
		}
		add := func(a, b graph.Attrs) {
			for _, name := range slices.Sorted(maps.Keys(filterAttrs)) {
				if x, y := spelt(a, name), spelt(b, name); x != y {
					out = append(out, Alteration{Node: was.From, Hop: is.ID, Attr: name, Before: x, After: y, Because: because(is, s.Graph, byAddr)})
				}
			}
		}
		if was.Connector == "" || was.Connector != is.Connector {
			add(was.Attrs, is.Attrs)
			continue
		}
		add(s.Before.Node(was.Connector).Attrs, s.Graph.Node(is.Connector).Attrs)
	}
	for n := range s.Before.Nodes() {
		now := s.Graph.Node(n.ID)
		if !n.Declared() || now == nil || !now.Declared() || !isTraced(s.Before, n.ID) || graph.InfoOf(n.Kind).Role == graph.RoleConnector || byAddr[n.Address].Action == graph.ActionReplace {
			continue
		}
		for _, row := range graph.AttributesOf(n.Kind) {
			if identityAttrs[row.Name] {
				continue
			}
			x, y := spelt(n.Attrs, row.Name), spelt(now.Attrs, row.Name)
			if row.Type == graph.TypePolicy {
				x, y = policySpelt(n.Attrs, row.Name), policySpelt(now.Attrs, row.Name)
			}
			if x == y || row.Type == graph.TypePolicy && mayBeSame(n.Attrs.Policy(row.Name), now.Attrs.Policy(row.Name)) {
				continue
			}
			out = append(out, Alteration{
				Node: n.ID, Attr: row.Name, Before: shortened(x), After: shortened(y), Removed: n.Attrs.Text(row.Name).State() == graph.Known && now.Attrs.Text(row.Name).State() == graph.Absent && (row.Type == graph.TypePolicy || row.Type == graph.TypeText),
				Because: nodeBecause(n, now, row.Name, byAddr),
			})
		}
	}
	gone, by := withdrawn(s, byAddr)
	out = slices.DeleteFunc(out, func(a Alteration) bool { return a.Removed && by[attrOf{a.Node, a.Attr}] })
	return append(out, gone...)
}

// attrOf is an attribute of a node.
type attrOf struct {
	node graph.NodeID
	attr string
}

// withdrawn lists the support edges of the chains that the plan takes away: roles that are no longer there, their
// policies, permissions of functions, keys. by are the attributes that led there, which say the same once more.
func withdrawn(s Subject, byAddr map[string]graph.Change) (out []Alteration, by map[attrOf]bool) {
	type key struct{ kind, from, to string }
	keyOf := func(e *graph.Edge) key { return key{e.Kind.ID, string(e.From), string(e.To)} }
	now := map[key]bool{}
	open := map[key]bool{} // edges of a kind from a node whose other end is not known
	for e := range s.Graph.SupportEdges() {
		now[keyOf(e)] = true
		if isOpen(s.Graph, e.To) || e.OneOf != "" {
			open[key{e.Kind.ID, string(e.From), ""}] = true
		}
	}
	machinery := map[graph.NodeID]bool{}
	for e := range s.Before.SupportEdges() {
		if e.Kind.Verb == "assumes" && isTraced(s.Before, e.From) {
			machinery[e.To] = true
		}
	}
	by = map[attrOf]bool{}
	seen := map[key]bool{}
	for e := range s.Before.SupportEdges() {
		k := keyOf(e)
		if now[k] || seen[k] || open[key{k.kind, k.from, ""}] || e.OneOf != "" || s.Graph.Node(e.From) == nil && !machinery[e.From] {
			continue
		}
		on := isTraced(s.Before, e.From) && (e.Kind.Verb == "assumes" || e.Kind.ID == "lambda_permission" || e.Kind.Verb == "encrypts_with")
		if !on && !(machinery[e.From] && (e.Kind.ID == "iam_inline" || e.Kind.ID == "iam_managed")) {
			continue
		}
		if n := s.Graph.Node(e.From); n != nil && byAddr[n.Address].Action == graph.ActionReplace {
			continue
		}
		seen[k] = true
		by[attrOf{e.From, e.Kind.To.Attr}] = true
		out = append(out, Alteration{Node: e.From, Attr: attrOfEdge(e), Edge: e.Kind.ID, Before: string(e.To), After: "not set", Removed: true, Because: because(e, s.Before, byAddr)})
	}
	return out, by
}

// attrOfEdge is the attribute that a role or a key stands under; of other support edges the kind says more.
func attrOfEdge(e *graph.Edge) string {
	if e.Kind.Verb == "assumes" || e.Kind.Verb == "encrypts_with" {
		return strings.TrimSuffix(e.Kind.To.Attr, "[]")
	}
	return e.Kind.ID
}

// spelt spells an attribute for comparison and for people.
func spelt(a graph.Attrs, name string) string {
	attr, ok := a.Get(name)
	if !ok {
		return "not set"
	}
	return speltValue(attr.Value)
}

func speltValue(v graph.Value[any]) string {
	switch {
	case v.Sensitive():
		return "(sensitive)"
	case v.State() == graph.Unknown && v.Reason() != graph.ReasonNotInInput:
		return "not known: " + string(v.Reason())
	case v.State() != graph.Known:
		return "not set"
	}
	data, _ := v.Get()
	switch d := data.(type) {
	case graph.Text:
		if d.IsEmpty() {
			return "not set"
		}
		return d.String()
	case []graph.Text:
		texts := make([]string, len(d))
		for i, t := range d {
			texts[i] = t.String()
		}
		slices.Sort(texts)
		return strings.Join(texts, ", ")
	case []graph.Attrs:
		blocks := make([]string, len(d))
		for i, b := range d {
			var fields []string
			for name, attr := range b.All() {
				if s := speltValue(attr.Value); s != "not set" && !attr.Value.IsDefault() {
					fields = append(fields, name+" "+s)
				}
			}
			blocks[i] = strings.Join(fields, ", ")
		}
		return strings.Join(blocks, "; ")
	}
	return fmt.Sprint(data)
}

// policySpelt spells a policy so that documents which say the same are the same, and without condition values,
// which are for comparison alone.
func policySpelt(a graph.Attrs, name string) string {
	attr, _ := a.Get(name)
	if p, ok := a.Policy(name).Get(); ok && !attr.Value.Sensitive() {
		return graph.RenderPolicy(p).String()
	}
	return speltValue(attr.Value)
}

// mayBeSame says that two policies, of which one is not known in full, differ in nothing that is known. Terraform
// defers a document whose inputs change, be it by a tag, and most come out as they were.
func mayBeSame(a, b graph.Value[graph.Policy]) bool {
	p, okP := a.Get()
	q, okQ := b.Get()
	if !okP || !okQ || len(p.Statements) != len(q.Statements) {
		return false
	}
	for i, s := range p.Statements {
		o := q.Statements[i]
		if s.Sid != o.Sid || s.Allow != o.Allow || len(s.Conditions) != len(o.Conditions) ||
			!mayFit(s.Actions, o.Actions) || !mayFit(s.NotActions, o.NotActions) || !mayFit(s.Resources, o.Resources) || !mayFit(s.NotResources, o.NotResources) ||
			!mayFit(principalTexts(s.Principals), principalTexts(o.Principals)) || !mayFit(principalTexts(s.NotPrincipals), principalTexts(o.NotPrincipals)) {
			return false
		}
		for _, c := range s.Conditions {
			if !slices.ContainsFunc(o.Conditions, func(d graph.Condition) bool {
				return c.Operator == d.Operator && c.Key == d.Key && mayFit(c.Values, d.Values)
			}) {
				return false
			}
		}
	}
	return true
}

func principalTexts(all []graph.Principal) []graph.Text {
	out := make([]graph.Text, len(all))
	for i, p := range all {
		out[i] = graph.Join(graph.Literal(p.Type+" "), p.ID)
	}
	return out
}

// mayFit says that each text of either list may be one of the other.
func mayFit(a, b []graph.Text) bool {
	in := func(x graph.Text, list []graph.Text) bool {
		return slices.ContainsFunc(list, func(y graph.Text) bool { return x.Equal(y) != graph.No })
	}
	return !slices.ContainsFunc(a, func(x graph.Text) bool { return !in(x, b) }) && !slices.ContainsFunc(b, func(x graph.Text) bool { return !in(x, a) })
}

// shortened shortens what is too long to read; a policy is not shown at all.
func shortened(s string) string {
	if strings.HasPrefix(s, `{"Version"`) {
		return "a policy"
	}
	return s
}

// nodeBecause names the change that alters an attribute of a node: of the declaration that set it.
func nodeBecause(was, is *graph.Node, attr string, byAddr map[string]graph.Change) string {
	a, _ := was.Attrs.Get(attr)
	b, _ := is.Attrs.Get(attr)
	for _, addr := range []string{cmp.Or(b.Origin, a.Origin), a.Origin, is.Address} {
		if ch, ok := byAddr[addr]; ok {
			if verb := actionVerbs[ch.Action]; verb != "" {
				return addr + " is " + verb
			}
		}
	}
	return ""
}

// actionVerbs say what a plan does to a declaration.
//
//nolint:gochecknoglobals // a table
var actionVerbs = map[graph.Action]string{
	graph.ActionDelete: "deleted", graph.ActionReplace: "replaced", graph.ActionUpdate: "updated", graph.ActionCreate: "created", graph.ActionForget: "no longer managed",
}
