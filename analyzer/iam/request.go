package iam

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// PrincipalKind tells the principals of requests apart, as
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html does.
type PrincipalKind uint8

// The kinds of principals.
const (
	Anonymous     PrincipalKind = iota // a request that nobody signed
	Role                               // a session of an IAM role
	User                               // an IAM user
	Root                               // the root user of an account
	FederatedUser                      // a session that an IAM user made with GetFederationToken
	Federated                          // a web identity or SAML assertion, before it has a role
	Service                            // an AWS service
)

// Principal is who makes a request.
type Principal struct {
	Kind PrincipalKind
	// ARN is that of the role, of the user, of the user behind a federated one, or of the identity provider. A web identity
	// provider without ARN has its name here, such as accounts.google.com.
	ARN graph.Text
	// Session is the name of the role session or of the federated user. Empty: not known.
	Session graph.Text
	// Account is the account of the principal. Empty: that of the ARN.
	Account graph.Text
	// Partition is that of the account, such as aws. Empty: that of the ARN.
	Partition graph.Text
	// Service is the name of an AWS service, such as cloudtrail.amazonaws.com.
	Service graph.Text
	// UniqueID is the AROA… or AIDA… id; empty: not known.
	UniqueID graph.Text
	// ServiceLinked says that the role is a service-linked one, which SCPs and RCPs do not restrict.
	ServiceLinked graph.Tri
	// Stranger says that the account of the principal is none of those that policies name by a symbol, and not that of the
	// resource: an account of which nothing is known but that.
	Stranger bool
	// Management says that the account is the management account of its organization, which SCPs do not restrict.
	Management graph.Tri

	prepared *prepared // nil where nobody asked for it
}

// Request is one request to AWS.
type Request struct {
	Principal Principal
	Action    string     // such as s3:PutObject
	Resource  graph.Text // its ARN, or * for actions without a resource
	// ResourceAccount is the account that owns the resource. Empty: that of the ARN.
	ResourceAccount graph.Text
	// ResourceManagement says that the resource is in the management account, which RCPs do not restrict.
	ResourceManagement graph.Tri
	// Context are the condition keys of the request. Those of the principal and of the resource that follow from the
	// fields above are added where the context does not have them.
	Context Context
}

// account returns the account of the principal. Services and strangers have none.
func (p *Principal) account() (graph.Text, bool) {
	switch p.Kind {
	case Anonymous, Federated, Service:
		return graph.Text{}, false
	case Role, User, Root, FederatedUser:
	}
	if !p.Account.IsEmpty() {
		return p.Account, true
	}
	return arnPart(p.ARN, 4), true
}

// partition returns the partition of the principal.
func (p *Principal) partition() graph.Text {
	if !p.Partition.IsEmpty() {
		return p.Partition
	}
	return arnPart(p.ARN, 1)
}

// rootARN returns the ARN of an account, as principals spell it.
func rootARN(partition, account graph.Text) graph.Text {
	return graph.Join(graph.Literal("arn:"), partition, graph.Literal(":iam::"), account, graph.Literal(":root"))
}

// sessionARN returns the ARN of the session of a role or federated user. The path of a role is no part of it.
func (p *Principal) sessionARN() graph.Text {
	account, _ := p.account()
	session := p.Session
	if session.IsEmpty() {
		session = graph.Hole(graph.ReasonNotInInput)
	}
	head := graph.Join(graph.Literal("arn:"), p.partition(), graph.Literal(":sts::"), account)
	if p.Kind == FederatedUser {
		return graph.Join(head, graph.Literal(":federated-user/"), session)
	}
	return graph.Join(head, graph.Literal(":assumed-role/"), lastSegment(p.ARN), graph.Literal("/"), session)
}

// lastSegment returns what stands behind the last slash.
func lastSegment(t graph.Text) graph.Text {
	parts := t.Parts()
	var out graph.Text
	for _, p := range slices.Backward(parts) {
		if p.Kind != graph.PartLiteral {
			return graph.Hole(graph.TextOf(p).Reason()) // it may hold slashes
		}
		if at := strings.LastIndexByte(p.Literal, '/'); at >= 0 {
			return graph.Join(graph.Literal(p.Literal[at+1:]), out)
		}
		out = graph.Join(graph.Literal(p.Literal), out)
	}
	return graph.Hole(graph.ReasonMalformed)
}

// resourceAccount returns the account that owns the resource.
func (r *Request) resourceAccount() graph.Text {
	if !r.ResourceAccount.IsEmpty() {
		return r.ResourceAccount
	}
	if a := arnPart(r.Resource, 4); !a.IsEmpty() {
		return a
	}
	return graph.Hole(graph.ReasonNotInInput)
}

// service returns the prefix of the action.
func (r *Request) service() string {
	s, _, _ := strings.Cut(strings.ToLower(r.Action), ":")
	return s
}

// complete adds the keys that every request has, or cannot have, because of who makes it. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func (r *Request) complete() Context {
	c := r.Context
	if p := r.Principal.prepared; p != nil {
		c.under = p.keys
	} else {
		c.under = r.Principal.keys()
	}
	if lit, ok := r.Resource.Literal(); !ok || lit != "*" {
		k := PresentText(r.resourceAccount())
		c.owner = &k
	}
	return c
}

// prepared is what follows from who a principal is.
type prepared struct {
	id   identity
	keys map[string]Key
}

// Prepared returns the principal with all worked out that does not depend on what it asks for. It must not be changed
// afterwards.
func (p *Principal) Prepared() Principal {
	out := *p
	out.prepared = &prepared{id: identityOf(p), keys: p.keys()}
	return out
}

// keys returns the condition keys that follow from who the principal is.
func (p *Principal) keys() map[string]Key {
	keys := make(map[string]Key, 10)
	set := func(name string, k Key) { keys[name] = k }
	account, owned := p.account()
	if owned {
		set("aws:principalaccount", PresentText(account))
		set("aws:principalisawsservice", Present("false"))
		set("aws:principalservicename", AbsentKey())
		set("aws:principalservicenameslist", AbsentKey())
	}
	switch p.Kind {
	case Role:
		set("aws:principalarn", PresentText(p.ARN))
		set("aws:principaltype", Present("AssumedRole"))
		set("aws:username", AbsentKey())
	case User:
		set("aws:principalarn", PresentText(p.ARN))
		set("aws:principaltype", Present("User"))
		set("aws:username", PresentText(lastSegment(p.ARN)))
	case Root:
		set("aws:principalarn", PresentText(rootARN(p.partition(), account)))
		set("aws:principaltype", Present("Account"))
		set("aws:userid", PresentText(account))
		set("aws:username", AbsentKey())
	case FederatedUser:
		set("aws:principalarn", PresentText(p.sessionARN()))
		set("aws:principaltype", Present("FederatedUser"))
		set("aws:username", AbsentKey())
	case Service:
		set("aws:principalisawsservice", Present("true"))
		set("aws:principalservicename", PresentText(p.Service))
		for _, name := range []string{"aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:username"} {
			set(name, AbsentKey())
		}
	case Anonymous:
		set("aws:principaltype", Present("Anonymous"))
		for _, name := range []string{"aws:principalisawsservice", "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:principalservicename", "aws:username", "aws:userid"} {
			set(name, AbsentKey())
		}
	case Federated:
		set("aws:principalisawsservice", Present("false"))
		set("aws:username", AbsentKey())
	}
	return keys
}
