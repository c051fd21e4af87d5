package funcs

import (
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// decoder makes a function that decodes a document. Where follow says so, a document with tokens is decoded with them
// in its strings; otherwise nothing is known of it.
func decoder(f function.Function, follow func(l *library, src string) bool) maker {
	escape := regexp.MustCompile(`(?i)\\(?:u|U0000)e0f[23]`)
	return func(l *library) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{{Name: "src", Type: cty.String}},
			Type:   function.StaticReturnType(cty.DynamicPseudoType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				src := args[0].AsString()
				if len(src) > maxFile {
					return cty.NilVal, l.tooLarge("the document")
				}
				if token.Has(src) && !follow(l, src) {
					l.doubts++
					return cty.DynamicVal, nil
				}
				// An escape must not come to be what a token is spelt with.
				v, err := apply(f, cty.StringVal(escape.ReplaceAllString(src, `\ufffd`)))
				if err != nil {
					return cty.NilVal, err
				}
				if !l.keysApart(v) {
					return cty.DynamicVal, nil
				}
				return v, nil
			},
		})
	}
}

// keysApart says that no two keys of an object in a decoded document can be the same.
func (l *library) keysApart(v cty.Value) bool {
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return true
	}
	if v.Type().IsObjectType() {
		keys := keysOf(v)
		for i, k := range keys {
			if token.Has(k) && !(l.apart(keys[i:i+1], keys[:i]) && l.apart(keys[i:i+1], keys[i+1:])) {
				return false
			}
		}
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); !l.keysApart(e) {
			return false
		}
	}
	return true
}

// encodeOpen writes a JSON document in which parts are not known: each is a hole outside of strings, for it may be of
// any type.
func encodeOpen(l *library, args []cty.Value) (cty.Value, error) {
	if out, err := limitSize(l, args); err != nil || out != cty.NilVal {
		return out, err
	}
	plain, marks := args[0].UnmarkDeep()
	if !plain.IsKnown() || plain.IsWhollyKnown() {
		return cty.NilVal, nil
	}
	var holes []string
	out, err := apply(stdlib.JSONEncodeFunc, l.open(plain, &holes))
	if err != nil {
		return cty.NilVal, err
	}
	bare := make([]string, 0, 2*len(holes))
	for _, h := range holes {
		bare = append(bare, `"`+h+`"`, h)
	}
	return cty.StringVal(strings.NewReplacer(bare...).Replace(out.AsString())).WithMarks(marks), nil
}

// open puts holes in the place of what is not known of a value.
func (l *library) open(v cty.Value, holes *[]string) cty.Value {
	ty := v.Type()
	switch {
	case !v.IsKnown():
		h := l.env.Tokens.Hole(graph.ReasonAfterApply)
		*holes = append(*holes, h)
		return cty.StringVal(h)
	case v.IsNull() || v.IsWhollyKnown():
		return v
	case ty.IsObjectType() || ty.IsMapType():
		out := map[string]cty.Value{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			out[k.AsString()] = l.open(e, holes)
		}
		return cty.ObjectVal(out)
	}
	var out []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		out = append(out, l.open(e, holes))
	}
	return cty.TupleVal(out)
}

// encodable says nothing of a YAML document in which a string of several lines has tokens: how such a string begins and
// ends decides how it is written.
func encodable(l *library, args []cty.Value) (cty.Value, error) {
	var lines []string
	visitStrings(args[0], func(s string) bool {
		if token.Has(s) && strings.Contains(s, "\n") {
			lines = append(lines, s)
		}
		return true
	})
	if len(lines) == 0 {
		return limitSize(l, args)
	}
	all, err := l.stringsWithTokens(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	return hiddenAs(cty.StringVal(l.env.Tokens.Opaque(all...)), args[0]), nil
}

// tokensQuoted says that all tokens of a JSON document stand within its strings.
func tokensQuoted(_ *library, src string) bool {
	inside, escaped := false, false
	for _, r := range src {
		switch {
		case inside && escaped:
			escaped = false
		case inside && r == '\\':
			escaped = true
		case r == '"':
			inside = !inside
		case !inside && string(r) == opening:
			return false
		}
	}
	return true
}

// tokensLiteral says that a YAML document means the same whatever its tokens stand for. YAML has many ways to write a
// string, so the document is decoded with all kinds of strings in their place, to see whether they come out.
func tokensLiteral(f function.Function) func(*library, string) bool {
	probes := []string{
		"a", "5", "0x1f", "1.5e3", "true", "no", "~", "null", "", " ", " x ", "a: b", "a:", ":a", "a #b", "# b", "{", "}", "[", "]",
		"{a: b}", "[a]", ",", "*a", "&a", "!a", "|", ">", "@a", "`a", "%a", "- a", "? a", "-", "---", "...", "<<", "2001-01-01", "=",
	}
	arns := []string{"arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:s3:::b"}
	return func(l *library, src string) bool {
		spelt, err := apply(f, cty.StringVal(src))
		if err != nil || len(src) > 1<<16 {
			return false
		}
		tokens := map[string]bool{}
		for _, p := range pieces(src) {
			if p.token {
				tokens[p.text] = true
			}
		}
		for tok := range tokens {
			with := probes
			if r, ok := l.ref(tok); ok && (r.Attr == "arn" || strings.HasSuffix(r.Attr, "_arn")) {
				with = arns
			}
			for _, probe := range with {
				got, err := apply(f, cty.StringVal(strings.ReplaceAll(src, tok, probe)))
				if err != nil || !got.RawEquals(substitute(spelt, tok, probe)) {
					return false
				}
			}
		}
		return true
	}
}

// substitute puts a string in the place of a token.
func substitute(v cty.Value, tok, s string) cty.Value {
	v, marks := v.Unmark()
	return substituted(v, tok, s).WithMarks(marks)
}

func substituted(v cty.Value, tok, s string) cty.Value {
	ty := v.Type()
	switch {
	case v.IsNull() || !v.IsKnown():
		return v
	case ty == cty.String:
		return cty.StringVal(strings.ReplaceAll(v.AsString(), tok, s))
	case !v.CanIterateElements(), (ty.IsCollectionType() || ty.IsTupleType()) && v.LengthInt() == 0:
		return v
	case ty.IsObjectType(), ty.IsMapType():
		out := map[string]cty.Value{}
		for k, e := range v.AsValueMap() {
			out[strings.ReplaceAll(k, tok, s)] = substitute(e, tok, s)
		}
		if ty.IsMapType() {
			return cty.MapVal(out)
		}
		return cty.ObjectVal(out)
	}
	out := v.AsValueSlice()
	for i, e := range out {
		out[i] = substitute(e, tok, s)
	}
	switch {
	case ty.IsTupleType():
		return cty.TupleVal(out)
	case ty.IsListType():
		return cty.ListVal(out)
	}
	return cty.SetVal(out)
}
