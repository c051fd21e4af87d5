package iam

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Result is the outcome of a decision.
type Result uint8

// The outcomes. The zero Result decides nothing.
const (
	Undetermined Result = iota
	Allowed
	Denied
)

// String returns "undetermined", "allowed" or "denied".
func (r Result) String() string {
	switch r {
	case Allowed:
		return "allowed"
	case Denied:
		return "denied"
	case Undetermined:
	}
	return "undetermined"
}

// Cause is a statement that bears on a decision.
type Cause struct {
	Layer     Layer
	Level     int // of the organization, from its root, for SCPs and RCPs
	Source    string
	Pos       graph.Pos
	Statement int // index in its document
	Offset    int // of the statement in its document
	Sid       graph.Text
	Effect    Effect
	Match     graph.Tri // Maybe where it is not known whether it matches
}

// Gap is something unknown that would settle a decision, or take it further.
type Gap struct {
	Layer  Layer
	Source string // of the policy, or empty when the whole layer is not known
	What   string // the key, the element or the layer
	Reason graph.Reason
}

// Choice is a value that the caller would have to choose for a condition key.
type Choice struct {
	Key   string // empty: it is sensitive
	Value graph.Text
	Omit  bool // to leave the key out
}

// Decision is what becomes of a request, and why.
type Decision struct {
	Result Result
	// By are the statements that decided: those that deny, or else those that allow. Of an undetermined request they
	// are those that may match.
	By []Cause
	// Missing are the layers of which no statement allows a request that nothing denies explicitly.
	Missing []Layer
	// Unknown is what is not known and would settle an undetermined request.
	Unknown []Gap
	// Choices are what the caller would have to choose to be allowed.
	Choices []Choice
}

// Decide decides a request. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
func Decide(r Request, p Policies) Decision {
	full := r
	full.Context = r.complete()
	d := newDecider(&full, &p)
	outcome, o := d.result()
	if outcome == Undetermined {
		if context, choices, ok := choose(&full, &p, true); ok {
			full.Context = context
			d = newDecider(&full, &p)
			outcome, o = d.result()
			return d.explain(outcome, o, choices)
		}
	}
	return d.explain(outcome, o, nil)
}

// Outcome decides a request as [Decide] does, without saying why, which costs much less.
func Outcome(r Request, p Policies) Result {
	full := r
	full.Context = r.complete()
	out, _ := newDecider(&full, &p).result()
	if out == Undetermined {
		if _, _, ok := choose(&full, &p, false); ok {
			return Allowed
		}
	}
	return out
}

// verdict is what the statements of a layer make of a request.
type verdict struct {
	allow grades // for layers without principals, direct alone counts
	deny  graph.Tri
}

// decider decides one request. It notes causes only when it is asked to explain.
type decider struct {
	r    *Request
	p    *Policies
	id   identity
	note *notes
}

func newDecider(r *Request, p *Policies) *decider {
	d := &decider{r: r, p: p}
	if ready := r.Principal.prepared; ready != nil {
		d.id = ready.id
	} else {
		d.id = identityOf(&r.Principal)
	}
	if d.id.hasOwner && r.Principal.Kind != Root {
		switch p.Boundary.State() {
		case graph.Known:
			d.id.bounded = graph.Yes
			if b, _ := p.Boundary.Get(); b.Doubt != "" {
				d.id.bounded = graph.Maybe
			}
		case graph.Unknown:
			d.id.bounded = graph.Maybe
		case graph.Absent:
		}
	}
	return d
}

// outcome is the result of every layer.
type outcome struct {
	allow [layerCount]graph.Tri
	deny  graph.Tri
	total graph.Tri
}

// result evaluates all layers.
func (d *decider) result() (Result, outcome) {
	identityLayer := d.set(LayerIdentity, 0, d.p.Identity)
	boundary := d.one(LayerBoundary, d.p.Boundary, graph.Yes)
	session := d.session()
	scp := d.levels(LayerSCP, d.p.SCPs, d.scpApplies())
	rcp := d.levels(LayerRCP, d.p.RCPs, d.rcpApplies())
	endpoint := d.one(LayerEndpoint, d.p.Endpoint, graph.Yes)
	resource := d.one(LayerResource, d.p.Resource, graph.No)
	if d.r.Principal.Kind == Root && slices.Contains(rootActions(), strings.ToLower(d.r.Action)) && d.id.account.Equal(d.r.resourceAccount()) != graph.No {
		resource.deny = resource.deny.And(graph.TriOf(d.id.account.Equal(d.r.resourceAccount()) != graph.Yes)).And(graph.Maybe)
	}
	grant := d.grants()
	var o outcome
	o.deny = identityLayer.deny.Or(boundary.deny).Or(session.deny).Or(scp.deny).Or(rcp.deny).Or(endpoint.deny).Or(resource.deny)
	o.allow = [layerCount]graph.Tri{
		LayerRCP: rcp.allow.direct, LayerSCP: scp.allow.direct, LayerEndpoint: endpoint.allow.any(), LayerResource: resource.allow.any(),
		LayerGrant: grant, LayerIdentity: identityLayer.allow.direct, LayerBoundary: boundary.allow.any(), LayerSession: session.allow.direct,
	}
	if d.r.Principal.Kind == Root {
		o.allow[LayerIdentity] = graph.Yes // the root user needs no policy
	}
	limits := o.allow[LayerBoundary].And(o.allow[LayerSession])
	own := o.allow[LayerIdentity].And(limits)
	granted := d.combine(own, limits, resource.allow, grant)
	o.total = granted.And(o.allow[LayerSCP]).And(o.allow[LayerRCP]).And(o.allow[LayerEndpoint])
	if d.unrestricted() {
		open := o.allow[LayerEndpoint].And(endpoint.deny.Not())
		if open != graph.Yes {
			d.gap(LayerEndpoint, "", "whether it restricts what needs no permission", "")
		}
		o.deny, o.total = graph.No, open.Or(graph.Maybe)
	}
	switch {
	case o.deny == graph.Yes, o.total == graph.No:
		return Denied, o
	case o.deny == graph.No && o.total == graph.Yes:
		return Allowed, o
	}
	return Undetermined, o
}

// rootActions are what a bucket policy denies the root user of its account in vain; see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html.
func rootActions() []string {
	return []string{"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"}
}

// combine puts identity and resource policies together, within an account and across accounts; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
func (d *decider) combine(own, limits graph.Tri, resource grades, grant graph.Tri) graph.Tri {
	if !d.id.hasOwner {
		return resource.direct.Or(grant) // services and strangers have no policies of their own
	}
	if strings.EqualFold(d.r.Action, "sts:AssumeRoleWithSAML") || strings.EqualFold(d.r.Action, "sts:AssumeRoleWithWebIdentity") {
		return resource.direct
	}
	grant = grant.And(limits.Or(graph.Maybe)) // whether boundary and session limit a grant is not documented
	direct := resource.direct.Or(resource.role.And(limits)).Or(grant)
	across := resource.any().And(own).Or(grant.And(own.Or(graph.Maybe)))
	mandatory := d.mandatory()
	within := either(mandatory, resource.any().And(own).Or(direct), own.Or(direct))
	if mandatory == graph.Maybe {
		d.gap(LayerResource, "", "whether the resource is a key or an alias", "")
	}
	if d.r.Resource.Equal(graph.Literal("*")) == graph.Yes && d.p.Resource.State() == graph.Absent && d.r.ResourceAccount.IsEmpty() {
		return within // an action without a resource is on the caller's own account
	}
	same := d.id.account.Equal(d.r.resourceAccount())
	if d.id.stranger {
		same = graph.No
	}
	if same == graph.Maybe && within != across {
		d.gap(LayerResource, "", "whether principal and resource are of one account", "")
	}
	return either(same, within, across)
}

// unrestricted says that the action needs no permission, and that a policy which denies it changes nothing; see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html.
func (d *decider) unrestricted() bool {
	return d.id.hasOwner && (strings.EqualFold(d.r.Action, "sts:GetCallerIdentity") || strings.EqualFold(d.r.Action, "sts:GetSessionToken"))
}

// either picks one of two results by a condition; when that is not known they have to agree.
func either(condition, yes, no graph.Tri) graph.Tri {
	switch {
	case condition == graph.Yes, yes == no:
		return yes
	case condition == graph.No:
		return no
	}
	return graph.Maybe
}

// mandatory says whether nothing is allowed that the resource policy does not allow, not even within its account:
// key policies (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html) and the trust policies of roles
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html).
func (d *decider) mandatory() graph.Tri {
	switch d.r.service() {
	case "sts":
		return graph.TriOf(strings.EqualFold(d.r.Action, "sts:AssumeRole") || strings.EqualFold(d.r.Action, "sts:TagSession") || strings.EqualFold(d.r.Action, "sts:SetSourceIdentity"))
	case "kms":
		if Matches(d.r.Resource, graph.Literal("*:key/*")) == graph.Yes {
			return graph.Yes // no colon stands in the name of an alias
		}
		return Matches(d.r.Resource, graph.Literal("*:alias/*")).Or(d.r.Resource.Equal(graph.Literal("*"))).Not()
	}
	return graph.No
}

// scpApplies says whether SCPs restrict the principal: not service-linked roles, not the management account, and nobody
// who is no principal of an account; see
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html.
func (d *decider) scpApplies() graph.Tri {
	if !d.id.hasOwner {
		return graph.No
	}
	return d.r.Principal.ServiceLinked.Or(d.r.Principal.Management).Not()
}

// rcpServices are services whose resources RCPs restrict, as of the page
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html. The list grows, so that of others
// it is not known.
func rcpServices() []string { return []string{"s3", "sts", "kms", "sqs", "secretsmanager"} }

// rcpApplies says whether RCPs restrict the request: every principal but service-linked roles, on resources of supported
// services outside of the management account.
func (d *decider) rcpApplies() graph.Tri {
	if strings.EqualFold(d.r.Action, "kms:RetireGrant") {
		return graph.No
	}
	supported := graph.Maybe
	if slices.Contains(rcpServices(), d.r.service()) {
		supported = graph.Yes
	}
	return supported.And(d.r.Principal.ServiceLinked.Or(d.r.ResourceManagement).Not())
}
