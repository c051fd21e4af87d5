package graph

import "strings"

// drawScenarios draws the edges of one kind that a declaration has in any of its scenarios. One that it does not have
// in all of them may not be there.
func (l *linker) drawScenarios(e *EdgeKind, r *Resource) {
	attrs := r.Attrs
	when := map[*Edge][]string{}
	var edges []*Edge
	for _, s := range r.Scenarios {
		l.drawn = map[*Edge]bool{}
		r.Attrs = s.Attrs
		l.drawEdge(e, r)
		for edge := range l.drawn {
			if when[edge] == nil {
				edges = append(edges, edge)
			}
			when[edge] = append(when[edge], s.When)
		}
	}
	r.Attrs, l.drawn = attrs, nil
	for _, edge := range edges {
		if len(when[edge]) == len(r.Scenarios) {
			continue
		}
		edge.When = "only if " + strings.Join(when[edge], ", or ")
		if edge.Status == StatusUndetermined {
			edge.Why = edge.When
		}
		edge.Doubt = true
	}
}

// note notes that an edge is of the scenario that is being drawn.
func (l *linker) note(e *Edge) {
	if l.drawn != nil {
		l.drawn[e] = true
	}
}
