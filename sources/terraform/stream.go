package terraform

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// stream walks a JSON document token by token. Errors name the input and an offset, and quote nothing.
type stream struct {
	dec  *jsontext.Decoder
	src  *source
	name string
	hint string
}

// source keeps the error of a reader, which the decoder may take for one of the document.
type source struct {
	r   io.Reader
	err error
}

// Read reads on.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err //nolint:wrapcheck // the decoder looks for io.EOF itself
}

func newStream(r io.Reader, name, hint string) *stream {
	src := &source{r: r}
	return &stream{src: src, dec: jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)), name: name, hint: hint}
}

// wrong makes an error of the document.
func (s *stream) wrong(given string) error {
	return &InputError{Name: s.name, Given: given, Hint: s.hint}
}

// fail turns an error of the decoder into one of ours: what the reader returned stays as it is, and of bad
// JSON only the place is told.
func (s *stream) fail(err error) error {
	var syntax *jsontext.SyntacticError
	var ours *InputError
	at := fmt.Sprintf("byte %d", s.dec.InputOffset())
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return err
	case s.src.err != nil:
		return fmt.Errorf("reading %s: %w", s.name, s.src.err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return s.wrong("ends in the middle, after " + at + ": it was cut off")
	case errors.As(err, &syntax):
		return s.wrong(fmt.Sprintf("is not valid JSON at byte %d", syntax.ByteOffset))
	}
	return fmt.Errorf("reading %s: %w", s.name, err)
}

// object calls f with every key of the object that comes next; f reads or skips its value. A null is an
// object without keys; anything else is skipped.
func (s *stream) object(f func(key string) error) error {
	if s.dec.PeekKind() != '{' {
		return s.skip()
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	for {
		t, err := s.dec.ReadToken()
		if err != nil {
			return s.fail(err)
		}
		if t.Kind() == '}' {
			return nil
		}
		if err := f(t.String()); err != nil {
			return err
		}
	}
}

// array calls f before every element of the list that comes next; f reads or skips the element. Anything
// but a list is skipped.
func (s *stream) array(f func() error) error {
	if s.dec.PeekKind() != '[' {
		return s.skip()
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	for s.dec.PeekKind() != ']' {
		if s.dec.PeekKind() == 0 {
			_, err := s.dec.ReadToken()
			return s.fail(err)
		}
		if err := f(); err != nil {
			return err
		}
	}
	_, err := s.dec.ReadToken()
	return s.fail(err)
}

// text reads a string; anything else is skipped and reads as empty.
func (s *stream) text() (string, error) {
	if s.dec.PeekKind() != '"' {
		return "", s.skip()
	}
	t, err := s.dec.ReadToken()
	if err != nil {
		return "", s.fail(err)
	}
	return t.String(), nil
}

// skip passes over the value that comes next.
func (s *stream) skip() error { return s.fail(s.dec.SkipValue()) }

// decode reads the value that comes next into a value of the terraform-json types. Their tags are for
// encoding/json; what does not fit them is an error that names the part of the document.
func (s *stream) decode(into any, part string) error {
	raw, err := s.dec.ReadValue()
	if err != nil {
		return s.fail(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return s.wrong("has " + part + " of an unexpected form")
	}
	return nil
}

// end reads the end of the document.
func (s *stream) end() error {
	if _, err := s.dec.ReadToken(); !errors.Is(err, io.EOF) {
		if err == nil {
			return s.wrong("holds more than one document")
		}
		return s.fail(err)
	}
	return nil
}
