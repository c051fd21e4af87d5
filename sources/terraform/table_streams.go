package terraform

import (
	"github.com/trailguard/trailguard/analyzer/graph"

	"github.com/trailguard/trailguard/sources/table"
)

// The rows of Kinesis, Firehose, IAM, Organizations, the lakes, and of data sources.

func streamRows() []table.Row {
	return []table.Row{
		{Type: "aws_kinesis_stream", Kind: graph.KindStream, Name: "name", ARN: "arn", Attrs: table.Paths{
			"kms_key": "kms_key_id", "encryption": "encryption_type", "retention_hours": "retention_period",
		}},
		{Type: "aws_kinesis_resource_policy", Kind: graph.KindStream, Of: "resource_arn", Attrs: table.Paths{"policy": "policy"}},
		{Type: "aws_kinesis_stream_consumer", Kind: graph.KindConsumer, Name: "name", ARN: "arn", Attrs: table.Paths{"stream": "stream_arn"}},
		{Type: "aws_kinesis_firehose_delivery_stream", Kind: graph.KindFirehose, Name: "name", ARN: "arn", Attrs: table.Paths{
			"destination":   "destination",
			"source_stream": "kinesis_source_configuration.kinesis_stream_arn", "source_msk": "msk_source_configuration.msk_cluster_arn",
			"roles": "extended_s3_configuration.role_arn+extended_s3_configuration.s3_backup_configuration.role_arn+kinesis_source_configuration.role_arn+msk_source_configuration.authentication_configuration.role_arn" +
				"+opensearch_configuration.role_arn+opensearchserverless_configuration.role_arn+elasticsearch_configuration.role_arn+redshift_configuration.role_arn+snowflake_configuration.role_arn+iceberg_configuration.role_arn" +
				"+http_endpoint_configuration.role_arn+http_endpoint_configuration.s3_configuration.role_arn+splunk_configuration.s3_configuration.role_arn+opensearch_configuration.s3_configuration.role_arn" +
				"+opensearchserverless_configuration.s3_configuration.role_arn+elasticsearch_configuration.s3_configuration.role_arn+redshift_configuration.s3_configuration.role_arn+redshift_configuration.s3_backup_configuration.role_arn" +
				"+snowflake_configuration.s3_configuration.role_arn+iceberg_configuration.s3_configuration.role_arn",
			"bucket": "extended_s3_configuration.bucket_arn",
			"backup_buckets": "extended_s3_configuration.s3_backup_configuration.bucket_arn+http_endpoint_configuration.s3_configuration.bucket_arn+splunk_configuration.s3_configuration.bucket_arn" +
				"+opensearch_configuration.s3_configuration.bucket_arn+opensearchserverless_configuration.s3_configuration.bucket_arn+elasticsearch_configuration.s3_configuration.bucket_arn" +
				"+redshift_configuration.s3_configuration.bucket_arn+redshift_configuration.s3_backup_configuration.bucket_arn+snowflake_configuration.s3_configuration.bucket_arn+iceberg_configuration.s3_configuration.bucket_arn",
			"opensearch": "opensearch_configuration.domain_arn", "elasticsearch": "elasticsearch_configuration.domain_arn", "aoss": "opensearchserverless_configuration.collection_endpoint",
			"splunk": "splunk_configuration.hec_endpoint", "http": "http_endpoint_configuration.url", "redshift": "redshift_configuration.cluster_jdbcurl",
			"snowflake": "snowflake_configuration.account_url", "iceberg": "iceberg_configuration.catalog_arn",
			"backup_mode": "extended_s3_configuration.s3_backup_mode|http_endpoint_configuration.s3_backup_mode|splunk_configuration.s3_backup_mode|opensearch_configuration.s3_backup_mode" +
				"|opensearchserverless_configuration.s3_backup_mode|elasticsearch_configuration.s3_backup_mode|redshift_configuration.s3_backup_mode|snowflake_configuration.s3_backup_mode|iceberg_configuration.s3_backup_mode",
			"dest_kms_key": "extended_s3_configuration.kms_key_arn",
			"error_logging": "extended_s3_configuration.cloudwatch_logging_options?.enabled|http_endpoint_configuration.cloudwatch_logging_options?.enabled|splunk_configuration.cloudwatch_logging_options?.enabled" +
				"|opensearch_configuration.cloudwatch_logging_options?.enabled|elasticsearch_configuration.cloudwatch_logging_options?.enabled|redshift_configuration.cloudwatch_logging_options?.enabled",
			"sse.enabled": "server_side_encryption.enabled", "sse.key_type": "server_side_encryption.key_type", "sse.key": "server_side_encryption.key_arn",
			"processor_parameters": "extended_s3_configuration.processing_configuration.processors.parameters+http_endpoint_configuration.processing_configuration.processors.parameters" +
				"+splunk_configuration.processing_configuration.processors.parameters+opensearch_configuration.processing_configuration.processors.parameters" +
				"+opensearchserverless_configuration.processing_configuration.processors.parameters+elasticsearch_configuration.processing_configuration.processors.parameters" +
				"+redshift_configuration.processing_configuration.processors.parameters+snowflake_configuration.processing_configuration.processors.parameters+iceberg_configuration.processing_configuration.processors.parameters",
			"processor_parameters/name": "parameter_name", "processor_parameters/value": "parameter_value",
		}},
		{Type: "aws_msk_cluster", Kind: "msk.cluster", Name: "cluster_name", ARN: "arn"},
		{Type: "aws_elasticsearch_domain", Kind: "es.domain", Name: "domain_name", ARN: "arn"},
		{Type: "aws_opensearch_domain", Kind: "opensearch.domain", Name: "domain_name", ARN: "arn"},
		{Type: "aws_opensearchserverless_collection", Kind: "aoss.collection", Name: "name", ARN: "arn"},
		{Type: "aws_redshift_cluster", Kind: "redshift.cluster", Name: "cluster_identifier", ARN: "arn"},
	}
}

func identityRows() []table.Row {
	attach := func(typ, principal string) table.Row {
		return table.Row{Type: typ, Kind: "iam.attachment", Attrs: table.Paths{principal + "s": principal, "policy": "policy_arn"}}
	}
	inline := func(typ, principal string) table.Row {
		return table.Row{Type: typ, Kind: "iam.inline_policy", Name: "name", Attrs: table.Paths{principal: principal, "policy": "policy"}}
	}
	return []table.Row{
		{Type: "aws_iam_role", Kind: graph.KindRoleIAM, Name: "name", ARN: "arn", Attrs: table.Paths{
			"path": "path", "trust": "assume_role_policy", "boundary": "permissions_boundary", "inline": "inline_policy?", "inline/name": "name", "inline/policy": "policy", "only_inline": "inline_policy?.name", "managed": "managed_policy_arns?",
		}},
		{Type: "aws_iam_user", Kind: graph.KindUser, Name: "name", ARN: "arn", Attrs: table.Paths{"path": "path", "boundary": "permissions_boundary"}},
		{Type: "aws_iam_group", Kind: graph.KindGroup, Name: "name", ARN: "arn", Attrs: table.Paths{"path": "path"}},
		{Type: "aws_iam_policy", Kind: graph.KindManagedPolicy, Name: "name", ARN: "arn", Attrs: table.Paths{"policy": "policy", "path": "path"}},
		inline("aws_iam_role_policy", "role"), inline("aws_iam_user_policy", "user"), inline("aws_iam_group_policy", "group"),
		attach("aws_iam_role_policy_attachment", "role"), attach("aws_iam_user_policy_attachment", "user"), attach("aws_iam_group_policy_attachment", "group"),
		{Type: "aws_iam_policy_attachment", Kind: "iam.attachment", Attrs: table.Paths{"policy": "policy_arn", "roles": "roles", "users": "users", "groups": "groups"}},
		{Type: "aws_iam_role_policy_attachments_exclusive", Kind: graph.KindRoleIAM, Of: "role_name", Attrs: table.Paths{"managed": "policy_arns"}},
		{Type: "aws_iam_user_policy_attachments_exclusive", Kind: graph.KindUser, Of: "user_name", Attrs: table.Paths{"managed": "policy_arns"}},
		{Type: "aws_iam_group_policy_attachments_exclusive", Kind: graph.KindGroup, Of: "group_name", Attrs: table.Paths{"managed": "policy_arns"}},
		{Type: "aws_iam_role_policies_exclusive", Kind: graph.KindRoleIAM, Of: "role_name", Attrs: table.Paths{"only_inline": "policy_names"}},
		{Type: "aws_iam_user_policies_exclusive", Kind: graph.KindUser, Of: "user_name", Attrs: table.Paths{"only_inline": "policy_names"}},
		{Type: "aws_iam_group_policies_exclusive", Kind: graph.KindGroup, Of: "group_name", Attrs: table.Paths{"only_inline": "policy_names"}},
		{Type: "aws_iam_user_group_membership", Kind: "iam.membership", Attrs: table.Paths{"user": "user", "groups": "groups"}},
		{Type: "aws_iam_group_membership", Kind: "iam.membership", Attrs: table.Paths{"group": "group", "users": "users"}},
		{Type: "aws_organizations_organization", Kind: "organizations.org", ARN: "arn", Attrs: table.Paths{
			"features": "feature_set", "trusted_services": "aws_service_access_principals", "management": "master_account_id?",
		}},
		{Type: "aws_organizations_organizational_unit", Kind: "organizations.target", Name: "id", ARN: "arn", Attrs: table.Paths{"parent": "parent_id"}},
		{Type: "aws_organizations_account", Kind: "organizations.target", Name: "id", ARN: "arn", Attrs: table.Paths{"parent": "parent_id?"}},
		{Type: "aws_organizations_policy", Kind: "organizations.policy", Name: "name", ARN: "arn", Attrs: table.Paths{"policy": "content", "type": "type", "id": "id"}},
		{Type: "aws_organizations_policy_attachment", Kind: "organizations.policy_attachment", Attrs: table.Paths{"policy": "policy_id", "target": "target_id"}},
		{Type: "aws_organizations_delegated_administrator", Kind: "organizations.delegation", Attrs: table.Paths{"account": "account_id", "service": "service_principal"}},
		{Type: "aws_cloudformation_stack", Kind: "cfn.stack", Name: "name", ARN: "id", Attrs: table.Paths{"template_url": "template_url"}},
		{Type: "aws_cloudformation_stack_set", Kind: "cfn.stackset", Name: "name", ARN: "arn", Attrs: table.Paths{"template_url": "template_url"}},
	}
}

func lakeRows() []table.Row {
	return []table.Row{
		{Type: "aws_securitylake_data_lake", Kind: graph.KindDataLake, ARN: "arn", Attrs: table.Paths{
			"bucket": "s3_bucket_arn", "replication_regions": "configuration.replication_configuration.regions",
			"expiration_days": "configuration.lifecycle_configuration.expiration.days", "kms_key": "configuration.encryption_configuration.kms_key_id",
		}},
		{Type: "aws_securitylake_aws_log_source", Kind: "securitylake.source", Attrs: table.Paths{"source": "source.source_name"}},
		{Type: "aws_securitylake_subscriber", Kind: "securitylake.subscriber", Name: "subscriber_name", ARN: "arn", Attrs: table.Paths{
			"principal": "subscriber_identity.principal", "access_type": "access_type",
		}},
		{Type: "aws_securitylake_subscriber_notification", Kind: "securitylake.subscriber", Of: "subscriber_id", Attrs: table.Paths{
			"endpoint": "configuration.https_notification_configuration.endpoint|subscriber_endpoint",
		}},
		{Type: "aws_glue_catalog_table", Kind: "glue.table", Name: "name", ARN: "arn", Attrs: table.Paths{"location": "storage_descriptor.location"}},
		{Type: "aws_glue_crawler", Kind: "glue.crawler", Name: "name", ARN: "arn", Attrs: table.Paths{"paths": "s3_target.path"}},
		{Type: "aws_athena_workgroup", Kind: "athena.workgroup", Name: "name", ARN: "arn", Attrs: table.Paths{
			"output": "configuration.result_configuration.output_location", "enforce": "configuration.enforce_workgroup_configuration",
		}},
	}
}

// lookupRows are the data sources that name a node declared elsewhere.
func lookupRows() []table.Row {
	return []table.Row{
		{Type: "data.aws_s3_bucket", Kind: graph.KindBucket, Name: "bucket", ARN: "arn"},
		{Type: "data.aws_sns_topic", Kind: graph.KindTopic, Name: "name", ARN: "arn"},
		{Type: "data.aws_sqs_queue", Kind: graph.KindQueue, Name: "name", ARN: "arn"},
		{Type: "data.aws_lambda_function", Kind: graph.KindFunction, Name: "function_name", ARN: "arn"},
		{Type: "data.aws_cloudwatch_log_group", Kind: graph.KindLogGroup, Name: "name", ARN: "arn"},
		{Type: "data.aws_kinesis_stream", Kind: graph.KindStream, Name: "name", ARN: "arn"},
		{Type: "data.aws_kinesis_firehose_delivery_stream", Kind: graph.KindFirehose, Name: "name", ARN: "arn"},
		{Type: "data.aws_cloudwatch_event_bus", Kind: graph.KindBus, Name: "name", ARN: "arn"},
		{Type: "data.aws_kms_key", Kind: graph.KindKey, Name: "id", ARN: "arn"},
		{Type: "data.aws_kms_alias", Kind: graph.KindKey, Name: "target_key_id", ARN: "target_key_arn"},
		{Type: "data.aws_iam_role", Kind: graph.KindRoleIAM, Name: "name", ARN: "arn"},
		{Type: "data.aws_iam_user", Kind: graph.KindUser, Name: "user_name", ARN: "arn"},
		{Type: "data.aws_iam_policy", Kind: graph.KindManagedPolicy, Name: "name", ARN: "arn"},
		{Type: "data.aws_iam_group", Kind: graph.KindGroup, Name: "group_name", ARN: "arn"},
		{Type: "data.aws_kinesis_stream_consumer", Kind: graph.KindConsumer, Name: "name", ARN: "arn"},
		{Type: "data.aws_msk_cluster", Kind: "msk.cluster", Name: "cluster_name", ARN: "arn"},
		{Type: "data.aws_redshift_cluster", Kind: "redshift.cluster", Name: "cluster_identifier", ARN: "arn"},
		{Type: "data.aws_sfn_state_machine", Kind: "states.machine", Name: "name", ARN: "arn"},
		{Type: "data.aws_opensearchserverless_collection", Kind: "aoss.collection", Name: "name", ARN: "arn"},
		{Type: "data.aws_opensearch_domain", Kind: "opensearch.domain", Name: "domain_name", ARN: "arn"},
	}
}
