package render

import (
	"bufio"
	"io"
	"strings"
	"unicode"
)

// ink is how a stretch of text is coloured, where colours are wanted.
type ink uint8

const (
	inkPlain ink = iota
	inkBold
	inkDim
	inkRed
	inkGreen
	inkYellow
	inkBlue
	inkLoud // red and bold
)

// inkCodes are of the sixteen colours that every terminal has, so that its theme keeps them readable.
//
//nolint:gochecknoglobals // a table
var inkCodes = [...]string{inkPlain: "", inkBold: "1", inkDim: "2", inkRed: "31", inkGreen: "32", inkYellow: "33", inkBlue: "36", inkLoud: "1;31"}

// piece is a stretch of text of one ink. Its text is visible already.
type piece struct {
	text string
	ink  ink
}

// put makes a piece of a string of a report, or of a string of this package.
func put(i ink, s string) piece { return piece{visible(s), i} }

// widthOf returns how many columns pieces take.
func widthOf(pieces []piece) int {
	n := 0
	for _, s := range pieces {
		n += columns(s.text)
	}
	return n
}

// wide are the scripts and signs that take two columns, as far as terminals agree.
//
//nolint:gochecknoglobals // a table
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{{0x1100, 0x115f, 1}, {0x2e80, 0x303e, 1}, {0x3041, 0xa4cf, 1}, {0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1}, {0xfe30, 0xfe6f, 1}, {0xff00, 0xff60, 1}, {0xffe0, 0xffe6, 1}},
	R32: []unicode.Range32{{0x1f300, 0x1f64f, 1}, {0x1f680, 0x1faff, 1}, {0x20000, 0x3fffd, 1}},
}

// columns returns how many columns a visible string takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }

// paper writes lines of pieces. No line ends in spaces.
type paper struct {
	w     *bufio.Writer
	color bool
	width int
}

const defaultWidth = 100

func newPaper(w io.Writer, opts Options) *paper {
	p := &paper{w: bufio.NewWriter(w), color: opts.Color, width: opts.Width}
	if p.width <= 0 {
		p.width = defaultWidth
	}
	p.width = max(p.width, 40)
	return p
}

// line writes one line.
func (p *paper) line(pieces ...piece) {
	for len(pieces) > 0 {
		last := &pieces[len(pieces)-1]
		if last.text = strings.TrimRight(last.text, " "); last.text != "" {
			break
		}
		pieces = pieces[:len(pieces)-1]
	}
	disarm(pieces)
	// The writer keeps its first error, and Flush returns it.
	for _, s := range pieces {
		if code := inkCodes[s.ink]; p.color && code != "" && strings.TrimSpace(s.text) != "" {
			_, _ = p.w.WriteString("\x1b[" + code + "m" + s.text + "\x1b[0m")
			continue
		}
		_, _ = p.w.WriteString(s.text)
	}
	_ = p.w.WriteByte('\n')
}

// disarm spells the first colon of a line that starts with two: a CI system that reads the output takes it
// for a command (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func disarm(pieces []piece) {
	for i, s := range pieces {
		text := strings.TrimLeft(s.text, " ")
		if text == "" {
			continue
		}
		if strings.HasPrefix(text, ":") {
			pieces[i].text = strings.Repeat(" ", len(s.text)-len(text)) + spelt(':') + text[1:]
		}
		return
	}
}

// flow writes pieces that may stand on several lines: a line is broken before a span that no longer fits.
// The first line begins with head, the others with rest; between two pieces of one line stands sep.
func (p *paper) flow(head, rest []piece, sep string, pieces []piece) {
	line, used, empty := append([]piece(nil), head...), widthOf(head), true
	indent := widthOf(rest)
	for i, s := range pieces {
		if words := strings.Fields(s.text); len(words) > 1 && indent+columns(s.text) > p.width {
			// It fits on no line: it is broken between words.
			if !empty {
				p.line(append(line, map[bool][]piece{true: {{",", inkDim}}}[sep == ", "]...)...)
				line, used = append([]piece(nil), rest...), indent
			}
			for j, w := range words {
				switch need := columns(w); {
				case j == 0:
					line, used = append(line, piece{w, s.ink}), used+need
				case used+1+need+1 > p.width:
					p.line(line...)
					line, used = append(append([]piece(nil), rest...), piece{"  " + w, s.ink}), indent+2+need
				default:
					line, used = append(line, piece{" " + w, s.ink}), used+1+need
				}
			}
			empty = false
			continue
		}
		need := columns(s.text)
		comma := 0
		if sep == ", " && i < len(pieces)-1 {
			comma = 1
		}
		if !empty && used+columns(sep)+need+comma > p.width {
			if sep == ", " { // a list goes on; facts stand for themselves
				line = append(line, piece{",", inkDim})
			}
			p.line(line...)
			line, used, empty = append([]piece(nil), rest...), indent, true
		}
		if !empty {
			line, used = append(line, piece{sep, inkDim}), used+columns(sep)
		}
		line, used, empty = append(line, s), used+need, false
	}
	p.line(line...)
}

// prose writes a text of words.
func (p *paper) prose(head, rest []piece, i ink, text string) {
	var pieces []piece
	room := max(p.width-max(widthOf(head), widthOf(rest)), 20)
	for w := range strings.FieldsSeq(visible(text)) {
		for _, w := range chunks(w, room) {
			pieces = append(pieces, piece{w, i})
		}
	}
	line, used := append([]piece(nil), head...), widthOf(head)
	indent, empty := widthOf(rest), true
	for _, s := range pieces {
		need := columns(s.text)
		if !empty && used+1+need > p.width {
			p.line(line...)
			line, used, empty = append([]piece(nil), rest...), indent, true
		}
		if !empty {
			line[len(line)-1].text += " " + s.text
			used += 1 + need
			continue
		}
		line, used, empty = append(line, s), used+need, false
	}
	p.line(line...)
}

// chunks cuts a word that no line has room for.
func chunks(word string, room int) []string {
	if columns(word) <= room {
		return []string{word}
	}
	var out []string
	from, n := 0, 0
	for i, r := range word {
		w := columns(string(r))
		if n+w > room && n > 0 {
			out = append(out, word[from:i])
			from, n = i, 0
		}
		n += w
	}
	return append(out, word[from:])
}

func (p *paper) blank() { p.line() }

func spaces(n int) []piece { return []piece{{strings.Repeat(" ", max(0, n)), inkPlain}} }
