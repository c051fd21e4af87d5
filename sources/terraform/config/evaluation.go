package config

import (
	"cmp"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform/funcs"
	"github.com/trailguard/trailguard/sources/token"
)

// Inputs are what a configuration does not say itself.
type Inputs struct {
	// Values are those of root variables that are known, such as from a plan.
	Values map[string]cty.Value
	// Given are values of root variables as users write them; of one name, the last counts.
	Given []Given
	// Account, Region and Partition are those of provider configurations that do not tell them.
	Account, Region, Partition string
	// PartitionOf returns the partition of a region; empty for a region that is not known.
	PartitionOf func(region string) string
	// Workspace is the name of the workspace; empty where it is not known.
	Workspace string
	// Known returns what is known of an argument or attribute of a resource instance, such as from a plan.
	Known func(address, name string) (cty.Value, bool)
	// Keys returns the instance keys, spelt as in addresses, of a resource or module call whose count or for_each
	// is not known, such as from a plan. address has no key at its end.
	Keys func(address string) []string
	// Wanted says which resources are worked out; nil: all. What they refer to is in any case.
	Wanted func(data bool, typ string) bool
	// Steps bounds the evaluation; 0 is the default, which takes some seconds.
	Steps int
}

// evaluation is the state of working out one configuration.
type evaluation struct {
	in         Inputs
	tree       *Tree
	tokens     *token.Table
	functions  *hcl.EvalContext
	evaluators map[string]evaluator
	root       *moduleInstance
	homes      map[string]*Home
	left       int // steps
	depth      int
	instances  int
	gaps       []graph.Gap
	problems   map[string]bool
	invalid    map[string]bool // where Terraform finds an error as well
	secrets    []string
	refused    []error                  // why files were not read, of the function that is being called
	sources    func() map[string][]byte // bytes of the configuration files, by what positions call them
	templates  map[string][]byte        // and of the template files that policies are traced to
}

// Result is what a configuration declares.
type Result struct {
	Instances []*Instance // in the order of their addresses
	Homes     map[string]*Home
	Tokens    *token.Table
	Gaps      []graph.Gap
	Modules   []*Loaded
	// Secrets are the strings of sensitive variables. What a provider makes of them is not marked.
	Secrets []string
}

// Loaded is a module of the configuration, with the calls that load it.
type Loaded struct {
	Module *Module
	// Calls are the addresses of the calls, without instance keys; the root's is empty.
	Calls []string
}

// Evaluate works out every resource instance of a loaded configuration. It returns an [*Error] where a bound is
// exceeded; what else cannot be evaluated is unknown in the result.
func Evaluate(c *Configuration, in Inputs) (res *Result, err error) {
	ev := &evaluation{in: in, tree: c.tree, tokens: token.New(), evaluators: evaluators(), homes: map[string]*Home{}, problems: map[string]bool{}, invalid: map[string]bool{}}
	ev.left = cmp.Or(in.Steps, maxSteps)
	ev.sources, ev.templates = sync.OnceValue(c.sources), map[string][]byte{}
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exceeded)
			if !ok {
				panic(p) //nolint:forbidigo // it is somebody else's
			}
			res, err = nil, &Error{c.tree.label(c.tree.Dir), e.what}
		}
	}()
	var files fs.FS
	dir := c.tree.Dir
	if !c.tree.Packed { // a plan file has no other files than those of the configuration
		files = guarded{c.tree.Files}
	}
	ev.functions = &hcl.EvalContext{Functions: funcs.Table(funcs.Env{
		Files: files, Dir: dir, Base: base, Tokens: ev.tokens,
		Refused: func(why error) { ev.refused = append(ev.refused, why) },
		Parse: func(src []byte, filename string) (hcl.Expression, hcl.Diagnostics) {
			if err := checkDepth(src, filename, false); err != nil {
				return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The template is nested too deeply"}}
			}
			e, diags := hclsyntax.ParseTemplate(token.Clean(src), filename, hcl.InitialPos)
			if diags.HasErrors() {
				return nil, diags
			}
			return rewrite(e), diags
		},
	})}
	ev.root = newModuleInstance(ev, c.Root, nil, nil, "", repetition{})
	ev.findHomes(ev.root)
	res = &Result{Homes: ev.homes, Tokens: ev.tokens, Modules: c.modules()}
	ev.collect(ev.root, &res.Instances)
	slices.SortStableFunc(res.Instances, func(a, b *Instance) int { return cmp.Compare(a.Address, b.Address) })
	for _, in := range res.Instances {
		in.work()
	}
	slices.SortFunc(ev.gaps, func(a, b graph.Gap) int { return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.What, b.What)) })
	res.Gaps, res.Secrets = slices.Compact(ev.gaps), ev.secrets
	ev.left = maxTraced // what follows is of use, but nothing that a result may fail for
	return res, nil
}

// base stands for the top of the tree in absolute paths.
const base = "/configuration"

// collect works out the resources of a module instance and of those below.
func (ev *evaluation) collect(m *moduleInstance, out *[]*Instance) {
	for _, local := range sortedKeys(m.module.Resources) {
		r := m.module.Resources[local]
		if ev.in.Wanted != nil && !ev.in.Wanted(r.Data, r.Type) {
			continue
		}
		*out = append(*out, m.resourceSet(local).order...)
	}
	for _, name := range sortedKeys(m.module.Calls) {
		set := m.callSet(name)
		for _, child := range set.order {
			if child.module != nil {
				ev.collect(child, out)
			}
		}
	}
}

// problem notes that an argument cannot be evaluated.
func (ev *evaluation) problem(a *Attribute, err error) {
	where := place(a.Range)
	if ev.problems[where] {
		return
	}
	ev.problems[where] = true
	what := err.Error()
	if e, ok := err.(*Error); ok { //nolint:errorlint // it is made right here
		what = e.What
	}
	settledBy := "the plan, or the state after apply"
	if isInvalid(what) {
		ev.invalid[where], settledBy = true, acceptable
	}
	ev.gap("expression: "+what, where, graph.ReasonUnsupported, settledBy)
}

// acceptable settles what no plan can tell, because there is none of such a configuration.
const acceptable = "a configuration that Terraform accepts"

// isInvalid says that an error is Terraform's too, whatever comes to be known.
func isInvalid(what string) bool {
	return strings.HasPrefix(what, "reference to undeclared ") || strings.HasPrefix(what, "reference to ") && strings.HasSuffix(what, " in invalid context") ||
		what == "duplicate object key"
}

// unread notes that a function did not read a file. Its name may be a secret; the place of the call is none.
func (ev *evaluation) unread(function string, at hcl.Range) {
	why := ev.refused
	ev.refused = nil
	if where := place(at); len(why) > 0 && !ev.problems[where] {
		ev.problems[where] = true
		ev.gap("expression: a file that "+function+" names is not read: "+reason(why[0]), where, graph.ReasonUnsupported, "the plan, or the state after apply")
	}
}

func (ev *evaluation) gap(what, where string, why graph.Reason, settledBy string) {
	ev.gaps = append(ev.gaps, graph.Gap{What: what, Where: where, Reason: why, SettledBy: settledBy})
}

// workspace returns terraform as an object.
func (ev *evaluation) workspace() cty.Value {
	name := ev.in.Workspace
	if name == "" {
		name = ev.tokens.Ref(graph.Ref{Address: "terraform.workspace"})
	}
	return cty.ObjectVal(map[string]cty.Value{"workspace": cty.StringVal(name), "applying": cty.False})
}

// within qualifies a local address by that of a module instance.
func within(module, local string) string {
	if module == "" {
		return local
	}
	return module + "." + local
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// spellKey spells an instance key as addresses do.
func spellKey(key cty.Value) string {
	key, _ = key.Unmark()
	if key.IsNull() || !key.IsKnown() {
		return "[?]"
	}
	switch key.Type() {
	case cty.String:
		return "[" + QuoteKey(key.AsString()) + "]"
	case cty.Number:
		f := key.AsBigFloat()
		if i, acc := f.Int64(); acc == 0 {
			return "[" + strconv.FormatInt(i, 10) + "]"
		}
		return "[" + strings.TrimRight(f.Text('f', 10), "0") + "]"
	}
	return "[?]"
}

// keepSecrets notes the strings of a sensitive variable.
func (ev *evaluation) keepSecrets(v cty.Value) {
	for _, s := range token.Strings(v) {
		if !token.Has(s) {
			ev.secrets = append(ev.secrets, s)
		}
	}
}
