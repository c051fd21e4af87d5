package analyzer

import (
	"cmp"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// accessBlock is one of the four parts of S3's public access block.
type accessBlock struct{ attr, name string }

func accessBlocks() []accessBlock {
	return []accessBlock{
		{"public_access_block.block_public_acls", "BlockPublicAcls"},
		{"public_access_block.ignore_public_acls", "IgnorePublicAcls"},
		{"public_access_block.block_public_policy", "BlockPublicPolicy"},
		{"public_access_block.restrict_public_buckets", "RestrictPublicBuckets"},
	}
}

// blocked says whether one part of the block is in force for a bucket: its own, or that of its account.
func blocked(g *graph.Graph, n *graph.Node, attr string) graph.Tri {
	out := flagOf(n, attr)
	for a := range g.OfKind("s3.account") {
		if a.Declared() {
			out = out.Or(sameOwner(a, n).And(flagOf(a, attr)))
		}
	}
	return out
}

func flagOf(n *graph.Node, attr string) graph.Tri {
	v := n.Attrs.Bool(attr)
	if on, known := v.Get(); known {
		return graph.TriOf(on)
	}
	return graph.TriOf(v.State() == graph.Unknown).And(graph.Maybe)
}

func publicAccessBlockOff() Rule {
	example := func(policy string) string {
		return exampleTrail + `
resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = ` + policy + `
  restrict_public_buckets = ` + policy + `
}
`
	}
	return Rule{
		ID: "TG310", Name: "public-access-block-off", Since: "0.1.0", Severity: Medium,
		Title:  "A log bucket may be made public",
		Why:    "New buckets block public access in all four parts. Where both parts against policies are off, one policy statement opens, and where both against ACLs are off and ACLs are in use, one ACL opens, the whole history of the account's API calls, with its account ids, role names and addresses, to everybody.",
		Attack: "Publishes the bucket with one s3:PutBucketPolicy or s3:PutBucketAcl and reads it without credentials, out of sight of the account's own trail.",
		Fix: Fix{
			Terraform: `resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}`,
			CloudFormation: `LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    PublicAccessBlockConfiguration:
      BlockPublicAcls: true
      IgnorePublicAcls: true
      BlockPublicPolicy: true
      RestrictPublicBuckets: true`,
		},
		Techniques: []string{"T1530", "T1562.008"},
		Subsumes:   []string{"CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "AWS-0086", "AWS-0087", "AWS-0091", "AWS-0093", "AWS-0094", "FG_R00229"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"},
		Example:    Example{Fail: example("false"), Pass: example("true")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				checkAccessBlock(p, n)
			}
		},
	}
}

// door is a way to make a bucket public. Each of its parts shuts it by itself.
type door struct {
	opens string
	parts []accessBlock
	shut  graph.Tri // whatever the parts say
}

func doorsOf(n *graph.Node) []door {
	parts := accessBlocks()
	noACLs := graph.Maybe // without ACLs there is none to open it with
	if ownership, known := word(n.Attrs, "ownership"); known {
		noACLs = graph.TriOf(ownership == "BucketOwnerEnforced")
	}
	return []door{{"one ACL", parts[:2], noACLs}, {"one policy statement", parts[2:], graph.No}}
}

// checkAccessBlock: a bucket can be made public where every part that shuts one of the doors is off. A part
// that is off beside one that holds brings it a step nearer: low.
func checkAccessBlock(p *Pass, n *graph.Node) {
	var off, opens, kept []string
	var opts []Option
	open, widest := "", graph.No
	for _, d := range doorsOf(n) {
		shut, before := d.shut, len(off)
		var holding []string
		for _, part := range d.parts {
			is := blocked(p.Graph, n, part.attr)
			shut = shut.Or(is)
			switch is {
			case graph.No:
				off = append(off, part.name)
				opts = append(opts, cites(n, part.attr, n.Attrs.Bool(part.attr)))
			case graph.Yes:
				holding = append(holding, part.name)
			case graph.Maybe:
				if open == "" || flagOf(n, open) != graph.Maybe {
					open = part.attr
				}
			}
		}
		widest = max(widest, shut.Not())
		switch {
		case shut == graph.No:
			opens = append(opens, d.opens)
		case len(off) > before:
			if d.shut == graph.Yes {
				holding = append(holding, "object ownership")
			}
			kept = append(kept, "what still keeps "+d.opens+" from making the bucket public is "+strings.Join(holding, " and "))
		}
	}
	s := Low // no door is open
	if widest != graph.No {
		s = worthOf(p.index, n).of(Medium)
	}
	switch {
	case len(opens) > 0:
		p.Violate(n, s, strings.Join(off, ", ")+" off: "+strings.Join(opens, " or ")+" makes the bucket public", opts...)
	case len(off) > 0 && widest == graph.Maybe:
		p.Undecided(n, cmp.Or(open, "ownership"), s, append(opts, unsure(n, strings.Join(off, ", ")+" off, and whether anything else keeps the bucket from being made public"))...)
	case len(off) > 0:
		p.Violate(n, s, strings.Join(off, ", ")+" off; "+strings.Join(kept, ", "), opts...)
	case open != "" && flagOf(n, open) == graph.No:
		p.Undecided(n, open, s, unsure(n, open+" is off, and whether its account's public access block makes up for it: the account is not known"))
	case open != "":
		p.Undecided(n, open, s)
	default:
		p.Hold(n)
	}
}

func accountPublicAccessBlockOff() Rule {
	example := func(on string) string {
		return exampleTrail + `
resource "aws_s3_account_public_access_block" "account" {
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = ` + on + `
  restrict_public_buckets = ` + on + `
}
`
	}
	return Rule{
		ID: "TG318", Name: "account-public-access-block-off", Since: "0.1.0", Severity: Low,
		Title:  "The account that holds the logs allows public buckets",
		Why:    "The account's block is the backstop behind that of each bucket: with it on, s3:PutBucketPublicAccessBlock on the log bucket gains an attacker nothing. An account that holds logs has no use for public buckets.",
		Attack: "Takes the log bucket's own block away and publishes it, with two calls on the bucket alone.",
		Fix: Fix{
			Terraform: `resource "aws_s3_account_public_access_block" "account" {
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}`,
			CloudFormation: `# CloudFormation has no resource for the account's block. Set it once per account:
#   aws s3control put-public-access-block --account-id <account> --public-access-block-configuration \
#     BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
		},
		Techniques: []string{"T1530", "T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html"},
		Example:    Example{Fail: example("false"), Pass: example("true")},
		Check: func(p *Pass) {
			for n := range p.Graph.OfKind("s3.account") {
				if n.Declared() && holdsLogs(p, n) {
					checkAccountBlock(p, n)
				}
			}
		},
	}
}

// holdsLogs says that a bucket of a chain may be of the account.
func holdsLogs(p *Pass, account *graph.Node) bool {
	for b := range p.Chain(graph.KindBucket) {
		if r := p.Graph.Reach(b.ID); r.Traced && r.Certain && sameOwner(account, b) != graph.No {
			return true
		}
	}
	return false
}

func checkAccountBlock(p *Pass, n *graph.Node) {
	var off []string
	var opts []Option
	open := ""
	for _, part := range accessBlocks() {
		switch flagOf(n, part.attr) {
		case graph.No:
			off = append(off, part.name)
			opts = append(opts, cites(n, part.attr, n.Attrs.Bool(part.attr)))
		case graph.Maybe:
			open = part.attr
		case graph.Yes:
		}
	}
	switch {
	case len(off) > 0:
		p.Violate(n, Low, strings.Join(off, ", ")+" off for the account: each bucket is as private as its own settings", opts...)
	case open != "":
		p.Undecided(n, open, Low)
	default:
		p.Hold(n)
	}
}
