package graph

import (
	"slices"
	"strings"
)

// StatementPos returns where a statement of the policy that the attribute holds stands, or else where the attribute
// does. i is the index of the statement in its document, those that are not known counted.
func (a Attr) StatementPos(i int) Pos {
	if i >= 0 && i < len(a.Statements) && !a.Statements[i].IsZero() {
		return a.Statements[i]
	}
	return a.Pos
}

// WithStatements returns the attribute with the places of the statements of its policy. It has none where these are
// not as many as the statements of the document, for nobody knows then which is whose.
func (a Attr) WithStatements(at []Pos) Attr {
	a.Statements = nil
	v, _ := a.Value.Get()
	t, isText := v.(Text)
	if !isText || !slices.ContainsFunc(at, func(p Pos) bool { return !p.IsZero() }) {
		return a
	}
	if n, ok := countStatements(t); ok && n == len(at) {
		a.Statements = at
	}
	return a
}

// countStatements returns how many statements a document has, those that are not known counted.
func countStatements(t Text) (int, bool) {
	src, _ := tokenise(t)
	offsets, ok := StatementOffsets(src)
	return len(offsets), ok
}

// StatementOffsets returns where the statements of a policy document begin, in bytes from the start of its JSON. It
// returns false where that cannot be told. What stands in the document otherwise is not looked at.
func StatementOffsets(document string) ([]int, bool) {
	s := jsonScan{src: document}
	if !s.take('{') {
		return nil, false
	}
	var out []int
	found := false
	for !s.take('}') {
		key, isKey := s.key()
		if !isKey {
			return nil, false
		}
		if !strings.EqualFold(key, "Statement") {
			if !s.skip() {
				return nil, false
			}
		} else {
			offsets, ok := s.elements()
			if !ok || found { // which of two counts is not documented
				return nil, false
			}
			out, found = offsets, true
		}
		s.take(',')
	}
	return out, found
}

// jsonScan walks through JSON for where things begin; whether it is well-formed is for others to find out.
type jsonScan struct {
	src string
	at  int
}

// space goes on to what is no white space, and says whether there is any.
func (s *jsonScan) space() bool {
	for s.at < len(s.src) && strings.IndexByte(" \t\r\n", s.src[s.at]) >= 0 {
		s.at++
	}
	return s.at < len(s.src)
}

// take goes behind a character, if it comes next.
func (s *jsonScan) take(c byte) bool {
	if s.space() && s.src[s.at] == c {
		s.at++
		return true
	}
	return false
}

// key reads the name of a member with its colon.
func (s *jsonScan) key() (string, bool) {
	if !s.space() || s.src[s.at] != '"' {
		return "", false
	}
	from := s.at + 1
	if !s.text() {
		return "", false
	}
	return s.src[from : s.at-1], s.take(':')
}

// text goes behind a string.
func (s *jsonScan) text() bool {
	for s.at++; s.at < len(s.src); s.at++ {
		switch s.src[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return true
		}
	}
	return false
}

// skip goes behind a value: to the comma or bracket that ends it.
func (s *jsonScan) skip() bool {
	depth := 0
	for s.space() {
		switch s.src[s.at] {
		case '"':
			if !s.text() {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return true
			}
		case ',':
			if depth == 0 {
				return true
			}
		}
		s.at++
	}
	return false
}

// elements returns where the elements of a list begin; of anything else, where that does.
func (s *jsonScan) elements() ([]int, bool) {
	if !s.space() {
		return nil, false
	}
	if from := s.at; s.src[from] != '[' {
		return []int{from}, s.skip()
	}
	s.at++
	var out []int
	for !s.take(']') {
		if !s.space() {
			return nil, false
		}
		out = append(out, s.at)
		if from := s.at; !s.skip() || s.at == from {
			return nil, false
		}
		s.take(',')
	}
	return out, true
}

// AlignStatements returns where the statements of a document stand, from where those of another one do that is
// written for it: a provider, or AWS, may have spelt it in another way, or ordered it anew. The place of a statement that
// is not certain to be one of those is zero.
func AlignStatements(document, written Text, at []Pos) []Pos {
	have, indexes, ok := placedPolicy(document)
	theirs, places, known := placedPolicy(written)
	if n, counted := countStatements(written); !ok || !known || !counted || n != len(at) {
		return nil
	}
	total, counted := countStatements(document)
	if !counted {
		return nil
	}
	out := make([]Pos, total)
	for i := range have {
		best, rank, tie := -1, No, false
		for j := range theirs {
			switch same := sameStatement(&have[i], &theirs[j]); {
			case same == No:
			case best < 0 || same == Yes && rank == Maybe:
				best, rank, tie = j, same, false
			case same == rank:
				tie = true
				if i == j {
					best = j
				}
			}
		}
		if best < 0 || tie && (best != i || len(have) != len(theirs)) {
			continue
		}
		out[indexes[i]] = at[places[best]]
	}
	return out
}

// placedPolicy returns the statements of a document that are known, with the index of each.
func placedPolicy(t Text) ([]Statement, []int, bool) {
	p, err := ParsePolicy(t)
	if err != nil {
		return nil, nil, false
	}
	return p.Statements, p.indexes, true
}

// sameStatement says whether two statements say the same. The order of what is a set to AWS does not count.
func sameStatement(a, b *Statement) Tri {
	if a.Sid != b.Sid || a.Allow != b.Allow || len(a.Conditions) != len(b.Conditions) {
		return No
	}
	out := Yes
	for _, pair := range [][2][]Text{
		{a.Actions, b.Actions},
		{a.NotActions, b.NotActions},
		{a.Resources, b.Resources},
		{a.NotResources, b.NotResources},
		{identifiers(a.Principals), identifiers(b.Principals)},
		{identifiers(a.NotPrincipals), identifiers(b.NotPrincipals)},
	} {
		out = out.And(sameSet(pair[0], pair[1]))
	}
	for _, c := range a.Conditions {
		i := slices.IndexFunc(b.Conditions, func(d Condition) bool { return d.Operator == c.Operator && d.Key == c.Key })
		if i < 0 {
			return No
		}
		out = out.And(sameSet(c.Values, b.Conditions[i].Values))
	}
	return out
}

// identifiers spells principals with their types. Everyone may be spelt with that of AWS:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
func identifiers(all []Principal) []Text {
	out := make([]Text, len(all))
	for i, p := range all {
		if id, _ := p.ID.Literal(); id == "*" && p.Type == "AWS" {
			p.Type = "*"
		}
		out[i] = Join(Literal(p.Type+" "), p.ID)
	}
	return out
}

// sameSet says whether each of two lists has what the other one has.
func sameSet(a, b []Text) Tri {
	if (len(a) == 0) != (len(b) == 0) {
		return No
	}
	out := Yes
	for _, pair := range [][2][]Text{{a, b}, {b, a}} {
		for _, t := range pair[0] {
			best := No
			for _, u := range pair[1] {
				if best = best.Or(t.Equal(u)); best == Yes {
					break
				}
			}
			out = out.And(best)
		}
	}
	return out
}
