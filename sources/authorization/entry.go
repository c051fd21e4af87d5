package authorization

import (
	"encoding/json"
	"errors"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/awscli"
)

// identity is what entries of every list begin with.
type identity struct {
	Path string
	Arn  string
}

// named is a policy that is within a user, group or role:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDetail.html
type named struct {
	PolicyName     string
	PolicyDocument json.RawMessage
}

// attached is a policy that is attached to a user, group or role:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPolicy.html
type attached struct{ PolicyArn string }

// bounded is what users and roles have:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html
type bounded struct {
	PermissionsBoundary *struct{ PermissionsBoundaryArn string }
}

// readUser reads https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html
func readUser(raw []byte) (graph.Resource, error) {
	var e struct {
		identity
		bounded
		UserName                string
		UserPolicyList          []named
		GroupList               []string
		AttachedManagedPolicies []attached
	}
	if err := decode(raw, &e); err != nil {
		return graph.Resource{}, err
	}
	attrs := principal(e.Path, e.UserPolicyList, e.AttachedManagedPolicies)
	e.bound(attrs)
	attrs.Set("groups", texts(e.GroupList))
	return resource(graph.KindUser, "AWS::IAM::User", e.Arn, e.UserName, attrs)
}

// readGroup reads https://docs.aws.amazon.com/IAM/latest/APIReference/API_GroupDetail.html
func readGroup(raw []byte) (graph.Resource, error) {
	var e struct {
		identity
		GroupName               string
		GroupPolicyList         []named
		AttachedManagedPolicies []attached
	}
	if err := decode(raw, &e); err != nil {
		return graph.Resource{}, err
	}
	return resource(graph.KindGroup, "AWS::IAM::Group", e.Arn, e.GroupName, principal(e.Path, e.GroupPolicyList, e.AttachedManagedPolicies))
}

// readRole reads https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
func readRole(raw []byte) (graph.Resource, error) {
	var e struct {
		identity
		bounded
		RoleName                 string
		AssumeRolePolicyDocument json.RawMessage
		RolePolicyList           []named
		AttachedManagedPolicies  []attached
	}
	if err := decode(raw, &e); err != nil {
		return graph.Resource{}, err
	}
	attrs := principal(e.Path, e.RolePolicyList, e.AttachedManagedPolicies)
	e.bound(attrs)
	attrs.Set("trust", awscli.Policy(e.AssumeRolePolicyDocument))
	return resource(graph.KindRoleIAM, "AWS::IAM::Role", e.Arn, e.RoleName, attrs)
}

// readPolicy reads https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html: what its default
// version says, which is the one that counts.
func readPolicy(raw []byte) (graph.Resource, error) {
	var e struct {
		identity
		PolicyName        string
		DefaultVersionId  string //nolint:staticcheck // AWS's spelling
		PolicyVersionList []struct {
			Document         json.RawMessage
			VersionId        string //nolint:staticcheck // as above
			IsDefaultVersion bool
		}
	}
	if err := decode(raw, &e); err != nil {
		return graph.Resource{}, err
	}
	attrs := graph.Attrs{}
	attrs.Set("path", path(e.Path))
	attrs.Set("policy", graph.UnknownOf[any](graph.ReasonNotInInput))
	for _, v := range e.PolicyVersionList {
		if v.IsDefaultVersion || v.VersionId != "" && v.VersionId == e.DefaultVersionId {
			attrs.Set("policy", awscli.Policy(v.Document))
			break
		}
	}
	return resource(graph.KindManagedPolicy, "AWS::IAM::ManagedPolicy", e.Arn, e.PolicyName, attrs)
}

// resource declares what was seen under an ARN, which says where it is. Users, groups, roles and policies are told by
// their names within an account, so that one which is called otherwise than its ARN says is malformed.
func resource(kind graph.Kind, typ, arn, name string, attrs graph.Attrs) (graph.Resource, error) {
	a, ok := graph.ParseARN(arn)
	is, called, own := a.Identify()
	if !ok || is != kind || name != "" && name != called || own.String() != arn {
		return graph.Resource{}, errors.New("an entry without an ARN of its kind")
	}
	r := graph.Resource{
		Kind: kind, Type: typ, Address: arn, Observed: true, Attrs: attrs,
		Name: graph.KnownOf(graph.Literal(called)), ARN: graph.KnownOf(graph.Literal(arn)), Partition: graph.KnownOf(a.Partition),
	}
	if graph.IsAccountID(a.Account) { // AWS's own policies are of no account
		r.Account = graph.KnownOf(a.Account)
	}
	return r, nil
}

// principal returns the attributes that users, groups and roles have alike.
func principal(at string, inline []named, managed []attached) graph.Attrs {
	attrs := graph.Attrs{}
	attrs.Set("path", path(at))
	var arns []string
	if managed != nil {
		arns = make([]string, len(managed))
		for i, m := range managed {
			arns[i] = m.PolicyArn
		}
	}
	attrs.Set("managed", texts(arns))
	attrs.Set("inline", graph.UnknownOf[any](graph.ReasonNotInInput))
	if inline != nil {
		blocks := make([]graph.Attrs, len(inline))
		for i, p := range inline {
			blocks[i] = graph.Attrs{}
			blocks[i].Set("name", graph.KnownOf[any](graph.Literal(p.PolicyName)))
			blocks[i].Set("policy", awscli.Policy(p.PolicyDocument))
		}
		attrs.Set("inline", graph.KnownOf[any](blocks))
	}
	return attrs
}

// bound sets the permissions boundary, which an entry has where the user or role has one.
func (b bounded) bound(attrs graph.Attrs) {
	attrs.Set("boundary", graph.AbsentOf[any]())
	if b.PermissionsBoundary != nil && b.PermissionsBoundary.PermissionsBoundaryArn != "" {
		attrs.Set("boundary", graph.KnownOf[any](graph.Literal(b.PermissionsBoundary.PermissionsBoundaryArn)))
	}
}

// path returns the path of an entry. Every entry has one; of one that was taken out nothing is known.
func path(s string) graph.Value[any] {
	if s == "" {
		return graph.UnknownOf[any](graph.ReasonNotInInput)
	}
	return graph.KnownOf[any](graph.Literal(s))
}

// texts returns a list. One that the entry does not have at all was taken out of it: AWS prints empty lists.
func texts(list []string) graph.Value[any] {
	if list == nil {
		return graph.UnknownOf[any](graph.ReasonNotInInput)
	}
	out := make([]graph.Text, len(list))
	for i, s := range list {
		out[i] = graph.Literal(s)
	}
	return graph.KnownOf[any](out)
}
