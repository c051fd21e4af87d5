package render

import "github.com/trailguard/trailguard/analyzer/graph"

// mark says at a glance what is known of a hop. Every format shows the same marks.
type mark uint8

const (
	markPlain    mark = iota // drawn from declarations; nothing was found to be wrong, or to be right
	markWorks                // evaluated, and it works
	markBroken               // cannot work
	markUnknown              // its end is not known, or is one of several
	markExternal             // leads out of the inputs
)

//nolint:gochecknoglobals // a table
var markSigns = [...]string{markPlain: "•", markWorks: "✔", markBroken: "✖", markUnknown: "?", markExternal: "⇢"}

func (m mark) String() string { return markSigns[m] }

// mark returns the mark of a hop. What is broken is so whatever else is not known of it.
func (v *view) mark(e *graph.Edge) mark {
	to, from := v.node(e.To), v.node(e.From)
	switch {
	case e.Status == graph.StatusBroken:
		return markBroken
	case e.OneOf != "", e.Doubt, to == nil, to.Unresolved, from != nil && from.Unresolved:
		return markUnknown
	case e.Status == graph.StatusWorks:
		return markWorks
	case to.External:
		return markExternal
	}
	return markPlain
}

// shortKinds are the kinds as the columns of a terminal have room for them.
//
//nolint:gochecknoglobals // a table
var shortKinds = map[graph.Kind]string{
	graph.KindTrail: "trail", graph.KindEventStore: "lake", graph.KindTrailAccount: "account", "cloudtrail.channel": "channel",
	graph.KindBucket: "s3", graph.KindTopic: "sns", graph.KindQueue: "sqs", graph.KindLogGroup: "logs", graph.KindLogsDest: "logs-dest",
	graph.KindFunction: "lambda", "lambda.alias": "lambda", graph.KindStream: "kinesis", graph.KindConsumer: "consumer", graph.KindFirehose: "firehose",
	graph.KindRule: "rule", graph.KindBus: "bus", "events.archive": "archive", "events.api_destination": "api-dest", graph.KindPipe: "pipe",
	graph.KindHTTP: "http", graph.KindEmail: "email", graph.KindSMS: "sms", graph.KindMetric: "metric", graph.KindAlarm: "alarm",
	"cloudwatch.composite_alarm": "alarm", "states.machine": "states", "batch.queue": "batch", "opensearch.domain": "opensearch", "es.domain": "opensearch",
	"aoss.collection": "opensearch", "redshift.cluster": "redshift", "snowflake": "snowflake", "msk.cluster": "kafka", "glue.table": "table",
	"glue.crawler": "crawler", "glue.catalog": "iceberg", "athena.workgroup": "athena", graph.KindDataLake: "lake", "securitylake.subscriber": "subscriber",
	"logs.delivery_source": "logs-src", "logs.delivery_destination": "logs-dest", "apigateway.api": "api", graph.KindKey: "kms", graph.KindRoleIAM: "role",
	graph.KindAny: "?",
}

// shortKind returns the word for a kind in narrow places.
func shortKind(k graph.Kind) string {
	if s, ok := shortKinds[k]; ok {
		return s
	}
	return graph.InfoOf(k).Label
}

// flowNote names what travels along a hop where it is not events themselves.
func flowNote(e *graph.Edge) string {
	switch e.Kind.Flow {
	case graph.FlowDeadLetter:
		return "dead letters"
	case graph.FlowSignal:
		return "signal: " + verb(e)
	case graph.FlowCopy:
		return "not events: " + verb(e)
	case graph.FlowEvents, graph.FlowSupport:
	}
	return ""
}

// verb spells the verb of an edge kind in words.
func verb(e *graph.Edge) string {
	b := []byte(e.Kind.Verb)
	for i := range b {
		if b[i] == '_' {
			b[i] = ' '
		}
	}
	return string(b)
}
