package iam

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// filler replaces unknowns by concrete values, those of a reference by the same one everywhere.
type filler struct {
	rnd  *rand.Rand
	refs map[graph.Ref]string
	some bool // leave some of them
	// choose makes the choices of the caller as well, in whatever way.
	choose bool
}

func (f *filler) word() string {
	words := []string{"", "a", "b", "5", "*", "arn:aws:s3:::logs", "arn:aws:s3:::logs/a", "arn:aws:iam::" + here + ":role/reader", "arn:aws:iam::" + here + ":root", here, there, "true", "10.1.2.3", "s3:GetObject", "cloudtrail.amazonaws.com", "s1", "AROAEXAMPLE", "/ann", ":x"}
	return words[f.rnd.IntN(len(words))]
}

func (f *filler) arn() string {
	words := []string{"arn:aws:s3:::logs", "arn:aws:iam::" + here + ":role/reader", "arn:aws:iam::" + there + ":user/ann", "arn:aws:s3:::logs/a"}
	return words[f.rnd.IntN(len(words))]
}

func (f *filler) leave() bool { return f.some && f.rnd.IntN(3) == 0 }

func (f *filler) text(t graph.Text) graph.Text {
	var out []graph.Text
	for _, p := range t.Parts() {
		switch {
		case p.Kind == graph.PartRef:
			v, ok := f.refs[p.Ref]
			if !ok {
				v = f.arn()
				if f.leave() {
					v = "-"
				}
				f.refs[p.Ref] = v
			}
			if v == "-" {
				out = append(out, graph.TextOf(p))
			} else {
				out = append(out, lit(v))
			}
		case p.Kind == graph.PartHole && !f.leave():
			out = append(out, lit(f.word()))
		default:
			out = append(out, graph.TextOf(p))
		}
	}
	return graph.Join(out...)
}

func (f *filler) tri(t graph.Tri) graph.Tri {
	if t != graph.Maybe || f.leave() {
		return t
	}
	return graph.TriOf(f.rnd.IntN(2) == 0)
}

func (f *filler) texts(all []graph.Text) []graph.Text {
	var out []graph.Text
	for _, t := range all {
		out = append(out, f.text(t))
	}
	return out
}

func (f *filler) list(l List) List {
	l.Items = f.texts(l.Items)
	if l.Open && !f.leave() {
		l.Open = false
		for range f.rnd.IntN(2) {
			l.Items = append(l.Items, lit(f.word()))
		}
	}
	return l
}

func (f *filler) listp(l *List) *List {
	if l == nil {
		return nil
	}
	out := f.list(*l)
	return &out
}

func (f *filler) principals(p *Principals) *Principals {
	if p == nil {
		return nil
	}
	out := &Principals{Open: p.Open}
	for _, i := range p.Items {
		out.Items = append(out.Items, PrincipalID{Type: i.Type, ID: f.text(i.ID)})
	}
	if p.Open && !f.leave() {
		out.Open = false
		if f.rnd.IntN(2) == 0 {
			out.Items = append(out.Items, f.principal())
		}
	}
	return out
}

func (f *filler) policy(p Policy, principals bool) Policy {
	out := Policy{Version: f.text(p.Version), Open: p.Open}
	for _, s := range p.Statements {
		s.Principal, s.NotPrincipal = f.principals(s.Principal), f.principals(s.NotPrincipal)
		s.Action, s.NotAction, s.Resource, s.NotResource = f.listp(s.Action), f.listp(s.NotAction), f.listp(s.Resource), f.listp(s.NotResource)
		var conditions []Condition
		for _, c := range s.Conditions {
			c.Key, c.Values = f.text(c.Key), f.list(c.Values)
			conditions = append(conditions, c)
		}
		s.Conditions = conditions
		if s.OpenConditions && !f.leave() {
			s.OpenConditions = false
			if f.rnd.IntN(2) == 0 {
				s.Conditions = append(s.Conditions, Condition{Operator: "Bool", Key: lit("x:Flag"), Values: List{Items: []graph.Text{lit("true")}}})
			}
		}
		out.Statements = append(out.Statements, s)
	}
	if p.Open && !f.leave() {
		out.Open = false
		if f.rnd.IntN(2) == 0 {
			out.Statements = append(out.Statements, f.extra(principals).Statements...)
		}
	}
	return out
}

// principal is one that nobody knew of.
func (f *filler) principal() PrincipalID {
	all := []PrincipalID{{"*", lit("*")}, {"AWS", lit(f.word())}, {"AWS", lit(f.arn())}, {"Service", lit("cloudtrail.amazonaws.com")}, {"Federated", lit(f.arn())}}
	return all[f.rnd.IntN(len(all))]
}

// extra is a policy that nobody knew of.
func (f *filler) extra(principals bool) Policy {
	s := Statement{Effect: []Effect{Allow, Deny}[f.rnd.IntN(2)], Action: &List{Items: []graph.Text{lit("*")}}, Resource: &List{Items: []graph.Text{lit("*")}}}
	if f.rnd.IntN(3) == 0 {
		s.Conditions = []Condition{{Operator: "StringLike", Key: lit(keyNames()[f.rnd.IntN(len(keyNames()))]), Values: List{Items: []graph.Text{lit(f.word())}}}}
	}
	if principals {
		s.Principal = &Principals{Items: []PrincipalID{f.principal()}}
		if s.Effect == Deny && f.rnd.IntN(3) == 0 {
			s.Principal, s.NotPrincipal = nil, s.Principal
		}
	}
	return Policy{Version: lit("2012-10-17"), Statements: []Statement{s}}
}

func (f *filler) set(s Set) Set {
	out := Set{Open: s.Open}
	for _, src := range s.Sources {
		out.Sources = append(out.Sources, Source{Policy: f.policy(src.Policy, false)})
	}
	if s.Open && !f.leave() {
		out.Open = false
		if f.rnd.IntN(2) == 0 {
			out.Sources = append(out.Sources, Source{Policy: f.extra(false)})
		}
	}
	return out
}

func (f *filler) one(v graph.Value[Source], principals bool) graph.Value[Source] {
	if s, ok := v.Get(); ok {
		return graph.KnownOf(Source{Policy: f.policy(s.Policy, principals)})
	}
	if v.State() == graph.Absent || f.leave() {
		return v
	}
	if f.rnd.IntN(2) == 0 {
		return graph.AbsentOf[Source]()
	}
	return graph.KnownOf(Source{Policy: f.extra(principals)})
}

func (f *filler) levels(v graph.Value[[]Set]) graph.Value[[]Set] {
	if all, ok := v.Get(); ok {
		var out []Set
		for _, s := range all {
			out = append(out, f.set(s))
		}
		return graph.KnownOf(out)
	}
	if v.State() == graph.Absent || f.leave() {
		return v
	}
	if f.rnd.IntN(2) == 0 {
		return graph.AbsentOf[[]Set]()
	}
	return graph.KnownOf([]Set{{Sources: []Source{{Policy: f.extra(false)}}}})
}

func (f *filler) policies(p Policies) Policies {
	out := None()
	out.Identity = f.set(p.Identity)
	out.Boundary, out.Resource, out.Endpoint = f.one(p.Boundary, false), f.one(p.Resource, true), f.one(p.Endpoint, true)
	out.SCPs, out.RCPs = f.levels(p.SCPs), f.levels(p.RCPs)
	out.Session, out.Grants = f.sessions(p.Session), f.grants(p.Grants)
	return out
}

func (f *filler) sessions(v graph.Value[[]Source]) graph.Value[[]Source] {
	if all, ok := v.Get(); ok {
		return graph.KnownOf(f.set(Set{Sources: all}).Sources)
	}
	if v.State() == graph.Absent || f.leave() {
		return v
	}
	if f.rnd.IntN(2) == 0 {
		return graph.AbsentOf[[]Source]()
	}
	return graph.KnownOf([]Source{{Policy: f.extra(false)}})
}

func (f *filler) grants(v graph.Value[[]Grant]) graph.Value[[]Grant] {
	all, ok := v.Get()
	if !ok {
		if v.State() == graph.Absent || f.leave() {
			return v
		}
		if f.rnd.IntN(2) == 0 {
			return graph.AbsentOf[[]Grant]()
		}
		return graph.KnownOf([]Grant{{Grantee: f.principal(), Operations: []string{"Decrypt"}}})
	}
	var out []Grant
	for _, g := range all {
		g.Grantee.ID = f.text(g.Grantee.ID)
		constraints := map[string]graph.Text{}
		for name, t := range g.Constraints {
			constraints[name] = f.text(t)
		}
		g.Constraints = constraints
		out = append(out, g)
	}
	return graph.KnownOf(out)
}

func (f *filler) request(r Request) Request {
	p := &r.Principal
	p.ARN, p.Account, p.Service, p.Partition = f.text(p.ARN), f.text(p.Account), f.text(p.Service), f.text(p.Partition)
	if !p.Session.IsEmpty() {
		p.Session = f.text(p.Session)
	} else if !f.leave() {
		p.Session = lit([]string{"s1", "s2"}[f.rnd.IntN(2)])
	}
	p.ServiceLinked, p.Management, r.ResourceManagement = f.tri(p.ServiceLinked), f.tri(p.Management), f.tri(r.ResourceManagement)
	derived := r.Principal.keys() // what follows from the principal is no unknown
	derived[resourceAccount] = Key{}
	r.Resource, r.ResourceAccount = f.text(r.Resource), f.text(r.ResourceAccount)
	if word, _ := r.Resource.Literal(); r.ResourceAccount.IsEmpty() && arnPart(r.Resource, 4).IsEmpty() && word != "*" && !f.leave() {
		r.ResourceAccount = lit([]string{here, there}[f.rnd.IntN(2)])
	}
	c := NewContext(r.Context.Rest)
	for _, name := range append(keyNames(), r.Context.Names()...) {
		k := r.Context.Get(name)
		_, follows := derived[strings.ToLower(name)]
		if c.Has(name) || !r.Context.Has(name) && (follows || k.State == KeyAbsent) {
			continue
		}
		c = c.With(name, f.key(k))
	}
	r.Context = c
	return r
}

func (f *filler) key(k Key) Key {
	k.Values = f.texts(k.Values)
	set := func(n int) Key {
		out := Key{State: KeyPresent, Multi: k.Multi}
		for range n {
			out.Values = append(out.Values, lit(f.word()))
		}
		return out
	}
	n := 1
	if k.Multi {
		n = f.rnd.IntN(3)
	}
	switch {
	case k.State == KeyPresent && k.Open && !f.leave():
		k.Open = false
		if f.rnd.IntN(2) == 0 {
			k.Values = append(k.Values, lit(f.word()))
		}
	case k.State == KeyUnknown && !f.leave():
		if !k.Always && f.rnd.IntN(3) == 0 {
			return AbsentKey()
		}
		return set(n)
	case k.State == KeyChosen && f.choose:
		switch {
		case !k.Always && f.rnd.IntN(3) == 0:
			return AbsentKey()
		case len(k.Values) == 0:
			return set(n)
		}
		k.State, k.Values = KeyPresent, k.Values[f.rnd.IntN(len(k.Values)):][:1]
	}
	return k
}

// chosen is the key as the caller chose it.
func chosen(k Key, c Choice) Key {
	if c.Omit {
		return AbsentKey()
	}
	return Key{State: KeyPresent, Values: []graph.Text{c.Value}, Multi: k.Multi}
}

// filledChoice fills what is unknown of a choice.
func (f *filler) filledChoice(c Context, name string) Context {
	some := f.some
	f.some = false
	defer func() { f.some = some }()
	k := c.Get(name)
	k.Values = f.texts(k.Values)
	return c.With(name, k)
}

// TestSoundness is the contract of the package: what is decided stays decided whatever the unknowns turn out to be.
func TestSoundness(t *testing.T) {
	counts := map[Result]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen().Draw(t, "world")
		r, p := w.r, w.p
		before := Decide(r, p)
		counts[before.Result]++
		for i := range 6 {
			seed := rapid.Uint64().Draw(t, "seed")
			// What is denied is so whatever the caller chooses; what is allowed, if the caller chooses well.
			f := &filler{rnd: rand.New(rand.NewPCG(seed, seed)), refs: map[graph.Ref]string{}, some: i%2 == 0, choose: before.Result == Denied && i > 1}
			q, ps := f.request(r), f.policies(p)
			if before.Result == Allowed {
				for _, c := range before.Choices {
					q.Context = q.Context.With(c.Key, chosen(r.Context.Get(c.Key), c))
					q.Context = f.filledChoice(q.Context, c.Key)
				}
			}
			after := Decide(q, ps)
			if before.Result != Undetermined && after.Result != before.Result {
				t.Fatalf("%s becomes %s:\n%s\n%s", before.Result, after.Result, spellOut(r, p), spellOut(q, ps))
			}
		}
	})
	t.Log(counts)
}

func spellOut(r Request, p Policies) string {
	out := r.Principal.ARN.String() + " " + r.Principal.Account.String() + " " + r.Principal.Session.String() + " " + r.Action + " on " + r.Resource.String() + " of " + r.ResourceAccount.String()
	for _, n := range r.Context.Names() {
		k := r.Context.Get(n)
		out += "\n  " + n + " =" + []string{"?", "", "-", "chosen"}[k.State]
		for _, v := range k.Values {
			out += " '" + v.String() + "'"
		}
	}
	p.each(func(s *Source) { out += "\n  " + Marshal(s.Policy).String() })
	return out
}

// addStatement adds a statement to a policy of some layer, or to a new identity policy where the layer has none.
func addStatement(t *rapid.T, p *Policies, effect Effect) {
	layer := rapid.SampledFrom([]Layer{LayerIdentity, LayerBoundary, LayerSession, LayerResource, LayerEndpoint, LayerSCP, LayerRCP}).Draw(t, "layer")
	s := statementGen(hasPrincipal(layer)).Draw(t, "statement")
	s.Effect = effect
	to := func(all []Source) bool {
		if len(all) == 0 {
			return false
		}
		q := &all[len(all)-1].Policy
		s.Index = len(q.Statements)
		q.Statements = append(slices.Clone(q.Statements), s)
		return true
	}
	one := func(v *graph.Value[Source]) bool {
		src, ok := v.Get()
		if all := []Source{src}; ok && to(all) {
			*v = graph.KnownOf(all[0])
		}
		return ok
	}
	done := false
	switch layer {
	case LayerBoundary:
		done = one(&p.Boundary)
	case LayerResource:
		done = one(&p.Resource)
	case LayerEndpoint:
		done = one(&p.Endpoint)
	case LayerSession:
		all, _ := p.Session.Get()
		done = to(all)
	case LayerSCP, LayerRCP:
		v := p.SCPs
		if layer == LayerRCP {
			v = p.RCPs
		}
		if levels, _ := v.Get(); len(levels) > 0 {
			done = to(levels[rapid.IntRange(0, len(levels)-1).Draw(t, "level")].Sources)
		}
	case LayerIdentity, LayerGrant, layerCount:
	}
	if !done {
		s.Principal, s.NotPrincipal = nil, nil
		p.Identity.Sources = append(p.Identity.Sources, Source{Policy: Policy{Version: lit("2012-10-17"), Statements: []Statement{s}}})
	}
}

func TestDenyMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen().Draw(t, "world")
		r, p := w.r, w.p
		before := Decide(r, p)
		addStatement(t, &p, Deny)
		after := Decide(r, p)
		if before.Result != Allowed && after.Result == Allowed || before.Result == Denied && after.Result != Denied {
			t.Fatalf("%s becomes %s by a deny:\n%s", before.Result, after.Result, spellOut(r, p))
		}
	})
}

func TestAllowMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen().Draw(t, "world")
		r, p := w.r, w.p
		before := Decide(r, p)
		addStatement(t, &p, Allow)
		after := Decide(r, p)
		if before.Result == Allowed && after.Result != Allowed || before.Result != Denied && after.Result == Denied {
			t.Fatalf("%s becomes %s by an allow:\n%s", before.Result, after.Result, spellOut(r, p))
		}
	})
}

func TestOrderIndependence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen().Draw(t, "world")
		r, p := w.r, w.p
		before := Decide(r, p)
		seed := rapid.Uint64().Draw(t, "seed")
		rnd := rand.New(rand.NewPCG(seed, seed))
		shuffle := func(n int, swap func(i, j int)) { rnd.Shuffle(n, swap) }
		shuffle(len(p.Identity.Sources), reflect.Swapper(p.Identity.Sources))
		p.each(func(s *Source) {
			q := &s.Policy
			shuffle(len(q.Statements), reflect.Swapper(q.Statements))
			for _, s := range q.Statements {
				shuffle(len(s.Conditions), reflect.Swapper(s.Conditions))
				for _, l := range []*List{s.Action, s.NotAction, s.Resource, s.NotResource} {
					if l != nil {
						shuffle(len(l.Items), reflect.Swapper(l.Items))
					}
				}
				for _, l := range []*Principals{s.Principal, s.NotPrincipal} {
					if l != nil {
						shuffle(len(l.Items), reflect.Swapper(l.Items))
					}
				}
			}
		})
		if after := Decide(r, p); before.Result != after.Result || len(before.By) != len(after.By) || len(before.Unknown) != len(after.Unknown) {
			t.Fatalf("%s becomes %s in another order", before.Result, after.Result)
		}
	})
}
