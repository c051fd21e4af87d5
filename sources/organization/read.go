package organization

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/awscli"
)

// Bounds of a directory: an organization has at most 10,000 accounts or so, with a few files each.
const (
	maxFiles   = 200_000
	maxFolders = 8 // deep
)

// Read reads the outputs of `aws organizations` that a directory and those in it hold. Files that are no JSON, and hidden
// ones, are passed over. What the outputs leave open is a gap, as is a file that cannot be made out; an error says that
// a file cannot be read at all, or that none is such an output, and quotes nothing of them.
func Read(fsys fs.FS) (graph.Inventory, error) {
	t := newTree()
	files := 0
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read %s: %w", name, plain(err))
		case name != "." && strings.HasPrefix(e.Name(), "."), e.IsDir() && strings.Count(name, "/") >= maxFolders:
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !e.Type().IsRegular():
			return nil
		}
		if files++; files > maxFiles {
			return fmt.Errorf("it holds more than %d files", maxFiles)
		}
		return t.file(fsys, name)
	})
	if err != nil {
		return graph.Inventory{}, err //nolint:wrapcheck // it is ours, and names the file
	}
	out := t.inventory()
	if !t.found {
		return graph.Inventory{}, errors.New("it holds no output of aws organizations: expected JSON of describe-organization, list-roots, list-policies and the others that docs/context.md names")
	}
	return out, nil
}

// plain takes the path, which is told already, out of an error.
func plain(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// page is one answer in a file.
type page struct {
	file string
	keys map[string]json.RawMessage // what it has at the top, of the keys that are read
	more bool                       // it says that there are more
	in   int                        // how many answers come before it in the file
	// whole is the answer where it may be a policy document.
	whole []byte
}

// file reads the answers in a file.
func (t *tree) file(fsys fs.FS, name string) error {
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, plain(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	s := awscli.NewStream(f)
	if next := s.Next(); next != '{' && next != '[' {
		if path.Ext(name) == ".json" {
			t.gap("the file "+name, name, graph.ReasonMalformed, "JSON that is whole")
		}
		return nil
	}
	var pages []page
	err = s.Pages(func() error {
		raw, err := s.Value()
		if err != nil {
			return err //nolint:wrapcheck // it is ours
		}
		pages = append(pages, answer(name, slices.Clone(raw), len(pages)))
		return nil
	})
	if err != nil {
		if errors.Is(err, awscli.ErrJSON) {
			t.gap("the file "+name, name, graph.ReasonMalformed, "JSON that is whole")
			return nil
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	t.pages = append(t.pages, pages...)
	return nil
}

// answer reads an object.
func answer(file string, raw []byte, in int) page {
	p := page{file: file, keys: map[string]json.RawMessage{}, in: in}
	var all map[string]json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return p
	}
	for key, value := range all {
		switch {
		case key == "NextToken":
			p.more = len(value) > 0 && value[0] == '"'
		case slices.Contains(readKeys, key):
			p.keys[key] = value
		}
	}
	if p.keys["Statement"] != nil {
		p.whole = raw
	}
	return p
}

// readKeys are the keys that answers have at the top, and those of a policy document and of an authorization dump.
//
//nolint:gochecknoglobals // a table
var readKeys = []string{
	"Organization", "Roots", "OrganizationalUnits", "OrganizationalUnit", "Accounts", "Account", "Children", "Parents",
	"Policies", "Policy", "Targets", "Statement", "Version", "UserDetailList", "RoleDetailList",
}
