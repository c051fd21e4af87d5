package access

import (
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// Resource is what a request is about, with the policies that are on its side.
type Resource struct {
	Node    *graph.Node // nil for one that the graph does not have
	Name    string      // for people
	ARN     graph.Text
	Account graph.Text // of the owner; empty: that of the ARN
	// Management says that the account is the management account.
	Management graph.Tri
	Policy     graph.Value[iam.Source]
	Endpoint   graph.Value[iam.Source]
	RCPs       graph.Value[[]iam.Set]
	Assumed    []Assumption

	asked  []string      // condition keys that its policies ask for
	grants []*graph.Node // of a key
	within graph.Text    // what of it the request is about; empty: what the action is done to
}

// Resource returns a node as the resource of requests.
func (x *Index) Resource(n *graph.Node) *Resource {
	r := &Resource{Node: n, Name: string(n.ID), ARN: x.arn(n), Management: x.org.isManagement(n.Account)}
	r.Account = home(n).Account
	r.Policy = x.resourcePolicy(n)
	r.Endpoint = graph.AbsentOf[iam.Source]()
	r.RCPs, r.Assumed = x.org.levels(n.Account, typeRCP)
	if r.Management == graph.Yes {
		r.Assumed = nil
	}
	if n.Kind == graph.KindKey {
		for e := range x.g.Support(n.ID) {
			if g := x.g.Node(e.Connector); e.Kind.ID == "kms_grant" && g != nil {
				r.grants = append(r.grants, g)
			}
		}
		r.Assumed = append(r.Assumed, Assumption{What: "the key has no grants but those of the inputs", SettledBy: "aws kms list-grants"})
	}
	return r
}

// External returns a resource that is in none of the inputs, of which the ARN alone is known.
func (x *Index) External(arn string) *Resource {
	r := &Resource{Name: arn, ARN: graph.Literal(arn), Policy: graph.UnknownOf[iam.Source](graph.ReasonNotInInput), Endpoint: graph.AbsentOf[iam.Source]()}
	var account graph.Value[string]
	if a, ok := graph.ParseARN(arn); ok && a.Account != "" {
		account = graph.KnownOf(a.Account)
	}
	r.Management = x.org.isManagement(account)
	r.RCPs, r.Assumed = x.org.levels(account, typeRCP)
	return r
}

// Within narrows the resource to something within it, or to one form of it: an object of a bucket, a stream of a log group.
func (r *Resource) Within(arn graph.Text) { r.within = arn }
