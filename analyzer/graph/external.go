package graph

import (
	"cmp"
	"strings"
)

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
	if !sensitive { // else they are parts of what must not be shown
		fill(&n.Partition, id.partition)
		fill(&n.Account, id.account)
		fill(&n.Region, id.region)
	}
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
	settledBy := l.g.settles
	if why == ReasonSensitive {
		settledBy = "a value that is not sensitive"
	}
	l.gap(InfoOf(kind).Label+" that "+decl.Address+" names in "+what, decl.Address, why, settledBy)
	return n
}

// SafeEndpoint returns the part of an endpoint that is safe to print: scheme and host of a URL, since
// paths and queries carry tokens; the mailbox name, without its domain, of an e-mail address; the first and
// last digits of a telephone number.
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
	if digits, ok := strings.CutPrefix(s, "+"); ok && len(digits) > 6 && strings.Trim(digits, "0123456789") == "" {
		return s[:3] + "…" + s[len(s)-2:]
	}
	return s
}
