package terraform

import (
	"github.com/trailguard/trailguard/analyzer/graph"

	"github.com/trailguard/trailguard/sources/table"
)

// The rows of SNS, SQS, Lambda, CloudWatch Logs, CloudWatch and EventBridge.

func messagingRows() []table.Row {
	return []table.Row{
		{Type: "aws_sns_topic", Kind: graph.KindTopic, Name: "name", ARN: "arn", Attrs: table.Paths{
			"policy": "policy?", "kms_key": "kms_master_key_id", "delivery_policy": "delivery_policy", "fifo": "fifo_topic",
		}},
		{Type: "aws_sns_topic_policy", Kind: graph.KindTopic, Of: "arn", Attrs: table.Paths{"policy": "policy"}},
		{Type: "aws_sns_topic_subscription", Kind: graph.KindSubscription, ARN: "arn", Attrs: table.Paths{
			"topic": "topic_arn", "protocol": "protocol", "endpoint": "endpoint", "filter_policy": "filter_policy", "filter_policy_scope": "filter_policy_scope?",
			"dlq": "redrive_policy#deadLetterTargetArn", "role": "subscription_role_arn", "raw": "raw_message_delivery", "pending": "pending_confirmation",
		}},
		{Type: "aws_sqs_queue", Kind: graph.KindQueue, Name: "name", ARN: "arn", Attrs: table.Paths{
			"policy": "policy?", "kms_key": "kms_master_key_id", "managed_sse": "sqs_managed_sse_enabled?", "retention_seconds": "message_retention_seconds",
			"visibility_seconds": "visibility_timeout_seconds", "dlq": "redrive_policy?#deadLetterTargetArn", "max_receives": "redrive_policy?#maxReceiveCount",
			"redrive_allow": "redrive_allow_policy?#sourceQueueArns", "fifo": "fifo_queue", "url": "url|id",
		}},
		{Type: "aws_sqs_queue_policy", Kind: graph.KindQueue, Of: "queue_url", Attrs: table.Paths{"policy": "policy"}},
		{Type: "aws_sqs_queue_redrive_policy", Kind: graph.KindQueue, Of: "queue_url", Attrs: table.Paths{"dlq": "redrive_policy#deadLetterTargetArn", "max_receives": "redrive_policy#maxReceiveCount"}},
		{Type: "aws_sqs_queue_redrive_allow_policy", Kind: graph.KindQueue, Of: "queue_url", Attrs: table.Paths{"redrive_allow": "redrive_allow_policy#sourceQueueArns"}},
	}
}

func computeRows() []table.Row {
	return []table.Row{
		{Type: "aws_lambda_function", Kind: graph.KindFunction, Name: "function_name", ARN: "arn", Attrs: table.Paths{
			"role": "role", "kms_key": "kms_key_arn", "reserved_concurrency": "reserved_concurrent_executions", "dlq": "dead_letter_config.target_arn",
			"code_signing": "code_signing_config_arn", "timeout": "timeout",
		}},
		{Type: "aws_lambda_function_event_invoke_config", Kind: graph.KindFunction, Of: "function_name", Attrs: table.Paths{
			"async_retries": "maximum_retry_attempts", "on_failure": "destination_config.on_failure.destination",
		}},
		{Type: "aws_lambda_function_url", Kind: graph.KindFunction, Of: "function_name", Attrs: table.Paths{"url_auth": "authorization_type"}},
		{Type: "aws_lambda_alias", Kind: "lambda.alias", Of: "function_name", Name: "name", ARN: "arn", StandIn: true},
		{Type: "aws_lambda_event_source_mapping", Kind: graph.KindMapping, ARN: "arn", Attrs: table.Paths{
			"source": "event_source_arn", "function": "function_name", "enabled": "enabled", "on_failure": "destination_config.on_failure.destination_arn",
			"response_types": "function_response_types", "filters": "filter_criteria.filter", "filters/pattern": "pattern",
		}},
		{Type: "aws_lambda_permission", Kind: "lambda.permission", Attrs: table.Paths{
			"function": "function_name", "principal": "principal", "action": "action", "source_arn": "source_arn", "source_account": "source_account", "org_id": "principal_org_id", "url_auth": "function_url_auth_type",
		}},
	}
}

func logsRows() []table.Row {
	return []table.Row{
		{Type: "aws_cloudwatch_log_group", Kind: graph.KindLogGroup, Name: "name", ARN: "arn", Attrs: table.Paths{
			"kms_key": "kms_key_id", "retention_days": "retention_in_days", "class": "log_group_class?",
		}},
		{Type: "aws_cloudwatch_log_data_protection_policy", Kind: graph.KindLogGroup, Of: "log_group_name", Attrs: table.Paths{"data_protection": "policy_document"}},
		{Type: "aws_cloudwatch_log_subscription_filter", Kind: graph.KindLogsFilter, Name: "name", Attrs: table.Paths{
			"group": "log_group_name", "destination": "destination_arn", "role": "role_arn?", "filter_pattern": "filter_pattern",
		}},
		{Type: "aws_cloudwatch_log_account_policy", Kind: "logs.account", Name: "policy_name", Attrs: table.Paths{
			"policy_type": "policy_type", "destination": "policy_document#DestinationArn", "role": "policy_document#RoleArn",
			"filter_pattern": "policy_document#FilterPattern", "selection": "selection_criteria",
		}},
		{Type: "aws_cloudwatch_log_destination", Kind: graph.KindLogsDest, Name: "name", ARN: "arn", Attrs: table.Paths{"target": "target_arn", "role": "role_arn"}},
		{Type: "aws_cloudwatch_log_destination_policy", Kind: graph.KindLogsDest, Of: "destination_name", Attrs: table.Paths{"policy": "access_policy"}},
		{Type: "aws_cloudwatch_log_resource_policy", Kind: "logs.resource_policy", Name: "policy_name", Attrs: table.Paths{"policy": "policy_document"}},
		{Type: "aws_cloudwatch_log_metric_filter", Kind: "logs.metric_filter", Name: "name", Attrs: table.Paths{
			"group": "log_group_name", "pattern": "pattern", "metrics": "metric_transformation", "metrics/name": "name", "metrics/namespace": "namespace",
		}},
		{Type: "aws_cloudwatch_log_delivery", Kind: "logs.delivery", ARN: "arn", Attrs: table.Paths{"source": "delivery_source_name", "destination": "delivery_destination_arn"}},
		{Type: "aws_cloudwatch_log_delivery_source", Kind: "logs.delivery_source", Name: "name", ARN: "arn", Attrs: table.Paths{"resource": "resource_arn", "log_type": "log_type"}},
		{Type: "aws_cloudwatch_log_delivery_destination", Kind: "logs.delivery_destination", Name: "name", ARN: "arn", Attrs: table.Paths{"resource": "delivery_destination_configuration.destination_resource_arn"}},
		{Type: "aws_cloudwatch_log_delivery_destination_policy", Kind: "logs.delivery_destination", Of: "delivery_destination_name", Attrs: table.Paths{"policy": "delivery_destination_policy"}},
		{Type: "aws_cloudwatch_metric_alarm", Kind: graph.KindAlarm, Name: "alarm_name", ARN: "arn", Attrs: table.Paths{
			"metric": "metric_name|metric_query.metric.metric_name", "namespace": "namespace|metric_query.metric.namespace", "actions": "alarm_actions",
			"actions_enabled": "actions_enabled", "missing_data": "treat_missing_data",
		}},
		{Type: "aws_cloudwatch_composite_alarm", Kind: "cloudwatch.composite_alarm", Name: "alarm_name", ARN: "arn", Attrs: table.Paths{
			"rule": "alarm_rule", "actions": "alarm_actions", "actions_enabled": "actions_enabled",
		}},
		{Type: "aws_oam_link", Kind: "oam.link", ARN: "arn", Attrs: table.Paths{"sink": "sink_identifier", "types": "resource_types"}},
		{Type: "aws_oam_sink", Kind: "oam.sink", Name: "name", ARN: "arn"},
		{Type: "aws_oam_sink_policy", Kind: "oam.sink", Of: "sink_identifier", Attrs: table.Paths{"policy": "policy"}},
	}
}

func eventsRows() []table.Row {
	return []table.Row{
		{Type: "aws_cloudwatch_event_rule", Kind: graph.KindRule, Name: "name", ARN: "arn", Attrs: table.Paths{
			"bus": "event_bus_name", "pattern": "event_pattern", "schedule": "schedule_expression", "state": "state|is_enabled", "role": "role_arn",
		}},
		{Type: "aws_cloudwatch_event_target", Kind: graph.KindRuleTarget, Attrs: table.Paths{
			"rule": "rule", "bus": "event_bus_name", "arn": "arn", "role": "role_arn", "dlq": "dead_letter_config.arn", "retries": "retry_policy.maximum_retry_attempts",
		}},
		{Type: "aws_cloudwatch_event_bus", Kind: graph.KindBus, Name: "name", ARN: "arn", Attrs: table.Paths{"kms_key": "kms_key_identifier", "dlq": "dead_letter_config.arn"}},
		{Type: "aws_cloudwatch_event_bus_policy", Kind: graph.KindBus, Of: "event_bus_name", Attrs: table.Paths{"policy": "policy"}},
		{Type: "aws_cloudwatch_event_permission", Kind: "events.permission", Attrs: table.Paths{"bus": "event_bus_name", "principal": "principal", "action": "action"}},
		{Type: "aws_cloudwatch_event_archive", Kind: "events.archive", Name: "name", ARN: "arn", Attrs: table.Paths{"bus": "event_source_arn", "retention_days": "retention_days"}},
		{Type: "aws_cloudwatch_event_api_destination", Kind: "events.api_destination", Name: "name", ARN: "arn", Attrs: table.Paths{"endpoint": "invocation_endpoint", "connection": "connection_arn"}},
		{Type: "aws_pipes_pipe", Kind: graph.KindPipe, Name: "name", ARN: "arn", Attrs: table.Paths{
			"source": "source", "target": "target", "enrichment": "enrichment", "role": "role_arn", "desired_state": "desired_state",
			"dlq": "source_parameters?.kinesis_stream_parameters.dead_letter_config.arn|source_parameters?.dynamodb_stream_parameters.dead_letter_config.arn",
		}},
		{Type: "aws_sfn_state_machine", Kind: "states.machine", Name: "name", ARN: "arn"},
	}
}
