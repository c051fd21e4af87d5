package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

const exampleReplication = `
resource "aws_s3_bucket_replication_configuration" "logs" {
  depends_on = [aws_s3_bucket_versioning.logs]
  bucket     = aws_s3_bucket.logs.id
  role       = "arn:aws:iam::111122223333:role/replication"
  rule {
    id     = "vault"
    status = %q
    filter {}
    delete_marker_replication {
      status = "Disabled"
    }
    destination {
      bucket  = "arn:aws:s3:::acme-trail-vault"
      account = "444455556666"
      access_control_translation {
        owner = "Destination"
      }
    }
  }
}
`

//nolint:gochecknoglobals // shared with TG317
var fixReplication = Fix{
	Terraform: `resource "aws_s3_bucket_replication_configuration" "logs" {
  depends_on = [aws_s3_bucket_versioning.logs]
  bucket     = aws_s3_bucket.logs.id
  role       = aws_iam_role.replication.arn
  rule {
    id     = "vault"
    status = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Disabled"
    }
    destination {
      bucket  = "arn:aws:s3:::acme-trail-vault"
      account = "444455556666"
      access_control_translation {
        owner = "Destination"
      }
    }
  }
}`,
	CloudFormation: `LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    VersioningConfiguration:
      Status: Enabled
    ReplicationConfiguration:
      Role: !GetAtt ReplicationRole.Arn
      Rules:
        - Id: vault
          Status: Enabled
          Priority: 1
          Filter:
            Prefix: ""
          DeleteMarkerReplication:
            Status: Disabled
          Destination:
            Bucket: arn:aws:s3:::acme-trail-vault
            Account: "444455556666"
            AccessControlTranslation:
              Owner: Destination`,
}

// bucketSingleCopy: a replica is an optional thing, so that its absence alone is design. It is reported, low,
// only where the record is in one bucket and no default retention holds it there: the replica in another
// account is then what an administrator of this one cannot reach.
func bucketSingleCopy() Rule {
	return Rule{
		ID: "TG316", Name: "bucket-single-copy", Since: "0.1.0", Severity: Low,
		Title:  "The only copy of the log objects is deletable",
		Why:    "The trail's objects are in one bucket, and nothing locks them there. Whoever administers the bucket's account can destroy them all. A log group or an event data store may hold the same events, but not the objects, which digests prove to be unchanged. Either Object Lock or a replica in another account takes that away; one of them will do.",
		Attack: "Empties the bucket, or closes the account that owns it: there is no second copy of the objects to compare with.",
		Fix:    fixReplication, Techniques: []string{"T1485", "T1490"},
		Subsumes:   []string{"CKV_AWS_144", "FG_R00275"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html"},
		Example:    Example{Fail: exampleVersioned, Pass: exampleVersioned + replicationExample("Enabled")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				if !isTrailStore(p.Graph, n) {
					continue // not the record
				}
				switch locked, copied := isSet(n.Attrs, "object_lock.mode"), copiesAll(p.Graph, n); {
				case locked == graph.Yes, hasCopy(p.index, n), copied == graph.Yes:
					p.Hold(n)
				case locked == graph.Maybe:
					p.Undecided(n, "object_lock.mode", Low)
				case n.Attrs.Blocks("replication.rules").State() == graph.Unknown:
					p.Undecided(n, "replication.rules", Low)
				case copied == graph.Maybe:
					p.Undecided(n, "replication.rules", Low, unsure(n, "whether a replication rule is on, and copies every log object"))
				default:
					message := "as objects the record is in this bucket alone, and no default retention holds them"
					if group := keptGroup(p.Graph, n); group != "" {
						message += "; their events are in " + group + " as well"
					}
					p.Violate(n, Low, message, Because(n, "replication.rules", "no replication rule that is on copies every log object"), Because(n, "object_lock.mode", "there is no default retention"))
				}
			}
		},
	}
}

// copiesAll says whether a replication rule of the bucket copies every log object.
func copiesAll(g *graph.Graph, n *graph.Node) graph.Tri {
	out := graph.No
	rules, _ := blocksOf(n, "replication.rules")
	for _, r := range rules {
		out = out.Or(replicates(g, n, r))
	}
	return out
}

// keptGroup names the log group, if there is one, in which the trails of the bucket are certain to have their events
// kept for as long as CloudTrail's own event history.
func keptGroup(g *graph.Graph, n *graph.Node) string {
	group := ""
	for e := range g.In(n.ID) {
		if e.Kind.ID != "trail_s3" {
			continue
		}
		kept := ""
		for out := range g.Out(e.From) {
			to := g.Node(out.To)
			if out.Kind.ID != "trail_cwl" || out.OneOf != "" || !to.Declared() {
				continue
			}
			if days, known := to.Attrs.Int("retention_days").Get(); known && (days <= 0 || days >= quarterDays) {
				kept = string(to.ID)
			}
		}
		if kept == "" || group != "" && group != kept {
			return "" // not of every trail, or not in one
		}
		group = kept
	}
	return group
}
