package access_test

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/trailguard/trailguard/analyzer/access"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// TestExemptions guards a queue against everyone but whose name matches a pattern.
func TestExemptions(t *testing.T) {
	for pattern, told := range map[string]bool{
		"arn:aws:iam::*:role/break-glass-*":         true,
		"arn:aws:iam::111122223333:role/*-operator": true,
		"*BreakGlass*":              true,
		"arn:aws:iam::*:*/ops-*":    true,
		"arn:aws:iam::*:user/ops-*": true,
		"arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*":    false,
		"arn:aws:iam::111122223333:role/aws-service-role/x.com/*": false,
		"arn:aws:iam::999999999999:role/*":                        false,
		"arn:aws:iam::111122223333:role/one":                      false,
	} {
		a := txtar.Parse([]byte(fmt.Sprintf(`
-- main.tf --
resource "aws_sqs_queue" "q" { name = "q" }
resource "aws_sqs_queue_policy" "q" {
  queue_url = aws_sqs_queue.q.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*", Condition = { ArnNotLike = { "aws:PrincipalArn" = %q } } }] })
}
`, pattern)))
		if pattern == "*BreakGlass*" { // no ARN, and hence another operator
			a.Files[0].Data = bytes.ReplaceAll(a.Files[0].Data, []byte("ArnNotLike"), []byte("StringNotLike"))
		}
		g := linked(t, a)
		x := access.New(g, access.Options{})
		r := x.Resource(g.Node(graph.NodeID("aws_sqs_queue.q")))
		if got := x.Judge(access.Admin, "sqs:PurgeQueue", r).Result; got != iam.Denied {
			t.Errorf("%s: admin is %v", pattern, got)
		}
		if got := x.Exemptions("sqs:PurgeQueue", r); (len(got) > 0) != told {
			t.Errorf("%s: %v, want told %v", pattern, got, told)
		}
	}
}
