// Package ignore reads the comments by which the authors of infrastructure code ask not to be told of a rule.
package ignore

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// tool and marker are what such a comment begins with.
const (
	tool   = "trailguard"
	marker = tool + ":ignore"
)

// maxReason bounds the reason, in bytes and so in characters: it is printed.
const maxReason = 500

// Parse reads a comment without its signs: "trailguard:ignore TG301,TG302 exp:2027-01-01 -- reason". It returns false
// for a comment that is not one of ours. What is wrong with one of ours is its Problem.
func Parse(comment string) (graph.Ignore, bool) {
	rest, problem, ours := directive(strings.TrimSpace(comment))
	if !ours {
		return graph.Ignore{}, false
	}
	out := graph.Ignore{Problem: problem}
	wrong := func(what string) {
		if out.Problem == "" {
			out.Problem = what
		}
	}
	rest, reason, _ := strings.Cut(strings.TrimPrefix(rest, ":"), "--")
	out.Reason = clean(reason)
	for _, word := range strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		date, isDate := strings.CutPrefix(word, "exp:")
		switch {
		case isDate && out.Expires != "" && out.Expires != date:
			wrong("it has two days on which it expires")
		case isDate:
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				wrong("exp: takes a day such as exp:2027-01-31")
				continue
			}
			out.Expires = date
		case isRule(word):
			if id := strings.ToUpper(word); !slices.Contains(out.Rules, id) {
				out.Rules = append(out.Rules, id)
			}
		default:
			wrong("it has words that are neither a rule such as TG301 nor exp:DAY; a reason comes after --")
		}
	}
	if len(out.Rules) == 0 {
		wrong("it names no rule, such as TG301")
	}
	return out, true
}

// misspelt is the problem of a comment that asks for what only [marker] gives.
const misspelt = "it is to begin with " + marker + ", in these letters"

// otherWords are what other tools call it, and what somebody who is used to them writes.
//
//nolint:gochecknoglobals // a table
var otherWords = []string{"ig", "skip", "suppress", "disable", "nolint", "noqa"}

// directive finds out whether a comment asks to ignore something, and returns what follows the words by which it does.
// Whoever misspells them is told so: the comment would be without effect, and look as if it had one.
func directive(comment string) (rest, problem string, ours bool) {
	if len(comment) <= len(tool) || !strings.EqualFold(comment[:len(tool)], tool) || !strings.Contains(":-_", comment[len(tool):len(tool)+1]) {
		return "", "", false
	}
	after := comment[len(tool)+1:]
	word := strings.TrimLeftFunc(after, unicode.IsSpace)
	end := strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
	if end < 0 {
		end = len(word)
	}
	word, rest = word[:end], word[end:]
	if strings.HasPrefix(comment, marker) && word == "ignore" && endsWord(rest) {
		return rest, "", true
	}
	low := strings.ToLower(word)
	glued := comment[len(tool)] == ':' && strings.HasPrefix(after, word) // else it may be prose
	if low == "ignore" || glued && slices.ContainsFunc(otherWords, func(w string) bool { return strings.HasPrefix(low, w) }) {
		return strings.TrimLeft(rest, ":="), misspelt, true
	}
	return "", "", false
}

// endsWord says that no letter, digit or dash goes on with a word.
func endsWord(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || unicode.IsSpace(r) || unicode.IsPunct(r) && r != '-' && r != '_'
}

// isRule says that a word has the form of a rule's id.
func isRule(word string) bool {
	return len(word) == 5 && strings.EqualFold(word[:2], "TG") && strings.Trim(word[2:], "0123456789") == ""
}

// clean makes a reason fit for a line of a report.
func clean(reason string) string {
	const more = "…"
	reason = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(reason, ""), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason-len(more)], "") + more
	}
	return reason
}
