package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// maxDepth bounds how far references are followed through modules, outputs and documents.
const maxDepth = 64

// module is the configuration of one module, as the plan gives it: expressions are reduced to what they
// refer to.
type module struct {
	resources map[string]*tfjson.ConfigResource // by local address
	outputs   map[string]*tfjson.Expression
	calls     map[string]*call
	defaults  map[string]string // of variables, where they are strings
	sensitive []string          // names of variables
}

type call struct {
	expressions map[string]*tfjson.Expression
	forEach     *tfjson.Expression
	module      *module
}

// scope is a module instance: where references are looked up.
type scope struct {
	module *module
	path   string // address of the instance, empty for the root
	parent *scope
	call   *call
	name   string // of the call, without its key
}

// resolver follows references through the configuration of a plan.
type resolver struct {
	root *module
	// instances are the addresses of the resource instances of the graph, by module instance and local address.
	instances map[string][]string
	// byModule are the instances of each module call: "module.a" of a parent path -> paths.
	byModule map[string][]string
	scopes   map[string]*scope
	memo     map[string]found
}

// found is what an expression refers to, once followed to resources and symbols.
type found struct {
	refs  []graph.Ref
	oneOf bool // exactly one of refs is the value's, but which is not known
	// indexed says that count.index, each.key or each.value has a part in it: an instance that is chosen by
	// one cannot be told from another.
	indexed bool
	// many says that there are more candidates than are worth naming, and that refs does not have them.
	many bool
}

// maxInstances is how many instances of a resource or a module a reference without a key may be of before
// they are no longer named: a set of hundreds tells a reader nothing, and hundreds of such sets take long.
const maxInstances = 64

func (f *found) add(g found) {
	for _, r := range g.refs {
		if !slices.Contains(f.refs, r) {
			f.refs = append(f.refs, r)
		}
	}
	f.oneOf = f.oneOf || g.oneOf
	f.indexed = f.indexed || g.indexed
	f.many = f.many || g.many
}

func newResolver(root *module) *resolver {
	return &resolver{root: root, instances: map[string][]string{}, byModule: map[string][]string{}, scopes: map[string]*scope{}, memo: map[string]found{}}
}

// know files a resource instance under its configuration address, and its module instances under theirs.
func (r *resolver) know(a address) {
	mod := a.module()
	key := within(mod, a.local())
	full := key + a.key
	r.instances[key] = insert(r.instances[key], full)
	parent := ""
	for _, m := range a.modules {
		call := within(parent, "module."+m.name)
		path := call + m.key
		r.byModule[call] = insert(r.byModule[call], path)
		parent = path
	}
}

// insert adds a string to a sorted list that does not have it: the order of an input must be seen nowhere.
func insert(list []string, s string) []string {
	i, has := slices.BinarySearch(list, s)
	if has {
		return list
	}
	return slices.Insert(list, i, s)
}

// scopeOf returns the scope of a module instance, or nil when the configuration does not have it.
func (r *resolver) scopeOf(steps []step) *scope {
	if r.root == nil {
		return nil
	}
	s := &scope{module: r.root}
	for _, st := range steps {
		path := within(s.path, "module."+st.name) + st.key
		if known := r.scopes[path]; known != nil {
			s = known
			continue
		}
		c := s.module.calls[st.name]
		if c == nil || c.module == nil {
			return nil
		}
		next := &scope{module: c.module, path: path, parent: s, call: c, name: st.name}
		r.scopes[path] = next
		s = next
	}
	return s
}

// references follows everything that expressions of a resource refer to.
func (r *resolver) references(exprs []*tfjson.Expression, s *scope, forEach *tfjson.Expression, depth int) found {
	var out found
	for _, e := range exprs {
		if e == nil || e.ExpressionData == nil {
			continue
		}
		for _, ref := range specific(e.References) {
			out.add(r.follow(ref, s, forEach, depth))
		}
		for _, b := range e.NestedBlocks {
			for _, name := range sortedNames(b) {
				out.add(r.references([]*tfjson.Expression{b[name]}, s, forEach, depth))
			}
		}
	}
	if len(exprs) > 1 && len(out.refs) > 1 {
		out.oneOf = true
	}
	return out
}

func sortedNames(b map[string]*tfjson.Expression) []string {
	names := make([]string, 0, len(b))
	for n := range b {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// specific drops the references that are only prefixes of another: Terraform lists every one.
func specific(refs []string) []string {
	var out []string
	for i, ref := range refs {
		prefix := false
		for j := i - 1; j >= 0 && !prefix; j-- {
			rest, ok := strings.CutPrefix(refs[j], ref)
			prefix = ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
		}
		if !prefix && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// follow resolves one reference within a scope.
func (r *resolver) follow(ref string, s *scope, forEach *tfjson.Expression, depth int) found {
	if depth > maxDepth || s == nil {
		return found{}
	}
	steps, ok := parseTraversal(ref)
	if !ok {
		return found{}
	}
	switch head := steps[0]; head.name {
	case "path", "terraform", "self":
		return found{}
	case "count":
		return found{indexed: true}
	case "each":
		if len(steps) < 2 || steps[1].name != "value" || forEach == nil {
			return found{indexed: true}
		}
		out := r.references([]*tfjson.Expression{forEach}, s, nil, depth+1)
		out.oneOf, out.indexed = out.oneOf || len(out.refs) > 1, true
		return out
	case "var":
		return r.variable(steps, s, depth)
	case "local":
		return found{refs: []graph.Ref{{Address: within(s.path, ref)}}}
	case "module":
		return r.moduleOutput(steps, s, depth)
	case "data":
		if len(steps) < 3 {
			return found{}
		}
		return r.resource("data."+steps[1].name+"."+steps[2].name, steps[2].key, steps[3:], s)
	}
	if len(steps) < 2 {
		return found{}
	}
	return r.resource(steps[0].name+"."+steps[1].name, steps[1].key, steps[2:], s)
}

// variable follows an input variable to the argument of the module call that sets it.
func (r *resolver) variable(steps []step, s *scope, depth int) found {
	if len(steps) < 2 {
		return found{}
	}
	if s.parent == nil {
		return found{refs: []graph.Ref{{Address: "var." + steps[1].name}}}
	}
	memoKey := s.path + "\x00var." + steps[1].name
	if f, ok := r.memo[memoKey]; ok {
		return f
	}
	r.memo[memoKey] = found{} // a cycle ends here
	e := s.call.expressions[steps[1].name]
	f := r.references([]*tfjson.Expression{e}, s.parent, s.call.forEach, depth+1)
	if e != nil && e.ExpressionData != nil && len(f.refs) == 0 && !f.many && len(e.References) > 0 {
		f.refs = []graph.Ref{{Address: within(s.path, "var."+steps[1].name)}}
	}
	r.memo[memoKey] = f
	return f
}

// moduleOutput follows an output of a module call into every instance of the module that it may be of.
func (r *resolver) moduleOutput(steps []step, s *scope, depth int) found {
	if len(steps) < 2 {
		return found{}
	}
	callAddr := within(s.path, "module."+steps[1].name)
	paths := r.byModule[callAddr]
	if key := steps[1].key; key != "" && !strings.Contains(key, "*") {
		paths = []string{callAddr + key}
	}
	switch {
	case len(paths) == 0:
		paths = []string{callAddr}
	case len(paths) > maxInstances:
		return found{oneOf: true, many: true}
	}
	var out found
	for _, path := range paths {
		parsed, ok := parseTraversal(path)
		if !ok {
			continue
		}
		child := r.scopeOf(moduleSteps(parsed))
		if child == nil {
			continue
		}
		names := []string{}
		if len(steps) > 2 {
			names = append(names, steps[2].name)
		} else {
			for n := range child.module.outputs {
				names = append(names, n)
			}
			slices.Sort(names)
		}
		for _, name := range names {
			memoKey := path + "\x00output." + name
			f, known := r.memo[memoKey]
			if !known {
				r.memo[memoKey] = found{}
				f = r.references([]*tfjson.Expression{child.module.outputs[name]}, child, nil, depth+1)
				r.memo[memoKey] = f
			}
			out.add(f)
		}
		if len(steps) <= 2 && len(out.refs) > 1 {
			out.oneOf = true
		}
	}
	if len(paths) > 1 {
		out.oneOf = true
	}
	return out
}

// moduleSteps turns module.a[..].module.b into the steps a[..], b.
func moduleSteps(steps []step) []step {
	var out []step
	for i := 1; i < len(steps); i += 2 {
		out = append(out, steps[i])
	}
	return out
}

// resource resolves a reference to a resource: to the instance its key names, or, without a key, to
// every instance there is.
func (r *resolver) resource(local, key string, rest []step, s *scope) found {
	attr := ""
	if len(rest) > 0 {
		attr = rest[0].name
	}
	base := within(s.path, local)
	instances := r.instances[base]
	if key != "" && !strings.Contains(key, "*") {
		if _, has := slices.BinarySearch(instances, base+key); has {
			return found{refs: []graph.Ref{{Address: base + key, Attr: attr}}}
		}
		if len(instances) > 0 || hasRow(local) {
			return found{}
		}
		return found{refs: []graph.Ref{{Address: base + key, Attr: attr}}}
	}
	if len(instances) == 0 {
		if hasRow(local) {
			return found{} // count is 0: nothing there
		}
		return found{refs: []graph.Ref{{Address: base, Attr: attr}}}
	}
	if len(instances) > maxInstances {
		return found{oneOf: true, many: true}
	}
	out := found{oneOf: len(instances) > 1}
	for _, addr := range instances {
		out.refs = append(out.refs, graph.Ref{Address: addr, Attr: attr})
	}
	return out
}

// hasRow says that the type of a local address is in the tables, so that its instances are all known.
func hasRow(local string) bool {
	typ, _, _ := strings.Cut(local, ".")
	if rest, ok := strings.CutPrefix(local, "data."); ok {
		typ, _, _ = strings.Cut(rest, ".")
		typ = "data." + typ
	}
	return rows()[typ] != nil || typ == "data.aws_iam_policy_document"
}
