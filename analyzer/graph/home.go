package graph

import "slices"

// home is what an input says with one voice of where its resources are. Empty: it says nothing, or not with one voice.
//
// An account or region is home where it is known of a declared resource, and every other that is known, or that a
// literal ARN spells, is the same. Where none is known it is home if all ARNs name it, and each names something
// that is declared: that another account has all of an input's names too is no doubt worth having. One ARN of
// something else is one: what is spelt out is often what is of somebody else, while an input's own is referred to.
type home struct{ account, region string }

// homesOf returns the home of each input.
func (l *linker) homesOf() map[string]home {
	type voices struct{ account, region voice }
	all := map[string]*voices{}
	for _, r := range l.resources {
		if r.Removed || r.Observed { // what was seen is where it was seen
			continue
		}
		v := all[r.Scope]
		if v == nil {
			v = &voices{}
			all[r.Scope] = v
		}
		if !r.Lookup {
			v.account.hear(r.Account.Or(""), known)
			v.region.hear(r.Region.Or(""), known)
		}
		eachText(r.Attrs, func(t Text) {
			s, lit := t.Literal()
			a, isARN := ParseARN(s)
			if !lit || !isARN {
				return
			}
			kind, name, _ := a.Identify()
			from := foreign
			if slices.ContainsFunc(l.byName[nameKey{kind, name}], func(n *Node) bool { return n.Scope == r.Scope }) {
				from = claimed
			}
			if IsAccountID(a.Account) { // not "aws", which owns managed policies
				v.account.hear(a.Account, from)
			}
			v.region.hear(a.Region, from)
		})
	}
	out := map[string]home{}
	for scope, v := range all {
		out[scope] = home{v.account.said(), v.region.said()}
	}
	return out
}

// evidence is where something was heard.
type evidence uint8

const (
	known   evidence = iota // of a declared resource
	claimed                 // in the ARN of what may be a declared resource
	foreign                 // in any other ARN
)

// voice is what was said of one thing.
type voice struct {
	first string
	heard [3]bool
	many  bool
}

func (v *voice) hear(s string, from evidence) {
	if s == "" {
		return
	}
	v.many = v.many || v.first != "" && v.first != s
	v.heard[from] = true
	v.first = s
}

func (v *voice) said() string {
	if v.many || !v.heard[known] && (v.heard[foreign] || !v.heard[claimed]) {
		return ""
	}
	return v.first
}

// eachText calls f with every text among attributes, those of blocks included, in no order.
func eachText(attrs Attrs, f func(Text)) {
	for _, a := range attrs {
		v, _ := a.Value.Get()
		switch x := v.(type) {
		case Text:
			f(x)
		case []Text:
			for _, t := range x {
				f(t)
			}
		case []Attrs:
			for _, b := range x {
				eachText(b, f)
			}
		}
	}
}

// isAt says whether a node is in the account and the region that an identity spells. What is not known of a node
// is what is known of its provider configuration, or of its input.
func (l *linker) isAt(n *Node, id identity) Tri {
	info := InfoOf(n.Kind)
	if !n.Declared() || info.NoOwner || info.Assigned {
		return Yes // it is known by its ARN, or by an identifier that is nobody else's
	}
	is := func(v Value[string], fallback, want string) Tri {
		have := v.Or(fallback)
		if want == "" {
			return Yes
		}
		return TriOf(have == want).Or(TriOf(have == "").And(Maybe))
	}
	account := l.houses[[2]string{n.Scope, l.providerOf(n)}]
	if account == "" {
		account = l.homes[n.Scope].account
	}
	out := is(n.Account, account, id.account)
	if !info.Global {
		out = out.And(is(n.Region, l.homes[n.Scope].region, id.region))
	}
	return out
}

// located leaves of the nodes that an identity may be those that may be where it says. doubt says that it is not
// certain to be one of them at all: it may as well be of an account, or a region, that no input declares.
func (l *linker) located(found []*Node, id identity) (left []*Node, doubt bool) {
	if id.account == "" || id.endpoint {
		return found, false
	}
	sure := false
	for _, n := range found {
		switch l.isAt(n, id) {
		case Yes:
			if !sure {
				left, sure = nil, true // names are unique where it is
			}
			left = append(left, n)
		case Maybe:
			if !sure {
				left = append(left, n)
			}
		case No:
		}
	}
	return left, !sure && len(left) > 0
}
