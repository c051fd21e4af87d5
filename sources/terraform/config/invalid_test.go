package config_test

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// TestInvalid says of what Terraform does not accept that it is so, and what merely is not known otherwise.
func TestInvalid(t *testing.T) {
	t.Parallel()
	const accepted = " <- a configuration that Terraform accepts"
	for name, c := range map[string]struct{ src, want string }{
		"list":          {`resource "aws_sqs_queue" "q" { for_each = ["a"] }`, "how many of aws_sqs_queue.q there are: its for_each is a list, and neither a map nor a set" + accepted},
		"string":        {`resource "aws_sqs_queue" "q" { for_each = "a" }`, "how many of aws_sqs_queue.q there are: its for_each is neither a map nor a set" + accepted},
		"null":          {`resource "aws_sqs_queue" "q" { for_each = null }`, "how many of aws_sqs_queue.q there are: its for_each is null" + accepted},
		"set or list":   {`resource "aws_sqs_queue" "q" { for_each = true ? ["a"] : toset([]) }`, "how many of aws_sqs_queue.q there are: its for_each is not known <- the plan"},
		"not known":     {"variable \"v\" {}\nresource \"aws_sqs_queue\" \"q\" { for_each = var.v }", "how many of aws_sqs_queue.q there are: its for_each is not known <- --var v=…, or the plan"},
		"negative":      {`resource "aws_sqs_queue" "q" { count = -1 }`, "how many of aws_sqs_queue.q there are: its count is no whole number from 0 on" + accepted},
		"fraction":      {`resource "aws_sqs_queue" "q" { count = 1.5 }`, "how many of aws_sqs_queue.q there are: its count is no whole number from 0 on" + accepted},
		"itself":        {`resource "aws_sqs_queue" "q" { for_each = toset(values(aws_sqs_queue.q)[*].name) }`, "cycle: how many of aws_sqs_queue.q there are depends on itself" + accepted},
		"undeclared":    {`resource "aws_sqs_queue" "q" { name = var.nowhere }`, "expression: reference to undeclared input variable" + accepted},
		"and how many":  {`resource "aws_sqs_queue" "q" { count = var.nowhere }`, "how many of aws_sqs_queue.q there are: its count is not known" + accepted + "; expression: reference to undeclared input variable" + accepted},
		"duplicate key": {`resource "aws_sqs_queue" "q" { tags = { for x in ["a", "b"] : "k" => x } }`, "expression: duplicate object key" + accepted},
		"other errors":  {`resource "aws_sqs_queue" "q" { name = element([], 0) }`, "expression: error in function call <- the plan, or the state after apply"},
		"provider":      {`resource "aws_sqs_queue" "q" { provider = aws.nowhere }`, "where aws_sqs_queue.q is: its provider configuration aws.nowhere is not declared <- a configuration that declares it"},
		"own provider":  {"provider \"aws\" { alias = \"x\" }\nresource \"aws_sqs_queue\" \"q\" { provider = aws.x }", ""},
		"wrong default": {"variable \"v\" {\n type = list(string)\n default = { a = [] }\n}\nresource \"aws_sqs_queue\" \"q\" { tags = var.v }", "value of var.v: it is not of the variable's type" + accepted},
		"token for it":  {"variable \"v\" { type = string }\nmodule \"m\" {\n source = \"./m\"\n n = var.v\n}", ""},
		"given by call": {"provider \"aws\" { alias = \"x\" }\nmodule \"p\" {\n source = \"./p\"\n providers = { aws.in = aws.x }\n}", ""},
		"call, nowhere": {"module \"p\" {\n source = \"./p\"\n providers = { aws.in = aws.x }\n}", "where module.p.aws_sqs_queue.q is: its provider configuration aws.in is not declared <- a configuration that declares it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := evaluate(t, files("main.tf", c.src, "m/main.tf", "variable \"n\" { type = number }\nresource \"aws_sqs_queue\" \"q\" { delay_seconds = var.n }",
				"p/main.tf", `resource "aws_sqs_queue" "q" { provider = aws.in }`), config.Inputs{})
			var got []string
			for _, g := range res.Gaps {
				got = append(got, g.What+" <- "+g.SettledBy)
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
