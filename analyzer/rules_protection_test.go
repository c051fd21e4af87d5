package analyzer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// The node under test is always declared as "subject".
const subject = "subject"

// scene is a chain around the subject.
type scene func(s graph.Resource) []graph.Resource

func with(more ...graph.Resource) scene {
	return func(s graph.Resource) []graph.Resource { return append([]graph.Resource{s}, more...) }
}

func trail(pairs ...any) graph.Resource {
	return declare(graph.KindTrail, "trail", append([]any{"s3_bucket", arn("logs")}, pairs...)...)
}

// The scenes.
//
//nolint:gochecknoglobals // a table
var (
	alone  = with()
	stored = with(trail("s3_bucket", arn(subject)))
	// prefixed is a store whose keys start with org/.
	prefixed   = with(trail("s3_bucket", arn(subject), "s3_key_prefix", "org"))
	replicated = with(trail("s3_bucket", arn(subject)), declare(graph.KindBucket, "replica"))
	twoTrails  = with(trail("s3_bucket", arn(subject)), declare(graph.KindTrail, "second", "s3_bucket", arn("logs")), declare(graph.KindBucket, "logs"))
	replica    = with(trail(), declare(graph.KindBucket, "logs", "replication.rules", []graph.Attrs{attrs("status", "Enabled", "bucket", arn(subject))}))
	maybe      = with(trail("s3_bucket", graph.OneOf(graph.Ref{Address: subject, Attr: "id"}, graph.Ref{Address: "other", Attr: "id"})), declare(graph.KindBucket, "other"))

	notified = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn(subject))}))
	either   = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn(subject))}), declare(graph.KindQueue, "other"))
	topics   = with(trail(), declare(graph.KindBucket, "logs", "notification.topics", []graph.Attrs{attrs("arn", arn(subject))}))
	deadOf   = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("queue"))}),
		declare(graph.KindQueue, "queue", "dlq", arn(subject), "max_receives", 5, "retention_seconds", queueDefault))
	invoked = with(trail(), declare(graph.KindBucket, "logs", "notification.functions", []graph.Attrs{attrs("arn", arn(subject))}))
	polled  = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("queue"))}), declare(graph.KindQueue, "queue"),
		declare(graph.KindMapping, "mapping", "source", arn("queue"), "function", arn(subject)))
	mapped = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("queue"))}), declare(graph.KindQueue, "queue"), declare(graph.KindFunction, "function"))
	piped  = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("queue"))}), declare(graph.KindQueue, "queue"))

	logged     = with(trail("log_group", arn(subject)))
	filtered   = with(trail("log_group", arn(subject)), declare(graph.KindLogsFilter, "filter", "group", arn(subject), "destination", "arn:aws:kinesis:us-east-1:111122223333:stream/s"))
	streamed   = with(trail("log_group", arn("group")), declare(graph.KindLogGroup, "group"), declare(graph.KindLogsFilter, "filter", "group", arn("group"), "destination", arn(subject)))
	subscribed = with(trail("sns_topic", arn("topic")), declare(graph.KindTopic, "topic"), declare(graph.KindQueue, "queue"), declare(graph.KindQueue, "other"))
	errorStore = with(trail("log_group", arn("group")), declare(graph.KindLogGroup, "group"), declare(graph.KindLogsFilter, "filter", "group", arn("group"), "destination", arn("hose")),
		declare(graph.KindFirehose, "hose", "backup_buckets", []graph.Text{arn(subject)}))
	hosed = with(trail("log_group", arn("group")), declare(graph.KindLogGroup, "group"), declare(graph.KindLogsFilter, "filter", "group", arn("group"), "destination", arn("hose")),
		declare(graph.KindFirehose, "hose", "bucket", arn(subject)))
	measured = with(trail("log_group", arn("group")), declare(graph.KindLogGroup, "group"),
		declare("logs.metric_filter", "filter", "group", arn("group"), "pattern", "{ $.eventName = StopLogging }", "metrics", []graph.Attrs{attrs("name", "m", "namespace", "n")}))
	ruled    = with(trail())
	targeted = with(trail(), declare(graph.KindRule, "rule", "pattern", `{"source":["aws.cloudtrail"]}`), declare(graph.KindQueue, "queue"))
	keyed    = with(trail("kms_key", arn(subject)))
	keyedDLQ = with(trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("queue"))}),
		declare(graph.KindQueue, "queue", "dlq", arn("dead")), declare(graph.KindQueue, "dead", "kms_key", arn(subject)))
	accounted = with(trail(), declare(graph.KindBucket, "logs"))
)

const (
	blockACLs   = "public_access_block.block_public_acls"
	ignoreACLs  = "public_access_block.ignore_public_acls"
	blockPolicy = "public_access_block.block_public_policy"
	restrict    = "public_access_block.restrict_public_buckets"
)

func rule1(pairs ...any) []graph.Attrs { return []graph.Attrs{attrs(pairs...)} }

// admits is a bucket policy by which a trail of another input may write.
const admits = `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::subject/org/AWSLogs/*"}]}`

// want is "violated high", "undetermined low", "held", or "" for nothing at all.
type ruleCase struct {
	name  string
	scene scene
	attrs []any
	want  string
}

type ruleCases struct {
	rule  string
	kind  graph.Kind
	scene scene // where a case has none of its own
	cases []ruleCase
}

func a(pairs ...any) []any { return pairs }

func protectionCases() []ruleCases {
	on, versions := a("versioning.status", "Enabled"), "versioning.status"
	locked := a("object_lock.enabled", true, "object_lock.mode", "COMPLIANCE", "object_lock.days", 365)
	pattern := `{"source":["aws.cloudtrail"],"detail-type":["AWS API Call via CloudTrail"]}`
	return []ruleCases{
		{"TG301", graph.KindBucket, stored, []ruleCase{
			{"default", nil, a(), "violated high"},
			{"suspended", nil, a(versions, "Suspended"), "violated high"},
			{"enabled", nil, on, "held"},
			{"made with Object Lock", nil, a("object_lock.enabled", true), "held"},
			{"the source spells the default", nil, a(versions, builtin{"Disabled"}, "object_lock.enabled", true), "held"},
			{"Object Lock unknown", nil, a("object_lock.enabled", afterApply), "undetermined high"},
			{"suspended, with Object Lock", nil, a(versions, "Suspended", "object_lock.enabled", true), "violated high"},
			{"chains of CloudTrail elsewhere", with(trail(), declare(graph.KindBucket, "logs"), declare(graph.KindQueue, "queue")), a("notification.queues", rule1("arn", arn("queue"))), ""},
			{"no chain of CloudTrail", with(declare(graph.KindQueue, "queue")), a("notification.queues", rule1("arn", arn("queue"))), "undetermined medium"},
			{"unknown", nil, a(versions, afterApply), "undetermined high"},
			{"symbolic", nil, a(versions, graph.Hole(graph.ReasonAfterApply)), "undetermined high"},
			{"replica", replica, a(), "violated medium"},
			{"errors of a delivery stream", errorStore, a(), "violated low"},
			{"destination of a delivery stream", hosed, a(), "violated medium"},
			{"second trail stores the same", twoTrails, a(), "violated high"}, // each trail is its own root: nobody knows that they record the same
			{"one of two candidates", maybe, a(), "undetermined high"},
			{"admits a trail of another input", alone, a("policy", admits), "violated high"},
			{"on no chain", alone, a(), ""},
		}},
		{"TG302", graph.KindBucket, stored, []ruleCase{
			{"off", nil, on, "violated low"},
			{"on", nil, append(a("versioning.mfa_delete", true), on...), "held"},
			{"locked", nil, append(on, locked...), "held"},
			{"not versioned", nil, a(), ""},
			{"unknown", nil, append(a("versioning.mfa_delete", afterApply), on...), "undetermined low"},
			{"versioning unknown", nil, a(versions, afterApply), "undetermined low"},
			{"lock unknown", nil, append(a("object_lock.mode", afterApply), on...), "undetermined low"},
			{"on no chain", alone, on, ""},
		}},
		{"TG303", graph.KindBucket, stored, []ruleCase{
			{"default", nil, a(), "violated medium"},
			{"on", nil, a("object_lock.enabled", true), "held"},
			{"unknown", nil, a("object_lock.enabled", afterApply), "undetermined medium"},
			{"replica", replica, a(), "violated low"},
			{"has a replica", replicated, a("replication.rules", rule1("status", "Enabled", "bucket", arn("replica"))), "violated low"},
			{"its replica is of other keys", replicated, a("replication.rules", rule1("prefix", "unrelated/", "bucket", arn("replica"))), "violated medium"},
			{"its replica is stopped", replicated, a("replication.rules", rule1("status", "Disabled", "bucket", arn("replica"))), "violated medium"},
			{"on no chain", alone, a(), ""},
		}},
		{"TG304", graph.KindBucket, stored, []ruleCase{
			{"no default retention", nil, a("object_lock.enabled", true), "violated medium"},
			{"retention", nil, locked, "held"},
			{"not locked", nil, a(), ""},
			{"mode unknown", nil, a("object_lock.enabled", true, "object_lock.mode", afterApply), "undetermined medium"},
			{"unknown", nil, a("object_lock.enabled", afterApply), "undetermined medium"},
			{"on no chain", alone, a("object_lock.enabled", true), ""},
		}},
		{"TG305", graph.KindBucket, stored, []ruleCase{
			{"governance", nil, a("object_lock.mode", "GOVERNANCE"), "violated low"},
			{"compliance", nil, locked, "held"},
			{"none", nil, a(), ""},
			{"unknown", nil, a("object_lock.mode", afterApply), "undetermined low"},
			{"on no chain", alone, a("object_lock.mode", "GOVERNANCE"), ""},
		}},
		{"TG306", graph.KindBucket, stored, []ruleCase{
			{"a week", nil, a("object_lock.days", 7), "violated medium"},
			{"two months", nil, a("object_lock.days", 60), "violated low"},
			{"ninety days", nil, a("object_lock.days", 90), "held"},
			{"a year", nil, a("object_lock.years", 1), "held"},
			{"none", nil, a(), ""},
			{"unknown", nil, a("object_lock.days", afterApply), "undetermined medium"},
			{"years unknown", nil, a("object_lock.years", afterApply), "undetermined medium"},
			{"days unknown, years not", nil, a("object_lock.days", afterApply, "object_lock.years", 1), "held"},
			{"replica", replica, a("object_lock.days", 7), "violated low"},
		}},
		{"TG307", graph.KindBucket, stored, []ruleCase{
			{"none", nil, a(), "held"},
			{"a month", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30)), "violated high"},
			{"half a year", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 180)), "violated medium"},
			{"400 days", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 400)), "held"},
			{"disabled", nil, a("lifecycle", rule1("status", "Disabled", "expiration_days", 30)), "held"},
			{"status unknown", nil, a("lifecycle", rule1("status", afterApply, "expiration_days", 30)), "undetermined high"},
			{"days unknown", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", afterApply)), "undetermined high"},
			{"unknown", nil, a("lifecycle", afterApply), "undetermined high"},
			{"markers only", nil, append(a("lifecycle", rule1("status", "Enabled", "expiration_days", 30)), on...), "held"},
			{"markers, then versions", nil, append(a("lifecycle", rule1("status", "Enabled", "expiration_days", 30, "noncurrent_days", 30)), on...), "violated high"},
			{"suspended", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30), versions, "Suspended"), "violated high"},
			{"versioning unknown", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30), versions, afterApply), "undetermined high"},
			{"versioning unknown, versions expire as well", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30, "noncurrent_days", 1), versions, afterApply), "violated high"},
			{"versions alone", nil, append(a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 1)), on...), "held"},
			{"lock outlasts it", nil, append(a("lifecycle", rule1("status", "Enabled", "expiration_days", 30)), locked...), "held"},
			{"lock ends soon", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30), "object_lock.days", 100), "violated medium"},
			{"lock unknown", nil, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30), "object_lock.days", afterApply), "undetermined high"},
			{"its keys", nil, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/", "expiration_days", 30)), "violated high"},
			{"keys of its account", nil, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/111122223333/", "expiration_days", 30)), "violated high"},
			{"keys of another account", nil, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/444455556666/", "expiration_days", 30)), "held"},
			{"keys of one region", nil, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/111122223333/CloudTrail/eu-west-1/", "expiration_days", 30)), "undetermined high"},
			{"other keys", nil, a("lifecycle", rule1("status", "Enabled", "prefix", "tmp/", "expiration_days", 30)), "held"},
			{"digests", nil, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/111122223333/CloudTrail-Digest/", "expiration_days", 30)), "held"},
			{"keys unknown", nil, a("lifecycle", rule1("status", "Enabled", "prefix", afterApply, "expiration_days", 30)), "undetermined high"},
			{"tagged objects", nil, a("lifecycle", rule1("status", "Enabled", "tags", []graph.Attrs{attrs("key", "tmp")}, "expiration_days", 30)), "held"},
			{"no tags", nil, a("lifecycle", rule1("status", "Enabled", "tags", []graph.Attrs{}, "expiration_days", 30)), "violated high"},
			{"tags unknown", nil, a("lifecycle", rule1("status", "Enabled", "tags", afterApply, "expiration_days", 30)), "undetermined high"},
			{"large objects", nil, a("lifecycle", rule1("status", "Enabled", "min_size", 1000, "expiration_days", 30)), "undetermined high"},
			{"all sizes", nil, a("lifecycle", rule1("status", "Enabled", "min_size", 0, "expiration_days", 30)), "violated high"},
			{"trail's prefix", prefixed, a("lifecycle", rule1("status", "Enabled", "prefix", "org/", "expiration_days", 30)), "violated high"},
			{"without the trail's prefix", prefixed, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/", "expiration_days", 30)), "held"},
			{"replica", replica, a("lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/", "expiration_days", 30)), "violated medium"},
			{"replica, other keys", replica, a("lifecycle", rule1("status", "Enabled", "prefix", "tmp/", "expiration_days", 30)), "held"},
			{"destination of a delivery stream", hosed, a("lifecycle", rule1("status", "Enabled", "prefix", "logs/", "expiration_days", 30)), "undetermined medium"},
			{"admitted keys", alone, a("policy", admits, "lifecycle", rule1("status", "Enabled", "prefix", "org/AWSLogs/", "expiration_days", 30)), "violated high"},
			{"not the admitted keys", alone, a("policy", admits, "lifecycle", rule1("status", "Enabled", "prefix", "AWSLogs/", "expiration_days", 30)), "held"},
			{"sensitive", nil, a("lifecycle", secret{rule1("status", "Enabled", "expiration_days", 31)}), "violated high"},
			{"on no chain", alone, a("lifecycle", rule1("status", "Enabled", "expiration_days", 30)), ""},
		}},
		{"TG308", graph.KindBucket, stored, []ruleCase{
			{"a day", nil, append(a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 1)), on...), "violated medium"},
			{"ninety days", nil, append(a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 90)), on...), "held"},
			{"for ever", nil, on, "held"},
			{"locked", nil, append(append(a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 1)), on...), locked...), "held"},
			{"no versions", nil, a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 1)), ""},
			{"unknown", nil, append(a("lifecycle", afterApply), on...), "undetermined medium"},
			{"versioning unknown", nil, a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 1), versions, afterApply), "undetermined medium"},
			{"other keys", nil, append(a("lifecycle", rule1("status", "Enabled", "prefix", "tmp/", "noncurrent_days", 1)), on...), "held"},
			{"replica", replica, append(a("lifecycle", rule1("status", "Enabled", "noncurrent_days", 1)), on...), "violated low"},
		}},
		{"TG309", graph.KindBucket, stored, []ruleCase{
			{"nobody is told", nil, a("lifecycle", rule1("status", "Enabled", "transition_days", 1, "storage_class", "GLACIER")), ""},
			{"a day", nil, a("notification.eventbridge", true, "lifecycle", rule1("status", "Enabled", "transition_days", 1, "storage_class", "GLACIER")), "violated low"},
			{"a month", nil, a("notification.eventbridge", true, "lifecycle", rule1("status", "Enabled", "transition_days", 30, "storage_class", "DEEP_ARCHIVE")), "held"},
			{"readable at once", nil, a("notification.eventbridge", true, "lifecycle", rule1("status", "Enabled", "transition_days", 1, "storage_class", "GLACIER_IR")), "held"},
			{"class unknown", nil, a("notification.eventbridge", true, "lifecycle", rule1("status", "Enabled", "transition_days", 1, "storage_class", afterApply)), "undetermined low"},
			{"unknown", nil, a("notification.eventbridge", true, "lifecycle", afterApply), "undetermined low"},
			{"a table reads a month back", with(trail("s3_bucket", arn(subject)), declare("glue.table", "table", "location", "s3://subject/AWSLogs/")), a("lifecycle", rule1("status", "Enabled", "transition_days", 30, "storage_class", "GLACIER")), "violated low"},
		}},
		{"TG310", graph.KindBucket, stored, []ruleCase{
			{"default", nil, a(), "held"},
			{"policy part", nil, a(blockPolicy, false), "violated low"},
			{"policy parts", nil, a(blockPolicy, false, restrict, false), "violated medium"},
			{"ACL part, without ACLs", nil, a(blockACLs, false), "violated low"},
			{"ACL parts, without ACLs", nil, a(blockACLs, false, ignoreACLs, false), "violated low"},
			{"ACL part, with ACLs", nil, a(blockACLs, false, "ownership", "ObjectWriter"), "violated low"},
			{"ACL parts, with ACLs", nil, a(blockACLs, false, ignoreACLs, false, "ownership", "ObjectWriter"), "violated medium"},
			{"ACL parts, ownership unknown", nil, a(blockACLs, false, ignoreACLs, false, "ownership", afterApply), "undetermined medium"},
			{"the other part unknown", nil, a(blockPolicy, false, restrict, afterApply), "undetermined medium"},
			{"unknown", nil, a(blockPolicy, afterApply, restrict, afterApply), "undetermined medium"},
			{"unknown, but the other part is on", nil, a(blockPolicy, afterApply), "undetermined low"},
			{"the account restricts it", with(trail("s3_bucket", arn(subject)), declare("s3.account", "account", restrict, true)), a(blockPolicy, false, restrict, false), "violated low"},
			{"the account blocks it", with(trail("s3_bucket", arn(subject)), declare("s3.account", "account", blockPolicy, true)), a(blockPolicy, false), "held"},
			{"an account that is not known blocks it", with(trail("s3_bucket", arn(subject)), nowhere(declare("s3.account", "account", blockPolicy, true))), a(blockPolicy, false), "undetermined low"},
			{"replica", replica, a(blockPolicy, false), "violated low"},
			{"on no chain", alone, a(blockPolicy, false), ""},
		}},
		{"TG311", graph.KindBucket, stored, []ruleCase{
			{"default", nil, a(), "held"},
			{"ignored", nil, a("acl", "public-read-write"), "violated low"},
			{"writes", nil, a("acl", "public-read-write", "ownership", "ObjectWriter", "public_access_block.ignore_public_acls", false), "violated critical"},
			{"reads", nil, a("acl", "public-read", "ownership", "ObjectWriter", "public_access_block.ignore_public_acls", false), "violated high"},
			{"any account reads", nil, a("acl", "authenticated-read", "ownership", "ObjectWriter", "public_access_block.ignore_public_acls", false), "violated high"},
			{"grant writes", nil, a("acl_grants", rule1("permission", "FULL_CONTROL", "uri", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"), "ownership", "ObjectWriter", "public_access_block.ignore_public_acls", false), "violated critical"},
			{"grant to a user", nil, a("acl_grants", rule1("permission", "FULL_CONTROL", "id", "abc")), "held"},
			{"unknown", nil, a("acl", afterApply), "undetermined critical"},
			{"ownership unknown", nil, a("acl", "public-read-write", "ownership", afterApply, "public_access_block.ignore_public_acls", false), "undetermined critical"},
			{"on no chain", alone, a("acl", "public-read"), ""},
		}},
		{"TG312", graph.KindBucket, stored, []ruleCase{
			{"default", nil, a(), "held"},
			{"alive", nil, a("ownership", "BucketOwnerPreferred"), "violated low"},
			{"unknown", nil, a("ownership", afterApply), "undetermined low"},
		}},
		{"TG313", graph.KindBucket, hosed, []ruleCase{
			{"default", nil, a(), "violated low"},
			{"key", nil, a("encryption.algorithm", "aws:kms"), "held"},
			{"unknown", nil, a("encryption.algorithm", afterApply), "undetermined low"},
			{"a trail's own store", stored, a(), ""},
			{"a trail of another input", alone, a("policy", admits), "undetermined low"},
		}},
		{"TG314", graph.KindBucket, stored, []ruleCase{
			{"default", nil, a(), "held"},
			{"on", nil, a("force_destroy", true), "violated medium"},
			{"unknown", nil, a("force_destroy", afterApply), "undetermined medium"},
			{"replica", replica, a("force_destroy", true), "violated low"},
		}},
		{"TG315", graph.KindBucket, stored, []ruleCase{
			{"neither", nil, a(), "violated medium"},
			{"access logs", nil, a("logging.bucket", "access"), "held"},
			{"logs unknown", nil, a("logging.bucket", afterApply), "undetermined medium"},
			{"all objects", watched("event_selectors", rule1("read_write", "All", "data_resources", rule1("type", "AWS::S3::Object", "values", []string{"arn:aws:s3"}))), a(), "held"},
			{"its objects, by reference", watched("event_selectors", rule1("read_write", "WriteOnly", "data_resources", rule1("type", "AWS::S3::Object", "values", []graph.Text{graph.Join(arn(subject), graph.Literal("/"))}))), a(), "held"},
			{"its objects, by name", watched("event_selectors", rule1("data_resources", rule1("type", "AWS::S3::Object", "values", []string{"arn:aws:s3:::subject/AWSLogs/"}))), a(), "held"},
			{"reads only", watched("event_selectors", rule1("read_write", "ReadOnly", "data_resources", rule1("type", "AWS::S3::Object", "values", []string{"arn:aws:s3"}))), a(), "violated medium"},
			{"other objects", watched("event_selectors", rule1("read_write", "All", "data_resources", rule1("type", "AWS::S3::Object", "values", []string{"arn:aws:s3:::other/"}))), a(), "violated medium"},
			{"another bucket, by reference", watched("event_selectors", rule1("read_write", "All", "data_resources", rule1("type", "AWS::S3::Object", "values", []graph.Text{graph.Join(arn("other"), graph.Literal("/"))}))), a(), "violated medium"},
			{"functions", watched("event_selectors", rule1("read_write", "All", "data_resources", rule1("type", "AWS::Lambda::Function", "values", []string{"arn:aws:lambda"}))), a(), "violated medium"},
			{"selectors unknown", watched("event_selectors", afterApply), a(), "undetermined medium"},
			{"not logging", watched("logging", false, "event_selectors", rule1("data_resources", rule1("type", "AWS::S3::Object", "values", []string{"arn:aws:s3"}))), a(), "violated medium"},
			{"advanced", watched("advanced_selectors", advanced("eventCategory", "equals", "Data", "resources.type", "equals", "AWS::S3::Object")), a(), "held"},
			{"advanced, its objects", watched("advanced_selectors", advanced("eventCategory", "equals", "Data", "resources.type", "equals", "AWS::S3::Object", "resources.ARN", "starts_with", "arn:aws:s3:::subject/")), a(), "held"},
			{"advanced, but its objects", watched("advanced_selectors", advanced("eventCategory", "equals", "Data", "resources.type", "equals", "AWS::S3::Object", "resources.ARN", "not_starts_with", "arn:aws:s3:::subject/")), a(), "violated medium"},
			{"advanced, writes", watched("advanced_selectors", advanced("eventCategory", "equals", "Data", "resources.type", "equals", "AWS::S3::Object", "readOnly", "equals", "false")), a(), "held"},
			{"advanced, some calls", watched("advanced_selectors", advanced("eventCategory", "equals", "Data", "resources.type", "equals", "AWS::S3::Object", "eventName", "equals", "DeleteObject")), a(), "undetermined medium"},
			{"advanced, management", watched("advanced_selectors", advanced("eventCategory", "equals", "Management")), a(), "violated medium"},
			{"on no chain", alone, a(), ""},
		}},
		{"TG316", graph.KindBucket, stored, []ruleCase{
			{"one copy", nil, a(), "violated low"},
			{"locked", nil, locked, "held"},
			{"replicated", replicated, a("replication.rules", rule1("status", "Enabled", "bucket", arn("replica"))), "held"},
			{"replicated out of the input", nil, a("replication.rules", rule1("status", "Enabled", "bucket", "arn:aws:s3:::vault")), "held"},
			{"replication stopped", replicated, a("replication.rules", rule1("status", "Disabled", "bucket", arn("replica"))), "violated low"},
			{"unknown", nil, a("replication.rules", afterApply), "undetermined low"},
			{"lock unknown", nil, a("object_lock.mode", afterApply), "undetermined low"},
			{"replicated by prefix", replicated, a("replication.rules", rule1("prefix", "AWSLogs/", "bucket", arn("replica"))), "held"},
			{"replicates other keys", replicated, a("replication.rules", rule1("prefix", "unrelated/", "bucket", arn("replica"))), "violated low"},
			{"replicates what is tagged", replicated, a("replication.rules", rule1("tags", rule1("key", "vault"), "bucket", arn("replica"))), "violated low"},
			{"replicates some keys", with(trail("s3_bucket", arn(subject)), declare(graph.KindTrail, "second", "s3_bucket", arn(subject), "s3_key_prefix", "second"), declare(graph.KindBucket, "replica")), a("replication.rules", rule1("prefix", "AWSLogs/", "bucket", arn("replica"))), "violated low"},
			{"replica", replica, a(), ""},
			{"on no chain", alone, a(), ""},
		}},
		{"TG317", graph.KindBucket, replicated, []ruleCase{
			{"none", nil, a(), ""},
			{"on", nil, a("replication.rules", rule1("status", "Enabled", "bucket", arn("replica"))), "held"},
			{"off", nil, a("replication.rules", rule1("status", "Disabled", "bucket", arn("replica"))), "violated medium"},
			{"off, tagged", nil, a("replication.rules", rule1("status", "Disabled", "tags", rule1("key", "vault"), "bucket", arn("replica"))), "held"},
			{"off, other keys", nil, a("replication.rules", rule1("status", "Disabled", "prefix", "tmp/", "bucket", arn("replica"))), "held"},
			{"status unknown", nil, a("replication.rules", rule1("status", afterApply, "bucket", "arn:aws:s3:::vault")), "undetermined medium"},
			{"unknown", nil, a("replication.rules", afterApply), "undetermined medium"},
		}},
		{"TG318", "s3.account", accounted, []ruleCase{
			{"default", nil, a(), "violated low"},
			{"on", nil, a("public_access_block.block_public_acls", true, "public_access_block.ignore_public_acls", true, "public_access_block.block_public_policy", true, "public_access_block.restrict_public_buckets", true), "held"},
			{"unknown", nil, a("public_access_block.block_public_acls", afterApply, "public_access_block.ignore_public_acls", true, "public_access_block.block_public_policy", true, "public_access_block.restrict_public_buckets", true), "undetermined low"},
			{"no log bucket", alone, a(), ""},
		}},
		{"TG319", graph.KindTrail, with(declare(graph.KindBucket, "logs")), []ruleCase{
			{"none", nil, a("s3_bucket", arn("logs")), "violated low"},
			{"key", nil, a("s3_bucket", arn("logs"), "kms_key", "alias/logs"), "held"},
			{"key unknown", nil, a("s3_bucket", arn("logs"), "kms_key", afterApply), "undetermined low"},
			{"the bucket's key", with(declare(graph.KindBucket, "logs", "encryption.algorithm", "aws:kms")), a("s3_bucket", arn("logs")), "held"},
			{"external bucket", alone, a("s3_bucket", "elsewhere"), "undetermined low"},
		}},
		{"TG320", graph.KindQueue, notified, []ruleCase{
			{"default", nil, a(), "held"},
			{"an hour", nil, a("retention_seconds", 3600), "violated high"},
			{"two days", nil, a("retention_seconds", 2*daySeconds), "violated medium"},
			{"unknown", nil, a("retention_seconds", afterApply), "undetermined high"},
			{"sensitive", nil, a("retention_seconds", secret{3601}), "violated high"},
			{"dead letters", deadOf, a("retention_seconds", 3600), ""},
			{"on no chain", alone, a("retention_seconds", 3600), ""},
		}},
		{"TG321", graph.KindQueue, notified, []ruleCase{
			{"none", nil, a(), "violated medium"},
			{"some", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:dead"), "held"},
			{"unknown", nil, a("dlq", afterApply), "undetermined medium"},
			{"dead letters", deadOf, a(), ""},
			{"on no chain", alone, a(), ""},
		}},
		{"TG322", graph.KindQueue, notified, []ruleCase{
			{"one", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:dead", "max_receives", 1), "violated medium"},
			{"two", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:dead", "max_receives", 2), "violated low"},
			{"five", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:dead", "max_receives", 5), "held"},
			{"no queue", nil, a(), ""},
			{"unknown", nil, a("dlq", afterApply, "max_receives", afterApply), "undetermined medium"},
		}},
		{"TG323", graph.KindQueue, notified, []ruleCase{
			{"default", nil, a(), "held"},
			{"off", nil, a("managed_sse", false), "violated low"},
			{"key", nil, a("managed_sse", false, "kms_key", "alias/logs"), "held"},
			{"unknown", nil, a("managed_sse", afterApply), "undetermined low"},
			{"key unknown", nil, a("managed_sse", false, "kms_key", afterApply), "undetermined low"},
			{"on no chain", alone, a("managed_sse", false), ""},
		}},
		{"TG324", graph.KindQueue, deadOf, []ruleCase{
			{"shorter", nil, a("retention_seconds", 3600), "violated medium"},
			{"equal", nil, a(), "violated low"},
			{"the most there is", nil, a("retention_seconds", queueMax), "held"},
			{"longer", nil, a("retention_seconds", 10*daySeconds), "held"},
			{"first in, first out", nil, a("fifo", true), "held"},
			{"first in, first out, short", nil, a("fifo", true, "retention_seconds", 3600), "violated low"},
			{"unknown", nil, a("retention_seconds", afterApply), "undetermined medium"},
			{"source unknown", with(trail(), declare(graph.KindBucket, "logs", "notification.queues", rule1("arn", arn("queue"))), declare(graph.KindQueue, "queue", "dlq", arn(subject), "retention_seconds", afterApply)), a(), "undetermined medium"},
			{"of a function", with(trail(), declare(graph.KindBucket, "logs", "notification.functions", rule1("arn", arn("function"))), declare(graph.KindFunction, "function", "dlq", arn(subject))), a("retention_seconds", 3600), "violated low"},
			{"of a function, default", with(trail(), declare(graph.KindBucket, "logs", "notification.functions", rule1("arn", arn("function"))), declare(graph.KindFunction, "function", "dlq", arn(subject))), a(), "held"},
			{"not dead letters", notified, a(), ""},
		}},
		{"TG325", graph.KindQueue, notified, []ruleCase{
			{"itself", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:subject"), "violated medium"},
			{"another", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:dead"), "held"},
			{"none", nil, a(), ""},
			{"one of two queues", either, a("dlq", graph.OneOf(graph.Ref{Address: subject, Attr: "arn"}, graph.Ref{Address: "other", Attr: "arn"})), "undetermined medium"},
		}},
		{"TG326", graph.KindTopic, topics, []ruleCase{
			{"none", nil, a(), "violated low"},
			{"key", nil, a("kms_key", "alias/logs"), "held"},
			{"unknown", nil, a("kms_key", afterApply), "undetermined low"},
			{"on no chain", alone, a(), ""},
		}},
		{"TG327", graph.KindSubscription, subscribed, []ruleCase{
			{"one of two endpoints", nil, a("topic", arn("topic"), "protocol", "sqs", "endpoint", graph.OneOf(graph.Ref{Address: "queue", Attr: "arn"}, graph.Ref{Address: "other", Attr: "arn"})), "violated low"},
			{"none", nil, a("topic", arn("topic"), "protocol", "sqs", "endpoint", arn("queue")), "violated low"},
			{"some", nil, a("topic", arn("topic"), "protocol", "sqs", "endpoint", arn("queue"), "dlq", "arn:aws:sqs:us-east-1:111122223333:dead"), "held"},
			{"unknown", nil, a("topic", arn("topic"), "protocol", "sqs", "endpoint", arn("queue"), "dlq", afterApply), "undetermined low"},
			{"on no chain", alone, a("topic", "arn:aws:sns:us-east-1:111122223333:x"), ""},
		}},
		{"TG328", graph.KindSubscription, subscribed, []ruleCase{
			{"pending", nil, a("topic", arn("topic"), "protocol", "email", "endpoint", "soc@example.com", "pending", true), "violated high"},
			{"confirmed", nil, a("topic", arn("topic"), "protocol", "email", "endpoint", "soc@example.com", "pending", false), "held"},
			{"nobody knows", nil, a("topic", arn("topic"), "protocol", "email", "endpoint", "soc@example.com"), "undetermined high"},
			{"needs none", nil, a("topic", arn("topic"), "protocol", "sqs", "endpoint", arn("queue")), "held"},
			{"unknown", nil, a("topic", arn("topic"), "protocol", "https", "endpoint", "https://siem.example.com", "pending", afterApply), "undetermined high"},
		}},
		{"TG329", graph.KindSubscription, subscribed, []ruleCase{
			{"http", nil, a("topic", arn("topic"), "protocol", "http", "endpoint", "http://siem.example.com"), "violated medium"},
			{"https", nil, a("topic", arn("topic"), "protocol", "https", "endpoint", "https://siem.example.com"), "held"},
			{"unknown", nil, a("topic", arn("topic"), "protocol", afterApply, "endpoint", arn("queue")), "undetermined medium"},
		}},
		{"TG330", graph.KindStream, streamed, []ruleCase{
			{"default", nil, a(), "violated medium"},
			{"two days", nil, a("retention_hours", 48), "violated low"},
			{"a week", nil, a("retention_hours", 168), "held"},
			{"unknown", nil, a("retention_hours", afterApply), "undetermined medium"},
			{"on no chain", alone, a(), ""},
		}},
		{"TG331", graph.KindStream, streamed, []ruleCase{
			{"default", nil, a(), "violated low"},
			{"key", nil, a("encryption", "KMS"), "held"},
			{"unknown", nil, a("encryption", afterApply), "undetermined low"},
		}},
		{"TG332", graph.KindFirehose, streamed, []ruleCase{
			{"default", nil, a(), "violated low"},
			{"on", nil, a("sse.enabled", true), "held"},
			{"unknown", nil, a("sse.enabled", afterApply), "undetermined low"},
			{"reads a stream", with(trail("log_group", arn("group")), declare(graph.KindLogGroup, "group"), declare(graph.KindLogsFilter, "filter", "group", arn("group"), "destination", arn("stream")), declare(graph.KindStream, "stream")), a("source_stream", arn("stream")), ""},
		}},
		{"TG333", graph.KindFirehose, streamed, []ruleCase{
			{"no function", nil, a("backup_mode", "Disabled"), ""},
			{"disabled", nil, a("processor_parameters", rule1("name", "LambdaArn", "value", "arn:aws:lambda:us-east-1:111122223333:function:f"), "backup_mode", "Disabled"), "violated medium"},
			{"not set", nil, a("processor_parameters", rule1("name", "LambdaArn", "value", "arn:aws:lambda:us-east-1:111122223333:function:f")), "violated medium"},
			{"failed only", nil, a("processor_parameters", rule1("name", "LambdaArn", "value", "arn:aws:lambda:us-east-1:111122223333:function:f"), "backup_mode", "FailedDataOnly"), "violated medium"},
			{"enabled", nil, a("processor_parameters", rule1("name", "LambdaArn", "value", "arn:aws:lambda:us-east-1:111122223333:function:f"), "backup_mode", "Enabled"), "held"},
			{"unknown", nil, a("processor_parameters", rule1("name", "LambdaArn", "value", "arn:aws:lambda:us-east-1:111122223333:function:f"), "backup_mode", afterApply), "undetermined medium"},
		}},
		{"TG334", graph.KindFirehose, streamed, []ruleCase{
			{"default", nil, a(), "violated low"},
			{"on", nil, a("error_logging", true), "held"},
			{"unknown", nil, a("error_logging", afterApply), "undetermined low"},
		}},
		{"TG335", graph.KindLogGroup, logged, []ruleCase{
			{"for ever", nil, a(), "held"},
			{"two weeks", nil, a("retention_days", 14), "violated medium"},
			{"two months", nil, a("retention_days", 60), "violated low"},
			{"a year", nil, a("retention_days", 365), "held"},
			{"unknown", nil, a("retention_days", afterApply), "undetermined medium"},
			{"on no chain", alone, a("retention_days", 1), ""},
		}},
		{"TG336", graph.KindLogGroup, filtered, []ruleCase{
			{"default", nil, a(), "held"},
			{"infrequent access", nil, a("class", "INFREQUENT_ACCESS"), "violated high"},
			{"unknown", nil, a("class", afterApply), "undetermined high"},
			{"without filters", logged, a("class", "INFREQUENT_ACCESS"), ""},
		}},
		{"TG337", graph.KindLogGroup, logged, []ruleCase{
			{"none", nil, a(), "violated low"},
			{"key", nil, a("kms_key", "alias/logs"), "held"},
			{"unknown", nil, a("kms_key", afterApply), "undetermined low"},
		}},
		{"TG338", graph.KindLogGroup, logged, []ruleCase{
			{"none", nil, a(), "held"},
			{"masks", nil, a("data_protection", `{"Statement":[{"Operation":{"Deidentify":{"MaskConfig":{}}}}]}`), "violated low"},
			{"masks, in part", nil, a("data_protection", graph.Join(graph.Literal(`{"Statement":[{"Operation":{"Deidentify":{}},"DataIdentifier":"`), arn("x"), graph.Literal(`"}]}`))), "violated low"},
			{"audits", nil, a("data_protection", `{"Statement":[{"Operation":{"Audit":{}}}]}`), "held"},
			{"unknown", nil, a("data_protection", afterApply), "undetermined low"},
			{"symbolic", nil, a("data_protection", graph.Hole(graph.ReasonAfterApply)), "undetermined low"},
		}},
		{"TG339", graph.KindAlarm, measured, []ruleCase{
			{"default", nil, a("metric", "m", "namespace", "n"), "held"},
			{"off", nil, a("metric", "m", "namespace", "n", "actions_enabled", false), "violated high"},
			{"unknown", nil, a("metric", "m", "namespace", "n", "actions_enabled", afterApply), "undetermined high"},
			{"of another metric", nil, a("metric", "cpu", "namespace", "n", "actions_enabled", false, "actions", []string{"arn:aws:sns:us-east-1:111122223333:ops"}), ""},
		}},
		{"TG340", graph.KindKey, keyed, []ruleCase{
			{"default", nil, a(), "held"},
			{"disabled", nil, a("enabled", false), "violated critical"},
			{"unknown", nil, a("enabled", afterApply), "undetermined critical"},
			{"of dead letters", keyedDLQ, a("enabled", false), "violated medium"},
			{"on no chain", alone, a("enabled", false), ""},
		}},
		{"TG341", graph.KindKey, keyed, []ruleCase{
			{"default", nil, a(), "held"},
			{"a week", nil, a("deletion_days", 7), "violated medium"},
			{"two weeks", nil, a("deletion_days", 14), "violated low"},
			{"unknown", nil, a("deletion_days", afterApply), "undetermined medium"},
		}},
		{"TG342", graph.KindKey, keyed, []ruleCase{
			{"default", nil, a(), "violated low"},
			{"on", nil, a("rotation", true), "held"},
			{"a key that cannot", nil, a("rotation", absent{}), "held"},
			{"unknown", nil, a("rotation", afterApply), "undetermined low"},
		}},
		{"TG345", graph.KindFunction, invoked, []ruleCase{
			{"default", nil, a(), "held"},
			{"stopped", nil, a("reserved_concurrency", 0), "violated critical"},
			{"stopped, and polls", polled, a("reserved_concurrency", 0), "violated high"},
			{"some", nil, a("reserved_concurrency", 5), "held"},
			{"unknown", nil, a("reserved_concurrency", afterApply), "undetermined critical"},
			{"on no chain", alone, a("reserved_concurrency", 0), ""},
		}},
		{"TG346", graph.KindFunction, invoked, []ruleCase{
			{"none", nil, a(), "violated medium"},
			{"dead letters", nil, a("dlq", "arn:aws:sqs:us-east-1:111122223333:dead"), "held"},
			{"destination", nil, a("on_failure", "arn:aws:sqs:us-east-1:111122223333:dead"), "held"},
			{"unknown", nil, a("dlq", afterApply), "undetermined medium"},
			{"destination unknown", nil, a("on_failure", afterApply), "undetermined medium"},
			{"polls", polled, a(), ""},
		}},
		{"TG347", graph.KindFunction, invoked, []ruleCase{
			{"none", nil, a(), "held"},
			{"public", nil, a("url_auth", "NONE"), "violated high"},
			{"authenticated", nil, a("url_auth", "AWS_IAM"), "held"},
			{"unknown", nil, a("url_auth", afterApply), "undetermined high"},
		}},
		{"TG348", graph.KindMapping, mapped, []ruleCase{
			{"default", nil, a("source", arn("queue"), "function", arn("function")), "held"},
			{"off", nil, a("source", arn("queue"), "function", arn("function"), "enabled", false), "violated high"},
			{"unknown", nil, a("source", arn("queue"), "function", arn("function"), "enabled", afterApply), "undetermined high"},
			{"on no chain", alone, a("enabled", false), ""},
		}},
		{"TG350", graph.KindRule, ruled, []ruleCase{
			{"default", nil, a("pattern", pattern), "held"},
			{"disabled", nil, a("pattern", pattern, "state", "DISABLED"), "violated high"},
			{"all management events", nil, a("pattern", pattern, "state", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"), "held"},
			{"unknown", nil, a("pattern", pattern, "state", afterApply), "undetermined high"},
			{"of other events", nil, a("pattern", `{"source":["aws.ec2"],"detail-type":["EC2 Instance State-change Notification"]}`, "state", "DISABLED"), ""},
		}},
		{"TG351", graph.KindRuleTarget, targeted, []ruleCase{
			{"none", nil, a("rule", "rule", "arn", arn("queue")), "violated low"},
			{"some", nil, a("rule", "rule", "arn", arn("queue"), "dlq", "arn:aws:sqs:us-east-1:111122223333:dead"), "held"},
			{"unknown", nil, a("rule", "rule", "arn", arn("queue"), "dlq", afterApply), "undetermined low"},
		}},
		{"TG352", graph.KindPipe, piped, []ruleCase{
			{"default", nil, a("source", arn("queue"), "target", "arn:aws:kinesis:us-east-1:111122223333:stream/s"), "held"},
			{"stopped", nil, a("source", arn("queue"), "target", "arn:aws:kinesis:us-east-1:111122223333:stream/s", "desired_state", "STOPPED"), "violated high"},
			{"unknown", nil, a("source", arn("queue"), "target", "arn:aws:kinesis:us-east-1:111122223333:stream/s", "desired_state", afterApply), "undetermined high"},
		}},
		{"TG355", graph.KindEventStore, alone, []ruleCase{
			{"default", nil, a(), "held"},
			{"off", nil, a("termination_protection", false), "violated medium"},
			{"unknown", nil, a("termination_protection", afterApply), "undetermined medium"},
		}},
		{"TG356", graph.KindEventStore, alone, []ruleCase{
			{"default", nil, a(), "held"},
			{"stopped", nil, a("suspended", true), "violated high"},
			{"unknown", nil, a("suspended", afterApply), "undetermined high"},
		}},
		{"TG357", graph.KindEventStore, alone, []ruleCase{
			{"default", nil, a(), "held"},
			{"a month", nil, a("retention_days", 30), "violated high"},
			{"half a year", nil, a("retention_days", 180), "violated medium"},
			{"unknown", nil, a("retention_days", afterApply), "undetermined high"},
		}},
		{"TG358", graph.KindEventStore, alone, []ruleCase{
			{"none", nil, a(), "violated low"},
			{"key", nil, a("kms_key", "alias/logs"), "held"},
			{"unknown", nil, a("kms_key", afterApply), "undetermined low"},
		}},
		{"TG359", graph.KindDataLake, alone, []ruleCase{
			{"for ever", nil, a(), "held"},
			{"a month", nil, a("expiration_days", 30), "violated high"},
			{"unknown", nil, a("expiration_days", afterApply), "undetermined high"},
		}},
	}
}

// nowhere takes away what is known of the owner of a resource.
func nowhere(r graph.Resource) graph.Resource {
	r.Account = graph.UnknownOf[string](graph.ReasonAfterApply)
	return r
}

// watched is a store that a second trail, with the attributes, watches.
func watched(pairs ...any) scene {
	return with(trail("s3_bucket", arn(subject)), declare(graph.KindBucket, "other"),
		declare(graph.KindTrail, "watcher", append([]any{"s3_bucket", "elsewhere"}, pairs...)...))
}

// advanced is one advanced selector of triples of field, operator and value.
func advanced(triples ...string) []graph.Attrs {
	var fields []graph.Attrs
	for t := range slices.Chunk(triples, 3) {
		f := attrs("field", t[0])
		f.Set(t[1], datum([]string{t[2]}))
		fields = append(fields, f)
	}
	return rule1("fields", fields)
}

// verdictOn runs a rule on a scene and returns its verdict on the subject. A rule counts what it holds on, and
// does not name it: it holds on the subject if it holds on fewer nodes once nothing declares the subject.
func verdictOn(t *testing.T, r Rule, s scene, node graph.Resource) (string, []Finding) {
	t.Helper()
	findings, checks := check(link(s(node)...), []Rule{r})
	findings = slices.DeleteFunc(findings, func(f Finding) bool { return f.Node != subject })
	switch len(findings) {
	case 0:
	case 1:
		return fmt.Sprintf("%s %s", findings[0].Verdict, findings[0].Severity), findings
	default:
		t.Fatalf("%d findings of one rule on one node", len(findings))
	}
	node.Lookup = true
	if _, without := check(link(s(node)...), []Rule{r}); checks[0].Held > without[0].Held {
		return "held", nil
	}
	return "", nil
}

func brief(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s: %s (%s) %v", f.Rule, f.Message, f.Reason, f.Evidence)
	}
	return b.String()
}

func TestProtectionRules(t *testing.T) {
	t.Parallel()
	runCases(t, protectionRules(), protectionCases())
}

func runCases(t *testing.T, rules []Rule, sets []ruleCases) {
	t.Helper()
	byID := map[string]Rule{}
	for _, r := range rules {
		byID[r.ID] = r
	}
	seen := map[string]map[string]bool{}
	for _, set := range sets {
		r, ok := byID[set.rule]
		if !ok {
			t.Fatalf("no rule %s", set.rule)
		}
		if seen[set.rule] == nil {
			seen[set.rule] = map[string]bool{}
		}
		for _, c := range set.cases {
			t.Run(set.rule+"/"+c.name, func(t *testing.T) {
				s := set.scene
				if c.scene != nil {
					s = c.scene
				}
				got, findings := verdictOn(t, r, s, declare(set.kind, subject, c.attrs...))
				if got != c.want {
					t.Fatalf("got %q, want %q: %s", got, c.want, brief(findings))
				}
				checkFindings(t, r, c, findings)
			})
			verdict, _, _ := strings.Cut(c.want, " ")
			seen[set.rule][verdict] = true
		}
	}
	for id := range byID {
		for _, v := range []string{"violated", "held", "undetermined"} {
			if !seen[id][v] {
				t.Errorf("%s: no case is %s", id, v)
			}
		}
	}
}

func checkFindings(t *testing.T, r Rule, c ruleCase, findings []Finding) {
	t.Helper()
	for _, f := range findings {
		if f.Severity > r.Severity {
			t.Errorf("%s is above the rule's %s", f.Severity, r.Severity)
		}
		if f.Message == "" || f.Verdict == Violated && len(f.Evidence) == 0 || f.Verdict == Undetermined && (f.Reason == "" || f.SettledBy == "") {
			t.Errorf("incomplete: %+v", f)
		}
		all := f.Message
		for _, e := range f.Evidence {
			all += e.What
		}
		if c.name == "sensitive" && strings.Contains(all, "31") || strings.Contains(all, "3601") {
			t.Errorf("shows a sensitive value: %q", all)
		}
	}
}

// TestProtectionRulesPassOver runs every violation on a node that no input declares, and on one that nothing leads to.
func TestProtectionRulesPassOver(t *testing.T) {
	t.Parallel()
	byID := map[string]Rule{}
	for _, r := range protectionRules() {
		byID[r.ID] = r
	}
	for _, set := range protectionCases() {
		if graph.InfoOf(set.kind).Role == graph.RoleSource {
			continue
		}
		for _, c := range set.cases {
			if !strings.HasPrefix(c.want, "violated") {
				continue
			}
			s := set.scene
			if c.scene != nil {
				s = c.scene
			}
			external := declare(set.kind, subject, c.attrs...)
			external.Lookup = true
			if got, f := verdictOn(t, byID[set.rule], s, external); got != "" && got != "held" {
				t.Errorf("%s/%s, external: %s %s", set.rule, c.name, got, brief(f))
			}
			if slices.Contains(c.attrs, any("policy")) {
				continue // the policy makes a chain
			}
			if got, f := verdictOn(t, byID[set.rule], alone, declare(set.kind, subject, c.attrs...)); strings.HasPrefix(got, "violated") {
				t.Errorf("%s/%s, alone: %s %s", set.rule, c.name, got, brief(f))
			}
		}
	}
}

// TestMessages: what is said of a node is no more than is known of it.
func TestMessages(t *testing.T) {
	t.Parallel()
	grouped := func(days any) scene {
		return with(trail("s3_bucket", arn(subject), "log_group", graph.Join(arn("group"), graph.Literal(":*"))), declare(graph.KindLogGroup, "group", "retention_days", days))
	}
	for _, c := range []struct {
		rule  Rule
		scene scene
		attrs []any
		want  string
	}{
		{bucketSingleCopy(), stored, nil, "as objects the record is in this bucket alone, and no default retention holds them"},
		{bucketSingleCopy(), grouped(30), nil, "as objects the record is in this bucket alone, and no default retention holds them"},
		{bucketSingleCopy(), grouped(0), nil, "as objects the record is in this bucket alone, and no default retention holds them; their events are in group as well"},
		{bucketNotLocked(), stored, a("versioning.status", afterApply), "Object Lock is off: nothing holds the objects against whoever may delete them, and whether versions are kept is not known"},
		{publicAccessBlockOff(), stored, a(blockPolicy, false), "BlockPublicPolicy off; what still keeps one policy statement from making the bucket public is RestrictPublicBuckets"},
		{publicAccessBlockOff(), stored, a(blockACLs, false), "BlockPublicAcls off; what still keeps one ACL from making the bucket public is IgnorePublicAcls and object ownership"},
		{publicAccessBlockOff(), stored, a(blockPolicy, false, restrict, false), "BlockPublicPolicy, RestrictPublicBuckets off: one policy statement makes the bucket public"},
	} {
		_, findings := verdictOn(t, c.rule, c.scene, declare(graph.KindBucket, subject, c.attrs...))
		if len(findings) != 1 || findings[0].Message != c.want {
			t.Errorf("%s, want %q", brief(findings), c.want)
		}
	}
}

func TestWorth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w       worth
		s, want Severity
	}{
		{worthRecord, Critical, Critical},
		{worthRecord, Low, Low},
		{worthRecord, None, None},
		{worthCopy, Critical, High},
		{worthCopy, Medium, Low},
		{worthCopy, Low, Low},
		{worthRest, Critical, Medium},
		{worthRest, High, Low},
		{worthRest, Medium, Low},
		{worthRest, None, None},
	} {
		if got := c.w.of(c.s); got != c.want {
			t.Errorf("worth %d of %s: %s, want %s", c.w, c.s, got, c.want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{60: "1 minute", 3600: "1 hour", 5400: "90 minutes", 86400: "1 day", 345600: "4 days", 61: "61 seconds", 0: "0 seconds"} {
		if got := span(seconds); got != want {
			t.Errorf("%d: %q, want %q", seconds, got, want)
		}
	}
}
