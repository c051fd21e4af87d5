// Package ignore reads the comments by which the authors of infrastructure code ask not to be told of a rule.
package ignore

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// marker is what such a comment begins with.
const marker = "trailguard:ignore"

// maxReason bounds the reason, in bytes: it is printed.
const maxReason = 500

// Parse reads a comment without its signs: "trailguard:ignore TG301,TG302 exp:2027-01-01 -- reason". It returns false
// for a comment that is not one of ours. What is wrong with one of ours is its Problem.
func Parse(comment string) (graph.Ignore, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(comment), marker)
	if !ok || rest != "" && !unicode.IsSpace(rune(rest[0])) && rest[0] != ':' {
		return graph.Ignore{}, false
	}
	var out graph.Ignore
	rest, reason, _ := strings.Cut(strings.TrimPrefix(rest, ":"), "--")
	out.Reason = clean(reason)
	problem := func(what string) {
		if out.Problem == "" {
			out.Problem = what
		}
	}
	for _, word := range strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		date, isDate := strings.CutPrefix(word, "exp:")
		switch {
		case isDate:
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				problem("exp: takes a day such as exp:2027-01-31")
				continue
			}
			out.Expires = date
		case isRule(word):
			if id := strings.ToUpper(word); !slices.Contains(out.Rules, id) {
				out.Rules = append(out.Rules, id)
			}
		default:
			problem("it has words that are neither a rule such as TG301 nor exp:DAY; a reason comes after --")
		}
	}
	if len(out.Rules) == 0 {
		problem("it names no rule, such as TG301")
	}
	return out, true
}

// isRule says that a word has the form of a rule's id.
func isRule(word string) bool {
	return len(word) == 5 && strings.EqualFold(word[:2], "TG") && strings.Trim(word[2:], "0123456789") == ""
}

// clean makes a reason fit for a line of a report.
func clean(reason string) string {
	reason = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(reason, ""), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "…"
	}
	return reason
}
