package terraform

import (
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// step is one step of an address: a name, and the instance key it is indexed with.
type step struct {
	name string
	key  string // as Terraform spells it: ["a.b"] or [0]; empty when there is none
}

// address is the address of a resource instance in its parts:
// https://developer.hashicorp.com/terraform/cli/state/resource-addressing
type address struct {
	modules []step
	data    bool
	typ     string
	name    string
	key     string
}

// parseAddress splits an instance address. It returns false for anything that is not one.
func parseAddress(s string) (address, bool) {
	steps, ok := parseTraversal(s)
	if !ok {
		return address{}, false
	}
	var a address
	for len(steps) >= 2 && steps[0].name == "module" && steps[0].key == "" {
		a.modules = append(a.modules, steps[1])
		steps = steps[2:]
	}
	if len(steps) > 0 && steps[0].name == "data" && steps[0].key == "" {
		a.data = true
		steps = steps[1:]
	}
	if len(steps) != 2 || steps[0].key != "" {
		return address{}, false
	}
	a.typ, a.name, a.key = steps[0].name, steps[1].name, steps[1].key
	return a, true
}

// module returns the address of the module instance, empty for the root.
func (a address) module() string {
	var b strings.Builder
	for i, m := range a.modules {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString("module." + m.name + m.key)
	}
	return b.String()
}

// local returns the resource's address within its module's configuration.
func (a address) local() string {
	if a.data {
		return "data." + a.typ + "." + a.name
	}
	return a.typ + "." + a.name
}

// String spells the address as Terraform does.
func (a address) String() string { return within(a.module(), a.local()) + a.key }

// within qualifies a local address by a module instance.
func within(module, local string) string {
	if module == "" {
		return local
	}
	return module + "." + local
}

// parseTraversal splits a traversal such as module.a["x.y"].b[0].c at its dots, keeping keys with the
// names they index. Attribute access after a key, and splats, are steps of their own.
func parseTraversal(s string) ([]step, bool) {
	var steps []step
	for s != "" {
		end := strings.IndexAny(s, ".[")
		name := s
		if end >= 0 {
			name = s[:end]
		}
		if name == "" {
			return nil, false
		}
		s = s[len(name):]
		st := step{name: name}
		for strings.HasPrefix(s, "[") {
			key, rest, ok := cutKey(s)
			if !ok {
				return nil, false
			}
			st.key += key
			s = rest
		}
		steps = append(steps, st)
		if s == "" {
			break
		}
		if s[0] != '.' || len(s) == 1 {
			return nil, false
		}
		s = s[1:]
	}
	return steps, len(steps) > 0
}

// cutKey splits the index at the start of s from what follows it.
func cutKey(s string) (key, rest string, ok bool) {
	if strings.HasPrefix(s, `["`) {
		for i := 2; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				if i+1 < len(s) && s[i+1] == ']' {
					return s[:i+2], s[i+2:], true
				}
				return "", "", false
			}
		}
		return "", "", false
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return "", "", false
	}
	return s[:end+1], s[end+1:], true
}

// spellKey spells an instance key as decoded from JSON the way addresses do.
func spellKey(index any) string {
	switch k := index.(type) {
	case string:
		return "[" + config.QuoteKey(k) + "]"
	case float64:
		return "[" + strconv.FormatFloat(k, 'f', -1, 64) + "]"
	}
	return ""
}
