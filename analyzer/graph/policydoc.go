package graph

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Policy is what the graph needs of an IAM policy document: its statements, with their strings as texts.
// The grammar is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type Policy struct {
	Version    string // empty: 2012-10-17 where it is rendered, and 2008-10-17 to AWS
	Statements []Statement
	// Open says that there may be more statements than these, of which nothing is known.
	Open bool

	indexes []int // of the statements in the document that was parsed
}

// Index returns which statement of the document that was parsed the i-th one is, those that are not known counted: it is
// what [Attr.StatementPos] takes.
func (p *Policy) Index(i int) int {
	if i < len(p.indexes) && len(p.indexes) == len(p.Statements) {
		return p.indexes[i]
	}
	return i
}

// Merge adds the statements of another policy, as the aws_iam_policy_document data source does: one with the Sid of
// a statement that is there already replaces it, and the newer version counts. It returns which of its statements each
// of the other's has become.
func (p *Policy) Merge(q Policy) []int {
	p.Version = max(p.Version, q.Version)
	p.Open = p.Open || q.Open
	p.indexes = nil
	at := make([]int, len(q.Statements))
	for n, s := range q.Statements {
		i := slices.IndexFunc(p.Statements, func(o Statement) bool { return s.Sid != "" && o.Sid == s.Sid })
		if at[n] = i; i >= 0 {
			p.Statements[i] = s
			continue
		}
		at[n] = len(p.Statements)
		p.Statements = append(p.Statements, s)
	}
	return at
}

// Statement is one statement of a policy document.
type Statement struct {
	Sid           string
	Allow         bool
	Principals    []Principal // of Principal; empty where the statement has none
	NotPrincipals []Principal // of NotPrincipal
	Actions       []Text
	NotActions    []Text
	Resources     []Text
	NotResources  []Text
	Conditions    []Condition
}

// Principal is one principal of a statement: a type (AWS, Service, Federated, CanonicalUser, or * for
// everyone) and its identifier.
type Principal struct {
	Type string
	ID   Text
}

// Condition is one condition of a statement.
type Condition struct {
	Operator string
	Key      string
	Values   []Text
}

// errNotPolicy says that a text is no policy document; its message tells why without quoting it.
var errNotPolicy = errors.New("not a policy document")

// ParsePolicy reads a policy document from the JSON that a text spells. References and holes may stand
// inside of JSON strings. It returns an error for anything else, which never quotes the text.
func ParsePolicy(t Text) (Policy, error) {
	src, back := tokenise(t)
	var doc struct {
		Version   string
		Statement json.RawMessage
	}
	if json.Unmarshal([]byte(src), &doc) != nil || len(doc.Statement) == 0 || doc.Statement[0] == 'n' {
		return Policy{}, errNotPolicy
	}
	list := []json.RawMessage{doc.Statement}
	if doc.Statement[0] != '{' && json.Unmarshal(doc.Statement, &list) != nil {
		return Policy{}, errNotPolicy
	}
	p := Policy{Version: doc.Version}
	for i, element := range list {
		if isHole(element, back) {
			p.Open = true
			continue
		}
		var r map[string]json.RawMessage
		if json.Unmarshal(element, &r) != nil {
			return Policy{}, errNotPolicy
		}
		s, ok := statement(r, back)
		if !ok {
			return Policy{}, errNotPolicy
		}
		p.Statements, p.indexes = append(p.Statements, s), append(p.indexes, i)
	}
	return p, nil
}

// isHole says that an element stands for any number of statements that are not known.
func isHole(element json.RawMessage, back func(string) Text) bool {
	var s string
	if json.Unmarshal(element, &s) != nil {
		return false
	}
	parts := back(s).Parts()
	return len(parts) == 1 && parts[0].Kind == PartHole
}

func statement(raw map[string]json.RawMessage, back func(string) Text) (Statement, bool) {
	var s Statement
	ok, effect := true, false
	list := func(r json.RawMessage) []Text {
		out, good := textList(r, back)
		ok = ok && good
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		r := raw[name]
		switch strings.ToLower(name) {
		case "sid":
			_ = json.Unmarshal(r, &s.Sid)
			s.Sid = back(s.Sid).String()
		case "effect":
			var e string
			// An effect that is not known must not pass for a denial.
			effect = json.Unmarshal(r, &e) == nil && (e == "Allow" || e == "Deny")
			s.Allow = e == "Allow"
		case "action":
			s.Actions = list(r)
		case "notaction":
			s.NotActions = list(r)
		case "resource":
			s.Resources = list(r)
		case "notresource":
			s.NotResources = list(r)
		case "principal":
			s.Principals = principals(r, back, &ok)
		case "notprincipal":
			s.NotPrincipals = principals(r, back, &ok)
		case "condition":
			var ops map[string]map[string]json.RawMessage
			if json.Unmarshal(r, &ops) != nil {
				ok = false
			}
			for _, op := range slices.Sorted(maps.Keys(ops)) {
				for _, key := range slices.Sorted(maps.Keys(ops[op])) {
					s.Conditions = append(s.Conditions, Condition{Operator: back(op).String(), Key: back(key).String(), Values: list(ops[op][key])})
				}
			}
		}
	}
	return s, ok && effect
}

func principals(r json.RawMessage, back func(string) Text, ok *bool) []Principal {
	var one string
	if json.Unmarshal(r, &one) == nil {
		*ok = *ok && !strings.Contains(one, bareOpen) // it may be an object of whatever types
		return []Principal{{Type: "*", ID: back(one)}}
	}
	var byType map[string]json.RawMessage
	if json.Unmarshal(r, &byType) != nil {
		*ok = false
		return nil
	}
	var out []Principal
	for _, t := range slices.Sorted(maps.Keys(byType)) {
		ids, good := textList(byType[t], back)
		*ok = *ok && good
		for _, id := range ids {
			out = append(out, Principal{Type: back(t).String(), ID: id})
		}
	}
	return out
}

// textList reads a string, number or bool, or a list of them.
func textList(r json.RawMessage, back func(string) Text) ([]Text, bool) {
	var many []json.RawMessage
	if json.Unmarshal(r, &many) != nil {
		many = []json.RawMessage{r}
	}
	var out []Text
	for _, m := range many {
		if len(m) == 0 || m[0] == '{' || m[0] == '[' || m[0] == 'n' {
			return nil, false
		}
		var s string
		if json.Unmarshal(m, &s) == nil {
			out = append(out, back(s))
			continue
		}
		out = append(out, Literal(string(m)))
	}
	return out, true
}

// The runes that stand for a part while its text is read as JSON. They are of the private use area; a
// document that has them itself is not read.
const (
	tokenOpen  = '\uE0F0'
	tokenClose = '\uE0F1'
	bareOpen   = string(tokenOpen) + "#" // of one that stands outside of strings
)

// tokenise spells a text with tokens in the place of references and holes, and returns the function that
// turns a piece of it into a text again. One that stands outside of strings is a value of its own, of whatever type:
// it becomes a string with nothing else in it.
func tokenise(t Text) (string, func(string) Text) {
	if s, ok := t.Literal(); ok {
		return s, Literal
	}
	parts := t.Parts()
	var b strings.Builder
	quoted := false
	for i, p := range parts {
		if p.Kind == PartLiteral {
			s := withoutTokens(p.Literal)
			quoted = endsQuoted(s, quoted)
			b.WriteString(s)
			continue
		}
		if number := strconv.Itoa(i); quoted {
			b.WriteString(string(tokenOpen) + number + string(tokenClose))
		} else {
			b.WriteString(`"` + bareOpen + number + string(tokenClose) + `"`)
		}
	}
	back := func(s string) Text {
		var pieces []Text
		for s != "" {
			before, rest, found := strings.Cut(s, string(tokenOpen))
			pieces = append(pieces, Literal(before))
			if !found {
				break
			}
			number, after, _ := strings.Cut(rest, string(tokenClose))
			if i, err := strconv.Atoi(strings.TrimPrefix(number, "#")); err == nil && i >= 0 && i < len(parts) {
				pieces = append(pieces, Text{parts: parts[i : i+1 : i+1]})
			}
			s = after
		}
		return Join(pieces...)
	}
	return b.String(), back
}

// endsQuoted says whether a piece of JSON ends within a string; quoted says whether it begins within one.
func endsQuoted(s string, quoted bool) bool {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		}
	}
	return quoted
}

// withoutTokens returns a literal in which nothing can pass for a token, spelt out or as a JSON escape.
func withoutTokens(s string) string {
	if strings.ContainsRune(s, tokenOpen) || strings.ContainsRune(s, tokenClose) {
		s = strings.NewReplacer(string(tokenOpen), "\uFFFD", string(tokenClose), "\uFFFD").Replace(s)
	}
	if !strings.Contains(s, `\u`) {
		return s
	}
	b := []byte(s)
	for i := 0; i+6 <= len(b); i++ {
		if four := string(b[i+2 : i+6]); b[i] == '\\' && b[i+1] == 'u' && (strings.EqualFold(four, "e0f0") || strings.EqualFold(four, "e0f1")) {
			copy(b[i+2:], "fffd")
		}
	}
	return string(b)
}

// Policy parses a policy attribute. It returns the state of the attribute beside the policy: Known where
// the document could be read, Absent where there is none, Unknown, with the reason, otherwise.
func (a Attrs) Policy(name string) Value[Policy] {
	v := a.Text(name)
	if t, ok := v.Get(); ok && t.IsEmpty() {
		return AbsentOf[Policy]()
	} else if ok && !t.IsLiteral() && len(t.Parts()) == 1 {
		return UnknownOf[Policy](t.Reason())
	}
	return convert(v, func(t Text) (Policy, bool) {
		p, err := ParsePolicy(t)
		return p, err == nil
	})
}
