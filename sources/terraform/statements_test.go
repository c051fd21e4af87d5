package terraform_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// statementForms are policies in each form in which one is written. The statement with the Sid "x" stands in the line
// with the comment "@x", or, where there can be none, in the one with { "Sid": "x". Of those of which the Sid begins
// with "none" no place is told.
//
//nolint:gochecknoglobals // a table
var statementForms = []struct{ name, files string }{
	{"jsonencode", `
-- main.tf --
resource "aws_s3_bucket_policy" "b" {
  bucket = "b"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { # @a
        Sid = "a", Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = aws_s3_bucket.x.arn
      },
      { Sid = "b", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }, # @b
    ]
  })
}
resource "aws_s3_bucket" "x" {
  bucket = "x"
}
`},
	{"one statement", `
-- main.tf --
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({
    Statement = { # @a
      Sid = "a", Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole"
    }
  })
}
`},
	{"locals, variables, modules", `
-- main.tf --
locals {
  first = { # @a
    Sid = "a", Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*"
  }
  more = [
    { Sid = "b", Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*" }, # @b
  ]
  base = { Effect = "Allow", Principal = "*", Resource = "*" }
  policy = {
    Statement = concat([local.first], local.more, var.extra, [
      merge(local.base, { # @c
        Sid = "c", Action = "sqs:ReceiveMessage"
      }),
    ])
  }
}
variable "extra" {
  default = [
    { Sid = "d", Effect = "Allow", Principal = "*", Action = "sqs:DeleteMessage", Resource = "*" }, # @d
  ]
}
resource "aws_sqs_queue" "q" {
  name   = "q"
  policy = jsonencode(local.policy)
}
module "m" {
  source     = "./m"
  statements = [
    { # @e
      Sid = "e", Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*"
    },
  ]
}
module "n" {
  source   = "./m"
  for_each = { x = { s = [
    { Sid = "f", Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*" } # @f
  ] } }
  statements = each.value.s
}
resource "aws_sns_topic_policy" "o" {
  arn    = "arn:aws:sns:eu-west-1:111122223333:t"
  policy = module.m.policy
}
-- m/main.tf --
variable "statements" { type = list(any) }
resource "aws_sns_topic" "t" {
  name   = "t"
  policy = local.json
}
locals { json = jsonencode({ Version = "2012-10-17", Statement = var.statements }) }
output "policy" { value = local.json }
`},
	{"choices and loops", `
-- main.tf --
variable "on" { default = true }
locals {
  services = ["a1", "a2"]
  objects  = { k = "b1" }
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode({ Statement = flatten([
    [for s in local.services : { # @a1 @a2
      Sid = s, Effect = "Allow", Action = "s3:*", Resource = "*"
    }],
    var.on ? [{ Sid = "c", Effect = "Deny", Action = "*", Resource = "*" }] : [], # @c
    var.on ? [] : [{ Sid = "d", Effect = "Deny", Action = "*", Resource = "*" }],
    [for k, v in local.objects : [
      { Sid = v, Effect = "Allow", Action = "s3:*", Resource = "*" }, # @b1
      { Sid = "e${k}", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @ek
    ]],
  ]) })
}
resource "aws_iam_policy" "t" {
  name   = "t"
  policy = var.on ? jsonencode({ Statement = [for s in [
    { Sid = "f", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @f
    { Sid = "g", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @g
  ] : s if s.Sid != "f"] }) : ""
}
`},
	{"data source", `
-- main.tf --
data "aws_iam_policy_document" "base" {
  statement { # @a
    sid       = "a"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement { # replaced
    sid       = "b"
    actions   = ["s3:PutObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "over" {
  statement { # @b
    sid       = "b"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json, local.json]
  override_policy_documents = data.aws_iam_policy_document.over.*.json
  dynamic "statement" { # @d1 @d2
    for_each = ["d1", "d2"]
    content {
      sid       = statement.value
      actions   = ["s3:*"]
      resources = ["*"]
    }
  }
  statement { # @e
    sid       = "e"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.x.arn]
  }
}
locals {
  json = jsonencode({ Statement = [
    { Sid = "f", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @f
  ] })
}
resource "aws_s3_bucket" "x" {}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.x.id
  policy = data.aws_iam_policy_document.all.json
}
data "aws_iam_policy_document" "counted" {
  count = 1
  statement { # @g
    sid       = "g"
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "one" {
  name   = "one"
  policy = join("", data.aws_iam_policy_document.counted.*.json)
}
resource "aws_iam_policy" "first" {
  name   = "first"
  policy = "${data.aws_iam_policy_document.counted[0].json}"
}
resource "aws_iam_policy" "loop" {
  name = "loop"
  policy = data.aws_iam_policy_document.merged.json
}
data "aws_iam_policy_document" "merged" {
  source_policy_documents = [for d in [data.aws_iam_policy_document.base, data.aws_iam_policy_document.over] : d.json]
}
`},
	{"JSON in a string", `
-- main.tf --
resource "aws_iam_policy" "heredoc" {
  name   = "heredoc"
  policy = <<EOT
{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "a", "Effect": "Allow", "Action": "s3:*", "Resource": "${aws_s3_bucket.x.arn}/*" },
    { "Sid": "b", "Effect": "Allow", "Action": "s3:*", "Resource": "*",
      "Condition": { "StringEquals": { "aws:username": "$${aws:username}" } } },
    { "Sid": "c", "Effect": "Allow", "Action": ${jsonencode(["s3:*"])}, "Resource": "*" }
  ]
}
EOT
}
resource "aws_iam_policy" "indented" {
  name   = "indented"
  policy = <<-EOT
    {
      "Statement":
        { "Sid": "d", "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
    }
  EOT
}
resource "aws_iam_policy" "line" {
  name   = "line"
  policy = "{\"Statement\":[{\"Sid\":\"e\",\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"${aws_s3_bucket.x.arn}\"}]}" # @e
}
resource "aws_iam_policy" "directives" {
  name   = "directives"
  policy = <<-EOT
    { "Statement": [
    %{ if true }
      { "Sid": "f", "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
    %{ endif }
    %{ for s in ["g", "h"] }
      { "Effect": "Allow", "Sid": "${s}", ${""/* @g @h */}"Action": "s3:*", "Resource": "*" },
    %{ endfor }
      ${jsonencode({ Sid = "i", Effect = "Allow", Action = "s3:*", Resource = "*" })} ${""/* @i */}
    ] }
  EOT
}
resource "aws_iam_policy" "list" {
  name   = "list"
  policy = <<-EOT
    { "Statement": ${jsonencode(local.statements)} }
  EOT
}
locals {
  statements = [
    { Sid = "j", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @j
    { Sid = "k", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @k
  ]
}
resource "aws_s3_bucket" "x" {}
`},
	{"files", `
-- main.tf --
resource "aws_iam_policy" "file" {
  name   = "file"
  policy = file("${path.module}/policies/a.json")
}
resource "aws_iam_policy" "template" {
  name   = "template"
  policy = templatefile("policies/b.json.tftpl", { buckets = ["x", "y"] })
}
resource "aws_iam_policy" "decoded" {
  name   = "decoded"
  policy = jsonencode(jsondecode(replace(file("policies/c.json"), "BUCKET", "x")))
}
module "m" {
  source = "./m"
}
-- m/main.tf --
resource "aws_iam_policy" "within" {
  name   = "within"
  policy = file("${path.module}/d.json")
}
-- m/d.json --
{
  "Statement": [
    { "Sid": "f", "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
  ]
}
-- policies/a.json --
{
  "Statement": [
    { "Sid": "a", "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
    { "Sid": "b", "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
  ]
}
-- policies/b.json.tftpl --
{
  "Statement": [
%{ for b in buckets ~}
    { "Sid": "c", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${b}" },
%{ endfor ~}
    { "Sid": "d", "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
  ]
}
-- policies/c.json --

{ "Statement": [
    { "Sid": "e", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::BUCKET" }
  ]
}
`},
	{"blocks", `
-- main.tf --
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  inline_policy {
    name   = "one"
    policy = jsonencode({ Statement = [
      { Sid = "a", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @a
    ] })
  }
  dynamic "inline_policy" {
    for_each = ["b1", "b2"]
    content {
      name   = inline_policy.value
      policy = jsonencode({ Statement = { # @b1 @b2
        Sid = inline_policy.value, Effect = "Allow", Action = "s3:*", Resource = "*"
      } })
    }
  }
}
data "aws_iam_policy_document" "trust" {
  statement { # @c
    sid     = "c"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
`},
	{"JSON syntax", `
-- main.tf.json --
{ "resource": { "aws_iam_policy": {
  "p": { "name": "p", "policy": "${data.aws_iam_policy_document.d.json}" },
  "q": { "name": "q", "policy":
    "{\"Statement\":[\n{ \"Sid\": \"c\", \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}" },
  "r": { "name": "r", "policy": "${jsonencode({Statement=[{Sid=\"d\",Effect=\"Allow\",Action=\"*\",Resource=\"@d\"}]})}" }
} },
"data": { "aws_iam_policy_document": { "d": { "statement": [
  { "//": "@a", "sid": "a", "actions": ["s3:*"], "resources": ["*"] },
  { "//": "@b", "sid": "b", "actions": ["s3:*"], "resources": ["*"] }
] } } } }
`},
	{"what is not certain", `
-- main.tf --
variable "sets" {
  type = set(object({ Sid = string, Effect = string, Action = string, Resource = string }))
  default = [
    { Sid = "none2", Effect = "Allow", Action = "s3:*", Resource = "*" },
    { Sid = "none1", Effect = "Allow", Action = "s3:*", Resource = "*" },
  ]
}
resource "aws_iam_policy" "sets" {
  name   = "sets"
  policy = jsonencode({ Statement = concat(tolist(var.sets), [
    { Sid = "a", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @a
  ]) })
}
resource "aws_iam_policy" "replaced" {
  name   = "replaced"
  policy = replace("{\"Statement\":[{\"Sid\":\"none3\",\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}", "\"none3\"", "\"none4\"")
}
`},
}

// markedLine returns the place that a fixture marks for a Sid.
func markedLine(files []txtar.File, sid string) (string, int) {
	for _, mark := range []string{"@" + sid, `{ "Sid": "` + sid + `"`, `{ \"Sid\": \"` + sid + `\"`} {
		for _, f := range files {
			for i, line := range strings.Split(string(f.Data), "\n") {
				if at := strings.Index(line, mark); at >= 0 && (at+len(mark) == len(line) || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", rune(line[at+len(mark)]))) {
					return f.Name, i + 1
				}
			}
		}
	}
	return "", 0
}

// policiesOf calls f for every policy of a resource, those within blocks included.
func policiesOf(attrs graph.Attrs, rows []graph.AttrInfo, f func(name string, attr graph.Attr, p graph.Policy)) {
	for _, row := range rows {
		attr, ok := attrs.Get(row.Name)
		if !ok {
			continue
		}
		if row.Type == graph.TypePolicy {
			if p, known := attrs.Policy(row.Name).Get(); known {
				f(row.Name, attr, p)
			}
		}
		if blocks, known := attrs.Blocks(row.Name).Get(); known {
			for _, b := range blocks {
				policiesOf(b, row.Fields, f)
			}
		}
	}
}

// checkStatements compares the places of all statements with those that the fixture marks, and returns how many there are.
func checkStatements(t *testing.T, inv graph.Inventory, files []txtar.File) int {
	t.Helper()
	n := 0
	for _, r := range inv.Resources {
		policiesOf(r.Attrs, graph.AttributesOf(r.Kind), func(name string, attr graph.Attr, p graph.Policy) {
			if len(attr.Statements) != 0 && !p.Open && len(attr.Statements) != len(p.Statements) {
				t.Errorf("%s %s: %d places of %d statements", r.Address, name, len(attr.Statements), len(p.Statements))
			}
			for i, s := range p.Statements {
				n++
				got := graph.Pos{}
				if j := p.Index(i); j < len(attr.Statements) {
					got = attr.Statements[j]
				}
				file, line := markedLine(files, s.Sid)
				if strings.HasPrefix(s.Sid, "none") {
					file, line = "", 0
				} else if file == "" {
					t.Errorf("%s %s: no mark for %q", r.Address, name, s.Sid)
				}
				if got.File != file || got.Line != line {
					t.Errorf("%s %s: statement %q at %s:%d, want %s:%d", r.Address, name, s.Sid, got.File, got.Line, file, line)
				}
			}
		})
	}
	return n
}

func TestStatements(t *testing.T) {
	t.Parallel()
	for _, c := range statementForms {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := txtar.Parse([]byte(c.files)).Files
			inv := readFiles(t, files)
			for _, g := range inv.Gaps {
				t.Logf("%s: %s", g.Where, g.What)
			}
			if checkStatements(t, inv, files) == 0 {
				t.Error("no statements")
			}
		})
	}
}

// readFiles reads a configuration.
func readFiles(t *testing.T, files []txtar.File) graph.Inventory {
	t.Helper()
	tree := fstest.MapFS{}
	for _, f := range files {
		tree[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	s, err := terraform.ReadSource(terraform.SourceOptions{Tree: &config.Tree{Files: tree, Dir: ".", Name: "."}})
	if err != nil {
		t.Fatal(err)
	}
	return s.Inventory
}
