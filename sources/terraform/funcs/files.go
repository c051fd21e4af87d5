package funcs

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/token"
)

var errOutside = errors.New("it is outside of the tree that may be read")

// refuse notes that a file is not read that may be there, and may be what Terraform reads.
func (l *library) refuse(why error) {
	l.doubts++
	if l.env.Refused != nil {
		l.env.Refused(why)
	}
}

// resolve returns the name within Files of a path.
func (l *library) resolve(p string) (string, error) {
	if l.env.Files == nil {
		l.refuse(errors.New("there are no files at hand"))
		return "", fmt.Errorf("%q cannot be read: there are no files at hand", p)
	}
	name := path.Join(l.env.Dir, p)
	if path.IsAbs(p) {
		name = "../"
		if rest, ok := strings.CutPrefix(path.Clean(p)+"/", strings.TrimSuffix(l.env.Base, "/")+"/"); ok && l.env.Base != "" {
			name = path.Join(".", rest)
		}
	}
	if name == ".." || strings.HasPrefix(name, "../") || strings.HasPrefix(p, "~") || !fs.ValidPath(name) {
		l.refuse(errOutside)
		return "", fmt.Errorf("%q is outside of the configuration's tree", p)
	}
	return name, nil
}

// stat says what is at a path; nil: nothing.
func (l *library) stat(p string) (string, fs.FileInfo, error) {
	name, err := l.resolve(p)
	if err != nil {
		return "", nil, err
	}
	info, err := fs.Stat(l.env.Files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return name, nil, nil
	case err != nil:
		l.refuse(err)
		return "", nil, fmt.Errorf("%q cannot be read: %w", p, reason(err))
	case info.IsDir():
		return "", nil, fmt.Errorf("%q is a directory, not a file", p)
	case !info.Mode().IsRegular():
		return "", nil, fmt.Errorf("%q is not a regular file", p)
	}
	return name, info, nil
}

// reason is an error without the name that the file has on this machine.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// read returns the bytes of a file.
func (l *library) read(p string) ([]byte, error) {
	name, info, err := l.stat(p)
	switch {
	case err != nil:
		return nil, err
	case info == nil:
		return nil, fmt.Errorf("no file exists at %q", p)
	}
	f, err := l.env.Files.Open(name)
	if err != nil {
		l.refuse(err)
		return nil, fmt.Errorf("%q cannot be read: %w", p, reason(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		l.refuse(err)
		return nil, fmt.Errorf("%q cannot be read: %w", p, reason(err))
	case len(data) > maxFile:
		l.refuse(errors.New("it is too large"))
		return nil, l.tooLarge(fmt.Sprintf("%q", p))
	}
	return data, nil
}

// text returns a file as a string, in which nothing passes for a token.
func (l *library) text(p string) (string, error) {
	data, err := l.read(p)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(data) {
		return "", fmt.Errorf("the contents of %q are not valid UTF-8", p)
	}
	return string(token.Clean(data)), nil
}

// ofFile makes a function of a path that is a string.
func ofFile(f func(l *library, p string) (string, error)) maker {
	return ofStrings(cty.String, func(l *library, s []string) (cty.Value, error) {
		out, err := f(l, s[0])
		if err != nil {
			return cty.NilVal, argumentError(0, "%w", err)
		}
		return cty.StringVal(out), nil
	}, "path")
}

func readText(l *library, p string) (string, error) { return l.text(p) }

// ofBytes is ofFile for what is made of the bytes of the file.
func ofBytes(f func([]byte) string) maker {
	return ofFile(func(l *library, p string) (string, error) {
		data, err := l.read(p)
		if err != nil {
			return "", err
		}
		return f(data), nil
	})
}

func base64Bytes(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func fileExists(l *library, s []string) (cty.Value, error) {
	_, info, err := l.stat(s[0])
	if err != nil {
		return cty.NilVal, argumentError(0, "%w", err)
	}
	return cty.BoolVal(info != nil), nil
}

// absolute is abspath: the working directory is that of the root module.
func absolute(l *library, p string) (string, error) {
	if path.IsAbs(p) {
		return path.Clean(p), nil
	}
	return path.Join("/", l.env.Base, l.env.Dir, p), nil
}

func base(_ *library, p string) (string, error) { return path.Base(p), nil }

func dir(_ *library, p string) (string, error) { return path.Dir(p), nil }

// expand is pathexpand. The home directory is nothing that a configuration should depend on: it stays as it is.
func expand(_ *library, p string) (string, error) {
	if strings.HasPrefix(p, "~") && p != "~" && !strings.HasPrefix(p, "~/") {
		return "", errors.New("cannot expand user-specific home dir")
	}
	return p, nil
}

// fileSet is fileset: the regular files that match a pattern.
func fileSet(l *library, s []string) (cty.Value, error) {
	top, err := l.resolve(s[0])
	if err != nil {
		return cty.NilVal, argumentError(0, "%w", err)
	}
	// Alternatives and ** multiply the ways that a pattern can match.
	if len(s[1]) > 1<<10 || strings.Count(s[1], "{") > 6 || strings.Count(s[1], "**") > 3 {
		return cty.NilVal, l.tooLarge("the pattern")
	}
	pattern := path.Join(top, s[1])
	if pattern == ".." || strings.HasPrefix(pattern, "../") {
		l.refuse(errOutside)
		return cty.NilVal, argumentError(1, "%q is outside of the configuration's tree", s[1])
	}
	if !doublestar.ValidatePattern(pattern) {
		return cty.NilVal, argumentError(1, "%q is not a pattern", s[1])
	}
	var found []cty.Value
	err = doublestar.GlobWalk(l.env.Files, pattern, func(name string, entry fs.DirEntry) error {
		info, err := entry.Info()
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			info, err = fs.Stat(l.env.Files, name)
		}
		if err != nil || !info.Mode().IsRegular() {
			return nil //nolint:nilerr // what cannot be read is no file
		}
		if len(found) == maxFiles {
			return l.tooLarge("the set of files")
		}
		found = append(found, cty.StringVal(string(token.Clean([]byte(relative(top, name))))))
		return nil
	})
	switch {
	case err != nil:
		return cty.NilVal, argumentError(1, "%w", err)
	case len(found) == 0:
		return cty.SetValEmpty(cty.String), nil
	}
	return cty.SetVal(found), nil
}

// relative returns the path from one directory to a file.
func relative(from, name string) string {
	if from == "." {
		return name
	}
	up := ""
	for {
		if rest, ok := strings.CutPrefix(name, from+"/"); ok {
			return up + rest
		}
		up += "../"
		if from = path.Dir(from); from == "." {
			return up + name
		}
	}
}
