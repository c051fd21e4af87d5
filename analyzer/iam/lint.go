package iam

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Flaw says in which way a statement does not do what it seems to.
type Flaw string

// The flaws.
const (
	NeverHolds     Flaw = "never-holds"      // a condition that no request meets: the statement does nothing
	AlwaysHolds    Flaw = "always-holds"     // a condition that every request meets: it restricts nothing
	HoldsWithout   Flaw = "holds-without"    // an allowing condition that requests without the key meet too
	FailsWithout   Flaw = "fails-without"    // a denying condition that requests without the key pass by
	Redundant      Flaw = "redundant"        // it changes nothing
	PrincipalGone  Flaw = "principal-gone"   // the id of a principal that was deleted
	PrincipalNever Flaw = "principal-never"  // a principal that nobody is
	NothingMatched Flaw = "nothing-matched"  // an element without values
	Undefined      Flaw = "operator-unknown" // no operator has the name
)

// Lint is a flaw of a statement, as the evaluation of requests sees it.
type Lint struct {
	Statement int // index in the document
	Offset    int // of the element or condition key in the document, as far as it is known
	Effect    Effect
	Flaw      Flaw
	Key       string // condition key; empty for what is no condition
	Operator  string
	Message   string // quotes no values of the policy
}

// LintPolicy returns the flaws of a policy, by statement and offset. It reports what is certain, whatever the unknown parts
// of the policy stand for.
func LintPolicy(p Policy) []Lint {
	var out []Lint
	for i := range p.Statements {
		l := linter{policy: &p, s: &p.Statements[i], out: &out}
		l.elements()
		l.principals()
		for j := range l.s.Conditions {
			l.condition(&l.s.Conditions[j])
		}
	}
	slices.SortStableFunc(out, func(a, b Lint) int {
		return cmp.Or(cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Message, b.Message))
	})
	return out
}

type linter struct {
	policy *Policy
	s      *Statement
	out    *[]Lint
}

func (l *linter) say(f Flaw, offset int, c *Condition, message string) {
	lint := Lint{Statement: l.s.Index, Offset: offset, Effect: l.s.Effect, Flaw: f, Message: message}
	if c != nil {
		lint.Offset, lint.Operator = c.Offset, c.Operator
		lint.Key, _ = c.Key.Literal()
	}
	*l.out = append(*l.out, lint)
}

// elements tells lists without values.
func (l *linter) elements() {
	for _, e := range []struct {
		of   Element
		list *List
	}{{ElementAction, l.s.Action}, {ElementNotAction, l.s.NotAction}, {ElementResource, l.s.Resource}, {ElementNotResource, l.s.NotResource}} {
		if e.list != nil && len(e.list.Items) == 0 && !e.list.Open {
			at, _ := l.s.ElementOffset(e.of)
			l.say(NothingMatched, at, nil, e.of.String()+" has no values")
		}
	}
}

// principals tells those who are nobody.
func (l *linter) principals() {
	for _, e := range []struct {
		of   Element
		list *Principals
	}{{ElementPrincipal, l.s.Principal}, {ElementNotPrincipal, l.s.NotPrincipal}} {
		if e.list == nil {
			continue
		}
		at, _ := l.s.ElementOffset(e.of)
		for _, p := range e.list.Items {
			id, known := p.ID.Literal()
			if !known || p.Type != "AWS" {
				continue
			}
			switch {
			case isUniqueID(id):
				l.say(PrincipalGone, at, nil, "a principal of "+e.of.String()+" is the id that AWS puts in the place of a role or user that was deleted")
			case id != "*" && strings.ContainsAny(id, "*?"):
				l.say(PrincipalNever, at, nil, "a principal of "+e.of.String()+" has a wildcard, which stands for nothing in principals")
			}
		}
	}
}

func isUniqueID(id string) bool {
	return !strings.Contains(id, ":") && slices.ContainsFunc(uniqueIDs(), func(prefix string) bool { return strings.HasPrefix(id, prefix) })
}

// alwaysPresent are the condition keys that every request has; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func alwaysPresent() []string {
	return []string{"aws:currenttime", "aws:epochtime", "aws:securetransport"}
}

func (l *linter) condition(c *Condition) {
	q, name, ifExists := splitOperator(c.Operator)
	if !KnownOperator(c.Operator) {
		l.say(Undefined, 0, c, "no condition operator has the name")
		return
	}
	key, known := c.Key.Literal()
	key = strings.ToLower(key)
	if len(c.Values.Items) == 0 && !c.Values.Open {
		l.say(NothingMatched, 0, c, "the condition has no values")
		return
	}
	op, compares := operatorTable[name]
	if compares {
		l.values(c, op, name)
	}
	if known && ifExists && slices.Contains(alwaysPresent(), key) {
		l.say(Redundant, 0, c, "every request has the key, and IfExists changes nothing")
	}
	if known && compares {
		l.absence(c, q, op, ifExists, key)
	}
}

// absence tells what set operators make of requests that do not have the key; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
func (l *linter) absence(c *Condition, q quantifier, op operator, ifExists bool, key string) {
	null := l.null(key)
	switch {
	case null == "true" && !whenAbsent(q, op.negated, ifExists):
		l.say(NeverHolds, 0, c, "the statement wants the key to be absent and to have a value")
	case null != "":
	case q == forAll && l.s.Effect == Allow && !l.asks(key):
		l.say(HoldsWithout, 0, c, "ForAllValues holds for requests that do not have the key: add a Null condition")
	case q == forAny && op.negated && l.s.Effect == Deny && !ifExists:
		l.say(FailsWithout, 0, c, "ForAnyValue does not hold for requests that do not have the key, and they are not denied")
	}
}

// asks says that another condition of the statement does not hold for requests without a key; aws:RequestTag stands for
// aws:TagKeys.
func (l *linter) asks(key string) bool {
	return slices.ContainsFunc(l.s.Conditions, func(c Condition) bool {
		q, name, ifExists := splitOperator(c.Operator)
		op, compares := operatorTable[name]
		k, _ := c.Key.Literal()
		k = strings.ToLower(k)
		if !compares || q == forAll || whenAbsent(q, op.negated, ifExists) {
			return false
		}
		return k == key || key == "aws:tagkeys" && strings.HasPrefix(k, "aws:requesttag/")
	})
}

// null returns what a Null condition of the statement says of a key: "true", "false", or nothing.
func (l *linter) null(key string) string {
	for _, c := range l.s.Conditions {
		name, _ := c.Key.Literal()
		if !strings.EqualFold(c.Operator, "Null") || !strings.EqualFold(name, key) || len(c.Values.Items) != 1 || c.Values.Open {
			continue
		}
		if v, ok := c.Values.Items[0].Literal(); ok {
			return strings.ToLower(v)
		}
	}
	return ""
}

// values tells values that nothing equals, when all of a condition are.
func (l *linter) values(c *Condition, op operator, name string) {
	if c.Values.Open {
		return
	}
	why := ""
	for _, v := range c.Values.Items {
		reason := l.hopeless(v, name)
		if key, ok := c.Key.Literal(); reason == wildcardsPlain && (!ok || !strings.HasPrefix(strings.ToLower(key), "aws:")) {
			return // a key of a service may hold a star: lambda:Principal does
		}
		if reason == "" {
			return
		}
		why = reason
	}
	if op.negated {
		l.say(AlwaysHolds, 0, c, why+", so that every request meets the condition")
		return
	}
	l.say(NeverHolds, 0, c, why+", so that no request meets the condition")
}

const wildcardsPlain = "the operator takes * and ? for themselves"

// hopeless says why no value of a key equals a value of a condition, or nothing.
func (l *linter) hopeless(v graph.Text, name string) string {
	word, known := v.Literal()
	variables := l.policy.Version.Equal(graph.Literal("2012-10-17"))
	switch {
	case known && strings.Contains(word, "${") && variables == graph.No && strings.HasPrefix(name, "string"):
		return "policies without Version 2012-10-17 have no variables"
	case strings.HasPrefix(name, "string") && strings.Contains(name, "equals") && wildcards(v):
		return wildcardsPlain
	case !known || strings.Contains(word, "${"):
	case strings.HasPrefix(name, "numeric"):
		if _, ok := number(word); !ok {
			return "a value is no number"
		}
	case strings.HasPrefix(name, "date"):
		if _, ok := instant(word); !ok {
			return "a value is no date"
		}
	case name == "bool" && !strings.EqualFold(word, "true") && !strings.EqualFold(word, "false"):
		return "a value is neither true nor false"
	case strings.HasSuffix(name, "ipaddress"):
		if _, ok := prefix(word); !ok {
			return "a value is no range of addresses"
		}
	}
	return ""
}

// wildcards says that the literal parts of a text have a star or a question mark that is none of a policy variable.
func wildcards(t graph.Text) bool {
	for _, p := range t.Parts() {
		rest := p.Literal
		for rest != "" {
			before, after, found := strings.Cut(rest, "${")
			if strings.ContainsAny(before, "*?") {
				return true
			}
			if !found {
				break
			}
			_, rest, _ = strings.Cut(after, "}")
		}
	}
	return false
}
