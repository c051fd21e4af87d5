package analyzer

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// The rules about statements of policies on the chain that do not do what they seem to: see [iam.LintPolicy].

// policyKinds are the kinds of nodes on a chain that have a policy of their own.
//
//nolint:gochecknoglobals // a table
var policyKinds = []graph.Kind{graph.KindBucket, graph.KindQueue, graph.KindTopic, graph.KindStream, graph.KindBus, graph.KindLogsDest, graph.KindEventStore}

const conditionsPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"

// exampleBucketPolicy is a trail whose bucket has a policy of one statement, without what CloudTrail needs.
func exampleBucketPolicy(statement string) string {
	return exampleTrail + `
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
` + statement + `    }]
  })
}
`
}

const exampleDeny = `      Sid       = "NobodyDeletes"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      Resource  = "arn:aws:s3:::acme-trail/*"
`

func statementIdle() Rule {
	return Rule{
		ID: "TG490", Name: "statement-without-effect", Since: "0.1.0", Severity: Medium,
		Title:  "A statement of a policy on the chain does nothing",
		Why:    "A condition that no request can meet, a principal that nobody is, or an element without values makes a statement that never applies. AWS takes most of them without a word. A denial that never applies guards nothing, and whoever reviews the policy counts on it.",
		Attack: "Reads the policy more carefully than its author, and does what the statement seems to forbid.",
		Fix: Fix{
			Terraform: `# StringEquals takes * for itself; patterns need StringLike or ArnLike.
condition {
  test     = "ArnLike"
  variable = "aws:PrincipalArn"
  values   = ["arn:aws:iam::*:role/ci-*"]
}`,
			CloudFormation: `# StringEquals takes * for itself; patterns need StringLike or ArnLike.
Condition:
  ArnLike:
    aws:PrincipalArn: arn:aws:iam::*:role/ci-*`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{conditionsPage, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"},
		Example: Example{
			Fail: exampleBucketPolicy(exampleDeny + `      Condition = { StringEquals = { "aws:PrincipalArn" = "arn:aws:iam::*:role/ci-*" } }
`),
			Pass: exampleBucketPolicy(exampleDeny + `      Condition = { StringLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/ci-*" } }
`),
		},
		Check: func(p *Pass) {
			lintPolicies(p, func(l iam.Lint) (Severity, bool) {
				switch l.Flaw {
				case iam.NeverHolds, iam.NothingMatched, iam.PrincipalNever, iam.Undefined:
					if l.Effect == iam.Deny {
						return Medium, true
					}
					return Low, true
				default:
					return None, false
				}
			})
		},
	}
}

func conditionIdle() Rule {
	return Rule{
		ID: "TG491", Name: "condition-without-effect", Since: "0.1.0", Severity: Medium,
		Title:  "A condition of a policy on the chain does not restrict what it seems to",
		Why:    "StringNotEquals with a wildcard is met by every request; ForAllValues is met by requests that do not have the key at all, and ForAnyValue with a negated operator is not. A statement with such a condition allows more, or denies more or less, than it says.",
		Attack: "Leaves out the key that the condition asks for, and is let through.",
		Fix: Fix{
			Terraform: `# Requests without the key are no exception:
condition {
  test     = "Null"
  variable = "aws:PrincipalOrgPaths"
  values   = ["false"]
}`,
			CloudFormation: `# Requests without the key are no exception:
Condition:
  "Null":
    aws:PrincipalOrgPaths: "false"`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{conditionsPage, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"},
		Example: Example{
			Fail: exampleBucketPolicy(exampleDeny + `      Condition = { StringNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::*:role/break-glass" } }
`),
			Pass: exampleBucketPolicy(exampleDeny + `      Condition = { StringNotLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/break-glass" } }
`),
		},
		Check: func(p *Pass) {
			lintPolicies(p, func(l iam.Lint) (Severity, bool) {
				switch l.Flaw {
				case iam.AlwaysHolds, iam.HoldsWithout, iam.FailsWithout:
					return Medium, true
				default:
					return None, false
				}
			})
		},
	}
}

func principalGone() Rule {
	return Rule{
		ID: "TG492", Name: "principal-deleted", Since: "0.1.0", Severity: Low,
		Title:  "A policy on the chain names a principal that was deleted",
		Why:    "When a role or user is deleted AWS writes its id (AROA… or AIDA…) in the place of its ARN. The statement is for nobody from then on: a consumer cannot read any more, or an exemption is left over. A role that is made anew under the same name is not meant by it.",
		Attack: "Deletes the role of a consumer and makes it anew: everything looks the same, and the consumer reads nothing.",
		Fix: Fix{
			Terraform:      "Name the principal by its ARN again: identifiers = [aws_iam_role.siem.arn].",
			CloudFormation: "Name the principal by its ARN again: AWS: !GetAtt SiemRole.Arn.",
		},
		Techniques: []string{"T1531"},
		References: []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"},
		Example: Example{
			Fail: exampleBucketPolicy(`      Sid       = "SiemReads"
      Effect    = "Allow"
      Principal = { AWS = "AROAEXAMPLEROLEIDXYZ1" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::acme-trail/*"
`),
			Pass: exampleBucketPolicy(`      Sid       = "SiemReads"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111122223333:role/siem" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::acme-trail/*"
`),
		},
		Check: func(p *Pass) {
			lintPolicies(p, func(l iam.Lint) (Severity, bool) { return Low, l.Flaw == iam.PrincipalGone })
		},
	}
}

// lintPolicies judges the policies of the chain, one finding for each that has flaws the rule is about.
func lintPolicies(p *Pass, about func(iam.Lint) (Severity, bool)) {
	judge := func(n *graph.Node, w worth) {
		v := n.Attrs.Text("policy")
		t, ok := v.Get()
		if !ok || t.IsEmpty() || len(t.Parts()) == 1 && !t.IsLiteral() {
			return // that it is not known is told by the coverage
		}
		policy, err := iam.Parse(t)
		if err != nil {
			return
		}
		var flaws []iam.Lint
		worst := None
		for _, l := range iam.LintPolicy(policy) {
			if s, ok := about(l); ok {
				flaws, worst = append(flaws, l), max(worst, s)
			}
		}
		if len(flaws) == 0 {
			p.Hold(n)
			return
		}
		p.Violate(n, w.of(worst), flawWords(policy, flaws, v.Sensitive()), statementAt(n, flaws[0].Statement), func(f *Finding) {
			for _, l := range flaws {
				f.Evidence = append(f.Evidence, Evidence{Where: setBy(n, "policy"), What: statementName(policy, l.Statement, v.Sensitive()) + ": " + flawReason(l, v.Sensitive())})
			}
		})
	}
	for n := range p.Chain(policyKinds...) {
		judge(n, worthOf(p.index, n))
	}
	for n := range p.Supporting(graph.KindKey) {
		judge(n, keyWorth(p.index, n))
	}
}

// flawWords says what is wrong with a policy.
func flawWords(policy iam.Policy, flaws []iam.Lint, sensitive bool) string {
	out := statementName(policy, flaws[0].Statement, sensitive) + ": " + flawReason(flaws[0], sensitive)
	if n := len(flaws) - 1; n > 0 {
		out += fmt.Sprintf("; and %d more", n)
	}
	return out
}

// statementName calls a statement by its number and Sid.
func statementName(policy iam.Policy, index int, sensitive bool) string {
	i := slices.IndexFunc(policy.Statements, func(s iam.Statement) bool { return s.Index == index })
	out := "statement " + strconv.Itoa(index+1)
	if i < 0 || sensitive {
		return out
	}
	if sid, ok := policy.Statements[i].Sid.Literal(); ok && sid != "" {
		out += " " + strconv.Quote(sid)
	}
	return out + " (" + policy.Statements[i].Effect.String() + ")"
}

func flawReason(l iam.Lint, sensitive bool) string {
	if l.Key == "" || sensitive {
		return l.Message
	}
	return strings.TrimSpace(l.Operator+" on "+l.Key) + ": " + l.Message
}

func setBy(n *graph.Node, attr string) string {
	return cmp.Or(n.Attrs[attr].Origin, string(n.ID))
}

// statementAt places a finding at a statement of the node's policy.
func statementAt(n *graph.Node, index int) Option {
	return func(f *Finding) {
		if pos := n.Attrs["policy"].StatementPos(index); !pos.IsZero() {
			f.Position = pos
		}
	}
}
