package analyzer

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// field makes one condition of an advanced selector: the field, then operators and their lists of values.
func field(name string, pairs ...any) graph.Attrs {
	return attrs(append([]any{"field", name}, pairs...)...)
}

// choose makes one advanced selector.
func choose(fields ...graph.Attrs) graph.Attrs { return attrs("fields", fields) }

func choices(selectors ...graph.Attrs) []any { return []any{"advanced_selectors", selectors} }

func basics(selectors ...graph.Attrs) []any { return []any{"event_selectors", selectors} }

// The conditions of selectors.
//
//nolint:gochecknoglobals // a table
var (
	management = field(fieldCategory, "equals", []string{"Management"})
	dataEvents = field(fieldCategory, "equals", []string{"Data"})
	reading    = field(fieldReadOnly, "equals", []string{"true"})
	writing    = field(fieldReadOnly, "equals", []string{"false"})
	noKMS      = field(fieldSource, "not_equals", []string{sourceKMS})
	noRDS      = field(fieldSource, "not_equals", []string{sourceRDS})
	objects    = field(fieldResource, "equals", []string{"AWS::S3::Object"})
	onS3       = rule1("type", "AWS::S3::Object", "values", []string{"arn:aws:s3"})
)

// beside is a trail beside another one that records everything, but for the attributes given.
func beside(pairs ...any) scene {
	return with(declare(graph.KindTrail, "second", append([]any{"s3_bucket", "elsewhere", "multi_region", true}, pairs...)...))
}

func all(more ...any) []any { return append([]any{"multi_region", true}, more...) }

// inAccount declares the second trail in another account.
func inAccount(r graph.Resource, account string) graph.Resource {
	r.Account = graph.KnownOf(account)
	return r
}

func inRegion(r graph.Resource, region string) graph.Resource {
	r.Region = graph.KnownOf(region)
	return r
}

func captureCases() []ruleCases {
	deploy := "arn:aws:iam::111122223333:role/deploy"
	return []ruleCases{
		{"TG101", graph.KindTrail, alone, []ruleCase{
			{"default", nil, a(), "held"},
			{"off", nil, a("logging", false), "violated critical"},
			{"unknown", nil, a("logging", afterApply), "undetermined critical"},
			{"another records it", beside(), a("logging", false), "violated medium"},
			{"another records all but KMS", beside(choices(choose(management, noKMS))...), a("logging", false), "violated medium"},
			{"another is off too", beside("logging", false), a("logging", false), "violated critical"},
			{"another is of one region", beside("multi_region", false), all("logging", false), "violated critical"},
			{"another records data events", beside(choices(choose(dataEvents, objects))...), a("logging", false), "violated critical"},
		}},
		{"TG102", graph.KindTrail, alone, []ruleCase{
			{"default", nil, a(), "violated high"},
			{"all", nil, all(), "held"},
			{"unknown", nil, a("multi_region", afterApply), "undetermined high"},
			{"another sees all", beside(), a(), "violated low"},
			{"another is of one region", beside("multi_region", false), a(), "violated high"},
			{"another is not known to see all", beside("multi_region", afterApply), a(), "violated high"},
			{"another is off", beside("logging", false), a(), "violated high"},
			{"off itself", nil, a("logging", false), "violated low"},
			{"another leaves reads out", beside(choices(choose(management, writing))...), a(), "violated high"},
			{"another account's", with(inAccount(declare(graph.KindTrail, "second", "multi_region", true), "444455556666")), a(), "violated high"},
			{"the organization's", with(inAccount(declare(graph.KindTrail, "second", "multi_region", true, "organization", true), "444455556666")), a(), "violated low"},
			{"one of an organization beside one of an account", beside(), a("organization", true), "violated high"},
			{"a store sees all", with(declare(graph.KindEventStore, "store")), a(), "violated low"},
		}},
		{"TG102", graph.KindEventStore, alone, []ruleCase{
			{"default", nil, a(), "held"},
			{"one", nil, a("multi_region", false), "violated high"},
			{"one, beside a trail of all", beside(), a("multi_region", false), "violated low"},
			{"unknown", nil, a("multi_region", afterApply), "undetermined high"},
			{"of configuration items", nil, append(choices(choose(field(fieldCategory, "equals", []string{"ConfigurationItem"}))), "multi_region", false), ""},
		}},
		{"TG103", graph.KindTrail, alone, []ruleCase{
			{"default", nil, a(), "held"},
			{"off", nil, a("global_events", false), "violated high"},
			{"unknown", nil, a("global_events", afterApply), "undetermined high"},
			{"off itself", nil, a("global_events", false, "logging", false), "violated low"},
			{"another has them", beside(), a("global_events", false), "held"},
			{"another of us-east-1 has them", beside("multi_region", false), a("global_events", false), "held"},
			{"another of eu-west-1 does not", with(inRegion(declare(graph.KindTrail, "second"), "eu-west-1")), a("global_events", false), "violated high"},
			{"another has them off too", beside("multi_region", false, "global_events", false), a("global_events", false), "violated high"},
			{"another is not known to", beside("global_events", afterApply), a("global_events", false), "violated high"},
			{"another account's has its own", with(inAccount(declare(graph.KindTrail, "second", "multi_region", true), "444455556666")), a("global_events", false), "violated high"},
		}},
		{"TG104", graph.KindTrail, alone, []ruleCase{
			{"no selectors", nil, a(), "held"},
			{"selectors unknown", nil, a("event_selectors", afterApply), "undetermined critical"},
			{"advanced unknown", nil, a("advanced_selectors", afterApply), "undetermined critical"},
			{"advanced known, basic unknown", nil, append(choices(choose(management)), "event_selectors", afterApply), "held"},
			{"empty lists", nil, a("event_selectors", []graph.Attrs{}, "advanced_selectors", []graph.Attrs{}), "held"},
			{"basic, default", nil, basics(attrs("read_write", "All")), "held"},
			{"basic, nothing", nil, basics(attrs("management", false)), "violated critical"},
			{"basic, data alone", nil, basics(attrs("management", false, "data_resources", onS3)), "violated high"},
			{"basic, data alone, another has them", beside(), all(basics(attrs("management", false, "data_resources", onS3))...), "held"},
			{"basic, nothing, another has them", beside(), all(basics(attrs("management", false))...), "violated low"},
			{"basic, another has part", beside(basics(attrs("read_write", "WriteOnly"))...), all(basics(attrs("management", false, "data_resources", onS3))...), "violated high"},
			{"basic, another may have them", beside("advanced_selectors", afterApply), all(basics(attrs("management", false, "data_resources", onS3))...), "violated high"},
			{"basic, off and on", nil, basics(attrs("management", false, "data_resources", onS3), attrs("management", true)), "held"},
			{"basic, unknown", nil, basics(attrs("management", afterApply)), "undetermined critical"},
			{"basic, unknown beside on", nil, basics(attrs("management", afterApply), attrs()), "held"},
			{"advanced", nil, choices(choose(management)), "held"},
			{"advanced, data alone", nil, choices(choose(dataEvents, objects)), "violated high"},
			{"advanced, network events alone", nil, choices(choose(field(fieldCategory, "equals", []string{"NetworkActivity"}), field(fieldSource, "equals", []string{"s3.amazonaws.com"}))), "violated high"},
			{"advanced, both", nil, choices(choose(dataEvents, objects), choose(management, reading)), "held"},
			{"advanced, contradiction", nil, choices(choose(management, reading, writing)), "violated critical"},
			{"advanced, all is excluded", nil, choices(choose(management, field(fieldSource, "not_starts_with", []string{""}))), "violated critical"},
			{"advanced, category unknown", nil, choices(choose(field(fieldCategory, "equals", afterApply))), "undetermined critical"},
			{"advanced, category symbolic", nil, choices(choose(field(fieldCategory, "equals", []graph.Text{graph.Reference(graph.Ref{Address: "var.category"})}))), "undetermined critical"},
			{"advanced, fields unknown", nil, choices(attrs("fields", afterApply)), "undetermined critical"},
			{"advanced, field unknown", nil, choices(choose(management, attrs("field", afterApply, "equals", []string{"x"}))), "undetermined critical"},
			{"advanced, no category", nil, choices(choose(reading)), "undetermined critical"},
			{"advanced, one service", nil, choices(choose(management, field(fieldSource, "equals", []string{"iam.amazonaws.com"}))), "held"},
		}},
		{"TG104", graph.KindEventStore, alone, []ruleCase{
			{"no selectors", nil, a(), "held"},
			{"data alone", nil, choices(choose(dataEvents, objects)), "violated high"},
			{"data alone, beside a trail", beside(), choices(choose(dataEvents, objects)), "held"},
			{"configuration items", nil, choices(choose(field(fieldCategory, "equals", []string{"ConfigurationItem"}))), ""},
			{"of others", nil, choices(choose(field(fieldCategory, "equals", []string{"ActivityAuditLog"}))), ""},
			{"unknown", nil, a("advanced_selectors", afterApply), "undetermined critical"},
		}},
		{"TG105", graph.KindTrail, alone, []ruleCase{
			{"no selectors", nil, a(), "held"},
			{"writes", nil, basics(attrs("read_write", "WriteOnly")), "violated medium"},
			{"all", nil, basics(attrs("read_write", "All")), "held"},
			{"reads", nil, basics(attrs("read_write", "ReadOnly")), "held"},
			{"reads and writes", nil, basics(attrs("read_write", "ReadOnly"), attrs("read_write", "WriteOnly")), "held"},
			{"writes, and nothing of reads", nil, basics(attrs("read_write", "ReadOnly", "management", false), attrs("read_write", "WriteOnly")), "violated medium"},
			{"unknown", nil, basics(attrs("read_write", afterApply)), "undetermined medium"},
			{"symbolic", nil, basics(attrs("read_write", graph.Reference(graph.Ref{Address: "var.which"}))), "undetermined medium"},
			{"selectors unknown", nil, a("event_selectors", afterApply), ""},
			{"nothing", nil, basics(attrs("management", false)), ""},
			{"another has reads", beside(), all(basics(attrs("read_write", "WriteOnly"))...), "violated low"},
			{"another has reads alone", beside(basics(attrs("read_write", "ReadOnly"))...), all(basics(attrs("read_write", "WriteOnly"))...), "violated low"},
			{"another leaves them out too", beside(basics(attrs("read_write", "WriteOnly"))...), all(basics(attrs("read_write", "WriteOnly"))...), "violated medium"},
			{"another has reads but of KMS", beside(choices(choose(management, noKMS))...), all(basics(attrs("read_write", "WriteOnly"))...), "violated medium"},
			{"advanced, writes", nil, choices(choose(management, writing)), "violated medium"},
			{"advanced, not reads", nil, choices(choose(management, field(fieldReadOnly, "not_equals", []string{"true"}))), "violated medium"},
			{"advanced, writes, and some reads", nil, choices(choose(management, writing), choose(management, reading, field(fieldName, "equals", []string{"AssumeRole"}))), "violated medium"},
			{"advanced, unknown", nil, choices(choose(management, field(fieldReadOnly, "equals", afterApply))), ""},
			{"advanced, writes, and some unknown", nil, choices(choose(management, writing), choose(management, field(fieldReadOnly, "equals", afterApply))), "undetermined medium"},
			{"advanced, reads unless unknown", nil, choices(choose(management, field(fieldReadOnly, "not_equals", afterApply))), ""},
		}},
		{"TG106", graph.KindTrail, alone, []ruleCase{
			{"no selectors", nil, a(), "held"},
			{"reads", nil, basics(attrs("read_write", "ReadOnly")), "violated critical"},
			{"reads, and off", nil, append(basics(attrs("read_write", "ReadOnly")), "logging", false), "violated low"},
			{"reads, and data", nil, basics(attrs("read_write", "ReadOnly"), attrs("management", false, "data_resources", onS3)), "violated critical"},
			{"writes", nil, basics(attrs("read_write", "WriteOnly")), "held"},
			{"unknown", nil, basics(attrs("read_write", afterApply)), "undetermined critical"},
			{"another has writes", beside(), all(basics(attrs("read_write", "ReadOnly"))...), "violated low"},
			{"advanced, reads", nil, choices(choose(management, reading)), "violated critical"},
		}},
		{"TG106", graph.KindEventStore, alone, []ruleCase{
			{"reads", nil, choices(choose(management, reading)), "violated critical"},
			{"all", nil, choices(choose(management)), "held"},
			{"reads, and writes unknown", nil, choices(choose(management, reading), choose(management, field(fieldReadOnly, "equals", afterApply))), "undetermined critical"},
		}},
		{"TG107", graph.KindTrail, alone, []ruleCase{
			{"no selectors", nil, a(), "held"},
			{"KMS", nil, basics(attrs("exclude_sources", []string{sourceKMS})), "violated medium"},
			{"KMS, with a key on the chain", with(declare(graph.KindKey, "key")), append(basics(attrs("exclude_sources", []string{sourceKMS})), "kms_key", arn("key")), "violated high"},
			{"RDS", nil, basics(attrs("exclude_sources", []string{sourceRDS})), "violated low"},
			{"both", nil, basics(attrs("exclude_sources", []string{sourceKMS, sourceRDS})), "violated medium"},
			{"none", nil, basics(attrs("exclude_sources", []string{})), "held"},
			{"unknown", nil, basics(attrs("exclude_sources", afterApply)), ""},
			{"symbolic", nil, basics(attrs("exclude_sources", []graph.Text{graph.Reference(graph.Ref{Address: "var.source"})})), "held"}, // TG108 says what is left out
			{"sensitive", nil, basics(attrs("exclude_sources", secret{[]string{sourceKMS}})), "violated medium"},
			{"nothing of management", nil, basics(attrs("management", false, "exclude_sources", []string{sourceKMS})), ""},
			{"writes without KMS", nil, basics(attrs("read_write", "WriteOnly", "exclude_sources", []string{sourceKMS})), "violated medium"},
			{"left out once, taken once", nil, basics(attrs("exclude_sources", []string{sourceKMS}), attrs()), "held"},
			{"advanced, KMS", nil, choices(choose(management, noKMS)), "violated medium"},
			{"advanced, each in turn", nil, choices(choose(management, noKMS), choose(management, noRDS)), "held"},
			{"advanced, both", nil, choices(choose(management, noKMS, noRDS)), "violated medium"},
			{"advanced, reads of KMS", nil, choices(choose(management, writing), choose(management, reading, noKMS)), "violated medium"},
			{"advanced, KMS but for writes unknown", nil, choices(choose(management, noKMS), choose(management, field(fieldSource, "equals", []string{sourceKMS}), field(fieldReadOnly, "equals", afterApply))), "undetermined high"},
			{"another has KMS", beside(), all(choices(choose(management, noKMS))...), "violated low"},
			{"another leaves it out too", beside(choices(choose(management, noKMS))...), all(choices(choose(management, noKMS))...), "violated medium"},
			{"another leaves RDS out", beside(choices(choose(management, noRDS))...), all(choices(choose(management, noKMS))...), "violated low"},
		}},
		{"TG108", graph.KindEventStore, alone, []ruleCase{
			{"no selectors", nil, a(), "held"},
			{"all", nil, choices(choose(management)), "held"},
			{"without KMS", nil, choices(choose(management, noKMS)), "held"},
			{"reads", nil, choices(choose(management, reading)), "held"},
			{"without S3", nil, choices(choose(management, field(fieldSource, "not_equals", []string{"s3.amazonaws.com"}))), "violated high"},
			{"without a service off the chain", nil, choices(choose(management, field(fieldSource, "not_equals", []string{"ssmmessages.amazonaws.com"}))), "violated medium"},
			{"IAM alone", nil, choices(choose(management, field(fieldSource, "equals", []string{"iam.amazonaws.com"}))), "violated high"},
			{"IAM alone, and reads of the rest", nil, choices(choose(management, field(fieldSource, "equals", []string{"iam.amazonaws.com"})), choose(management, reading)), "held"}, // TG106
			{"without a principal", nil, choices(choose(management, field(fieldUser, "not_equals", []string{deploy}))), "violated high"},
			{"without a principal that the input declares", nil, choices(choose(management, field(fieldUser, "not_equals", []graph.Text{arn("role")}))), "violated high"},
			{"without a principal that is not known", nil, choices(choose(management, field(fieldUser, "not_equals", []graph.Text{graph.Hole(graph.ReasonAfterApply)}))), "violated high"},
			{"without a service that is not known, but with S3", nil, choices(choose(management, field(fieldSource, "not_equals", []graph.Text{graph.Hole(graph.ReasonAfterApply)})), choose(management, field(fieldSource, "equals", []string{"s3.amazonaws.com"}))), "undetermined high"},
			{"without one unknown, but with another", nil, choices(choose(management, field(fieldSource, "not_equals", []graph.Text{graph.Hole(graph.ReasonAfterApply)})), choose(management, field(fieldSource, "equals", []graph.Text{graph.Hole(graph.ReasonAfterApply)}))), "undetermined high"},
			{"without prefixes that are not known", nil, choices(choose(management, field(fieldSource, "not_starts_with", []graph.Text{graph.Hole(graph.ReasonAfterApply)}))), ""},
			{"without principals that are not known", nil, choices(choose(management, field(fieldUser, "not_equals", afterApply))), ""},
			{"without an account", nil, choices(choose(management, field(fieldUser, "not_starts_with", []string{"arn:aws:sts::111122223333:"}))), "violated high"},
			{"without some calls", nil, choices(choose(management, field(fieldName, "not_equals", []string{"DescribeInstances", "ListTags"}))), "violated medium"},
			{"without names that end so", nil, choices(choose(management, field(fieldName, "not_ends_with", []string{"Trail"}))), "violated high"},
			{"without console sessions", nil, choices(choose(management, field(fieldConsole, "equals", []string{"false"}))), "violated high"},
			{"console sessions alone", nil, choices(choose(management, field(fieldConsole, "equals", []string{"true"}))), "violated high"},
			{"console sessions and the rest", nil, choices(choose(management, field(fieldConsole, "equals", []string{"true"})), choose(management, field(fieldConsole, "not_equals", []string{"true"}))), "held"},
			{"calls alone", nil, choices(choose(management, field(fieldType, "equals", []string{"AwsApiCall"}))), "violated medium"},
			{"a call of a service", nil, choices(choose(management, field(fieldSource, "not_equals", []string{"ec2.amazonaws.com"})), choose(management, field(fieldSource, "equals", []string{"ec2.amazonaws.com"}), field(fieldName, "not_equals", []string{"DescribeInstances"}))), "violated medium"},
			{"the complement", nil, choices(choose(management, field(fieldSource, "not_starts_with", []string{"s3"})), choose(management, field(fieldSource, "starts_with", []string{"s3"}))), "held"},
			{"a prefix of the complement", nil, choices(choose(management, field(fieldSource, "not_starts_with", []string{"s3"})), choose(management, field(fieldSource, "starts_with", []string{"s3."}))), "violated high"},
			{"another prefix unknown", nil, choices(choose(management, field(fieldSource, "not_starts_with", []string{"s3"})), choose(management, field(fieldSource, "starts_with", []graph.Text{graph.Hole(graph.ReasonAfterApply)}))), "undetermined high"},
			{"unknown beside all", nil, choices(choose(management), attrs("fields", afterApply)), "held"},
			{"sensitive", nil, choices(choose(management, field(fieldUser, "not_equals", secret{[]string{"user-3601"}}))), "violated high"},
			{"a trail has it all", beside(), choices(choose(management, field(fieldUser, "not_equals", []string{deploy}))), "violated low"},
			{"a trail leaves it out too", beside(choices(choose(management, field(fieldUser, "not_equals", []string{deploy})))...), choices(choose(management, field(fieldUser, "not_equals", []string{deploy}))), "violated high"},
			{"data alone", nil, choices(choose(dataEvents, objects)), ""},
		}},
		{"TG109", graph.KindTrail, stored, []ruleCase{
			{"default", alone, a(), "violated medium"},
			{"on", alone, a("validation", true), "held"},
			{"unknown", alone, a("validation", afterApply), "undetermined medium"},
			{"objects locked", with(declare(graph.KindBucket, "vault", "object_lock.mode", "COMPLIANCE")), a("s3_bucket", arn("vault")), "violated low"},
			{"objects locked, but for some", with(declare(graph.KindBucket, "vault", "object_lock.mode", "GOVERNANCE")), a("s3_bucket", arn("vault")), "violated medium"},
		}},
	}
}

func TestCaptureRules(t *testing.T) {
	t.Parallel()
	runCases(t, captureRules(), captureCases())
}

// TestCaptureMessages holds what is said of what is left out.
func TestCaptureMessages(t *testing.T) {
	t.Parallel()
	deploy := field(fieldUser, "not_equals", []graph.Text{graph.Literal("arn:aws:iam::111122223333:role/deploy"), arn("role")})
	for _, c := range []struct {
		rule  string
		attrs []any
		scene scene
		want  []string // in the message, then in the evidence
	}{
		{"TG107", choices(choose(management, writing), choose(management, reading, noKMS)), alone, []string{"not recorded: of what reads, calls to kms.amazonaws.com", "advanced_selectors: eventCategory = Management and readOnly = false; or eventCategory = Management and readOnly = true and eventSource ≠ kms.amazonaws.com"}},
		{"TG107", basics(attrs("exclude_sources", []string{sourceKMS, sourceRDS})), alone, []string{"not recorded: calls to kms.amazonaws.com, calls to rdsdata.amazonaws.com", "event_selectors: management is true (default), read_write is All (default), without kms.amazonaws.com, rdsdata.amazonaws.com"}},
		{"TG108", choices(choose(management, deploy)), alone, []string{"not recorded: calls by ${role.arn}, calls by arn:aws:iam::111122223333:role/deploy", "userIdentity.arn ≠ arn:aws:iam::111122223333:role/deploy, ${role.arn}"}},
		{"TG108", choices(choose(management, field(fieldUser, "not_equals", []graph.Text{graph.Hole(graph.ReasonAfterApply, graph.Ref{Address: "role", Attr: "arn"}), graph.Hole(graph.ReasonAfterApply)}))), alone, []string{"not recorded: calls by ${unknown of role.arn}, calls by ${unknown}", "userIdentity.arn ≠ ${unknown of role.arn}, ${unknown}"}},
		{"TG108", choices(choose(management, field(fieldName, "not_starts_with", []string{"Describe"}))), alone, []string{"not recorded: Describe*", "eventName does not start with Describe"}},
		{"TG108", choices(choose(management, field(fieldSource, "equals", []string{"iam.amazonaws.com", "sts.amazonaws.com"}))), alone, []string{"of all management events only these are recorded: calls to iam.amazonaws.com, calls to sts.amazonaws.com", "eventSource = iam.amazonaws.com, sts.amazonaws.com"}},
		{"TG108", choices(choose(management, field(fieldUser, "not_equals", secret{[]string{"hush"}}))), alone, []string{"not recorded: calls by (sensitive)", "userIdentity.arn ≠ (sensitive)"}},
		{"TG108", []any{"advanced_selectors", secret{[]graph.Attrs{choose(management, field("hush", "not_equals", []string{"hush"}))}}}, alone, []string{"not recorded: events that a sensitive selector names", "(sensitive) ≠ (sensitive)"}},
		{"TG105", choices(choose(management, writing), choose(management, reading, field(fieldName, "equals", []string{"AssumeRole"}))), alone, []string{"no call that reads, but for some", ""}},
		{"TG104", basics(attrs("management", false, "data_resources", onS3)), alone, []string{"it records data events alone", "management is false, read_write is All (default), with data events"}},
		{"TG102", a(), beside(), []string{"only what happens in us-east-1 is recorded; another trail of the input records all regions", "multi_region is false (default)"}},
	} {
		r, ok := RuleByID(c.rule)
		if !ok {
			t.Fatalf("no rule %s", c.rule)
		}
		kind := graph.KindTrail
		_, findings := verdictOn(t, r, c.scene, declare(kind, subject, c.attrs...))
		if len(findings) != 1 {
			t.Fatalf("%s: %d findings", c.rule, len(findings))
		}
		text := brief(findings)
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s\nlacks %q", text, w)
			}
		}
		if strings.Contains(text, "hush") || strings.Contains(text, fresh) {
			t.Errorf("shows what it must not: %s", text)
		}
	}
	s := inRegion(declare(graph.KindTrail, subject), "eu-west-1")
	_, findings := verdictOn(t, sourceSingleRegion(), alone, s)
	if text := brief(findings); !strings.Contains(text, "only what happens in eu-west-1 is recorded, and no call to IAM, STS or CloudFront, whose events are of us-east-1") {
		t.Error(text)
	}
	s.Attrs.Set("global_events", datum(false))
	if got, f := verdictOn(t, trailNoGlobalEvents(), alone, s); got != "violated high" || !strings.Contains(brief(f), "not enough here") {
		t.Errorf("global events off in a region apart: %s %s", got, brief(f))
	}
}
