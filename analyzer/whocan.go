package analyzer

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/access"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/analyzer/iam/actions"
)

// Answer says whether a principal can do something.
type Answer string

// The answers.
const (
	Can    Answer = "can"
	May    Answer = "may" // it could not be decided
	Cannot Answer = "cannot"
)

// WhoCan is the answer to the question who can do an action to a resource.
type WhoCan struct {
	Action   string
	Resource AccessedResource
	// Principals are those of the inputs, and those that the resource's policy names: who can, who may, who cannot.
	Principals []Access
	// Adversaries are those of whom no input speaks, from the weakest to the strongest.
	Adversaries []Access
	// Exemptions are names under which an administrator would be let through who is denied otherwise.
	Exemptions []access.Exemption
	// Assumed is what was taken for granted because no input tells it.
	Assumed []access.Assumption
}

// AccessedResource is the resource of the question.
type AccessedResource struct {
	Node      *graph.Node // nil where the inputs do not have it
	ARN       string      // on which IAM evaluates the action, with symbols for what is not known
	Sensitive bool        // the ARN must not be shown
}

// Access says whether one principal can do it, and why.
type Access struct {
	Principal string
	Node      *graph.Node // nil for those that are no nodes of the graph
	Answer    Answer
	// By are the statements that decided: those that deny, or else those that allow; of one who may, those that might match.
	By []Ground
	// Missing are the layers that allow nothing, of one who cannot though nothing denies it.
	Missing []string
	// Open is what is not known and would decide it.
	Open []Doubt
	// Beyond says what decided that is no policy.
	Beyond string
	// Choices are what the caller has to put into the request to be allowed.
	Choices []string
}

// Ground is a statement that bears on an answer.
type Ground struct {
	Layer     string // "identity policy"
	Level     int    // of an organization, from its root
	Policy    string // address, ARN or name
	Statement int    // index in the document
	Sid       string
	Effect    string
	Certain   bool // it is certain to match
	Pos       graph.Pos
}

// Doubt is something unknown.
type Doubt struct {
	Layer  string
	Policy string
	What   string // the condition key, the element, or the layer
	Reason string
}

// The errors of [AskWhoCan].
var (
	// ErrNoResource says that the inputs do not have the resource, and that it is no ARN either.
	ErrNoResource = errors.New("there is no such resource in the inputs, and it is no ARN")
	// ErrSeveral says that the name is that of several resources.
	ErrSeveral = errors.New("it names several resources")
	// ErrNoAction says that IAM has no such action.
	ErrNoAction = errors.New("IAM has no such action")
	// ErrOtherService says that the action is not one on that kind of resource.
	ErrOtherService = errors.New("it is no action on that resource")
)

// AskWhoCan answers which principals can do an action to a resource, which is named by its address in the inputs, its
// ARN, or its name.
func AskWhoCan(g *graph.Graph, action, resource string, o access.Options) (*WhoCan, error) {
	spelt, ok := actions.Find(action)
	if !ok {
		return nil, ErrNoAction
	}
	action = spelt.Name
	nodes := FindResources(g, resource)
	x := access.New(g, o)
	var r, more *access.Resource // more is on what the action has to be allowed besides
	switch {
	case len(nodes) > 1:
		return nil, ErrSeveral
	case len(nodes) == 1:
		of, and := keyOf(g, nodes[0], action)
		r = x.Resource(of)
		if and != nil {
			more = x.Resource(and)
		}
		if arn, isARN := graph.ParseARN(resource); isARN {
			if _, _, own := arn.Identify(); own.String() != resource {
				r.Within(graph.Literal(resource))
			}
		}
	default:
		if _, isARN := graph.ParseARN(resource); !isARN {
			return nil, ErrNoResource
		}
		r = x.External(resource)
	}
	if !x.Fits(action, r) {
		return nil, ErrOtherService
	}
	out := &WhoCan{Action: action, Resource: AccessedResource{Node: r.Node}}
	target := x.Target(r, action)
	out.Resource.ARN, out.Resource.Sensitive = target.String(), r.Node != nil && (r.Node.ARN.Sensitive() || r.Node.Name.Sensitive())
	assume := func(all []access.Assumption) {
		for _, a := range all {
			if !slices.Contains(out.Assumed, a) {
				out.Assumed = append(out.Assumed, a)
			}
		}
	}
	for _, p := range x.Candidates(r) {
		a := accessOf(p, x.Decide(p, action, r))
		if more != nil {
			a = worse(a, accessOf(p, x.Decide(p, action, more)))
		}
		if p.Elsewhere && a.Answer == Cannot {
			continue // the policy names it for something else
		}
		out.Principals = append(out.Principals, a)
		assume(p.Assumed)
	}
	slices.SortStableFunc(out.Principals, func(a, b Access) int { return cmp.Compare(rank(a.Answer), rank(b.Answer)) })
	for _, a := range access.Adversaries() {
		p := x.Adversary(a, r)
		c := accessOf(p, x.Judge(a, action, r))
		if more != nil {
			c = worse(c, accessOf(p, x.Judge(a, action, more)))
		}
		out.Adversaries = append(out.Adversaries, c)
		assume(p.Assumed)
	}
	if s, ok := r.Policy.Get(); ok && s.Sensitive {
		assume([]access.Assumption{{What: "whom the policy of the resource names is not told, for it is sensitive", SettledBy: "an input that does not mark it"}})
	}
	if unheld := x.Unheld(); len(unheld) > 0 {
		assume([]access.Assumption{{What: "policies, attachments and memberships of which it is not known whose they are, are none of theirs: " + strings.Join(unheld, ", "), SettledBy: g.SettledBy()}})
	}
	out.Exemptions = x.Exemptions(action, r)
	assume(r.Assumed)
	if len(x.Principals()) > 0 && !isDumped(g) {
		assume([]access.Assumption{{What: "roles and users have no policies but those of the inputs", SettledBy: "--context with the account's authorization dump"}})
	}
	return out, nil
}

// isDumped says that the inputs hold what was seen of an account's IAM.
func isDumped(g *graph.Graph) bool {
	for n := range g.Nodes() {
		if graph.InfoOf(n.Kind).Service == "iam" && (n.Observed || slices.ContainsFunc(n.Origins, func(o string) bool { _, isARN := graph.ParseARN(o); return isARN })) {
			return true
		}
	}
	return false
}

func rank(a Answer) int { return slices.Index([]Answer{Can, May, Cannot}, a) }

func accessOf(p *access.Principal, d access.Decision) Access {
	out := Access{Principal: p.Name, Node: p.Node, Answer: May, Beyond: d.Beyond}
	switch d.Result {
	case iam.Allowed:
		out.Answer = Can
	case iam.Denied:
		out.Answer = Cannot
	case iam.Undetermined:
	}
	for _, c := range d.By {
		if out.Answer == Can && access.IsFullAccess(c.Source) {
			continue // every account has it, and nobody is allowed anything by it alone
		}
		out.By = append(out.By, Ground{Layer: c.Layer.String(), Level: c.Level, Policy: c.Source, Statement: c.Statement, Sid: c.Sid.String(), Effect: c.Effect.String(), Certain: c.Match == graph.Yes, Pos: c.Pos})
	}
	for _, l := range d.Missing {
		if l == iam.LayerIdentity && !hasIdentity(p) {
			continue
		}
		out.Missing = append(out.Missing, l.String())
	}
	if p.Node != nil && p.Node.Doubt != "" && out.Answer != Cannot {
		out.Answer = May
		out.Open = append(out.Open, Doubt{What: "whether it is there", Reason: p.Node.Doubt})
	}
	for _, u := range d.Unknown {
		out.Open = append(out.Open, Doubt{Layer: u.Layer.String(), Policy: u.Source, What: u.What, Reason: string(u.Reason)})
	}
	for _, c := range d.Choices {
		switch {
		case c.Key == "":
			out.Choices = append(out.Choices, "what a sensitive policy asks for")
		case c.Omit:
			out.Choices = append(out.Choices, "no "+c.Key)
		case c.Value.Reason() == graph.ReasonSensitive:
			out.Choices = append(out.Choices, "a value in "+c.Key+" that is sensitive")
		default:
			out.Choices = append(out.Choices, c.Key+" = "+c.Value.String())
		}
	}
	return out
}

// keyOf returns on what KMS decides an action that is asked of an alias: the key behind it, or, for actions on aliases, the
// alias and the key; see https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html. Other nodes are what they
// are.
func keyOf(g *graph.Graph, n *graph.Node, action string) (of, and *graph.Node) {
	if n.Kind != graph.KindKeyAlias {
		return n, nil
	}
	var key *graph.Node
	for e := range g.Support(n.ID) {
		if to := g.Node(e.To); e.Kind.ID == "kms_alias" && e.OneOf == "" && to != nil && !to.Unresolved {
			key = to
		}
	}
	switch {
	case key == nil:
		return n, nil
	case strings.HasSuffix(strings.ToLower(action), "alias"):
		return n, key
	}
	return key, nil
}

// worse returns the answer of two that are needed both: cannot before may before can, and both reasons where they are alike.
func worse(a, b Access) Access {
	switch {
	case rank(b.Answer) > rank(a.Answer):
		return b
	case a.Answer == b.Answer:
		a.By, a.Open = append(a.By, b.By...), append(a.Open, b.Open...)
	}
	return a
}

// hasIdentity says that a principal has policies of its own.
func hasIdentity(p *access.Principal) bool {
	return p.IAM.Kind != iam.Anonymous && p.IAM.Kind != iam.Service && p.IAM.Kind != iam.Federated
}

// nickname is what stands before the name of a role, user or group where it is told.
func nickname(n *graph.Node) string {
	_, kind, _ := strings.Cut(string(n.Kind), ".")
	return kind + "/"
}

// FindResources returns the nodes that somebody may mean by an address, an ARN, or a name: those of that address or ARN, or
// else those of that name.
func FindResources(g *graph.Graph, name string) []*graph.Node {
	own := name
	if arn, ok := graph.ParseARN(name); ok {
		_, _, a := arn.Identify()
		own = a.String()
	}
	var exact, named []*graph.Node
	for n := range g.Nodes() {
		if n.Unresolved || n.Kind == graph.KindPrincipal {
			continue
		}
		arn, _ := n.ARN.Or(graph.Text{}).Literal()
		called, _ := n.Name.Or(graph.Text{}).Literal()
		switch {
		case string(n.ID) == name, n.Address == name, arn != "" && arn == own:
			exact = append(exact, n)
		case called != "" && (called == name || nickname(n)+called == name) && !n.Name.Sensitive():
			named = append(named, n)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return slices.DeleteFunc(named, func(n *graph.Node) bool {
		return strings.HasPrefix(string(n.Kind), "iam.") && len(named) > 1 && !n.Declared()
	})
}
