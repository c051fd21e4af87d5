package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// home is where the resources of one provider configuration live.
type home struct {
	account, region, partition string
}

// tellers are the data sources that tell of their provider, with the attribute that does.
//
//nolint:gochecknoglobals // a table
var tellers = map[string][]string{
	"aws_caller_identity": {"account_id"},
	"aws_region":          {"region", "name", "id"},
	"aws_partition":       {"partition", "id"},
}

// told says that a data source tells of its provider, or renders policies.
func told(typ string) bool { return tellers[typ] != nil || typ == typePolicyDocument }

// teller is one instance of such a data source.
type teller struct {
	address, provider, typ, value string
}

func tellerOf(address, provider, typ string, v table.Values) (teller, bool) {
	for _, name := range tellers[typ] {
		if v.Sensitive == true || table.HasTrue(table.Member(v.Sensitive, name)) {
			continue
		}
		if s, ok := table.Member(v.Value, name).(string); ok && s != "" {
			return teller{address, provider, typ, s}, true
		}
	}
	return teller{}, false
}

func (t teller) tell(h *home) {
	switch t.typ {
	case "aws_caller_identity":
		if graph.IsAccountID(t.value) {
			h.account = t.value
		}
	case "aws_region":
		if table.IsRegion(t.value) {
			h.region = t.value
		}
	case "aws_partition":
		h.partition = t.value
	}
}

// credentials are the arguments of a provider configuration that choose an identity other than that of
// the process: https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/index.html.markdown
//
//nolint:gochecknoglobals // a table
var credentials = []string{"assume_role", "assume_role_with_web_identity", "profile", "access_key", "secret_key", "token", "shared_credentials_files", "shared_config_files"}

// homes finds out where the resources of each provider configuration live: by what the configuration says,
// by the data sources that tell, and by the ARNs of resources that are there already.
func (b *builder) homes(d *document, res *resolver) map[string]*home {
	out := map[string]*home{}
	at := func(key string) *home {
		if out[key] == nil {
			out[key] = &home{}
		}
		return out[key]
	}
	ambient := map[string]bool{}
	if res != nil {
		for key, p := range d.providers {
			if p == nil || p.Name != "aws" {
				continue
			}
			s := res.scopeOf(moduleStepsOf(p.ModuleAddress))
			h := at(key)
			if r, ok := res.constant(p.Expressions["region"], s, d.variables, 0); ok && table.IsRegion(r) {
				h.region = r
			}
			h.account = assumed(res, p, s, d.variables)
			// A configuration of a module without any expression stands for one that is passed in.
			ambient[key] = h.account == "" && !slices.ContainsFunc(credentials, func(c string) bool { return p.Expressions[c] != nil }) &&
				(p.ModuleAddress == "" || len(p.Expressions) > 0)
		}
	}
	for key, h := range b.fromARNs() {
		*at(key) = h.or(*at(key))
	}
	said := map[string]home{}
	for _, t := range b.tellers {
		key := t.provider
		if res != nil {
			_, c := res.configOf(t.address)
			if c == nil {
				continue
			}
			key = c.ProviderConfigKey
		} else if key == "" {
			continue // a state as JSON does not say whose data source it is
		}
		h := said[key]
		t.tell(&h)
		said[key] = h
	}
	for key, h := range said {
		*at(key) = h.or(*at(key))
	}
	account, agreed := "", true
	for key := range ambient {
		if a := at(key).account; ambient[key] && a != "" {
			agreed = agreed && (account == "" || account == a)
			account = a
		}
	}
	for key, is := range ambient {
		if h := at(key); is && h.account == "" && agreed {
			h.account = account // the same process, the same credentials
		}
	}
	return out
}

// or fills what h does not tell from other.
func (h home) or(other home) home {
	if h.account == "" {
		h.account = other.account
	}
	if h.region == "" {
		h.region = other.region
	}
	if h.partition == "" {
		h.partition = other.partition
	}
	return h
}

// assumed returns the account of the role that a provider configuration assumes.
func assumed(res *resolver, p *tfjson.ProviderConfig, s *scope, variables map[string]string) string {
	for _, name := range []string{"assume_role", "assume_role_with_web_identity"} {
		e := p.Expressions[name]
		if e == nil || e.ExpressionData == nil || len(e.NestedBlocks) == 0 {
			continue
		}
		role, _ := res.constant(e.NestedBlocks[len(e.NestedBlocks)-1]["role_arn"], s, variables, 0)
		if arn, ok := graph.ParseARN(role); ok && graph.IsAccountID(arn.Account) {
			return arn.Account
		}
	}
	return ""
}

// fromARNs reads off the ARNs of resources where their provider's live, where all agree. Resources whose
// provider is not known are left out.
func (b *builder) fromARNs() map[string]home {
	out := map[string]home{}
	const mixed = "*"
	agree := func(had, s string) string {
		if s == "" || had == s {
			return had
		}
		if had == "" {
			return s
		}
		return mixed
	}
	for i := range b.resources {
		r := &b.resources[i]
		t, _ := r.ARN.Get()
		s, ok := t.Literal()
		arn, isARN := graph.ParseARN(s)
		if !ok || !isARN || r.Provider == "" || r.Lookup || r.ARN.Sensitive() {
			continue
		}
		h := out[r.Provider]
		h.account, h.region, h.partition = agree(h.account, arn.Account), agree(h.region, arn.Region), agree(h.partition, arn.Partition)
		out[r.Provider] = h
	}
	for key, h := range out {
		for _, s := range []*string{&h.account, &h.region, &h.partition} {
			if *s == mixed {
				*s = ""
			}
		}
		out[key] = h
	}
	return out
}

// own settles account, region and partition of every resource: by its own ARN, else by its provider.
func (b *builder) own(d *document, res *resolver, places []address) {
	if res != nil {
		for i := range b.resources {
			a := places[i]
			if s := res.scopeOf(a.modules); s != nil {
				if c := s.module.resources[a.local()]; c != nil {
					b.resources[i].Provider = c.ProviderConfigKey
				}
			}
		}
	}
	homes := b.homes(d, res)
	fallback := home{d.opts.Account, d.opts.Region, d.opts.Partition}
	for i := range b.resources {
		r := &b.resources[i]
		h := fallback
		if own := homes[r.Provider]; own != nil && r.Provider != "" {
			h = own.or(fallback)
		}
		if s, ok := r.ARN.Or(graph.Text{}).Literal(); ok && !r.ARN.Sensitive() {
			if arn, isARN := graph.ParseARN(s); isARN {
				h = home{arn.Account, arn.Region, arn.Partition}.or(h)
			}
		}
		if r.Lookup {
			h = home{}.or(home{account: h.account, region: h.region, partition: h.partition})
		}
		if h.partition == "" {
			h.partition = partitionOf(h.region)
		}
		for _, f := range []struct {
			into *graph.Value[string]
			s    string
		}{{&r.Account, h.account}, {&r.Region, h.region}, {&r.Partition, h.partition}} {
			if f.s != "" && !b.secrets.in(f.s) && f.into.State() != graph.Known {
				*f.into = graph.KnownOf(f.s)
			}
		}
		if graph.InfoOf(r.Kind).Global && r.Kind != graph.KindBucket {
			r.Region = graph.AbsentOf[string]()
		}
	}
}

// partitionOf returns the partition of a region, or nothing for a region that is not known.
func partitionOf(region string) string {
	switch {
	case region == "":
		return ""
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "us-isob-"):
		return "aws-iso-b"
	case strings.HasPrefix(region, "us-iso-"):
		return "aws-iso"
	case strings.HasPrefix(region, "eusc-"):
		return "aws-eusc"
	}
	return "aws"
}

// moduleStepsOf splits the address of a module, as provider configurations give it: without instance keys.
func moduleStepsOf(addr string) []step {
	if addr == "" {
		return nil
	}
	steps, ok := parseTraversal(addr)
	if !ok {
		return nil
	}
	return moduleSteps(steps)
}
