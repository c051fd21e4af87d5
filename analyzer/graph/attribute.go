package graph

import "sync"

// AttrType is the type of a normalised attribute.
type AttrType uint8

// The attribute types, with the Go type that [Attr] holds for each.
const (
	TypeText   AttrType = iota // Text
	TypeBool                   // bool
	TypeInt                    // int64
	TypeTexts                  // []Text
	TypeBlocks                 // []Attrs
	TypePolicy                 // Text that spells a policy document in JSON
)

// AttrInfo is one row of the attribute table.
type AttrInfo struct {
	Name    string
	Type    AttrType
	Doc     string // what it means, with its unit
	Default any    // what AWS applies to a resource that does not set it; nil: nothing, it is absent
	// Flag is a bool of the same resource. Where it is on, the default is Then; where it is not known, neither
	// is the default.
	Flag string
	Then any
	// Words spell a bool where the attribute is a text in one source and a bool in another: false, true.
	Words  [2]string
	Fields []AttrInfo // of a block
}

// AttributesOf returns the attributes that resources of a kind may carry, from the one attribute table.
// The caller must not change them.
func AttributesOf(k Kind) []AttrInfo { return attributeTable()[k] }

// AttributeOf returns the row of one attribute of a kind.
func AttributeOf(k Kind, name string) (AttrInfo, bool) { return Find(AttributesOf(k), name) }

// Find returns the row with the name among rows.
func Find(rows []AttrInfo, name string) (AttrInfo, bool) {
	for _, r := range rows {
		if r.Name == name {
			return r, true
		}
	}
	return AttrInfo{}, false
}

func text(name, doc string, def ...any) AttrInfo   { return row(TypeText, name, doc, def) }
func flag(name, doc string, def ...any) AttrInfo   { return row(TypeBool, name, doc, def) }
func number(name, doc string, def ...any) AttrInfo { return row(TypeInt, name, doc, def) }
func texts(name, doc string) AttrInfo              { return row(TypeTexts, name, doc, nil) }
func policy(name, doc string) AttrInfo             { return row(TypePolicy, name, doc, nil) }

func blocks(name, doc string, fields ...AttrInfo) AttrInfo {
	return AttrInfo{Name: name, Type: TypeBlocks, Doc: doc, Fields: fields}
}

func row(t AttrType, name, doc string, def []any) AttrInfo {
	r := AttrInfo{Name: name, Type: t, Doc: doc}
	if len(def) > 0 {
		r.Default = spelled(def[0])
	}
	return r
}

// spelled returns a value of the table as [Attr] holds it.
func spelled(v any) any {
	switch v := v.(type) {
	case string:
		return Literal(v)
	case int:
		return int64(v)
	}
	return v
}

// where gives the row another default for resources that have a flag on.
func (a AttrInfo) where(flag string, then any) AttrInfo {
	a.Flag, a.Then = flag, spelled(then)
	return a
}

// words lets a text be spelt as a bool, as some sources do.
func (a AttrInfo) words(no, yes string) AttrInfo {
	a.Words = [2]string{no, yes}
	return a
}

//nolint:gochecknoglobals // a table, built once
var attributeTable = sync.OnceValue(buildAttributeTable)
