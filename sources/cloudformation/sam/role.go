package sam

import (
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// role is the role that a function or a state machine gets where none is given.
type role struct {
	x        *expander
	at       at
	id       string
	trust    *node
	managed  []*node
	policies []*node
	props    *node // of the role that is made, if it is
	boundary member
	path     member
	seen     map[string]bool // policies of either kind, by what they say
	known    int             // how many of policies are in seen
}

func (x *expander) newRole(o *origin, principal string) *role {
	p := o.place("Policies", "Events")
	return &role{
		x: x, at: p, id: o.id + "Role", trust: trust(p, principal), seen: map[string]bool{},
		path: as("Path", o.props, "RolePath"), boundary: as("PermissionsBoundary", o.props, "PermissionsBoundary"),
	}
}

// trust is the policy by which a service may assume a role.
func trust(p at, principal string) *node {
	return p.obj(set("Version", p.text("2012-10-17")), set("Statement", p.list(p.obj(
		set("Action", p.texts("sts:AssumeRole")), set("Effect", p.text("Allow")), set("Principal", p.obj(set("Service", p.texts(principal)))),
	))))
}

// manage attaches a managed policy, once.
func (r *role) manage(arn *node) {
	if key := r.x.key(arn); !r.seen[key] {
		r.seen[key] = true
		r.managed = append(r.managed, arn)
	}
}

// attach adds a policy.
func (r *role) attach(policy *node) {
	r.policies = append(r.policies, policy)
}

// attachNew adds a policy, unless one says the same.
func (r *role) attachNew(policy *node) {
	for ; r.known < len(r.policies); r.known++ {
		r.seen[r.x.key(r.policies[r.known].Get("PolicyDocument"))] = true
	}
	if !r.seen[r.x.key(policy.Get("PolicyDocument"))] {
		r.attach(policy)
	}
}

// finish puts what was attached into the role that was made.
func (r *role) finish() {
	if r.props == nil {
		return
	}
	full := r.at.obj(set("AssumeRolePolicyDocument", r.trust), set("ManagedPolicyArns", r.at.list(r.managed...)), r.path, r.boundary)
	if len(r.policies) > 0 {
		full = full.Set("Policies", r.at.list(r.policies...))
	}
	r.props.Members = full.Members
}

// functionRole works out the role of a function:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
func (x *expander) functionRole(o *origin, traced bool) *role {
	r := x.newRole(o, "lambda.amazonaws.com")
	if document := get(o.props, "AssumeRolePolicyDocument"); document != nil {
		r.trust = document
	}
	basic := "service-role/AWSLambdaBasicExecutionRole"
	if holds(get(o.props, "DurableConfig")) {
		basic = "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
	}
	r.manage(x.managedARN(r.at, basic))
	if traced {
		r.manage(x.managedARN(r.at, x.tracingPolicy()))
	}
	if holds(get(o.props, "VpcConfig")) {
		r.manage(x.managedARN(r.at, "service-role/AWSLambdaVPCAccessExecutionRole"))
	}
	x.deadLetterPolicy(o, r)
	return r
}

// tracingPolicy is the managed policy for X-Ray, which has another name outside of the partition aws.
func (x *expander) tracingPolicy() string {
	if partition, ok := x.partition(); ok && partition != "aws" {
		return "AWSXRayDaemonWriteAccess"
	}
	return "AWSXrayWriteOnlyAccess"
}

// deadLetterPolicy lets a function write to its dead-letter queue or topic.
func (x *expander) deadLetterPolicy(o *origin, r *role) {
	dlq := get(o.props, "DeadLetterQueue")
	if dlq == nil {
		return
	}
	p := o.place("DeadLetterQueue")
	kind, _ := get(dlq, "Type").Scalar()
	action := map[string]string{"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}[kind]
	if action == "" || get(dlq, "TargetArn") == nil {
		x.problemf(p, "the DeadLetterQueue of %s needs a Type, SQS or SNS, and a TargetArn", o.what())
		return
	}
	r.attach(p.obj(set("PolicyName", p.text("DeadLetterQueuePolicy")), set("PolicyDocument", p.obj(set("Version", p.text("2012-10-17")),
		set("Statement", p.list(p.obj(set("Action", p.text(action)), as("Resource", dlq, "TargetArn"), set("Effect", p.text("Allow")))))))))
}

// roleOf returns what the property Role of a function is. Where the one that is given may be absent, the one that is
// made takes its place.
func (x *expander) roleOf(o *origin, given *node, r *role) *node {
	made := r.at.getAtt(r.id, "Arn")
	if given == nil {
		return made
	}
	if name, _ := given.Call(); name != "Fn::If" {
		return given
	}
	p := o.place("Role")
	condition, yes, no, ok := ifOf(given)
	switch {
	case !ok:
		x.problemf(p, "the Role of %s is no Fn::If of a condition and two values", o.what())
		return given
	case isNoValue(yes) && isNoValue(no):
		return made
	case isNoValue(yes):
		return p.choose(condition, made, no)
	case isNoValue(no):
		return p.choose(condition, yes, made)
	}
	return given
}

// addRole makes the role, if it is needed.
func (x *expander) addRole(o *origin, given *node, r *role) {
	var extra []member
	condition, yes, no, isIf := ifOf(given)
	switch {
	case given == nil, isIf && isNoValue(yes) && isNoValue(no):
	case isIf && isNoValue(yes):
		extra = []member{set("Condition", r.at.text(condition))}
	case isIf && isNoValue(no):
		extra = []member{set("Condition", r.at.text(x.not(o.place("Role"), condition, "NOT"+condition)))}
	default:
		return
	}
	x.policiesOf(o, r)
	r.props = r.at.obj()
	x.add(o, r.at, r.id, "AWS::IAM::Role", r.props, extra...)
}

// not adds a condition that is the opposite of another one.
func (x *expander) not(p at, condition, name string) string {
	x.conditions = append(x.conditions, set(name, p.obj(set("Fn::Not", p.list(p.condition(condition))))))
	return name
}

// policiesOf reads the Policies of a function or a state machine:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies
func (x *expander) policiesOf(o *origin, r *role) {
	given := get(o.props, "Policies")
	if given == nil {
		return
	}
	items := []*node{given}
	if given.Kind == template.List {
		items = given.Items
	}
	for i, it := range items {
		x.policy(o, r, r.id+"Policy"+strconv.Itoa(i), it)
	}
}

// The kinds of policies.
type policyKind uint8

const (
	unknownPolicy policyKind = iota
	managedPolicy
	documentPolicy
	templatePolicy
	noPolicy // AWS::NoValue
)

func kindOfPolicy(n *node) policyKind {
	name, _ := n.Call()
	switch {
	case isNoValue(n):
		return noPolicy
	case n.Kind == template.String, name != "":
		return managedPolicy
	case n.Kind == template.Map && n.Get("Statement") != nil:
		return documentPolicy
	case n.Kind == template.Map && len(n.Members) == 1 && strings.HasSuffix(strings.TrimSuffix(n.Members[0].Key, "_v2"), "Policy"):
		return templatePolicy
	}
	return unknownPolicy
}

// policy attaches one of the Policies.
func (x *expander) policy(o *origin, r *role, name string, n *node) {
	p := at(n.Pos)
	condition, yes, no, isIf := ifOf(n)
	if !isIf {
		x.attachPolicy(o, r, name, n)
		return
	}
	var branches [2]role
	for i, branch := range []*node{yes, no} {
		branches[i] = role{x: x, at: r.at, seen: map[string]bool{}}
		x.policy(o, &branches[i], name, branch) // which may be a Fn::If as well
	}
	first, second := &branches[0], &branches[1]
	if len(first.managed)+len(second.managed) > 0 && len(first.policies)+len(second.policies) > 0 {
		x.problemf(p, "%s has a policy that is of one kind or another, depending on a condition; it is left out", o.what())
		return
	}
	if len(first.managed)+len(second.managed) > 0 {
		r.manage(p.choose(condition, first.managedOr(p.noValue()), second.managedOr(p.noValue())))
	}
	if len(first.policies)+len(second.policies) > 0 {
		r.attach(p.choose(condition, first.policyOr(p.noValue()), second.policyOr(p.noValue())))
	}
}

// managedOr returns the managed policy that was attached, or something else.
func (r *role) managedOr(otherwise *node) *node {
	if len(r.managed) > 0 {
		return r.managed[0]
	}
	return otherwise
}

// policyOr returns the policy that was attached, or something else.
func (r *role) policyOr(otherwise *node) *node {
	if len(r.policies) > 0 {
		return r.policies[0]
	}
	return otherwise
}

// attachPolicy attaches a policy that is no Fn::If of two.
func (x *expander) attachPolicy(o *origin, r *role, name string, n *node) {
	p := at(n.Pos)
	switch kindOfPolicy(n) {
	case managedPolicy:
		r.manage(x.managed(n))
	case documentPolicy:
		r.attach(p.obj(set("PolicyName", p.text(name)), set("PolicyDocument", n)))
	case templatePolicy:
		document, problem := x.fromTemplate(n.Members[0])
		if problem != "" {
			x.problemf(p, "%s has the policy template %q, %s", o.what(), shorten(n.Members[0].Key), problem)
			return
		}
		if document != nil {
			r.attach(p.obj(set("PolicyName", p.text(name)), set("PolicyDocument", document)))
		}
	case unknownPolicy:
		x.problemf(p, "%s has a policy that is neither a name, nor a document, nor a policy template; it is left out", o.what())
	case noPolicy:
	}
}

// managed returns the ARN of a managed policy that is given by its name or its ARN.
func (x *expander) managed(n *node) *node {
	if n.Kind != template.String || strings.HasPrefix(n.Text, "arn:") || n.Tag != "" {
		return n
	}
	path := x.paths[n.Text]
	if path == "" {
		path = n.Text
	}
	return x.managedARN(at(n.Pos), path)
}

// statement is one by which a role may do something.
func statement(p at, action string, resource *node) *node {
	return p.obj(set("Action", p.text(action)), set("Effect", p.text("Allow")), set("Resource", resource))
}

// statements is one for several actions.
func statements(p at, resource *node, actions ...string) *node {
	return p.obj(set("Action", p.texts(actions...)), set("Effect", p.text("Allow")), set("Resource", resource))
}

// policyOf is a policy with statements.
func policyOf(p at, name string, statements ...*node) *node {
	return p.obj(set("PolicyName", p.text(name)), set("PolicyDocument", p.obj(set("Statement", p.list(statements...)))))
}

// sendPolicies are the policies for writing to a destination, by its Type. They are called after what they are for.
//
//nolint:gochecknoglobals // a table
var sendPolicies = map[string]func(p at, id string, to *node) *node{
	"SQS": func(p at, id string, to *node) *node {
		return policyOf(p, id+"SQSPolicy", statement(p, "sqs:SendMessage", to))
	},
	"SNS": func(p at, id string, to *node) *node {
		return policyOf(p, id+"SNSPolicy", statement(p, "sns:publish", to))
	},
	"EventBridge": func(p at, id string, to *node) *node {
		return policyOf(p, id+"EventBridgePolicy", statement(p, "events:PutEvents", to))
	},
	"Lambda": func(p at, id string, to *node) *node {
		return policyOf(p, id+"LambdaPolicy", statement(p, "lambda:InvokeFunction", to))
	},
	"S3": func(p at, id string, to *node) *node {
		inside := p.obj(set("Fn::Join", p.list(p.text("/"), p.list(to, p.text("*")))))
		return policyOf(p, id+"S3Policy", statement(p, "s3:PutObject", inside), statement(p, "s3:ListBucket", to))
	},
}
