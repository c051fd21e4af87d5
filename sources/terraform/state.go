package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// stateValues reads the values of a state: the resources of its root module and of those below.
func (d *document) stateValues() error {
	return d.object(func(key string) error {
		if key != "root_module" {
			return d.skip() // outputs are nobody's business here
		}
		return d.stateModule()
	})
}

func (d *document) stateModule() error {
	return d.object(func(key string) error {
		switch key {
		case "resources":
			return d.array(d.stateResource)
		case "child_modules":
			return d.array(d.stateModule)
		}
		return d.skip()
	})
}

// stateResource reads one resource instance of a state as terraform show -json prints it.
func (d *document) stateResource() error {
	var r tfjson.StateResource
	var mode string
	var rawValues, rawSensitive []byte
	err := d.object(func(key string) error {
		var err error
		switch key {
		case "address":
			r.Address, err = d.text()
		case "mode":
			mode, err = d.text()
		case "type":
			r.Type, err = d.text()
		case "deposed_key":
			r.DeposedKey, err = d.text()
		case "values", "sensitive_values":
			if mode != "" && r.Type != "" && !wanted(mode, r.Type) || mode == "managed" && d.seen[r.Address] {
				return d.skip()
			}
			raw, readErr := d.dec.ReadValue()
			if err = d.fail(readErr); key == "values" {
				rawValues = slices.Clone(raw)
			} else {
				rawSensitive = slices.Clone(raw)
			}
		default:
			err = d.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if !wanted(mode, r.Type) {
		if mode == "managed" && d.kind() == KindState {
			d.ignored++
		}
		return nil
	}
	if r.DeposedKey != "" || len(rawValues) == 0 {
		return nil
	}
	v := table.Values{}
	if unmarshal(rawValues, &v.Value) != nil || unmarshal(rawSensitive, &v.Sensitive) != nil {
		return d.wrong("has values of an unexpected form")
	}
	d.found(mode, instance{address: r.Address, row: rowOf(mode, r.Type), values: v}, r.Type)
	return nil
}

// found files an instance of a state. Those of a plan's prior state wait until its changes are known.
func (d *document) found(mode string, i instance, typ string) {
	if mode == "data" {
		if typ != typePolicyDocument { // only what is unknown after the plan is looked up in documents
			d.now.data(i.address, i.provider, typ, i.row, i.values)
		}
		if d.sections["prior_state"] && !d.seen[i.address] {
			d.then.data(i.address, i.provider, typ, i.row, i.values)
		}
		return
	}
	d.prior = append(d.prior, i)
}

// rawResource reads one resource of a raw terraform.tfstate with its instances.
func (d *document) rawResource() error {
	var module, mode, typ, name, provider string
	return d.object(func(key string) error {
		var err error
		switch key {
		case "module":
			module, err = d.text()
		case "mode":
			mode, err = d.text()
		case "type":
			typ, err = d.text()
		case "name":
			name, err = d.text()
		case "provider":
			provider, err = d.text()
		case "instances":
			if mode != "" && typ != "" && !wanted(mode, typ) {
				return d.array(func() error {
					if mode == "managed" {
						d.ignored++
					}
					return d.skip()
				})
			}
			local := typ + "." + name
			if mode == "data" {
				local = "data." + local
			}
			return d.array(func() error { return d.rawInstance(mode, typ, within(module, local), providerKey(provider)) })
		default:
			err = d.skip()
		}
		return err
	})
}

// rawInstance is the form of an instance in a raw state. Terraform keeps it to itself and documents it
// nowhere; it has not changed since version 4.
type rawInstance struct {
	IndexKey            any             `json:"index_key"`
	Deposed             string          `json:"deposed"`
	Attributes          json.RawMessage `json:"attributes"`
	SensitiveAttributes [][]rawStep     `json:"sensitive_attributes"`
}

type rawStep struct {
	Type  string `json:"type"`
	Value any    `json:"value"`
}

func (d *document) rawInstance(mode, typ, base, provider string) error {
	var in rawInstance
	if err := d.decode(&in, "a resource instance"); err != nil {
		return err
	}
	if in.Deposed != "" {
		return nil
	}
	v := table.Values{Sensitive: marksOf(in.SensitiveAttributes)}
	if unmarshal(in.Attributes, &v.Value) != nil {
		return d.wrong("has attributes of an unexpected form")
	}
	d.found(mode, instance{address: base + spellKey(in.IndexKey), provider: provider, row: rowOf(mode, typ), values: v}, typ)
	return nil
}

// marksOf spells the paths of sensitive attributes as marks of the shape of the values.
func marksOf(paths [][]rawStep) any {
	var root any
	for _, steps := range paths {
		root = markAt(root, steps)
	}
	return root
}

// markAt marks what a path leads to. A step of a kind that is not known marks all below it: to hide one
// value too many gives nothing away.
func markAt(mark any, steps []rawStep) any {
	if len(steps) == 0 || mark == true {
		return true
	}
	value := steps[0].Value
	if typed, ok := value.(map[string]any); ok { // an index carries its type with it
		value = typed["value"]
	}
	switch key := value.(type) {
	case string:
		m, ok := mark.(map[string]any)
		if mark != nil && !ok {
			return true
		}
		if m == nil {
			m = map[string]any{}
		}
		m[key] = markAt(m[key], steps[1:])
		return m
	case float64:
		list, ok := mark.([]any)
		i := int(key)
		if mark != nil && !ok || i < 0 || i > maxElements {
			return true
		}
		for len(list) <= i {
			list = append(list, nil)
		}
		list[i] = markAt(list[i], steps[1:])
		return list
	}
	return true
}

// maxElements bounds the index of a sensitive element.
const maxElements = 1 << 12

// providerKey turns the provider of a raw state, such as provider["registry.terraform.io/hashicorp/aws"].replica,
// into the key that plans use: aws.replica.
func providerKey(s string) string {
	_, rest, ok := strings.Cut(s, `provider["`)
	if !ok {
		return ""
	}
	source, alias, _ := strings.Cut(rest, `"]`)
	return source[strings.LastIndexByte(source, '/')+1:] + alias
}

// unmarshal decodes JSON that the walk has found to be valid; nothing decodes to nothing.
func unmarshal(raw []byte, into any) error {
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, into) //nolint:wrapcheck // callers say what of the document it was, and nothing of the error, which may quote it
}

// state turns what was gathered of a state into its inventory.
func (d *document) state() (*State, error) {
	for _, i := range d.prior {
		d.now.add(i.address, i.provider, i.row, i.values)
	}
	d.prior = nil
	inv := d.now.finish(d, nil)
	inv.Resources = graph.Supersede(inv.Resources, inv.Resources, inv.Resources) // roles mirror the policies beside them
	return &State{Info: d.info(), Inventory: inv}, nil
}

// plan turns what was gathered of a plan into its inventories.
func (d *document) plan() (*Plan, error) {
	for _, i := range d.prior {
		// What the plan says nothing of stays as it is: it was left out by -target.
		if !d.seen[i.address] {
			d.now.add(i.address, i.provider, i.row, i.values)
			d.then.add(i.address, i.provider, i.row, i.values)
		}
	}
	d.prior, d.seen = nil, nil
	filled, err := d.evaluate()
	if err != nil {
		return nil, err
	}
	if d.config != nil {
		for _, name := range d.config.sensitive {
			d.then.secrets.gather(d.variables[name], true)
		}
	}
	res := newResolver(d.config)
	p := &Plan{Changes: d.changes, Filled: filled}
	p.After = d.then.finish(d, res)
	p.Before = d.now.finish(d, res)
	// Roles mirror the policies beside them.
	p.After.Resources = graph.Supersede(p.After.Resources, p.Before.Resources, p.After.Resources)
	p.Before.Resources = graph.Supersede(p.Before.Resources, p.Before.Resources, p.Before.Resources)
	if filled {
		p.After.Ignores = ignoresOf(d.filler.configuration, d.filler.result)
		d.notes = append(d.notes, d.filler.missing()...)
	}
	was := d.was.finish(d, res)
	was.Resources = graph.Supersede(was.Resources, slices.Concat(was.Resources, p.Before.Resources), slices.Concat(was.Resources, p.Before.Resources))
	p.Recorded = recorded(p.Before, was)
	slices.SortStableFunc(p.Changes, func(a, b graph.Change) int { return strings.Compare(a.Address, b.Address) })
	p.Info = d.info()
	return p, nil
}

// evaluate works out the configuration that is at hand, and says whether it is used.
func (d *document) evaluate() (bool, error) {
	f := d.filler
	if f == nil {
		return false, nil
	}
	missing := f.difference(d.config)
	if missing != "" && d.opts.IfSame {
		d.filler = nil
		return false, nil
	}
	if missing != "" {
		d.notes = append(d.notes, "the configuration at hand is not quite that of the plan: "+missing+" is in one of them only")
	}
	err := f.evaluate(d.opts)
	if err == nil {
		for _, secret := range f.result.Secrets {
			d.then.secrets.add(secret)
		}
	}
	if err != nil {
		if d.opts.IfSame {
			d.notes = append(d.notes, "the configuration at hand was not used: "+err.Error())
			d.filler = nil
			return false, nil
		}
		return false, err
	}
	return true, nil
}

// recorded returns the inventory before a plan with what drifted as the state recorded it, or nil where nothing
// did. Linking takes an inventory over, so that attributes are copied.
func recorded(before, drifted graph.Inventory) *graph.Inventory {
	if len(drifted.Resources) == 0 {
		return nil
	}
	out := &graph.Inventory{}
	was := map[string]bool{}
	for _, r := range drifted.Resources {
		was[r.Address] = true
		out.Resources = append(out.Resources, r)
	}
	for _, r := range before.Resources {
		if !was[r.Address] {
			r.Attrs = r.Attrs.Clone()
			out.Resources = append(out.Resources, r)
		}
	}
	return out
}
