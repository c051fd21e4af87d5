package sam

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// event is one of the Events of a function or a state machine.
type event struct {
	of   *origin
	name string
	id   string // of what is made for it: that of the function and the name
	kind string
	at   at
	// props are its Properties, a Map.
	props *node
	to    target
	role  *role // of the function
	// suffix is what the ids of targets of rules end with.
	suffix string
}

// functionEvents are the event sources of functions, by their Type:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
//
//nolint:gochecknoglobals // a table
var functionEvents = map[string]func(*expander, *event){
	"S3":               (*expander).s3Event,
	"SNS":              (*expander).snsEvent,
	"CloudWatchLogs":   (*expander).logsEvent,
	"CloudWatchEvent":  (*expander).functionRule,
	"EventBridgeRule":  (*expander).functionRule,
	"Schedule":         (*expander).functionRule,
	"ScheduleV2":       (*expander).schedulerEvent,
	"IoTRule":          (*expander).iotEvent,
	"AlexaSkill":       (*expander).alexaEvent,
	"Cognito":          (*expander).cognitoEvent,
	"SQS":              (*expander).pullEvent,
	"Kinesis":          (*expander).pullEvent,
	"DynamoDB":         (*expander).pullEvent,
	"MSK":              (*expander).pullEvent,
	"MQ":               (*expander).pullEvent,
	"SelfManagedKafka": (*expander).pullEvent,
	"DocumentDB":       (*expander).pullEvent,
	"Api":              (*expander).noEvent,
	"HttpApi":          (*expander).noEvent,
}

// machineEvents are the event sources of state machines, by their Type:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineeventsource.html
//
//nolint:gochecknoglobals // a table
var machineEvents = map[string]func(*expander, *event){
	"CloudWatchEvent": (*expander).machineRule,
	"EventBridgeRule": (*expander).machineRule,
	"Schedule":        (*expander).machineRule,
	"ScheduleV2":      (*expander).schedulerEvent,
	"Api":             (*expander).noEvent,
}

// noEvent makes nothing of a source that no events of other resources come from.
func (x *expander) noEvent(*event) {}

func (x *expander) functionEvents(o *origin, to target, r *role) {
	for _, e := range x.events(o, to) {
		e.role, e.suffix = r, "LambdaTarget"
		x.event(e, functionEvents)
	}
}

func (x *expander) event(e *event, sources map[string]func(*expander, *event)) {
	source := sources[e.kind]
	if source == nil {
		x.problemf(e.at, "%s is of a type that is not known, %q; it is left out", e.what(), shorten(e.kind))
		return
	}
	source(x, e)
}

// what names the event in messages.
func (e *event) what() string { return "the event \"" + shorten(e.name) + "\" of " + e.of.what() }

// events reads Events, in the order in which the translator does.
func (x *expander) events(o *origin, to target) []*event {
	given := get(o.props, "Events")
	if given == nil {
		return nil
	}
	if given.Kind != template.Map {
		x.problemf(o.place("Events"), "the Events of %s are no mapping; they are left out", o.what())
		return nil
	}
	var out []*event
	for _, m := range given.Members {
		e := &event{of: o, name: m.Key, id: o.id + m.Key, at: at(m.Pos), to: to}
		kind, ok := x.typeOf(m.Value)
		switch {
		case !ok:
			x.problemf(e.at, "%s is no mapping with a Type; it is left out", e.what())
			continue
		case len(e.id) > maxID:
			x.problemf(e.at, "%s has a name that is too long; it is left out", e.what())
			continue
		}
		e.kind, e.props = kind, get(m.Value, "Properties")
		if e.props == nil {
			e.props = e.at.obj()
		}
		if !plain(e.props) {
			x.problemf(e.at, "%s has Properties that are no plain mapping; it is left out", e.what())
			continue
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b *event) int { return strings.Compare(a.order(), b.order()) })
	return out
}

// typeOf returns the type of an event.
func (x *expander) typeOf(n *node) (string, bool) {
	if n.Kind != template.Map {
		return "", false
	}
	return get(n, "Type").Scalar()
}

// order is what events are sorted by.
func (e *event) order() string {
	if path, ok := get(e.props, "Path").Scalar(); ok {
		return path
	}
	return e.name
}

// place returns the position of a property of the event, or of the event.
func (e *event) place(key string) at {
	if m := e.props.Member(key); m != nil {
		return at(m.Pos)
	}
	return e.at
}

// make makes a resource for the event. Members without a value are left out of its properties.
func (x *expander) make(e *event, suffix, typ string, props ...member) {
	x.add(e.of, e.at, e.id+suffix, typ, e.at.obj(props...))
}

// permit makes the permission by which a service may call the function:
// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
func (x *expander) permit(e *event, principal string, of ...member) {
	x.make(e, "Permission", "AWS::Lambda::Permission", append([]member{
		set("Action", e.at.text("lambda:InvokeFunction")), set("FunctionName", e.to.ref(e.at)), set("Principal", e.at.text(principal)),
	}, of...)...)
}

// requires says that a property is there; if it is not, that is a problem.
func (x *expander) requires(e *event, keys ...string) bool {
	for _, key := range keys {
		if get(e.props, key) == nil {
			x.problemf(e.at, "%s has no %s; it is left out", e.what(), key)
			return false
		}
	}
	return true
}
