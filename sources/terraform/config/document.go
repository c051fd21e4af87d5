package config

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// typePolicyDocument is the data source that renders policies:
// https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/d/iam_policy_document.html.markdown
const typePolicyDocument = "aws_iam_policy_document"

// policyDocument returns the policy that the data source renders.
func (in *Instance) policyDocument(string) (cty.Value, bool) {
	p, _, ok := in.policy()
	if !ok {
		refs := in.mentions()
		return cty.StringVal(in.mod.ev.tokens.Hole(graph.ReasonAfterApply, refs...)), true
	}
	return cty.StringVal(in.mod.ev.tokens.Spell(graph.RenderPolicy(p))), true
}

// mentions returns what the arguments of the document refer to.
func (in *Instance) mentions() []graph.Ref {
	var out []graph.Ref
	s := in.scope()
	for _, name := range sortedKeys(in.Resource.Body.Attrs) {
		out = unionOf(out, s.mentions(in.Resource.Body.Attrs[name].Expr, s.context()))
	}
	if in.has("statement") {
		out = unionOf(out, in.mod.ev.tokens.Mentions(in.attr("statement")))
	}
	return out
}

// part is one of the policies that a document merges.
type part struct {
	policy graph.Policy
	at     []graph.Pos // of its own statements, where each is written
	arg    string      // of one that is merged, the argument that names it
	elem   int         // and which of its elements it is
}

// policy merges what the document is made of as the provider does: its sources, its own statements, its overrides.
// What is sensitive of it is not marked in the result: Terraform does not either.
func (in *Instance) policy() (graph.Policy, []part, bool) {
	if in.merged == nil {
		p, parts, ok := in.merge()
		in.merged = &merged{p, parts, ok}
	}
	return in.merged.policy, in.merged.parts, in.merged.ok
}

// merged is a document that was put together.
type merged struct {
	policy graph.Policy
	parts  []part
	ok     bool
}

func (in *Instance) merge() (graph.Policy, []part, bool) {
	var out graph.Policy
	var parts []part
	argument := func(name string) cty.Value {
		if !in.has(name) {
			return cty.NullVal(cty.DynamicPseudoType)
		}
		v, _ := in.attr(name).UnmarkDeep()
		return v
	}
	for _, name := range documentArguments() {
		if name == "statement" {
			own := part{policy: graph.Policy{Version: "2012-10-17"}}
			for _, b := range in.statementBlocks() {
				statements, ok := in.statements(b.values)
				if !ok {
					own.policy.Open = true
					continue
				}
				own.policy.Statements = append(own.policy.Statements, statements...)
				own.at = append(own.at, in.placesOf(b, len(statements))...)
			}
			if v, set := knownString(argument("version")); set && v != "" {
				own.policy.Version = v
			}
			parts = append(parts, own)
			out.Merge(own.policy)
			continue
		}
		docs, ok := in.documents(name, argument(name))
		if !ok {
			return out, nil, false
		}
		for _, d := range docs {
			out.Merge(d.policy)
		}
		parts = append(parts, docs...)
	}
	return out, parts, len(out.Statements) > 0
}

// documentArguments are what a document is made of, in the order in which it is merged.
func documentArguments() []string {
	return []string{"source_json", "source_policy_documents", "statement", "override_json", "override_policy_documents"}
}

// statementBlock is what one block of the source makes.
type statementBlock struct {
	values cty.Value
	block  *Block // nil in the JSON syntax, in which an argument has them all
}

// statementBlocks returns the statements as the author wrote them, block by block, so that one of which is not known
// how often it is there does not hide the others.
func (in *Instance) statementBlocks() []statementBlock {
	var out []statementBlock
	s := in.scope()
	add := func(v cty.Value, b *Block) {
		v, _ = v.UnmarkDeep()
		out = append(out, statementBlock{v, b})
	}
	if in.Resource.Body.Attrs["statement"] != nil {
		add(in.attr("statement"), nil)
	}
	for _, b := range in.Resource.Body.Blocks {
		if blockName(b) == "statement" {
			add(s.blocks("statement", &Body{Blocks: []*Block{b}}, nil, s.context()), b)
		}
	}
	return out
}

// documents reads the policies that an argument names.
func (in *Instance) documents(arg string, v cty.Value) ([]part, bool) {
	if v.IsNull() {
		return nil, true
	}
	if !v.IsKnown() {
		return nil, false
	}
	list := []cty.Value{v}
	if v.CanIterateElements() {
		list = nil
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			list = append(list, e)
		}
	}
	var out []part
	for i, e := range list {
		if e.IsNull() {
			continue
		}
		s, ok := knownString(e)
		if !ok {
			return nil, false
		}
		if s == "" {
			continue
		}
		p, err := graph.ParsePolicy(in.mod.ev.tokens.Text(s))
		if err != nil {
			return nil, false
		}
		out = append(out, part{policy: p, arg: arg, elem: i})
	}
	return out, true
}

// statements reads the statement blocks.
func (in *Instance) statements(blocks cty.Value) ([]graph.Statement, bool) {
	var out []graph.Statement
	ok := each(blocks, func(b cty.Value) bool {
		s := graph.Statement{Allow: true}
		effect, known := word(attribute(b, "effect"), "Allow")
		s.Allow = effect == "Allow"
		s.Sid = in.mod.ev.tokens.Text(stringOr(attribute(b, "sid"), "")).String()
		for _, list := range []struct {
			name string
			into *[]graph.Text
		}{{"actions", &s.Actions}, {"not_actions", &s.NotActions}, {"resources", &s.Resources}, {"not_resources", &s.NotResources}} {
			*list.into = in.texts(attribute(b, list.name), list.name == "resources" || list.name == "not_resources")
		}
		for _, list := range []struct {
			name string
			into *[]graph.Principal
		}{{"principals", &s.Principals}, {"not_principals", &s.NotPrincipals}} {
			known = known && each(attribute(b, list.name), func(p cty.Value) bool {
				typ, isWord := word(attribute(p, "type"), "")
				for _, id := range in.texts(attribute(p, "identifiers"), true) {
					*list.into = append(*list.into, graph.Principal{Type: typ, ID: id})
				}
				return isWord
			})
		}
		known = known && each(attribute(b, "condition"), func(c cty.Value) bool {
			test, isTest := word(attribute(c, "test"), "")
			values := in.texts(attribute(c, "values"), true)
			key := in.mod.ev.tokens.Text(stringOr(attribute(c, "variable"), "")).String()
			s.Conditions = append(s.Conditions, graph.Condition{Operator: test, Key: key, Values: values})
			return isTest
		})
		out = append(out, s)
		return known
	})
	return out, ok
}

// each visits the blocks of a tuple, or the one that an object is; false where they are not known.
func each(blocks cty.Value, visit func(cty.Value) bool) bool {
	switch {
	case blocks.IsNull():
		return true
	case !blocks.IsKnown():
		return false
	case blocks.Type().IsObjectType():
		return visit(blocks)
	case !blocks.CanIterateElements():
		return false
	}
	for it := blocks.ElementIterator(); it.Next(); {
		_, b := it.Element()
		if b.IsNull() {
			continue
		}
		if !b.IsKnown() || !visit(b) {
			return false
		}
	}
	return true
}

// word returns a known string; the fallback where it is not set.
func word(v cty.Value, fallback string) (string, bool) {
	if v.IsNull() {
		return fallback, true
	}
	s, ok := knownString(v)
	return s, ok && !strings.ContainsRune(s, '\uE0F2')
}

func stringOr(v cty.Value, fallback string) string {
	if s, ok := knownString(v); ok {
		return s
	}
	return fallback
}

// texts reads a list of strings. Policy variables are written &{…} there where they could be taken for
// interpolation. A list of unknown length is a hole; the order of what is a set to the provider does not matter.
func (in *Instance) texts(v cty.Value, variables bool) []graph.Text {
	if v.IsNull() {
		return nil
	}
	if !v.IsKnown() || !v.CanIterateElements() {
		if _, isString := knownString(v); !isString {
			return []graph.Text{graph.Hole(graph.ReasonAfterApply)}
		}
		v = cty.TupleVal([]cty.Value{v})
	}
	var out []graph.Text
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.IsNull() {
			continue
		}
		s, ok := knownString(e)
		switch {
		case !ok && e.Type() == cty.Number && e.IsKnown():
			out = append(out, graph.Literal(e.AsBigFloat().Text('f', -1)))
		case !ok && e.Type() == cty.Bool && e.IsKnown():
			out = append(out, graph.Literal(map[bool]string{true: "true", false: "false"}[e.True()]))
		case !ok:
			out = append(out, graph.Hole(graph.ReasonAfterApply))
		default:
			if variables {
				s = strings.ReplaceAll(s, "&{", "${")
			}
			t := in.mod.ev.tokens.Text(s)
			if !slices.ContainsFunc(out, func(u graph.Text) bool { return u.Equal(t) == graph.Yes }) {
				out = append(out, t)
			}
		}
	}
	return out
}
