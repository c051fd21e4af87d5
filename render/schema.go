package render

import (
	_ "embed" // for the schema
	"slices"
)

//go:embed report.schema.json
var reportSchema []byte

// Schema returns the JSON Schema (draft 2020-12) of what [JSON] writes. The caller owns the slice.
func Schema() []byte { return slices.Clone(reportSchema) }
