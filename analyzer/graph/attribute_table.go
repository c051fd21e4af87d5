package graph

import "maps"

// buildAttributeTable returns every normalised attribute. Names are AWS's, in the API's sense where
// the sources differ; units are in the doc. Defaults are those of the AWS API for new resources.
func buildAttributeTable() map[Kind][]AttrInfo {
	table := map[Kind][]AttrInfo{}
	for _, part := range []map[Kind][]AttrInfo{trailAttributes(), storageAttributes(), messagingAttributes(), computeAttributes(), logsAttributes(), eventsAttributes(), streamAttributes(), identityAttributes(), lakeAttributes()} {
		maps.Copy(table, part)
	}
	return table
}

func trailAttributes() map[Kind][]AttrInfo {
	fields := blocks("fields", "conditions, all of which must hold",
		text("field", "field of the event"),
		texts("equals", "any of these values"), texts("not_equals", "none of these values"),
		texts("starts_with", "any of these prefixes"), texts("not_starts_with", "none of these prefixes"),
		texts("ends_with", "any of these suffixes"), texts("not_ends_with", "none of these suffixes"))
	return map[Kind][]AttrInfo{
		KindTrail: {
			text("s3_bucket", "name of the bucket that objects are delivered to"),
			text("s3_key_prefix", "prefix of the object keys"),
			text("sns_topic", "name or ARN of the topic told of each object"),
			text("log_group", "ARN of the log group that events are copied to"),
			text("log_group_role", "ARN of the role that CloudTrail assumes to write to the log group"),
			text("kms_key", "key, or alias, that encrypts the objects"),
			flag("logging", "the trail records", true),
			flag("validation", "digest files are written", false),
			flag("multi_region", "events of all regions are recorded", false),
			flag("global_events", "events of global services are recorded", true),
			flag("organization", "events of all accounts of the organization are recorded", false),
			text("home_region", "region that owns the trail"),
			blocks("event_selectors", "basic event selectors",
				flag("management", "management events are recorded", true),
				text("read_write", "All, ReadOnly or WriteOnly", "All"),
				texts("exclude_sources", "services whose management events are left out"),
				blocks("data_resources", "resources whose data events are recorded",
					text("type", "CloudFormation type"), texts("values", "ARNs or ARN prefixes"))),
			blocks("advanced_selectors", "advanced event selectors", text("name", "name"), fields),
			blocks("insights", "insight selectors", text("type", "ApiCallRateInsight or ApiErrorRateInsight")),
		},
		KindEventStore: {
			text("kms_key", "key that encrypts the store"),
			number("retention_days", "retention in days", 2555),
			flag("termination_protection", "deletion is refused", true),
			flag("suspended", "ingestion is stopped", false),
			flag("multi_region", "events of all regions are recorded", true),
			flag("organization", "events of all accounts of the organization are recorded", false),
			blocks("advanced_selectors", "advanced event selectors", text("name", "name"), fields),
		},
	}
}

func storageAttributes() map[Kind][]AttrInfo {
	notify := func(name, doc string) AttrInfo {
		return blocks(name, doc, text("arn", "ARN of the target"), texts("events", "S3 event names"),
			text("prefix", "key prefix that is notified", ""), text("suffix", "key suffix that is notified", ""), text("id", "id of the configuration"))
	}
	return map[Kind][]AttrInfo{
		KindBucket: {
			policy("policy", "bucket policy"),
			text("acl", "canned ACL", "private"),
			blocks("acl_grants", "grants of the ACL", text("permission", "permission"), text("uri", "group URI of the grantee"), text("id", "canonical user id of the grantee")),
			text("versioning.status", "Enabled, Suspended or Disabled", "Disabled").words("Disabled", "Enabled").where("object_lock.enabled", "Enabled"), // S3 turns it on with Object Lock
			flag("versioning.mfa_delete", "deleting versions needs MFA", false),
			flag("object_lock.enabled", "Object Lock is on", false),
			text("object_lock.mode", "default retention: COMPLIANCE or GOVERNANCE"),
			number("object_lock.days", "default retention in days"),
			number("object_lock.years", "default retention in years"),
			text("encryption.algorithm", "default encryption: AES256, aws:kms or aws:kms:dsse", "AES256"),
			text("encryption.kms_key", "default encryption key"),
			flag("encryption.bucket_key", "S3 Bucket Keys are used", false),
			flag("public_access_block.block_public_acls", "public ACLs are refused", true),
			flag("public_access_block.block_public_policy", "public policies are refused", true),
			flag("public_access_block.ignore_public_acls", "public ACLs are ignored", true),
			flag("public_access_block.restrict_public_buckets", "public access is restricted to the account", true),
			text("ownership", "object ownership", "BucketOwnerEnforced"),
			blocks("lifecycle", "lifecycle rules", text("id", "id"), text("status", "Enabled or Disabled", "Enabled").words("Disabled", "Enabled"),
				text("prefix", "key prefix the rule applies to", ""), blocks("tags", "tags that an object must have for the rule to apply", text("key", "key")),
				number("min_size", "the rule applies to larger objects alone, in bytes"), number("max_size", "the rule applies to smaller objects alone, in bytes"),
				number("expiration_days", "days until current versions expire"),
				number("noncurrent_days", "days until noncurrent versions are deleted"),
				number("transition_days", "days until objects move to another storage class"), text("storage_class", "the class they move to")),
			text("logging.bucket", "bucket that access logs are written to"), text("logging.prefix", "key prefix of the access logs"),
			text("replication.role", "role that replicates"),
			blocks("replication.rules", "replication rules", text("id", "id"), text("status", "Enabled or Disabled", "Enabled"),
				text("prefix", "key prefix the rule applies to", ""), blocks("tags", "tags that an object must have for the rule to apply", text("key", "key")),
				text("bucket", "ARN of the destination bucket"),
				text("account", "owner of the destination"), text("kms_key", "key of the replicas")),
			notify("notification.queues", "notifications to queues"),
			notify("notification.topics", "notifications to topics"),
			notify("notification.functions", "notifications to functions"),
			flag("notification.eventbridge", "events are sent to EventBridge", false),
			flag("force_destroy", "Terraform deletes the objects with the bucket", false),
		},
		"s3.account": {
			flag("public_access_block.block_public_acls", "public ACLs are refused", false),
			flag("public_access_block.block_public_policy", "public policies are refused", false),
			flag("public_access_block.ignore_public_acls", "public ACLs are ignored", false),
			flag("public_access_block.restrict_public_buckets", "public access is restricted to the account", false),
		},
		"s3.access_point": {
			text("bucket", "bucket it leads to"), policy("policy", "access point policy"),
			flag("public_access_block.block_public_acls", "public ACLs are refused", true),
			flag("public_access_block.block_public_policy", "public policies are refused", true),
			flag("public_access_block.ignore_public_acls", "public ACLs are ignored", true),
			flag("public_access_block.restrict_public_buckets", "public access is restricted to the account", true),
		},
		"s3.inventory": {text("bucket", "bucket that is listed"), text("destination", "bucket that takes the lists")},
		KindKey: {
			policy("policy", "key policy"),
			flag("rotation", "key material rotates", false), number("rotation_days", "rotation period in days", 365),
			flag("enabled", "the key can be used", true), number("deletion_days", "waiting period of a deletion, in days", 30),
			flag("multi_region", "multi-Region key", false), text("key_id", "key id"),
		},
		KindKeyAlias: {},
		"kms.grant":  {text("key", "key it grants"), text("grantee", "principal it grants to"), texts("operations", "operations it grants")},
	}
}

func messagingAttributes() map[Kind][]AttrInfo {
	return map[Kind][]AttrInfo{
		KindTopic: {
			policy("policy", "topic policy"), text("kms_key", "key that encrypts messages"),
			text("delivery_policy", "HTTP delivery policy"), flag("fifo", "FIFO topic", false),
		},
		KindSubscription: {
			text("topic", "ARN of the topic"), text("protocol", "sqs, lambda, firehose, http, https, email, sms, application"),
			text("endpoint", "where messages go"), text("filter_policy", "filter policy"), text("filter_policy_scope", "MessageAttributes or MessageBody", "MessageAttributes"),
			text("dlq", "ARN of the dead-letter queue"), text("role", "role that delivers to Firehose"),
			flag("raw", "messages are delivered without the envelope", false), flag("pending", "not confirmed yet", false),
		},
		KindQueue: {
			policy("policy", "queue policy"), text("kms_key", "key that encrypts messages"), flag("managed_sse", "SSE-SQS is on", true),
			number("retention_seconds", "message retention in seconds", 345600), number("visibility_seconds", "visibility timeout in seconds", 30),
			text("dlq", "ARN of the dead-letter queue"), number("max_receives", "receives before a message is dead"),
			texts("redrive_allow", "ARNs of the queues that may use this one as their dead-letter queue"),
			flag("fifo", "FIFO queue", false), text("url", "queue URL"),
		},
	}
}

func computeAttributes() map[Kind][]AttrInfo {
	return map[Kind][]AttrInfo{
		KindFunction: {
			text("role", "execution role"), text("kms_key", "key that encrypts the environment"),
			number("reserved_concurrency", "reserved concurrent executions; -1: none reserved", -1), text("dlq", "dead-letter target"),
			text("on_failure", "on-failure destination of asynchronous invocations"), number("async_retries", "retries of asynchronous invocations", 2),
			text("code_signing", "code signing configuration"), text("url_auth", "function URL: NONE or AWS_IAM"), number("timeout", "timeout in seconds", 3),
		},
		"lambda.alias": {},
		KindMapping: {
			text("source", "ARN of the event source"), text("function", "function that takes the events"), flag("enabled", "the mapping polls", true),
			text("on_failure", "on-failure destination"), texts("response_types", "ReportBatchItemFailures"),
			blocks("filters", "filter criteria", text("pattern", "event pattern")),
		},
		"lambda.permission": {
			text("function", "function it opens"), text("principal", "who may invoke"), text("action", "action it allows"),
			text("source_arn", "resource on whose behalf"), text("source_account", "account on whose behalf"), text("org_id", "organization of the principal"),
			text("url_auth", "AWS_IAM or NONE: how callers of the function's URL are known"),
		},
	}
}

func logsAttributes() map[Kind][]AttrInfo {
	return map[Kind][]AttrInfo{
		KindLogGroup: {
			text("kms_key", "key that encrypts events"), number("retention_days", "retention in days; 0: for ever", 0),
			text("class", "STANDARD, INFREQUENT_ACCESS or DELIVERY", "STANDARD"), text("data_protection", "data protection policy, whose grammar is its own"),
		},
		KindLogsFilter: {
			text("group", "log group"), text("destination", "ARN of the destination"), text("role", "role that delivers"), text("filter_pattern", "filter pattern", ""),
		},
		"logs.account": {
			text("policy_type", "type of the policy"), text("destination", "ARN of the destination"), text("role", "role that delivers"),
			text("filter_pattern", "filter pattern", ""), text("selection", "which log groups"),
		},
		KindLogsDest:                {text("target", "ARN of the stream behind it"), text("role", "role that delivers"), policy("policy", "access policy")},
		"logs.resource_policy":      {policy("policy", "resource policy of the account's log groups")},
		"logs.metric_filter":        {text("group", "log group"), text("pattern", "filter pattern"), blocks("metrics", "metrics it feeds", text("name", "metric name"), text("namespace", "metric namespace"))},
		"logs.delivery":             {text("source", "name of the delivery source"), text("destination", "ARN of the delivery destination")},
		"logs.delivery_source":      {text("resource", "ARN of what sends logs"), text("log_type", "type of the logs")},
		"logs.delivery_destination": {text("resource", "ARN of what takes the logs"), policy("policy", "delivery destination policy")},
		"oam.link":                  {text("sink", "sink it shares with"), texts("types", "resource types it shares")},
		"oam.sink":                  {policy("policy", "sink policy")},
		KindAlarm: {
			text("metric", "metric name"), text("namespace", "metric namespace"), texts("actions", "ARNs of the alarm actions"),
			flag("actions_enabled", "actions are run", true), text("missing_data", "how missing data counts", "missing"),
		},
		"cloudwatch.composite_alarm": {text("rule", "alarm rule"), texts("actions", "ARNs of the alarm actions"), flag("actions_enabled", "actions are run", true)},
	}
}

func eventsAttributes() map[Kind][]AttrInfo {
	return map[Kind][]AttrInfo{
		KindBus: {policy("policy", "bus policy"), text("kms_key", "key that encrypts events"), text("dlq", "dead-letter queue of the bus")},
		KindRule: {
			text("bus", "event bus", "default"), text("pattern", "event pattern"), text("schedule", "schedule expression"),
			text("state", "ENABLED, DISABLED or ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "ENABLED").words("DISABLED", "ENABLED"), text("role", "role of the rule"),
		},
		KindRuleTarget: {
			text("rule", "rule"), text("bus", "event bus of the rule", "default"), text("arn", "ARN of the target"), text("role", "role that delivers"),
			text("dlq", "dead-letter queue"), number("retries", "retries before an event is dead", 185),
		},
		"events.permission":      {text("bus", "event bus", "default"), text("principal", "account, or *, that may put events"), text("action", "action it allows")},
		"events.archive":         {text("bus", "ARN of the bus it archives"), number("retention_days", "retention in days; 0: for ever", 0)},
		"events.api_destination": {text("endpoint", "URL that is called"), text("connection", "connection that authorises")},
		KindPipe: {
			text("source", "ARN of the source"), text("target", "ARN of the target"), text("enrichment", "ARN of the enrichment"), text("role", "role of the pipe"),
			text("desired_state", "RUNNING or STOPPED", "RUNNING"), text("dlq", "dead-letter target"),
		},
	}
}

func streamAttributes() map[Kind][]AttrInfo {
	return map[Kind][]AttrInfo{
		KindStream: {
			policy("policy", "stream policy"), text("kms_key", "key that encrypts records"), text("encryption", "KMS or NONE", "NONE"),
			number("retention_hours", "retention in hours", 24),
		},
		KindConsumer: {text("stream", "ARN of the stream")},
		KindFirehose: {
			text("destination", "destination type"), text("source_stream", "ARN of the stream it reads"), text("source_msk", "ARN of the cluster it reads"),
			texts("roles", "roles it assumes"), text("bucket", "ARN of the destination bucket"), texts("backup_buckets", "ARNs of the buckets that take what failed, or everything"),
			text("opensearch", "ARN of the OpenSearch domain"), text("elasticsearch", "ARN of the Elasticsearch domain"), text("aoss", "endpoint of the collection"),
			text("splunk", "endpoint of the Splunk collector"), text("http", "URL of the HTTP endpoint"), text("redshift", "JDBC URL of the cluster"),
			text("snowflake", "account URL"), text("iceberg", "ARN of the catalog"), text("backup_mode", "what is backed up"),
			text("dest_kms_key", "key that encrypts objects"), flag("error_logging", "delivery errors are logged", false),
			flag("sse.enabled", "records are encrypted", false), text("sse.key_type", "AWS_OWNED_CMK or CUSTOMER_MANAGED_CMK"), text("sse.key", "key that encrypts records"),
			blocks("processor_parameters", "parameters of the processors", text("name", "parameter name"), text("value", "parameter value")),
		},
		"msk.cluster": {}, "es.domain": {}, "opensearch.domain": {}, "aoss.collection": {}, "redshift.cluster": {}, "states.machine": {},
	}
}

func identityAttributes() map[Kind][]AttrInfo {
	principal := func(more ...AttrInfo) []AttrInfo {
		return append([]AttrInfo{
			text("path", "IAM path", "/"), text("boundary", "ARN of the permissions boundary"),
			blocks("inline", "inline policies", text("name", "name"), policy("policy", "policy")), texts("managed", "ARNs of the attached policies"),
			texts("only_inline", "names of the inline policies that may be there; others are taken away"),
		}, more...)
	}
	return map[Kind][]AttrInfo{
		KindRoleIAM:         principal(policy("trust", "trust policy")),
		KindUser:            principal(texts("groups", "groups it is in")),
		KindGroup:           principal(),
		KindManagedPolicy:   {policy("policy", "policy"), text("path", "IAM path", "/")},
		"iam.inline_policy": {text("role", "role that has it"), text("user", "user who has it"), text("group", "group that has it"), policy("policy", "policy")},
		"iam.membership":    {text("user", "user"), texts("groups", "groups the user is in"), text("group", "group"), texts("users", "users who are in the group")},
		"iam.attachment": {
			text("policy", "ARN of the policy"),
			texts("roles", "roles"), texts("users", "users"), texts("groups", "groups"),
		},
		"organizations.org":               {text("features", "ALL or CONSOLIDATED_BILLING", "ALL"), texts("trusted_services", "services with trusted access"), text("management", "number of the management account")},
		"organizations.policy":            {policy("policy", "policy"), text("type", "type of the policy", "SERVICE_CONTROL_POLICY"), text("id", "id of the policy")},
		"organizations.target":            {text("parent", "root or unit it is under"), flag("listed", "the input lists every policy that is attached to it")},
		"organizations.policy_attachment": {text("policy", "id of the policy"), text("target", "root, unit or account it is attached to")},
		"organizations.delegation":        {text("account", "account that administers"), text("service", "service it administers", "cloudtrail.amazonaws.com")},
		"cfn.stack":                       {text("template_url", "template of the stack")},
		"cfn.stackset":                    {text("template_url", "template of the stack set")},
	}
}

func lakeAttributes() map[Kind][]AttrInfo {
	return map[Kind][]AttrInfo{
		KindDataLake: {
			text("bucket", "ARN of the bucket of the lake"), texts("replication_regions", "regions it replicates to"),
			number("expiration_days", "days until objects expire"), text("kms_key", "key that encrypts objects"),
		},
		"securitylake.source":     {text("source", "log source: CLOUD_TRAIL_MGMT, LAMBDA_EXECUTION, S3_DATA")},
		"securitylake.subscriber": {text("principal", "account that reads"), text("access_type", "S3 or LAKEFORMATION", "S3"), text("endpoint", "where new objects are told"), flag("notify_queue", "a queue is made for new objects", false)},
		"glue.table":              {text("location", "s3:// location")},
		"glue.crawler":            {texts("paths", "s3:// locations")},
		"athena.workgroup":        {text("output", "s3:// location of results"), flag("enforce", "clients cannot choose another location", true)},
	}
}
