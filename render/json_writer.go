package render

import (
	"io"
	"strconv"
)

// flushAt is how much a [jsonWriter] gathers before it writes.
const flushAt = 64 << 10

// jsonWriter writes one JSON document piece by piece, so that the document is never held as a whole. The
// outer levels are indented, elements of lists stand on one line each. Keys come in the order of the calls.
type jsonWriter struct {
	w    io.Writer
	b    []byte
	err  error
	last byte // the last byte that was not white space
}

func (j *jsonWriter) raw(s string) {
	j.b = append(j.b, s...)
	j.last = s[len(s)-1]
	if len(j.b) > flushAt {
		j.flush()
	}
}

func (j *jsonWriter) flush() {
	if j.err == nil && len(j.b) > 0 {
		_, j.err = j.w.Write(j.b)
	}
	j.b = j.b[:0]
}

// comma separates a key or an element from the one before it.
func (j *jsonWriter) comma() {
	switch j.last {
	case '{', '[', ':', ',', 0:
	default:
		j.raw(",")
	}
}

// line starts a key or element on a line of its own.
func (j *jsonWriter) line(depth int) {
	j.comma()
	j.indent(depth)
}

func (j *jsonWriter) indent(depth int) { j.b = append(j.b, "\n          "[:1+2*depth]...) }

func (j *jsonWriter) key(name string) {
	j.comma()
	j.b = appendJSON(j.b, name)
	j.raw(":")
}

// head is a key on a line of its own.
func (j *jsonWriter) head(depth int, name string) {
	j.line(depth)
	j.b = appendJSON(j.b, name)
	j.raw(":")
	j.b = append(j.b, ' ')
}

func (j *jsonWriter) open(bracket string) {
	j.comma()
	j.raw(bracket)
}

func (j *jsonWriter) str(s string) {
	j.comma()
	j.b = appendJSON(j.b, s)
	j.last = '"'
}

func (j *jsonWriter) num(n int64)        { j.comma(); j.raw(strconv.FormatInt(n, 10)) }
func (j *jsonWriter) boolean(v bool)     { j.comma(); j.raw(strconv.FormatBool(v)) }
func (j *jsonWriter) null()              { j.comma(); j.raw("null") }
func (j *jsonWriter) keyStr(k, s string) { j.key(k); j.str(s) }

// orNull writes a string, or null for the empty one.
func (j *jsonWriter) orNull(k, s string) {
	j.key(k)
	if s == "" {
		j.null()
		return
	}
	j.str(s)
}

func (j *jsonWriter) keyNum(k string, n int)      { j.key(k); j.num(int64(n)) }
func (j *jsonWriter) keyBool(k string, v bool)    { j.key(k); j.boolean(v) }
func (j *jsonWriter) strs(k string, all []string) { j.key(k); j.strList(all) }

func (j *jsonWriter) strList(all []string) {
	j.open("[")
	for _, s := range all {
		j.str(s)
	}
	j.raw("]")
}

// endList closes a list whose elements stand on lines of their own.
func (j *jsonWriter) endList(depth int) {
	if j.last != '[' {
		j.indent(depth)
	}
	j.raw("]")
}

// endObject closes an object whose keys stand on lines of their own.
func (j *jsonWriter) endObject(depth int) {
	j.indent(depth)
	j.raw("}")
}
