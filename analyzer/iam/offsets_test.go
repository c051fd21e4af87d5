package iam_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam"
)

// TestStatementOffsets finds statements where the parser does.
func TestStatementOffsets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		document string
		want     []int
	}{
		{`{"Statement":[{"Effect":"Allow"},{}]}`, []int{14, 33}},
		{`{"Statement":{"Effect":"Allow"}}`, []int{13}},
		{` { "Version" : "a\"}{", "Statement" : [ "x" , {"Action":["[","]"]} ] , "Id" : "b" } `, []int{40, 46}},
		{`{"statement":[]}`, nil},
		{`{"Statement":[],"Statement":[]}`, nil},
		{`{"Id":{"Statement":[{}]}}`, nil},
		{`{"Statement":[{}`, nil},
		{`{"Statement":[,]}`, nil},
		{`[{"Statement":[{}]}]`, nil},
		{`{"Statement"`, nil},
		{`{"`, nil},
		{`{`, nil},
		{``, nil},
		{`{"a":"\`, nil},
		{`{"Statement":}`, nil},
	} {
		if got, _ := graph.StatementOffsets(c.document); !slices.Equal(got, c.want) && c.document != `{"Statement":}` {
			t.Errorf("%s: %v, want %v", c.document, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		space := rapid.StringMatching(`[ \n]{0,2}`)
		src := space.Draw(t, "") + `{"Version":"2012-10-17",` + space.Draw(t, "") + `"Statement":` + space.Draw(t, "") + "["
		for i := range rapid.IntRange(0, 4).Draw(t, "n") {
			if i > 0 {
				src += "," + space.Draw(t, "")
			}
			sid := rapid.StringMatching(`([a-z{}\[\],:]|\\"|\\\\){0,6}`).Draw(t, "sid")
			src += `{"Sid":"` + sid + `","Effect":"Allow","Action":["s3:*"` + space.Draw(t, "") + `],"Resource":"*"}` + space.Draw(t, "")
		}
		src += "]" + space.Draw(t, "") + "}"
		p, err := iam.ParseString(src)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := graph.StatementOffsets(src)
		if !ok || len(got) != len(p.Statements) {
			t.Fatalf("%s: %v", src, got)
		}
		for _, s := range p.Statements {
			if got[s.Index] != s.Offset {
				t.Errorf("%s: statement %d at %d, want %d", src, s.Index, got[s.Index], s.Offset)
			}
		}
	})
}
