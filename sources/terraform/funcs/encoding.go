package funcs

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"net/url"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/trailguard/trailguard/sources/token"
)

// mapped makes a function from one string to another.
func mapped(f func(string) (string, error)) maker {
	return ofStrings(cty.String, func(_ *library, s []string) (cty.Value, error) {
		out, err := f(s[0])
		if err != nil {
			return cty.NilVal, argumentError(0, "%w", err)
		}
		return cty.StringVal(out), nil
	}, "str")
}

func encode64(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil }

func decode64(s string) (string, error) {
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("failed to decode base64 data: %w", err)
	}
	return decodedText(data)
}

// decodedText is the string that bytes are. Nothing in it may pass for a token.
func decodedText(data []byte) (string, error) {
	if !utf8.Valid(data) {
		return "", fmt.Errorf("the result of decoding the provided string is not valid UTF-8")
	}
	return string(token.Clean(data)), nil
}

func gzip64(s string) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return "", fmt.Errorf("failed to write gzip raw data: %w", err)
	}
	if err := w.Flush(); err != nil {
		return "", fmt.Errorf("failed to flush gzip writer: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("failed to close gzip writer: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func escapeURL(s string) (string, error) { return url.QueryEscape(s), nil }

// charset returns an encoding by its IANA name.
func charset(name string) (encoding.Encoding, error) {
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		return nil, argumentError(1, "%q is not a supported IANA encoding name or alias", name)
	}
	return e, nil
}

func encodeText(_ *library, s []string) (cty.Value, error) {
	e, err := charset(s[1])
	if err != nil {
		return cty.NilVal, err
	}
	out, err := e.NewEncoder().Bytes([]byte(s[0]))
	if err != nil {
		return cty.NilVal, argumentError(0, "the string has characters that %s cannot represent", s[1])
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(out)), nil
}

func decodeText(_ *library, s []string) (cty.Value, error) {
	e, err := charset(s[1])
	if err != nil {
		return cty.NilVal, err
	}
	data, err := base64.StdEncoding.DecodeString(s[0])
	if err != nil {
		return cty.NilVal, argumentError(0, "the string is not valid base64")
	}
	out, err := e.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return cty.NilVal, argumentError(0, "the string is not encoded in %s", s[1])
	}
	return cty.StringVal(string(token.Clean(out))), nil
}
