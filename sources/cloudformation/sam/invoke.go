package sam

import "github.com/trailguard/trailguard/sources/cloudformation/template"

// invokeTypes are the destinations of asynchronous calls, by their Type: the policy for writing to them, and what is made
// where no destination is given:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-onfailure.html
//
//nolint:gochecknoglobals // a table
var invokeTypes = map[string]struct {
	policy string
	makes  string // type of the resource
	suffix string // of its logical id
	byRef  bool
}{
	"SQS":         {policy: "SQS", makes: "AWS::SQS::Queue", suffix: "Queue"},
	"SNS":         {policy: "SNS", makes: "AWS::SNS::Topic", suffix: "Topic", byRef: true},
	"EventBridge": {policy: "EventBridge"},
	"Lambda":      {policy: "Lambda"},
	"S3Bucket":    {policy: "S3"},
}

// invokeConfig makes what EventInvokeConfig asks for:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html
func (x *expander) invokeConfig(o *origin, alias functionAlias, r *role) {
	config := get(o.props, "EventInvokeConfig")
	if config == nil {
		return
	}
	p := o.place("EventInvokeConfig")
	if !plain(config) {
		x.problemf(p, "the EventInvokeConfig of %s is no plain mapping; it is left out", o.what())
		return
	}
	id := o.id + "EventInvokeConfig"
	destinations := p.obj()
	given := get(config, "DestinationConfig")
	if given != nil && !plain(given) {
		x.problemf(at(given.Pos), "the DestinationConfig of %s is no plain mapping; it is left out", o.what())
		given = nil
	}
	for _, on := range []string{"OnSuccess", "OnFailure"} {
		if one := get(given, on); one != nil {
			destinations.Members = append(destinations.Members, member{Key: on, Pos: given.Member(on).Pos, Value: x.destination(o, id+on, one, r)})
		}
	}
	qualifier := p.text("$LATEST")
	var extra []member
	if alias.name != "" {
		qualifier = p.text(alias.name)
		extra = []member{set("DependsOn", p.texts(alias.id))}
	}
	x.add(o, p, id, "AWS::Lambda::EventInvokeConfig", p.obj(append([]member{
		set("FunctionName", p.ref(o.id)), set("Qualifier", qualifier), set("DestinationConfig", destinations),
	}, pass(config, "MaximumEventAgeInSeconds", "MaximumRetryAttempts")...)...), extra...)
}

// destination makes the queue or the topic of a destination that names none, and attaches the policy for it.
func (x *expander) destination(o *origin, id string, config *node, r *role) *node {
	p := at(config.Pos)
	given := get(config, "Destination")
	kind, _ := x.literal(get(config, "Type"))
	how, known := invokeTypes[kind]
	if !known {
		x.problemf(p, "a destination of %s has no Type that is known: SQS, SNS, EventBridge, Lambda or S3Bucket; its role lacks the permission", o.what())
		return p.obj(set("Destination", given))
	}
	condition, otherwise := x.absentIf(o, given)
	to := given
	if given == nil || condition != "" {
		if how.makes == "" {
			x.problemf(p, "a destination of %s of type %s has no Destination", o.what(), kind)
			return p.obj(set("Destination", given))
		}
		to = p.getAtt(id+how.suffix, "Arn")
		if how.byRef {
			to = p.ref(id + how.suffix)
		}
		var extra []member
		if condition != "" {
			to = p.choose(condition, to, otherwise)
			extra = []member{set("Condition", p.text(x.both(o, p, condition)))}
		}
		x.add(o, p, id+how.suffix, how.makes, p.obj(), extra...)
	}
	r.attach(sendPolicies[how.policy](p, id, to))
	return p.obj(set("Destination", to))
}

// absentIf returns the name of the condition under which a value is absent, and the value otherwise.
func (x *expander) absentIf(o *origin, n *node) (condition string, otherwise *node) {
	condition, yes, no, ok := ifOf(n)
	switch {
	case !ok, isNoValue(yes) && isNoValue(no):
		return "", nil
	case isNoValue(yes):
		return condition, no
	case isNoValue(no):
		return x.not(at(n.Pos), condition, "NOT"+condition+hash(o.id+"EventInvokeConfig")), yes
	}
	return "", nil
}

// both returns a condition that is a condition and the one of the resource.
func (x *expander) both(o *origin, p at, condition string) string {
	own := o.condition()
	if own == "" {
		return condition
	}
	name := own + "AND" + condition + hash(o.id)
	x.conditions = append(x.conditions, set(name, p.obj(set("Fn::And", p.list(p.condition(own), p.condition(condition))))))
	return name
}

// withoutType returns the destination of an event source mapping as Lambda knows it, and its Type.
func withoutType(config *node) (*node, string) {
	failure := get(config, "OnFailure")
	kind, ok := get(failure, "Type").Scalar()
	if !ok || failure.Kind != template.Map {
		return config, ""
	}
	return config.Set("OnFailure", failure.Without("Type")), kind
}
