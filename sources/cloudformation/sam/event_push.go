package sam

import (
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// snsEvent subscribes the function, or a queue that it reads, to a topic:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sns.html
func (x *expander) snsEvent(e *event) {
	if !x.requires(e, "Topic") {
		return
	}
	topic := get(e.props, "Topic")
	given := get(e.props, "SqsSubscription")
	text, isText := given.Scalar()
	switch {
	case !holds(given) || isText && text == "false":
		x.permit(e, "sns.amazonaws.com", set("SourceArn", topic))
		x.subscribe(e, "lambda", e.to.arn(e.at))
		return
	case isText:
		p := e.place("SqsSubscription")
		x.add(e.of, p, e.id+"Queue", "AWS::SQS::Queue", p.obj(set("FifoQueue", x.fifo(topic))))
		x.readQueue(e, p.getAtt(e.id+"Queue", "Arn"), p.ref(e.id+"Queue"), nil)
	case !plain(given) || get(given, "QueueArn") == nil || get(given, "QueueUrl") == nil:
		x.problemf(e.at, "%s has an SqsSubscription without QueueArn and QueueUrl; it is left out", e.what())
	default:
		x.readQueue(e, get(given, "QueueArn"), get(given, "QueueUrl"), given)
	}
}

// fifo returns what FifoQueue of a queue is that is subscribed to a topic.
func (x *expander) fifo(topic *node) *node {
	r := x.originals[idOf(topic)]
	if r == nil {
		return nil
	}
	fifo := get(r.Properties, "FifoTopic")
	if s, ok := x.literal(fifo); ok && s != "true" {
		return nil
	}
	return fifo
}

// readQueue subscribes a queue to the topic of the event, and the function to the queue.
func (x *expander) readQueue(e *event, arn, queueURL, config *node) {
	p := e.place("SqsSubscription")
	policy := e.id + "QueuePolicy"
	if id, ok := get(config, "QueuePolicyLogicalId").Scalar(); ok && id != "" && len(id) <= maxID {
		policy = id
	}
	x.add(e.of, p, policy, "AWS::SQS::QueuePolicy", queuePolicy(p, arn, queueURL, p.text("*"), get(e.props, "Topic")))
	x.subscribe(e, "sqs", arn)
	size := get(config, "BatchSize")
	if !holds(size) {
		size = p.number(10)
	}
	x.add(e.of, p, e.id+"EventSourceMapping", "AWS::Lambda::EventSourceMapping", p.obj(
		set("FunctionName", e.to.ref(p)), set("EventSourceArn", arn), set("BatchSize", size), set("Enabled", p.boolean(true))))
	e.role.manage(x.managedARN(p, pulls["SQS"].managed))
}

// queuePolicy lets a source write to a queue.
func queuePolicy(p at, arn, queueURL, principal, source *node) *node {
	return p.obj(set("Queues", p.list(queueURL)), set("PolicyDocument", p.obj(set("Version", p.text("2012-10-17")), set("Statement", p.list(p.obj(
		set("Action", p.text("sqs:SendMessage")), set("Effect", p.text("Allow")), set("Principal", principal), set("Resource", arn),
		set("Condition", p.obj(set("ArnEquals", p.obj(set("aws:SourceArn", source))))),
	))))))
}

func (x *expander) subscribe(e *event, protocol string, endpoint *node) {
	x.make(e, "", "AWS::SNS::Subscription", append([]member{
		set("Protocol", e.at.text(protocol)), set("Endpoint", endpoint), as("TopicArn", e.props, "Topic"),
	}, pass(e.props, "Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")...)...)
}

// logsEvent subscribes the function to a log group:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-cloudwatchlogs.html
func (x *expander) logsEvent(e *event) {
	if !x.requires(e, "LogGroupName") {
		return
	}
	source := x.arn(e.at, "logs", "log-group:${__LogGroupName__}:*", as("__LogGroupName__", e.props, "LogGroupName"))
	x.permit(e, "logs.amazonaws.com", set("SourceArn", source))
	x.add(e.of, e.at, e.id, "AWS::Logs::SubscriptionFilter",
		e.at.obj(append(pass(e.props, "LogGroupName", "FilterPattern"), set("DestinationArn", e.to.arn(e.at)))...),
		set("DependsOn", e.at.texts(e.id+"Permission")))
}

// iotEvent makes the rule by which IoT calls the function:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-iotrule.html
func (x *expander) iotEvent(e *event) {
	p := e.at
	x.permit(e, "iot.amazonaws.com", set("SourceArn", x.arn(p, "iot", "rule/${RuleName}", set("RuleName", p.ref(e.id)))), set("SourceAccount", p.sub("${AWS::AccountId}")))
	actions := p.list(p.obj(set("Lambda", p.obj(set("FunctionArn", e.to.arn(p))))))
	x.make(e, "", "AWS::IoT::TopicRule", set("TopicRulePayload", p.obj(append(pass(e.props, "Sql", "AwsIotSqlVersion"), set("RuleDisabled", p.boolean(false)), set("Actions", actions))...)))
}

// alexaEvent lets a skill call the function:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-alexaskill.html
func (x *expander) alexaEvent(e *event) {
	x.permit(e, "alexa-appkit.amazon.com", as("EventSourceToken", e.props, "SkillId"))
}

// cognitoEvent lets a user pool call the function. What it is called for is left out of the pool:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-cognito.html
func (x *expander) cognitoEvent(e *event) {
	pool := idOf(get(e.props, "UserPool"))
	if x.originals[pool] == nil {
		x.problemf(e.at, "%s does not refer to a user pool of the template; it is left out", e.what())
		return
	}
	x.add(e.of, e.at, e.to.id+"CognitoPermission", "AWS::Lambda::Permission", e.at.obj(
		set("Action", e.at.text("lambda:InvokeFunction")), set("FunctionName", e.to.ref(e.at)),
		set("Principal", e.at.text("cognito-idp.amazonaws.com")), set("SourceArn", e.at.getAtt(pool, "Arn"))))
}

// bucketEdit is what events add to a bucket.
type bucketEdit struct {
	configurations []*node
	depends        []string
	seen           map[string]bool
}

// s3Event adds a notification to a bucket of the template, and lets buckets of the account call the function:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-s3.html
func (x *expander) s3Event(e *event) {
	x.permit(e, "s3.amazonaws.com", set("SourceAccount", e.at.ref("AWS::AccountId")))
	name, arg := get(e.props, "Bucket").Call()
	id, _ := arg.Scalar()
	r := x.originals[id]
	if name != "Ref" || r == nil || r.Type != "AWS::S3::Bucket" {
		x.problemf(e.place("Bucket"), "%s does not refer to a bucket of the template; it is left out", e.what())
		return
	}
	edit := x.buckets[id]
	if edit == nil {
		edit = &bucketEdit{seen: map[string]bool{}}
		if had := get(r.Properties, "NotificationConfiguration", "LambdaConfigurations"); had != nil {
			for _, it := range had.Items {
				edit.seen[x.key(it.Without("Event"))+x.key(get(it, "Event"))] = true
			}
		}
		x.buckets[id] = edit
	}
	condition := e.of.condition()
	if condition == "" {
		edit.depends = append(edit.depends, e.id+"Permission")
	}
	given := get(e.props, "Events")
	if given == nil {
		x.problemf(e.at, "%s has no Events; it is left out", e.what())
		return
	}
	kinds := []*node{given}
	if given.Kind == template.List {
		kinds = given.Items
	}
	base := e.at.obj(append(pass(e.props, "Filter"), set("Function", e.to.arn(e.at)))...)
	same := x.key(base) + condition
	for _, kind := range kinds {
		key := same + x.key(kind)
		if edit.seen[key] {
			continue
		}
		edit.seen[key] = true
		config := base.Set("Event", kind)
		if condition != "" {
			config = e.at.choose(condition, config, e.at.noValue())
		}
		edit.configurations = append(edit.configurations, config)
	}
}

// apply returns the body of the bucket with what events add to it.
func (b *bucketEdit) apply(x *expander, r *template.Resource, body *node) *node {
	if len(b.depends) > 0 {
		depends := at(r.Pos).texts(b.depends...)
		if had := get(body, "DependsOn"); had != nil && had.Kind == template.List {
			depends.Items = append(depends.Items, had.Items...)
		} else if had != nil {
			depends.Items = append(depends.Items, had)
		}
		body = body.Set("DependsOn", depends)
	}
	if len(b.configurations) == 0 {
		return body
	}
	p := at(b.configurations[0].Pos)
	props := r.Properties
	if props == nil {
		props = p.obj()
	}
	notifications := get(props, "NotificationConfiguration")
	if notifications == nil {
		notifications = p.obj()
	}
	lambdas := get(notifications, "LambdaConfigurations")
	if lambdas == nil {
		lambdas = p.list()
	}
	if !plain(props) || !plain(notifications) || lambdas.Kind != template.List {
		x.problemf(at(r.Pos), "the notifications of the bucket %q are computed; those that SAM adds for events of functions are left out", r.ID)
		return body
	}
	all := *lambdas
	all.Items = append(append([]*node(nil), lambdas.Items...), b.configurations...)
	return body.Set("Properties", props.Set("NotificationConfiguration", notifications.Set("LambdaConfigurations", &all)))
}
