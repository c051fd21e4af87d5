package cloudformation

import (
	"slices"
	"strings"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// row says what one resource type declares. Paths are of properties; beside these there is the member "@" with what
// the resource is to others ("@.Ref"), and what a fix made of its properties.
type row struct {
	table.Row
	// Each is the path of a list of which every element makes a resource of its own, whose paths may begin with
	// "Each" for the element. Empty: the resource itself makes one.
	Each string
	// Partial says that what the fragment does not say stays as others set it.
	Partial bool
	// Coded says that code of somebody's makes the resource: what is not among its properties is not known.
	Coded bool
	// Needs is a member of the properties without which the row makes nothing; with "!" before it, with which.
	Needs string
}

// compiled is a row whose paths have been read.
type compiled struct {
	*table.Compiled
	list           string // of which every element makes a resource
	each           []string
	partial, coded bool
	needs          string
	reads          map[string]bool // the first step of each of its paths
}

// rows returns the rows of every type.
//
//nolint:gochecknoglobals // a table, compiled once
var rows = sync.OnceValue(func() map[string][]*compiled {
	out := map[string][]*compiled{}
	for _, r := range slices.Concat(trailRows(), bucketRows(), keyRows(), messagingRows(), lambdaRows(), logsRows(), eventsRows(), streamRows(), identityRows(), lakeRows(), customRows()) {
		c := &compiled{Compiled: table.Compile(r.Row), list: r.Each, partial: r.Partial, coded: r.Coded, needs: r.Needs}
		if r.Each != "" {
			c.each = strings.Split(r.Each, ".")
			c.reads = map[string]bool{"region": true, c.ARN: true}
			for _, spec := range []string{r.Name, r.Of} {
				for path := range strings.SplitSeq(spec, "|") {
					first, _, _ := strings.Cut(path, ".")
					c.reads[first] = true
				}
			}
			for i := range c.Entries {
				for _, alt := range c.Entries[i].Alts {
					c.reads[alt.Steps[0]] = true
				}
			}
		}
		out[r.Type] = append(out[r.Type], c)
	}
	return out
})

// mainRow returns the row of the resource itself, or nil.
func mainRow(typ string) *table.Row {
	for _, c := range rows()[typ] {
		if c.each == nil {
			return &c.Row
		}
	}
	return nil
}

// Types returns the CloudFormation types that have a row, sorted.
func Types() []string { return sortedKeys(rows()) }

// later is the path of what only AWS tells, once the resource is there.
const later = "@.Later"

func one(typ string, kind graph.Kind, name string, attrs table.Paths) row {
	return row{Row: table.Row{Type: typ, Kind: kind, Name: name, Attrs: attrs}}
}

// of returns the row of a fragment of the node that a property names.
func of(typ string, kind graph.Kind, of string, attrs table.Paths) row {
	return row{Row: table.Row{Type: typ, Kind: kind, Of: of, Attrs: attrs}}
}

// each returns the row of the elements of a list.
func each(typ, list string, kind graph.Kind, attrs table.Paths) row {
	return row{Row: table.Row{Type: typ, Kind: kind, Attrs: attrs}, Each: list}
}

// fragmentOfEach returns the row of the fragments that a policy is of every element of a list.
func fragmentOfEach(typ, list string, kind graph.Kind, attrs table.Paths) row {
	return row{Row: table.Row{Type: typ, Kind: kind, Of: "Each", Attrs: attrs}, Each: list}
}

// standIn returns the row of another name of the node that a property names.
func standIn(typ string, kind graph.Kind, of, name string, attrs table.Paths) row {
	return row{Row: table.Row{Type: typ, Kind: kind, Of: of, Name: name, StandIn: true, Attrs: attrs}}
}
