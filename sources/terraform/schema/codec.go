package schema

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// A block is spelt {name:flags:type name=nesting max{…}}: arn:c:s queue=L0{events:r:S(s)}. Flags are r(equired),
// o(ptional), c(omputed) and ! for sensitive. Types are s, n, b and d for string, number, bool and anything, L(…),
// S(…) and M(…) for collections, T(… …) for tuples and O(name:type …) for objects.

// Encode spells a block in one line, its members sorted.
func Encode(b *Block) string {
	var w strings.Builder
	encode(&w, b)
	return w.String()
}

func encode(w *strings.Builder, b *Block) {
	first := true
	sep := func() {
		if !first {
			w.WriteByte(' ')
		}
		first = false
	}
	for _, name := range slices.Sorted(maps.Keys(b.Attrs)) {
		a := b.Attrs[name]
		sep()
		w.WriteString(name + ":")
		for _, f := range []struct {
			set  bool
			flag byte
		}{{a.Required, 'r'}, {a.Optional, 'o'}, {a.Computed, 'c'}, {a.Sensitive, '!'}} {
			if f.set {
				w.WriteByte(f.flag)
			}
		}
		w.WriteByte(':')
		encodeType(w, a.Type)
	}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		n := b.Blocks[name]
		sep()
		w.WriteString(name + "=" + string(n.Nesting) + strconv.Itoa(n.Max) + "{")
		encode(w, n.Block)
		w.WriteByte('}')
	}
}

func encodeType(w *strings.Builder, ty cty.Type) {
	inner := func(kind byte) {
		w.WriteByte(kind)
		w.WriteByte('(')
		encodeType(w, ty.ElementType())
		w.WriteByte(')')
	}
	switch {
	case ty == cty.String:
		w.WriteByte('s')
	case ty == cty.Number:
		w.WriteByte('n')
	case ty == cty.Bool:
		w.WriteByte('b')
	case ty.IsListType():
		inner('L')
	case ty.IsSetType():
		inner('S')
	case ty.IsMapType():
		inner('M')
	case ty.IsTupleType():
		w.WriteString("T(")
		for i, e := range ty.TupleElementTypes() {
			if i > 0 {
				w.WriteByte(' ')
			}
			encodeType(w, e)
		}
		w.WriteByte(')')
	case ty.IsObjectType():
		w.WriteString("O(")
		attrs := ty.AttributeTypes()
		for i, name := range slices.Sorted(maps.Keys(attrs)) {
			if i > 0 {
				w.WriteByte(' ')
			}
			w.WriteString(name + ":")
			encodeType(w, attrs[name])
		}
		w.WriteByte(')')
	default:
		w.WriteByte('d')
	}
}

var errLine = errors.New("not a line of the table of schemas")

// maxNesting bounds how deep blocks and types may be within one another.
const maxNesting = 64

// Decode reads what [Encode] spells.
func Decode(line string) (*Block, error) {
	d := &decoder{rest: line}
	b, ok := d.block(0)
	if !ok || d.rest != "" {
		return nil, errLine
	}
	return b, nil
}

type decoder struct{ rest string }

// take cuts a prefix off.
func (d *decoder) take(s string) bool {
	rest, ok := strings.CutPrefix(d.rest, s)
	if ok {
		d.rest = rest
	}
	return ok
}

// name takes a word.
func (d *decoder) name() (string, bool) {
	i := strings.IndexFunc(d.rest, func(r rune) bool { return !(r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	if i <= 0 {
		return "", false
	}
	s := d.rest[:i]
	d.rest = d.rest[i:]
	return s, true
}

// block takes the members of a block.
func (d *decoder) block(depth int) (*Block, bool) {
	b := &Block{Attrs: map[string]Attr{}, Blocks: map[string]Nested{}}
	if depth > maxNesting {
		return nil, false
	}
	for d.rest != "" && d.rest[0] != '}' {
		if len(b.Attrs)+len(b.Blocks) > 0 && !d.take(" ") {
			return nil, false
		}
		name, ok := d.name()
		_, isAttr := b.Attrs[name]
		_, isBlock := b.Blocks[name]
		switch {
		case !ok || isAttr || isBlock:
			return nil, false
		case d.take("="):
			n, ok := d.nested(depth)
			if !ok {
				return nil, false
			}
			b.Blocks[name] = n
		default:
			a, ok := d.attr(depth)
			if !ok {
				return nil, false
			}
			b.Attrs[name] = a
		}
	}
	return b, true
}

// nested takes what follows the name of a block within another.
func (d *decoder) nested(depth int) (Nested, bool) {
	if d.rest == "" || !strings.ContainsRune("ILSM", rune(d.rest[0])) {
		return Nested{}, false
	}
	n := Nested{Nesting: Nesting(d.rest[0])}
	number, _, found := strings.Cut(d.rest[1:], "{")
	most, err := strconv.Atoi(number)
	if !found || err != nil || most < 0 {
		return Nested{}, false
	}
	n.Max = most
	d.rest = d.rest[1+len(number)+1:]
	var ok bool
	n.Block, ok = d.block(depth + 1)
	return n, ok && d.take("}")
}

// attr takes what follows the name of an attribute.
func (d *decoder) attr(depth int) (Attr, bool) {
	var a Attr
	if !d.take(":") {
		return a, false
	}
	a.Required, a.Optional, a.Computed, a.Sensitive = d.take("r"), d.take("o"), d.take("c"), d.take("!")
	if !d.take(":") {
		return a, false
	}
	var ok bool
	a.Type, ok = d.typ(depth)
	return a, ok
}

// collection takes the rest of a collection type: that of its elements.
func (d *decoder) collection(of func(cty.Type) cty.Type, depth int) (cty.Type, bool) {
	inner, ok := d.typ(depth + 1)
	if !ok || !d.take(")") {
		return cty.NilType, false
	}
	return of(inner), true
}

// typ takes a type.
func (d *decoder) typ(depth int) (cty.Type, bool) {
	switch {
	case d.take("s"):
		return cty.String, true
	case d.take("n"):
		return cty.Number, true
	case d.take("b"):
		return cty.Bool, true
	case d.take("d"):
		return cty.DynamicPseudoType, true
	case depth > maxNesting:
		return cty.NilType, false
	case d.take("L("):
		return d.collection(cty.List, depth)
	case d.take("S("):
		return d.collection(cty.Set, depth)
	case d.take("M("):
		return d.collection(cty.Map, depth)
	case d.take("T("):
		var all []cty.Type
		for !d.take(")") {
			if len(all) > 0 && !d.take(" ") {
				return cty.NilType, false
			}
			e, ok := d.typ(depth + 1)
			if !ok {
				return cty.NilType, false
			}
			all = append(all, e)
		}
		return cty.Tuple(all), true
	case d.take("O("):
		attrs := map[string]cty.Type{}
		for !d.take(")") {
			if len(attrs) > 0 && !d.take(" ") {
				return cty.NilType, false
			}
			name, named := d.name()
			if _, again := attrs[name]; again || !named || !d.take(":") {
				return cty.NilType, false
			}
			e, ok := d.typ(depth + 1)
			if !ok {
				return cty.NilType, false
			}
			attrs[name] = e
		}
		return cty.Object(attrs), true
	}
	return cty.NilType, false
}
