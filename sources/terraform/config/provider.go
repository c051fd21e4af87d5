package config

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Home is where the resources of one provider configuration live. What is not known is a symbol, the same for all
// that is in the same place.
type Home struct {
	Account, Region, Partition graph.Text
}

// providerName returns the local name of the resource's provider configuration.
func (r *Resource) providerName() string {
	if r.Provider != "" {
		return r.Provider
	}
	prefix, _, _ := strings.Cut(r.Type, "_")
	if prefix == "terraform" {
		return "terraform"
	}
	return prefix
}

// provider follows the name of a provider configuration up to the module that configures it, and returns its key as
// plans spell it: aws.audit, or module.a:aws of one that a module configures for itself.
func (m *moduleInstance) provider(name string) string {
	if m.parent == nil {
		return name
	}
	for _, p := range m.module.Providers {
		if p.Key() == name && (len(p.Body.Attrs) > 0 || len(p.Body.Blocks) > 0) {
			return m.calls + ":" + name
		}
	}
	if given, ok := m.call.Providers[name]; ok {
		return m.parent.provider(given)
	}
	if strings.Contains(name, ".") {
		return m.calls + ":" + name
	}
	return m.parent.provider(name)
}

// configures says that a provider configuration with an alias is declared where the module, or one that calls it, says.
// One without an alias is there in any case.
func (m *moduleInstance) configures(name string) bool {
	declared := func(p *Provider) bool { return p.Key() == name }
	switch {
	case !strings.Contains(name, ".") || slices.ContainsFunc(m.module.Providers, declared):
		return true
	case m.parent == nil:
		return false
	}
	given, ok := m.call.Providers[name]
	return ok && m.parent.configures(given)
}

// credentials are the arguments of the AWS provider that choose another identity than that of the process:
// https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/index.html.markdown
//
//nolint:gochecknoglobals // a table
var credentials = []string{"assume_role", "assume_role_with_web_identity", "profile", "access_key", "secret_key", "token", "shared_credentials_files", "shared_config_files"}

// findHomes works out the provider configurations of a module instance and of those below that have their own.
func (ev *evaluation) findHomes(m *moduleInstance) {
	for _, p := range m.module.Providers {
		if p.Name != "aws" && m.module.required[p.Name] != "hashicorp/aws" {
			continue
		}
		key := p.Key()
		if m.parent != nil {
			if len(p.Body.Attrs) == 0 && len(p.Body.Blocks) == 0 {
				continue
			}
			key = m.calls + ":" + key
		}
		if ev.homes[key] == nil {
			ev.homes[key] = m.home(p, key)
		}
	}
	if m.parent == nil && ev.homes["aws"] == nil {
		ev.homes["aws"] = m.home(&Provider{Name: "aws", Body: &Body{}}, "aws")
	}
	for _, name := range sortedKeys(m.module.Calls) {
		call := m.module.Calls[name]
		if call.Module == nil || !configuresProviders(call.Module, 0) {
			continue
		}
		for _, child := range m.callSet(name).order {
			ev.findHomes(child)
		}
	}
}

// configuresProviders says that a module, or one that it calls, has provider configurations.
func configuresProviders(m *Module, depth int) bool {
	if len(m.Providers) > 0 {
		return true
	}
	for _, c := range m.Calls {
		if c.Module != nil && depth < maxCalls && configuresProviders(c.Module, depth+1) {
			return true
		}
	}
	return false
}

func (m *moduleInstance) home(p *Provider, key string) *Home {
	ev := m.ev
	s := m.scope()
	values := s.object(p.Body, nil, s.context())
	ambient := true
	for _, name := range credentials {
		ambient = ambient && !values.Type().HasAttribute(name)
	}
	symbol := func(source, attr string) graph.Text {
		address := "data." + source
		if !ambient && attr == "account_id" || attr == "region" && key != "aws" {
			address += "(" + key + ")"
		}
		return graph.Reference(graph.Ref{Address: address, Attr: attr})
	}
	h := &Home{Account: symbol("aws_caller_identity", "account_id"), Region: symbol("aws_region", "region"), Partition: symbol("aws_partition", "partition")}
	switch v, shown := told(values, "region"); {
	case !shown: // it says another than the one of the process, but not which
	case isText(v):
		h.Region = text(ev, v)
	case ev.in.Region != "":
		h.Region = graph.Literal(ev.in.Region)
	}
	switch account := ev.accountOf(values); {
	case account != "":
		h.Account = graph.Literal(account)
	case ambient && ev.in.Account != "":
		h.Account = graph.Literal(ev.in.Account)
	}
	region, _ := h.Region.Literal()
	switch {
	case ev.in.PartitionOf != nil && ev.in.PartitionOf(region) != "":
		h.Partition = graph.Literal(ev.in.PartitionOf(region))
	case ev.in.Partition != "":
		h.Partition = graph.Literal(ev.in.Partition)
	}
	return h
}

// accountOf returns the account that a provider configuration says it works in: that of the role it assumes, or the
// only one that it allows.
func (ev *evaluation) accountOf(values cty.Value) string {
	for _, name := range []string{"assume_role", "assume_role_with_web_identity"} {
		blocks, _ := told(values, name)
		if blocks.IsNull() || !blocks.IsKnown() || !blocks.CanIterateElements() {
			continue
		}
		last := blocks
		if blocks.Type().IsTupleType() {
			if blocks.LengthInt() == 0 {
				continue
			}
			last = blocks.Index(cty.NumberIntVal(int64(blocks.LengthInt() - 1)))
		}
		arg, _ := told(last, "role_arn")
		if role, ok := knownString(arg); ok {
			if arn, isARN := graph.ParseARN(role); isARN && graph.IsAccountID(arn.Account) {
				return arn.Account
			}
		}
	}
	if allowed, _ := told(values, "allowed_account_ids"); !allowed.IsNull() && allowed.IsKnown() && allowed.CanIterateElements() && allowed.LengthInt() == 1 {
		for it := allowed.ElementIterator(); it.Next(); {
			_, v := it.Element()
			if id, ok := knownString(v); ok && !v.IsMarked() && graph.IsAccountID(id) {
				return id
			}
		}
	}
	return ""
}

// told returns an attribute of an object, or null. shown is false where it is sensitive: accounts and regions are in
// every output, so that what tells them must not be a secret.
func told(v cty.Value, name string) (out cty.Value, shown bool) {
	null := cty.NullVal(cty.DynamicPseudoType)
	if v.IsMarked() {
		return null, false
	}
	if !v.IsKnown() || v.IsNull() || !v.Type().IsObjectType() || !v.Type().HasAttribute(name) {
		return null, true
	}
	if out = v.GetAttr(name); out.IsMarked() {
		return null, false
	}
	return out, true
}

// attribute returns an attribute of an object, or null.
func attribute(v cty.Value, name string) cty.Value {
	v, _ = v.Unmark()
	if v.IsKnown() && !v.IsNull() && v.Type().IsObjectType() && v.Type().HasAttribute(name) {
		out, _ := v.GetAttr(name).Unmark()
		return out
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// isText says that a value is a string that is known and not empty.
func isText(v cty.Value) bool {
	s, ok := knownString(v)
	return ok && s != ""
}

// text returns a string value as a text.
func text(ev *evaluation, v cty.Value) graph.Text {
	s, _ := knownString(v)
	return ev.tokens.Text(s)
}

// homeOf returns where an instance lives.
func (in *Instance) homeOf() *Home {
	ev := in.mod.ev
	if h := ev.homes[in.Provider]; h != nil {
		return h
	}
	h := in.mod.home(&Provider{Name: "aws", Body: &Body{}}, in.Provider)
	ev.homes[in.Provider] = h
	return h
}
