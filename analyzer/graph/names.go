package graph

import (
	"slices"
	"sync"
)

// ends are the attributes that name the end of an edge, by kind.
//
//nolint:gochecknoglobals // a table, built once
var ends = sync.OnceValue(func() map[Kind]map[string]bool {
	out := map[Kind]map[string]bool{}
	for _, e := range edgeTable() {
		if slices.Contains(e.To.Kinds, KindPrincipal) {
			continue // whom a policy names, or an ACL
		}
		for _, k := range e.Decls {
			if out[k] == nil {
				out[k] = map[string]bool{}
			}
			out[k][e.From.Attr], out[k][e.To.Attr] = true, true
		}
	}
	return out
})

// Names says that an attribute of a kind names another node: "s3_bucket", or "notification.queues[].arn" for a field of
// blocks, or "actions[]" for a list.
func Names(k Kind, attr string) bool { return attr != "" && ends()[k][attr] }
