package analyzer

import (
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func TestKeysOf(t *testing.T) {
	t.Parallel()
	ref := graph.Ref{Address: "var.prefix"}
	for _, c := range []struct {
		name   string
		graph  *graph.Graph
		prefix any
		want   graph.Tri
	}{
		{"no prefix", link(stored(declare(graph.KindBucket, subject))...), absent{}, graph.Yes},
		{"empty prefix", link(stored(declare(graph.KindBucket, subject))...), "", graph.Yes},
		{"head of the keys", link(stored(declare(graph.KindBucket, subject))...), "AWSLo", graph.Yes},
		{"account", link(stored(declare(graph.KindBucket, subject))...), "AWSLogs/111122223333/CloudTrail/", graph.Yes},
		{"day", link(stored(declare(graph.KindBucket, subject))...), "AWSLogs/111122223333/CloudTrail/us-east-1/2026/", graph.Maybe},
		{"insight", link(stored(declare(graph.KindBucket, subject))...), "AWSLogs/111122223333/CloudTrail-Insight/", graph.No},
		{"account of an organization", link(with(trail("s3_bucket", arn(subject), "organization", true))(declare(graph.KindBucket, subject))...), "AWSLogs/o-1/444455556666/", graph.Maybe},
		{"same symbol", link(with(trail("s3_bucket", arn(subject), "s3_key_prefix", graph.Reference(ref)))(declare(graph.KindBucket, subject))...), graph.Join(graph.Reference(ref), graph.Literal("/AWSLogs/")), graph.Yes},
		{"symbol", link(with(trail("s3_bucket", arn(subject), "s3_key_prefix", graph.Reference(ref)))(declare(graph.KindBucket, subject))...), "AWSLogs/", graph.Maybe},
		{"prefix of the trail unknown", link(with(trail("s3_bucket", arn(subject), "s3_key_prefix", afterApply))(declare(graph.KindBucket, subject))...), "AWSLogs/", graph.Maybe},
		{"unknown", link(stored(declare(graph.KindBucket, subject))...), afterApply, graph.Maybe},
		{"by policy", link(declare(graph.KindBucket, subject, "policy", admits)), "org/AWSLogs/", graph.Yes},
		{"by policy, account", link(declare(graph.KindBucket, subject, "policy", admits)), "org/AWSLogs/1", graph.Maybe},
		{"by policy, other keys", link(declare(graph.KindBucket, subject, "policy", admits)), "tmp/", graph.No},
		{"by policy of references", link(declare(graph.KindBucket, subject, "policy", graph.Join(
			graph.Literal(`{"Statement":[{"Effect":"Allow","Principal":{"Service":["cloudtrail.amazonaws.com","config.amazonaws.com"]},"Action":"s3:PutObject","Resource":["`),
			arn(subject), graph.Literal(`","`), arn(subject), graph.Literal(`/a/`), graph.Reference(ref), graph.Literal(`?/*"]}]}`)))), "a/", graph.Yes},
		{"by a policy without keys", link(declare(graph.KindBucket, subject, "policy", `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":"*"}}`)), "a/", graph.Maybe},
	} {
		g := c.graph
		a := attrs("prefix", c.prefix)
		if got := covers(keysOf(g, g.Node(subject)), a.Text("prefix")); got != c.want {
			t.Errorf("%s: %s, want %s of %v", c.name, got, c.want, keysOf(g, g.Node(subject)))
		}
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	replicates := declare(graph.KindBucket, subject, "replication.rules", rule1("status", "Enabled", "bucket", arn("replica")))
	for _, c := range []struct {
		name                        string
		graph                       *graph.Graph
		store, replica, errors, dlq bool
		want                        worth
	}{
		{"store", link(stored(declare(graph.KindBucket, subject))...), true, false, false, false, worthRecord},
		{"store with a replica", link(replicated(replicates)...), true, false, false, false, worthCopy},
		{"replica", link(replica(declare(graph.KindBucket, subject))...), false, true, false, false, worthCopy},
		{"admitting bucket", link(declare(graph.KindBucket, subject, "policy", admits)), true, false, false, false, worthRecord},
		{"errors", link(errorStore(declare(graph.KindBucket, subject))...), false, false, true, false, worthRest},
		{"destination", link(hosed(declare(graph.KindBucket, subject))...), false, false, false, false, worthCopy},
		{"queue", link(notified(declare(graph.KindQueue, subject))...), false, false, false, false, worthRecord},
		{"dead letters", link(deadOf(declare(graph.KindQueue, subject))...), false, false, false, true, worthRest},
		{"log group", link(logged(declare(graph.KindLogGroup, subject))...), false, false, false, false, worthCopy},
		{"alarm", link(measured(declare(graph.KindAlarm, subject, "metric", "m", "namespace", "n"))...), false, false, false, false, worthCopy},
		{"on no chain", link(declare(graph.KindBucket, subject)), false, false, false, false, worthCopy},
	} {
		g, n := c.graph, c.graph.Node(subject)
		if n.Kind == graph.KindBucket && (isTrailStore(g, n) != c.store || onlyBy(g, n, "s3_replication") != c.replica || isErrorStore(g, n) != c.errors) {
			t.Errorf("%s: store %t, replica %t, errors %t", c.name, isTrailStore(g, n), onlyBy(g, n, "s3_replication"), isErrorStore(g, n))
		}
		if isDeadLetterQueue(g, n) != c.dlq {
			t.Errorf("%s: dead letters %t", c.name, isDeadLetterQueue(g, n))
		}
		if got := worthOf(newIndex(g), n); got != c.want {
			t.Errorf("%s: worth %d, want %d", c.name, got, c.want)
		}
	}
}
