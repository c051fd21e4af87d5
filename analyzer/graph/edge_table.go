package graph

// edgeTable returns every edge kind that a declaration spells out, in the order of a chain.
func edgeTable() []EdgeKind {
	streams := []Kind{KindFunction, KindStream, KindFirehose, KindLogsDest}
	deadLetters := []Kind{KindQueue, KindTopic, KindBucket, KindFunction, KindBus, KindStream}
	return []EdgeKind{
		// CloudTrail
		edge("trail_s3", "stores", FlowEvents, KindTrail, "s3_bucket", KindBucket),
		edge("trail_sns", "notifies", FlowEvents, KindTrail, "sns_topic", KindTopic),
		edge("trail_cwl", "streams", FlowEvents, KindTrail, "log_group", KindLogGroup),
		edge("trail_cwl_role", "assumes", FlowSupport, KindTrail, "log_group_role", KindRoleIAM),
		edge("trail_kms", "encrypts_with", FlowSupport, KindTrail, "kms_key", KindKey),
		edge("eds_kms", "encrypts_with", FlowSupport, KindEventStore, "kms_key", KindKey),

		// S3
		edge("s3_notify_sns", "notifies", FlowEvents, KindBucket, "notification.topics[].arn", KindTopic),
		edge("s3_notify_sqs", "notifies", FlowEvents, KindBucket, "notification.queues[].arn", KindQueue),
		edge("s3_notify_lambda", "invokes", FlowEvents, KindBucket, "notification.functions[].arn", KindFunction),
		{ID: "s3_notify_eventbridge", Verb: "emits", Flow: FlowEvents, Decls: decls(KindBucket), From: self(KindBucket), To: at("notification.eventbridge", KindBus), draw: drawEventBridge},
		edge("s3_replication", "replicates", FlowEvents, KindBucket, "replication.rules[].bucket", KindBucket),
		edge("s3_replication_role", "assumes", FlowSupport, KindBucket, "replication.role", KindRoleIAM),
		edge("s3_replication_kms", "encrypts_with", FlowSupport, KindBucket, "replication.rules[].kms_key", KindKey),
		edge("s3_access_logs", "logs_access_to", FlowCopy, KindBucket, "logging.bucket", KindBucket),
		edge("s3_kms", "encrypts_with", FlowSupport, KindBucket, "encryption.kms_key", KindKey),
		grant("s3_policy", KindBucket),
		{ID: "s3_acl", Verb: "grants", Decls: decls(KindBucket), From: self(KindBucket), To: at("acl", KindPrincipal), draw: drawACL},
		edge("s3_access_point", "exposes", FlowSupport, "s3.access_point", "bucket", KindBucket),
		tie("s3_inventory", "exports_listing", FlowCopy, "s3.inventory", at("bucket", KindBucket), at("destination", KindBucket)),

		// SNS
		{ID: "sns_sub", Verb: "delivers", Flow: FlowEvents, Decls: decls(KindSubscription), From: at("topic", KindTopic), To: at("endpoint", KindQueue, KindFunction, KindFirehose, KindHTTP, KindEmail, KindSMS, KindPlatform), draw: drawSubscription},
		edge("sns_sub_dlq", "dead_letters", FlowDeadLetter, KindSubscription, "dlq", KindQueue),
		edge("sns_sub_role", "assumes", FlowSupport, KindSubscription, "role", KindRoleIAM),
		edge("sns_kms", "encrypts_with", FlowSupport, KindTopic, "kms_key", KindKey),
		grant("sns_policy", KindTopic),

		// SQS
		edge("sqs_dlq", "dead_letters", FlowDeadLetter, KindQueue, "dlq", KindQueue),
		edge("sqs_redrive_allow", "permits_redrive", FlowSupport, KindQueue, "redrive_allow[]", KindQueue),
		edge("sqs_kms", "encrypts_with", FlowSupport, KindQueue, "kms_key", KindKey),
		grant("sqs_policy", KindQueue),

		// CloudWatch Logs
		tie("logs_subscription", "delivers", FlowEvents, KindLogsFilter, at("group", KindLogGroup), at("destination", streams...)),
		edge("logs_subscription_role", "assumes", FlowSupport, KindLogsFilter, "role", KindRoleIAM),
		{ID: "logs_account_subscription", Verb: "delivers", Flow: FlowEvents, Decls: decls("logs.account"), From: self(KindLogGroup), To: at("destination", streams...), draw: drawAccountSubscription},
		edge("logs_destination", "delivers", FlowEvents, KindLogsDest, "target", KindStream, KindFirehose),
		edge("logs_destination_role", "assumes", FlowSupport, KindLogsDest, "role", KindRoleIAM),
		grant("logs_destination_policy", KindLogsDest),
		grant("logs_resource_policy", "logs.resource_policy"),
		edge("logs_kms", "encrypts_with", FlowSupport, KindLogGroup, "kms_key", KindKey),
		{ID: "logs_metric", Verb: "measures", Flow: FlowSignal, Decls: decls("logs.metric_filter"), From: at("group", KindLogGroup), To: at("metrics[].name", KindMetric), draw: drawMetrics},
		{ID: "metric_alarm", Verb: "alarms", Flow: FlowSignal, Decls: decls(KindAlarm), From: at("metric", KindMetric), To: self(KindAlarm), draw: drawAlarm},
		edge("alarm_action", "notifies", FlowSignal, KindAlarm, "actions[]", KindTopic, KindFunction, KindAny),
		edge("alarm_action", "notifies", FlowSignal, "cloudwatch.composite_alarm", "actions[]", KindTopic, KindFunction, KindAny),
		tie("logs_delivery", "delivers", FlowCopy, "logs.delivery", at("source", "logs.delivery_source"), at("destination", "logs.delivery_destination")),
		edge("logs_delivery_dest", "stores", FlowCopy, "logs.delivery_destination", "resource", KindBucket, KindLogGroup, KindFirehose),
		grant("logs_delivery_dest_policy", "logs.delivery_destination"),
		{ID: "oam_link", Verb: "shares", Decls: decls("oam.link"), From: self("oam.link"), To: at("sink", "oam.sink")},
		grant("oam_sink_policy", "oam.sink"),

		// Lambda
		tie("lambda_esm", "polls", FlowEvents, KindMapping, at("source", KindQueue, KindStream, KindConsumer, "msk.cluster"), at("function", KindFunction)),
		edge("lambda_esm_dlq", "dead_letters", FlowDeadLetter, KindMapping, "on_failure", deadLetters...),
		{ID: "lambda_permission", Verb: "grants", Decls: decls("lambda.permission"), From: at("function", KindFunction), To: at("principal", KindPrincipal, KindRoleIAM, KindUser), draw: drawPrincipal},
		edge("lambda_dlq", "dead_letters", FlowDeadLetter, KindFunction, "dlq", KindQueue, KindTopic),
		edge("lambda_on_failure", "dead_letters", FlowDeadLetter, KindFunction, "on_failure", deadLetters...),
		edge("lambda_role", "assumes", FlowSupport, KindFunction, "role", KindRoleIAM),

		// EventBridge
		{ID: "events_target", Verb: "routes", Flow: FlowEvents, Decls: decls(KindRuleTarget), From: at("rule", KindRule), To: at("arn", KindAny), draw: drawRuleTarget},
		{ID: "events_target_dlq", Verb: "dead_letters", Flow: FlowDeadLetter, Decls: decls(KindRuleTarget), From: at("rule", KindRule), To: at("dlq", KindQueue), draw: drawRuleTarget},
		{ID: "events_target_role", Verb: "assumes", Decls: decls(KindRuleTarget), From: at("rule", KindRule), To: at("role", KindRoleIAM), draw: drawRuleTarget},
		edge("events_target_role", "assumes", FlowSupport, KindRule, "role", KindRoleIAM),
		grant("events_bus_policy", KindBus),
		{ID: "events_bus_policy", Verb: "grants", Decls: decls("events.permission"), From: at("bus", KindBus), To: at("principal", KindPrincipal, KindRoleIAM, KindUser), draw: drawPrincipal},
		edge("events_bus_kms", "encrypts_with", FlowSupport, KindBus, "kms_key", KindKey),
		edge("events_bus_dlq", "dead_letters", FlowDeadLetter, KindBus, "dlq", KindQueue),
		tie("events_archive", "stores", FlowEvents, "events.archive", at("bus", KindBus), self("events.archive")),
		edge("events_api_dest", "delivers", FlowEvents, "events.api_destination", "endpoint", KindHTTP),
		tie("pipe", "routes", FlowEvents, KindPipe, at("source", KindQueue, KindStream, "msk.cluster", KindAny), self(KindPipe)),
		edge("pipe", "routes", FlowEvents, KindPipe, "target", KindAny),
		edge("pipe", "routes", FlowEvents, KindPipe, "enrichment", KindFunction, KindAny),
		edge("pipe_role", "assumes", FlowSupport, KindPipe, "role", KindRoleIAM),
		edge("pipe_dlq", "dead_letters", FlowDeadLetter, KindPipe, "dlq", KindQueue, KindTopic),

		// Kinesis and Firehose
		tie("firehose_src_kinesis", "polls", FlowEvents, KindFirehose, at("source_stream", KindStream), self(KindFirehose)),
		tie("firehose_src_msk", "polls", FlowEvents, KindFirehose, at("source_msk", "msk.cluster"), self(KindFirehose)),
		edge("firehose_s3", "stores", FlowEvents, KindFirehose, "bucket", KindBucket),
		edge("firehose_opensearch", "indexes", FlowEvents, KindFirehose, "opensearch", "opensearch.domain"),
		edge("firehose_aoss", "indexes", FlowEvents, KindFirehose, "aoss", "aoss.collection"),
		edge("firehose_es", "indexes", FlowEvents, KindFirehose, "elasticsearch", "es.domain"),
		edge("firehose_splunk", "delivers", FlowEvents, KindFirehose, "splunk", KindHTTP),
		edge("firehose_http", "delivers", FlowEvents, KindFirehose, "http", KindHTTP),
		edge("firehose_redshift", "loads", FlowEvents, KindFirehose, "redshift", "redshift.cluster"),
		edge("firehose_snowflake", "loads", FlowEvents, KindFirehose, "snowflake", "snowflake"),
		edge("firehose_iceberg", "loads", FlowEvents, KindFirehose, "iceberg", "glue.catalog"),
		edge("firehose_backup", "stores", FlowEvents, KindFirehose, "backup_buckets[]", KindBucket),
		{ID: "firehose_processor", Verb: "invokes", Flow: FlowEvents, Decls: decls(KindFirehose), From: self(KindFirehose), To: at("processor_parameters[].value", KindFunction), draw: drawProcessor},
		edge("firehose_role", "assumes", FlowSupport, KindFirehose, "roles[]", KindRoleIAM),
		edge("firehose_kms", "encrypts_with", FlowSupport, KindFirehose, "sse.key", KindKey),
		edge("firehose_kms", "encrypts_with", FlowSupport, KindFirehose, "dest_kms_key", KindKey),
		edge("kinesis_kms", "encrypts_with", FlowSupport, KindStream, "kms_key", KindKey),
		grant("kinesis_policy", KindStream),
		tie("kinesis_consumer", "reads", FlowEvents, KindConsumer, at("stream", KindStream), self(KindConsumer)),

		// Readers and lakes
		tie("glue_table", "reads", FlowEvents, "glue.table", at("location", KindBucket), self("glue.table")),
		tie("glue_crawler", "reads", FlowEvents, "glue.crawler", at("paths[]", KindBucket), self("glue.crawler")),
		edge("athena_results", "stores", FlowCopy, "athena.workgroup", "output", KindBucket),
		{ID: "securitylake_source", Verb: "ingests", Flow: FlowEvents, Decls: decls("securitylake.source"), From: self(KindTrailAccount), To: self(KindDataLake), draw: drawLakeSource},
		edge("securitylake_bucket", "stores", FlowEvents, KindDataLake, "bucket", KindBucket),
		{ID: "securitylake_repl", Verb: "replicates", Flow: FlowEvents, Decls: decls(KindDataLake), From: self(KindDataLake), To: at("replication_regions[]", KindDataLake), draw: drawLakeReplication},
		{ID: "securitylake_subscriber", Verb: "shares", Flow: FlowEvents, Decls: decls("securitylake.subscriber"), From: self(KindDataLake), To: self("securitylake.subscriber"), draw: drawLakeSubscriber},
		edge("securitylake_notify", "notifies", FlowEvents, "securitylake.subscriber", "endpoint", KindQueue, KindHTTP),

		// KMS, IAM, Organizations, stacks
		grant("kms_policy", KindKey),
		{ID: "kms_alias", Verb: "names", Decls: decls(KindKeyAlias), From: self(KindKeyAlias), To: self(KindKey), draw: drawAlias},
		{ID: "kms_grant", Verb: "grants", Decls: decls("kms.grant"), From: at("key", KindKey), To: at("grantee", KindPrincipal, KindRoleIAM, KindUser), draw: drawPrincipal},
		{ID: "iam_inline", Verb: "grants", Decls: decls(KindRoleIAM, KindUser, KindGroup), From: self(KindRoleIAM, KindUser, KindGroup), To: at("inline[].policy", KindAny), draw: drawStatements},
		{ID: "iam_inline", Verb: "grants", Decls: decls("iam.inline_policy"), From: at("role", KindRoleIAM), To: at("policy", KindAny), draw: drawStatements},
		{ID: "iam_inline", Verb: "grants", Decls: decls("iam.inline_policy"), From: at("user", KindUser), To: at("policy", KindAny), draw: drawStatements},
		{ID: "iam_inline", Verb: "grants", Decls: decls("iam.inline_policy"), From: at("group", KindGroup), To: at("policy", KindAny), draw: drawStatements},
		{ID: "iam_managed", Verb: "grants", Decls: decls(KindManagedPolicy), From: self(KindManagedPolicy), To: at("policy", KindAny), draw: drawStatements},
		tie("iam_managed", "grants", FlowSupport, "iam.attachment", at("roles[]", KindRoleIAM), at("policy", KindManagedPolicy)),
		tie("iam_managed", "grants", FlowSupport, "iam.attachment", at("users[]", KindUser), at("policy", KindManagedPolicy)),
		tie("iam_managed", "grants", FlowSupport, "iam.attachment", at("groups[]", KindGroup), at("policy", KindManagedPolicy)),
		{ID: "iam_managed", Verb: "grants", Decls: decls(KindRoleIAM, KindUser, KindGroup), From: self(KindRoleIAM, KindUser, KindGroup), To: at("managed[]", KindManagedPolicy)},
		{ID: "iam_member", Verb: "is in", Decls: decls(KindUser), From: self(KindUser), To: at("groups[]", KindGroup)},
		tie("iam_member", "is in", FlowSupport, "iam.membership", at("user", KindUser), at("groups[]", KindGroup)),
		tie("iam_member", "is in", FlowSupport, "iam.membership", at("users[]", KindUser), at("group", KindGroup)),
		{ID: "iam_trust", Verb: "trusts", Decls: decls(KindRoleIAM), From: self(KindRoleIAM), To: at("trust", KindPrincipal, KindRoleIAM, KindUser), draw: drawGrants},
		{ID: "iam_boundary", Verb: "bounds", Decls: decls(KindRoleIAM, KindUser), From: self(KindRoleIAM, KindUser), To: at("boundary", KindManagedPolicy)},
		tie("org_policy", "guards", FlowSupport, "organizations.policy_attachment", at("policy", "organizations.policy"), at("target", "organizations.target", "organizations.org")),
		{ID: "org_parent", Verb: "is under", Decls: decls("organizations.target"), From: self("organizations.target"), To: at("parent", "organizations.target", "organizations.org")},
		{ID: "org_delegated_admin", Verb: "delegates", Decls: decls("organizations.delegation"), From: self("organizations.org"), To: at("account", "account"), draw: drawDelegation},
		edge("stack_nested", "contains", FlowSupport, "cfn.stack", "template_url", "cfn.stack"),
		edge("stackset", "contains", FlowSupport, "cfn.stackset", "template_url", "cfn.stack"),
	}
}

// impliedEdges returns the edges that no single declaration spells out: what every default event bus
// receives, and which of it a rule takes.
func impliedEdges() []EdgeKind {
	return []EdgeKind{
		{ID: "trail_eventbridge", Verb: "emits", Flow: FlowEvents, Decls: decls(KindTrail), From: self(KindTrail), To: self(KindBus)},
		{ID: "trail_insights", Verb: "emits", Flow: FlowSignal, Decls: decls(KindTrail), From: self(KindTrail), To: self(KindBus)},
		// Not a row of any API: a rule is on a bus by its name, and takes what its pattern matches.
		{ID: "events_rule", Verb: "matches", Flow: FlowEvents, Decls: decls(KindRule), From: self(KindBus), To: self(KindRule)},
	}
}
