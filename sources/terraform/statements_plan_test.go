package terraform_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// plannedPolicies is a configuration with a plan of it: of a policy that is not known before the apply, of one that is
// known and that AWS gave another order, of one that the configuration at hand says differently, and of blocks that the
// provider sorted.
const plannedPolicies = `
-- main.tf --
resource "aws_s3_bucket" "b" {
  bucket = "b"
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Statement = [
    { Sid = "a", Effect = "Allow", Principal = "*", Action = "s3:*", Resource = aws_s3_bucket.b.arn }, # @a
    { Sid = "b", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }, # @b
  ] })
}
variable "extra" {
  default = [
    { Sid = "c", Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "*" }, # @c
  ]
}
resource "aws_sqs_queue" "q" {
  name   = "q"
  policy = jsonencode({ Statement = concat(var.extra, [
    { Sid = "d", Effect = "Allow", Principal = "*", Action = ["sqs:SendMessage", "sqs:ReceiveMessage"], Resource = "*" }, # @d
    { Sid = "e", Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*" }, # @e
  ]) })
}
data "aws_iam_policy_document" "d" {
  statement { # @f
    sid       = "f"
    actions   = ["sns:*"]
    resources = ["*"]
  }
  statement {
    sid       = "none1"
    actions   = ["sns:*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({ Statement = { Sid = "g", Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" } }) # @g
  inline_policy {
    name   = "two"
    policy = jsonencode({ Statement = [
      { Sid = "h", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @h
    ] })
  }
  inline_policy {
    name   = "one"
    policy = jsonencode({ Statement = [
      { Sid = "i", Effect = "Allow", Action = "s3:*", Resource = "*" }, # @i
    ] })
  }
}
-- plan.json --
{"format_version":"1.2","terraform_version":"1.9.0",
"variables":{"extra":{"value":[{"Sid":"c","Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}},
"resource_changes":[
 {"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","change":{"actions":["create"],"before":null,"after":{"bucket":"b"},"after_unknown":{"id":true,"arn":true}}},
 {"address":"aws_s3_bucket_policy.b","mode":"managed","type":"aws_s3_bucket_policy","name":"b","change":{"actions":["create"],"before":null,"after":{},"after_unknown":{"bucket":true,"policy":true}}},
 {"address":"aws_sqs_queue.q","mode":"managed","type":"aws_sqs_queue","name":"q","change":{"actions":["update"],
  "before":{"name":"q","policy":"{\"Statement\":[{\"Sid\":\"none2\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}]}"},
  "after":{"name":"q","policy":"{\"Statement\":[{\"Sid\":\"e\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\"Resource\":\"*\"},{\"Sid\":\"c\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sqs:*\",\"Resource\":\"*\"},{\"Sid\":\"d\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"sqs:ReceiveMessage\",\"sqs:SendMessage\"],\"Resource\":\"*\"}]}"},"after_unknown":{}}},
 {"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","change":{"actions":["create"],"before":null,
  "after":{"name":"p","policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"f\",\"Effect\":\"Allow\",\"Action\":\"sns:*\",\"Resource\":\"*\"},{\"Sid\":\"none1\",\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}]}"},"after_unknown":{}}},
 {"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r","change":{"actions":["create"],"before":null,
  "after":{"name":"r","assume_role_policy":"{\"Statement\":{\"Sid\":\"g\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}}",
   "inline_policy":[{"name":"one","policy":"{\"Statement\":[{\"Sid\":\"i\",\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"},{"name":"two","policy":"{\"Statement\":[{\"Sid\":\"h\",\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}]},"after_unknown":{}}}
],
"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[
 {"address":"data.aws_iam_policy_document.d","mode":"data","type":"aws_iam_policy_document","name":"d","values":{"json":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"f\",\"Effect\":\"Allow\",\"Action\":\"sns:*\",\"Resource\":\"*\"},{\"Sid\":\"none1\",\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}]}"}}
]}}},
"configuration":{"root_module":{"resources":[
 {"address":"aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","expressions":{"bucket":{"constant_value":"b"}}},
 {"address":"aws_s3_bucket_policy.b","mode":"managed","type":"aws_s3_bucket_policy","name":"b","expressions":{"bucket":{"references":["aws_s3_bucket.b.id","aws_s3_bucket.b"]},"policy":{"references":["aws_s3_bucket.b.arn","aws_s3_bucket.b"]}}},
 {"address":"aws_sqs_queue.q","mode":"managed","type":"aws_sqs_queue","name":"q","expressions":{}},
 {"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","name":"p","expressions":{}},
 {"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r","expressions":{}},
 {"address":"data.aws_iam_policy_document.d","mode":"data","type":"aws_iam_policy_document","name":"d","expressions":{}}
]}}}
`

func TestStatementsOfAPlan(t *testing.T) {
	t.Parallel()
	files := txtar.Parse([]byte(plannedPolicies)).Files
	tree := fstest.MapFS{files[0].Name: &fstest.MapFile{Data: files[0].Data}}
	c, err := config.Load(&config.Tree{Files: tree, Dir: ".", Name: "."})
	if err != nil {
		t.Fatal(err)
	}
	for _, configuration := range []*config.Configuration{c, nil} {
		p, err := terraform.ReadPlan(bytes.NewReader(files[1].Data), terraform.Options{Name: "plan.json", Configuration: configuration})
		if err != nil {
			t.Fatal(err)
		}
		if configuration == nil { // without it nothing is known, and nothing is made up
			for _, r := range slices.Concat(p.Before.Resources, p.After.Resources) {
				policiesOf(r.Attrs, graph.AttributesOf(r.Kind), func(name string, attr graph.Attr, _ graph.Policy) {
					if attr.Statements != nil {
						t.Errorf("%s %s: places %v", r.Address, name, attr.Statements)
					}
				})
			}
			continue
		}
		if n := checkStatements(t, p.After, files[:1]); n != 10 {
			t.Errorf("%d statements after", n)
		}
		if n := checkStatements(t, p.Before, files[:1]); n != 1 {
			t.Errorf("%d statements before", n)
		}
	}
}

// TestStatementsOfCases reads every case with a plan, alone and with its configuration: the places of statements lie
// within the files that are there, and the plan with the configuration has those of the configuration.
func TestStatementsOfCases(t *testing.T) {
	t.Parallel()
	plans, err := filepath.Glob(cases + "/*/plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatalf("no bundled plans: %v", err)
	}
	total, placed := 0, 0
	for _, plan := range plans {
		dir := filepath.Dir(plan)
		planned := filled(t, plan, treeOf(dir)).After
		src, err := terraform.ReadSource(terraform.SourceOptions{Tree: treeOf(dir), Options: terraform.Options{Account: accountOf(planned)}})
		if err != nil {
			t.Fatal(err)
		}
		bySid := map[string]graph.Pos{}
		for i, inv := range []graph.Inventory{src.Inventory, planned} {
			for _, r := range inv.Resources {
				policiesOf(r.Attrs, graph.AttributesOf(r.Kind), func(name string, attr graph.Attr, p graph.Policy) {
					for n, s := range p.Statements {
						total++
						pos := graph.Pos{}
						if j := p.Index(n); j < len(attr.Statements) {
							pos = attr.Statements[j]
						}
						if pos.IsZero() {
							continue
						}
						placed++
						text, err := os.ReadFile(pos.File)
						if err != nil {
							t.Fatal(err)
						}
						if lines := strings.Split(string(text), "\n"); pos.Line > len(lines) || pos.Column < 1 || pos.Column > len(lines[pos.Line-1]) {
							t.Errorf("%s %s: a statement is at %+v", r.Address, name, pos)
						}
						key := r.Address + " " + name + " " + s.Sid
						if i == 0 && s.Sid != "" {
							bySid[key] = pos
						} else if want, ok := bySid[key]; ok && pos != want {
							t.Errorf("%s: a statement is at %v in the plan, at %v in the configuration", key, pos, want)
						}
					}
				})
			}
		}
	}
	if placed*10 < total*9 {
		t.Errorf("only %d of %d statements have a place", placed, total)
	}
	t.Logf("%d of %d statements have a place", placed, total)
}
