package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// files is the file system as a run needs it.
type files interface {
	// open opens a file for reading. A directory is an error that wraps [errDirectory].
	open(name string) (io.ReadCloser, error)
	// write gives a file the content that fill writes: all of it, or none. What is no regular file, such
	// as a pipe or a device, is written to directly.
	write(name string, fill func(io.Writer) error) error
	// mkdir makes a directory, and those above it.
	mkdir(name string) error
	// tree returns the tree that the configuration in a directory is read from; root is the directory outside of
	// which nothing is read, or empty.
	tree(dir, root string) (*config.Tree, error)
	// packed returns the configuration that is packed in a plan file.
	packed(name string) (*config.Tree, error)
	// regular says that a name is of a regular file.
	regular(name string) bool
	// exists says that there is something of a name, and real returns the path without links by which it is known.
	exists(name string) bool
	real(name string) string
	// same says that two names are of one file that exists.
	same(a, b string) bool
}

var errDirectory = errors.New("is a directory")

// osFiles is the file system of the process. Relative names start at dir; empty: at the working directory.
type osFiles struct{ dir string }

func (o osFiles) path(name string) string {
	if o.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(o.dir, name)
}

func (o osFiles) open(name string) (io.ReadCloser, error) {
	f, err := os.Open(o.path(name))
	if err != nil {
		return nil, plain(err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close() // nothing was written
		return nil, errDirectory
	}
	return f, nil
}

func (o osFiles) mkdir(name string) error {
	return plain(os.MkdirAll(o.path(name), 0o755)) //nolint:gosec // documentation, for everybody
}

func (o osFiles) regular(name string) bool {
	info, err := os.Stat(o.path(name))
	return err == nil && info.Mode().IsRegular()
}

func (o osFiles) exists(name string) bool {
	_, err := os.Stat(o.path(name))
	return err == nil
}

func (o osFiles) real(name string) string {
	at, err := filepath.Abs(o.path(name))
	if err != nil {
		return name
	}
	if target, err := filepath.EvalSymlinks(at); err == nil {
		return target
	}
	return at
}

func (o osFiles) same(a, b string) bool {
	x, err := os.Stat(o.path(a))
	if err != nil {
		return false
	}
	y, err := os.Stat(o.path(b))
	return err == nil && os.SameFile(x, y)
}

func (o osFiles) write(name string, fill func(io.Writer) error) error {
	path := o.path(name)
	// The file that a link leads to is replaced, not the link.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	switch info, err := os.Stat(path); {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return plain(err)
	case err == nil && info.IsDir():
		return errDirectory
	case err == nil && !info.Mode().IsRegular():
		return writeDevice(path, fill)
	}
	return replaceFile(path, fill)
}

func writeDevice(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return plain(err)
	}
	return plain(errors.Join(fill(f), f.Close()))
}

func replaceFile(path string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return plain(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error is the one to tell
			err = plain(err)
		}
	}()
	if err := fill(f); err != nil {
		_ = f.Close() // the first error is the one to tell
		return err
	}
	// Reports are for other steps of a pipeline, which may run as somebody else.
	if err := f.Chmod(0o644); err != nil {
		_ = f.Close() // the first error is the one to tell
		return plain(err)
	}
	if err := f.Close(); err != nil {
		return plain(err)
	}
	return plain(os.Rename(f.Name(), path))
}

// plain takes the operation and the path from an error of package os: whoever reports it names the file as
// the user did.
func plain(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%w", path.Err)
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return fmt.Errorf("%w", link.Err)
	}
	return err
}
