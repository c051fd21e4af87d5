package graph

import (
	"cmp"
	"slices"
	"strings"
)

// identity is what a literal says of the node it names.
type identity struct {
	kind               Kind
	name, key          string // key: the kind's other identifier, or the ARN
	partition, service string
	account, region    string
	arn                string
	endpoint           bool // an endpoint outside of AWS, not to be joined with others
}

// ident reads a literal as the name, ARN, URL or identifier of a node of one of the kinds.
func ident(s string, kinds []Kind) identity {
	if a, ok := ParseARN(s); ok {
		kind, name, own := a.Identify()
		kind = among(kind, a.Service, kinds)
		return identity{kind: kind, name: name, key: own.String(), arn: own.String(), partition: a.Partition, service: a.Service, account: a.Account, region: a.Region}
	}
	first := KindAny
	if len(kinds) > 0 {
		first = kinds[0]
	}
	if rest, ok := strings.CutPrefix(s, "s3://"); ok && slices.Contains(kinds, KindBucket) {
		name, _, _ := strings.Cut(rest, "/")
		return identity{kind: KindBucket, name: name}
	}
	if rest, ok := strings.CutPrefix(s, "https://sqs."); ok && slices.Contains(kinds, KindQueue) {
		if parts := strings.Split(rest, "/"); len(parts) == 3 && IsAccountID(parts[1]) {
			region, _, _ := strings.Cut(parts[0], ".")
			return identity{kind: KindQueue, name: parts[2], key: s, account: parts[1], region: region}
		}
	}
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		// A queue's URL under a custom endpoint is known as the identifier of the queue alone.
		if slices.Contains(kinds, KindHTTP) {
			return identity{kind: KindHTTP, endpoint: true}
		}
		return identity{kind: first, key: s, endpoint: first != KindQueue}
	}
	if strings.HasPrefix(s, "alias/") && slices.Contains(kinds, KindKey) {
		return identity{kind: KindKeyAlias, name: s}
	}
	if first == KindKey || first == "organizations.policy" {
		return identity{kind: first, key: s, name: s}
	}
	return identity{kind: first, name: s}
}

// among chooses the kind of what an ARN names: what its spelling says, or the one of the kinds asked for
// that the spelling does not tell from it.
func among(kind Kind, service string, kinds []Kind) Kind {
	if kind != "" && fits(kinds, kind) {
		return kind
	}
	if kind == "" && slices.Contains(kinds, KindPrincipal) {
		return KindPrincipal
	}
	said := InfoOf(kind)
	for _, k := range kinds {
		switch info := InfoOf(k); {
		case kind != "" && info.Service == said.Service && info.Resource == said.Resource,
			kind == "" && info.Service == service && info.Resource == "":
			return k
		}
	}
	return cmp.Or(kind, KindAny)
}

// find returns the indexed nodes that an identity may be. Nodes of another known account or region are
// not: an identity says which, or it is of the account and region of the declaration that uses it. Of
// several, those of the declaration's own input and provider are preferred.
func (l *linker) find(id identity, decl *Resource) []*Node {
	info := InfoOf(id.kind)
	collect := func(nodes []*Node, account, region string) []*Node {
		var out []*Node
		for _, n := range nodes {
			if account != "" && n.Account.Or(account) != account || !InfoOf(n.Kind).Global && region != "" && n.Region.Or(region) != region {
				continue
			}
			out = append(out, n)
		}
		return out
	}
	var found []*Node
	switch {
	case id.arn != "":
		found = collect(l.byKey[nameKey{KindAny, id.arn}], id.account, id.region)
	case id.key != "":
		found = collect(l.byKey[nameKey{id.kind, id.key}], id.account, id.region)
	}
	if len(found) == 0 && id.name != "" && !id.endpoint {
		account, region := id.account, id.region
		if id.arn == "" && decl != nil && !info.NoOwner {
			account, region = cmp.Or(account, decl.Account.Or("")), cmp.Or(region, decl.Region.Or(""))
		}
		found = collect(l.byName[nameKey{id.kind, id.name}], account, region)
		if id.arn == "" && decl != nil { // what an account always has, another input has for itself
			found = slices.DeleteFunc(found, func(n *Node) bool {
				return n.Implied && n.Scope != decl.Scope && n.Account.State() != Known
			})
		}
	}
	if len(found) < 2 || decl == nil || id.arn != "" {
		return found
	}
	for _, prefer := range []func(*Node) bool{
		func(n *Node) bool { return n.Scope == decl.Scope },
		func(n *Node) bool { return l.providerOf(n) == decl.Provider },
		func(n *Node) bool {
			return n.Region.Or("?") == decl.Region.Or("-") && n.Account.Or("?") == decl.Account.Or("-")
		},
		(*Node).Declared,
	} {
		if some := slices.DeleteFunc(slices.Clone(found), func(n *Node) bool { return !prefer(n) }); len(some) > 0 {
			found = some
		}
	}
	return found
}

func (l *linker) providerOf(n *Node) string {
	if r := l.byAddr[addrKey{n.Scope, n.Address}]; r != nil {
		return r.Provider
	}
	return ""
}

// candidates returns the nodes that an identity may be. doubt says that it may be none of them: of their account or
// region, or of the identity's, too little is known. What is in doubt once stays so, whatever has come to be
// called like it since.
func (l *linker) candidates(id identity, decl *Resource) (found []*Node, doubt bool) {
	key := nameKey{id.kind, id.arn}
	if found, doubt = l.doubts[key]; doubt && id.arn != "" {
		return found, true
	}
	found, doubt = l.located(l.find(id, decl), id)
	if doubt && id.arn != "" {
		l.doubts[key] = found
	}
	return found, doubt
}

// resolveLiteral finds the node that a literal names, or makes an external one of it.
func (l *linker) resolveLiteral(s string, sensitive bool, kinds []Kind, decl *Resource, what string) targets {
	if s == "" {
		return targets{}
	}
	id := ident(s, kinds)
	if id.kind == KindKeyAlias {
		if t, doubt := l.resolveAlias(id, decl); len(t.nodes) > 0 {
			if doubt {
				return targets{nodes: append(t.nodes, l.externalOf(id, s, sensitive, decl, what)), oneOf: true}
			}
			return t
		}
	}
	if id.kind == KindBus && id.name == "default" && id.account == "" {
		return targets{nodes: []*Node{l.defaultBus(decl.Partition, decl.Account, decl.Region, decl)}}
	}
	found, doubt := l.candidates(id, decl)
	if id.arn == "" && !id.endpoint && id.key == "" && len(kinds) > 1 { // a bare name may be of any of the kinds
		for _, k := range kinds[1:] {
			other := id
			other.kind = k
			found = append(found, l.find(other, decl)...)
		}
	}
	if found = l.possible(found, decl); len(found) > 0 {
		var nodes []*Node
		for _, n := range found {
			for _, m := range l.behind(n) {
				if fits(kinds, m.Kind) && !slices.Contains(nodes, m) {
					nodes = append(nodes, m)
				}
			}
		}
		if len(nodes) > maxCandidates {
			return targets{nodes: []*Node{l.unresolved(kinds, decl, what, Reason("one of more candidates than can be shown"))}}
		}
		if len(nodes) > 0 && doubt {
			nodes = append(nodes, l.externalOf(id, s, sensitive, decl, what))
		}
		if len(nodes) > 0 {
			return targets{nodes: nodes, oneOf: len(nodes) > 1}
		}
	}
	if !fits(kinds, id.kind) {
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, ReasonMalformed)}}
	}
	return targets{nodes: []*Node{l.externalOf(id, s, sensitive, decl, what)}}
}

// behind returns the node that a stand-in stands for, or the node itself.
func (l *linker) behind(n *Node) []*Node {
	if InfoOf(n.Kind).Role != RoleStandIn {
		return []*Node{n}
	}
	if r := l.byAddr[addrKey{n.Scope, n.Address}]; r != nil {
		if t := l.resolveOf(r); len(t.nodes) > 0 {
			return t.nodes
		}
	}
	return []*Node{n}
}

// resolveAlias follows alias/name, or its ARN, to the key behind a declared alias.
func (l *linker) resolveAlias(id identity, decl *Resource) (t targets, doubt bool) {
	found, doubt := l.candidates(id, decl)
	if len(found) == 0 {
		return targets{}, false
	}
	var nodes []*Node
	for _, n := range found {
		nodes = append(nodes, l.behind(n)...)
	}
	return targets{nodes: nodes, oneOf: len(nodes) > 1}, doubt
}
