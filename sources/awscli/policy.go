package awscli

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// Bounds of a policy document. IAM's own are 10,240 characters and four levels:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	maxPolicy = 1 << 20
	maxDepth  = 32
)

// Policy returns the policy document that a value spells: an object, as the CLI prints it, a string with JSON in it, or
// a string that is URL-encoded as RFC 3986 says, as the API returns it. What is none of them is
// unknown, as is what is not there.
func Policy(raw []byte) graph.Value[any] {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0, string(raw) == "null":
		return graph.UnknownOf[any](graph.ReasonNotInInput)
	case raw[0] == '{':
		return document(raw)
	case raw[0] == '"':
		s, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			break
		}
		return PolicyText(string(s))
	}
	return graph.UnknownOf[any](graph.ReasonMalformed)
}

// PolicyText is [Policy] of a string.
func PolicyText(s string) graph.Value[any] {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "%") {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return graph.UnknownOf[any](graph.ReasonMalformed)
		}
		s = strings.TrimSpace(plain)
	}
	return document([]byte(s))
}

// document returns a JSON object without the space between its tokens.
func document(raw []byte) graph.Value[any] {
	wrong := graph.UnknownOf[any](graph.ReasonMalformed)
	if len(raw) == 0 || raw[0] != '{' || len(raw) > maxPolicy {
		return wrong
	}
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		_, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || dec.StackDepth() > maxDepth {
			return wrong
		}
	}
	compact := jsontext.Value(bytes.Clone(raw))
	if err := compact.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		return wrong
	}
	return graph.KnownOf[any](graph.Literal(string(compact)))
}
