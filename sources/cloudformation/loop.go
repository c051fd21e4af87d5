package cloudformation

import (
	"maps"
	"strings"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// loopPrefix begins the keys of loops: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
const loopPrefix = "Fn::ForEach::"

// maxLoop bounds the elements of one loop, maxTurns the turns of all; CloudFormation takes up to 500 resources in a
// template.
const (
	maxLoop  = 1000
	maxTurns = 20_000
)

// loop calls f for every element of a Fn::ForEach with the members of its body. One over a list that is not known is
// a gap.
func (e *evaluator) loop(m template.Member, f func(in *evaluator, key string, body *template.Node)) {
	args := arguments(m.Value, 3, 3)
	if args == nil || args[2].Kind != template.Map {
		e.fail(m.Value, "loop "+m.Key+" is not one of an identifier, a list and a mapping")
		return
	}
	name, _ := args[0].Scalar()
	list, ok := e.value(args[1]).([]any)
	if !ok || name == "" || len(list) > maxLoop {
		e.unsupported(m.Value, "loop "+m.Key+" over a list that is not known")
		return
	}
	for _, item := range list {
		if e.turns++; e.turns > maxTurns {
			e.unsupported(m.Value, "loop "+m.Key+" makes more than can be worked out")
			return
		}
		s := e.textOf(item)
		if token.Has(s) {
			e.unsupported(m.Value, "loop "+m.Key+" over an element that is not known")
			continue
		}
		in := *e
		in.locals = maps.Clone(e.locals)
		if in.locals == nil {
			in.locals = map[string]string{}
		}
		in.locals[name] = s
		for _, body := range args[2].Members {
			if strings.HasPrefix(body.Key, loopPrefix) {
				in.loop(body, f)
				continue
			}
			f(&in, body.Key, body.Value)
		}
	}
}

// loopValue evaluates an object that is one loop.
func (e *evaluator) loopValue(n *template.Node) any {
	out := map[string]any{}
	e.loop(n.Members[0], func(in *evaluator, key string, body *template.Node) {
		if v := in.value(body); v != nil {
			out[in.named(key)] = v
		}
	})
	return out
}

// unroll replaces the loops of the sections of a stack by what they make. Identifiers are put into the nodes, so that
// what is made stands for itself.
func (r *run) unroll(s *stack) {
	e := &evaluator{run: r, stack: s, at: s.label}
	resources := s.Resources
	s.Resources = nil
	for _, res := range resources {
		if !strings.HasPrefix(res.ID, loopPrefix) {
			s.Resources = append(s.Resources, res)
			continue
		}
		e.loop(template.Member{Key: res.ID, Pos: res.Pos, Value: res.Body}, func(in *evaluator, key string, body *template.Node) {
			s.AddResource(template.Member{Key: in.named(key), Pos: res.Pos, Value: in.written(body)})
		})
	}
	for _, section := range []**template.Node{&s.Outputs, &s.Conditions} {
		if *section == nil {
			continue
		}
		out := **section
		out.Members = nil
		for _, m := range (*section).Members {
			if !strings.HasPrefix(m.Key, loopPrefix) {
				out.Members = append(out.Members, m)
				continue
			}
			e.loop(m, func(in *evaluator, key string, body *template.Node) {
				out.Members = append(out.Members, template.Member{Key: in.named(key), Pos: m.Pos, Value: in.written(body)})
			})
		}
		*section = &out
	}
	if s.Conditions != nil {
		for _, m := range s.Conditions.Members {
			s.conditions[m.Key] = m.Value
		}
	}
}

// written returns a node with the identifiers of the loops around put in: Ref of one, and ${} of one within strings.
func (e *evaluator) written(n *template.Node) *template.Node {
	if n == nil {
		return nil
	}
	if name, arg := n.Call(); name == "Ref" {
		if id, ok := arg.Scalar(); ok {
			if v, local := e.locals[id]; local {
				return template.Text(v, n.Pos)
			}
		}
	}
	out := *n
	if n.Kind == template.String {
		out.Text = e.named(n.Text)
	}
	out.Items, out.Members = nil, nil
	for _, it := range n.Items {
		out.Items = append(out.Items, e.written(it))
	}
	for _, m := range n.Members {
		out.Members = append(out.Members, template.Member{Key: e.named(m.Key), Pos: m.Pos, Value: e.written(m.Value)})
	}
	return &out
}
