package sam

// policyTemplate is what a policy template of SAM lets a role do, with its parameter, if it has one.
type policyTemplate struct {
	parameter string
	grants    []grant
}

// grant is a statement: actions, separated by spaces, on resources that are texts for Fn::Sub. The parameter is called in
// them as the template calls it, but for its first letter, which is small.
type grant struct {
	actions string
	on      []string
	equals  string // a key of the context that equals a text for Fn::Sub, with a space between
}

// ofAccount begins ARNs of this account and region.
func ofAccount(service string) string {
	return "arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:"
}

// policyTemplates are the policy templates for what events are delivered through:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
func policyTemplates() map[string]policyTemplate {
	const (
		bucket  = "arn:${AWS::Partition}:s3:::${bucketName}"
		objects = bucket + "/*"
	)
	var (
		topic     = ofAccount("sns") + "${topicName}"
		queue     = ofAccount("sqs") + "${queueName}"
		key       = ofAccount("kms") + "key/${keyId}"
		stream    = ofAccount("kinesis") + "stream/${streamName}"
		delivery  = ofAccount("firehose") + "deliverystream/${deliveryStreamName}"
		machine   = ofAccount("states") + "stateMachine:${stateMachineName}"
		parameter = ofAccount("ssm") + "parameter"
		readSSM   = "ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath"
	)
	return map[string]policyTemplate{
		"S3ReadPolicy":  {"BucketName", []grant{{actions: "s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:GetLifecycleConfiguration", on: []string{bucket, objects}}}},
		"S3WritePolicy": {"BucketName", []grant{{actions: "s3:PutObject s3:PutObjectAcl s3:PutLifecycleConfiguration", on: []string{bucket, objects}}}},
		"S3CrudPolicy": {"BucketName", []grant{{
			actions: "s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:PutObject s3:PutObjectAcl s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration s3:DeleteObject",
			on:      []string{bucket, objects},
		}}},
		"S3FullAccessPolicy": {"BucketName", []grant{
			{
				actions: "s3:GetObject s3:GetObjectAcl s3:GetObjectVersion s3:PutObject s3:PutObjectAcl s3:DeleteObject s3:DeleteObjectTagging s3:DeleteObjectVersionTagging s3:GetObjectTagging s3:GetObjectVersionTagging s3:PutObjectTagging s3:PutObjectVersionTagging",
				on:      []string{objects},
			},
			{actions: "s3:ListBucket s3:GetBucketLocation s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration", on: []string{bucket}},
		}},

		"SNSPublishMessagePolicy": {"TopicName", []grant{{actions: "sns:Publish", on: []string{topic}}}},
		"SNSCrudPolicy":           {"TopicName", []grant{{actions: "sns:ListSubscriptionsByTopic sns:CreateTopic sns:SetTopicAttributes sns:Subscribe sns:Publish", on: []string{topic + "*"}}}},
		"SQSPollerPolicy": {"QueueName", []grant{{
			actions: "sqs:ChangeMessageVisibility sqs:ChangeMessageVisibilityBatch sqs:DeleteMessage sqs:DeleteMessageBatch sqs:GetQueueAttributes sqs:ReceiveMessage",
			on:      []string{queue},
		}}},
		"SQSSendMessagePolicy": {"QueueName", []grant{{actions: "sqs:SendMessage*", on: []string{queue}}}},

		"KMSDecryptPolicy": {"KeyId", []grant{{actions: "kms:Decrypt", on: []string{key}}}},
		"KMSEncryptPolicy": {"KeyId", []grant{{actions: "kms:Encrypt", on: []string{key}}}},
		"KMSEncryptPolicy_v2": {"KeyId", []grant{{
			actions: "kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:GenerateDataKeyPair kms:GenerateDataKeyPairWithoutPlaintext",
			on:      []string{key},
		}}},

		"KinesisStreamReadPolicy": {"StreamName", []grant{
			{actions: "kinesis:ListStreams kinesis:DescribeLimits", on: []string{ofAccount("kinesis") + "stream/*"}},
			{actions: "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator", on: []string{stream}},
		}},
		"KinesisCrudPolicy": {"StreamName", []grant{{
			actions: "kinesis:AddTagsToStream kinesis:CreateStream kinesis:DecreaseStreamRetentionPeriod kinesis:DeleteStream kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetShardIterator kinesis:IncreaseStreamRetentionPeriod kinesis:ListTagsForStream kinesis:MergeShards kinesis:PutRecord kinesis:PutRecords kinesis:SplitShard kinesis:RemoveTagsFromStream",
			on:      []string{stream},
		}}},
		"FirehoseWritePolicy": {"DeliveryStreamName", []grant{{actions: "firehose:PutRecord firehose:PutRecordBatch", on: []string{delivery}}}},
		"FirehoseCrudPolicy": {"DeliveryStreamName", []grant{{
			actions: "firehose:CreateDeliveryStream firehose:DeleteDeliveryStream firehose:DescribeDeliveryStream firehose:PutRecord firehose:PutRecordBatch firehose:UpdateDestination",
			on:      []string{delivery},
		}}},

		"FilterLogEventsPolicy":       {"LogGroupName", []grant{{actions: "logs:FilterLogEvents", on: []string{ofAccount("logs") + "log-group:${logGroupName}:log-stream:*"}}}},
		"EventBridgePutEventsPolicy":  {"EventBusName", []grant{{actions: "events:PutEvents", on: []string{ofAccount("events") + "event-bus/${eventBusName}"}}}},
		"ElasticsearchHttpPostPolicy": {"DomainName", []grant{{actions: "es:ESHttpPost es:ESHttpPut", on: []string{ofAccount("es") + "domain/${domainName}/*"}}}},
		"LambdaInvokePolicy":          {"FunctionName", []grant{{actions: "lambda:InvokeFunction", on: []string{ofAccount("lambda") + "function:${functionName}*"}}}},

		"StepFunctionsExecutionPolicy":    {"StateMachineName", []grant{{actions: "states:StartExecution", on: []string{machine}}}},
		"StepFunctionsExecutionPolicy_v2": {"StateMachineName", []grant{{actions: "states:StartExecution states:StartSyncExecution", on: []string{machine}}}},
		"StepFunctionsCallbackPolicy":     {"StateMachineName", []grant{{actions: "states:SendTaskFailure states:SendTaskHeartbeat states:SendTaskSuccess", on: []string{machine}}}},

		"AWSSecretsManagerGetSecretValuePolicy": {"SecretArn", []grant{{actions: "secretsmanager:GetSecretValue", on: []string{"${secretArn}"}}}},
		"AWSSecretsManagerRotationPolicy": {"FunctionName", []grant{
			{
				actions: "secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecretVersionStage",
				on:      []string{ofAccount("secretsmanager") + "secret:*"},
				equals:  "secretsmanager:resource/AllowRotationLambdaArn " + ofAccount("lambda") + "function:${functionName}",
			},
			{actions: "secretsmanager:GetRandomPassword", on: []string{"*"}},
		}},
		"SSMParameterReadPolicy":                {"ParameterName", []grant{{actions: "ssm:DescribeParameters", on: []string{"*"}}, {actions: readSSM, on: []string{parameter + "/${parameterName}"}}}},
		"SSMParameterWithSlashPrefixReadPolicy": {"ParameterName", []grant{{actions: "ssm:DescribeParameters", on: []string{"*"}}, {actions: readSSM, on: []string{parameter + "${parameterName}"}}}},
	}
}

// otherTemplates are the policy templates for what no event is delivered through. They are left out of roles.
const otherTemplates = `
	AMIDescribePolicy AcmGetCertificatePolicy AthenaQueryPolicy
	CloudFormationDescribeStacksPolicy CloudWatchDashboardPolicy CloudWatchDescribeAlarmHistoryPolicy CloudWatchPutMetricPolicy
	CodeCommitCrudPolicy CodeCommitReadPolicy CodePipelineLambdaExecutionPolicy CodePipelineReadOnlyPolicy
	ComprehendBasicAccessPolicy CostExplorerReadOnlyPolicy
	DynamoDBBackupFullAccessPolicy DynamoDBCrudPolicy DynamoDBReadPolicy DynamoDBReconfigurePolicy DynamoDBRestoreFromBackupPolicy
	DynamoDBStreamReadPolicy DynamoDBWritePolicy
	EC2CopyImagePolicy EC2DescribePolicy EFSWriteAccessPolicy EKSDescribePolicy EcsRunTaskPolicy
	ElasticMapReduceAddJobFlowStepsPolicy ElasticMapReduceCancelStepsPolicy ElasticMapReduceModifyInstanceFleetPolicy
	ElasticMapReduceModifyInstanceGroupsPolicy ElasticMapReduceSetTerminationProtectionPolicy ElasticMapReduceTerminateJobFlowsPolicy
	MobileAnalyticsWriteOnlyAccessPolicy OrganizationsListAccountsPolicy PinpointEndpointAccessPolicy PollyFullAccessPolicy
	RekognitionDetectOnlyPolicy RekognitionFacesManagementPolicy RekognitionFacesPolicy RekognitionLabelsPolicy
	RekognitionNoDataAccessPolicy RekognitionReadPolicy RekognitionWriteOnlyAccessPolicy Route53ChangeResourceRecordSetsPolicy
	SESBulkTemplatedCrudPolicy SESBulkTemplatedCrudPolicy_v2 SESCrudPolicy SESEmailTemplateCrudPolicy SESSendBouncePolicy
	SageMakerCreateEndpointConfigPolicy SageMakerCreateEndpointPolicy ServerlessRepoReadWriteAccessPolicy
	TextractDetectAnalyzePolicy TextractGetResultPolicy TextractPolicy VPCAccessPolicy`
