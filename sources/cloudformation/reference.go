package cloudformation

import (
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
