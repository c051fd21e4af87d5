package iam

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// scope is where policy variables take their values from.
type scope struct {
	context   *Context
	variables graph.Tri // whether the version of the policy has variables
}

// scopeOf returns the scope of a policy: variables exist from version 2012-10-17 on; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func scopeOf(p *Policy, c *Context) scope {
	return scope{context: c, variables: p.Version.Equal(graph.Literal("2012-10-17"))}
}

// HasVariable says that a text may use a policy variable.
func HasVariable(t graph.Text) bool {
	for _, p := range t.Parts() {
		if strings.Contains(p.Literal, "${") {
			return true
		}
	}
	return false
}

// expand spells a string of a policy and puts the values of policy variables in their place, as plain
// characters. It says as well whether a variable has no value and no default. If so for certain, there are no symbols
// and the string matches nothing.
func (s scope) expand(t graph.Text, how spelling) ([]symbol, graph.Tri) {
	raw := spell(t, how)
	unset := graph.No
	if s.variables == graph.No || !HasVariable(t) {
		return raw, unset
	}
	if len(raw) > maxMatch {
		return []symbol{{kind: symHole}}, graph.Maybe
	}
	out := make([]symbol, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		end := closing(raw, i)
		if end < 0 {
			out = append(out, raw[i])
			continue
		}
		name, known := variableName(raw[i+2 : end])
		i = end
		if !known || s.variables == graph.Maybe {
			out, unset = append(out, symbol{kind: symHole}), unset.Or(graph.Maybe)
			continue
		}
		value, absent := s.value(name)
		if absent == graph.Yes {
			return nil, absent
		}
		out, unset = append(out, spell(value, how&^wild)...), unset.Or(absent)
	}
	return out, unset
}

// closing returns where the brace of a variable closes that opens at i, or -1.
func closing(raw []symbol, i int) int {
	char := func(j int, c rune) bool { return j < len(raw) && raw[j].kind == symChar && raw[j].char == c }
	if !char(i, '$') || !char(i+1, '{') {
		return -1
	}
	for j := i + 2; j < len(raw); j++ {
		if char(j, '}') {
			return j
		}
	}
	return -1
}

// variableName returns what stands between the braces.
func variableName(raw []symbol) (string, bool) {
	var b strings.Builder
	for _, s := range raw {
		switch s.kind {
		case symChar:
			b.WriteRune(s.char)
		case symAny:
			b.WriteByte('*')
		case symOne:
			b.WriteByte('?')
		case symRef, symHole:
			return "", false
		}
	}
	return b.String(), true
}

// value returns the value of a variable. ${*}, ${?} and ${$} are those characters themselves. A key without a
// value has the default that stands after a comma and a space, in single quotes.
// The second result says whether there is no value at all.
func (s scope) value(name string) (graph.Text, graph.Tri) {
	name = strings.TrimSpace(name)
	if name == "*" || name == "?" || name == "$" {
		return graph.Literal(name), graph.No
	}
	key, rest, hasDefault := strings.Cut(name, ", ")
	if strings.Contains(key, ",") {
		return graph.Hole(graph.ReasonMalformed), graph.Maybe // a default stands behind a comma and a space
	}
	k := s.context.Get(strings.TrimSpace(key))
	absent := graph.TriOf(!hasDefault)
	switch k.State {
	case KeyPresent:
		if len(k.Values) == 1 && !k.Open && !k.Multi && !vacuous(k.Values[0]) {
			return k.Values[0], graph.No
		}
		return graph.Hole(graph.ReasonUnsupported), graph.Maybe // what an empty value, or a set, is worth as a variable is not documented
	case KeyAbsent:
		rest = strings.TrimSpace(rest)
		if !hasDefault || len(rest) >= 2 && rest[0] == '\'' && rest[len(rest)-1] == '\'' {
			return graph.Literal(strings.Trim(rest, "'")), absent
		}
		return graph.Hole(graph.ReasonMalformed), graph.Maybe
	case KeyUnknown, KeyChosen:
	}
	return graph.Hole(k.reason()), graph.Maybe // it may be empty
}
