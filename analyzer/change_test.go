package analyzer

import (
	"slices"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// notifies is a chain whose bucket notifies a queue, by a declaration of its own.
func notifies(queue string, more ...graph.Resource) []graph.Resource {
	notification := declare(graph.KindBucket, "notification", "notification.queues", []graph.Attrs{attrs("arn", arn(queue))})
	notification.Fragment, notification.Of = true, graph.KnownOf(graph.Reference(graph.Ref{Address: "logs", Attr: "id"}))
	return append([]graph.Resource{trail("validation", true), declare(graph.KindBucket, "logs"), declare(graph.KindQueue, queue), notification}, more...)
}

// towards is a chain whose bucket notifies what a text names.
func towards(target graph.Text, more ...graph.Resource) []graph.Resource {
	out := notifies("a")
	out[3].Attrs = attrs("notification.queues", []graph.Attrs{attrs("arn", target)})
	return append([]graph.Resource{out[0], out[1], out[3]}, more...)
}

func TestChange(t *testing.T) {
	t.Parallel()
	both := []graph.Resource{trail(), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("a")), attrs("arn", arn("b"), "prefix", "x")}), declare(graph.KindQueue, "a"), declare(graph.KindQueue, "b")}
	gone := []graph.Resource{trail("validation", true), declare(graph.KindBucket, "logs")}
	for name, c := range map[string]struct {
		before, after                                         []graph.Resource
		changes                                               []graph.Change
		severed, added, rewired, open, weakened, strengthened int
		because                                               string
		findings                                              []string // of TG7xx: rule, severity, verdict
	}{
		"nothing": {before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionNoOp}}},
		"notification deleted": {
			before: notifies("a"), after: gone, changes: []graph.Change{{Address: "notification", Action: graph.ActionDelete}},
			severed: 1, because: "notification is deleted", findings: []string{"TG701 critical violated"},
		},
		"one of two paths": {
			before: both, after: append(slices.Clone(both[:1]), declare(graph.KindBucket, "logs", "notification.queues", []graph.Attrs{attrs("arn", arn("b"), "prefix", "x")}), declare(graph.KindQueue, "b"), declare(graph.KindQueue, "a")),
			changes: []graph.Change{{Address: "logs", Action: graph.ActionUpdate}}, severed: 1, because: "logs is updated", findings: []string{"TG701 critical violated"},
		},
		"repointed": {
			before: notifies("a", declare(graph.KindQueue, "b")), after: notifies("b", declare(graph.KindQueue, "a")),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, rewired: 1, because: "notification is updated",
			findings: []string{"TG703 high violated"},
		},
		"repointed, and the old queue deleted": {
			before: notifies("a", declare(graph.KindQueue, "b")), after: notifies("b"),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, rewired: 1, because: "notification is updated",
			findings: []string{"TG703 medium violated"},
		},
		"repointed to what is not known yet": {
			before: notifies("a"), after: towards(graph.Hole(graph.ReasonAfterApply), declare(graph.KindQueue, "a")),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, open: 1, because: "notification is updated",
			findings: []string{"TG701 high undetermined"},
		},
		"repointed to one of two": {
			before: notifies("a"), after: towards(graph.OneOf(graph.Ref{Address: "a", Attr: "arn"}, graph.Ref{Address: "b", Attr: "arn"}), declare(graph.KindQueue, "a"), declare(graph.KindQueue, "b")),
			changes: []graph.Change{{Address: "notification", Action: graph.ActionUpdate}}, added: 1,
		},
		"queue replaced": {
			before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionReplace}},
			severed: 1, because: "a is replaced: destroyed before the new one is made", findings: []string{"TG702 medium violated"},
		},
		"queue replaced, the new one first": {
			before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionReplace, CreateFirst: true}},
			severed: 1, because: "a is replaced: the old one is destroyed once the new one is made", findings: []string{"TG702 medium violated"},
		},
		"replaced outside of the plan": {before: notifies("a"), after: notifies("a"), changes: []graph.Change{{Address: "a", Action: graph.ActionReplace, Drift: true}}},
		"added":                        {before: gone, after: notifies("a"), changes: []graph.Change{{Address: "notification", Action: graph.ActionCreate}}, added: 1},
		"validation off": {
			before: []graph.Resource{trail("validation", true)}, after: []graph.Resource{trail("validation", false)}, weakened: 1,
			changes: []graph.Change{{Address: "trail", Action: graph.ActionUpdate}},
		},
		"validation on": {
			before: []graph.Resource{trail("validation", false)}, after: []graph.Resource{trail("validation", true)}, strengthened: 1,
			changes: []graph.Change{{Address: "trail", Action: graph.ActionUpdate}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Analyze(Subject{Graph: link(c.after...), Before: link(c.before...), Changes: c.changes}, []Rule{trailNotValidated()})
			got := []int{len(r.Change.Severed), len(r.Change.Added), len(r.Change.Rewired), len(r.Change.Undetermined), len(r.Change.Weakened), len(r.Change.Strengthened)}
			if want := []int{c.severed, c.added, c.rewired, c.open, c.weakened, c.strengthened}; !slices.Equal(got, want) {
				t.Errorf("severed, added, rewired, undetermined, weakened, strengthened: %v, want %v", got, want)
			}
			for _, h := range slices.Concat(r.Change.Severed, r.Change.Rewired, r.Change.Undetermined) {
				if h.Because != c.because {
					t.Errorf("because %q, want %q", h.Because, c.because)
				}
				if h.To != "" && h.To != "b" && c.open == 0 {
					t.Errorf("rewired to %s", h.To)
				}
			}
			var findings []string
			for _, f := range r.Findings {
				if f.Rule >= "TG7" {
					findings = append(findings, f.Rule+" "+f.Severity.String()+" "+string(f.Verdict))
				}
			}
			if !slices.Equal(findings, c.findings) {
				t.Errorf("findings %v, want %v", findings, c.findings)
			}
		})
	}
}
