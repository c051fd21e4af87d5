package cloudformation

import (
	"maps"
	"slices"
	"strconv"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// atom is a comparison that the input does not decide.
type atom struct{ a, b string } // strings with tokens, in order

// scenario is what is assumed of comparisons that the input does not decide. Under one, every condition decides.
type scenario struct {
	assumed []assumption

	names   map[string]bool // conditions that were asked for, and what they were
	decided map[string]decided
}

type assumption struct {
	atom  atom
	holds bool
	both  bool // the other has been tried
}

// decided is what was found out of a condition, with the comparisons that are open in it.
type decided struct {
	is   graph.Tri
	open []atom
}

// condition evaluates a condition: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
// Under a scenario it is Yes or No.
func (e *evaluator) condition(n *template.Node) graph.Tri {
	for range maxAssumed + 1 {
		var open []atom
		t := e.decide(n, &open)
		if t != graph.Maybe || e.scenario == nil || len(open) == 0 {
			return t
		}
		e.scenario.assume(open[0])
	}
	return graph.Maybe
}

// decide evaluates a condition as far as it is decided, and collects the comparisons that are not.
func (e *evaluator) decide(n *template.Node, open *[]atom) graph.Tri {
	if e.nesting++; e.nesting > maxNesting {
		e.nesting--
		return graph.Maybe
	}
	defer func() { e.nesting-- }()
	if s, ok := n.Scalar(); ok { // a parameter, or a constant, that is compared with nothing
		return truthOf(s)
	}
	name, arg := n.Call()
	switch name {
	case "Condition":
		s, _ := arg.Scalar()
		return e.namedCondition(n, e.named(s), open)
	case "Fn::Not":
		if args := arguments(arg, 1, 1); args != nil {
			return e.decide(args[0], open).Not()
		}
	case "Fn::And", "Fn::Or":
		return e.several(n, arg, name == "Fn::And", open)
	case "Fn::Equals":
		if args := arguments(arg, 2, 2); args != nil {
			return e.equals(args[0], args[1], open)
		}
	case "Fn::Contains":
		if args := arguments(arg, 2, 2); args != nil {
			return e.contains(args[0], args[1], open)
		}
	case "Ref", "Fn::FindInMap", "Fn::Select", "Fn::If":
		return truthOf(e.text(n))
	}
	e.fail(n, "condition")
	return graph.Maybe
}

func truthOf(s string) graph.Tri {
	switch s {
	case "true":
		return graph.Yes
	case "false":
		return graph.No
	}
	return graph.Maybe
}

// several is Fn::And or Fn::Or.
func (e *evaluator) several(n, arg *template.Node, and bool, open *[]atom) graph.Tri {
	if arg == nil || arg.Kind != template.List {
		e.fail(n, "condition")
		return graph.Maybe
	}
	out := graph.TriOf(and)
	var met []atom
	for _, it := range arg.Items {
		t := e.decide(it, &met)
		if and {
			out = out.And(t)
		} else {
			out = out.Or(t)
		}
		if out == graph.TriOf(!and) {
			return out // whatever the others are
		}
	}
	e.add(open, met...)
	return out
}

// namedCondition evaluates a condition of the template by its name. One that refers to itself is not known.
func (e *evaluator) namedCondition(at *template.Node, name string, open *[]atom) graph.Tri {
	n := e.stack.conditions[name]
	if n == nil {
		e.fail(at, "condition "+strconv.Quote(name)+", which the template does not declare")
		return graph.Maybe
	}
	if slices.Contains(e.asking, name) {
		e.fail(n, "condition "+strconv.Quote(name)+", which refers to itself")
		return graph.Maybe
	}
	known := e.stack.decided
	if e.scenario != nil {
		known = e.scenario.decided
	}
	d, had := known[name]
	if !had {
		e.asking = append(e.asking, name)
		d.is = e.decide(n, &d.open)
		e.asking = e.asking[:len(e.asking)-1]
		known[name] = d
	}
	e.add(open, d.open...)
	return d.is
}

// holds evaluates a condition of the template that something depends on, and keeps the answer.
func (e *evaluator) holds(at *template.Node, name string) graph.Tri {
	t := e.condition(template.MapOf(at.Pos, template.Pair("Condition", template.Text(name, at.Pos))))
	if e.scenario != nil && t != graph.Maybe {
		e.scenario.names[name] = t == graph.Yes
	}
	return t
}

// equals compares as CloudFormation does: strings, whatever they were written as, or lists of them.
func (e *evaluator) equals(a, b *template.Node, open *[]atom) graph.Tri {
	key := [2]*template.Node{a, b}
	c, had := e.stack.compared[key]
	if !had {
		x, okX := e.compared(a)
		y, okY := e.compared(b)
		if c.is = graph.Maybe; okX && okY {
			c = e.compare(x, y)
		}
		if isConstant(a) && isConstant(b) && len(e.locals) == 0 {
			e.stack.compared[key] = c
		}
	}
	return e.assumed(c, open)
}

// comparison is what is found of two strings without assumptions; open says that one can be made of at.
type comparison struct {
	is   graph.Tri
	at   atom
	open bool
}

// isConstant says that a node is the same under every scenario: it is written out, or refers to a parameter.
func isConstant(n *template.Node) bool {
	name, _ := n.Call()
	return n != nil && (n.Kind != template.Map && n.Kind != template.List || name == "Ref")
}

// compared returns the string that a side of a comparison is.
func (e *evaluator) compared(n *template.Node) (string, bool) {
	if name, arg := n.Call(); name == "Ref" { // the value of a secret parameter is compared, and shown nowhere
		if s, ok := arg.Scalar(); ok {
			if v, given := e.secret(s); given {
				return v, true
			}
		}
	}
	v := e.value(n)
	if list, ok := v.([]any); ok {
		return spell(e.tokens, list), true
	}
	if u, ok := v.(unknown); ok && len(u.mentions) == 0 {
		return "", false
	}
	return e.textOf(v), true
}

func (e *evaluator) same(x, y string, open *[]atom) graph.Tri {
	return e.assumed(e.compare(x, y), open)
}

func (e *evaluator) compare(x, y string) comparison {
	if t := e.tokens.Equal(x, y); t != graph.Maybe {
		return comparison{is: t}
	}
	if x == "" && isSomething(e.tokens, y) || y == "" && isSomething(e.tokens, x) {
		return comparison{is: graph.No}
	}
	if e.tokens.Text(x).Reason() != graph.ReasonAfterApply || e.tokens.Text(y).Reason() != graph.ReasonAfterApply {
		if hasHole(e.tokens, x) || hasHole(e.tokens, y) {
			return comparison{is: graph.Maybe} // nobody can name what would have to be assumed
		}
	}
	if y < x {
		x, y = y, x
	}
	at := atom{x, y}
	if !e.allowed(at) {
		return comparison{is: graph.No}
	}
	return comparison{is: graph.Maybe, at: at, open: true}
}

// assumed returns what a comparison is in the scenario, or notes that it is open there.
func (e *evaluator) assumed(c comparison, open *[]atom) graph.Tri {
	if !c.open {
		return c.is
	}
	if e.scenario != nil {
		if t := e.scenario.says(c.at); t != graph.Maybe {
			return t
		}
		if e.exhausted(c.at) {
			return graph.Yes
		}
	}
	e.add(open, c.at)
	return graph.Maybe
}

// add notes open comparisons. Under a scenario the first is all that counts: it is the one that is assumed next.
func (e *evaluator) add(open *[]atom, more ...atom) {
	if e.scenario != nil {
		if len(*open) == 0 && len(more) > 0 {
			*open = append(*open, more[0])
		}
		return
	}
	for _, at := range more {
		if !slices.Contains(*open, at) {
			*open = append(*open, at)
		}
	}
}

// isSomething says that a string is not empty, whatever its tokens stand for: what refers to a resource never is.
func isSomething(tokens *token.Table, s string) bool {
	return slices.ContainsFunc(tokens.Text(s).Parts(), func(p graph.Part) bool {
		return p.Kind == graph.PartLiteral || p.Kind == graph.PartRef && (p.Ref.Attr != "" || isPseudo(p.Ref.Address))
	})
}

func hasHole(tokens *token.Table, s string) bool {
	return slices.ContainsFunc(tokens.Text(s).Parts(), func(p graph.Part) bool { return p.Kind == graph.PartHole })
}

// allowed says whether a parameter may have the value that it is compared with at all.
func (e *evaluator) allowed(at atom) bool {
	for _, side := range []atom{at, {at.b, at.a}} {
		if token.Has(side.b) {
			continue
		}
		for _, ref := range whole(e.tokens, side.a) {
			p := e.stack.params[trimLabel(e.stack, ref.Address)]
			if p != nil && ref.Attr == "" && len(p.Allowed) > 0 && !slices.Contains(p.Allowed, side.b) {
				return false
			}
		}
	}
	return true
}

// exhausted says that a scenario has ruled out every other value that a parameter may have.
func (e *evaluator) exhausted(at atom) bool {
	for _, side := range []atom{at, {at.b, at.a}} {
		if token.Has(side.b) {
			continue
		}
		for _, ref := range whole(e.tokens, side.a) {
			p := e.stack.params[trimLabel(e.stack, ref.Address)]
			if p == nil || ref.Attr != "" || len(p.Allowed) == 0 {
				continue
			}
			open := slices.DeleteFunc(slices.Clone(p.Allowed), func(v string) bool {
				other := atom{v, side.a}
				if other.b < other.a {
					other = atom{side.a, v}
				}
				return v != side.b && e.scenario.says(other) == graph.No
			})
			if len(open) == 1 && open[0] == side.b {
				return true
			}
		}
	}
	return false
}

func (e *evaluator) contains(list, item *template.Node, open *[]atom) graph.Tri {
	items, ok := e.value(list).([]any)
	if !ok {
		return graph.Maybe
	}
	want := e.text(item)
	out := graph.No
	for _, it := range items {
		out = out.Or(e.same(e.textOf(it), want, open))
	}
	return out
}

// says returns what a scenario says of a comparison: what is assumed of it, or follows from it. What equals one
// literal equals no other.
func (s *scenario) says(at atom) graph.Tri {
	for _, as := range s.assumed {
		if as.atom == at {
			return graph.TriOf(as.holds)
		}
	}
	for _, as := range s.assumed {
		if as.holds && excludes(as.atom, at) {
			return graph.No
		}
	}
	return graph.Maybe
}

// excludes says that two comparisons cannot both hold: they compare one thing with two literals.
func excludes(x, y atom) bool {
	for _, a := range []atom{x, {x.b, x.a}} {
		for _, b := range []atom{y, {y.b, y.a}} {
			if a.a == b.a && token.Has(a.a) && !token.Has(a.b) && !token.Has(b.b) && a.b != b.b {
				return true
			}
		}
	}
	return false
}

// maxAssumed bounds the comparisons that one scenario makes assumptions of, maxScenarios the scenarios of one resource.
const (
	maxAssumed   = 40
	maxScenarios = 64
)

// assume makes an assumption of a comparison: first that it holds.
func (s *scenario) assume(at atom) {
	if len(s.assumed) < maxAssumed {
		s.assumed = append(s.assumed, assumption{atom: at, holds: true})
		maps.DeleteFunc(s.decided, func(_ string, d decided) bool { return d.is == graph.Maybe }) // what is decided stays so
	}
}

// scenarios calls f under every scenario that makes a difference to it. It returns false where there are too many;
// f has then been called under some of them.
func scenarios(f func(*scenario)) bool {
	s := &scenario{}
	for range maxScenarios {
		s.names, s.decided = map[string]bool{}, map[string]decided{}
		f(s)
		for n := len(s.assumed); n > 0 && s.assumed[n-1].both; n = len(s.assumed) {
			s.assumed = s.assumed[:n-1]
		}
		n := len(s.assumed)
		if n == 0 {
			return true
		}
		s.assumed[n-1].holds, s.assumed[n-1].both = false, true
	}
	return false
}
