package graph

import "strings"

// ARN is an Amazon Resource Name in its parts, as
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html spells it.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN splits an ARN. It returns false for anything that is not one.
func ParseARN(s string) (ARN, bool) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" || p[1] == "" || p[2] == "" || p[5] == "" {
		return ARN{}, false
	}
	return ARN{Partition: p[1], Service: p[2], Region: p[3], Account: p[4], Resource: p[5]}, true
}

// String joins the parts again.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Identify returns the kind of the resource that the ARN names, its name, and the ARN of that resource
// alone: qualifiers, object keys, log streams and the like are cut off. The kind is "" when the table of
// kinds has none for the ARN.
func (a ARN) Identify() (Kind, string, ARN) {
	if a.Service == "logs" {
		a.Resource = strings.TrimSuffix(a.Resource, ":*")
	}
	if a.Resource == "*" {
		return "", a.Resource, a
	}
	if a.Service == "s3" && a.Account == "" {
		a.Resource, _, _ = strings.Cut(a.Resource, "/")
		if a.Resource == "" {
			return "", "", a
		}
		return KindBucket, a.Resource, a
	}
	for _, k := range kindTable {
		if k.Service != a.Service || k.Resource == "" || k.Kind == KindBucket {
			continue
		}
		prefix, _, _ := strings.Cut(k.Resource, "{")
		rest, ok := strings.CutPrefix(a.Resource, prefix)
		if !ok || rest == "" {
			continue
		}
		name := rest
		switch {
		case k.Kind == KindKeyAlias && !strings.HasPrefix(rest, "alias/"):
			continue
		case strings.HasSuffix(prefix, "role"), strings.HasSuffix(prefix, "user"), strings.HasSuffix(prefix, "group"), strings.HasSuffix(prefix, "policy"):
			if rest[0] != '/' {
				continue
			}
			name = rest[strings.LastIndexByte(rest, '/')+1:]
		case k.Kind == KindRule:
			name = rest[strings.LastIndexByte(rest, '/')+1:]
		case k.Kind == KindFunction, k.Kind == KindLogGroup, k.Kind == KindTopic, k.Kind == "states.machine":
			// A version, a log stream, the id of a subscription.
			name, _, _ = strings.Cut(rest, ":")
			a.Resource = prefix + name
		case k.Kind == "s3.access_point": // and an object of it
			name, _, _ = strings.Cut(rest, "/")
			a.Resource = prefix + name
		case k.Kind == "events.api_destination", k.Kind == "msk.cluster", k.Kind == "cfn.stack": // and the id that AWS assigns
			name, _, _ = strings.Cut(rest, "/")
		case k.Kind == KindStream:
			if strings.Contains(rest, "/consumer/") {
				return KindConsumer, rest, a
			}
		}
		if name == "" {
			continue
		}
		return k.Kind, name, a
	}
	return "", a.Resource, a
}

// IsAccountID says that s is twelve digits.
func IsAccountID(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// synthesise spells the ARN of a resource from its name, account, region and partition, where the kind's
// row says how and all of them are known. The name may be symbolic.
func synthesise(n *Node) Value[Text] {
	k := InfoOf(n.Kind)
	name, ok := n.Name.Get()
	if k.Resource == "" || k.Assigned || !ok || name.IsEmpty() || k.Key != "" && k.Kind != KindQueue {
		return UnknownOf[Text](ReasonNotInInput)
	}
	partition, okPartition := n.Symbols.or(n.Partition, n.Symbols.Partition)
	account, okAccount := n.Symbols.or(n.Account, n.Symbols.Account)
	region, okRegion := n.Symbols.or(n.Region, n.Symbols.Region)
	if !okPartition || !okAccount && !k.NoOwner || !okRegion && !k.Global {
		return UnknownOf[Text](ReasonNotInInput)
	}
	if k.NoOwner {
		account = Text{}
	}
	if k.Global {
		region = Text{}
	}
	before, after, _ := strings.Cut(k.Resource, "{name}")
	for _, part := range []string{"bus", "path"} { // unknown is not the default
		if v := n.Attrs.Text(part); v.State() == Unknown && v.Reason() != ReasonNotInInput {
			return UnknownOf[Text](v.Reason())
		} else if v.State() == Known && v.Sensitive() {
			return UnknownOf[Text](ReasonNotInInput) // the ARN would spell it
		}
	}
	bus := n.Attrs.Text("bus").Or(Literal("default"))
	busPrefix := Text{}
	b, ok := bus.Literal()
	switch {
	case !ok: // it may be the name of the bus, or its ARN
		return UnknownOf[Text](ReasonAfterApply)
	case b != "default":
		if arn, isARN := ParseARN(b); isARN {
			_, b, _ = arn.Identify()
			bus = Literal(b)
		}
		busPrefix = Join(bus, Literal("/"))
	}
	head := Join(Literal("arn:"), partition, Literal(":"+k.Service+":"), region, Literal(":"), account, Literal(":"))
	switch {
	case strings.Contains(before, "{path}"):
		before, _, _ = strings.Cut(before, "{path}")
		path := n.Attrs.Text("path").Or(Literal("/"))
		return marked(n.Name, Join(head, Literal(before), path, name, Literal(after)))
	case strings.Contains(before, "{bus}"):
		before, _, _ = strings.Cut(before, "{bus}")
		return marked(n.Name, Join(head, Literal(before), busPrefix, name, Literal(after)))
	}
	return marked(n.Name, Join(head, Literal(before), name, Literal(after)))
}

// marked carries the sensitivity of what a text was made of over to the text.
func marked(from Value[Text], t Text) Value[Text] {
	v := KnownOf(t)
	if from.Sensitive() {
		v = v.Hide()
	}
	return v
}
