package graph

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

//nolint:gochecknoglobals // constants, were there any of structs
var (
	refA = Ref{"aws_sqs_queue.a", "arn"}
	refB = Ref{"var.b", ""}
)

func lit(s string) Text { return Literal(s) }
func hole() Text        { return Hole(ReasonAfterApply) }
func ra() Text          { return Reference(refA) }
func rb() Text          { return Reference(refB) }

func TestJoin(t *testing.T) {
	tests := map[string]struct {
		in    []Text
		parts int
		spelt string
	}{
		"nothing":   {nil, 0, ""},
		"empty":     {[]Text{lit(""), lit("")}, 0, ""},
		"literals":  {[]Text{lit("a"), lit("b"), lit("")}, 1, "ab"},
		"mixed":     {[]Text{lit("a"), ra(), lit("b"), lit("c"), hole()}, 4, "a${aws_sqs_queue.a.arn}bc${?}"},
		"of joined": {[]Text{Join(lit("a"), rb()), Join(lit("b"))}, 3, "a${var.b}b"},
		"one of":    {[]Text{OneOf(refA, refB)}, 1, "${one of aws_sqs_queue.a.arn, var.b}"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := Join(tt.in...)
			if len(got.Parts()) != tt.parts || got.String() != tt.spelt {
				t.Errorf("%d parts, %q", len(got.Parts()), got)
			}
			if s, ok := got.Literal(); ok != (tt.parts <= 1 && !strings.Contains(tt.spelt, "$")) || ok && s != tt.spelt {
				t.Errorf("literal %q, %v", s, ok)
			}
		})
	}
}

func TestFold(t *testing.T) {
	known := func(r Ref) (Text, bool) { return lit("q"), r == refA }
	tests := map[string]struct{ in, want Text }{
		"literal": {lit("x"), lit("x")},
		"known":   {Join(lit("a"), ra(), lit("b")), lit("aqb")},
		"unknown": {Join(lit("a"), rb()), Join(lit("a"), rb())},
		"hole":    {Join(ra(), Hole(ReasonAfterApply, refA)), Join(lit("q"), Hole(ReasonAfterApply, refA))},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.in.Fold(known); got.String() != tt.want.String() {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestRefs(t *testing.T) {
	got := Join(ra(), Hole(ReasonAfterApply, refB, refA), ra()).Refs()
	if !slices.Equal(got, []Ref{refA, refB}) {
		t.Errorf("%v", got)
	}
}

func TestEqual(t *testing.T) {
	tests := []struct {
		name string
		a, b Text
		want Tri
	}{
		{"same literals", lit("a"), lit("a"), Yes},
		{"other literals", lit("a"), lit("b"), No},
		{"same references", ra(), ra(), Yes},
		{"same parts", Join(lit("x/"), ra()), Join(lit("x/"), ra()), Yes},
		{"other references", ra(), rb(), Maybe},
		{"reference and literal", ra(), lit("x"), Maybe},
		{"prefixes that differ", Join(lit("a"), ra()), Join(lit("b"), ra()), No},
		{"suffixes that differ", Join(ra(), lit("a")), Join(ra(), lit("b")), No},
		{"prefix against a literal", Join(lit("ab"), ra()), lit("abc"), Maybe},
		{"prefix longer than a literal", Join(lit("abcd"), ra()), lit("abc"), No},
		{"holes equal nothing for certain", hole(), hole(), Maybe},
		{"one of", OneOf(refA, refB), ra(), Maybe},
		{"empty", Text{}, lit(""), Yes},
		{"empty and reference", Text{}, ra(), Maybe},
		{"bytes that are no UTF-8", Join(lit("\xff"), ra()), Join(lit("\xfe"), ra()), No},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, back := tt.a.Equal(tt.b), tt.b.Equal(tt.a); got != tt.want || back != tt.want {
				t.Errorf("%v, and %v the other way round, want %v", got, back, tt.want)
			}
		})
	}
}

func TestLike(t *testing.T) {
	tests := []struct {
		name          string
		text, pattern Text
		want          Tri
	}{
		{"literal", lit("abc"), lit("abc"), Yes},
		{"star", lit("abc"), lit("a*"), Yes},
		{"star takes nothing", lit("a"), lit("a*"), Yes},
		{"question mark", lit("abc"), lit("a?c"), Yes},
		{"question mark takes one", lit("ac"), lit("a?c"), No},
		{"question mark takes a character, not a byte", lit("aäc"), lit("a?c"), Yes},
		{"stars in the text are characters", lit("a*"), lit("ab"), No},
		{"everything", ra(), lit("*"), Yes},
		{"suffix after a reference", Join(ra(), lit("/AWSLogs/x")), Join(ra(), lit("/*")), Yes},
		{"a reference that a pattern may exclude", ra(), lit("a*"), Maybe},
		{"a reference is not one character", ra(), lit("?"), Maybe},
		{"prefix that the pattern has not", Join(lit("b"), ra()), lit("a*"), No},
		{"hole in the pattern", lit("abc"), Join(lit("a"), hole()), Maybe},
		{"hole in the pattern that cannot help", lit("abc"), Join(lit("b"), hole()), No},
		{"hole in both", hole(), hole(), Maybe},
		{"star over a hole", Join(lit("a"), hole(), lit("b")), lit("a*b"), Yes},
		{"bytes that are no UTF-8", lit("\xff"), lit("\xfe"), No},
		{"replacement character", lit("\uFFFD"), lit("\xff"), No},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.text.Like(tt.pattern); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// textGen draws texts over a small alphabet, so that equal ones come up.
func textGen(pattern bool) *rapid.Generator[Text] {
	alphabet := []string{"a", "b", "/"}
	if pattern {
		alphabet = append(alphabet, "*", "?")
	}
	return rapid.Custom(func(t *rapid.T) Text {
		var pieces []Text
		for range rapid.IntRange(0, 4).Draw(t, "pieces") {
			switch rapid.IntRange(0, 5).Draw(t, "piece") {
			case 0:
				pieces = append(pieces, ra())
			case 1:
				pieces = append(pieces, rb())
			case 2:
				pieces = append(pieces, Hole(ReasonAfterApply, refA))
			default:
				pieces = append(pieces, lit(strings.Join(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 3).Draw(t, "literal"), "")))
			}
		}
		return Join(pieces...)
	})
}

// settler fills references, the same one always alike, and every hole of its own.
func settler(t *rapid.T) func(Text) string {
	word := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "/"}), 0, 3), func(s []string) string { return strings.Join(s, "") })
	known := map[Ref]string{refA: word.Draw(t, "a"), refB: word.Draw(t, "b")}
	return func(u Text) string {
		var b strings.Builder
		for _, p := range u.Parts() {
			switch p.Kind {
			case PartLiteral:
				b.WriteString(p.Literal)
			case PartRef:
				b.WriteString(known[p.Ref])
			case PartHole:
				b.WriteString(word.Draw(t, "hole"))
			}
		}
		return b.String()
	}
}

func TestEqualIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := textGen(false).Draw(t, "x"), textGen(false).Draw(t, "y")
		settle := settler(t)
		x, y := settle(a), settle(b)
		if got := a.Equal(b); got == Yes && x != y || got == No && x == y {
			t.Fatalf("%s and %s are equal: %v; filled in: %q, %q", a, b, got, x, y)
		}
	})
}

func TestLikeIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, pattern := textGen(false).Draw(t, "text"), textGen(true).Draw(t, "pattern")
		settle := settler(t)
		x, y := settle(text), settle(pattern)
		got, is := text.Like(pattern), glob(x, y)
		if got == Yes && !is || got == No && is {
			t.Fatalf("%s like %s: %v; filled in: %q, %q: %v", text, pattern, got, x, y, is)
		}
		if exact := lit(x).Like(lit(y)); exact != TriOf(is) {
			t.Fatalf("%q like %q: %v", x, y, exact)
		}
	})
}

// glob is the plainest matcher there is.
func glob(s, pattern string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return glob(s, pattern[1:]) || s != "" && glob(s[1:], pattern)
	case s == "":
		return false
	}
	return (pattern[0] == '?' || pattern[0] == s[0]) && glob(s[1:], pattern[1:])
}
