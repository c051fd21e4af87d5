package access

import (
	"slices"
	"strings"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam/actions"
	"github.com/trailguard/trailguard/analyzer/tamper"
)

// tagActions are the actions on log groups for which CloudWatch Logs spells the ARN without a log stream; see
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/userguide/iam-access-control-overview-cwl.html.
//
//nolint:gochecknoglobals // a table
var tagActions = []string{"logs:tagresource", "logs:untagresource", "logs:listtagsforresource"}

// Target returns the ARN on which IAM evaluates an action that is done to a node: the node's own, that of something
// within it which is not known, or * where the action has no resource. Which it is says the Service Authorization Reference.
func (x *Index) Target(r *Resource, action string) graph.Text {
	known, ok := actions.Find(action)
	is := func(kind string) bool { return slices.Contains(known.Types, kind) }
	switch {
	case ok && len(known.Types) == 0:
		return graph.Literal("*")
	case !r.within.IsEmpty():
		return r.within
	case r.Node == nil:
		return r.ARN
	case r.Node.Kind == graph.KindBucket && is("object") && !is("bucket"):
		return graph.Join(r.ARN, graph.Literal("/"), graph.Hole(ReasonWhichObject))
	case r.Node.Kind == "s3.access_point" && is("object") && !is("bucket"):
		return graph.Join(r.ARN, graph.Literal("/object/"), graph.Hole(ReasonWhichObject))
	case r.Node.Kind == graph.KindFunction && ok && !is("function"):
		return graph.Join(r.ARN, graph.Literal(":"), graph.Hole(ReasonWhichVersion))
	case r.Node.Kind == graph.KindLogGroup && is("log-stream") && !is("log-group"):
		return graph.Join(r.ARN, graph.Literal(":log-stream:"), graph.Hole(ReasonWhichStream))
	case r.Node.Kind == graph.KindLogGroup && !slices.Contains(tagActions, strings.ToLower(action)):
		return graph.Join(r.ARN, graph.Literal(":log-stream:"))
	}
	return r.ARN
}

// Why the resource of a request is not known in full.
const (
	ReasonWhichObject graph.Reason = "it depends on the key of the object"
	ReasonWhichStream graph.Reason = "it depends on the name of the log stream"
	// ReasonWhichVersion is for actions on aliases and versions of functions.
	ReasonWhichVersion graph.Reason = "it depends on the alias or version of the function"
)

// catalogued returns the tamper actions that an IAM action allows. The action is in lower case.
func catalogued(action string) []*tamper.Action { return byAction()[action] }

//nolint:gochecknoglobals // built once
var byAction = sync.OnceValue(func() map[string][]*tamper.Action {
	out := map[string][]*tamper.Action{}
	all := tamper.Actions()
	for i := range all {
		name := strings.ToLower(all[i].IAM)
		out[name] = append(out[name], &all[i])
	}
	return out
})

// typesOf is what the Service Authorization Reference calls nodes, and what is within them. Of kinds that it does not have,
// the service has to be the same.
//
//nolint:gochecknoglobals // a table
var typesOf = map[graph.Kind][]string{
	graph.KindBucket: {"bucket", "object"}, graph.KindQueue: {"queue"}, graph.KindTopic: {"topic"}, graph.KindFunction: {"function", "function-alias", "function-version"}, graph.KindMapping: {"eventSourceMapping"},
	graph.KindLogGroup: {"log-group", "log-stream"}, graph.KindStream: {"stream"}, graph.KindFirehose: {"deliverystream"}, graph.KindKey: {"key"}, graph.KindKeyAlias: {"alias", "key"},
	graph.KindRoleIAM: {"role"}, graph.KindUser: {"user"}, graph.KindGroup: {"group"}, graph.KindManagedPolicy: {"policy"}, graph.KindTrail: {"trail"}, graph.KindEventStore: {"eventdatastore"},
	"s3.access_point": {"accesspoint", "accesspointobject", "object"},
}

// Fits says whether an action is one on the resource, as far as its service tells.
func (x *Index) Fits(action string, r *Resource) bool {
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	if r.Node == nil {
		lit, _ := r.ARN.Literal()
		a, _ := graph.ParseARN(lit)
		return service == a.Service || service == "sts" && a.Service == "iam"
	}
	if a, ok := actions.Find(action); ok && len(a.Types) > 0 && len(typesOf[r.Node.Kind]) > 0 {
		return slices.ContainsFunc(typesOf[r.Node.Kind], func(t string) bool { return slices.Contains(a.Types, t) })
	}
	info := graph.InfoOf(r.Node.Kind)
	if info.Service == service || info.Service == "" || r.Node.Kind == graph.KindRoleIAM && service == "sts" {
		return true
	}
	return slices.ContainsFunc(catalogued(strings.ToLower(action)), func(a *tamper.Action) bool { return slices.Contains(a.Kinds(), r.Node.Kind) })
}
