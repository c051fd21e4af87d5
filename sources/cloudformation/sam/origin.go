package sam

import (
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// origin is a resource of SAM that others are made of.
type origin struct {
	id     string
	group  string // where what is made of it goes: in the place of the resource of that logical id, or besides it
	kind   string // as messages name it: function
	at     at
	props  *node // a Map
	body   *node
	refers map[string]string // properties that can be referred to, by the type of what they are: ID.Alias
}

// besides is the group of what is made besides a resource that stays.
func besides(id string) string { return "+" + id }

func newOrigin(r *template.Resource) *origin {
	o := &origin{id: r.ID, group: r.ID, at: at(r.Pos), props: r.Properties, body: r.Body}
	o.kind = strings.ToLower(strings.TrimPrefix(r.Type, prefix))
	if o.props == nil {
		o.props = o.at.obj()
	}
	return o
}

// what names the resource in messages.
func (o *origin) what() string { return "the " + o.kind + " " + strconv.Quote(o.id) }

// place returns the position of the first of some properties that is there, or of the resource.
func (o *origin) place(keys ...string) at {
	for _, key := range keys {
		if m := o.props.Member(key); m != nil {
			return at(m.Pos)
		}
	}
	return o.at
}

// condition returns the name of the condition of the resource.
func (o *origin) condition() string {
	s, _ := o.body.Get("Condition").Scalar()
	return s
}

// literal returns the text of a value: its own, or that of the parameter that it refers to.
func (x *expander) literal(n *node) (string, bool) {
	if name, arg := n.Call(); name == "Ref" && x.value != nil {
		if parameter, ok := arg.Scalar(); ok {
			return x.value(parameter)
		}
	}
	return n.Scalar()
}

// known returns the value of a parameter.
func (x *expander) known(parameter string) (string, bool) {
	if x.value == nil {
		return "", false
	}
	return x.value(parameter)
}

// partitions are those of regions, by how their names begin; all others are of aws:
// https://docs.aws.amazon.com/general/latest/gr/rande.html
//
//nolint:gochecknoglobals // a table
var partitions = []struct{ region, partition string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-isob-", "aws-iso-b"},
	{"us-iso-", "aws-iso"},
	{"eu-isoe-", "aws-iso-e"},
	{"us-isof-", "aws-iso-f"},
	{"eusc-", "aws-eusc"},
}

// partition returns the partition that the stack is in.
func (x *expander) partition() (string, bool) {
	if s, ok := x.known("AWS::Partition"); ok && s != "" {
		return s, true
	}
	region, ok := x.known("AWS::Region")
	if !ok || region == "" {
		return "", false
	}
	for _, p := range partitions {
		if strings.HasPrefix(region, p.region) {
			return p.partition, true
		}
	}
	return "aws", true
}

// arn makes the ARN of a resource of this account and region, from a text for Fn::Sub.
func (x *expander) arn(p at, service, resource string, values ...member) *node {
	partition, ok := x.partition()
	if !ok {
		partition = "${AWS::Partition}"
	}
	return p.sub("arn:"+partition+":"+service+":${AWS::Region}:${AWS::AccountId}:"+resource, values...)
}

// managedARN makes the ARN of a policy that AWS manages.
func (x *expander) managedARN(p at, path string) *node {
	partition, ok := x.partition()
	if !ok {
		return p.sub("arn:${AWS::Partition}:iam::aws:policy/" + path)
	}
	return p.text("arn:" + partition + ":iam::aws:policy/" + path)
}

// target is what events go to: a function, an alias or a state machine.
type target struct {
	id    string
	byRef bool // its Ref is its ARN
}

func (t target) ref(p at) *node { return p.ref(t.id) }

func (t target) arn(p at) *node {
	if t.byRef {
		return p.ref(t.id)
	}
	return p.getAtt(t.id, "Arn")
}
