package terraform

import (
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/table"
)

// change reads one element of resource_changes or resource_drift. Only the changes of types in the tables
// are decoded; those of others are passed over token by token.
func (d *document) change(drift bool) error {
	var rc tfjson.ResourceChange
	var mode, typ string
	var late []byte // a change that came before its type
	var document []byte
	var undecided bool
	err := d.object(func(key string) error {
		var err error
		switch key {
		case "address":
			rc.Address, err = d.text()
		case "previous_address":
			rc.PreviousAddress, err = d.text()
		case "deposed":
			rc.DeposedKey, err = d.text()
		case "mode":
			mode, err = d.text()
		case "type":
			typ, err = d.text()
		case "change":
			switch {
			case typ == "" || mode == "":
				undecided = true
				var raw []byte
				raw, err = d.dec.ReadValue()
				late, err = slices.Clone(raw), d.fail(err)
			case isDocument(mode, typ):
				// Kept as it is: decoded it takes ten times the room, and few are ever asked for.
				var raw []byte
				raw, err = d.dec.ReadValue()
				document, err = slices.Clone(raw), d.fail(err)
			case wanted(mode, typ):
				rc.Change = new(tfjson.Change)
				err = d.decode(rc.Change, "a change")
			default:
				err = d.skip()
			}
		default:
			err = d.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.filler != nil && !drift {
		d.filler.know(rc.Address)
	}
	if isDocument(mode, typ) {
		if undecided {
			document = late
		}
		if !drift && len(document) > 0 {
			d.seen[rc.Address] = true
			d.then.documents = append(d.then.documents, &policyDocument{address: rc.Address, raw: document})
		}
		return nil
	}
	if undecided && wanted(mode, typ) {
		rc.Change = new(tfjson.Change)
		if err := unmarshal(late, rc.Change); err != nil {
			return d.wrong("has a change of an unexpected form")
		}
	}
	if rc.Change == nil {
		if mode == "managed" && !drift {
			d.ignored++
		}
		return nil
	}
	rc.Type = typ
	d.apply(&rc, mode, drift)
	return nil
}

func isDocument(mode, typ string) bool { return mode == "data" && typ == typePolicyDocument }

// wanted says that a resource of the mode and type is of use: it has a row, or tells of its provider.
func wanted(mode, typ string) bool { return rowOf(mode, typ) != nil || mode == "data" && told(typ) }

func rowOf(mode, typ string) *table.Compiled {
	if mode == "data" {
		return rows()["data."+typ]
	}
	return rows()[typ]
}

// apply files one decoded change: what was goes to the builder of the graph before the plan, what will be
// to that of the graph after it.
func (d *document) apply(rc *tfjson.ResourceChange, mode string, drift bool) {
	if rc.DeposedKey != "" { // left over from an earlier replacement: the live object has a change of its own
		return
	}
	c := rc.Change
	action, createFirst := actionOf(c.Actions)
	row := rowOf(mode, rc.Type)
	if mode == "managed" {
		d.changes = append(d.changes, graph.Change{
			Address: rc.Address, Scope: d.opts.Scope, Type: rc.Type, Action: action, Previous: rc.PreviousAddress,
			Imported: c.Importing != nil, CreateFirst: createFirst, Drift: drift,
		})
	}
	if drift {
		d.was.add(rc.Address, "", row, table.Values{Value: c.Before, Sensitive: c.BeforeSensitive})
		return
	}
	d.seen[rc.Address] = true
	before := table.Values{Value: c.Before, Sensitive: c.BeforeSensitive}
	after := table.Values{Value: c.After, Unknown: c.AfterUnknown, Sensitive: c.AfterSensitive}
	if mode == "data" {
		// A read that waits for the apply: what it reads now is not known.
		d.then.data(rc.Address, "", rc.Type, row, after)
		return
	}
	if c.Before != nil {
		d.now.add(rc.Address, "", row, before)
	}
	switch {
	case action == graph.ActionDelete:
		d.then.remove(rc.Address, row, before)
	case action == graph.ActionForget: // it stays, and Terraform no longer looks after it
		d.then.add(rc.Address, "", row, before)
	case c.After != nil:
		d.then.add(rc.Address, "", row, after)
	}
}

// actionOf names the actions of a change.
func actionOf(a tfjson.Actions) (action graph.Action, createFirst bool) {
	switch {
	case a.Replace():
		return graph.ActionReplace, a.CreateBeforeDestroy()
	case slices.Contains(a, "forget") && slices.Contains(a, "create"):
		return graph.ActionReplace, true
	case slices.Contains(a, "forget"):
		return graph.ActionForget, false
	case a.Create():
		return graph.ActionCreate, false
	case a.Update():
		return graph.ActionUpdate, false
	case a.Delete():
		return graph.ActionDelete, false
	case a.Read():
		return graph.ActionRead, false
	}
	return graph.ActionNoOp, false
}
