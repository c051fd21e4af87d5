package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// maxPacked bounds the number of files in a plan file.
const maxPacked = 50_000

// tree returns the tree that the configuration in a directory is read from. Nothing outside of root is read, links
// that lead out of it included; root "" is the repository that the directory is in, or else the directory itself.
func (o osFiles) tree(dir, root string) (*config.Tree, error) {
	at, err := filepath.Abs(o.path(dir))
	if err != nil {
		return nil, plain(err)
	}
	if at, err = filepath.EvalSymlinks(at); err != nil {
		return nil, plain(err)
	}
	if info, err := os.Stat(at); err != nil || !info.IsDir() {
		return nil, errors.New("is no directory")
	}
	top := repositoryOf(at)
	if root != "" {
		if top, err = filepath.Abs(o.path(root)); err != nil {
			return nil, plain(err)
		}
		if top, err = filepath.EvalSymlinks(top); err != nil {
			return nil, fmt.Errorf("%s: %w", root, plain(err))
		}
	}
	rel, err := filepath.Rel(top, at)
	if err != nil || !filepath.IsLocal(rel) {
		return nil, fmt.Errorf("is not within %s", root)
	}
	opened, err := os.OpenRoot(top)
	if err != nil {
		return nil, plain(err)
	}
	return &config.Tree{Files: opened.FS(), Dir: filepath.ToSlash(rel), Name: filepath.ToSlash(dir)}, nil
}

// repositoryOf returns the nearest directory upwards that git, or another system, keeps a repository in.
func repositoryOf(dir string) string {
	for at := dir; ; {
		for _, mark := range []string{".git", ".hg", ".jj", ".svn"} {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at
			}
		}
		parent := filepath.Dir(at)
		if parent == at {
			return dir
		}
		at = parent
	}
}

// packed returns the tree that is packed in a plan file. Closing it is left to the end of the process.
func (o osFiles) packed(name string) (*config.Tree, error) {
	r, err := zip.OpenReader(o.path(name))
	switch {
	case errors.Is(err, zip.ErrFormat):
		return nil, errors.New("is no plan file: terraform plan -out FILE writes one")
	case err != nil:
		return nil, plain(err)
	case len(r.File) > maxPacked:
		return nil, fmt.Errorf("has more than %d files in it", maxPacked)
	}
	if _, err := fs.Stat(r, "tfconfig"); err != nil {
		return nil, errors.New("is no plan file: there is no configuration in it")
	}
	return &config.Tree{Files: r, Packed: true}, nil
}

// isPacked says that a file is a binary plan, by its first bytes. What can be read only once, as a pipe, is not asked.
func (s system) isPacked(name string) bool {
	if !s.files.regular(name) {
		return false
	}
	f, err := s.files.open(name)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	var head [4]byte
	n, _ := f.Read(head[:])
	return string(head[:n]) == "PK\x03\x04"
}
