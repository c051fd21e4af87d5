package analyzer

import (
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// worth says what an attacker gains at a node by its place on the chain. Each step down lowers the
// severity of a finding by one, but never below [Low].
type worth uint8

const (
	// worthRecord: CloudTrail's own objects that are nowhere else, or the way that events take to a consumer.
	worthRecord worth = iota
	// worthCopy: the same objects are kept elsewhere too, or a signal made of events and not the events.
	worthCopy
	// worthRest: what could not be delivered, or was set aside on the way.
	worthRest
)

// of returns the severity of what would be s at the record.
func (w worth) of(s Severity) Severity {
	if s <= Low+Severity(w) {
		return min(s, Low)
	}
	return s - Severity(w)
}

// worthOf places a node: a bucket by what it stores, a log group as the copy that it is beside the bucket
// every trail has, any other node by what flows to it.
func worthOf(ix *index, n *graph.Node) worth {
	g := ix.Graph
	r := g.Reach(n.ID)
	switch {
	case r == nil:
		return worthCopy
	case r.Flow == graph.FlowDeadLetter, n.Kind == graph.KindBucket && isErrorStore(g, n):
		return worthRest
	case r.Flow != graph.FlowEvents, n.Kind == graph.KindLogGroup:
		return worthCopy
	case n.Kind == graph.KindBucket && (!isTrailStore(g, n) || hasCopy(ix, n)):
		return worthCopy
	}
	return worthRecord
}

// isTrailStore says that CloudTrail, or Security Lake, itself writes to the bucket: a trail of the input
// names it, or none does and its policy admits CloudTrail.
func isTrailStore(g *graph.Graph, n *graph.Node) bool {
	for e := range g.In(n.ID) {
		if e.Kind.ID == "trail_s3" || e.Kind.ID == "securitylake_bucket" {
			return true
		}
	}
	return isAdmitted(g, n)
}

// isAdmitted says that the chain starts at the bucket itself, whose policy admits a CloudTrail that no
// trail of the input accounts for.
func isAdmitted(g *graph.Graph, n *graph.Node) bool {
	r := g.Reach(n.ID)
	if r == nil || !r.Traced || n.Kind != graph.KindBucket {
		return false
	}
	return slices.Contains(r.Roots, n.ID)
}

// isErrorStore says that all the bucket gets is what a delivery stream sets aside.
func isErrorStore(g *graph.Graph, n *graph.Node) bool { return onlyBy(g, n, "firehose_backup") }

// onlyBy says that events reach a node, and by hops of the kind alone.
func onlyBy(g *graph.Graph, n *graph.Node, kind string) bool {
	some := false
	for e := range g.In(n.ID) {
		if e.Kind.Flow == graph.FlowCopy {
			continue
		}
		if e.Kind.ID != kind {
			return false
		}
		some = true
	}
	return some
}

// isDeadLetterQueue says that nothing but dead letters reach the node.
func isDeadLetterQueue(g *graph.Graph, n *graph.Node) bool {
	r := g.Reach(n.ID)
	return r != nil && r.Flow == graph.FlowDeadLetter
}

// hasCopy says that every object CloudTrail writes to the bucket is certain to be in another one too: as
// a replica, or because each of its trails is doubled by the hops of the input.
func hasCopy(ix *index, n *graph.Node) bool {
	r := ix.Reach(n.ID)
	if r == nil || len(r.Roots) == 0 {
		return false
	}
	for _, root := range r.Roots {
		if !slices.ContainsFunc(ix.storesOf(root), func(m graph.NodeID) bool { return m != n.ID }) {
			return false
		}
	}
	return true
}

// keptFor returns the roots of whose objects a bucket is certain to hold every one: those that write to it, and
// those of buckets that replicate all to it.
func keptFor(g *graph.Graph, n *graph.Node, seen map[graph.NodeID]bool) []graph.NodeID {
	if seen[n.ID] {
		return nil
	}
	seen[n.ID] = true
	var out []graph.NodeID
	if isAdmitted(g, n) {
		out = append(out, n.ID)
	}
	for e := range g.In(n.ID) {
		from := g.Node(e.From)
		switch {
		case e.OneOf != "" || from == nil:
		case e.Kind.ID == "trail_s3", e.Kind.ID == "securitylake_bucket":
			if r := g.Reach(e.From); r != nil {
				out = append(out, r.Roots...)
			}
		case e.Kind.ID == "s3_replication" && replicates(g, from, replicationRule(e)) == graph.Yes:
			out = append(out, keptFor(g, from, seen)...)
		}
	}
	return out
}

// replicationRule returns the block of a replication edge, filled as the linker fills a node; nil where it is not known.
func replicationRule(e *graph.Edge) graph.Attrs {
	if e.Attrs == nil {
		return nil
	}
	info, _ := graph.AttributeOf(graph.KindBucket, "replication.rules")
	return filled([]graph.Attrs{e.Attrs}, info.Fields, false)[0]
}

// replicates says whether a replication rule of a bucket copies every log object that arrives there.
func replicates(g *graph.Graph, n *graph.Node, rule graph.Attrs) graph.Tri {
	if rule == nil {
		return graph.Maybe
	}
	on := graph.Maybe
	if status, known := word(rule, "status"); known {
		on = graph.TriOf(status == "Enabled")
	}
	return on.And(untagged(rule)).And(coversAll(keysOf(g, n), rule.Text("prefix")))
}

// keysOf returns the object keys under which evidence lies in a bucket, with holes for what varies.
// CloudTrail's are https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html
func keysOf(g *graph.Graph, n *graph.Node) []graph.Text {
	return keys0(g, n, map[graph.NodeID]bool{})
}

func keys0(g *graph.Graph, n *graph.Node, seen map[graph.NodeID]bool) []graph.Text {
	if n == nil || seen[n.ID] {
		return nil
	}
	seen[n.ID] = true
	open := graph.Hole("any key")
	var out []graph.Text
	for e := range g.In(n.ID) {
		switch {
		case e.Kind.Flow == graph.FlowCopy:
		case e.Kind.ID == "trail_s3":
			out = append(out, trailKey(g.Node(e.From)))
		case e.Kind.ID == "s3_replication":
			out = append(out, keys0(g, g.Node(e.From), seen)...)
		default:
			out = append(out, open)
		}
	}
	if len(out) == 0 && isAdmitted(g, n) {
		out = admittedKeys(n)
	}
	if len(out) == 0 {
		out = append(out, open)
	}
	return out
}

// trailKey spells the key of a trail's objects: [prefix/]AWSLogs/[organization/]account/CloudTrail/… and so on.
func trailKey(t *graph.Node) graph.Text {
	varies := graph.Hole("varies from object to object")
	prefix := graph.Text{}
	switch v := t.Attrs.Text("s3_key_prefix"); v.State() {
	case graph.Known:
		if p, _ := v.Get(); !p.IsEmpty() {
			prefix = graph.Join(p, graph.Literal("/"))
		}
	case graph.Unknown:
		prefix = varies
	case graph.Absent:
	}
	owner := varies
	if account, known := t.Account.Get(); known {
		if org, decided := t.Attrs.Bool("organization").Get(); decided && !org {
			owner = graph.Literal(account)
		}
	}
	return graph.Join(prefix, graph.Literal("AWSLogs/"), owner, graph.Literal("/CloudTrail/"), varies)
}

// admittedKeys reads from the bucket's policy the keys that CloudTrail may write.
func admittedKeys(n *graph.Node) []graph.Text {
	doc, ok := n.Attrs.Policy("policy").Get()
	if !ok {
		return nil
	}
	var out []graph.Text
	for _, s := range doc.Statements {
		if !s.Allow || !admitsCloudTrail(s.Principals) {
			continue
		}
		for _, r := range s.Resources {
			if key, ok := keyPattern(r); ok {
				out = append(out, key)
			}
		}
	}
	return out
}

func admitsCloudTrail(principals []graph.Principal) bool {
	for _, p := range principals {
		if s, ok := p.ID.Literal(); ok && s == "cloudtrail.amazonaws.com" {
			return true
		}
	}
	return false
}

// keyPattern returns what follows the bucket in the ARN of objects, with a hole for each wildcard.
func keyPattern(resource graph.Text) (graph.Text, bool) {
	varies := graph.Hole("varies from object to object")
	var out []graph.Text
	found := false
	for _, p := range resource.Parts() {
		if p.Kind != graph.PartLiteral {
			if found {
				out = append(out, varies)
			}
			continue
		}
		rest := p.Literal
		if !found {
			_, rest, found = strings.Cut(rest, "/")
		}
		for rest != "" {
			i := strings.IndexAny(rest, "*?")
			if i < 0 {
				out = append(out, graph.Literal(rest))
				break
			}
			out = append(out, graph.Literal(rest[:i]), varies)
			rest = rest[i+1:]
		}
	}
	return graph.Join(out...), found
}

// covers says whether a filter by key prefix takes some of the keys. No prefix takes all of them.
func covers(keys []graph.Text, prefix graph.Value[graph.Text]) graph.Tri {
	p, known := prefix.Get()
	switch {
	case prefix.State() == graph.Unknown:
		return graph.Maybe
	case !known || p.IsEmpty():
		return graph.Yes
	}
	out := graph.No
	for _, k := range keys {
		out = out.Or(k.Like(graph.Join(p, graph.Literal("*"))))
	}
	return out
}

// coversAll says whether a filter by key prefix takes all of the keys.
func coversAll(keys []graph.Text, prefix graph.Value[graph.Text]) graph.Tri {
	out := graph.Yes
	for _, k := range keys {
		out = out.And(covers([]graph.Text{k}, prefix))
	}
	return out
}

// sameOwner says whether two nodes are of one account.
func sameOwner(a, b *graph.Node) graph.Tri { return sameString(a.Account, b.Account) }

func sameString(a, b graph.Value[string]) graph.Tri {
	x, okX := a.Get()
	y, okY := b.Get()
	if !okX || !okY {
		return graph.Maybe
	}
	return graph.TriOf(x == y)
}

// feeds says that hops of one of the kinds leave the node.
func feeds(g *graph.Graph, n *graph.Node, kinds ...string) bool {
	for e := range g.Out(n.ID) {
		if slices.Contains(kinds, e.Kind.ID) {
			return true
		}
	}
	return false
}

// fedBy says that hops of one of the kinds enter the node.
func fedBy(g *graph.Graph, n *graph.Node, kinds ...string) bool {
	for e := range g.In(n.ID) {
		if slices.Contains(kinds, e.Kind.ID) {
			return true
		}
	}
	return false
}
