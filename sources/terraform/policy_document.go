package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// typePolicyDocument is the data source that renders policies. Where it refers to something that is not
// known yet, Terraform defers it to the apply, and the plan holds its statements instead of its JSON:
// https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/d/iam_policy_document.html.markdown
const typePolicyDocument = "aws_iam_policy_document"

// policyDocument is one instance of the data source.
type policyDocument struct {
	address string
	raw     []byte // the change that reads it, of a deferred one
	json    string // of one that was read
	hidden  bool

	rendered bool
	text     graph.Text
	policy   graph.Policy
	ok       bool
}

// readDocument is a document that was read when the plan was made.
func readDocument(address string, v table.Values) *policyDocument {
	s, _ := table.Member(v.Value, "json").(string)
	return &policyDocument{address: address, json: s, hidden: table.HasTrue(v.Sensitive)}
}

// values decodes a deferred document.
func (d *policyDocument) values() (table.Values, bool) {
	var c tfjson.Change
	if len(d.raw) == 0 || unmarshal(d.raw, &c) != nil {
		return table.Values{}, false
	}
	d.raw = nil
	return table.Values{Value: c.After, Unknown: c.AfterUnknown, Sensitive: c.AfterSensitive}, true
}

// documents renders policy documents on demand, each once.
type documents struct {
	res    *resolver
	byAddr map[string]*policyDocument
}

// text returns the policy that a document renders to, or a hole where it cannot be told.
func (ds *documents) text(address string) (graph.Text, bool) {
	d := ds.byAddr[address]
	if d == nil {
		return graph.Text{}, false
	}
	ds.render(d)
	return d.text, d.hidden
}

func (ds *documents) render(d *policyDocument) {
	if d.rendered {
		return
	}
	d.rendered = true // a document that merges itself finds a hole
	d.text = graph.Hole(graph.ReasonAfterApply, graph.Ref{Address: d.address, Attr: "json"})
	if d.json != "" {
		d.text = graph.Literal(d.json)
		p, err := graph.ParsePolicy(d.text)
		d.policy, d.ok = p, err == nil
		return
	}
	v, ok := d.values()
	if !ok {
		return
	}
	d.hidden = table.HasTrue(v.Sensitive)
	at, config := ds.res.configOf(d.address)
	r := documentReader{ds: ds, scope: at, values: v}
	if config != nil {
		r.expressions = func(steps []string, at []table.Place) found {
			exprs, _ := expressions(config, steps, at, v.Value)
			return ds.res.references(exprs, r.scope, config.ForEachExpression, 0)
		}
		r.follow = func(e *tfjson.Expression) found {
			return ds.res.references([]*tfjson.Expression{e}, r.scope, config.ForEachExpression, 0)
		}
		if e := config.Expressions["statement"]; e != nil && e.ExpressionData != nil {
			r.blocks = e.NestedBlocks
		}
	} else {
		r.expressions = func([]string, []table.Place) found { return found{} }
	}
	if p, ok := r.policy(); ok {
		d.policy, d.ok = p, true
		d.text = graph.RenderPolicy(p)
		d.hidden = d.hidden || r.hidden
	}
}

// documentReader reads one deferred document.
type documentReader struct {
	ds          *documents
	scope       *scope
	values      table.Values
	expressions func(steps []string, at []table.Place) found
	blocks      []map[string]*tfjson.Expression // the statements that are written out
	follow      func(*tfjson.Expression) found
	hidden      bool // something merged is sensitive
}

// policy merges what the document is made of as the provider does: the statements of its sources, then its
// own, then those of its overrides. A statement with the sid of one before it replaces that one.
func (r *documentReader) policy() (graph.Policy, bool) {
	var out graph.Policy
	for _, arg := range []string{"source_json", "source_policy_documents", "", "override_json", "override_policy_documents"} {
		if arg == "" {
			own, ok := r.own()
			if !ok {
				return graph.Policy{}, false
			}
			out.Merge(own)
			continue
		}
		merged, ok := r.merged(arg)
		if !ok {
			return graph.Policy{}, false
		}
		for _, p := range merged {
			out.Merge(p)
		}
	}
	return out, len(out.Statements) > 0
}

// merged reads the documents that an argument names, in order.
func (r *documentReader) merged(arg string) ([]graph.Policy, bool) {
	v := r.values.Member(arg)
	if v.IsAbsent() {
		return nil, true
	}
	var refs []graph.Ref
	unknown := 0
	items := v.Elements()
	if v.IsUnknown() {
		items = nil
	}
	for _, it := range items {
		if it.IsUnknown() {
			unknown++
		}
	}
	if v.IsUnknown() || unknown > 0 {
		f := r.expressions([]string{arg}, nil)
		if f.oneOf || f.many {
			return nil, false
		}
		for _, ref := range f.refs {
			if r.ds.byAddr[ref.Address] == nil {
				return nil, false // something else goes into it
			}
			refs = append(refs, ref)
		}
		if v.IsUnknown() {
			unknown = len(refs)
		}
	}
	// Where every element is unknown the references are the elements, in order; where only some are, those of
	// the documents that were read before are among the known ones.
	if len(refs) > unknown {
		refs = slices.DeleteFunc(refs, func(ref graph.Ref) bool { return r.ds.byAddr[ref.Address].json != "" })
	}
	if len(refs) != unknown {
		return nil, false
	}
	var out []graph.Policy
	if v.IsUnknown() {
		items = make([]table.Values, unknown)
		for i := range items {
			items[i].Unknown = true
		}
	}
	for _, it := range items {
		if !it.IsUnknown() {
			s, isText := it.Value.(string)
			if it.Value == nil || isText && s == "" {
				continue
			}
			p, err := graph.ParsePolicy(graph.Literal(s))
			if err != nil {
				return nil, false
			}
			r.hidden = r.hidden || table.HasTrue(it.Sensitive)
			out = append(out, p)
			continue
		}
		d := r.ds.byAddr[refs[0].Address]
		refs = refs[1:]
		r.ds.render(d)
		if !d.ok {
			return nil, false
		}
		r.hidden = r.hidden || d.hidden
		out = append(out, d.policy)
	}
	return out, true
}

// own reads the document's own statements. Where a dynamic block of unknown length is among them, the plan knows none
// of them; those that are written out are in its configuration.
func (r *documentReader) own() (graph.Policy, bool) {
	if r.values.Member("statement").IsUnknown() {
		return graph.Policy{Version: "2012-10-17", Statements: r.written(), Open: true}, true
	}
	statements, ok := r.statements()
	return graph.Policy{Version: "2012-10-17", Statements: statements}, ok
}

// statements reads the statement blocks.
func (r *documentReader) statements() ([]graph.Statement, bool) {
	blocks := r.values.Member("statement")
	if blocks.IsUnknown() {
		return nil, false
	}
	var out []graph.Statement
	for i, b := range blocks.Elements() {
		if b.IsUnknown() {
			return nil, false
		}
		at := []table.Place{{Name: "statement"}, {Index: i}}
		s := graph.Statement{Allow: true}
		for _, one := range []struct {
			name string
			set  func(string)
		}{{"sid", func(v string) { s.Sid = v }}, {"effect", func(v string) { s.Allow = v == "" || v == "Allow" }}} {
			v := b.Member(one.name)
			if v.IsUnknown() {
				if one.name == "effect" {
					return nil, false
				}
				continue
			}
			text, _ := v.Value.(string)
			one.set(text)
		}
		ok := true
		for _, list := range []struct {
			name string
			into *[]graph.Text
		}{{"actions", &s.Actions}, {"not_actions", &s.NotActions}, {"resources", &s.Resources}, {"not_resources", &s.NotResources}} {
			*list.into = r.texts(b.Member(list.name), append(slices.Clone(at), table.Place{Name: list.name}))
		}
		s.Principals, ok = r.principals(b.Member("principals"), append(slices.Clone(at), table.Place{Name: "principals"}), ok)
		s.NotPrincipals, ok = r.principals(b.Member("not_principals"), append(slices.Clone(at), table.Place{Name: "not_principals"}), ok)
		s.Conditions, ok = r.conditions(b.Member("condition"), append(slices.Clone(at), table.Place{Name: "condition"}), ok)
		if !ok {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

// texts reads a list of strings. What is unknown in it is a hole that mentions what it refers to.
func (r *documentReader) texts(v table.Values, at []table.Place) []graph.Text {
	if v.IsAbsent() {
		return nil
	}
	hole := func() graph.Text { return holeOf(r.expressions(nil, at)) }
	if v.IsUnknown() {
		return []graph.Text{hole()}
	}
	var out []graph.Text
	for _, it := range v.Elements() {
		if it.IsUnknown() {
			out = append(out, hole())
		} else if s, ok := it.Value.(string); ok {
			// Policy variables are written &{…} there, which cannot be taken for interpolation.
			out = append(out, graph.Literal(strings.ReplaceAll(s, "&{", "${")))
		}
	}
	return out
}

func (r *documentReader) principals(blocks table.Values, at []table.Place, ok bool) ([]graph.Principal, bool) {
	if !ok || blocks.IsUnknown() {
		return nil, false
	}
	var out []graph.Principal
	for i, b := range blocks.Elements() {
		typ, isText := b.Member("type").Value.(string)
		if b.IsUnknown() || !isText {
			return nil, false
		}
		for _, id := range r.texts(b.Member("identifiers"), append(slices.Clone(at), table.Place{Index: i}, table.Place{Name: "identifiers"})) {
			out = append(out, graph.Principal{Type: typ, ID: id})
		}
	}
	return out, true
}

func (r *documentReader) conditions(blocks table.Values, at []table.Place, ok bool) ([]graph.Condition, bool) {
	if !ok || blocks.IsUnknown() {
		return nil, false
	}
	var out []graph.Condition
	for i, b := range blocks.Elements() {
		test, isTest := b.Member("test").Value.(string)
		variable, isVariable := b.Member("variable").Value.(string)
		if b.IsUnknown() || !isTest || !isVariable {
			return nil, false
		}
		out = append(out, graph.Condition{
			Operator: test, Key: variable,
			Values: r.texts(b.Member("values"), append(slices.Clone(at), table.Place{Index: i}, table.Place{Name: "values"})),
		})
	}
	return out, true
}

// reasonMany is why a reference to any of very many resources leads nowhere.
const reasonMany graph.Reason = "one of more candidates than can be shown"

// holeOf is a text that is made of references in a way that the plan does not tell.
func holeOf(f found) graph.Text {
	if f.many {
		return graph.Hole(reasonMany)
	}
	if f.oneOf && len(f.refs) > 1 {
		return graph.OneOf(f.refs...)
	}
	return graph.Hole(graph.ReasonAfterApply, f.refs...)
}
