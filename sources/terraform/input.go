package terraform

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The hints of [InputError], each the command that makes what is expected.
const (
	hintPlan  = "expected a plan as JSON: terraform show -json PLANFILE > plan.json"
	hintState = "expected a state as JSON: terraform show -json > state.json, or a terraform.tfstate file"
	hintAny   = "expected a plan or a state as JSON: terraform show -json [PLANFILE]"
)

// peeked is how much of an input is looked at to find out what it is.
const peeked = 4096

// open finds out by its first bytes whether an input may be JSON at all, and returns it as UTF-8 without a
// byte order mark.
func open(r io.Reader, name, hint string) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	wrong := func(given string) (io.Reader, error) {
		return nil, &InputError{Name: name, Given: given, Hint: hint}
	}
	if enc, ok := utf16Of(head); ok {
		br = bufio.NewReaderSize(transform.NewReader(br, enc.NewDecoder()), 64<<10)
		head, err = br.Peek(peeked)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading %s as UTF-16: %w", name, err)
		}
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		if _, err := br.Discard(3); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		head = head[3:]
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(head) == 0:
		return wrong("is empty")
	case len(text) == 0:
		return wrong("is blank")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return wrong("is a binary plan file")
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return wrong("is compressed with gzip")
	case bytes.HasPrefix(text, []byte(`{"@level"`)):
		return wrong("is the log of terraform plan -json, one message a line")
	case text[0] == '{':
		return br, nil
	case text[0] == '[':
		return wrong("is a JSON list")
	case isPlanText(text):
		return wrong("is the text that terraform plan prints")
	case isBinary(text):
		return wrong("is binary")
	}
	return wrong("is not JSON")
}

// utf16Of recognises UTF-16, which PowerShell writes when output is redirected: by its byte order mark, or
// by the zero byte beside an opening brace.
func utf16Of(head []byte) (encoding.Encoding, bool) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{'{', 0}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), bytes.HasPrefix(head, []byte{0, '{'}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	}
	return nil, false
}

// isBinary says that bytes are no text; the last character may be cut.
func isBinary(b []byte) bool {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == 0 || r == utf8.RuneError && size == 1 && len(b) >= utf8.UTFMax {
			return true
		}
		b = b[size:]
	}
	return false
}

// isPlanText recognises what terraform plan and terraform show print for people, with and without colours.
func isPlanText(text []byte) bool {
	for _, s := range []string{"Terraform ", "OpenTofu ", "No changes.", "Note: Objects have changed", "Plan: ", "# "} {
		if bytes.Contains(text[:min(len(text), 2048)], []byte(s)) {
			return true
		}
	}
	return false
}
