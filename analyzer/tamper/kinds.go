package tamper

import (
	"slices"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// kindsOf says at which kinds of node the actions on a type of resource are done. Types of which the graph
// has no nodes have none. A row for one action, or for the type in one service (service/type), goes before
// the row of the type.
//
//nolint:gochecknoglobals // a table
var kindsOf = map[string][]graph.Kind{
	"trail":          {graph.KindTrail},
	"eventdatastore": {graph.KindEventStore},
	"channel":        {"cloudtrail.channel"},
	"dashboard":      {graph.KindEventStore},

	"bucket":      {graph.KindBucket},
	"object":      {graph.KindBucket},
	"accesspoint": {"s3.access_point", graph.KindBucket},
	"s3/account":  {graph.KindBucket, "s3.account"},

	"queue": {graph.KindQueue},
	"topic": {graph.KindTopic},

	"function":       {graph.KindFunction},
	"esm":            {graph.KindMapping},
	"alias":          {"lambda.alias", graph.KindFunction},
	"codesigning":    {graph.KindFunction},
	"layer":          {graph.KindFunction},
	"lambda/account": {graph.KindFunction},

	"rule":           {graph.KindRule},
	"bus":            {graph.KindBus},
	"apidestination": {"events.api_destination"},
	"connection":     {"events.api_destination"},
	"archive":        {"events.archive"},
	"replay":         {"events.archive"},
	"endpoint":       {graph.KindBus},
	"eventsource":    {graph.KindBus},
	"pipe":           {graph.KindPipe},
	"schedule":       {},
	"schedulegroup":  {},

	"loggroup":                   {graph.KindLogGroup},
	"logstream":                  {graph.KindLogGroup},
	"destination":                {graph.KindLogsDest},
	"logsresourcepolicy":         {"logs.resource_policy"},
	"delivery":                   {"logs.delivery"},
	"deliverysource":             {"logs.delivery_source"},
	"deliverydestination":        {"logs.delivery_destination"},
	"scheduledquery":             {graph.KindLogGroup},
	"anomalydetector":            {graph.KindLogGroup},
	"logs/account":               {graph.KindLogGroup, "logs.account"},
	"centralizationrule":         {graph.KindLogGroup},
	"telemetrypipeline":          {graph.KindLogGroup},
	"telemetryrule":              {graph.KindLogGroup},
	"observabilityadmin/account": {},
	"oamlink":                    {"oam.link"},
	"oamsink":                    {"oam.sink"},

	"alarm":              {graph.KindAlarm, "cloudwatch.composite_alarm"},
	"alarmmuterule":      {graph.KindAlarm, "cloudwatch.composite_alarm"},
	"metricstream":       {graph.KindMetric},
	"insightrule":        {graph.KindLogGroup},
	"cloudwatch/account": {graph.KindMetric},

	"stream":         {graph.KindStream},
	"streamconsumer": {graph.KindConsumer},
	"deliverystream": {graph.KindFirehose},
	"osispipeline":   {},

	"key":            {graph.KindKey},
	"keyalias":       {graph.KindKeyAlias, graph.KindKey},
	"customkeystore": {graph.KindKey},

	"role":            {graph.KindRoleIAM},
	"user":            {graph.KindUser},
	"group":           {graph.KindGroup},
	"policy":          {graph.KindManagedPolicy},
	"instanceprofile": {graph.KindRoleIAM},
	"slr":             {},
	"oidc":            {},
	"saml":            {},
	"account":         {"account"},

	"organization":      {"organizations.org"},
	"orgresourcepolicy": {"organizations.org"},
	"orghandshake":      {"organizations.org"},
	"orgaccount":        {"account", "organizations.target"},
	"orgroot":           {"organizations.target"},
	"orgpolicy":         {"organizations.policy"},
	"ssoinstance":       {},

	"vpce": {}, "securitygroup": {}, "nacl": {}, "routetable": {}, "natgateway": {}, "instance": {}, "flowlog": {},
	"dnsfirewall": {}, "resolverlog": {}, "netfw": {}, "ecsservice": {}, "ecstask": {}, "ecstaskdef": {}, "asg": {}, "eks": {},
	"secret": {}, "ssmparam": {}, "ddbtable": {}, "ssmautomation": {}, "pipeline": {},

	"statemachine":   {"states.machine"},
	"osdomain":       {"opensearch.domain", "es.domain"},
	"aosscollection": {"aoss.collection"},
	"msk":            {"msk.cluster"},

	"gluetable":    {"glue.table"},
	"gluedb":       {"glue.table"},
	"gluecatalog":  {"glue.catalog", "glue.table"},
	"gluecrawler":  {"glue.crawler"},
	"lfcatalog":    {"glue.table"},
	"workgroup":    {"athena.workgroup"},
	"datacatalog":  {},
	"s3table":      {},
	"datalake":     {graph.KindDataLake},
	"slsubscriber": {"securitylake.subscriber"},
	"ramshare":     {"securitylake.subscriber"},

	"configrecorder": {}, "configchannel": {}, "configrule": {}, "configaggregator": {}, "detector": {}, "hub": {}, "analyzer": {},
	"notification": {}, "chatbot": {}, "recoverypoint": {}, "backupvault": {}, "landingzone": {}, "ctcontrol": {},
	"stack":    {"cfn.stack"},
	"stackset": {"cfn.stackset"},

	"cloudtrail.putresourcepolicy":    {"cloudtrail.channel", graph.KindEventStore},
	"cloudtrail.deleteresourcepolicy": {"cloudtrail.channel", graph.KindEventStore},
	"cloudtrail.putinsightselectors":  {graph.KindTrail},
	"sns.unsubscribe":                 {graph.KindTopic, graph.KindSubscription},
	"sns.setsubscriptionattributes":   {graph.KindTopic, graph.KindSubscription},
	"lambda.createeventsourcemapping": {graph.KindQueue, graph.KindStream},
	"pipes.createpipe":                {graph.KindQueue, graph.KindStream},
	"kinesis.registerstreamconsumer":  {graph.KindStream},
	"logs.putsubscriptionfilter":      {graph.KindLogGroup, graph.KindLogsFilter},
	"logs.deletesubscriptionfilter":   {graph.KindLogGroup, graph.KindLogsFilter},
	"logs.putmetricfilter":            {graph.KindLogGroup, "logs.metric_filter"},
	"logs.deletemetricfilter":         {graph.KindLogGroup, "logs.metric_filter"},
	"logs.deletelogdelivery":          {"logs.delivery"},
	"logs.updatelogdelivery":          {"logs.delivery"},
	"cloudwatch.putmetricalarm":       {graph.KindAlarm},
	"cloudwatch.putcompositealarm":    {"cloudwatch.composite_alarm"},
	"events.startreplay":              {"events.archive"},
	// Done to any resource whatever: told where the graph has the account.
	"tag.untagresources": {"account"},
}

// Kinds returns the kinds of node at which the action is done; none where the graph has no such nodes.
// The caller must not change them.
func (a *Action) Kinds() []graph.Kind {
	for _, row := range []string{a.ID, a.Service + "/" + a.Resource, a.Resource} {
		if kinds, ok := kindsOf[row]; ok {
			return kinds
		}
	}
	return nil
}

//nolint:gochecknoglobals // built once
var byKind = sync.OnceValue(func() map[graph.Kind][]Action {
	out := map[graph.Kind][]Action{}
	for _, a := range load().Actions {
		for _, k := range a.Kinds() {
			out[k] = append(out[k], a)
		}
	}
	return out
})

// For returns the actions that are done at nodes of a kind, in the order of the catalogue. The caller owns
// the slice, and must not change what the actions hold.
func For(kind graph.Kind) []Action { return slices.Clone(byKind()[kind]) }
