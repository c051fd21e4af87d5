package cloudformation

import (
	"cmp"
	"maps"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// run is the evaluation of all stacks of one invocation.
type run struct {
	opts      Options
	functions map[string]function
	tokens    *token.Table
	stacks    []*stack
	gaps      []graph.Gap
	called    map[string]bool // custom resources whose call is known, by address
	told      map[graph.Gap]bool
	resources []graph.Resource
	ignores   []graph.Ignore
	ignored   int
	files     map[string]*template.Template // read already
	notes     []string
	labels    map[string]bool            // taken
	out       map[string]bool            // templates that cannot be read, by label
	spells    map[string]map[string]bool // partitions that templates spell out, by label
	work      int                        // values evaluated, against the bound
	turns     int                        // of loops, against the bound
	exported  []export
	named     map[string][]string // nodes of the chain, by name
}

// stack is one deployment of one template.
type stack struct {
	*template.Template
	label  string // what addresses begin with
	name   string // stack name, with tokens; empty: not known
	file   File   // for the templates that it names
	assets map[string]string
	depth  int // within how many stacks it is
	// doubt says why the stack may not be there at all, and settledBy what decides it.
	doubt, settledBy string
	condition        string          // of the stack around, if it holds and is open
	presence         graph.Presence  // on which conditions of those around it is there
	opened           map[string]bool // conditions that are open, and that something depends on
	parent           *stack
	// account, region and partition are strings with tokens.
	account, region, partition string
	given                      map[string]any // values of parameters, with tokens

	params     map[string]*template.Parameter
	byID       map[string]*template.Resource
	conditions map[string]*template.Node
	children   map[string]*stack // nested stacks, by logical id
	outputs    map[string]any    // evaluated; the mark evaluating while they are
	parsed     map[string]any    // values of parameters
	decided    map[string]decided
	compared   map[[2]*template.Node]comparison // what is the same under every scenario
	nested     map[string]bool                  // stacks and stack sets whose template is in the input
	absent     map[string]bool                  // resources whose condition does not hold, as far as asked
	paths      map[string]string                // CDK metadata paths, by logical id
}

// newStack makes a stack of a template.
func (r *run) newStack(t *template.Template, label string) *stack {
	s := &stack{
		Template: t, label: label, given: map[string]any{}, params: map[string]*template.Parameter{}, byID: map[string]*template.Resource{},
		conditions: map[string]*template.Node{}, children: map[string]*stack{}, outputs: map[string]any{}, parsed: map[string]any{}, paths: map[string]string{}, absent: map[string]bool{}, decided: map[string]decided{}, nested: map[string]bool{}, opened: map[string]bool{}, compared: map[[2]*template.Node]comparison{},
	}
	for i := range t.Parameters {
		s.params[t.Parameters[i].Name] = &t.Parameters[i]
	}
	if t.Conditions != nil {
		for _, m := range t.Conditions.Members {
			s.conditions[m.Key] = m.Value
		}
	}
	return s
}

// index files the resources of a stack, once macros are expanded.
func (s *stack) index() {
	clear(s.byID)
	for i := range s.Resources {
		res := &s.Resources[i]
		s.byID[res.ID] = res
		if path, ok := res.Body.At("Metadata", "aws:cdk:path").Scalar(); ok {
			s.paths[res.ID] = path
		}
	}
}

// address returns the address of a resource of the stack.
func (s *stack) address(id string) string { return s.label + "#" + id }

// symbol returns the token of something that only the deployment of this stack tells.
func (r *run) symbol(s *stack, name string) string {
	return r.tokens.Ref(graph.Ref{Address: s.address(name)})
}

// shared returns the token of something that is the same for all stacks.
func (r *run) shared(name string) string { return r.tokens.Ref(graph.Ref{Address: name}) }

// settle gives a stack its home: what is given, or else symbols.
func (r *run) settle(s *stack, account, region, partition string) {
	s.account, s.region, s.partition = account, region, partition
	if s.account == "" {
		s.account = r.shared("AWS::AccountId")
	}
	if s.region == "" {
		s.region = r.shared("AWS::Region")
	}
	if s.partition == "" {
		s.partition = partitionOf(region)
	}
	if s.partition == "" {
		s.partition = onlyOne(partitionsIn(s.Template))
	}
	if s.partition == "" {
		s.partition = r.spelt()
	}
	if s.partition == "" {
		s.partition = r.shared("AWS::Partition")
	}
}

// spelt returns the one partition that the run speaks of: those of its stacks, and of the ARNs that its templates spell out.
func (r *run) spelt() string {
	found := map[string]bool{}
	for i := range r.opts.Deployments {
		d := &r.opts.Deployments[i]
		if p := cmp.Or(d.Partition, partitionOf(cleaned(d.Region))); p != "" {
			found[p] = true
		}
		if r.spells[d.Label] == nil {
			r.spells[d.Label] = partitionsIn(r.files[d.Label])
		}
		maps.Copy(found, r.spells[d.Label])
	}
	return onlyOne(found)
}

func onlyOne(set map[string]bool) string {
	if len(set) != 1 {
		return ""
	}
	return sortedKeys(set)[0]
}

// placedBy says what input would tell the account and the region of a stack.
func (s *stack) placedBy() string {
	if token.Has(s.account) && s.parent != nil && s.account != s.parent.account {
		return "the accounts and regions of the instances of the stack set in " + s.parent.label
	}
	top := s
	for top.parent != nil {
		top = top.parent
	}
	name := "NAME"
	if top.name != "" && !token.Has(top.name) {
		name = top.name
	}
	out := "--stack " + name + "=" + top.file.Label
	if token.Has(s.account) {
		out += ",account=ID"
	}
	if token.Has(s.region) {
		out += ",region=REGION"
	}
	return out
}

// partitions are the partitions by the beginning of the names of their regions:
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
//
//nolint:gochecknoglobals // a table
var partitions = []struct{ region, partition, suffix string }{
	{"cn-", "aws-cn", "amazonaws.com.cn"},
	{"us-gov-", "aws-us-gov", "amazonaws.com"},
	{"us-iso-", "aws-iso", "c2s.ic.gov"},
	{"us-isob-", "aws-iso-b", "sc2s.sgov.gov"},
	{"us-isof-", "aws-iso-f", "csp.hci.ic.gov"},
	{"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"},
	{"eusc-", "aws-eusc", "amazonaws.eu"},
	{"", "aws", "amazonaws.com"},
}

func partitionOf(region string) string {
	if region == "" || token.Has(region) {
		return ""
	}
	for _, p := range partitions {
		if strings.HasPrefix(region, p.region) {
			return p.partition
		}
	}
	return ""
}

// partitionsIn returns the partitions of the ARNs that a template spells out. Where there is one only, it works in no other.
func partitionsIn(t *template.Template) map[string]bool {
	found := map[string]bool{}
	var walk func(n *template.Node)
	walk = func(n *template.Node) {
		if n == nil {
			return
		}
		if n.Kind == template.String {
			for rest := n.Text; ; {
				_, after, ok := strings.Cut(rest, "arn:")
				if !ok {
					break
				}
				partition, _, _ := strings.Cut(after, ":")
				if partition == "aws" || strings.HasPrefix(partition, "aws-") && len(partition) < 14 {
					found[partition] = true
				}
				rest = after
			}
		}
		for _, c := range n.Items {
			walk(c)
		}
		for _, m := range n.Members {
			walk(m.Value)
		}
	}
	for i := range t.Resources {
		walk(t.Resources[i].Properties)
	}
	return found
}

// gap notes what could not be read, once.
func (r *run) gap(what, where string, why graph.Reason, settledBy string) {
	g := graph.Gap{What: what, Where: where, Reason: why, SettledBy: settledBy}
	if r.told[g] {
		return
	}
	r.told[g] = true
	r.gaps = append(r.gaps, g)
}
