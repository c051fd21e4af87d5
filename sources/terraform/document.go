package terraform

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// document is what a walk gathers of an input, whichever it is: plans and states have no section in common
// but their versions. Sections may come in any order.
type document struct {
	*stream
	opts Options

	format   string // format_version, of what terraform show -json prints
	tool     string // terraform_version
	raw      int    // version, of a raw state
	sections map[string]bool
	notes    []string
	errored  bool // the plan ended with an error
	partial  bool // the plan says that it is not complete
	ignored  int

	variables map[string]string // string values of root variables
	config    *module
	providers map[string]*tfjson.ProviderConfig
	filler    *filler // nil where no configuration is at hand

	now   builder // before the plan; the state
	then  builder // after the plan
	was   builder // what drifted, as the state recorded it
	prior []instance
	seen  map[string]bool // addresses that the plan's changes speak of
	// changes are those of the tables' types, drift among them.
	changes []graph.Change
}

// instance is a resource instance of a state, decoded.
type instance struct {
	address, provider string
	row               *table.Compiled
	values            table.Values
}

func read(r io.Reader, o Options, hint string) (*document, error) {
	text, err := open(r, o.Name, hint)
	if err != nil {
		return nil, err
	}
	d := &document{
		stream: newStream(text, o.Name, hint), opts: o, sections: map[string]bool{},
		variables: map[string]string{}, seen: map[string]bool{},
	}
	shared := newSecrets()
	d.now.secrets, d.then.secrets, d.was.secrets = shared, shared, shared
	if o.Configuration != nil {
		d.filler = newFiller(o.Configuration)
		d.then.filler = d.filler
	}
	if err := d.object(d.section); err != nil {
		return nil, err
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	return d, d.check()
}

// section reads one member of the document.
func (d *document) section(key string) error {
	var err error
	switch key {
	case "format_version":
		if d.format, err = d.text(); err == nil {
			err = d.checkFormat()
		}
		return err
	case "terraform_version":
		d.tool, err = d.text()
		return err
	case "version":
		var n float64
		if err = d.decode(&n, "a version"); err == nil {
			d.raw = int(n)
		}
		return err
	case "errored":
		return d.decode(&d.errored, key)
	case "complete":
		var complete bool
		err = d.decode(&complete, key)
		d.partial = !complete
		return err
	}
	d.sections[key] = true
	switch key {
	case "variables":
		return d.object(d.variable)
	case "resource_changes":
		return d.array(func() error { return d.change(false) })
	case "resource_drift":
		return d.array(func() error { return d.change(true) })
	case "prior_state":
		return d.object(func(key string) error {
			if key != "values" {
				return d.skip()
			}
			return d.stateValues()
		})
	case "values":
		return d.stateValues()
	case "configuration":
		return d.configuration()
	case "resources":
		return d.array(d.rawResource)
	}
	return d.skip()
}

// incomplete returns what there is to note on a plan that does not say all that would change. One that ended with
// an error is never complete, and for no other reason.
func (d *document) incomplete() []string {
	switch {
	case d.errored:
		return []string{"the plan ended with an error: it does not say all that would change"}
	case d.partial:
		return []string{"the plan is not complete: some changes were deferred to a later one, or left out by -target"}
	}
	return nil
}

// kind tells what the document is.
func (d *document) kind() string {
	switch {
	case d.sections["resource_changes"], d.sections["planned_values"], d.sections["configuration"]:
		return KindPlan
	case d.raw > 0:
		return KindRawState
	}
	return KindState
}

// checkFormat refuses a format_version of another major version than ours. It is called as soon as the
// version is read, for nothing of another version can be relied on.
func (d *document) checkFormat() error {
	major, rest, _ := strings.Cut(d.format, ".")
	n, err := strconv.Atoi(major)
	if err != nil || n > 1 {
		return d.wrong("has format_version " + clean(d.format) + ", of which only 0.x and 1.x are known")
	}
	if minor, err := strconv.Atoi(rest); err == nil && n == 1 && minor > newestMinor {
		d.notes = append(d.notes, fmt.Sprintf("format_version %s is newer than 1.%d: what is new in it is not read", clean(d.format), newestMinor))
	}
	return nil
}

// newestMinor is the minor format_version 1.x of the newest Terraform that was tried.
const newestMinor = 2

// clean keeps what a version is made of.
func clean(version string) string {
	version = strings.Map(func(r rune) rune {
		if r < 0x7f && (r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z') {
			return r
		}
		return '?'
	}, version)
	return version[:min(len(version), 20)]
}

// check refuses what is JSON but neither a plan nor a state.
func (d *document) check() error {
	switch {
	case d.kind() == KindPlan && d.format == "":
		return d.wrong("has no format_version: it is not what terraform show -json prints")
	case d.raw > 0 && d.raw != 4:
		return d.wrong(fmt.Sprintf("is a raw state of version %d, of which only version 4 (Terraform 0.12 and later) is known", d.raw))
	case d.raw == 0 && d.format == "":
		return d.wrong("is JSON, but neither a plan nor a state: it has no format_version")
	}
	return nil
}

func (d *document) info() Info {
	notes := append(d.incomplete(), d.notes...)
	slices.Sort(notes)
	return Info{Kind: d.kind(), Version: clean(d.tool), Notes: slices.Compact(notes), Ignored: d.ignored}
}

// variable keeps the value of a root variable, where it is a string: provider configurations refer to them.
func (d *document) variable(name string) error {
	return d.object(func(key string) error {
		if key != "value" {
			return d.skip()
		}
		if d.filler == nil {
			s, err := d.text()
			if s != "" {
				d.variables[name] = s
			}
			return err
		}
		var v any
		err := d.decode(&v, "a variable")
		if s, ok := v.(string); ok && s != "" {
			d.variables[name] = s
		}
		d.filler.variables[name] = encode(v)
		return err
	})
}
