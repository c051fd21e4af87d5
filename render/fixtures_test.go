package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// set is one attribute of a declaration of a fixture.
type set struct {
	name  string
	value graph.Value[any]
}

func is(name string, v any) set {
	switch t := v.(type) {
	case string:
		v = graph.Literal(t)
	case int:
		v = int64(t)
	case []string:
		texts := make([]graph.Text, len(t))
		for i, s := range t {
			texts[i] = graph.Literal(s)
		}
		v = texts
	}
	return set{name, graph.KnownOf(v)}
}

func secret(name string, v any) set {
	s := is(name, v)
	s.value = s.value.Hide()
	return s
}

func unknown(name string, why graph.Reason) set { return set{name, graph.UnknownOf[any](why)} }

func ref(addr string) graph.Text { return graph.Reference(graph.Ref{Address: addr, Attr: "arn"}) }

func oneOf(addrs ...string) graph.Text {
	refs := make([]graph.Ref, len(addrs))
	for i, a := range addrs {
		refs[i] = graph.Ref{Address: a, Attr: "arn"}
	}
	return graph.OneOf(refs...)
}

func attrs(sets ...set) graph.Attrs {
	out := graph.Attrs{}
	for _, s := range sets {
		out.Set(s.name, s.value)
	}
	return out
}

func blocks(name string, all ...graph.Attrs) set { return set{name, graph.KnownOf[any](all)} }

// decl is a declaration in account 111122223333, eu-west-1.
func decl(kind graph.Kind, addr, name string, sets ...set) graph.Resource {
	typ, _, _ := strings.Cut(addr[strings.LastIndex(addr, "module.")+1:], ".")
	r := graph.Resource{
		Kind: kind, Type: typ, Address: addr, Attrs: attrs(sets...), Provider: "aws",
		Partition: graph.KnownOf("aws"), Account: graph.KnownOf("111122223333"), Region: graph.KnownOf("eu-west-1"),
	}
	if name != "" {
		r.Name = graph.KnownOf(graph.Literal(name))
	} else {
		r.Name = graph.UnknownOf[graph.Text](graph.ReasonAfterApply)
	}
	return r
}

func at(r graph.Resource, file string, line int) graph.Resource {
	r.Pos = graph.Pos{File: file, Line: line, Column: 1}
	return r
}

func in(r graph.Resource, account, region string) graph.Resource {
	r.Account, r.Region = graph.KnownOf(account), graph.KnownOf(region)
	return r
}

const cloudTrailPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Write","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceArn":"CONDITION-VALUE"}}}]}`

// acme is the chain of an organization that does most things: every flow, and every mark.
func acme() []graph.Resource {
	return []graph.Resource{
		at(decl(graph.KindTrail, "aws_cloudtrail.org", "org-trail", is("s3_bucket", "acme-trail-archive"), is("s3_key_prefix", "org"), is("log_group", "arn:aws:logs:eu-west-1:111122223333:log-group:/org/cloudtrail:*"),
			is("sns_topic", "trail-delivered"), is("multi_region", true), is("organization", true), is("validation", true), is("kms_key", ref("aws_kms_key.trail"))), "trail.tf", 3),
		at(decl(graph.KindKey, "aws_kms_key.trail", "", is("rotation", true)), "kms.tf", 1),
		at(decl(graph.KindBucket, "aws_s3_bucket.archive", "acme-trail-archive", is("versioning.status", "Enabled"), is("object_lock.enabled", true), is("object_lock.mode", "COMPLIANCE"), is("object_lock.days", 365),
			is("encryption.kms_key", ref("aws_kms_key.trail")), is("policy", cloudTrailPolicy), is("logging.bucket", "acme-access-logs"), is("notification.eventbridge", true),
			blocks("notification.queues", attrs(is("arn", ref("aws_sqs_queue.siem")), is("prefix", "org/AWSLogs/"))),
			blocks("notification.topics", attrs(is("arn", "arn:aws:sns:eu-west-1:222222222222:fanout"))),
			blocks("notification.functions", attrs(is("arn", graph.Hole(graph.ReasonAfterApply)))),
		), "archive.tf", 12),
		decl(graph.KindBucket, "aws_s3_bucket.access_logs", "acme-access-logs"),
		at(decl(graph.KindQueue, "aws_sqs_queue.siem", "siem-ingest", is("dlq", ref("aws_sqs_queue.dead")), is("max_receives", 5), is("retention_seconds", 1209600)), "siem.tf", 4),
		at(decl(graph.KindQueue, "aws_sqs_queue.dead", "siem-dead"), "siem.tf", 20),
		at(decl(graph.KindMapping, "aws_lambda_event_source_mapping.siem", "", is("source", ref("aws_sqs_queue.siem")), is("function", ref("aws_lambda_function.parse"))), "siem.tf", 30),
		at(decl(graph.KindFunction, "aws_lambda_function.parse", "parse", is("role", ref("aws_iam_role.parse"))), "siem.tf", 40),
		at(decl(graph.KindRoleIAM, "aws_iam_role.parse", "parse"), "siem.tf", 50),
		at(decl(graph.KindTopic, "aws_sns_topic.delivered", "trail-delivered"), "topic.tf", 1),
		at(decl(graph.KindSubscription, "aws_sns_topic_subscription.soc", "", is("topic", ref("aws_sns_topic.delivered")), is("protocol", "email"), is("endpoint", "soc@acme.example"), is("pending", true)), "topic.tf", 5),
		at(decl(graph.KindSubscription, "aws_sns_topic_subscription.each[\"a\"]", "", is("topic", ref("aws_sns_topic.delivered")), is("protocol", "sqs"),
			is("endpoint", oneOf("aws_sqs_queue.team[\"blue\"]", "aws_sqs_queue.team[\"green\"]", "aws_sqs_queue.team[\"red\"]")), is("dlq", ref("aws_sqs_queue.dead"))), "topic.tf", 15),
		decl(graph.KindQueue, "aws_sqs_queue.team[\"blue\"]", "team-blue"),
		decl(graph.KindQueue, "aws_sqs_queue.team[\"green\"]", "team-green"),
		in(decl(graph.KindQueue, "aws_sqs_queue.team[\"red\"]", "team-red"), "111122223333", "us-east-1"),
		at(decl(graph.KindLogGroup, "aws_cloudwatch_log_group.org", "/org/cloudtrail", is("retention_days", 365)), "logs.tf", 2),
		at(decl(graph.KindLogsFilter, "aws_cloudwatch_log_subscription_filter.splunk", "to-splunk", is("group", "/org/cloudtrail"), is("destination", ref("aws_kinesis_firehose_delivery_stream.splunk")), is("filter_pattern", "{ $.errorCode = * }")), "logs.tf", 9),
		at(decl(graph.KindFirehose, "aws_kinesis_firehose_delivery_stream.splunk", "to-splunk", is("destination", "splunk"), is("splunk", "https://http-inputs-acme.splunkcloud.example:443/services/TOKEN?x=1"), is("backup_buckets", []string{"arn:aws:s3:::acme-trail-archive"})), "logs.tf", 21),
		decl("logs.metric_filter", "aws_cloudwatch_log_metric_filter.root", "root", is("group", "/org/cloudtrail"), blocks("metrics", attrs(is("name", "RootLogin"), is("namespace", "CIS")))),
		decl(graph.KindAlarm, "aws_cloudwatch_metric_alarm.root", "root-login", is("metric", "RootLogin"), is("namespace", "CIS"), is("actions_enabled", false), blocksOfTexts("actions", ref("aws_sns_topic.delivered"))),
		decl(graph.KindRule, "aws_cloudwatch_event_rule.new_object", "new-object", is("pattern", `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["acme-trail-archive"]}}}`)),
		decl(graph.KindRuleTarget, "aws_cloudwatch_event_target.index", "", is("rule", "new-object"), is("arn", ref("aws_lambda_function.index")), is("dlq", ref("aws_sqs_queue.dead"))),
		decl(graph.KindFunction, "aws_lambda_function.index", "archive-indexer", is("reserved_concurrency", 0)),
	}
}

func blocksOfTexts(name string, t ...graph.Text) set { return set{name, graph.KnownOf[any](t)} }

// rules are two rules of the test's own, so that goldens do not move with the rules of the analyzer.
func rules() []analyzer.Rule {
	return []analyzer.Rule{
		{ID: "TG901", Title: "A bucket keeps no old versions", Fix: analyzer.Fix{Terraform: "versioning {\n  enabled = true\n}"}, Check: func(p *analyzer.Pass) {
			for n := range p.Chain(graph.KindBucket) {
				switch v := n.Attrs.Text("versioning.status"); v.State() {
				case graph.Unknown:
					p.Undecided(n, "versioning.status", analyzer.High)
				default:
					if s, _ := v.Or(graph.Text{}).Literal(); s != "Enabled" && !v.Sensitive() {
						p.Violate(n, analyzer.High, "versioning is off: a deleted object is gone", analyzer.Because(n, "versioning.status", "versioning.status is "+s))
					}
				}
			}
		}},
		{ID: "TG902", Title: "A queue is not encrypted with a key of its owner", Check: func(p *analyzer.Pass) {
			for n := range p.Chain(graph.KindQueue) {
				if n.Attrs.Text("kms_key").State() == graph.Absent {
					p.Violate(n, analyzer.Low, "any principal that may read the queue may read its messages", analyzer.Because(n, "kms_key", "kms_key is not set"))
				}
			}
		}},
		{ID: "TG903", Title: "The trail does not record", Check: func(p *analyzer.Pass) {
			for n := range p.Chain(graph.KindTrail) {
				if on, ok := n.Attrs.Bool("logging").Get(); ok && !on {
					p.Violate(n, analyzer.Critical, "logging is off", analyzer.Because(n, "logging", "logging is false"))
				}
			}
		}},
	}
}

func report(resources []graph.Resource) *analyzer.Report {
	return analyzer.Analyze(analyzer.Subject{
		Inputs: []analyzer.Input{{Name: "plan.json", Kind: "terraform plan", Version: "1.14.0"}},
		Graph:  graph.Link(graph.Inventory{Resources: resources}), Ignored: 212,
	}, rules())
}

func planned(before, after []graph.Resource, changes ...graph.Change) *analyzer.Report {
	return analyzer.Analyze(analyzer.Subject{
		Inputs: []analyzer.Input{{Name: "stdin", Kind: "terraform plan"}},
		Before: graph.Link(graph.Inventory{Resources: before}), Graph: graph.Link(graph.Inventory{Resources: after}), Changes: changes,
	}, rules())
}

// archive is a short chain: trail, bucket, queue, function.
func archive(notified string, more ...graph.Resource) []graph.Resource {
	bucket := decl(graph.KindBucket, "aws_s3_bucket.archive", "acme-archive", is("versioning.status", "Enabled"))
	if notified != "" {
		bucket.Attrs = attrs(is("versioning.status", "Enabled"), blocks("notification.queues", attrs(is("arn", ref(notified)))))
	}
	return append([]graph.Resource{
		decl(graph.KindTrail, "aws_cloudtrail.org", "org-trail", is("s3_bucket", "acme-archive"), is("multi_region", true)), bucket,
	}, more...)
}

// notifiesUnknown leaves open what the bucket notifies.
func notifiesUnknown(all []graph.Resource) []graph.Resource {
	for i := range all {
		if all[i].Address == "aws_s3_bucket.archive" {
			all[i].Attrs = attrs(is("versioning.status", "Enabled"), blocks("notification.queues", attrs(is("arn", graph.Hole(graph.ReasonAfterApply)))))
		}
	}
	return all
}

func indexer(addr, name, function string) []graph.Resource {
	return []graph.Resource{
		decl(graph.KindQueue, addr, name),
		decl(graph.KindMapping, "aws_lambda_event_source_mapping."+name, "", is("source", ref(addr)), is("function", ref("aws_lambda_function."+function))),
		decl(graph.KindFunction, "aws_lambda_function."+function, function),
	}
}

// queueWith is the indexer of the archive, its queue with some settings.
func queueWith(sets ...set) []graph.Resource {
	out := indexer("aws_sqs_queue.archive", "archive", "archive-indexer")
	out[0] = decl(graph.KindQueue, "aws_sqs_queue.archive", "archive", sets...)
	return out
}

// filtered lets only keys that nothing has pass the notification of the archive, and spells that in a hostile way.
func filtered(all []graph.Resource) []graph.Resource {
	all[1].Attrs = attrs(is("versioning.status", "Enabled"), blocks("notification.queues", attrs(is("arn", ref("aws_sqs_queue.archive")), is("prefix", "nothing|here`<b>\x1b[31m/"+strings.Repeat("deep/", 40)))))
	return all
}

// drifted is a plan for an archive of which somebody cut the notification by hand.
func drifted(after []graph.Resource, notes ...string) *analyzer.Report {
	return analyzer.Analyze(analyzer.Subject{
		Inputs:   []analyzer.Input{{Name: "stdin", Kind: "terraform plan", Notes: notes}},
		Recorded: graph.Link(graph.Inventory{Resources: archive("aws_sqs_queue.archive", queueWith()...)}),
		Before:   graph.Link(graph.Inventory{Resources: archive("", queueWith()...)}),
		Graph:    graph.Link(graph.Inventory{Resources: after}),
		Changes:  []graph.Change{{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate, Drift: true}},
	}, rules())
}

// beside adds a trail with a bucket of its own to a chain, one node of which becomes weaker.
func beside() *analyzer.Report {
	after := archive("aws_sqs_queue.archive", append(queueWith(), decl(graph.KindTrail, "aws_cloudtrail.second", "second-trail", is("s3_bucket", "second-archive")),
		decl(graph.KindBucket, "aws_s3_bucket.second", "second-archive"))...)
	after[1].Attrs.Set("versioning.status", graph.KnownOf[any](graph.Literal("Suspended")))
	return planned(archive("aws_sqs_queue.archive", queueWith()...), after,
		graph.Change{Address: "aws_cloudtrail.second", Type: "aws_cloudtrail", Action: graph.ActionCreate},
		graph.Change{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate})
}

// ignored is a plan that weakens a bucket and brings a queue, of which the source asks not to be told; one ignore gives no
// reason, one covers nothing, one is passed on by a module call, and one stands on nothing.
func ignored() *analyzer.Report {
	chain := func(versioning set) []graph.Resource {
		out := archive("aws_sqs_queue.archive", queueWith()...)
		out[0], out[2] = at(out[0], "main.tf", 4), at(out[2], "queue.tf", 3)
		out[1] = at(decl(graph.KindBucket, "aws_s3_bucket.archive", "acme-archive", versioning, blocks("notification.queues", attrs(is("arn", ref("aws_sqs_queue.archive"))))), "main.tf", 11)
		return append(out,
			at(decl(graph.KindTrail, "module.copy[0].aws_cloudtrail.c", "copy-trail", is("s3_bucket", "copy-archive")), "copy/main.tf", 1),
			at(decl(graph.KindBucket, "module.copy[0].aws_s3_bucket.c", "copy-archive", unknown("versioning.status", graph.ReasonAfterApply)), "copy/main.tf", 6))
	}
	on := func(line, from, to int, construct, reason string, rules ...string) graph.Ignore {
		return graph.Ignore{Rules: rules, Reason: reason, Pos: graph.Pos{File: "main.tf", Line: line, Column: 1}, From: from, To: to, Whole: true, Construct: construct}
	}
	queue := on(2, 3, 9, "aws_sqs_queue.archive", "", "TG392")
	queue.Pos.File = "queue.tf"
	call := on(20, 21, 24, "module.copy", "the copy is made anew each night | `<b>\x1b[31m", "TG391")
	call.Modules = []string{"module.copy"}
	lost := graph.Ignore{Problem: "there is nothing that it stands on", Construct: "a comment", Pos: graph.Pos{File: "main.tf", Line: 30, Column: 1}}
	own := rules()
	for i, id := range []string{"TG391", "TG392", "TG393"} {
		own[i].ID = id
	}
	return analyzer.Analyze(analyzer.Subject{
		Inputs: []analyzer.Input{{Name: "stdin", Kind: "terraform plan"}}, Today: "2026-11-25",
		Before: graph.Link(graph.Inventory{Resources: chain(is("versioning.status", "Enabled"))}),
		Graph: graph.Link(graph.Inventory{
			Resources: chain(is("versioning.status", "Suspended")),
			Ignores:   []graph.Ignore{on(10, 11, 16, "aws_s3_bucket.archive", "versions come back with the new archive", "TG391"), queue, call, lost, on(3, 4, 8, "aws_cloudtrail.org", "it is off at night", "TG393")},
		}),
		Changes: []graph.Change{{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate}},
	}, own)
}

// hostileNames are what a stranger might call a resource.
func hostileNames() []string {
	return []string{
		"a\"b'c", "line\nbreak\r\n# heading", "pipe|cell", "tick`s ```fence", "<script>alert(1)</script><!-- x --> -->", "@octocat please", "see #123 and GH-7",
		"\u202egnp.exe\u2066", "\x1b[31mred\x1b]8;;http://evil\x07", "]]> &amp; &lt;", "![i](http://evil/x.png) [l](javascript:x)", "https://evil.example www.evil.example",
		strings.Repeat("long-", 400), "\xff\xfe", "end", "\\", "a\\\"; n1->n2 [label=\"x", "$(x) ${y} %{z}", "\u200b\u00a0\u3164", "z\u0300\u0300\u0300\u0300\u0300\u0300", "<br/>\"]; click n1 \"http://evil\"",
		"::error file=x::y", "\U000e0041\U0001f4a3", "</details>", "--", "- [ ] task", "`", " ", "1. list", "##[error]x", "__init__",
	}
}

func hostile() *analyzer.Report {
	resources := []graph.Resource{decl(graph.KindTrail, "aws_cloudtrail.x", hostileNames()[0], is("s3_bucket", ref("aws_s3_bucket.b[0]")))}
	var queues []graph.Attrs
	for i, name := range hostileNames() {
		addr := fmt.Sprintf("aws_sqs_queue.q[%q]", name)
		if i%2 == 1 {
			addr = "aws_sqs_queue.q[\"" + name + "\"]"
		}
		q := at(decl(graph.KindQueue, addr, name), name+".tf", i+1)
		resources = append(resources, q)
		queues = append(queues, attrs(is("arn", ref(addr)), is("prefix", name)))
	}
	resources = append(resources, in(decl(graph.KindBucket, "aws_s3_bucket.b[0]", "", blocks("notification.queues", queues...)), "1<b>", "eu|\n-`1"))
	after := append([]graph.Resource{}, resources[:2]...)
	changes := make([]graph.Change, 0, len(resources))
	for _, r := range resources {
		changes = append(changes, graph.Change{Address: r.Address, Type: r.Type, Action: graph.ActionDelete})
	}
	r := planned(resources, after, changes...)
	for i, name := range hostileNames() {
		r.Change.Altered = append(r.Change.Altered, analyzer.Alteration{Node: "aws_s3_bucket.b[0]", Attr: name, Before: name, After: name, Because: name, Removed: i%2 == 0})
		r.Findings = append(r.Findings,
			analyzer.Finding{ID: fmt.Sprint(i), Rule: "TG999", Severity: analyzer.High, Verdict: analyzer.Violated, Node: graph.NodeID("aws_sqs_queue.q[" + name), Title: name, Message: name, Evidence: []analyzer.Evidence{{Where: name, What: name}}, Position: graph.Pos{File: name, Line: 1}},
			analyzer.Finding{ID: fmt.Sprint(-i), Rule: "TG998", Severity: analyzer.High, Verdict: analyzer.Undetermined, Hop: name, Title: name, Message: name, Reason: name, SettledBy: name},
			analyzer.Finding{ID: fmt.Sprint("s", i), Rule: "TG997", Severity: analyzer.High, Verdict: analyzer.Violated, Hop: name, Title: name, Suppressed: name})
		r.Coverage.Undetermined = append(r.Coverage.Undetermined, analyzer.Gap{What: name, Where: name, Reason: name, SettledBy: name})
		r.Inputs = append(r.Inputs, analyzer.Input{Name: name, Kind: name, Version: name, Notes: []string{name}})
	}
	return r
}

// reports are the reports of the goldens, by name.
func reports() map[string]*analyzer.Report {
	removed := archive("")
	removed[1].Attrs.Set("versioning.status", graph.KnownOf[any](graph.Literal("Suspended")))
	replaced := archive("aws_sqs_queue.archive", append(indexer("aws_sqs_queue.archive", "archive", "archive-indexer"), decl(graph.KindRule, "aws_cloudwatch_event_rule.r", "r"))...)
	return map[string]*analyzer.Report{
		"acme":     report(acme()),
		"empty":    report(nil),
		"untraced": report(untraced()),
		"shared":   report(shared()),
		"hostile":  hostile(),
		"severed": planned(archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...), removed,
			graph.Change{Address: "aws_sqs_queue.archive", Type: "aws_sqs_queue", Action: graph.ActionDelete},
			graph.Change{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate},
			graph.Change{Address: "aws_lambda_function.archive-indexer", Type: "aws_lambda_function", Action: graph.ActionDelete}),
		"replaced": planned(archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...), replaced,
			graph.Change{Address: "aws_sqs_queue.archive", Type: "aws_sqs_queue", Action: graph.ActionReplace},
			graph.Change{Address: "aws_cloudwatch_event_rule.r", Type: "aws_cloudwatch_event_rule", Action: graph.ActionCreate}),
		"rewired": planned(archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...),
			archive("aws_sqs_queue.other", append(indexer("aws_sqs_queue.archive", "archive", "archive-indexer"), decl(graph.KindQueue, "aws_sqs_queue.other", "other"))...),
			graph.Change{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate},
			graph.Change{Address: "aws_sqs_queue.other", Type: "aws_sqs_queue", Action: graph.ActionCreate}),
		"uncertain": planned(archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...),
			notifiesUnknown(archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...)),
			graph.Change{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate}),
		"untouched": planned(archive(""), archive("")),
		"altered": planned(archive("aws_sqs_queue.archive", queueWith(is("policy", cloudTrailPolicy))...), filtered(archive("aws_sqs_queue.archive", queueWith(is("retention_seconds", 60))...)),
			graph.Change{Address: "aws_s3_bucket.archive", Type: "aws_s3_bucket", Action: graph.ActionUpdate},
			graph.Change{Address: "aws_sqs_queue.archive", Type: "aws_sqs_queue", Action: graph.ActionUpdate}),
		"drifted":  drifted(archive("", queueWith()...), "the plan is not complete: some changes were deferred to a later one, or left out by -target"),
		"restored": drifted(archive("aws_sqs_queue.archive", queueWith()...)),
		"beside":   beside(),
		"ignored":  ignored(),
		"built": planned(nil, archive("aws_sqs_queue.archive", indexer("aws_sqs_queue.archive", "archive", "archive-indexer")...),
			graph.Change{Address: "aws_cloudtrail.org", Type: "aws_cloudtrail", Action: graph.ActionCreate}),
	}
}

// untraced has no trail: a bucket that CloudTrail may write to, and a topic of which nobody knows.
func untraced() []graph.Resource {
	return []graph.Resource{
		decl(graph.KindBucket, "aws_s3_bucket.central", "central-logs", is("policy", cloudTrailPolicy), blocks("notification.queues", attrs(is("arn", ref("aws_sqs_queue.a"))))),
		decl(graph.KindQueue, "aws_sqs_queue.a", "readers"),
		decl(graph.KindTopic, "aws_sns_topic.t", "orders"),
		decl(graph.KindSubscription, "aws_sns_topic_subscription.s", "", is("topic", ref("aws_sns_topic.t")), is("protocol", "https"), is("endpoint", "https://shop.example/hook?token=SECRET")),
	}
}

// shared has two trails with one bucket, a queue that is its own dead-letter queue, a loop, two buckets of
// which one is notified, and a trail that does not log.
func shared() []graph.Resource {
	sub := func(addr, topic, function string) graph.Resource {
		return decl(graph.KindSubscription, addr, "", is("topic", ref(topic)), is("protocol", "lambda"), is("endpoint", ref(function)))
	}
	second := decl(graph.KindTrail, "aws_cloudtrail.b", "second", is("s3_bucket", "acme-archive"), is("logging", false))
	second.Name = second.Name.Hide()
	return []graph.Resource{
		decl(graph.KindTrail, "aws_cloudtrail.a", "first", is("s3_bucket", "acme-archive"), unknown("logging", graph.ReasonAfterApply)),
		second,
		decl(graph.KindTrail, "aws_cloudtrail.c", "lonely"),
		decl(graph.KindBucket, "aws_s3_bucket.archive", "acme-archive", unknown("versioning.status", graph.ReasonAfterApply),
			blocks("notification.queues", attrs(is("arn", ref("aws_sqs_queue.q")))), blocks("notification.topics", attrs(is("arn", ref("aws_sns_topic.t"))))),
		decl(graph.KindQueue, "aws_sqs_queue.q", "round", is("dlq", ref("aws_sqs_queue.q"))),
		decl(graph.KindTopic, "aws_sns_topic.t", "twin"),
		in(decl(graph.KindTopic, "aws_sns_topic.u", "twin"), "111122223333", "us-east-1"),
		sub("aws_sns_topic_subscription.t", "aws_sns_topic.t", "aws_lambda_function.f"),
		decl(graph.KindFunction, "aws_lambda_function.f", "forward", is("on_failure", ref("aws_sns_topic.t"))),
		sub("aws_sns_topic_subscription.u", "aws_sns_topic.u", "aws_lambda_function.f"),
		decl(graph.KindSubscription, "aws_sns_topic_subscription.either", "", is("topic", oneOf("aws_sns_topic.t", "aws_sns_topic.u")), is("protocol", "sms"), is("endpoint", "+15550100")),
	}
}

func render(t *testing.T, format string, r *analyzer.Report, opts Options) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, format, r, opts); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}
