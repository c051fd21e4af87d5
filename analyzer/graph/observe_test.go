package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// seen makes an observation of a resource in the account acct.
func seen(r Resource, resource string) Resource { return seenIn(acct, r, resource) }

func seenIn(account string, r Resource, resource string) Resource {
	r.ARN = KnownOf(Literal("arn:aws:iam::" + account + ":" + resource))
	r.Observed, r.Address = true, mustText(r.ARN)
	return r
}

func mustText(v Value[Text]) string {
	s, _ := literal(v)
	return s
}

func inlines(pairs ...string) []Attrs {
	out := []Attrs{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, attrsOf("name", pairs[i], "policy", pairs[i+1]))
	}
	return out
}

// shown spells what a node has of the attributes that observations join.
func shown(n *Node) string {
	var out []string
	for _, name := range []string{"path", "boundary", "trust", "policy"} {
		if v := n.Attrs.Text(name); v.State() == Known && !v.IsDefault() {
			out = append(out, name+"="+mustText(v))
		} else if v.State() == Unknown && v.Reason() != ReasonNotInInput {
			out = append(out, name+"=?")
		}
	}
	for _, name := range []string{"managed", "groups"} {
		if v := n.Attrs.Texts(name); v.State() == Known {
			var all []string
			for _, t := range v.Or(nil) {
				all = append(all, strings.TrimPrefix(t.String(), "arn:aws:iam::aws:policy/"))
			}
			out = append(out, name+"="+strings.Join(all, ","))
		}
	}
	if v := n.Attrs.Blocks("inline"); v.State() == Known {
		var all []string
		for _, b := range v.Or(nil) {
			p := b.Text("policy")
			all = append(all, fmt.Sprint(b.Text("name").Or(Text{}), ":", p.Or(Literal("?"))))
		}
		out = append(out, "inline="+strings.Join(all, ","))
	} else if v.State() == Unknown && v.Reason() != ReasonNotInInput {
		out = append(out, "inline=?")
	}
	return strings.Join(out, " ")
}

func TestObserved(t *testing.T) {
	const admin, read = "arn:aws:iam::aws:policy/Admin", "arn:aws:iam::aws:policy/Read"
	role := func(pairs ...any) Resource { return res(KindRoleIAM, "r", "x", pairs...) }
	sight := func(pairs ...any) Resource { return seen(res(KindRoleIAM, "", "x", pairs...), "role/x") }
	inline := func(name Value[Text], of any) Resource {
		r := res("iam.inline_policy", "p", "", "role", of, "policy", "{}")
		r.Name = name
		return r
	}
	own := KnownOf(Literal("p"))
	tests := map[string]struct {
		in   []Resource
		want []string // every role, user, group and policy: its identifier, and what it says
	}{
		"nobody declares it": {
			in:   []Resource{sight("trust", "T", "boundary", AbsentOf[any]())},
			want: []string{"arn:aws:iam::111122223333:role/x trust=T"},
		},
		"what nobody set": {
			in:   []Resource{in(acct, west, role("trust", "T")), sight("trust", "U", "boundary", "B", "managed", []string{admin}, "inline", inlines("p", "P"))},
			want: []string{"r trust=T managed=Admin inline=p:P"},
		},
		"by name, where the account is not known": {
			in:   []Resource{role("trust", "T"), sight("boundary", "B")},
			want: []string{"r trust=T"},
		},
		"by name in another account": {
			in:   []Resource{in(other, west, role("trust", "T")), sight("boundary", "B")},
			want: []string{"arn:aws:iam::111122223333:role/x boundary=B", "r trust=T"},
		},
		"by name in the account of the provider": {
			in:   []Resource{by("p", role("trust", "T")), by("p", in(other, west, res(KindQueue, "q", "q"))), sight("boundary", "B")},
			want: []string{"arn:aws:iam::111122223333:role/x boundary=B", "r trust=T"},
		},
		"by a name that two have": {
			in:   []Resource{scoped("a", role("trust", "T")), scoped("b", role("trust", "U")), sight("boundary", "B")},
			want: []string{"a:r trust=T", "arn:aws:iam::111122223333:role/x boundary=B", "b:r trust=U"},
		},
		"by a name that two accounts have": {
			in:   []Resource{role("trust", "T"), sight("boundary", "B"), seenIn(other, res(KindRoleIAM, "", "x", "boundary", "C"), "role/x")},
			want: []string{"arn:aws:iam::111122223333:role/x boundary=B", "arn:aws:iam::444455556666:role/x boundary=C", "r trust=T"},
		},
		"on another path": {
			in:   []Resource{role("trust", "T"), seen(res(KindRoleIAM, "", "x", "path", "/y/"), "role/y/x")},
			want: []string{"arn:aws:iam::111122223333:role/y/x path=/y/", "r trust=T"},
		},
		"of another kind": {
			in:   []Resource{role("trust", "T"), seen(res(KindUser, "", "x", "groups", []string{"g"}), "user/x")},
			want: []string{"arn:aws:iam::111122223333:user/x groups=g", "r trust=T"},
		},
		"lists are united": {
			in:   []Resource{role("managed", []string{read}), sight("managed", []string{admin, read})},
			want: []string{"r managed=Read,Admin"},
		},
		"but not those of an exclusive list": {
			in:   []Resource{role(), frag(KindRoleIAM, "only", Literal("x"), "managed", []string{read}), sight("managed", []string{admin})},
			want: []string{"r managed=Read"},
		},
		"an exclusive list of what is only observed": {
			in:   []Resource{frag(KindRoleIAM, "only", Literal("x"), "managed", []string{read}), sight("managed", []string{admin})},
			want: []string{"arn:aws:iam::111122223333:role/x managed=Read"},
		},
		"an inline policy of the same name": {
			in:   []Resource{role("inline", inlines("p", "mine")), sight("inline", inlines("p", "theirs", "q", "Q"))},
			want: []string{"r inline=p:mine,q:Q"},
		},
		"an inline policy of the same name beside it": {
			in:   []Resource{role(), inline(own, to("r", "name")), sight("inline", inlines("p", "theirs", "q", "Q"))},
			want: []string{"r inline=q:Q"},
		},
		"an inline policy beside what is only observed": {
			in:   []Resource{inline(own, "x"), sight("inline", inlines("p", "theirs", "q", "Q"))},
			want: []string{"arn:aws:iam::111122223333:role/x inline=q:Q"},
		},
		"an inline policy beside it whose name is not known": {
			in:   []Resource{role(), inline(UnknownOf[Text](ReasonAfterApply), to("r", "name")), sight("inline", inlines("p", "theirs"))},
			want: []string{"r inline=p:?"},
		},
		"an inline policy beside it whose name begins otherwise": {
			in:   []Resource{role(), inline(KnownOf(Join(lit("terraform-"), hole())), to("r", "name")), sight("inline", inlines("p", "P", "terraform-1", "old"))},
			want: []string{"r inline=p:P,terraform-1:?"},
		},
		"inline policies that are taken away": {
			in:   []Resource{role(), frag(KindRoleIAM, "only", to("r", "name"), "only_inline", []string{"q"}), sight("inline", inlines("p", "P", "q", "Q"))},
			want: []string{"r inline=q:Q"},
		},
		"inline policies that may be taken away": {
			in:   []Resource{role(), frag(KindRoleIAM, "only", to("r", "name"), "only_inline", ReasonAfterApply), sight("inline", inlines("p", "P"))},
			want: []string{"r inline=p:?"},
		},
		"inline policies of which nothing is known": {
			in:   []Resource{role("inline", ReasonAfterApply), sight("inline", inlines("p", "P"))},
			want: []string{"r inline=?"},
		},
		"what is set to something unknown": {
			in:   []Resource{role("boundary", ReasonAfterApply), sight("boundary", "B")},
			want: []string{"r boundary=?"},
		},
		"a policy that is declared": {
			in:   []Resource{in(acct, west, res(KindManagedPolicy, "m", "m", "policy", "mine")), seen(res(KindManagedPolicy, "", "m", "policy", "theirs"), "policy/m")},
			want: []string{"m policy=mine"},
		},
		"seen twice": {
			in:   []Resource{scoped("a", sight("trust", "T", "managed", []string{read})), scoped("b", sight("trust", "T", "managed", []string{read}))},
			want: []string{"arn:aws:iam::111122223333:role/x trust=T managed=Read"},
		},
		"seen twice in one input": {
			in:   []Resource{sight("trust", "T"), sight("trust", "T")},
			want: []string{"arn:aws:iam::111122223333:role/x trust=T"},
		},
		"seen twice and otherwise": {
			in:   []Resource{scoped("a", sight("trust", "T")), scoped("b", sight("trust", "U", "boundary", "B"))},
			want: []string{"arn:aws:iam::111122223333:role/x boundary=B trust=?"},
		},
		"an account that is a symbol": {
			in: []Resource{
				func() Resource {
					r := role("trust", "T")
					r.Partition, r.Symbols.Account = KnownOf("aws"), rb()
					return r
				}(), sight("boundary", "B"),
				res(KindTrail, "t", "t", "log_group_role", Join(lit("arn:aws:iam::"), rb(), lit(":role/x"))),
			},
			want: []string{"r trust=T"},
		},
	}
	for name, c := range tests {
		for i := range 2 {
			inv := copied(Inventory{Resources: c.in})
			if i == 1 {
				slices.Reverse(inv.Resources)
			}
			var got []string
			for n := range Link(inv).Nodes() {
				if InfoOf(n.Kind).Service == "iam" && n.Declared() {
					got = append(got, strings.TrimSpace(string(n.ID)+" "+shown(n)))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
			}
		}
	}
}

// What is referred to by an ARN that was observed is the one node that has it, in whatever order they come.
func TestObservedIsReferredTo(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/x"
	refers := []Resource{
		res(KindTrail, "t", "t", "log_group_role", arn),
		look(KindRoleIAM, "data", Literal("x")),
		res(KindTopic, "s", "s", "policy", `{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":"`+arn+`"},"Resource":"*"}}`),
		res("iam.attachment", "a", "", "roles", []Text{lit("x")}, "policy", "arn:aws:iam::aws:policy/Admin"),
	}
	all := func(more ...Resource) []string {
		g := Link(copied(Inventory{Resources: slices.Concat(refers, more)}))
		var out []string
		for n := range g.Nodes() {
			if n.External && n.Name.Or(Text{}).String() == "x" {
				out = append(out, "external "+string(n.ID))
			}
		}
		return append(out, edgesOf(g)...)
	}
	observed := seen(res(KindRoleIAM, "", "x", "managed", []string{"arn:aws:iam::aws:policy/Admin"}), "role/x")
	for name, c := range map[string]struct {
		more []Resource
		id   string
	}{
		"observed alone":        {[]Resource{observed}, arn},
		"declared and observed": {[]Resource{observed, res(KindRoleIAM, "r", "x")}, "r"},
	} {
		want := []string{"trail_cwl_role: t -- " + c.id, "sns_policy: s -- " + c.id}
		got := all(c.more...)
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("%s: no %q in %q", name, line, got)
			}
		}
		for _, line := range got {
			if strings.HasSuffix(line, "?") || strings.HasPrefix(line, "external") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}

// An observation adds no node where a declaration has its ARN, and changes nothing that a declaration says.
func TestObservedAddsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := inventoryGen("").Draw(t, "inventory")
		for i := range inv.Resources {
			inv.Resources[i].Observed = false
		}
		before := Link(copied(inv))
		var context Inventory
		for n := range before.OfKind(KindRoleIAM) {
			arn, ok := literal(n.ARN)
			if !ok || n.External {
				continue
			}
			r := Resource{Kind: n.Kind, Address: arn, Scope: "context", Name: n.Name, ARN: KnownOf(lit(arn)), Observed: true, Attrs: attrsOf("trust", "seen", "boundary", AbsentOf[any]())}
			if !slices.ContainsFunc(context.Resources, func(o Resource) bool { return o.Address == arn }) {
				context.Resources = append(context.Resources, r)
			}
		}
		after := Link(Merge(copied(inv), context))
		for n := range before.Nodes() {
			now := after.Node(n.ID)
			if now == nil {
				t.Fatalf("%s is gone", n.ID)
			}
			for name, attr := range n.Attrs {
				if !unsaid(attr) && name != keyDefaults && attr.Value.State() == Known {
					if _, ok := now.Attrs[name].Value.Get(); !ok {
						t.Fatalf("%s of %s is not known any more", name, n.ID)
					}
				}
			}
		}
		if before.NumNodes() != after.NumNodes() {
			t.Fatalf("%d nodes became %d", before.NumNodes(), after.NumNodes())
		}
	})
}
