package config

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// evaluation of data sources whose answer follows from the configuration. Others are references.

// evaluator works out one attribute of a data source; false where it does not know it.
type evaluator struct {
	names []string // that are worked out
	value func(in *Instance, name string) (cty.Value, bool)
}

// evaluators returns the table of data sources that are worked out.
func evaluators() map[string]evaluator {
	return map[string]evaluator{
		"aws_caller_identity":            {[]string{"account_id", "id"}, callerIdentity},
		"aws_region":                     {[]string{"region", "name", "id"}, region},
		"aws_partition":                  {[]string{"partition", "id", "dns_suffix", "reverse_dns_prefix"}, partition},
		"aws_service_principal":          {[]string{"name", "suffix"}, servicePrincipal},
		"aws_organizations_organization": {[]string{"id", "arn", "master_account_id", "master_account_arn"}, organization},
		"aws_iam_policy":                 {[]string{"arn"}, managedPolicy},
		typePolicyDocument:               {[]string{"json", "minified_json"}, (*Instance).policyDocument},
	}
}

// evaluated returns an attribute of a data source that can be worked out.
func (in *Instance) evaluated(name string) (cty.Value, bool) {
	e, ok := in.mod.ev.evaluators[in.Resource.Type]
	if !ok || !slices.Contains(e.names, name) {
		return cty.NilVal, false
	}
	return e.value(in, name)
}

func (in *Instance) spell(t graph.Text) (cty.Value, bool) {
	return cty.StringVal(in.mod.ev.tokens.Spell(t)), true
}

func callerIdentity(in *Instance, _ string) (cty.Value, bool) { return in.spell(in.homeOf().Account) }

func region(in *Instance, _ string) (cty.Value, bool) {
	for _, name := range []string{"region", "name"} {
		if in.has(name) {
			return in.written(name), true
		}
	}
	return in.spell(in.homeOf().Region)
}

// suffixes are the DNS suffixes of the partitions: https://docs.aws.amazon.com/general/latest/gr/rande.html
//
//nolint:gochecknoglobals // a table
var suffixes = map[string]string{
	"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com", "aws-iso": "c2s.ic.gov", "aws-iso-b": "sc2s.sgov.gov",
	"aws-iso-e": "cloud.adc-e.uk", "aws-iso-f": "csp.hci.ic.gov", "aws-eusc": "amazonaws.eu",
}

func partition(in *Instance, name string) (cty.Value, bool) {
	p := in.homeOf().Partition
	if name == "partition" || name == "id" {
		return in.spell(p)
	}
	known, _ := p.Literal()
	suffix, ok := suffixes[known]
	if !ok {
		return in.spell(graph.Reference(graph.Ref{Address: "data.aws_partition", Attr: name}))
	}
	if name == "reverse_dns_prefix" {
		labels := strings.Split(suffix, ".")
		slices.Reverse(labels)
		suffix = strings.Join(labels, ".")
	}
	return cty.StringVal(suffix), true
}

// servicePrincipal returns what a service is called in policies. In some partitions some services have the suffix of
// the partition: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
func servicePrincipal(in *Instance, name string) (cty.Value, bool) {
	service, ok := knownString(in.attr("service_name"))
	known, isKnown := in.homeOf().Partition.Literal()
	if !ok || !isKnown {
		return cty.NilVal, false
	}
	suffix := "amazonaws.com"
	particular := map[string][]string{
		"aws-cn": {"codedeploy", "elasticmapreduce", "logs"}, "aws-iso": {"cloudhsm", "config", "logs", "workspaces"},
		"aws-iso-b": {"dms", "logs"}, "aws-us-gov": {},
	}
	if slices.Contains(particular[known], service) {
		suffix = suffixes[known]
	}
	if name == "suffix" {
		return cty.StringVal(suffix), true
	}
	return cty.StringVal(service + "." + suffix), true
}

// organization returns symbols that are the same for every data source of the kind: there is one organization.
func organization(in *Instance, name string) (cty.Value, bool) {
	return in.spell(graph.Reference(graph.Ref{Address: "data.aws_organizations_organization", Attr: name}))
}

func managedPolicy(in *Instance, name string) (cty.Value, bool) {
	if in.has(name) {
		return in.written(name), true
	}
	return cty.NilVal, false
}
