package terraform

import (
	"maps"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// The rows of CloudTrail, S3 and KMS.

func trailRows() []table.Row {
	selectors := func(p table.Paths) table.Paths {
		maps.Copy(p, table.Paths{
			"advanced_selectors": "advanced_event_selector?", "advanced_selectors/name": "name", "advanced_selectors/fields": "field_selector",
			"advanced_selectors/fields/field": "field", "advanced_selectors/fields/equals": "equals?", "advanced_selectors/fields/not_equals": "not_equals?",
			"advanced_selectors/fields/starts_with": "starts_with?", "advanced_selectors/fields/not_starts_with": "not_starts_with?",
			"advanced_selectors/fields/ends_with": "ends_with?", "advanced_selectors/fields/not_ends_with": "not_ends_with?",
		})
		return p
	}
	return []table.Row{
		{Type: "aws_cloudtrail", Kind: graph.KindTrail, Name: "name", ARN: "arn", Attrs: selectors(table.Paths{
			"s3_bucket": "s3_bucket_name", "s3_key_prefix": "s3_key_prefix", "sns_topic": "sns_topic_name", "log_group": "cloud_watch_logs_group_arn",
			"log_group_role": "cloud_watch_logs_role_arn", "kms_key": "kms_key_id", "logging": "enable_logging", "validation": "enable_log_file_validation",
			"multi_region": "is_multi_region_trail", "global_events": "include_global_service_events", "organization": "is_organization_trail", "home_region": "home_region",
			"event_selectors": "event_selector", "event_selectors/management": "include_management_events", "event_selectors/read_write": "read_write_type",
			"event_selectors/exclude_sources": "exclude_management_event_sources", "event_selectors/data_resources": "data_resource",
			"event_selectors/data_resources/type": "type", "event_selectors/data_resources/values": "values",
			"insights": "insight_selector", "insights/type": "insight_type",
		})},
		{Type: "aws_cloudtrail_event_data_store", Kind: graph.KindEventStore, Name: "name", ARN: "arn", Attrs: selectors(table.Paths{
			"kms_key": "kms_key_id", "retention_days": "retention_period", "termination_protection": "termination_protection_enabled",
			"suspended": "suspend", "multi_region": "multi_region_enabled", "organization": "organization_enabled",
		})},
		{Type: "aws_cloudtrail_organization_delegated_admin_account", Kind: "organizations.delegation", Attrs: table.Paths{"account": "account_id", "service": "service_principal"}},
	}
}

func storageRows() []table.Row {
	bucket := func(typ string, attrs table.Paths) table.Row {
		return table.Row{Type: typ, Kind: graph.KindBucket, Of: "bucket", Attrs: attrs}
	}
	block := func(prefix string) table.Paths {
		p := table.Paths{}
		for _, name := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
			p[prefix+name] = name
		}
		return p
	}
	return []table.Row{
		{Type: "aws_s3_bucket", Kind: graph.KindBucket, Name: "bucket", ARN: "arn", Attrs: table.Paths{
			"force_destroy": "force_destroy",
			// The arguments below are the old, in-line form; without it the provider mirrors the split resources here.
			"policy": "policy?", "acl": "acl?", "acl_grants": "grant?", "acl_grants/permission": "permissions", "acl_grants/uri": "uri", "acl_grants/id": "id",
			"versioning.status": "versioning?.enabled", "versioning.mfa_delete": "versioning?.mfa_delete",
			"object_lock.enabled": "object_lock_enabled?|object_lock_configuration?.object_lock_enabled",
			"object_lock.mode":    "object_lock_configuration?.rule.default_retention.mode", "object_lock.days": "object_lock_configuration?.rule.default_retention.days",
			"object_lock.years":    "object_lock_configuration?.rule.default_retention.years",
			"encryption.algorithm": "server_side_encryption_configuration?.rule.apply_server_side_encryption_by_default.sse_algorithm",
			"encryption.kms_key":   "server_side_encryption_configuration?.rule.apply_server_side_encryption_by_default.kms_master_key_id", "encryption.bucket_key": "server_side_encryption_configuration?.rule.bucket_key_enabled",
			"lifecycle": "lifecycle_rule?", "lifecycle/id": "id", "lifecycle/status": "enabled", "lifecycle/prefix": "prefix", "lifecycle/tags": "tags", "lifecycle/tags/key": "key", "lifecycle/expiration_days": "expiration.days",
			"lifecycle/noncurrent_days": "noncurrent_version_expiration.days", "lifecycle/transition_days": "transition.days", "lifecycle/storage_class": "transition.storage_class",
			"logging.bucket": "logging?.target_bucket", "logging.prefix": "logging?.target_prefix",
			"replication.role": "replication_configuration?.role", "replication.rules": "replication_configuration?.rules", "replication.rules/id": "id", "replication.rules/status": "status",
			"replication.rules/prefix": "filter.prefix|prefix", "replication.rules/tags": "filter.tags", "replication.rules/tags/key": "key", "replication.rules/bucket": "destination.bucket", "replication.rules/account": "destination.account_id", "replication.rules/kms_key": "destination.replica_kms_key_id",
		}},
		bucket("aws_s3_bucket_policy", table.Paths{"policy": "policy"}),
		bucket("aws_s3_bucket_acl", table.Paths{
			"acl": "acl", "acl_grants": "access_control_policy?.grant", "acl_grants/permission": "permission", "acl_grants/uri": "grantee.uri", "acl_grants/id": "grantee.id",
		}),
		bucket("aws_s3_bucket_versioning", table.Paths{"versioning.status": "versioning_configuration.status", "versioning.mfa_delete": "versioning_configuration.mfa_delete?"}),
		bucket("aws_s3_bucket_object_lock_configuration", table.Paths{
			"object_lock.enabled": "object_lock_enabled", "object_lock.mode": "rule.default_retention.mode", "object_lock.days": "rule.default_retention.days", "object_lock.years": "rule.default_retention.years",
		}),
		bucket("aws_s3_bucket_server_side_encryption_configuration", table.Paths{
			"encryption.algorithm": "rule.apply_server_side_encryption_by_default.sse_algorithm", "encryption.kms_key": "rule.apply_server_side_encryption_by_default.kms_master_key_id",
			"encryption.bucket_key": "rule.bucket_key_enabled",
		}),
		bucket("aws_s3_bucket_public_access_block", block("public_access_block.")),
		bucket("aws_s3_bucket_ownership_controls", table.Paths{"ownership": "rule.object_ownership"}),
		bucket("aws_s3_bucket_lifecycle_configuration", table.Paths{
			"lifecycle": "rule", "lifecycle/id": "id", "lifecycle/status": "status", "lifecycle/prefix": "filter.prefix|filter.and.prefix|prefix",
			"lifecycle/tags": "filter.tag+filter.and.tags", "lifecycle/tags/key": "key", "lifecycle/min_size": "filter.object_size_greater_than?|filter.and.object_size_greater_than?",
			"lifecycle/max_size": "filter.object_size_less_than?|filter.and.object_size_less_than?", "lifecycle/expiration_days": "expiration.days",
			"lifecycle/noncurrent_days": "noncurrent_version_expiration.noncurrent_days", "lifecycle/transition_days": "transition.days", "lifecycle/storage_class": "transition.storage_class",
		}),
		bucket("aws_s3_bucket_logging", table.Paths{"logging.bucket": "target_bucket", "logging.prefix": "target_prefix"}),
		bucket("aws_s3_bucket_replication_configuration", table.Paths{
			"replication.role": "role", "replication.rules": "rule", "replication.rules/id": "id", "replication.rules/status": "status", "replication.rules/prefix": "filter.prefix|filter.and.prefix|prefix",
			"replication.rules/tags": "filter.tag+filter.and.tags", "replication.rules/tags/key": "key",
			"replication.rules/bucket": "destination.bucket", "replication.rules/account": "destination.account", "replication.rules/kms_key": "destination.encryption_configuration.replica_kms_key_id",
		}),
		bucket("aws_s3_bucket_notification", table.Paths{
			"notification.eventbridge": "eventbridge",
			"notification.queues":      "queue", "notification.queues/arn": "queue_arn", "notification.queues/events": "events", "notification.queues/prefix": "filter_prefix", "notification.queues/suffix": "filter_suffix", "notification.queues/id": "id",
			"notification.topics": "topic", "notification.topics/arn": "topic_arn", "notification.topics/events": "events", "notification.topics/prefix": "filter_prefix", "notification.topics/suffix": "filter_suffix", "notification.topics/id": "id",
			"notification.functions": "lambda_function", "notification.functions/arn": "lambda_function_arn", "notification.functions/events": "events", "notification.functions/prefix": "filter_prefix", "notification.functions/suffix": "filter_suffix", "notification.functions/id": "id",
		}),
		{Type: "aws_s3_account_public_access_block", Kind: "s3.account", Attrs: block("public_access_block.")},
		{Type: "aws_s3_access_point", Kind: "s3.access_point", Of: "bucket", Name: "name", ARN: "arn", StandIn: true, Attrs: table.Paths{
			"bucket": "bucket", "policy": "policy?",
			"public_access_block.block_public_acls": "public_access_block_configuration.block_public_acls", "public_access_block.block_public_policy": "public_access_block_configuration.block_public_policy",
			"public_access_block.ignore_public_acls": "public_access_block_configuration.ignore_public_acls", "public_access_block.restrict_public_buckets": "public_access_block_configuration.restrict_public_buckets",
		}},
		{Type: "aws_s3control_access_point_policy", Kind: "s3.access_point", Of: "access_point_arn", Attrs: table.Paths{"policy": "policy"}},
		{Type: "aws_s3_bucket_inventory", Kind: "s3.inventory", Attrs: table.Paths{"bucket": "bucket", "destination": "destination.bucket.bucket_arn"}},
		{Type: "aws_kms_key", Kind: graph.KindKey, Name: "key_id", ARN: "arn", Attrs: table.Paths{
			"policy": "policy?", "rotation": "enable_key_rotation", "rotation_days": "rotation_period_in_days?", "enabled": "is_enabled",
			"deletion_days": "deletion_window_in_days", "multi_region": "multi_region?", "key_id": "key_id",
		}},
		{Type: "aws_kms_external_key", Kind: graph.KindKey, Name: "id", ARN: "arn", Attrs: table.Paths{
			"policy": "policy?", "enabled": "enabled?", "deletion_days": "deletion_window_in_days", "multi_region": "multi_region?", "key_id": "id",
		}},
		{Type: "aws_kms_replica_key", Kind: graph.KindKey, Name: "key_id", ARN: "arn", Attrs: table.Paths{
			"policy": "policy?", "rotation": "key_rotation_enabled", "enabled": "enabled", "deletion_days": "deletion_window_in_days", "key_id": "key_id",
		}},
		{Type: "aws_kms_key_policy", Kind: graph.KindKey, Of: "key_id", Attrs: table.Paths{"policy": "policy"}},
		{Type: "aws_kms_alias", Kind: graph.KindKeyAlias, Of: "target_key_id", Name: "name", ARN: "arn", StandIn: true},
		{Type: "aws_kms_grant", Kind: "kms.grant", Attrs: table.Paths{"key": "key_id", "grantee": "grantee_principal", "operations": "operations"}},
	}
}
