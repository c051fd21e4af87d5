package config_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/sources/terraform/config"
	"github.com/trailguard/trailguard/sources/token"
)

// FuzzEvaluate reads and evaluates any configuration, in either syntax, beside a module that it may call: it ends in a
// result or in an *Error, within its steps, and no string of the result has half a token in it.
func FuzzEvaluate(f *testing.F) {
	f.Add([]byte(surroundings), false)
	f.Add([]byte(`{"resource": {"aws_sqs_queue": {"q": {"name": "${jsonencode(var.x)}", "dynamic": {"a": {"for_each": "${[1]}", "content": {"b": "${a.value}"}}}}}}, "variable": {"x": {"default": {"a": [1]}}}}`), true)
	for _, s := range []string{
		`resource "a" "b" { c = module.m[*].out }
module "m" {
  source = "./m"
  for_each = toset(["x"])
  in = each.key
}`,
		"locals {\n  a = [for k, v in local.b : { (k) = v... } if v != null]\n  b = { for x in range(3) : x => [local.c, x]... }\n  c = \"${self.x}%{if true}y%{else}z%{endif}\"\n}\nresource \"aws_sqs_queue\" \"q\" { name = local.a[*].x }",
		"resource \"aws_iam_policy_document\" \"d\" {}\ndata \"aws_iam_policy_document\" \"d\" {\n  source_policy_documents = [data.aws_iam_policy_document.d.json]\n  dynamic \"statement\" {\n    for_each = data.aws_iam_policy_document.d\n    content { actions = statement.value }\n  }\n}",
		"provider \"aws\" { region = data.aws_region.r.name }\ndata \"aws_region\" \"r\" {}\nvariable \"v\" {\n  type = map(object({ a = optional(string, 1) }))\n  default = { x = {} }\n}\noutput \"o\" { value = var.v }",
		"resource \"aws_s3_bucket\" \"b\" {\n  count = aws_s3_bucket.b[0].id == \"\" ? 1 : length(aws_s3_bucket.b)\n}",
		"resource \"aws_iam_policy\" \"p\" { policy = jsonencode({ Statement = concat([for s in local.s : merge(s, {})], flatten([local.s, [local.s[0]]])) }) }\nlocals { s = [{ Sid = \"a\" }] }",
		"resource \"aws_iam_policy\" \"p\" { policy = <<-EOT\n  {\"Statement\": [%{ for s in [1, 2] ~}\n  { \"Sid\": \"${s}\" },\n  %{ endfor ~}\n {}]}\n  EOT\n}",
		"resource \"aws_iam_policy\" \"p\" { policy = templatefile(\"t.tpl\", { x = jsonencode({ Statement = { a = \"$${b}\" } }) }) }",
		"resource \"aws_iam_policy\" \"p\" { policy = one(data.aws_iam_policy_document.d[*].json) }\ndata \"aws_iam_policy_document\" \"d\" {\n  count = 1\n  override_policy_documents = [local.a, local.a]\n}\nlocals { a = jsonencode({ Statement = [local.b] })\n b = local.a }",
	} {
		f.Add([]byte(s), false)
	}
	module := []byte("variable \"in\" {}\noutput \"out\" { value = { a = var.in, b = aws_sqs_queue.q } }\nresource \"aws_sqs_queue\" \"q\" { name = var.in }\n")
	f.Fuzz(func(t *testing.T, src []byte, isJSON bool) {
		if len(src) > 1<<14 {
			return
		}
		name := "main.tf"
		if isJSON {
			name += ".json"
		}
		tree := fstest.MapFS{name: {Data: src}, "m/main.tf": {Data: module}, "t.tpl": {Data: []byte("${x}")}}
		var bad *config.Error
		c, err := config.Load(&config.Tree{Files: tree, Dir: "."})
		if err != nil {
			if !errors.As(err, &bad) {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		res, err := config.Evaluate(c, config.Inputs{Steps: 50_000})
		if err != nil {
			if !errors.As(err, &bad) {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		for _, in := range res.Instances {
			for _, v := range in.Values() {
				for _, s := range token.Strings(v) {
					_ = res.Tokens.Text(s).String()
				}
			}
			in.Pos()
			in.ArgumentPos("name")
			in.Computed()
			for _, d := range in.Documents("policy") {
				for _, pos := range d.At {
					if !pos.IsZero() && (pos.Line < 1 || pos.File != name && pos.File != "m/main.tf" && pos.File != "t.tpl") {
						t.Fatalf("a statement of %s is at %+v", in.Address, pos)
					}
				}
			}
		}
	})
}
