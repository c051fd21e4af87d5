package analyzer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// protectionRules returns the rules about what protects the nodes of a chain and what is in them, by id.
// Severities are those at the record; [worth] lowers them elsewhere.
func protectionRules() []Rule {
	return []Rule{
		bucketNotVersioned(),
		bucketMFADeleteOff(),
		bucketNotLocked(),
		objectLockNoDefault(),
		objectLockGovernance(),
		objectLockShort(),
		lifecycleExpiresEvidence(),
		lifecycleDropsVersions(),
		lifecycleArchivesEarly(),
		publicAccessBlockOff(),
		bucketACLPublic(),
		bucketACLsEnabled(),
		bucketNoKMS(),
		bucketForceDestroy(),
		bucketAccessUnrecorded(),
		bucketSingleCopy(),
		replicationRuleDisabled(),
		accountPublicAccessBlockOff(),
		trailNoKMS(),
		queueRetentionShort(),
		queueNoDLQ(),
		queueFewReceives(),
		queueNotEncrypted(),
		dlqRetentionShort(),
		queueOwnDLQ(),
		topicNotEncrypted(),
		subscriptionNoDLQ(),
		subscriptionPending(),
		subscriptionPlaintext(),
		streamRetentionShort(),
		streamNotEncrypted(),
		firehoseNotEncrypted(),
		firehoseNoBackup(),
		firehoseErrorsUnlogged(),
		logGroupRetentionShort(),
		logGroupClass(),
		logGroupNoKMS(),
		logGroupMasked(),
		alarmActionsOff(),
		keyDisabled(),
		keyDeletionWindowShort(),
		keyNotRotated(),
		functionStopped(),
		functionNoFailureDestination(),
		functionURLPublic(),
		mappingDisabled(),
		eventRuleDisabled(),
		targetNoDLQ(),
		pipeStopped(),
		eventStoreUnprotected(),
		eventStoreSuspended(),
		eventStoreRetentionShort(),
		eventStoreNoKMS(),
		dataLakeExpiresEarly(),
	}
}

// The spans that retention is measured against, in days.
const (
	// quarterDays is what CloudTrail's own event history keeps, and what PCI DSS 10.5.1 wants at hand at once.
	quarterDays = 90
	// yearDays is what PCI DSS 10.5.1 and most audit regimes want kept.
	yearDays = 365
	// monthDays is the least in which a deletion is likely to be noticed and undone.
	monthDays = 30
)

// The spans of queues and streams.
const (
	hourSeconds = 60 * 60
	daySeconds  = 24 * hourSeconds
	// queueDefault is what SQS keeps unless told otherwise: a long weekend.
	queueDefault = 4 * daySeconds
	// queueMax is the longest that SQS keeps a message.
	queueMax = 14 * daySeconds
	// weekendHours is how long a consumer that breaks on a Friday evening is down.
	weekendHours = 72
)

// shown spells a value for a message: marked where it is a default, and not at all where it is sensitive.
func shown[T any](v graph.Value[T]) string {
	t, known := v.Get()
	switch {
	case v.Sensitive():
		return "(sensitive)"
	case !known:
		return "not set"
	}
	s := fmt.Sprint(t)
	if v.IsDefault() {
		s += " (default)"
	}
	return s
}

// cites adds an attribute and its value as evidence.
func cites[T any](n *graph.Node, attr string, v graph.Value[T]) Option {
	return Because(n, attr, attr+" is "+shown(v))
}

// unsure replaces what an undetermined finding says is not known.
func unsure(n *graph.Node, what string) Option {
	return func(f *Finding) {
		f.Message = fmt.Sprintf("not known of this %s: %s", graph.InfoOf(n.Kind).Label, what)
		f.Reason = what
	}
}

// word returns an attribute that is a text and wholly known.
func word(a graph.Attrs, name string) (string, bool) {
	t, known := a.Text(name).Get()
	if !known {
		return "", false
	}
	return t.Literal()
}

// blocksOf returns the blocks of an attribute, where those are known, with what they leave out filled in as
// the linker fills in what a node leaves out.
func blocksOf(n *graph.Node, attr string) ([]graph.Attrs, graph.State) {
	v := n.Attrs.Blocks(attr)
	info, _ := graph.AttributeOf(n.Kind, attr)
	return filled(v.Or(nil), info.Fields, v.Sensitive()), v.State()
}

func filled(blocks []graph.Attrs, fields []graph.AttrInfo, sensitive bool) []graph.Attrs {
	out := make([]graph.Attrs, 0, len(blocks))
	for _, b := range blocks {
		b = b.Clone()
		for _, f := range fields {
			a, set := b[f.Name]
			inner, known := b.Blocks(f.Name).Get()
			hidden := sensitive || a.Value.Sensitive()
			switch {
			case !set:
				a.Value = f.Unset()
			case f.Type == graph.TypeBlocks && known:
				a.Value = graph.KnownOf[any](filled(inner, f.Fields, hidden))
			}
			if hidden {
				a.Value = a.Value.Hide()
			}
			b[f.Name] = a
		}
		out = append(out, b)
	}
	return out
}

// ruleName names one of a list of rules: by its id, or by its place where it has none that may be shown.
func ruleName(r graph.Attrs, index int) string {
	if id, known := word(r, "id"); known && id != "" && !r.Text("id").Sensitive() {
		return id
	}
	return strconv.Itoa(index + 1)
}

// isSet says whether an optional text is there. A hole may stand for nothing at all, unless an attribute of a
// resource goes into it.
func isSet(a graph.Attrs, name string) graph.Tri {
	v := a.Text(name)
	t, known := v.Get()
	if !known {
		return graph.TriOf(v.State() == graph.Unknown).And(graph.Maybe)
	}
	if s, ok := t.Literal(); ok {
		return graph.TriOf(s != "")
	}
	for _, p := range t.Parts() {
		if p.Kind != graph.PartHole || slices.ContainsFunc(p.Mentions, func(r graph.Ref) bool { return r.Attr != "" }) {
			return graph.Yes
		}
	}
	return graph.Maybe
}

// wantFlag judges a bool attribute that should be want. Where it is absent there is nothing to judge.
func wantFlag(p *Pass, n *graph.Node, attr string, want bool, s Severity, message string) {
	v := n.Attrs.Bool(attr)
	switch on, known := v.Get(); {
	case v.State() == graph.Unknown:
		p.Undecided(n, attr, s)
	case known && on != want:
		p.Violate(n, s, message, cites(n, attr, v))
	default:
		p.Hold(n)
	}
}

// wantSet judges an optional text that should be there.
func wantSet(p *Pass, n *graph.Node, attr string, s Severity, message string) {
	switch isSet(n.Attrs, attr) {
	case graph.Maybe:
		p.Undecided(n, attr, s)
	case graph.No:
		p.Violate(n, s, message, Because(n, attr, attr+" is not set"))
	case graph.Yes:
		p.Hold(n)
	}
}

// span spells a number of seconds in the largest unit that says it whole.
func span(seconds int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{daySeconds, "day"}, {hourSeconds, "hour"}, {60, "minute"}, {1, "second"}} {
		if seconds%u.size == 0 && seconds >= u.size {
			return count(seconds/u.size, u.name)
		}
	}
	return count(seconds, "second")
}

// spanOf spells a span that may be sensitive.
func spanOf(v graph.Value[int64], unit int64) string {
	if v.Sensitive() {
		return "its retention"
	}
	return span(v.Or(0) * unit)
}

func count(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// The Terraform that examples share.
const (
	exampleBucket = `resource "aws_s3_bucket" "logs" {
  bucket = "acme-trail"
}
`
	exampleTrail = exampleBucket + `
resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
}
`
	exampleNotifiesQueue = exampleTrail + `
resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id
  queue {
    queue_arn = aws_sqs_queue.siem.arn
    events    = ["s3:ObjectCreated:*"]
  }
}
`
	exampleNotifiesTopic = exampleTrail + `
resource "aws_s3_bucket_notification" "logs" {
  bucket = aws_s3_bucket.logs.id
  topic {
    topic_arn = aws_sns_topic.delivered.arn
    events    = ["s3:ObjectCreated:*"]
  }
}
`
	exampleVersioned = exampleTrail + `
resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Enabled"
  }
}
`
	exampleLocked = `resource "aws_s3_bucket" "logs" {
  bucket              = "acme-trail"
  object_lock_enabled = true
}

resource "aws_cloudtrail" "org" {
  name           = "org"
  s3_bucket_name = aws_s3_bucket.logs.id
}
`
	// exampleStreams lacks the log group aws_cloudwatch_log_group.trail.
	exampleStreams = exampleBucket + `
resource "aws_cloudtrail" "org" {
  name                       = "org"
  s3_bucket_name             = aws_s3_bucket.logs.id
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn  = "arn:aws:iam::111122223333:role/cloudtrail-to-logs"
}
`
	exampleLogGroup = `
resource "aws_cloudwatch_log_group" "trail" {
  name = "/org/cloudtrail"
}
`
)

// exampleSubscription streams the log group to an ARN through a role.
func exampleSubscription(destination string) string {
	return exampleStreams + exampleLogGroup + `
resource "aws_cloudwatch_log_subscription_filter" "siem" {
  name            = "siem"
  log_group_name  = aws_cloudwatch_log_group.trail.name
  filter_pattern  = ""
  destination_arn = ` + destination + `
  role_arn        = "arn:aws:iam::111122223333:role/logs-to-siem"
}
`
}

// exampleFunction declares a function with more arguments.
func exampleFunction(more ...string) string {
	return `
resource "aws_lambda_function" "siem" {
  function_name = "siem"
  role          = "arn:aws:iam::111122223333:role/siem"
  runtime       = "python3.13"
  handler       = "siem.handler"
  s3_bucket     = "acme-code"
  s3_key        = "siem.zip"
` + strings.Join(more, "") + "}\n"
}
