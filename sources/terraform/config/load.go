package config

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Configuration is a configuration whose files have been read.
type Configuration struct {
	Root *Module
	tree *Tree
}

// Load reads the root module of a tree and the modules that it calls, as far as they are at hand: those with a local
// source, and those that `terraform get` or `terraform init` put into .terraform/modules. It returns an [*Error]
// where a file cannot be read or parsed.
func Load(t *Tree) (*Configuration, error) {
	l := &loader{tree: t, parsed: map[string]*Module{}}
	dir := t.Dir
	if t.Packed {
		dir = "tfconfig/m-"
	}
	if !t.Packed && !t.exists(dir) {
		return nil, &Error{t.label(dir), "there is no such directory"}
	}
	l.readInstalled()
	root, err := l.module(dir)
	if err != nil {
		return nil, err
	}
	if len(root.Files) == 0 {
		return nil, &Error{t.label(dir), "there is no Terraform configuration: no .tf or .tf.json file"}
	}
	if err := l.calls(root, "", []string{l.real(dir)}); err != nil {
		return nil, err
	}
	return &Configuration{Root: root, tree: t}, nil
}

type loader struct {
	tree      *Tree
	parsed    map[string]*Module
	installed map[string]string // directory of each module call that is installed: a.b
	n         int
}

// module parses the files of a directory. Calls of the same directory share what is parsed, but for where their own
// calls lead.
func (l *loader) module(dir string) (*Module, error) {
	m := l.parsed[dir]
	if m == nil {
		var err error
		if m, err = l.tree.parseModule(dir); err != nil {
			return nil, err
		}
		l.parsed[dir] = m
		return m, nil
	}
	copied := *m
	copied.Calls = make(map[string]*Call, len(m.Calls))
	for name, c := range m.Calls {
		call := *c
		call.Module, call.Missing, call.Install = nil, "", false
		copied.Calls[name] = &call
	}
	return &copied, nil
}

// calls loads what a module calls. key is the way to it: a.b.
func (l *loader) calls(m *Module, key string, stack []string) error {
	for _, name := range sortedKeys(m.Calls) {
		c := m.Calls[name]
		if l.n++; l.n > maxModules {
			return &Error{place(c.Range), fmt.Sprintf("more than %d module calls", maxModules)}
		}
		below := name
		if key != "" {
			below = key + "." + name
		}
		dir, missing := l.find(c, m.Dir, below)
		at := l.real(dir)
		switch {
		case missing == "" && slices.Contains(stack, at):
			missing = "it calls itself"
			if at != dir {
				missing = fmt.Sprintf("its source %s is a link to the directory of a module that calls it", c.Source)
			}
		case missing == "" && len(stack) > maxCalls:
			missing = fmt.Sprintf("modules call one another more than %d levels deep", maxCalls)
		}
		if missing != "" {
			c.Missing = missing
			continue
		}
		child, err := l.module(dir)
		if err != nil {
			return err
		}
		c.Module = child
		if err := l.calls(child, below, append(slices.Clip(stack), at)); err != nil {
			return err
		}
	}
	return nil
}

// real returns a directory with the links on the way to it followed, so that one that calls itself is known by
// whatever name it does.
func (l *loader) real(dir string) string {
	if at, ok := follow(l.tree.Files, dir); ok {
		return at
	}
	return dir
}

// find returns the directory of a called module, or why it is not at hand.
func (l *loader) find(c *Call, parent, key string) (dir, missing string) {
	switch {
	case l.tree.Packed:
		if dir = "tfconfig/m-" + key; !l.tree.exists(dir) {
			return "", "the plan file does not have it"
		}
		return dir, ""
	case strings.HasPrefix(c.Source, "./") || strings.HasPrefix(c.Source, "../") || c.Source == "." || c.Source == "..":
		dir = path.Join(parent, c.Source)
		switch {
		case dir == ".." || strings.HasPrefix(dir, "../"):
			return "", fmt.Sprintf("its source %s leads out of the tree that may be read", c.Source)
		case !l.tree.exists(dir):
			return "", fmt.Sprintf("its source %s is not there", c.Source)
		}
		return dir, ""
	}
	dir, ok := l.installed[key]
	if !ok || !l.tree.exists(dir) {
		c.Install = true
		source := c.Source
		if source == "" {
			source = "which is not a constant"
		}
		return "", fmt.Sprintf("its source %s is not installed", source)
	}
	return dir, ""
}

// readInstalled reads the manifest of installed modules. One that cannot be read is as good as none: the modules are
// reported as missing.
func (l *loader) readInstalled() {
	l.installed = map[string]string{}
	if l.tree.Packed {
		return
	}
	src, err := l.tree.read(path.Join(l.tree.Dir, ".terraform/modules/modules.json"))
	if err != nil {
		return
	}
	var manifest struct{ Modules []struct{ Key, Dir string } }
	if json.Unmarshal(src, &manifest) != nil {
		return
	}
	for _, m := range manifest.Modules {
		dir := path.Join(l.tree.Dir, strings.ReplaceAll(m.Dir, `\`, "/"))
		if !path.IsAbs(m.Dir) && dir != ".." && !strings.HasPrefix(dir, "../") {
			l.installed[m.Key] = dir
		}
	}
}

// modules returns every module of the configuration with the calls that load it.
func (c *Configuration) modules() []*Loaded {
	byDir := map[string]*Loaded{}
	var out []*Loaded
	var visit func(m *Module, at string)
	visit = func(m *Module, at string) {
		l := byDir[m.Dir]
		if l == nil {
			l = &Loaded{Module: m}
			byDir[m.Dir] = l
			out = append(out, l)
		}
		l.Calls = append(l.Calls, at)
		for _, name := range sortedKeys(m.Calls) {
			if call := m.Calls[name]; call.Module != nil {
				visit(call.Module, within(at, "module."+name))
			}
		}
	}
	visit(c.Root, "")
	return out
}

// Called returns the directories of the modules that the configuration calls, as positions name them, the root module's
// not among them.
func (c *Configuration) Called() []string {
	var out []string
	for _, l := range c.modules() {
		if l.Module.Dir != c.Root.Dir {
			out = append(out, c.tree.label(l.Module.Dir))
		}
	}
	return out
}

// Label returns what positions call a file of the configuration.
func (c *Configuration) Label(file *File) string { return c.tree.label(file.Path) }

// sources returns the bytes of every configuration file, by what positions call it.
func (c *Configuration) sources() map[string][]byte {
	out := map[string][]byte{}
	for _, m := range c.modules() {
		for _, f := range m.Module.Files {
			out[c.Label(f)] = f.Source
		}
	}
	return out
}
