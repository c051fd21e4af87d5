package access

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/analyzer/iam/actions"
)

// keyRule says what is known of the condition keys whose names begin with, or are, a string in lower case.
type keyRule struct {
	name string // with a star at its end it is a beginning
	key  iam.Key
}

// keyRules are the condition keys of a request that a principal makes itself, with keys of its own, over the API. Others
// are not known: where the caller is in the network, what is tagged how, when it is. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
func keyRules() []keyRule {
	always := iam.ChosenKey("true", "false")
	always.Always = true
	many := iam.ChosenKey()
	many.Multi = true
	issued := iam.UnknownKey("it is of the moment")
	issued.Always = true
	via := iam.UnknownKey("it depends on whether a service makes the request on the principal's behalf")
	viaSet, viaAlways := via, via
	viaSet.Multi, viaAlways.Always = true, true
	return []keyRule{
		{"aws:principaltag/*", iam.UnknownKey("tags are not read")},
		{"aws:resourcetag/*", iam.UnknownKey("tags are not read")},
		{"aws:currenttime", issued},
		{"aws:epochtime", issued},
		// What only requests have that a service makes.
		{"aws:sourcearn", iam.AbsentKey()},
		{"aws:sourceaccount", iam.AbsentKey()},
		{"aws:sourceorgid", iam.AbsentKey()},
		{"aws:sourceorgpaths", iam.AbsentKey()},
		// A principal may let a service make the request on its behalf.
		{"aws:calledvia", viaSet},
		{"aws:calledviafirst", via},
		{"aws:calledvialast", via},
		{"aws:viaawsservice", viaAlways},
		// What the caller puts into the request.
		{"aws:securetransport", always},
		{"aws:referer", iam.ChosenKey()},
		{"aws:useragent", iam.ChosenKey()},
		{"aws:requesttag/*", iam.ChosenKey()},
		{"aws:tagkeys", many},
		{"s3:x-amz-*", iam.ChosenKey()},
		{"s3:prefix", iam.ChosenKey()},
		{"s3:delimiter", iam.ChosenKey()},
		{"s3:max-keys", iam.ChosenKey()},
		{"s3:versionid", iam.ChosenKey()},
		{"s3:requestobjecttag/*", iam.ChosenKey()},
		{"s3:requestobjecttagkeys", many},
		{"s3:locationconstraint", iam.ChosenKey()},
		{"sns:protocol", iam.ChosenKey()},
		{"sns:endpoint", iam.ChosenKey()},
		{"kms:encryptioncontext:*", iam.ChosenKey()},
		{"kms:bypasspolicylockoutsafetycheck", iam.ChosenKey("true", "false")},
		{"kms:schedulekeydeletionpendingwindowindays", iam.ChosenKey()},
		{"logs:destinationarn", iam.ChosenKey()},
		{"lambda:principal", iam.ChosenKey()},
		{"iam:passedtoservice", iam.ChosenKey()},
	}
}

func ruleFor(name string, rules []keyRule) (iam.Key, bool) {
	for _, r := range rules {
		if beginning, ok := strings.CutSuffix(r.name, "*"); r.name == name || ok && strings.HasPrefix(name, beginning) {
			return r.key, true
		}
	}
	return iam.Key{}, false
}

// callerKeys are keys of services that tell who calls, and may be in requests to any service.
func callerKeys() []string {
	return []string{
		"ec2:sourceinstancearn", "ec2:roledelivery", "ec2:instanceid", "lambda:sourcefunctionarn", "ssm:sourceinstancearn", "glue:roleassumedby", "glue:credentialissuingservice",
		"identitystore:userid", "codebuild:buildarn", "codebuild:projectarn", "eks:clustername",
	}
}

// isNeverIn says that requests for an action never have a condition key: one of a service that the Service Authorization
// Reference does not list at the action, or a tag where the request has none.
func isNeverIn(key string, a actions.Action) bool {
	service, _, _ := strings.Cut(key, ":")
	switch {
	case a.Name == "", slices.Contains(callerKeys(), key):
		return false
	case service == "aws":
		return (strings.HasPrefix(key, "aws:requesttag/") || key == "aws:tagkeys") && !a.Has(key)
	case len(actions.Of(service)) == 0: // an identity provider
		return false
	}
	return !a.Has(key)
}

// keysOf returns the condition keys that policies ask for, in lower case, each once.
func keysOf(sources ...iam.Source) []string {
	out := []string{}
	for _, s := range sources {
		for i := range s.Policy.Statements {
			for _, c := range s.Policy.Statements[i].Conditions {
				if name, ok := c.Key.Literal(); ok && !slices.Contains(out, strings.ToLower(name)) {
					out = append(out, strings.ToLower(name))
				}
			}
		}
	}
	return out
}

// all returns every policy document that bears on a request.
func all(p iam.Policies) []iam.Source {
	out := append([]iam.Source(nil), p.Identity.Sources...)
	for _, v := range []graph.Value[iam.Source]{p.Boundary, p.Resource, p.Endpoint} {
		if s, ok := v.Get(); ok {
			out = append(out, s)
		}
	}
	session, _ := p.Session.Get()
	out = append(out, session...)
	for _, v := range []graph.Value[[]iam.Set]{p.SCPs, p.RCPs} {
		sets, _ := v.Get()
		for _, set := range sets {
			out = append(out, set.Sources...)
		}
	}
	return out
}
