package funcs

import (
	"crypto/md5"  //nolint:gosec // Terraform has it
	"crypto/sha1" //nolint:gosec // Terraform has it, and UUIDs of version 5 are made of it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func md5Sum(b []byte) string { h := md5.Sum(b); return hex.EncodeToString(h[:]) } //nolint:gosec // Terraform has it

func sha1Sum(b []byte) string { h := sha1.Sum(b); return hex.EncodeToString(h[:]) } //nolint:gosec // Terraform has it

func sha256Sum(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

func sha512Sum(b []byte) string { h := sha512.Sum512(b); return hex.EncodeToString(h[:]) }

func sha256Base64(b []byte) string {
	h := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(h[:])
}

func sha512Base64(b []byte) string {
	h := sha512.Sum512(b)
	return base64.StdEncoding.EncodeToString(h[:])
}

// hash makes the function of a string that a hash is.
func hash(f func([]byte) string) maker {
	return mapped(func(s string) (string, error) { return f([]byte(s)), nil })
}

// uuidOfName is uuidv5: the namespace is the name of one of those of RFC 9562, or a UUID.
func uuidOfName(_ *library, s []string) (cty.Value, error) {
	known := map[string]string{
		"dns":  "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		"url":  "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
		"oid":  "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
		"x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
	}
	text := s[0]
	if u, ok := known[text]; ok {
		text = u
	}
	space, err := parseUUID(text)
	if err != nil {
		return cty.NilVal, argumentError(0, "%w", err)
	}
	h := sha1.Sum(append(space, s[1]...)) //nolint:gosec // as the standard has it
	id := h[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return cty.StringVal(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])), nil
}

func parseUUID(s string) ([]byte, error) {
	digits := strings.TrimPrefix(strings.ToLower(s), "urn:uuid:")
	if inner, ok := strings.CutPrefix(digits, "{"); ok {
		digits = strings.TrimSuffix(inner, "}")
	}
	if len(digits) == 36 && digits[8] == '-' && digits[13] == '-' && digits[18] == '-' && digits[23] == '-' {
		digits = strings.ReplaceAll(digits, "-", "")
	}
	out, err := hex.DecodeString(digits)
	if err != nil || len(out) != 16 {
		return nil, fmt.Errorf("%q is neither a namespace nor a UUID", s)
	}
	return out, nil
}

// hole makes an impure function: its parameters are checked, and nothing is known of its result.
func hole(params ...string) maker {
	return ofStrings(cty.String, func(_ *library, s []string) (cty.Value, error) {
		return cty.StringVal(strings.Join(s, "")), nil
	}, params...)
}

// bcrypt is salted, so that its result is another one each time.
func bcrypt(*library) function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "str", Type: cty.String}},
		VarParam: &function.Parameter{Name: "cost", Type: cty.Number},
		Type:     function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) > 2 {
				return cty.NilVal, fmt.Errorf("bcrypt() takes no more than two arguments")
			}
			return args[0], nil
		},
	})
}
