package graph

import "slices"

// Kind is what a node is, in the words of AWS: service, dot, resource type (s3.bucket, sqs.queue).
type Kind string

// Role says what part a kind plays in the graph.
type Role uint8

// The roles.
const (
	RoleDelivery  Role = iota // events pass through it, or end in it
	RoleSource                // events enter the graph at it
	RoleConnector             // it ties two nodes together (a subscription, a mapping, a target)
	RoleSupport               // it supports delivery: keys, roles, policies
	RoleStandIn               // it is another name of a node (an alias, an access point)
)

// KindInfo is one row of the table of kinds.
type KindInfo struct {
	Kind  Kind
	Label string // for people: "queue"
	Role  Role
	// Service and Resource spell the kind's ARNs: arn:partition:service:region:account:resource, where
	// Resource is a template of {name}, {bus} and {path}. Empty where AWS gives the kind no ARN, or one that
	// its name does not determine.
	Service  string
	Resource string
	Global   bool   // ARNs of the kind have no region
	NoOwner  bool   // ARNs of the kind have no account (S3 buckets)
	Key      string // attribute that, beside name and ARN, names the resource to others (queue URL, key id)
	Assigned bool   // ARNs of the kind hold an identifier that AWS assigns: a name does not make one
}

// Kinds returns the table of kinds, sorted by kind. The caller owns the slice.
func Kinds() []KindInfo { return slices.Clone(kindTable) }

// InfoOf returns the row of a kind; for a kind that is not in the table it returns a row of its own name.
func InfoOf(k Kind) KindInfo {
	if i, ok := slices.BinarySearchFunc(kindTable, k, func(r KindInfo, k Kind) int { return compareKinds(r.Kind, k) }); ok {
		return kindTable[i]
	}
	return KindInfo{Kind: k, Label: string(k), Role: RoleDelivery}
}

func compareKinds(a, b Kind) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// The kinds that code names; every other kind stands in the table alone.
const (
	KindTrail         Kind = "cloudtrail.trail"
	KindEventStore    Kind = "cloudtrail.event_data_store"
	KindTrailAccount  Kind = "cloudtrail.account"
	KindBucket        Kind = "s3.bucket"
	KindTopic         Kind = "sns.topic"
	KindSubscription  Kind = "sns.subscription"
	KindQueue         Kind = "sqs.queue"
	KindFunction      Kind = "lambda.function"
	KindMapping       Kind = "lambda.esm"
	KindLogGroup      Kind = "logs.group"
	KindLogsFilter    Kind = "logs.subscription"
	KindLogsDest      Kind = "logs.destination"
	KindStream        Kind = "kinesis.stream"
	KindConsumer      Kind = "kinesis.consumer"
	KindFirehose      Kind = "firehose.stream"
	KindRule          Kind = "events.rule"
	KindRuleTarget    Kind = "events.target"
	KindBus           Kind = "events.bus"
	KindPipe          Kind = "pipes.pipe"
	KindKey           Kind = "kms.key"
	KindKeyAlias      Kind = "kms.alias"
	KindRoleIAM       Kind = "iam.role"
	KindUser          Kind = "iam.user"
	KindGroup         Kind = "iam.group"
	KindManagedPolicy Kind = "iam.managed_policy"
	KindPrincipal     Kind = "iam.principal"
	KindMetric        Kind = "cloudwatch.metric"
	KindAlarm         Kind = "cloudwatch.alarm"
	KindDataLake      Kind = "securitylake.data_lake"
	KindPlatform      Kind = "sns.platform_endpoint"
	KindHTTP          Kind = "http.endpoint"
	KindEmail         Kind = "email.address"
	KindSMS           Kind = "sms.number"
	KindAny           Kind = "*"
)

//nolint:gochecknoglobals // a table
var kindTable = []KindInfo{
	{Kind: "*", Label: "resource"},
	{Kind: "account", Label: "account", Role: RoleSupport},
	{Kind: "aoss.collection", Label: "OpenSearch Serverless collection", Service: "aoss", Resource: "collection/{name}", Assigned: true},
	{Kind: "apigateway.api", Label: "API"},
	{Kind: "athena.workgroup", Label: "workgroup", Role: RoleSupport, Service: "athena", Resource: "workgroup/{name}"},
	{Kind: "batch.queue", Label: "job queue", Service: "batch", Resource: "job-queue/{name}"},
	{Kind: "cfn.stack", Label: "stack", Role: RoleSupport, Service: "cloudformation", Resource: "stack/{name}", Assigned: true},
	{Kind: "cfn.stackset", Label: "stack set", Role: RoleSupport},
	{Kind: "cloudtrail.account", Label: "account's CloudTrail events", Role: RoleSource},
	{Kind: "cloudtrail.channel", Label: "channel", Role: RoleSource, Service: "cloudtrail", Resource: "channel/{name}", Assigned: true},
	{Kind: "cloudtrail.event_data_store", Label: "event data store", Role: RoleSource, Service: "cloudtrail", Resource: "eventdatastore/{name}", Assigned: true, Key: "id"},
	{Kind: "cloudtrail.trail", Label: "trail", Role: RoleSource, Service: "cloudtrail", Resource: "trail/{name}"},
	{Kind: "cloudwatch.alarm", Label: "alarm", Service: "cloudwatch", Resource: "alarm:{name}"},
	{Kind: "cloudwatch.composite_alarm", Label: "composite alarm", Service: "cloudwatch", Resource: "alarm:{name}"},
	{Kind: "cloudwatch.metric", Label: "metric"},
	{Kind: "email.address", Label: "e-mail"},
	{Kind: "es.domain", Label: "OpenSearch domain", Service: "es", Resource: "domain/{name}"},
	{Kind: "events.api_destination", Label: "API destination", Service: "events", Resource: "api-destination/{name}", Assigned: true},
	{Kind: "events.archive", Label: "archive", Service: "events", Resource: "archive/{name}"},
	{Kind: "events.bus", Label: "event bus", Service: "events", Resource: "event-bus/{name}"},
	{Kind: "events.permission", Label: "bus permission", Role: RoleConnector},
	{Kind: "events.rule", Label: "rule", Service: "events", Resource: "rule/{bus}{name}"},
	{Kind: "events.target", Label: "target", Role: RoleConnector},
	{Kind: "firehose.stream", Label: "delivery stream", Service: "firehose", Resource: "deliverystream/{name}"},
	{Kind: "glue.catalog", Label: "catalog", Service: "glue"},
	{Kind: "glue.crawler", Label: "crawler", Service: "glue", Resource: "crawler/{name}"},
	{Kind: "glue.table", Label: "table", Service: "glue", Resource: "table/{name}", Assigned: true},
	{Kind: "http.endpoint", Label: "endpoint"},
	{Kind: "iam.attachment", Label: "policy attachment", Role: RoleConnector},
	{Kind: "iam.group", Label: "group", Role: RoleSupport, Service: "iam", Resource: "group{path}{name}", Global: true},
	{Kind: "iam.inline_policy", Label: "inline policy", Role: RoleConnector},
	{Kind: "iam.managed_policy", Label: "policy", Role: RoleSupport, Service: "iam", Resource: "policy{path}{name}", Global: true},
	{Kind: "iam.membership", Label: "group membership", Role: RoleConnector},
	{Kind: "iam.principal", Label: "principal", Role: RoleSupport},
	{Kind: "iam.role", Label: "role", Role: RoleSupport, Service: "iam", Resource: "role{path}{name}", Global: true},
	{Kind: "iam.user", Label: "user", Role: RoleSupport, Service: "iam", Resource: "user{path}{name}", Global: true},
	{Kind: "kinesis.consumer", Label: "stream consumer", Service: "kinesis"},
	{Kind: "kinesis.stream", Label: "stream", Service: "kinesis", Resource: "stream/{name}"},
	{Kind: "kms.alias", Label: "key alias", Role: RoleStandIn, Service: "kms", Resource: "{name}"},
	{Kind: "kms.grant", Label: "grant", Role: RoleConnector},
	{Kind: "kms.key", Label: "key", Role: RoleSupport, Service: "kms", Resource: "key/{name}", Key: "key_id"},
	{Kind: "lambda.alias", Label: "function alias", Role: RoleStandIn},
	{Kind: "lambda.esm", Label: "event source mapping", Role: RoleConnector, Service: "lambda", Resource: "event-source-mapping:{name}", Assigned: true},
	{Kind: "lambda.function", Label: "function", Service: "lambda", Resource: "function:{name}"},
	{Kind: "lambda.permission", Label: "permission", Role: RoleConnector},
	{Kind: "logs.account", Label: "account log policy", Role: RoleConnector},
	{Kind: "logs.delivery", Label: "log delivery", Role: RoleConnector},
	{Kind: "logs.delivery_destination", Label: "delivery destination", Service: "logs", Resource: "delivery-destination:{name}"},
	{Kind: "logs.delivery_source", Label: "delivery source", Service: "logs", Resource: "delivery-source:{name}"},
	{Kind: "logs.destination", Label: "logs destination", Service: "logs", Resource: "destination:{name}"},
	{Kind: "logs.group", Label: "log group", Service: "logs", Resource: "log-group:{name}"},
	{Kind: "logs.metric_filter", Label: "metric filter", Role: RoleConnector},
	{Kind: "logs.resource_policy", Label: "log resource policy", Role: RoleSupport},
	{Kind: "logs.subscription", Label: "subscription filter", Role: RoleConnector},
	{Kind: "msk.cluster", Label: "MSK cluster", Service: "kafka", Resource: "cluster/{name}", Assigned: true},
	{Kind: "oam.link", Label: "observability link", Role: RoleConnector},
	{Kind: "oam.sink", Label: "observability sink", Service: "oam", Resource: "sink/{name}", Assigned: true},
	{Kind: "opensearch.domain", Label: "OpenSearch domain", Service: "es", Resource: "domain/{name}"},
	{Kind: "organizations.delegation", Label: "delegated administrator", Role: RoleConnector},
	{Kind: "organizations.org", Label: "organization", Role: RoleSupport},
	{Kind: "organizations.policy", Label: "organization policy", Role: RoleSupport, Key: "id"},
	{Kind: "organizations.policy_attachment", Label: "policy attachment", Role: RoleConnector},
	{Kind: "organizations.target", Label: "organization target", Role: RoleSupport, NoOwner: true},
	{Kind: "pipes.pipe", Label: "pipe", Service: "pipes", Resource: "pipe/{name}"},
	{Kind: "redshift.cluster", Label: "Redshift cluster"},
	{Kind: "s3.access_point", Label: "access point", Role: RoleStandIn, Service: "s3", Resource: "accesspoint/{name}"},
	{Kind: "s3.account", Label: "account's public access block", Role: RoleSupport},
	{Kind: "s3.bucket", Label: "bucket", Service: "s3", Resource: "{name}", Global: true, NoOwner: true},
	{Kind: "s3.inventory", Label: "inventory", Role: RoleConnector},
	{Kind: "securitylake.data_lake", Label: "data lake", Role: RoleSource, Service: "securitylake", Resource: "data-lake/{name}", Assigned: true},
	{Kind: "securitylake.source", Label: "log source", Role: RoleConnector},
	{Kind: "securitylake.subscriber", Label: "subscriber"},
	{Kind: "sms.number", Label: "SMS"},
	{Kind: "snowflake", Label: "Snowflake"},
	{Kind: "sns.platform_endpoint", Label: "platform endpoint", Service: "sns", Resource: "endpoint/{name}", Assigned: true},
	{Kind: "sns.subscription", Label: "subscription", Role: RoleConnector},
	{Kind: "sns.topic", Label: "topic", Service: "sns", Resource: "{name}"},
	{Kind: "sqs.queue", Label: "queue", Service: "sqs", Resource: "{name}", Key: "url"},
	{Kind: "states.machine", Label: "state machine", Service: "states", Resource: "stateMachine:{name}"},
}
