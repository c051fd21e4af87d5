package cloudformation

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// The rows of Kinesis, Firehose, IAM, Organizations, stacks and the lakes.

func streamRows() []row {
	const (
		extended, plain, http, splunk = "ExtendedS3DestinationConfiguration", "S3DestinationConfiguration", "HttpEndpointDestinationConfiguration", "SplunkDestinationConfiguration"
		opensearch, aoss, es          = "AmazonopensearchserviceDestinationConfiguration", "AmazonOpenSearchServerlessDestinationConfiguration", "ElasticsearchDestinationConfiguration"
		redshift, snowflake, iceberg  = "RedshiftDestinationConfiguration", "SnowflakeDestinationConfiguration", "IcebergDestinationConfiguration"
	)
	// across spells one property of several destinations.
	across := func(sep, property string, destinations ...string) string {
		all := make([]string, len(destinations))
		for i, d := range destinations {
			all[i] = d + "." + property
		}
		return strings.Join(all, sep)
	}
	all := []string{extended, plain, http, splunk, opensearch, aoss, es, redshift, snowflake, iceberg}
	backed := []string{http, splunk, opensearch, aoss, es, redshift, snowflake, iceberg}
	return []row{
		one("AWS::Kinesis::Stream", graph.KindStream, "Name", table.Paths{
			"kms_key": "StreamEncryption.KeyId", "encryption": "StreamEncryption.EncryptionType", "retention_hours": "RetentionPeriodHours",
		}),
		of("AWS::Kinesis::ResourcePolicy", graph.KindStream, "ResourceArn", table.Paths{"policy": "ResourcePolicy"}),
		one("AWS::Kinesis::StreamConsumer", graph.KindConsumer, "ConsumerName", table.Paths{"stream": "StreamARN"}),
		one("AWS::KinesisFirehose::DeliveryStream", graph.KindFirehose, "DeliveryStreamName", table.Paths{
			"destination":   "@.Destination",
			"source_stream": "KinesisStreamSourceConfiguration.KinesisStreamARN", "source_msk": "MSKSourceConfiguration.MSKClusterARN",
			"roles": across("+", "RoleARN", extended, plain, opensearch, aoss, es, redshift, snowflake, iceberg, http) + "+" + across("+", "S3Configuration.RoleARN", backed...) +
				"+" + across("+", "S3BackupConfiguration.RoleARN", extended, redshift) + "+KinesisStreamSourceConfiguration.RoleARN+MSKSourceConfiguration.AuthenticationConfiguration.RoleARN",
			"bucket":         across("|", "BucketARN", extended, plain),
			"backup_buckets": across("+", "S3BackupConfiguration.BucketARN", extended, redshift) + "+" + across("+", "S3Configuration.BucketARN", backed...),
			"opensearch":     opensearch + ".DomainARN", "elasticsearch": es + ".DomainARN", "aoss": aoss + ".CollectionEndpoint",
			"splunk": splunk + ".HECEndpoint", "http": http + ".EndpointConfiguration.Url", "redshift": redshift + ".ClusterJDBCURL",
			"snowflake": snowflake + ".AccountUrl", "iceberg": iceberg + ".CatalogConfiguration.CatalogArn",
			"backup_mode":   across("|", "S3BackupMode", extended, http, splunk, opensearch, aoss, es, redshift, snowflake, iceberg),
			"dest_kms_key":  across("|", "EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN", extended, plain),
			"error_logging": across("|", "CloudWatchLoggingOptions.Enabled", all...),
			"sse.enabled":   "@.Encrypted", "sse.key_type": "DeliveryStreamEncryptionConfigurationInput.KeyType", "sse.key": "DeliveryStreamEncryptionConfigurationInput.KeyARN",
			"processor_parameters":      across("+", "ProcessingConfiguration.Processors.Parameters", extended, http, splunk, opensearch, aoss, es, redshift, snowflake, iceberg),
			"processor_parameters/name": "ParameterName", "processor_parameters/value": "ParameterValue",
		}),
		one("AWS::MSK::Cluster", "msk.cluster", "ClusterName", nil),
		one("AWS::MSK::ServerlessCluster", "msk.cluster", "ClusterName", nil),
		one("AWS::Elasticsearch::Domain", "es.domain", "DomainName", nil),
		one("AWS::OpenSearchService::Domain", "opensearch.domain", "DomainName", nil),
		one("AWS::OpenSearchServerless::Collection", "aoss.collection", "Name", nil),
		one("AWS::Redshift::Cluster", "redshift.cluster", "ClusterIdentifier", nil),
	}
}

func identityRows() []row {
	inline := func(typ, principal, name string) row {
		return one(typ, "iam.inline_policy", "PolicyName", table.Paths{principal: name, "policy": "PolicyDocument"})
	}
	out := []row{
		one("AWS::IAM::Role", graph.KindRoleIAM, "RoleName", table.Paths{
			"path": "Path", "trust": "AssumeRolePolicyDocument", "boundary": "PermissionsBoundary", "inline": "Policies", "inline/name": "PolicyName", "inline/policy": "PolicyDocument", "managed": "ManagedPolicyArns",
		}),
		one("AWS::IAM::User", graph.KindUser, "UserName", table.Paths{
			"path": "Path", "boundary": "PermissionsBoundary", "inline": "Policies", "inline/name": "PolicyName", "inline/policy": "PolicyDocument", "managed": "ManagedPolicyArns", "groups": "Groups",
		}),
		one("AWS::IAM::Group", graph.KindGroup, "GroupName", table.Paths{
			"path": "Path", "inline": "Policies", "inline/name": "PolicyName", "inline/policy": "PolicyDocument", "managed": "ManagedPolicyArns",
		}),
		one("AWS::IAM::ManagedPolicy", graph.KindManagedPolicy, "ManagedPolicyName", table.Paths{"policy": "PolicyDocument", "path": "Path"}),
		inline("AWS::IAM::RolePolicy", "role", "RoleName"), inline("AWS::IAM::UserPolicy", "user", "UserName"), inline("AWS::IAM::GroupPolicy", "group", "GroupName"),
		one("AWS::IAM::UserToGroupAddition", "iam.membership", "", table.Paths{"group": "GroupName", "users": "Users"}),
		one("AWS::Organizations::OrganizationalUnit", "organizations.target", "", table.Paths{"parent": "ParentId"}),
		one("AWS::Organizations::Account", "organizations.target", "", table.Paths{"parent": "ParentIds"}),
		one("AWS::Organizations::Organization", "organizations.org", "", table.Paths{"features": "FeatureSet"}),
		one("AWS::Organizations::Policy", "organizations.policy", "Name", table.Paths{"policy": "Content", "type": "Type"}),
		each("AWS::Organizations::Policy", "TargetIds", "organizations.policy_attachment", table.Paths{"policy": "@.Ref", "target": "Each"}),
		one("AWS::CloudFormation::Stack", "cfn.stack", "", table.Paths{"template_url": "TemplateURL"}),
		one("AWS::CloudFormation::StackSet", "cfn.stackset", "StackSetName", table.Paths{"template_url": "TemplateURL"}),
	}
	for _, list := range []string{"Roles", "Users", "Groups"} {
		many := strings.ToLower(list)
		policy := each("AWS::IAM::Policy", list, "iam.inline_policy", table.Paths{strings.TrimSuffix(many, "s"): "Each", "policy": "PolicyDocument"})
		policy.Name = "PolicyName"
		out = append(out, policy, each("AWS::IAM::ManagedPolicy", list, "iam.attachment", table.Paths{many: "Each", "policy": "@.Ref"}))
	}
	return out
}

func lakeRows() []row {
	return []row{
		one("AWS::SecurityLake::DataLake", graph.KindDataLake, "", table.Paths{
			"bucket": "S3BucketArn", "replication_regions": "ReplicationConfiguration.Regions", "expiration_days": "LifecycleConfiguration.Expiration.Days", "kms_key": "EncryptionConfiguration.KmsKeyId",
		}),
		one("AWS::SecurityLake::AwsLogSource", "securitylake.source", "", table.Paths{"source": "SourceName"}),
		one("AWS::SecurityLake::Subscriber", "securitylake.subscriber", "SubscriberName", table.Paths{"principal": "SubscriberIdentity.Principal", "access_type": "AccessTypes"}),
		of("AWS::SecurityLake::SubscriberNotification", "securitylake.subscriber", "SubscriberArn", table.Paths{"endpoint": "NotificationConfiguration.HttpsNotificationConfiguration.Endpoint"}),
		one("AWS::Glue::Table", "glue.table", "TableInput.Name", table.Paths{"location": "TableInput.StorageDescriptor.Location"}),
		one("AWS::Glue::Crawler", "glue.crawler", "Name", table.Paths{"paths": "Targets.S3Targets.Path"}),
		one("AWS::Athena::WorkGroup", "athena.workgroup", "Name", table.Paths{
			"output": "WorkGroupConfiguration.ResultConfiguration.OutputLocation", "enforce": "WorkGroupConfiguration.EnforceWorkGroupConfiguration",
		}),
	}
}
