package cloudformation

import (
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// The rows of SNS, SQS, Lambda, CloudWatch Logs, CloudWatch and EventBridge.

func messagingRows() []row {
	return []row{
		one("AWS::SNS::Topic", graph.KindTopic, "TopicName", table.Paths{"kms_key": "KmsMasterKeyId", "fifo": "FifoTopic"}),
		each("AWS::SNS::Topic", "Subscription", graph.KindSubscription, table.Paths{"topic": "@.Ref", "protocol": "Each.Protocol", "endpoint": "Each.Endpoint", "pending": later}),
		one("AWS::SNS::Subscription", graph.KindSubscription, "", table.Paths{
			"topic": "TopicArn", "protocol": "Protocol", "endpoint": "Endpoint", "filter_policy": "FilterPolicy", "filter_policy_scope": "FilterPolicyScope",
			"dlq": "RedrivePolicy#deadLetterTargetArn", "role": "SubscriptionRoleArn", "raw": "RawMessageDelivery", "pending": later,
		}),
		fragmentOfEach("AWS::SNS::TopicPolicy", "Topics", graph.KindTopic, table.Paths{"policy": "PolicyDocument"}),
		of("AWS::SNS::TopicInlinePolicy", graph.KindTopic, "TopicArn", table.Paths{"policy": "PolicyDocument"}),
		one("AWS::SQS::Queue", graph.KindQueue, "QueueName", table.Paths{
			"kms_key": "KmsMasterKeyId", "managed_sse": "SqsManagedSseEnabled", "retention_seconds": "MessageRetentionPeriod", "visibility_seconds": "VisibilityTimeout",
			"dlq": "RedrivePolicy#deadLetterTargetArn", "max_receives": "RedrivePolicy#maxReceiveCount", "redrive_allow": "RedriveAllowPolicy#sourceQueueArns", "fifo": "FifoQueue", "url": later,
		}),
		fragmentOfEach("AWS::SQS::QueuePolicy", "Queues", graph.KindQueue, table.Paths{"policy": "PolicyDocument"}),
		of("AWS::SQS::QueueInlinePolicy", graph.KindQueue, "Queue", table.Paths{"policy": "PolicyDocument"}),
	}
}

func lambdaRows() []row {
	return []row{
		one("AWS::Lambda::Function", graph.KindFunction, "FunctionName", table.Paths{
			"role": "Role", "kms_key": "KmsKeyArn", "reserved_concurrency": "ReservedConcurrentExecutions", "dlq": "DeadLetterConfig.TargetArn", "code_signing": "CodeSigningConfigArn", "timeout": "Timeout",
		}),
		of("AWS::Lambda::EventInvokeConfig", graph.KindFunction, "FunctionName", table.Paths{"async_retries": "MaximumRetryAttempts", "on_failure": "DestinationConfig.OnFailure.Destination"}),
		of("AWS::Lambda::Url", graph.KindFunction, "TargetFunctionArn", table.Paths{"url_auth": "AuthType"}),
		standIn("AWS::Lambda::Alias", "lambda.alias", "FunctionName", "Name", nil),
		standIn("AWS::Lambda::Version", "lambda.alias", "FunctionName", "", nil),
		one("AWS::Lambda::EventSourceMapping", graph.KindMapping, "", table.Paths{
			"source": "EventSourceArn", "function": "FunctionName", "enabled": "Enabled", "on_failure": "DestinationConfig.OnFailure.Destination",
			"response_types": "FunctionResponseTypes", "filters": "FilterCriteria.Filters", "filters/pattern": "Pattern",
		}),
		one("AWS::Lambda::Permission", "lambda.permission", "", table.Paths{
			"function": "FunctionName", "principal": "Principal", "action": "Action", "source_arn": "SourceArn", "source_account": "SourceAccount", "org_id": "PrincipalOrgID", "url_auth": "FunctionUrlAuthType",
		}),
	}
}

func logsRows() []row {
	return []row{
		one("AWS::Logs::LogGroup", graph.KindLogGroup, "LogGroupName", table.Paths{
			"kms_key": "KmsKeyId", "retention_days": "RetentionInDays", "class": "LogGroupClass", "data_protection": "DataProtectionPolicy",
		}),
		each("AWS::Logs::LogGroup", "ResourcePolicyDocument", "logs.resource_policy", table.Paths{"policy": "Each"}),
		one("AWS::Logs::SubscriptionFilter", graph.KindLogsFilter, "FilterName", table.Paths{
			"group": "LogGroupName", "destination": "DestinationArn", "role": "RoleArn", "filter_pattern": "FilterPattern",
		}),
		one("AWS::Logs::AccountPolicy", "logs.account", "PolicyName", table.Paths{
			"policy_type": "PolicyType", "destination": "PolicyDocument#DestinationArn", "role": "PolicyDocument#RoleArn", "filter_pattern": "PolicyDocument#FilterPattern", "selection": "SelectionCriteria",
		}),
		one("AWS::Logs::Destination", graph.KindLogsDest, "DestinationName", table.Paths{"target": "TargetArn", "role": "RoleArn", "policy": "DestinationPolicy"}),
		one("AWS::Logs::ResourcePolicy", "logs.resource_policy", "PolicyName", table.Paths{"policy": "PolicyDocument"}),
		one("AWS::Logs::MetricFilter", "logs.metric_filter", "FilterName", table.Paths{
			"group": "LogGroupName", "pattern": "FilterPattern", "metrics": "MetricTransformations", "metrics/name": "MetricName", "metrics/namespace": "MetricNamespace",
		}),
		one("AWS::Logs::Delivery", "logs.delivery", "", table.Paths{"source": "DeliverySourceName", "destination": "DeliveryDestinationArn"}),
		one("AWS::Logs::DeliverySource", "logs.delivery_source", "Name", table.Paths{"resource": "ResourceArn", "log_type": "LogType"}),
		one("AWS::Logs::DeliveryDestination", "logs.delivery_destination", "Name", table.Paths{"resource": "DestinationResourceArn", "policy": "DeliveryDestinationPolicy.DeliveryDestinationPolicy|DeliveryDestinationPolicy"}),
		one("AWS::CloudWatch::Alarm", graph.KindAlarm, "AlarmName", table.Paths{
			"metric": "MetricName|Metrics.MetricStat.Metric.MetricName", "namespace": "Namespace|Metrics.MetricStat.Metric.Namespace", "actions": "AlarmActions",
			"actions_enabled": "ActionsEnabled", "missing_data": "TreatMissingData",
		}),
		one("AWS::CloudWatch::CompositeAlarm", "cloudwatch.composite_alarm", "AlarmName", table.Paths{"rule": "AlarmRule", "actions": "AlarmActions", "actions_enabled": "ActionsEnabled"}),
		one("AWS::Oam::Link", "oam.link", "", table.Paths{"sink": "SinkIdentifier", "types": "ResourceTypes"}),
		one("AWS::Oam::Sink", "oam.sink", "Name", table.Paths{"policy": "Policy"}),
	}
}

func eventsRows() []row {
	statement := of("AWS::Events::EventBusPolicy", graph.KindBus, "@.Bus", table.Paths{"policy": "@.Policy"})
	statement.Needs = "Statement"
	permission := one("AWS::Events::EventBusPolicy", "events.permission", "", table.Paths{"bus": "EventBusName", "principal": "Principal", "action": "Action"})
	permission.Needs = "!Statement"
	return []row{
		one("AWS::Events::Rule", graph.KindRule, "Name", table.Paths{
			"bus": "EventBusName", "pattern": "EventPattern", "schedule": "ScheduleExpression", "state": "State", "role": "RoleArn",
		}),
		each("AWS::Events::Rule", "Targets", graph.KindRuleTarget, table.Paths{
			"rule": "@.Ref", "bus": "EventBusName", "arn": "Each.Arn", "role": "Each.RoleArn", "dlq": "Each.DeadLetterConfig.Arn", "retries": "Each.RetryPolicy.MaximumRetryAttempts",
		}),
		one("AWS::Events::EventBus", graph.KindBus, "Name", table.Paths{"policy": "Policy", "kms_key": "KmsKeyIdentifier", "dlq": "DeadLetterConfig.Arn"}),
		statement, permission,
		one("AWS::Events::Archive", "events.archive", "ArchiveName", table.Paths{"bus": "SourceArn", "retention_days": "RetentionDays"}),
		one("AWS::Events::ApiDestination", "events.api_destination", "Name", table.Paths{"endpoint": "InvocationEndpoint", "connection": "ConnectionArn"}),
		one("AWS::Pipes::Pipe", graph.KindPipe, "Name", table.Paths{
			"source": "Source", "target": "Target", "enrichment": "Enrichment", "role": "RoleArn", "desired_state": "DesiredState",
			"dlq": "SourceParameters.KinesisStreamParameters.DeadLetterConfig.Arn|SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn",
		}),
		one("AWS::StepFunctions::StateMachine", "states.machine", "StateMachineName", nil),
	}
}
