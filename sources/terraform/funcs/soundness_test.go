package funcs

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// place is a literal string of an expression, or the bare name of an attribute.
type place struct {
	from, to int
	text     string
	key      bool
}

// places returns the strings of an expression that something else can stand for.
func places(t *testing.T, src string) []place {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(src), "expr", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", src, diags)
	}
	var out []place
	add := func(r hcl.Range, text string, key bool) {
		p := place{from: r.Start.Byte, to: r.End.Byte, text: text, key: key}
		if i := slices.IndexFunc(out, func(o place) bool { return o.from == p.from }); i >= 0 {
			out[i].key = out[i].key || key
			return
		}
		out = append(out, p)
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.ObjectConsKeyExpr:
			if name := hcl.ExprAsKeyword(n.Wrapped); name != "" {
				add(n.Range(), name, true)
			} else if lit, ok := n.Wrapped.(*hclsyntax.TemplateExpr); ok && lit.IsStringLiteral() {
				v, _ := lit.Value(nil)
				add(lit.Range(), v.AsString(), true)
			}
		case *hclsyntax.TemplateExpr:
			if n.IsStringLiteral() {
				v, _ := n.Value(nil)
				add(n.Range(), v.AsString(), false)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b place) int { return a.from - b.from })
	return out
}

// opened returns the expression with variables s0, s1, … in the places that are chosen.
func opened(src string, all []place, chosen []int) string {
	for i, at := range slices.Backward(chosen) {
		p := all[at]
		src = src[:p.from] + "(" + variable(i) + ")" + src[p.to:]
	}
	return src
}

func variable(i int) string { return string(rune('s')) + string(rune('0'+i)) }

// tokenKinds are the kinds of strings that are not known.
func tokenKinds() []string { return []string{"url", "arn", "hole"} }

func newToken(tokens *token.Table, kind string, i int) string {
	switch kind {
	case "arn":
		return tokens.Ref(graph.Ref{Address: "aws_sqs_queue.q" + variable(i), Attr: "arn"})
	case "hole":
		return tokens.Hole(graph.ReasonAfterApply)
	}
	return tokens.Ref(graph.Ref{Address: "aws_sqs_queue.q" + variable(i), Attr: "url"})
}

// concretes are strings that a token of a kind may stand for. What is written into documents and formats needs no
// escaping there.
func concretes(kind, function string, others []place) []string {
	out := []string{"arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:s3:::bucket"}
	if kind == "arn" {
		return out
	}
	out = append(out, "", "a", "b", "aa", "1", "10", "true", "x y", " x ", "hello world", "null", "10.0.0.0/8", "a.txt", "é", "a,b", "a/b")
	for _, o := range others {
		out = append(out, o.text)
	}
	switch function {
	case "format", "formatlist", "jsondecode", "jsonencode", "templatefile", "templatestring", "yamldecode", "yamlencode":
		return slices.DeleteFunc(out, func(s string) bool { return strings.ContainsAny(s, "\"\\%\n\r$<>&") })
	}
	return append(out, "a\n", "\n", "x\ny", "\"", "$1", "%s", "%", "\t")
}

// stand is what stands in one place: a token with literals around it, and a string in its stead.
type stand struct {
	before, token, after string
	concrete             string
}

// trial evaluates an expression with tokens, and with what they stand for.
type trial struct {
	t        *testing.T
	ctx      *hcl.EvalContext
	function string
	expr     hclsyntax.Expression
	src      string
}

func (x trial) run(stands []stand, concrete bool) (cty.Value, hcl.Diagnostics) {
	ctx := x.ctx.NewChild()
	ctx.Variables = map[string]cty.Value{}
	for i, s := range stands {
		middle := s.token
		if concrete {
			middle = s.concrete
		}
		ctx.Variables[variable(i)] = cty.StringVal(s.before + middle + s.after)
	}
	return x.expr.Value(ctx)
}

// check compares the two results.
func (x trial) check(stands []stand, got cty.Value, gotErr hcl.Diagnostics) {
	want, wantErr := x.run(stands, true)
	switch {
	case wantErr.HasErrors():
		return
	case gotErr.HasErrors():
		x.t.Errorf("%s with %q: got an error, want %s\n%v", x.src, stands, show(want, 0), gotErr)
	case !matches(got, want, stands):
		x.t.Errorf("%s with %q\n got: %s\nwant: %s", x.src, stands, show(got, 0), show(want, 0))
	case want.ContainsMarked() && !got.ContainsMarked():
		x.t.Errorf("%s with %q is not sensitive", x.src, stands)
	}
}

// matches says that a result with tokens allows for a concrete one.
func matches(got, want cty.Value, stands []stand) bool {
	got, _ = got.Unmark()
	want, _ = want.Unmark()
	ty := got.Type()
	switch {
	case !got.IsKnown():
		return ty == cty.DynamicPseudoType || want.Type() == cty.DynamicPseudoType || ty.Equals(want.Type()) || ty.HasDynamicTypes()
	case !want.IsKnown():
		return true
	case got.IsNull() || want.IsNull():
		return got.IsNull() && want.IsNull()
	case ty == cty.String:
		return want.Type() == cty.String && matchesString(got.AsString(), want.AsString(), stands)
	case ty.IsPrimitiveType():
		return got.RawEquals(want)
	case ty.IsMapType(), ty.IsObjectType():
		return matchesMap(got.AsValueMap(), want.AsValueMap(), stands)
	case ty.IsSetType():
		return want.Type().IsSetType() && covers(got, want, stands) && covers(want, got, stands)
	}
	g, w := got.AsValueSlice(), want.AsValueSlice()
	return len(g) == len(w) && matchesEach(g, w, stands)
}

func matchesEach(g, w []cty.Value, stands []stand) bool {
	for i := range g {
		if !matches(g[i], w[i], stands) {
			return false
		}
	}
	return true
}

// covers says that every element of one set has its like in the other.
func covers(a, b cty.Value, stands []stand) bool {
	for _, x := range a.AsValueSlice() {
		if !slices.ContainsFunc(b.AsValueSlice(), func(y cty.Value) bool { return matches(x, y, stands) || matches(y, x, stands) }) {
			return false
		}
	}
	return true
}

func matchesMap(got, want map[string]cty.Value, stands []stand) bool {
	for k, g := range got {
		w, ok := want[filled(k, stands)]
		if !ok || !matches(g, w, stands) {
			return false
		}
	}
	return len(got) == len(want)
}

// filled puts the concrete strings in the place of their tokens.
func filled(s string, stands []stand) string {
	for _, x := range stands {
		s = strings.ReplaceAll(s, x.token, x.concrete)
	}
	return s
}

func matchesString(got, want string, stands []stand) bool {
	if filled(got, stands) == want {
		return true
	}
	pattern := ""
	for _, p := range pieces(got) {
		i := slices.IndexFunc(stands, func(s stand) bool { return s.token == p.text })
		switch {
		case p.token && i < 0:
			pattern += `(?s:.*)`
		case p.token:
			pattern += regexp.QuoteMeta(stands[i].concrete)
		default:
			pattern += regexp.QuoteMeta(p.text)
		}
	}
	if regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(want) {
		return true
	}
	// The order of keys, and of what was a set, says nothing in a document.
	var a, b any
	return json.Unmarshal(asJSON(filled(got, stands)), &a) == nil && json.Unmarshal(asJSON(want), &b) == nil &&
		reflect.DeepEqual(unordered(a), unordered(b))
}

// asJSON turns a YAML document, which a JSON document is as well, into JSON.
func asJSON(s string) []byte {
	v, err := ctyyaml.YAMLDecodeFunc.Call([]cty.Value{cty.StringVal(s)})
	if err != nil {
		return nil
	}
	out, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return nil
	}
	return out
}

func unordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = unordered(e)
		}
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			text, _ := json.Marshal(unordered(e))
			texts[i] = string(text)
		}
		slices.Sort(texts)
		return slices.Compact(texts)
	}
	return v
}

// skipped are the places that a token cannot stand in: what HCL itself, and not a function, does with a token there is
// for the evaluator to say.
func skipped(e example, p place) bool {
	return p.key && strings.Contains(e.expr, "}.") || // an attribute by its name
		e.function == "templatestring" && p.text == "false" || // a condition
		p.key && strings.HasPrefix(e.function, "template") // the name of a variable
}

// TestTokensAreSound puts tokens in the place of the strings of every example, one by one and all at once.
func TestTokensAreSound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	covered := map[string]bool{}
	for _, e := range examples(t) {
		all := places(t, e.expr)
		open := []int{}
		for i, p := range all {
			if !skipped(e, p) {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			continue
		}
		covered[e.function] = true
		for _, kind := range tokenKinds() {
			tokens := token.New()
			ctx := scope(t, tokens)
			for _, i := range open {
				x := newTrial(t, ctx, e, opened(e.expr, all, []int{i}))
				for _, around := range splits(all[i].text) {
					s := stand{before: around[0], token: newToken(tokens, kind, 0), after: around[1]}
					got, diags := x.run([]stand{s}, false)
					for _, s.concrete = range candidates(kind, e, all, i, around) {
						x.check([]stand{s}, got, diags)
					}
				}
			}
			if len(open) > 1 && len(open) < 9 {
				manyTokens(t, ctx, e, all, open, kind, tokens, random)
			}
		}
	}
	for _, name := range Names() {
		if !covered[name] && !slices.Contains([]string{"plantimestamp", "timestamp", "uuid"}, name) {
			t.Errorf("no example of %s has a string that a token could stand for", name)
		}
	}
}

// manyTokens puts tokens in all places of an example at once.
func manyTokens(t *testing.T, ctx *hcl.EvalContext, e example, all []place, open []int, kind string, tokens *token.Table, random *rand.Rand) {
	t.Helper()
	x := newTrial(t, ctx, e, opened(e.expr, all, open))
	stands := make([]stand, len(open))
	for i := range stands {
		stands[i].token = newToken(tokens, kind, i)
	}
	got, diags := x.run(stands, false)
	for range 12 {
		used := map[string]bool{}
		ok := true
		for i, at := range open {
			list := concretes(kind, e.function, all)
			stands[i].concrete = list[random.IntN(len(list))]
			if kind == "arn" { // of different resources
				stands[i].concrete += variable(i)
			}
			ok = ok && !(used[stands[i].concrete] && all[at].key)
			used[stands[i].concrete] = true
		}
		if ok {
			x.check(stands, got, diags)
		}
	}
}

func newTrial(t *testing.T, ctx *hcl.EvalContext, e example, src string) trial {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(src), "expr", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", src, diags)
	}
	return trial{t: t, ctx: ctx, function: e.function, expr: expr, src: src}
}

// splits are literals to put around a token: none, or the halves of the text.
func splits(text string) [][2]string {
	runes := []rune(text)
	out := [][2]string{{"", ""}}
	if n := len(runes); n > 0 {
		half := string(runes[:(n+1)/2])
		out = append(out, [2]string{half, ""}, [2]string{"", string(runes[n/2:])}, [2]string{text, ""}, [2]string{"", text})
	}
	return out
}

// candidates are the strings to try in one place: those of the kind, and what makes the example what it was.
func candidates(kind string, e example, all []place, i int, around [2]string) []string {
	out := concretes(kind, e.function, all)
	if kind != "arn" {
		if rest, ok := strings.CutPrefix(all[i].text, around[0]); ok {
			if rest, ok = strings.CutSuffix(rest, around[1]); ok && !strings.ContainsAny(rest, "\"\\%\n\r$<>&") {
				out = append(out, rest)
			}
		}
	}
	if all[i].key {
		out = slices.DeleteFunc(out, func(s string) bool {
			return slices.ContainsFunc(all, func(p place) bool { return p.key && p.text == around[0]+s+around[1] && p != all[i] })
		})
	}
	return out
}
