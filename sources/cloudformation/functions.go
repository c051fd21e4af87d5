package cloudformation

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// function evaluates a call; n is the call, for its position.
type function func(e *evaluator, n, arg *template.Node) any

// functions are the intrinsic functions:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func functions() map[string]function {
	return map[string]function{
		"Ref": (*evaluator).ref, "Fn::GetAtt": (*evaluator).getAtt, "Fn::Sub": (*evaluator).sub, "Fn::Join": (*evaluator).join, "Fn::Select": (*evaluator).selects,
		"Fn::Split": (*evaluator).split, "Fn::If": (*evaluator).choose, "Fn::FindInMap": (*evaluator).findInMap, "Fn::Base64": (*evaluator).base64,
		"Fn::ImportValue": (*evaluator).importValue, "Fn::GetStackOutput": (*evaluator).stackOutput, "Fn::Length": (*evaluator).length,
		"Fn::ToJsonString": (*evaluator).toJSON, "Fn::Cidr": (*evaluator).unfollowed, "Fn::GetAZs": (*evaluator).unfollowed, transform: (*evaluator).transformed,
		"Fn::Equals": (*evaluator).truth, "Fn::And": (*evaluator).truth, "Fn::Or": (*evaluator).truth, "Fn::Not": (*evaluator).truth, "Fn::Contains": (*evaluator).truth,
	}
}

// call evaluates the call of a function.
func (e *evaluator) call(n *template.Node, name string, arg *template.Node) any {
	if strings.HasPrefix(name, loopPrefix) {
		return e.loopValue(n)
	}
	if f, ok := e.functions[name]; ok {
		return f(e, n, arg)
	}
	return e.unsupported(n, "value of "+name+", which is not a function of CloudFormation's", e.value(arg))
}

// arguments returns the elements of a list of arguments, or nil.
func arguments(arg *template.Node, least, most int) []*template.Node {
	if arg == nil || arg.Kind != template.List || len(arg.Items) < least || len(arg.Items) > most {
		return nil
	}
	return arg.Items
}

func (e *evaluator) malformed(n, arg *template.Node) any {
	name, _ := n.Call()
	return e.fail(n, "arguments of "+name+" are not what it takes", e.value(arg))
}

// sub puts values into a string: ${Name}, ${Id.Attribute}; ${!Name} is ${Name} itself.
func (e *evaluator) sub(n, arg *template.Node) any {
	vars := map[string]*template.Node{}
	if args := arguments(arg, 2, 2); args != nil && args[1].Kind == template.Map {
		if name, _ := args[1].Call(); name != "" {
			return e.malformed(n, arg)
		}
		for _, m := range args[1].Members {
			vars[m.Key] = m.Value
		}
		arg = args[0]
	} else if args := arguments(arg, 1, 1); args != nil {
		arg = args[0]
	}
	format, ok := arg.Scalar()
	if !ok {
		return e.malformed(n, arg)
	}
	var b strings.Builder
	rest := format
	for rest != "" && b.Len() <= maxLength {
		before, after, found := strings.Cut(rest, "${")
		b.WriteString(before)
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			b.WriteString("${" + after)
			break
		}
		rest = tail
		name = strings.TrimSpace(name)
		switch {
		case strings.HasPrefix(name, "!"):
			b.WriteString("${" + name[1:] + "}")
		case vars[name] != nil:
			b.WriteString(e.text(vars[name]))
		default:
			b.WriteString(e.textOf(e.placeholder(n, name)))
		}
	}
	s := b.String()
	if strings.Contains(s, "{{resolve:") {
		return e.resolved(s)
	}
	return s
}

// placeholder evaluates what stands within ${}: a reference, or an attribute of a resource.
func (e *evaluator) placeholder(n *template.Node, name string) any {
	if v, ok := e.locals[name]; ok {
		return v
	}
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		return e.attribute(n, id, attribute)
	}
	return e.reference(n, name)
}

func (e *evaluator) join(n, arg *template.Node) any {
	args := arguments(arg, 2, 2)
	if args == nil {
		return e.malformed(n, arg)
	}
	with, ok := e.value(args[0]).(string)
	if !ok {
		return e.malformed(n, arg)
	}
	list, ok := e.value(args[1]).([]any)
	if !ok {
		return opaque(e.tokens, graph.ReasonUnsupported, e.value(args[1])).hole(e.tokens)
	}
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = e.textOf(v)
	}
	s := strings.Join(texts, with)
	if strings.Contains(s, "{{resolve:") {
		return e.resolved(s)
	}
	return s
}

func (e *evaluator) selects(n, arg *template.Node) any {
	args := arguments(arg, 2, 2)
	if args == nil {
		return e.malformed(n, arg)
	}
	index, list := e.value(args[0]), e.value(args[1])
	at, ok := scalarText(index)
	i, err := strconv.Atoi(at)
	items, isList := list.([]any)
	switch {
	case isList && ok && !token.Has(at) && (err != nil || i < 0 || i >= len(items)):
		return e.fail(n, "element "+strconv.Quote(at)+" of a list that has "+strconv.Itoa(len(items)), list)
	case isList && err == nil:
		return items[i]
	}
	return opaque(e.tokens, graph.ReasonUnsupported, list).hole(e.tokens)
}

func (e *evaluator) split(n, arg *template.Node) any {
	args := arguments(arg, 2, 2)
	if args == nil {
		return e.malformed(n, arg)
	}
	by, ok := e.value(args[0]).(string)
	if !ok || by == "" {
		return e.malformed(n, arg)
	}
	s := e.text(args[1])
	if !token.Has(s) {
		return anys(strings.Split(s, by))
	}
	if spelt, ok := e.spellARNs(s, by); ok {
		return anys(strings.Split(spelt, by))
	}
	return opaque(e.tokens, graph.ReasonUnsupported, s)
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// spellARNs spells out the ARNs of resources in a string that is to be split, so that every token left is one that
// the separator cannot be in.
func (e *evaluator) spellARNs(s, by string) (string, bool) {
	arns := strings.Trim(by, ":") == ""
	if !arns && !strings.Contains("/,|", by) {
		return "", false
	}
	var pieces []graph.Text
	for _, p := range e.tokens.Text(s).Parts() {
		switch {
		case p.Kind == graph.PartLiteral, p.Kind == graph.PartRef && p.Ref.Attr == "" && isPseudo(p.Ref.Address):
			pieces = append(pieces, graph.TextOf(p))
		case p.Kind == graph.PartRef && p.Ref.Attr != "" && arns:
			arn, ok := e.spellARN(p.Ref)
			if !ok {
				return "", false
			}
			pieces = append(pieces, arn)
		default:
			return "", false
		}
	}
	return e.tokens.Spell(graph.Join(pieces...)), true
}

func isPseudo(address string) bool {
	return strings.HasSuffix(address, "AWS::AccountId") || strings.HasSuffix(address, "AWS::Region") || strings.HasSuffix(address, "AWS::Partition")
}

// choose is Fn::If.
func (e *evaluator) choose(n, arg *template.Node) any {
	args := arguments(arg, 2, 3)
	if args == nil {
		return e.malformed(n, arg)
	}
	name, ok := args[0].Scalar()
	if !ok {
		return e.malformed(n, arg)
	}
	var otherwise *template.Node
	if len(args) == 3 {
		otherwise = args[2]
	}
	switch e.holds(n, e.named(name)) {
	case graph.Yes:
		return e.value(args[1])
	case graph.No:
		return e.value(otherwise)
	case graph.Maybe:
	}
	a, b := e.value(args[1]), e.value(otherwise)
	x, okA := a.(string)
	y, okB := b.(string)
	if okA && okB && x == y {
		return x
	}
	if okA && okB {
		if refs := slices.Concat(whole(e.tokens, x), whole(e.tokens, y)); len(refs) == 2 && refs[0].Attr != "" && refs[1].Attr != "" {
			return e.tokens.OneOf(refs...)
		}
	}
	out := opaque(e.tokens, dependsOn(name), a, b)
	if len(out.mentions) > 0 { // it may be none of them
		out.mentions = append(out.mentions, graph.Ref{Address: graph.AnyOf + name})
	}
	return out
}

// whole returns the reference that a string is the value of.
func whole(tokens *token.Table, s string) []graph.Ref {
	if parts := tokens.Text(s).Parts(); len(parts) == 1 && parts[0].Kind == graph.PartRef {
		return []graph.Ref{parts[0].Ref}
	}
	return nil
}

func dependsOn(condition string) graph.Reason {
	return graph.Reason("decided by the condition " + condition)
}

func (e *evaluator) findInMap(n, arg *template.Node) any {
	args := arguments(arg, 3, 4)
	if args == nil {
		return e.malformed(n, arg)
	}
	keys := [3]string{}
	known := true
	for i := range keys {
		keys[i] = e.text(args[i])
		known = known && !token.Has(keys[i])
	}
	var fallback *template.Node
	if len(args) == 4 {
		fallback = args[3].Get("DefaultValue")
	}
	if !known {
		return opaque(e.tokens, graph.ReasonNotInInput, keys[0], keys[1], keys[2], e.value(fallback))
	}
	found := e.stack.Mappings.At(keys[0], keys[1], keys[2])
	switch {
	case found != nil:
		return e.value(found)
	case fallback != nil:
		return e.value(fallback)
	}
	return e.fail(n, "entry of the mapping "+strconv.Quote(keys[0])+", which has none of these keys")
}

func (e *evaluator) base64(_, arg *template.Node) any {
	s := e.text(arg)
	if token.Has(s) {
		return e.tokens.Opaque(s)
	}
	return base64.StdEncoding.EncodeToString([]byte(s))
}

func (e *evaluator) length(n, arg *template.Node) any {
	switch v := e.value(arg).(type) {
	case []any:
		return float64(len(v))
	case unknown:
		return v
	}
	return e.malformed(n, arg)
}

func (e *evaluator) toJSON(_, arg *template.Node) any { return spell(e.tokens, e.value(arg)) }

// unfollowed are functions whose result no part of the chain is named by.
func (e *evaluator) unfollowed(_, arg *template.Node) any {
	return opaque(e.tokens, graph.ReasonAfterApply, e.value(arg))
}

func (e *evaluator) transformed(n, arg *template.Node) any {
	name, _ := arg.Get("Name").Scalar()
	e.gap("result of the macro "+strconv.Quote(name), n.Pos.String(), graph.ReasonUnsupported, "the processed template: aws cloudformation get-template --template-stage Processed")
	return opaque(e.tokens, graph.ReasonUnsupported, e.value(arg))
}

// truth is a function of conditions that stands for a value.
func (e *evaluator) truth(n, _ *template.Node) any {
	switch e.condition(n) {
	case graph.Yes:
		return true
	case graph.No:
		return false
	case graph.Maybe:
	}
	return opaque(e.tokens, graph.ReasonNotInInput)
}
