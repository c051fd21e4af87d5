package terraform

import (
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// statementsOf returns a policy with where its statements are written. documents are those that the configuration has
// for it, of which it is the i-th; a plan, which may order blocks as it likes, may have made it of another one. What a
// plan has may be spelt in another way than it is written, or be of before.
func statementsOf(attr graph.Attr, documents []config.Document, i int, planned bool) graph.Attr {
	if !planned {
		if i < len(documents) {
			return attr.WithStatements(documents[i].At)
		}
		return attr
	}
	v, _ := attr.Value.Get()
	text, isText := v.(graph.Text)
	if !isText {
		return attr
	}
	var best []graph.Pos
	most := 0
	for n := range documents {
		d := documents[(i+n)%len(documents)]
		at := d.At
		if len(at) > 0 && text.Equal(d.Text) != graph.Yes {
			at = graph.AlignStatements(text, d.Text, at)
		}
		known := 0
		for _, p := range at {
			if !p.IsZero() {
				known++
			}
		}
		if known > most {
			best, most = at, known
		}
	}
	return attr.WithStatements(best)
}

// statementsWithin gives the policies within blocks the places of their statements.
func statementsWithin(a *table.Attr, blocks []graph.Attrs, in *config.Instance, planned bool) {
	for i := range a.Fields {
		f := &a.Fields[i]
		if f.Info.Type != graph.TypePolicy || len(f.Alts) != 1 {
			continue
		}
		documents := in.Documents(slices.Concat(a.Alts[0].Steps, f.Alts[0].Steps)...)
		if !planned && len(documents) != len(blocks) {
			continue // nobody knows which is whose
		}
		for j, b := range blocks {
			if attr, ok := b[f.Info.Name]; ok {
				b[f.Info.Name] = statementsOf(attr, documents, j, planned)
			}
		}
	}
}
