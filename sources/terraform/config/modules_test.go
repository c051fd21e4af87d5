package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// value evaluates a tree and spells an argument of an instance.
func value(t *testing.T, tree fstest.MapFS, in config.Inputs, address, name string) string {
	t.Helper()
	res := evaluate(t, tree, in)
	v, ok := find(t, res, address).Values()[name]
	if !ok {
		return "not written"
	}
	return spelt(res.Tokens, v)
}

func TestModules(t *testing.T) {
	t.Parallel()
	tree := files(
		"main.tf", `
module "log" {
  source   = "./log"
  for_each = toset(["a", "b"])
  name     = each.value
}
module "twice" {
  source = "./log"
  count  = 2
  name   = "twice-${count.index}"
}
module "registry" {
  source  = "terraform-aws-modules/sqs/aws"
  version = "4.0.0"
  name    = "elsewhere"
}
module "installed" {
  source = "git::https://example.com/queue.git"
  name   = "here"
}
module "outside" { source = "../outside" }
resource "aws_sns_topic_subscription" "s" {
  topic_arn = module.log["a"].deep.arn
  endpoint  = module.twice[1].arn
  protocol  = module.registry.queue_arn
  filter_policy = module.installed.name
  role = module.log[var.which].arn
  all = values(module.log)[*].arn
  out = module.outside.anything.at[0].all
}
variable "which" { type = string }
`,
		"log/main.tf", `
variable "name" { type = string }
module "queue" {
  source = "./queue"
  name   = "log-${var.name}"
}
output "arn" { value = module.queue.queue.arn }
output "deep" { value = module.queue.queue }
`,
		"log/queue/main.tf", `
variable "name" {}
resource "aws_sqs_queue" "q" { name = var.name }
output "queue" { value = aws_sqs_queue.q }
`,
		".terraform/modules/modules.json", `{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"installed","Source":"git::https://example.com/queue.git","Dir":".terraform/modules/installed"}]}`,
		".terraform/modules/installed/main.tf", `
variable "name" {}
output "name" { value = upper(var.name) }
`,
	)
	for name, want := range map[string]string{
		"topic_arn":     `${module.log["a"].module.queue.aws_sqs_queue.q.arn}`,
		"endpoint":      `${module.twice[1].module.queue.aws_sqs_queue.q.arn}`,
		"protocol":      `${module.registry.queue_arn}`,
		"filter_policy": `HERE`,
		"role":          `${one of module.log["a"].module.queue.aws_sqs_queue.q.arn, module.log["b"].module.queue.aws_sqs_queue.q.arn}`,
		"all":           `[${module.log["a"].module.queue.aws_sqs_queue.q.arn} ${module.log["b"].module.queue.aws_sqs_queue.q.arn}]`,
		"out":           `${module.outside.anything.at[0].all}`,
	} {
		if got := value(t, tree, config.Inputs{}, "aws_sns_topic_subscription.s", name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := value(t, tree, config.Inputs{}, `module.log["b"].module.queue.aws_sqs_queue.q`, "name"); got != "log-b" {
		t.Errorf("name: got %s", got)
	}
	res := evaluate(t, tree, config.Inputs{})
	var gaps []string
	for _, g := range res.Gaps {
		gaps = append(gaps, g.What+"; "+g.SettledBy)
	}
	for _, want := range []string{
		"what is in module.registry: its source terraform-aws-modules/sqs/aws is not installed; terraform get",
		"what is in module.outside: its source ../outside leads out of the tree that may be read; the directory of the module",
	} {
		if !strings.Contains(strings.Join(gaps, "\n"), want) {
			t.Errorf("no gap %q among\n%s", want, strings.Join(gaps, "\n"))
		}
	}
}

func TestSyntaxes(t *testing.T) {
	t.Parallel()
	native := files("main.tf", `
variable "names" { default = ["x", "y"] }
resource "aws_sqs_queue" "q" { name = "q" }
resource "aws_s3_bucket_notification" "n" {
  bucket = "b"
  dynamic "queue" {
    for_each = var.names
    iterator = it
    content {
      queue_arn     = aws_sqs_queue.q.arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = "${it.key}-${it.value}/"
    }
  }
  queue {
    queue_arn = "last"
    events    = []
  }
}`)
	jsonSyntax := files("main.tf.json", `{
  "//": "a comment",
  "variable": {"names": {"default": ["x", "y"]}},
  "resource": [
    {"aws_sqs_queue": {"q": {"name": "q"}}},
    {"aws_s3_bucket_notification": {"n": [{
      "bucket": "b",
      "dynamic": {"queue": [{"for_each": "${var.names}", "iterator": "it", "content": {
        "queue_arn": "${aws_sqs_queue.q.arn}", "events": ["s3:ObjectCreated:*"], "filter_prefix": "${it.key}-${it.value}/"}}]}
    }]}}
  ]}`)
	made := `{events=[s3:ObjectCreated:*] filter_prefix=0-x/ queue_arn=${aws_sqs_queue.q.arn}} {events=[s3:ObjectCreated:*] filter_prefix=1-y/ queue_arn=${aws_sqs_queue.q.arn}}`
	if got, want := value(t, native, config.Inputs{}, "aws_s3_bucket_notification.n", "queue"), "["+made+" {events=[] queue_arn=last}]"; got != want {
		t.Errorf("native: got  %s\nwant %s", got, want)
	}
	if got, want := value(t, jsonSyntax, config.Inputs{}, "aws_s3_bucket_notification.n", "queue"), "["+made+"]"; got != want {
		t.Errorf("JSON: got  %s\nwant %s", got, want)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	tree := files(
		"main.tf", `
locals { name = "base" }
variable "days" { default = 1 }
resource "aws_sqs_queue" "q" {
  name                      = local.name
  message_retention_seconds = var.days * 86400
  tags                      = { a = "base" }
}
resource "aws_cloudtrail" "t" {
  name = "t"
  event_selector { read_write_type = "All" }
  insight_selector { insight_type = "ApiCallRateInsight" }
}`,
		"a_override.tf", `
locals { name = "over" }
variable "days" { default = 2 }
resource "aws_cloudtrail" "t" {
  event_selector { read_write_type = "WriteOnly" }
}`,
		"override.tf.json", `{"resource": {"aws_sqs_queue": {"q": {"tags": {"b": "over"}}}}}`,
		".hidden.tf", `resource "aws_sqs_queue" "hidden" {}`, "backup.tf~", `nonsense`,
	)
	for _, c := range [][3]string{
		{"aws_sqs_queue.q", "name", "over"},
		{"aws_sqs_queue.q", "message_retention_seconds", "172800"},
		{"aws_sqs_queue.q", "tags", "{b=over}"},
		{"aws_cloudtrail.t", "event_selector", "[{read_write_type=WriteOnly}]"},
		{"aws_cloudtrail.t", "insight_selector", "[{insight_type=ApiCallRateInsight}]"},
	} {
		if got := value(t, tree, config.Inputs{}, c[0], c[1]); got != c[2] {
			t.Errorf("%s.%s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	tree := files(
		"main.tf", `
variable "a" { default = "default" }
variable "b" { default = "default" }
variable "c" { default = "default" }
variable "n" { type = number }
variable "l" { type = list(string) }
variable "o" {
  type    = object({ x = optional(number, 7) })
  default = {}
}
variable "nn" {
  default  = "kept"
  nullable = false
}
resource "aws_sqs_queue" "q" {
  name = "${var.a} ${var.b} ${var.c} ${var.n} ${join("+", var.l)} ${var.o.x} ${var.nn}"
}`,
		"terraform.tfvars", `
a = "tfvars"
b = "tfvars"
n = 1
l = ["x"]`,
		"terraform.tfvars.json", `{"b": "tfvars.json"}`,
		"z.auto.tfvars", `c = "z"`, "a.auto.tfvars.json", `{"c": "a", "nn": null}`,
	)
	at := &config.Tree{Files: tree, Dir: "."}
	var given []config.Given
	for _, f := range at.AutoFiles() {
		more, err := at.ReadVariables(f)
		if err != nil {
			t.Fatal(err)
		}
		given = append(given, more...)
	}
	for _, c := range []struct {
		in   config.Inputs
		want string
	}{
		{config.Inputs{}, "default default default ${var.n} ${?} 7 kept"},
		{config.Inputs{Given: given}, "tfvars tfvars.json z 1 x 7 kept"},
		{config.Inputs{Given: append(given, config.Given{Name: "a", Text: "[cli]"}, config.Given{Name: "l", Text: `["y", "z"]`}, config.Given{Name: "n", Text: "5"})}, "[cli] tfvars.json z 5 y+z 7 kept"},
		{config.Inputs{Given: given, Values: map[string]cty.Value{"a": cty.StringVal("planned")}}, "planned tfvars.json z 1 x 7 kept"},
	} {
		if got := value(t, tree, c.in, "aws_sqs_queue.q", "name"); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestProviders(t *testing.T) {
	t.Parallel()
	tree := files(
		"main.tf", `
provider "aws" { region = "eu-central-1" }
provider "aws" {
  alias  = "audit"
  region = "us-gov-west-1"
  assume_role { role_arn = "arn:aws-us-gov:iam::444455556666:role/x" }
}
provider "aws" {
  alias               = "only"
  allowed_account_ids = ["777788889999"]
  region              = var.region
}
variable "region" { type = string }
module "a" {
  source    = "./a"
  providers = { aws = aws.audit, aws.second = aws.only }
}
module "own" { source = "./own" }
resource "aws_sqs_queue" "only" { provider = aws.only }`,
		"a/main.tf", `
module "b" { source = "./b" }
resource "aws_sqs_queue" "second" { provider = aws.second }`,
		"a/b/main.tf", `resource "aws_sqs_queue" "q" {}`,
		"own/main.tf", `
provider "aws" { region = "eu-west-3" }
resource "aws_sqs_queue" "q" {}`,
	)
	res := evaluate(t, tree, config.Inputs{Account: "111122223333", PartitionOf: func(r string) string {
		return map[string]string{"eu-central-1": "aws", "us-gov-west-1": "aws-us-gov", "eu-west-3": "aws"}[r]
	}})
	for address, want := range map[string]string{
		"aws_sqs_queue.only":                "aws.only 777788889999 ${var.region} ${data.aws_partition.partition}",
		"module.a.module.b.aws_sqs_queue.q": "aws.audit 444455556666 us-gov-west-1 aws-us-gov",
		"module.a.aws_sqs_queue.second":     "aws.only 777788889999 ${var.region} ${data.aws_partition.partition}",
		"module.own.aws_sqs_queue.q":        "module.own:aws 111122223333 eu-west-3 aws",
	} {
		in := find(t, res, address)
		h := res.Homes[in.Provider]
		if h == nil {
			t.Errorf("%s: no home of %s", address, in.Provider)
			continue
		}
		if got := strings.Join([]string{in.Provider, h.Account.String(), h.Region.String(), h.Partition.String()}, " "); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// TestBounds holds configurations that would take for ever, or all memory, to an error or to an unknown.
func TestBounds(t *testing.T) {
	t.Parallel()
	chain := "locals {\n"
	doubling := "locals {\n  d0 = \"x\"\n  t0 = [\"x\"]\n"
	for i := range 5000 {
		chain += fmt.Sprintf("  c%d = local.c%d\n", i, i+1)
	}
	for i := range 80 {
		doubling += fmt.Sprintf("  d%d = \"${local.d%d}${local.d%d}\"\n  t%d = [local.t%d, local.t%d]\n", i+1, i, i, i+1, i, i)
	}
	queue := func(name string) string { return "resource \"aws_sqs_queue\" \"q\" {\n  name = " + name + "\n}\n" }
	for name, c := range map[string]struct {
		tree fstest.MapFS
		want string // of the error, or of a gap
	}{
		"chain":       {files("main.tf", chain+"}\n"+queue("local.c0")), "depends on more than 1000 values"},
		"strings":     {files("main.tf", doubling+"}\n"+queue("local.d80")), "16 MiB"},
		"tuples":      {files("main.tf", doubling+"}\n"+queue("jsonencode(local.t80)")), "more than 1048576 elements"},
		"cycle":       {files("main.tf", "locals {\n  a = local.b\n  b = local.a\n}\n"+queue("local.a")), "depends on itself"},
		"self":        {files("main.tf", queue("aws_sqs_queue.q.name")), "depends on itself"},
		"loops":       {files("main.tf", queue("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]")), "more steps than"},
		"count":       {files("main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  count = 1000000\n}"), "count of more than"},
		"modules":     {files("main.tf", "module \"m\" {\n  source = \"./m\"\n}", "m/main.tf", "module \"m\" {\n  source = \"../m\"\n}"), "it calls itself"},
		"nesting":     {files("main.tf", queue(strings.Repeat("(", 100_000)+"1"+strings.Repeat(")", 100_000))), "nested more than"},
		"operators":   {files("main.tf", queue(strings.Repeat("1 + ", 100_000)+"1")), "nested more than"},
		"conditions":  {files("main.tf", queue(strings.Repeat("true ? 1 : ", 100_000)+"1")), "nested more than"},
		"JSON":        {files("main.tf.json", strings.Repeat(`{"a":`, 100_000)), "nested more than"},
		"instances":   {files("main.tf", "module \"m\" {\n  source = \"./m\"\n  count = 9999\n}", "m/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  count = 9999\n}"), "more than 200000 instances"},
		"syntax":      {files("main.tf", "resource {{{"), "main.tf:1"},
		"none":        {files("main.txt", ""), "there is no Terraform configuration"},
		"big":         {files("main.tf", strings.Repeat("#", 9<<20)), "more than 8 MiB"},
		"no function": {files("main.tf", queue("nothing(1)")), "call to unknown function"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			loaded, err := config.Load(&config.Tree{Files: c.tree, Dir: "."})
			if err == nil {
				var res *config.Result
				if res, err = config.Evaluate(loaded, config.Inputs{Steps: 1_000_000}); err == nil {
					for _, g := range res.Gaps {
						got += g.What + "\n"
					}
				}
			}
			if err != nil {
				if bad := (*config.Error)(nil); !errors.As(err, &bad) {
					t.Fatalf("not an *Error: %v", err)
				}
				got = err.Error()
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestPrivateFiles keeps from functions what holds credentials, by whatever way, and nothing else.
func TestPrivateFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{".git/config", "terraform.tfstate", "old.tfstate.backup", ".terraform/terraform.tfstate", ".terraform/modules/m/policy.json", "policy.json", ".github/x", "sub/.git/x"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("read"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"innocent": ".git/config", "sub/up": "../.git", "fine": "policy.json", "round": "round"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close() //nolint:errcheck // it was only read
	for name, want := range map[string]string{
		".git/config": "unknown string", "terraform.tfstate": "unknown string", "old.tfstate.backup": "unknown string", ".terraform/terraform.tfstate": "unknown string",
		"sub/.git/x": "unknown string", "innocent": "unknown string", "sub/up/config": "unknown string", "./sub/../.git/config": "unknown string", "round": "unknown string",
		".terraform/modules/m/policy.json": "read", "policy.json": "read", ".github/x": "read", "fine": "read",
	} {
		main := filepath.Join(dir, "main.tf")
		if err := os.WriteFile(main, []byte("resource \"aws_sqs_queue\" \"q\" {\n  name = file(\""+name+"\")\n}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(&config.Tree{Files: root.FS(), Dir: "."})
		if err != nil {
			t.Fatal(err)
		}
		res, err := config.Evaluate(c, config.Inputs{})
		if err != nil {
			t.Fatal(err)
		}
		if got := spelt(res.Tokens, find(t, res, "aws_sqs_queue.q").Values()["name"]); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestLinksOutOfTheTree refuses links that lead out of the tree, for configuration and for what functions read.
func TestLinksOutOfTheTree(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "secret.tf")
	if err := os.WriteFile(outside, []byte("locals {\n  secret = \"s\"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	main := "resource \"aws_sqs_queue\" \"q\" {\n  name = file(\"link\")\n  url = file(\"../secret.tf\")\n  id = file(\"/etc/passwd\")\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(main), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close() //nolint:errcheck // it was only read
	tree := &config.Tree{Files: root.FS(), Dir: "."}
	c, err := config.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	res, err := config.Evaluate(c, config.Inputs{})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range find(t, res, "aws_sqs_queue.q").Values() {
		if got := spelt(res.Tokens, v); got != "unknown string" {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.tf")); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(tree); err == nil || !strings.Contains(err.Error(), "link.tf: the file cannot be read: it is a link that leads out of the tree") {
		t.Errorf("got %v", err)
	}
	var _ fs.FS = tree.Files
}
