package graph

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

//nolint:gochecknoglobals // a table
var tris = []Tri{No, Maybe, Yes}

func TestKleeneLaws(t *testing.T) {
	for _, a := range tris {
		if a.Not().Not() != a {
			t.Errorf("not not %v = %v", a, a.Not().Not())
		}
		if a.And(Yes) != a || a.Or(No) != a || a.And(No) != No || a.Or(Yes) != Yes {
			t.Errorf("%v: identity or annihilator does not hold", a)
		}
		for _, b := range tris {
			if a.And(b) != b.And(a) || a.Or(b) != b.Or(a) {
				t.Errorf("%v, %v do not commute", a, b)
			}
			if a.And(b).Not() != a.Not().Or(b.Not()) || a.Or(b).Not() != a.Not().And(b.Not()) {
				t.Errorf("%v, %v: De Morgan does not hold", a, b)
			}
			if a.And(a.Or(b)) != a || a.Or(a.And(b)) != a {
				t.Errorf("%v, %v: absorption does not hold", a, b)
			}
			for _, c := range tris {
				if a.And(b.Or(c)) != a.And(b).Or(a.And(c)) || a.And(b.And(c)) != a.And(b).And(c) {
					t.Errorf("%v, %v, %v: distribution or association does not hold", a, b, c)
				}
			}
		}
	}
	if TriOf(true) != Yes || TriOf(false) != No {
		t.Error("TriOf does not lift")
	}
	if s := fmt.Sprint(No, Maybe, Yes); s != "no maybe yes" {
		t.Errorf("spelt %q", s)
	}
}

// Deciding a Maybe may never turn over what was decided without it.
func TestKleeneIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom(tris)
		settle := func(v Tri) Tri {
			if v == Maybe {
				return rapid.SampledFrom([]Tri{No, Yes}).Draw(t, "settled")
			}
			return v
		}
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		x, y := settle(a), settle(b)
		for name, pair := range map[string][2]Tri{"and": {a.And(b), x.And(y)}, "or": {a.Or(b), x.Or(y)}, "not": {a.Not(), x.Not()}} {
			if pair[0] != Maybe && pair[0] != pair[1] {
				t.Fatalf("%s of %v, %v is %v, and %v of %v, %v", name, a, b, pair[0], pair[1], x, y)
			}
		}
	})
}

func TestValue(t *testing.T) {
	tests := map[string]struct {
		value     Value[string]
		state     State
		isDefault bool
		reason    Reason
		or        string
		spelt     string
	}{
		"zero":    {Value[string]{}, Unknown, false, ReasonNotInInput, "else", "unknown (not in the input)"},
		"known":   {KnownOf("secret"), Known, false, "", "secret", "known"},
		"default": {DefaultOf("secret"), Known, true, "", "secret", "known"},
		"absent":  {AbsentOf[string](), Absent, false, "", "else", "absent"},
		"unknown": {UnknownOf[string](ReasonAfterApply), Unknown, false, ReasonAfterApply, "else", "unknown (known after apply)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, v := range []Value[string]{tt.value, tt.value.Hide()} {
				if v.State() != tt.state || v.IsDefault() != tt.isDefault || v.Reason() != tt.reason || v.Or("else") != tt.or {
					t.Errorf("state %v, default %v, reason %q, or %q", v.State(), v.IsDefault(), v.Reason(), v.Or("else"))
				}
				if s := fmt.Sprintf("%v %s", v, v); s != tt.spelt+" "+tt.spelt || strings.Contains(s, "secret") {
					t.Errorf("spelt %q", s)
				}
			}
			if tt.value.Sensitive() || !tt.value.Hide().Sensitive() {
				t.Error("sensitivity is not what was set")
			}
		})
	}
}

func TestAttrs(t *testing.T) {
	a := attrsOf("name", "x", "on", true, "days", 3, "list", []string{"a"}, "blocks", []Attrs{attrsOf("in", "y")}, "open", ReasonAfterApply)
	if a.Text("name").Or(Text{}).String() != "x" || !a.Bool("on").Or(false) || a.Int("days").Or(0) != 3 || len(a.Texts("list").Or(nil)) != 1 || len(a.Blocks("blocks").Or(nil)) != 1 {
		t.Error("a value does not come back")
	}
	if v := a.Bool("name"); v.State() != Unknown || v.Reason() != ReasonMalformed {
		t.Errorf("a text read as a bool is %v", v)
	}
	if v := a.Bool("nothing"); v.Reason() != ReasonNotInInput {
		t.Errorf("an attribute that is not there is %v", v)
	}
	a["hidden"] = Attr{Value: KnownOf[any](Literal("secret")).Hide()}
	if !a.Text("hidden").Sensitive() || !a.Bool("hidden").Sensitive() {
		t.Error("sensitivity is lost")
	}
}

func TestAttrsOfLinkedNodesHaveDefaults(t *testing.T) {
	g := Link(Inventory{Resources: []Resource{
		{Kind: KindTrail, Address: "a", Attrs: attrsOf("multi_region", true, "s3_bucket", "elsewhere")},
		{Kind: KindTrail, Address: "b"},
	}})
	a, b := g.Node("a").Attrs, g.Node("b").Attrs
	if !a.Bool("multi_region").Or(false) || b.Bool("multi_region").Or(true) {
		t.Error("what is set does not go before the default")
	}
	if v := b.Bool("logging"); !v.Or(false) || !v.IsDefault() {
		t.Errorf("the default is %v", v)
	}
	if v := b.Text("kms_key"); v.State() != Absent {
		t.Errorf("an attribute without default is %v", v)
	}
	if v := g.Node("s3.bucket/elsewhere").Attrs.Bool("force_destroy"); v.Reason() != ReasonNotInInput {
		t.Errorf("an external node has a default: %v", v)
	}
	var names []string
	for name, attr := range a.All() {
		names = append(names, name)
		if got, ok := a.Get(name); !ok || got.Value.State() != attr.Value.State() {
			t.Errorf("%s is not what Get returns", name)
		}
	}
	if len(names) != len(AttributesOf(KindTrail)) {
		t.Errorf("All yields %d attributes of %d", len(names), len(AttributesOf(KindTrail)))
	}
	c := b.Clone()
	c.Set("logging", KnownOf[any](false))
	if !b.Bool("logging").Or(false) || c.Bool("logging").Or(true) {
		t.Error("a clone is not its own")
	}
}
