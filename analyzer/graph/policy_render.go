package graph

import (
	"cmp"
	"encoding/json"
	"slices"
)

// RenderPolicy spells a policy document as JSON. Statements keep their order; strings that are not wholly
// known keep their references and holes, inside of the quotes, and a hole among the statements stands for those that
// are not known. [ParsePolicy] reads it back as it was.
func RenderPolicy(p Policy) Text {
	w := policyWriter{}
	w.raw(`{"Version":`)
	w.text(Literal(cmp.Or(p.Version, "2012-10-17")))
	w.raw(`,"Statement":[`)
	for i, s := range p.Statements {
		if i > 0 {
			w.raw(",")
		}
		w.statement(s)
	}
	if p.Open {
		if len(p.Statements) > 0 {
			w.raw(",")
		}
		w.text(Hole(ReasonAfterApply))
	}
	w.raw("]}")
	return Join(w.pieces...)
}

type policyWriter struct{ pieces []Text }

func (w *policyWriter) raw(s string) { w.pieces = append(w.pieces, Literal(s)) }

func (w *policyWriter) text(t Text) {
	w.raw(`"`)
	for _, p := range t.Parts() {
		if p.Kind != PartLiteral {
			w.pieces = append(w.pieces, Text{parts: []Part{p}})
			continue
		}
		quoted, _ := json.Marshal(p.Literal) //nolint:errchkjson // a string always marshals
		w.raw(string(quoted[1 : len(quoted)-1]))
	}
	w.raw(`"`)
}

func (w *policyWriter) list(key string, all []Text) {
	if len(all) == 0 {
		return
	}
	w.raw(`,"` + key + `":`)
	w.texts(all)
}

func (w *policyWriter) texts(all []Text) {
	w.raw("[")
	for i, t := range all {
		if i > 0 {
			w.raw(",")
		}
		w.text(t)
	}
	w.raw("]")
}

func (w *policyWriter) statement(s Statement) {
	effect := "Deny"
	if s.Allow {
		effect = "Allow"
	}
	w.raw(`{"Effect":"` + effect + `"`)
	if s.Sid != "" {
		w.member("Sid", Literal(s.Sid))
	}
	w.principals("Principal", s.Principals)
	w.principals("NotPrincipal", s.NotPrincipals)
	w.list("Action", s.Actions)
	w.list("NotAction", s.NotActions)
	w.list("Resource", s.Resources)
	w.list("NotResource", s.NotResources)
	w.conditions(s.Conditions)
	w.raw("}")
}

func (w *policyWriter) member(key string, t Text) {
	w.raw(`,"` + key + `":`)
	w.text(t)
}

// principals groups identifiers by their type, as the grammar wants it. Everyone stands alone.
func (w *policyWriter) principals(key string, all []Principal) {
	if len(all) == 0 {
		return
	}
	w.raw(`,"` + key + `":`)
	if slices.ContainsFunc(all, func(p Principal) bool { return p.Type == "*" }) {
		w.raw(`"*"`)
		return
	}
	var types []string
	for _, p := range all {
		if !slices.Contains(types, p.Type) {
			types = append(types, p.Type)
		}
	}
	w.raw("{")
	for i, t := range types {
		if i > 0 {
			w.raw(",")
		}
		w.text(Literal(t))
		w.raw(":")
		var ids []Text
		for _, p := range all {
			if p.Type == t {
				ids = append(ids, p.ID)
			}
		}
		w.texts(ids)
	}
	w.raw("}")
}

// conditions groups keys by operator. Conditions of one operator and key are one, with the values of both.
func (w *policyWriter) conditions(all []Condition) {
	if len(all) == 0 {
		return
	}
	var operators []string
	for _, c := range all {
		if !slices.Contains(operators, c.Operator) {
			operators = append(operators, c.Operator)
		}
	}
	w.raw(`,"Condition":{`)
	for i, op := range operators {
		if i > 0 {
			w.raw(",")
		}
		w.text(Literal(op))
		w.raw(":{")
		var keys []string
		for _, c := range all {
			if c.Operator == op && !slices.Contains(keys, c.Key) {
				keys = append(keys, c.Key)
			}
		}
		for j, key := range keys {
			if j > 0 {
				w.raw(",")
			}
			w.text(Literal(key))
			w.raw(":")
			var values []Text
			for _, c := range all {
				if c.Operator == op && c.Key == key {
					values = append(values, c.Values...)
				}
			}
			w.texts(values)
		}
		w.raw("}")
	}
	w.raw("}")
}
