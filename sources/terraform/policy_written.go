package terraform

import (
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// written reads the statements that are written out in the configuration of a document. One whose effect, or part of
// whose form, the plan does not tell is left out: the policy is open anyway.
func (r *documentReader) written() []graph.Statement {
	var out []graph.Statement
	for _, b := range r.blocks {
		if s, ok := r.writtenStatement(b); ok {
			out = append(out, s)
		}
	}
	return out
}

func (r *documentReader) writtenStatement(b map[string]*tfjson.Expression) (graph.Statement, bool) {
	s := graph.Statement{Allow: true}
	effect, ok := constantOr(b["effect"], "Allow")
	s.Allow = effect == "Allow"
	s.Sid, _ = constantOr(b["sid"], "")
	s.Actions, s.NotActions = r.writtenTexts(b["actions"]), r.writtenTexts(b["not_actions"])
	s.Resources, s.NotResources = r.writtenTexts(b["resources"]), r.writtenTexts(b["not_resources"])
	for _, list := range []struct {
		name string
		into *[]graph.Principal
	}{{"principals", &s.Principals}, {"not_principals", &s.NotPrincipals}} {
		for _, p := range nestedOf(b[list.name]) {
			typ, known := constantOr(p["type"], "")
			ok = ok && known
			for _, id := range r.writtenTexts(p["identifiers"]) {
				*list.into = append(*list.into, graph.Principal{Type: typ, ID: id})
			}
		}
	}
	for _, c := range nestedOf(b["condition"]) {
		test, known := constantOr(c["test"], "")
		variable, named := constantOr(c["variable"], "")
		ok = ok && known && named
		s.Conditions = append(s.Conditions, graph.Condition{Operator: test, Key: variable, Values: r.writtenTexts(c["values"])})
	}
	return s, ok
}

func nestedOf(e *tfjson.Expression) []map[string]*tfjson.Expression {
	if e == nil || e.ExpressionData == nil {
		return nil
	}
	return e.NestedBlocks
}

// constantOr returns the string that an expression is; the fallback where nobody wrote one, and false for an
// expression that is no constant.
func constantOr(e *tfjson.Expression, fallback string) (string, bool) {
	if e == nil || e.ExpressionData == nil {
		return fallback, true
	}
	s, ok := e.ConstantValue.(string)
	return s, ok
}

// writtenTexts returns the strings of a list. Of one that is no constant is known only what it refers to.
func (r *documentReader) writtenTexts(e *tfjson.Expression) []graph.Text {
	if e == nil || e.ExpressionData == nil {
		return nil
	}
	list, ok := e.ConstantValue.([]any)
	if !ok {
		return []graph.Text{holeOf(r.follow(e))}
	}
	var out []graph.Text
	for _, v := range list {
		if s, isText := v.(string); isText {
			out = append(out, graph.Literal(s))
		}
	}
	return out
}
