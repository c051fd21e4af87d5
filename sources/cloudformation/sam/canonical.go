package sam

import (
	"crypto/sha1" //nolint:gosec // logical ids of SAM have it
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// canonical spells a value as the translator does where it makes ids of it: JSON with its keys sorted, without white
// space, in ASCII. Equal values are spelt alike.
func canonical(n *node) string {
	var b strings.Builder
	spell(&b, n)
	return b.String()
}

func spell(b *strings.Builder, n *node) {
	switch {
	case n == nil || n.Kind == template.Null:
		b.WriteString("null")
	case n.Kind == template.Bool || n.Kind == template.Number:
		b.WriteString(n.Text)
	case n.Kind == template.String:
		spellText(b, n.Text)
	case n.Kind == template.List:
		b.WriteByte('[')
		for i, it := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			spell(b, it)
		}
		b.WriteByte(']')
	case n.Kind == template.Map:
		members := slices.Clone(n.Members)
		slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.Key, b.Key) })
		b.WriteByte('{')
		for i, m := range members {
			if i > 0 {
				b.WriteByte(',')
			}
			spellText(b, m.Key)
			b.WriteByte(':')
			spell(b, m.Value)
		}
		b.WriteByte('}')
	}
}

// escapes are the characters that JSON escapes with one letter.
//
//nolint:gochecknoglobals // a table
var escapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func spellText(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch escape := escapes[r]; {
		case escape != "":
			b.WriteString(escape)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}

// maxSpelt is how many bytes of values are spelt; what Globals shares out may be long and many.
const maxSpelt = 256 << 20

// key tells values apart: equal ones have one key. Beyond the bound each has its own.
func (x *expander) key(n *node) string {
	if x.spelt > maxSpelt {
		x.spelt++
		return strconv.Itoa(x.spelt)
	}
	s := canonical(n)
	x.spelt += len(s)
	return digest(s)
}

// hash is what the translator ends logical ids with.
func hash(s string) string { return digest(s)[:hashLength] }

const hashLength = 10

func digest(s string) string {
	sum := sha1.Sum([]byte(s)) //nolint:gosec // logical ids of SAM have it
	return hex.EncodeToString(sum[:])
}
