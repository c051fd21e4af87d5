package cloudformation

import (
	"regexp"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// Bounds of an evaluation.
const (
	maxEvaluated = 1 << 22 // values of one run
	maxLength    = 4 << 20 // bytes of one string
	maxNesting   = 400     // functions, conditions and parameters within one another
)

// tooMuch is said of values beyond the bounds.
const tooMuch graph.Reason = "more than can be worked out"

// evaluator evaluates values of one stack under one scenario.
type evaluator struct {
	*run
	stack    *stack
	scenario *scenario         // nil: what is not decided is not known
	locals   map[string]string // identifiers of the loops of Fn::ForEach around
	nesting  int
	at       string   // address of what is evaluated, for gaps
	asking   []string // conditions that are being evaluated
}

// fail says of a value that CloudFormation would not accept it.
func (e *evaluator) fail(n *template.Node, what string, from ...any) any {
	e.gap(what, e.where(n), graph.ReasonMalformed, "a template that CloudFormation accepts")
	return opaque(e.tokens, graph.ReasonMalformed, from...)
}

// unsupported says of a value that it is of no form that is followed.
func (e *evaluator) unsupported(n *template.Node, what string, from ...any) any {
	e.gap(what, e.where(n), graph.ReasonUnsupported, "a template that CloudFormation accepts as it is")
	return opaque(e.tokens, graph.ReasonUnsupported, from...)
}

func (e *evaluator) where(n *template.Node) string {
	if n != nil && !n.Pos.IsZero() {
		return n.Pos.String()
	}
	return e.at
}

// value evaluates a node. Null and AWS::NoValue are nil.
func (e *evaluator) value(n *template.Node) any {
	if n == nil {
		return nil
	}
	if e.work++; e.work > maxEvaluated || e.nesting > maxNesting {
		e.gap("values of "+e.stack.label, e.stack.label, tooMuch, "a smaller template")
		return unknown{why: tooMuch}
	}
	e.nesting++
	defer func() { e.nesting-- }()
	if n.Tag != "" {
		return e.unsupported(n, "value tagged !"+n.Tag+", which is not CloudFormation's", e.untagged(n))
	}
	switch n.Kind {
	case template.Null:
		return nil
	case template.Bool:
		return n.Text == "true"
	case template.Number:
		return number(n.Text)
	case template.String:
		return e.literal(n.Text)
	case template.List:
		out := make([]any, 0, len(n.Items))
		for _, it := range n.Items {
			switch v := e.value(it).(type) {
			case nil: // NoValue takes the element away
			case spread:
				out = append(out, v...)
			default:
				out = append(out, v)
			}
		}
		return out
	case template.Map:
	}
	if name, arg := n.Call(); name != "" && name != "Condition" { // a key of IAM's, but for conditions
		return e.call(n, name, arg)
	}
	out := make(map[string]any, len(n.Members))
	for _, m := range n.Members {
		if m.Key == transform {
			e.transformed(n, m.Value)
			out[transform] = true
			continue
		}
		if strings.HasPrefix(m.Key, loopPrefix) {
			e.loop(m, func(in *evaluator, key string, body *template.Node) {
				if v := in.value(body); v != nil {
					out[in.named(key)] = v
				}
			})
			continue
		}
		if v := e.value(m.Value); v != nil {
			out[e.named(m.Key)] = v
		}
	}
	return out
}

// transform is a macro within a value: what it makes is put in beside what stands with it.
const transform = "Fn::Transform"

// spread is a list whose elements take the place of the one element that made them.
type spread []any

// untagged evaluates what is under a tag, for what it mentions.
func (e *evaluator) untagged(n *template.Node) any {
	plain := *n
	plain.Tag = ""
	return e.value(&plain)
}

// named puts the identifiers of loops into a key.
func (e *evaluator) named(key string) string {
	if len(e.locals) == 0 || !strings.Contains(key, "${") && !strings.Contains(key, "&{") {
		return key
	}
	for name, value := range e.locals {
		key = strings.ReplaceAll(key, "${"+name+"}", value)
		key = strings.ReplaceAll(key, "&{"+name+"}", alphanumeric(value))
	}
	return key
}

func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return -1
	}, s)
}

// text evaluates a node to a string; what is no string is a hole.
func (e *evaluator) text(n *template.Node) string { return e.textOf(e.value(n)) }

func (e *evaluator) textOf(v any) string {
	if s, ok := scalarText(v); ok {
		return s
	}
	if u, ok := v.(unknown); ok {
		return u.hole(e.tokens)
	}
	if v == nil {
		return ""
	}
	return opaque(e.tokens, graph.ReasonUnsupported, v).hole(e.tokens)
}

// dynamic finds references that CloudFormation resolves when it deploys:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
var dynamic = regexp.MustCompile(`\{\{resolve:[^{}]*\}\}`)

// dummy finds what stands for something that is put in before the template is deployed.
var dummy = regexp.MustCompile(`^[^{}\s$*]*(<[A-Z][A-Z0-9_-]+>|%[a-zA-Z_]{3,}%?)[^{}\s$*]*$|^(?i)placeholder$|^(?i)(replace|change)[-_]?me$`)

// literal reads a string of the template.
func (e *evaluator) literal(s string) any {
	if strings.Contains(s, "{{resolve:") {
		return e.resolved(s)
	}
	if dummy.MatchString(s) {
		return e.tokens.Hole("the template has a placeholder in its place")
	}
	return s
}

// resolved puts what dynamic references stand for into a string. The same reference is the same string wherever it
// stands.
func (e *evaluator) resolved(s string) string {
	return dynamic.ReplaceAllStringFunc(s, func(ref string) string {
		if v, ok := e.carried(ref); ok {
			return v
		}
		if token.Has(ref) {
			return e.tokens.Opaque(ref)
		}
		return e.shared(strings.Trim(ref, "{}"))
	})
}
