package cloudformation

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// ref is Ref.
func (e *evaluator) ref(n, arg *template.Node) any {
	id, ok := arg.Scalar()
	if !ok {
		return e.malformed(n, arg)
	}
	if v, ok := e.locals[id]; ok {
		return v
	}
	return e.reference(n, e.named(id))
}

// reference returns what a name refers to: a pseudo parameter, a parameter or a resource.
func (e *evaluator) reference(n *template.Node, id string) any {
	s := e.stack
	switch {
	case strings.HasPrefix(id, "AWS::"):
		return e.pseudo(n, id)
	case s.params[id] != nil:
		return e.parameter(s.params[id])
	case s.byID[id] != nil:
		if gone := e.gone(n, id); gone != nil {
			return gone
		}
		return e.tokens.Ref(graph.Ref{Address: s.address(id), Attr: "Ref"})
	}
	return e.fail(n, "reference to "+strconv.Quote(id)+", which the template does not declare")
}

// pseudo returns the value of a pseudo parameter:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (e *evaluator) pseudo(n *template.Node, name string) any {
	s := e.stack
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::AccountId":
		return s.account
	case "AWS::Region":
		return s.region
	case "AWS::Partition":
		return s.partition
	case "AWS::URLSuffix":
		for _, p := range partitions {
			if p.partition == s.partition {
				return p.suffix
			}
		}
		return e.shared(name)
	case "AWS::StackName":
		if s.name != "" {
			return s.name
		}
		return e.symbol(s, name)
	case "AWS::StackId", "AWS::NotificationARNs":
		return e.symbol(s, name)
	}
	return e.fail(n, "pseudo parameter "+strconv.Quote(name)+", which CloudFormation does not have")
}

// gone says of a resource that is referred to whether it is not there, because its condition does not hold: the
// reference leads nowhere then. It returns nil for one that is there, or may be.
func (e *evaluator) gone(n *template.Node, id string) any {
	s := e.stack
	condition := s.byID[id].Condition
	if condition == "" {
		return nil
	}
	absent, asked := s.absent[id]
	if !asked {
		s.absent[id] = false
		in := &evaluator{run: e.run, stack: s, at: e.at, nesting: e.nesting}
		absent = in.holds(s.byID[id].Body, condition) == graph.No
		s.absent[id] = absent
	}
	if !absent {
		return nil
	}
	return e.fail(n, "reference to "+strconv.Quote(id)+", which is not there: the condition "+condition+" does not hold")
}

// parameter returns the value of a parameter: what is given, its default, or a symbol. What is not to be echoed is a
// symbol always.
func (e *evaluator) parameter(p *template.Parameter) any {
	s := e.stack
	if v, ok := s.parsed[p.Name]; ok {
		return v
	}
	v := e.parameterValue(p)
	s.parsed[p.Name] = v
	return v
}

func (e *evaluator) parameterValue(p *template.Parameter) any {
	s := e.stack
	given, ok := s.given[p.Name]
	if !ok && p.Default != nil && p.Default.Kind != template.Null {
		given, ok = e.value(p.Default), true
	}
	if !ok || p.NoEcho {
		if isList(p.Type) {
			return unknown{why: graph.ReasonNotInInput, mentions: []graph.Ref{{Address: s.address(p.Name)}}}
		}
		return e.symbol(s, p.Name)
	}
	text, isText := scalarText(given)
	if rest, ssm := strings.CutPrefix(p.Type, "AWS::SSM::Parameter::Value<"); ssm && isText && text != "" {
		if strings.HasPrefix(rest, "List<") || strings.HasPrefix(rest, "CommaDelimitedList") {
			return opaque(e.tokens, graph.ReasonNotInInput, e.resolved("{{resolve:ssm:"+text+"}}"))
		}
		return e.resolved("{{resolve:ssm:" + text + "}}")
	}
	switch {
	case isText && text == "" && !isList(p.Type):
		return notGiven(e.symbol(s, p.Name))
	case isList(p.Type) && isText:
		if token.Has(text) && !strings.Contains(text, ",") && hasHole(e.tokens, text) {
			return opaque(e.tokens, graph.ReasonNotInInput, text)
		}
		return commaDelimited(text)
	case p.Type == "Number" && isText && !token.Has(text):
		return number(text)
	}
	return given
}

// secret returns the value of a parameter that is not to be echoed, for comparisons alone.
func (e *evaluator) secret(name string) (string, bool) {
	p := e.stack.params[name]
	if p == nil || !p.NoEcho {
		return "", false
	}
	if given, ok := e.stack.given[name]; ok {
		return e.textOf(given), true
	}
	if p.Default != nil {
		return p.Default.Scalar()
	}
	return "", false
}

func isList(typ string) bool { return typ == "CommaDelimitedList" || strings.HasPrefix(typ, "List<") }

func commaDelimited(s string) []any {
	out := []any{}
	for part := range strings.SplitSeq(s, ",") {
		out = append(out, strings.TrimSpace(part))
	}
	return out
}

// getAtt is Fn::GetAtt, in its four spellings.
func (e *evaluator) getAtt(n, arg *template.Node) any {
	if s, ok := arg.Scalar(); ok {
		id, attribute, dotted := strings.Cut(e.named(s), ".")
		if !dotted {
			return e.malformed(n, arg)
		}
		return e.attribute(n, id, attribute)
	}
	args := arguments(arg, 2, 8)
	if args == nil {
		return e.malformed(n, arg)
	}
	id, ok := args[0].Scalar()
	if !ok {
		id, ok = e.value(args[0]).(string)
	}
	var attribute []string
	for _, a := range args[1:] {
		attribute = append(attribute, e.text(a))
	}
	if !ok || token.Has(id) {
		return e.malformed(n, arg)
	}
	return e.attribute(n, e.named(id), strings.Join(attribute, "."))
}

// attribute returns an attribute of a resource.
func (e *evaluator) attribute(n *template.Node, id, attribute string) any {
	s := e.stack
	r := s.byID[id]
	if r == nil {
		return e.fail(n, "attribute of "+strconv.Quote(id)+", which the template does not declare")
	}
	if token.Has(attribute) {
		return e.tokens.Opaque(attribute)
	}
	if gone := e.gone(n, id); gone != nil {
		return gone
	}
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok {
		if child := s.children[id]; child != nil {
			return e.output(child, output, n)
		}
	}
	if r.Type == typeReader {
		if v, ok := e.carriedOver(attribute); ok {
			return v
		}
	}
	if r.Type == "AWS::SSM::Parameter" && attribute == "Value" {
		return e.value(r.Properties.Get("Value"))
	}
	ref := e.tokens.Ref(graph.Ref{Address: s.address(id), Attr: attribute})
	if r.Type == "AWS::Logs::LogGroup" && attribute == "Arn" {
		ref += ":*" // so it is given
	}
	return ref
}

// output evaluates an output of a stack, under no scenario: what that stack's conditions do not decide is not known.
func (r *run) output(s *stack, name string, at *template.Node) any {
	if v, ok := s.outputs[name]; ok {
		if v == evaluating {
			r.gap("output "+strconv.Quote(name)+" of "+s.label+", which refers to itself", at.Pos.String(), graph.ReasonUnsupported, "a template that CloudFormation accepts")
			return unknown{why: graph.ReasonUnsupported}
		}
		return v
	}
	out := s.Outputs.Get(name)
	if out == nil {
		r.gap("output "+strconv.Quote(name)+", which "+s.label+" does not have", at.Pos.String(), graph.ReasonNotInInput, "the template that declares it")
		return unknown{why: graph.ReasonNotInInput}
	}
	s.outputs[name] = evaluating
	e := &evaluator{run: r, stack: s, at: s.label}
	v := e.value(out.Get("Value"))
	s.outputs[name] = v
	return v
}

// evaluating marks an output that is being evaluated.
//
//nolint:gochecknoglobals // a constant
var evaluating any = &struct{ _ byte }{}

// importValue is Fn::ImportValue: an export is of one account and region.
func (e *evaluator) importValue(n, arg *template.Node) any {
	name := e.text(arg)
	if hasHole(e.tokens, name) {
		return e.tokens.Opaque(name)
	}
	var found []export
	settledBy := "the template that exports it, with its stack name: --stack NAME=FILE"
	for _, x := range e.exports() {
		switch e.tokens.Equal(x.name, name) {
		case graph.Yes:
			found = append(found, x)
		case graph.Maybe:
			settledBy = "the name of the stack of " + x.stack.File + ": --stack NAME=" + x.stack.File
		case graph.No:
		}
	}
	found = nearest(e, found, func(x export) *stack { return x.stack })
	shown := e.tokens.Text(name).String()
	if len(found) == 0 {
		e.gap("export "+strconv.Quote(shown)+", which is imported", n.Pos.String(), graph.ReasonNotInInput, settledBy)
		return e.shared("ImportValue(" + shown + ")")
	}
	all := make([]any, len(found))
	for i, x := range found {
		all[i] = e.output(x.stack, x.output, n)
	}
	return e.oneOf(all)
}

// nearest returns of several things of stacks those in the account and region of the evaluator's own: those that are
// certain to be, or else those that may be.
func nearest[T any](e *evaluator, all []T, of func(T) *stack) []T {
	var sure, perhaps []T
	for _, x := range all {
		s := of(x)
		switch e.tokens.Equal(s.account, e.stack.account).And(e.tokens.Equal(s.region, e.stack.region)) {
		case graph.Yes:
			sure = append(sure, x)
		case graph.Maybe:
			perhaps = append(perhaps, x)
		case graph.No:
		}
	}
	if len(sure) > 0 {
		return sure
	}
	return perhaps
}

// oneOf returns the value that is one of several.
func (e *evaluator) oneOf(all []any) any {
	if len(all) == 1 {
		return all[0]
	}
	var refs []graph.Ref
	for _, v := range all {
		if s, ok := v.(string); ok {
			refs = append(refs, whole(e.tokens, s)...)
		}
	}
	if len(refs) == len(all) && !slices.ContainsFunc(refs, func(r graph.Ref) bool { return r.Attr == "" }) {
		return e.tokens.OneOf(refs...)
	}
	out := opaque(e.tokens, graph.ReasonOneOf, all...)
	out.mentions = append(out.mentions, graph.Ref{Address: graph.AnyOf})
	return out
}

// export is an output that other stacks of its account and region may import.
type export struct {
	name   string // with tokens
	stack  *stack
	output string
}

// exports returns the exports of all stacks.
func (r *run) exports() []export {
	if r.exported != nil {
		return r.exported
	}
	r.exported = []export{}
	for _, s := range r.stacks {
		if s.Outputs == nil {
			continue
		}
		for _, m := range s.Outputs.Members {
			if n := m.Value.At("Export", "Name"); n != nil {
				e := &evaluator{run: r, stack: s, at: s.label}
				if c, ok := m.Value.Get("Condition").Scalar(); ok && e.holds(m.Value, c) == graph.No {
					continue
				}
				r.exported = append(r.exported, export{name: e.text(n), stack: s, output: m.Key})
			}
		}
	}
	return r.exported
}

// stackOutput is Fn::GetStackOutput:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
func (e *evaluator) stackOutput(n, arg *template.Node) any {
	stackName, output := e.text(arg.Get("StackName")), e.text(arg.Get("OutputName"))
	if arg == nil || arg.Kind != template.Map || output == "" || token.Has(output) {
		return e.malformed(n, arg)
	}
	at := *e.stack // where the other stack is
	in := *e
	in.stack = &at
	shown := e.tokens.Text(stackName).String()
	if r := arg.Get("Region"); r != nil {
		at.region = e.text(r)
	}
	symbol := "GetStackOutput(" + shown + ", "
	if s := e.tokens.Text(at.region); s.IsLiteral() {
		symbol += s.String() + ", "
	}
	var found []*stack
	for _, s := range e.stacks {
		if s.name == "" || s.name != stackName {
			continue
		}
		if arg.Get("RoleArn") != nil { // of another account
			at.account = s.account
		}
		found = append(found, nearest(&in, []*stack{s}, func(s *stack) *stack { return s })...)
	}
	if arg.Get("RoleArn") == nil {
		found = nearest(&in, found, func(s *stack) *stack { return s })
	}
	if len(found) == 0 {
		e.gap("output "+strconv.Quote(output)+" of the stack "+strconv.Quote(shown), n.Pos.String(), graph.ReasonNotInInput, "the template of the stack: --stack "+shown+"=FILE")
		return e.shared(symbol + output + ")")
	}
	all := make([]any, len(found))
	for i, s := range found {
		all[i] = e.output(s, output, n)
	}
	return e.oneOf(all)
}

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
				if json.Unmarshal([]byte(v), &members) != nil {
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

// trimLabel returns the id within a stack that an address has, or nothing.
func trimLabel(s *stack, address string) string {
	id, ok := strings.CutPrefix(address, s.label+"#")
	if !ok {
		return ""
	}
	return id
}

// spellARN spells out the ARN of a resource of which nothing but the name is not known.
func (e *evaluator) spellARN(ref graph.Ref) (graph.Text, bool) {
	s := e.stack
	r := s.byID[trimLabel(s, ref.Address)]
	if r == nil {
		return graph.Text{}, false
	}
	row := mainRow(r.Type)
	if row == nil || ref.Attr != "Arn" && ref.Attr != "TopicArn" && (ref.Attr != "Ref" || row.Kind != graph.KindTopic) {
		return graph.Text{}, false
	}
	info := graph.InfoOf(row.Kind)
	before, after, ok := strings.Cut(info.Resource, "{name}")
	if info.Service == "" || !ok || strings.ContainsAny(before+after, "{") {
		return graph.Text{}, false
	}
	name := graph.Reference(graph.Ref{Address: ref.Address, Attr: "Ref"})
	if row.Name != "" {
		if v, ok := e.value(r.Properties.At(strings.Split(row.Name, ".")...)).(string); ok && v != "" {
			name = e.tokens.Text(v)
		}
	}
	account, region := e.tokens.Text(s.account), e.tokens.Text(s.region)
	if info.NoOwner {
		account = graph.Text{}
	}
	if info.Global {
		region = graph.Text{}
	}
	colon := graph.Literal(":")
	return graph.Join(graph.Literal("arn:"), e.tokens.Text(s.partition), graph.Literal(":"+info.Service+":"), region, colon, account, colon, graph.Literal(before), name, graph.Literal(after)), true
}
