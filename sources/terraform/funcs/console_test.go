package funcs

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/token"
)

// The table of what Terraform says. With the tag e2e, TestConsole asks Terraform anew.
//
//nolint:gochecknoglobals // a flag of the tests
var update = flag.Bool("update", false, "write the golden files anew")

const (
	consoleFile = "testdata/console.txt"
	tree        = "testdata/tree"
	cwd         = "/src" // what stands for the directory of the configuration
	failed      = "(error)"
	differs     = "(another one each time)"
)

// example is one expression, and what terraform console prints for it.
type example struct {
	function, expr, want string
}

// examples reads the table: a line "## name" begins a function, "> " an expression, and all that follows is the answer.
func examples(tb testing.TB) []example {
	tb.Helper()
	data, err := os.ReadFile(consoleFile)
	if err != nil {
		tb.Fatal(err)
	}
	var out []example
	name := ""
	for line := range strings.Lines(string(data)) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			name = strings.TrimSpace(title)
		} else if expr, ok := strings.CutPrefix(line, "> "); ok {
			out = append(out, example{function: name, expr: strings.TrimSuffix(expr, "\n")})
		} else if n := len(out) - 1; n >= 0 {
			out[n].want += line
		}
	}
	for i := range out {
		out[i].want = strings.TrimSuffix(out[i].want, "\n")
	}
	return out
}

// scope returns what the expressions refer to, and the functions.
func scope(tb testing.TB, tokens *token.Table) *hcl.EvalContext {
	tb.Helper()
	src, err := os.ReadFile(filepath.Join(tree, "main.tf"))
	if err != nil {
		tb.Fatal(err)
	}
	f, diags := hclsyntax.ParseConfig(src, "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	locals := map[string]cty.Value{}
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		if b.Type != "locals" {
			continue
		}
		for name, a := range b.Body.Attributes {
			if locals[name], diags = a.Expr.Value(nil); diags.HasErrors() {
				tb.Fatal(diags)
			}
		}
	}
	x := cty.ObjectVal(map[string]cty.Value{"id": cty.UnknownVal(cty.String)})
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"local":          cty.ObjectVal(locals),
			"path":           cty.ObjectVal(map[string]cty.Value{"cwd": cty.StringVal(cwd)}),
			"terraform_data": cty.ObjectVal(map[string]cty.Value{"x": x}),
		},
		Functions: Table(Env{Files: os.DirFS(tree), Dir: ".", Base: cwd, Tokens: tokens}),
	}
}

// evaluate evaluates an expression.
func evaluate(tb testing.TB, src string, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	tb.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(src), "expr", hcl.InitialPos)
	if diags.HasErrors() {
		tb.Fatalf("%s: %v", src, diags)
	}
	return expr.Value(ctx)
}

// deviations are the expressions for which Terraform says something else, with the reason.
func deviations() map[string]string {
	const (
		precise = "Terraform 1.11 says less: the result follows from the types of what is not known"
		null    = "Terraform 1.11 takes a null without a type for an unknown value"
		partly  = "what is known of the document is kept"
		plan    = "the console makes no plan"
	)
	return map[string]string{
		`element(["a", "b", "c"], -1)`:                             "Terraform 1.11 refuses what go-cty counts from the end since",
		`flatten([["a", terraform_data.x.id]])`:                    precise,
		`format("%v %v %v %v", "a", 1.5, true, null)`:              null,
		`format("%s", null)`:                                       null,
		`formatlist("%s", null)`:                                   null,
		`matchkeys(["a", terraform_data.x.id], ["1", "2"], ["2"])`: precise,
		`jsonencode({a = terraform_data.x.id})`:                    partly,
		`plantimestamp()`:                                          plan,
		`upper(plantimestamp())`:                                   plan,
	}
}

// TestExamples evaluates the table.
func TestExamples(t *testing.T) {
	seen, deviate := map[string]int{}, deviations()
	for _, e := range examples(t) {
		seen[e.function]++
		ctx := scope(t, token.New())
		v, diags := evaluate(t, e.expr, ctx)
		got := failed
		if !diags.HasErrors() {
			got = show(v, 0)
		}
		if strings.HasPrefix(got, `"\ue0f2`) {
			got = differs
		}
		why, deviates := deviate[e.expr]
		delete(deviate, e.expr)
		switch {
		case deviates && got == e.want:
			t.Errorf("%s: Terraform says the same, but a deviation is listed: %s", e.expr, why)
		case !deviates && got != e.want:
			t.Errorf("%s\n got: %s\nwant: %s\n%v", e.expr, got, e.want, diags)
		}
	}
	for expr := range deviate {
		t.Errorf("a deviation is listed for an expression that is not in the table: %s", expr)
	}
	data, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(data))
	if !slices.Equal(names, Names()) {
		t.Errorf("the functions differ from those of Terraform: %v", Names())
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(names, got) {
		t.Errorf("the functions that have examples differ from those of Terraform: %v", got)
	}
	for name, n := range seen {
		if n < 2 {
			t.Errorf("%s has %d examples", name, n)
		}
	}
	table := Table(Env{})
	for _, name := range names {
		if table[name] == table["core::"+name] && len(table) == 2*len(names) {
			continue
		}
		t.Errorf("%s and core::%s are not the same function", name, name)
	}
}

// show prints a value the way terraform console does.
func show(v cty.Value, depth int) string {
	ty := v.Type()
	switch {
	case !v.IsKnown():
		return "(known after apply)"
	case v.IsMarked():
		return "(sensitive value)"
	case v.IsNull():
		return showNull(ty)
	case ty == cty.String:
		return showString(v.AsString(), depth)
	case ty == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case ty == cty.Bool:
		return strconv.FormatBool(v.True())
	}
	indent := strings.Repeat("  ", depth+1)
	var b strings.Builder
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		b.WriteString("\n" + indent)
		if ty.IsMapType() || ty.IsObjectType() {
			b.WriteString(strconv.Quote(k.AsString()) + " = ")
		}
		b.WriteString(show(e, depth+1))
		if !ty.IsMapType() && !ty.IsObjectType() {
			b.WriteString(",")
		}
	}
	open, end := "[", "]"
	if ty.IsMapType() || ty.IsObjectType() {
		open, end = "{", "}"
	}
	call, paren := "", ""
	for name, is := range map[string]bool{"tolist": ty.IsListType(), "toset": ty.IsSetType(), "tomap": ty.IsMapType()} {
		if is {
			call, paren = name+"(", ")"
		}
	}
	if b.Len() == 0 {
		return call + open + end + paren
	}
	return call + open + b.String() + "\n" + indent[2:] + end + paren
}

func showString(s string, depth int) string {
	if !strings.Contains(s, "\n") {
		return strconv.Quote(s)
	}
	indent, operator := strings.Repeat("  ", depth), "<<-"
	if depth == 0 {
		operator = "<<"
	}
	lines := strings.Split(s, "\n")
	return operator + "EOT\n" + indent + strings.Join(lines, "\n"+indent) + "\n" + indent + "EOT"
}

func showNull(ty cty.Type) string {
	switch ty {
	case cty.String:
		return "tostring(null)"
	case cty.Number:
		return "tonumber(null)"
	case cty.Bool:
		return "tobool(null)"
	}
	switch {
	case ty == cty.DynamicPseudoType:
		return "null"
	case ty.IsListType():
		return "tolist(null) /* of " + ty.ElementType().FriendlyName() + " */"
	case ty.IsSetType():
		return "toset(null) /* of " + ty.ElementType().FriendlyName() + " */"
	case ty.IsMapType():
		return "tomap(null) /* of " + ty.ElementType().FriendlyName() + " */"
	}
	return fmt.Sprintf("null /* %s */", ty.FriendlyName())
}
