package sam

import "strings"

// fromTemplate returns the document that a policy template stands for, nil for one of no importance, or says why there
// is none.
func (x *expander) fromTemplate(m member) (document *node, problem string) {
	t, ok := x.templates[m.Key]
	if !ok {
		if x.others[m.Key] {
			return nil, ""
		}
		return nil, "which is not known; it is left out"
	}
	p := at(m.Pos)
	var given *node
	if t.parameter != "" {
		if given = get(m.Value, t.parameter); given == nil {
			return nil, "which lacks its " + t.parameter + "; it is left out"
		}
	}
	list := p.list()
	for _, g := range t.grants {
		resources := p.list()
		for _, on := range g.on {
			resources.Items = append(resources.Items, t.text(p, on, given))
		}
		s := statements(p, resources, strings.Fields(g.actions)...)
		if key, value, ok := strings.Cut(g.equals, " "); ok {
			s = s.Set("Condition", p.obj(set("StringEquals", p.obj(set(key, t.text(p, value, given))))))
		}
		list.Items = append(list.Items, s)
	}
	return p.obj(set("Statement", list)), ""
}

// text makes a Fn::Sub with the parameter of the template, if the text has it.
func (t policyTemplate) text(p at, text string, given *node) *node {
	if !strings.Contains(text, "${") {
		return p.text(text)
	}
	if given == nil {
		return p.sub(text)
	}
	name := strings.ToLower(t.parameter[:1]) + t.parameter[1:]
	if !strings.Contains(text, "${"+name+"}") {
		return p.sub(text)
	}
	return p.sub(text, set(name, given))
}
