package funcs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// verb is one place of a format that an argument goes into.
type verb struct {
	arg   int
	plain bool // the argument is written out whole
	wide  bool // a width or precision is absurd
}

// verbs reads a format the way format does: %[flags][width][.precision][\[index\]]letter.
func (l *library) verbs(format string) []verb {
	var out []verb
	next := 1
	for _, m := range l.verb.FindAllStringSubmatch(format, -1) {
		if m[0] == "%%" {
			continue
		}
		arg := next
		if m[3] != "" {
			n, err := strconv.Atoi(m[3])
			if err != nil {
				n = 0
			}
			arg = n
		}
		next = arg + 1
		out = append(out, verb{
			arg:   arg,
			plain: m[1] == "" && m[2] == "" && (m[4] == "s" || m[4] == "v" || m[4] == "q"),
			wide:  tooWide(m[1]) || len(m[2]) > 0 && tooWide(m[2][1:]),
		})
	}
	return out
}

// verbSyntax matches a verb, or a percent sign.
func verbSyntax() *regexp.Regexp {
	return regexp.MustCompile(`%(?:%|[-#0+ ]*([1-9][0-9]*)?(\.[0-9]*)?(?:\[([1-9][0-9]*)\])?([a-zA-Z]))`)
}

// unfinished says that a token stands within a verb.
func (l *library) unfinished(format string) bool {
	p := pieces(format)
	for i := range p {
		if !p[i].token && i+1 < len(p) && strings.Contains(l.verb.ReplaceAllString(p[i].text, ""), "%") {
			return true
		}
	}
	return false
}

func tooWide(digits string) bool {
	n, err := strconv.Atoi(digits)
	return digits != "" && (err != nil || n > maxWidth)
}

// formattable lets the arguments of format and formatlist that have tokens pass where they are written out whole.
func formattable(l *library, args []cty.Value) (cty.Value, error) {
	plain, _ := args[0].Unmark()
	if plain.IsNull() || !plain.IsKnown() {
		return cty.NilVal, nil
	}
	format := plain.AsString()
	if !l.referenced(format) || l.unfinished(format) {
		args[0] = blur(args[0]) // a hole may have verbs of its own
		return cty.NilVal, nil
	}
	sizes := make([]int, len(args))
	longest := 1
	for i, a := range args {
		a, _ := a.Unmark()
		sizes[i] = size(a, maxSize)
		if i > 0 && !a.IsNull() && a.IsKnown() && a.CanIterateElements() && a.Length().IsKnown() {
			longest = max(longest, a.LengthInt())
		}
	}
	total := len(format)
	for _, v := range l.verbs(format) {
		if v.wide {
			return cty.NilVal, l.tooLarge("the width of a verb")
		}
		if v.arg < 1 || v.arg >= len(args) {
			continue // an error, which format describes
		}
		if !v.plain {
			args[v.arg] = blur(args[v.arg])
		}
		total += sizes[v.arg]
	}
	if total*longest > maxSize*4 {
		return cty.NilVal, l.tooLarge("the result")
	}
	return cty.NilVal, nil
}

// formatOne is formattable for format, which gives a hole where formattable leaves it nothing to know.
func formatOne(l *library, args []cty.Value) (cty.Value, error) {
	given := slices.Clone(args)
	if out, err := formattable(l, args); err != nil || out != cty.NilVal {
		return out, err
	}
	out, err := apply(stdlib.FormatFunc, args...)
	if err != nil {
		return cty.NilVal, err
	}
	var from []string
	for _, a := range given {
		found, err := l.stringsWithTokens(a)
		if err != nil {
			return cty.NilVal, err
		}
		from = append(from, found...)
	}
	if plain, marks := out.Unmark(); len(from) > 0 && !plain.IsKnown() && plain.Type() == cty.String {
		return cty.StringVal(l.env.Tokens.Opaque(from...)).WithMarks(marks), nil
	}
	return out, nil
}

// formatList is formattable for formatlist, whose sets have an order.
func formatList(l *library, args []cty.Value) (cty.Value, error) {
	for i, a := range args[1:] {
		args[i+1] = l.listed(a)
	}
	return formattable(l, args)
}
