package cloudformation

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/table"
)

// declare declares what a resource of a stack is, under every scenario.
func (r *run) declare(s *stack, res *template.Resource) {
	shape := shapeOf(res)
	if res.Type == transform {
		(&evaluator{run: r, stack: s, at: s.label}).transformed(&template.Node{Pos: res.Pos}, res.Body)
		return
	}
	if len(rows()[shape]) == 0 && reshape[shape] == nil {
		r.ignored++
		return
	}
	at := s.address(res.ID)
	own := graph.Yes
	if res.Condition != "" {
		own = (&evaluator{run: r, stack: s, at: at}).holds(res.Body, res.Condition)
	}
	if own == graph.No {
		return
	}
	var all []variant
	under := func(sc *scenario) {
		e := &evaluator{run: r, stack: s, scenario: sc, at: at}
		if sc != nil && res.Condition != "" && e.holds(res.Body, res.Condition) == graph.No {
			return
		}
		v := variant{resources: e.shaped(res, shape)}
		if sc != nil {
			v.names = sc.names
		}
		all = append(all, v)
	}
	if !scenarios(under) {
		all = nil
		under(nil)
		r.gap("properties of "+at, res.Pos.String(), "they depend on more conditions than can be told apart", "values of the parameters: --parameters NAME=VALUE")
	}
	doubt, settledBy, presence := s.doubt, s.settledBy, s.presence
	if own == graph.Maybe {
		presence = append(slices.Clip(presence), s.isThere(res.Condition)...)
		doubt, settledBy = "only if the condition "+res.Condition+" holds", r.deciders(s, res.Condition)
	}
	decide := map[string]bool{}
	for _, name := range graph.Differing(conditionsOf(all)) {
		r.open(s, name)
		decide[r.deciders(s, name)] = true
	}
	if own == graph.Maybe {
		r.open(s, res.Condition)
	}
	if len(all) > 0 {
		for up := s; up.parent != nil; up = up.parent {
			if up.condition != "" {
				r.open(up.parent, up.condition)
			}
		}
	}
	for _, out := range s.merged(all) {
		out.Presence = slices.Concat(presence, out.Presence)
		switch {
		case doubt != "":
			out.Doubt, out.SettledBy = doubt, settledBy
		case out.Doubt != "", len(out.Scenarios) > 0:
			out.SettledBy = cmp.Or(strings.Join(sortedKeys(decide), " "), "--parameters")
		}
		r.resources = append(r.resources, out)
	}
}

// shaped evaluates a resource and makes the declarations that its rows say.
func (e *evaluator) shaped(res *template.Resource, shape string) []graph.Resource {
	p := map[string]any{}
	made := graph.Reason("") // why there may be more of them than is told
	properties := res.Properties
	if isStack(res.Type) && (e.stack.nested[res.ID] || properties.Get("TemplateURL") != nil && properties.Get("TemplateURL").Tag != "") {
		properties = properties.Without("TemplateURL", "TemplateBody") // it is in the input, or of another tool
	}
	switch v := e.value(properties).(type) {
	case map[string]any:
		p, _ = copied(v).(map[string]any)
		if p[transform] != nil {
			made = madeByMacro
		}
	case unknown:
		if made = v.why; properties != nil && properties.Get(transform) != nil {
			made = madeByMacro
		}
	}
	own := map[string]any{
		"Ref": e.tokens.Ref(graph.Ref{Address: e.stack.address(res.ID), Attr: "Ref"}), "Region": e.stack.region, "Later": unknown{why: graph.ReasonAfterApply},
	}
	if f := reshape[shape]; f != nil {
		shape, p = f(p)
		if len(rows()[shape]) > 0 || reads(shape) {
			e.called[e.stack.address(res.ID)] = true
		}
	}
	if f := fixes[shape]; f != nil {
		f(e, p, own)
	}
	if bucket, ok := scalarText(p["S3BucketName"]); res.Type == "AWS::CloudTrail::Trail" && made == "" && (p["S3BucketName"] == nil || ok && bucket == "" && !isNotGiven(p["S3BucketName"])) {
		e.fail(res.Body, "S3BucketName of "+e.stack.address(res.ID)+", which a trail must have")
	}
	p["@"] = own
	var out []graph.Resource
	for _, c := range rows()[shape] {
		if !c.needed(p) {
			continue
		}
		if c.each == nil {
			out = append(out, e.projected(c, res, p, made, e.stack.address(res.ID), res.Properties))
			continue
		}
		at := elementNodes(e.find(res.Properties, c.each))
		for i, el := range elementsOf(under(p, c.each)) {
			m := c.used(p)
			m["Each"] = el
			address := e.stack.address(res.ID) + "." + c.list + "[" + strconv.Itoa(i) + "]"
			out = append(out, e.projected(c, res, m, made, address, at(i)))
		}
	}
	return out
}

const madeByMacro graph.Reason = "made by a macro"

// used returns the properties that a row reads, for each element to be read with: the list itself is not among them.
func (c *compiled) used(p map[string]any) map[string]any {
	out := make(map[string]any, len(c.reads)+1)
	for name := range c.reads {
		if v, ok := p[name]; ok {
			out[name] = v
		}
	}
	return out
}

// needed says that a row makes something of the properties.
func (c *compiled) needed(p map[string]any) bool {
	switch {
	case c.needs == "":
		return true
	case c.needs[0] == '!':
		return p[c.needs[1:]] == nil
	}
	return p[c.needs] != nil
}

// under returns what is found under one member after the other.
func under(v any, steps []string) any {
	for _, s := range steps {
		if list, ok := v.([]any); ok && len(list) == 1 {
			v = list[0]
		}
		m, _ := v.(map[string]any)
		v = m[s]
	}
	return v
}

// elementsOf returns the elements of a list; anything else is the only one.
func elementsOf(v any) []any {
	switch t := v.(type) {
	case nil:
		return nil
	case []any:
		return t
	case string:
		if t == "" {
			return nil
		}
	}
	return []any{v}
}

// projected makes the declaration that a row says of properties. node is where they, or the element, are written.
func (e *evaluator) projected(c *compiled, res *template.Resource, p map[string]any, made graph.Reason, address string, node *template.Node) graph.Resource {
	props := naming(c, p)
	for i := range c.Entries {
		props = e.spelled(&c.Entries[i], props)
	}
	out := c.Project(valuesOf(e.tokens, props), func(w table.Pending) { e.fill(w, props) })
	table.Settle(&out)
	for i := range c.Entries {
		e.checkBlocks(&c.Entries[i], props, res, out.Attrs, res.Properties)
	}
	if c.partial {
		maps.DeleteFunc(out.Attrs, func(_ string, a graph.Attr) bool { return a.Value.State() == graph.Absent || a.Value.IsDefault() })
	}
	switch {
	case c.coded:
		untold(&out, "made by the code of a custom resource")
	case made != "":
		untold(&out, made)
	}
	out.Address, out.Provider, out.Scope, out.Pos = address, e.stack.label, e.opts.Scope, res.Pos
	out.Title = cmp.Or(strings.TrimSuffix(e.stack.paths[res.ID], "/Resource"), res.ID)
	e.home(&out)
	e.locate(&out, c, res.Properties, node)
	return out
}

// checkBlocks says of blocks that are written as something else that they are malformed, and makes them unknown where none is
// what it should be.
func (e *evaluator) checkBlocks(a *table.Attr, v any, res *template.Resource, attrs graph.Attrs, around *template.Node) {
	if a.Info.Type != graph.TypeBlocks {
		return
	}
	for _, alt := range a.Alts {
		at := cmp.Or(e.find(around, alt.Steps), around, res.Body)
		bad, good := false, false
		within(v, alt.Steps, func(block any) any {
			switch block.(type) {
			case map[string]any:
				good = true
				for i := range a.Fields {
					e.checkBlocks(&a.Fields[i], block, res, nil, at)
				}
			case unknown, notGiven:
			default:
				bad = true
			}
			return block
		})
		if !bad {
			continue
		}
		e.fail(at, strings.Join(alt.Steps, ".")+" of "+e.stack.address(res.ID)+", where objects are due")
		if attrs != nil && !good {
			attrs.Set(a.Info.Name, graph.UnknownOf[any](graph.ReasonMalformed))
		}
	}
}

// untold makes what the properties do not tell unknown. What may or may not be named draws no edge.
func untold(r *graph.Resource, why graph.Reason) {
	for _, info := range graph.AttributesOf(r.Kind) {
		a, told := r.Attrs[info.Name]
		if told && !a.Value.IsDefault() && a.Value.State() != graph.Absent {
			continue
		}
		reason := why
		if info.Type == graph.TypeText && graph.Names(r.Kind, info.Name) {
			reason = graph.ReasonNotInInput
		}
		r.Attrs.Set(info.Name, graph.UnknownOf[any](reason))
	}
}

// required are the attributes that CloudFormation asks for where they name something: an empty string in them is a value
// that is still to come. In any other, such as a key or the topic of a trail, it means that there is none.
//
//nolint:gochecknoglobals // a table
var required = map[string]bool{
	"s3_bucket": true, "topic": true, "endpoint": true, "group": true, "destination": true, "source": true, "function": true,
	"rule": true, "arn": true, "target": true, "stream": true, "bucket": true,
}

// naming returns properties in which parameters that nobody gave a value are symbols where they name something.
func naming(c *compiled, p map[string]any) any {
	symbol := func(v any) any {
		if s, ok := v.(notGiven); ok {
			return string(s)
		}
		return v
	}
	var props any = p
	for _, spec := range []string{c.Of, c.Name} {
		for path := range strings.SplitSeq(spec, "|") {
			if path != "" {
				props = within(props, strings.Split(path, "."), symbol)
			}
		}
	}
	for i := range c.Entries {
		a := &c.Entries[i]
		for _, alt := range a.Alts {
			if alt.Key != "" {
				continue
			}
			if required[a.Info.Name] && graph.Names(c.Kind, a.Info.Name) {
				props = within(props, alt.Steps, symbol)
			}
			for j := range a.Fields {
				f := &a.Fields[j]
				if required[f.Info.Name] && graph.Names(c.Kind, a.Info.Name+"[]."+f.Info.Name) {
					props = within(props, alt.Steps, func(block any) any {
						for _, steps := range f.Alts {
							block = within(block, steps.Steps, symbol)
						}
						return block
					})
				}
			}
		}
	}
	return props
}

// home tells where a resource is.
func (e *evaluator) home(r *graph.Resource) {
	s := e.stack
	account, region, partition := e.tokens.Text(s.account), e.tokens.Text(s.region), e.tokens.Text(s.partition)
	r.Symbols = graph.Symbols{Partition: partition, Account: account, Region: region, SettledBy: s.placedBy()}
	for _, f := range []struct {
		into *graph.Value[string]
		text graph.Text
	}{{&r.Account, account}, {&r.Region, region}, {&r.Partition, partition}} {
		if v, ok := f.text.Literal(); ok && f.into.State() == graph.Unknown {
			*f.into = graph.KnownOf(v)
		}
	}
	if graph.InfoOf(r.Kind).Global && r.Kind != graph.KindBucket {
		r.Region = graph.AbsentOf[string]()
	}
}

// spelled returns properties in which an object that is due as a string is the JSON of it, as CloudFormation has it.
func (e *evaluator) spelled(a *table.Attr, v any) any {
	switch a.Info.Type {
	case graph.TypeText, graph.TypePolicy:
		for _, alt := range a.Alts {
			if alt.Key == "" {
				v = e.spelledAt(v, alt.Steps)
			}
		}
	case graph.TypeBlocks:
		for _, alt := range a.Alts {
			v = within(v, alt.Steps, func(block any) any {
				for i := range a.Fields {
					block = e.spelled(&a.Fields[i], block)
				}
				return block
			})
		}
	case graph.TypeBool, graph.TypeInt, graph.TypeTexts:
	}
	return v
}

func (e *evaluator) spelledAt(v any, steps []string) any {
	return within(v, steps, func(leaf any) any {
		if m, ok := leaf.(map[string]any); ok {
			return spell(e.tokens, m)
		}
		return leaf
	})
}

// within returns a copy of a value in which what the steps lead to, through every element of lists, is changed.
func within(v any, steps []string, f func(any) any) any {
	if list, ok := v.([]any); ok {
		out := make([]any, len(list))
		for i := range list {
			out[i] = within(list[i], steps, f)
		}
		return out
	}
	if len(steps) == 0 {
		if v == nil {
			return nil
		}
		return f(v)
	}
	m, ok := v.(map[string]any)
	if !ok || m[steps[0]] == nil {
		return v
	}
	out := maps.Clone(m)
	out[steps[0]] = within(m[steps[0]], steps[1:], f)
	return out
}

// fill gives an attribute what is known of a value that is not: what it is made from.
func (e *evaluator) fill(w table.Pending, props any) {
	v := props
	for _, p := range w.At {
		switch t := v.(type) {
		case map[string]any:
			v = t[p.Name]
		case []any:
			if p.Name == "" && p.Index < len(t) {
				v = t[p.Index]
			}
		}
	}
	if list, ok := v.([]any); ok && w.Elem >= 0 {
		n := 0
		for _, it := range list {
			if u, open := it.(unknown); open {
				if n == w.Nth {
					v = u
					break
				}
				n++
			}
		}
	}
	u, ok := v.(unknown)
	if !ok {
		return
	}
	name := w.Attr.Info.Name
	if w.Elem >= 0 {
		if texts, ok := w.Attrs.Texts(name).Get(); ok && w.Elem < len(texts) {
			texts[w.Elem] = graph.Hole(u.why, u.mentions...)
		}
		return
	}
	switch w.Attr.Info.Type {
	case graph.TypeText, graph.TypePolicy:
		if len(u.mentions) == 0 && u.why != graph.ReasonNotInInput { // of which nothing would be drawn
			w.Attrs.Set(name, graph.UnknownOf[any](u.why))
			return
		}
		w.Attrs.Set(name, graph.KnownOf[any](graph.Hole(u.why, u.mentions...)))
	case graph.TypeTexts:
		w.Attrs.Set(name, graph.KnownOf[any]([]graph.Text{graph.Hole(u.why, u.mentions...)}))
	case graph.TypeBool, graph.TypeInt, graph.TypeBlocks:
		w.Attrs.Set(name, graph.UnknownOf[any](u.why))
	}
}
