package iam

import (
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// arnColons is how many colons stand before the resource of an ARN.
const arnColons = 5

// MatchesARN compares a value with a pattern as ArnLike does: each of the six parts between colons on its own,
// so that a wildcard before the last part takes up no colon. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN.
// What a pattern with wildcards does that has fewer than six parts is not documented, and hence Maybe.
func MatchesARN(value, pattern graph.Text) graph.Tri {
	return matchARN(spell(value, 0), spell(pattern, wild))
}

func matchARN(value, pattern []symbol) graph.Tri {
	if min(len(value), len(pattern)) > maxMatch {
		return graph.Maybe
	}
	colons, vague, wildcard := countColons(pattern)
	if colons < arnColons {
		if !vague && !wildcard {
			return graph.No
		}
		return graph.TriOf(meet(value, pattern)).And(graph.Maybe)
	}
	if must(value, narrowed(pattern, true)) {
		return graph.Yes
	}
	return graph.TriOf(meet(value, narrowed(pattern, false))).And(graph.Maybe)
}

// countColons returns how many colons a pattern has at least, whether it may have more, and whether it has
// wildcards.
func countColons(pattern []symbol) (n int, vague, wildcard bool) {
	for i, s := range pattern {
		switch {
		case s.kind == symChar && s.char == ':':
			n++
		case s.kind == symRef && i == 0 && s.ref.IsARN():
			n = arnColons
		case s.kind == symRef, s.kind == symHole:
			vague = true
		case s.kind == symAny, s.kind == symOne:
			wildcard = true
		}
	}
	return n, vague, wildcard
}

// narrowed marks the wildcards that stand before the last part of the ARN. Where that is not known they are
// narrow for what must be so, and not for what may be.
func narrowed(pattern []symbol, sure bool) []symbol {
	out := make([]symbol, len(pattern))
	colons, vague := 0, false
	for i, s := range pattern {
		switch {
		case s.kind == symChar && s.char == ':':
			colons++
		case s.kind == symRef && i == 0 && s.ref.IsARN():
			colons = arnColons
		case s.kind == symRef, s.kind == symHole:
			vague = true
		case s.kind == symAny, s.kind == symOne:
			s.narrow = colons < arnColons && (sure || !vague)
		}
		out[i] = s
	}
	return out
}

// arnPart returns one of the first five parts of an ARN (0 is "arn") that may be symbolic. What is not
// known for certain is a hole.
func arnPart(t graph.Text, n int) graph.Text {
	var pieces []graph.Text
	at := 0
	for _, p := range t.Parts() {
		if p.Kind != graph.PartLiteral {
			if r := p.Ref; p.Kind == graph.PartHole || r.IsARN() || at < n { // it may hold colons
				return graph.Hole(graph.TextOf(p).Reason())
			}
			if at == n {
				pieces = append(pieces, graph.TextOf(p))
			}
			continue
		}
		for i, part := range strings.Split(p.Literal, ":") {
			if i > 0 {
				at++
			}
			if at == n {
				pieces = append(pieces, graph.Literal(part))
			}
		}
		if at > n {
			return graph.Join(pieces...)
		}
	}
	return graph.Hole(graph.ReasonMalformed)
}
