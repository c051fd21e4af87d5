package config

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// guarded is a tree as functions such as file() see it. What they read ends up in names and policies, and so in reports
// that others than the owner of the machine read: the credentials that version control and Terraform keep in the working
// copy are none of their business.
type guarded struct{ fs.FS }

// Open opens a file that is not kept from functions, links on the way to it followed.
func (g guarded) Open(name string) (fs.File, error) {
	at, ok := follow(g.FS, name)
	switch {
	case !ok:
		return nil, &fs.PathError{Op: "open", Path: name, Err: errLink}
	case isPrivate(at):
		return nil, &fs.PathError{Op: "open", Path: name, Err: errPrivate}
	}
	return openFile(g.FS, name)
}

// Why a file is not read.
var (
	errNoFile  = errors.New("it is no regular file") // nor a directory
	errLink    = errors.New("it is a link that leads nowhere, or out of the tree")
	errPrivate = errors.New("functions do not read what may hold credentials")
)

// openFile opens a file or a directory, and nothing else: opening a pipe waits until somebody writes to it, and what
// lies in a tree is nobody's word that somebody will.
func openFile(files fs.FS, name string) (fs.File, error) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return nil, err //nolint:wrapcheck // it is the file system's own
	case !info.Mode().IsRegular() && !info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNoFile}
	}
	return files.Open(name) //nolint:wrapcheck // it is the file system's own
}

// isPrivate says that a path is of what version control keeps for itself, or of Terraform's state and settings. Modules
// that were installed are configuration.
func isPrivate(name string) bool {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		switch {
		case slices.Contains([]string{".git", ".hg", ".jj", ".svn", ".aws", ".ssh", ".netrc", ".git-credentials", ".terraformrc", ".env"}, p):
			return true
		case p == ".terraform" && (i+1 == len(parts) || parts[i+1] != "modules"):
			return i+1 < len(parts)
		}
	}
	last := parts[len(parts)-1]
	return strings.HasSuffix(last, ".tfstate") || strings.HasSuffix(last, ".tfstate.backup")
}

// maxLinks bounds the links on the way to a file.
const maxLinks = 40

// follow returns where a path leads once links are followed; false where it leads nowhere, or round and round.
func follow(files fs.FS, name string) (string, bool) {
	links, ok := files.(fs.ReadLinkFS)
	if !ok {
		return name, true
	}
	done, rest := ".", strings.Split(name, "/")
	for n := 0; len(rest) > 0; {
		at := path.Join(done, rest[0])
		rest = rest[1:]
		if at == ".." || strings.HasPrefix(at, "../") {
			return "", false
		}
		info, err := links.Lstat(at)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			done = at
			continue
		}
		target, err := links.ReadLink(at)
		if n++; err != nil || n > maxLinks || path.IsAbs(target) {
			return "", false
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return done, true
}
