package analyzer

import (
	"cmp"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// alterationFinding judges one alteration by what the plan alone proves of it.
func alterationFinding(s Subject, a Alteration) (Finding, bool) {
	switch {
	case a.Hop != "":
		return filterFinding(s, a)
	case a.Removed:
		return removalFinding(s, a)
	}
	return Finding{}, false
}

// removalFinding is for what a hop stands on and the plan takes away.
func removalFinding(s Subject, a Alteration) (Finding, bool) {
	n := s.Before.Node(a.Node)
	what := graph.InfoOf(n.Kind).Label
	switch {
	case a.Edge == "" && a.Attr == "policy" && admittedByPolicy(s.Graph, a.Node):
		return nodeFinding(a, hopUnsupported(), High, "the plan takes away the policy of this "+what+": a service that is not admitted by one is refused"), true
	case a.Edge == "lambda_permission":
		if pushed(s.Graph, a.Node) {
			return nodeFinding(a, hopUnsupported(), High, "the plan takes away a permission of this function: the service that invokes it by it is refused"), true
		}
	case a.Edge == "iam_inline" || a.Edge == "iam_managed":
		severity, left := High, "the role has none left"
		if now := s.Graph.Node(a.Node); now == nil {
			left = "and the role with it"
		} else if hasPolicies(s.Graph, a.Node) {
			severity, left = Medium, "others are left"
		}
		return nodeFinding(a, hopUnsupported(), severity, "the plan takes away a policy of a role that the chain works by: "+left), true
	case strings.HasSuffix(a.Edge, "_role"):
		return nodeFinding(a, hopUnsupported(), High, "the plan takes away the role that this "+what+" works by"), true
	case strings.HasSuffix(a.Edge, "_kms"):
		if s.Graph.Node(graph.NodeID(a.Before)) == nil {
			return nodeFinding(a, keyDeleted(), High, "the plan deletes the key of this "+what+": once it is gone nothing that it encrypted can be read any more"), true
		}
	}
	return Finding{}, false
}

// nodeFinding makes the finding on the node of an alteration.
func nodeFinding(a Alteration, rule Rule, severity Severity, message string) Finding {
	if a.Because != "" {
		message += ": " + a.Because
	}
	return Finding{
		ID: fingerprint(rule.ID, a.Node, a.Attr+" "+a.Before), Rule: rule.ID, Severity: severity, Verdict: Violated, Node: a.Node, Title: rule.Title,
		Message: message, Fix: rule.Fix, Attack: rule.Techniques,
		Evidence: []Evidence{{Where: string(a.Node), What: a.Attr + " was " + a.Before + " and is " + a.After}},
	}
}

// servicePushes are the hops in which a service writes to a node by the node's own policy:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
//
//nolint:gochecknoglobals // a table
var servicePushes = map[string]bool{
	"trail_s3": true, "trail_sns": true, "s3_notify_sns": true, "s3_notify_sqs": true, "sns_sub": true, "events_target": true, "alarm_action": true,
}

// admittedByPolicy says that a service writes to the node, which only the node's policy can admit.
func admittedByPolicy(g *graph.Graph, id graph.NodeID) bool {
	n := g.Node(id)
	if n == nil || n.Kind != graph.KindBucket && n.Kind != graph.KindTopic && n.Kind != graph.KindQueue {
		return false
	}
	for e := range g.In(id) {
		if servicePushes[e.Kind.ID] && e.OneOf == "" {
			return true
		}
	}
	return false
}

// pushed says that a service invokes the function.
func pushed(g *graph.Graph, id graph.NodeID) bool {
	for e := range g.In(id) {
		switch e.Kind.ID {
		case "s3_notify_lambda", "sns_sub", "logs_subscription", "events_target", "alarm_action":
			return true
		}
	}
	return false
}

// hasPolicies says that a role has a policy, or that nobody knows.
func hasPolicies(g *graph.Graph, id graph.NodeID) bool {
	for e := range g.Support(id) {
		if e.Kind.ID == "iam_inline" || e.Kind.ID == "iam_managed" {
			return true
		}
	}
	return len(g.Held(id)) > 0
}

// filterFinding is for what a hop lets through. That a filter is taken off lets more through, and is nothing to
// warn of.
func filterFinding(s Subject, a Alteration) (Finding, bool) {
	if a.After == "not set" {
		return Finding{}, false
	}
	var e *graph.Edge
	for h := range s.Graph.Out(a.Node) {
		if h.ID == a.Hop {
			e = h
		}
	}
	if e == nil || !isTraced(s.Graph, e.From) {
		return Finding{}, false
	}
	severity, message := Medium, "the plan changes what passes this hop: "+a.Attr+" was "+a.Before+" and is "+a.After
	if why := nothingPasses(s.Graph, e, a.Attr); why != "" {
		severity, message = Critical, "the plan lets no log object pass this hop: "+why
		if !onlyWay(s.Graph, e) {
			severity = High
		}
	}
	rule := hopNarrowed()
	if a.Because != "" {
		message += ": " + a.Because
	}
	return Finding{
		ID: fingerprint(rule.ID, "", a.Hop+" "+a.Attr), Rule: rule.ID, Severity: severity, Verdict: Violated, Hop: a.Hop, Title: rule.Title, Message: message, Fix: rule.Fix,
		Attack: rule.Techniques, Position: e.Pos, Evidence: []Evidence{{Where: cmp.Or(e.Via, string(e.From)), What: a.Attr + " was " + a.Before + " and is " + a.After}},
	}, true
}

// onlyWay says that no other hop of events enters the node that a hop leads to.
func onlyWay(g *graph.Graph, e *graph.Edge) bool {
	for o := range g.In(e.To) {
		if o != e && o.Kind.Flow == graph.FlowEvents && isTraced(g, o.From) {
			return false
		}
	}
	return true
}

// nothingPasses says why a bucket's notification is certain to pass none of CloudTrail's objects, or nothing. Their
// keys end in .json.gz, and they come by s3:ObjectCreated events:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func nothingPasses(g *graph.Graph, e *graph.Edge, attr string) string {
	if !strings.HasPrefix(e.Kind.ID, "s3_notify_") {
		return ""
	}
	switch attr {
	case "events":
		events, known := e.Attrs.Texts("events").Get()
		if !known {
			return ""
		}
		for _, t := range events {
			if s, ok := t.Literal(); !ok || strings.HasPrefix(s, "s3:ObjectCreated:") {
				return ""
			}
		}
		return "no event that it is told of is one of s3:ObjectCreated"
	case "prefix":
		if covers(keysOf(g, g.Node(e.From)), e.Attrs.Text("prefix")) == graph.No {
			return "its prefix matches no key of CloudTrail's objects"
		}
	case "suffix":
		s, known := word(e.Attrs, "suffix")
		const end = ".json.gz"
		if known && !strings.HasSuffix(end, s) && !strings.HasSuffix(s, end) {
			return "its suffix matches no key of CloudTrail's objects"
		}
	}
	return ""
}
