package graph

import (
	"strings"
	"testing"
)

func TestSupersede(t *testing.T) {
	inline := func(names ...string) []Attrs {
		var out []Attrs
		for _, n := range names {
			out = append(out, attrsOf("name", n, "policy", "{}"))
		}
		return out
	}
	role := func(address, name string) Resource {
		return res(KindRoleIAM, address, name, "inline", inline("own", "old", "stranger"), "managed", []string{"arn:aws:iam::aws:policy/Admin", "arn:aws:iam::aws:policy/Other"})
	}
	before := []Resource{
		role("r", "r"), role("gone", "gone"),
		res("iam.inline_policy", "p", "old", "role", "r", "policy", "{}"), res("iam.inline_policy", "q", "stranger", "user", "r", "policy", "{}"),
		res("iam.attachment", "a", "", "roles", []string{"r"}, "policy", "arn:aws:iam::aws:policy/Admin"),
	}
	after := []Resource{role("r", "r")}
	dumped, left := role("arn:r", "r"), role("arn:gone", "gone")
	dumped.Observed, left.Observed = true, true
	for name, in := range map[string][]Resource{"the role itself": after, "a dump": {dumped, left}} {
		out := Supersede(in, before, after)
		if len(out) != 1 {
			t.Fatalf("%s: %d resources", name, len(out))
		}
		var got []string
		for _, b := range out[0].Attrs.Blocks("inline").Or(nil) {
			got = append(got, b.Text("name").Or(Text{}).String())
		}
		for _, arn := range out[0].Attrs.Texts("managed").Or(nil) {
			got = append(got, arn.String())
		}
		if s := strings.Join(got, " "); s != "own stranger arn:aws:iam::aws:policy/Other" {
			t.Errorf("%s: %s", name, s)
		}
	}
	if len(before[0].Attrs.Blocks("inline").Or(nil)) != 3 {
		t.Error("the resources were changed")
	}
}
