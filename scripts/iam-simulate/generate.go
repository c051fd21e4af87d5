package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/iam"
)

// The accounts of the small world.
const (
	here  = "111122223333"
	there = "444455556666"
)

// generator makes requests from a seed.
type generator struct {
	*rand.Rand
	actions []action
	values  map[string][]string
	r       *request // the one at hand
	act     action
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, seed)), actions: actions(), values: values()}
}

// percent is true in so many of a hundred cases.
func (g *generator) percent(n int) bool { return g.IntN(100) < n }

func pick[T any](g *generator, all ...T) T { return all[g.IntN(len(all))] }

// request makes one request.
func (g *generator) request() *request {
	g.act = pick(g, g.actions...)
	r := &request{Action: g.act.name, Target: pick(g, g.act.targets...), Owner: here, Keys: map[string][]string{}}
	g.r = r
	g.who()
	if r.Target == "*" && r.Account != "" {
		r.Owner = r.Account
	}
	r.OwnerIsManagement = g.percent(3)
	g.context()
	g.policies()
	return r
}

// who picks a principal that may ask for the action at all.
func (g *generator) who() {
	r := g.r
	account := pick(g, here, here, here, there)
	switch {
	case strings.HasPrefix(r.Action, "sts:AssumeRoleWith"):
		r.Kind, r.ARN = iam.Federated, "arn:aws:iam::"+here+pick(g, ":oidc-provider/token.actions.githubusercontent.com", ":oidc-provider/gitlab.com")
		if strings.HasSuffix(r.Action, "SAML") {
			r.ARN = "arn:aws:iam::" + here + pick(g, ":saml-provider/okta", ":saml-provider/other")
		}
		return
	case g.act.policy && g.percent(14):
		r.Kind, r.ARN = iam.Service, pick(g, "cloudtrail", "sns", "s3")+".amazonaws.com"
		return
	case g.act.policy && g.percent(7) && r.service() != "kms" && r.service() != "sts":
		r.Kind = iam.Anonymous
		return
	}
	r.Account = account
	prefix := "arn:aws:iam::" + account
	switch g.IntN(20) {
	case 0, 1, 2, 3:
		r.Kind, r.ARN = iam.User, prefix+pick(g, ":user/ann", ":user/bob")
	case 4:
		r.Kind, r.ARN = iam.Root, prefix+":root"
	case 5, 6:
		r.Kind, r.ARN, r.Session = iam.FederatedUser, prefix+":user/ann", pick(g, "ann", "ann", "fed")
	default:
		r.Kind, r.ARN, r.Session = iam.Role, prefix+pick(g, ":role/reader", ":role/reader", ":role/visitor", ":role/team/writer"), pick(g, "s1", "s2")
		r.ServiceLinked = g.percent(3)
	}
	r.Management = g.percent(4)
}

// context gives the request some keys, and leaves out others.
func (g *generator) context() {
	for _, name := range g.keyNames() {
		if slices.Contains(derived(), name) || !g.percent(55) {
			continue
		}
		if g.r.Account == "" && strings.HasPrefix(name, "aws:Principal") { // of nobody's account
			continue
		}
		n := 1
		if setKeys[name] {
			n = pick(g, 0, 1, 1, 2, 2, 3)
		}
		var all []string
		for range n {
			if v := pick(g, g.values[name]...); !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
		g.r.Keys[name] = all
	}
}

// keyNames are the keys that the action knows, in order.
func (g *generator) keyNames() []string {
	var out []string
	for _, name := range sorted(g.values) {
		if strings.HasPrefix(name, "aws:") || slices.Contains(g.act.keys, name) {
			out = append(out, name)
		}
	}
	return out
}

// policies gives the request its layers.
func (g *generator) policies() {
	l := &g.r.Policies
	if g.r.Kind >= iam.Role && g.r.Kind <= iam.FederatedUser && g.r.Kind != iam.Root {
		for range pick(g, 0, 1, 1, 1, 2, 3) {
			l.Identity = append(l.Identity, g.document("identity", 55))
		}
		if g.percent(25) {
			l.Boundary = g.document("boundary", 60)
		}
	}
	if g.r.Kind == iam.Role && g.percent(20) || g.r.Kind == iam.FederatedUser && g.percent(90) {
		l.Session = g.document("session", 65)
	}
	if g.r.Account != "" && g.percent(40) {
		for range 1 + g.IntN(3) {
			level := []*document{g.document("scp", 90)}
			if g.percent(20) {
				level = append(level, g.document("scp", 20))
			}
			l.SCPs = append(l.SCPs, level)
		}
	}
	if g.percent(30) && rcpServices[g.r.service()] { // whether RCPs have come to restrict others is not known
		for range 1 + g.IntN(3) {
			full := everything()
			full.Statements[0].Principal = []principal{{"*", "*"}}
			level := []*document{full}
			if g.percent(60) {
				level = append(level, g.document("rcp", 0))
			}
			l.RCPs = append(l.RCPs, level)
		}
	}
	if g.act.policy && (g.percent(65) || g.r.Account == "" || g.r.service() == "sts" || g.r.service() == "kms") {
		l.Attached = g.document("resource", 30)
	}
	if g.percent(20) && g.r.service() != "sts" {
		l.Endpoint = g.document("endpoint", 70)
	}
}

// document makes a policy of a layer. So many of a hundred allow everything, and perhaps deny something.
func (g *generator) document(layer string, broad int) *document {
	d := &document{Version: "2012-10-17"}
	if layer != "rcp" && g.percent(4) {
		d.Version = pick(g, "2008-10-17", "")
	}
	if g.percent(broad) {
		s := everything().Statements[0]
		switch layer {
		case "resource":
			s.Principal = g.principals()
		case "endpoint":
			s.Principal = []principal{{"*", "*"}}
		}
		if layer == "resource" && g.r.service() == "sts" {
			s.Action, s.Resource = []string{g.r.Action}, nil
		}
		d.Statements = append(d.Statements, s)
	}
	n := pick(g, 0, 0, 1, 2)
	if len(d.Statements) == 0 {
		n = pick(g, 1, 1, 2, 3)
	}
	for range n {
		d.Statements = append(d.Statements, g.statement(layer, len(d.Statements) > 0))
	}
	return d
}

func (g *generator) statement(layer string, more bool) statement {
	s := statement{Effect: "Allow", Scalar: g.percent(50)}
	if layer == "rcp" || g.percent(15) || more && g.percent(35) {
		s.Effect = "Deny"
	}
	trust := layer == "resource" && g.r.service() == "sts"
	switch {
	case trust:
		s.Action = []string{pick(g, g.r.Action, g.r.Action, "sts:*", "sts:TagSession")}
	case layer != "rcp" && g.percent(15):
		s.NotAction = g.actionPatterns(layer)
	default:
		s.Action = g.actionPatterns(layer)
	}
	switch {
	case trust:
	case g.percent(12):
		s.NotResource = g.resourcePatterns(layer)
	default:
		s.Resource = g.resourcePatterns(layer)
	}
	switch layer {
	case "rcp":
		s.Principal = []principal{{"*", "*"}}
	case "endpoint":
		s.Principal = []principal{{"*", "*"}}
	case "resource":
		if s.Effect == "Deny" && g.percent(35) {
			s.NotPrincipal = g.exceptions()
		} else {
			s.Principal = g.principals()
		}
	}
	for range pick(g, 0, 0, 1, 1, 2, 3) {
		c := g.condition()
		if !slices.ContainsFunc(s.Conditions, func(d condition) bool { return strings.EqualFold(c.Operator, d.Operator) }) {
			s.Conditions = append(s.Conditions, c)
		}
	}
	return s
}

func (g *generator) actionPatterns(layer string) []string {
	service, name, _ := strings.Cut(g.r.Action, ":")
	var out []string
	for range pick(g, 1, 1, 2) {
		p := pick(g, g.r.Action, service+":*", service+":*", service+":"+name[:3]+"*", service+":"+strings.ToLower(name[:2])+"?"+name[3:], pick(g, g.actions...).name, "*")
		if p == "*" && layer == "rcp" {
			p = service + ":*"
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func (g *generator) resourcePatterns(layer string) []string {
	target := g.r.Target
	if target == "*" {
		return []string{pick(g, "*", "*", "*", "arn:aws:sqs:*:*:*")}
	}
	var out []string
	for range pick(g, 1, 1, 2) {
		head := target[:strings.LastIndexAny(target, ":/")+1]
		parts := strings.SplitN(target, ":", 6)
		p := pick(
			g, "*", "*", "*", target, target, head+"*", target[:len(target)-1]+"?", strings.Join(parts[:5], ":")+":*", "arn:aws:"+parts[2]+":*:*:"+parts[5],
			pick(g, pick(g, g.actions...).targets...), head+"${aws:PrincipalTag/team}", head+"${aws:PrincipalTag/team, '"+last(parts[5])+"'}", strings.Join(parts[:3], ":")+":*",
		)
		if strings.Count(p, ":") < 5 && p != "*" && (layer == "scp" || layer == "rcp" || g.percent(70)) {
			p = strings.Join(parts[:5], ":") + ":*"
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// principals names some, most often such that the one at hand is meant.
func (g *generator) principals() []principal {
	var out []principal
	for range pick(g, 1, 1, 2) {
		p := g.principal()
		if p.Type == "*" {
			return []principal{p}
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func (g *generator) principal() principal {
	r := g.r
	if g.percent(30) {
		return pick(g, principal{"*", "*"}, principal{"AWS", "*"}, principal{"AWS", there}, principal{"AWS", "arn:aws:iam::" + here + ":role/reader"}, principal{"AWS", "arn:aws:iam::" + here + ":user/ann"}, principal{"Service", "cloudtrail.amazonaws.com"})
	}
	switch r.Kind {
	case iam.Service:
		return principal{"Service", pick(g, r.ARN, r.ARN, r.ARN, "events.amazonaws.com")}
	case iam.Federated:
		return principal{"Federated", pick(g, r.ARN, r.ARN, "arn:aws:iam::"+here+":saml-provider/okta")}
	case iam.Anonymous:
		return pick(g, principal{"*", "*"}, principal{"AWS", "*"})
	case iam.Root:
		return principal{"AWS", pick(g, r.ARN, r.Account)}
	case iam.User:
		return principal{"AWS", pick(g, r.ARN, r.ARN, r.Account, "arn:aws:iam::"+r.Account+":root")}
	case iam.Role, iam.FederatedUser:
	}
	return principal{"AWS", pick(g, r.ARN, r.ARN, r.sessionARN(), r.sessionARN(), r.Account, "arn:aws:iam::"+r.Account+":root", r.sessionARN()+"x")}
}

// exceptions are for NotPrincipal: most often the principal at hand in every form, as AWS asks for.
func (g *generator) exceptions() []principal {
	r := g.r
	if r.Account == "" || g.percent(30) {
		return []principal{pick(g, principal{"AWS", "arn:aws:iam::" + there + ":role/other"}, principal{"Service", "cloudtrail.amazonaws.com"}, g.principal())}
	}
	out := []principal{{"AWS", "arn:aws:iam::" + r.Account + ":root"}}
	if r.Kind != iam.Root {
		out = append(out, principal{"AWS", r.ARN})
	}
	if r.Session != "" {
		out = append(out, principal{"AWS", r.sessionARN()})
	}
	return out
}

// condition makes a condition on a key of the action, by an operator of its kind most often.
func (g *generator) condition() condition {
	names := g.keyNames()
	name := pick(g, names...)
	c := condition{Key: name, Operator: g.operator(name)}
	if g.percent(5) {
		c.Key = strings.ToLower(name)
	}
	if c.Operator == "Null" {
		c.Values = []string{pick(g, "true", "false", "false")}
		return c
	}
	actual := g.r.context()[name]
	for range pick(g, 1, 1, 1, 2) {
		v := pick(g, g.values[name]...)
		if one, ok := actual.(string); ok && g.percent(60) {
			v = one
		}
		if all, ok := actual.([]string); ok && len(all) > 0 && g.percent(50) {
			v = pick(g, all...)
		}
		v = g.pattern(c.Operator, v)
		if !slices.Contains(c.Values, v) {
			c.Values = append(c.Values, v)
		}
	}
	return c
}

// operator picks an operator that fits a key, now and then with a qualifier.
func (g *generator) operator(name string) string {
	if g.percent(7) {
		return "Null"
	}
	var base string
	switch name {
	case "aws:SourceIp":
		base = pick(g, "IpAddress", "NotIpAddress")
	case "aws:SecureTransport", "aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService":
		base = pick(g, "Bool", "Bool", "StringEquals")
	case "aws:CurrentTime", "aws:TokenIssueTime", "aws:EpochTime":
		base = "Date" + pick(g, "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
		if name == "aws:EpochTime" && g.percent(70) {
			base = "Numeric" + strings.TrimPrefix(base, "Date")
		}
	case "aws:MultiFactorAuthAge", "aws:PrincipalTag/size", "s3:max-keys", "kms:ScheduleKeyDeletionPendingWindowInDays":
		base = "Numeric" + pick(g, "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
	case "aws:SourceArn", "aws:PrincipalArn":
		base = pick(g, "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringEquals")
	case "aws:PrincipalTag/blob":
		base = "BinaryEquals"
	default:
		base = pick(g, "StringEquals", "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringLike", "StringNotLike")
	}
	if g.percent(15) {
		base += "IfExists"
	}
	switch {
	case setKeys[name] && g.percent(90), name == "aws:PrincipalTag/team" && g.percent(25), g.percent(5):
		base = pick(g, "ForAllValues:", "ForAnyValue:") + base
	}
	if g.percent(5) {
		base = strings.ToLower(base[:1]) + base[1:]
	}
	return base
}

// pattern makes of a value what a policy may ask for.
func (g *generator) pattern(operator, v string) string {
	is := func(word string) bool { return strings.Contains(strings.ToLower(operator), word) }
	switch {
	case is("ipaddress"):
		if strings.Contains(v, ":") {
			return pick(g, v, "2001:db8::/32", "2001:DB8:0::1", "2001:db8:1::/48")
		}
		return pick(g, v, v[:strings.LastIndexByte(v, '.')]+".0/24", "10.0.0.0/8", "0.0.0.0/0")
	case is("date"):
		if g.percent(8) {
			return pick(g, "1767225600", "2026")
		}
		return pick(g, v, "2026-01-01", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00+01:00", "2026-06-30T12:00:00.000Z")
	case is("numeric"):
		if n, err := strconv.Atoi(v); err == nil && g.percent(40) {
			return strconv.Itoa(n + pick(g, -1, 1))
		}
		return v
	case is("bool"):
		return pick(g, v, v, strings.ToUpper(v))
	case is("binary"):
		return v
	case is("arn"):
		if parts := strings.SplitN(v, ":", 6); len(parts) == 6 && g.percent(50) {
			parts[pick(g, 3, 4, 5)] = "*"
			v = strings.Join(parts, ":")
		}
		if g.percent(4) {
			return "*"
		}
		return v
	}
	if is("like") && len(v) > 2 {
		v = pick(g, v, v[:2]+"*", "*"+v[2:], v[:1]+"?"+v[2:], "*")
	}
	if g.percent(6) {
		v = pick(g, "${aws:PrincipalTag/team}", "${aws:username}", "${aws:PrincipalTag/team, 'red'}", "${aws:PrincipalAccount}", "${aws:TagKeys}", "a${*}b", "${AWS:SourceVpce}")
	}
	return v
}
