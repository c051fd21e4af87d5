package iam

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// filler replaces unknowns by concrete values, those of a reference by the same one everywhere.
type filler struct {
	rnd  *rand.Rand
	refs map[graph.Ref]string
	some bool // leave some of them
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
			out.Items = append(out.Items, PrincipalID{Type: "AWS", ID: lit(f.word())})
		}
	}
	return out
}

func (f *filler) policy(p Policy) Policy {
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
			out.Statements = append(out.Statements, f.extra().Statements...)
		}
	}
	return out
}

// extra is a policy that nobody knew of.
func (f *filler) extra() Policy {
	effect := []string{"Allow", "Deny"}[f.rnd.IntN(2)]
	return policy(`{"Statement":{"Effect":"` + effect + `","Principal":"*","Action":"*","Resource":"*"}}`)
}

func (f *filler) set(s Set) Set {
	out := Set{Open: s.Open}
	for _, src := range s.Sources {
		out.Sources = append(out.Sources, Source{Policy: f.policy(src.Policy)})
	}
	if s.Open && !f.leave() {
		out.Open = false
		if f.rnd.IntN(2) == 0 {
			out.Sources = append(out.Sources, Source{Policy: f.extra()})
		}
	}
	return out
}

func (f *filler) one(v graph.Value[Source]) graph.Value[Source] {
	if s, ok := v.Get(); ok {
		return graph.KnownOf(Source{Policy: f.policy(s.Policy)})
	}
	if v.State() == graph.Absent || f.leave() {
		return v
	}
	if f.rnd.IntN(2) == 0 {
		return graph.AbsentOf[Source]()
	}
	return graph.KnownOf(Source{Policy: f.extra()})
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
	return graph.KnownOf([]Set{{Sources: []Source{{Policy: f.extra()}}}})
}

func (f *filler) policies(p Policies) Policies {
	out := None()
	out.Identity = f.set(p.Identity)
	out.Boundary, out.Resource, out.Endpoint = f.one(p.Boundary), f.one(p.Resource), f.one(p.Endpoint)
	out.SCPs, out.RCPs = f.levels(p.SCPs), f.levels(p.RCPs)
	if all, ok := p.Session.Get(); ok {
		out.Session = graph.KnownOf(f.set(Set{Sources: all}).Sources)
	}
	return out
}

func (f *filler) request(r Request) Request {
	p := &r.Principal
	p.ARN, p.Account, p.Service = f.text(p.ARN), f.text(p.Account), f.text(p.Service)
	if !p.Session.IsEmpty() {
		p.Session = f.text(p.Session)
	} else if !f.leave() {
		p.Session = lit("s1")
	}
	p.ServiceLinked, p.Management, r.ResourceManagement = f.tri(p.ServiceLinked), f.tri(p.Management), f.tri(r.ResourceManagement)
	r.Resource, r.ResourceAccount = f.text(r.Resource), f.text(r.ResourceAccount)
	c := NewContext(r.Context.Rest)
	full := r.complete() // what follows from the principal is no unknown
	names := append(keyNames(), r.Context.Names()...)
	for _, name := range names {
		k := r.Context.Get(name)
		if c.Has(name) || !r.Context.Has(name) && (full.Has(name) || k.State == KeyAbsent) {
			continue
		}
		k.Values = f.texts(k.Values)
		switch {
		case k.State == KeyPresent && k.Open && !f.leave():
			k.Open = false
			if f.rnd.IntN(2) == 0 {
				k.Values = append(k.Values, lit(f.word()))
			}
		case k.State == KeyUnknown && !f.leave():
			n := f.rnd.IntN(4) - 1
			if k.Always {
				n = max(n, 0)
			}
			if n < 0 {
				k = AbsentKey()
				break
			}
			if !k.Multi {
				n = 1
			}
			k = Key{State: KeyPresent, Multi: k.Multi}
			for range n {
				k.Values = append(k.Values, lit(f.word()))
			}
		}
		c = c.With(name, k)
	}
	r.Context = c
	return r
}

// TestSoundness is the contract of the package: what is decided stays decided whatever the unknowns turn out to be.
func TestSoundness(t *testing.T) {
	counts := map[Result]int{}
	rapid.Check(t, func(t *rapid.T) {
		r, p := requestGen().Draw(t, "request"), policiesGen().Draw(t, "policies")
		before := Decide(r, p)
		counts[before.Result]++
		for i := range 4 {
			seed := rapid.Uint64().Draw(t, "seed")
			f := &filler{rnd: rand.New(rand.NewPCG(seed, seed)), refs: map[graph.Ref]string{}, some: i%2 == 0}
			q, ps := f.request(r), f.policies(p)
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
	p.each(func(q *Policy) { out += "\n  " + Marshal(*q).String() })
	return out
}

func TestDenyMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := requestGen().Draw(t, "request"), policiesGen().Draw(t, "policies")
		before := Decide(r, p)
		s := statementGen(false).Draw(t, "statement")
		s.Effect = Deny
		p.Identity.Sources = append(p.Identity.Sources, Source{Policy: Policy{Version: lit("2012-10-17"), Statements: []Statement{s}}})
		after := Decide(r, p)
		if before.Result != Allowed && after.Result == Allowed || before.Result == Denied && after.Result != Denied {
			t.Fatalf("%s becomes %s by a deny", before.Result, after.Result)
		}
	})
}

func TestAllowMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := requestGen().Draw(t, "request"), policiesGen().Draw(t, "policies")
		before := Decide(r, p)
		s := statementGen(false).Draw(t, "statement")
		s.Effect = Allow
		p.Identity.Sources = append(p.Identity.Sources, Source{Policy: Policy{Version: lit("2012-10-17"), Statements: []Statement{s}}})
		after := Decide(r, p)
		if before.Result == Allowed && after.Result != Allowed || before.Result != Denied && after.Result == Denied {
			t.Fatalf("%s becomes %s by an allow", before.Result, after.Result)
		}
	})
}

func TestOrderIndependence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := requestGen().Draw(t, "request"), policiesGen().Draw(t, "policies")
		before := Decide(r, p)
		seed := rapid.Uint64().Draw(t, "seed")
		rnd := rand.New(rand.NewPCG(seed, seed))
		shuffle := func(n int, swap func(i, j int)) { rnd.Shuffle(n, swap) }
		shuffle(len(p.Identity.Sources), reflect.Swapper(p.Identity.Sources))
		p.each(func(q *Policy) {
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
