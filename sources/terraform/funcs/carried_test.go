package funcs

import (
	"regexp"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/token"
)

// tokenScope returns variables that are tokens: a and b, ARNs of two queues; u and v, their URLs; h, a hole; and s, a
// sensitive one.
func tokenScope(t *testing.T) (*hcl.EvalContext, *token.Table) {
	t.Helper()
	tokens := token.New()
	ctx := scope(t, tokens).NewChild()
	ref := func(name, attr string) string {
		return tokens.Ref(graph.Ref{Address: "aws_sqs_queue." + name, Attr: attr})
	}
	ctx.Variables = map[string]cty.Value{
		"a": cty.StringVal(ref("a", "arn")), "b": cty.StringVal(ref("b", "arn")),
		"u": cty.StringVal(ref("u", "url")), "v": cty.StringVal(ref("v", "url")),
		"h": cty.StringVal(tokens.Hole(graph.ReasonUnsupported)),
		"s": cty.StringVal(ref("s", "arn")).Mark(Sensitive),
		"n": cty.StringVal(tokens.Ref(graph.Ref{Address: "aws_sqs_queue.n", Attr: "account_id"})),
		"r": cty.StringVal(tokens.Ref(graph.Ref{Address: "aws_iam_role.r", Attr: "arn"})),
	}
	return ctx, tokens
}

// spelt shows a value with names for its tokens: ${a}, ${one of a, b}, and ${?} for holes.
func spelt(v cty.Value, tokens *token.Table) string {
	visitStrings(v, func(s string) bool {
		for _, p := range pieces(s) {
			if text := tokens.Text(p.text); p.token {
				v = substitute(v, p.text, text.String())
			}
		}
		return true
	})
	return regexp.MustCompile(`\n *`).ReplaceAllString(regexp.MustCompile(`aws_(?:sqs_queue|iam_role)\.(\w)\.\w+`).ReplaceAllString(show(v, 0), "$1"), " ")
}

// TestTokensAreCarried holds what is known of strings with tokens.
func TestTokensAreCarried(t *testing.T) {
	for expr, want := range map[string]string{
		`join("-", ["x", a, u])`:                        `"x-${a}-${u}"`,
		`split(":", "a:${n}:b")`:                        `tolist([ "a", "${n}", "b", ])`,
		`join(u, ["x", "y"])`:                           `"x${u}y"`,
		`join(",", toset([a]))`:                         `"${a}"`,
		`join(",", toset([a, b]))`:                      `"${one of a, b},${one of a, b}"`,
		`join(",", toset(["x${u}", "y${v}"]))`:          `"x${u},y${v}"`,
		`concat([a], ["x"], tolist([u]))`:               `[ "${a}", "x", "${u}", ]`,
		`format("%s/*", a)`:                             `"${a}/*"`,
		`format("%s:%v:%q:%d:%05.1f", a, u, "x", 1, 2)`: `"${a}:${u}:\"x\":1:002.0"`,
		`format("%[2]s%[1]s", a, b)`:                    `"${b}${a}"`,
		`format("${a}/%s", "x")`:                        `"${a}/x"`,
		`format("%10s", a)`:                             `"${?}"`,
		`format("%.3s %s", a, b)`:                       `"${?}"`,
		`format("${h}%s", "x")`:                         `"${?}"`,
		`format("%v", {k = [a]})`:                       `"{\"k\":[\"${a}\"]}"`,
		`formatlist("%s/*", [a, b])`:                    `tolist([ "${a}/*", "${b}/*", ])`,
		`formatlist("%s:%s", a, ["x", "y"])`:            `tolist([ "${a}:x", "${a}:y", ])`,
		`jsonencode({Resource = [a, "${a}/*"], Condition = {"${u}:sub" = "x", "${u}:aud" = "y"}})`: `"{\"Condition\":{\"${u}:aud\":\"y\",\"${u}:sub\":\"x\"},\"Resource\":[\"${a}\",\"${a}/*\"]}"`,
		`jsondecode(jsonencode({k = a, "x${u}" = "\"${b}\\"}))`:                                    `{ "k" = "${a}" "x${u}" = "\"${b}\\" }`,

		`jsondecode("{\"k\":${a}}")`:                            `(known after apply)`,
		`jsondecode("[\"${a}\"]")[0]`:                           `"${a}"`,
		`jsondecode(a)`:                                         `(known after apply)`,
		`yamlencode({k = a})`:                                   `<<EOT "k": "${a}"  EOT`,
		`yamldecode(yamlencode({k = a, l = ["${u}x"]}))`:        `{ "k" = "${a}" "l" = [ "${u}x", ] }`,
		`yamldecode("k: ${a}")`:                                 `{ "k" = "${a}" }`,
		`yamldecode("k: ${u}")`:                                 `(known after apply)`,
		`yamldecode("k: '${u}'")`:                               `{ "k" = "${u}" }`,
		`merge({k = a}, {l = u}, {k = b})`:                      `{ "k" = "${b}" "l" = "${u}" }`,
		`merge({(a) = 1}, {(a) = 2})`:                           `{ "${a}" = 2 }`,
		`merge({"${u}:sub" = "x"}, {"${u}:aud" = "x"})`:         `{ "${u}:aud" = "x" "${u}:sub" = "x" }`,
		`merge({(u) = 1}, {k = 2})`:                             `(known after apply)`,
		`lookup({k = a}, "k", "x")`:                             `"${a}"`,
		`lookup({k = a}, "l", u)`:                               `"${u}"`,
		`lookup({(u) = "x"}, u, "y")`:                           `"x"`,
		`lookup({k = a}, u, b)`:                                 `"${one of a, b}"`,
		`lookup({k = "x"}, u, "y")`:                             `"${?}"`,
		`lookup({"x${u}" = 1}, "y", 2)`:                         `2`,
		`coalesce(a, "x")`:                                      `"${a}"`,
		`coalesce("", null, u)`:                                 `"${u}"`,
		`coalesce(u, a, "x")`:                                   `"${one of u, a}"`,
		`coalesce(u, "x")`:                                      `"${?}"`,
		`coalesce("x${u}", "y")`:                                `"x${u}"`,
		`coalescelist([], [u])`:                                 `[ "${u}", ]`,
		`compact([a, "", "x${u}"])`:                             `tolist([ "${a}", "x${u}", ])`,
		`compact([u, ""])`:                                      `(known after apply)`,
		`try(upper(h).x, a)`:                                    `"${a}"`,
		`try(a, "x")`:                                           `"${a}"`,
		`try(base64decode(u), "x")`:                             `"${?}"`,
		`try(jsondecode(u), "x")`:                               `(known after apply)`,
		`can(try(base64decode(u), "x"))`:                        `true`,
		`can(a)`:                                                `true`,
		`can(upper(u))`:                                         `true`,
		`can(base64decode(u))`:                                  `(known after apply)`,
		`trimsuffix("${a}/*", "/*")`:                            `"${a}"`,
		`trimsuffix("${a}/x", "/*")`:                            `"${a}/x"`,
		`trimsuffix(u, "/")`:                                    `"${?}"`,
		`trimprefix("arn:aws:s3:::${u}", "arn:aws:s3:::")`:      `"${u}"`,
		`trimprefix("x${u}", "y")`:                              `"x${u}"`,
		`trimprefix("${u}/x", u)`:                               `"/x"`,
		`trimprefix(u, "https://")`:                             `"${?}"`,
		`trimspace(" ${a}\n")`:                                  `"${a}"`,
		`trimspace(" x${u} y ")`:                                `"x${u} y"`,
		`trimspace(u)`:                                          `"${?}"`,
		`chomp("${a}\n")`:                                       `"${a}"`,
		`chomp("${u}x\n")`:                                      `"${u}x"`,
		`chomp("${u}\n")`:                                       `"${?}"`,
		`trim("//${u}x/", "/")`:                                 `"${?}"`,
		`trim("/y${u}x/", "/")`:                                 `"y${u}x"`,
		`startswith("arn:aws:s3:::${u}", "arn:aws:")`:           `true`,
		`startswith("arn:${u}", "x")`:                           `false`,
		`startswith("x", "x${u}")`:                              `(known after apply)`,
		`startswith("x", "x${a}")`:                              `false`,
		`startswith(u, "x")`:                                    `(known after apply)`,
		`endswith("${u}.fifo", ".fifo")`:                        `true`,
		`endswith("${u}.fifo", ".x")`:                           `false`,
		`endswith(u, ".fifo")`:                                  `(known after apply)`,
		`strcontains("x:${u}", ":")`:                            `true`,
		`strcontains("x${u}y", u)`:                              `true`,
		`strcontains("x${u}y", "0")`:                            `(known after apply)`,
		`strcontains("xy", "z${u}")`:                            `false`,
		`replace("x-y", "-", u)`:                                `"x${u}y"`,
		`replace("${a}\n", "\n", "")`:                           `"${a}"`,
		`replace(u, "https://", "")`:                            `"${?}"`,
		`replace("x", "/x/", u)`:                                `"${?}"`,
		`split("\n", "${a}\n${b}")`:                             `tolist([ "${a}", "${b}", ])`,
		`split(",", "x,${u}")`:                                  `(known after apply)`,
		`contains([a, b], a)`:                                   `true`,
		`contains([a], b)`:                                      `false`,
		`contains([a], r)`:                                      `(known after apply)`,
		`contains(["x", "y"], "z${u}")`:                         `false`,
		`contains([u], "x")`:                                    `(known after apply)`,
		`index([a, b], b)`:                                      `1`,
		`index([u, "x"], "x")`:                                  `(known after apply)`,
		`distinct([a, b, a])`:                                   `tolist([ "${a}", "${b}", ])`,
		`distinct([u, v])`:                                      `(known after apply)`,
		`toset([u, v])`:                                         `toset([ "${u}", "${v}", ])`,
		`setunion([a], [b])`:                                    `toset([ "${a}", "${b}", ])`,
		`setunion([u], ["x"])`:                                  `toset([ "x", (known after apply), ])`,
		`setsubtract([a, b], [b])`:                              `toset([ "${a}", ])`,
		`setproduct([u], ["x", "y"])`:                           `tolist([ [ "${u}", "x", ], [ "${u}", "y", ], ])`,
		`sort([a])`:                                             `tolist([ "${a}", ])`,
		`sort(["y${u}", "x${v}"])`:                              `tolist([ "x${v}", "y${u}", ])`,
		`sort([a, b])`:                                          `tolist([ "${one of a, b}", "${one of a, b}", ])`,
		`keys({(a) = 1})`:                                       `[ "${a}", ]`,
		`keys({(a) = 1, x = 2})`:                                `[ "${?}", "${?}", ]`,
		`values({x = a, y = b})`:                                `[ "${a}", "${b}", ]`,
		`values({(u) = 1, y = 2})`:                              `(known after apply)`,
		`zipmap([a, b], ["x", "y"])`:                            `{ "${a}" = "x" "${b}" = "y" }`,
		`zipmap(["x", "y"], [a, b])`:                            `{ "x" = "${a}" "y" = "${b}" }`,
		`zipmap([u, v], ["x", "y"])`:                            `(known after apply)`,
		`flatten([[a], [[u]]])`:                                 `[ "${a}", "${u}", ]`,
		`element([a, b], 3)`:                                    `"${b}"`,
		`element([a, b], u)`:                                    `(known after apply)`,
		`slice([a, b, u], 1, 3)`:                                `[ "${b}", "${u}", ]`,
		`reverse([a, u])`:                                       `[ "${u}", "${a}", ]`,
		`chunklist([a, u], 1)`:                                  `tolist([ tolist([ "${a}", ]), tolist([ "${u}", ]), ])`,
		`one([a])`:                                              `"${a}"`,
		`one(toset([u, v]))`:                                    `(known after apply)`,
		`tolist([a])`:                                           `tolist([ "${a}", ])`,
		`tolist(toset([a, b]))`:                                 `tolist([ "${one of a, b}", "${one of a, b}", ])`,
		`tolist(toset([u, v]))`:                                 `(known after apply)`,
		`tostring(a)`:                                           `"${a}"`,
		`tonumber(u)`:                                           `(known after apply)`,
		`tomap({k = a})`:                                        `tomap({ "k" = "${a}" })`,
		`transpose({x = [a], y = [a, b]})`:                      `tomap({ "${a}" = tolist([ "x", "y", ]) "${b}" = tolist([ "y", ]) })`,
		`matchkeys([u], ["x"], ["x"])`:                          `tolist([ "${u}", ])`,
		`length([a, u])`:                                        `2`,
		`length(a)`:                                             `(known after apply)`,
		`length(toset([a, b]))`:                                 `2`,
		`length(toset([u, v]))`:                                 `(known after apply)`,
		`indent(2, "x\n${a}")`:                                  `<<EOT x ${a} EOT`,
		`indent(2, "x\n${u}")`:                                  `"${?}"`,
		`upper(a)`:                                              `"${?}"`,
		`regex("x", a)`:                                         `"${?}"`,
		`max(1, u)`:                                             `(known after apply)`,
		`alltrue([u])`:                                          `(known after apply)`,
		`sum([1, u])`:                                           `(known after apply)`,
		`templatefile("hello.tftpl", {name = a})`:               `<<EOT hello ${a}  EOT`,
		`templatefile("value.tftpl", {value = [u]})`:            `[ "${u}", ]`,
		`templatefile("json.tftpl", {name = "n", xs = [a, u]})`: `"{\"a\":\"N\",\"l\":[\"${a}!\",\"${u}!\"]}"`,
		`templatestring(local.list, {xs = [a]})`:                `"<${a}>"`,
		`file(u)`:                                               `"${?}"`,
		`fileexists(u)`:                                         `(known after apply)`,
		`join("-", [s])`:                                        `(sensitive value)`,
		`upper(s)`:                                              `(sensitive value)`,
		`nonsensitive(join("-", [s, "x"]))`:                     `"${s}-x"`,
		`issensitive(upper(s))`:                                 `true`,
		`cidrsubnet(u, 8, 1)`:                                   `"${?}"`,
		`cidrsubnets(u, 8, 1)`:                                  `(known after apply)`,
	} {
		ctx, tokens := tokenScope(t)
		v, diags := evaluate(t, expr, ctx)
		if diags.HasErrors() {
			t.Errorf("%s: %v", expr, diags)
		} else if got := spelt(v, tokens); got != want {
			t.Errorf("%s\n got: %s\nwant: %s", expr, got, want)
		}
	}
}

// TestHolesMention holds that a string that cannot be followed still says what it is made from.
func TestHolesMention(t *testing.T) {
	for _, expr := range []string{`upper("x${a}")`, `replace(a, ":", "/")`, `format("%9s", a)`, `substr(a, 0, 3)`, `coalesce(u, a)`, `sha256(jsonencode([a]))`, `trimprefix(a, "x")`} {
		ctx, tokens := tokenScope(t)
		v, diags := evaluate(t, expr, ctx)
		if diags.HasErrors() {
			t.Fatalf("%s: %v", expr, diags)
		}
		found := false
		for _, r := range tokens.Mentions(v) {
			found = found || r == (graph.Ref{Address: "aws_sqs_queue.a", Attr: "arn"})
		}
		if !found {
			t.Errorf("%s does not mention the queue: %s", expr, spelt(v, tokens))
		}
	}
}
