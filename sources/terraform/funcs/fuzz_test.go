package funcs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// FuzzFunctions evaluates expressions.
func FuzzFunctions(f *testing.F) {
	data, err := os.ReadFile(consoleFile)
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if expr, ok := strings.CutPrefix(line, "> "); ok {
			f.Add(strings.TrimSuffix(expr, "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		// Loops and numbers of a million digits are no matter of functions.
		if len(src) > 2000 || regexp.MustCompile(`\bfor\b|[0-9.][eE][+-]?[0-9]{4}`).MatchString(src) {
			return
		}
		expr, diags := hclsyntax.ParseExpression([]byte(src), "expr", hcl.InitialPos)
		if diags.HasErrors() {
			return
		}
		tokens := token.New()
		ctx := scope(t, tokens).NewChild()
		x := cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(tokens.Ref(graph.Ref{Address: "aws_sqs_queue.q", Attr: "url"}))})
		ctx.Variables = map[string]cty.Value{"terraform_data": cty.ObjectVal(map[string]cty.Value{"x": x})}
		for _, c := range []*hcl.EvalContext{ctx, ctx.Parent()} {
			if v, diags := expr.Value(c); !diags.HasErrors() && v == cty.NilVal {
				t.Errorf("%s has neither a value nor an error", src)
			}
			if strings.Contains(diags.Error(), "runtime/debug") {
				t.Errorf("%s: %v", src, diags)
			}
		}
	})
}
