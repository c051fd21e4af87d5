package access

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// Pair is an action that is done to a resource.
type Pair struct {
	Action   string
	Resource *Resource
}

// Each calls f for every principal of the inputs and every pair that is allowed, or of which it is not known, by principal
// and pair. What no statement could allow is passed over without a decision, so that the cost is that of what is granted.
func (x *Index) Each(pairs []Pair, f func(p *Principal, pair int, result iam.Result)) {
	s := x.screen(pairs)
	for _, p := range x.principals {
		who := p.IAM.Prepared()
		for _, i := range s.candidates(p) {
			if r := x.outcome(p, who, &s.pairs[i]); r != iam.Denied {
				f(p, i, r)
			}
		}
	}
}

// set is a set of small numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) any() bool      { return slices.ContainsFunc(s, func(w uint64) bool { return w != 0 }) }

func (s set) union(t set) {
	for i, w := range t {
		s[i] |= w
	}
}

// screen tells quickly which pairs statements might be about.
type screen struct {
	pairs     []query
	actions   []string // each once, in lower case
	targets   []graph.Text
	resources []*Resource
	byAction  [][]int // the pairs of each action
	byNode    [][]int // the pairs of each resource

	ofAction map[string]set // the actions that a pattern matches
	ofTarget map[string]set // the targets that a pattern may match
}

// query is a pair with all of the request that does not depend on the principal.
type query struct {
	Pair
	request        iam.Request
	action, target int
}

func (x *Index) screen(pairs []Pair) *screen {
	s := &screen{pairs: make([]query, len(pairs)), ofAction: map[string]set{}, ofTarget: map[string]set{}}
	actions, targets, resources := map[string]int{}, map[string]int{}, map[*Resource]int{}
	for i, p := range pairs {
		q := &s.pairs[i]
		q.Pair = p
		q.request = iam.Request{Action: p.Action, Resource: x.Target(p.Resource, p.Action), ResourceAccount: p.Resource.Account, ResourceManagement: p.Resource.Management}
		name := strings.ToLower(p.Action)
		a, ok := actions[name]
		if !ok {
			a = len(s.actions)
			actions[name], s.actions, s.byAction = a, append(s.actions, name), append(s.byAction, nil)
		}
		spelt := q.request.Resource.String()
		t, ok := targets[spelt]
		if !ok {
			t = len(s.targets)
			targets[spelt], s.targets = t, append(s.targets, q.request.Resource)
		}
		r, ok := resources[p.Resource]
		if !ok {
			r = len(s.resources)
			resources[p.Resource], s.resources, s.byNode = r, append(s.resources, p.Resource), append(s.byNode, nil)
		}
		q.action, q.target = a, t
		s.byAction[a], s.byNode[r] = append(s.byAction[a], i), append(s.byNode[r], i)
	}
	return s
}

// candidates returns the pairs that a principal might be allowed, in their order.
func (s *screen) candidates(p *Principal) []int {
	out := newSet(len(s.pairs))
	if p.Policies.Identity.Open || p.IAM.Kind == iam.Root {
		return s.every()
	}
	for i := range p.Policies.Identity.Sources {
		policy := &p.Policies.Identity.Sources[i].Policy
		if policy.Open {
			return s.every()
		}
		for j := range policy.Statements {
			s.statement(&policy.Statements[j], out)
		}
	}
	for i, r := range s.resources {
		if r.mayGrant(p) {
			for _, q := range s.byNode[i] {
				out.add(q)
			}
		}
	}
	var all []int
	for i := range s.pairs {
		if out.has(i) {
			all = append(all, i)
		}
	}
	return all
}

func (s *screen) every() []int {
	out := make([]int, len(s.pairs))
	for i := range out {
		out[i] = i
	}
	return out
}

// statement adds the pairs that a statement may allow.
func (s *screen) statement(st *iam.Statement, out set) {
	if st.Effect != iam.Allow {
		return
	}
	actions := s.matching(st.Action, s.ofAction, len(s.actions), func(t graph.Text, i int) bool {
		return iam.MatchesAction(graph.Literal(s.actions[i]), t) != graph.No
	})
	if actions != nil && !actions.any() {
		return
	}
	targets := s.matching(st.Resource, s.ofTarget, len(s.targets), func(t graph.Text, i int) bool {
		return iam.Matches(s.targets[i], t) != graph.No
	})
	for a, pairs := range s.byAction {
		if actions != nil && !actions.has(a) {
			continue
		}
		for _, i := range pairs {
			if targets == nil || targets.has(s.pairs[i].target) {
				out.add(i)
			}
		}
	}
}

// matching returns what the patterns of a list may match; nil is everything.
func (s *screen) matching(l *iam.List, known map[string]set, n int, match func(t graph.Text, i int) bool) set {
	if l == nil || l.Open {
		return nil // NotAction, NotResource, none at all: it may be any
	}
	out := newSet(n)
	for _, t := range l.Items {
		lit, ok := t.Literal()
		if iam.HasVariable(t) {
			return nil
		}
		if ok && lit == "*" {
			return nil
		}
		key := t.String()
		m, had := known[key]
		if !had {
			m = newSet(n)
			for i := range n {
				if match(t, i) {
					m.add(i)
				}
			}
			known[key] = m
		}
		out.union(m)
	}
	return out
}

// mayGrant says whether the policy of a resource, or a grant, may allow a principal something by itself.
func (r *Resource) mayGrant(p *Principal) bool {
	if r.Policy.State() == graph.Unknown || len(r.grants) > 0 {
		return true
	}
	s, ok := r.Policy.Get()
	return ok && s.Policy.MayGrant(p.IAM)
}

// outcome decides a pair for a principal.
func (x *Index) outcome(p *Principal, who iam.Principal, q *query) iam.Result {
	policies := p.Policies
	policies.Resource, policies.Endpoint, policies.RCPs = q.Resource.Policy, q.Resource.Endpoint, q.Resource.RCPs
	if len(q.Resource.grants) > 0 && strings.HasPrefix(strings.ToLower(q.Action), "kms:") {
		policies.Grants = x.grants(q.Resource, p)
	}
	req := q.request
	req.Principal = who
	req.Context = x.contextFor(p, q.Action, q.Resource)
	result := iam.Outcome(req, policies)
	if result == iam.Denied {
		return result
	}
	return x.beyond(p, q.Action, q.Resource, iam.Decision{Result: result}).Result
}
