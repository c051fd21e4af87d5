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
// literals only. Equal texts are the same node; endpoints are nodes of their declaration, and what is not safe to print of
// them is cut off. Of several kinds that nothing tells apart it is of none.
func (l *linker) external(t Text, kinds []Kind, decl *Resource, what string) *Node {
	for _, p := range t.Parts() {
		if p.Kind == PartHole {
			return nil
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	n := &Node{Kind: kinds[0], External: true, Attrs: Attrs{}}
	key := qualify(decl.Scope, t.String())
	switch own, is := symbolicARN(t, kinds); {
	case is:
		if !fits(kinds, own.kind) {
			return nil
		}
		n.Kind, n.Name, n.ARN = own.kind, KnownOf(own.name), KnownOf(own.arn)
		n.Partition, n.Account, n.Region = own.partition, own.account, own.region
		key = qualify(decl.Scope, own.arn.String())
	case n.Kind == KindHTTP, n.Kind == KindEmail, n.Kind == KindSMS:
		n.Name = KnownOf(safeText(t))
		key = "of " + qualify(decl.Scope, decl.Address) + "." + what
	default:
		if len(kinds) > 1 {
			n.Kind = KindAny
		}
		n.Name = KnownOf(t)
	}
	n.ID = NodeID(string(n.Kind) + "/" + key)
	if had := l.g.byID[n.ID]; had != nil {
		return had
	}
	l.add(n)
	return n
}

// symbolic is what an ARN with symbols in it says of what it names.
type symbolic struct {
	kind                       Kind
	name, arn                  Text // of the resource alone
	partition, account, region Value[string]
}

// symbolicARN reads a text that is an ARN with symbols in it.
func symbolicARN(t Text, kinds []Kind) (symbolic, bool) {
	src, back := tokenise(Join(Literal(`"`), t, Literal(`"`))) // what is within a string is not quoted
	a, ok := ParseARN(src[1 : len(src)-1])
	if !ok {
		return symbolic{}, false
	}
	kind, name, own := a.Identify()
	out := symbolic{kind: among(kind, a.Service, kinds), name: back(name), arn: back(own.String())}
	for _, f := range []struct {
		into *Value[string]
		text string
	}{{&out.partition, a.Partition}, {&out.account, a.Account}, {&out.region, a.Region}} {
		if s, ok := back(f.text).Literal(); ok {
			fill(f.into, s)
		}
	}
	return out, true
}

// safeText returns the part of a symbolic endpoint that is safe to print: of a URL what comes before its path, of an
// address what comes before its domain. A symbol may stand for more than that, and is only named.
func safeText(t Text) Text {
	var out []Text
	seen := ""
	for _, p := range t.Parts() {
		if p.Kind != PartLiteral {
			out = append(out, TextOf(p))
			seen += "x"
			continue
		}
		from := len(seen)
		seen += p.Literal
		start := 0
		if _, after, isURL := strings.Cut(seen, "://"); isURL {
			start = len(seen) - len(after)
		}
		start = max(start, from)
		if i := strings.IndexByte(seen[start:], '@'); i >= 0 {
			if start == from && !strings.Contains(seen, "://") { // a mailbox
				return Join(append(out, Literal(seen[from:start+i]+"@…"))...)
			}
			scheme, _, _ := strings.Cut(seen, "://")
			out, from = []Text{Literal(scheme + "://")}, start+i+1 // what comes between are credentials
			start = from
		}
		if i := strings.IndexAny(seen[start:], "/?#"); i >= 0 {
			return Join(append(out, Literal(seen[from:start+i]+"/…"))...)
		}
		out = append(out, Literal(seen[from:]))
	}
	return Join(out...)
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
