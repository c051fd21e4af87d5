package main

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trailguard/trailguard/analyzer/iam"
)

// class is a way in which the simulator and analyzer/iam differ.
type class struct {
	name         string
	ours, theirs string // what each makes of it
	right        string // who is right, or that the documentation does not say
	page         string // of AWS's documentation
	// change turns a request into what the simulator takes it for, in this respect alone. It returns false where there is nothing
	// to change.
	change func(*request) bool
}

const (
	userGuide = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
	operators = userGuide + "reference_policies_elements_condition_operators.html"
	sets      = userGuide + "reference_policies_condition-single-vs-multi-valued-context-keys.html"
	variables = userGuide + "reference_policies_variables.html"
	weAre     = "analyzer/iam"
	nobody    = "the page does not say"
)

// classes is the table of what is known to differ.
func classes() []class {
	return []class{
		{"session policy", "does not limit what a resource policy of the same account grants to the session, or to everyone", "limits it", weAre, userGuide + "access_policies.html#policies_session", limitSession},
		{"federated user without session policy", "has no permissions of its user", "has all of them", weAre, "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html", grantSession},
		{"name of a federated user", "says nothing of the user who made the session", "is the name of that user", weAre, userGuide + "reference_policies_elements_principal.html#sts-session-principals", renameUser},
		{"NotPrincipal that names some of account, principal and session", "might deny", "does not deny", nobody, userGuide + "reference_policies_elements_notprincipal.html", exceptAll},
		{"ForAnyValue with IfExists", "holds where the request has no such key", "does not hold", weAre, operators + "#Conditions_IfExists", conditions(anyIfExists)},
		{"ForAllValues of the empty string", "holds, for that is no value", "compares it", weAre, sets, conditions(allOfNothing)},
		{"a set without set operator", "is undetermined", "does not match, negated or not", nobody, sets, conditions(setAlone)},
		{"Null of an empty set", "is undetermined", "says that the key is there", nobody, operators + "#Conditions_Null", conditions(nullOfNothing)},
		{"a date in seconds", "is one", "is taken for milliseconds, and a year too", weAre, operators + "#Conditions_Date", conditions(milliseconds)},
		{"a number that is none", "is undetermined", "does not match, negated or not", nobody, operators + "#Conditions_Numeric", conditions(noNumber)},
		{"a pattern of ARNs without six parts", "is undetermined", "does not match, negated or not", nobody, operators + "#Conditions_ARN", conditions(noARN)},
		{"spellings of one IPv6 address", "are equal", "are compared as strings", weAre, operators + "#Conditions_IPAddress", conditions(spelling)},
		{"the range of all IPv4 addresses", "holds every one", "holds 0.0.0.0 alone", weAre, operators + "#Conditions_IPAddress", conditions(allAddresses)},
		{"NotIpAddress and an address of the other version", "holds", "does not hold", weAre, operators + "#Conditions_IPAddress", conditions(otherVersion)},
		{"a variable without value in a negated condition", "is undetermined", "makes it false", nobody, variables + "#policy-vars-no-value", conditions(variable(isAbsent))},
		{"a variable that holds a set", "is undetermined", "matches nothing", nobody, variables, conditions(variable(isSet))},
		{"a variable that holds the empty string", "is undetermined", "has no value", nobody, variables + "#policy-vars-no-value", emptyVariable},
		{"a variable without value in NotResource", "is undetermined", "leaves the statement without effect", nobody, variables + "#policy-vars-no-value", absentElsewhere},
		{"a variable at the start of the last part of an ARN", "stands for its value", "matches nothing", weAre, variables + "#policy-vars-wheretouse", variableFirst},
		{"variables in a policy of an older version", "are plain text", "have values", weAre, userGuide + "reference_policies_elements_version.html", newVersion},
	}
}

// never and always are conditions that do not hold, and that do, whatever the request: none of them has the key.
var (
	never  = condition{"Null", "aws:ChatbotSourceArn", []string{"false"}} //nolint:gochecknoglobals // constants
	always = condition{"Null", "aws:ChatbotSourceArn", []string{"true"}}  //nolint:gochecknoglobals // constants
)

// conditions makes a change of one that is made to every condition.
func conditions(change func(*request, *condition) bool) func(*request) bool {
	return func(r *request) bool {
		some := false
		r.Policies.each(func(_ string, _ *document, s *statement) {
			for i := range s.Conditions {
				some = change(r, &s.Conditions[i]) || some
			}
		})
		return some
	}
}

// values returns those of a key, by its name in whatever case.
func (r *request) values(name string) ([]string, bool) {
	for key, v := range r.context() {
		if !strings.EqualFold(key, name) {
			continue
		}
		switch v := v.(type) {
		case string:
			return []string{v}, false
		case []string:
			return v, true
		}
	}
	return nil, false
}

// operator takes an operator apart: its qualifier, and its name without IfExists, in lower case.
func (c *condition) operator() (qualifier, name string) {
	name = strings.ToLower(c.Operator)
	if q, rest, ok := strings.Cut(name, ":"); ok {
		qualifier, name = q, rest
	}
	return qualifier, strings.TrimSuffix(name, "ifexists")
}

func (c *condition) negated() bool {
	_, name := c.operator()
	return strings.Contains(name, "not")
}

// without leaves out the values that match nothing to the simulator. A negated condition with one of them is false to it.
func (c *condition) without(bad func(string) bool) bool {
	left := slices.DeleteFunc(slices.Clone(c.Values), bad)
	switch {
	case len(left) == len(c.Values):
		return false
	case len(left) == 0, c.negated():
		*c = never
	default:
		c.Values = left
	}
	return true
}

// limitSession lets the resource policy name the role, or the user, wherever it names the session or everyone.
func limitSession(r *request) bool {
	if r.Policies.Session == nil || r.Policies.Attached == nil || r.Account != r.Owner {
		return false
	}
	some := false
	for i := range r.Policies.Attached.Statements {
		s := &r.Policies.Attached.Statements[i]
		for j, p := range s.Principal {
			if s.Effect == "Allow" && (p.ID == "*" || p.ID == r.sessionARN()) {
				s.Principal[j], some = principal{"AWS", r.ARN}, true
			}
		}
	}
	return some
}

func grantSession(r *request) bool {
	if r.Kind != iam.FederatedUser || r.Policies.Session != nil {
		return false
	}
	r.Policies.Session = everything()
	return true
}

func renameUser(r *request) bool {
	if r.Kind != iam.FederatedUser || last(r.ARN) == r.Session {
		return false
	}
	r.ARN = "arn:aws:iam::" + r.Account + ":user/" + r.Session
	return true
}

// exceptAll excepts a principal wholly that is excepted in part.
func exceptAll(r *request) bool {
	if r.Account == "" || r.Policies.Attached == nil {
		return false
	}
	root := "arn:aws:iam::" + r.Account + ":root"
	some := false
	for i := range r.Policies.Attached.Statements {
		s := &r.Policies.Attached.Statements[i]
		if !slices.ContainsFunc(s.NotPrincipal, func(p principal) bool {
			return slices.Contains([]string{r.Account, root, r.ARN, r.sessionARN()}, p.ID)
		}) {
			continue
		}
		for _, id := range []string{root, r.ARN, r.sessionARN()} {
			if p := (principal{"AWS", id}); !slices.Contains(s.NotPrincipal, p) {
				s.NotPrincipal, some = append(s.NotPrincipal, p), true
			}
		}
	}
	return some
}

func anyIfExists(r *request, c *condition) bool {
	got, _ := r.values(c.Key)
	if q, _ := c.operator(); q != "foranyvalue" || !strings.HasSuffix(strings.ToLower(c.Operator), "ifexists") || got != nil {
		return false
	}
	*c = never
	return true
}

func allOfNothing(r *request, c *condition) bool {
	got, _ := r.values(c.Key)
	if q, _ := c.operator(); q != "forallvalues" || len(got) != 1 || got[0] != "" {
		return false
	}
	c.Operator = c.Operator[len("ForAllValues:"):]
	return true
}

func setAlone(r *request, c *condition) bool {
	got, isSet := r.values(c.Key)
	if q, name := c.operator(); q != "" || name == "null" || !isSet || got == nil {
		return false
	}
	*c = never
	return true
}

func nullOfNothing(r *request, c *condition) bool {
	got, isSet := r.values(c.Key)
	if _, name := c.operator(); name != "null" || !isSet || got == nil || len(got) > 0 {
		return false
	}
	there := slices.Contains(c.Values, "false")
	*c = never
	if there {
		*c = always
	}
	return true
}

// milliseconds compares dates of which one is a whole number.
func milliseconds(r *request, c *condition) bool {
	got, isSet := r.values(c.Key)
	_, name := c.operator()
	test, ok := strings.CutPrefix(name, "date")
	if !ok || isSet || len(got) != 1 {
		return false
	}
	numbers := false
	when := func(s string) time.Time {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			numbers = true
			return time.UnixMilli(n)
		}
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil {
				return t
			}
		}
		return time.Time{}
	}
	holds := c.negated()
	for _, v := range c.Values {
		order := when(got[0]).Compare(when(v))
		switch test {
		case "equals":
			holds = holds || order == 0
		case "notequals":
			holds = holds && order != 0
		case "lessthan":
			holds = holds || order < 0
		case "lessthanequals":
			holds = holds || order <= 0
		case "greaterthan":
			holds = holds || order > 0
		case "greaterthanequals":
			holds = holds || order >= 0
		}
	}
	if !numbers {
		return false
	}
	*c = never
	if holds {
		*c = always
	}
	return true
}

func noNumber(r *request, c *condition) bool {
	if _, name := c.operator(); !strings.HasPrefix(name, "numeric") {
		return false
	}
	bad := func(s string) bool {
		_, err := strconv.ParseFloat(s, 64)
		return err != nil
	}
	if got, isSet := r.values(c.Key); !isSet && len(got) == 1 && bad(got[0]) {
		*c = never
		return true
	}
	if got, _ := r.values(c.Key); got == nil {
		return false
	}
	return c.without(bad)
}

func noARN(r *request, c *condition) bool {
	if _, name := c.operator(); !strings.HasPrefix(name, "arn") {
		return false
	}
	if got, _ := r.values(c.Key); got == nil {
		return false
	}
	return c.without(func(s string) bool { return strings.Count(s, ":") < 5 })
}

func spelling(r *request, c *condition) bool {
	got, _ := r.values(c.Key)
	if _, name := c.operator(); !strings.HasSuffix(name, "ipaddress") || len(got) != 1 {
		return false
	}
	some := false
	for i, v := range c.Values {
		a, errA := netip.ParseAddr(v)
		b, errB := netip.ParseAddr(got[0])
		if errA == nil && errB == nil && a == b && v != got[0] {
			c.Values[i], some = "2001:db8:ffff::", true
		}
	}
	return some
}

func allAddresses(_ *request, c *condition) bool {
	some := false
	for i, v := range c.Values {
		if _, name := c.operator(); strings.HasSuffix(name, "ipaddress") && v == "0.0.0.0/0" {
			c.Values[i], some = "0.0.0.0", true
		}
	}
	return some
}

func otherVersion(r *request, c *condition) bool {
	got, _ := r.values(c.Key)
	if _, name := c.operator(); name != "notipaddress" || len(got) != 1 {
		return false
	}
	return c.without(func(v string) bool {
		a, errA := netip.ParseAddr(v)
		b, errB := netip.ParseAddr(got[0])
		return errA == nil && errB == nil && a.Is4() != b.Is4()
	})
}

// names returns the keys of the policy variables of a string that have no default.
func names(s string) []string {
	var out []string
	for {
		_, rest, found := strings.Cut(s, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return out
		}
		if !strings.ContainsAny(name, "*?$,") {
			out = append(out, name)
		}
		s = after
	}
}

func isAbsent(r *request, name string) bool {
	got, _ := r.values(name)
	return got == nil
}

func isSet(r *request, name string) bool {
	_, set := r.values(name)
	return set
}

func isEmpty(r *request, name string) bool {
	got, set := r.values(name)
	return !set && len(got) == 1 && got[0] == ""
}

// variable makes values that use such a variable match nothing.
func variable(such func(*request, string) bool) func(*request, *condition) bool {
	return func(r *request, c *condition) bool {
		if got, _ := r.values(c.Key); got == nil {
			return false
		}
		if _, name := c.operator(); !strings.HasPrefix(name, "string") && !strings.HasPrefix(name, "arn") {
			return false
		}
		return c.without(func(s string) bool {
			return slices.ContainsFunc(names(s), func(name string) bool { return such(r, name) })
		})
	}
}

// emptyVariable takes the keys that are empty for absent in variables.
func emptyVariable(r *request) bool {
	some := conditions(variable(isEmpty))(r)
	uses := func(s string) bool {
		return slices.ContainsFunc(names(s), func(name string) bool { return isEmpty(r, name) })
	}
	r.Policies.each(func(_ string, _ *document, s *statement) {
		for _, l := range [][]string{s.Resource, s.NotResource} {
			for i, v := range l {
				if uses(v) {
					l[i], some = nothing, true
				}
			}
		}
		for _, l := range [][]string{s.Resource, s.NotResource} {
			for i, v := range l {
				if next, ok := defaults(r, v); ok {
					l[i], some = next, true
				}
			}
		}
		for i := range s.Conditions {
			for j, v := range s.Conditions[i].Values {
				if next, ok := defaults(r, v); ok {
					s.Conditions[i].Values[j], some = next, true
				}
			}
		}
	})
	return some
}

// defaults puts the default of a variable in the place of one whose key is empty.
func defaults(r *request, s string) (string, bool) {
	before, rest, _ := strings.Cut(s, "${")
	inner, after, closed := strings.Cut(rest, "}")
	name, value, hasDefault := strings.Cut(inner, ", ")
	if !closed || !hasDefault || !isEmpty(r, name) {
		return s, false
	}
	return before + strings.Trim(value, "'") + after, true
}

// nothing is an ARN that no request is for.
const nothing = "arn:aws:nothing:::nothing"

func absentElsewhere(r *request) bool {
	some := false
	r.Policies.each(func(_ string, _ *document, s *statement) {
		if slices.ContainsFunc(s.NotResource, func(v string) bool {
			return slices.ContainsFunc(names(v), func(name string) bool { return isAbsent(r, name) || isEmpty(r, name) })
		}) {
			s.Conditions, some = append(s.Conditions, never), true
		}
	})
	return some
}

// variableFirst lets resources match nothing in which a variable stands where the kind of resource may stand: the simulator looks for the
// kind up to the first colon or slash, and finds that of the variable. It knows that objects of S3 have no kind.
func variableFirst(r *request) bool {
	some := false
	r.Policies.each(func(_ string, _ *document, s *statement) {
		for _, l := range [][]string{s.Resource, s.NotResource} {
			for i, v := range l {
				parts := strings.SplitN(v, ":", 6)
				if len(parts) == 6 && parts[2] != "s3" && strings.HasPrefix(parts[5], "${") {
					l[i], some = nothing, true
				}
			}
		}
	})
	return some
}

func newVersion(r *request) bool {
	some := false
	r.Policies.each(func(_ string, d *document, s *statement) {
		all := slices.Concat(s.Resource, s.NotResource)
		for _, c := range s.Conditions {
			all = append(all, c.Values...)
		}
		if d.Version != "2012-10-17" && slices.ContainsFunc(all, func(v string) bool { return strings.Contains(v, "${") }) {
			d.Version, some = "2012-10-17", true
		}
	})
	return some
}
