package analyzer

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"pgregory.net/rapid"
)

// TestClauses evaluates clauses on single events.
func TestClauses(t *testing.T) {
	t.Parallel()
	hole, role := graph.Hole(graph.ReasonAfterApply), arn("role")
	for _, c := range []struct {
		clause graph.Attrs
		value  graph.Text
		want   graph.Tri
	}{
		{field("f"), graph.Literal("x"), graph.Yes},
		{field("f", "equals", []string{"a", "b"}), graph.Literal("b"), graph.Yes},
		{field("f", "equals", []string{"a", "b"}), graph.Literal("c"), graph.No},
		{field("f", "equals", []string{"a"}, "starts_with", []string{"b"}, "ends_with", []string{"c"}), graph.Literal("xc"), graph.Yes},
		{field("f", "equals", []string{"a"}, "starts_with", []string{"b"}, "ends_with", []string{"c"}), graph.Literal("bx"), graph.Yes},
		{field("f", "equals", []string{"a"}, "starts_with", []string{"b"}, "ends_with", []string{"c"}), graph.Literal("ax"), graph.No},
		{field("f", "not_equals", []string{"a", "b"}), graph.Literal("b"), graph.No},
		{field("f", "not_starts_with", []string{"a"}, "not_ends_with", []string{"b"}), graph.Literal("xb"), graph.No},
		{field("f", "not_starts_with", []string{"a"}, "not_ends_with", []string{"b"}), graph.Literal("ba"), graph.Yes},
		{field("f", "starts_with", []string{"ab"}, "not_equals", []string{"abc"}), graph.Literal("abc"), graph.No},
		{field("f", "starts_with", []string{"ab"}, "not_equals", []string{"abc"}), graph.Literal("abd"), graph.Yes},
		{field("f", "equals", afterApply), graph.Literal("x"), graph.Maybe},
		{field("f", "equals", afterApply, "starts_with", []string{"x"}), graph.Literal("x"), graph.Yes},
		{field("f", "not_equals", afterApply), graph.Literal("x"), graph.Maybe},
		{field("f", "not_equals", afterApply, "equals", []string{"y"}), graph.Literal("x"), graph.No},
		{field("f", "equals", []graph.Text{hole}), graph.Literal("x"), graph.Maybe},
		{field("f", "equals", []graph.Text{hole}), graph.Literal(fresh), graph.No},
		{field("f", "equals", []graph.Text{hole}), hole, graph.Maybe}, // another one
		{field("f", "equals", []graph.Text{role}), role, graph.Yes},
		{field("f", "not_equals", []graph.Text{role}), role, graph.No},
		{field("f", "not_equals", []graph.Text{role}), graph.Literal("arn:aws:iam::111122223333:role/x"), graph.Maybe},
		{field("f", "starts_with", []graph.Text{role}), graph.Literal(fresh), graph.No},
		{field("f", "starts_with", []graph.Text{hole}), graph.Literal(fresh), graph.Maybe},
		{field("f", "ends_with", []graph.Text{role}), graph.Literal("x" + fresh), graph.No},
		{field("f", "ends_with", []graph.Text{graph.Join(hole, graph.Literal("z"))}), graph.Literal("xz"), graph.Maybe},
		{field("f", "ends_with", []graph.Text{graph.Join(hole, graph.Literal("z"))}), graph.Literal("xy"), graph.No},
		{field("f", "starts_with", []graph.Text{graph.Join(role, graph.Literal("*"))}), role, graph.Maybe},
		{attrs("field", afterApply, "equals", []string{"x"}), graph.Literal("x"), graph.Maybe},
	} {
		s := advancedSelectors(filled([]graph.Attrs{choose(management, c.clause)}, selectorFields(), false))
		if got := s[0][1].takes(event{"f": c.value}); got != c.want {
			t.Errorf("%s of %s: %s, want %s", s[0], c.value, got, c.want)
		}
	}
}

func selectorFields() []graph.AttrInfo {
	info, _ := graph.AttributeOf(graph.KindTrail, "advanced_selectors")
	return info.Fields
}

// words are short strings over a small alphabet, so that those of selectors and of events meet.
func words() *rapid.Generator[string] { return rapid.StringMatching(`[ab]{0,3}`) }

func drawSelectors(t *rapid.T) []selector {
	values := rapid.SliceOfN(words(), 0, 2)
	var blocks []graph.Attrs
	for range rapid.IntRange(1, 3).Draw(t, "selectors") {
		fields := []graph.Attrs{management}
		if rw := rapid.SampledFrom([]string{"", "true", "false"}).Draw(t, "readOnly"); rw != "" {
			fields = append(fields, field(fieldReadOnly, "equals", []string{rw}))
		}
		for _, name := range []string{fieldSource, fieldName} {
			f := field(name)
			for _, op := range []string{"equals", "not_equals", "starts_with", "not_starts_with", "ends_with", "not_ends_with"} {
				if rapid.IntRange(0, 3).Draw(t, "used") == 0 {
					f.Set(op, datum(values.Draw(t, op)))
				}
			}
			fields = append(fields, f)
		}
		blocks = append(blocks, choose(fields...))
	}
	return advancedSelectors(filled(blocks, selectorFields(), false))
}

// TestShareIsExact compares what is said of selectors with what they do to every event of a small world.
func TestShareIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		selectors := drawSelectors(t)
		readOnly := rapid.Bool().Draw(t, "reads")
		s := shareOf(selectors, readOnly)
		if !s.complete || s.usual == graph.Maybe || s.any == graph.Maybe {
			t.Fatalf("not certain: %+v", s)
		}
		// In a word with c everything differs from what selectors spell, but for its beginning and end.
		source := rapid.StringMatching(`[abc]{0,6}`).Draw(t, "source")
		name := rapid.StringMatching(`[abc]{0,6}`).Draw(t, "name")
		e := cell{}.event(readOnly)
		e[fieldSource], e[fieldName] = graph.Literal(source), graph.Literal(name)
		got := taken(selectors, e)
		if got == graph.Yes && s.any == graph.No {
			t.Fatalf("%q %q is taken, and nothing should be", source, name)
		}
		if got == s.usual {
			return
		}
		// It is not treated as the usual ones: some class that is told apart must contain it.
		if !slices.ContainsFunc(s.unlike, func(c cell) bool { return c.taken == got && holds(c, fieldSource, source) && holds(c, fieldName, name) }) {
			t.Fatalf("%q %q is %s, unlike the usual ones, and nothing says so: %v", source, name, got, s.unlike)
		}
	})
}

// holds says that a class has events with the value in the field.
func holds(c cell, field, value string) bool {
	for _, d := range c.differs {
		if d.field != field {
			continue
		}
		v, _ := d.value.Literal()
		head, tail, open := strings.Cut(v, fresh)
		return !open && v == value || open && strings.HasPrefix(value, head) && strings.HasSuffix(value, tail)
	}
	return true
}

// TestShareIsSound holds that what is certain with unknown values stays so whatever these are.
func TestShareIsSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		known := drawSelectors(t)
		masked, fix := slices.Clone(known), fixer{}
		for i, s := range known {
			masked[i] = slices.Clone(s)
			for j := range s {
				c := &masked[i][j]
				for _, v := range []*graph.Value[[]graph.Text]{&c.selects.equal, &c.excludes.equal, &c.selects.starts, &c.excludes.starts, &c.selects.ends, &c.excludes.ends} {
					switch values, some := v.Get(); {
					case !some || len(values) == 0:
					case rapid.IntRange(0, 3).Draw(t, "list") == 0:
						*v = graph.UnknownOf[[]graph.Text](graph.ReasonAfterApply)
					case rapid.IntRange(0, 3).Draw(t, "value") == 0:
						values = slices.Clone(values)
						values[0] = graph.Hole(graph.ReasonAfterApply)
						*v = fix.values(graph.KnownOf(values))
					}
				}
			}
		}
		for _, readOnly := range []bool{true, false} {
			a, b := shareOf(masked, readOnly), shareOf(known, readOnly)
			if a.any != graph.Maybe && a.any != b.any || a.usual != graph.Maybe && a.usual != b.usual {
				t.Fatalf("certain %+v, but %+v", a, b)
			}
			gap := func(c cell) bool { return c.taken == graph.No }
			if a.usual == graph.Yes && slices.ContainsFunc(a.unlike, gap) && !slices.ContainsFunc(b.unlike, gap) {
				t.Fatalf("certain gaps %+v, but %+v", a, b)
			}
			for _, x := range [][2]string{{"a", "b"}, {"ab", ""}, {"bb", "a"}} {
				e := cell{}.event(readOnly)
				e[fieldSource], e[fieldName] = graph.Literal(x[0]), graph.Literal(x[1])
				if got, is := taken(masked, e), taken(known, e); got != graph.Maybe && got != is {
					t.Fatalf("%v: certain %s, but %s", x, got, is)
				}
			}
		}
	})
}

// TestManyValues holds that selectors too many to tell apart do not make the analysis slow, nor wrong.
func TestManyValues(t *testing.T) {
	t.Parallel()
	many := func(prefix string) []string {
		var out []string
		for i := range 200 {
			out = append(out, prefix+strings.Repeat("x", i))
		}
		return out
	}
	r := managementEventsNarrowed()
	for want, sel := range map[string]graph.Attrs{
		"violated high":     choose(management, field(fieldName, "not_starts_with", many("n")), field(fieldSource, "not_ends_with", many("s"))),
		"undetermined high": choose(management, field(fieldName, "starts_with", append(many("n"), "")), field(fieldSource, "ends_with", append(many("s"), ""))),
	} {
		if got, f := verdictOn(t, r, alone, declare(graph.KindEventStore, subject, choices(sel)...)); got != want {
			t.Errorf("%s, want %s: %s", got, want, brief(f))
		}
	}
}
