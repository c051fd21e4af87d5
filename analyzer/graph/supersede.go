package graph

import "slices"

// Supersede returns resources without what a plan changes or takes away and what they only mirror: a role tells the inline
// and attached policies that it had, those of declarations beside it too, and an account's dump tells all there were. before and
// after are what the plan was made of, and what it makes. What it still declares is told by its own declarations; what it
// deletes is taken out of what was observed. The resources are not changed.
func Supersede(resources, before, after []Resource) []Resource {
	s := superseded{inline: map[mirror]bool{}, attached: map[mirror]bool{}, gone: map[mirror]bool{}}
	kept := map[string]bool{}
	for i := range after {
		kept[after[i].Address] = true
	}
	for i := range before {
		s.note(&before[i], kept)
	}
	out := make([]Resource, 0, len(resources))
	for i := range resources {
		r := resources[i]
		name, ok := literal(r.Name)
		if ok && r.Observed && s.gone[mirror{r.Kind, name, ""}] {
			continue
		}
		if ok && slices.Contains(holders(), r.Kind) {
			r.Attrs = s.without(r.Attrs, r.Kind, name)
		}
		out = append(out, r)
	}
	return out
}

// mirror is a policy of a principal: by its name, or its ARN.
type mirror struct {
	kind         Kind
	name, policy string
}

type superseded struct{ inline, attached, gone map[mirror]bool }

// holders are the kinds that have policies.
func holders() []Kind { return []Kind{KindRoleIAM, KindUser, KindGroup} }

// note notes what a declaration of before says of a principal.
func (s *superseded) note(r *Resource, kept map[string]bool) {
	name, named := literal(r.Name)
	switch r.Kind {
	case KindRoleIAM, KindUser, KindGroup, KindManagedPolicy:
		if named && !kept[r.Address] && !r.Lookup && !r.Observed {
			s.gone[mirror{r.Kind, name, ""}] = true
		}
	case "iam.inline_policy":
		for i, attr := range []string{"role", "user", "group"} {
			if of, ok := literal(r.Attrs.Text(attr)); ok && named {
				s.inline[mirror{holders()[i], of, name}] = true
			}
		}
	case "iam.attachment":
		arn, ok := literal(r.Attrs.Text("policy"))
		for i, attr := range []string{"roles", "users", "groups"} {
			for _, t := range r.Attrs.Texts(attr).Or(nil) {
				if of, is := t.Literal(); is && ok {
					s.attached[mirror{holders()[i], of, arn}] = true
				}
			}
		}
	}
}

// without returns the attributes of a principal without the policies that declarations beside it had.
func (s *superseded) without(a Attrs, kind Kind, name string) Attrs {
	had := a.Blocks("inline").Or(nil)
	inline := slices.DeleteFunc(slices.Clone(had), func(b Attrs) bool {
		policy, ok := literal(b.Text("name"))
		return ok && s.inline[mirror{kind, name, policy}]
	})
	arns := a.Texts("managed").Or(nil)
	managed := slices.DeleteFunc(slices.Clone(arns), func(t Text) bool {
		arn, ok := t.Literal()
		return ok && s.attached[mirror{kind, name, arn}]
	})
	if len(inline) == len(had) && len(managed) == len(arns) {
		return a
	}
	out := a.Clone()
	if len(inline) < len(had) {
		attr := out["inline"]
		attr.Value = keep(attr.Value, inline)
		out["inline"] = attr
	}
	if len(managed) < len(arns) {
		attr := out["managed"]
		attr.Value = keep(attr.Value, managed)
		out["managed"] = attr
	}
	return out
}

// keep returns a known value with the marks of another.
func keep[T any](of Value[any], v T) Value[any] {
	out := KnownOf[any](v)
	if of.Sensitive() {
		out = out.Hide()
	}
	return out
}
