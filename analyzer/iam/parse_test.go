package iam

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

func lit(s string) graph.Text { return graph.Literal(s) }

func hole() graph.Text { return graph.Hole(graph.ReasonAfterApply) }

func ref(address string) graph.Text { return graph.Reference(graph.Ref{Address: address, Attr: "arn"}) }

// doc makes a text of JSON in which <name> is the reference to the ARN of name, and <?> a hole.
func doc(s string) graph.Text {
	var pieces []graph.Text
	for {
		before, rest, found := strings.Cut(s, "<")
		pieces = append(pieces, lit(before))
		if !found {
			return graph.Join(pieces...)
		}
		name, after, _ := strings.Cut(rest, ">")
		if name == "?" {
			pieces = append(pieces, hole())
		} else {
			pieces = append(pieces, ref(name))
		}
		s = after
	}
}

// policy parses what doc makes, and panics where it cannot.
func policy(s string) Policy {
	p, err := Parse(doc(s))
	if err != nil {
		panic(err.Error() + ": " + s)
	}
	return p
}

func TestParse(t *testing.T) {
	const one = `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`
	for _, c := range []struct {
		name, doc  string
		statements int
		open       bool
		problems   int
		fails      bool
	}{
		{name: "one statement", doc: `{"Statement":` + one + `}`, statements: 1},
		{name: "a list", doc: `{"Statement":[` + one + `,` + one + `]}`, statements: 2},
		{name: "an empty list", doc: `{"Statement":[]}`},
		{name: "names in any case", doc: `{"version":"2012-10-17","STATEMENT":{"effect":"Allow","ACTION":["s3:*"],"resource":["*"]}}`, statements: 1},
		{name: "byte order mark", doc: "\uFEFF" + `{"Statement":` + one + `}`, statements: 1},
		{name: "byte order mark and hole", doc: "\uFEFF" + `{"Statement":[` + one + `,<?>]}`, statements: 1, open: true},
		{name: "a whole hole", doc: `<?>`, open: true},
		{name: "a statement is a hole", doc: `{"Statement":[` + one + `,<?>]}`, statements: 1, open: true},
		{name: "the statements are a hole", doc: `{"Statement":<?>}`, open: true},
		{name: "a hole as a string", doc: `{"Statement":["<?>",` + one + `]}`, statements: 1, open: true},
		{name: "an effect that is not known", doc: `{"Statement":[{"Effect":"<?>","Action":"*","Resource":"*"}]}`, open: true},
		{name: "the name of an element is not known", doc: `{"Statement":[{"Effect":"Allow","<?>":"*","Resource":"*"}]}`, open: true, problems: 2},
		{name: "an element twice", doc: `{"Statement":[{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}]}`, open: true, problems: 1},
		{name: "an element twice but for case", doc: `{"Statement":[{"Effect":"Allow","effect":"Deny","Action":"*","Resource":"*"}]}`, open: true, problems: 1},
		{name: "statements twice", doc: `{"Statement":` + one + `,"Statement":[]}`, open: true, problems: 1},
		{name: "an effect in lower case", doc: `{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`, open: true, problems: 1},
		{name: "no action", doc: `{"Statement":{"Effect":"Allow","Resource":"*"}}`, open: true, problems: 1},
		{name: "action and not action", doc: `{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}`, open: true, problems: 1},
		{name: "an unknown element", doc: `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Foo":1}}`, open: true, problems: 1},
		{name: "an unknown element of the document", doc: `{"Comment":"x","Statement":` + one + `}`, statements: 1, problems: 1},
		{name: "a condition twice", doc: `{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":"true","A":"false"}}}}`, statements: 1, problems: 1},
		{name: "an operator twice", doc: `{"Statement":{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a":"true"},"bool":{"b":"false"}}}}`, statements: 1, problems: 1},
		{name: "a principal that is no star", doc: `{"Statement":{"Effect":"Allow","Action":"*","Principal":"me"}}`, statements: 1, problems: 1},
		{name: "a type of principal in lower case", doc: `{"Statement":{"Effect":"Allow","Action":"*","Principal":{"aws":123456789012}}}`, statements: 1},
		{name: "an unknown type of principal", doc: `{"Statement":{"Effect":"Allow","Action":"*","Principal":{"Foo":"x"}}}`, statements: 1, problems: 1},
		{name: "no document", doc: `[]`, fails: true},
		{name: "no statement", doc: `{"Version":"2012-10-17"}`, fails: true},
		{name: "no JSON", doc: `{"Statement":`, fails: true},
		{name: "trailing comma", doc: `{"Statement":[],}`, fails: true},
		{name: "more behind it", doc: `{"Statement":[]} x`, fails: true},
		{name: "a bare word", doc: `{"Statement":yes}`, fails: true},
		{name: "too deep", doc: strings.Repeat("[", 100), fails: true},
		{name: "a zero byte", doc: "{\"Statement\":\x00}", fails: true},
		{name: "empty", doc: ``, fails: true},
	} {
		p, err := Parse(doc(c.doc))
		if (err != nil) != c.fails {
			t.Errorf("%s: error %v", c.name, err)
		} else if len(p.Statements) != c.statements || p.Open != c.open || len(p.Problems) != c.problems {
			t.Errorf("%s: %d statements, open %v, problems %v", c.name, len(p.Statements), p.Open, p.Problems)
		}
	}
}

func TestParsePlaces(t *testing.T) {
	src := `{"Statement":[<?>,{"Sid":"a\u0062","Effect":"Deny","NotAction":["x:y"],"Resource":["<q>/*",12,true]}]}`
	p := policy(src)
	s := p.Statements[0]
	plain := strings.NewReplacer("<?>", "x", "<q>", "x").Replace(src)
	if s.Index != 1 || plain[s.Offset] != '{' || s.Effect != Deny || s.Sid.String() != "ab" {
		t.Errorf("got %+v", s)
	}
	if at, ok := s.ElementOffset(ElementNotAction); !ok || !strings.HasPrefix(plain[at:], `"NotAction"`) {
		t.Errorf("NotAction at %d", at)
	}
	if _, ok := s.ElementOffset(ElementAction); ok {
		t.Error("there is no Action")
	}
	want := []string{"${q.arn}/*", "12", "true"}
	for i, r := range s.Resource.Items {
		if r.String() != want[i] {
			t.Errorf("resource %d: %s", i, r)
		}
	}
	if p := policy(`{"Statement":{"Effect":"Allow","Action":<?>,"Resource":["a",<?>],"Condition":<?>,"Principal":{"AWS":<?>}}}`); !p.Statements[0].Action.Open || !p.Statements[0].Resource.Open || !p.Statements[0].OpenConditions || !p.Statements[0].Principal.Open {
		t.Errorf("holes in the place of values: %+v", p.Statements[0])
	}
}

func TestFromGraph(t *testing.T) {
	src := doc(`{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["<r>"]},"Action":["s3:*"],"Resource":["<b>/*"],"Condition":{"StringEquals":{"aws:x":["1"]}}},{"Effect":"Deny","NotPrincipal":"*","NotAction":["x:*"],"NotResource":["*"]},<?>]}`)
	g, err := graph.ParsePolicy(src)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := Marshal(FromGraph(g)).String(), Marshal(p).String(); a != b {
		t.Error(cmp.Diff(a, b))
	}
}

// textGen draws strings of a small world, known or not, so that they meet.
func textGen(words ...string) *rapid.Generator[graph.Text] {
	return rapid.Custom(func(t *rapid.T) graph.Text {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return hole()
		case 1:
			return ref(rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "ref"))
		case 2:
			return graph.Join(lit(rapid.SampledFrom(words).Draw(t, "word")), hole())
		case 3:
			return graph.Join(ref("r1"), lit("/*"))
		}
		return lit(rapid.SampledFrom(words).Draw(t, "word"))
	})
}

func TestMarshalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policyGen(true).Draw(t, "policy")
		once := Marshal(p)
		q, err := Parse(once)
		if err != nil {
			t.Fatalf("%v: %s", err, once)
		}
		if twice := Marshal(q); once.String() != twice.String() {
			t.Fatalf("%s\n%s", once, twice)
		}
		r := requestGen().Draw(t, "request")
		ps := None()
		ps.Resource = graph.KnownOf(Source{Policy: p})
		ps.Identity = Set{Sources: []Source{{Policy: p}}}
		a := Decide(r, ps)
		ps.Resource = graph.KnownOf(Source{Policy: q})
		ps.Identity = Set{Sources: []Source{{Policy: q}}}
		if b := Decide(r, ps); a.Result != b.Result {
			t.Fatalf("%s becomes %s: %s", a.Result, b.Result, once)
		}
	})
}

// sameJSON reports where a value differs from what encoding/json reads.
func sameJSON(t *testing.T, d *json.Decoder, n node) {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatal(err)
	}
	word := func(got, want string) {
		if got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	switch v := token.(type) {
	case json.Delim:
		for _, m := range n.members {
			key, _ := d.Token()
			word(m.key.String(), key.(string))
			sameJSON(t, d, m.val)
		}
		for _, i := range n.items {
			sameJSON(t, d, i)
		}
		if (n.kind == nodeObject) != (v == '{') {
			t.Fatalf("%v is no object, or is one", n)
		}
		if end, err := d.Token(); err != nil || end != v+2 { // ASCII has the closing ones two behind
			t.Fatalf("%v: %v", end, err)
		}
	case string:
		word(n.text.String(), v)
	case json.Number:
		word(n.text.String(), v.String())
	case bool:
		word(n.text.String(), strconv.FormatBool(v))
	case nil:
		if n.kind != nodeNull {
			t.Fatalf("%v is no null", n)
		}
	}
}

// FuzzParse reads any text. What is JSON to encoding/json is JSON here, with the same values; and what is a policy
// means the same once it has been spelt anew.
func FuzzParse(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"<r>"},"Action":"s3:*","Resource":"<?>/*","Condition":{"StringLike":{"aws:x":["a*","${aws:y, 'd'}"]}}}]}`)
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":"*","NotAction":[],"NotResource":<?>}}`)
	f.Add("\uFEFF{\"Statement\":[<?>,<?><?>,\"\\ud83d\\ude00\\u0000\"]}")
	f.Add("[-0.5e+7, 1E400, true, false, null, {}, {\"a\":[\"\xff\\ud800\"]}]")
	f.Add(`{"Id":"a","Statement":[{"sid":"b","effect":"Allow","action":1,"principal":"*","Condition":{"Null":{"aws:username":true},"<?>":{}}}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		text := doc(s)
		if plain, ok := text.Literal(); ok && !strings.HasPrefix(plain, byteOrderMark) {
			root, err := readJSON(text)
			valid := json.Valid([]byte(plain))
			if err == nil != valid && !errors.Is(err, errLarge) {
				t.Fatalf("%v, but to encoding/json it is %v that it is JSON", err, valid)
			}
			if err == nil {
				d := json.NewDecoder(strings.NewReader(plain))
				d.UseNumber()
				sameJSON(t, d, root)
			}
		}
		p, err := Parse(text)
		if err != nil {
			return
		}
		once := Marshal(p)
		q, err := Parse(once)
		if err != nil {
			t.Fatalf("%v: %s", err, once)
		}
		if twice := Marshal(q); once.String() != twice.String() {
			t.Fatalf("%s\n%s", once, twice)
		}
		for _, r := range []Request{
			{Principal: session("reader", "s1"), Action: "s3:GetObject", Resource: lit("arn:aws:s3:::logs/a"), ResourceAccount: lit(here), Context: NewContext(KeyAbsent)},
			{Principal: user("ann"), Action: "sqs:PurgeQueue", Resource: lit(queue), Context: NewContext(KeyAbsent).With("aws:x", Present("a"))},
			{Principal: serviceOf("cloudtrail"), Action: "s3:PutObject", Resource: ref("r"), Context: NewContext(KeyUnknown)},
		} {
			decide := func(one Policy) Result {
				ps := None()
				ps.Resource, ps.Identity = graph.KnownOf(Source{Policy: one}), Set{Sources: []Source{{Policy: one}}}
				return Decide(r, ps).Result
			}
			if a, b := decide(p), decide(q); a != b {
				t.Fatalf("%s becomes %s: %s", a, b, once)
			}
		}
	})
}
