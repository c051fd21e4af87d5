package sam

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// connector is one that is still to be made: it needs the resources that others become.
type connector struct {
	origin *origin
	source *node
}

// connectorResource notes a resource of type AWS::Serverless::Connector:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html
func (x *expander) connectorResource(o *origin) {
	x.connectors = append(x.connectors, &connector{origin: o, source: get(o.props, "Source")})
}

// embeddedConnectors notes the connectors that stand in the resources that they begin at.
func (x *expander) embeddedConnectors() {
	for i := range x.in.Resources {
		r := &x.in.Resources[i]
		all := get(r.Body, "Connectors")
		if all == nil {
			continue
		}
		for _, m := range all.Members {
			id := r.ID + m.Key
			props := get(m.Value, "Properties")
			if !plain(props) || len(id) > maxID {
				x.problemf(at(m.Pos), "the connector %q of the resource %q is not understood; it is left out", shorten(m.Key), shorten(r.ID))
				continue
			}
			o := &origin{id: id, group: besides(r.ID), kind: "connector", at: at(m.Pos), props: props, body: m.Value}
			if strings.HasPrefix(r.Type, prefix) {
				o.group = r.ID
			}
			source := o.at.obj(set("Id", o.at.text(r.ID)))
			if more := get(props, "SourceReference"); plain(more) {
				source = withMembers(source, more.Members)
			}
			x.connectors = append(x.connectors, &connector{origin: o, source: source})
		}
	}
}

// end is one end of a connector.
type end struct {
	id, typ              string
	arn, name, url, role *node
}

// connect makes what connectors stand for.
func (x *expander) connect() {
	table := map[[2]string]connection{}
	for _, c := range connections() {
		table[[2]string{c.from, c.to}] = c
	}
	for _, c := range x.connectors {
		to := get(c.origin.props, "Destination")
		if to == nil || c.source == nil {
			x.problemf(c.origin.at, "%s lacks a Source or a Destination; it is left out", c.origin.what())
			continue
		}
		x.depends[c.origin.id] = []string{}
		if to.Kind != template.List {
			x.connection(c, table, to, "")
			continue
		}
		for i, one := range to.Items {
			x.connection(c, table, one, "Destination"+strconv.Itoa(i))
		}
	}
}

// connection makes what one destination of a connector needs.
func (x *expander) connection(c *connector, table map[[2]string]connection, destination *node, suffix string) {
	o := c.origin
	from, ok := x.end(c.source, destination)
	to, ok2 := x.end(destination, c.source)
	if !ok || !ok2 {
		x.problemf(o.at, "%s joins what is not in the template, or is not described; it is left out", o.what())
		return
	}
	how, known := table[[2]string{from.typ, to.typ}]
	if !known {
		if !slices.Contains(elsewhere, from.typ) && !slices.Contains(elsewhere, to.typ) {
			x.problemf(o.at, "%s goes from %s to %s, which connectors do not join; it is left out", o.what(), shorten(from.typ), shorten(to.typ))
		}
		return
	}
	var categories []string
	if given := get(o.props, "Permissions"); given != nil {
		for _, it := range given.Items {
			s, _ := it.Scalar()
			categories = append(categories, s)
		}
	}
	list := o.at.list()
	for _, a := range how.access {
		if !slices.Contains(categories, a.category) {
			continue
		}
		if how.how == permissionOfDestination {
			x.connectorPermission(o, a, from, to, suffix)
			continue
		}
		for _, g := range a.grants {
			list.Items = append(list.Items, connectorStatement(o.at, a, g, from, to))
		}
	}
	if len(list.Items) > 0 {
		x.connectorPolicy(o, how, o.at.obj(set("Version", o.at.text("2012-10-17")), set("Statement", list)), from, to, suffix)
	}
}

// connected makes a resource of a connector, which has all attributes that the connector has.
func (x *expander) connected(o *origin, id, typ string, props *node) {
	var extra []member
	for _, key := range []string{"DependsOn", "UpdatePolicy"} {
		if m := o.body.Member(key); m != nil {
			extra = append(extra, *m)
		}
	}
	x.add(o, o.at, id, typ, props, extra...)
	x.depends[o.id] = append(x.depends[o.id], id)
}

// connectorPermission makes the permission by which a source calls a function.
func (x *expander) connectorPermission(o *origin, a access, from, to end, suffix string) {
	p := o.at
	if to.arn == nil || from.arn == nil {
		x.problemf(p, "%s joins what has no Arn; it is left out", o.what())
		return
	}
	props := p.obj(set("Action", p.text("lambda:InvokeFunction")), set("FunctionName", to.arn), set("Principal", p.text(a.principal)), set("SourceArn", from.arn))
	if a.account {
		props = props.Set("SourceAccount", p.sub("${AWS::AccountId}"))
	}
	x.connected(o, o.id+a.category+"LambdaPermission"+suffix, "AWS::Lambda::Permission", props)
}

// connectorPolicy makes the policy of a role, a queue or a topic.
func (x *expander) connectorPolicy(o *origin, how connection, document *node, from, to end, suffix string) {
	p := o.at
	subject := map[connectionKind]*node{
		rolePolicyOfSource: from.role, rolePolicyOfDestination: to.role, queuePolicyOfDestination: to.url, topicPolicyOfDestination: to.arn,
	}[how.how]
	if subject == nil {
		x.problemf(p, "%s joins what has no role, queue or topic that is known; it is left out", o.what())
		return
	}
	switch how.how {
	case queuePolicyOfDestination:
		x.connected(o, o.id+"QueuePolicy"+suffix, "AWS::SQS::QueuePolicy", p.obj(set("Queues", p.list(subject)), set("PolicyDocument", document)))
	case topicPolicyOfDestination:
		x.connected(o, o.id+"TopicPolicy"+suffix, "AWS::SNS::TopicPolicy", p.obj(set("Topics", p.list(subject)), set("PolicyDocument", document)))
	default:
		x.connected(o, o.id+"Policy"+suffix, "AWS::IAM::ManagedPolicy", p.obj(set("Roles", p.list(subject)), set("PolicyDocument", document)))
	}
}

// connectorStatement makes a statement of a policy. One of a queue or a topic is for the source.
func connectorStatement(p at, a access, g grant, from, to end) *node {
	resources := p.list()
	for _, on := range g.on {
		resources.Items = append(resources.Items, connectorText(p, on, from, to))
	}
	s := statements(p, resources, strings.Fields(g.actions)...)
	if a.principal != "" {
		s = s.Set("Principal", p.obj(set("Service", p.text(a.principal)))).
			Set("Condition", p.obj(set("ArnEquals", p.obj(set("aws:SourceArn", connectorText(p, "${SourceArn}", from, to))))))
	}
	return s
}

var endOf = regexp.MustCompile(`\$\{(SourceArn|DestinationArn|DestinationName)\}`)

// connectorText puts what belongs to the ends into a text.
func connectorText(p at, text string, from, to end) *node {
	values := map[string]*node{"SourceArn": from.arn, "DestinationArn": to.arn, "DestinationName": to.name}
	found := endOf.FindStringSubmatch(text)
	switch {
	case found == nil:
		return p.sub(text)
	case values[found[1]] == nil:
		return p.text("*") // the translator has no ARN to restrict it to, and refuses the template
	case found[0] == text:
		return values[found[1]]
	}
	return p.sub(text, set(found[1], values[found[1]]))
}

// end reads one end of a connector: a resource of the template, or the properties of one elsewhere:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-connector-resourcereference.html
func (x *expander) end(n, other *node) (end, bool) {
	if id, ok := get(n, "Id").Scalar(); ok {
		return x.endInTemplate(id, at(n.Pos), other)
	}
	typ, ok := get(n, "Type").Scalar()
	if serverless, ours := strings.CutPrefix(typ, prefix); ours {
		typ = connectorTypes[serverless]
	}
	e := end{typ: typ, arn: get(n, "Arn"), name: get(n, "Name"), url: get(n, "QueueUrl"), role: get(n, "RoleName")}
	return e, ok
}

// connectorTypes are what resources become, by their type in SAM.
//
//nolint:gochecknoglobals // a table
var connectorTypes = map[string]string{
	"Function": lambdaFunction, "StateMachine": stateMachine, "Api": "AWS::ApiGateway::RestApi", "HttpApi": "AWS::ApiGatewayV2::Api", "SimpleTable": "AWS::DynamoDB::Table",
}

func (x *expander) endInTemplate(id string, p at, other *node) (end, bool) {
	typ, props, ok := x.now(id)
	e := end{id: id, typ: typ, arn: p.getAtt(id, "Arn"), url: p.ref(id), name: p.getAtt(id, "Name")}
	var role *node
	switch typ {
	case lambdaFunction:
		role = get(props, "Role")
	case stateMachine:
		e.arn = p.ref(id)
		role = get(props, "RoleArn")
	case snsTopic:
		e.arn = p.ref(id)
	case eventsRule:
		role = x.roleOfTarget(props, other)
	}
	if roleID := idOf(role); roleID != "" {
		e.role = p.ref(roleID)
	}
	return e, ok
}

// roleOfTarget returns the role that a rule has for the target that a connector goes to.
func (x *expander) roleOfTarget(rule, target *node) *node {
	targets := get(rule, "Targets")
	if targets == nil {
		return nil
	}
	const most = 5 // a rule has no more targets
	id, _ := get(target, "Id").Scalar()
	other := ""
	if arn := get(target, "Arn"); arn != nil {
		other = x.key(arn)
	}
	for _, t := range targets.Items[:min(most, len(targets.Items))] {
		arn := get(t, "Arn")
		if got := idOf(arn); got != "" && got == id || arn != nil && x.key(arn) == other {
			return get(t, "RoleArn")
		}
	}
	return nil
}
