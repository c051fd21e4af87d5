package iam

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// ErrNotPolicy says that a text is no policy document.
var ErrNotPolicy = errors.New("not a policy document: expected a JSON object with a Statement")

// ParseString reads a policy document that is wholly known. See [Parse].
func ParseString(s string) (Policy, error) { return Parse(graph.Literal(s)) }

// Parse reads a policy document whose strings may hold references and holes, which may stand for whole
// values too. A value may be a list of one or the scalar alone, and names of elements are read in any
// case. What IAM's grammar does not allow is reported in [Policy.Problems], and what it spoils is held
// for unknown. A text that is one hole is an open policy. The error never quotes the document.
func Parse(t graph.Text) (Policy, error) {
	root, err := readJSON(t)
	switch {
	case err != nil:
		return Policy{}, err
	case root.kind == nodeHole:
		return Policy{Open: true, OpenReason: root.text.Reason()}, nil
	case root.kind != nodeObject:
		return Policy{}, ErrNotPolicy
	}
	r := reader{}
	if !r.document(root) {
		return Policy{}, ErrNotPolicy
	}
	return r.policy, nil
}

// reader fills a policy from JSON.
type reader struct {
	policy    Policy
	statement int // index of the statement that is read, or -1
}

func (r *reader) problem(off int, message string) {
	r.policy.Problems = append(r.policy.Problems, Problem{Offset: off, Statement: r.statement, Message: message})
}

// open says that there may be statements of which nothing is known.
func (r *reader) open(why graph.Reason) {
	if !r.policy.Open {
		r.policy.Open, r.policy.OpenReason = true, why
	}
}

func (r *reader) document(root node) bool {
	r.statement = -1
	var statements []node
	seen := map[string]bool{}
	found := false
	for _, m := range root.members {
		key, known := m.key.Literal()
		name := strings.ToLower(key)
		if !known {
			r.problem(m.off, "the name of an element is not known")
			r.open(m.key.Reason())
			found = true
			continue
		}
		twice := seen[name]
		seen[name] = true
		if twice {
			r.problem(m.off, "the element stands twice")
		}
		switch name {
		case "version":
			r.policy.Version = m.val.text
			if twice || m.val.kind != nodeScalar || !m.val.quoted {
				r.policy.Version = graph.Hole(graph.ReasonMalformed)
			}
		case "id":
			r.policy.ID = m.val.text
		case "statement":
			found = true
			if twice {
				r.open(graph.ReasonMalformed) // which of them counts is not documented
				statements = nil
				continue
			}
			statements = []node{m.val}
			if m.val.kind == nodeList {
				statements = m.val.items
			}
		default:
			r.problem(m.off, "no element of a policy has this name")
		}
	}
	if r.policy.Open && seen["statement"] && len(statements) == 0 {
		return found
	}
	for i, n := range statements {
		r.statement = i
		r.read(n)
	}
	return found
}

// read reads one statement. One that is not understood may be anything, and leaves the policy open.
func (r *reader) read(n node) {
	if n.kind == nodeHole {
		r.open(n.text.Reason())
		return
	}
	if n.kind == nodeScalar && !n.text.IsLiteral() && len(n.text.Parts()) == 1 { // "${statement}": a source spelt a hole as a string
		r.open(n.text.Reason())
		return
	}
	if n.kind != nodeObject {
		r.problem(n.off, "a statement is an object")
		r.open(graph.ReasonMalformed)
		return
	}
	if s, why := r.elements(n); why != "" {
		r.open(why)
	} else {
		r.policy.Statements = append(r.policy.Statements, s)
	}
}

// elements reads the elements of a statement. It returns a reason when they do not make one that is understood.
func (r *reader) elements(n node) (Statement, graph.Reason) {
	s := Statement{Index: r.statement, Offset: n.off}
	spoilt := graph.Reason("")
	spoil := func(off int, why graph.Reason, message string) {
		if message != "" {
			r.problem(off, message)
		}
		spoilt = cmp.Or(spoilt, why)
	}
	effect := false
	for _, m := range n.members {
		key, known := m.key.Literal()
		e, ok := elementNamed(key)
		switch {
		case !known:
			spoil(m.off, m.key.Reason(), "the name of an element is not known")
			continue
		case !ok:
			spoil(m.off, graph.ReasonMalformed, "no element of a statement has this name")
			continue
		case s.at[e] != 0:
			spoil(m.off, graph.ReasonMalformed, "the element stands twice")
			continue
		}
		s.at[e] = m.off
		if e != ElementEffect {
			r.element(&s, e, m.val)
			continue
		}
		word, isKnown := m.val.text.Literal()
		if m.val.kind == nodeHole || !isKnown {
			spoil(m.off, m.val.text.Reason(), "")
			word = Deny.String()
		}
		effect = word == Allow.String() || word == Deny.String()
		if word == Allow.String() {
			s.Effect = Allow
		}
	}
	if !effect {
		spoil(n.off, graph.ReasonMalformed, "the statement needs an Effect of Allow or Deny")
	}
	if s.Action == nil && s.NotAction == nil {
		spoil(n.off, graph.ReasonMalformed, "the statement needs Action or NotAction")
	}
	for _, pair := range [][2]Element{{ElementPrincipal, ElementNotPrincipal}, {ElementAction, ElementNotAction}, {ElementResource, ElementNotResource}} {
		if s.at[pair[0]] != 0 && s.at[pair[1]] != 0 {
			spoil(s.at[pair[1]], graph.ReasonMalformed, "the statement has both "+pair[0].String()+" and "+pair[1].String())
		}
	}
	return s, spoilt
}

// element reads one element but for the effect.
func (r *reader) element(s *Statement, e Element, n node) {
	switch e {
	case ElementSid:
		s.Sid = n.text
	case ElementPrincipal:
		s.Principal = r.principals(n)
	case ElementNotPrincipal:
		s.NotPrincipal = r.principals(n)
	case ElementAction:
		s.Action = r.list(n)
	case ElementNotAction:
		s.NotAction = r.list(n)
	case ElementResource:
		s.Resource = r.list(n)
	case ElementNotResource:
		s.NotResource = r.list(n)
	case ElementCondition:
		s.Conditions, s.OpenConditions = r.conditions(n)
	case ElementEffect, elementCount:
	}
}

// list reads a scalar, or a list of them.
func (r *reader) list(n node) *List {
	out := &List{}
	items := n.items
	if n.kind != nodeList {
		items = []node{n}
	}
	for _, i := range items {
		switch i.kind {
		case nodeScalar:
			out.Items = append(out.Items, i.text)
		case nodeHole:
			out.Open = true
		case nodeNull, nodeList, nodeObject:
			r.problem(i.off, "expected a string")
			out.Open = true
		}
	}
	return out
}

func (r *reader) principals(n node) *Principals {
	out := &Principals{}
	switch n.kind {
	case nodeScalar:
		if word, known := n.text.Literal(); known && word == "*" {
			out.Items = append(out.Items, PrincipalID{Type: "*", ID: n.text})
			return out
		}
		if n.text.IsLiteral() {
			r.problem(n.off, "a principal is * or an object of types")
		}
		out.Open = true
	case nodeHole:
		out.Open = true
	case nodeNull, nodeList:
		r.problem(n.off, "a principal is * or an object of types")
		out.Open = true
	case nodeObject:
		var seen []string
		for _, m := range n.members {
			key, known := m.key.Literal()
			kind := ""
			for _, t := range principalTypes() {
				if strings.EqualFold(t, key) {
					kind = t
				}
			}
			switch {
			case !known:
				out.Open = true
				continue
			case kind == "":
				r.problem(m.off, "no principal has this type")
				out.Open = true
				continue
			case slices.Contains(seen, kind):
				r.problem(m.off, "the type of principal stands twice")
				out.Open = true
			}
			seen = append(seen, kind)
			ids := r.list(m.val)
			out.Open = out.Open || ids.Open
			for _, id := range ids.Items {
				out.Items = append(out.Items, PrincipalID{Type: kind, ID: id})
			}
		}
	}
	return out
}

func (r *reader) conditions(n node) (all []Condition, open bool) {
	if n.kind == nodeHole {
		return nil, true
	}
	if n.kind != nodeObject {
		r.problem(n.off, "a condition is an object of operators")
		return nil, true
	}
	operators := map[string]bool{}
	for _, m := range n.members {
		op, known := m.key.Literal()
		if known && operators[strings.ToLower(op)] {
			r.problem(m.off, "the operator stands twice")
			open = true // which of them counts is not documented
			all = slices.DeleteFunc(all, func(c Condition) bool { return strings.EqualFold(c.Operator, op) })
			continue
		}
		operators[strings.ToLower(op)] = true
		if !known || m.val.kind == nodeHole {
			open = true
			continue
		}
		if m.val.kind != nodeObject {
			r.problem(m.off, "an operator has an object of keys")
			open = true
			continue
		}
		of, twice := r.operator(op, m.val)
		all, open = append(all, of...), open || twice
	}
	return all, open
}

// operator reads the keys of one operator. A key that stands twice is none of them, since which counts is not documented.
func (r *reader) operator(op string, n node) (all []Condition, twice bool) {
	times := make(map[string]int, len(n.members))
	for _, k := range n.members {
		if name, known := k.key.Literal(); known {
			times[strings.ToLower(name)]++
		}
	}
	told := map[string]bool{}
	for _, k := range n.members {
		name, known := k.key.Literal()
		name = strings.ToLower(name)
		if known && times[name] > 1 {
			if twice = true; told[name] {
				r.problem(k.off, "the condition key stands twice")
			}
			told[name] = true
			continue
		}
		all = append(all, Condition{Operator: op, Key: k.key, Values: *r.list(k.val), Offset: k.off})
	}
	return all, twice
}
