package sam

import "github.com/trailguard/trailguard/sources/cloudformation/template"

// stateMachine expands AWS::Serverless::StateMachine:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
func (x *expander) stateMachine(o *origin) {
	o.kind = "state machine"
	p := o.props
	r := x.newRole(o, "states.amazonaws.com")
	given := get(p, "Role")
	props := append(pass(p, "DefinitionSubstitutions", "Tags"), as("StateMachineName", p, "Name"), as("StateMachineType", p, "Type"),
		as("LoggingConfiguration", p, "Logging"), as("TracingConfiguration", p, "Tracing"), set("RoleArn", given))
	if given == nil {
		props[len(props)-1] = set("RoleArn", r.at.getAtt(r.id, "Arn"))
	}
	x.keep(o, "AWS::StepFunctions::StateMachine", o.at.obj(props...))
	if given == nil {
		x.policiesOf(o, r)
		if enabled := get(p, "Tracing", "Enabled"); enabled != nil && enabled.Kind == template.Bool && enabled.Text == "true" {
			r.manage(x.managedARN(r.at, x.tracingPolicy()))
		}
		r.props = r.at.obj()
		x.add(o, r.at, r.id, "AWS::IAM::Role", r.props)
		r.finish()
	}
	to := target{id: o.id, byRef: true}
	if alias := x.machineAlias(o); alias != "" && holds(get(p, "UseAliasAsEventTarget")) {
		to.id = alias
	}
	for _, e := range x.events(o, to) {
		e.suffix = "StepFunctionsTarget"
		x.event(e, machineEvents)
	}
}

// machineAlias makes the version and the alias of AutoPublishAlias.
func (x *expander) machineAlias(o *origin) string {
	given := get(o.props, "AutoPublishAlias")
	if given == nil {
		return ""
	}
	p := o.place("AutoPublishAlias")
	name, ok := given.Scalar()
	if !ok || len(name) > maxID {
		x.problemf(p, "%s publishes an alias whose name is computed; its events are taken to go to the state machine itself", o.what())
		return ""
	}
	version := o.id + "Version"
	x.add(o, p, version, "AWS::StepFunctions::StateMachineVersion", p.obj(set("StateMachineArn", p.ref(o.id)), set("StateMachineRevisionId", p.getAtt(o.id, "StateMachineRevisionId"))), o.retained(p, "DeletionPolicy", "UpdateReplacePolicy")...)
	preference := get(o.props, "DeploymentPreference")
	if !plain(preference) {
		preference = p.obj(set("Type", p.text("ALL_AT_ONCE")))
	}
	x.add(o, p, o.id+"Alias"+name, "AWS::StepFunctions::StateMachineAlias", p.obj(set("Name", given), set("DeploymentPreference", preference.Set("StateMachineVersionArn", p.ref(version)))))
	return o.id + "Alias" + name
}

// application turns AWS::Serverless::Application into a nested stack. One of the Serverless Application Repository has
// a template that is not at hand:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
func (x *expander) application(o *origin) {
	props := pass(o.props, "Parameters", "NotificationARNs", "TimeoutInMinutes", "Tags")
	switch location := get(o.props, "Location"); {
	case location == nil:
		x.problemf(o.at, "%s has no Location; what it has is not known", o.what())
	case plain(location):
		x.problemf(o.at, "%s is of the Serverless Application Repository; what it has is not known", o.what())
	default:
		props = append(props, as("TemplateURL", o.props, "Location"))
	}
	x.keep(o, "AWS::CloudFormation::Stack", o.at.obj(props...))
}
