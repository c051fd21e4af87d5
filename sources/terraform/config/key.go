package config

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// QuoteKey quotes a key as Terraform does in addresses: quotes, backslashes, line ends and template
// introducers are escaped, and what does not print is spelt by its number.
func QuoteKey(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 1<<16:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// UnquoteKey is the inverse of [QuoteKey]; false where a string is not of that form.
func UnquoteKey(s string) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	s = strings.NewReplacer("$${", "${", "%%{", "%{").Replace(s)
	out, err := strconv.Unquote(s)
	return out, err == nil
}
