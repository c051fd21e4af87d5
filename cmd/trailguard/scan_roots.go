package main

import "slices"

// roots drops the directories of configuration that others of them call as modules: what they declare is read where they are
// called. Those that were named are roots, whoever calls them.
func (s *scanner) roots(all []found, named []string) []found {
	count := 0
	for _, f := range all {
		if f.kind == kindConfiguration {
			count++
		}
	}
	if count < 2 {
		return all
	}
	called := map[string]bool{}
	for _, f := range all {
		if f.kind != kindConfiguration {
			continue
		}
		c, err := s.sys.loadDir(f.name, s.stacks.root)
		if err != nil {
			continue // whoever reads it says what is wrong
		}
		for _, dir := range c.Called() {
			called[s.sys.files.real(dir)] = true
		}
	}
	return slices.DeleteFunc(all, func(f found) bool {
		return f.kind == kindConfiguration && called[s.sys.files.real(f.name)] && !slices.Contains(named, f.name)
	})
}
