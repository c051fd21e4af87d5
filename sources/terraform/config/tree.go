package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/sources/token"
)

// Bounds of what is read.
const (
	maxFileSize = 8 << 20 // bytes of one configuration file
	maxFiles    = 4096    // configuration files of one module
	maxModules  = 4096    // module calls of one configuration
	maxCalls    = 32      // how deep modules call one another
)

// Tree is where a configuration is read from.
type Tree struct {
	// Files is all that may be read: a repository, or what is packed in a plan file.
	Files fs.FS
	// Dir is the directory of the root module within Files, "." for the top.
	Dir string
	// Packed says that modules lie where a plan file keeps them: tfconfig/m-KEY for the module call a.b of KEY.
	// https://developer.hashicorp.com/terraform/internals/json-format tells nothing of it; the form has been the
	// same since Terraform 0.12.
	Packed bool
	// Name is what positions and messages call Dir: the path that the user gave. Empty for a packed tree.
	Name string
}

// Error is what a configuration was not read for.
type Error struct {
	Where string // file and line, or directory
	What  string
}

// Error spells the error in one line.
func (e *Error) Error() string { return e.Where + ": " + e.What }

// label returns what messages call a path of the tree.
func (t *Tree) label(p string) string {
	if t.Packed {
		if rest, ok := strings.CutPrefix(p, "tfconfig/m-"); ok {
			module, file, _ := strings.Cut(rest, "/")
			if module == "" {
				return file
			}
			return "module." + strings.ReplaceAll(module, ".", ".module.") + "/" + file
		}
		return p
	}
	rel := relative(t.Dir, p)
	if t.Name == "" || t.Name == "." {
		return rel
	}
	return path.Join(t.Name, rel)
}

// relative returns the way from one directory of a tree to a path of it.
func relative(dir, p string) string {
	from, to := parts(dir), parts(p)
	n := 0
	for n < len(from) && n < len(to) && from[n] == to[n] {
		n++
	}
	up := slices.Repeat([]string{".."}, len(from)-n)
	return path.Clean(path.Join(append(up, to[n:]...)...))
}

func parts(p string) []string {
	if p = path.Clean(p); p == "." {
		return nil
	}
	return strings.Split(p, "/")
}

// names returns the configuration files of a directory, sorted, as Terraform chooses them: no dot files, no backups
// of editors. https://developer.hashicorp.com/terraform/language/files
func (t *Tree) names(dir string) ([]string, error) {
	entries, err := fs.ReadDir(t.Files, dir)
	if err != nil {
		return nil, &Error{t.label(dir), "the directory cannot be read: " + reason(err)}
	}
	var out []string
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && isConfigFile(name) {
			out = append(out, name)
		}
	}
	if len(out) > maxFiles {
		return nil, &Error{t.label(dir), fmt.Sprintf("more than %d configuration files", maxFiles)}
	}
	return out, nil
}

func isConfigFile(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return false
	}
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")
}

// isOverride says that the blocks of a file are merged into those of the others:
// https://developer.hashicorp.com/terraform/language/files/override
func isOverride(name string) bool {
	base := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".tf")
	return base == "override" || strings.HasSuffix(base, "_override")
}

// read returns the bytes of a file of the tree, cleaned of what could pass for a token.
func (t *Tree) read(p string) ([]byte, error) {
	f, err := openFile(t.Files, p)
	switch {
	case errors.Is(err, errNoFile):
		return nil, &Error{t.label(p), errNoFile.Error()}
	case err != nil:
		return nil, &Error{t.label(p), "the file cannot be read: " + reason(err)}
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		return nil, &Error{t.label(p), errNoFile.Error()}
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	switch {
	case err != nil:
		return nil, &Error{t.label(p), "the file cannot be read: " + reason(err)}
	case len(src) > maxFileSize:
		return nil, &Error{t.label(p), fmt.Sprintf("the file has more than %d MiB", maxFileSize>>20)}
	}
	return token.Clean(src), nil
}

// exists says that there is a file, or a directory, of the name.
func (t *Tree) exists(p string) bool {
	_, err := fs.Stat(t.Files, p)
	return err == nil
}

// reason words the error of a file system without its path, which messages have already.
func reason(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is none"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case strings.Contains(err.Error(), "escapes"):
		return "it is a link that leads out of the tree"
	}
	return err.Error()
}

// entries returns the names of what is in a directory; nothing where it cannot be read.
func (t *Tree) entries(dir string) []string {
	all, err := fs.ReadDir(t.Files, dir)
	if err != nil {
		return nil
	}
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.Name()
	}
	return out
}
