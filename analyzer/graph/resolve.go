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
		found, rest = l.resolveSymbol(t, kinds, decl.Scope), false
	}
	switch {
	case len(found) > maxCandidates:
		return targets{nodes: []*Node{l.unresolved(kinds, decl, what, Reason("one of more candidates than can be shown"))}}
	case rest && len(found) > 0: // or something that nobody can name
		return targets{nodes: append(found, l.unresolved(kinds, decl, what, t.Reason())), oneOf: true}
	case len(found) > 0:
		return targets{nodes: found, oneOf: len(found) > 1}
	}
	if !v.Sensitive() { // external would add a node that is called like the value
		if n := l.external(t, kinds, decl); n != nil {
			return targets{nodes: []*Node{n}}
		}
	}
	return targets{nodes: []*Node{l.unresolved(kinds, decl, what, t.Reason())}}
}

// resolveRefs returns the declared nodes of the right kind that a text refers to. rest says that it also
// mentions something that could stand for another node: a local value, an output that is not known.
func (l *linker) resolveRefs(t Text, kinds []Kind, decl *Resource) (found []*Node, rest bool) {
	parts := t.Parts()
	for i, p := range parts {
		refs := p.Mentions
		if p.Kind == PartRef {
			refs = []Ref{p.Ref}
		}
		for _, ref := range refs {
			nodes := l.resolveRef(ref, decl.Scope)
			if len(nodes) == 0 && p.Kind == PartHole && isOpaque(ref) {
				rest = true
			}
			for _, n := range nodes {
				if admits(kinds, n.Kind) && !slices.Contains(found, n) && (p.Kind == PartHole || names(parts, i, n)) {
					found = append(found, n)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b *Node) int { return cmp.Compare(a.ID, b.ID) })
	return found, rest
}

// names says whether the reference parts[i] stands for the node n in a text: alone, at the end of an ARN or
// a path, or before a qualifier. "${bucket}-replica" is the name of something else.
func names(parts []Part, i int, n *Node) bool {
	if i > 0 && parts[i-1].Kind == PartLiteral {
		if s := parts[i-1].Literal; !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, "/") {
			return false
		}
	}
	if i+1 < len(parts) && parts[i+1].Kind == PartLiteral {
		after := parts[i+1].Literal[:1]
		return strings.Contains(":*?", after) || after == "/" && n.Kind != KindLogGroup
	}
	return true
}

// isOpaque says that a symbol may hold any value at all.
func isOpaque(r Ref) bool {
	return r.Attr == "" && (strings.HasPrefix(r.Address, "local.") || strings.Contains(r.Address, ".local."))
}

// resolveRef follows one reference, through stand-ins and fragments, to nodes.
func (l *linker) resolveRef(ref Ref, scope string) []*Node {
	r := l.byAddr[addrKey{scope, ref.Address}]
	if r == nil {
		return nil
	}
	if n := l.nodeOf[r]; n != nil && InfoOf(r.Kind).Role != RoleStandIn {
		return []*Node{n}
	}
	if r.Of.State() == Known {
		return l.resolveOf(r).nodes
	}
	return nil
}

// resolveOf finds the node that a fragment or stand-in belongs to. What is found is kept; one that leads
// back to itself leads nowhere.
func (l *linker) resolveOf(r *Resource) targets {
	if t, ok := l.followed[r]; ok {
		return t
	}
	l.followed[r] = targets{}
	t := l.follow(r)
	l.followed[r] = t
	return t
}

func (l *linker) follow(r *Resource) targets {
	kinds := []Kind{ofKind(r.Kind)}
	t, ok := r.Of.Get()
	if !ok || t.IsLiteral() {
		return l.resolve(r.Of, kinds, r, "node")
	}
	found, rest := l.resolveRefs(t, kinds, r)
	switch {
	case len(found) == 0:
		return l.resolve(r.Of, kinds, r, "node")
	case rest:
		found = append(found, l.unresolved(kinds, r, "node", t.Reason()))
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

// fits says whether a node that a literal names may be the end of an edge: a node of one of the kinds,
// another name of one, or something of which nothing is known but its ARN.
func fits(kinds []Kind, k Kind) bool {
	return len(kinds) == 0 || k == KindAny || admits(kinds, k) || admits(kinds, ofKind(k))
}

// resolveSymbol finds the nodes of a scope whose name or ARN is made of the same parts as t.
func (l *linker) resolveSymbol(t Text, kinds []Kind, scope string) []*Node {
	var found []*Node
	for _, k := range kinds {
		for _, n := range l.symbolic[symbolKey{k, scope, t.String()}] {
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
	if first == KindKey {
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
	if id.kind == KindBus && id.name == "default" && id.account == "" {
		return targets{nodes: []*Node{l.defaultBus(decl.Partition, decl.Account, decl.Region, decl)}}
	}
	if found := l.find(id, decl); len(found) > 0 {
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
		if n.Kind == id.kind || n.Kind == KindAny {
			return n
		}
		// An ARN that says of no kind what it names, and is used as two.
		key = string(id.kind) + "/" + key
		if n := l.g.byID[NodeID(key)]; n != nil {
			return n
		}
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
	if scheme, rest, ok := strings.Cut(s, "://"); ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) {
		host, path := rest, ""
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host, path = rest[:i], strings.Trim(rest[i:], "/")
		}
		host = host[strings.LastIndexByte(host, '@')+1:]
		if path != "" {
			return scheme + "://" + host + "/…"
		}
		return scheme + "://" + host
	}
	if i := strings.LastIndexByte(s, '@'); i > 0 {
		return s[:i] + "@…"
	}
	return s
}
