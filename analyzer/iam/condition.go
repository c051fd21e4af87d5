package iam

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// operator is one row of the table of condition operators.
type operator struct {
	name    string
	negated bool // it holds when no value matches
	compare func(s scope, value, pattern graph.Text) answer
}

// answer is what a comparison says.
type answer struct {
	tri graph.Tri
	// unset says that a policy variable of the pattern has no value, or may have none. The pattern matches nothing then;
	// what a negated operator makes of that is not documented.
	unset bool
}

// operators is the table of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
// Null is not in it, for it compares nothing.
func operators() []operator {
	return []operator{
		{"StringEquals", false, equals(0)},
		{"StringNotEquals", true, equals(0)},
		{"StringEqualsIgnoreCase", false, equals(fold)},
		{"StringNotEqualsIgnoreCase", true, equals(fold)},
		{"StringLike", false, like},
		{"StringNotLike", true, like},
		{"NumericEquals", false, numeric(func(c int) bool { return c == 0 })},
		{"NumericNotEquals", true, numeric(func(c int) bool { return c == 0 })},
		{"NumericLessThan", false, numeric(func(c int) bool { return c < 0 })},
		{"NumericLessThanEquals", false, numeric(func(c int) bool { return c <= 0 })},
		{"NumericGreaterThan", false, numeric(func(c int) bool { return c > 0 })},
		{"NumericGreaterThanEquals", false, numeric(func(c int) bool { return c >= 0 })},
		{"DateEquals", false, date(func(c int) bool { return c == 0 })},
		{"DateNotEquals", true, date(func(c int) bool { return c == 0 })},
		{"DateLessThan", false, date(func(c int) bool { return c < 0 })},
		{"DateLessThanEquals", false, date(func(c int) bool { return c <= 0 })},
		{"DateGreaterThan", false, date(func(c int) bool { return c > 0 })},
		{"DateGreaterThanEquals", false, date(func(c int) bool { return c >= 0 })},
		{"Bool", false, boolean},
		{"BinaryEquals", false, binary},
		{"IpAddress", false, address},
		{"NotIpAddress", true, address},
		{"ArnEquals", false, arnLike},
		{"ArnLike", false, arnLike},
		{"ArnNotEquals", true, arnLike},
		{"ArnNotLike", true, arnLike},
	}
}

// operatorTable finds an operator by its name in lower case.
var operatorTable = func() map[string]operator { //nolint:gochecknoglobals // read only, made once: it is asked for every condition
	out := map[string]operator{}
	for _, o := range operators() {
		out[strings.ToLower(o.name)] = o
	}
	return out
}()

// quantifier is a set operator; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
type quantifier uint8

const (
	plain quantifier = iota
	forAll
	forAny
)

// splitOperator takes an operator apart: its qualifier, its name in lower case, and IfExists.
func splitOperator(full string) (quantifier, string, bool) {
	name := strings.ToLower(full)
	q := plain
	if rest, ok := strings.CutPrefix(name, "forallvalues:"); ok {
		q, name = forAll, rest
	} else if rest, ok := strings.CutPrefix(name, "foranyvalue:"); ok {
		q, name = forAny, rest
	}
	name, ifExists := strings.CutSuffix(name, "ifexists")
	return q, name, ifExists
}

// KnownOperator says that the name is one of a condition operator, with its qualifiers.
func KnownOperator(full string) bool {
	_, name, ifExists := splitOperator(full)
	if name == "null" {
		return !ifExists
	}
	_, ok := operatorTable[name]
	return ok
}

// condition decides one condition.
func (s scope) condition(c *Condition) graph.Tri {
	key, ok := c.Key.Literal()
	if !ok {
		return graph.Maybe
	}
	q, name, ifExists := splitOperator(c.Operator)
	k := s.context.Get(key)
	if name == "null" {
		return null(k, c.Values)
	}
	op, ok := operatorTable[name]
	if !ok {
		return graph.Maybe
	}
	without := graph.TriOf(whenAbsent(q, op.negated, ifExists))
	if k.State == KeyAbsent {
		return without
	}
	with := s.present(op, q, k, c.Values)
	if k.State == KeyPresent || k.Always || with == without {
		return with
	}
	return graph.Maybe
}

// whenAbsent says what a condition on a key is worth that the request does not have.
func whenAbsent(q quantifier, negated, ifExists bool) bool {
	switch q {
	case forAll:
		return true
	case forAny:
		return ifExists
	case plain:
	}
	return negated || ifExists
}

// present decides a condition on a key that the request has, or may have. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func (s scope) present(op operator, q quantifier, k Key, values List) graph.Tri {
	all, anyOf := graph.Yes, graph.No
	one := func(v graph.Text) {
		r := s.one(op, v, values)
		all, anyOf = all.And(r), anyOf.Or(r)
	}
	if k.State == KeyPresent {
		for _, v := range k.Values {
			if q == forAll && len(k.Values) == 1 && emptiable(v) { // an empty value is no value
				if r := s.one(op, v, values); !v.IsEmpty() && r != graph.Yes {
					all = all.And(graph.Maybe)
				}
				continue
			}
			one(v)
		}
	}
	if k.State != KeyPresent || k.Open {
		// Any one string; and for a set, any number of them, each with this result or a more certain one, or none.
		r := s.one(op, graph.Hole(k.reason()), values)
		some := r
		if k.Open || k.Multi {
			some = r.And(graph.Maybe)
		}
		if q == forAll {
			r = r.Or(graph.Maybe) // it may be empty
		}
		all, anyOf = all.And(r), anyOf.Or(some)
	}
	switch q {
	case forAll:
		return all
	case forAny:
		return anyOf
	case plain:
	}
	if k.Multi || k.Open || len(k.Values) != 1 && k.State == KeyPresent {
		return graph.Maybe // a set requires a set operator; what it does without one is not documented
	}
	return all
}

// emptiable says that a text may stand for the empty string.
func emptiable(t graph.Text) bool {
	return !slices.ContainsFunc(t.Parts(), func(p graph.Part) bool { return p.Kind == graph.PartLiteral })
}

// vacuous is emptiable without references, which name something.
func vacuous(t graph.Text) bool {
	return !slices.ContainsFunc(t.Parts(), func(p graph.Part) bool { return p.Kind != graph.PartHole })
}

// one decides a condition on one value of its key.
func (s scope) one(op operator, value graph.Text, values List) graph.Tri {
	got := graph.No
	unset := false
	for _, p := range values.Items {
		a := op.compare(s, value, p)
		got = got.Or(a.tri)
		unset = unset || a.unset
	}
	if values.Open {
		got = got.Or(graph.Maybe)
	}
	if !op.negated {
		return got
	}
	if unset {
		return got.Not().And(graph.Maybe)
	}
	return got.Not()
}

// null decides a Null condition: "true" means that the key is absent; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null.
func null(k Key, values List) graph.Tri {
	absent := graph.Maybe
	switch {
	case k.State == KeyAbsent:
		absent = graph.Yes
	case k.State == KeyPresent && len(k.Values) > 0, k.Always && !k.Multi: // an empty set may be as good as none
		absent = graph.No
	}
	got := graph.No
	for _, v := range values.Items {
		word, known := v.Literal()
		switch {
		case known && strings.EqualFold(word, "true"):
			got = got.Or(absent)
		case known && strings.EqualFold(word, "false"):
			got = got.Or(absent.Not())
		default:
			got = got.Or(graph.Maybe)
		}
	}
	if values.Open {
		got = got.Or(graph.Maybe)
	}
	return got
}
