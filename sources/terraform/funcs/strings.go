package funcs

import (
	"slices"
	"strings"
	"unicode"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// edit makes a function from strings to a string. Without tokens it is f; with them, follow gives the result or says
// that the tokens decide about it.
func edit(f function.Function, follow func(l *library, s []string) (string, bool)) maker {
	return func(l *library) function.Function {
		names := make([]string, len(f.Params()))
		for i, p := range f.Params() {
			names[i] = p.Name
		}
		return ofStrings(cty.String, func(l *library, s []string) (cty.Value, error) {
			values := make([]cty.Value, len(s))
			tokens := false
			for i, arg := range s {
				values[i] = cty.StringVal(arg)
				tokens = tokens || token.Has(arg)
			}
			if !tokens {
				return apply(f, values...)
			}
			if out, known := follow(l, s); known {
				return cty.StringVal(out), nil
			}
			return cty.StringVal(l.env.Tokens.Opaque(s...)), nil
		}, names...)(l)
	}
}

// judge makes a function that asks something of two strings.
func judge(ask func(l *library, a, b string) graph.Tri, params ...string) maker {
	return ofStrings(cty.Bool, func(l *library, s []string) (cty.Value, error) {
		return answer(ask(l, s[0], s[1])), nil
	}, params...)
}

// startsWith is startswith. Of an unknown string the evaluation may know how it begins.
func startsWith(l *library) function.Function {
	return function.New(&function.Spec{
		Params:       []function.Parameter{{Name: "str", Type: cty.String, AllowUnknown: true}, {Name: "prefix", Type: cty.String}},
		Type:         function.StaticReturnType(cty.Bool),
		RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			prefix := pieces(args[1].AsString())
			if args[0].IsKnown() {
				return answer(l.begins(pieces(args[0].AsString()), prefix)), nil
			}
			start := pieces(args[0].Range().StringPrefix())
			rest, left, differ := strip(start, prefix)
			switch {
			case len(left) == 0:
				return cty.True, nil
			case differ && len(rest) > 0:
				return cty.False, nil
			}
			return answer(graph.Maybe), nil
		},
	})
}

func answer(t graph.Tri) cty.Value {
	if t == graph.Maybe {
		return cty.UnknownVal(cty.Bool).RefineNotNull()
	}
	return cty.BoolVal(t == graph.Yes)
}

func followTrimPrefix(l *library, s []string) (string, bool) {
	return strings.TrimPrefix(s[0], s[1]), l.startsWith(s[0], s[1]) != graph.Maybe
}

func followTrimSuffix(l *library, s []string) (string, bool) {
	return strings.TrimSuffix(s[0], s[1]), l.endsWith(s[0], s[1]) != graph.Maybe
}

func followTrimSpace(l *library, s []string) (string, bool) {
	left, okLeft := l.trimLeft(s[0], unicode.IsSpace)
	out, okRight := l.trimRight(left, unicode.IsSpace)
	return out, okLeft && okRight
}

func followChomp(l *library, s []string) (string, bool) {
	return l.trimRight(s[0], func(r rune) bool { return r == '\n' || r == '\r' })
}

func followTrim(l *library, s []string) (string, bool) {
	if token.Has(s[1]) {
		return "", false
	}
	within := func(r rune) bool { return strings.ContainsRune(s[1], r) }
	left, okLeft := l.trimLeft(s[0], within)
	out, okRight := l.trimRight(left, within)
	blank := strings.TrimSpace(s[1]) == ""
	return out, okLeft && okRight && (blank || !l.bare(left, 0) && !l.bare(out, -1))
}

// bare says that a string has a token at one end.
func (l *library) bare(s string, end int) bool {
	p := pieces(s)
	if len(p) == 0 {
		return false
	}
	return p[(end+len(p))%len(p)].token
}

// trimLeft takes runes away from the start of a string, and says whether a token lets it tell which.
func (l *library) trimLeft(s string, within func(rune) bool) (string, bool) {
	p := pieces(s)
	if len(p) > 0 && !p[0].token {
		p[0].text = strings.TrimLeftFunc(p[0].text, within)
		if p[0].text == "" {
			p = p[1:]
		}
	}
	return joined(p), len(p) == 0 || !p[0].token || l.named(p[0].text)
}

// trimRight is trimLeft for the end.
func (l *library) trimRight(s string, within func(rune) bool) (string, bool) {
	p := pieces(s)
	last := len(p) - 1
	if last >= 0 && !p[last].token {
		p[last].text = strings.TrimRightFunc(p[last].text, within)
		if p[last].text == "" {
			p = p[:last]
			last--
		}
	}
	return joined(p), last < 0 || !p[last].token || l.named(p[last].text)
}

func joined(p []piece) string {
	var b strings.Builder
	for _, x := range p {
		b.WriteString(x.text)
	}
	return b.String()
}

// allNamed says that all tokens of a string are ids and ARNs.
func (l *library) allNamed(s string) bool {
	for _, p := range pieces(s) {
		if p.token && !l.named(p.text) {
			return false
		}
	}
	return true
}

// allWords says that all that a string does not spell out is the number of an account, or the name of a region or a
// partition: small letters, digits and dashes.
func (l *library) allWords(s string) bool {
	for _, p := range pieces(s) {
		if !p.token {
			continue
		}
		for _, part := range l.env.Tokens.Text(p.text).Parts() {
			if part.Kind != graph.PartRef || !slices.Contains([]string{"account_id", "region", "partition"}, part.Ref.Attr) {
				return false
			}
		}
	}
	return true
}

// punctuation says that a string has nothing that the name of a region has.
func punctuation(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0
}

// control says that a string is made of control characters alone, which are not in an id or ARN.
func control(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsControl(r) }) < 0
}

// indent is Terraform's: lines after the first get spaces in front of them.
func indent(f function.Function) maker {
	return func(l *library) function.Function {
		return function.New(&function.Spec{
			Params:       f.Params(),
			Type:         function.StaticReturnType(cty.String),
			RefineResult: notNull,
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				n, s := args[0].AsBigFloat(), args[1].AsString()
				if spaces, _ := n.Float64(); spaces*float64(strings.Count(s, "\n")) > maxSize {
					return cty.NilVal, l.tooLarge("the result")
				}
				if token.Has(s) && !l.allNamed(s) {
					return cty.StringVal(l.env.Tokens.Opaque(s)), nil
				}
				return apply(f, args...)
			},
		})
	}
}

// split cuts a string apart where no token can hold a separator.
func split(f function.Function) maker {
	return func(l *library) function.Function {
		return ofStrings(cty.List(cty.String), func(l *library, s []string) (cty.Value, error) {
			if token.Has(s[0]) || token.Has(s[1]) && !(control(s[0]) && l.allNamed(s[1])) && !(l.allWords(s[1]) && punctuation(s[0])) {
				return cty.UnknownVal(cty.List(cty.String)), nil
			}
			if len(s[1]) > maxElements && s[0] == "" || strings.Count(s[1], s[0]) > maxElements {
				return cty.NilVal, l.tooLarge("the result")
			}
			return apply(f, cty.StringVal(s[0]), cty.StringVal(s[1]))
		}, "separator", "str")(l)
	}
}

// join checks the size of the result before it is made.
func join(f function.Function) maker {
	return func(l *library) function.Function {
		p := *f.VarParam()
		return function.New(&function.Spec{
			Params:       f.Params(),
			VarParam:     &p,
			Type:         function.StaticReturnType(cty.String),
			RefineResult: notNull,
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				n := 0
				for _, list := range args[1:] {
					if list.IsKnown() && !list.IsNull() {
						n += size(list, maxSize) + list.LengthInt()*len(args[0].AsString())
					}
				}
				if n > maxSize {
					return cty.NilVal, l.tooLarge("the result")
				}
				return apply(f, args...)
			},
		})
	}
}
