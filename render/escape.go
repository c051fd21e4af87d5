package render

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file holds every escaper of the package. Each is fuzzed for the property in its comment.

// invisible are runes which [unicode.IsPrint] takes for printable, but of which nothing is seen.
//
//nolint:gochecknoglobals // a table
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x034f, 0x034f, 1},
		{0x115f, 0x1160, 1},
		{0x17b4, 0x17b5, 1},
		{0x180b, 0x180f, 1},
		{0x2800, 0x2800, 1},
		{0x3164, 0x3164, 1},
		{0xfe00, 0xfe0f, 1},
		{0xffa0, 0xffa0, 1},
		{0xfffc, 0xfffc, 1},
	},
	R32: []unicode.Range32{{0xe0100, 0xe01ef, 1}},
}

// maxMarks is how many combining marks may follow one another: more pile up over other lines.
const maxMarks = 2

// visible makes a string safe to print on one line of a terminal: control, bidirectional, format and
// other unseen characters are spelt as \n, \t, \r, \xhh for bytes that are no UTF-8, \uhhhh or \Uhhhhhhhh.
// The result holds printable characters and spaces only. Of ##[ and ##vso[, by which CI systems know
// commands anywhere in a line, the second # is spelt too.
func visible(s string) string {
	if isPlain(s) && !strings.Contains(s, "##") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	marks := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.In(r, unicode.M) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '#' && i > 0 && s[i-1] == '#' && i+1 < len(s) && (s[i+1] == '[' || s[i+1]|0x20 == 'v'):
			b.WriteString(spelt(r))
		case seen(r) && marks <= maxMarks:
			b.WriteRune(r)
		default:
			b.WriteString(spelt(r))
		}
		i += size
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// seen says that something can be seen of a rune, or that it is the space.
func seen(r rune) bool { return unicode.IsPrint(r) && !unicode.Is(invisible, r) }

// spelt spells a rune by its number, or by the letter that everybody knows.
func spelt(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// clip shortens a string to at most n runes, from the middle: names differ at their ends.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	if n < 2 {
		return "…"
	}
	head := (n - 1) / 2
	tail := n - 1 - head
	r := []rune(s)
	return string(r[:head]) + "…" + string(r[len(r)-tail:])
}

// appendJSON appends a string as JSON: what a reader could not see is spelt \uhhhh, as is <, so that the
// report may stand inside of HTML, and the second of two #. Bytes that are no UTF-8 become U+FFFD.
func appendJSON(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	unit := func(u uint16) {
		b = append(b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	b = append(b, '"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '<', r == '#' && i > 0 && s[i-1] == '#': // no HTML, no command of a CI system
			unit(uint16(r)) //nolint:gosec // one of two
		case r < utf8.RuneSelf && r >= ' ' && r <= '~':
			b = append(b, s[i])
		case seen(r):
			b = utf8.AppendRune(b, r)
		case r > 0xffff:
			r -= 0x10000
			unit(uint16(0xd800 + r>>10))   //nolint:gosec // a surrogate by construction
			unit(uint16(0xdc00 + r&0x3ff)) // each a surrogate by construction
		default:
			unit(uint16(r)) //nolint:gosec // at most 0xffff
		}
	}
	return append(b, '"')
}

// dotText makes a string safe as a part of a DOT label that is quoted afterwards: one line, no HTML
// entities, of which Graphviz reads those of plain labels too.
func dotText(s string) string { return strings.ReplaceAll(visible(s), "&", "&amp;") }

// isWord says that a byte is a letter or digit of ASCII.
func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }

// mermaidText makes a string safe inside of a quoted Mermaid label: letters and digits stay, spaces, slashes
// and, between letters and digits, -_. too. Everything else becomes an entity, which Mermaid spells with #
// for &: labels are read as Markdown, in which "1. x" is a list and _x_ is emphasis.
func mermaidText(s string) string {
	s = visible(s)
	word := func(i int) bool { return i >= 0 && i < len(s) && isWord(s[i]) }
	var b strings.Builder
	for i, r := range s {
		switch {
		case word(i), r == '/', r == ' ', (r == '-' || r == '_' || r == '.') && word(i-1) && word(i+1):
			b.WriteRune(r)
		default:
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		}
	}
	return b.String()
}

// markdownSpecial are the characters that mean something to a Markdown renderer or to HTML.
const markdownSpecial = "\\`*_{}[]()<>#+!|~&\"'$=^"

// markdownText makes a string safe as text in GitHub's Markdown, in a table too: specials become entities,
// and a zero-width space keeps @names, #123, GH-123 and URLs from becoming mentions, references and links,
// for those are looked for after entities are read.
func markdownText(s string) string {
	const gap = "&#8203;"
	s = visible(s)
	var b strings.Builder
	word := func(i int) bool { return i >= 0 && i < len(s) && isWord(s[i]) }
	for i, r := range s {
		rest := s[i:]
		switch {
		case r == '_' && word(i-1) && word(i+1): // of addresses; it is no emphasis inside of a word
			b.WriteRune(r)
		case r == '@':
			b.WriteString("&#64;" + gap)
		case r == '#':
			b.WriteString("&#35;" + gap)
		case strings.ContainsRune(markdownSpecial, r):
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		case r == ':' && strings.HasPrefix(rest, "://"), r == '-' && i >= 2 && strings.EqualFold(s[i-2:i], "gh"):
			b.WriteRune(r)
			b.WriteString(gap)
		case r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteString(gap)
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// markdownCode makes a code span of a string, in which neither mentions nor links are looked for. What
// could end the span, a table's cell or an HTML comment is spelt by its number.
func markdownCode(s string) string {
	var b strings.Builder
	b.WriteByte('`')
	for _, r := range visible(s) {
		switch r {
		case '`', '|', '<', '>':
			b.WriteString(spelt(r))
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 1 {
		b.WriteString("(empty)")
	}
	b.WriteByte('`')
	// A span of spaces alone is no span, and a backslash before the closing backtick reads as an escape
	// to some renderers.
	out := b.String()
	if strings.Trim(out, "` ") == "" {
		return "`(blank)`"
	}
	if strings.HasSuffix(out, "\\`") {
		return out[:len(out)-1] + " `"
	}
	return out
}

// markdownFence puts text that was rendered already into a code block of the language. The fence is longer
// than any run of backticks in it.
func markdownFence(language, body string) string {
	longest, run := 0, 0
	for i := range len(body) {
		if body[i] == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", max(3, longest+1))
	return fence + language + "\n" + strings.TrimRight(body, "\n") + "\n" + fence + "\n"
}

// markerKey makes a string safe inside of an HTML comment: letters, digits and ._/- stay, and no two
// dashes meet.
func markerKey(s string) string {
	out := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("._/-", r) {
			return r
		}
		return '_'
	}, s)
	for strings.Contains(out, "--") {
		out = strings.ReplaceAll(out, "--", "-_")
	}
	if out = clip(out, 120); out == "" {
		return "default"
	}
	return strings.ReplaceAll(out, "…", "_")
}
