package terraform

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// minSecret is the least length of a secret that is looked for elsewhere: what is shorter stands in too much by
// chance.
const minSecret = 6

// secrets are strings that the input marks as sensitive in one place. Terraform does not mark what is made of
// them by a provider, as the ARN of a bucket with a secret name, nor what another resource says of them.
//
// A document has as many texts as secrets may stand in them, so looking for one secret after the other would take
// the square of its size: they are found by how they begin and how long they are.
type secrets struct {
	whole   map[string]bool
	lengths map[string][]int // of the secrets that begin with these minSecret bytes
}

func newSecrets() *secrets {
	return &secrets{whole: map[string]bool{}, lengths: map[string][]int{}}
}

// add takes in one secret.
func (s *secrets) add(secret string) {
	if len(secret) < minSecret {
		return
	}
	s.whole[secret] = true
	begin := secret[:minSecret]
	if !slices.Contains(s.lengths[begin], len(secret)) {
		s.lengths[begin] = append(s.lengths[begin], len(secret))
	}
}

// gather adds the strings of a value that its marks hide.
func (s *secrets) gather(value, mark any) {
	if mark == nil || !table.HasTrue(mark) {
		return
	}
	switch v := value.(type) {
	case string:
		s.add(v)
	case []any:
		for i, e := range v {
			m := table.ElementOf(mark, i)
			if mark == true {
				m = true
			}
			s.gather(e, m)
		}
	case map[string]any:
		for k, e := range v {
			m := table.Member(mark, k)
			if mark == true {
				m = true
			}
			s.gather(e, m)
		}
	}
}

// in says that a secret stands in a string.
func (s *secrets) in(text string) bool {
	for i := 0; i+minSecret <= len(text); i++ {
		for _, n := range s.lengths[text[i:i+minSecret]] {
			if i+n <= len(text) && s.whole[text[i:i+n]] {
				return true
			}
		}
	}
	return false
}

// hide marks every text of a resource in which a secret stands.
func (s *secrets) hide(r *graph.Resource) {
	if len(s.whole) == 0 {
		return
	}
	for _, v := range []*graph.Value[graph.Text]{&r.Name, &r.ARN, &r.Of} {
		if t, ok := v.Get(); ok && s.in(t.String()) {
			*v = v.Hide()
		}
	}
	s.hideAttrs(r.Attrs)
}

// onlyConditions says that a text is a policy in which secrets stand in the values of conditions alone, which are
// never printed.
func (s *secrets) onlyConditions(t graph.Text) bool {
	p, err := graph.ParsePolicy(t)
	if err != nil {
		return false
	}
	for i := range p.Statements {
		p.Statements[i].Conditions = nil
	}
	return !s.in(graph.RenderPolicy(p).String())
}

func (s *secrets) hideAttrs(attrs graph.Attrs) {
	for name, a := range attrs {
		data, ok := a.Value.Get()
		if !ok || a.Value.Sensitive() {
			continue
		}
		hit := false
		switch d := data.(type) {
		case graph.Text:
			if hit = s.in(d.String()); hit && s.onlyConditions(d) {
				a.HiddenConditions, hit = true, false
				attrs[name] = a
			}
		case []graph.Text:
			for _, t := range d {
				hit = hit || s.in(t.String())
			}
		case []graph.Attrs:
			for _, b := range d {
				s.hideAttrs(b)
			}
		}
		if hit {
			a.Value = a.Value.Hide()
			attrs[name] = a
		}
	}
}
