package schema_test

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/sources/terraform/schema"
)

// TestLines decodes every line, and spells it again as it was.
func TestLines(t *testing.T) {
	for typ, line := range schema.Lines() {
		b, err := schema.Decode(line)
		if err != nil {
			t.Errorf("%s: %v", typ, err)
			continue
		}
		if got := schema.Encode(b); got != line {
			t.Errorf("%s: got %s, want %s", typ, got, line)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, line := range []string{
		" ", "a", "a:", "a:c", "a:c:", "a:x:s", "a:cr:s", "a:c:s ", "a:c:s  b:c:s", "A:c:s", "a:c:ss", "a:c:s}",
		"a:c:L", "a:c:L(", "a:c:L(s", "a:c:O(a)", "a:c:O(a:s,b:s)", "a:c:T(ss)",
		"a=", "a=L", "a=L{}", "a=L-1{}", "a=L1", "a=L1{", "a=X0{}", "a=L0{}b=L0{}",
		"a:c:s a:o:b", "a:c:s a=L0{}", "a=L0{} a=S0{}", "a:c:O(x:s x:b)",
		strings.Repeat("a=L0{", 100) + strings.Repeat("}", 100),
		"a:c:" + strings.Repeat("L(", 100) + "s" + strings.Repeat(")", 100),
	} {
		if b, err := schema.Decode(line); err == nil {
			t.Errorf("%q: got %s", line, schema.Encode(b))
		}
	}
}

// names are the words that name attributes and blocks.
func names() *rapid.Generator[string] { return rapid.StringMatching(`[a-z0-9_]{1,6}`) }

// types are types that hold types up to a depth.
func types(depth int) *rapid.Generator[cty.Type] {
	plain := rapid.SampledFrom([]cty.Type{cty.String, cty.Number, cty.Bool, cty.DynamicPseudoType})
	if depth == 0 {
		return plain
	}
	inner := types(depth - 1)
	return rapid.OneOf(plain, rapid.Map(inner, cty.List), rapid.Map(inner, cty.Set), rapid.Map(inner, cty.Map),
		rapid.Map(rapid.SliceOfN(inner, 0, 3), cty.Tuple), rapid.Map(rapid.MapOfN(names(), inner, 0, 3), cty.Object))
}

// blocks are blocks that hold blocks up to a depth.
func blocks(depth int) *rapid.Generator[*schema.Block] {
	return rapid.Custom(func(t *rapid.T) *schema.Block {
		b := &schema.Block{Attrs: map[string]schema.Attr{}, Blocks: map[string]schema.Nested{}}
		for _, name := range rapid.SliceOfNDistinct(names(), 0, 5, rapid.ID[string]).Draw(t, "names") {
			if depth > 0 && rapid.Bool().Draw(t, "a block") {
				b.Blocks[name] = schema.Nested{
					Block:   blocks(depth-1).Draw(t, "block"),
					Nesting: rapid.SampledFrom([]schema.Nesting{schema.Single, schema.List, schema.Set, schema.Map}).Draw(t, "nesting"),
					Max:     rapid.IntRange(0, 100).Draw(t, "max"),
				}
				continue
			}
			flags := rapid.SliceOfN(rapid.Bool(), 4, 4).Draw(t, "flags")
			b.Attrs[name] = schema.Attr{
				Type:     types(3).Draw(t, "type"),
				Required: flags[0], Optional: flags[1], Computed: flags[2], Sensitive: flags[3],
			}
		}
		return b
	})
}

// same says that two blocks have the same members.
func same(a, b *schema.Block) bool {
	if len(a.Attrs) != len(b.Attrs) || len(a.Blocks) != len(b.Blocks) {
		return false
	}
	for name, attr := range a.Attrs {
		other, ok := b.Attrs[name]
		if !ok || !attr.Type.Equals(other.Type) {
			return false
		}
		if attr.Required != other.Required || attr.Optional != other.Optional || attr.Computed != other.Computed || attr.Sensitive != other.Sensitive {
			return false
		}
	}
	for name, n := range a.Blocks {
		other, ok := b.Blocks[name]
		if !ok || n.Nesting != other.Nesting || n.Max != other.Max || !same(n.Block, other.Block) {
			return false
		}
	}
	return true
}

// TestRoundTrip spells any block and reads the same again.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := blocks(2).Draw(t, "block")
		line := schema.Encode(b)
		got, err := schema.Decode(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if strings.Contains(line, "\n") || !same(b, got) {
			t.Fatalf("%s: got %s", line, schema.Encode(got))
		}
	})
}

// FuzzDecode never panics, and what it reads is spelt in a form that reads back as the same.
func FuzzDecode(f *testing.F) {
	for _, line := range []string{"", "a:c:s", "a:ro!:S(O(a:s b:T(n b d))) c=L1{d:o:M(s) e=I0{}}", "a=L{}", "a:c:O("} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		b, err := schema.Decode(line)
		if err != nil {
			return
		}
		again, err := schema.Decode(schema.Encode(b))
		if err != nil || !same(b, again) {
			t.Errorf("%q: %v", line, err)
		}
	})
}
