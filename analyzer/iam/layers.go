package iam

import "github.com/trailguard/trailguard/analyzer/graph"

// Layer is a step of the evaluation.
type Layer uint8

// The layers, in the order of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
const (
	LayerRCP Layer = iota
	LayerSCP
	LayerEndpoint
	LayerResource
	LayerGrant
	LayerIdentity
	LayerBoundary
	LayerSession
	layerCount
)

// String names the layer for people.
func (l Layer) String() string {
	for i, name := range []string{"resource control policy", "service control policy", "VPC endpoint policy", "resource policy", "grant", "identity policy", "permissions boundary", "session policy"} {
		if int(l) == i {
			return name
		}
	}
	return "?"
}

// Source is a policy document with where it comes from.
type Source struct {
	Name   string // what people call it: an ARN, a name, an address
	Policy Policy
	Pos    graph.Pos
	Places []graph.Pos // where each of its statements stands, by index in the document, as far as that is known
	// Doubt says why the policy may not be there at all; empty where it is.
	Doubt string
	// Sensitive says that nothing of what the policy says may be shown.
	Sensitive bool
	// HiddenConditions says that the values of its conditions may not be shown, though the rest may.
	HiddenConditions bool
}

// Place returns where a statement stands, or else the policy.
func (s *Source) Place(index int) graph.Pos {
	if index < len(s.Places) && !s.Places[index].IsZero() {
		return s.Places[index]
	}
	return s.Pos
}

// Set is the policies of one layer. Open says that there may be others than these.
type Set struct {
	Sources []Source
	Open    bool
	Reason  graph.Reason // why, when open
}

// Grant is a KMS grant; see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html.
type Grant struct {
	Grantee    PrincipalID
	Operations []string // such as GenerateDataKey
	// Constraints are pairs of the encryption context that a request has to have.
	Constraints map[string]graph.Text
	// Exact says that the encryption context may have no other pairs (EncryptionContextEquals).
	Exact bool
}

// Policies are all that bear on a request. A layer that is not known is a zero value; one of which there is evidence that
// it does not apply is absent.
type Policies struct {
	// Identity are those of the principal: inline, managed, and those of its groups.
	Identity Set
	// Boundary is the permissions boundary of the principal.
	Boundary graph.Value[Source]
	// Session are the session policies.
	Session graph.Value[[]Source]
	// SCPs are the service control policies of the principal's account, one set per level: root, each unit, account.
	SCPs graph.Value[[]Set]
	// RCPs are the resource control policies of the resource's account, one set per level.
	RCPs graph.Value[[]Set]
	// Resource is the resource policy: of a bucket, a key, and so on, or the trust policy of a role.
	Resource graph.Value[Source]
	// Endpoint is the policy of the VPC endpoint that the request goes through.
	Endpoint graph.Value[Source]
	// Grants are those of a KMS key.
	Grants graph.Value[[]Grant]
}

// None returns policies of which there is evidence that there are none, to be filled in.
func None() Policies {
	return Policies{
		Boundary: graph.AbsentOf[Source](),
		Session:  graph.AbsentOf[[]Source](),
		SCPs:     graph.AbsentOf[[]Set](),
		RCPs:     graph.AbsentOf[[]Set](),
		Resource: graph.AbsentOf[Source](),
		Endpoint: graph.AbsentOf[Source](),
		Grants:   graph.AbsentOf[[]Grant](),
	}
}

// each calls f for every policy.
func (p *Policies) each(f func(*Source)) {
	set := func(all []Source) {
		for i := range all {
			f(&all[i])
		}
	}
	set(p.Identity.Sources)
	for _, v := range []graph.Value[Source]{p.Boundary, p.Resource, p.Endpoint} {
		if s, ok := v.Get(); ok {
			f(&s)
		}
	}
	if all, ok := p.Session.Get(); ok {
		set(all)
	}
	for _, v := range []graph.Value[[]Set]{p.SCPs, p.RCPs} {
		levels, _ := v.Get()
		for _, l := range levels {
			set(l.Sources)
		}
	}
}
