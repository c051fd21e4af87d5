package iam

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Policy is an IAM policy document, as
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html spells it.
type Policy struct {
	Version    graph.Text // empty: 2008-10-17 to AWS
	ID         graph.Text
	Statements []Statement
	Open       bool         // there may be more statements than these, of which nothing is known
	OpenReason graph.Reason // why, when Open
	Problems   []Problem    // what the document has that AWS would refuse, in the order of the document
}

// Problem is something in a document that IAM's grammar does not allow.
type Problem struct {
	Offset    int    // in bytes from the start of the document; a reference or hole counts as one
	Statement int    // index of the statement, or -1
	Message   string // never quotes values
}

// Effect is what a statement does when it matches.
type Effect uint8

// The effects. One that is not known is no effect: the parser makes the policy open instead.
const (
	Deny Effect = iota
	Allow
)

// String returns "Deny" or "Allow", as policies spell it.
func (e Effect) String() string {
	if e == Allow {
		return "Allow"
	}
	return "Deny"
}

// Element is an element of a statement.
type Element uint8

// The elements, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html lists them.
const (
	ElementSid Element = iota
	ElementEffect
	ElementPrincipal
	ElementNotPrincipal
	ElementAction
	ElementNotAction
	ElementResource
	ElementNotResource
	ElementCondition
	elementCount
)

// elementNames are the spellings that policies use.
func elementNames() [elementCount]string {
	return [elementCount]string{"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
}

// String returns the name as policies spell it.
func (e Element) String() string {
	if e >= elementCount {
		return "?"
	}
	return elementNames()[e]
}

// elementNamed finds an element by its name in whatever case.
func elementNamed(name string) (Element, bool) {
	for i, n := range elementNames() {
		if strings.EqualFold(n, name) {
			return Element(i), true
		}
	}
	return elementCount, false
}

// Statement is one statement of a policy.
type Statement struct {
	Index        int // of the statement in its document, unknown ones counted
	Offset       int // in bytes from the start of the document; a reference or hole counts as one
	Sid          graph.Text
	Effect       Effect
	Principal    *Principals // nil where the statement has no such element
	NotPrincipal *Principals
	Action       *List
	NotAction    *List
	Resource     *List
	NotResource  *List
	Conditions   []Condition
	// OpenConditions says that there may be further conditions, of which nothing is known.
	OpenConditions bool

	at [elementCount]int // offset of each element; 0 where there is none, for a brace stands there
}

// ElementOffset returns where the name of an element stands, and whether the statement has it.
func (s Statement) ElementOffset(e Element) (int, bool) {
	if e >= elementCount || s.at[e] == 0 {
		return 0, false
	}
	return s.at[e], true
}

// List is the value of an element: strings, of which one has to match.
type List struct {
	Items []graph.Text
	Open  bool // there may be further values
}

// Principals is the value of Principal or NotPrincipal.
type Principals struct {
	Items []PrincipalID
	Open  bool // there may be further principals
}

// PrincipalID is one principal that a statement names: a type (AWS, Service, Federated, CanonicalUser, or * for
// everyone) and its identifier. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
type PrincipalID struct {
	Type string
	ID   graph.Text
}

// principalTypes are the types that the grammar knows.
func principalTypes() []string { return []string{"AWS", "Service", "Federated", "CanonicalUser"} }

// Condition is one condition of a statement: an operator, a key, and values of which one has to match. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html.
type Condition struct {
	Operator string
	Key      graph.Text
	Values   List
	Offset   int // of the key
}

// Map returns the policy with every string of its principals, actions, resources and conditions replaced by what f makes
// of it.
func (p *Policy) Map(f func(graph.Text) graph.Text) Policy {
	list := func(l *List) *List {
		if l == nil {
			return nil
		}
		out := List{Items: make([]graph.Text, len(l.Items)), Open: l.Open}
		for i, t := range l.Items {
			out.Items[i] = f(t)
		}
		return &out
	}
	principals := func(p *Principals) *Principals {
		if p == nil {
			return nil
		}
		out := Principals{Items: make([]PrincipalID, len(p.Items)), Open: p.Open}
		for i, id := range p.Items {
			out.Items[i] = PrincipalID{Type: id.Type, ID: f(id.ID)}
		}
		return &out
	}
	out := *p
	out.Statements = make([]Statement, len(p.Statements))
	for i, s := range p.Statements {
		s.Principal, s.NotPrincipal = principals(s.Principal), principals(s.NotPrincipal)
		s.Action, s.NotAction, s.Resource, s.NotResource = list(s.Action), list(s.NotAction), list(s.Resource), list(s.NotResource)
		conditions := s.Conditions
		s.Conditions = make([]Condition, len(conditions))
		for j, c := range conditions {
			c.Values = *list(&c.Values)
			s.Conditions[j] = c
		}
		out.Statements[i] = s
	}
	return out
}

// FromGraph turns a policy that [graph.ParsePolicy] has read into one that can be decided on.
func FromGraph(p graph.Policy) Policy {
	out := Policy{Version: graph.Literal(p.Version), Open: p.Open}
	if p.Open {
		out.OpenReason = graph.ReasonAfterApply
	}
	for i, s := range p.Statements {
		t := Statement{Index: i, Sid: graph.Literal(s.Sid), Effect: Deny}
		if s.Allow {
			t.Effect = Allow
		}
		t.Principal, t.NotPrincipal = principalsOf(s.Principals), principalsOf(s.NotPrincipals)
		t.Action, t.NotAction = listOf(s.Actions), listOf(s.NotActions)
		t.Resource, t.NotResource = listOf(s.Resources), listOf(s.NotResources)
		for _, c := range s.Conditions {
			t.Conditions = append(t.Conditions, Condition{Operator: c.Operator, Key: graph.Literal(c.Key), Values: List{Items: c.Values}})
		}
		out.Statements = append(out.Statements, t)
	}
	return out
}

func principalsOf(all []graph.Principal) *Principals {
	if len(all) == 0 {
		return nil
	}
	out := &Principals{}
	for _, p := range all {
		out.Items = append(out.Items, PrincipalID{Type: p.Type, ID: p.ID})
	}
	return out
}

func listOf(all []graph.Text) *List {
	if len(all) == 0 {
		return nil
	}
	return &List{Items: all}
}
