package organization

import (
	"cmp"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/awscli"
)

// The reasons of gaps.
const (
	reasonUntold    graph.Reason = "neither the file's name nor what is in it tells"
	reasonTruncated graph.Reason = "the output is cut short"
	reasonElsewhere graph.Reason = "it is read by itself"
	reasonOther     graph.Reason = "it is none of the outputs that are read"
)

// target is a root, a unit or an account.
type target struct {
	arn, name string
	parents   []string
	listed    map[string]bool // types of policies that are all known
}

// policy is a service or resource control policy.
type policy struct {
	arn, name, typ string
	content        graph.Value[any]
	targets        bool // all that it is attached to are known
}

// tree is what is known of the organization, put together from all files.
type tree struct {
	pages []page
	found bool // there is an output among them
	gaps  []graph.Gap

	partition, management, id string // as ARNs spell them
	org                       *org
	targets                   map[string]*target
	policies                  map[string]*policy
	others                    map[string]bool    // policies of other types
	attached                  map[[2]string]bool // policy and target
	enabled                   map[string]bool    // types of policies; nil: no list of roots tells
	whole                     map[string]bool    // types of which all policies are known
}

func newTree() *tree {
	return &tree{targets: map[string]*target{}, policies: map[string]*policy{}, others: map[string]bool{}, attached: map[[2]string]bool{}, whole: map[string]bool{}}
}

func (t *tree) gap(what, where string, why graph.Reason, settledBy string) {
	t.gaps = append(t.gaps, graph.Gap{What: what, Where: where, Reason: why, SettledBy: settledBy})
}

// inventory puts the answers together: first what there is, since the names of files are read by what is known, then
// what is under what and attached to what.
func (t *tree) inventory() graph.Inventory {
	for _, p := range t.pages {
		t.members(p)
	}
	for _, p := range t.pages {
		t.relations(p)
	}
	for _, p := range t.pages {
		t.document(p)
	}
	for id, p := range t.policies { // what everybody has needs no file
		if k, ok := known[id]; ok {
			p.name, p.typ = cmp.Or(p.name, k.name), cmp.Or(p.typ, k.typ)
			if p.content.State() != graph.Known {
				p.content = graph.KnownOf[any](graph.Literal(k.content))
			}
		}
	}
	return t.declare()
}

// read decodes a part of an answer.
func read[T any](t *tree, p page, key string) (out T, ok bool) {
	raw, ok := p.keys[key]
	if !ok {
		return out, false
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.gap(key+" in "+p.file, p.file, graph.ReasonMalformed, "the output as aws organizations prints it")
		delete(p.keys, key)
		return out, false
	}
	return out, true
}

// members files what an answer tells of, and says of answers that are none of ours what they are.
func (t *tree) members(p page) {
	switch {
	case p.keys["UserDetailList"] != nil, p.keys["RoleDetailList"] != nil:
		t.gap("the authorization dump "+p.file, p.file, reasonElsewhere, "the file as an input of its own")
		clear(p.keys)
		return
	case len(p.keys) == 0, len(p.keys) == 1 && p.keys["Version"] != nil:
		t.gap("the file "+p.file, p.file, reasonOther, "the outputs that docs/context.md names")
		return
	}
	if o, ok := read[*org](t, p, "Organization"); ok && o != nil && t.own(o.Arn) {
		t.found = true
		if t.org == nil {
			t.org = o
		}
	}
	for _, key := range []string{"Roots", "OrganizationalUnits", "Accounts", "Children", "Parents", "Targets"} {
		list, _ := read[[]member](t, p, key)
		for _, m := range list {
			t.member(m)
		}
	}
	for _, key := range []string{"OrganizationalUnit", "Account"} {
		if m, ok := read[member](t, p, key); ok {
			t.member(m)
		}
	}
	list, _ := read[[]summary](t, p, "Policies")
	for _, s := range list {
		t.policy(s)
	}
	if d, ok := read[described](t, p, "Policy"); ok {
		if known := t.policy(d.PolicySummary); known != nil && known.content.State() != graph.Known {
			known.content = awscli.Policy(d.Content)
		}
	}
}

// own reads an ARN of the organization, and says whether it is one.
func (t *tree) own(arn string) bool {
	a, ok := graph.ParseARN(arn)
	if !ok || a.Service != "organizations" {
		return false
	}
	if fields := strings.Split(a.Resource, "/"); t.id == "" && len(fields) > 1 && graph.IsAccountID(a.Account) {
		t.partition, t.management, t.id = a.Partition, a.Account, fields[1]
	}
	return true
}

// target returns the root, unit or account with an identifier.
func (t *tree) target(id string) *target {
	if t.targets[id] == nil {
		t.targets[id] = &target{listed: map[string]bool{}}
	}
	return t.targets[id]
}

// member files a root, unit or account.
func (t *tree) member(m member) {
	id := cmp.Or(m.Id, m.TargetId)
	if !targetID.MatchString(id) || m.Arn != "" && !(t.own(m.Arn) && strings.HasSuffix(m.Arn, "/"+id)) {
		return // of something else: other services have lists of accounts and targets as well
	}
	t.found = true
	known := t.target(id)
	known.arn, known.name = cmp.Or(known.arn, m.Arn), cmp.Or(known.name, m.Name)
	if m.PolicyTypes != nil {
		if t.enabled == nil {
			t.enabled = map[string]bool{}
		}
		for _, p := range *m.PolicyTypes {
			t.enabled[p.Type] = true // or about to be
		}
	}
	for _, way := range append(m.Paths, m.Path) {
		t.path(id, way)
	}
}

// path reads the path of a unit or an account: organization/root/unit/unit/, with the account or without.
func (t *tree) path(id, way string) {
	above := ""
	for _, next := range append(strings.Split(way, "/"), id) {
		if !targetID.MatchString(next) || next == above {
			continue
		}
		if above != "" {
			t.under(next, above)
		}
		above = next
	}
}

// under files what a unit or an account is under.
func (t *tree) under(id, parent string) {
	t.target(parent)
	if known := t.target(id); !slices.Contains(known.parents, parent) && id != parent {
		known.parents = append(known.parents, parent)
	}
}

// policy files a policy, and returns it where it is one that IAM evaluates.
func (t *tree) policy(s summary) *policy {
	if !policyID.MatchString(s.Id) || s.Arn != "" && !t.own(s.Arn) {
		return nil
	}
	t.found = true
	if t.others[s.Id] || s.Type != "" && s.Type != typeSCP && s.Type != typeRCP {
		t.others[s.Id] = true
		delete(t.policies, s.Id)
		return nil
	}
	if t.policies[s.Id] == nil {
		t.policies[s.Id] = &policy{}
	}
	known := t.policies[s.Id]
	known.arn, known.name, known.typ = cmp.Or(known.arn, s.Arn), cmp.Or(known.name, s.Name), cmp.Or(known.typ, s.Type)
	return known
}

// isTarget and isPolicy say that another file tells of an identifier.
func (t *tree) isTarget(id string) bool { return t.targets[id] != nil }
func (t *tree) isPolicy(id string) bool { return t.policies[id] != nil }

// last says that an answer is the last one in its file.
func (t *tree) last(p page) bool {
	return !slices.ContainsFunc(t.pages, func(q page) bool { return q.file == p.file && q.in > p.in })
}

// parentID is an identifier of what has children, and childID one of what has a parent.
var (
	parentID = regexp.MustCompile(`^(?:r|ou)-`)
	childID  = regexp.MustCompile(`^(?:ou-|[0-9]{12}$)`)
)

// of returns the identifier of what an answer is of, as the name of its file tells it.
func (t *tree) of(p page, kind *regexp.Regexp) (string, bool) {
	return idIn(p.file, func(id string) bool { return targetID.MatchString(id) && kind.MatchString(id) }, t.isTarget)
}

// relations files what an answer tells of what is under what, and what is attached to what.
func (t *tree) relations(p page) {
	if p.more && t.last(p) && len(p.keys) > 0 {
		t.gap("what comes after "+p.file, p.file, reasonTruncated, "the output without --max-items and --no-paginate")
	}
	for _, key := range []string{"OrganizationalUnits", "Accounts", "Children"} {
		list, ok := read[[]member](t, p, key)
		if !ok || key == "Accounts" && says(p.file, "list-accounts") && !says(p.file, "for-parent") {
			continue
		}
		parent, told := t.of(p, parentID)
		missing := 0
		for _, m := range list {
			switch {
			case !t.isTarget(m.Id):
			case told:
				t.under(m.Id, parent)
			case len(t.target(m.Id).parents) == 0:
				missing++
			}
		}
		if missing > 0 && (key != "Accounts" || says(p.file, "for-parent")) {
			t.gap("what the "+key+" in "+p.file+" are under", p.file, reasonUntold, "a file name that has the identifier of the parent")
		}
	}
	if list, ok := read[[]member](t, p, "Parents"); ok && len(list) > 0 {
		child, told := t.of(p, childID)
		if !told {
			t.gap("what is under the parent in "+p.file, p.file, reasonUntold, "a file name that has the identifier of the child")
		}
		for _, m := range list {
			if told && t.isTarget(m.Id) {
				t.under(child, m.Id)
			}
		}
	}
	if list, ok := read[[]summary](t, p, "Policies"); ok {
		t.listing(p, list)
	}
	if list, ok := read[[]member](t, p, "Targets"); ok {
		t.attachments(p, list)
	}
}

// listing reads a list of policies: those of the organization, or those that are attached to one target.
func (t *tree) listing(p page, list []summary) {
	types := typesIn(p.file, list)
	whole := !(p.more && t.last(p))
	id, ofTarget := t.of(p, targetID)
	switch {
	case says(p.file, "list-policies") && !says(p.file, "for-target"), !ofTarget && !says(p.file, "for-target"):
		for _, typ := range types {
			t.whole[typ] = whole
		}
		return
	case !ofTarget:
		t.gap("what the policies in "+p.file+" are attached to", p.file, reasonUntold, "a file name that has the identifier of the target")
		return
	case len(types) == 0 && len(list) == 0:
		t.gap("the type of the policies in "+p.file, p.file, reasonUntold, "a file name that has the type, "+typeSCP+" or "+typeRCP)
	}
	t.found = true
	known := t.target(id)
	for _, s := range list {
		if t.isPolicy(s.Id) {
			t.attached[[2]string{s.Id, id}] = true
		}
	}
	for _, typ := range types {
		known.listed[typ] = whole
	}
}

// attachments reads what a policy is attached to.
func (t *tree) attachments(p page, list []member) {
	id, ok := idIn(p.file, policyID.MatchString, t.isPolicy)
	ours := slices.ContainsFunc(list, func(m member) bool { return t.isTarget(m.TargetId) })
	switch {
	case !ours && (len(list) > 0 || !ok || !t.isPolicy(id)):
		return
	case !ok:
		t.gap("the policy whose targets are in "+p.file, p.file, reasonUntold, "a file name that has the identifier of the policy")
		return
	}
	known := t.policy(summary{Id: id})
	if known == nil {
		return
	}
	for _, m := range list {
		if t.isTarget(m.TargetId) {
			t.attached[[2]string{id, m.TargetId}] = true
		}
	}
	known.targets = !(p.more && t.last(p))
}

// short are names of the types in names of files.
//
//nolint:gochecknoglobals // a table
var short = map[string]*regexp.Regexp{
	typeSCP: regexp.MustCompile(`(?i)(?:^|[^a-z])(?:scps?|service.?control.?polic(?:y|ies))(?:[^a-z]|$)`),
	typeRCP: regexp.MustCompile(`(?i)(?:^|[^a-z])(?:rcps?|resource.?control.?polic(?:y|ies))(?:[^a-z]|$)`),
}

// typesIn returns the types of the policies in a list. It is of one, which --filter names; where it is empty, the name of
// the file may tell.
func typesIn(file string, list []summary) []string {
	var out []string
	for _, typ := range []string{typeSCP, typeRCP} {
		if slices.ContainsFunc(list, func(s summary) bool { return s.Type == typ }) || len(list) == 0 && short[typ].MatchString(path.Base(file)) {
			out = append(out, typ)
		}
	}
	return out
}

// document reads a file that is a policy document itself, as the content of the policy that its name tells.
func (t *tree) document(p page) {
	if p.keys["Statement"] == nil {
		return
	}
	base := path.Base(p.file)
	base = strings.TrimSuffix(base, path.Ext(base))
	id, ok := idIn(p.file, policyID.MatchString, t.isPolicy)
	if !ok || !t.isPolicy(id) {
		id, ok = "", false
		for other, known := range t.policies {
			if known.name == base {
				ok, id = id == "", other
			}
		}
	}
	if !ok || !t.isPolicy(id) {
		t.gap("the policy whose document is "+p.file, p.file, reasonUntold, "a file name that is the name or the identifier of a policy, and a list of the policies")
		return
	}
	if known := t.policies[id]; known.content.State() != graph.Known {
		known.content = awscli.Policy(p.whole)
	}
}
