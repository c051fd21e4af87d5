package config

import (
	"maps"
	"slices"
	"strings"
)

// mergeOverrides merges the blocks of override files into those that they override: arguments replace arguments,
// nested blocks replace all of their type. https://developer.hashicorp.com/terraform/language/files/override
func mergeOverrides(primary, overrides []*topBlock) []*topBlock {
	for _, o := range overrides {
		i := slices.IndexFunc(primary, func(b *topBlock) bool { return sameBlock(b, o) })
		switch {
		case o.Type == "locals" || o.Type == "terraform": // the names within are what is overridden: the first counts
			primary = slices.Insert(primary, 0, o)
		case i < 0:
			primary = append(primary, o)
		default:
			b := *primary[i]
			b.Body = mergeBody(b.Body, o.Body)
			primary[i] = &b
		}
	}
	return primary
}

func sameBlock(a, b *topBlock) bool {
	if a.Type != b.Type || !slices.Equal(a.Labels, b.Labels) {
		return false
	}
	if a.Type != "provider" {
		return true
	}
	x, _ := constant(a.Body.Attrs["alias"])
	y, _ := constant(b.Body.Attrs["alias"])
	return x == y
}

func mergeBody(base, over *Body) *Body {
	out := &Body{Attrs: maps.Clone(base.Attrs), Range: base.Range}
	maps.Copy(out.Attrs, over.Attrs)
	replaced := func(b *Block) bool {
		return slices.ContainsFunc(over.Blocks, func(o *Block) bool { return blockName(o) == blockName(b) })
	}
	for _, b := range base.Blocks {
		if !replaced(b) {
			out.Blocks = append(out.Blocks, b)
		}
	}
	out.Blocks = append(out.Blocks, over.Blocks...)
	return out
}

// blockName returns what a block makes: a dynamic one makes blocks of its label.
func blockName(b *Block) string {
	if b.Type == "dynamic" && len(b.Labels) > 0 {
		return strings.Join(b.Labels, ".")
	}
	return b.Type
}
