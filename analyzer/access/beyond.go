package access

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// Decision is what becomes of a request.
type Decision struct {
	iam.Decision
	// Beyond says what decided that is no policy; empty: policies did.
	Beyond string
}

// What decides beyond policies.
const (
	unsigned     = "the service takes no request that nobody signed"
	ownOnly      = "AWS lets the account of the resource alone do that"
	publicAccess = "S3 Block Public Access restricts the bucket, whose policy is public, to its own account"
)

// unsignedServices take requests that nobody signed: see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous. The functions
// of AWS STS that take a token instead are those of federated principals.
func unsignedServices() []string { return []string{"s3", "sqs", "sns"} }

// beyond applies what is no policy to a decision.
func (x *Index) beyond(p *Principal, action string, r *Resource, d iam.Decision) Decision {
	out := Decision{Decision: d}
	if d.Result == iam.Denied {
		if r.Node != nil && r.Node.Kind == graph.KindBucket && len(d.By) == 0 && x.isOutside(p, r) && opensByACL(r.Node, action) {
			out.Result, out.Missing = iam.Undetermined, nil
			out.Unknown = []iam.Gap{{Layer: iam.LayerResource, What: "what the ACL of the bucket and those of objects allow", Reason: graph.ReasonUnsupported}}
		}
		return out
	}
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	if p.IAM.Kind == iam.Anonymous && !slices.Contains(unsignedServices(), service) && !strings.EqualFold(action, "lambda:InvokeFunctionUrl") {
		return refused(unsigned)
	}
	if x.isOutside(p, r) && isOwnOnly(action) {
		return refused(ownOnly)
	}
	if r.Node == nil {
		return out
	}
	switch r.Node.Kind {
	case graph.KindBucket:
		if !x.isOutside(p, r) {
			return out
		}
		switch x.restricted(r) {
		case graph.Yes:
			return refused(publicAccess)
		case graph.Maybe:
			out.Decision = doubted(d, "S3 Block Public Access of the bucket")
		case graph.No:
		}
	case "s3.access_point":
		out.Decision = doubted(d, "what the policy of the bucket behind the access point says")
	}
	return out
}

// The actions that no principal of another account may do, whatever policies say. Of KMS those that other accounts may do are
// few. See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html.
//
//nolint:gochecknoglobals // tables
var (
	ownOnlyActions = []string{
		"sqs:addpermission", "sqs:cancelmessagemovetask", "sqs:createqueue", "sqs:deletequeue", "sqs:listmessagemovetasks", "sqs:listqueues", "sqs:listqueuetags", "sqs:removepermission",
		"sqs:setqueueattributes", "sqs:startmessagemovetask", "sqs:tagqueue", "sqs:untagqueue",
		"s3:putbucketpolicy", "s3:getbucketpolicy", "s3:deletebucketpolicy",
	}
	kmsAcross = []string{
		"kms:creategrant", "kms:decrypt", "kms:derivesharedsecret", "kms:describekey", "kms:encrypt", "kms:generatedatakey", "kms:generatedatakeypair", "kms:generatedatakeypairwithoutplaintext",
		"kms:generatedatakeywithoutplaintext", "kms:generatemac", "kms:getkeyrotationstatus", "kms:getpublickey", "kms:listgrants", "kms:listkeyrotations", "kms:reencryptfrom", "kms:reencryptto", "kms:retiregrant", "kms:revokegrant",
		"kms:sign", "kms:verify", "kms:verifymac",
	}
)

// isOwnOnly says that the account of the resource alone may do an action.
func isOwnOnly(action string) bool {
	a := strings.ToLower(action)
	service, _, _ := strings.Cut(a, ":")
	return service == "iam" || slices.Contains(ownOnlyActions, a) || service == "kms" && !slices.Contains(kmsAcross, a)
}

// opensByACL says that the ACL of a bucket may let strangers do an action; see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions.
func opensByACL(n *graph.Node, action string) bool {
	acl, ok := n.Attrs.Text("acl").Get()
	grants := n.Attrs.Blocks("acl_grants").Or(nil)
	private := !ok || acl.IsEmpty() || acl.Equal(graph.Literal("private")) == graph.Yes
	if private && len(grants) == 0 {
		return false
	}
	a := strings.ToLower(action)
	for _, can := range []string{"s3:getobject", "s3:putobject", "s3:deleteobject", "s3:listbucket", "s3:abortmultipartupload", "s3:listmultipart", "s3:getbucketacl", "s3:putbucketacl"} {
		if strings.HasPrefix(a, can) {
			return true
		}
	}
	return false
}

func refused(why string) Decision {
	return Decision{Decision: iam.Decision{Result: iam.Denied}, Beyond: why}
}

// doubted makes an allowed request undetermined.
func doubted(d iam.Decision, what string) iam.Decision {
	if d.Result != iam.Denied {
		d.Result = iam.Undetermined
		d.Unknown = append(d.Unknown, iam.Gap{Layer: iam.LayerResource, What: what, Reason: graph.ReasonNotInInput})
	}
	return d
}

// isOutside says that a principal is neither of the account of the resource nor a service.
func (x *Index) isOutside(p *Principal, r *Resource) bool {
	switch p.IAM.Kind {
	case iam.Service:
		return false
	case iam.Anonymous, iam.Federated:
		return true
	case iam.Role, iam.User, iam.Root, iam.FederatedUser:
	}
	if p.IAM.Stranger {
		return true
	}
	return p.account().Equal(accountOf(r)) == graph.No
}

// restricted says whether S3 Block Public Access keeps everybody outside of the account from a bucket; see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
func (x *Index) restricted(r *Resource) graph.Tri {
	const attr = "public_access_block.restrict_public_buckets"
	on := func(n *graph.Node) graph.Tri {
		v := n.Attrs.Bool(attr)
		switch b, ok := v.Get(); {
		case ok && v.IsDefault() && b: // a new bucket has it, and one that takes a public policy has not
			return graph.Maybe
		case ok:
			return graph.TriOf(b)
		case v.State() == graph.Absent:
			return graph.No
		}
		return graph.Maybe
	}
	block := on(r.Node)
	for n := range x.g.OfKind("s3.account") {
		if n.Account.Or("?") == r.Node.Account.Or("-") {
			block = block.Or(on(n))
		}
	}
	if block == graph.No {
		return graph.No
	}
	s, ok := r.Policy.Get()
	if !ok {
		return graph.TriOf(r.Policy.State() != graph.Absent).And(graph.Maybe)
	}
	return block.And(isPublic(s.Policy))
}

// fixedKeys are the condition keys whose fixed values make a policy not public; see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status.
func fixedKeys() []string {
	return []string{
		"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid", "aws:principalorgid", "aws:principalorgpaths",
		"aws:principalarn", "aws:principalaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
	}
}

// isPublic says whether S3 holds a bucket policy for public.
func isPublic(p iam.Policy) graph.Tri {
	out := graph.No
	if p.Open {
		out = graph.Maybe
	}
	for i := range p.Statements {
		s := &p.Statements[i]
		if s.Effect != iam.Allow {
			continue
		}
		everyone := graph.TriOf(s.NotPrincipal != nil)
		if s.Principal != nil {
			for _, id := range s.Principal.Items {
				everyone = everyone.Or(id.ID.Equal(graph.Literal("*")))
			}
		}
		for _, c := range s.Conditions {
			if key, ok := c.Key.Literal(); ok && slices.Contains(fixedKeys(), strings.ToLower(key)) {
				everyone = everyone.And(graph.Maybe) // whether the values are fixed enough S3 alone knows
				if !c.Values.Open && !slices.ContainsFunc(c.Values.Items, func(t graph.Text) bool { return !t.IsLiteral() || strings.ContainsAny(t.String(), "*?$/") }) {
					everyone = graph.No
				}
			}
		}
		out = out.Or(everyone)
	}
	return out
}
