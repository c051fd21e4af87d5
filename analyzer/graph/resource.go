package graph

import (
	"iter"
	"maps"
	"slices"
)

// Attr is one normalised attribute of a resource: its value, and where it was declared.
// The value is a bool, an int64, a [Text], a [][Text], or a []Attrs (a list of blocks).
type Attr struct {
	Value  Value[any]
	Origin string // address of the declaration that set it; empty for the resource itself
	Pos    Pos    // where it was set, if the source has positions
	// Statements are, of a policy, where each of its statements stands: by its index in the document as it is parsed,
	// those that are not known counted. It is nil, or has zero places, where the source does not tell. A position is
	// never made up.
	Statements []Pos
	// HiddenConditions says of a policy that is not sensitive that values of its conditions are.
	HiddenConditions bool
	// Recovered says that a plan did not tell the value: it was worked out from the configuration.
	Recovered bool
	// Observed says that no declaration says it, or not all of it: it was seen in the account (see [Resource.Observed]).
	Observed bool
}

// Attrs are attributes by their normalised name (see [AttributesOf]). The map holds what a source says;
// what AWS applies to attributes that nobody set is read through the methods, from one table for all
// nodes of a kind, so that a node costs no more than what is written of it.
type Attrs map[string]Attr

// keyDefaults is the entry of the attributes of a linked node under which the defaults of its kind are
// found. No attribute has the name.
const keyDefaults = ""

// defaults are the attributes that nobody set, by name. They are shared, and never written to.
type defaults map[string]unset

// unset is an attribute that nobody set: its value, and the one it has where a flag of the resource is on.
type unset struct {
	plain Attr
	flag  string
	then  Attr
}

// Set stores a value under a name.
func (a Attrs) Set(name string, v Value[any]) { a[name] = Attr{Value: v} }

// Get returns an attribute: as it was set, or its default or absence where nobody set it. It returns
// false for attributes that are neither.
func (a Attrs) Get(name string) (Attr, bool) {
	attr, set := a[name]
	if name == keyDefaults || set && !attr.Value.IsDefault() {
		return attr, set && name != keyDefaults
	}
	u, told := a.defaults()[name]
	switch {
	case set && (!told || u.flag == ""):
		return attr, true
	case !told || u.flag == "":
		return u.plain, told
	}
	if !set {
		attr = u.plain
	}
	flag := a.Bool(u.flag)
	switch on, known := flag.Get(); {
	case known && on:
		attr.Value = u.then.Value
	case flag.State() == Unknown:
		attr.Value = UnknownOf[any](flag.Reason())
	}
	if flag.Sensitive() {
		attr.Value = attr.Value.Hide()
	}
	return attr, true
}

// All yields every attribute by name, in order of name, those that nobody set included.
func (a Attrs) All() iter.Seq2[string, Attr] {
	return func(yield func(string, Attr) bool) {
		names := slices.AppendSeq(make([]string, 0, len(a)+len(a.defaults())), maps.Keys(a))
		for name := range a.defaults() {
			if _, set := a[name]; !set {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			if name == keyDefaults {
				continue
			}
			if attr, ok := a.Get(name); ok && !yield(name, attr) {
				return
			}
		}
	}
}

func (a Attrs) defaults() defaults {
	v, _ := a[keyDefaults].Value.Get()
	d, _ := v.(defaults)
	return d
}

// Bool returns an attribute as a bool.
func (a Attrs) Bool(name string) Value[bool] { return attrAs[bool](a, name) }

// Int returns an attribute as a whole number, in the unit its row in the attribute table gives.
func (a Attrs) Int(name string) Value[int64] { return attrAs[int64](a, name) }

// Text returns an attribute as a text.
func (a Attrs) Text(name string) Value[Text] { return attrAs[Text](a, name) }

// Texts returns an attribute as a list of texts.
func (a Attrs) Texts(name string) Value[[]Text] { return attrAs[[]Text](a, name) }

// Blocks returns an attribute as a list of blocks.
func (a Attrs) Blocks(name string) Value[[]Attrs] { return attrAs[[]Attrs](a, name) }

// Clone returns a copy whose attributes may be replaced.
func (a Attrs) Clone() Attrs { return maps.Clone(a) }

func attrAs[T any](a Attrs, name string) Value[T] {
	attr, ok := a.Get(name)
	if !ok {
		return UnknownOf[T](ReasonNotInInput)
	}
	return convert(attr.Value, func(v any) (T, bool) {
		t, ok := v.(T)
		return t, ok
	})
}

// Resource is one declaration of a source: a node, a connector between nodes, or a fragment that sets
// attributes of a node declared elsewhere (aws_s3_bucket_versioning of a bucket).
type Resource struct {
	Kind    Kind
	Type    string // as the source calls it: aws_sqs_queue, AWS::SQS::Queue
	Address string // unique within its Scope: Terraform address, template#LogicalId
	Scope   string // the input whose addresses and references it shares; empty when there is one input only
	// Provider is the provider configuration or stack the resource belongs to. Names that are unique per
	// account and region are joined within one provider before they are joined across.
	Provider string
	Pos      Pos
	Title    string // what people call it where it has no name: a CDK path; empty: nothing

	Name      Value[Text]
	ARN       Value[Text]
	Partition Value[string]
	Account   Value[string] // twelve digits
	Region    Value[string]
	Symbols   Symbols
	Attrs     Attrs
	// Doubt says why the resource may not be there at all, or several times; empty where it is there for certain.
	// SettledBy is the input that would decide it, or which of its Scenarios it is.
	Doubt, SettledBy string
	// Presence tells on which conditions the resource is there, where Doubt is of conditions that are in the [Worlds] of
	// the inventory; nil: it does not.
	Presence Presence

	// Scenarios are what the resource may be, where something that the input does not decide makes a difference: what
	// differs between them is unknown in Attrs. Each edge is drawn of all in which it is there. Empty: there is one.
	Scenarios []Scenario

	// Of names the node this is a fragment or another name of. It is unknown-zero for nodes and connectors.
	Of       Value[Text]
	Fragment bool
	// Removed marks a fragment that a plan takes away: what it set is no longer set, whatever the node itself
	// still says in line, which providers fill with a mirror of the fragment.
	Removed bool
	// Lookup marks a data source: it refers to a resource that is declared elsewhere, or nowhere in the input.
	Lookup bool
	// Observed marks what was seen in an account or an organization, and is context to what the inputs declare. It becomes
	// part of the node of the declaration that has the same ARN, or whose name and kind it has and whose account is not
	// known; what the declaration says counts. Where none declares it, it is a node as any other. Its ARN is a literal.
	Observed bool
}

// Scenario is one of several things that a resource may be: what its attributes are where conditions are as it says.
type Scenario struct {
	Conditions map[string]bool // those that were asked for, by name
	When       map[string]bool // those of them that are in the Worlds of the inventory, as these call them
	Attrs      Attrs
}

// Symbols stand for the partition, account and region of a resource where these are not known, but are known to be
// those of others of the input: AWS::AccountId, or the account of one provider configuration. ARNs are made with them.
type Symbols struct {
	Partition, Account, Region Text
	// SettledBy is the input that would tell the account and the region, for a source that does not hold what it does
	// not know to be the same; empty: it does, within one input.
	SettledBy string
}

// or returns what is known, or else the symbol.
func (Symbols) or(known Value[string], symbol Text) (Text, bool) {
	if s, ok := known.Get(); ok {
		return Literal(s), true
	}
	return symbol, !symbol.IsEmpty()
}

// Gap is something a source met and could not read, for the coverage of the report.
type Gap struct {
	What      string // for people: "policy of aws_s3_bucket_policy.logs"
	Where     string // address or position
	Reason    Reason
	SettledBy string // what input would settle it
}

// Inventory is what a source declares: resources, unordered, and what it could not read.
type Inventory struct {
	Resources []Resource
	Gaps      []Gap
	Ignores   []Ignore
	// SettledBy is the input that would settle what the declarations leave open; empty: [SettledBySource].
	SettledBy string
	// Worlds are what conditions may be that the input does not decide.
	Worlds []Worlds
}

// SettledBySource is what settles what a plan or a state alone leaves open.
const SettledBySource = "the configuration's source, the plan file, or the state after apply"

// Merge returns the declarations of all inventories. Addresses are kept apart by [Resource.Scope].
func Merge(all ...Inventory) Inventory {
	var out Inventory
	declared := false
	for _, inv := range all {
		if !inv.observed() { // what declarations leave open, no context settles
			if !declared {
				out.SettledBy = inv.SettledBy
			} else if out.SettledBy != inv.SettledBy {
				out.SettledBy = ""
			}
			declared = true
		}
		out.Resources = append(out.Resources, inv.Resources...)
		out.Gaps = append(out.Gaps, inv.Gaps...)
		out.Ignores = append(out.Ignores, inv.Ignores...)
		out.Worlds = append(out.Worlds, inv.Worlds...)
	}
	return out
}

// observed says that an inventory is context to others alone.
func (inv Inventory) observed() bool {
	return len(inv.Resources) > 0 && !slices.ContainsFunc(inv.Resources, func(r Resource) bool { return !r.Observed })
}
