package analyzer

import (
	"fmt"
	"math"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// forever is longer than any retention, and may be added to another.
const forever = math.MaxInt64 / 4

// bounds are the least and the most days that something may last, by what is known.
type bounds struct{ least, most int64 }

// expiry reads a day count off the lifecycle rules that take CloudTrail's objects: the most days by the
// rules that are certain to, the least by those that may. because names the rule that sets most.
func expiry(p *Pass, n *graph.Node, field string) (b bounds, because string) {
	b = bounds{forever, forever}
	list, state := blocksOf(n, "lifecycle")
	if state == graph.Unknown {
		b.least = 0
	}
	keys := keysOf(p.Graph, n)
	for i, r := range list {
		applies := covers(keys, r.Text("prefix")).And(unfiltered(r))
		switch status, ok := word(r, "status"); {
		case !ok:
			applies = applies.And(graph.Maybe)
		case status != "Enabled":
			continue
		}
		v := r.Int(field)
		days, ok := v.Get()
		switch {
		case applies == graph.No, v.State() == graph.Absent, ok && days <= 0:
			continue
		case !ok:
			b.least = 0
			continue
		}
		b.least = min(b.least, days)
		if applies == graph.Yes && days < b.most {
			b.most = days
			because = fmt.Sprintf("lifecycle rule %s: %s is %s", ruleName(r, i), field, shown(v))
		}
	}
	return b, because
}

// unfiltered says whether a lifecycle rule takes objects whatever their tags and size. CloudTrail's have no tags, and
// any size.
func unfiltered(r graph.Attrs) graph.Tri {
	out := untagged(r)
	for _, bound := range []string{"min_size", "max_size"} {
		if v := r.Int(bound); v.State() == graph.Unknown || v.Or(0) > 0 {
			out = out.And(graph.Maybe) // it takes part of them
		}
	}
	return out
}

// untagged says whether a rule takes objects that have no tags.
func untagged(r graph.Attrs) graph.Tri {
	tags := r.Blocks("tags")
	if tags.State() == graph.Unknown {
		return graph.Maybe
	}
	return graph.TriOf(len(tags.Or(nil)) == 0)
}

// lifetime returns for how many days a log object can be brought back, by lifecycle, versioning and lock.
// On a versioned bucket expiry only hides an object; it is gone once its version expires as well.
func lifetime(p *Pass, n *graph.Node) (life bounds, because []string) {
	current, why := expiry(p, n, "expiration_days")
	old, whyOld := expiry(p, n, "noncurrent_days")
	status, known := word(n.Attrs, "versioning.status")
	life, because = current, []string{why}
	if status == "Enabled" || !known {
		life.most = min(forever, current.most+old.most)
		because = []string{why, whyOld}
	}
	if status == "Enabled" {
		life.least = min(forever, current.least+old.least)
	}
	switch locked, sure := lockDays(n); {
	case !sure:
		life.most = forever
	default:
		life.least, life.most = max(life.least, locked), max(life.most, locked)
	}
	return life, because
}

//nolint:gochecknoglobals // shared by the rules of this file
var fixLifecycle = Fix{
	Terraform: `resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "keep-a-year"
    status = "Enabled"
    filter {}
    transition {
      days          = 90
      storage_class = "GLACIER_IR"
    }
    expiration {
      days = 400
    }
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }
}`,
	CloudFormation: `LogsBucket:
  Type: AWS::S3::Bucket
  Properties:
    VersioningConfiguration:
      Status: Enabled
    LifecycleConfiguration:
      Rules:
        - Id: keep-a-year
          Status: Enabled
          Transitions:
            - StorageClass: GLACIER_IR
              TransitionInDays: 90
          ExpirationInDays: 400
          NoncurrentVersionExpiration:
            NoncurrentDays: 90`,
}

// exampleLifecycle is a bucket with one lifecycle rule.
func exampleLifecycle(actions string) string {
	return `
resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    id     = "trail"
    status = "Enabled"
    filter {
      prefix = "AWSLogs/"
    }
` + actions + "  }\n}\n"
}

func exampleExpiry(days int) string {
	return exampleLifecycle(fmt.Sprintf("    expiration {\n      days = %d\n    }\n", days))
}

func lifecycleExpiresEvidence() Rule {
	return Rule{
		ID: "TG307", Name: "lifecycle-expires-evidence", Since: "0.1.0", Severity: High,
		Title:  "A lifecycle rule destroys log objects early",
		Why:    "What a lifecycle rule deletes, it deletes without an event: no DeleteObject is recorded. Ninety days is what CloudTrail's event history holds anyway; intrusions are found later than that, and audit regimes want a year. What counts is when the last version goes: on a versioned bucket that is the expiry of the current version and that of noncurrent ones together, and no sooner than the lock ends.",
		Attack: "Needs one s3:PutLifecycleConfiguration, or only patience: the objects of the intrusion delete themselves.",
		Fix:    fixLifecycle, Techniques: []string{"T1485.001", "T1070"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html"},
		Example:    Example{Fail: exampleTrail + exampleExpiry(30), Pass: exampleTrail + exampleExpiry(400)},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				w := worthOf(p.index, n)
				life, because := lifetime(p, n)
				switch {
				case life.least >= yearDays:
					p.Hold(n)
				case life.most < yearDays:
					s, than := Medium, "the year that audits ask for"
					if life.most < quarterDays {
						s, than = High, "the 90 days of CloudTrail's own event history"
					}
					opts := make([]Option, 0, len(because))
					for _, b := range because {
						if b != "" {
							opts = append(opts, Because(n, "lifecycle", b))
						}
					}
					message := "log objects are gone for good after " + count(life.most, "day") + ", less than " + than
					if hides(n, "lifecycle") {
						message = "log objects are gone for good sooner than " + than
					}
					p.Violate(n, w.of(s), message, opts...)
				default:
					p.Undecided(n, "lifecycle", w.of(High), unsure(n, "after how many days lifecycle rules destroy log objects"+openEnd(n)))
				}
			}
		},
	}
}

// hides says that a value inside of a list of blocks is sensitive.
func hides(n *graph.Node, attr string) bool {
	blocks, _ := blocksOf(n, attr)
	for _, b := range blocks {
		for _, a := range b {
			if a.Value.Sensitive() {
				return true
			}
		}
	}
	return false
}

// openEnd names what leaves a lifetime open.
func openEnd(n *graph.Node) string {
	for _, attr := range []string{"lifecycle", "versioning.status", "object_lock.days", "object_lock.years"} {
		if a, ok := n.Attrs[attr]; ok && a.Value.State() == graph.Unknown {
			return ": " + attr + " is " + string(a.Value.Reason())
		}
	}
	if v, ok := n.Attrs.Text("versioning.status").Get(); ok && !v.IsLiteral() {
		return ": versioning.status is " + string(v.Reason())
	}
	return ": it is not certain that the rules apply to CloudTrail's keys, or for how long"
}

func lifecycleDropsVersions() Rule {
	return Rule{
		ID: "TG308", Name: "lifecycle-drops-versions", Since: "0.1.0", Severity: Medium,
		Title:  "Deleted log objects can be brought back for a few days only",
		Why:    "CloudTrail never overwrites an object, so a noncurrent version is one that somebody deleted or replaced. How long noncurrent versions are kept is how long there is to notice, and most intrusions go unnoticed for longer than thirty days.",
		Attack: "Deletes the objects, which leaves markers, and lets the lifecycle rule remove the versions behind them: no permission on versions is needed.",
		Fix:    fixLifecycle, Techniques: []string{"T1485.001", "T1070"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-actions"},
		Example: Example{
			Fail: exampleVersioned + exampleLifecycle("    noncurrent_version_expiration {\n      noncurrent_days = 1\n    }\n"),
			Pass: exampleVersioned + exampleLifecycle("    noncurrent_version_expiration {\n      noncurrent_days = 90\n    }\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				status, known := word(n.Attrs, "versioning.status")
				if known && status != "Enabled" {
					continue // TG301: there are no versions
				}
				s := worthOf(p.index, n).of(Medium)
				old, because := expiry(p, n, "noncurrent_days")
				locked, sure := lockDays(n)
				switch {
				case old.least >= monthDays, locked >= monthDays:
					p.Hold(n)
				case old.most < monthDays && known && sure:
					message := "a deleted log object can be brought back for " + count(old.most, "day") + " only: its versions expire then"
					if hides(n, "lifecycle") {
						message = "a deleted log object can be brought back for less than 30 days: its versions expire then"
					}
					p.Violate(n, s, message, Because(n, "lifecycle", because))
				default:
					p.Undecided(n, "lifecycle", s, unsure(n, "for how long lifecycle rules keep noncurrent versions"+openEnd(n)))
				}
			}
		},
	}
}

// lifecycleArchivesEarly measures against the longest that a queue holds the word of an object, and, where
// a table or crawler reads the bucket, against what an investigation goes back at once.
func lifecycleArchivesEarly() Rule {
	return Rule{
		ID: "TG309", Name: "lifecycle-archives-early", Since: "0.1.0", Severity: Low,
		Title:  "Log objects are archived before their readers are sure to have read them",
		Why:    "An object in S3 Glacier Flexible Retrieval or Deep Archive must be restored, which takes hours, before anybody can read it. A consumer that works off its backlog gets InvalidObjectState, and Athena passes such objects over in silence.",
		Attack: "Stalls the consumer until the objects are archived; what it then asks for is refused. s3:PutLifecycleConfiguration with a transition delays the record without a deletion.",
		Fix:    fixLifecycle, Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html", "https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html"},
		Example: Example{
			Fail: exampleNotifiesQueue + exampleQueue("") + exampleLifecycle("    transition {\n      days          = 1\n      storage_class = \"DEEP_ARCHIVE\"\n    }\n"),
			Pass: exampleNotifiesQueue + exampleQueue("") + exampleLifecycle("    transition {\n      days          = 180\n      storage_class = \"DEEP_ARCHIVE\"\n    }\n"),
		},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindBucket) {
				var limit int64
				var reader string
				switch {
				case feeds(p.Graph, n, "glue_table", "glue_crawler"):
					limit, reader = quarterDays, "Athena passes them over from then on"
				case feeds(p.Graph, n, "s3_notify_sqs", "s3_notify_sns", "s3_notify_lambda", "s3_notify_eventbridge"):
					limit, reader = queueMax/daySeconds, "a queue may hold word of them for 14 days, and a consumer that catches up cannot read them"
				default:
					continue // nobody is told, so nobody waits
				}
				archivesEarly(p, n, limit, reader)
			}
		},
	}
}

func archivesEarly(p *Pass, n *graph.Node, limit int64, reader string) {
	rules, state := blocksOf(n, "lifecycle")
	if state == graph.Unknown {
		p.Undecided(n, "lifecycle", Low)
		return
	}
	keys := keysOf(p.Graph, n)
	verdict := graph.No
	var days graph.Value[int64]
	for _, r := range rules {
		status, known := word(r, "status")
		class, literal := word(r, "storage_class")
		v := r.Int("transition_days")
		if v.State() == graph.Absent || known && status != "Enabled" || literal && class != "GLACIER" && class != "DEEP_ARCHIVE" {
			continue
		}
		early := graph.Maybe
		if d, ok := v.Get(); ok {
			early = graph.TriOf(d < limit)
		}
		if !known || !literal {
			early = early.And(graph.Maybe)
		}
		if early = early.And(covers(keys, r.Text("prefix"))).And(unfiltered(r)); early > verdict {
			verdict, days = early, v
		}
	}
	switch verdict {
	case graph.Yes:
		when := "after " + spanOf(days, daySeconds)
		if days.Sensitive() {
			when = "early"
		}
		p.Violate(n, Low, "log objects are archived "+when+": "+reader, Because(n, "lifecycle", "transition_days is "+shown(days)))
	case graph.Maybe:
		p.Undecided(n, "lifecycle", Low, unsure(n, "whether, and when, lifecycle rules archive log objects"))
	case graph.No:
		p.Hold(n)
	}
}
