package access_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/trailguard/trailguard/analyzer/access"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/analyzer/tamper"
)

const account = "111122223333"

// bench is the inventory of an account: a chain, and principals with policies of their own.
type bench struct{ inv graph.Inventory }

func (b *bench) add(kind graph.Kind, address, name string, attrs graph.Attrs) {
	b.inv.Resources = append(b.inv.Resources, graph.Resource{
		Kind: kind, Type: string(kind), Address: address, Name: graph.KnownOf(graph.Literal(name)), Attrs: attrs,
		Account: graph.KnownOf(account), Region: graph.KnownOf("eu-west-1"), Partition: graph.KnownOf("aws"),
	})
}

func attrsOf(pairs ...string) graph.Attrs {
	out := graph.Attrs{}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], graph.KnownOf[any](graph.Literal(pairs[i+1])))
	}
	return out
}

// chain adds nodes of the kinds that chains are made of, with policies as they have them.
func (b *bench) chain(nodes int) {
	kinds := []graph.Kind{graph.KindBucket, graph.KindQueue, graph.KindTopic, graph.KindFunction, graph.KindLogGroup, graph.KindStream, graph.KindFirehose, graph.KindKey, graph.KindRule, graph.KindTrail}
	for i := range nodes {
		kind, name := kinds[i%len(kinds)], fmt.Sprintf("node-%d", i)
		attrs := attrsOf()
		switch kind {
		case graph.KindBucket:
			attrs = attrsOf("policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::`+name+`/AWSLogs/*","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::`+name+`","arn:aws:s3:::`+name+`/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`)
		case graph.KindQueue, graph.KindTopic:
			attrs = attrsOf("policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":["sqs:SendMessage","sns:Publish"],"Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::node-0"}}}]}`)
		case graph.KindKey:
			attrs = attrsOf("policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+account+`:root"},"Action":"kms:*","Resource":"*"},{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*"}]}`)
		}
		b.add(kind, fmt.Sprintf("n%d", i), name, attrs)
	}
}

// principals adds roles with five policies each, inline and managed, of which few have to do with the chain: every
// twentieth is an administrator of a service of it, every hundredth one of the account.
func (b *bench) roles(n, statements int) {
	for i := range n {
		role := fmt.Sprintf("r%d", i)
		b.add(graph.KindRoleIAM, role, fmt.Sprintf("role-%d", i), graph.Attrs{})
		for j := range 5 {
			action, resource := fmt.Sprintf(`["ec2:Describe*","dynamodb:GetItem","s3:GetObject%d"]`, j), fmt.Sprintf("arn:aws:s3:::app-%d-%d/*", i, j)
			switch {
			case i%100 == 0 && j == 0:
				action, resource = `"*"`, "*"
			case i%20 == 1 && j == 1:
				action, resource = []string{`"sqs:*"`, `"s3:*"`, `"kms:*"`, `"logs:*"`, `"lambda:*"`}[i/20%5], "*"
			case j == 2:
				action, resource = `["sqs:SendMessage","sqs:DeleteMessage"]`, fmt.Sprintf("arn:aws:sqs:eu-west-1:%s:app-%d", account, i)
			case j == 3:
				action, resource = `["logs:CreateLogStream","logs:PutLogEvents"]`, fmt.Sprintf("arn:aws:logs:eu-west-1:%s:log-group:/app/%d:*", account, i)
			}
			doc := `{"Version":"2012-10-17","Statement":[`
			for k := range statements {
				if k > 0 {
					doc += ","
				}
				doc += fmt.Sprintf(`{"Sid":"S%d","Effect":"Allow","Action":%s,"Resource":"%s"}`, k, action, resource)
			}
			b.add("iam.inline_policy", fmt.Sprintf("p%d_%d", i, j), "p", attrsOf("role", fmt.Sprintf("role-%d", i), "policy", doc+"]}"))
		}
	}
}

// pairsOf returns every tamper action on every node of a graph that is on a chain.
func pairsOf(x *access.Index, g *graph.Graph) []access.Pair {
	var out []access.Pair
	for n := range g.Nodes() {
		if n.Kind == graph.KindRoleIAM {
			continue
		}
		r := x.Resource(n)
		for _, a := range tamper.For(n.Kind) {
			out = append(out, access.Pair{Action: a.IAM, Resource: r})
		}
	}
	return out
}

// BenchmarkEach decides every tamper action on every node of a chain for every principal. It starts from the graph.
func BenchmarkEach(b *testing.B) {
	for _, c := range []struct{ principals, statements, nodes int }{{2000, 2, 100}, {4000, 2, 100}, {2000, 4, 100}, {2000, 2, 200}} {
		b.Run(fmt.Sprintf("%dx5x%d-%d", c.principals, c.statements, c.nodes), func(b *testing.B) {
			w := &bench{}
			w.chain(c.nodes)
			w.roles(c.principals, c.statements)
			g := graph.Link(w.inv)
			b.ReportAllocs()
			pairs, found := 0, 0
			for b.Loop() {
				x := access.New(g, access.Options{})
				all := pairsOf(x, g)
				found = 0
				x.Each(all, func(*access.Principal, int, iam.Result) { found++ })
				pairs = len(all)
			}
			b.ReportMetric(float64(pairs), "pairs")
			b.ReportMetric(float64(found), "found")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.Sys)/1e6, "MB-sys")
		})
	}
}
