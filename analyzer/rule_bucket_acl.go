package analyzer

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const exampleOwnership = `
resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = %q
  }
}
`

//nolint:gochecknoglobals // shared by the rules of this file
var fixOwnership = Fix{
	Terraform: `# And remove aws_s3_bucket_acl of the bucket: without ACLs it is private.
resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}`,
	CloudFormation: `# And remove AccessControl: without ACLs the bucket is private.
LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    OwnershipControls:
      Rules:
        - ObjectOwnership: BucketOwnerEnforced`,
}

// publicAccess is what an ACL gives to people outside of the account.
type publicAccess struct {
	who    string
	writes bool // or may change the ACL
	attr   string
	say    string
}

// publicACL reads the widest public access off the ACL of a bucket. Maybe: part of it is not known.
func publicACL(n *graph.Node) (publicAccess, graph.Tri) {
	found, yes := publicAccess{}, graph.No
	widen := func(a publicAccess) {
		if yes != graph.Yes || a.writes && !found.writes {
			found = a
		}
		yes = graph.Yes
	}
	open := func(attr string) {
		if yes == graph.No {
			yes, found.attr = graph.Maybe, attr
		}
	}
	v := n.Attrs.Text("acl")
	switch acl, known := word(n.Attrs, "acl"); {
	case v.State() == graph.Absent:
	case !known:
		open("acl")
	case acl == "public-read":
		widen(publicAccess{who: "everybody", attr: "acl", say: "acl is " + shown(v)})
	case acl == "public-read-write":
		widen(publicAccess{who: "everybody", writes: true, attr: "acl", say: "acl is " + shown(v)})
	case acl == "authenticated-read":
		widen(publicAccess{who: "every AWS account", attr: "acl", say: "acl is " + shown(v)})
	}
	grants, state := blocksOf(n, "acl_grants")
	if state == graph.Unknown {
		open("acl_grants")
	}
	for _, b := range grants {
		uri, known := word(b, "uri")
		if !known && b.Text("uri").State() != graph.Absent {
			open("acl_grants")
			continue
		}
		var who string
		switch {
		case strings.HasSuffix(uri, "/global/AllUsers"):
			who = "everybody"
		case strings.HasSuffix(uri, "/global/AuthenticatedUsers"):
			who = "every AWS account"
		default:
			continue
		}
		permission, known := word(b, "permission")
		widen(publicAccess{who: who, writes: !known || permission != "READ" && permission != "READ_ACP", attr: "acl_grants", say: shown(b.Text("permission")) + " is granted to " + who})
	}
	return found, yes
}

// bucketACLPublic: to read an object needs the object's ACL, and CloudTrail's objects are the bucket
// owner's. A bucket ACL that reads therefore lists the keys, which is high; one that writes lets anyone plant or
// replace objects, which is critical. Where ACLs are off or ignored it waits for that to change: low.
func bucketACLPublic() Rule {
	example := func(acl string) string {
		return exampleTrail + `
resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket             = aws_s3_bucket.logs.id
  block_public_acls  = false
  ignore_public_acls = false
}

resource "aws_s3_bucket_acl" "logs" {
  depends_on = [aws_s3_bucket_ownership_controls.logs, aws_s3_bucket_public_access_block.logs]
  bucket     = aws_s3_bucket.logs.id
  acl        = "` + acl + `"
}
`
	}
	return Rule{
		ID: "TG311", Name: "bucket-acl-public", Since: "0.1.0", Severity: Critical,
		Title:  "The ACL of a log bucket opens it to the public",
		Why:    "An ACL for all users, or for all authenticated users, is one for everybody: any AWS account counts as authenticated. The keys of log objects alone tell accounts, regions and times; write access lets anybody bury the evidence under objects of their own.",
		Attack: "Lists the keys to see which accounts and regions are recorded; with write access plants or overwrites objects that the consumer takes for CloudTrail's.",
		Fix:    fixOwnership, Techniques: []string{"T1530", "T1565.001"},
		Subsumes:   []string{"CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "CKV2_AWS_43", "AWS-0092", "AWS-0161", "AC_AWS_0210", "AC_AWS_0211", "AC_AWS_0212", "AC_AWS_0213", "W31", "F14", "FG_R00028", "KICS bd0088a5", "KICS 219f4c95", "KICS 835d5497", "KICS 07dda8de"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"},
		Example:    Example{Fail: example("public-read-write"), Pass: example("private")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				checkACL(p, n)
			}
		},
	}
}

func checkACL(p *Pass, n *graph.Node) {
	w := worthOf(p.index, n)
	access, public := publicACL(n)
	if public != graph.Yes {
		if public == graph.Maybe {
			p.Undecided(n, access.attr, w.of(Critical))
			return
		}
		p.Hold(n)
		return
	}
	ignored := blocked(p.Graph, n, "public_access_block.ignore_public_acls")
	ownership, known := word(n.Attrs, "ownership")
	switch {
	case known && ownership == "BucketOwnerEnforced":
		ignored = graph.Yes
	case !known:
		ignored = ignored.Or(graph.Maybe)
	}
	s, can := High, "list its keys"
	if access.writes {
		s, can = Critical, "write to it"
	}
	evidence := Because(n, access.attr, access.say)
	switch ignored {
	case graph.Yes:
		p.Violate(n, Low, "the ACL lets "+access.who+" "+can+" as soon as ACLs are no longer off or ignored", evidence)
	case graph.Maybe:
		p.Undecided(n, access.attr, w.of(s), unsure(n, "whether its public ACL is in force: that hangs on object ownership and on IgnorePublicAcls"), evidence)
	case graph.No:
		p.Violate(n, w.of(s), "the ACL lets "+access.who+" "+can, evidence)
	}
}
