package sam

// pull is an event source that Lambda reads.
type pull struct {
	source  string // property that names it
	managed string // path of the policy for reading it
	policy  func(x *expander, e *event) *node
	config  string // property of the mapping for ConsumerGroupId and SchemaRegistryConfig
}

// pulls are the event sources that Lambda reads, by their Type:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
//
//nolint:gochecknoglobals // a table
var pulls = map[string]pull{
	"SQS":      {source: "Queue", managed: "service-role/AWSLambdaSQSQueueExecutionRole"},
	"Kinesis":  {source: "Stream", managed: "service-role/AWSLambdaKinesisExecutionRole"},
	"DynamoDB": {source: "Stream", managed: "service-role/AWSLambdaDynamoDBExecutionRole"},
	"MSK": {
		source: "Stream", managed: "service-role/AWSLambdaMSKExecutionRole", config: "AmazonManagedKafkaEventSourceConfig",
		policy: (*expander).kafkaPolicy,
	},
	"MQ":               {source: "Broker", policy: (*expander).brokerPolicy},
	"SelfManagedKafka": {policy: (*expander).selfManagedPolicy, config: "SelfManagedKafkaEventSourceConfig"},
	"DocumentDB":       {source: "Cluster", policy: (*expander).clusterPolicy},
}

// mappingProperties are those that event source mappings have under the same name.
//
//nolint:gochecknoglobals // a table
var mappingProperties = []string{
	"StartingPosition", "StartingPositionTimestamp", "BatchSize", "Enabled", "MaximumBatchingWindowInSeconds", "MaximumRetryAttempts",
	"BisectBatchOnFunctionError", "MaximumRecordAgeInSeconds", "ParallelizationFactor", "Topics", "Queues", "SourceAccessConfigurations",
	"TumblingWindowInSeconds", "FunctionResponseTypes", "FilterCriteria", "KmsKeyArn", "ScalingConfig", "ProvisionedPollerConfig",
	"MetricsConfig", "LoggingConfig",
}

// pullEvent makes the event source mapping, and attaches the policies for reading the source.
func (x *expander) pullEvent(e *event) {
	how := pulls[e.kind]
	p := e.props
	if how.source != "" && !x.requires(e, how.source) {
		return
	}
	props := append([]member{set("FunctionName", e.to.ref(e.at))}, pass(p, mappingProperties...)...)
	if how.source != "" {
		props = append(props, as("EventSourceArn", p, how.source))
	}
	if servers := e.place("KafkaBootstrapServers"); get(p, "KafkaBootstrapServers") != nil {
		props = append(props, set("SelfManagedEventSource", servers.obj(set("Endpoints", servers.obj(pass(p, "KafkaBootstrapServers")...)))))
	}
	if extra := pass(p, "ConsumerGroupId", "SchemaRegistryConfig"); len(extra) > 0 && how.config != "" {
		props = append(props, set(how.config, e.at.obj(extra...)))
	}
	if e.kind == "DocumentDB" {
		props = append(props, set("DocumentDBEventSourceConfig", e.at.obj(pass(p, "DatabaseName", "CollectionName", "FullDocument")...)))
	}
	if how.managed != "" {
		e.role.manage(x.managedARN(e.at, how.managed))
	}
	if how.policy != nil {
		if policy := how.policy(x, e); policy != nil {
			e.role.attachNew(policy)
		}
	}
	if destination := get(p, "DestinationConfig"); destination != nil {
		props = append(props, set("DestinationConfig", x.pullDestination(e, destination)))
	}
	x.make(e, "", "AWS::Lambda::EventSourceMapping", props...)
}

// pullDestination attaches the policy for what becomes of records that fail, if it has a Type.
func (x *expander) pullDestination(e *event, config *node) *node {
	out, kind := withoutType(config)
	to := get(out, "OnFailure", "Destination")
	switch send := sendPolicies[kind]; {
	case kind == "" || kind == "Kafka":
	case to == nil || send == nil || kind == "EventBridge" || kind == "Lambda":
		x.problemf(at(config.Pos), "%s has a DestinationConfig that is not understood: its Type is SQS, SNS, S3 or Kafka, and it has a Destination", e.what())
	default:
		e.role.attachNew(send(at(config.Pos), e.id, to))
	}
	return out
}

// secrets returns the URIs of the SourceAccessConfigurations of some types.
func (e *event) secrets(types ...string) []*node {
	var out []*node
	given := get(e.props, "SourceAccessConfigurations")
	if given == nil {
		return nil
	}
	for _, it := range given.Items {
		kind, _ := get(it, "Type").Scalar()
		for _, t := range types {
			if kind == t && get(it, "URI") != nil {
				out = append(out, get(it, "URI"))
			}
		}
	}
	return out
}

// decrypt is the statement for the key of the secrets, if there is one.
func (x *expander) decrypt(e *event, list bool) *node {
	key, ok := get(e.props, "SecretsManagerKmsKeyId").Scalar()
	if !ok {
		return nil
	}
	p := e.place("SecretsManagerKmsKeyId")
	resource := p.sub(ofAccount("kms") + "key/" + key)
	if list {
		return statements(p, resource, "kms:Decrypt")
	}
	return statement(p, "kms:Decrypt", resource)
}

// kafkaPolicy lets the function read the certificates for a cluster.
func (x *expander) kafkaPolicy(e *event) *node {
	var out []*node
	if registry := get(e.props, "SchemaRegistryConfig", "AccessConfigs"); registry != nil {
		for _, it := range registry.Items {
			if uri := get(it, "URI"); uri != nil {
				out = append(out, statements(e.at, uri, "secretsmanager:GetSecretValue"))
			}
		}
	}
	for _, uri := range e.secrets("CLIENT_CERTIFICATE_TLS_AUTH") {
		out = append(out, statements(e.at, uri, "secretsmanager:GetSecretValue"))
	}
	if len(out) == 0 {
		return nil
	}
	return policyOf(e.at, "MSKExecutionRolePolicy", out...)
}

// brokerPolicy lets the function find a broker of MQ and read its secret:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-mq.html
func (x *expander) brokerPolicy(e *event) *node {
	secrets := e.secrets("BASIC_AUTH")
	if len(secrets) == 0 {
		x.problemf(e.at, "%s has no SourceAccessConfigurations of type BASIC_AUTH", e.what())
		return nil
	}
	name := "SamAutoGeneratedAMQPolicy"
	if holds(get(e.props, "DynamicPolicyName")) {
		name = e.id + "AMQPolicy"
	}
	out := []*node{statements(e.at, secrets[0], "secretsmanager:GetSecretValue"), statements(e.at, get(e.props, "Broker"), "mq:DescribeBroker")}
	if key := x.decrypt(e, false); key != nil {
		out = append(out, key)
	}
	return policyOf(e.at, name, out...)
}

// networkActions are those by which Lambda joins a VPC.
//
//nolint:gochecknoglobals // a table
var networkActions = []string{
	"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface", "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups",
}

// selfManagedPolicy lets the function reach a cluster of Kafka and read its secrets:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-selfmanagedkafka.html
func (x *expander) selfManagedPolicy(e *event) *node {
	var out []*node
	secrets := e.secrets("SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH")
	for _, uri := range secrets {
		out = append(out, statements(e.at, uri, "secretsmanager:GetSecretValue"))
	}
	if certificates := e.secrets("SERVER_ROOT_CA_CERTIFICATE"); len(certificates) > 0 {
		uri := certificates[0]
		if len(secrets) > 0 {
			uri = secrets[0] // the translator names the first one again
		}
		out = append(out, statements(e.at, uri, "secretsmanager:GetSecretValue"))
	}
	if len(e.secrets("VPC_SUBNET")) > 0 && len(e.secrets("VPC_SECURITY_GROUP")) > 0 {
		out = append(out, statements(e.at, e.at.text("*"), networkActions...))
	}
	if key := x.decrypt(e, true); key != nil {
		out = append(out, key)
	}
	document := e.at.obj(set("Statement", e.at.list(out...)), set("Version", e.at.text("2012-10-17")))
	return e.at.obj(set("PolicyName", e.at.text("SelfManagedKafkaExecutionRolePolicy")), set("PolicyDocument", document))
}

// clusterPolicy lets the function find a cluster of DocumentDB and read its secret:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-documentdb.html
func (x *expander) clusterPolicy(e *event) *node {
	secrets := e.secrets("BASIC_AUTH")
	if len(secrets) == 0 {
		x.problemf(e.at, "%s has no SourceAccessConfigurations of type BASIC_AUTH", e.what())
		return nil
	}
	p := e.at
	out := []*node{
		statements(p, secrets[0], "secretsmanager:GetSecretValue"),
		statements(p, p.sub(ofAccount("rds")+"cluster-pg:*"), "rds:DescribeDBClusterParameters"),
		statements(p, p.sub(ofAccount("rds")+"subgrp:*"), "rds:DescribeDBSubnetGroups"),
		statements(p, get(e.props, "Cluster"), "rds:DescribeDBClusters"),
		statements(p, p.text("*"), networkActions...),
	}
	if key := x.decrypt(e, true); key != nil {
		out = append(out, key)
	}
	return policyOf(p, "SamAutoGeneratedDocumentDBPolicy", out...)
}
