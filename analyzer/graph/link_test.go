package graph

import (
	"slices"
	"strings"
	"testing"
)

const (
	acct  = "111122223333"
	other = "444455556666"
	west  = "eu-west-1"
	north = "eu-north-1"
)

func TestLink(t *testing.T) {
	queue := func(attr string) Text { return to("q", attr) }
	notify := func(target any) []any { return []any{"notification.queues", []Attrs{attrsOf("arn", target)}} }
	tests := map[string]struct {
		in   []Resource
		want []string
		gaps int
	}{
		"reference": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", to("b", "id")), res(KindBucket, "b", "")},
			want: []string{"trail_s3: t -> b"},
		},
		"name": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", "logs"), res(KindBucket, "b", "logs"), res(KindBucket, "c", "data")},
			want: []string{"trail_s3: t -> b"},
		},
		"ARN of an account that may be another": {
			in: []Resource{
				res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...), res(KindBucket, "c", "more", notify("arn:aws:sqs:eu-west-1:111122223333:q")...),
				res(KindTrail, "t", "t", "sns_topic", "arn:aws:sns:eu-west-1:111122223333:elsewhere"), res(KindQueue, "q", "q"),
			},
			want: []string{
				"s3_notify_sqs: b -> arn:aws:sqs:eu-west-1:111122223333:q ?", "s3_notify_sqs: b -> q ?", "s3_notify_sqs: c -> arn:aws:sqs:eu-west-1:111122223333:q ?", "s3_notify_sqs: c -> q ?",
				"trail_sns: t -> arn:aws:sns:eu-west-1:111122223333:elsewhere",
			},
		},
		"a name beside an ARN that may be another": {
			in: []Resource{
				res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...), res(KindMapping, "m", "", "source", "q", "function", "f"),
				res(KindTrail, "t", "t", "sns_topic", "arn:aws:sns:eu-west-1:111122223333:elsewhere"), res(KindQueue, "q", "q"), res(KindFunction, "f", "f"),
			},
			want: []string{"lambda_esm: q -> f", "s3_notify_sqs: b -> arn:aws:sqs:eu-west-1:111122223333:q ?", "s3_notify_sqs: b -> q ?", "trail_sns: t -> arn:aws:sns:eu-west-1:111122223333:elsewhere"},
		},
		"ARN of the one account there is": {
			in:   []Resource{in(acct, west, res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...)), res(KindTrail, "t", "t", "sns_topic", "arn:aws:sns:eu-west-1:111122223333:elsewhere"), res(KindQueue, "q", "q")},
			want: []string{"s3_notify_sqs: b -> q", "trail_sns: t -> arn:aws:sns:eu-west-1:111122223333:elsewhere"},
		},
		"ARN of one of the accounts there are": {
			in:   []Resource{in(acct, west, res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...)), in(other, west, res(KindTopic, "s", "s")), res(KindQueue, "q", "q")},
			want: []string{"s3_notify_sqs: b -> arn:aws:sqs:eu-west-1:111122223333:q ?", "s3_notify_sqs: b -> q ?"},
		},
		"ARN of the account of a provider": {
			in:   []Resource{res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...), by("p", in(acct, west, res(KindTopic, "s", "s"))), by("o", in(other, west, res(KindTopic, "r", "r"))), by("p", regional(west, res(KindQueue, "q", "q")))},
			want: []string{"s3_notify_sqs: b -> q"},
		},
		"ARN of another account than the provider's": {
			in:   []Resource{res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...), by("p", in(other, west, res(KindTopic, "s", "s"))), by("p", regional(west, res(KindQueue, "q", "q")))},
			want: []string{"s3_notify_sqs: b -> arn:aws:sqs:eu-west-1:111122223333:q"},
		},
		"ARNs of what is declared alone": {
			in:   []Resource{res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...), res(KindQueue, "q", "q")},
			want: []string{"s3_notify_sqs: b -> q"},
		},
		"statement on an ARN that may be another": {
			in: []Resource{
				res("iam.managed_policy", "p", "p", "policy", `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:eu-west-1:111122223333:q"}}`),
				res(KindTrail, "t", "t", "sns_topic", "arn:aws:sns:eu-west-1:111122223333:elsewhere"), res(KindQueue, "q", "q"),
			},
			want: []string{"trail_sns: t -> arn:aws:sns:eu-west-1:111122223333:elsewhere", "iam_managed: p -- arn:aws:sqs:eu-west-1:111122223333:q ?", "iam_managed: p -- q ?"},
		},
		"ARN": {
			in:   []Resource{res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-west-1:111122223333:q")...), in(acct, west, res(KindQueue, "q", "q"))},
			want: []string{"s3_notify_sqs: b -> q"},
		},
		"ARN of another region": {
			in:   []Resource{res(KindBucket, "b", "logs", notify("arn:aws:sqs:eu-north-1:111122223333:q")...), in(acct, west, res(KindQueue, "q", "q"))},
			want: []string{"s3_notify_sqs: b -> arn:aws:sqs:eu-north-1:111122223333:q"},
		},
		"bare name is of its own account": {
			in:   []Resource{in(acct, west, res(KindMapping, "m", "", "source", queue("arn"), "function", "f")), in(other, west, res(KindFunction, "f", "f")), res(KindQueue, "q", "q")},
			want: []string{"lambda_esm: q -> lambda.function/f@111122223333/eu-west-1"},
		},
		"bucket names are global": {
			in:   []Resource{in(acct, west, res(KindTrail, "t", "t", "s3_bucket", "logs")), in(other, north, res(KindBucket, "b", "logs"))},
			want: []string{"trail_s3: t -> b"},
		},
		"name within an ARN": {
			in:   []Resource{res(KindBucket, "b", "logs", notify(Join(lit("arn:aws:sqs:eu-west-1:"), rb(), lit(":"), queue("name")))...), res(KindQueue, "q", "")},
			want: []string{"s3_notify_sqs: b -> q"},
		},
		"log group with its suffix": {
			in:   []Resource{res(KindTrail, "t", "t", "log_group", Join(to("g", "arn"), lit(":*"))), res(KindLogGroup, "g", "")},
			want: []string{"trail_cwl: t -> g"},
		},
		"name made of another's name": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", Join(to("b", "bucket"), lit("-replica"))), res(KindBucket, "b", "")},
			want: []string{"trail_s3: t -> s3.bucket/${b.bucket}-replica"},
		},
		"log group below another": {
			in:   []Resource{res(KindLogsFilter, "f", "f", "group", Join(to("g", "name"), lit("/sub")), "destination", to("s", "arn")), res(KindLogGroup, "g", "/x"), res(KindStream, "s", "s")},
			want: []string{"logs_subscription: logs.group/${g.name}/sub -> s"},
		},
		"symbol": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", rb()), symbolically(rb(), res(KindBucket, "b", "")), symbolically(Join(rb(), lit("x")), res(KindBucket, "c", ""))},
			want: []string{"trail_s3: t -> b"},
		},
		"symbols of two inputs": {
			in:   []Resource{scoped("x", res(KindTrail, "t", "t", "s3_bucket", rb())), scoped("y", symbolically(rb(), res(KindBucket, "b", "")))},
			want: []string{"trail_s3: x:t -> s3.bucket/x:${var.b}"},
		},
		"same symbol of several": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", rb()), symbolically(rb(), res(KindBucket, "b", "")), symbolically(rb(), res(KindBucket, "c", ""))},
			want: []string{"trail_s3: t -> b ?", "trail_s3: t -> c ?"},
		},
		"one of": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", OneOf(Ref{"b", "id"}, Ref{"c", "id"}, Ref{"gone", "id"}, Ref{"q", "id"})), res(KindBucket, "b", ""), res(KindBucket, "c", ""), res(KindQueue, "q", "")},
			want: []string{"trail_s3: t -> b ?", "trail_s3: t -> c ?"},
		},
		"one of, of which one is there": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", OneOf(Ref{"b", "id"}, Ref{"gone", "id"})), res(KindBucket, "b", "")},
			want: []string{"trail_s3: t -> b"},
		},
		"one node, or what a local value holds": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", Hole(ReasonAfterApply, Ref{"b", "id"}, Ref{"local.b", ""})), res(KindBucket, "b", "")},
			want: []string{"trail_s3: t -> ? t.s3_bucket ?", "trail_s3: t -> b ?"}, gaps: 1,
		},
		"unknown": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", ReasonAfterApply)},
			want: []string{"trail_s3: t -> ? t.s3_bucket"}, gaps: 1,
		},
		"absent and empty": {
			in: []Resource{res(KindTrail, "t", "t", "s3_bucket", AbsentOf[any](), "sns_topic", "")},
		},
		"two names alike": {
			in:   []Resource{res(KindTrail, "t", "t", "sns_topic", "x"), res(KindTopic, "a", "x"), res(KindTopic, "b", "x")},
			want: []string{"trail_sns: t -> a ?", "trail_sns: t -> b ?"},
		},
		"two names alike, one in the same region": {
			in:   []Resource{in(acct, west, res(KindTrail, "t", "t", "sns_topic", "x")), in(acct, north, res(KindTopic, "a", "x")), in(acct, west, res(KindTopic, "b", "x"))},
			want: []string{"trail_sns: t -> b"},
		},
		"two names alike, one in the same input": {
			in:   []Resource{scoped("x", res(KindTrail, "t", "t", "sns_topic", "x")), scoped("x", res(KindTopic, "a", "x")), scoped("y", res(KindTopic, "b", "x"))},
			want: []string{"trail_sns: x:t -> x:a"},
		},
		"ARN of another kind": {
			in:   []Resource{res(KindBucket, "b", "", notify("arn:aws:lambda:eu-west-1:111122223333:function:f")...)},
			want: []string{"s3_notify_sqs: b -> ? b.notification.queues[0].arn"}, gaps: 1,
		},
		"ARN of a service that the table has not": {
			in:   []Resource{res(KindMapping, "m", "", "source", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/x", "function", to("f", "arn")), res(KindFunction, "f", "f")},
			want: []string{"lambda_esm: arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/x -> f"},
		},
		"ARN that two kinds share": {
			in: []Resource{
				in(acct, west, res(KindFirehose, "f", "f", "opensearch", "arn:aws:es:eu-west-1:111122223333:domain/d")), in(acct, west, res("opensearch.domain", "d", "d")),
				in(acct, west, res(KindFirehose, "g", "g", "opensearch", "arn:aws:es:eu-west-1:111122223333:domain/e")),
			},
			want: []string{"firehose_opensearch: f -> d", "firehose_opensearch: g -> arn:aws:es:eu-west-1:111122223333:domain/e"},
		},
		"queue by its URL": {
			in:   []Resource{frag(KindQueue, "p", lit("https://sqs.eu-west-1.amazonaws.com/111122223333/q"), "dlq", to("d", "arn")), in(acct, west, res(KindQueue, "q", "q")), res(KindQueue, "d", "d")},
			want: []string{"sqs_dlq: q -> d"},
		},
		"fragment": {
			in:   []Resource{res(KindBucket, "b", "logs"), frag(KindBucket, "n", to("b", "id"), notify(queue("arn"))...), res(KindQueue, "q", "q")},
			want: []string{"s3_notify_sqs: b -> q"},
		},
		"fragment goes before what is in line": {
			in:   []Resource{res(KindBucket, "b", "logs", notify(to("d", "arn"))...), frag(KindBucket, "n", to("b", "id"), notify(queue("arn"))...), res(KindQueue, "q", "q"), res(KindQueue, "d", "d")},
			want: []string{"s3_notify_sqs: b -> q"},
		},
		"fragment of one of two": {
			in:   []Resource{res(KindBucket, "b", ""), res(KindBucket, "c", ""), frag(KindBucket, "n", OneOf(Ref{"b", "id"}, Ref{"c", "id"}), notify(queue("arn"))...), res(KindQueue, "q", "q")},
			want: []string{"s3_notify_sqs: b -> q ?", "s3_notify_sqs: c -> q ?"},
		},
		"fragment of an external node": {
			in:   []Resource{frag(KindBucket, "n", lit("elsewhere"), notify(queue("arn"))...), res(KindQueue, "q", "q")},
			want: []string{"s3_notify_sqs: s3.bucket/elsewhere -> q"},
		},
		"data source of a declared node": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", to("data.b", "id")), look(KindBucket, "data.b", lit("logs")), res(KindBucket, "b", "logs")},
			want: []string{"trail_s3: t -> b"},
		},
		"data source by reference": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", to("data.b", "id")), look(KindBucket, "data.b", to("b", "bucket")), res(KindBucket, "b", "")},
			want: []string{"trail_s3: t -> b"},
		},
		"data source by symbol": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", to("data.b", "id")), look(KindBucket, "data.b", rb()), symbolically(rb(), res(KindBucket, "b", ""))},
			want: []string{"trail_s3: t -> b"},
		},
		"two data sources of one external node": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", to("data.a", "id")), res(KindTrail, "u", "u", "s3_bucket", to("data.b", "id")), look(KindBucket, "data.a", lit("x")), look(KindBucket, "data.b", lit("x"))},
			want: []string{"trail_s3: t -> data.a", "trail_s3: u -> data.a"},
		},
		"key behind an alias": {
			in: []Resource{
				res(KindTrail, "t", "t", "kms_key", "alias/logs"), res(KindTrail, "u", "u", "kms_key", to("a", "arn")), res(KindKey, "k", ""),
				func() Resource { r := res(KindKeyAlias, "a", "alias/logs"); r.Of = KnownOf(to("k", "id")); return r }(),
			},
			want: []string{"kms_alias: a -- k", "trail_kms: t -- k", "trail_kms: u -- k"},
		},
		"alias of nobody": {
			in:   []Resource{res(KindTrail, "t", "t", "kms_key", "alias/aws/s3")},
			want: []string{"trail_kms: t -- kms.alias/alias/aws/s3"},
		},
		"aliases in a circle": {
			in: []Resource{
				res(KindTrail, "t", "t", "kms_key", "alias/a"),
				func() Resource { r := res(KindKeyAlias, "a", "alias/a"); r.Of = KnownOf(lit("alias/b")); return r }(),
				func() Resource { r := res(KindKeyAlias, "b", "alias/b"); r.Of = KnownOf(lit("alias/a")); return r }(),
			},
			want: []string{"kms_alias: a -- a", "kms_alias: b -- a", "trail_kms: t -- a"},
		},
		"subscriptions": {
			in: []Resource{
				res(KindTopic, "t", "t"), res(KindQueue, "q", "q"),
				res(KindSubscription, "s1", "", "topic", to("t", "arn"), "protocol", "sqs", "endpoint", queue("arn")),
				res(KindSubscription, "s2", "", "topic", to("t", "arn"), "protocol", "email", "endpoint", "soc@secret.example"),
				res(KindSubscription, "s3", "", "topic", to("t", "arn"), "protocol", "https", "endpoint", "https://x.example/secret"),
				res(KindSubscription, "s4", "", "topic", to("t", "arn"), "protocol", "application", "endpoint", "arn:aws:sns:eu-west-1:111122223333:endpoint/APNS/a/1"),
			},
			want: []string{"sns_sub: t -> arn:aws:sns:eu-west-1:111122223333:endpoint/APNS/a/1", "sns_sub: t -> email.address of s2.endpoint", "sns_sub: t -> http.endpoint of s3.endpoint", "sns_sub: t -> q"},
		},
		"account-level subscription": {
			in: []Resource{
				in(acct, west, res(KindLogGroup, "g", "/trail")), in(acct, west, res(KindLogGroup, "h", "/noise")), in(acct, north, res(KindLogGroup, "i", "/far")),
				in(acct, west, res("logs.account", "p", "p", "policy_type", "SUBSCRIPTION_FILTER_POLICY", "destination", to("s", "arn"), "selection", `LogGroupName NOT IN ["/noise"]`)),
				in(acct, west, res("logs.account", "r", "r", "policy_type", "DATA_PROTECTION_POLICY", "destination", to("s", "arn"))), in(acct, west, res(KindStream, "s", "s")),
			},
			want: []string{"logs_account_subscription: g -> s"},
		},
		"account-level subscription, groups by reference": {
			in: []Resource{
				res(KindLogGroup, "g", ""), res(KindLogGroup, "h", ""), res(KindStream, "s", "s"),
				res("logs.account", "p", "p", "destination", to("s", "arn"), "selection", Join(lit(`LogGroupName NOT IN ["`), to("h", "name"), lit(`"]`))),
			},
			want: []string{"logs_account_subscription: g -> s"},
		},
		"account-level subscription to one of two": {
			in: []Resource{
				res(KindLogGroup, "g", ""), res(KindLogGroup, "h", ""), res(KindStream, "s", "s"), res(KindStream, "u", "u"),
				res("logs.account", "p", "p", "destination", OneOf(Ref{"s", "arn"}, Ref{"u", "arn"}), "selection", ReasonAfterApply),
			},
			want: []string{"logs_account_subscription: g -> s ?", "logs_account_subscription: g -> u ?", "logs_account_subscription: h -> s ?", "logs_account_subscription: h -> u ?"},
		},
		"metric and alarm": {
			in: []Resource{
				res(KindLogGroup, "g", "/trail"), res(KindTopic, "t", "t"),
				res("logs.metric_filter", "f", "f", "group", to("g", "name"), "metrics", []Attrs{attrsOf("namespace", "ns", "name", "m"), attrsOf("namespace", "ns", "name", "n")}),
				res(KindAlarm, "a", "a", "namespace", "ns", "metric", "m", "actions", []Text{to("t", "arn")}, "actions_enabled", false),
				res(KindAlarm, "z", "z", "namespace", "AWS/SQS", "metric", "m"),
			},
			want: []string{"alarm_action: a -> t x", "logs_metric: g -> cloudwatch.metric/ns/m@", "logs_metric: g -> cloudwatch.metric/ns/n@", "metric_alarm: cloudwatch.metric/ns/m@ -> a"},
		},
		"metric of symbols": {
			in: []Resource{
				res(KindLogGroup, "g", "/trail"),
				res("logs.metric_filter", "f", "f", "group", to("g", "name"), "metrics", []Attrs{attrsOf("namespace", "ns", "name", rb())}),
				res(KindAlarm, "a", "a", "namespace", "ns", "metric", rb()),
				res(KindAlarm, "c", "c", "namespace", "ns", "metric", to("f", "metric_transformation")),
			},
			want: []string{"logs_metric: g -> cloudwatch.metric/ns/${var.b}@", "metric_alarm: cloudwatch.metric/ns/${var.b}@ -> a", "metric_alarm: cloudwatch.metric/ns/${var.b}@ -> c"},
		},
		"metric that is not known": {
			in:   []Resource{res(KindLogGroup, "g", "/trail"), res("logs.metric_filter", "f", "f", "group", to("g", "name"), "metrics", []Attrs{attrsOf("namespace", "ns", "name", ReasonAfterApply)})},
			want: []string{"logs_metric: g -> ? f.metrics[0].name"}, gaps: 1,
		},
		"metrics of two inputs": {
			in: []Resource{
				scoped("x", res("logs.metric_filter", "f", "f", "group", "/g", "metrics", []Attrs{attrsOf("namespace", "ns", "name", "m")})),
				scoped("y", res(KindAlarm, "a", "a", "namespace", "ns", "metric", "m")),
			},
			want: []string{"logs_metric: logs.group//g -> cloudwatch.metric/ns/m@x:"},
		},
		"replication": {
			in: []Resource{
				res(KindBucket, "b", "b", "replication.role", to("r", "arn"), "replication.rules", []Attrs{attrsOf("bucket", to("c", "arn"), "status", "Disabled"), attrsOf("bucket", to("d", "arn"), "kms_key", to("k", "arn"))}),
				res(KindBucket, "c", "c"), res(KindBucket, "d", "d"), res(KindRoleIAM, "r", "r"), res(KindKey, "k", ""),
			},
			want: []string{"s3_replication: b -> c x", "s3_replication: b -> d", "s3_replication_kms: b -- k", "s3_replication_role: b -- r"},
		},
		"certain key beside one of two": {
			in:   []Resource{res(KindFirehose, "f", "f", "sse.key", to("k", "arn"), "dest_kms_key", OneOf(Ref{"k", "arn"}, Ref{"l", "arn"})), res(KindKey, "k", ""), res(KindKey, "l", "")},
			want: []string{"firehose_kms: f -- k", "firehose_kms: f -- k ?", "firehose_kms: f -- l ?"},
		},
		"attachment of a list to one of two": {
			in:   []Resource{res("iam.attachment", "x", "", "roles", []Text{to("r", "name"), to("s", "name")}, "policy", OneOf(Ref{"p", "arn"}, Ref{"o", "arn"})), res(KindRoleIAM, "r", "r"), res(KindRoleIAM, "s", "s"), res(KindManagedPolicy, "p", "p"), res(KindManagedPolicy, "o", "o")},
			want: []string{"iam_managed: r -- o ?", "iam_managed: r -- p ?", "iam_managed: s -- o ?", "iam_managed: s -- p ?"},
		},
		"bare name that a role and a user have": {
			in: []Resource{
				res("iam.attachment", "x", "", "users", []Text{lit("ci")}, "policy", to("p", "arn")), res("iam.attachment", "y", "", "roles", []Text{lit("both")}, "policy", to("p", "arn")), res(KindManagedPolicy, "p", "p"),
				res(KindUser, "u", "ci"), res(KindUser, "v", "both"), res(KindRoleIAM, "r", "both"),
			},
			want: []string{"iam_managed: r -- p", "iam_managed: u -- p"},
		},
		"principals": {
			in: []Resource{
				res(KindQueue, "q", "q", "policy", Join(lit(`{"Statement":{"Effect":"Allow","Action":"*","Principal":{"AWS":["*","111122223333","arn:aws:iam::444455556666:root","`), to("r", "arn"), lit(`","arn:aws:iam::`), rb(), lit(`:root"],"Service":["s3.amazonaws.com","logs.`), rb(), lit(`.amazonaws.com"]}}}`))),
				res(KindRoleIAM, "r", "r"),
			},
			want: []string{
				"sqs_policy: q -- iam.principal/*", "sqs_policy: q -- iam.principal/111122223333", "sqs_policy: q -- iam.principal/444455556666",
				"sqs_policy: q -- iam.principal/arn:aws:iam::${var.b}:root", "sqs_policy: q -- iam.principal/logs.${var.b}.amazonaws.com", "sqs_policy: q -- iam.principal/s3.amazonaws.com", "sqs_policy: q -- r",
			},
		},
		"statements": {
			in: []Resource{
				res("iam.inline_policy", "p", "p", "role", to("r", "name"), "policy", Join(lit(`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["`), to("b", "arn"), lit(`","`), to("b", "arn"), lit(`/*","*","arn:aws:s3:::logs/*","`), to("b", "arn"), lit(`-x"]},{"Effect":"Deny","Action":"*","Resource":"`), to("b", "arn"), lit(`"}]}`))),
				res(KindRoleIAM, "r", "r"), res(KindBucket, "b", ""), res(KindBucket, "c", "logs"),
			},
			want: []string{"iam_inline: r -- b", "iam_inline: r -- c"},
		},
		"rule named within its bus": {
			in: []Resource{
				res(KindRule, "r1", "r"), res(KindRule, "r2", "r", "bus", "custom"), res(KindQueue, "q", "q"), res(KindRuleTarget, "t", "", "rule", "r", "bus", "custom", "arn", queue("arn")),
			},
			want: []string{"events_target: r2 -> q"},
		},
		"trail and a rule on the default bus": {
			in: []Resource{
				in(acct, west, res(KindTrail, "t", "t")), in(acct, north, res(KindTrail, "u", "u")), in(acct, north, res(KindTrail, "w", "w", "multi_region", true)), in(other, west, res(KindTrail, "o", "o", "organization", true)),
				in(acct, west, res(KindRule, "r", "r", "pattern", `{"detail-type":["AWS API Call via CloudTrail"]}`, "state", "DISABLED")),
			},
			want: []string{
				"events_rule: events.bus/default@111122223333/eu-west-1 -> r x",
				"trail_eventbridge: o -> events.bus/default@111122223333/eu-west-1", "trail_eventbridge: t -> events.bus/default@111122223333/eu-west-1", "trail_eventbridge: w -> events.bus/default@111122223333/eu-west-1",
			},
		},
		"trail and a rule of two inputs, places unknown": {
			in: []Resource{scoped("x", res(KindTrail, "t", "t", "multi_region", true)), scoped("y", res(KindRule, "r", "r", "pattern", `{"detail-type":["AWS API Call via CloudTrail"]}`))},
		},
		"rule on a bus that is not known": {
			in:   []Resource{res(KindTrail, "t", "t"), res(KindRule, "r", "r", "bus", ReasonAfterApply, "pattern", `{"detail-type":["AWS API Call via CloudTrail"]}`)},
			gaps: 1,
		},
		"rule on the default bus of another account": {
			in: []Resource{
				in(acct, west, res(KindRule, "r", "r", "bus", "arn:aws:events:eu-west-1:444455556666:event-bus/default", "pattern", `{"detail-type":["AWS API Call via CloudTrail"]}`)), in(other, west, res(KindTrail, "t", "t")),
			},
			want: []string{"events_rule: events.bus/default@444455556666/eu-west-1 -> r", "trail_eventbridge: t -> events.bus/default@444455556666/eu-west-1"},
		},
		"trail that is named only": {
			in: []Resource{
				res(KindPipe, "p", "p", "source", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/x"), res(KindRule, "r", "r", "pattern", `{"detail-type":["AWS API Call via CloudTrail"]}`),
			},
			want: []string{"pipe: arn:aws:cloudtrail:eu-west-1:111122223333:trail/x -> p"},
		},
		"forwarding between buses": {
			in: []Resource{
				in(acct, west, res(KindTrail, "t", "t")), in(acct, west, res(KindBus, "b", "central")),
				in(acct, west, res(KindRule, "r", "r", "pattern", `{"source":["aws.iam"],"detail-type":["AWS API Call via CloudTrail"]}`)), in(acct, west, res(KindRuleTarget, "rt", "", "rule", to("r", "name"), "arn", to("b", "arn"))),
				in(acct, west, res(KindRule, "s", "s", "bus", "central", "pattern", `{"source":[{"prefix":"aws."}]}`)), in(acct, west, res(KindRule, "o", "o", "bus", "central", "pattern", `{"source":["acme.app"]}`)),
			},
			want: []string{
				"events_rule: b -> s", "events_rule: events.bus/default@111122223333/eu-west-1 -> r", "events_target: r -> b", "trail_eventbridge: t -> events.bus/default@111122223333/eu-west-1",
			},
		},
		"bucket without account emits to the bus of its provider": {
			in: []Resource{
				func() Resource {
					r := in(acct, west, res(KindBucket, "b", "b", "notification.eventbridge", true))
					r.Account, r.Provider = Value[string]{}, "aws"
					return r
				}(),
				func() Resource {
					r := in(acct, west, res(KindRule, "r", "r", "pattern", `{"source":["aws.s3"]}`))
					r.Provider = "aws"
					return r
				}(),
			},
			want: []string{"events_rule: events.bus/default@111122223333/eu-west-1 -> r", "s3_notify_eventbridge: b -> events.bus/default@111122223333/eu-west-1"},
		},
		"bucket emits one of two": {
			in: []Resource{
				in(acct, west, res(KindBucket, "b", "")), in(acct, north, res(KindBucket, "c", "")), frag(KindBucket, "n", OneOf(Ref{"b", "id"}, Ref{"c", "id"}), "notification.eventbridge", true),
			},
			want: []string{"s3_notify_eventbridge: b -> events.bus/default@111122223333/eu-west-1 ?", "s3_notify_eventbridge: c -> events.bus/default@111122223333/eu-north-1 ?"},
		},
		"security lake": {
			in: []Resource{
				in(acct, west, res(KindDataLake, "l", "", "bucket", to("b", "arn"), "replication_regions", []string{north})), in(acct, north, res(KindDataLake, "m", "")), in(other, north, res(KindDataLake, "o", "")),
				in(acct, west, res("securitylake.source", "s", "", "source", "CLOUD_TRAIL_MGMT")), in(acct, west, res("securitylake.source", "v", "", "source", "VPC_FLOW")),
				in(acct, west, res("securitylake.subscriber", "u", "u")), frag("securitylake.subscriber", "n", to("u", "id"), "endpoint", to("q", "arn")),
				in(acct, west, res(KindBucket, "b", "b")), res(KindQueue, "q", "q"),
			},
			want: []string{
				"securitylake_bucket: l -> b", "securitylake_notify: u -> q", "securitylake_repl: l -> m", "securitylake_source: cloudtrail.account@111122223333/eu-west-1 -> l", "securitylake_subscriber: l -> u",
			},
		},
		"switched off": {
			in: []Resource{
				res(KindTrail, "t", "t", "logging", false, "s3_bucket", to("b", "id")), res(KindBucket, "b", "b"), res(KindFunction, "f", "f", "reserved_concurrency", 0), res(KindQueue, "q", "q"),
				res(KindMapping, "m", "", "source", queue("arn"), "function", "g", "enabled", false), res(KindMapping, "n", "", "source", queue("arn"), "function", to("f", "arn")),
				res(KindPipe, "p", "p", "source", queue("arn"), "target", to("b", "arn"), "desired_state", "STOPPED"),
			},
			want: []string{"lambda_esm: q -> f x", "lambda_esm: q -> lambda.function/g x", "pipe: p -> b x", "pipe: q -> p x", "trail_s3: t -> b x"},
		},
		"address that is declared twice": {
			in:   []Resource{res(KindTrail, "t", "t", "s3_bucket", "x"), res(KindTrail, "t", "t", "s3_bucket", "x")},
			want: []string{"trail_s3: t -> s3.bucket/x"}, gaps: 1,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			g := Link(Inventory{Resources: tt.in})
			if got := edgesOf(g); !slices.Equal(got, tt.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(tt.want, "\n  "))
			}
			if got := g.Gaps(); len(got) != tt.gaps {
				t.Errorf("gaps: %v", got)
			}
		})
	}
}
