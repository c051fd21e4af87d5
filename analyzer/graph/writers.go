package graph

import (
	"cmp"
	"slices"
	"strings"
)

// writers marks the hops of buckets whose notifications several declarations write. Each writes all of them, and the last
// writer wins: what one declares alone is there only if that one is it. What all declare is there for certain:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
func (l *linker) writers() {
	wrote := map[*Node][]*Resource{}
	for _, r := range l.resources {
		if r.Kind != KindBucket || !r.Fragment || r.Removed || r.Lookup || !writesNotifications(r) {
			continue
		}
		if t := l.resolveOf(r); len(t.nodes) == 1 && !t.oneOf && !t.nodes[0].Unresolved {
			wrote[t.nodes[0]] = append(wrote[t.nodes[0]], r)
		}
	}
	type end struct {
		bucket NodeID
		kind   string
		to     NodeID
	}
	hops := map[end]map[string]bool{} // declarations that draw it
	for _, e := range l.g.hops {
		if strings.HasPrefix(e.Kind.ID, "s3_notify_") {
			key := end{e.From, e.Kind.ID, e.To}
			if hops[key] == nil {
				hops[key] = map[string]bool{}
			}
			hops[key][e.Via] = true
		}
	}
	for _, e := range l.g.hops {
		if !strings.HasPrefix(e.Kind.ID, "s3_notify_") {
			continue
		}
		n := l.g.byID[e.From]
		all := wrote[n]
		i := slices.IndexFunc(all, func(r *Resource) bool { return qualify(r.Scope, r.Address) == e.Via })
		if i < 0 || !slices.ContainsFunc(all, func(r *Resource) bool {
			return r != all[i] && !hops[end{e.From, e.Kind.ID, e.To}][qualify(r.Scope, r.Address)] && !l.g.conditions.exclude(r.Presence, all[i].Presence)
		}) {
			continue
		}
		const settledBy = "one declaration of all notifications, or the live account"
		e.When, e.Doubt, e.unexplained = doubts(onlyIf+e.Via+" writes the notifications last", e.When), true, true
		e.SettledBy = cmp.Or(e.SettledBy, settledBy)
		if e.Status == StatusUndetermined {
			e.Why = e.When
		}
		l.gap("which declaration is the last to write the notifications of "+string(n.ID), string(n.ID), ReasonTwoWriters, settledBy)
	}
}

// writesNotifications says that a fragment writes all notifications of its bucket: of each list it says at least that there
// is none. One that adds to what others wrote says nothing of those that it does not add to.
func writesNotifications(r *Resource) bool {
	for _, name := range []string{"notification.queues", "notification.topics", "notification.functions"} {
		if _, ok := r.Attrs[name]; !ok {
			return false
		}
	}
	return true
}
