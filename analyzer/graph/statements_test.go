package graph_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// placesFor returns places in lines 1 to n; zero for lines that are listed.
func placesFor(n int, none ...int) []graph.Pos {
	out := make([]graph.Pos, n)
	for i := range out {
		if !slices.Contains(none, i+1) {
			out[i] = graph.Pos{File: "f", Line: i + 1}
		}
	}
	return out
}

func TestAlignStatements(t *testing.T) {
	t.Parallel()
	statement := func(sid, action string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Action":` + action + `,"Resource":"*"}`
	}
	document := func(statements ...string) graph.Text {
		src := `{"Statement":[`
		for i, s := range statements {
			if i > 0 {
				src += ","
			}
			src += s
		}
		return graph.Literal(src + "]}")
	}
	a, b, c := statement("a", `"s3:*"`), statement("b", `"s3:*"`), statement("c", `["s3:Get*","s3:Put*"]`)
	none := statement("", `"s3:*"`)
	for _, tc := range []struct {
		name           string
		have, written  graph.Text
		lines          []int // 0: none
		withoutCounted bool
	}{
		{"the same", document(a, b), document(a, b), []int{1, 2}, false},
		{"another order", document(b, c, a), document(a, b, c), []int{2, 3, 1}, false},
		{"a set in another order", document(statement("c", `["s3:Put*","s3:Get*"]`)), document(c), []int{1}, false},
		{"one that is another", document(a, statement("b", `"sqs:*"`)), document(a, b), []int{1, 0}, false},
		{"two that are alike", document(none, none), document(none, none), []int{1, 2}, false},
		{"one of two that are alike", document(none), document(none, none), []int{0}, false},
		{"a hole among them", document(a, b), graph.Join(graph.Literal(`{"Statement":[`+a+`,"`), graph.Hole(graph.ReasonAfterApply), graph.Literal(`",`+b+`]}`)), []int{1, 3}, false},
		{"no policy", graph.Literal("x"), document(a), nil, false},
		{"another count", document(a), document(a), nil, true},
	} {
		n := 0
		if p, err := graph.ParsePolicy(tc.written); err == nil {
			n = len(p.Statements)
			if p.Open {
				n++
			}
		}
		if tc.withoutCounted {
			n++
		}
		var lines []int
		for _, p := range graph.AlignStatements(tc.have, tc.written, placesFor(n)) {
			lines = append(lines, p.Line)
		}
		if !slices.Equal(lines, tc.lines) {
			t.Errorf("%s: %v, want %v", tc.name, lines, tc.lines)
		}
	}
}

// TestStatementsOfFragments keeps the places of a fragment's statements on its node, and those of neither of two that
// differ.
func TestStatementsOfFragments(t *testing.T) {
	t.Parallel()
	policy := func(sid string) graph.Value[any] {
		return graph.KnownOf[any](graph.Literal(`{"Statement":[{"Sid":"` + sid + `","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`))
	}
	for want, sids := range map[int][]string{2: {"a"}, 0: {"a", "b"}} {
		inv := graph.Inventory{Resources: []graph.Resource{{
			Kind: graph.KindBucket, Address: "b", Name: graph.KnownOf(graph.Literal("b")),
			Attrs: graph.Attrs{"policy": graph.Attr{Value: policy("mirror")}.WithStatements([]graph.Pos{{File: "f", Line: 1}})},
		}}}
		for i, sid := range sids {
			inv.Resources = append(inv.Resources, graph.Resource{
				Kind: graph.KindBucket, Address: "p" + strconv.Itoa(i), Fragment: true, Of: graph.KnownOf(graph.Literal("b")), Name: graph.AbsentOf[graph.Text](),
				Attrs: graph.Attrs{"policy": graph.Attr{Value: policy(sid), Pos: graph.Pos{File: "f", Line: 9}}.WithStatements([]graph.Pos{{File: "f", Line: 2 + i}})},
			})
		}
		attr, _ := graph.Link(inv).Node("b").Attrs.Get("policy")
		got := 0
		if len(attr.Statements) > 0 {
			got = attr.Statements[0].Line
		}
		if got != want {
			t.Errorf("%v: statement in line %d, want %d", sids, got, want)
		}
	}
	attr := graph.Attr{Value: policy("a"), Pos: graph.Pos{File: "f", Line: 9}}
	if at := attr.WithStatements(placesFor(2)); at.Statements != nil || at.StatementPos(0).Line != 9 {
		t.Errorf("two places of one statement: %v", at.Statements)
	}
	if at := attr.WithStatements(placesFor(1)); at.StatementPos(0).Line != 1 || at.StatementPos(1).Line != 9 || at.StatementPos(-1).Line != 9 {
		t.Errorf("places %v", at.Statements)
	}
	if at := attr.WithStatements(placesFor(1, 1)); at.Statements != nil {
		t.Errorf("places of nothing: %v", at.Statements)
	}
}
