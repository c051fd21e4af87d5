package analyzer

import (
	"fmt"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func bucketACLsEnabled() Rule {
	return Rule{
		ID: "TG312", Name: "bucket-acls-enabled", Since: "0.1.0", Severity: Low,
		Title:  "ACLs work on a log bucket",
		Why:    "With ACLs on there is a second way to give access, which no review of policies sees: s3:PutBucketAcl and s3:PutObjectAcl open the logs, and objects written by other accounts may belong to them. With BucketOwnerEnforced policies alone decide, and CloudTrail still delivers.",
		Attack: "Opens single objects to another account by ACL, where nobody looks.",
		Fix:    fixOwnership, Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV2_AWS_65"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html"},
		Example:    Example{Fail: exampleTrail + fmt.Sprintf(exampleOwnership, "BucketOwnerPreferred"), Pass: exampleTrail + fmt.Sprintf(exampleOwnership, "BucketOwnerEnforced")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				switch ownership, known := word(n.Attrs, "ownership"); {
				case !known:
					p.Undecided(n, "ownership", Low)
				case ownership != "BucketOwnerEnforced":
					v := n.Attrs.Text("ownership")
					p.Violate(n, Low, "object ownership is "+shown(v)+": ACLs may open what policies close", cites(n, "ownership", v))
				default:
					p.Hold(n)
				}
			}
		},
	}
}
