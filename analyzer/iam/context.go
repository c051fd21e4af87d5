package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// KeyState says what is known of a condition key of a request, and who controls it.
type KeyState uint8

// The states of a key. The zero state is unknown: absence needs evidence.
const (
	KeyUnknown KeyState = iota // nothing is known, not even whether the request has it
	KeyPresent                 // fixed by the request; its values may be texts with holes
	KeyAbsent                  // the request does not have it
	KeyChosen                  // the caller chooses it
)

// Key is what is known of one condition key.
type Key struct {
	State KeyState
	// Values are those of a present key. Of a chosen key they are the only ones to choose from, one of them;
	// none means any string.
	Values []graph.Text
	Multi  bool         // the key holds a set of values, even if that has one; a key that is not known holds one unless this says so
	Open   bool         // a present key may have further values
	Always bool         // a chosen or unknown key is in every request: it cannot be left out
	Reason graph.Reason // why an unknown key is unknown
}

// Present returns a key with values that the request fixes. Several make it a set.
func Present(values ...string) Key {
	k := Key{State: KeyPresent, Multi: len(values) != 1}
	for _, v := range values {
		k.Values = append(k.Values, graph.Literal(v))
	}
	return k
}

// PresentText returns a key with one value that the request fixes.
func PresentText(value graph.Text) Key { return Key{State: KeyPresent, Values: []graph.Text{value}} }

// PresentSet returns a key that holds a set of values.
func PresentSet(values ...string) Key {
	k := Present(values...)
	k.Multi = true
	return k
}

// AbsentKey returns a key that the request does not have.
func AbsentKey() Key { return Key{State: KeyAbsent} }

// ChosenKey returns a key whose value the caller chooses, among those given if there are any, or leaves out.
func ChosenKey(among ...string) Key {
	k := Present(among...)
	k.State, k.Multi = KeyChosen, false
	return k
}

// UnknownKey returns a key of which nothing is known.
func UnknownKey(why graph.Reason) Key { return Key{Reason: why} }

func (k Key) reason() graph.Reason {
	if k.Reason == "" {
		return graph.ReasonNotInInput
	}
	return k.Reason
}

// Context is the request context: the condition keys of one request; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. Names are compared
// without regard to case. The zero Context knows nothing.
type Context struct {
	keys map[string]Key
	// under are keys that count where keys has none: those that follow from who makes the request, and whose it is about.
	under map[string]Key
	owner *Key // aws:ResourceAccount
	// Rest is the state of every key that was not set.
	Rest KeyState
}

// NewContext returns a context in which the keys that are not set have the state rest.
func NewContext(rest KeyState) Context { return Context{Rest: rest} }

// resourceAccount is the key aws:ResourceAccount.
const resourceAccount = "aws:resourceaccount"

// With returns the context with one key set.
func (c Context) With(name string, k Key) Context {
	next := make(map[string]Key, len(c.keys)+1)
	maps.Copy(next, c.keys)
	next[strings.ToLower(name)] = k
	c.keys = next
	return c
}

// Get returns what is known of a key.
func (c Context) Get(name string) Key {
	name = strings.ToLower(name)
	if k, ok := c.keys[name]; ok {
		return k
	}
	if k, ok := c.under[name]; ok {
		return k
	}
	if c.owner != nil && name == resourceAccount {
		return *c.owner
	}
	return Key{State: c.Rest}
}

// Has says that the key was set, in whatever state, or follows from who makes the request.
func (c Context) Has(name string) bool {
	name = strings.ToLower(name)
	_, ok := c.keys[name]
	_, follows := c.under[name]
	return ok || follows || c.owner != nil && name == resourceAccount
}

// Names returns the names of the keys that were set, in lower case, sorted.
func (c Context) Names() []string {
	out := make([]string, 0, len(c.keys))
	for n := range c.keys {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
