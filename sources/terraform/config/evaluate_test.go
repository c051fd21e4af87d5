package config_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/terraform/config"
	"github.com/trailguard/trailguard/sources/token"
)

// surroundings is what the expressions of the tests refer to.
const surroundings = `
variable "given" { default = "g" }
variable "missing" { type = string }
variable "untyped" {}
variable "flag" { type = bool }
variable "size" { type = number }
variable "names" { type = list(string) }
variable "object" { type = object({ bucket = string, days = number, deep = object({ topic = string }) }) }
variable "optional" {
  type    = object({ a = string, b = optional(string, "b by default") })
  default = { a = "a" }
}
variable "secret" {
  default   = "hunter2hunter2"
  sensitive = true
}
locals {
  queue  = aws_sqs_queue.one.arn
  list   = ["a", "b", "c"]
  chain  = local.next
  next   = "end of ${local.queue}"
  many   = { for k in ["x", "y"] : k => aws_sqs_queue.each[k].arn }
  broken = aws_sqs_queue.nowhere.arn
}
provider "aws" { region = "eu-central-1" }
provider "aws" {
  alias  = "audit"
  region = "us-east-1"
  assume_role { role_arn = "arn:aws:iam::444455556666:role/audit" }
}
data "aws_caller_identity" "me" {}
data "aws_caller_identity" "audit" { provider = aws.audit }
data "aws_region" "here" {}
data "aws_partition" "p" {}
data "aws_service_principal" "logs" { service_name = "logs" }
data "aws_iam_policy" "managed" { arn = "arn:aws:iam::aws:policy/ReadOnlyAccess" }
data "aws_vpc" "v" {}
resource "aws_sqs_queue" "one" { name = "one" }
resource "aws_sqs_queue" "none" { count = 0 }
resource "aws_sqs_queue" "two" {
  count = 2
  name  = "two-${count.index}"
}
resource "aws_sqs_queue" "each" {
  for_each = toset(["x", "y"])
  name     = "each-${each.key}"
}
resource "aws_s3_bucket" "b" { bucket_prefix = "acme-" }
resource "aws_sqs_queue" "maybe" {
  count = var.flag ? 1 : 0
  name  = "maybe"
}
resource "terraform_data" "t" { input = "kept" }
resource "random_id" "r" { byte_length = 4 }
`

func files(all ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i+1 < len(all); i += 2 {
		out[all[i]] = &fstest.MapFile{Data: []byte(all[i+1])}
	}
	return out
}

// find returns an instance of a result.
func find(t *testing.T, res *config.Result, address string) *config.Instance {
	t.Helper()
	for _, in := range res.Instances {
		if in.Address == address {
			return in
		}
	}
	var all []string
	for _, in := range res.Instances {
		all = append(all, in.Address)
	}
	t.Fatalf("no %s among %s", address, strings.Join(all, ", "))
	return nil
}

// spelt writes a value for comparison.
func spelt(tokens *token.Table, v cty.Value) string {
	v, marks := v.UnmarkDeep()
	var out string
	switch ty := v.Type(); {
	case !v.IsKnown():
		out = "unknown " + ty.FriendlyName()
	case v.IsNull():
		out = "null"
	case ty == cty.String:
		out = tokens.Text(v.AsString()).String()
	case ty == cty.Number:
		out = v.AsBigFloat().Text('f', -1)
	case ty == cty.Bool:
		out = map[bool]string{true: "true", false: "false"}[v.True()]
	case ty.IsObjectType(), ty.IsMapType():
		var parts []string
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			parts = append(parts, k.AsString()+"="+spelt(tokens, e))
		}
		out = "{" + strings.Join(parts, " ") + "}"
	default:
		var parts []string
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			parts = append(parts, spelt(tokens, e))
		}
		out = "[" + strings.Join(parts, " ") + "]"
	}
	if len(marks) > 0 {
		out += " (sensitive)"
	}
	return out
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{`"${var.given}-${1 + 2}"`, "g-3"},
		{`var.missing`, "${var.missing}"},
		{`"x/${var.missing}"`, "x/${var.missing}"},
		{`"x/${var.untyped}"`, "x/${var.untyped}"},
		{`var.untyped`, "${var.untyped}"},
		{`var.object.bucket`, "${var.object.bucket}"},
		{`var.object.deep.topic`, "${var.object.deep.topic}"},
		{`"${var.object.days}"`, "unknown number"},
		{`"${var.object.days} days"`, "${var.object.days} days"},
		{`var.optional.b`, "b by default"},
		{`var.secret`, "hunter2hunter2 (sensitive)"},
		{`"a ${var.secret}"`, "a hunter2hunter2 (sensitive)"},
		{`nonsensitive(var.secret)`, "hunter2hunter2"},
		{`jsonencode({ a = ["x", var.untyped], b = var.names, c = var.size })`, `{"a":["x",${?}],"b":${?},"c":${?}}`},
		{`jsonencode({ a = var.names, b = var.secret })`, `{"a":${?},"b":"hunter2hunter2"} (sensitive)`},
		{`jsondecode(jsonencode({ a = var.names }))`, "${?}"},
		{`local.queue`, "${aws_sqs_queue.one.arn}"},
		{`local.chain`, "end of ${aws_sqs_queue.one.arn}"},
		{`aws_sqs_queue.one.name`, "one"},
		{`aws_sqs_queue.one["arn"]`, "${aws_sqs_queue.one.arn}"},
		{`aws_sqs_queue.two[1].arn`, "${aws_sqs_queue.two[1].arn}"},
		{`aws_sqs_queue.two.*.arn`, "[${aws_sqs_queue.two[0].arn} ${aws_sqs_queue.two[1].arn}]"},
		{`aws_sqs_queue.two[*].name`, "[two-0 two-1]"},
		{`aws_sqs_queue.one[*].arn`, "[${aws_sqs_queue.one.arn}]"},
		{`one(aws_sqs_queue.none[*].arn)`, "null"},
		{`length(aws_sqs_queue.two)`, "2"},
		{`aws_sqs_queue.each["x"].arn`, `${aws_sqs_queue.each["x"].arn}`},
		{`values(aws_sqs_queue.each)[*].arn`, `[${aws_sqs_queue.each["x"].arn} ${aws_sqs_queue.each["y"].arn}]`},
		{`[for q in aws_sqs_queue.each : q.arn if q.name != "each-x"]`, `[${aws_sqs_queue.each["y"].arn}]`},
		{`local.many["x"]`, `${aws_sqs_queue.each["x"].arn}`},
		{`local.many[var.missing]`, `${one of aws_sqs_queue.each["x"].arn, aws_sqs_queue.each["y"].arn}`},
		{`aws_sqs_queue.each[var.missing].arn`, `${one of aws_sqs_queue.each["x"].arn, aws_sqs_queue.each["y"].arn}`},
		{`local.list[var.size]`, "${?}"},
		{`var.flag ? aws_sqs_queue.one.arn : aws_sqs_queue.two[0].arn`, "${one of aws_sqs_queue.one.arn, aws_sqs_queue.two[0].arn}"},
		{`var.flag ? "same" : "same"`, "same"},
		{`var.flag ? "a" : aws_sqs_queue.one.arn`, "${?}"},
		{`var.given == "g" ? 1 : "one"`, "1"},
		{`var.given == "" ? aws_sqs_queue.none[0].arn : aws_sqs_queue.one.arn`, "${aws_sqs_queue.one.arn}"},
		{`aws_sqs_queue.one.arn == "" ? "empty" : "there"`, "there"},
		{`aws_sqs_queue.one.arn != null ? "there" : "null"`, "there"},
		{`aws_sqs_queue.one.arn == aws_sqs_queue.one.arn`, "true"},
		{`aws_sqs_queue.one.arn == aws_sqs_queue.two[0].arn`, "unknown bool"},
		{`"a${var.missing}" == "b${var.missing}"`, "false"},
		{`aws_s3_bucket.b.bucket`, "${aws_s3_bucket.b.bucket}"},
		{`"arn:aws:s3:::${aws_s3_bucket.b.id}/AWSLogs/${data.aws_caller_identity.me.account_id}/*"`, "arn:aws:s3:::${aws_s3_bucket.b.id}/AWSLogs/${data.aws_caller_identity.account_id}/*"},
		{`data.aws_caller_identity.audit.account_id`, "444455556666"},
		{`data.aws_region.here.name`, "eu-central-1"},
		{`data.aws_partition.p.partition`, "aws"},
		{`"cloudtrail.${data.aws_partition.p.dns_suffix}"`, "cloudtrail.amazonaws.com"},
		{`data.aws_service_principal.logs.name`, "logs.amazonaws.com"},
		{`data.aws_iam_policy.managed.arn`, "arn:aws:iam::aws:policy/ReadOnlyAccess"},
		{`data.aws_vpc.v.id`, "${data.aws_vpc.v.id}"},
		{`random_id.r.hex`, "${random_id.r.hex}"},
		{`terraform_data.t.output`, "kept"},
		{`path.module`, "."},
		{`terraform.workspace`, "prod"},
		{`aws_sqs_queue.maybe[0].arn`, "${aws_sqs_queue.maybe.arn}"},
		{`one(aws_sqs_queue.maybe[*].arn)`, "${?}"},
		{`try(aws_sqs_queue.none[0].arn, aws_sqs_queue.one.arn)`, "${aws_sqs_queue.one.arn}"},
		{`can(aws_sqs_queue.none[0].arn)`, "false"},
		{`jsonencode({ a = aws_sqs_queue.one.arn, b = [1, true, null] })`, `{"a":"${aws_sqs_queue.one.arn}","b":[1,true,null]}`},
		{`jsondecode("{\"a\": \"${aws_sqs_queue.one.arn}\"}").a`, "${aws_sqs_queue.one.arn}"},
		{`join(",", [for i in range(2) : aws_sqs_queue.two[i].arn])`, "${aws_sqs_queue.two[0].arn},${aws_sqs_queue.two[1].arn}"},
		{`format("%s/*", aws_sqs_queue.one.arn)`, "${aws_sqs_queue.one.arn}/*"},
		{`coalesce("", aws_sqs_queue.one.arn)`, "${aws_sqs_queue.one.arn}"},
		{`upper(aws_sqs_queue.one.arn)`, "${?}"},
		{"<<-EOT\n    a ${aws_sqs_queue.one.arn}\n      b\n  EOT\n", "a ${aws_sqs_queue.one.arn}\n  b\n"},
		{"<<EOT\n%{for q in aws_sqs_queue.two~}\n${q.arn}\n%{endfor~}\nEOT\n", "${aws_sqs_queue.two[0].arn}\n${aws_sqs_queue.two[1].arn}\n"},
		{`templatestring("$${x}!", { x = aws_sqs_queue.one.arn })`, "${aws_sqs_queue.one.arn}!"},
		{`templatefile("t.tpl", { x = aws_sqs_queue.one.arn })`, "<${aws_sqs_queue.one.arn}>"},
		{`file("${path.module}/t.tpl")`, "<${x}>"},
		{`local.broken`, "unknown dynamic"},
		{`"a ${local.broken}"`, "a ${?}"},
	} {
		t.Run(c[0], func(t *testing.T) {
			t.Parallel()
			tree := files("main.tf", surroundings+"\nresource \"terraform_data\" \"tested\" {\n  input = "+c[0]+"\n}\n", "t.tpl", "<${x}>")
			res := evaluate(t, tree, config.Inputs{
				Workspace:   "prod",
				PartitionOf: func(region string) string { return map[string]string{"eu-central-1": "aws"}[region] },
			})
			if got := spelt(res.Tokens, find(t, res, "terraform_data.tested").Values()["input"]); got != c[1] {
				t.Errorf("got %s\nwant %s", got, c[1])
			}
		})
	}
}
