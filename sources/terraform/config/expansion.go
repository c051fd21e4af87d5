package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/token"
)

// expansion is how often a resource or a module call is there.
type expansion struct {
	busy      bool // it is being worked out
	single    bool // neither count nor for_each
	byIndex   bool // count
	undecided bool
	doubt     string   // why it is undecided, and
	settledBy string   // what would decide it
	keys      []string // as addresses spell them
	reps      []repetition
}

// expand works out count and for_each. address is that of the resource or module call, without a key.
func (m *moduleInstance) expand(count, forEach *Attribute, address string) expansion {
	switch {
	case count != nil:
		return m.expandCount(count, address)
	case forEach != nil:
		e := m.expandEach(forEach, address)
		for i := range e.reps {
			e.reps[i].from, e.reps[i].in = forEach, m
		}
		return e
	}
	return expansion{single: true, keys: []string{""}, reps: []repetition{{}}}
}

func (m *moduleInstance) expandCount(a *Attribute, address string) expansion {
	v, marks := m.scope().eval(a).Unmark()
	n, err := convert.Convert(v, cty.Number)
	switch {
	case isSensitive(marks):
		return m.secret("count", address, true, cty.DynamicVal)
	case err != nil || n.IsNull() || !n.IsKnown():
		return m.undecided(a, "count", address, true, cty.DynamicVal)
	}
	size, _ := n.AsBigFloat().Int64()
	if n.AsBigFloat().Sign() < 0 || !n.AsBigFloat().IsInt() {
		return m.refused("count", "is no whole number from 0 on", address, true, cty.DynamicVal)
	}
	if size > maxElements {
		m.ev.failf("%s has a count of more than %d", address, maxElements)
	}
	e := expansion{byIndex: true}
	for i := range size {
		e.add("["+strconv.FormatInt(i, 10)+"]", repetition{index: cty.NumberIntVal(i)})
	}
	return e
}

// round notes that how often something is there depends on itself.
func (ev *evaluation) round(e *expansion, address string) {
	if e.busy {
		ev.gap("cycle: how many of "+address+" there are depends on itself", address, graph.ReasonUnsupported, acceptable)
	}
}

func (e *expansion) add(key string, r repetition) {
	e.keys, e.reps = append(e.keys, key), append(e.reps, r)
}

func (m *moduleInstance) expandEach(a *Attribute, address string) expansion {
	all := m.scope().eval(a)
	v, marks := all.Unmark()
	ty := v.Type()
	if isSensitive(marks) {
		return m.secret("for_each", address, false, all)
	}
	switch {
	case !v.IsKnown() && (ty == cty.DynamicPseudoType || ty.IsSetType() || ty.IsMapType() || ty.IsObjectType()) || token.In(v) && ty == cty.String:
		return m.undecided(a, "for_each", address, false, v)
	case v.IsNull():
		return m.refused("for_each", "is null", address, false, cty.DynamicVal)
	case ty.IsTupleType() && !isTuple(a.Expr): // Terraform may have made a set of it, as conditionals do
		return m.undecided(a, "for_each", address, false, v)
	case ty.IsListType() || ty.IsTupleType():
		return m.refused("for_each", "is a list, and neither a map nor a set", address, false, v)
	case !v.CanIterateElements():
		return m.refused("for_each", "is neither a map nor a set", address, false, cty.DynamicVal)
	}
	if v.LengthInt() > maxElements {
		m.ev.failf("%s has a for_each of more than %d elements", address, maxElements)
	}
	var e expansion
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if ty.IsSetType() {
			key = value
		}
		plain, ok := knownString(key)
		if !ok || token.Has(plain) {
			return m.undecided(a, "for_each", address, false, v)
		}
		e.add(spellKey(key), repetition{key: cty.StringVal(plain), value: value})
	}
	return e
}

// isTuple says that an expression is a list as written.
func isTuple(e hclsyntax.Expression) bool {
	if p, ok := e.(*hclsyntax.ParenthesesExpr); ok {
		return isTuple(p.Expression)
	}
	_, ok := e.(*hclsyntax.TupleConsExpr)
	return ok
}

// isSensitive says that a value with these marks must not be shown.
func isSensitive(marks cty.ValueMarks) bool {
	_, ok := marks[funcs.Sensitive]
	return ok
}

// stand is the expansion of what is not decided. Where the keys are known from elsewhere they are used; else there is
// one instance that stands for however many there are, and has the key.
func (m *moduleInstance) stand(address string, byIndex bool, key, v cty.Value) expansion {
	e := expansion{byIndex: byIndex, undecided: true}
	if m.ev.in.Keys != nil {
		for _, key := range m.ev.in.Keys(address) {
			e.add(key, m.repetitionOf(key, byIndex, v))
		}
		if len(e.keys) > 0 {
			e.undecided = false
			return e
		}
	}
	r := repetition{key: key, value: cty.DynamicVal}
	if byIndex {
		r = repetition{index: cty.UnknownVal(cty.Number)}
	} else if one, ok := m.ev.oneOfAll(v, key); ok {
		r.value = one
	}
	e.add("", r)
	return e
}

// secret is the expansion of what is as often there as a sensitive value says. The keys of instances are in every
// output, which is why Terraform does not accept it.
func (m *moduleInstance) secret(what, address string, byIndex bool, v cty.Value) expansion {
	e := m.stand(address, byIndex, cty.StringVal(m.ev.tokens.Hole(graph.ReasonSensitive)), v)
	if !e.undecided {
		return e
	}
	e.doubt, e.settledBy = "how many of it there are is not known: its "+what+" is sensitive, which Terraform does not accept", "a "+what+" that is not sensitive"
	m.ev.gap("how many of "+address+" there are: its "+what+" is sensitive", address, graph.ReasonSensitive, e.settledBy)
	return e
}

// refused is the expansion of what Terraform does not accept, for the reason given.
func (m *moduleInstance) refused(what, why, address string, byIndex bool, v cty.Value) expansion {
	e := m.stand(address, byIndex, cty.StringVal(m.ev.tokens.Hole(graph.ReasonMalformed)), v)
	if !e.undecided {
		return e
	}
	e.doubt, e.settledBy = "how many of it there are is not known: its "+what+" "+why+", which Terraform does not accept", acceptable
	m.ev.gap("how many of "+address+" there are: its "+what+" "+why, address, graph.ReasonMalformed, acceptable)
	return e
}

// undecided is the expansion of what depends on something that is not known.
func (m *moduleInstance) undecided(a *Attribute, what, address string, byIndex bool, v cty.Value) expansion {
	hole := cty.StringVal(m.ev.tokens.Hole(graph.ReasonAfterApply, m.scope().mentions(a.Expr, m.scope().context())...))
	e := m.stand(address, byIndex, hole, v)
	if !e.undecided {
		return e
	}
	names := variablesIn(a)
	settledBy := "the plan"
	switch {
	case m.ev.invalid[place(a.Range)]:
		settledBy = acceptable
	case len(names) > 0:
		settledBy = "--var " + strings.Join(names, "=… --var ") + "=…, or the plan"
	}
	e.doubt, e.settledBy = fmt.Sprintf("how many of it there are is not known: its %s depends on what is not known", what), settledBy
	m.ev.gap("how many of "+address+" there are: its "+what+" is not known", address, graph.ReasonAfterApply, settledBy)
	return e
}

// variablesIn returns the names of the variables that an argument mentions itself.
func variablesIn(a *Attribute) []string {
	var out []string
	for _, t := range traversals(a.Expr) {
		if len(t) < 2 || t.RootName() != "var" {
			continue
		}
		if attr, ok := t[1].(hcl.TraverseAttr); ok && !slices.Contains(out, attr.Name) {
			out = append(out, attr.Name)
		}
	}
	return out
}

// repetitionOf returns the repetition of a key that is known from elsewhere.
func (m *moduleInstance) repetitionOf(key string, byIndex bool, v cty.Value) repetition {
	v, marks := v.Unmark()
	inner := strings.TrimSuffix(strings.TrimPrefix(key, "["), "]")
	if byIndex {
		n, err := strconv.ParseInt(inner, 10, 64)
		if err != nil {
			return repetition{index: cty.UnknownVal(cty.Number)}
		}
		return repetition{index: cty.NumberIntVal(n)}
	}
	name, ok := UnquoteKey(inner)
	if !ok {
		return repetition{key: cty.UnknownVal(cty.String), value: cty.DynamicVal}
	}
	r := repetition{key: cty.StringVal(name), value: cty.DynamicVal}
	if !v.IsKnown() || v.IsNull() {
		return r
	}
	switch ty := v.Type(); {
	case ty.IsObjectType() && ty.HasAttribute(name):
		r.value = v.GetAttr(name)
	case ty.IsMapType():
		if has := v.HasIndex(cty.StringVal(name)); has.IsKnown() && has.True() {
			r.value = v.Index(cty.StringVal(name))
		}
	case ty.IsSetType():
		r.value = r.key
	}
	r.value = r.value.WithMarks(marks)
	return r
}
