package cloudformation

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// carried follows a dynamic reference to a parameter or secret that a template of the run declares. Of a secret only
// what refers to something is followed: what is written in it stays secret.
func (e *evaluator) carried(ref string) (string, bool) {
	service, rest, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(ref, "{{resolve:"), "}}"), ":")
	switch service {
	case "ssm", "ssm-secure":
		name := rest
		if i := strings.LastIndexByte(rest, ':'); i > 0 && strings.Trim(rest[i+1:], "0123456789") == "" {
			name = rest[:i]
		}
		return e.stored("AWS::SSM::Parameter", name, "Value", "")
	case "secretsmanager":
		id, key, _ := strings.Cut(rest, ":SecretString")
		key, _, _ = strings.Cut(strings.TrimPrefix(key, ":"), ":")
		return e.stored("AWS::SecretsManager::Secret", id, "SecretString", key)
	}
	return "", false
}

// stored finds what a resource of a type stores under a name: the string that a property is, or a member of the JSON
// object that it spells.
func (e *evaluator) stored(typ, name, property, key string) (string, bool) {
	if e.nesting++; e.nesting > maxNesting {
		e.nesting--
		return "", false
	}
	defer func() { e.nesting-- }()
	for _, s := range e.near(name) {
		for i := range s.Resources {
			res := &s.Resources[i]
			if res.Type != typ {
				continue
			}
			in := &evaluator{run: e.run, stack: s, at: s.address(res.ID), nesting: e.nesting}
			if res.Condition != "" && in.holds(res.Body, res.Condition) == graph.No {
				continue
			}
			called := in.text(res.Properties.Get("Name"))
			if !isCalled(called, name, e.tokens.Ref(graph.Ref{Address: s.address(res.ID), Attr: "Ref"})) {
				continue
			}
			v := in.text(res.Properties.Get(property))
			if key != "" {
				var members map[string]any
				if json.Unmarshal([]byte(token.Escapes(v)), &members) != nil {
					return "", false
				}
				v, _ = members[key].(string)
			}
			if v == "" || typ == "AWS::SecretsManager::Secret" && !isReference(e.tokens, v) {
				return "", false
			}
			return v, true
		}
	}
	return "", false
}

// near returns the stacks in which something of a name may be: those of the account and region that its ARN spells, or
// else of the evaluator's own.
func (e *evaluator) near(name string) []*stack {
	in, at := *e, *e.stack
	in.stack = &at
	const fields = 7
	if arn := strings.SplitN(name, ":", fields); arn[0] == "arn" && len(arn) > 5 {
		at.region, at.account = arn[3], arn[4]
	}
	return nearest(&in, e.stacks, func(s *stack) *stack { return s })
}

// isReference says that a string is made of references alone: nothing of it is written where it stands.
func isReference(tokens *token.Table, s string) bool {
	return !slices.ContainsFunc(tokens.Text(s).Parts(), func(p graph.Part) bool { return p.Kind != graph.PartRef })
}

// isCalled says that a name is that of what is called so, or an ARN that ends in it.
func isCalled(called, name, ref string) bool {
	if name == ref {
		return true
	}
	if called == "" {
		return false
	}
	if called == name {
		return true
	}
	if arn, ok := strings.CutPrefix(name, "arn:"); ok {
		return strings.HasSuffix(arn, ":"+called) || strings.HasSuffix(arn, ":parameter/"+strings.TrimPrefix(called, "/"))
	}
	return false
}
