package terraform

import (
	"slices"
	"sync"

	"github.com/trailguard/trailguard/sources/table"
)

// rows returns the compiled tables by resource type; data sources are filed as data.TYPE.
//
//nolint:gochecknoglobals // a table, compiled once
var rows = sync.OnceValue(func() map[string]*table.Compiled {
	out := map[string]*table.Compiled{}
	for _, r := range slices.Concat(trailRows(), storageRows(), messagingRows(), computeRows(), logsRows(), eventsRows(), streamRows(), identityRows(), lakeRows(), lookupRows()) {
		out[r.Type] = table.Compile(r)
	}
	return out
})

// Types returns the Terraform types that have a row, sorted; data sources as data.TYPE.
func Types() []string {
	var out []string
	for t := range rows() {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}
