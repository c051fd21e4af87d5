package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// attrGen draws a value for an attribute: names, ARNs and references of a small world, so that they meet.
func valueGen(addrs []string) *rapid.Generator[Text] {
	return rapid.Custom(func(t *rapid.T) Text {
		ref := func() Ref { return Ref{rapid.SampledFrom(addrs).Draw(t, "address"), "arn"} }
		name := rapid.SampledFrom([]string{"x", "y", "default"}).Draw(t, "name")
		switch rapid.IntRange(0, 9).Draw(t, "value") {
		case 0:
			return lit(name)
		case 1:
			return lit("arn:aws:" + rapid.SampledFrom([]string{"sqs", "sns", "kinesis", "events", "s3", "iam", "cloudtrail", "nope"}).Draw(t, "service") + ":eu-west-1:111122223333:" + rapid.SampledFrom([]string{"", "stream/", "event-bus/", "role/", "trail/"}).Draw(t, "type") + name)
		case 2:
			return OneOf(ref(), ref())
		case 3:
			return Hole(ReasonAfterApply, ref(), Ref{Address: "local.x"})
		case 4:
			return Join(ref2text(ref()), lit(rapid.SampledFrom([]string{":*", "/*", "-x"}).Draw(t, "suffix")))
		case 5:
			return rb()
		case 6:
			return hole()
		}
		return ref2text(ref())
	})
}

func ref2text(r Ref) Text { return Reference(r) }

// inventoryGen draws an inventory of every kind that declares something.
func inventoryGen(scope string) *rapid.Generator[Inventory] {
	var kinds []Kind
	for k := range attributeTable() {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	likely := []Kind{KindTrail, KindManagedPolicy, KindBucket, KindQueue, KindTopic, KindSubscription, KindRule, KindRuleTarget, KindBus, KindLogGroup, "logs.account", KindKeyAlias, KindKey, KindRoleIAM, KindFirehose}
	return rapid.Custom(func(t *rapid.T) Inventory {
		n := rapid.IntRange(0, 12).Draw(t, "resources")
		addrs := []string{"gone"}
		for i := range n {
			addrs = append(addrs, fmt.Sprintf("r%d", i))
		}
		values := valueGen(addrs)
		var fill func(AttrInfo) (Value[any], bool)
		fill = func(row AttrInfo) (Value[any], bool) {
			switch rapid.IntRange(0, 6).Draw(t, "state") {
			case 0, 1, 2:
				return Value[any]{}, false
			case 3:
				return UnknownOf[any](ReasonAfterApply), true
			}
			switch row.Type {
			case TypeBool:
				return KnownOf[any](rapid.Bool().Draw(t, row.Name)), true
			case TypeInt:
				return KnownOf[any](int64(rapid.IntRange(0, 2).Draw(t, row.Name))), true
			case TypeText:
				if row.Name == "pattern" {
					return KnownOf[any](lit(rapid.SampledFrom([]string{`{"source":["aws.s3"]}`, `{"detail-type":["AWS API Call via CloudTrail"]}`, `{"detail":{"bucket":{"name":["x"]}}}`, `{`}).Draw(t, "pattern"))), true
				}
				return KnownOf[any](values.Draw(t, row.Name)), true
			case TypeTexts:
				return KnownOf[any](rapid.SliceOfN(values, 0, 2).Draw(t, row.Name)), true
			case TypePolicy:
				return KnownOf[any](Join(lit(`{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":"`), values.Draw(t, "principal"), lit(`"},"Resource":["`), values.Draw(t, "resource"), lit(`"]}}`))), true
			case TypeBlocks:
				var list []Attrs
				for range rapid.IntRange(0, 2).Draw(t, "blocks") {
					b := Attrs{}
					for _, f := range row.Fields {
						if v, ok := fill(f); ok {
							b.Set(f.Name, v)
						}
					}
					list = append(list, b)
				}
				return KnownOf[any](list), true
			}
			return Value[any]{}, false
		}
		var inv Inventory
		for _, addr := range addrs[1:] {
			kind := rapid.OneOf(rapid.SampledFrom(likely), rapid.SampledFrom(kinds)).Draw(t, "kind")
			r := Resource{Kind: kind, Type: "t." + string(kind), Address: addr, Scope: scope, Provider: rapid.SampledFrom([]string{"", "b"}).Draw(t, "provider"), Attrs: Attrs{}}
			for _, row := range AttributesOf(kind) {
				if v, ok := fill(row); ok {
					if rapid.IntRange(0, 9).Draw(t, "sensitive") == 0 {
						v = v.Hide()
					}
					r.Attrs.Set(row.Name, v)
				}
			}
			switch rapid.IntRange(0, 3).Draw(t, "named") {
			case 0:
			case 1:
				r.Name = KnownOf(rb())
			default:
				r.Name = KnownOf(lit(rapid.SampledFrom([]string{"x", "y", "default"}).Draw(t, "name")))
			}
			if rapid.Bool().Draw(t, "placed") {
				r = in(rapid.SampledFrom([]string{acct, other}).Draw(t, "account"), rapid.SampledFrom([]string{west, north}).Draw(t, "region"), r)
			}
			switch {
			case InfoOf(kind).Role == RoleStandIn, rapid.IntRange(0, 4).Draw(t, "part") == 0 && InfoOf(kind).Role != RoleConnector:
				r.Of, r.Fragment = KnownOf(values.Draw(t, "of")), InfoOf(kind).Role != RoleStandIn
			case rapid.IntRange(0, 9).Draw(t, "lookup") == 0:
				r.Lookup = true
			}
			if service := InfoOf(kind).Service; service == "iam" && !r.Fragment && !r.Lookup && rapid.Bool().Draw(t, "observed") {
				a, name := ARN{Partition: "aws", Service: service, Account: r.Account.Or(acct)}, r.Name.Or(lit("x")).String()
				a.Resource = strings.NewReplacer("{path}", rapid.SampledFrom([]string{"/", "/x/"}).Draw(t, "path"), "{name}", name).Replace(InfoOf(kind).Resource)
				r.Observed, r.ARN = true, KnownOf(lit(a.String()))
			}
			inv.Resources = append(inv.Resources, r)
		}
		return inv
	})
}

// copied returns an inventory of which nothing is shared: Link takes its inventory over.
func copied(inv Inventory) Inventory {
	out := Inventory{Resources: slices.Clone(inv.Resources), Gaps: slices.Clone(inv.Gaps)}
	for i := range out.Resources {
		out.Resources[i].Attrs = out.Resources[i].Attrs.Clone()
	}
	return out
}

// printed spells everything that a graph tells.
func printed(g *Graph) []string {
	var out []string
	value := func(v Value[any]) string {
		data, _ := v.Get()
		return fmt.Sprint(v.State(), v.IsDefault(), v.Sensitive(), v.Reason(), data)
	}
	for n := range g.Nodes() {
		line := fmt.Sprint("node ", n.ID, n.Kind, n.Type, n.Scope, n.External, n.Implied, n.Unresolved, n.Why, n.Origins, n.Name.Or(Text{}), n.ARN.Or(Text{}), n.Account.Or("?"), n.Region.Or("?"))
		for name, attr := range n.Attrs.All() {
			if blocks, ok := n.Attrs.Blocks(name).Get(); ok {
				line += fmt.Sprintf(" %s=%d blocks", name, len(blocks))
				continue
			}
			line += " " + name + "=" + value(attr.Value) + attr.Origin
		}
		if r := g.Reach(n.ID); r != nil {
			line += fmt.Sprint(" reach ", r.Roots, r.Certain, r.Traced, r.Flow)
		}
		out = append(out, line)
	}
	for _, edges := range []func(func(*Edge) bool){g.Hops(), g.SupportEdges()} {
		for e := range edges {
			out = append(out, fmt.Sprint("edge ", e.ID, e.Via, e.Connector, e.OneOf, e.Status, e.Why, e.Accepts))
		}
	}
	for _, gap := range g.Gaps() {
		out = append(out, fmt.Sprint("gap ", gap))
	}
	return append(out, fmt.Sprint("roots ", g.Roots(), " consumers ", g.Consumers()))
}

func TestLinkIsIndependentOfOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := inventoryGen("").Draw(t, "inventory")
		shuffled := copied(inv)
		shuffled.Resources = rapid.Permutation(shuffled.Resources).Draw(t, "order")
		a, b := printed(Link(copied(inv))), printed(Link(shuffled))
		if !slices.Equal(a, b) {
			t.Fatalf("in one order\n%s\nin another\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	})
}

func TestLinkedGraphIsSound(t *testing.T) {
	rows := map[string][]EdgeKind{}
	for _, k := range EdgeKinds() {
		rows[k.ID] = append(rows[k.ID], k)
	}
	rapid.Check(t, func(t *rapid.T) {
		g := Link(Merge(inventoryGen("").Draw(t, "inventory"), inventoryGen("other").Draw(t, "second inventory")))
		sets := map[string]map[[2]NodeID]bool{}
		ids := map[string]bool{}
		var edges []*Edge
		for e := range g.Hops() {
			edges = append(edges, e)
		}
		for e := range g.SupportEdges() {
			edges = append(edges, e)
		}
		for _, e := range edges {
			from, to := g.Node(e.From), g.Node(e.To)
			if from == nil || to == nil || e.Connector != "" && g.Node(e.Connector) == nil {
				t.Fatalf("%s has an end that does not exist", e.ID)
			}
			if ids[e.ID] {
				t.Fatalf("two edges are %s", e.ID)
			}
			ids[e.ID] = true
			if !slices.ContainsFunc(rows[e.Kind.ID], func(k EdgeKind) bool { return fits(k.From.Kinds, from.Kind) && fits(k.To.Kinds, to.Kind) }) {
				t.Fatalf("%s: from a %s to a %s", e.ID, from.Kind, to.Kind)
			}
			if e.OneOf != "" {
				if sets[e.OneOf] == nil {
					sets[e.OneOf] = map[[2]NodeID]bool{}
				}
				sets[e.OneOf][[2]NodeID{e.From, e.To}] = true
			}
			if e.Kind.IsHop() && e.Status == "" {
				t.Fatalf("%s has no status", e.ID)
			}
			for _, id := range e.Accepts {
				if g.Node(id) == nil {
					t.Fatalf("%s accepts %s, which does not exist", e.ID, id)
				}
			}
		}
		for name, set := range sets {
			if len(set) < 2 {
				t.Fatalf("the set %q has one member", name)
			}
		}
		for n := range g.Nodes() {
			if g.Node(n.ID) != n {
				t.Fatalf("two nodes are %s", n.ID)
			}
		}
		for _, id := range slices.Concat(g.Roots(), g.Consumers()) {
			if g.Node(id) == nil {
				t.Fatalf("%s does not exist", id)
			}
		}
	})
}

// Two inputs that have nothing in common link to what each links to alone.
func TestLinkOfDisjointInputs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := inventoryGen("a").Draw(t, "a")
		// The names of b, its accounts and its symbols are its own.
		b := disjoint(inventoryGen("b").Draw(t, "b"))
		for _, r := range slices.Concat(a.Resources, b.Resources) {
			delete(r.Attrs, "organization") // what a trail of an organization records is in no input of its own
		}
		union := map[string]bool{}
		for _, inv := range []Inventory{a, b} {
			for _, s := range edgesOf(Link(copied(inv))) {
				union[s] = true
			}
		}
		merged := map[string]bool{}
		for _, s := range edgesOf(Link(Merge(copied(a), copied(b)))) {
			merged[s] = true
		}
		if !maps.Equal(union, merged) {
			t.Fatalf("apart\n%s\nmerged\n%s", strings.Join(slices.Sorted(maps.Keys(union)), "\n"), strings.Join(slices.Sorted(maps.Keys(merged)), "\n"))
		}
	})
}

func disjoint(inv Inventory) Inventory {
	rename := strings.NewReplacer("111122223333", "777788889999", acct, "777788889999", other, "999900001111", ":x", ":z", "/x", "/z", ":y", ":w", "/y", "/w", ":default", ":dz", "/default", "/dz").Replace
	text := func(t Text) Text {
		parts := t.Parts()
		out := make([]Text, len(parts))
		for i, p := range parts {
			out[i] = Text{parts: []Part{p}}
			if p.Kind == PartLiteral {
				out[i] = lit(rename(p.Literal))
				if p.Literal == "x" || p.Literal == "y" || p.Literal == "default" {
					out[i] = lit(p.Literal + p.Literal)
				}
			}
		}
		return Join(out...)
	}
	var attrs func(a Attrs)
	attrs = func(a Attrs) {
		for name, attr := range a {
			v, ok := attr.Value.Get()
			if !ok {
				continue
			}
			switch d := v.(type) {
			case Text:
				attr.Value = KnownOf[any](text(d))
			case []Text:
				list := make([]Text, len(d))
				for i := range d {
					list[i] = text(d[i])
				}
				attr.Value = KnownOf[any](list)
			case []Attrs:
				for _, b := range d {
					attrs(b)
				}
			}
			a[name] = attr
		}
	}
	for i := range inv.Resources {
		r := &inv.Resources[i]
		attrs(r.Attrs)
		if n, ok := r.Name.Get(); ok {
			r.Name = KnownOf(text(n))
		}
		if n, ok := r.Of.Get(); ok {
			r.Of = KnownOf(text(n))
		}
		if n, ok := r.ARN.Get(); ok {
			r.ARN = KnownOf(text(n))
		}
		if s, ok := r.Account.Get(); ok {
			r.Account = KnownOf(rename(s))
		}
	}
	return inv
}
