package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// leftOut is something that was found and cannot be read.
type leftOut struct {
	err  error // why, for people
	name string
	gap  graph.Gap
}

// leaveOut goes on without something that cannot be read: the coverage will have a line of it. What is wrong with the
// command line is returned, for it is not the input's fault.
func (s *scanner) leaveOut(name string, err error) error {
	f, ok := errors.AsType[*failure](err)
	if ok && (f.code != exitFailed || f.err == nil) {
		return err
	}
	where, why := name, strings.TrimPrefix(err.Error(), name+": ")
	if bad, ok := errors.AsType[*template.Error](err); ok {
		where, why = bad.Pos.String(), bad.What
	}
	s.out = append(s.out, leftOut{
		err: err, name: name,
		gap: graph.Gap{What: "what " + name + " holds", Where: where, Reason: graph.Reason("it cannot be read: " + strings.TrimPrefix(why, "it cannot be read: ")), SettledBy: "a file that can be read"},
	})
	return nil
}

// told tells people what was left out. Where nothing at all was read, that is the failure of the run.
func (s *scanner) told() error {
	left := s.out
	var err error
	if len(s.inputs) == 0 && len(left) > 0 {
		err, left = left[0].err, left[1:]
	}
	for _, o := range left {
		text := o.err.Error()
		if !strings.Contains(text, o.name) {
			text = o.name + ": " + text
		}
		say(s.sys.stderr, "note: "+text+"; it is left out")
	}
	return err
}

// once drops what was found by two paths.
func (s *scanner) once(all []found) []found {
	type thing struct {
		real string
		tree bool
		kind any
	}
	first := map[thing]string{}
	out := all[:0]
	for _, f := range all {
		key := thing{s.sys.files.real(f.name), f.tree, f.kind}
		if was, seen := first[key]; seen {
			s.notes = append(s.notes, twice(f.name, was))
			continue
		}
		first[key] = f.name
		out = append(out, f)
	}
	return out
}

func twice(name, was string) string {
	if name == was {
		return name + " is given twice, and counted once"
	}
	return fmt.Sprintf("%s is the same as %s, and counted once", name, was)
}
