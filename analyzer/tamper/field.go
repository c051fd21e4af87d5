package tamper

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// field is what one {placeholder} of the templates stands for.
type field struct {
	// read returns what the node says; false where that is not known, not literal, sensitive or not usable.
	read func(*graph.Node) (string, bool)
	// name is what to call it where the node does not say. After a dash it is the label of the node.
	name string
}

func (f field) missing(n *graph.Node) string {
	if f.name == defaultPartition {
		return f.name // of nearly every account
	}
	if rest, ok := strings.CutPrefix(f.name, "-"); ok {
		label := "resource"
		if n != nil && n.Kind != graph.KindAny {
			label = strings.ReplaceAll(strings.ToLower(graph.InfoOf(n.Kind).Label), " ", "-")
		}
		return "<" + label + "-" + rest + ">"
	}
	return "<" + f.name + ">"
}

const defaultPartition = "aws"

// fields are the placeholders that templates may use.
//
//nolint:gochecknoglobals // a table
var fields = map[string]field{
	"arn":       {arnOf, "-arn"},
	"name":      {nameOf, "-name"},
	"id":        {lastOfARN, "-id"},
	"account":   {accountOf, "account-id"},
	"region":    {regionOf, "region"},
	"partition": {partitionOf, defaultPartition},
	"role":      {attribute("role"), "role-arn"},

	"trail": {either(on(graph.KindTrail, arnOf), named(graph.KindTrail)), "trail-name"},

	"bucket":      {either(named(graph.KindBucket), on("s3.access_point", attribute("bucket"))), "bucket-name"},
	"accesspoint": {named("s3.access_point"), "access-point"},
	"url":         {queueURL, "queue-url"},

	"topic":        {on(graph.KindTopic, arnOf), "topic-arn"},
	"subscription": {on(graph.KindSubscription, arnOf), "subscription-arn"},

	"function": {either(external, named(graph.KindFunction), on(graph.KindFunction, arnOf)), "function-name"},
	"alias":    {named("lambda.alias"), "alias"},
	"uuid":     {either(named(graph.KindMapping), on(graph.KindMapping, lastOfARN)), "mapping-uuid"},

	"rule": {named(graph.KindRule), "rule-name"},
	"bus":  {either(named(graph.KindBus), on(graph.KindRule, attribute("bus"))), "event-bus"},

	"group":  {either(named(graph.KindLogGroup), on(graph.KindLogsFilter, attribute("group")), on("logs.metric_filter", attribute("group"))), "log-group"},
	"filter": {either(named(graph.KindLogsFilter), named("logs.metric_filter")), "filter-name"},

	"accountpolicy": {named("logs.account"), "policy-name"},

	"stream": {on(graph.KindStream, arnOf), "stream-arn"},

	"key":      {either(on(graph.KindKey, arnOf), on(graph.KindKey, attribute("key_id")), named(graph.KindKey)), "key-id"},
	"keyalias": {named(graph.KindKeyAlias), "alias-name"},

	"policyid": {on("organizations.policy", lastOfARN), "policy-id"},

	"metric_namespace": {metric(0), "metric-namespace"},
	"metric_name":      {metric(1), "metric-name"},

	"database": {tablePart(1), "database"},
	"table":    {either(tablePart(2), named("glue.table")), "table"},
}

type reader = func(*graph.Node) (string, bool)

func either(all ...reader) reader {
	return func(n *graph.Node) (string, bool) {
		for _, read := range all {
			if s, ok := read(n); ok {
				return s, true
			}
		}
		return "", false
	}
}

func on(kind graph.Kind, read reader) reader {
	return func(n *graph.Node) (string, bool) {
		if n.Kind != kind {
			return "", false
		}
		return read(n)
	}
}

func named(kind graph.Kind) reader { return on(kind, nameOf) }

// hidden says that the source marked the identity of the node sensitive: then nothing that tells it is
// printed, for an ARN tells the name, and the other way round.
func hidden(n *graph.Node) bool { return n.Name.Sensitive() || n.ARN.Sensitive() }

func literal(n *graph.Node, v graph.Value[graph.Text]) (string, bool) {
	t, known := v.Get()
	s, ok := t.Literal()
	return s, known && ok && !v.Sensitive() && !hidden(n) && usable(s)
}

func nameOf(n *graph.Node) (string, bool) { return literal(n, n.Name) }

// arnOf returns the ARN; of a log group that without :*, which names the group itself.
func arnOf(n *graph.Node) (string, bool) {
	s, ok := literal(n, n.ARN)
	if ok && n.Kind == graph.KindLogGroup {
		s = strings.TrimSuffix(s, ":*")
	}
	return s, ok
}

// external returns the ARN of a function that the inputs do not declare: its name alone would be looked for
// in the account of whoever runs the command.
func external(n *graph.Node) (string, bool) {
	if n.Kind != graph.KindFunction || !n.External {
		return "", false
	}
	return arnOf(n)
}

// lastOfARN returns the id at the end of an ARN.
func lastOfARN(n *graph.Node) (string, bool) {
	s, ok := literal(n, n.ARN)
	s = s[strings.LastIndexAny(s, "/:")+1:]
	return s, ok && usable(s)
}

func attribute(name string) reader {
	return func(n *graph.Node) (string, bool) { return literal(n, n.Attrs.Text(name)) }
}

func regionOf(n *graph.Node) (string, bool) {
	if n == nil {
		return "", false
	}
	s, ok := n.Region.Get()
	return s, ok && !n.Region.Sensitive() && s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

func partitionOf(n *graph.Node) (string, bool) {
	s, ok := n.Partition.Get()
	return s, ok && !n.Partition.Sensitive() && s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz-") == "" && s[0] != '-'
}

// accountDigits is the length of an account id.
const accountDigits = 12

func accountOf(n *graph.Node) (string, bool) {
	s, ok := n.Account.Get()
	return s, ok && !n.Account.Sensitive() && len(s) == accountDigits && strings.Trim(s, "0123456789") == ""
}

// queueURL returns the URL of a queue: as the input tells it, or as AWS makes it of region, account and name:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func queueURL(n *graph.Node) (string, bool) {
	if n.Kind != graph.KindQueue || hidden(n) {
		return "", false
	}
	v := n.Attrs.Text("url")
	t, known := v.Get()
	if s, ok := t.Literal(); known && ok && !v.Sensitive() {
		if rest, https := strings.CutPrefix(s, "https://"); https && usable(rest) {
			return s, true
		}
	}
	region, ok1 := regionOf(n)
	account, ok2 := accountOf(n)
	name, ok3 := nameOf(n)
	suffix, ok4 := urlSuffix[n.Partition.Or(defaultPartition)]
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return "", false
	}
	return "https://sqs." + region + suffix + "/" + account + "/" + name, true
}

//nolint:gochecknoglobals // a table
var urlSuffix = map[string]string{"aws": ".amazonaws.com", "aws-us-gov": ".amazonaws.com", "aws-cn": ".amazonaws.com.cn"}

// metric returns one part of the name of a metric, which is its namespace, a slash and its own name. Where
// either has a slash of its own nobody can tell them apart.
func metric(part int) reader {
	return func(n *graph.Node) (string, bool) {
		s, ok := on(graph.KindMetric, nameOf)(n)
		parts := strings.Split(s, "/")
		if !ok || len(parts) != 2 || !usable(parts[part]) {
			return "", false
		}
		return parts[part], true
	}
}

// tablePart returns a part of the ARN of a Glue table: table/DATABASE/TABLE.
func tablePart(part int) reader {
	return func(n *graph.Node) (string, bool) {
		s, ok := on("glue.table", arnOf)(n)
		a, isARN := graph.ParseARN(s)
		parts := strings.Split(a.Resource, "/")
		if !ok || !isARN || len(parts) != 3 || !usable(parts[part]) {
			return "", false
		}
		return parts[part], true
	}
}
