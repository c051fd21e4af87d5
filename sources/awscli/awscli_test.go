package awscli_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/awscli"
)

func TestPolicy(t *testing.T) {
	const unknown = "unknown (malformed)"
	for name, c := range map[string]struct{ raw, want string }{
		"an object":             {`{"Version": "2012-10-17", "Statement": [ ]}`, `{"Version":"2012-10-17","Statement":[]}`},
		"an object twice named": {`{"Effect": "Allow", "Effect": "Deny"}`, `{"Effect":"Allow","Effect":"Deny"}`},
		"a string":              {`"{\"Statement\": []}"`, `{"Statement":[]}`},
		"a string with spaces":  {`"\n {\"a\": \"b c\"} "`, `{"a":"b c"}`},
		"URL-encoded":           {`"%7B%22Action%22%3A%22s3%3AGet%2A+x%22%7D"`, `{"Action":"s3:Get*+x"}`},
		"badly encoded":         {`"%7B%zz"`, unknown},
		"something else":        {`"x"`, unknown},
		"a number":              {`7`, unknown},
		"a list":                {`[]`, unknown},
		"an empty string":       {`""`, unknown},
		"cut off":               {`"{\"a\":"`, unknown},
		"two":                   {`"{} x"`, unknown},
		"deep":                  {`"{\"a\":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}"`, unknown},
		"large":                 {`"{\"a\":\"` + strings.Repeat("x", 2<<20) + `\"}"`, unknown},
		"null":                  {`null`, "unknown (not in the input)"},
		"nothing":               {``, "unknown (not in the input)"},
	} {
		v := awscli.Policy([]byte(c.raw))
		got := v.String()
		if text, ok := v.Get(); ok {
			got = text.(graph.Text).String()
		}
		if got != c.want {
			t.Errorf("%s: %.80q, want %q", name, got, c.want)
		}
	}
}

func TestPages(t *testing.T) {
	for name, c := range map[string]struct {
		src   string
		pages int
		bad   bool
	}{
		"one":                 {`{"a": 1}`, 1, false},
		"several":             {`{} {}{}`, 3, false},
		"a list":              {`[{}, {}]`, 2, false},
		"others between them": {`1 [[{}], {}, null] "x" {}`, 2, false},
		"none":                {` `, 0, false},
		"something after":     {`{} }`, 1, true},
		"cut off":             {`[{}, `, 1, true},
		"no JSON":             {`x`, 0, true},
	} {
		s, pages := awscli.NewStream(strings.NewReader(c.src)), 0
		err := s.Pages(func() error {
			pages++
			return s.Object(func(string) error { return s.Skip() })
		})
		if pages != c.pages || (err != nil) != c.bad || err != nil && !errors.Is(err, awscli.ErrJSON) {
			t.Errorf("%s: %d pages, %v", name, pages, err)
		}
	}
}

// FuzzPolicy reads anything as a policy: what is known is an object, and is read again as the same.
func FuzzPolicy(f *testing.F) {
	for _, s := range []string{`{"Statement":[]}`, `"%7B%7D"`, `"{}"`, `"{\"a\":\"\\u0000\"}"`, `7`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		data, ok := awscli.Policy(raw).Get()
		if !ok {
			return
		}
		text := data.(graph.Text).String()
		again, _ := awscli.PolicyText(text).Get()
		if got, _ := again.(graph.Text); !strings.HasPrefix(text, "{") || got.String() != text {
			t.Fatalf("%q becomes %q", text, got)
		}
	})
}
