package iam

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Marshal spells a policy as JSON that [Parse] reads back to the same meaning. References and holes stay
// where they are; what is open is a hole in the place of a value.
func Marshal(p Policy) graph.Text {
	w := writer{}
	w.raw("{")
	if !p.Version.IsEmpty() {
		w.key("Version")
		w.text(p.Version)
		w.raw(",")
	}
	if !p.ID.IsEmpty() {
		w.key("Id")
		w.text(p.ID)
		w.raw(",")
	}
	w.key("Statement")
	w.raw("[")
	for i := range p.Statements {
		if i > 0 {
			w.raw(",")
		}
		w.statement(&p.Statements[i])
	}
	if p.Open {
		if len(p.Statements) > 0 {
			w.raw(",")
		}
		w.hole(p.OpenReason)
	}
	w.raw("]}")
	w.flush()
	return graph.Join(w.pieces...)
}

type writer struct {
	b      strings.Builder
	pieces []graph.Text
}

func (w *writer) raw(s string) { w.b.WriteString(s) }

func (w *writer) flush() {
	w.pieces = append(w.pieces, graph.Literal(w.b.String()))
	w.b.Reset()
}

func (w *writer) hole(why graph.Reason) {
	w.flush()
	w.pieces = append(w.pieces, graph.Hole(why))
}

func (w *writer) key(name string) {
	w.text(graph.Literal(name))
	w.raw(":")
}

func (w *writer) text(t graph.Text) {
	w.raw(`"`)
	for _, p := range t.Parts() {
		if p.Kind != graph.PartLiteral {
			w.flush()
			w.pieces = append(w.pieces, graph.TextOf(p))
			continue
		}
		quoted, _ := json.Marshal(p.Literal) //nolint:errchkjson // a string always marshals
		w.raw(string(quoted[1 : len(quoted)-1]))
	}
	w.raw(`"`)
}

func (w *writer) statement(s *Statement) {
	w.raw("{")
	w.key("Effect")
	w.raw(`"` + s.Effect.String() + `"`)
	if !s.Sid.IsEmpty() {
		w.raw(",")
		w.key("Sid")
		w.text(s.Sid)
	}
	w.principals("Principal", s.Principal)
	w.principals("NotPrincipal", s.NotPrincipal)
	w.member("Action", s.Action)
	w.member("NotAction", s.NotAction)
	w.member("Resource", s.Resource)
	w.member("NotResource", s.NotResource)
	w.conditions(s)
	w.raw("}")
}

func (w *writer) member(name string, l *List) {
	if l == nil {
		return
	}
	w.raw(",")
	w.key(name)
	w.list(*l)
}

func (w *writer) list(l List) {
	w.raw("[")
	for i, t := range l.Items {
		if i > 0 {
			w.raw(",")
		}
		w.text(t)
	}
	if l.Open {
		if len(l.Items) > 0 {
			w.raw(",")
		}
		w.hole(graph.ReasonAfterApply)
	}
	w.raw("]")
}

// principals groups identifiers by their type, as the grammar wants it. Everyone stands alone, for it
// includes all others.
func (w *writer) principals(name string, p *Principals) {
	if p == nil {
		return
	}
	w.raw(",")
	w.key(name)
	byType := map[string][]graph.Text{}
	for _, i := range p.Items {
		if i.Type == "*" {
			w.raw(`"*"`)
			return
		}
		byType[i.Type] = append(byType[i.Type], i.ID)
	}
	if len(p.Items) == 0 && p.Open {
		w.hole(graph.ReasonAfterApply)
		return
	}
	w.raw("{")
	open, first := p.Open, true
	for _, t := range principalTypes() {
		if len(byType[t]) == 0 {
			continue
		}
		if !first {
			w.raw(",")
		}
		first = false
		w.key(t)
		w.list(List{Items: byType[t], Open: open})
		open = false
	}
	w.raw("}")
}

// conditions groups keys by operator. A condition on an operator and key that stood before cannot be spelt
// beside it, and [Parse] makes none.
func (w *writer) conditions(s *Statement) {
	if len(s.Conditions) == 0 && !s.OpenConditions {
		return
	}
	w.raw(",")
	w.key("Condition")
	if len(s.Conditions) == 0 {
		w.hole(graph.ReasonAfterApply)
		return
	}
	w.raw("{")
	var done []string
	for _, c := range s.Conditions {
		if slices.Contains(done, c.Operator) {
			continue
		}
		if len(done) > 0 {
			w.raw(",")
		}
		done = append(done, c.Operator)
		w.key(c.Operator)
		w.raw("{")
		first := true
		for _, d := range s.Conditions {
			if d.Operator != c.Operator {
				continue
			}
			if !first {
				w.raw(",")
			}
			first = false
			w.text(d.Key)
			w.raw(":")
			w.list(d.Values)
		}
		w.raw("}")
	}
	if s.OpenConditions {
		w.raw(`,"`)
		w.hole(graph.ReasonAfterApply)
		w.raw(`":{}`)
	}
	w.raw("}")
}
