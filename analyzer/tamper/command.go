package tamper

import (
	"regexp"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Command returns the command of the AWS CLI, version 2, that does the action at the node, as one line
// that can be pasted into a POSIX shell. What is not known of the node, or may not be printed, and what is
// whoever's choice who does it, is a <placeholder>, quoted so that a shell takes it for text. It returns ""
// for actions without a command (see Action.NoCommand). The node may be nil: then nothing is filled in.
//
// The region of the node is added where it is known, for a command without one goes to another region.
func Command(a Action, n *graph.Node) string {
	words := commandWords(a, n)
	for i, w := range words {
		words[i] = quote(w)
	}
	return strings.Join(words, " ")
}

// commandWords returns the words of the command, as the program that the shell starts gets them.
func commandWords(a Action, n *graph.Node) []string {
	words, err := split(a.Command)
	if err != nil {
		return nil
	}
	for i, w := range words {
		words[i] = fill(w, n)
	}
	if len(words) > 0 && !global[a.Service] {
		if region, ok := regionOf(n); ok {
			words = append(words, "--region", region)
		}
	}
	return words
}

// global are the services whose API has one endpoint for all regions.
//
//nolint:gochecknoglobals // a table
var global = map[string]bool{"iam": true, "organizations": true, "account": true}

var placeholder = regexp.MustCompile(`\{([a-z][a-z_]*)\}`)

// jsonEscape escapes printable ASCII for a string of JSON.
//
//nolint:gochecknoglobals // a table
var jsonEscape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// isJSON says that a word of a template is a JSON document.
func isJSON(word string) bool { return strings.HasPrefix(word, "{\"") || strings.HasPrefix(word, "[") }

// fill fills in the placeholders of one word. What was filled in is not looked at again.
func fill(word string, n *graph.Node) string {
	return placeholder.ReplaceAllStringFunc(word, func(m string) string {
		f, ok := fields[m[1:len(m)-1]]
		if !ok {
			return m
		}
		s, ok := "", false
		if n != nil {
			s, ok = f.read(n)
		}
		if !ok || s == "" {
			return f.missing(n)
		}
		if isJSON(word) {
			return jsonEscape.Replace(s)
		}
		return s
	})
}
