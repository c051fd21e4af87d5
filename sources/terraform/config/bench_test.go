package config_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// many returns a configuration of n instances of a module with six resources each, in which policies are put together
// in every way.
func many(n int) fstest.MapFS {
	files := fstest.MapFS{}
	file := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	file("main.tf", fmt.Sprintf(`
variable "teams" { default = %d }
locals { teams = { for i in range(var.teams) : "team-${i}" => { retention = i %% 14 + 1 } } }
provider "aws" { region = "eu-central-1" }
resource "aws_s3_bucket" "archive" { bucket = "acme-archive" }
resource "aws_sns_topic" "objects" { name = "objects" }
module "team" {
  source    = "./team"
  for_each  = local.teams
  name      = each.key
  retention = each.value.retention
  bucket    = aws_s3_bucket.archive.arn
  topic     = aws_sns_topic.objects.arn
}
output "queues" { value = { for k, m in module.team : k => m.queue_arn } }
`, n))
	file("team/main.tf", `
variable "name" { type = string }
variable "retention" { type = number }
variable "bucket" { type = string }
variable "topic" { type = string }
data "aws_caller_identity" "current" {}
locals { queue = "siem-${var.name}" }
resource "aws_sqs_queue" "siem" {
  name                      = local.queue
  message_retention_seconds = var.retention * 86400
  redrive_policy            = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
}
resource "aws_sqs_queue" "dead" { name = "${local.queue}-dead" }
data "aws_iam_policy_document" "siem" {
  dynamic "statement" {
    for_each = { publish = "sqs:SendMessage", look = "sqs:GetQueueAttributes" }
    content {
      sid       = statement.key
      actions   = [statement.value]
      resources = [aws_sqs_queue.siem.arn]
      principals {
        type        = "Service"
        identifiers = ["sns.amazonaws.com"]
      }
      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [var.topic]
      }
    }
  }
}
resource "aws_sqs_queue_policy" "siem" {
  queue_url = aws_sqs_queue.siem.id
  policy    = data.aws_iam_policy_document.siem.json
}
resource "aws_sns_topic_subscription" "siem" {
  topic_arn = var.topic
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.siem.arn
}
resource "aws_iam_role" "reader" {
  name               = "reader-${var.name}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" } }] })
}
resource "aws_iam_role_policy" "reader" {
  role   = aws_iam_role.reader.id
  policy = <<-EOT
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "${aws_sqs_queue.siem.arn}"},
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${var.bucket}/*"}]}
  EOT
}
output "queue_arn" { value = aws_sqs_queue.siem.arn }
`)
	return files
}

func evaluate(tb testing.TB, files fstest.MapFS, in config.Inputs) *config.Result {
	tb.Helper()
	c, err := config.Load(&config.Tree{Files: files, Dir: "."})
	if err != nil {
		tb.Fatal(err)
	}
	res, err := config.Evaluate(c, in)
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

func TestMany(t *testing.T) {
	t.Parallel()
	res := evaluate(t, many(20), config.Inputs{})
	if got, want := len(res.Instances), 2+20*8; got != want {
		t.Errorf("%d instances, want %d", got, want)
	}
	for _, g := range res.Gaps {
		t.Errorf("gap: %+v", g)
	}
	for _, in := range res.Instances {
		if in.Address == `module.team["team-3"].aws_sqs_queue_policy.siem` {
			policy := res.Tokens.Text(in.Values()["policy"].AsString()).String()
			if !strings.Contains(policy, `${module.team["team-3"].aws_sqs_queue.siem.arn}`) || !strings.Contains(policy, "${aws_sns_topic.objects.arn}") {
				t.Errorf("policy: %s", policy)
			}
			return
		}
	}
	t.Error("the policy is not there")
}

// BenchmarkEvaluate evaluates 500 instances of a module with six resources each.
func BenchmarkEvaluate(b *testing.B) {
	files := many(500)
	b.ReportAllocs()
	for b.Loop() {
		evaluate(b, files, config.Inputs{})
	}
}
