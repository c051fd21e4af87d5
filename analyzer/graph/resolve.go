package graph

import (
	"cmp"
	"slices"
	"strings"
)

// targets is where a text leads.
type targets struct {
	nodes []*Node
	oneOf bool // exactly one of nodes is real
}

// resolve finds the nodes that an attribute of a declaration names. It returns nothing for values that
// are absent or empty. what is the attribute, for the identity of nodes that cannot be found.
func (l *linker) resolve(v Value[Text], kinds []Kind, decl *Resource, what string) targets {
	switch v.State() {
	case Absent:
		return targets{}
	case Unknown:
		if v.Reason() == ReasonNotInInput {
			return targets{}
		}
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, v.Reason())}}
	case Known:
	}
	t, _ := v.Get()
	if s, ok := t.Literal(); ok {
		return l.resolveLiteral(s, v.Sensitive(), kinds, decl, what)
	}
	found, rest := l.resolveRefs(t, kinds, decl)
	if len(found) == 0 {
		found = l.resolveSymbol(t, kinds)
		rest = false
	}
	switch {
	case len(found) > maxCandidates:
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, Reason("one of more candidates than can be shown"))}}
	case len(found) > 1, len(found) == 1 && rest:
		return targets{nodes: found, oneOf: true}
	case len(found) == 1:
		return targets{nodes: found}
	}
	if n := l.external(t, kinds, decl); n != nil {
		return targets{nodes: []*Node{n}}
	}
	return targets{nodes: []*Node{l.unresolved(kinds, decl, what, t.Reason())}}
}

// resolveRefs returns the declared nodes of the right kind that a text refers to. rest says that it also
// mentions something that could stand for another node: a local value, an output that is not known.
func (l *linker) resolveRefs(t Text, kinds []Kind, decl *Resource) (found []*Node, rest bool) {
	for _, p := range t.Parts() {
		refs := p.Mentions
		if p.Kind == PartRef {
			refs = []Ref{p.Ref}
		}
		for _, ref := range refs {
			nodes := l.resolveRef(ref, decl.Scope, 0)
			if len(nodes) == 0 && p.Kind == PartHole && isOpaque(ref) {
				rest = true
			}
			for _, n := range nodes {
				if admits(kinds, n.Kind) && !slices.Contains(found, n) {
					found = append(found, n)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) })
	return found, rest
}

// isOpaque says that a symbol may hold any value at all.
func isOpaque(r Ref) bool {
	return r.Attr == "" && (strings.HasPrefix(r.Address, "local.") || strings.Contains(r.Address, ".local."))
}

// resolveRef follows one reference, through stand-ins and fragments, to nodes.
func (l *linker) resolveRef(ref Ref, scope string, depth int) []*Node {
	r := l.byAddr[addrKey{scope, ref.Address}]
	if r == nil || depth > 8 {
		return nil
	}
	if n := l.nodeOf[r]; n != nil && InfoOf(r.Kind).Role != RoleStandIn {
		return []*Node{n}
	}
	if r.Of.State() == Known {
		t := l.resolveOf(r, depth+1)
		return t.nodes
	}
	return nil
}

// resolveOf finds the node that a fragment or stand-in belongs to.
func (l *linker) resolveOf(r *Resource, depth int) targets {
	kinds := []Kind{ofKind(r.Kind)}
	t, ok := r.Of.Get()
	if !ok || t.IsLiteral() {
		return l.resolve(r.Of, kinds, r, "target")
	}
	var found []*Node
	for _, ref := range t.Refs() {
		for _, n := range l.resolveRef(ref, r.Scope, depth) {
			if admits(kinds, n.Kind) && !slices.Contains(found, n) {
				found = append(found, n)
			}
		}
	}
	if len(found) == 0 {
		return l.resolve(r.Of, kinds, r, "target")
	}
	return targets{nodes: found, oneOf: len(found) > 1}
}

// ofKind returns the kind of node that fragments and stand-ins of a kind belong to.
func ofKind(k Kind) Kind {
	switch k {
	case KindKeyAlias:
		return KindKey
	case "lambda.alias":
		return KindFunction
	case "s3.access_point":
		return KindBucket
	}
	return k
}

func admits(kinds []Kind, k Kind) bool {
	return slices.Contains(kinds, k) || slices.Contains(kinds, KindAny) && InfoOf(k).Role != RoleConnector
}

// resolveSymbol finds the node whose name or ARN is made of the same parts as t.
func (l *linker) resolveSymbol(t Text, kinds []Kind) []*Node {
	var found []*Node
	for _, k := range kinds {
		for _, n := range l.symbolic[k] {
			name, _ := n.Name.Get()
			arn, _ := n.ARN.Get()
			if t.Equal(name) == Yes || t.Equal(arn) == Yes {
				found = append(found, n)
			}
		}
	}
	return found
}

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
		if kind == "" && len(kinds) > 0 {
			kind = kinds[0]
		}
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
	if first == KindKey {
		return identity{kind: first, key: s, name: s}
	}
	return identity{kind: first, name: s}
}

// find returns the indexed nodes that an identity may be. Nodes of another known account or region are
// not; of several, those of the declaration's own provider are preferred.
func (l *linker) find(id identity, decl *Resource) []*Node {
	var found []*Node
	collect := func(nodes []*Node) {
		for _, n := range nodes {
			global := InfoOf(n.Kind)
			if id.account != "" && n.Account.Or(id.account) != id.account || !global.Global && id.region != "" && n.Region.Or(id.region) != id.region {
				continue
			}
			if !slices.Contains(found, n) {
				found = append(found, n)
			}
		}
	}
	if id.key != "" {
		collect(l.byKey[nameKey{id.kind, id.key}])
	}
	if len(found) == 0 && id.name != "" && !id.endpoint {
		collect(l.byName[nameKey{id.kind, id.name}])
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
	} {
		some := slices.DeleteFunc(slices.Clone(found), func(n *Node) bool { return !prefer(n) })
		if len(some) == 1 {
			return some
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

// resolveLiteral finds the node that a literal names, or makes an external one of it.
func (l *linker) resolveLiteral(s string, sensitive bool, kinds []Kind, decl *Resource, what string) targets {
	if s == "" {
		return targets{}
	}
	id := ident(s, kinds)
	if id.kind == KindKeyAlias {
		if t := l.resolveAlias(id, decl); len(t.nodes) > 0 {
			return t
		}
	}
	if found := l.find(id, decl); len(found) > 0 {
		nodes := make([]*Node, 0, len(found))
		for _, n := range found {
			for _, m := range l.behind(n) {
				if !slices.Contains(nodes, m) {
					nodes = append(nodes, m)
				}
			}
		}
		return targets{nodes: nodes, oneOf: len(nodes) > 1}
	}
	return targets{nodes: []*Node{l.externalOf(id, s, sensitive, decl, what)}}
}

// behind returns the node that a stand-in stands for, or the node itself.
func (l *linker) behind(n *Node) []*Node {
	if InfoOf(n.Kind).Role != RoleStandIn {
		return []*Node{n}
	}
	if r := l.byAddr[addrKey{n.Scope, n.Address}]; r != nil {
		if t := l.resolveOf(r, 0); len(t.nodes) > 0 {
			return t.nodes
		}
	}
	return []*Node{n}
}

// resolveAlias follows alias/name, or its ARN, to the key behind a declared alias.
func (l *linker) resolveAlias(id identity, decl *Resource) targets {
	found := l.find(id, decl)
	if len(found) == 0 {
		return targets{}
	}
	var nodes []*Node
	for _, n := range found {
		nodes = append(nodes, l.behind(n)...)
	}
	return targets{nodes: nodes, oneOf: len(nodes) > 1}
}

// externalOf makes, or finds again, the node that a literal names and no input declares.
func (l *linker) externalOf(id identity, s string, sensitive bool, decl *Resource, what string) *Node {
	key := id.arn
	switch {
	case key != "" && !sensitive:
	case id.endpoint || sensitive:
		key = string(id.kind) + " of " + qualify(decl.Scope, decl.Address) + "." + what
	default:
		key = string(id.kind) + "/" + s
		if info := InfoOf(id.kind); !info.Global && id.account == "" {
			// The same bare name is another resource in another account or region.
			if p := decl.Account.Or("") + "/" + decl.Region.Or(""); p != "/" {
				key += "@" + p
			}
		}
	}
	if n := l.g.byID[NodeID(key)]; n != nil {
		return n
	}
	n := &Node{ID: NodeID(key), Kind: id.kind, External: true, Attrs: Attrs{}}
	name := cmp.Or(id.name, s)
	n.Name = KnownOf(Literal(name))
	if id.endpoint {
		n.Name = KnownOf(Literal(SafeEndpoint(s)))
	}
	if sensitive {
		n.Name = n.Name.Hide()
	}
	if id.arn != "" {
		n.ARN = KnownOf(Literal(id.arn))
		if sensitive {
			n.ARN = n.ARN.Hide()
		}
	}
	fill(&n.Partition, id.partition)
	fill(&n.Account, id.account)
	fill(&n.Region, id.region)
	if id.arn == "" && !id.endpoint && !InfoOf(id.kind).NoOwner {
		// A bare name means the declaration's own account and region.
		n.Account, n.Partition = decl.Account, decl.Partition
		if !InfoOf(id.kind).Global {
			n.Region = decl.Region
		}
	}
	l.add(n)
	if !id.endpoint {
		l.index(n)
	}
	return n
}

// external makes the node that a symbolic text names, when the text is whole: made of references and
// literals only. Equal texts are the same node.
func (l *linker) external(t Text, kinds []Kind, decl *Resource) *Node {
	for _, p := range t.Parts() {
		if p.Kind == PartHole {
			return nil
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	key := NodeID(string(kinds[0]) + "/" + qualify(decl.Scope, t.String()))
	if n := l.g.byID[key]; n != nil {
		return n
	}
	n := &Node{ID: key, Kind: kinds[0], External: true, Name: KnownOf(t), Attrs: Attrs{}}
	l.add(n)
	return n
}

// unresolved makes the node that stands for a target of which not even the identity is known.
func (l *linker) unresolved(kinds []Kind, decl *Resource, what string, why Reason) *Node {
	key := NodeID("? " + qualify(decl.Scope, decl.Address) + "." + what)
	if n := l.g.byID[key]; n != nil {
		return n
	}
	kind := KindAny
	if len(kinds) > 0 {
		kind = kinds[0]
	}
	n := &Node{ID: key, Kind: kind, Unresolved: true, Why: why, Attrs: Attrs{}}
	l.add(n)
	l.gap(InfoOf(kind).Label+" that "+decl.Address+" names in "+what, decl.Address, why, "the configuration's source, the plan file, or the state after apply")
	return n
}

// SafeEndpoint returns the part of an endpoint that is safe to print: scheme and host of a URL, since
// paths and queries carry tokens; the mailbox name, without its domain, of an e-mail address.
func SafeEndpoint(s string) string {
	for _, scheme := range []string{"https://", "http://"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok {
			host, path, cut := strings.Cut(rest, "/")
			if i := strings.LastIndexByte(host, '@'); i >= 0 {
				host = host[i+1:]
			}
			host, query, q := strings.Cut(host, "?")
			if cut && path != "" || q && query != "" {
				return scheme + host + "/…"
			}
			return scheme + host
		}
	}
	if i := strings.LastIndexByte(s, '@'); i > 0 {
		return s[:i] + "@…"
	}
	return s
}
