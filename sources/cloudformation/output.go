package cloudformation

import (
	"slices"
	"strconv"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

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
