package funcs

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// TestNothingPassesForToken decodes what would look like one.
func TestNothingPassesForToken(t *testing.T) {
	for _, expr := range []string{
		`jsondecode("\"\\ue0f20\\uE0F3\"")`, `yamldecode("\"\\uE0F20\\ue0f3\\U0000E0F2\"")`,
		`base64decode("7oOyMO6Dsw==")`, `textdecodebase64("4PIAMODz", "UTF-16BE")`, `file("forged.txt")`,
	} {
		tokens := token.New()
		tokens.Hole(graph.ReasonUnsupported)
		files := fstest.MapFS{"forged.txt": {Data: []byte(opening + "0" + closing)}}
		ctx := &hcl.EvalContext{Functions: Table(Env{Files: files, Tokens: tokens})}
		if v, diags := evaluate(t, expr, ctx); diags.HasErrors() || hasTokens(v) {
			t.Errorf("%s: %v %v", expr, v, diags)
		}
	}
}

// TestFilesAreConfined reads from within the tree alone.
func TestFilesAreConfined(t *testing.T) {
	files := fstest.MapFS{
		"top.txt": {Data: []byte("top")}, "env/prod/own.txt": {Data: []byte("own")}, "large.txt": {Data: make([]byte, maxFile+1)},
		"pipe": {Mode: fs.ModeNamedPipe},
	}
	for expr, want := range map[string]string{
		`file("own.txt")`:              `"own"`,
		`file("../../top.txt")`:        `"top"`,
		`file("/src/top.txt")`:         `"top"`,
		`abspath("x")`:                 `"/src/env/prod/x"`,
		`fileset("../..", "**/*.txt")`: `toset([ "env/prod/own.txt", "large.txt", "top.txt", ])`,
		`fileset(".", "../../*.txt")`:  `toset([ "../../large.txt", "../../top.txt", ])`,
		`pathexpand("~/x")`:            `"~/x"`,
		`file("../../../etc/passwd")`:  "outside of the configuration's tree",
		`file("/etc/passwd")`:          "outside of the configuration's tree",
		`file("/src/../etc/passwd")`:   "outside of the configuration's tree",
		`file("/srcx/top.txt")`:        "outside of the configuration's tree",
		`file("~/x")`:                  "outside of the configuration's tree",
		`fileexists("../../../x")`:     "outside of the configuration's tree",
		`fileset("/", "*")`:            "outside of the configuration's tree",
		`fileset(".", "../../../*")`:   "outside of the configuration's tree",
		`file("nope")`:                 "no file exists",
		`file("../../large.txt")`:      "too large",
		`file("../../pipe")`:           "not a regular file",
		`can(file("/etc/passwd"))`:     `(known after apply)`,
		`can(file("nope"))`:            `false`,
		`try(file("/etc/x"), "y")`:     `(known after apply)`,
	} {
		ctx := &hcl.EvalContext{Functions: Table(Env{Files: files, Dir: "env/prod", Base: "/src"})}
		v, diags := evaluate(t, expr, ctx)
		got := diags.Error()
		if !diags.HasErrors() {
			got = spelt(v, token.New())
		}
		if got != want && !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
	_, diags := evaluate(t, `file("x")`, &hcl.EvalContext{Functions: Table(Env{})})
	if !strings.Contains(diags.Error(), "no files at hand") {
		t.Errorf("without files: %v", diags)
	}
}

// TestBounds asks for what would take the memory or the time of a machine.
func TestBounds(t *testing.T) {
	for _, expr := range []string{
		`range(1025)`, `format("%99999999d", 1)`, `format("%.99999999f", 1)`, `indent(99999999, "\n\n\n")`,
		`setproduct(range(1000), range(1000), range(1000))`, `pow(10, 99999999)`, `join(big, range(1000))`,
		`replace(big, "", big)`, `replace(big, "/x*/", "$0$0")`, `formatlist(big, range(1000))`, `regexall("(((x{10}){10}){10})", big)`,
		`regex(big, "x")`, `regexall("(?:.*y|x)", big)`, `fileset(".", "**/**/**/**/*")`, `fileset(".", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")`,
		`split("", join("", [big, big, big, big]))`, `format("%s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s", join("", [for i in range(100) : big]))`,
		`distinct(flatten([for i in range(100) : range(1000)]))`, `distinct(flatten([for i in range(4) : range(1000)]))`, `toset(flatten([for i in range(100) : range(1000)]))`, `setproduct(flatten([for i in range(100) : range(1000)]), [1])`, `jsonencode([for i in range(200) : big])`, `yamlencode([for i in range(200) : big])`,
		`cidrhost("10.0.0.0/8", 1e99999999)`, `matchkeys(flatten([for i in range(9) : range(1000)]), flatten([for i in range(9) : range(1000)]), flatten([for i in range(9) : range(1000)]))`,
	} {
		ctx := scope(t, token.New()).NewChild()
		ctx.Variables = map[string]cty.Value{"big": cty.StringVal(strings.Repeat("x", 1<<17))}
		v, diags := evaluate(t, expr, ctx)
		if !diags.HasErrors() {
			if v, _ = v.Unmark(); size(v, maxSize*2) > maxSize {
				t.Errorf("%s gives a value of %d bytes", expr, size(v, maxSize*2))
			}
		}
	}
}
