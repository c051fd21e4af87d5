package terraform

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// covered lists, by resource type, the arguments that the tables must read, and as what: path=attribute. A
// field of blocks is attribute/field; @of and @name stand for the node a resource belongs to, and its name.
// The old in-line arguments of aws_s3_bucket stand beside the resources that took their place.
//
//nolint:gochecknoglobals // a table
var covered = map[string][]string{
	"aws_athena_workgroup":                                {"configuration.enforce_workgroup_configuration=enforce", "configuration.result_configuration.output_location=output"},
	"aws_cloudformation_stack":                            {"template_url=template_url"},
	"aws_cloudformation_stack_set":                        {"template_url=template_url"},
	"aws_cloudtrail":                                      {"advanced_event_selector.field_selector.field=advanced_selectors/fields/field", "cloud_watch_logs_group_arn=log_group", "cloud_watch_logs_role_arn=log_group_role", "enable_log_file_validation=validation", "enable_logging=logging", "event_selector.exclude_management_event_sources=event_selectors/exclude_sources", "event_selector.include_management_events=event_selectors/management", "event_selector.read_write_type=event_selectors/read_write", "home_region=home_region", "include_global_service_events=global_events", "insight_selector.insight_type=insights/type", "is_multi_region_trail=multi_region", "is_organization_trail=organization", "kms_key_id=kms_key", "s3_bucket_name=s3_bucket", "sns_topic_name=sns_topic"},
	"aws_cloudtrail_event_data_store":                     {"kms_key_id=kms_key", "retention_period=retention_days", "suspend=suspended", "termination_protection_enabled=termination_protection"},
	"aws_cloudtrail_organization_delegated_admin_account": {"account_id=account"},
	"aws_cloudwatch_composite_alarm":                      {"alarm_actions=actions"},
	"aws_cloudwatch_event_api_destination":                {"invocation_endpoint=endpoint"},
	"aws_cloudwatch_event_archive":                        {"event_source_arn=bus"},
	"aws_cloudwatch_event_bus":                            {"dead_letter_config.arn=dlq", "kms_key_identifier=kms_key"},
	"aws_cloudwatch_event_bus_policy":                     {"event_bus_name=@of", "policy=policy"},
	"aws_cloudwatch_event_permission":                     {"principal=principal"},
	"aws_cloudwatch_event_rule":                           {"event_pattern=pattern", "is_enabled=state", "role_arn=role", "state=state"},
	"aws_cloudwatch_event_target":                         {"dead_letter_config.arn=dlq", "event_bus_name=bus", "retry_policy.maximum_retry_attempts=retries", "role_arn=role", "rule=rule"},
	"aws_cloudwatch_log_account_policy":                   {"policy_document=destination", "policy_document=filter_pattern", "policy_document=role", "policy_type=policy_type", "selection_criteria=selection"},
	"aws_cloudwatch_log_data_protection_policy":           {"policy_document=data_protection"},
	"aws_cloudwatch_log_delivery":                         {"delivery_destination_arn=destination", "delivery_source_name=source"},
	"aws_cloudwatch_log_delivery_destination":             {"delivery_destination_configuration.destination_resource_arn=resource"},
	"aws_cloudwatch_log_delivery_destination_policy":      {"delivery_destination_policy=policy"},
	"aws_cloudwatch_log_destination":                      {"role_arn=role", "target_arn=target"},
	"aws_cloudwatch_log_destination_policy":               {"access_policy=policy", "destination_name=@of"},
	"aws_cloudwatch_log_group":                            {"kms_key_id=kms_key", "log_group_class=class", "retention_in_days=retention_days"},
	"aws_cloudwatch_log_metric_filter":                    {"log_group_name=group", "metric_transformation.name=metrics/name", "metric_transformation.namespace=metrics/namespace"},
	"aws_cloudwatch_log_resource_policy":                  {"policy_document=policy"},
	"aws_cloudwatch_log_subscription_filter":              {"destination_arn=destination", "filter_pattern=filter_pattern", "log_group_name=group", "role_arn=role"},
	"aws_cloudwatch_metric_alarm":                         {"actions_enabled=actions_enabled", "alarm_actions=actions", "metric_name=metric", "namespace=namespace", "treat_missing_data=missing_data"},
	"aws_glue_catalog_table":                              {"storage_descriptor.location=location"},
	"aws_glue_crawler":                                    {"s3_target.path=paths"},
	"aws_iam_group_policy":                                {"policy=policy"},
	"aws_iam_group_policy_attachment":                     {"policy_arn=policy"},
	"aws_iam_group_policy_attachments_exclusive":          {"group_name=@of", "policy_arns=managed"},
	"aws_iam_policy":                                      {"policy=policy"},
	"aws_iam_policy_attachment":                           {"policy_arn=policy"},
	"aws_iam_role":                                        {"assume_role_policy=trust", "inline_policy.policy=inline/policy", "permissions_boundary=boundary"},
	"aws_iam_role_policy":                                 {"policy=policy"},
	"aws_iam_role_policy_attachment":                      {"policy_arn=policy"},
	"aws_iam_role_policy_attachments_exclusive":           {"policy_arns=managed", "role_name=@of"},
	"aws_iam_user":                                        {"name=@name", "path=path", "permissions_boundary=boundary"},
	"aws_iam_user_policy":                                 {"policy=policy"},
	"aws_iam_user_policy_attachment":                      {"policy_arn=policy"},
	"aws_iam_user_policy_attachments_exclusive":           {"policy_arns=managed", "user_name=@of"},
	"aws_kinesis_firehose_delivery_stream":                {"elasticsearch_configuration.domain_arn=elasticsearch", "extended_s3_configuration.bucket_arn=bucket", "extended_s3_configuration.cloudwatch_logging_options.enabled=error_logging", "extended_s3_configuration.kms_key_arn=dest_kms_key", "extended_s3_configuration.processing_configuration.processors.parameters.parameter_value=processor_parameters/value", "extended_s3_configuration.role_arn=roles", "extended_s3_configuration.s3_backup_configuration.bucket_arn=backup_buckets", "extended_s3_configuration.s3_backup_mode=backup_mode", "http_endpoint_configuration.s3_backup_mode=backup_mode", "http_endpoint_configuration.s3_configuration.bucket_arn=backup_buckets", "http_endpoint_configuration.url=http", "iceberg_configuration.catalog_arn=iceberg", "kinesis_source_configuration.kinesis_stream_arn=source_stream", "msk_source_configuration.msk_cluster_arn=source_msk", "opensearch_configuration.domain_arn=opensearch", "opensearchserverless_configuration.collection_endpoint=aoss", "redshift_configuration.cluster_jdbcurl=redshift", "server_side_encryption.enabled=sse.enabled", "server_side_encryption.key_arn=sse.key", "server_side_encryption.key_type=sse.key_type", "snowflake_configuration.account_url=snowflake", "splunk_configuration.hec_endpoint=splunk", "splunk_configuration.s3_backup_mode=backup_mode", "splunk_configuration.s3_configuration.bucket_arn=backup_buckets"},
	"aws_kinesis_resource_policy":                         {"policy=policy", "resource_arn=@of"},
	"aws_kinesis_stream":                                  {"encryption_type=encryption", "kms_key_id=kms_key", "retention_period=retention_hours"},
	"aws_kinesis_stream_consumer":                         {"stream_arn=stream"},
	"aws_kms_alias":                                       {"target_key_id=@of"},
	"aws_kms_grant":                                       {"grantee_principal=grantee"},
	"aws_kms_key":                                         {"deletion_window_in_days=deletion_days", "enable_key_rotation=rotation", "is_enabled=enabled", "multi_region=multi_region", "policy=policy", "rotation_period_in_days=rotation_days"},
	"aws_kms_key_policy":                                  {"key_id=@of", "policy=policy"},
	"aws_lambda_event_source_mapping":                     {"destination_config.on_failure.destination_arn=on_failure", "enabled=enabled", "event_source_arn=source", "filter_criteria.filter.pattern=filters/pattern", "function_name=function", "function_response_types=response_types"},
	"aws_lambda_function":                                 {"code_signing_config_arn=code_signing", "dead_letter_config.target_arn=dlq", "kms_key_arn=kms_key", "reserved_concurrent_executions=reserved_concurrency", "role=role"},
	"aws_lambda_function_event_invoke_config":             {"destination_config.on_failure.destination=on_failure", "function_name=@of", "maximum_retry_attempts=async_retries"},
	"aws_lambda_function_url":                             {"authorization_type=url_auth"},
	"aws_lambda_permission":                               {"function_name=function", "principal=principal", "source_account=source_account", "source_arn=source_arn"},
	"aws_oam_link":                                        {"resource_types=types", "sink_identifier=sink"},
	"aws_oam_sink_policy":                                 {"policy=policy"},
	"aws_organizations_delegated_administrator":           {"account_id=account"},
	"aws_organizations_organization":                      {"aws_service_access_principals=trusted_services", "feature_set=features"},
	"aws_organizations_policy":                            {"content=policy"},
	"aws_organizations_policy_attachment":                 {"target_id=target"},
	"aws_pipes_pipe":                                      {"desired_state=desired_state", "enrichment=enrichment", "role_arn=role", "source=source", "source_parameters.kinesis_stream_parameters.dead_letter_config.arn=dlq", "target=target"},
	"aws_s3_access_point":                                 {"bucket=@of", "bucket=bucket", "policy=policy"},
	"aws_s3_account_public_access_block":                  {"block_public_policy=public_access_block.block_public_policy"},
	"aws_s3_bucket":                                       {"acl=acl", "bucket=@name", "force_destroy=force_destroy", "grant=acl_grants", "grant.id=acl_grants/id", "grant.permissions=acl_grants/permission", "grant.uri=acl_grants/uri", "lifecycle_rule=lifecycle", "lifecycle_rule.enabled=lifecycle/status", "lifecycle_rule.expiration.days=lifecycle/expiration_days", "lifecycle_rule.id=lifecycle/id", "lifecycle_rule.noncurrent_version_expiration.days=lifecycle/noncurrent_days", "lifecycle_rule.prefix=lifecycle/prefix", "lifecycle_rule.transition.days=lifecycle/transition_days", "lifecycle_rule.transition.storage_class=lifecycle/storage_class", "logging.target_bucket=logging.bucket", "logging.target_prefix=logging.prefix", "object_lock_configuration.object_lock_enabled=object_lock.enabled", "object_lock_configuration.rule.default_retention.days=object_lock.days", "object_lock_configuration.rule.default_retention.mode=object_lock.mode", "object_lock_configuration.rule.default_retention.years=object_lock.years", "object_lock_enabled=object_lock.enabled", "policy=policy", "replication_configuration.role=replication.role", "replication_configuration.rules=replication.rules", "replication_configuration.rules.destination.account_id=replication.rules/account", "replication_configuration.rules.destination.bucket=replication.rules/bucket", "replication_configuration.rules.destination.replica_kms_key_id=replication.rules/kms_key", "replication_configuration.rules.filter.prefix=replication.rules/prefix", "replication_configuration.rules.id=replication.rules/id", "replication_configuration.rules.prefix=replication.rules/prefix", "replication_configuration.rules.status=replication.rules/status", "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id=encryption.kms_key", "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm=encryption.algorithm", "server_side_encryption_configuration.rule.bucket_key_enabled=encryption.bucket_key", "versioning.enabled=versioning.status", "versioning.mfa_delete=versioning.mfa_delete"},
	"aws_s3_bucket_acl":                                   {"access_control_policy.grant.permission=acl_grants/permission", "acl=acl"},
	"aws_s3_bucket_inventory":                             {"destination.bucket.bucket_arn=destination"},
	"aws_s3_bucket_lifecycle_configuration":               {"rule.expiration.days=lifecycle/expiration_days", "rule.noncurrent_version_expiration.noncurrent_days=lifecycle/noncurrent_days"},
	"aws_s3_bucket_logging":                               {"target_bucket=logging.bucket"},
	"aws_s3_bucket_notification":                          {"bucket=@of", "eventbridge=notification.eventbridge", "lambda_function.lambda_function_arn=notification.functions/arn", "queue.queue_arn=notification.queues/arn", "topic.topic_arn=notification.topics/arn"},
	"aws_s3_bucket_object_lock_configuration":             {"object_lock_enabled=object_lock.enabled", "rule.default_retention.days=object_lock.days", "rule.default_retention.mode=object_lock.mode"},
	"aws_s3_bucket_ownership_controls":                    {"rule.object_ownership=ownership"},
	"aws_s3_bucket_policy":                                {"bucket=@of", "policy=policy"},
	"aws_s3_bucket_public_access_block":                   {"block_public_acls=public_access_block.block_public_acls", "block_public_policy=public_access_block.block_public_policy", "ignore_public_acls=public_access_block.ignore_public_acls", "restrict_public_buckets=public_access_block.restrict_public_buckets"},
	"aws_s3_bucket_replication_configuration":             {"role=replication.role", "rule.destination.bucket=replication.rules/bucket", "rule.destination.encryption_configuration.replica_kms_key_id=replication.rules/kms_key"},
	"aws_s3_bucket_server_side_encryption_configuration":  {"rule.apply_server_side_encryption_by_default.kms_master_key_id=encryption.kms_key", "rule.apply_server_side_encryption_by_default.sse_algorithm=encryption.algorithm", "rule.bucket_key_enabled=encryption.bucket_key"},
	"aws_s3_bucket_versioning":                            {"bucket=@of", "versioning_configuration.mfa_delete=versioning.mfa_delete", "versioning_configuration.status=versioning.status"},
	"aws_s3control_access_point_policy":                   {"policy=policy"},
	"aws_securitylake_aws_log_source":                     {"source.source_name=source"},
	"aws_securitylake_data_lake":                          {"configuration.encryption_configuration.kms_key_id=kms_key", "configuration.lifecycle_configuration.expiration.days=expiration_days", "configuration.replication_configuration.regions=replication_regions", "s3_bucket_arn=bucket"},
	"aws_securitylake_subscriber":                         {"access_type=access_type", "subscriber_identity.principal=principal"},
	"aws_securitylake_subscriber_notification":            {"subscriber_endpoint=endpoint"},
	"aws_sns_topic":                                       {"delivery_policy=delivery_policy", "kms_master_key_id=kms_key", "policy=policy"},
	"aws_sns_topic_policy":                                {"arn=@of", "policy=policy"},
	"aws_sns_topic_subscription":                          {"endpoint=endpoint", "filter_policy=filter_policy", "filter_policy_scope=filter_policy_scope", "pending_confirmation=pending", "protocol=protocol", "raw_message_delivery=raw", "redrive_policy=dlq", "subscription_role_arn=role", "topic_arn=topic"},
	"aws_sqs_queue":                                       {"kms_master_key_id=kms_key", "message_retention_seconds=retention_seconds", "policy=policy", "redrive_allow_policy=redrive_allow", "redrive_policy=dlq", "redrive_policy=max_receives", "sqs_managed_sse_enabled=managed_sse", "visibility_timeout_seconds=visibility_seconds"},
	"aws_sqs_queue_policy":                                {"policy=policy", "queue_url=@of"},
	"aws_sqs_queue_redrive_allow_policy":                  {"redrive_allow_policy=redrive_allow"},
	"aws_sqs_queue_redrive_policy":                        {"queue_url=@of", "redrive_policy=dlq", "redrive_policy=max_receives"},
}

// spelt returns every path that a row reads, as it stands in covered.
func spelt(r table.Row) []string {
	plain := func(spec string) []string {
		var out []string
		for _, p := range strings.FieldsFunc(spec, func(c rune) bool { return c == '|' || c == '+' }) {
			p, _, _ = strings.Cut(p, "#")
			out = append(out, strings.ReplaceAll(p, "?", ""))
		}
		return out
	}
	out := []string{r.Of + "=@of", r.Name + "=@name"}
	for name := range r.Attrs {
		paths := []string{""}
		for i, c := range name + "/" {
			if c != '/' {
				continue
			}
			var longer []string
			for _, before := range paths {
				for _, p := range plain(r.Attrs[name[:i]]) {
					longer = append(longer, strings.TrimPrefix(before+"."+p, "."))
				}
			}
			paths = longer
		}
		for _, p := range paths {
			out = append(out, p+"="+name)
		}
	}
	return out
}

func allRows() []table.Row {
	return slices.Concat(trailRows(), storageRows(), messagingRows(), computeRows(), logsRows(), eventsRows(), streamRows(), identityRows(), lakeRows(), lookupRows())
}

func TestTablesCover(t *testing.T) {
	byType := map[string]table.Row{}
	for _, r := range allRows() {
		byType[r.Type] = r
	}
	for typ, want := range covered {
		r, ok := byType[typ]
		if !ok {
			t.Errorf("no row of %s", typ)
			continue
		}
		have := spelt(r)
		for _, w := range want {
			if !slices.Contains(have, w) {
				t.Errorf("%s does not read %s", typ, w)
			}
		}
	}
}

func TestTablesAreSound(t *testing.T) {
	kinds := map[graph.Kind]bool{}
	for _, k := range graph.Kinds() {
		kinds[k.Kind] = true
	}
	seen := map[string]bool{}
	for _, r := range allRows() {
		if seen[r.Type] {
			t.Errorf("%s has two rows", r.Type)
		}
		seen[r.Type] = true
		if !kinds[r.Kind] {
			t.Errorf("%s: no kind %s", r.Type, r.Kind)
		}
		if r.StandIn != (graph.InfoOf(r.Kind).Role == graph.RoleStandIn && r.Of != "" && !strings.HasSuffix(r.Type, "_policy")) {
			t.Errorf("%s: a %s is another name of a node, and the row is not, or the other way round", r.Type, r.Kind)
		}
		for name, spec := range r.Attrs {
			info, ok := graph.AttributeOf(r.Kind, strings.Split(name, "/")[0])
			for _, field := range strings.Split(name, "/")[1:] {
				if ok {
					info, ok = graph.Find(info.Fields, field)
				}
			}
			if !ok {
				t.Errorf("%s: %s has no attribute %s", r.Type, r.Kind, name)
				continue
			}
			if i := strings.LastIndexByte(name, '/'); i > 0 && r.Attrs[name[:i]] == "" {
				t.Errorf("%s: %s is a field of blocks that have no path", r.Type, name)
			}
			if strings.Contains(spec, "+") && info.Type != graph.TypeTexts && info.Type != graph.TypeBlocks {
				t.Errorf("%s: %s is no list, and collects several paths", r.Type, name)
			}
			if info.Type == graph.TypeBlocks && strings.Contains(spec, "#") {
				t.Errorf("%s: blocks of %s in a JSON string", r.Type, name)
			}
		}
	}
}

// Every attribute of the attribute table that a Terraform argument can set is set by some row, and the other
// way round: an attribute that no row sets is here with the reason.
func TestEveryAttributeHasARow(t *testing.T) {
	without := map[string]string{
		"securitylake.subscriber notify_queue": "an empty block; the queue it makes is the endpoint",
		"iam.user groups":                      "aws_iam_user_group_membership says it",
		"organizations.target listed":          "a configuration lists what it attaches",
		"iam.user inline":                      "aws_iam_user has no in-line policies",
		"iam.group inline":                     "aws_iam_group has no in-line policies",
		"iam.group boundary":                   "groups have no boundary",
	}
	set := map[string]bool{}
	for _, r := range allRows() {
		for name := range r.Attrs {
			set[string(r.Kind)+" "+name] = true
		}
	}
	for _, k := range graph.Kinds() {
		for _, a := range graph.AttributesOf(k.Kind) {
			key := string(k.Kind) + " " + a.Name
			if _, excused := without[key]; set[key] == excused {
				t.Errorf("%s: set by a row is %v, and excused is %v", key, set[key], excused)
			}
		}
	}
}
