package graph

import (
	"fmt"
	"runtime"
	"testing"
)

// fleet declares n resources in groups of fifteen: what a module of a log archive holds, in plan form.
func fleet(n int) Inventory {
	var inv Inventory
	add := func(kind Kind, addr, name string, fragmentOf Value[Text], attrs Attrs) {
		r := Resource{
			Kind: kind, Type: string(kind), Address: addr, Provider: "aws", Attrs: attrs, Fragment: fragmentOf.State() == Known, Of: fragmentOf,
			Name: AbsentOf[Text](), ARN: UnknownOf[Text](ReasonAfterApply), Partition: KnownOf("aws"), Account: KnownOf("111122223333"), Region: KnownOf("eu-west-1"),
		}
		if name != "" {
			r.Name = KnownOf(Literal(name))
		}
		inv.Resources = append(inv.Resources, r)
	}
	none := Value[Text]{}
	ref := func(addr, attr string) Text { return Reference(Ref{addr, attr}) }
	of := func(addr string) Value[Text] { return KnownOf(ref(addr, "id")) }
	for i := 0; len(inv.Resources) < n; i++ {
		at := func(typ string) string { return fmt.Sprintf("module.m[%d].%s.this", i, typ) }
		name := fmt.Sprintf("team-%d", i)
		bucket, queue, topic, group := at("aws_s3_bucket"), at("aws_sqs_queue"), at("aws_sns_topic"), at("aws_cloudwatch_log_group")
		function, stream, role, key := at("aws_lambda_function"), at("aws_kinesis_stream"), at("aws_iam_role"), at("aws_kms_key")
		policy := Join(Literal(`{"Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"`), ref(queue, "arn"), Literal(`"}]}`))
		if i%15 == 0 {
			add(KindTrail, at("aws_cloudtrail"), name, none, attrsOf("s3_bucket", ref(bucket, "id"), "multi_region", true))
		}
		add(KindBucket, bucket, name, none, attrsOf("force_destroy", true))
		add(KindBucket, at("aws_s3_bucket_versioning"), "", of(bucket), attrsOf("versioning.status", "Enabled"))
		add(KindBucket, at("aws_s3_bucket_notification"), "", of(bucket), attrsOf("notification.eventbridge", i%2 == 0, "notification.queues", []Attrs{attrsOf("arn", ref(queue, "arn"))}))
		add(KindQueue, queue, name, none, attrsOf("kms_key", ref(key, "arn")))
		add(KindQueue, at("aws_sqs_queue_policy"), "", of(queue), attrsOf("policy", policy))
		add(KindTopic, topic, name, none, Attrs{})
		add(KindSubscription, at("aws_sns_topic_subscription"), "", none, attrsOf("topic", ref(topic, "arn"), "protocol", "sqs", "endpoint", ref(queue, "arn")))
		add(KindLogGroup, group, name, none, attrsOf("retention_days", 30))
		add(KindLogsFilter, at("aws_cloudwatch_log_subscription_filter"), name, none, attrsOf("group", name, "destination", ref(stream, "arn"), "role", ref(role, "arn")))
		add(KindStream, stream, name, none, Attrs{})
		add(KindFunction, function, name, none, attrsOf("role", ref(role, "arn")))
		add(KindMapping, at("aws_lambda_event_source_mapping"), "", none, attrsOf("source", ref(queue, "arn"), "function", ref(function, "arn")))
		add(KindRoleIAM, role, name, none, attrsOf("trust", `{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`))
		add("iam.inline_policy", at("aws_iam_role_policy"), "read", none, attrsOf("role", ref(role, "id"), "policy", policy))
		add(KindKey, key, "", none, attrsOf("rotation", true))
		if i%10 == 0 {
			rule := at("aws_cloudwatch_event_rule")
			add(KindRule, rule, name, none, attrsOf("pattern", `{"source":["aws.s3"],"detail":{"bucket":{"name":["`+name+`"]}}}`))
			add(KindRuleTarget, at("aws_cloudwatch_event_target"), "", none, attrsOf("rule", name, "arn", ref(queue, "arn")))
		}
	}
	inv.Resources = inv.Resources[:n]
	return inv
}

func BenchmarkLink(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 60_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				b.StopTimer()
				inv := fleet(n)
				b.StartTimer()
				if g := Link(inv); g.NumHops() < n/10 {
					b.Fatalf("%d hops", g.NumHops())
				}
			}
		})
	}
}

// BenchmarkLinkedSize reports what a linked graph holds on to, with its inventory.
func BenchmarkLinkedSize(b *testing.B) {
	const n = 60_000
	for range b.N {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		g := Link(fleet(n))
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB-held")
		b.ReportMetric(float64(after.HeapSys)/(1<<20), "MB-heap")
		runtime.KeepAlive(g)
	}
}
