package authorization

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/awscli"
)

// maxEntries bounds the users, groups, roles and policies of a dump. IAM's own bounds are 5,000 users, 300 groups, 10,000
// roles and 5,000 policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxEntries = 500_000

// SettledBy is the input that settles what a dump leaves open.
const SettledBy = "the whole output of aws iam get-account-authorization-details, without --filter, --max-items and --no-paginate"

// Reasons of gaps.
const (
	reasonTruncated graph.Reason = "the dump is cut short"
	reasonFiltered  graph.Reason = "the dump leaves it out"
)

// list is one of the lists of a dump.
type list struct {
	key  string
	what string // for people
	read func(raw []byte) (graph.Resource, error)
}

// lists are those that a whole dump has, empty where the account has none.
func lists() []list {
	return []list{
		{"UserDetailList", "users", readUser},
		{"GroupDetailList", "groups", readGroup},
		{"RoleDetailList", "roles", readRole},
		{"Policies", "managed policies", readPolicy},
	}
}

// Read reads a dump: one response, several after one another or in a list, or what the CLI makes of several. What is
// there is complete, so that what an entry does not have is absent; where the dump itself is not complete, and where an
// entry cannot be read, a gap says so. An error says that the input is no such dump, or ends in the middle, and quotes
// nothing of it.
func Read(r io.Reader) (graph.Inventory, error) {
	d := dump{in: awscli.NewStream(r), at: map[string]int{}, has: map[string]bool{}}
	if err := d.in.Pages(d.page); err != nil {
		return graph.Inventory{}, err //nolint:wrapcheck // it is ours, and says all
	}
	if len(d.has) == 0 {
		return graph.Inventory{}, errors.New("it holds no users, groups, roles or policies of an account: expected the output of aws iam get-account-authorization-details")
	}
	d.finish()
	return d.out, nil
}

type dump struct {
	in  *awscli.Stream
	out graph.Inventory
	at  map[string]int  // index of each resource, by its ARN
	has map[string]bool // lists that were there
	cut bool            // the last page says that there are more
}

// page reads one response.
func (d *dump) page() error {
	cut, is := false, false
	err := d.in.Object(func(key string) error {
		if i := slices.IndexFunc(lists(), func(l list) bool { return l.key == key }); i >= 0 && d.in.Next() == '[' {
			d.has[key], is = true, true
			return d.entries(lists()[i])
		}
		switch {
		case key == "IsTruncated" && d.in.Next() == 't':
			cut = true
		case key == "NextToken" && d.in.Next() == '"': // which the CLI prints with --max-items
			cut = true
		}
		return d.in.Skip()
	})
	if is {
		d.cut = cut
	}
	return err //nolint:wrapcheck // as above
}

// entries reads the entries of one list.
func (d *dump) entries(l list) error {
	n := 0
	return d.in.Array(func() error { //nolint:wrapcheck // it is ours
		raw, err := d.in.Value()
		if err != nil {
			return err //nolint:wrapcheck // as above
		}
		if len(d.out.Resources) >= maxEntries {
			return fmt.Errorf("it has more than %d entries", maxEntries)
		}
		n++
		if r, bad := l.read(raw); bad != nil {
			d.gap("an entry of the "+l.what, fmt.Sprintf("%s[%d]", l.key, n-1), graph.ReasonMalformed)
		} else {
			d.add(r)
		}
		return nil
	})
}

// add declares a resource. AWS's own policies are in the dump of every account, and pages may overlap.
func (d *dump) add(r graph.Resource) {
	i, had := d.at[r.Address]
	switch {
	case !had:
		d.at[r.Address] = len(d.out.Resources)
		d.out.Resources = append(d.out.Resources, r)
		d.unreadable(r.Address, r.Attrs)
	case !reflect.DeepEqual(d.out.Resources[i], r):
		d.gap("a second entry of "+r.Address+", which is not the same", r.Address, graph.ReasonMalformed)
	}
}

// unreadable says which policies are none.
func (d *dump) unreadable(address string, attrs graph.Attrs) {
	for name, attr := range attrs.All() {
		if attr.Value.Reason() == graph.ReasonMalformed {
			d.gap("the "+name+" of "+address, address, graph.ReasonMalformed)
		}
	}
	for _, b := range attrs.Blocks("inline").Or(nil) {
		d.unreadable(address, b)
	}
}

func (d *dump) gap(what, where string, why graph.Reason) {
	d.out.Gaps = append(d.out.Gaps, graph.Gap{What: what, Where: where, Reason: why, SettledBy: SettledBy})
}

// finish says what the dump leaves open.
func (d *dump) finish() {
	for _, l := range lists() {
		if !d.has[l.key] {
			d.gap("the "+l.what+" of the account", l.key, reasonFiltered)
		}
	}
	if d.cut {
		d.gap("the rest of the account's users, groups, roles and policies", "IsTruncated", reasonTruncated)
	}
	d.missing("managed", "customer managed policies that are attached")
	d.missing("boundary", "customer managed policies that are boundaries")
}

// missing says how many policies the dump names in an attribute and does not hold, for --filter leaves lists empty. AWS's
// own are known without.
func (d *dump) missing(attr, what string) {
	first, seen := "", map[string]bool{}
	look := func(t graph.Text) {
		arn, _ := t.Literal()
		a, _ := graph.ParseARN(arn)
		if _, held := d.at[arn]; !held && graph.IsAccountID(a.Account) {
			first = cmp.Or(first, arn)
			seen[arn] = true
		}
	}
	for _, r := range d.out.Resources {
		for _, t := range r.Attrs.Texts(attr).Or(nil) {
			look(t)
		}
		if t, ok := r.Attrs.Text(attr).Get(); ok {
			look(t)
		}
	}
	if len(seen) > 0 {
		d.gap(fmt.Sprintf("%d %s", len(seen), what), first, reasonFiltered)
	}
}

// decode decodes an entry; what is not named in into is read over.
func decode(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return errors.New("an entry of an unexpected form")
	}
	return nil
}
