package sam

// connection is what a connector may do from one type to another:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
type connection struct {
	from, to string
	how      connectionKind
	access   []access // by the categories of permissions, in order
}

// connectionKind is what a connector makes.
type connectionKind uint8

// What connectors make.
const (
	rolePolicyOfSource connectionKind = iota
	rolePolicyOfDestination
	queuePolicyOfDestination
	topicPolicyOfDestination
	permissionOfDestination
)

// access is what a category of permissions, Read or Write, allows.
type access struct {
	category  string
	principal string // of policies of queues and topics, and of permissions
	account   bool   // of a permission: it is for this account
	grants    []grant
}

// The types that connectors join.
const (
	lambdaFunction = "AWS::Lambda::Function"
	eventsRule     = "AWS::Events::Rule"
	eventBus       = "AWS::Events::EventBus"
	s3Bucket       = "AWS::S3::Bucket"
	snsTopic       = "AWS::SNS::Topic"
	sqsQueue       = "AWS::SQS::Queue"
	stateMachine   = "AWS::StepFunctions::StateMachine"
)

// connections are those between what events are delivered through. ${SourceArn}, ${DestinationArn} and
// ${DestinationName} are of the resources that are connected.
func connections() []connection {
	const (
		to       = "${DestinationArn}"
		from     = "${SourceArn}"
		readS3   = "s3:GetObject s3:GetObjectAcl s3:GetObjectLegalHold s3:GetObjectRetention s3:GetObjectTorrent s3:GetObjectVersion s3:GetObjectVersionAcl s3:GetObjectVersionForReplication s3:GetObjectVersionTorrent s3:ListBucket s3:ListBucketMultipartUploads s3:ListBucketVersions s3:ListMultipartUploadParts"
		writeS3  = "s3:AbortMultipartUpload s3:DeleteObject s3:DeleteObjectVersion s3:PutObject s3:PutObjectLegalHold s3:PutObjectRetention s3:RestoreObject"
		invoke   = "lambda:InvokeAsync lambda:InvokeFunction"
		byEvents = "events.amazonaws.com"
		bySNS    = "sns.amazonaws.com"
	)
	var (
		executions = ofAccount("states") + "execution:${DestinationName}:*"
		syncRule   = ofAccount("events") + "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
		write      = func(actions string) []access {
			return []access{{category: "Write", grants: []grant{{actions: actions, on: []string{to}}}}}
		}
		send = func(principal, action string) []access {
			return []access{{category: "Write", principal: principal, grants: []grant{{actions: action, on: []string{to}}}}}
		}
		bucket = []access{
			{category: "Read", grants: []grant{{actions: readS3, on: []string{to, to + "/*"}}}},
			{category: "Write", grants: []grant{{actions: writeS3, on: []string{to, to + "/*"}}}},
		}
	)
	return []connection{
		{eventsRule, snsTopic, topicPolicyOfDestination, send(byEvents, "sns:Publish")},
		{eventsRule, sqsQueue, queuePolicyOfDestination, send(byEvents, "sqs:SendMessage")},
		{eventsRule, eventBus, rolePolicyOfSource, write("events:PutEvents")},
		{eventsRule, stateMachine, rolePolicyOfSource, write("states:StartExecution")},
		{eventsRule, lambdaFunction, permissionOfDestination, []access{{category: "Write", principal: byEvents}}},

		{lambdaFunction, lambdaFunction, rolePolicyOfSource, write(invoke)},
		{lambdaFunction, s3Bucket, rolePolicyOfSource, bucket},
		{lambdaFunction, snsTopic, rolePolicyOfSource, write("sns:Publish")},
		{lambdaFunction, eventBus, rolePolicyOfSource, write("events:PutEvents")},
		{lambdaFunction, sqsQueue, rolePolicyOfSource, []access{
			{category: "Read", grants: []grant{{actions: "sqs:ReceiveMessage sqs:GetQueueAttributes", on: []string{to}}}},
			{category: "Write", grants: []grant{{actions: "sqs:DeleteMessage sqs:SendMessage sqs:ChangeMessageVisibility sqs:PurgeQueue", on: []string{to}}}},
		}},
		{lambdaFunction, stateMachine, rolePolicyOfSource, []access{
			{category: "Write", grants: []grant{
				{actions: "states:StartExecution states:StartSyncExecution", on: []string{to}}, {actions: "states:StopExecution", on: []string{executions}},
			}},
			{category: "Read", grants: []grant{
				{actions: "states:DescribeStateMachine states:ListExecutions", on: []string{to}},
				{actions: "states:DescribeExecution states:DescribeStateMachineForExecution states:GetExecutionHistory", on: []string{executions}},
			}},
		}},

		{snsTopic, sqsQueue, queuePolicyOfDestination, send(bySNS, "sqs:SendMessage")},
		{snsTopic, lambdaFunction, permissionOfDestination, []access{{category: "Write", principal: bySNS}}},
		{s3Bucket, lambdaFunction, permissionOfDestination, []access{{category: "Write", principal: "s3.amazonaws.com", account: true}}},
		{sqsQueue, lambdaFunction, rolePolicyOfDestination, []access{
			{category: "Write", grants: []grant{{actions: "sqs:DeleteMessage", on: []string{from}}}},
			{category: "Read", grants: []grant{{actions: "sqs:ReceiveMessage sqs:GetQueueAttributes", on: []string{from}}}},
		}},

		{stateMachine, lambdaFunction, rolePolicyOfSource, write(invoke)},
		{stateMachine, snsTopic, rolePolicyOfSource, write("sns:Publish")},
		{stateMachine, sqsQueue, rolePolicyOfSource, write("sqs:SendMessage")},
		{stateMachine, eventBus, rolePolicyOfSource, write("events:PutEvents")},
		{stateMachine, s3Bucket, rolePolicyOfSource, bucket},
		{stateMachine, stateMachine, rolePolicyOfSource, []access{
			{category: "Read", grants: []grant{{actions: "states:DescribeExecution", on: []string{executions}}, {actions: "events:DescribeRule", on: []string{syncRule}}}},
			{category: "Write", grants: []grant{
				{actions: "states:StartExecution", on: []string{to}},
				{actions: "states:StopExecution", on: []string{executions}},
				{actions: "events:PutTargets events:PutRule", on: []string{syncRule}},
			}},
		}},
	}
}

// elsewhere are types that connectors join and that no event is delivered through.
//
//nolint:gochecknoglobals // a table
var elsewhere = []string{
	"AWS::DynamoDB::Table", "AWS::Location::PlaceIndex", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::AppSync::DataSource", "AWS::AppSync::GraphQLApi",
}
