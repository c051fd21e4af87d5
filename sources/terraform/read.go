package terraform

import (
	"io"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// Options say what the input is called and fill in what it does not tell.
type Options struct {
	// Name is what messages call the input: a path, or "standard input".
	Name string
	// Scope keeps the addresses of this input apart from those of others; empty when it is the only one.
	Scope string
	// Account, Region and Partition are those of providers of which the input does not tell them.
	Account, Region, Partition string
	// Configuration is the one that a plan is of, to tell what the plan does not; nil where it is not at hand.
	Configuration *config.Configuration
	// Workspace is the one that the plan was made in; empty where it is not known.
	Workspace string
	// IfSame uses the configuration only where it declares the same as that of the plan. A configuration that is
	// not used for this reason is not spoken of.
	IfSame bool
}

// Info is what an input says of itself.
type Info struct {
	Kind    string // "terraform plan", "terraform state", "terraform.tfstate"
	Version string // of the Terraform or OpenTofu that wrote it; empty when it does not say
	// Notes are for people: what is unusual about the input, each a sentence without a full stop.
	Notes []string
	// Ignored counts the resource instances whose type is in none of the tables.
	Ignored int
}

// The kinds of [Info].
const (
	KindPlan     = "terraform plan"
	KindState    = "terraform state"
	KindRawState = "terraform.tfstate"
)

// Plan is what a plan declares: the resources as they are before it and as they will be after it.
type Plan struct {
	Info
	Before, After graph.Inventory
	// Recorded is what the state recorded, where something was changed outside of Terraform since; nil where
	// nothing of the tables' types was. Before is what was found.
	Recorded *graph.Inventory
	Changes  []graph.Change // of resources of the tables' types, by address
	// Filled says that the configuration was used.
	Filled bool
}

// State is what a state declares.
type State struct {
	Info
	Inventory graph.Inventory
}

// InputError says that an input is not what was expected. Its text names what was given, what is expected
// and the command that makes it, and quotes nothing of the input.
type InputError struct {
	Name  string // of the input
	Given string // what it is
	Hint  string // what is expected, and how to make it
}

// Error spells the error in one line.
func (e *InputError) Error() string { return e.Name + " " + e.Given + "; " + e.Hint }

// ReadPlan reads `terraform show -json PLAN`. The document is walked as a stream. It returns an
// [*InputError] for anything that is not such a document, and the reader's error when reading fails.
func ReadPlan(r io.Reader, o Options) (*Plan, error) {
	d, err := read(r, o, hintPlan)
	if err != nil {
		return nil, err
	}
	if d.kind() != KindPlan {
		return nil, &InputError{Name: o.Name, Given: "is a " + nameOf(d.kind()) + ", not a plan", Hint: "read it with trailguard state; " + hintPlan}
	}
	return d.plan()
}

// ReadState reads `terraform show -json` of a state, or a raw terraform.tfstate of version 4; it tells them
// apart by itself. Errors are those of [ReadPlan].
func ReadState(r io.Reader, o Options) (*State, error) {
	d, err := read(r, o, hintState)
	if err != nil {
		return nil, err
	}
	if d.kind() == KindPlan {
		return nil, &InputError{Name: o.Name, Given: "is a plan, not a state", Hint: "read it with trailguard plan; " + hintState}
	}
	return d.state()
}

// Read reads a plan or a state, whichever it is; the other result is nil. Errors are those of [ReadPlan].
func Read(r io.Reader, o Options) (*Plan, *State, error) {
	d, err := read(r, o, hintAny)
	if err != nil {
		return nil, nil, err
	}
	if d.kind() == KindPlan {
		p, err := d.plan()
		return p, nil, err
	}
	s, err := d.state()
	return nil, s, err
}

func nameOf(kind string) string {
	if kind == KindRawState {
		return "raw state (terraform.tfstate)"
	}
	return "state"
}
