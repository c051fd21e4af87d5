package iam

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// plainly is the reference that the automata are held against: it tries everything.
func plainly(s, p []rune) bool {
	switch {
	case len(p) == 0:
		return len(s) == 0
	case p[0] == '*':
		return plainly(s, p[1:]) || len(s) > 0 && plainly(s[1:], p)
	case len(s) == 0:
		return false
	}
	return (p[0] == '?' || p[0] == s[0]) && plainly(s[1:], p[1:])
}

// plainlyARN splits both sides at their first five colons.
func plainlyARN(s, p string) bool {
	a, b := strings.SplitN(s, ":", 6), strings.SplitN(p, ":", 6)
	if len(a) != 6 || len(b) != 6 {
		return false
	}
	for i := range a {
		if !plainly([]rune(a[i]), []rune(b[i])) {
			return false
		}
	}
	return true
}

func TestMatchesReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, p := rapid.StringMatching(`[abé:]{0,9}`).Draw(t, "value"), rapid.StringMatching(`[abé:*?]{0,9}`).Draw(t, "pattern")
		want := plainly([]rune(s), []rune(p))
		if got := glob(s, p, false); got != want {
			t.Fatalf("glob(%q, %q) = %v", s, p, got)
		}
		v, q := spell(lit(s), 0), spell(lit(p), wild)
		if must(v, q) != want || meet(v, q) != want || meet(q, v) != want {
			t.Fatalf("%q on %q: must %v, meet %v and %v, want %v", p, s, must(v, q), meet(v, q), meet(q, v), want)
		}
		arn := rapid.StringMatching(`[ab]{0,2}(:[ab]{0,2}){4,7}`).Draw(t, "arn")
		pattern := rapid.StringMatching(`[ab*?]{0,2}(:[ab*?]{0,2}){5,7}`).Draw(t, "pattern of ARNs")
		if got := MatchesARN(lit(arn), lit(pattern)); got != graph.TriOf(plainlyARN(arn, pattern)) {
			t.Fatalf("MatchesARN(%q, %q) = %v", arn, pattern, got)
		}
	})
}

// TestOverlapReference tries all short strings.
func TestOverlapReference(t *testing.T) {
	var all []string
	level := []string{""}
	for range 6 {
		all = append(all, level...)
		var next []string
		for _, s := range level {
			next = append(next, s+"a", s+"b")
		}
		level = next
	}
	gen := rapid.StringMatching(`[ab*?]{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		p, q := gen.Draw(t, "p"), gen.Draw(t, "q")
		some, covered := false, true
		for _, s := range all {
			a, b := glob(s, p, false), glob(s, q, false)
			some = some || a && b
			covered = covered && (a || !b)
		}
		if got := Overlap(lit(p), lit(q)); (got == graph.Yes) != some && len(p)+len(q) <= 5 || some && got != graph.Yes {
			t.Fatalf("Overlap(%q, %q) = %v", p, q, got)
		}
		if Covers(lit(p), lit(q)) && !covered {
			t.Fatalf("%q does not cover %q", p, q)
		}
	})
}

// TestMatchSound fills the holes and references of both sides.
func TestMatchSound(t *testing.T) {
	gen := textGen("a", "b*", "*", "?", "a:b", "arn:aws:s3:::*", "arn:*:s3:::x/*", "arn:aws:s3:::x")
	rapid.Check(t, func(t *rapid.T) {
		v, p := graph.Join(gen.Draw(t, "v1"), gen.Draw(t, "v2")), graph.Join(gen.Draw(t, "p1"), gen.Draw(t, "p2"))
		fill := map[graph.Ref]string{}
		word := rapid.SampledFrom([]string{"", "a", "b", ":", "a:b", "x/y", "arn:aws:s3:::x", "ab"})
		arn := rapid.SampledFrom([]string{"arn:aws:s3:::x", "arn:aws:sqs:eu:1:q", "arn:aws:s3:::x/y"})
		concrete := func(u graph.Text) graph.Text {
			var out []graph.Text
			for _, part := range u.Parts() {
				switch part.Kind {
				case graph.PartRef:
					if _, ok := fill[part.Ref]; !ok {
						fill[part.Ref] = arn.Draw(t, "arn")
					}
					out = append(out, lit(fill[part.Ref]))
				case graph.PartHole:
					out = append(out, lit(word.Draw(t, "word")))
				case graph.PartLiteral:
					out = append(out, graph.TextOf(part))
				}
			}
			return graph.Join(out...)
		}
		w, q := concrete(v), concrete(p)
		for name, f := range map[string]func(a, b graph.Text) graph.Tri{"Matches": Matches, "MatchesAction": MatchesAction, "MatchesARN": MatchesARN, "Overlap": Overlap} {
			if before, after := f(v, p), f(w, q); before != graph.Maybe && before != after {
				t.Fatalf("%s(%s, %s) = %v, but %v of %s and %s", name, v, p, before, after, w, q)
			}
		}
		if Covers(v, p) && !Covers(w, q) {
			t.Fatalf("%s covers %s, but not once filled: %s and %s", v, p, w, q)
		}
	})
}

// TestMatchLinear matches what makes naive matchers run for years.
func TestMatchLinear(t *testing.T) {
	p := strings.Repeat("*a", 50) + "*b"
	if s := strings.Repeat("a", 20000); glob(s, p, false) || MatchesARN(lit(s), lit(p)) == graph.Yes {
		t.Error("there is no b")
	}
}

// patiently is plainly with a memory, so that it can be asked for longer strings.
func patiently(s, p []rune, folded bool) bool {
	known := map[[2]int]bool{}
	var try func(i, j int) bool
	try = func(i, j int) bool {
		at := [2]int{i, j}
		if got, ok := known[at]; ok {
			return got
		}
		got := false
		switch {
		case j == len(p):
			got = i == len(s)
		case p[j] == '*':
			got = try(i, j+1) || i < len(s) && try(i+1, j)
		case i < len(s):
			got = (p[j] == '?' || p[j] == s[i] || folded && unicode.ToLower(p[j]) == unicode.ToLower(s[i])) && try(i+1, j+1)
		}
		known[at] = got
		return got
	}
	return try(0, 0)
}

// runes takes a string apart; bytes that are no UTF-8 are runes of their own.
func runes(s string) []rune {
	var out []rune
	for s != "" {
		r, n := nextRune(s)
		out, s = append(out, r), s[n:]
	}
	return out
}

// FuzzMatch holds the automata against references that try everything, and fills references and holes.
func FuzzMatch(f *testing.F) {
	f.Add("arn:aws:s3:::logs/x", "arn:aws:s3:::logs/*", "a", "b")
	f.Add("<r>/x", "<r>/*", "", "*")
	f.Add("a<?>b\xff", "a?*\xff", "x", "arn:aws:s3:::logs")
	f.Add("arn:aws:sns:eu:1:a:b", "arn:*:s?s:*:*:a*b", "", "")
	f.Add("<?>:<r>", "*:<q>", ":", "arn:a:b:c:d:e")
	f.Fuzz(func(t *testing.T, s, p, fill, other string) {
		if len(s) > 200 || len(p) > 200 || len(fill)+len(other) > 100 {
			return
		}
		v, q := doc(s), doc(p)
		if a, ok := v.Literal(); ok {
			if b, ok := q.Literal(); ok {
				againstReferences(t, a, b)
			}
		}
		if Matches(v, lit("*")) != graph.Yes || Overlap(v, q) != Overlap(q, v) || Matches(v, q) != graph.No && Overlap(v, q) == graph.No && !strings.ContainsAny(s, "*?") {
			t.Fatalf("%q and %q", s, p)
		}
		// References stand for the ARN of something, holes for whatever.
		filled := func(u graph.Text) graph.Text {
			var out []graph.Text
			for i, part := range u.Parts() {
				switch {
				case part.Kind == graph.PartLiteral:
					out = append(out, graph.TextOf(part))
				case part.Kind == graph.PartRef:
					out = append(out, lit("arn:aws:sns:eu-west-1:1:"+other[:len(part.Ref.Address)%(len(other)+1)]))
				case i%2 == 0:
					out = append(out, lit(fill))
				default:
					out = append(out, lit(other))
				}
			}
			return graph.Join(out...)
		}
		w, x := filled(v), filled(q)
		for name, f := range map[string]func(a, b graph.Text) graph.Tri{"Matches": Matches, "MatchesAction": MatchesAction, "MatchesARN": MatchesARN, "Overlap": Overlap} {
			if before, after := f(v, q), f(w, x); before != graph.Maybe && before != after {
				t.Fatalf("%s(%s, %s) = %v, but %v of %s and %s", name, v, q, before, after, w, x)
			}
		}
	})
}

// againstReferences compares every matcher on known strings with a plain one.
func againstReferences(t *testing.T, s, p string) {
	t.Helper()
	v, q := lit(s), lit(p)
	if want := graph.TriOf(patiently(runes(s), runes(p), false)); Matches(v, q) != want || match(spell(v, 0), spell(q, wild)) != want {
		t.Fatalf("Matches(%q, %q) = %v, by symbols %v", s, p, Matches(v, q), match(spell(v, 0), spell(q, wild)))
	}
	if want := graph.TriOf(patiently(runes(s), runes(p), true)); MatchesAction(v, q) != want || match(spell(v, fold), spell(q, wild|fold)) != want {
		t.Fatalf("MatchesAction(%q, %q) = %v, by symbols %v", s, p, MatchesAction(v, q), match(spell(v, fold), spell(q, wild|fold)))
	}
	a, b := strings.SplitN(s, ":", 6), strings.SplitN(p, ":", 6)
	if len(b) < 6 {
		return // not documented
	}
	want := len(a) == 6
	for i := range a {
		want = want && patiently(runes(a[i]), runes(b[i]), false)
	}
	if got := MatchesARN(v, q); got != graph.TriOf(want) {
		t.Fatalf("MatchesARN(%q, %q) = %v", s, p, got)
	}
}
