package cloudformation

import (
	"maps"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// The rows of CloudTrail, S3 and KMS. Names of properties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html.

func trailRows() []row {
	selectors := func(p table.Paths) table.Paths {
		maps.Copy(p, table.Paths{
			"advanced_selectors": "AdvancedEventSelectors", "advanced_selectors/name": "Name", "advanced_selectors/fields": "FieldSelectors",
			"advanced_selectors/fields/field": "Field", "advanced_selectors/fields/equals": "Equals", "advanced_selectors/fields/not_equals": "NotEquals",
			"advanced_selectors/fields/starts_with": "StartsWith", "advanced_selectors/fields/not_starts_with": "NotStartsWith",
			"advanced_selectors/fields/ends_with": "EndsWith", "advanced_selectors/fields/not_ends_with": "NotEndsWith",
		})
		return p
	}
	return []row{
		one("AWS::CloudTrail::Trail", graph.KindTrail, "TrailName", selectors(table.Paths{
			"s3_bucket": "S3BucketName", "s3_key_prefix": "S3KeyPrefix", "sns_topic": "SnsTopicName", "log_group": "CloudWatchLogsLogGroupArn",
			"log_group_role": "CloudWatchLogsRoleArn", "kms_key": "KMSKeyId", "logging": "IsLogging", "validation": "EnableLogFileValidation",
			"multi_region": "IsMultiRegionTrail", "global_events": "IncludeGlobalServiceEvents", "organization": "IsOrganizationTrail", "home_region": "@.Region",
			"event_selectors": "EventSelectors", "event_selectors/management": "IncludeManagementEvents", "event_selectors/read_write": "ReadWriteType",
			"event_selectors/exclude_sources": "ExcludeManagementEventSources", "event_selectors/data_resources": "DataResources",
			"event_selectors/data_resources/type": "Type", "event_selectors/data_resources/values": "Values",
			"insights": "InsightSelectors", "insights/type": "InsightType",
		})),
		one("AWS::CloudTrail::EventDataStore", graph.KindEventStore, "Name", selectors(table.Paths{
			"kms_key": "KmsKeyId", "retention_days": "RetentionPeriod", "termination_protection": "TerminationProtectionEnabled",
			"suspended": "@.Suspended", "multi_region": "MultiRegionEnabled", "organization": "OrganizationEnabled",
		})),
	}
}

// notificationPaths are the paths of a notification configuration: of S3's API where api is set, and else of
// CloudFormation's own spelling. A fix has told prefixes from suffixes.
func notificationPaths(api bool) table.Paths {
	p := table.Paths{"notification.eventbridge": "@.EventBridge"}
	for _, k := range []struct{ attr, native, api, target, apiTarget string }{
		{"queues", "QueueConfigurations", "QueueConfigurations", "Queue", "QueueArn"},
		{"topics", "TopicConfigurations", "TopicConfigurations", "Topic", "TopicArn"},
		{"functions", "LambdaConfigurations", "LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"},
	} {
		list, target, events := k.native, k.target, "Event"
		if api {
			list, target, events = k.api, k.apiTarget, "Events"
		}
		attr := "notification." + k.attr
		p[attr] = "NotificationConfiguration." + list
		p[attr+"/arn"], p[attr+"/events"], p[attr+"/prefix"], p[attr+"/suffix"], p[attr+"/id"] = target, events, prefixOf, suffixOf, "Id"
	}
	return p
}

func blockPaths(within string) table.Paths {
	return table.Paths{
		"public_access_block.block_public_acls": within + "BlockPublicAcls", "public_access_block.block_public_policy": within + "BlockPublicPolicy",
		"public_access_block.ignore_public_acls": within + "IgnorePublicAcls", "public_access_block.restrict_public_buckets": within + "RestrictPublicBuckets",
	}
}

func bucketRows() []row {
	bucket := table.Paths{
		"acl":                 "AccessControl",
		"versioning.status":   "VersioningConfiguration.Status",
		"object_lock.enabled": "ObjectLockEnabled|ObjectLockConfiguration.ObjectLockEnabled", "object_lock.mode": "ObjectLockConfiguration.Rule.DefaultRetention.Mode",
		"object_lock.days": "ObjectLockConfiguration.Rule.DefaultRetention.Days", "object_lock.years": "ObjectLockConfiguration.Rule.DefaultRetention.Years",
		"encryption.algorithm":  "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm",
		"encryption.kms_key":    "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
		"encryption.bucket_key": "BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled",
		"ownership":             "OwnershipControls.Rules.ObjectOwnership",
		"lifecycle":             "LifecycleConfiguration.Rules", "lifecycle/id": "Id", "lifecycle/status": "Status", "lifecycle/prefix": "Prefix",
		"lifecycle/tags": "TagFilters", "lifecycle/tags/key": "Key", "lifecycle/min_size": "ObjectSizeGreaterThan", "lifecycle/max_size": "ObjectSizeLessThan",
		"lifecycle/expiration_days": "ExpirationInDays", "lifecycle/noncurrent_days": "NoncurrentVersionExpiration.NoncurrentDays|NoncurrentVersionExpirationInDays",
		"lifecycle/transition_days": "Transitions.TransitionInDays|Transition.TransitionInDays", "lifecycle/storage_class": "Transitions.StorageClass|Transition.StorageClass",
		"logging.bucket": "LoggingConfiguration.DestinationBucketName", "logging.prefix": "LoggingConfiguration.LogFilePrefix",
	}
	maps.Copy(bucket, blockPaths("PublicAccessBlockConfiguration."))
	maps.Copy(bucket, notificationPaths(false))
	maps.Copy(bucket, replicationPaths("ReplicationConfiguration."))
	point := blockPaths("PublicAccessBlockConfiguration.")
	point["bucket"], point["policy"] = "Bucket", "Policy"
	return []row{
		one("AWS::S3::Bucket", graph.KindBucket, "BucketName", bucket),
		each("AWS::S3::Bucket", "InventoryConfigurations", "s3.inventory", table.Paths{"bucket": "@.Ref", "destination": "Each.Destination.BucketArn"}),
		of("AWS::S3::BucketPolicy", graph.KindBucket, "Bucket", table.Paths{"policy": "PolicyDocument"}),
		standIn("AWS::S3::AccessPoint", "s3.access_point", "Bucket", "Name", point),
	}
}

// replicationPaths are the paths of a replication configuration, the same in CloudFormation and S3's API but for the
// name of the list.
func replicationPaths(within string) table.Paths {
	return table.Paths{
		"replication.role": within + "Role", "replication.rules": within + "Rules", "replication.rules/id": "Id|ID", "replication.rules/status": "Status",
		"replication.rules/prefix": "Filter.Prefix|Filter.And.Prefix|Prefix", "replication.rules/tags": "Filter.TagFilter+Filter.And.TagFilters", "replication.rules/tags/key": "Key",
		"replication.rules/bucket": "Destination.Bucket", "replication.rules/account": "Destination.Account", "replication.rules/kms_key": "Destination.EncryptionConfiguration.ReplicaKmsKeyID",
	}
}

func keyRows() []row {
	return []row{
		one("AWS::KMS::Key", graph.KindKey, "", table.Paths{
			"policy": "KeyPolicy", "rotation": "EnableKeyRotation", "rotation_days": "RotationPeriodInDays", "enabled": "Enabled", "deletion_days": "PendingWindowInDays", "multi_region": "MultiRegion", "key_id": later,
		}),
		one("AWS::KMS::ReplicaKey", graph.KindKey, "", table.Paths{"policy": "KeyPolicy", "enabled": "Enabled", "deletion_days": "PendingWindowInDays", "key_id": later}),
		standIn("AWS::KMS::Alias", graph.KindKeyAlias, "TargetKeyId", "AliasName", nil),
	}
}
