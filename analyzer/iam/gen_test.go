package iam

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

const (
	here  = "111122223333"
	there = "444455556666"
)

func texts(words ...string) *rapid.Generator[*List] {
	return rapid.Custom(func(t *rapid.T) *List {
		return &List{Items: rapid.SliceOfN(textGen(words...), 1, 2).Draw(t, "items"), Open: rapid.IntRange(0, 9).Draw(t, "open") == 0}
	})
}

func resourceWords() []string {
	return []string{"*", "arn:aws:s3:::logs", "arn:aws:s3:::logs/*", "arn:aws:s3:::logs/${aws:username}/*", "arn:aws:s3:::other/?", "arn:aws:s3:::l*s/${aws:PrincipalTag/team, 'a'}"}
}

func principalWords() []string {
	return []string{"*", here, there, "arn:aws:iam::" + here + ":root", "arn:aws:iam::" + here + ":role/reader", "arn:aws:iam::" + here + ":user/ann", "arn:aws:sts::" + here + ":assumed-role/reader/s1", "AROAEXAMPLE"}
}

func statementGen(principals bool) *rapid.Generator[Statement] {
	return rapid.Custom(func(t *rapid.T) Statement {
		s := Statement{Effect: rapid.SampledFrom([]Effect{Allow, Allow, Deny}).Draw(t, "effect")}
		actions := texts("s3:GetObject", "s3:*", "S3:get*", "*", "kms:Decrypt", "sts:AssumeRole").Draw(t, "actions")
		resources := texts(resourceWords()...).Draw(t, "resources")
		if rapid.IntRange(0, 4).Draw(t, "not action") == 0 {
			s.NotAction = actions
		} else {
			s.Action = actions
		}
		if rapid.IntRange(0, 4).Draw(t, "not resource") == 0 {
			s.NotResource = resources
		} else {
			s.Resource = resources
		}
		if principals {
			var items []PrincipalID
			for range rapid.IntRange(1, 3).Draw(t, "principals") {
				kind := rapid.SampledFrom([]string{"AWS", "AWS", "AWS", "AWS", "Service", "*", "Federated", "CanonicalUser"}).Draw(t, "type")
				switch kind {
				case "*":
					items = append(items, PrincipalID{Type: "*", ID: lit("*")})
				case "Service":
					items = append(items, PrincipalID{Type: kind, ID: textGen("cloudtrail.amazonaws.com", "s3.amazonaws.com").Draw(t, "service")})
				case "Federated":
					items = append(items, PrincipalID{Type: kind, ID: textGen("arn:aws:iam::"+here+":oidc-provider/example.com", "arn:aws:iam::"+here+":role/reader").Draw(t, "provider")})
				case "CanonicalUser":
					items = append(items, PrincipalID{Type: kind, ID: textGen("79a59df9").Draw(t, "canonical user")})
				default:
					items = append(items, PrincipalID{Type: kind, ID: textGen(principalWords()...).Draw(t, "id")})
				}
			}
			p := &Principals{Items: items, Open: rapid.IntRange(0, 9).Draw(t, "open") == 0}
			if rapid.IntRange(0, 4).Draw(t, "not principal") == 0 {
				s.NotPrincipal = p
			} else {
				s.Principal = p
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "conditions") {
			c := conditionGen().Draw(t, "condition")
			if !slices.ContainsFunc(s.Conditions, func(d Condition) bool { return c.Operator == d.Operator }) {
				s.Conditions = append(s.Conditions, c)
			}
		}
		s.OpenConditions = rapid.IntRange(0, 19).Draw(t, "open conditions") == 0
		return s
	})
}

// keyNames are the condition keys of the small world.
func keyNames() []string {
	return []string{"aws:PrincipalTag/team", "aws:username", "aws:SourceArn", "aws:SourceIp", "x:Number", "x:Date", "x:Flag", "x:Set", "kms:EncryptionContext:app", "kms:EncryptionContextKeys"}
}

func valueWords() []string {
	return []string{"a", "A", "*", "a*", "", "arn:aws:s3:::logs", "arn:aws:*:*:*:logs", "10.0.0.0/8", "10.1.2.3", "5", "7.0", "2026-01-01", "true", "false", "aQ==", "${aws:username}", "${aws:PrincipalTag/team, 'a'}"}
}

func conditionGen() *rapid.Generator[Condition] {
	names := []string{"Null", "Null", "StringSounds"}
	for _, o := range operators() {
		names = append(names, o.name)
		names = append(names, o.name+"IfExists", "ForAllValues:"+o.name, "ForAnyValue:"+o.name)
	}
	return rapid.Custom(func(t *rapid.T) Condition {
		c := Condition{Operator: rapid.SampledFrom(names).Draw(t, "operator"), Key: lit(rapid.SampledFrom(keyNames()).Draw(t, "key")), Values: *texts(valueWords()...).Draw(t, "values")}
		if rapid.IntRange(0, 29).Draw(t, "unknown key") == 0 {
			c.Key = graph.Join(lit("aws:PrincipalTag/"), hole())
		}
		return c
	})
}

func policyGen(principals bool) *rapid.Generator[Policy] {
	return rapid.Custom(func(t *rapid.T) Policy {
		p := Policy{Version: rapid.SampledFrom([]graph.Text{lit("2012-10-17"), lit("2012-10-17"), lit("2012-10-17"), lit("2008-10-17"), {}, hole()}).Draw(t, "version")}
		p.Statements = rapid.SliceOfN(statementGen(principals), 0, 3).Draw(t, "statements")
		if rapid.IntRange(0, 2).Draw(t, "broad") > 0 { // or hardly anything is allowed
			everyone := &Principals{Items: []PrincipalID{{Type: "*", ID: lit("*")}}}
			s := Statement{Effect: Allow, Action: &List{Items: []graph.Text{lit("*")}}, Resource: &List{Items: []graph.Text{lit("*")}}}
			if principals {
				s.Principal = everyone
			}
			p.Statements = append(p.Statements, s)
		}
		for i := range p.Statements {
			p.Statements[i].Index = i
		}
		if p.Open = rapid.IntRange(0, 9).Draw(t, "open") == 0; p.Open {
			p.OpenReason = graph.ReasonAfterApply
		}
		return p
	})
}

func requestGen() *rapid.Generator[Request] {
	return rapid.Custom(func(t *rapid.T) Request {
		arns := []string{"arn:aws:iam::" + here + ":role/reader", "arn:aws:iam::" + there + ":role/path/writer", "arn:aws:iam::" + here + ":user/ann"}
		p := Principal{Kind: rapid.SampledFrom([]PrincipalKind{Role, Role, User, Root, FederatedUser, Service, Anonymous, Federated}).Draw(t, "principal")}
		switch p.Kind {
		case Service:
			p.Service = textGen("cloudtrail.amazonaws.com").Draw(t, "service")
		case Anonymous:
		default:
			p.ARN = textGen(arns...).Draw(t, "arn")
			p.Account = rapid.SampledFrom([]graph.Text{{}, lit(here), lit(here), lit(there), hole(), ref("r2")}).Draw(t, "account")
			p.Partition = rapid.SampledFrom([]graph.Text{{}, {}, lit("aws"), hole()}).Draw(t, "partition")
			p.Session = rapid.SampledFrom([]graph.Text{{}, lit("s1"), hole(), ref("r1")}).Draw(t, "session")
			p.UniqueID = rapid.SampledFrom([]graph.Text{{}, lit("AROAEXAMPLE"), hole()}).Draw(t, "id")
		}
		tri := rapid.SampledFrom([]graph.Tri{graph.No, graph.No, graph.Maybe, graph.Yes})
		p.ServiceLinked, p.Management = tri.Draw(t, "linked"), tri.Draw(t, "management")
		r := Request{
			Principal: p, Action: rapid.SampledFrom([]string{"s3:GetObject", "s3:GetObject", "kms:Decrypt", "kms:Decrypt", "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sns:Publish", "logs:PutLogEvents", "sts:GetCallerIdentity"}).Draw(t, "action"),
			Resource:           textGen("arn:aws:s3:::logs", "arn:aws:s3:::logs/a", "arn:aws:s3:::logs/ann/x").Draw(t, "resource"),
			ResourceAccount:    rapid.SampledFrom([]graph.Text{{}, lit(here), lit(here), lit(there), hole()}).Draw(t, "owner"),
			ResourceManagement: tri.Draw(t, "resource management"),
			Context:            NewContext(rapid.SampledFrom([]KeyState{KeyAbsent, KeyUnknown}).Draw(t, "rest")),
		}
		for _, name := range keyNames() {
			if rapid.Bool().Draw(t, name) {
				r.Context = r.Context.With(name, keyGen().Draw(t, "key"))
			}
		}
		return r
	})
}

func keyGen() *rapid.Generator[Key] {
	return rapid.Custom(func(t *rapid.T) Key {
		k := Key{State: rapid.SampledFrom([]KeyState{KeyUnknown, KeyPresent, KeyPresent, KeyAbsent, KeyChosen}).Draw(t, "state")}
		switch k.State {
		case KeyPresent:
			k.Values = rapid.SliceOfN(textGen("a", "A", "", "b", "arn:aws:s3:::logs", "10.1.2.3", "5", "7", "2026-01-01T00:00:00Z", "true", "aQ=="), 0, 2).Draw(t, "values")
			k.Open = rapid.IntRange(0, 9).Draw(t, "open") == 0
			k.Multi = k.Open || len(k.Values) != 1
		case KeyUnknown, KeyChosen:
			k.Always, k.Multi = rapid.Bool().Draw(t, "always"), rapid.Bool().Draw(t, "multi")
			if k.State == KeyChosen && rapid.IntRange(0, 3).Draw(t, "among") == 0 {
				k.Values = rapid.SliceOfN(textGen("a", "b", "5", "true", "10.1.2.3"), 1, 2).Draw(t, "values")
			}
		case KeyAbsent:
		}
		return k
	})
}

func policiesGen() *rapid.Generator[Policies] {
	return rapid.Custom(func(t *rapid.T) Policies {
		p := None()
		source := func(principals bool) Source { return Source{Policy: policyGen(principals).Draw(t, "policy")} }
		for range rapid.IntRange(0, 2).Draw(t, "identity") {
			p.Identity.Sources = append(p.Identity.Sources, source(false))
		}
		p.Identity.Open = rapid.IntRange(0, 9).Draw(t, "open") == 0
		state := func() int { return rapid.IntRange(0, 9).Draw(t, "state") }
		one := func(v *graph.Value[Source], principals bool) {
			switch state() {
			case 0:
				*v = graph.UnknownOf[Source](graph.ReasonNotInInput)
			case 1, 2, 3:
				*v = graph.KnownOf(source(principals))
			}
		}
		one(&p.Boundary, false)
		one(&p.Endpoint, true)
		one(&p.Resource, true)
		if p.Resource.State() == graph.Absent {
			one(&p.Resource, true)
		}
		levels := func(v *graph.Value[[]Set]) {
			switch state() {
			case 0:
				*v = graph.UnknownOf[[]Set](graph.ReasonNotInInput)
			case 1, 2:
				var all []Set
				for range rapid.IntRange(0, 2).Draw(t, "levels") {
					all = append(all, Set{Sources: []Source{source(false)}, Open: rapid.IntRange(0, 9).Draw(t, "open") == 0})
				}
				*v = graph.KnownOf(all)
			}
		}
		levels(&p.SCPs)
		levels(&p.RCPs)
		switch state() {
		case 0:
			p.Session = graph.UnknownOf[[]Source](graph.ReasonNotInInput)
		case 1, 2:
			p.Session = graph.KnownOf([]Source{source(false)})
		}
		switch state() {
		case 0:
			p.Grants = graph.UnknownOf[[]Grant](graph.ReasonNotInInput)
		case 1, 2, 3:
			p.Grants = graph.KnownOf([]Grant{grantGen().Draw(t, "grant")})
		}
		return p
	})
}

func grantGen() *rapid.Generator[Grant] {
	return rapid.Custom(func(t *rapid.T) Grant {
		g := Grant{
			Grantee:    PrincipalID{Type: rapid.SampledFrom([]string{"AWS", "AWS", "Service"}).Draw(t, "type"), ID: textGen(principalWords()...).Draw(t, "grantee")},
			Operations: rapid.SampledFrom([][]string{{"Decrypt"}, {"Encrypt"}, {"Encrypt", "Decrypt"}}).Draw(t, "operations"),
			Exact:      rapid.Bool().Draw(t, "exact"),
		}
		if rapid.Bool().Draw(t, "constrained") {
			g.Constraints = map[string]graph.Text{"app": textGen("a", "b").Draw(t, "constraint")}
		}
		return g
	})
}

// world is a request with its policies.
type world struct {
	r Request
	p Policies
}

// worldGen draws a request with policies of all layers; or one, of a known principal, that a single statement decides, so that
// whatever is unknown of it decides.
func worldGen() *rapid.Generator[world] {
	return rapid.Custom(func(t *rapid.T) world {
		r := requestGen().Draw(t, "request")
		if rapid.IntRange(0, 2).Draw(t, "small") == 0 {
			return world{r: r, p: policiesGen().Draw(t, "policies")}
		}
		if rapid.IntRange(0, 3).Draw(t, "known principal") > 0 {
			r.Principal = rapid.SampledFrom([]Principal{session("reader", "s1"), role("reader"), user("ann"), stranger(), serviceOf("cloudtrail"), {}}).Draw(t, "principal")
		}
		if rapid.IntRange(0, 3).Draw(t, "known resource") > 0 {
			r.Action, r.Resource = "s3:GetObject", lit(rapid.SampledFrom([]string{"arn:aws:s3:::logs", "arn:aws:s3:::logs/a", "arn:aws:s3:::logs/ann/x", "arn:aws:s3:::logs/x"}).Draw(t, "resource"))
			r.ResourceAccount = lit(here)
		}
		layer := rapid.SampledFrom([]Layer{LayerIdentity, LayerIdentity, LayerResource, LayerResource, LayerBoundary, LayerSession, LayerSCP, LayerRCP, LayerEndpoint}).Draw(t, "layer")
		every := List{Items: []graph.Text{lit("*")}}
		s := statementGen(hasPrincipal(layer)).Draw(t, "statement")
		if rapid.Bool().Draw(t, "every action") {
			s.Action, s.NotAction = &every, nil
		}
		if rapid.Bool().Draw(t, "every resource") {
			s.Resource, s.NotResource = &every, nil
		}
		if hasPrincipal(layer) && rapid.Bool().Draw(t, "every principal") {
			s.Principal, s.NotPrincipal = &Principals{Items: []PrincipalID{{"*", lit("*")}}}, nil
		}
		if rapid.IntRange(0, 3).Draw(t, "variable") == 0 {
			with := &List{Items: []graph.Text{lit(rapid.SampledFrom([]string{"arn:aws:s3:::logs/${aws:username}", "arn:aws:s3:::logs/${aws:PrincipalTag/team}", "arn:aws:s3:::logs/${aws:PrincipalTag/team, 'x'}*"}).Draw(t, "resource"))}}
			s.Resource, s.NotResource = with, nil
			if rapid.Bool().Draw(t, "not") {
				s.Resource, s.NotResource = nil, with
			}
		}
		if account, owned := r.Principal.account(); layer == LayerResource && owned && rapid.IntRange(0, 3).Draw(t, "excepted") == 0 {
			s.Effect, s.Principal = Deny, nil
			s.NotPrincipal = &Principals{Items: []PrincipalID{{"AWS", rootARN(r.Principal.partition(), account)}, {"AWS", r.Principal.ARN}, {"AWS", r.Principal.sessionARN()}}}
		}
		broad := Statement{Effect: Allow, Action: &every, Resource: &every}
		one := Policy{Version: rapid.SampledFrom([]graph.Text{lit("2012-10-17"), lit("2012-10-17"), hole()}).Draw(t, "version"), Statements: []Statement{s}}
		if s.Effect == Deny {
			also := broad
			also.Index = 1
			if hasPrincipal(layer) {
				also.Principal = &Principals{Items: []PrincipalID{{"*", lit("*")}}}
			}
			one.Statements = append(one.Statements, also)
		}
		p := None()
		if layer != LayerResource || s.Effect == Deny {
			p.Identity.Sources = []Source{{Policy: Policy{Version: lit("2012-10-17"), Statements: []Statement{broad}}}}
		}
		src := Source{Policy: one}
		switch layer {
		case LayerResource:
			p.Resource = graph.KnownOf(src)
			if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
				p.Boundary = rapid.SampledFrom([]graph.Value[Source]{graph.UnknownOf[Source](""), graph.KnownOf(Source{Policy: Policy{Statements: []Statement{broad}}})}).Draw(t, "boundary")
			}
		case LayerBoundary:
			p.Boundary = graph.KnownOf(src)
		case LayerSession:
			p.Session = graph.KnownOf([]Source{src})
		case LayerEndpoint:
			p.Endpoint = graph.KnownOf(src)
		case LayerSCP:
			p.SCPs = graph.KnownOf([]Set{{Sources: []Source{src}}})
		case LayerRCP:
			p.RCPs = graph.KnownOf([]Set{{Sources: []Source{src}}})
		case LayerIdentity, LayerGrant, layerCount:
			p.Identity.Sources = []Source{src}
		}
		return world{r: r, p: p}
	})
}
