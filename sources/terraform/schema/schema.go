// Package schema knows the attributes and blocks of the resource types and data sources that trailguard reads, as the
// provider declares them: https://developer.hashicorp.com/terraform/cli/commands/providers/schema
package schema

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// Block is the body of a resource, a data source or a nested block. It is shared, and must not be changed.
type Block struct {
	Attrs  map[string]Attr
	Blocks map[string]Nested
}

// Attr is an argument or an attribute.
type Attr struct {
	Type                                    cty.Type
	Required, Optional, Computed, Sensitive bool
}

// Nesting is how often a block may be there, and what Terraform makes of several.
type Nesting byte

// The nestings.
const (
	Single Nesting = 'I'
	List   Nesting = 'L'
	Set    Nesting = 'S'
	Map    Nesting = 'M'
)

// Nested is a block within another one.
type Nested struct {
	Block   *Block
	Nesting Nesting
	Max     int // how many there may be; 0: any number
}

// schemas.txt is written by scripts/provider-schema: a line for the version of the provider, then one for each type.
//
//go:embed schemas.txt
var text string

// table finds the line of a type, and keeps what it says once it was asked for.
type table struct {
	version string
	lines   map[string]string
	mu      sync.Mutex
	decoded map[string]*Block
}

//nolint:gochecknoglobals // a table, read once
var read = sync.OnceValue(func() *table {
	t := &table{lines: map[string]string{}, decoded: map[string]*Block{}}
	for line := range strings.Lines(text) {
		name, body, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if name == "version" {
			t.version = body
			continue
		}
		t.lines[name] = body
	}
	return t
})

// block decodes the line of a type when it is first asked for.
func (t *table) block(name string) *Block {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b, ok := t.decoded[name]; ok {
		return b
	}
	line, ok := t.lines[name]
	if !ok {
		return nil
	}
	b, err := Decode(line)
	if err != nil {
		return nil // a test decodes every line
	}
	t.decoded[name] = b
	return b
}

// Resource returns what a resource type has; nil for one that the table does not know.
func Resource(typ string) *Block {
	if strings.Contains(typ, ".") {
		return nil // data sources are filed with a dot
	}
	return read().block(typ)
}

// Data returns what a data source has; nil for one that the table does not know.
func Data(typ string) *Block { return read().block("data." + typ) }

// Version returns the version of the AWS provider that the table is of.
func Version() string { return read().version }

// Types returns the types that the table knows, sorted; data sources as data.TYPE.
func Types() []string { return slices.Sorted(maps.Keys(read().lines)) }
