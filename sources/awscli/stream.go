package awscli

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxBytes bounds an input: an account has at most tens of thousands of roles and policies, of a few kilobytes each.
const maxBytes = 1 << 30

// ErrJSON is what errors are that say that the input is not JSON, or not the whole of it.
var ErrJSON = errors.New("not JSON")

// syntaxError says where the input is not JSON.
type syntaxError string

// Error spells the error.
func (b syntaxError) Error() string { return string(b) }

// Is says that it is [ErrJSON].
func (syntaxError) Is(target error) bool { return target == ErrJSON }

// Stream walks JSON token by token. Errors tell a place, and quote nothing of the input.
type Stream struct {
	dec *jsontext.Decoder
	src *bounded
}

// NewStream returns a stream of a reader. A byte order mark is read over, and UTF-16, which PowerShell writes when an
// output is redirected, is read as UTF-8 by its mark.
func NewStream(r io.Reader) *Stream {
	src := &bounded{r: r, left: maxBytes}
	return &Stream{
		src: src,
		dec: jsontext.NewDecoder(transform.NewReader(src, unicode.BOMOverride(transform.Nop)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
	}
}

// bounded ends with an error where there is too much to read, and keeps the error of its reader, which the decoder may
// take for one of the document.
type bounded struct {
	r    io.Reader
	left int64
	err  error
}

// Read reads on.
func (b *bounded) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		err = fmt.Errorf("it has more than %d MiB", maxBytes>>20)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// Kind is what a value is: the first character of its JSON ('0' for any number, 't' and 'f' for bools, 'n' for null), or
// 0 at the end and where the JSON is wrong.
type Kind = jsontext.Kind

// Next returns what comes next.
func (s *Stream) Next() Kind { return s.dec.PeekKind() }

// End returns nil at the end of the input, and else what is wrong there.
func (s *Stream) End() error {
	_, err := s.dec.ReadToken()
	switch {
	case errors.Is(err, io.EOF) && s.src.err == nil:
		return nil
	case err == nil:
		return syntaxError(fmt.Sprintf("it has something unexpected at byte %d", s.dec.InputOffset()))
	}
	return s.fail(err)
}

// Object calls f with every key of the object that comes next; f reads or skips its value. Anything but an object is
// skipped.
func (s *Stream) Object(f func(key string) error) error {
	if s.Next() != '{' {
		return s.Skip()
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

// Array calls f before every element of the list that comes next; f reads or skips the element. Anything but a list is
// skipped.
func (s *Stream) Array(f func() error) error {
	if s.Next() != '[' {
		return s.Skip()
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.fail(err)
	}
	for s.Next() != ']' {
		if s.Next() == 0 {
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

// Pages calls f before every object at the top: of a single one, of several after one another, and of those in a list.
func (s *Stream) Pages(f func() error) error {
	for {
		switch s.Next() {
		case 0:
			return s.End()
		case '[':
			err := s.Array(func() error {
				if s.Next() != '{' {
					return s.Skip()
				}
				return f()
			})
			if err != nil {
				return err
			}
		case '{':
			if err := f(); err != nil {
				return err
			}
		default:
			if err := s.Skip(); err != nil {
				return err
			}
		}
	}
}

// Value reads the value that comes next. It is valid until the stream reads on.
func (s *Stream) Value() ([]byte, error) {
	raw, err := s.dec.ReadValue()
	return raw, s.fail(err)
}

// Skip passes over the value that comes next.
func (s *Stream) Skip() error { return s.fail(s.dec.SkipValue()) }

// fail turns an error of the decoder into one that quotes nothing; what the reader returned stays as it is.
func (s *Stream) fail(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		return nil
	case s.src.err != nil:
		return fmt.Errorf("read: %w", s.src.err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return syntaxError(fmt.Sprintf("it ends in the middle, after byte %d: it was cut off", s.dec.InputOffset()))
	case errors.As(err, &syntax):
		return syntaxError(fmt.Sprintf("it is not valid JSON at byte %d", syntax.ByteOffset))
	}
	return syntaxError(fmt.Sprintf("it is not valid JSON at byte %d", s.dec.InputOffset()))
}
