package config

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Pos returns where the resource's block begins.
func (in *Instance) Pos() graph.Pos { return positionOf(in.Resource.Range) }

// ArgumentPos returns where an argument is written: the deepest step of the way to it that somebody wrote. It returns
// false where not even the first step was.
func (in *Instance) ArgumentPos(steps ...string) (graph.Pos, bool) {
	body, found := in.Resource.Body, false
	var at graph.Pos
	for _, name := range steps {
		if a := body.Attrs[name]; a != nil {
			return positionOf(a.Range), true
		}
		var next *Body
		for _, b := range body.Blocks {
			if blockName(b) == name && next == nil {
				next = contentOf(b)
			}
		}
		if next == nil {
			break
		}
		body, found, at = next, true, positionOf(next.Range)
	}
	return at, found
}

// Blocks returns the positions of the arguments of every block at the end of a way, in the order of the source; nothing
// where it is not known how many blocks each of those that are written makes. Of a dynamic block the positions are those
// of what it makes.
func (in *Instance) Blocks(steps ...string) []map[string]graph.Pos {
	bodies := []*Body{in.Resource.Body}
	for _, name := range steps {
		var next []*Body
		for _, b := range bodies {
			for _, nested := range b.Blocks {
				if blockName(nested) == name {
					next = append(next, contentOf(nested))
				}
			}
		}
		bodies = next
	}
	out := make([]map[string]graph.Pos, len(bodies))
	for i, b := range bodies {
		out[i] = map[string]graph.Pos{"": positionOf(b.Range)}
		for name, a := range b.Attrs {
			out[i][name] = positionOf(a.Range)
		}
	}
	return out
}

func positionOf(r hcl.Range) graph.Pos {
	return graph.Pos{File: r.Filename, Line: r.Start.Line, Column: r.Start.Column}
}
