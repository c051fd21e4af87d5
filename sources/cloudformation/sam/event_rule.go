package sam

// functionRule makes the rule of EventBridge that calls the function, and the permission for it:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventbridgerule.html
func (x *expander) functionRule(e *event) {
	if x.rule(e, nil) {
		x.permit(e, "events.amazonaws.com", set("SourceArn", e.at.getAtt(e.id, "Arn")))
	}
}

// machineRule makes the rule of EventBridge that starts the state machine, and the role for it:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineeventbridgerule.html
func (x *expander) machineRule(e *event) {
	p := e.at
	given := get(e.props, "RoleArn")
	if given == nil || e.kind != "Schedule" {
		given = p.getAtt(e.id+"Role", "Arn")
		x.make(e, "Role", "AWS::IAM::Role", set("AssumeRolePolicyDocument", trust(p, "events.amazonaws.com")),
			set("Policies", p.list(policyOf(p, e.id+"RoleStartExecutionPolicy", statement(p, "states:StartExecution", e.to.arn(p))))),
			as("PermissionsBoundary", e.of.props, "PermissionsBoundary"))
	}
	x.rule(e, given)
}

// rule makes a rule of EventBridge with one target.
func (x *expander) rule(e *event, role *node) bool {
	p := e.props
	props := []member{set("State", x.state(e))}
	input := pass(p, "Input", "InputPath", "InputTransformer")
	id := get(p, "Target", "Id")
	if e.kind == "Schedule" {
		if !x.requires(e, "Schedule") {
			return false
		}
		props = append(props, as("ScheduleExpression", p, "Schedule"))
		props = append(props, pass(p, "Name", "Description")...)
		input = pass(p, "Input")
		if role == nil {
			id = nil
		}
	} else {
		props = append(props, as("Name", p, "RuleName"), as("EventPattern", p, "Pattern"))
		props = append(props, pass(p, "EventBusName")...)
	}
	if id == nil {
		id = e.at.text(targetID(e.id, e.suffix))
	}
	goes := append([]member{set("Id", id), set("Arn", e.to.arn(e.at)), set("RoleArn", role), set("DeadLetterConfig", x.ruleDeadLetters(e))}, input...)
	goes = append(goes, pass(p, "RetryPolicy")...)
	x.make(e, "", "AWS::Events::Rule", append(props, set("Targets", e.at.list(e.at.obj(goes...))))...)
	return true
}

// targetID is the id of a target, which has at most 64 characters.
func targetID(id, suffix string) string {
	const most = 64
	r := []rune(id)
	return string(r[:max(0, min(len(r), most-len(suffix)))]) + suffix
}

// state returns the state of a rule: State, or what Enabled says. A function for Enabled is taken for true.
func (x *expander) state(e *event) *node {
	if state := get(e.props, "State"); holds(state) {
		return state
	}
	enabled := get(e.props, "Enabled")
	if enabled == nil {
		return nil
	}
	p := e.place("Enabled")
	if s, ok := enabled.Scalar(); ok && s == "false" {
		return p.text("DISABLED")
	}
	return p.text("ENABLED")
}

// ruleDeadLetters returns the dead-letter queue of a rule. One that is only asked for is made, and the rule let to it.
func (x *expander) ruleDeadLetters(e *event) *node {
	p, arn, made := x.deadLetters(e)
	if arn == nil {
		return nil
	}
	if made != "" {
		service := p.obj(set("Service", p.text("events.amazonaws.com")))
		x.add(e.of, p, e.id+"QueuePolicy", "AWS::SQS::QueuePolicy", queuePolicy(p, arn, p.ref(made), service, p.getAtt(e.id, "Arn")))
	}
	return p.obj(set("Arn", arn))
}

// deadLetters returns the ARN of the queue of DeadLetterConfig, with the logical id of one that is made:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventbridgeruledeadletterconfig.html
func (x *expander) deadLetters(e *event) (p at, arn *node, made string) {
	config := get(e.props, "DeadLetterConfig")
	if config == nil {
		return e.at, nil, ""
	}
	p = e.place("DeadLetterConfig")
	if arn := get(config, "Arn"); arn != nil {
		return p, arn, ""
	}
	if kind, _ := get(config, "Type").Scalar(); kind != "SQS" {
		x.problemf(p, "the DeadLetterConfig of %s has neither an Arn nor the Type SQS; it is left out", e.what())
		return p, nil, ""
	}
	made = e.id + "Queue"
	if id, ok := get(config, "QueueLogicalId").Scalar(); ok && id != "" && len(id) <= maxID {
		made = id
	}
	x.add(e.of, p, made, "AWS::SQS::Queue", p.obj())
	return p, p.getAtt(made, "Arn"), made
}

// schedulerEvent makes a schedule of EventBridge Scheduler, and the role that it has for its target:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
func (x *expander) schedulerEvent(e *event) {
	p := e.props
	if !x.requires(e, "ScheduleExpression") {
		return
	}
	at, queue, _ := x.deadLetters(e)
	role := get(p, "RoleArn")
	if !holds(role) {
		role = e.at.getAtt(e.id+"Role", "Arn")
		allow := policyOf(e.at, e.id+"LambdaPolicy", statement(e.at, "lambda:InvokeFunction", e.to.arn(e.at)))
		if e.role == nil {
			allow = policyOf(e.at, e.id+"StartExecutionPolicy", statement(e.at, "states:StartExecution", e.to.arn(e.at)))
		}
		policies := e.at.list(allow)
		if queue != nil {
			policies.Items = append(policies.Items, sendPolicies["SQS"](at, e.id, queue))
		}
		x.make(e, "Role", "AWS::IAM::Role", set("AssumeRolePolicyDocument", trust(e.at, "scheduler.amazonaws.com")), set("Policies", policies),
			as("PermissionsBoundary", p, "PermissionsBoundary"))
	}
	goes := append([]member{set("Arn", e.to.arn(e.at)), set("RoleArn", role)}, pass(p, "Input", "RetryPolicy")...)
	if queue != nil {
		goes = append(goes, set("DeadLetterConfig", at.obj(set("Arn", queue))))
	}
	props := pass(p, "ScheduleExpression", "State", "Description", "StartDate", "EndDate", "ScheduleExpressionTimezone", "GroupName", "KmsKeyArn")
	name := get(p, "Name")
	if name == nil && !holds(get(p, "OmitName")) {
		name = e.at.text(e.id)
	}
	window := get(p, "FlexibleTimeWindow")
	if !holds(window) {
		window = e.at.obj(set("Mode", e.at.text("OFF")))
	}
	x.make(e, "", "AWS::Scheduler::Schedule", append(props, set("Name", name), set("FlexibleTimeWindow", window), set("Target", e.at.obj(goes...)))...)
}
