package sam

import (
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

type (
	node   = template.Node
	member = template.Member
)

// at is a position that nodes are made for.
type at graph.Pos

func (p at) text(s string) *node { return template.Text(s, graph.Pos(p)) }

func (p at) number(n int) *node {
	out := p.text(strconv.Itoa(n))
	out.Kind = template.Number
	return out
}

func (p at) boolean(b bool) *node {
	out := p.text(strconv.FormatBool(b))
	out.Kind = template.Bool
	return out
}

func (p at) list(items ...*node) *node { return template.ListOf(graph.Pos(p), items...) }

func (p at) texts(items ...string) *node {
	out := p.list()
	for _, s := range items {
		out.Items = append(out.Items, p.text(s))
	}
	return out
}

// obj makes a Map of the members that have a value.
func (p at) obj(members ...member) *node {
	out := template.MapOf(graph.Pos(p))
	for _, m := range members {
		if m.Value == nil {
			continue
		}
		out.Members = append(out.Members, standing(m))
	}
	return out
}

// standing returns a member with the position of its value, if it has none.
func standing(m member) member {
	if m.Pos == (graph.Pos{}) {
		m.Pos = m.Value.Pos
	}
	return m
}

func (p at) ref(id string) *node { return template.Ref(id, graph.Pos(p)) }

func (p at) getAtt(id, attribute string) *node { return template.GetAtt(id, attribute, graph.Pos(p)) }

// sub makes a Fn::Sub, with values of its own if there are any.
func (p at) sub(text string, values ...member) *node {
	if len(values) == 0 {
		return p.obj(set("Fn::Sub", p.text(text)))
	}
	return p.obj(set("Fn::Sub", p.list(p.text(text), p.obj(values...))))
}

func (p at) choose(condition string, yes, no *node) *node {
	return p.obj(set("Fn::If", p.list(p.text(condition), yes, no)))
}

func (p at) noValue() *node { return p.ref("AWS::NoValue") }

func (p at) condition(name string) *node { return p.obj(set("Condition", p.text(name))) }

// set is a member at the position of its value. One without a value is left out of what it is set in.
func set(key string, value *node) member { return member{Key: key, Value: value} }

// get returns what is under one key after the other, or nil for what is not there or null.
func get(n *node, keys ...string) *node {
	if n = n.At(keys...); n == nil || n.Kind == template.Null && n.Tag == "" {
		return nil
	}
	return n
}

// pass returns the members of a Map that have some keys, as they are.
func pass(n *node, keys ...string) []member {
	var out []member
	for _, key := range keys {
		if get(n, key) != nil {
			out = append(out, *n.Member(key))
		}
	}
	return out
}

// as returns the member of a Map that has a key, under another one.
func as(key string, n *node, from string) member { return set(key, get(n, from)) }

// withMembers returns a copy of a Map, or a new one, with members replaced or added.
func withMembers(n *node, members []member) *node {
	if n == nil {
		n = positionOf(members[0].Value).obj()
	}
	out := *n
	out.Members = append([]member(nil), n.Members...)
	index := map[string]int{}
	for i, m := range out.Members {
		index[m.Key] = i
	}
	for _, m := range members {
		if i, had := index[m.Key]; had {
			out.Members[i].Value = m.Value
			continue
		}
		index[m.Key] = len(out.Members)
		out.Members = append(out.Members, standing(m))
	}
	return &out
}

// positionOf returns the position of a node.
func positionOf(n *node) at { return at(n.Pos) }

// plain says that a node is a Map that calls no function.
func plain(n *node) bool {
	name, _ := n.Call()
	return n != nil && n.Kind == template.Map && n.Tag == "" && name == ""
}

// holds says that a value is there and neither empty, 0 nor false.
func holds(n *node) bool {
	switch {
	case get(n) == nil:
		return false
	case n.Kind == template.Bool:
		return n.Text == "true"
	case n.Kind == template.Number:
		return strings.Trim(n.Text, "0.") != ""
	case n.Kind == template.String:
		return n.Text != ""
	}
	return len(n.Items)+len(n.Members) > 0
}

// isNoValue says that a node is a Ref to AWS::NoValue.
func isNoValue(n *node) bool {
	name, arg := n.Call()
	s, _ := arg.Scalar()
	return name == "Ref" && s == "AWS::NoValue"
}

// ifOf returns the parts of a Fn::If.
func ifOf(n *node) (condition string, yes, no *node, ok bool) {
	name, arg := n.Call()
	if name != "Fn::If" || arg.Kind != template.List || len(arg.Items) != 3 {
		return "", nil, nil, false
	}
	condition, ok = arg.Items[0].Scalar()
	return condition, arg.Items[1], arg.Items[2], ok
}

// idOf returns the logical id that a Ref or a Fn::GetAtt names.
func idOf(n *node) string {
	name, arg := n.Call()
	switch {
	case name == "Ref" && arg.Kind == template.String:
		return arg.Text
	case name == "Fn::GetAtt" && arg.Kind == template.String:
		if id, attribute, ok := strings.Cut(arg.Text, "."); ok && !strings.Contains(attribute, ".") {
			return id
		}
	case name == "Fn::GetAtt" && arg.Kind == template.List && len(arg.Items) == 2 && arg.Items[0].Kind == template.String:
		return arg.Items[0].Text
	}
	return ""
}

// shorten cuts what is quoted in messages.
func shorten(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
