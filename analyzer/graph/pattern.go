package graph

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// pattern is an EventBridge event pattern, as far as it tells emitters apart: by source, detail-type, and
// the bucket or API of the detail. The rest is for the analysis of detection.
// See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
type pattern struct {
	fields map[string]any
	back   func(string) Text
	// state says what is known of the pattern: No, it is none and takes nothing; Maybe, it cannot be read.
	state Tri
	text  Text
}

func readPattern(v Value[Text]) *pattern {
	t, ok := v.Get()
	if !ok {
		if v.State() == Absent {
			return &pattern{state: No}
		}
		return &pattern{state: Maybe}
	}
	src, back := tokenise(t)
	p := &pattern{back: back, state: Yes, text: t}
	if json.Unmarshal([]byte(src), &p.fields) != nil || p.fields == nil {
		p.state = TriOf(!t.IsLiteral()).And(Maybe)
	}
	return p
}

// event is what is known of an event: a text, a test of a text that the pattern asks for, or members.
// A member that is not there may be any.
type event map[string]any

// match says whether the pattern takes some event of the form. inOr says that a member of which nothing is
// known decides nothing, for another alternative may hold as well.
func (p *pattern) match(fields map[string]any, ev event, inOr bool) Tri {
	out := Yes
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f := fields[name]
		if list, ok := f.([]any); ok && name == "$or" {
			some := No
			for _, alternative := range list {
				m, isMap := alternative.(map[string]any)
				if !isMap {
					return Maybe
				}
				some = some.Or(p.match(m, ev, true))
			}
			out = out.And(some)
			continue
		}
		known, there := ev[name]
		if !there {
			if inOr {
				out = out.And(Maybe)
			}
			continue
		}
		out = out.And(p.member(f, known, inOr))
	}
	return out
}

func (p *pattern) member(f, known any, inOr bool) Tri {
	list, isList := f.([]any)
	inner, isMap := f.(map[string]any)
	switch k := known.(type) {
	case event:
		if isMap {
			return p.match(inner, k, inOr)
		}
		return No // a list of values never equals an object
	case Text:
		if isList {
			return p.anyOf(list, func(t Text) Tri { return t.Equal(k) }, k)
		}
	case named:
		if isList {
			return p.anyOf(list, k.is, k.name)
		}
	}
	return No // neither is a value a list of fields
}

// named is a string of an event that texts of the pattern may also name by reference.
type named struct {
	name Text
	is   func(Text) Tri
}

// anyOf says whether one of a list of matchers takes a string.
func (p *pattern) anyOf(list []any, is func(Text) Tri, value Text) Tri {
	out := No
	for _, f := range list {
		switch m := f.(type) {
		case string:
			out = out.Or(is(p.back(m)))
		case map[string]any:
			out = out.Or(p.matcher(m, is, value))
		}
		// A number, a bool or null never equals a string.
	}
	return out
}

func (p *pattern) matcher(m map[string]any, is func(Text) Tri, value Text) Tri {
	if len(m) != 1 {
		return Maybe
	}
	for name, arg := range m {
		s, isString := arg.(string)
		switch {
		case name == "exists":
			on, isBool := arg.(bool)
			return TriOf(on).Or(TriOf(!isBool).And(Maybe))
		case name == "numeric":
			return No // the value is a string
		case name == "cidr":
			return No // and no address
		case name == "anything-but":
			return p.anythingBut(arg, is, value)
		case name == "equals-ignore-case" && isString:
			return fold(value).Equal(fold(p.back(s)))
		case (name == "prefix" || name == "suffix") && isString:
			return affix(name, p.back(s), value)
		case name == "prefix", name == "suffix":
			o, _ := arg.(map[string]any)
			if s, ok := o["equals-ignore-case"].(string); ok && len(o) == 1 {
				return affix(name, fold(p.back(s)), fold(value))
			}
		case name == "wildcard" && isString:
			return like(value, wildcard(p.back(s)))
		}
	}
	return Maybe
}

// anythingBut is the negation of a value, a list of values, or a matcher of its own.
func (p *pattern) anythingBut(arg any, is func(Text) Tri, value Text) Tri {
	switch a := arg.(type) {
	case string:
		return is(p.back(a)).Not()
	case []any:
		return p.anyOf(a, is, value).Not()
	case map[string]any:
		out := Yes
		for _, name := range slices.Sorted(maps.Keys(a)) {
			values, isList := a[name].([]any)
			if !isList {
				values = []any{a[name]}
			}
			for _, v := range values {
				out = out.And(p.matcher(map[string]any{name: v}, is, value).Not())
			}
		}
		return out
	case float64:
		return Yes
	}
	return Maybe
}

// affix says whether a string begins with a prefix, or ends in a suffix.
func affix(name string, end, value Text) Tri {
	rest := []symbol{{kind: symAny}}
	if name == "prefix" {
		return like(value, slices.Concat(end.symbols(false), rest))
	}
	return like(value, slices.Concat(rest, end.symbols(false)))
}

// fold maps the known letters of a text to lower case. References and holes become unknown, since
// nobody knows the case they are in.
func fold(t Text) Text {
	parts := t.Parts()
	out := make([]Text, len(parts))
	for i, p := range parts {
		out[i] = Literal(strings.ToLower(p.Literal))
		if p.Kind != PartLiteral {
			out[i] = Hole(p.Reason, p.Mentions...)
		}
	}
	return Join(out...)
}

// wildcard spells a matcher in which * is any string, and \\* the character.
func wildcard(t Text) []symbol {
	var out []symbol
	escaped := false
	for _, s := range t.symbols(false) {
		switch {
		case s.kind == symChar && s.char == '\\' && !escaped:
			escaped = true
			continue
		case s.kind == symChar && s.char == '*' && !escaped:
			s = symbol{kind: symAny}
		}
		escaped = false
		out = append(out, s)
	}
	return out
}

// buckets returns whether the pattern takes word of the new objects of a bucket. What is the same of every
// bucket is read once.
func (p *pattern) buckets(l *linker, rule *Resource) func(*Node) Tri {
	if p.state == No {
		return func(*Node) Tri { return No }
	}
	if p.state == Maybe {
		found, rest := l.resolveRefs(p.text, []Kind{KindBucket}, rule)
		each := rest || len(p.text.Refs()) == 0
		return func(n *Node) Tri { return TriOf(each || slices.Contains(found, n)).And(Maybe) }
	}
	ev := objectCreated()
	if p.match(p.fields, ev, false) == No {
		return func(*Node) Tri { return No }
	}
	plain := p.plainNames()
	return func(n *Node) Tri {
		if name, ok := literal(n.Name); ok && plain != nil {
			if !plain[name] {
				return No
			}
			return p.match(p.fields, ev, false)
		}
		name := n.Name.Or(Hole(ReasonAfterApply))
		is := func(t Text) Tri {
			if found, rest := l.resolveRefs(t, []Kind{KindBucket}, rule); len(found) > 0 && !rest {
				return TriOf(slices.Contains(found, n)).And(TriOf(len(found) == 1).Or(Maybe))
			}
			return t.Equal(name).And(commensurable(t, n.Scope, rule.Scope))
		}
		one := event{"source": ev["source"], "detail-type": ev["detail-type"], "detail": event{"bucket": event{"name": named{name, is}}}}
		return p.match(p.fields, one, false)
	}
}

// objectCreated is word of a new object in some bucket.
func objectCreated() event {
	return event{"source": Literal("aws.s3"), "detail-type": Literal("Object Created"), "detail": event{"bucket": event{}}}
}

// plainNames returns the names of the buckets that the pattern asks for, where it asks for whole names that
// are known, and nothing else decides.
func (p *pattern) plainNames() map[string]bool {
	detail, _ := p.fields["detail"].(map[string]any)
	bucket, _ := detail["bucket"].(map[string]any)
	list, _ := bucket["name"].([]any)
	for _, fields := range []map[string]any{p.fields, detail, bucket} {
		if fields["$or"] != nil {
			return nil
		}
	}
	out := map[string]bool{}
	for _, f := range list {
		s, isString := f.(string)
		if !isString {
			return nil
		}
		name, known := p.back(s).Literal()
		if !known {
			return nil
		}
		out[name] = true
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// calls says whether the pattern takes API calls that a trail records. A pattern that names no detail-type
// takes them only by the way, unless it asks for what CloudTrail alone writes.
func (p *pattern) calls() Tri {
	if p.state != Yes {
		return p.state.And(TriOf(p.text.Parts() == nil || len(p.text.Refs()) == 0)).And(Maybe)
	}
	service := Join(Literal("aws."), Hole(ReasonNotInInput))
	if _, told := p.fields["detail-type"]; !told {
		detail, _ := p.fields["detail"].(map[string]any)
		if _, alternatives := p.fields["$or"]; !alternatives && detail["eventName"] == nil && detail["eventSource"] == nil {
			list, _ := p.fields["source"].([]any)
			return p.anyOf(list, func(t Text) Tri { return t.Equal(Literal("aws.cloudtrail")) }, Literal("aws.cloudtrail"))
		}
	}
	out := No
	for _, dt := range []string{"AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail", "AWS Service Event via CloudTrail"} {
		// The trail emits events of every service: one that the pattern takes is enough.
		t := p.match(p.fields, event{"detail-type": Literal(dt)}, false)
		if p.match(map[string]any{"source": p.fields["source"]}, event{"source": service}, false) == No && p.fields["source"] != nil {
			t = No
		}
		out = out.Or(t)
	}
	return out
}

// insights says whether the pattern takes the insights of a trail.
func (p *pattern) insights() Tri {
	if p.state != Yes {
		return p.state.And(TriOf(p.text.Parts() == nil || len(p.text.Refs()) == 0)).And(Maybe)
	}
	if _, told := p.fields["detail-type"]; !told {
		return No
	}
	return p.match(p.fields, event{"detail-type": Literal("AWS Insight via CloudTrail")}, false)
}

// forwarded says whether the pattern may take what another rule forwards to its bus: No where the two ask
// for different sources, or different detail-types.
func (p *pattern) forwarded(from *pattern) Tri {
	if p.state != Yes || from == nil || from.state != Yes {
		return p.state.And(Maybe)
	}
	for _, name := range []string{"source", "detail-type"} {
		sent, ok := from.fields[name].([]any)
		if !ok {
			continue
		}
		some := No
		for _, f := range sent {
			s, isString := f.(string)
			if !isString {
				some = Maybe
				break
			}
			some = some.Or(p.match(map[string]any{name: p.fields[name]}, event{name: from.back(s)}, false))
		}
		if some == No && p.fields[name] != nil {
			return No
		}
	}
	return Maybe
}

// like matches a text against the symbols of a pattern, as [Text.Like] does.
func like(t Text, pattern []symbol) Tri {
	text := t.symbols(false)
	if mustMatch(text, pattern) {
		return Yes
	}
	return TriOf(intersects(text, pattern)).And(Maybe)
}
