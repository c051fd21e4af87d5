package terraform

import (
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/sources/table"
)

// expressions returns the expressions that may have given the value at a place of a resource, and
// whether its author wrote any. An empty answer with written set means a dynamic block: what it refers
// to is not in the plan.
func expressions(res *tfjson.ConfigResource, steps []string, at []table.Place, v any) (out []*tfjson.Expression, written bool) {
	names := argumentsOf(at, steps)
	if len(names) == 0 {
		return nil, false
	}
	top, ok := res.Expressions[names[0].name]
	if !ok || top == nil || top.ExpressionData == nil {
		return nil, len(at) > 1 // a block that is there, but not written as one
	}
	level := []*tfjson.Expression{top}
	for i, p := range names {
		if i > 0 {
			var next []*tfjson.Expression
			for _, e := range level {
				for _, b := range e.NestedBlocks {
					if n := b[p.name]; n != nil && n.ExpressionData != nil {
						next = append(next, n)
					}
				}
			}
			if len(next) == 0 {
				return nil, !nested(level)
			}
			level = next
		}
		if p.index < 0 {
			continue
		}
		for j, e := range level {
			if len(e.NestedBlocks) > 1 {
				level[j] = &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{NestedBlocks: alignedBlocks(e.NestedBlocks, p.index, valueAt(v, at, i))}}
			}
		}
	}
	return level, true
}

// nested says that some expression is written as blocks: a member that none has is one the author left out.
func nested(level []*tfjson.Expression) bool {
	return slices.ContainsFunc(level, func(e *tfjson.Expression) bool { return len(e.NestedBlocks) > 0 })
}

// argument is one argument on the way to a place, with the index into its blocks where there is one.
type argument struct {
	name  string
	index int
}

// argumentsOf joins a place and the rest of its path to arguments with indexes.
func argumentsOf(at []table.Place, steps []string) []argument {
	var out []argument
	for _, p := range at {
		if p.Name != "" {
			out = append(out, argument{p.Name, -1})
		} else if n := len(out); n > 0 && out[n-1].index < 0 {
			out[n-1].index = p.Index
		}
	}
	for _, s := range steps[min(len(steps), countNames(at, steps)):] {
		out = append(out, argument{s, -1})
	}
	return out
}

// countNames returns how many of the steps a place has taken already: those that its last names spell.
func countNames(at []table.Place, steps []string) int {
	var names []string
	for _, p := range at {
		if p.Name != "" {
			names = append(names, p.Name)
		}
	}
	for n := min(len(steps), len(names)); n > 0; n-- {
		if slices.Equal(names[len(names)-n:], steps[:n]) {
			return n
		}
	}
	return 0
}

// valueAt returns the list of blocks at the i-th argument of a place.
func valueAt(v any, at []table.Place, i int) []any {
	seen := -1
	for _, p := range at {
		if p.Name != "" {
			v = table.Member(v, p.Name)
			seen++
			if seen == i {
				list, _ := v.([]any)
				return list
			}
			continue
		}
		v = table.ElementOf(v, p.Index)
	}
	return nil
}

// alignedBlocks returns the written blocks that may be the one at an index of the value: those whose
// constants agree with it; where the counts agree and its constants do, the one of the same index alone.
func alignedBlocks(blocks []map[string]*tfjson.Expression, index int, list []any) []map[string]*tfjson.Expression {
	value := table.Element(list, index)
	var fit []map[string]*tfjson.Expression
	for _, b := range blocks {
		if agrees(b, value) {
			fit = append(fit, b)
		}
	}
	if len(fit) > 1 && len(blocks) == len(list) && agrees(blocks[index], value) {
		return blocks[index : index+1]
	}
	if len(fit) == 0 {
		return blocks
	}
	return fit
}

func agrees(block map[string]*tfjson.Expression, value any) bool {
	if value == nil {
		return true
	}
	for name, e := range block {
		if e == nil || e.ExpressionData == nil || len(e.References) > 0 || e.NestedBlocks != nil || e.ConstantValue == nil {
			continue
		}
		if have := table.Member(value, name); have != nil && !sameConstant(have, e.ConstantValue) {
			return false
		}
	}
	return true
}

// sameConstant compares a value with the constant it was written as: providers sort sets, and turn numbers
// and bools into strings.
func sameConstant(have, written any) bool {
	h, isList := have.([]any)
	w, isWritten := written.([]any)
	if isList != isWritten {
		return false
	}
	if !isList {
		return fmt.Sprint(have) == fmt.Sprint(written)
	}
	spell := func(list []any) []string {
		out := make([]string, len(list))
		for i, v := range list {
			out[i] = fmt.Sprint(v)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(spell(h), spell(w))
}
