package tamper

import (
	"errors"
	"strings"
)

var errTemplate = errors.New("unclosed quote")

// split splits a template into words as a POSIX shell would. Templates know single quotes only.
func split(template string) ([]string, error) {
	var words []string
	var word strings.Builder
	begun, quoted := false, false
	for i := range len(template) {
		c := template[i]
		switch {
		case c == '\'':
			quoted, begun = !quoted, true
		case c == ' ' && !quoted:
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if quoted {
		return nil, errTemplate
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// plain are the characters, beside letters and digits, that no shell gives a meaning inside of a word.
const plain = "@%+=:,./_-"

// quote makes one word of a POSIX shell of a string.
func quote(s string) string {
	if s != "" && s[0] != '=' && strings.IndexFunc(s, special) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func special(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune(plain, r)
}

// maxValue is how long a name in a command may be, in bytes. The longest ARN has 2048.
const maxValue = 2048

// usable says that a value may stand in a command: printable ASCII, as nearly all names of AWS are, that the
// CLI takes neither for an option nor for a file to read. What is not is left to whoever runs the command.
func usable(s string) bool {
	if s == "" || len(s) > maxValue || s[0] == '-' || strings.Contains(s, "://") {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
