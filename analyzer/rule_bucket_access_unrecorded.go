package analyzer

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func bucketAccessUnrecorded() Rule {
	return Rule{
		ID: "TG315", Name: "bucket-access-unrecorded", Since: "0.1.0", Severity: Medium,
		Title:  "Nobody would see who reads, writes or deletes log objects",
		Why:    "Object calls are data events: no trail records them unless it is told to. Either S3's access logs or data events of the bucket on any trail do; with neither, a deleted log object leaves no trace at all.",
		Attack: "Deletes, overwrites or copies log objects; GetObject, PutObject and DeleteObject on the bucket are recorded nowhere.",
		Fix: Fix{
			Terraform: `# Data events, on a trail that stores in another bucket:
resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = aws_s3_bucket.audit.id
  event_selector {
    read_write_type = "All"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["${aws_s3_bucket.logs.arn}/"]
    }
  }
}

# Or access logs:
resource "aws_s3_bucket_logging" "logs" {
  bucket        = aws_s3_bucket.logs.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "acme-trail/"
}`,
			CloudFormation: `# Data events, on a trail that stores in another bucket:
AuditTrail:
  Type: AWS::CloudTrail::Trail
  Properties:
    IsLogging: true
    S3BucketName: !Ref AuditBucket
    EventSelectors:
      - ReadWriteType: All
        DataResources:
          - Type: AWS::S3::Object
            Values: [!Sub "${LogsBucket.Arn}/"]

# Or access logs:
LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    LoggingConfiguration:
      DestinationBucketName: !Ref AccessLogsBucket
      LogFilePrefix: acme-trail/`,
		},
		Techniques: []string{"T1562.008", "T1070", "T1530"},
		Subsumes:   []string{"AWS-0171", "AWS-0172", "FG_R00354", "FG_R00355", "KICS a8fc2180", "prowler cloudtrail_s3_dataevents_write_enabled", "prowler cloudtrail_s3_dataevents_read_enabled", "AWS-0163", "KICS ee9e50e8", "FG_R00031", "CKV_AWS_18", "AWS-0089", "FG_R00274", "AC_AWS_0497", "W35"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/logging-with-S3.html", "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html"},
		Example: Example{
			Fail: exampleTrail,
			Pass: exampleTrail + `
resource "aws_s3_bucket" "access_logs" {
  bucket = "acme-access-logs"
}

resource "aws_s3_bucket_logging" "logs" {
  bucket        = aws_s3_bucket.logs.id
  target_bucket = aws_s3_bucket.access_logs.id
  target_prefix = "acme-trail/"
}
`,
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				s := worthOf(p.index, n).of(Medium)
				logs := isSet(n.Attrs, "logging.bucket")
				data := objectWritesRecorded(p.index, n)
				switch logs.Or(data) {
				case graph.Yes:
					p.Hold(n)
				case graph.No:
					p.Violate(n, s, "neither access logs nor data events record what is done to the objects", Because(n, "logging.bucket", "the bucket writes no access logs, and no logging trail of the input selects its objects"))
				case graph.Maybe:
					if logs == graph.Maybe {
						p.Undecided(n, "logging.bucket", s)
						continue
					}
					p.Undecided(n, "logging.bucket", s, unsure(n, "whether the data event selectors of a trail take its objects"))
				}
			}
		},
	}
}

// objectWritesRecorded says whether a logging trail of the input records, as data events, the calls that
// write and delete the log objects of a bucket.
func objectWritesRecorded(ix *index, n *graph.Node) graph.Tri {
	out := graph.No
	for _, t := range ix.watchersOf(n) {
		if out == graph.Yes {
			break
		}
		logging, known := t.Attrs.Bool("logging").Get()
		sees := triFlag(logging, known)
		if org, known := t.Attrs.Bool("organization").Get(); known && !org {
			sees = sees.And(likely(sameOwner(t, n)))
		}
		if all, known := t.Attrs.Bool("multi_region").Get(); known && !all {
			sees = sees.And(likely(sameString(t.Region, n.Region)))
		}
		out = out.Or(sees.And(basicData(ix.Graph, t, n).Or(advancedData(ix.Graph, t, n))))
	}
	return out
}

func triFlag(on, known bool) graph.Tri {
	if !known {
		return graph.Maybe
	}
	return graph.TriOf(on)
}

// likely takes two nodes of one input for neighbours unless they are known not to be.
func likely(t graph.Tri) graph.Tri { return graph.TriOf(t != graph.No) }

// basicData evaluates the basic event selectors of a trail for the objects of a bucket.
func basicData(g *graph.Graph, t, n *graph.Node) graph.Tri {
	selectors, state := blocksOf(t, "event_selectors")
	out := graph.TriOf(state == graph.Unknown).And(graph.Maybe)
	for _, s := range selectors {
		writes := graph.Maybe
		if rw, known := word(s, "read_write"); known {
			writes = graph.TriOf(rw != "ReadOnly")
		} else if s.Text("read_write").State() == graph.Absent {
			writes = graph.Yes
		}
		resources := s.Blocks("data_resources")
		if resources.State() == graph.Unknown {
			out = out.Or(writes.And(graph.Maybe))
		}
		for _, r := range resources.Or(nil) {
			kind := graph.Maybe
			if k, known := word(r, "type"); known {
				kind = graph.TriOf(k == "AWS::S3::Object")
			}
			values := r.Texts("values")
			takes := graph.TriOf(values.State() == graph.Unknown).And(graph.Maybe)
			for _, value := range values.Or(nil) {
				takes = takes.Or(startsObjects(g, t, n, value))
			}
			out = out.Or(writes.And(kind).And(takes))
		}
	}
	return out
}

// advancedData evaluates the advanced event selectors of a trail for the calls that delete and write the objects of
// a bucket: both, or it is not certain.
func advancedData(g *graph.Graph, t, n *graph.Node) graph.Tri {
	blocks, state := blocksOf(t, "advanced_selectors")
	if state == graph.Unknown {
		return graph.Maybe
	}
	deletes, writes := graph.No, graph.No
	for _, s := range advancedSelectors(blocks) {
		deletes = deletes.Or(takesObjects(g, t, n, s, "DeleteObject"))
		writes = writes.Or(takesObjects(g, t, n, s, "PutObject"))
	}
	if deletes != writes {
		return graph.Maybe
	}
	return deletes
}

// takesObjects says whether a selector takes a call on all log objects of a bucket, whoever makes it.
func takesObjects(g *graph.Graph, t, n *graph.Node, s selector, call string) graph.Tri {
	e := event{
		fieldCategory: graph.Literal("Data"), fieldReadOnly: graph.Literal("false"), fieldSource: graph.Literal("s3.amazonaws.com"),
		fieldName: graph.Literal(call), fieldType: bounded(fieldType)[0], fieldConsole: bounded(fieldConsole)[0], fieldResource: graph.Literal("AWS::S3::Object"),
	}
	typed, out := false, graph.Yes
	for _, c := range s {
		typed = typed || c.field == fieldResource || c.field == ""
		if c.field != fieldARN {
			out = out.And(c.takes(e))
			continue
		}
		// Single objects, or those that end in something, are part of the log objects at best.
		part := func(graph.Text) graph.Tri { return graph.Maybe }
		out = out.And(c.judge(part, func(v graph.Text) graph.Tri { return startsObjects(g, t, n, v) }, part))
	}
	return out.And(graph.TriOf(typed)) // CloudTrail refuses data events without a type
}

// startsObjects says whether the ARNs of all log objects of a bucket start with a value of a trail's selector.
func startsObjects(g *graph.Graph, t, n *graph.Node, value graph.Text) graph.Tri {
	if s, ok := value.Literal(); ok && (strings.HasSuffix(s, ":s3") || strings.HasSuffix(s, ":s3:::")) {
		return graph.Yes // every bucket of the account
	}
	name := n.Name.Or(graph.Reference(graph.Ref{Address: n.Address, Attr: "id"}))
	arn := graph.Reference(graph.Ref{Address: n.Address, Attr: "arn"})
	if own, known := n.ARN.Get(); known && own.IsLiteral() {
		arn = own
	}
	if head := value.Parts(); len(head) > 0 && head[0].Kind == graph.PartLiteral {
		// Where the partition is not known it is the one that the selector spells.
		if before, _, ok := strings.Cut(head[0].Literal, ":s3:::"); ok {
			arn = graph.Join(graph.Literal(before+":s3:::"), name)
		}
	}
	foreign := false
	value = value.Fold(func(r graph.Ref) (graph.Text, bool) {
		if r.Address != n.Address || t.Scope != n.Scope {
			other := g.Node(scoped(t, r))
			foreign = foreign || other != nil && other.Kind == graph.KindBucket
			return graph.Text{}, false
		}
		switch {
		case r.IsARN():
			return arn, true
		case r.IsName():
			return name, true
		}
		return graph.Text{}, false
	})
	if foreign {
		return graph.No
	}
	out := graph.Yes
	for _, key := range keysOf(g, n) {
		out = out.And(graph.Join(arn, graph.Literal("/"), key).Like(graph.Join(value, graph.Literal("*"))))
	}
	return out
}
