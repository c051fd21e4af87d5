package iam

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Bounds of the search for what a caller would have to choose. A search that ends without finding anything
// decides nothing.
const (
	maxCandidates = 24   // per key
	maxTries      = 4096 // of all keys together
)

// freshValue equals no value of a policy by accident.
const freshValue = "x-chosen-by-the-caller"

// choose looks for values of the keys that the caller chooses which make the request allowed: those that policies ask
// for, others, and none. What it finds is certain; that it finds nothing says nothing. Which of them are needed it works out
// where it is asked to tell.
func choose(r *Request, p *Policies, tell bool) (Context, []Choice, bool) {
	var names []string
	var options [][]Key
	tries := 1
	for _, name := range r.Context.Names() {
		k := r.Context.Get(name)
		if k.State != KeyChosen {
			continue
		}
		c := candidates(name, k, p)
		if c == nil {
			continue
		}
		if tries *= len(c); tries > maxTries {
			return Context{}, nil, false
		}
		names, options = append(names, name), append(options, c)
	}
	if len(names) == 0 {
		return Context{}, nil, false
	}
	base := r.Context
	pick := make([]int, len(names))
	for range tries {
		context := base
		for i, name := range names {
			context = context.With(name, options[i][pick[i]])
		}
		q := *r
		q.Context = context
		if got, _ := newDecider(&q, p).result(); got == Allowed {
			if !tell {
				return context, nil, true
			}
			return context, choicesOf(q, p, base, names, options, pick), true
		}
		for i := range pick { // the next combination
			if pick[i]++; pick[i] < len(options[i]) {
				break
			}
			pick[i] = 0
		}
	}
	return Context{}, nil, false
}

// choicesOf returns what has to be chosen: the keys without whose choice the request is not allowed for certain.
func choicesOf(q Request, p *Policies, base Context, names []string, options [][]Key, pick []int) []Choice {
	var out []Choice
	for i, name := range names {
		with := q.Context
		q.Context = with.With(name, base.Get(name))
		if got, _ := newDecider(&q, p).result(); got == Allowed {
			continue // it may be anything
		}
		q.Context = with
		k := options[i][pick[i]]
		c := Choice{Key: name, Omit: k.State == KeyAbsent}
		if !c.Omit {
			c.Value = k.Values[0]
		}
		out = append(out, tellable(c, p))
	}
	return out
}

// tellable returns a choice as it may be shown: with the key as policies spell it, and nothing that sensitive policies alone
// say.
func tellable(c Choice, p *Policies) Choice {
	spelt, hidden := "", false
	p.each(func(s *Source) {
		for i := range s.Policy.Statements {
			for _, d := range s.Policy.Statements[i].Conditions {
				key, ok := d.Key.Literal()
				switch {
				case !ok || !strings.EqualFold(key, c.Key):
				case s.Sensitive:
					hidden = true
				default:
					hidden = hidden || s.HiddenConditions
					if spelt == "" || key < spelt { // whatever the order of the policies
						spelt = key
					}
				}
			}
		}
	})
	switch {
	case hidden && spelt == "":
		c.Key, c.Value = "", graph.Hole(graph.ReasonSensitive)
	case hidden:
		c.Key, c.Value = spelt, graph.Hole(graph.ReasonSensitive)
	case spelt != "":
		c.Key = spelt
	}
	return c
}

// candidates returns what is worth choosing for a key, the least first. It is nil when no policy asks for the key.
func candidates(name string, k Key, p *Policies) []Key {
	asked := false
	var out []Key
	add := func(t graph.Text) {
		if len(k.Values) > 0 && !slices.ContainsFunc(k.Values, func(v graph.Text) bool { return v.Equal(t) == graph.Yes }) {
			return
		}
		if len(out) < maxCandidates && !slices.ContainsFunc(out, func(o Key) bool { return len(o.Values) > 0 && o.Values[0].Equal(t) == graph.Yes }) {
			out = append(out, Key{State: KeyPresent, Values: []graph.Text{t}, Multi: k.Multi})
		}
	}
	if !k.Always {
		out = append(out, AbsentKey())
	}
	for _, v := range k.Values {
		add(v)
	}
	p.each(func(s *Source) {
		q := &s.Policy
		for i := range q.Statements {
			asked = asked || q.Statements[i].mentions(name)
			for _, c := range q.Statements[i].Conditions {
				if key, ok := c.Key.Literal(); !ok || !strings.EqualFold(key, name) {
					continue
				}
				asked = true
				for _, v := range c.Values.Items {
					for _, t := range instances(v) {
						add(t)
					}
				}
			}
		}
	})
	grants, _ := p.Grants.Get()
	for _, g := range grants {
		for pair, v := range g.Constraints {
			if strings.EqualFold("kms:EncryptionContext:"+pair, name) {
				asked = true
				add(v)
			}
		}
	}
	if !asked {
		return nil
	}
	add(graph.Literal(freshValue))
	return out
}

// mentions says that a statement uses a condition key as a policy variable.
func (s Statement) mentions(key string) bool {
	uses := func(t graph.Text) bool {
		return HasVariable(t) && strings.Contains(strings.ToLower(t.String()), "${"+key)
	}
	for _, l := range []*List{s.Resource, s.NotResource} {
		if l != nil && slices.ContainsFunc(l.Items, uses) {
			return true
		}
	}
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool { return slices.ContainsFunc(c.Values.Items, uses) })
}

// instances returns values that a condition with this value may be met, or missed, with.
func instances(v graph.Text) []graph.Text {
	if HasVariable(v) {
		return nil
	}
	word, known := v.Literal()
	if !known {
		return []graph.Text{v}
	}
	out := []graph.Text{v}
	if strings.ContainsAny(word, "*?") {
		out = append(out, graph.Literal(strings.NewReplacer("*", "", "?", "x").Replace(word)))
	}
	if p, ok := prefix(word); ok {
		out = append(out, graph.Literal(p.Addr().String()))
		if next := p.Addr().Next(); next.IsValid() {
			out = append(out, graph.Literal(next.String()))
		}
	}
	if n, err := strconv.ParseInt(word, 10, 32); err == nil {
		out = append(out, graph.Literal(strconv.FormatInt(n-1, 10)), graph.Literal(strconv.FormatInt(n+1, 10)))
	}
	if t := strings.ToLower(word); t == "true" || t == "false" {
		out = append(out, graph.Literal("true"), graph.Literal("false"))
	}
	return out
}
